"""How long the record takes to be made anew from its sources: as it grows, and beside owlrl.

    python -m bench.rebuild FOLDER [--owlrl]

prints the figures of one release as JSON. A process of its own measures each, so that none finds
what another one has kept.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pyoxigraph as ox
from owlrl import OWLRL_Semantics

from bench import scale
from bench.place import HERE, WORK, remove
from selenograph.graph import convert, derive, infer, known, reconcile, release
from selenograph.graph.names import SG

OWLRL_AT_MOST = 400_000
"""Quads of the largest release that owlrl is given; it needs a minute for some 60,000."""


@dataclass(frozen=True)
class Rebuilt:
    """The seconds of each step for a release, once what all releases share is there."""

    quads: int
    sources: int
    reconcile: float
    infer: float
    derive: float
    owlrl: float | None
    """Seconds of owlrl alone for what ``infer`` does."""

    @property
    def whole(self) -> float:
        """Seconds of all steps."""
        return self.reconcile + self.infer + self.derive


def rebuilt(folder: Path, totals: list[int], say: Callable[[str], None]) -> Iterator[Rebuilt]:
    """Give the figures of a release, then of scaled ones, whose folders are removed."""
    say("Making the record anew …")
    yield _measured(folder, owlrl=True)
    for total in totals:
        out = WORK / "rebuilt"
        say(f"Making that of a release of {total:,} quads anew …")
        scale.build((folder / release.DUMP).read_bytes(), total, out)
        yield _measured(out / "scaled", owlrl=False)
        remove(out)


def _measured(folder: Path, *, owlrl: bool) -> Rebuilt:
    command = [sys.executable, "-m", "bench.rebuild", str(folder), *(["--owlrl"] if owlrl else [])]
    run = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(f"bench.rebuild says: {run.stderr}")
    return Rebuilt(**json.loads(run.stdout))


def measure(folder: Path, *, owlrl: bool) -> Rebuilt:
    """Measure one release in this process."""
    made = release.at(folder)
    texts = known.texts(made.open())
    archive = known.Archive.of(texts)
    archive.warm()
    vocabulary, reference = archive.vocabulary, archive.reference
    # Copies of sources are named otherwise than sources.
    testimony = {
        name: convert.graph(q.triple for q in ox.parse(text, format=ox.RdfFormat.N_TRIPLES))
        for name, text in texts.items() if "/source/" in name
    }  # fmt: skip
    began = time.monotonic()
    record = reconcile.record(vocabulary, reference, testimony)
    reconciled = time.monotonic()
    inferred = infer.closure(vocabulary, (*reference, *record))
    closed = time.monotonic()
    derive.derived((vocabulary, reference, record, inferred))
    derived = time.monotonic()
    peer = None
    if owlrl and made.manifest.quads <= OWLRL_AT_MOST:
        whole = vocabulary + reference + record
        start = time.monotonic()
        OWLRL_Semantics(whole, axioms=False, daxioms=False).closure()
        peer = time.monotonic() - start
        assert (None, SG.party, None) in whole
    return Rebuilt(
        made.manifest.quads, len(testimony), reconciled - began, closed - reconciled,
        derived - closed, peer,
    )  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--owlrl", action="store_true")
    given = parser.parse_args()
    sys.stdout.write(json.dumps(asdict(measure(given.folder, owlrl=given.owlrl))) + "\n")
