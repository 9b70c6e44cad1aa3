"""What can be set, in one place."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """The settings of the server."""

    releases: Path = Path("release")
    largest_request: int = 1_000_000
    """Largest body of a request, in bytes."""
