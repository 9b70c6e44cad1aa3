"""The record as it could be known on a day: made anew from what had been published by then.

A source counts from the last day on which it may have been published, so that one of May 2024
counts from the 31st, and one without a date never. Of the reference layer all states are there,
and what the sources that count name, by themselves or through what they name; a ruling counts once
the sources have appeared that it cites and that state the value which it chooses.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import product
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, RDF
from rdflib.term import Node

from selenograph.graph import convert, corpus, dates, names, release
from selenograph.graph.names import SG
from selenograph.graph.turtle import Triple

_LASTING = (SG.State, SG.Territory, SG.Region)
_REMADE = (names.REFERENCE, names.RECORD, names.INFERRED)


def published(store: ox.Store) -> dict[URIRef, date]:
    """Return the day from which each source of a release counts."""
    issued = ox.NamedNode(DCTERMS.issued)
    days = {}
    for name in store.named_graphs():
        if isinstance(name, ox.NamedNode) and name.value.startswith(f"{names.BASE}source/"):
            told = [str(quad.object.value) for quad in store.quads_for_pattern(name, issued, None, name)]
            days[URIRef(name.value)] = _counts_from(told[0] if told else None)
    return days


def _counts_from(issued: str | None) -> date:
    return (dates.bounds(issued).latest if issued else None) or date.max


@dataclass(frozen=True)
class Archive:
    """What a release rests on, taken apart, so that earlier records can be made of it."""

    vocabulary: Graph
    reference: Graph
    testimony: Mapping[URIRef, Graph]

    @classmethod
    def of(cls, store: ox.Store) -> "Archive":
        """Read what a release rests on."""
        read = {
            name: graph_of(store, name)
            for name in (names.ONTOLOGY, names.REFERENCE, *sorted(published(store)))
        }
        return cls(read.pop(names.ONTOLOGY), read.pop(names.REFERENCE), read)

    def by(self, day: date) -> "Archive":
        """Return what was published by a day, its end included."""
        counting = {
            source: graph for source, graph in self.testimony.items()
            if _counts_from(graph.value(source, DCTERMS.issued)) <= day
        }  # fmt: skip
        return Archive(self.vocabulary, self._named_by(counting), counting)

    def _named_by(self, testimony: Mapping[URIRef, Graph]) -> Graph:
        """Return the part of the reference layer that sources need, and that needs none."""
        rulings = set(self.reference.subjects(RDF.type, SG.Ruling))
        ahead = {s for kind in _LASTING for s in self.reference.subjects(RDF.type, kind)}
        ahead = ahead.union(*(self._mentioned[source] for source in testimony))
        reached = set[Node]()
        while ahead:
            reached |= ahead
            ahead = {o for s in ahead for o in self._onwards.get(s, ())} - reached
        counting = {ruling for ruling in rulings if self._counts(ruling, testimony)}
        return _graph(t for t in self.reference if t[0] in reached - rulings | counting)

    def _counts(self, ruling: Node, testimony: Mapping[URIRef, Graph]) -> bool:
        """Tell whether the sources have spoken on which a ruling rests."""
        abouts, properties, values = (
            set(self.reference.objects(ruling, predicate))
            for predicate in (SG.about, SG.property, SG.chosen)
        )
        return set(self.reference.objects(ruling, SG.testifiedBy)) <= testimony.keys() and any(
            claim in graph
            for claim in product(abouts, properties, values)
            for graph in testimony.values()
        )

    @cached_property
    def _mentioned(self) -> dict[URIRef, set[Node]]:
        """What each source speaks of."""
        return {
            source: {node for s, _, o in graph for node in (s, o) if isinstance(node, URIRef)}
            for source, graph in self.testimony.items()
        }

    @cached_property
    def _onwards(self) -> dict[Node, set[Node]]:
        """What the resources of the reference layer are told by."""
        onwards = defaultdict[Node, set[Node]](set)
        for subject, _, value in self.reference:
            onwards[subject].add(value)
        return onwards


def graph_of(store: ox.Store, name: URIRef) -> Graph:
    """Return one graph of a release."""
    quads = store.quads_for_pattern(None, None, None, ox.NamedNode(name))
    return convert.graph(quad.triple for quad in quads)


def _graph(triples: Iterable[Triple]) -> Graph:
    made = Graph("SimpleMemory", bind_namespaces="none")
    for triple in triples:
        made.add(triple)
    return made
