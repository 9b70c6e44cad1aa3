"""The graph from Python: open a release or an endpoint, ask it, and use the answer."""

import shutil
import tempfile
import weakref
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
from rdflib import Graph
from rdflib.namespace import XSD

from selenograph.graph import archivist, convert, names, query, release, results, web
from selenograph.graph.errors import BadInput, NotInstalled, SelenographError, ServiceFailed
from selenograph.graph.query import StoredQuery

if TYPE_CHECKING:
    import pandas
    import polars

__all__ = ["Answer", "Dataset", "SelenographError", "open"]

Cell = str | int | float | bool | date | datetime | Decimal | None
Given = str | int | date

_ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9"
_INTEGERS = {
    str(XSD[name]) for name in ("integer", "int", "long", "short", "nonNegativeInteger")
}  # fmt: skip


def open(source: str | Path = "release") -> "Dataset":
    """Open the current release of a folder, a dump, or the endpoint at an address.

    A folder is one that ``selenograph build`` writes, and a dump the N-Quads of an export. An
    address is that of a server of Selenograph, or of its SPARQL endpoint. Raises NoRelease where a
    folder holds no release, and BadInput for a file that is no dump.
    """
    if str(source).startswith(("http://", "https://")):
        return _Endpoint(str(source))
    path = Path(source)
    return _Dump(path) if path.is_file() else _Folder(path)


class Dataset(ABC):
    """A graph that answers: one release, a dump, or an endpoint. Made by ``open``."""

    @property
    def queries(self) -> Mapping[str, StoredQuery]:
        """The stored queries by name, with their questions and parameters."""
        return query.stored()

    def ask(
        self,
        name: str,
        *,
        on: str | date | None = None,
        known: str | date | None = None,
        **parameters: Given,
    ) -> "Answer":
        """Answer a stored query; resources are given as paths such as ``party/serbia``, or in full.

        ``on`` is the day for which it is asked, where the query takes one; ``known`` lets only
        sources count that were published by that day.

        Raises Unknown for a name that no query has, BadParameter for a parameter that it does not
        take or that is of another kind, and what ``query`` raises.
        """
        given = {**parameters, **({} if on is None else {"on": on})}
        text = query.named(name).with_values({key: str(value) for key, value in given.items()})
        return self.query(text, known=known)

    def query(self, text: str, *, known: str | date | None = None) -> "Answer":
        """Answer a SPARQL query. The prefixes of the project need not be declared.

        Raises BadQuery where it is none, BadInput where ``known`` is no day, and ServiceFailed
        where an endpoint does not answer.
        """
        return self._answered(text, None if known is None else _day(known))

    @abstractmethod
    def _answered(self, text: str, known: date | None) -> "Answer": ...


class Answer:
    """The answer of a query: rows, a graph, or yes or no."""

    def __init__(self, answer: query.Results) -> None:
        self._yes = bool(answer) if isinstance(answer, ox.QueryBoolean) else None
        self._triples = list(answer) if isinstance(answer, ox.QueryTriples) else None
        columns, rows = results.table(answer) if isinstance(answer, ox.QuerySolutions) else ([], [])
        self.columns: list[str] = columns
        """The names of the columns of an answer that has rows."""
        self._rows = rows

    @cached_property
    def rows(self) -> list[dict[str, Cell]]:
        """The rows as plain Python: IRIs and texts as str, numbers and whole days as such.

        Dates that are less precise stay texts (``2024-05``). What is not bound is None. Raises
        BadInput for an answer of another form.
        """
        self._insist(self._yes is None and self._triples is None, "rows: ask with SELECT")
        return [dict(zip(self.columns, map(_plain, row), strict=True)) for row in self._rows]

    @property
    def yes(self) -> bool:
        """The answer to ASK. Raises BadInput for an answer of another form."""
        self._insist(self._yes is not None, "yes or no: ask with ASK")
        return bool(self._yes)

    def graph(self) -> Graph:
        """Return a graph of rdflib. Raises BadInput for an answer of another form."""
        self._insist(self._triples is not None, "statements: ask with CONSTRUCT or DESCRIBE")
        return convert.graph(self._triples or [])

    def pandas(self) -> "pandas.DataFrame":
        """Return the rows for pandas; a column of several types is one of texts.

        Raises NotInstalled where pandas is missing.
        """
        try:
            import pandas
        except ImportError as error:
            raise NotInstalled("A data frame", "pandas", "tables") from error
        return pandas.DataFrame(self._frame())

    def polars(self) -> "polars.DataFrame":
        """Return the rows for polars; a column of several types is one of texts.

        Raises NotInstalled where polars is missing.
        """
        try:
            import polars
        except ImportError as error:
            raise NotInstalled("A data frame", "polars", "tables") from error
        return polars.DataFrame(self._frame())

    def _frame(self) -> dict[str, list[Cell]]:
        """Return columns of one type each, as data frames want them: 2024 beside 2024-05-07."""
        rows = self.rows
        frame = {column: [row[column] for row in rows] for column in self.columns}
        for column, values in frame.items():
            if len({type(value) for value in values if value is not None}) > 1:
                frame[column] = [None if value is None else str(value) for value in values]
        return frame

    def __iter__(self) -> Iterator[dict[str, Cell]]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def _insist(self, fits: bool, form: str) -> None:
        if not fits:
            raise BadInput(f"The query does not give {form}.")


