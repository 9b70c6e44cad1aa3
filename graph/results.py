"""Answers of queries as tables and in the W3C's formats."""

import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, cast

import pyoxigraph as ox

from selenograph.graph import names
from selenograph.graph.errors import BadQuery, ServiceFailed

SOLUTION_FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
GRAPH_FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = tuple[Term | None, ...]
_NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_XML_NAME = re.compile(r"[^\W\d][\w.-]*\Z")


def serialized(answer: ox.QuerySolutions | ox.QueryBoolean, form: str) -> bytes:
    """Return solutions or a truth value in one of SOLUTION_FORMATS.

    Raises what ``write`` raises.
    """
    out = io.BytesIO()
    write(answer, form, out)
    return out.getvalue()


def write(answer: ox.QuerySolutions | ox.QueryBoolean, form: str, out: IO[bytes]) -> int:
    """Write solutions or a truth value in one of SOLUTION_FORMATS; return the number of rows.

    https://www.w3.org/TR/sparql11-results-json/ and its siblings. A truth value is one row.
    Raises BadQuery for a truth value as CSV or TSV, for which no format is defined, and for what
    the engine cannot work out.
    """
    if isinstance(answer, ox.QueryBoolean):
        if form in ("csv", "tsv"):
            raise BadQuery("A yes or no has no form as CSV or TSV. Ask for json or xml.")
        out.write(answer.serialize(format=SOLUTION_FORMATS[form]) or b"")
        return 1
    passing = _Passing(out, form)
    with _told():
        answer.serialize(output=cast(IO[bytes], passing), format=SOLUTION_FORMATS[form])
    return passing.rows


def statements(triples: Iterable[ox.Triple], form: str) -> bytes:
    """Return triples in one of GRAPH_FORMATS, subjects in order, with our prefixes.

    Raises BadQuery for what the format cannot hold and for what the engine cannot work out.
    """
    with _told():
        ordered = sorted(triples, key=str)
    if form == "jsonld" and any(isinstance(t, ox.Triple) for triple in ordered for t in triple):
        raise BadQuery("A statement about a statement has no form as JSON-LD. Ask for ttl or nt.")
    if form == "rdf":
        _check_names(ordered)
    used = {_name(term) for triple in ordered for term in triple}
    prefixes = {
        prefix: namespace
        for prefix, namespace in names.PREFIXES.items()
        if any(iri.startswith(namespace) for iri in used)
    }
    text = ox.serialize(ordered, format=GRAPH_FORMATS[form], prefixes=prefixes) or b""
    if form == "rdf":
        return _readable(text)
    # The engine writes prefixes in an order of chance; the same graph is to have the same text.
    lines = text.splitlines(keepends=True)
    head = sorted(line for line in lines[: len(prefixes)] if line.startswith(b"@prefix"))
    return b"".join([*head, *lines[len(head) :]])


def table(answer: ox.QuerySolutions) -> tuple[list[str], list[Row]]:
    """Return the names of the columns and the rows of solutions."""
    columns = [variable.value for variable in answer.variables]
    with _told():
        return columns, [tuple(row[column] for column in columns) for row in answer]


def shown(term: Term | None) -> str:
    """Return a term as people read it: the text of a literal, the short form of an IRI."""
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        return names.short(term.value)
    return term.value if isinstance(term, ox.Literal | ox.BlankNode) else str(term)


class _Passing:
    """Counts the rows while their bytes pass, and mends what XML parsers would not read back."""

    def __init__(self, out: IO[bytes], form: str) -> None:
        self.out, self.form = out, form
        self.rows = -1 if form in ("csv", "tsv") else 0
        self._quoted = False
        self._held = self._tail = b""

    def write(self, chunk: bytes) -> int:
        self._count(chunk)
        self.out.write(_readable(chunk) if self.form == "xml" else chunk)
        return len(chunk)

    def flush(self) -> None:
        self.out.flush()

    def _count(self, chunk: bytes) -> None:
        if self.form == "tsv":
            self.rows += chunk.count(b"\n")
        elif self.form == "csv":
            self.rows += self._unquoted(chunk).count(b"\n")
        elif self.form == "xml":
            self._find(chunk, b"<result>")
        else:
            self._find(self._unquoted(chunk), b"[{", b"},{")

    def _unquoted(self, chunk: bytes) -> bytes:
        """Return what stands outside of quotation marks, in JSON without regard to escaped ones."""
        if self.form == "json":
            chunk = (self._held + chunk).replace(b"\\\\", b"")
            self._held = b"\\" if chunk.endswith(b"\\") else b""
            chunk = chunk.removesuffix(self._held).replace(b'\\"', b"")
        parts = chunk.split(b'"')
        outside = b"".join(parts[self._quoted :: 2])
        self._quoted ^= len(parts) % 2 == 0
        return outside

    def _find(self, text: bytes, *marks: bytes) -> None:
        """Count marks, also those that two chunks share."""
        seen = self._tail + text
        self.rows += sum(seen.count(mark) - self._tail.count(mark) for mark in marks)
        self._tail = seen[-7:]


@contextmanager
def _told() -> Iterator[None]:
    """Turn what the engine finds only while it works into an error that tells it."""
    try:
        yield
    except (RuntimeError, ValueError) as error:
        raise BadQuery(f"The query cannot be worked out: {error}.") from error
    except OSError as error:
        # One with a number is of this system: a disk is full, say.
        if error.errno is not None:
            raise
        raise ServiceFailed(str(error)) from error


def _readable(text: bytes) -> bytes:
    """Return XML that parsers read back as it was, or raise BadQuery where there is none.

    https://www.w3.org/TR/xml/#charsets
    """
    if _NOT_XML.search(text):
        raise BadQuery("The answer holds a character that XML cannot hold. Ask for json or ttl.")
    # The engine writes carriage returns as they are, and parsers drop those.
    return text.replace(b"\r", b"&#13;")


def _check_names(triples: Iterable[ox.Triple]) -> None:
    for triple in triples:
        if not _XML_NAME.search(triple.predicate.value):
            raise BadQuery(
                f"The property {triple.predicate.value} has no name in RDF/XML. Ask for ttl or nt."
            )


def _name(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    if isinstance(term, ox.Literal):
        return term.datatype.value
    return term.value if isinstance(term, ox.NamedNode) else ""
