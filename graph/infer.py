"""The closure under OWL 2 RL: https://www.w3.org/TR/owl2-profiles/#OWL_2_RL.

owlrl closes the ontology, which is small. What follows from it and the statements is then drawn by
entail.py, or by owlrl too where that does not know all axioms, or where something is contradicted.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from owlrl.DatatypeHandling import AltXSDToPYTHON
from owlrl.OWLRL import OWLRL_Semantics
from owlrl.XsdDatatypes import OWL_RL_Datatypes
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS
from rdflib.term import BNode, Literal, Node

from selenograph.graph import entail, names
from selenograph.graph.errors import Inconsistent
from selenograph.graph.names import SG
from selenograph.graph.turtle import Document, Triple

_SILENT = {
    RDFS.label, RDFS.isDefinedBy, SKOS.definition, SKOS.example, SKOS.scopeNote, SKOS.altLabel,
    SKOS.closeMatch, SKOS.narrowMatch, SKOS.exactMatch, DCTERMS.source, SG.layer, SG.reconciliation,
    SG.givesStanding, SG.rank,
}  # fmt: skip
_LANGUAGE = (str(OWL), str(RDF), str(RDFS))


def closure(
    vocabulary: Graph, statements: Iterable[Triple], documents: Iterable[Document] = ()
) -> Graph:
    """Return what follows from the statements and the ontology, without what was stated.

    Kept is what speaks of our own IRIs; that everything is a thing and the same as itself is
    left out, and so are literals as subjects. The documents serve to place a contradiction.

    Raises Inconsistent with each axiom that is broken and the statements that break it.
    """
    stated, defined = set(statements), set(vocabulary)
    axioms, told = _telling(defined), _telling(stated)
    whole: Iterable[Triple]
    try:
        if not entail.simple(axioms) or any(_is_ill_typed(value) for _, _, value in told):
            raise entail.Unsure
        whole = entail.drawn(_closed(frozenset(axioms)), told)
    except entail.Unsure:
        whole = _reasoned([*axioms, *told], documents)
    inferred = Graph("SimpleMemory", bind_namespaces="none")
    for triple in whole:
        if triple not in stated and _tells(triple) and triple not in defined:
            inferred.add(triple)
    return inferred


@lru_cache(maxsize=4)
def _closed(axioms: frozenset[Triple]) -> Graph:
    """Return the closure of an ontology alone."""
    return _reasoned(sorted(axioms), ())


def _telling(statements: Iterable[Triple]) -> list[Triple]:
    """Return the statements that are no prose and that rules may ask for."""
    return [
        triple for triple in statements
        if triple[1] not in _SILENT and not (isinstance(triple[2], Literal) and triple[2].language)
    ]  # fmt: skip


def _reasoned(statements: Iterable[Triple], documents: Iterable[Document]) -> Graph:
    """Return statements with their closure, as owlrl draws it. Raises Inconsistent."""
    graph = Graph("SimpleMemory", bind_namespaces="none")
    for triple in statements:
        graph.add(triple)
    engine = OWLRL_Semantics(graph, axioms=False, daxioms=False)
    engine.closure()
    if engine.error_messages:
        raise Inconsistent(
            [_cause(str(text), graph, documents) for text in sorted(engine.error_messages)]
        )
    return graph


def _is_ill_typed(value: Node) -> bool:
    """Tell whether a literal is none of its datatype by the rules of owlrl."""
    return (
        isinstance(value, Literal)
        and value.datatype in OWL_RL_Datatypes
        and not _is_well_formed(str(value), value.datatype)
    )


@lru_cache(maxsize=10_000)
def _is_well_formed(text: str, datatype: URIRef) -> bool:
    try:
        AltXSDToPYTHON.get(datatype, str)(text)
    except ValueError:
        return False
    return True


def _tells(triple: Triple) -> bool:
    subject, predicate, value = triple
    return (
        isinstance(subject, URIRef)
        and subject.startswith(names.BASE)
        and not isinstance(predicate, BNode)
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
