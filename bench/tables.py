"""Tables, for the terminal and for Markdown, and how figures are written in them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.table import Table as RichTable


@dataclass(frozen=True)
class Table:
    """A table with its columns; the first is text, the others are figures."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def markdown(self) -> str:
        """Return the table in Markdown."""
        rule = ["---"] + ["---:"] * (len(self.columns) - 1)
        lines = [self.columns, rule, *self.rows]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"

    def rich(self) -> RichTable:
        """Return the table for the terminal."""
        table = RichTable(box=None, header_style="bold", pad_edge=False)
        for number, column in enumerate(self.columns):
            table.add_column(column, justify="right" if number else "left", overflow="fold")
        for row in self.rows:
            table.add_row(*row)
        return table


def figure(value: float) -> str:
    """Return a figure with three digits that count, and thousands set apart."""
    if math.isnan(value):
        return "–"
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def listed(values: Iterable[float]) -> str:
    """Return several figures in one cell."""
    return " / ".join(figure(value) for value in values)
