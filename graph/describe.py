"""What the graph holds of one resource: for people with its sources, for machines as triples."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

import pyoxigraph as ox

from selenograph.graph import names, query
from selenograph.graph.errors import Unknown
from selenograph.graph.results import Term

_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
_TITLE = ox.NamedNode("http://purl.org/dc/terms/title")
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_PUBLISHER = ox.NamedNode("http://purl.org/dc/terms/publisher")
_ISSUED = ox.NamedNode("http://purl.org/dc/terms/issued")
_SOURCES = names.BASE + "source/"
_GRAPHS = names.BASE + "graph/"
_COUNTS = names.BASE + "void/"
_DEFAULT = ox.DefaultGraph()
_INCOMING = 200

T = TypeVar("T")


@dataclass(frozen=True)
class Named:
    """A term with the words by which people know it."""

    term: Term
    label: str

    @property
    def iri(self) -> str:
        """The IRI, or nothing for a literal."""
        return self.term.value if isinstance(self.term, ox.NamedNode) else ""


@dataclass(frozen=True)
class Value:
    """A value of a property with the sources that give it, or else the layer that states it."""

    value: Named
    sources: list[Named]
    layer: str

    @property
    def label(self) -> str:
        """The words by which people know the value."""
        return self.value.label


@dataclass(frozen=True)
class Fact:
    """A property of a resource with its values."""

    property: Named
    values: list[Value]


@dataclass(frozen=True)
class Passage:
    """Where a source speaks of a resource, with an address that opens it there."""

    source: Named
    paragraph: str
    address: str


@dataclass(frozen=True)
class Resource:
    """A resource as its page shows it."""

    iri: str
    label: str
    kinds: list[Named]
    facts: list[Fact]
    incoming: list[tuple[Named, Named]]
    passages: list[Passage]
    statements: list[tuple[Named, Named, Named]]
    """What stands in the graph of a source; empty for other graphs, which are too long to show."""
    size: int
    """How many statements stand in the graph that goes by the resource's IRI."""


def resource(store: ox.Store, iri: str) -> Resource:
    """Return what the graph holds of a resource. Raises Unknown where that is nothing."""
    node = _node(iri)
    graph = _home(store, node)
    outgoing = [q for q in store.quads_for_pattern(node, None, None, graph)]
    incoming = list(_mentions(store, node, graph))
    held = _testimony(store, node)
    if not outgoing and not incoming and not held:
        raise _unknown(iri)
    facts = [
        Fact(
            named(store, predicate),
            _sorted(_value(store, q) for q in outgoing if q.predicate == predicate),
        )
        for predicate in sorted({q.predicate for q in outgoing}, key=_ours_first)
        if predicate not in (_TYPE, _LABEL)
    ]
    return Resource(
        iri,
        named(store, node).label,
        [named(store, q.object) for q in outgoing if q.predicate == _TYPE],
        facts,
        _sorted((named(store, q.subject), named(store, q.predicate)) for q in incoming)[:_INCOMING],
        sorted(_passages(store, node), key=_in_order),
        [
            (named(store, q.subject), named(store, q.predicate), named(store, q.object))
            for q in (held if iri.startswith(_SOURCES) else [])
        ],
        len(held),
    )


def triples(store: ox.Store, iri: str) -> list[ox.Triple]:
    """Return what a machine gets for a resource: statements of it, statements about it, labels.

    For a source or another graph of ours, all that stands in that graph as well. Raises Unknown
    where there is nothing.
    """
    node = _node(iri)
    graph = _home(store, node)
    own = {q.triple for q in store.quads_for_pattern(node, None, None, graph)}
    about = {q.triple for q in _mentions(store, node, graph)}
    held = {q.triple for q in _testimony(store, node)}
    if not own | about | held:
        raise _unknown(iri)
    mentioned = {t.object for t in own if isinstance(t.object, ox.NamedNode)}
    labels = {
        q.triple for term in mentioned for q in store.quads_for_pattern(term, _LABEL, None, graph)
    }
    return sorted(own | about | held | labels, key=str)


def participants(store: ox.Store, programme: str, on: str) -> list[dict[str, object]]:
    """Return the rows of the stored query ``participants``, each with its sources by name."""
    text = query.named("participants").with_values({"programme": programme, "on": on})
    answer = query.run(store, text)
    assert isinstance(answer, ox.QuerySolutions)
    columns = [variable.value for variable in answer.variables]
    rows = []
    for solution in answer:
        row: dict[str, object] = {name: solution[name] for name in columns}
        sources = {
            source
            for basis in _objects(store, solution["participation"], _sg("basis"))
            for source in _objects(store, basis, _sg("testifiedBy"))
        }
        row["sources"] = _sorted(_cited(store, source) for source in sources)
        rows.append(row)
    return rows


