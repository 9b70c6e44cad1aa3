"""Answers of queries as the suites write them and as servers send them, and whether two agree.

Read without the engine that is tested, but for Turtle and RDF/XML.
"""

import csv
import io
import json
from collections import Counter, defaultdict
from decimal import Decimal
from typing import NamedTuple
from xml.etree import ElementTree

import pyoxigraph as ox

XMLNS = "{http://www.w3.org/2005/sparql-results#}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
XSD = "http://www.w3.org/2001/XMLSchema#"
VALUES = {
    "boolean": lambda text: {"1": "true", "0": "false"}.get(text, text),
    "date": lambda text: text.replace("+00:00", "Z"),
    "decimal": lambda text: Decimal(text).normalize(),
    "double": float,
    "float": float,
    "integer": int,
}
GRAPHS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
}
MEDIA = {
    ".srj": "application/sparql-results+json",
    ".srx": "application/sparql-results+xml",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
}
SUFFIXES = {media: suffix for suffix, media in MEDIA.items()} | {"text/turtle": ".ttl"}


class Table(NamedTuple):
    """Solutions: variables, and for each row the terms of those that are bound."""

    variables: set
    rows: list


def read(text, suffix, base):
    """Return bytes in a format as a Table, a truth value, or a graph: a list of triples."""
    if suffix in GRAPHS:
        triples = [q.triple for q in ox.parse(text, format=GRAPHS[suffix], base_iri=base)]
        found = _result_set(triples)
        return [dict(enumerate(triple)) for triple in set(triples)] if found is None else found
    return {".srx": _xml, ".srj": _json, ".csv": _csv, ".tsv": _tsv}[suffix](text)


def agree(expected, answer, ordered=False, lax=False):
    """Tell whether two answers are the same but for the names of blank nodes.

    Lax is an answer of which REDUCED may have taken repetitions.
    """
    if isinstance(expected, bool) or isinstance(answer, bool):
        return expected is answer
    if isinstance(expected, Table) != isinstance(answer, Table):
        return False
    if isinstance(expected, Table):
        if expected.variables != answer.variables:
            return False
        expected, answer = expected.rows, answer.rows
    if lax:
        most, found = Counter(map(_hashable, expected)), Counter(map(_hashable, answer))
        return found <= most and set(found) == set(most)
    if not ordered:
        expected, answer = _apart(expected), _apart(answer)
        if Counter(map(_hashable, expected[0])) != Counter(map(_hashable, answer[0])):
            return False
        expected, answer = expected[1], answer[1]
    return _paired(expected, answer, {}, ordered)


def by_value(answer):
    """Return an answer with one form for each value of the commonest datatypes."""
    if isinstance(answer, Table):
        return Table(answer.variables, by_value(answer.rows))
    if isinstance(answer, bool):
        return answer
    return [{name: _canonical(term) for name, term in row.items()} for row in answer]


def _canonical(term):
    if not isinstance(term, ox.Literal):
        return term
    value = VALUES.get(term.datatype.value.removeprefix(XSD), str)(term.value)
    return term if value == term.value else ox.Literal(str(value), datatype=term.datatype)


def shown(answer):
    """Return an answer as people read it, in the order of its rows."""
    if isinstance(answer, bool):
        return str(answer)
    rows = answer.rows if isinstance(answer, Table) else answer
    head = [" ".join(sorted(answer.variables))] if isinstance(answer, Table) else []
    lines = [" ".join(f"{name}={term}" for name, term in sorted(row.items())) for row in rows]
    return "\n".join(head + lines)


def _hashable(row):
    return frozenset(row.items())


def _apart(rows):
    """Return the rows without and those with blank nodes."""
    parts = [], []
    for row in rows:
        parts[any(isinstance(term, ox.BlankNode) for term in row.values())].append(row)
    return parts


def _paired(ours, theirs, names, ordered):
    if len(ours) != len(theirs):
        return False
    if not ours:
        return True
    for place, other in enumerate(theirs[:1] if ordered else theirs):
        more = _unified(ours[0], other, names)
        others = theirs[:place] + theirs[place + 1 :]
        if more is not None and _paired(ours[1:], others, more, ordered):
            return True
    return False


def _unified(row, other, names):
    """Return the names of blank nodes with those that make two rows equal, or None."""
    if row.keys() != other.keys():
        return None
    names = dict(names)
    for key, term in row.items():
        twin = other[key]
        if isinstance(term, ox.BlankNode) and isinstance(twin, ox.BlankNode):
            there, back = (0, term), (1, twin)
            if names.setdefault(there, twin) != twin or names.setdefault(back, term) != term:
                return None
        elif term != twin:
            return None
    return names


def _result_set(triples):
    """Return what a graph in the vocabulary of result sets says, or None for any other graph."""
    values = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in triples:
        values[subject][predicate.value.removeprefix(RS)].append(value)
    for told in values.values():
        if "boolean" in told:
            return told["boolean"][0].value == "true"
    for told in values.values():
        if "resultVariable" in told:
            solutions = [values[solution] for solution in told["solution"]]
            solutions.sort(key=lambda solution: [int(i.value) for i in solution["index"]])
            rows = [
                {values[b]["variable"][0].value: values[b]["value"][0] for b in solution["binding"]}
                for solution in solutions
            ]
            return Table({variable.value for variable in told["resultVariable"]}, rows)
    return None


def _xml(text):
    root = ElementTree.fromstring(text)
    truth = root.findtext(f"{XMLNS}boolean")
    if truth is not None:
        return truth.strip() == "true"
    rows = [
        {binding.get("name"): _xml_term(binding[0]) for binding in result}
        for result in root.iter(f"{XMLNS}result")
    ]
    return Table({v.get("name") for v in root.iter(f"{XMLNS}variable")}, rows)


def _xml_term(element):
    kind = element.tag.removeprefix(XMLNS)
    return _term(kind, element.text or "", element.get(XML_LANG), element.get("datatype"))


def _json(text):
    found = json.loads(text)
    if "boolean" in found:
        return found["boolean"]
    rows = [
        {
            name: _term(told["type"], told["value"], told.get("xml:lang"), told.get("datatype"))
            for name, told in row.items()
        }
        for row in found["results"]["bindings"]
    ]
    return Table(set(found["head"]["vars"]), rows)


def _term(kind, value, language=None, datatype=None):
    if kind == "uri":
        return ox.NamedNode(value)
    if kind == "bnode":
        return ox.BlankNode(value)
    assert kind in ("literal", "typed-literal")
    if language:
        return ox.Literal(value, language=language)
    return ox.Literal(value, datatype=ox.NamedNode(datatype) if datatype else None)


def _csv(text):
    names, *lines = csv.reader(io.StringIO(text.decode(), newline=""))
    rows = [
        {name: _csv_term(cell) for name, cell in zip(names, line, strict=True) if cell}
        for line in lines
    ]
    return Table(set(names), rows)


def _csv_term(cell):
    return ox.BlankNode(cell[2:]) if cell.startswith("_:") else ox.Literal(cell)


def _tsv(text):
    head, *lines = text.decode().splitlines()
    names = [name.removeprefix("?") for name in head.split("\t")]
    rows = [
        {name: _turtle(cell) for name, cell in zip(names, line.split("\t"), strict=True) if cell}
        for line in lines
    ]
    return Table(set(names), rows)


def _turtle(term):
    (quad,) = ox.parse(f"<a:a> <a:a> {term} .", format=ox.RdfFormat.TURTLE)
    return quad.object
