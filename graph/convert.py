"""Between rdflib, which reads and writes, and pyoxigraph, which answers."""

from collections.abc import Iterable

import pyoxigraph as ox
from rdflib import Graph, URIRef


def quads(graph: Graph, name: URIRef | None = None) -> Iterable[ox.Quad]:
    """Return a graph's statements as quads, in a named graph or in the default one."""
    place = ox.NamedNode(name) if name else ox.DefaultGraph()
    text = graph.serialize(format="nt").encode()
    for triple in ox.parse(text, format=ox.RdfFormat.N_TRIPLES):
        yield ox.Quad(triple.subject, triple.predicate, triple.object, place)


def graph(triples: Iterable[ox.Triple]) -> Graph:
    """Return triples as an rdflib graph."""
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    return Graph(bind_namespaces="none").parse(data=text or b"", format="nt")
