"""Namespaces, prefixes and the names of graphs, each written down once."""

import re
import unicodedata

from rdflib import Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SH, SKOS, VANN, XSD

BASE = "https://w3id.org/selenograph/"
SG = Namespace(BASE + "ontology/")
SGS = Namespace(BASE + "shape/")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
SPEX = Namespace("https://purl.expasy.org/sparql-examples/ontology#")
VOID_EXT = Namespace("http://ldf.fi/void-ext#")
EDTF = URIRef("http://id.loc.gov/datatypes/edtf/EDTF")

PREFIXES: dict[str, str] = {
    "dcterms": str(DCTERMS),
    "edtf": "http://id.loc.gov/datatypes/edtf/",
    "fibo-agr": "https://spec.edmcouncil.org/fibo/ontology/FND/Agreements/Agreements/",
    "fibo-ge": "https://spec.edmcouncil.org/fibo/ontology/BE/GovernmentEntities/GovernmentEntities/",
    "foaf": str(FOAF),
    "jolux": "http://data.legilux.public.lu/resource/ontology/jolux#",
    "org": str(ORG),
    "owl": str(OWL),
    "prov": str(PROV),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "schema": "https://schema.org/",
    "sd": str(SD),
    "sg": str(SG),
    "sgs": str(SGS),
    "sh": str(SH),
    "skos": str(SKOS),
    "spex": str(SPEX),
    "vann": str(VANN),
    "void": "http://rdfs.org/ns/void#",
    "void-ext": str(VOID_EXT),
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "xsd": str(XSD),
}

# The graphs of a release beside one for each source (DESIGN, "Named graphs").
ONTOLOGY = URIRef(BASE + "graph/ontology")
REFERENCE = URIRef(BASE + "graph/reference")
RECORD = URIRef(BASE + "graph/record")
INFERRED = URIRef(BASE + "graph/inferred")
SHAPES = URIRef(BASE + "graph/shapes")
# All graphs at once, where a client asks for it as its default graph.
UNION = str(SG.union)
EXAMPLES = URIRef(BASE + "graph/examples")
VOID = URIRef(BASE + "graph/void")
WIKIDATA = URIRef(BASE + "graph/wikidata")

# Where the graph of each source is named.
SOURCES = BASE + "source/"

LICENCE = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
ENDPOINT = URIRef(BASE + "sparql")
CONTEXT = URIRef(BASE + "context.jsonld")
ENTITY = "http://www.wikidata.org/entity/"


def iri(path: str) -> URIRef:
    """Return the IRI of a resource of ours, given its path such as ``party/belarus``."""
    return URIRef(BASE + path)


def path(resource: str) -> str:
    """Return the path below the base of an IRI of ours, and any other IRI as it is."""
    return resource.removeprefix(BASE)


def slug(words: str) -> str:
    """Return words as they stand in an IRI: in lower-case ASCII, with hyphens; others are lost."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def short(resource: str) -> str:
    """Return an IRI as people write it: ``sg:date``, ``party/belarus``, or in full."""
    for prefix, namespace in PREFIXES.items():
        if resource.startswith(namespace) and resource != namespace:
            return f"{prefix}:{resource.removeprefix(namespace)}"
    return path(resource)
