"""Load on a server: by wrk where it is installed, else by a client of our own, which is slower."""

import itertools
import json
import math
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from bench.place import HERE, WORK
from bench.process import ACCEPT, Running
from bench.workload import Mix

_TIMEOUT = 30
# Far enough from each other that no number comes twice.
_serials = itertools.count(1_000_000_000, 10_000_000)


@dataclass(frozen=True)
class Measure:
    """What came of some load. Times in milliseconds."""

    requests: float
    errors: float
    seconds: float
    p50: float
    p95: float
    p99: float

    @property
    def rate(self) -> float:
        """Requests answered in a second."""
        return max(0, self.requests - self.errors) / self.seconds if self.seconds else 0


def generator() -> str:
    """Tell what makes the load."""
    if shutil.which("wrk"):
        said = subprocess.run(["wrk", "--version"], capture_output=True, text=True).stdout
        return " ".join(said.split()[:2])
    return "a Python client (wrk is not installed, so the fastest servers are measured too slow)"


def load(running: Running, mix: Mix, clients: int, seconds: int) -> Measure:
    """Let some clients ask a mix for some time, each its next question after an answer."""
    file = WORK / f"{running.server.name}.workload"
    targets = [running.server.target(one.text) for one in mix.questions]
    numbers = " ".join(str(n + 1) for n in mix.order)
    file.write_text("\n".join([numbers, *targets]) + "\n", "utf-8")
    serial = str(next(_serials))
    said = subprocess.run(
        _command(running.port, file, serial, clients, seconds), capture_output=True, text=True
    )
    if said.returncode:
        raise RuntimeError(f"The load generator says: {said.stdout}{said.stderr}")
    return Measure(**json.loads(said.stdout.splitlines()[-1]))


def _command(port: int, file: Path, serial: str, clients: int, seconds: int) -> list[str]:
    if shutil.which("wrk"):
        return [
            "wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", f"{_TIMEOUT}s",
            "-s", str(HERE / "wrk.lua"), "-H", f"Accept: {ACCEPT}",
            f"http://127.0.0.1:{port}/", "--", str(file), serial,
        ]  # fmt: skip
    numbers = [str(port), str(file), serial, str(clients), str(seconds), str(_TIMEOUT)]
    return [sys.executable, str(HERE / "client.py"), *numbers, ACCEPT]


def median(measures: Sequence[Measure]) -> Measure:
    """Return the median of each figure of some rounds."""
    columns = zip(*map(astuple, measures), strict=True)
    return Measure(*map(statistics.median, columns))


def percentile(values: Iterable[float], share: float) -> float:
    """Return the smallest of some values that so many percent of them do not exceed."""
    ordered = sorted(values)
    if not ordered:
        return math.nan
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]


def ratio(ours: float, theirs: float) -> float:
    """Return ours divided by theirs, not a number where theirs is nothing."""
    return ours / theirs if theirs else math.nan
