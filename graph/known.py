"""The record as it could be known on a day: made anew from what had been published by then.

A source counts from the last day on which it may have been published, so that one of May 2024
counts from the 31st, and one without a date never. Of the reference layer all states are there,
and what the sources that count name, by themselves or through what they name; a ruling counts once
the sources have appeared that it cites, and one that states the value which it chooses, where any
does.
"""

from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import product
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, RDF
from rdflib.term import Node

from selenograph.graph import building, convert, corpus, dates, infer, names
from selenograph.graph.names import SG

_LASTING = (SG.State, SG.Territory, SG.Region)
_ANSWERING = (names.ONTOLOGY, names.EXAMPLES, names.REFERENCE, names.RECORD, names.INFERRED)


def published(store: ox.Store) -> dict[URIRef, date]:
    """Return the day from which each source of a release counts."""
    issued = ox.NamedNode(DCTERMS.issued)
    days = {}
    for name in store.named_graphs():
        if isinstance(name, ox.NamedNode) and name.value.startswith(names.SOURCES):
            told = [quad.object for quad in store.quads_for_pattern(name, issued, None, name)]
            days[URIRef(name.value)] = _counts_from(convert.term(told[0]) if told else None)
    return days


def _counts_from(issued: Node | None) -> date:
    return (dates.bounds(str(issued)).latest if issued else None) or date.max


@dataclass(frozen=True)
class Archive:
    """What a release rests on, taken apart, so that earlier records can be made of it."""

    vocabulary: Graph
    reference: Graph
    testimony: Mapping[URIRef, Graph]

    @classmethod
    def of(cls, graphs: Mapping[URIRef, bytes]) -> "Archive":
        """Read what a release rests on from its graphs as N-Triples."""
        sources = sorted(name for name in graphs if name.startswith(names.SOURCES))
        terms: dict[object, Node] = {ox.NamedNode(RDF.type): RDF.type}
        read = {
            name: convert.graph(
                (quad.triple for quad in ox.parse(graphs[name], format=ox.RdfFormat.N_TRIPLES)),
                terms,
            )
            for name in (names.ONTOLOGY, names.REFERENCE, *sources)
        }
        return cls(read.pop(names.ONTOLOGY), read.pop(names.REFERENCE), read)

    def warm(self) -> None:
        """Do beforehand what all days have in common."""
        self.by(date.min)
        infer.closure(self.vocabulary, ())
        for value in {o for graph in self.testimony.values() for o in graph.objects()}:
            if dates.is_date(value):
                dates.bounds(str(value))

    def by(self, day: date) -> "Archive":
        """Return what was published by a day, its end included."""
        counting = {
            source: graph for source, graph in self.testimony.items()
            if _counts_from(graph.value(source, DCTERMS.issued)) <= day
        }  # fmt: skip
        return Archive(self.vocabulary, self._named_by(counting), counting)

    def _named_by(self, testimony: Mapping[URIRef, Graph]) -> Graph:
        """Return the part of the reference layer that sources need, and that needs none."""
        ahead = {s for kind in _LASTING for s in self.reference.subjects(RDF.type, kind)}
        ahead = ahead.union(*(self._mentioned[source] for source in testimony))
        reached = set[Node]()
        while ahead:
            reached |= ahead
            ahead = {o for s in ahead for o in self._onwards.get(s, ())} - reached
        counting = {
            ruling for ruling, (cited, stating) in self._rulings.items()
            if cited <= testimony.keys() and (stating or cited) & testimony.keys()
        }  # fmt: skip
        kept = reached - self._rulings.keys() | counting
        return corpus.union([[triple for triple in self.reference if triple[0] in kept]])

    @cached_property
    def _rulings(self) -> dict[Node, tuple[set[Node], set[Node]]]:
        """For each ruling the sources that it cites, and those that state what it chooses."""
        found = {}
        for ruling in self.reference.subjects(RDF.type, SG.Ruling):
            abouts, properties, values = (
                set(self.reference.objects(ruling, predicate))
                for predicate in (SG.about, SG.property, SG.chosen)
            )
            claims = list(product(abouts, properties, values))
            stating = {s for s, graph in self.testimony.items() if any(c in graph for c in claims)}
            found[ruling] = set(self.reference.objects(ruling, SG.testifiedBy)), set[Node](stating)
        return found

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


def write(archive: Archive, day: date, kept: Mapping[URIRef, bytes], folder: Path) -> None:
    """Write a store of a release as it could be known on a day into a folder.

    Kept are the graphs of the release as N-Triples. What describes the present dataset
    (graph/void) is not in it.
    """
    then = archive.by(day)
    store = ox.Store(str(folder))
    lasting = {name: kept[name] for name in (names.ONTOLOGY, names.EXAMPLES, names.SHAPES)}
    with ThreadPoolExecutor(1) as beside:
        loading = [beside.submit(_load, store, lasting | {n: kept[n] for n in then.testimony})]
        for name, graph in building.concluded(then.vocabulary, then.reference, then.testimony):
            if name not in lasting:
                loading.append(beside.submit(_load_graph, store, name, graph))
        for one in loading:
            one.result()
    store.optimize()


def texts(store: ox.Store) -> dict[URIRef, bytes]:
    """Return the named graphs of a release as N-Triples."""
    return {
        URIRef(name.value): ox.serialize(
            (quad.triple for quad in store.quads_for_pattern(None, None, None, name)),
            format=ox.RdfFormat.N_TRIPLES,
        ) or b""
        for name in store.named_graphs() if isinstance(name, ox.NamedNode)
    }  # fmt: skip


def _load_graph(store: ox.Store, name: URIRef, graph: Graph) -> None:
    _load(store, {name: graph.serialize(format="nt", encoding="utf-8")})


def _load(store: ox.Store, graphs: Mapping[URIRef, bytes]) -> None:
    """Load graphs into a store, and into the default graph what answers."""
    whole = bytearray()
    for name, text in graphs.items():
        whole += convert.named(text, name)
        if name in _ANSWERING:
            whole += text
    store.bulk_load(bytes(whole), format=ox.RdfFormat.N_QUADS)
