"""Derives participation from acts by the rules in ontology/rules/, in the order of their names."""

from collections.abc import Iterable

import pyoxigraph as ox
from rdflib import Graph

from selenograph.graph import convert, files


def derived(statements: Iterable[Graph]) -> Graph:
    """Return what the rules conclude from statements. A rule sees what those before it made."""
    store = ox.Store()
    for graph in statements:
        text = graph.serialize(format="nt", encoding="utf-8")
        store.load(text, format=ox.RdfFormat.N_TRIPLES)
    conclusions: set[ox.Triple] = set()
    for rule in files.rules():
        made = store.query(rule.text)
        assert isinstance(made, ox.QueryTriples), rule.path
        triples = set(made)
        store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
        conclusions |= triples
    return convert.graph(conclusions)
