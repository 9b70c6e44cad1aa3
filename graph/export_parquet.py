"""Tables as Parquet. Needs pyarrow, which is large and therefore an extra of the package."""

import io
from datetime import date

from selenograph.graph import names
from selenograph.graph.errors import NotInstalled
from selenograph.graph.export_csv import Rows
from selenograph.graph.export_tables import Cell, Column, Table
from selenograph.graph.release import Release


def written(table: Table, rows: Rows, made: Release) -> bytes:
    """Return a table as Parquet: https://parquet.apache.org/docs/file-format/.

    Several values of a cell are a list. Raises NotInstalled where pyarrow is missing.
    """
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError as error:
        raise NotInstalled("Parquet", "pyarrow", "tables") from error
    types = {"date": arrow.date32(), "integer": arrow.int64()}
    fields = []
    for column in table.columns:
        plain = types.get(column.type, arrow.string())
        kind = arrow.list_(plain) if column.many else plain
        fields.append(arrow.field(column.name, kind, metadata={"description": column.about}))
    described = {
        "title": table.title,
        "release": made.manifest.release,
        "license": str(names.LICENCE),
    }
    values = [
        [_value(row[place], column) for row in rows] for place, column in enumerate(table.columns)
    ]
    content = arrow.table(values, schema=arrow.schema(fields, metadata=described))
    out = io.BytesIO()
    parquet.write_table(content, out, compression="zstd")
    return out.getvalue()


def _value(cell: Cell, column: Column) -> object:
    if isinstance(cell, tuple):
        return list(cell)
    if cell is None:
        return None
    if column.type == "date":
        return date.fromisoformat(cell)
    return int(cell) if column.type == "integer" else cell
