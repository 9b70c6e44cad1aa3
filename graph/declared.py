"""The names of ours that a file uses and nobody declares, and those that were probably meant."""

from collections.abc import Iterable
from difflib import SequenceMatcher

from rdflib import URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from selenograph.graph import corpus, names
from selenograph.graph.corpus import Corpus
from selenograph.graph.names import SG, short
from selenograph.graph.turtle import Document

# Below this, two names have no more in common than any two words.
_NEAR = 0.75


def is_foreign(subject: Node, own: str) -> bool:
    """Tell whether a subject is outside our names, or belongs to another source."""
    if not isinstance(subject, URIRef):
        return False
    return not subject.startswith(names.BASE) or (
        "#" in subject and not subject.startswith(f"{own}#")
    )


def strangers(document: Document, whole: Corpus) -> set[Node]:
    """Return the names of ours that a file uses and nobody declares."""
    own, known = str(corpus.source_iri(document.path)), _known(document, whole)
    return {
        node
        for triple in document.graph
        for node in triple
        if isinstance(node, URIRef) and node.startswith(names.BASE)
        if node not in known and not is_foreign(node, own)
    }


def remedy(stranger: str, document: Document, whole: Corpus) -> str:
    """Return what to write in place of an undeclared name, or where to declare it."""
    place = "this file, with its class" if "#" in stranger else " or ".join(homes(stranger, whole))
    near = _nearest(stranger, _known(document, whole))
    meant = f"The nearest one is {short(near)}. " if near else ""
    return f"{meant}A new one is declared in {place or 'graph/reference/'}."


def homes(name: str, whole: Corpus) -> list[str]:
    """Return the files where names of a kind are declared; for acts, that of their agreement."""
    kind, _, rest = names.path(name).partition("/")
    if kind == "act":
        return [f"graph/reference/acts/{rest.partition('/')[0]}.ttl"]
    return [
        file.path
        for file in (*whole.ontology, *whole.reference)
        if any(names.path(str(s)).startswith(f"{kind}/") for s in file.graph.subjects(RDF.type))
    ]


def _known(document: Document, whole: Corpus) -> set[URIRef]:
    own = corpus.source_iri(document.path)
    known = {*whole.terms, URIRef(SG), *whole.declared, own}
    if corpus.layer(document.path) == "testimony":
        typed = document.graph.subjects(RDF.type)
        known |= {s for s in typed if isinstance(s, URIRef) and s.startswith(f"{own}#")}
    return known


def _nearest(node: str, known: Iterable[URIRef]) -> str | None:
    """Return the name that is likest part by part; one of the same kind comes before others."""
    kind, *parts = names.path(node).split("/")
    weighed = []
    for one in sorted(known):
        its_kind, *its_parts = names.path(one).split("/")
        if len(its_parts) == len(parts) > 0:
            alike = min(
                SequenceMatcher(None, a, b).ratio() for a, b in zip(parts, its_parts, strict=True)
            )
            weighed.append((alike >= _NEAR, kind == its_kind, alike, one))
    near, *_, best = max(weighed, default=(False, False, 0.0, ""))
    return best if near else None
