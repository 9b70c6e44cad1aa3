"""Measures our server beside its peers: `make bench`, or `make bench FULL=1` for longer."""

import argparse
import contextlib
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from bench import peers, rebuild, report, scaled, workload
from bench.install import install
from bench.load import generator
from bench.place import HERE, WORK, machine
from bench.process import NoAnswer, Running
from bench.results import OURS, Results
from bench.rounds import FULL, QUICK, Bench
from selenograph.graph import building

# A pipe has no width to fold at.
CONSOLE = Console() if sys.stdout.isatty() else Console(width=160)
_BEGAN = time.monotonic()


def say(words: str) -> None:
    """Print what happens, and when."""
    CONSOLE.print(f"{time.monotonic() - _BEGAN:5.0f} s  {words}", highlight=False)


@contextlib.contextmanager
def started(folder: Path, found: Results, only: set[str]) -> Iterator[dict[str, Running]]:
    """Start ours and the peers that are there; say which are not; end them."""
    running: dict[str, Running] = {}
    try:
        for one in peers.servers():
            missing = "not asked for" if only and one.name not in only | {OURS} else one.missing()
            if not missing:
                say(f"Starting {one.name} …")
                try:
                    one.prepare(folder)
                    running[one.name] = Running(one)
                except (NoAnswer, OSError, RuntimeError, subprocess.SubprocessError) as error:
                    missing = f"it does not start: {error}"
            if missing:
                say(f"[bold]{one.name} is left out: {missing}")
            version = "" if missing else one.version()
            found.servers.append((one.name, version, one.told, missing))
        yield running
    finally:
        for server in running.values():
            server.stop()


def main() -> None:
    """Run, print, and write bench/RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="longer, and up to 10 million quads")
    parser.add_argument("--only", default="", help="names of peers, separated by commas")
    parser.add_argument("--out", type=Path, default=HERE / "RESULTS.md")
    given = parser.parse_args()
    plan = FULL if given.full else QUICK
    install(say)
    say("Building the release …")
    built = building.build(WORK / "release")
    found = Results(
        given.full, time.strftime("%Y-%m-%d"), machine(), platform.python_version(), generator(),
        built.manifest.quads,
    )  # fmt: skip
    with started(built.folder, found, set(filter(None, given.only.split(",")))) as running:
        Bench(plan, running, found, say).measure(workload.zipf(built.open()))
    found.scaled = list(scaled.sizes(built.folder, list(plan.sizes), say))
    found.rebuilt = list(rebuild.rebuilt(built.folder, [500_000, 1_000_000], say))
    rounds = f"{plan.rounds} rounds of {plan.seconds} s"
    report.show(found, CONSOLE)
    given.out.write_text(report.markdown(found, rounds), "utf-8")
    say(f"Written to {given.out}")


if __name__ == "__main__":
    main()
