"""What can be set, in one place."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from selenograph.graph.errors import BadInput
from selenograph.graph.worker import Limits


@dataclass(frozen=True)
class Settings:
    """The settings of the server."""

    releases: Path = Path("release")
    limits: Limits = field(default_factory=Limits)
    """What a query may use."""
    turns: int = os.cpu_count() or 2
    """How many queries run at once."""
    waiting: int = 64
    """How many more may wait."""
    largest_request: int = 1_000_000
    """Largest body of a request, in bytes."""
    cache: int = 64_000_000
    """Bytes of answers that are kept in memory."""
    fresh: int = 60
    """Seconds for which clients and proxies may use an answer without asking again."""
    base: str = ""
    """Path below which the application answers, such as /moon."""
    forwarded: bool = False
    """Whether the headers of one proxy are believed: X-Forwarded-For, -Proto and -Host."""
    query_log: str = ""
    """File to which queries are logged; "-" is standard error."""
    log_texts: bool = True
    """Whether the log holds the queries themselves."""

    def __post_init__(self) -> None:
        """Raise BadInput for a value that would serve nothing."""
        if not re.fullmatch(r"/?([\w.~-]+/?)*", self.base):
            raise BadInput(f'"{self.base}" is no path. Give one such as /moon.')
        for address in self.limits.services:
            url = urlsplit(address)
            if url.scheme not in ("http", "https") or not url.hostname:
                raise BadInput(
                    f'"{address}" is no address of a service, such as https://host/sparql.'
                )

    @property
    def long_turns(self) -> int:
        """How many long queries run beside them: what half of the memory holds, up to a bound."""
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return max(self.turns, min(4 * self.turns, memory // 2 // self.limits.memory))

    @property
    def threads(self) -> int:
        """Threads of the server: one for each query, and some for everything else."""
        return self.turns + self.long_turns + self.waiting + 8
