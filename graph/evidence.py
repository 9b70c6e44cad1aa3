"""What sources weigh: their kind, when they were published, and which of them are independent."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property

from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS
from rdflib.term import Node

from selenograph.graph import dates, names
from selenograph.graph.names import SG

_NOTE = names.iri("source-kind/unverified-note")
CORROBORATED = names.iri("support/corroborated")
SINGLE_SOURCE = names.iri("support/single-source")
UNCONFIRMED = names.iri("support/unconfirmed")


class Evidence:
    """The sources that a record is made from, with the questions that reconciliation asks."""

    def __init__(self, vocabulary: Graph, testimony: Mapping[URIRef, Graph]) -> None:
        self.testimony = testimony
        self._ranks = {concept: int(str(rank)) for concept, rank in vocabulary[: SG.rank]}

    def rank(self, source: URIRef) -> int:
        """Return the weight of a source's kind, 1 being the weightiest."""
        kind = self.testimony[source].value(source, SG.kind)
        return self._ranks.get(kind, len(self._ranks))

    def published(self, source: URIRef) -> date:
        """Return the last day on which the source may have been published.

        The last, so that a document of a known month never speaks before it could be read.
        """
        issued = self.testimony[source].value(source, DCTERMS.issued)
        return (dates.bounds(str(issued)).latest if issued else None) or date.max

    def independent(self, sources: Iterable[URIRef], subject: Node) -> int:
        """Count the independent voices among sources that speak of a subject.

        A document that only relays others speaks with their voice, and documents of one publisher
        speak with one. Sources whose voices overlap are not independent of each other.
        """
        apart: list[set[Node]] = []
        for source in sources:
            voice = self._voice(source, subject)
            joined = [one for one in apart if one & voice]
            apart = [one for one in apart if not one & voice] + [voice.union(*joined)]
        return len(apart)

    def support(self, sources: Iterable[URIRef], subject: Node) -> URIRef:
        """Return the concept that tells how well sources bear a subject out."""
        credible = [s for s in sources if self.testimony[s].value(s, SG.kind) != _NOTE]
        if not credible:
            return UNCONFIRMED
        return CORROBORATED if self.independent(credible, subject) > 1 else SINGLE_SOURCE

    def _voice(self, source: URIRef, subject: Node) -> set[Node]:
        """Return the publishers with whose voice a source speaks of a subject."""
        graph = self.testimony[source]
        passages = list(graph.subjects(SG.supports, subject))
        relayed = {text for passage in passages for text in graph.objects(passage, SG.relays)}
        own = not passages or any((passage, SG.relays, None) not in graph for passage in passages)
        roots = {root for text in ({source} if own else relayed) for root in self._roots(text)}
        return {self._publishers.get(root, root) for root in roots}

    def _roots(self, source: Node) -> set[Node]:
        """Follow sg:relays to the documents at its ends. A circle is an error of its own."""
        ends, todo, seen = set[Node](), [source], set[Node]()
        while todo:
            current = todo.pop()
            seen.add(current)
            onward = [text for text in self._relays.get(current, ()) if text not in seen]
            todo += onward
            if not onward:
                ends.add(current)
        return ends

    @cached_property
    def _publishers(self) -> dict[Node, Node]:
        """Who published which document; where graphs differ, the first one that says so counts."""
        publishers: dict[Node, Node] = {}
        for _, graph in sorted(self.testimony.items()):
            told = sorted(graph.subject_objects(DCTERMS.publisher), key=lambda pair: str(pair[1]))
            for document, publisher in told:
                publishers.setdefault(document, publisher)
        return publishers

    @cached_property
    def _relays(self) -> dict[Node, set[Node]]:
        relays: dict[Node, set[Node]] = {}
        for graph in self.testimony.values():
            for document, relayed in graph.subject_objects(SG.relays):
                relays.setdefault(document, set()).add(relayed)
        return relays
