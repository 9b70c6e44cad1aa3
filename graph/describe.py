"""What the graph holds of one resource: for people with its sources, for machines as triples."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from selenograph.graph import names
from selenograph.graph.errors import Unknown
from selenograph.graph.labels import DEFAULT, LABEL, TYPE, Labels, Named, in_order, plain, sg
from selenograph.graph.results import Term
from selenograph.graph.witness import Witness, Witnesses

_GRAPHS = names.BASE + "graph/"
_COUNTS = names.BASE + "void/"
_WORKED_OUT = "Worked out, and in other vocabularies"
_GROUPS = {
    "As the ontology has it": "",
    "When and where": "date since until effective asOf place venue region country dateline",
    "Who": "party signedBy performedBy signatory counterparty witness attendee depositary leader "
    "holder organization statedBy planner developer builder owner customer actsFor parent "
    "memberOf associateMemberOf observerOf cooperatesWith participatesIn",
    "What": "",
    _WORKED_OUT: "earliest latest",
}
_NAMES = {
    names.PREFIXES["skos"] + name
    for name in ("prefLabel", "altLabel", "exactMatch", "closeMatch", "broadMatch", "narrowMatch")
} | {LABEL.value, *(names.SG + name for name in ("isoAlpha2", "isoAlpha3", "m49", "ror"))}
_ELSEWHERE = {names.SG + "testifiedBy", names.SG + "support"}


@dataclass(frozen=True)
class Value:
    """A value of a property with who gives it, or else the layer that states it."""

    value: Named
    witnesses: list[Witness]
    layer: str
    support: Named | None

    @property
    def label(self) -> str:
        """The words by which people know the value."""
        return self.value.label


@dataclass(frozen=True)
class Position:
    """A value in a disagreement, and whether the record follows it."""

    value: Value
    independent: str
    chosen: bool


@dataclass(frozen=True)
class Disagreement:
    """Where sources part over a value, and why the record follows one of them."""

    resource: Named
    kind: str
    rule: str
    reason: str
    positions: list[Position]


@dataclass(frozen=True)
class Fact:
    """A property of a resource with its values."""

    property: Named
    values: list[Value]
    others: list[Value]
    """What other sources give and the record does not: less precise, older, or not followed."""
    disagreement: Disagreement | None


@dataclass(frozen=True)
class Group:
    """Facts that belong together."""

    title: str
    facts: list[Fact]


@dataclass(frozen=True)
class Resource:
    """A resource as its page shows it."""

    iri: str
    named: Named
    kinds: list[Named]
    support: Named | None
    groups: list[Group]
    names: list[Fact]
    witnesses: list[Witness]
    size: int
    """How many statements stand in the graph that goes by the resource's IRI."""

    @property
    def label(self) -> str:
        """The words by which people know the resource."""
        return self.named.label

    @property
    def facts(self) -> list[Fact]:
        """The facts of all groups."""
        return [fact for group in self.groups for fact in group.facts]


