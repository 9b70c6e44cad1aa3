"""The commands that ask a release: query, changes, cite and coverage."""

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click
import pyoxigraph as ox
from rich.console import Console
from rich.table import Table
from rich.text import Text

from selenograph.graph import (
    archivist,
    building,
    cite,
    dates,
    files,
    history,
    names,
    query,
    release,
    results,
)
from selenograph.graph.errors import BadInput, Unknown
from selenograph.graph.query import StoredQuery

RELEASES = click.Path(path_type=Path, file_okay=False)
STORE = click.option(
    "--store", type=RELEASES, default="release", show_default=True, help="Folder of releases."
)


@contextmanager
def steps(quiet: bool) -> Iterator[building.Progress]:
    """Show the step at work on standard error, on a terminal only."""
    console = Console(stderr=True, quiet=quiet)
    with console.status("") as status:
        yield lambda step: status.update(f"{step} …")


@click.command("query")
@click.argument("name_or_file")
@click.option("--param", "params", multiple=True, metavar="KEY=VALUE", help="Value of a parameter.")
@click.option(
    "--format", "form", default="table", show_default=True,
    type=click.Choice(["table", *results.SOLUTION_FORMATS, *results.GRAPH_FORMATS]),
)  # fmt: skip
@click.option("--known", metavar="DAY", help="Answer from what had been published by that day.")
@STORE
def ask(
    name_or_file: str, params: tuple[str, ...], form: str, known: str | None, store: Path
) -> None:
    """Answer a stored query, by its name, or one in a file; - is standard input."""
    pairs = (pair.partition("=") for pair in params)
    values = {key: value for key, sign, value in pairs if sign}
    if len(values) < len(params):
        raise BadInput("A parameter is given once, as KEY=VALUE, such as --param on=2024-06-01.")
    text = _stored(name_or_file).with_values(values)
    answer = query.run(_release(store, known).open(), text)
    if isinstance(answer, ox.QueryTriples):
        form = {"table": "ttl", "json": "jsonld", "xml": "rdf"}.get(form, form)
        if form not in results.GRAPH_FORMATS:
            raise BadInput(f"A graph has no form as {form}. Ask for ttl, nt, rdf or jsonld.")
        click.echo(results.statements(answer, form), nl=False)
    elif form in results.GRAPH_FORMATS:
        raise BadInput(f"Rows have no form as {form}. Ask for table, csv, tsv, json or xml.")
    elif form != "table":
        click.echo(results.serialized(answer, form), nl=form == "json")
    elif isinstance(answer, ox.QueryBoolean):
        click.echo("yes" if answer else "no")
    else:
        _print_table(*results.table(answer))


@click.command()
@click.option("--since", required=True, metavar="DAY", help="The day to compare with.")
@click.option("--known", metavar="DAY", help="The later day; without it, all that is known.")
@click.option("--format", "form", type=click.Choice(["table", "csv"]), default="table")
@STORE
def changes(since: str, known: str | None, form: str, store: Path) -> None:
    """Tell whose standing changed between two known days, and which sources changed it."""
    if known and dates.day(known) < dates.day(since):
        raise BadInput(f"{known} is before {since}. Give the earlier day as --since.")
    found = history.changes(_release(store, since).open(), _release(store, known).open())
    columns = list(history.Change._fields)
    if form == "csv":
        csv.writer(sys.stdout).writerows([columns, *found])
    else:
        _print_table(columns, [tuple(map(ox.Literal, change)) for change in found])


@click.command("cite")
@click.argument("path")
@click.option(
    "--format", "form", type=click.Choice(list(cite.FORMATS)), default="bib", show_default=True
)
@click.option("--known", metavar="DAY", help="Cite what had been published by that day.")
@STORE
def cite_it(path: str, form: str, known: str | None, store: Path) -> None:
    """Cite what the release says of PATH, such as act/ilrs/belarus/signature.

    An answer is cited by its path too: 'query/participants?on=2024-06-01'.
    """
    found, day = _release(store, known), dates.day(known) if known else None
    told = archivist.Archivist(release.current(store)).newest(date.today())
    path = names.path(path).lstrip("/")
    cited = cite.cited(found.open(), path, found.manifest.release, told, day)
    click.echo(cited.written(form), nl=False)


@click.command()
@click.argument("about", required=False, metavar="[ABOUT]")
@STORE
def coverage(about: str | None, store: Path) -> None:
    """Tell how much is known of each programme and agreement, or of one such as programme/ilrs.

    For one it also tells the kinds and languages of its sources, and what was not found. The same
    as CSV or JSON: selenograph query coverage, coverage-sources and looked-for.
    """
    opened = release.current(store).open()
    for name in ("coverage", "coverage-sources", "looked-for") if about else ("coverage",):
        text = query.named(name).with_values({"about": about} if about else {})
        answer = query.run(opened, text)
        assert isinstance(answer, ox.QuerySolutions), name
        columns, rows = results.table(answer)
        if about and name == "coverage" and not rows:
            raise Unknown(f"{about} is no programme or agreement that the release knows.")
        _print_table(columns, rows)


def _release(store: Path, known: str | None) -> release.Release:
    found = release.current(store)
    if known is None:
        return found
    day = dates.day(known)
    with steps(False) as step:
        step(f"Take out what was published after {day}")
        return archivist.Alone(found).release(day)


def _stored(name_or_file: str) -> StoredQuery:
    if name_or_file == "-":
        told = sys.stdin.buffer.read()
        return StoredQuery("standard input", files.decoded(told, "standard input"))
    path = Path(name_or_file)
    if name_or_file not in query.stored() and (path.exists() or "." in name_or_file):
        return StoredQuery(path.stem, files.given(path).text)
    return query.named(name_or_file)


def _print_table(columns: list[str], rows: list[results.Row]) -> None:
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for column in table.columns:
        column.overflow = "fold"
    for row in rows:
        table.add_row(*(Text(results.shown(term)) for term in row))
    # A pipe has no width to fold at.
    console = Console() if sys.stdout.isatty() else Console(width=100_000)
    console.print(table, crop=False)
    Console(stderr=True).print(f"{len(rows)} {'row' if len(rows) == 1 else 'rows'}", style="dim")


COMMANDS: tuple[click.Command, ...] = (ask, changes, cite_it, coverage)
