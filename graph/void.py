"""Describes a release for machines: what it holds, how much of it, and where to ask.

In VoID (https://www.w3.org/TR/void/, http://ldf.fi/void-ext), the graphs as in
https://www.w3.org/TR/sparql11-service-description/, the prefixes as in SHACL. Every node has an IRI
made from what it describes: it answers by its path, and is the same in each build.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, SH, VOID, XSD
from rdflib.term import Node

from selenograph.graph import names
from selenograph.graph.names import SD, SG, VOID_EXT

_DATASET = URIRef(names.BASE)
_ABOUT = (
    "Programmes of cooperation on the Moon and beyond, the agreements that carry them, the acts by "
    "which parties join, and the sources that say so. The numbers are those of the default graph "
    "without this description and without the stored queries."
)
_EXAMPLES = (SG.Programme, SG.Agreement, SG.Act, SG.Participation, SG.State, SG.Source)

Triples = Iterator[tuple[Node, Node, Node]]


def described(graphs: Mapping[URIRef | None, Graph]) -> Graph:
    """Return the description of the graphs of a release by name; None is the default graph."""
    answers = graphs[None]
    whole = Graph("SimpleMemory", bind_namespaces="none")
    for triple in chain(_dataset(answers), _partitions(answers), _named(graphs), _prefixes()):
        whole.add(triple)
    return whole


def _dataset(answers: Graph) -> Triples:
    """Tell what the dataset is, how large it is, and where it is to be had."""
    subjects, properties = set(answers.subjects()), set(answers.predicates())
    classes = set(answers.objects(None, RDF.type))
    entities = {s for s in subjects if isinstance(s, URIRef) and s.startswith(names.BASE)}
    yield _DATASET, RDF.type, VOID.Dataset
    yield _DATASET, DCTERMS.title, Literal("Selenograph", lang="en")
    yield _DATASET, DCTERMS.description, Literal(_ABOUT, lang="en")
    yield _DATASET, DCTERMS.license, names.LICENCE
    yield _DATASET, VOID.sparqlEndpoint, names.ENDPOINT
    for file in ("dump.nq", "dump.ttl"):
        yield _DATASET, VOID.dataDump, names.iri(file)
    yield _DATASET, VOID.uriSpace, Literal(names.BASE)
    for namespace in names.PREFIXES.values():
        if any(str(term).startswith(namespace) for term in properties | classes):
            yield _DATASET, VOID.vocabulary, URIRef(namespace)
    for kind in _EXAMPLES:
        if members := set(answers.subjects(RDF.type, kind)):
            yield _DATASET, VOID.exampleResource, min(members, key=str)
    for property_, number in (
        (VOID.triples, len(answers)),
        (VOID.entities, len(entities)),
        (VOID.distinctSubjects, len(subjects)),
        (VOID.distinctObjects, len(set(answers.objects()))),
        (VOID.classes, len(classes)),
        (VOID.properties, len(properties)),
    ):
        yield _DATASET, property_, Literal(number)


def _partitions(answers: Graph) -> Triples:
    """Tell which properties there are, on what they are stated, and to what they lead."""
    typed: defaultdict[Node, set[URIRef]] = defaultdict(set)
    for subject, kind in answers.subject_objects(RDF.type):
        if isinstance(kind, URIRef):
            typed[subject].add(kind)
    kinds = {subject: frozenset(found) for subject, found in typed.items()}
    # Few kinds of statements stand for many statements, so that these are looked at once.
    statements = Counter(
        (kinds.get(s, frozenset()), p, _datatype(o), kinds.get(o, frozenset()))
        for s, p, o in answers
    )
    entities = Counter(k for s, found in kinds.items() if isinstance(s, URIRef) for k in found)
    for kind in frozenset().union(*kinds.values()):
        place = _iri(f"class/{_slug(kind)}")
        yield _DATASET, VOID.classPartition, place
        yield place, VOID["class"], kind
        yield place, VOID.entities, Literal(entities[kind])
    triples: Counter[tuple[URIRef, Node]] = Counter()
    for (subject_kinds, predicate, datatype, value_kinds), number in statements.items():
        triples[_DATASET, predicate] += number
        for kind in subject_kinds:
            whole = _iri(f"class/{_slug(kind)}")
            triples[whole, predicate] += number
            part = URIRef(f"{whole}/{_slug(predicate)}")
            for value_kind in value_kinds:
                target = URIRef(f"{part}/{_slug(value_kind)}")
                yield part, VOID.classPartition, target
                yield target, VOID["class"], value_kind
            if datatype:
                target = URIRef(f"{part}/{_slug(datatype)}")
                yield part, VOID_EXT.datatypePartition, target
                yield target, VOID_EXT.datatype, datatype
    for (whole, predicate), number in triples.items():
        above = _iri("property") if whole == _DATASET else whole
        place = URIRef(f"{above}/{_slug(predicate)}")
        yield whole, VOID.propertyPartition, place
        yield place, VOID.property, predicate
        yield place, VOID.triples, Literal(number)


def _named(graphs: Mapping[URIRef | None, Graph]) -> Triples:
    """Tell which named graphs there are. How large this one is cannot be told in itself."""
    yield _DATASET, RDF.type, SD.Dataset
    sizes = {name: len(graph) for name, graph in graphs.items() if name}
    for name in (*sizes, names.VOID):
        graph = _iri(names.path(name))
        yield _DATASET, SD.namedGraph, name
        yield name, RDF.type, SD.NamedGraph
        yield name, SD.name, name
        yield name, SD.graph, graph
        yield graph, RDF.type, SD.Graph
        if name in sizes:
            yield graph, VOID.triples, Literal(sizes[name])


def _prefixes() -> Triples:
    """Declare our prefixes on the ontology."""
    for prefix, namespace in names.PREFIXES.items():
        place = _iri(f"prefix/{prefix}")
        yield names.iri("ontology/"), SH.declare, place
        yield place, RDF.type, SH.PrefixDeclaration
        yield place, SH.prefix, Literal(prefix)
        yield place, SH.namespace, Literal(namespace, datatype=XSD.anyURI)


def _datatype(value: Node) -> URIRef | None:
    if not isinstance(value, Literal):
        return None
    return value.datatype or (RDF.langString if value.language else XSD.string)


def _iri(path: str) -> URIRef:
    return names.iri(f"void/{path}")


def _slug(term: Node) -> str:
    """Return a term as a part of a path: ``sg-date`` for ``sg:date``."""
    return re.sub(r"\W+", "-", names.short(str(term)))
