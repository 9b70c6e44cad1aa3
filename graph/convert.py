"""Between rdflib, which reads and writes, and pyoxigraph, which answers."""

from collections.abc import Iterable

import pyoxigraph as ox
from rdflib import Graph, URIRef
from rdflib.namespace import XSD
from rdflib.term import BNode, Literal, Node

_STRING = ox.NamedNode(XSD.string)


def quads(graph: Graph, name: URIRef | None = None) -> Iterable[ox.Quad]:
    """Return a graph's statements as quads, in a named graph or in the default one."""
    place = ox.NamedNode(name) if name else ox.DefaultGraph()
    text = graph.serialize(format="nt").encode()
    for triple in ox.parse(text, format=ox.RdfFormat.N_TRIPLES):
        yield ox.Quad(triple.subject, triple.predicate, triple.object, place)


def named(text: bytes, name: URIRef | None) -> bytes:
    """Return N-Triples as N-Quads of a named graph, or of the default one."""
    # A line ends so and a literal never, in which line ends are escaped.
    return text.replace(b" .\n", f" <{name}> .\n".encode()) if name else text


def graph(triples: Iterable[ox.Triple], terms: dict[object, Node] | None = None) -> Graph:
    """Return triples as an rdflib graph, literals as they are written.

    Graphs that are given the same terms share theirs, which are then found faster in all.
    """
    made = Graph("SimpleMemory", bind_namespaces="none")
    known = {} if terms is None else terms

    def shared(one: object) -> Node:
        if one not in known:
            known[one] = term(one)
        return known[one]

    for triple in triples:
        made.add((shared(triple.subject), shared(triple.predicate), shared(triple.object)))
    return made


def term(one: object) -> Node:
    """Return a term as one of rdflib, a literal as it is written."""
    if isinstance(one, ox.NamedNode):
        return URIRef(one.value)
    if isinstance(one, ox.BlankNode):
        return BNode(one.value)
    assert isinstance(one, ox.Literal)
    if one.language:
        return Literal(one.value, lang=one.language)
    datatype = None if one.datatype == _STRING else URIRef(one.datatype.value)
    return Literal(one.value, datatype=datatype, normalize=False)