def terms(store: ox.Store) -> dict[str, list[Resource]]:
    """Return the terms of the ontology by their kind, in the order of their names."""
    kinds = {
        "Classes": "Class",
        "Object properties": "ObjectProperty",
        "Datatype properties": "DatatypeProperty",
        "Annotation properties": "AnnotationProperty",
        "Properties of any value": "Property",
    }
    found: dict[str, list[Resource]] = {}
    for title, kind in kinds.items():
        namespace = names.PREFIXES["rdf" if kind == "Property" else "owl"]
        type_ = ox.NamedNode(namespace + kind)
        quads = store.quads_for_pattern(None, _TYPE, type_, ox.NamedNode(names.ONTOLOGY))
        iris = [q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode)]
        found[title] = [resource(store, iri) for iri in sorted(iris) if iri.startswith(names.SG)]
    return found


def named(store: ox.Store, term: Term) -> Named:
    """Return a term with its label, its title, or its short form."""
    if isinstance(term, ox.NamedNode):
        for predicate in (_TITLE, _LABEL):
            for quad in store.quads_for_pattern(term, predicate, None, _DEFAULT):
                return Named(term, _text(quad.object))
        return Named(term, names.short(term.value))
    return Named(term, _text(term))


def _text(term: Term) -> str:
    return str(term) if isinstance(term, ox.Triple) else term.value


def _node(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise _unknown(iri) from error


def _unknown(iri: str) -> Unknown:
    return Unknown(f"Nothing is said of {iri}. Look for it by name on the home page.")


def _sg(name: str) -> ox.NamedNode:
    return ox.NamedNode(names.SG + name)


def _objects(store: ox.Store, subject: object, predicate: ox.NamedNode) -> list[Term]:
    """Return the values of a property in the default graph, in order."""
    if not isinstance(subject, ox.NamedNode):
        return []
    quads = store.quads_for_pattern(subject, predicate, None, _DEFAULT)
    return sorted((quad.object for quad in quads), key=_text)


def _home(store: ox.Store, node: ox.NamedNode) -> ox.NamedNode | ox.DefaultGraph:
    """Return the graph in which a resource is described: the shapes have one of their own."""
    shapes = ox.NamedNode(names.SHAPES)
    return shapes if any(store.quads_for_pattern(node, None, None, shapes)) else _DEFAULT


def _mentions(
    store: ox.Store, node: ox.NamedNode, graph: ox.NamedNode | ox.DefaultGraph
) -> Iterator[ox.Quad]:
    """Yield the statements of which a resource is the object, but for those that only count."""
    for quad in store.quads_for_pattern(None, None, node, graph):
        counts = isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(_COUNTS)
        if not counts or node.value.startswith(_COUNTS):
            yield quad


def _value(store: ox.Store, quad: ox.Quad) -> Value:
    found = store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
    graphs = {q.graph_name.value for q in found if isinstance(q.graph_name, ox.NamedNode)}
    sources = [_cited(store, ox.NamedNode(g)) for g in graphs if g.startswith(_SOURCES)]
    layers = sorted(g.removeprefix(_GRAPHS) for g in graphs if g.startswith(_GRAPHS))
    return Value(named(store, quad.object), _sorted(sources), " ".join(layers[:1]))


def _cited(store: ox.Store, source: Term) -> Named:
    """Return a source with its publisher and date, as one cites it in passing."""
    parts = [
        named(store, value).label
        for predicate in (_PUBLISHER, _ISSUED)
        for value in _objects(store, source, predicate)[:1]
    ]
    return Named(source, ", ".join(parts)) if parts else named(store, source)


def _ours_first(predicate: ox.NamedNode) -> tuple[bool, str]:
    return not predicate.value.startswith(names.SG), predicate.value


def _testimony(store: ox.Store, node: ox.NamedNode) -> list[ox.Quad]:
    return sorted(store.quads_for_pattern(None, None, None, node), key=str)


def _passages(store: ox.Store, node: ox.NamedNode) -> Iterator[Passage]:
    """Yield the passages that support a resource, with text fragments for the browser.

    https://wicg.github.io/scroll-to-text-fragment/
    """
    for quad in store.quads_for_pattern(None, _sg("supports"), node, _DEFAULT):
        source = _objects(store, quad.subject, _sg("testifiedBy"))[0]
        ends = [
            quote(_text(words), safe="").replace("-", "%2D")  # A hyphen parts a fragment.
            for name in ("textStart", "textEnd")
            for words in _objects(store, quad.subject, _sg(name))
        ]
        addresses = [
            f"{_text(address)}#:~:text={','.join(ends)}"
            for address in _objects(store, source, _sg("address"))
        ]
        paragraph = "".join(map(_text, _objects(store, quad.subject, _sg("paragraph"))))
        yield Passage(_cited(store, source), paragraph, "".join(addresses[:1]))


def _in_order(passage: Passage) -> tuple[str, list[int]]:
    return passage.source.label, [int(number) for number in re.findall(r"\d+", passage.paragraph)]


def _sorted(things: Iterable[T]) -> list[T]:
    """Return things in the order of the words by which people know them."""
    return sorted(things, key=lambda thing: str(getattr(thing, "label", thing)))
