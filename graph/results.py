"""Answers of queries as tables and in the W3C's formats."""

from collections.abc import Iterable

import pyoxigraph as ox

from selenograph.graph import names
from selenograph.graph.errors import BadQuery

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
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None
Row = tuple[Term, ...]


def serialized(answer: ox.QuerySolutions | ox.QueryBoolean, form: str) -> bytes:
    """Return solutions or a truth value in one of SOLUTION_FORMATS.

    https://www.w3.org/TR/sparql11-results-json/ and its siblings. Raises BadQuery for a truth
    value as CSV or TSV, for which no format is defined.
    """
    if isinstance(answer, ox.QueryBoolean) and form in ("csv", "tsv"):
        raise BadQuery("A yes or no has no form as CSV or TSV. Ask for json or xml.")
    text = answer.serialize(format=SOLUTION_FORMATS[form]) or b""
    # The engine writes carriage returns as they are, and XML parsers drop those.
    return text.replace(b"\r", b"&#13;") if form == "xml" else text


def statements(triples: Iterable[ox.Triple], form: str) -> bytes:
    """Return triples in one of GRAPH_FORMATS, subjects in order, with our prefixes."""
    ordered = sorted(triples, key=str)
    used = {_name(term) for triple in ordered for term in triple}
    prefixes = {
        prefix: namespace
        for prefix, namespace in names.PREFIXES.items()
        if any(iri.startswith(namespace) for iri in used)
    }
    text = ox.serialize(ordered, format=GRAPH_FORMATS[form], prefixes=prefixes) or b""
    # The engine writes prefixes in an order of chance; the same graph is to have the same text.
    lines = text.splitlines(keepends=True)
    head = sorted(line for line in lines[: len(prefixes)] if line.startswith(b"@prefix"))
    return b"".join([*head, *lines[len(head) :]])


def _name(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    if isinstance(term, ox.Literal):
        return term.datatype.value
    return term.value if isinstance(term, ox.NamedNode) else ""


def table(answer: ox.QuerySolutions) -> tuple[list[str], list[Row]]:
    """Return the names of the columns and the rows of solutions."""
    columns = [variable.value for variable in answer.variables]
    return columns, [tuple(row[column] for column in columns) for row in answer]


def shown(term: Term) -> str:
    """Return a term as people read it: the text of a literal, the short form of an IRI."""
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        return names.short(term.value)
    return term.value if isinstance(term, ox.Literal | ox.BlankNode) else str(term)
