"""How long the stored queries that touch a bounded part take in releases of other sizes."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import peers, scale
from bench.place import HERE, WORK, remove
from bench.process import Running
from bench.workload import NUMBER, unique
from selenograph.graph import query, release

_SOURCE = "source/2024-05-spacenews-serbia-ilrs"
BOUNDED = {
    "acts-of-party": {"party": "party/serbia"},
    "who-says": {"resource": "act/ilrs/serbia/signature"},
    "roster-as-printed": {"source": _SOURCE},
    "left-out-of-roster": {"source": _SOURCE},
    "ordinals": {"programme": "programme/ilrs"},
}
"""Stored queries, and the values for those parameters that they have."""
_ASKED = 50
_SECONDS = 5.0


@dataclass(frozen=True)
class Size:
    """A release, and the milliseconds of each query as the server answers it (p50)."""

    quads: int
    made: scale.Scaled | None
    times: dict[str, float]
    unbounded: list[str]
    """Queries that take no parameter here, and so touch more with each copy."""


def sizes(folder: Path, totals: list[int], say: Callable[[str], None]) -> Iterator[Size]:
    """Give the figures of a release, then of scaled ones. Their folders are removed."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    yield Size(manifest["quads"], None, _asked(folder, ""), _without_parameter())
    for total in totals:
        out = WORK / "scaled"
        say(f"Making a release of {total:,} quads …")
        made = _made(folder / release.DUMP, total, out)
        say("Asking it …")
        middle = f"synthetic-{made.copies // 2}/"
        yield Size(made.quads, made, _asked(out / "current", middle), _without_parameter())
        remove(out)


def _made(dump: Path, total: int, out: Path) -> scale.Scaled:
    """Make a release in a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "bench.scale", str(total), str(out), "--dump", str(dump)]
    run = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(f"bench.scale says: {run.stderr}")
    return scale.Scaled(**json.loads(run.stdout))


def _asked(folder: Path, copy: str) -> dict[str, float]:
    """Return the median time of each query about one copy of the record."""
    ours = peers.Ours("selenograph", "")
    ours.prepare(folder)
    running = Running(ours)
    try:
        return {name: _time(running, _text(name, copy)) for name in BOUNDED}
    finally:
        running.stop()


def _time(running: Running, text: str) -> float:
    times: list[float] = []
    until = time.monotonic() + _SECONDS
    # The first answer is the one that reads the disk.
    while len(times) < _ASKED + 1 and (time.monotonic() < until or len(times) < 3):
        began = time.perf_counter()
        running.ask(unique(text).replace(NUMBER, str(len(times))), 60)
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times[1:])


def _text(name: str, copy: str) -> str:
    one = query.named(name)
    known = {parameter.name for parameter in one.parameters}
    return one.with_values({k: copy + v for k, v in BOUNDED[name].items() if k in known})


def _without_parameter() -> list[str]:
    return [name for name in BOUNDED if not query.named(name).parameters]
