"""The commands that look at Wikidata: verify, pull and diff. Nothing is ever written there."""

import json
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click
from rdflib import Graph

from selenograph.asking_commands import RELEASES, STORE
from selenograph.graph import (
    names,
    release,
    wikidata,
    wikidata_diff,
    wikidata_give,
    wikidata_snapshot,
    wikidata_verify,
)
from selenograph.graph.errors import BadInput

API = click.option(
    "--api", default=wikidata.API, show_default=True, help="Address of the interface for programs."
)
QUERIES = click.option(
    "--queries", default=wikidata.QUERIES, show_default=True, help="Address that answers SPARQL."
)


def _read(context: click.Context, option: click.Parameter, path: Path | None) -> Graph | None:
    return wikidata_snapshot.read(path) if path else None


SNAPSHOT = click.option(
    "--wikidata", "snapshot", callback=_read, metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Snapshot of Wikidata to hold beside the record.",
)  # fmt: skip


@click.group("wikidata")
def look() -> None:
    """Check the links to Wikidata, copy what joins need, and tell what each side lacks."""


@look.command()
@STORE
@API
@QUERIES
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def verify(store: Path, api: str, queries: str, form: str) -> None:
    """Check each link: that the item is there, and has our name, kind and code.

    Ends with status 1 where a link does not hold.
    """
    opened = release.current(store).open()
    found = list(wikidata_verify.verdicts(opened, wikidata.Wikidata(api, queries)))
    wrong = [verdict for verdict in found if verdict.problems]
    if form == "json":
        click.echo(json.dumps([asdict(verdict) for verdict in found], ensure_ascii=False, indent=2))
    else:
        for verdict in wrong:
            for problem in verdict.problems:
                click.echo(f"{names.path(verdict.resource)} ({verdict.item}): {problem}")
        click.echo(f"{len(found) - len(wrong)} of {len(found)} links hold.")
    if wrong:
        sys.exit(1)


@look.command()
@STORE
@QUERIES
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), default="wikidata.ttl",
    show_default=True, help="File to write.",
)  # fmt: skip
def pull(store: Path, queries: str, out: Path) -> None:
    """Copy a few statements on all linked items, for: selenograph build --wikidata FILE.

    In batches of 50 and as slowly as Wikidata asks. What was interrupted goes on where it stopped.
    """
    opened = release.current(store).open()
    items = {link.item for link in wikidata.links(opened)}
    told = wikidata.Wikidata(queries=queries)

    def show(done: int, all_: int) -> None:
        click.echo(f"Batch {done} of {all_}", err=True)

    path = wikidata_snapshot.pull(items, told, out, show)
    click.echo(f"Wrote {path}. Use it with: selenograph build --wikidata {path}")


@look.command()
@STORE
@click.option(
    "--out", type=RELEASES, default="wikidata", show_default=True, help="Folder to write."
)
@click.option(
    "--support", type=click.Choice(wikidata_diff.SUPPORTS), default=wikidata_diff.SUPPORTS[0],
    show_default=True, help="How well a fact of ours has to be borne out.",
)  # fmt: skip
@click.option(
    "--looked", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY",
    help="The day on which you looked at the references again, to be stated of each (P813).",
)  # fmt: skip
def diff(store: Path, out: Path, support: str, looked: datetime | None) -> None:
    """Write what Wikidata and the record lack of each other; a person decides what to upload.

    quickstatements.txt has what Wikidata lacks, mismatches.csv (for Mismatch Finder) where days
    differ, wikidata-has.csv what we lack. The release has to hold a snapshot.
    """
    opened = release.current(store).open()
    day = wikidata_snapshot.day(opened)
    if day is None:
        raise BadInput(
            "The release holds no snapshot of Wikidata. Run: selenograph wikidata pull, and then: "
            "selenograph build --wikidata wikidata.ttl"
        )
    found = wikidata_diff.compared(opened, support)
    out.mkdir(parents=True, exist_ok=True)
    for name, content in wikidata_give.files(found, looked.date() if looked else None).items():
        (out / name).write_bytes(content)
        click.echo(f"Wrote {out / name}")
    click.echo(
        f"Against the snapshot of {day}: {len(found.lacking)} acts that Wikidata lacks, "
        f"{len(found.differing)} on another day there, {len(found.further)} that we lack, "
        f"{len(found.unreferenced)} left out since no document on the web bears them out."
    )


COMMANDS: tuple[click.Command, ...] = (look,)