class _Folder(Dataset):
    def __init__(self, folder: Path) -> None:
        self.release = release.current(folder)
        self._store = self.release.open()
        self._archivist = archivist.Alone(self.release)

    def __repr__(self) -> str:
        return f"selenograph.open({str(self.release.folder.parent)!r})"

    def _answered(self, text: str, known: date | None) -> Answer:
        return Answer(query.run(self._store if known is None else self._by(known), text))

    def _by(self, day: date) -> ox.Store:
        """Return the store of what had been published by a day, which is made once."""
        return self._archivist.release(day).open()


class _Dump(_Folder):
    """A dump, kept as a release for as long as it is used."""

    def __init__(self, file: Path) -> None:
        quads, place = file.read_bytes(), tempfile.mkdtemp(prefix="selenograph-")
        weakref.finalize(self, shutil.rmtree, place, ignore_errors=True)
        try:
            graphs = {quad.graph_name for quad in ox.parse(quads, format=ox.RdfFormat.N_QUADS)}
            sources = [g for g in graphs if getattr(g, "value", "").startswith(names.SOURCES)]
            release.write(Path(place), quads, len(sources))
        except SyntaxError as error:
            raise BadInput(f"{file} is no dump in N-Quads: {error}") from error
        super().__init__(Path(place))
        self._file = file

    def __repr__(self) -> str:
        return f"selenograph.open({str(self._file)!r})"


class _Endpoint(Dataset):
    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/").removesuffix("/sparql")

    def __repr__(self) -> str:
        return f"selenograph.open({self.address!r})"

    def _answered(self, text: str, known: date | None) -> Answer:
        """Ask by the SPARQL protocol: https://www.w3.org/TR/sparql11-protocol/."""
        path = f"/known/{known}/sparql" if known else "/sparql"
        reply = web.post(self.address + path, {"query": text}, _ACCEPT)
        try:
            if reply.media_type == "application/n-triples":
                return Answer(_triples(reply.body))
            return Answer(ox.parse_query_results(reply.body, format=ox.QueryResultsFormat.JSON))
        except (SyntaxError, ValueError) as error:
            raise ServiceFailed(f"{self.address}{path}: {error}") from error


def _triples(text: bytes) -> ox.QueryTriples:
    store = ox.Store()
    store.load(text, format=ox.RdfFormat.N_TRIPLES)
    answer = store.query("CONSTRUCT WHERE { ?s ?p ?o }")
    assert isinstance(answer, ox.QueryTriples)
    return answer


def _day(told: str | date) -> date:
    try:
        return told if isinstance(told, date) else date.fromisoformat(told)
    except ValueError as error:
        raise BadInput(f'"{told}" is not a single day. Give one such as 2024-06-01.') from error


def _plain(term: results.Term | None) -> Cell:
    """Return a term as Python has it; as text where it is no valid value of its type."""
    if term is None:
        return None
    if not isinstance(term, ox.Literal):
        return term.value if isinstance(term, ox.NamedNode) else str(term)
    kind = term.datatype.value
    try:
        if kind in _INTEGERS:
            return int(term.value)
        if kind == str(XSD.decimal):
            return Decimal(term.value)
        if kind in (str(XSD.double), str(XSD.float)):
            return float(term.value)
        if kind == str(XSD.boolean):
            return term.value in ("true", "1")
        if kind == str(XSD.date):
            return date.fromisoformat(term.value)
        if kind == str(XSD.dateTime):
            return datetime.fromisoformat(term.value)
    except (ArithmeticError, ValueError):
        pass
    return term.value
