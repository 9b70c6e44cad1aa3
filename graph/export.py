"""A release as files for people and their tools: which there are, and how they are written.

The same release gives the same bytes. A file that no tool of its own kind has read in the tests is
not in the list.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path

import pyoxigraph as ox

from selenograph.graph import (
    changes,
    export_crate,
    export_csv,
    export_map,
    export_network,
    export_parquet,
    export_rdf,
    export_tables,
    names,
    release,
    results,
)
from selenograph.graph.errors import BadInput
from selenograph.graph.export_tables import Table
from selenograph.graph.release import Release

CHECKSUMS = "SHA256SUMS"
FORMATS = (
    "nquads", "trig", "turtle", "jsonld", "rdfxml", "csv", "parquet", "graphml", "geojson",
    "void", "changes",
)  # fmt: skip
_RELEASE = re.compile(r"[0-9a-f]{64}")
_EPOCH = re.compile(r"\d{1,11}")


@dataclass(frozen=True)
class Export:
    """A file of an export: its format, name, media type and title, and what makes its bytes."""

    format: str
    name: str
    media_type: str
    title: str
    make: Callable[[], bytes]


def offered(made: Release, before: Path | None = None) -> list[Export]:
    """Return all files of a release; its changes only where the dump before it is given."""
    files = [
        Export("nquads", "selenograph.nq", "application/n-quads",
               "Everything, each source in a graph of its own", lambda: export_rdf.nquads(made)),
        Export("trig", "selenograph.trig", "application/trig",
               "Everything, each source in a graph of its own", lambda: export_rdf.trig(made)),
        Export("turtle", "selenograph.ttl", "text/turtle",
               "The record, without the sources", lambda: export_rdf.turtle(made)),
        Export("jsonld", "selenograph.jsonld", "application/ld+json",
               "The record, without the sources", lambda: export_rdf.jsonld(made)),
        Export("jsonld", "context.jsonld", "application/ld+json",
               "The context of the JSON-LD", lambda: export_rdf.context(made)),
        Export("rdfxml", "selenograph.rdf", "application/rdf+xml",
               "The record, without the sources", lambda: export_rdf.rdfxml(made)),
        *_tables(made),
        Export("graphml", "participations.graphml", "application/graphml+xml",
               "Who takes part in what, as a network", lambda: export_network.graphml(made)),
        Export("geojson", "standings.geojson", "application/geo+json",
               "The standings of states by code, for a map; points where there is a snapshot",
               lambda: export_map.geojson(made)),
        Export("void", "void.ttl", "text/turtle",
               "What the dataset holds, for machines", lambda: _void(made)),
    ]  # fmt: skip
    if before:
        found = cache(lambda: changes.between(before, made.folder / release.DUMP))
        files += [
            Export("changes", "changes.json", "application/json",
                   "What changed since the release before", lambda: changes.as_json(found())),
            Export("changes", "changes.txt", "text/plain",
                   "What changed since the release before", lambda: changes.as_text(found())),
        ]  # fmt: skip
    return files


def write(
    made: Release, out: Path, formats: Iterable[str] = (), before: Path | None = None
) -> list[Path]:
    """Write files of some formats, or of all, with their checksums and an RO-Crate around them.

    Returns the paths written. Raises BadInput for a format that is unknown, or for changes where no
    release came before, and NotInstalled where a format needs a package that is missing.
    """
    wanted = list(formats)
    files = offered(made, before)
    known = {file.format for file in files}
    for format_ in wanted:
        if format_ not in known:
            why = "there is no release before this one" if format_ in FORMATS else "it is not known"
            raise BadInput(f"No export as {format_}: {why}. There are {', '.join(FORMATS)}.")
    contents = {
        file.name: (file.media_type, file.title, file.make())
        for file in files
        if not wanted or file.format in wanted
    }
    crate = export_crate.metadata(made, when(made), contents)
    whole = {name: content for name, (_, _, content) in contents.items()}
    whole[export_crate.METADATA] = crate
    sums = [f"{hashlib.sha256(whole[name]).hexdigest()}  {name}\n" for name in sorted(whole)]
    whole[CHECKSUMS] = "".join(sums).encode()
    out.mkdir(parents=True, exist_ok=True)
    for name, content in whole.items():
        (out / name).write_bytes(content)
    return [out / name for name in whole]


def writable(before: Path | None) -> list[str]:
    """Return the formats that can be written here: some need a package, or an earlier release."""
    lacking = {"changes"} if before is None else set()
    if find_spec("pyarrow") is None:
        lacking.add("parquet")
    return [one for one in FORMATS if one not in lacking]


def before(made: Release) -> Path | None:
    """Return the dump of the release that was current before, where its folder still has it."""
    dumps = [
        folder / release.DUMP
        for folder in made.folder.parent.iterdir()
        if _RELEASE.fullmatch(folder.name) and folder.name != made.manifest.release
    ]
    return max((dump for dump in dumps if dump.is_file()), key=_age, default=None)


def _age(path: Path) -> float:
    return path.stat().st_mtime


def when(made: Release) -> datetime:
    """Return when a release was made.

    The variable SOURCE_DATE_EPOCH may tell (https://reproducible-builds.org/specs/): a release
    knows no date, since the same files are the same release on every day.
    """
    told = os.environ.get("SOURCE_DATE_EPOCH", "")
    if told and not _EPOCH.fullmatch(told):
        raise BadInput(f"SOURCE_DATE_EPOCH is {told}, which is no number of seconds.")
    seconds = int(told) if told else (made.folder / "manifest.json").stat().st_mtime
    return datetime.fromtimestamp(int(seconds), UTC)


def _tables(made: Release) -> Iterator[Export]:
    @cache
    def rows(table: Table) -> export_csv.Rows:
        return export_tables.rows(made.open(), table)

    @cache
    def texts(table: Table) -> bytes:
        return export_csv.written(table, rows(table))

    def package() -> bytes:
        return export_csv.datapackage(
            made, {f"{table.name}.csv": texts(table) for table in export_tables.TABLES}
        )

    def parquet(table: Table) -> bytes:
        return export_parquet.written(table, rows(table), made)

    for table in export_tables.TABLES:
        yield Export(
            "csv", f"{table.name}.csv", "text/csv", table.title, partial(texts, table)
        )  # fmt: skip
    yield Export(
        "csv", "csv-metadata.json", "application/csvm+json",
        "Description of the CSV files (CSV on the Web)", lambda: export_csv.csvw(made),
    )  # fmt: skip
    yield Export(
        "csv", "datapackage.json", "application/vnd.datapackage+json",
        "Description of the CSV files (Frictionless)", package,
    )  # fmt: skip
    for table in export_tables.TABLES:
        yield Export(
            "parquet", f"{table.name}.parquet", "application/vnd.apache.parquet",
            table.title, partial(parquet, table),
        )  # fmt: skip


def _void(made: Release) -> bytes:
    quads = made.open().quads_for_pattern(None, None, None, ox.NamedNode(names.VOID))
    return results.statements([quad.triple for quad in quads], "ttl")
