"""One answer from many testimonies.

How a property is reconciled is told by sg:reconciliation in the ontology: ``all`` takes every
value, ``latest`` those of the newest source, ``bestSource`` one value, and where values cannot all
be true it also states an sg:Disagreement with every position and the rule that chose. A curator's
ruling leaves one value of any property.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS, XSD
from rdflib.term import Node

from selenograph.graph import dates, names
from selenograph.graph.evidence import Evidence
from selenograph.graph.names import SG

_RULES = ("ruling", "reference", "kind-of-source", "independent-sources", "precision", "tie")
_TRUSTED = 3
"""The first rules, which tell whom to believe; those after them count, and so decide no day."""
_UNEXPLAINED = names.iri("disagreement-kind/unexplained")
_WITHIN = (SKOS.broader, SG.partOf)
_DATED = (SG.date, SG.value, SG.asOf, DCTERMS.issued)

Values = dict[Node, set[URIRef]]


class Position(NamedTuple):
    """A value, who gives it, and its weight: the smaller, the better, in the order of the rules."""

    value: Node
    sources: set[URIRef]
    independent: int
    weight: tuple[int, ...]


def record(vocabulary: Graph, reference: Graph, testimony: Mapping[URIRef, Graph]) -> Graph:
    """Return the reconciled statements of all sources, with bounds, support and disagreements."""
    return _Record(vocabulary, reference, testimony).build()


class _Record:
    def __init__(
        self, vocabulary: Graph, reference: Graph, testimony: Mapping[URIRef, Graph]
    ) -> None:
        self.reference = reference
        self.testimony = testimony
        self.evidence = Evidence(vocabulary, testimony)
        self.modes = {p: names.path(m) for p, m in vocabulary[: SG.reconciliation]}
        # What is within what: a form of agreement within a wider one, a place within another.
        self.wider = Graph("SimpleMemory", bind_namespaces="none")
        for relation in _WITHIN:
            for graph in (vocabulary, reference):
                self.wider += graph.triples((None, relation, None))
        self.rulings = {
            (subject, reference.value(ruling, SG.property)): (URIRef(str(ruling)), chosen)
            for ruling, subject in reference[: SG.about]
            if (chosen := reference.value(ruling, SG.chosen)) is not None
        }
        self.graph = Graph("SimpleMemory", bind_namespaces="none")
        self.undecided = dict[tuple[Node, Node], list[str]]()

    def build(self) -> Graph:
        for (subject, predicate), values in self._claims().items():
            self._reconcile(subject, predicate, values)
        self._support()
        self._supersede()
        self._bounds()
        return self.graph

    def _claims(self) -> dict[tuple[Node, Node], Values]:
        """Gather what sources say, by subject and property; keep what is a source's own."""
        claims: dict[tuple[Node, Node], Values] = defaultdict(lambda: defaultdict(set))
        for source, graph in self.testimony.items():
            for subject, predicate, value in graph:
                if str(subject).startswith(f"{source}#"):
                    self.graph.add((subject, predicate, value))
                    self.graph.add((subject, SG.testifiedBy, source))
                elif (
                    subject == source
                    or subject not in self.testimony
                    # A document describes itself; others may only add to that.
                    or self.modes.get(predicate) == "reconciliation/all"
                ):
                    claims[subject, predicate][value].add(source)
        return claims

    def _reconcile(self, subject: Node, predicate: Node, values: Values) -> None:
        mode = self.modes.get(predicate, "reconciliation/all")
        ruling = self.rulings.get((subject, predicate))
        if ruling or mode == "reconciliation/bestSource":
            chosen: Iterable[Node] = [self._best(subject, predicate, values, ruling)]
        elif mode == "reconciliation/latest":
            newest = max(
                {source for sources in values.values() for source in sources},
                key=lambda s: (self.evidence.published(s), -self.evidence.rank(s), s),
            )
            chosen = [value for value, sources in values.items() if newest in sources]
        else:
            chosen = values
        for value in chosen:
            if (subject, predicate, value) not in self.reference:
                self.graph.add((subject, predicate, value))

    def _best(
        self, subject: Node, predicate: Node, values: Values, ruling: tuple[URIRef, Node] | None
    ) -> Node:
        named = set(self.reference.objects(subject, predicate))
        if len(values) == 1 and not ruling and named <= values.keys():
            return next(iter(values))
        ruled = ruling[1] if ruling else None
        for value in named:
            values.setdefault(value, set())
        if ruling and not values.get(ruling[1]):
            # It is drawn from what the sources that the ruling cites say of something else.
            values[ruling[1]] = self._cited(ruling[0])
        finest = [
            value for value in sorted(values, key=str)
            if value == ruled or not any(self._refines(other, value) for other in values)
        ]  # fmt: skip
        weighed = [self._weigh(subject, value, values, finest, ruling, named) for value in finest]
        positions = sorted(weighed, key=lambda position: position.weight)
        best = positions[0]
        if any(not _compatible(one.value, best.value) for one in positions[1:]):
            self._disagreement(subject, predicate, positions, ruling)
        return best.value

    def _refines(self, fine: Node, coarse: Node) -> bool:
        """Tell whether a value is more precise than another: 2024-05-10 than 2024-05."""
        if dates.is_date(fine) and dates.is_date(coarse):
            a, b = dates.bounds(str(fine)), dates.bounds(str(coarse))
            return a != b and a.within(b)
        return fine != coarse and any(
            coarse in self.wider.transitive_objects(fine, relation) for relation in _WITHIN
        )

    def _weigh(
        self,
        subject: Node,
        value: Node,
        values: Values,
        finest: list[Node],
        ruling: tuple[URIRef, Node] | None,
        named: set[Node],
    ) -> Position:
        # Who has a value less precisely is a witness of it too, unless that fits every position.
        coarser = [
            sources for other, sources in values.items()
            if self._refines(value, other) and not all(self._refines(one, other) for one in finest)
        ]  # fmt: skip
        bearing = values[value].union(*coarser)
        independent = self.evidence.independent(bearing, subject)
        weight = (
            0 if ruling and ruling[1] == value else 1,
            0 if value in named else 1,
            min((self.evidence.rank(source) for source in bearing), default=0),
            -independent,
            dates.bounds(str(value)).days if dates.is_date(value) else 0,
        )
        return Position(value, values[value], independent, weight)

    def _cited(self, ruling: Node) -> set[URIRef]:
        cited = set(self.reference.objects(ruling, SG.testifiedBy))
        return {source for source in self.testimony if source in cited}

    def _disagreement(
        self,
        subject: Node,
        predicate: Node,
        positions: list[Position],
        ruling: tuple[URIRef, Node] | None,
    ) -> None:
        if not ruling:
            self.undecided[subject, predicate] = [
                str(one.value) for one in positions
                if one.weight[:_TRUSTED] == positions[0].weight[:_TRUSTED]
                and dates.is_date(one.value)
            ]  # fmt: skip
        local = str(predicate).rpartition("/")[2].rpartition("#")[2]
        node = names.iri(f"disagreement/{names.path(str(subject))}/{local}")
        best, runner_up = positions[:2]
        decided = next(
            (rule for rule, a, b in zip(_RULES, best.weight, runner_up.weight, strict=False)
             if a != b), "tie",
        )  # fmt: skip
        kind = self.reference.value(ruling[0], SG.kind) if ruling else None
        for predicate_, value in (
            (RDF.type, SG.Disagreement),
            (SG.about, subject),
            (SG.property, predicate),
            (SG.chosen, best.value),
            (SG.decidedBy, names.iri(f"decision/{decided}")),
            (SG.kind, kind or _UNEXPLAINED),
            *([(SG.ruling, ruling[0])] if ruling else []),
        ):
            self.graph.add((node, predicate_, value))
        for number, position in enumerate(positions, 1):
            place = URIRef(f"{node}/{number}")
            self.graph.add((node, SG.alternative, place))
            self.graph.add((place, RDF.type, SG.Position))
            self.graph.add((place, SG.value, position.value))
            self.graph.add((place, SG.independentSources, Literal(position.independent)))
            for source in position.sources:
                self.graph.add((place, SG.testifiedBy, source))

    def _support(self) -> None:
        """State who speaks of each act, agreement and row, and how well that bears it out."""
        spoken: dict[Node, set[URIRef]] = defaultdict(set)
        for source, graph in self.testimony.items():
            for subject in set(graph.subjects()):
                spoken[subject].add(source)
        rows = set(self.graph.subjects(RDF.type, SG.RosterEntry))
        acts = set(self.reference.subjects(RDF.type, SG.Act))
        for subject, sources in spoken.items():
            if not str(subject).partition("#")[2]:
                for source in sources:
                    self.graph.add((subject, SG.testifiedBy, source))
            if subject in acts or subject in rows:
                self.graph.add((subject, SG.support, self.evidence.support(sources, subject)))

    def _supersede(self) -> None:
        """Let a newer observation of a measure, or title of an office, replace older ones."""
        groups: dict[tuple[Node | None, ...], list[Node]] = defaultdict(list)
        for subject in self.graph.subjects(SG.measure):
            about = self.graph.value(subject, SG.about)
            groups[about, self.graph.value(subject, SG.measure)].append(subject)
        for subject in self.graph.subjects(RDF.type, SG.Office):
            holder = self.graph.value(subject, SG.holder)
            groups[holder, self.graph.value(subject, SG.organization)].append(subject)
        for members in groups.values():
            dated = [(self._published(member), member) for member in members]
            newest = max(dated)
            for published, member in dated:
                if published < newest[0]:
                    self.graph.add((member, SG.supersededBy, newest[1]))

    def _published(self, subject: Node) -> str:
        source = self.graph.value(subject, SG.testifiedBy)
        return self.evidence.published(URIRef(str(source))).isoformat()

    def _bounds(self) -> None:
        """State between which days a date lies: where equally good sources part, all of theirs."""
        for predicate in _DATED:
            for subject, value in list(self.graph.subject_objects(predicate)):
                position = (subject, RDF.type, SG.Position) in self.graph
                if dates.is_date(value) and not position and self._leads(subject, predicate):
                    told = self.undecided.get((subject, predicate), [str(value)])
                    for name, day in dates.span(told)._asdict().items():
                        if day is not None:
                            self.graph.add((subject, SG[name], Literal(day, datatype=XSD.date)))

    def _leads(self, subject: Node, predicate: Node) -> bool:
        """Tell whether a date is the one that bounds its subject: a plan's value before as-of."""
        value = self.graph.value(subject, SG.value)
        return predicate != SG.asOf or not dates.is_date(value)


def _compatible(one: Node, other: Node) -> bool:
    if dates.is_date(one) and dates.is_date(other):
        return dates.bounds(str(one)).overlaps(dates.bounds(str(other)))
    return one == other
