"""What the record states of resources, property by property, as tables take it.

Properties and classes go by short names: those of ours by their local name, such as isoAlpha2,
others with their prefix, such as skos:exactMatch.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib.namespace import XSD

from selenograph.graph import names, query

_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
_DEFAULT = ox.DefaultGraph()
_NUMBERS = {str(XSD[name]) for name in ("integer", "decimal", "double", "float", "int")}
_PROPERTIES = f"""
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX void: <http://rdfs.org/ns/void#>
SELECT ?class ?property ?count ?label WHERE {{
  GRAPH <{names.VOID}> {{
    <{names.BASE}> void:classPartition ?part .
    ?part void:class ?class ; void:propertyPartition ?place .
    ?place void:property ?property ; void:triples ?count .
  }}
  OPTIONAL {{ ?property rdfs:label ?label }}
}}
ORDER BY DESC(?count) ?property
"""


@dataclass(frozen=True)
class Property:
    """A property that members of a class have."""

    id: str
    label: str
    count: int


@dataclass(frozen=True)
class Fact:
    """A value: an entity with its label, or a text, a number, a day, or whether."""

    value: str
    kind: str
    label: str = ""


def short(iri: str) -> str:
    """Return the short name of a property or a class."""
    return iri.removeprefix(str(names.SG)) if iri.startswith(names.SG) else names.short(iri)


def full(name: str) -> str:
    """Return the IRI of a property or class, given by its short name or in full."""
    prefix, colon, local = name.partition(":")
    if colon and prefix in names.PREFIXES:
        return names.PREFIXES[prefix] + local
    return name if colon else str(names.SG) + name


def identity(name: str) -> str:
    """Return the IRI of a resource, given by its path or in full."""
    return name if ":" in name else names.BASE + name


def values(store: ox.Store, iri: str, property_: str) -> list[Fact]:
    """Return the values that the record gives a resource, in a fixed order.

    None where the names are no IRIs.
    """
    try:
        subject, predicate = ox.NamedNode(iri), ox.NamedNode(full(property_))
    except ValueError:
        return []
    found = [quad.object for quad in store.quads_for_pattern(subject, predicate, None, _DEFAULT)]
    return [_fact(store, term) for term in sorted(found, key=str)]


def label(store: ox.Store, iri: str) -> str:
    """Return what a resource or a term is called in English, or else its path or short name."""
    try:
        node = ox.NamedNode(iri)
    except ValueError:
        return iri
    labels = [quad.object for quad in store.quads_for_pattern(node, _LABEL, None, _DEFAULT)]
    english = sorted(
        (one for one in labels if isinstance(one, ox.Literal)),
        key=lambda one: (one.language not in ("en", None), one.value),
    )
    return english[0].value if english else names.short(iri)


def properties(store: ox.Store) -> dict[str, list[Property]]:
    """Return the properties of each class, those first that are stated most often."""
    answer = query.run(store, _PROPERTIES)
    assert isinstance(answer, ox.QuerySolutions)
    found: dict[str, dict[str, Property]] = {}
    for row in answer:
        kind, iri, count, told = (getattr(row[n], "value", "") for n in _COLUMNS)
        of_class = found.setdefault(short(kind), {})
        if iri != _TYPE.value:
            of_class.setdefault(short(iri), Property(short(iri), told or short(iri), int(count)))
    return {kind: list(of_class.values()) for kind, of_class in found.items()}


_COLUMNS = ("class", "property", "count", "label")


def described(store: ox.Store, iri: str, kinds: Iterable[str]) -> str:
    """Return in a few words what a resource is, so that it is not taken for a namesake."""
    told = [fact.label or fact.value for fact in values(store, iri, "kind")]
    told = told or [label(store, full(kind)) for kind in kinds]
    for property_ in ("isoAlpha3", "country", "dcterms:issued"):
        told += [fact.label or fact.value for fact in values(store, iri, property_)]
    return ", ".join(told)


def _fact(store: ox.Store, term: object) -> Fact:
    if isinstance(term, ox.NamedNode):
        ours = term.value.startswith(names.BASE)
        if ours or "wikidata.org/entity/" in term.value:
            return Fact(term.value, "entity", label(store, term.value) if ours else "")
        return Fact(term.value, "text")
    if not isinstance(term, ox.Literal):
        return Fact(str(term), "text")
    datatype = term.datatype.value
    if datatype in _NUMBERS:
        return Fact(term.value, "number")
    if datatype == str(XSD.boolean):
        return Fact(term.value, "boolean")
    return Fact(term.value, "date" if datatype == str(XSD.date) else "text")
