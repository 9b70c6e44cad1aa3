"""The ontology for people: what each term means, how it is used, and what the shapes demand."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import pyoxigraph as ox

from selenograph.graph import names
from selenograph.graph.labels import (
    DEFAULT,
    SUBCLASS,
    TITLE,
    TYPE,
    Labels,
    Named,
    in_order,
    plain,
    sg,
)
from selenograph.graph.results import Term as Node

_ONTOLOGY = ox.NamedNode(names.ONTOLOGY)
_SHAPES = ox.NamedNode(names.SHAPES)
_KINDS = {
    "Object properties": "owl:ObjectProperty",
    "Datatype properties": "owl:DatatypeProperty",
    "Annotation properties": "owl:AnnotationProperty",
    "Properties of any value": "rdf:Property",
}


@dataclass(frozen=True)
class Term:
    """A class or property as its documentation shows it."""

    named: Named
    short: str
    definition: str
    example: str
    note: str
    upper: list[Named]
    domains: list[Named]
    ranges: list[Named]
    rules: list[Named]
    """How values are reconciled, and the layer in which they may be stated."""
    aligned: list[Named]
    samples: list[tuple[Named, Named]]
    uses: int
    messages: list[str]
    """What the shapes demand, in their words."""
    lower: "list[Term]" = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """The name of the term within the page of the ontology."""
        return self.short.partition(":")[2]

    @property
    def label(self) -> str:
        """The words by which people know the term."""
        return self.named.label


@dataclass(frozen=True)
class Scheme:
    """A list of concepts."""

    named: Named
    concepts: list[tuple[Named, str]]


@dataclass(frozen=True)
class Shape:
    """What is demanded of the instances of a class."""

    named: Named
    target: Named
    demands: list[tuple[Named, str, str]]
    """Each shape with its message and how much it weighs."""


@dataclass(frozen=True)
class Ontology:
    """The ontology as its pages show it."""

    title: str
    abstract: str
    version: str
    classes: list[Term]
    """Those without a broader class of ours, each with its narrower ones."""
    properties: dict[str, list[Term]]
    schemes: list[Scheme]

    @property
    def every_class(self) -> list[Term]:
        """All classes in the order of their names."""
        found = {term.short: term for term in _all(self.classes)}
        return [found[short] for short in sorted(found)]

    @property
    def boxes(self) -> list[tuple[Term, list[Term]]]:
        """The classes of which properties are said, each with these."""
        every = [one for found in self.properties.values() for one in found]
        said = {
            of.short: [one for one in every if of.named in one.domains] for of in self.every_class
        }
        return [(of, said[of.short]) for of in self.every_class if said[of.short]]


def ontology(labels: Labels) -> Ontology:
    """Return the ontology with all its terms."""
    node = ox.NamedNode(names.SG)
    return Ontology(
        labels.text(node, TITLE),
        labels.text(node, _term("dcterms:abstract")),
        labels.text(node, _term("owl:versionInfo")),
        _narrower(labels, None),
        {
            title: [term(labels, one) for one in _of_kind(labels, kind)]
            for title, kind in _KINDS.items()
        },
        [_scheme(labels, one) for one in _of_kind(labels, "skos:ConceptScheme")],
    )


def shapes(labels: Labels) -> list[Shape]:
    """Return what is demanded of each class, in the order of their names."""
    store, found = labels.store, []
    for quad in store.quads_for_pattern(None, _term("sh:targetClass"), None, _SHAPES):
        shape = quad.subject
        held = store.quads_for_pattern(shape, _term("sh:property"), None, _SHAPES)
        every = [shape, *sorted((q.object for q in held), key=plain)]
        demands = [
            (labels.named(one), text, severity.rpartition("#")[2].lower())
            for one in every
            for text in _values(store, one, "sh:message")
            for severity in _values(store, one, "sh:severity") or [""]
        ]
        found.append(Shape(labels.named(shape), labels.named(quad.object), demands))
    return sorted(found, key=lambda one: (one.target.label, one.named.iri))


def _values(store: ox.Store, shape: Node, property_: str) -> list[str]:
    if not isinstance(shape, ox.NamedNode):
        return []
    quads = store.quads_for_pattern(shape, _term(property_), None, _SHAPES)
    return sorted(plain(quad.object) for quad in quads)


def term(labels: Labels, node: ox.NamedNode) -> Term:
    """Return a term with its documentation and an example of its use in the record."""
    sample = next(_uses(labels, node), None)
    return Term(
        labels.named(node),
        names.short(node.value),
        labels.text(node, _term("skos:definition")),
        labels.text(node, _term("skos:example")),
        labels.text(node, _term("skos:scopeNote")),
        _names(labels, node, "rdfs:subClassOf", "rdfs:subPropertyOf"),
        _names(labels, node, "schema:domainIncludes"),
        _names(labels, node, "schema:rangeIncludes"),
        _names(labels, node, "sg:reconciliation", "sg:layer"),
        _names(labels, node, *(f"skos:{n}Match" for n in ("exact", "close", "broad", "narrow"))),
        [(labels.named(sample.subject), labels.named(sample.object))] if sample else [],
        _counts(labels.store).get(node.value, 0),
        sorted(_messages(labels, node)),
    )


def is_term(labels: Labels, node: ox.NamedNode) -> bool:
    """Tell whether an IRI is a class or a property of ours."""
    kinds = {_term("owl:Class"), *map(_term, _KINDS.values())}
    return node.value.startswith(names.SG) and not kinds.isdisjoint(labels.objects(node, TYPE))


def _narrower(labels: Labels, upper: ox.NamedNode | None) -> list[Term]:
    found = []
    for node in _of_kind(labels, "owl:Class"):
        # As it is stated: the closure has every broader class.
        stated = labels.store.quads_for_pattern(node, SUBCLASS, None, _ONTOLOGY)
        broader = [quad.object for quad in stated if is_ours(quad.object)]
        if upper in broader or (upper is None and not broader):
            made = term(labels, node)
            made.lower.extend(_narrower(labels, node))
            found.append(made)
    return found


def is_ours(node: Node) -> bool:
    """Tell whether an IRI is in the namespace of the ontology."""
    return isinstance(node, ox.NamedNode) and node.value.startswith(names.SG)


def _all(found: list[Term]) -> Iterator[Term]:
    for one in found:
        yield one
        yield from _all(one.lower)


def _of_kind(labels: Labels, kind: str) -> list[ox.NamedNode]:
    quads = labels.store.quads_for_pattern(None, TYPE, _term(kind), _ONTOLOGY)
    found = {q.subject for q in quads if isinstance(q.subject, ox.NamedNode)}
    ours = [node for node in found if node.value.startswith(names.BASE)]
    return sorted(ours, key=lambda node: node.value)


def _uses(labels: Labels, node: ox.NamedNode) -> Iterator[ox.Quad]:
    """Yield the statements in which a property stands, or those that give a class its instances."""
    store = labels.store
    is_class = any(store.quads_for_pattern(node, TYPE, _term("owl:Class"), DEFAULT))
    if is_class:
        return store.quads_for_pattern(None, TYPE, node, DEFAULT)
    return store.quads_for_pattern(None, node, None, DEFAULT)


@lru_cache(4)
def _counts(store: ox.Store) -> dict[str, int]:
    """Return how many statements each property has, and how many instances each class."""
    text = """SELECT ?term (COUNT(*) AS ?uses) WHERE {
        { ?subject ?term ?object } UNION { ?subject a ?term } } GROUP BY ?term"""
    found = store.query(text)
    assert isinstance(found, ox.QuerySolutions)
    return {plain(row["term"]): int(plain(row["uses"])) for row in found}


def _scheme(labels: Labels, node: ox.NamedNode) -> Scheme:
    quads = labels.store.quads_for_pattern(None, _term("skos:inScheme"), node, DEFAULT)
    concepts = in_order(labels.named(quad.subject) for quad in quads)
    return Scheme(
        labels.named(node), [(c, labels.text(c.term, _term("skos:definition"))) for c in concepts]
    )


def _messages(labels: Labels, node: ox.NamedNode) -> set[str]:
    """Return what shapes say of the instances of a class, or of the values of a property."""
    store, found = labels.store, set()

    def texts(shape: object) -> Iterator[str]:
        for quad in store.quads_for_pattern(shape, _term("sh:message"), None, _SHAPES):  # type: ignore[arg-type]
            yield labels.named(quad.object).label

    for quad in store.quads_for_pattern(None, _term("sh:targetClass"), node, _SHAPES):
        found |= set(texts(quad.subject))
        for held in store.quads_for_pattern(quad.subject, _term("sh:property"), None, _SHAPES):
            found |= set(texts(held.object))
    for quad in store.quads_for_pattern(None, _term("sh:path"), node, _SHAPES):
        found |= set(texts(quad.subject))
    return found


def _names(labels: Labels, node: ox.NamedNode, *properties: str) -> list[Named]:
    found = [value for one in properties for value in labels.objects(node, _term(one))]
    return [labels.named(value) for value in found if isinstance(value, ox.NamedNode)]


def _term(short: str) -> ox.NamedNode:
    prefix, _, name = short.partition(":")
    return sg(name) if prefix == "sg" else ox.NamedNode(names.PREFIXES[prefix] + name)
