"""Tables as CSV, with their description for CSV on the Web and as a Frictionless data package."""

import csv
import hashlib
import io
import json
from collections.abc import Mapping

from selenograph.graph import names
from selenograph.graph.export_tables import SEPARATOR, TABLES, Cell, Column, Table
from selenograph.graph.release import Release

_CSVW = {"uri": "anyURI", "string": "string", "date": "date", "integer": "integer"}
_FRICTIONLESS = {"uri": "string", "string": "string", "date": "date", "integer": "integer"}

Rows = list[tuple[Cell, ...]]


def written(table: Table, rows: Rows) -> bytes:
    """Return a table as CSV (RFC 4180): a head, then the rows; several values have | between."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.name for column in table.columns])
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def csvw(made: Release) -> bytes:
    """Return the description of all tables: https://www.w3.org/TR/tabular-metadata/."""
    return _json(
        {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
            "dc:title": "Selenograph",
            "dc:license": {"@id": str(names.LICENCE)},
            "dc:identifier": made.manifest.release,
            "tables": [_described(table) for table in TABLES],
        }
    )


def datapackage(made: Release, files: Mapping[str, bytes]) -> bytes:
    """Return the data package of the CSV files: https://specs.frictionlessdata.io/data-package/."""
    return _json(
        {
            "profile": "tabular-data-package",
            "name": "selenograph",
            "id": made.manifest.release,
            "title": "Selenograph",
            "homepage": names.BASE,
            "licenses": [
                {"name": "CC0-1.0", "path": str(names.LICENCE), "title": "CC0 1.0 Universal"}
            ],
            "resources": [_resource(table, files[f"{table.name}.csv"]) for table in TABLES],
        }
    )


def _described(table: Table) -> dict[str, object]:
    schema: dict[str, object] = {"columns": [_column(column) for column in table.columns]}
    if table.key:
        schema |= {"primaryKey": table.key, "aboutUrl": f"{{+{table.key}}}"}
    if table.links:
        schema["foreignKeys"] = [
            {
                "columnReference": column,
                "reference": {"resource": f"{other}.csv", "columnReference": _key(other)},
            }
            for column, other in table.links
        ]
    return {"url": f"{table.name}.csv", "dc:title": table.title, "tableSchema": schema}


def _column(column: Column) -> dict[str, object]:
    described: dict[str, object] = {
        "name": column.name,
        "titles": column.name,
        "dc:description": column.about,
        "datatype": _CSVW[column.type],
    }
    if column.many:
        described["separator"] = SEPARATOR
    if "/" not in column.path and column.path and not column.path.startswith("^"):
        described["propertyUrl"] = _expanded(column.path)
        if column.type == "uri":
            described["valueUrl"] = f"{{+{column.name}}}"
    return described


def _resource(table: Table, content: bytes) -> dict[str, object]:
    fields = [
        {
            "name": column.name,
            "type": "string" if column.many else _FRICTIONLESS[column.type],
            "description": f"{column.about}; several have {SEPARATOR} between them"
            if column.many
            else column.about,
        }
        for column in table.columns
    ]
    schema: dict[str, object] = {"fields": fields}
    if table.key:
        schema["primaryKey"] = [table.key]
    if table.links:
        schema["foreignKeys"] = [
            {"fields": [column], "reference": {"resource": other, "fields": [_key(other)]}}
            for column, other in table.links
        ]
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.title,
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": schema,
    }


def _key(name: str) -> str:
    return next(table.key for table in TABLES if table.name == name)


def _cell(cell: Cell) -> str:
    if isinstance(cell, tuple):
        assert not any(SEPARATOR in value for value in cell), cell
        return SEPARATOR.join(cell)
    return cell or ""


def _expanded(name: str) -> str:
    prefix, _, local = name.partition(":")
    return names.PREFIXES[prefix] + local


def _json(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
