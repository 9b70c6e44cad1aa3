"""Describes the stored queries, so that editors can offer them and queries can be queried.

Each is an executable of https://www.w3.org/TR/shacl-af/#SPARQLExecutable, described as the SIB
Swiss Institute of Bioinformatics does it: https://github.com/sib-swiss/sparql-examples.
"""

import re

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SDO, SH

from selenograph.graph import names, query
from selenograph.graph.errors import BadQuery
from selenograph.graph.names import SPEX
from selenograph.graph.query import StoredQuery

# SHACL has no word for DESCRIBE; SIB has a property and no class.
_FORMS: dict[str, tuple[URIRef, URIRef]] = {
    "SELECT": (SH.SPARQLSelectExecutable, SH.select),
    "ASK": (SH.SPARQLAskExecutable, SH.ask),
    "CONSTRUCT": (SH.SPARQLConstructExecutable, SH.construct),
    "DESCRIBE": (SH.SPARQLExecutable, SPEX.describe),
}
_FORM = re.compile(rf"^({'|'.join(_FORMS)})\b", re.MULTILINE)


def listed() -> Graph:
    """Return the description of all stored queries. Raises BadQuery for one that asks nothing."""
    listing = Graph("SimpleMemory", bind_namespaces="none")
    for stored in query.stored().values():
        listing += described(stored)
    return listing


def described(stored: StoredQuery) -> Graph:
    """Return the description of a stored query."""
    text = "".join(
        line for line in stored.text.splitlines(keepends=True) if not line.startswith("#+")
    )
    form = _FORM.search(text)
    if form is None:
        raise BadQuery(f"The query {stored.name} has no line that begins with SELECT or the like.")
    kind, property_ = _FORMS[form[1]]
    graph = Graph("SimpleMemory", bind_namespaces="none")
    iri = names.iri(f"query/{stored.name}")
    graph.add((iri, RDF.type, SH.SPARQLExecutable))
    graph.add((iri, RDF.type, kind))
    graph.add((iri, RDFS.comment, Literal(stored.summary, lang="en")))
    graph.add((iri, property_, Literal(text)))
    graph.add((iri, SH.prefixes, names.iri("ontology/")))
    graph.add((iri, SDO.target, names.ENDPOINT))
    if description := stored.header.get("description"):
        graph.add((iri, DCTERMS.description, Literal(description, lang="en")))
    tags = stored.header.get("tags")
    for tag in tags if isinstance(tags, list) else []:
        graph.add((iri, SDO.keywords, Literal(tag)))
    return graph
