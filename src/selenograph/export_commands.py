"""The command that writes a release as files: export."""

from pathlib import Path

import click

from selenograph.asking_commands import RELEASES, STORE
from selenograph.graph import export, release, wikidata_snapshot


@click.command("export")
@click.argument("formats", type=click.Choice(export.FORMATS), nargs=-1, metavar="[FORMAT]...")
@click.option(
    "--out", type=RELEASES, default="export", show_default=True, help="Folder to write to."
)
@STORE
@click.option(
    "--before", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="DUMP.nq",
    help="Dump of an earlier release to tell the changes from.", show_default="the one before",
)  # fmt: skip
def write_export(formats: tuple[str, ...], out: Path, store: Path, before: Path | None) -> None:
    """Write the current release as files, with an RO-Crate and checksums of those written.

    Without FORMAT in all: nquads, trig, turtle, jsonld, rdfxml, csv, parquet, graphml, geojson,
    void and changes. Parquet needs pyarrow: pip install 'selenograph[tables]'. States have points
    in the GeoJSON where the release holds a snapshot of Wikidata.
    """
    made = release.current(store)
    for path in export.write(made, out, formats, before or export.before(made)):
        click.echo(f"Wrote {path}")
        if path.suffix == ".geojson" and wikidata_snapshot.day(made.open()) is None:
            click.echo(
                f"{path} has no points: the release holds no snapshot of Wikidata.", err=True
            )


COMMANDS: tuple[click.Command, ...] = (write_export,)
