"""Finds the packaged files. Nothing else uses importlib.resources."""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple


class File(NamedTuple):
    """A packaged file: its path from the top of the repository, and its text."""

    path: str
    text: str

    @property
    def stem(self) -> str:
        """The file's name without its ending."""
        return self.path.rpartition("/")[2].rpartition(".")[0]


def turtle(folder: str, *below: str) -> list[File]:
    """Return the Turtle files in and under a folder, sorted by path."""
    return _texts(folder, below, ".ttl")


def queries() -> list[File]:
    """Return the stored queries, sorted by name."""
    return _texts("queries", (), ".rq")


def rules() -> list[File]:
    """Return the rules of the record, sorted by name."""
    return _texts("ontology", ("rules",), ".rq")


def _texts(folder: str, below: tuple[str, ...], ending: str) -> list[File]:
    # Asked for by subpackage: in an editable install the root package lies elsewhere.
    top = files(f"selenograph.{folder}").joinpath(*below)
    found = _walk(top, "/".join((folder, *below)))
    return sorted(
        File(path, entry.read_text("utf-8-sig")) for path, entry in found if path.endswith(ending)
    )


def _walk(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        below = f"{path}/{entry.name}"
        if entry.is_dir():
            yield from _walk(entry, below)
        else:
            yield below, entry