def resource(labels: Labels, iri: str) -> Resource:
    """Return what the graph holds of a resource. Raises Unknown where that is nothing."""
    store, node = labels.store, _node(iri)
    graph = _home(store, node)
    outgoing = list(store.quads_for_pattern(node, None, None, graph))
    size = sum(1 for _ in store.quads_for_pattern(None, None, None, node))
    if not outgoing and not size and not any(_mentions(store, node, graph)):
        raise _unknown(iri)
    witnesses, kinds, named = Witnesses(labels), labels.kinds(node), labels.named(node)
    # Its name and what it is stand on top of its page, and what follows among what is worked out.
    top = {(TYPE, kind.term) for kind in kinds}
    top |= {(LABEL, q.object) for q in outgoing if plain(q.object) == named.label}
    every = (q for q in store.quads_for_pattern(node, None, None, None) if _is_claim(q))
    shown, told = ([q for q in s if (q.predicate, q.object) not in top] for s in (outgoing, every))
    groups: dict[str, list[Fact]] = {title: [] for title in _GROUPS}
    known: list[Fact] = []
    for predicate in sorted({q.predicate for q in shown}, key=_by_name):
        if predicate.value in _ELSEWHERE:
            continue
        given, claims = ([q for q in s if q.predicate == predicate] for s in (shown, told))
        fact = _fact(labels, witnesses, given, claims)
        (known if predicate.value in _NAMES else groups[_group(fact)]).append(fact)
    return Resource(
        iri,
        named,
        kinds,
        next((labels.named(found) for found in labels.objects(node, sg("support"))), None),
        [Group(title, facts) for title, facts in groups.items() if facts],
        known,
        witnesses.testifying(node),
        size,
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
    held = {q.triple for q in testimony(store, node)}
    if not own | about | held:
        raise _unknown(iri)
    mentioned = {t.object for t in own if isinstance(t.object, ox.NamedNode)}
    labels = {
        q.triple for term in mentioned for q in store.quads_for_pattern(term, LABEL, None, graph)
    }
    return sorted(own | about | held | labels, key=str)


def mentions(store: ox.Store, iri: str) -> list[ox.Quad]:
    """Return the statements of which a resource is the object."""
    node = _node(iri)
    return list(_mentions(store, node, _home(store, node)))


def testimony(store: ox.Store, node: ox.NamedNode) -> list[ox.Quad]:
    """Return the statements in the graph that goes by an IRI."""
    return list(store.quads_for_pattern(None, None, None, node))


def disagreement(labels: Labels, witnesses: Witnesses, node: Term) -> Disagreement:
    """Return a disagreement with its positions, the one that the record follows first."""
    about = labels.first(node, sg("about"))
    chosen = labels.objects(node, sg("chosen"))
    positions = []
    for position in labels.objects(node, sg("alternative")):
        for value in labels.objects(position, sg("value")):
            sources = [s for s in labels.objects(position, sg("testifiedBy"))
                       if isinstance(s, ox.NamedNode)]  # fmt: skip
            held = _value(labels, witnesses, about, value, sources, "")
            independent = labels.text(position, sg("independentSources"))
            positions.append(Position(held, independent, value in chosen))
    ruling = labels.first(node, sg("ruling"))
    return Disagreement(
        labels.named(node),
        labels.text(node, sg("kind")),
        labels.text(node, sg("decidedBy")),
        labels.text(ruling, sg("reason")),
        sorted(positions, key=lambda position: not position.chosen),
    )


def _fact(
    labels: Labels, witnesses: Witnesses, given: Sequence[ox.Quad], told: Sequence[ox.Quad]
) -> Fact:
    subject, predicate = given[0].subject, given[0].predicate
    values, others = {q.object: q.object for q in given}, {q.object: q.object for q in told}
    sources = {value: [q.graph_name for q in told if q.object == value] for value in others}

    def made(value: Term) -> Value:
        named = [s for s in sources.get(value, []) if isinstance(s, ox.NamedNode)]
        layer = "" if named else _layer(labels.store, subject, predicate, value)
        return _value(labels, witnesses, subject, value, named, layer)

    parted = [
        q.subject
        for q in labels.store.quads_for_pattern(None, sg("about"), subject, DEFAULT)
        if predicate in labels.objects(q.subject, sg("property"))
        and sg("Disagreement") in labels.objects(q.subject, TYPE)
    ]
    return Fact(
        labels.named(predicate),
        in_order(made(value) for value in values),
        in_order(made(value) for value in others if value not in values),
        disagreement(labels, witnesses, parted[0]) if parted else None,
    )


def _value(
    labels: Labels,
    witnesses: Witnesses,
    subject: Term | None,
    value: Term,
    sources: list[ox.NamedNode],
    layer: str,
) -> Value:
    if not isinstance(subject, ox.NamedNode):
        return Value(labels.named(value), [], layer, None)
    # What a document says of itself needs no second witness.
    of_source = subject.value.startswith(names.SOURCES)
    support = None if of_source else witnesses.support(subject, sources)
    return Value(labels.named(value), witnesses.of(subject, sources), layer, support)


def _group(fact: Fact) -> str:
    iri = fact.property.iri
    name = iri.removeprefix(names.SG)
    if name == iri:
        if iri.startswith(names.PREFIXES["skos"]):
            return "As the ontology has it"
        # What is said once more in the words of others.
        stated = iri.startswith(names.PREFIXES["dcterms"]) and fact.values[0].layer != "inferred"
        return "What" if stated else _WORKED_OUT
    return next((t for t, held in _GROUPS.items() if name in held.split()), "What")


def _by_name(predicate: ox.NamedNode) -> tuple[bool, int, str]:
    """Order our properties as the groups list them, then the others by name."""
    name = predicate.value.removeprefix(names.SG)
    listed = " ".join(_GROUPS.values()).split()
    place = listed.index(name) if name in listed else len(listed)
    return name == predicate.value, place, predicate.value


def _layer(store: ox.Store, subject: Term, predicate: ox.NamedNode, value: Term) -> str:
    """Return the name of the first of our graphs that holds a statement."""
    found = {
        plain(q.graph_name).removeprefix(_GRAPHS)
        for q in store.quads_for_pattern(subject, predicate, value, None)  # type: ignore[arg-type]
        if isinstance(q.graph_name, ox.NamedNode) and q.graph_name.value.startswith(_GRAPHS)
    }
    return min(found, default="")


def _is_claim(quad: ox.Quad) -> bool:
    graph = quad.graph_name
    return isinstance(graph, ox.NamedNode) and graph.value.startswith(names.SOURCES)


def _node(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise _unknown(iri) from error


def _unknown(iri: str) -> Unknown:
    return Unknown(f"Nothing is said of {iri}. Look for it by name on the home page.")


def _home(store: ox.Store, node: ox.NamedNode) -> ox.NamedNode | ox.DefaultGraph:
    """Return the graph in which a resource is described: the shapes have one of their own."""
    shapes = ox.NamedNode(names.SHAPES)
    return shapes if any(store.quads_for_pattern(node, None, None, shapes)) else DEFAULT


def _mentions(
    store: ox.Store, node: ox.NamedNode, graph: ox.NamedNode | ox.DefaultGraph
) -> Iterator[ox.Quad]:
    """Yield the statements of which a resource is the object, but for those that only count."""
    for quad in store.quads_for_pattern(None, None, node, graph):
        counts = isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(_COUNTS)
        if not counts or node.value.startswith(_COUNTS):
            yield quad
