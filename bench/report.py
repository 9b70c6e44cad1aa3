"""Tells what a run found: bench/RESULTS.md and the terminal show the same."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console

from bench import sections
from bench.results import Results
from bench.tables import Table

_HEAD = """# Results of `make bench`

Written by `make bench`. A ratio is ours ÷ the peer's: of requests per second more is better, of
times less. Times are in milliseconds. The servers are measured in turns, {rounds}, and the median
of the rounds is shown. Load and servers share the machine.
"""
_SECTIONS = {
    "Servers": sections.servers,
    "Aims": sections.reached,
    "Answers": sections.answers,
    "Stored queries, uncached": sections.uncached,
    "Heavy queries": sections.heavy,
    "Zipf mix": sections.zipf,
    "Under killer load": sections.killers,
    "Start-up and memory": sections.starts,
    "Scale": sections.scale,
    "The record made anew": sections.rebuilding,
}


@dataclass(frozen=True)
class Section:
    """A heading, sentences, and tables."""

    heading: str
    text: str
    tables: tuple[Table, ...]


def told(found: Results) -> Iterator[Section]:
    """Give the sections in their order."""
    for heading, make in _SECTIONS.items():
        text, *tables = make(found)
        yield Section(heading, text, tuple(tables))


def markdown(found: Results, rounds: str) -> str:
    """Return the whole report in Markdown."""
    parts = [_HEAD.format(rounds=rounds)]
    for one in told(found):
        parts += [f"## {one.heading}\n", one.text + "\n"]
        parts += [table.markdown() for table in one.tables]
    return "\n".join(parts)


def show(found: Results, console: Console) -> None:
    """Print the whole report."""
    for one in told(found):
        console.rule(one.heading, align="left")
        console.print(one.text, markup=False, highlight=False)
        for table in one.tables:
            console.print(table.rich())
