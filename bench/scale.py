"""Makes a release as large as wanted by copies of the real record with other names.

A copy has the same acts, parties, participations, sources and rosters as the record, each named
``…/synthetic-17/…``, and its days lie 0, 20, 40 or 60 years later. Ontology, concepts, shapes and
descriptions are there once, as is the record itself.

    python -m bench.scale 1000000 FOLDER

Quads are written to disk as they are made and loaded from there, so that the memory needed does not
grow with them. `selenograph.graph.release.write` would take some 2 GB for ten million. Other than a
release that is built, this one has no dump in Turtle.
"""

import argparse
import hashlib
import json
import random
import re
import resource
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from selenograph.graph import names, release
from selenograph.graph.release import Manifest

SEED = 17
_COPIED = {str(name) for name in (names.REFERENCE, names.RECORD, names.INFERRED)}
# They cannot stand in N-Quads.
_NAME, _DECADE = b"\x00", b"\x01"
# Leap days stay leap days, and no year leaves the range of years in the record's notations.
_LATER = (0, 2, 4, 6)
_DATE = re.compile(r'"([^"]*)"\^\^<[^>]*(?:#date|#gYearMonth|#gYear|/EDTF)>')


@dataclass(frozen=True)
class Template:
    """What copies are made of: N-Quads with marks for names, once for each shift of the days."""

    texts: tuple[bytes, ...]
    quads: int

    def copy(self, number: int, later: int) -> bytes:
        """Return a copy; equal arguments give equal copies."""
        return self.texts[later].replace(_NAME, f"synthetic-{number}/".encode())


@dataclass(frozen=True)
class Scaled:
    """A release that was made, and what that took."""

    quads: int
    copies: int
    generated: float
    """Seconds in which the quads were made and written."""
    loaded: float
    """Seconds in which the store was filled and optimized."""
    memory: float
    """MiB that the process needed at most."""
    disk: float
    """MiB of the store."""


@lru_cache(1)
def template(dump: bytes) -> Template:
    """Return the template for copies of the record that a dump holds."""
    quads = list(ox.parse(dump, format=ox.RdfFormat.N_QUADS))
    copied = {quad.triple for quad in quads if _graph(quad) in _COPIED}
    ours = [
        quad
        for quad in quads
        if _graph(quad) in _COPIED
        or _graph(quad).startswith(names.SOURCES)
        or (quad.graph_name == ox.DefaultGraph() and quad.triple in copied)
    ]
    fixed = {_folder(quad.subject) for quad in quads if _graph(quad) == str(names.ONTOLOGY)}
    folders = {_folder(quad.subject) for quad in ours} - fixed - {""}
    name = re.compile(f"<{re.escape(names.BASE)}(?=(?:{'|'.join(sorted(folders))})/)")
    lines = [_line(quad) for quad in ours]
    lines = [line for line in lines if name.search(line)]
    marked = name.sub(lambda found: found[0] + _NAME.decode(), "".join(lines))
    dated = _DATE.sub(lambda found: _marked(found[0]), marked).encode()
    return Template(tuple(_shifted(dated, later) for later in _LATER), len(lines))


def chunks(dump: bytes, total: int, seed: int = SEED) -> Iterator[bytes]:
    """Give the dump, and copies of its record until there are as many quads as wanted, or more."""
    made = template(dump)
    draw = random.Random(seed)
    yield dump
    for number in range(1, copies(dump, made, total) + 1):
        yield made.copy(number, draw.randrange(len(_LATER)))


def copies(dump: bytes, made: Template, total: int) -> int:
    """Return how many copies it takes."""
    return max(0, -(-(total - dump.count(b"\n")) // made.quads))


def build(dump: bytes, total: int, out: Path, seed: int = SEED) -> Scaled:
    """Make a release of so many quads the current one of a folder."""
    shutil.rmtree(out, ignore_errors=True)
    folder = out / "scaled"
    folder.mkdir(parents=True)
    began = time.monotonic()
    digest, quads = hashlib.sha256(), 0
    with (folder / release.DUMP).open("wb") as file:
        for chunk in chunks(dump, total, seed):
            digest.update(chunk)
            quads += chunk.count(b"\n")
            file.write(chunk)
    written = time.monotonic()
    store = ox.Store(str(folder / release.STORE))
    store.bulk_load(path=str(folder / release.DUMP), format=ox.RdfFormat.N_QUADS)
    store.optimize()
    del store
    loaded = time.monotonic()
    number = copies(dump, template(dump), total)
    manifest = Manifest(digest.hexdigest(), quads, 2 * (number + 1))
    (folder / "manifest.json").write_text(json.dumps(asdict(manifest)), "utf-8")
    (out / "current").symlink_to("scaled", target_is_directory=True)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    disk = sum(path.stat().st_size for path in (folder / release.STORE).iterdir()) / 2**20
    return Scaled(quads, number, written - began, loaded - written, memory, disk)


def _graph(quad: ox.Quad) -> str:
    return quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""


def _folder(term: object) -> str:
    """Return the folder of an IRI of ours: party for …/party/serbia."""
    if not isinstance(term, ox.NamedNode) or not term.value.startswith(names.BASE):
        return ""
    folder, slash, _ = names.path(term.value).partition("/")
    return folder if slash else ""


def _line(quad: ox.Quad) -> str:
    graph = f" {quad.graph_name}" if quad.graph_name != ox.DefaultGraph() else ""
    return f"{quad.triple} {graph}.\n" if not graph else f"{quad.triple}{graph} .\n"


def _marked(literal: str) -> str:
    """Return a date with a mark before its decade: 2023-10, 201X, [..2029]."""
    return re.sub(r"\b(20\d)(?=[\dX])", _DECADE.decode() + r"\1", literal, count=1)


def _shifted(text: bytes, later: int) -> bytes:
    return re.sub(_DECADE + rb"(\d{3})", lambda found: b"%d" % (int(found[1]) + later), text)


def main() -> None:
    """Build a release of so many quads, and print what it took as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("quads", type=int)
    parser.add_argument("out", type=Path, help="folder of releases; what is in it is removed")
    parser.add_argument("--dump", type=Path, required=True, help="dump of the real release")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    made = build(given.dump.read_bytes(), given.quads, given.out, given.seed)
    print(json.dumps(asdict(made)))  # noqa: T201


if __name__ == "__main__":
    main()
