"""The closure under OWL 2 RL: https://www.w3.org/TR/owl2-profiles/#OWL_2_RL."""

import re
from collections.abc import Iterable

from owlrl.OWLRL import OWLRL_Semantics
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS
from rdflib.term import BNode, Literal, Node

from selenograph.graph import names
from selenograph.graph.errors import Inconsistent
from selenograph.graph.names import SG
from selenograph.graph.turtle import Document

_SILENT = {
    RDFS.label, RDFS.isDefinedBy, SKOS.definition, SKOS.example, SKOS.scopeNote, SKOS.altLabel,
    SKOS.closeMatch, SKOS.narrowMatch, SKOS.exactMatch, DCTERMS.source, SG.layer, SG.reconciliation,
    SG.givesStanding, SG.rank,
}  # fmt: skip
_LANGUAGE = (str(OWL), str(RDF), str(RDFS))


def closure(vocabulary: Graph, statements: Graph, documents: Iterable[Document] = ()) -> Graph:
    """Return what follows from the statements and the ontology, without what was stated.

    Kept is what speaks of our own IRIs; that everything is a thing and the same as itself is
    left out, and so are literals as subjects. The documents serve to place a contradiction.

    Raises Inconsistent with each axiom that is broken and the statements that break it.
    """
    graph = Graph(bind_namespaces="none")
    for triple in (*vocabulary, *statements):
        prose = isinstance(triple[2], Literal) and triple[2].language
        if triple[1] not in _SILENT and not prose:
            graph.add(triple)
    engine = OWLRL_Semantics(graph, axioms=False, daxioms=False)
    engine.closure()
    if engine.error_messages:
        raise Inconsistent(
            [_cause(str(text), graph, documents) for text in sorted(engine.error_messages)]
        )
    inferred = Graph(bind_namespaces="none")
    for triple in graph:
        if _tells(triple) and triple not in vocabulary and triple not in statements:
            inferred.add(triple)
    return inferred


def _tells(triple: tuple[Node, Node, Node]) -> bool:
    subject, predicate, value = triple
    return (
        isinstance(subject, URIRef)
        and subject.startswith(names.BASE)
        and not isinstance(value, BNode)
        and subject != value
        and not str(value).startswith(_LANGUAGE)
        and predicate != OWL.sameAs
    )


def _cause(message: str, graph: Graph, documents: Iterable[Document]) -> str:
    """Return the broken axiom, with the statements that break it and their places."""
    named = [URIRef(text) for text in re.findall(r"https?://[^\s,()]+", message)]
    below = {
        part
        for whole in named
        for relation in (RDFS.subClassOf, RDFS.subPropertyOf)
        for part in (whole, *graph.subjects(relation, whole))
    }
    axiom = re.sub(r"https?://[^\s,()]+", lambda match: names.short(match[0]), message)
    places = sorted(
        {
            f"    {document.path}:{document.line(s, p, o)}: "
            f"{names.short(str(s))} {'a' if p == RDF.type else names.short(str(p))} "
            f"{names.short(str(o))}"
            for document in documents
            for s, p, o in document.graph
            if s in named and (o in below if p == RDF.type else p in below and o in named)
        }
    )
    return "\n".join([axiom.rstrip(".") + ":", *places])
