"""Finds the packaged files, and reads those that users name. No other uses importlib.resources."""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple

from selenograph.graph.errors import BadInput


class File(NamedTuple):
    """A file: its path from the top of the checkout where it is in one, and its text."""

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


def expected() -> File:
    """Return the bounds of what the record is to hold."""
    path = "graph/expected.toml"
    return File(path, files("selenograph.graph").joinpath("expected.toml").read_text("utf-8-sig"))


def given(path: Path) -> File:
    """Return a file that a user names, under its path from the top of the checkout around here.

    Raises BadInput where it is not UTF-8.
    """
    here = Path.cwd()
    top = next((p for p in (here, *here.parents) if (p / "pyproject.toml").is_file()), here)
    full = path.resolve()
    place = full.relative_to(top) if full.is_relative_to(top) else full
    return File(place.as_posix(), decoded(path.read_bytes(), str(path)))


def decoded(data: bytes, name: str) -> str:
    """Return UTF-8 as text. Raises BadInput, with the line, for what is none."""
    try:
        # Some editors begin a file with a byte order mark.
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadInput(f"{name}:{line}: not UTF-8: byte {error.start} cannot be read.") from error


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
