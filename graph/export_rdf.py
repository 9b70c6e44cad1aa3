"""A release as RDF: the whole dataset with its graphs, or what the default graph answers."""

import json
from collections import defaultdict
from collections.abc import Iterable

import pyoxigraph as ox
from rdflib.namespace import OWL, RDF, XSD

from selenograph.graph import names, release, results
from selenograph.graph.names import SG
from selenograph.graph.release import Release

_TYPE = ox.NamedNode(RDF.type)
_OBJECT_PROPERTY = ox.NamedNode(OWL.ObjectProperty)

Terms = dict[str, object]


def nquads(made: Release) -> bytes:
    """Return the dump: its hash is the identifier of the release."""
    return release.dumped(made, release.DUMP).read_bytes()


def trig(made: Release) -> bytes:
    """Return the dataset as TriG: https://www.w3.org/TR/trig/."""
    parsed = ox.parse(nquads(made), format=ox.RdfFormat.N_QUADS)
    quads = sorted(parsed, key=lambda quad: (str(quad.graph_name), str(quad)))
    text = ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=names.PREFIXES) or b""
    # The engine writes prefixes in an order of chance; the same graph is to have the same text.
    lines = text.splitlines(keepends=True)
    count = len(names.PREFIXES)
    return b"".join([*sorted(lines[:count]), *lines[count:]])


def turtle(made: Release) -> bytes:
    """Return what the default graph answers as Turtle."""
    return release.dumped(made, release.ANSWERS).read_bytes()


def rdfxml(made: Release) -> bytes:
    """Return what the default graph answers as RDF/XML."""
    return results.statements(_answers(made), "rdf")


def jsonld(made: Release) -> bytes:
    """Return what the default graph answers as JSON-LD 1.1, compacted with the published context.

    https://www.w3.org/TR/json-ld11/
    """
    terms = _terms(made.open())
    nodes: dict[str, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
    for triple in _answers(made):
        predicate = triple.predicate.value
        if predicate == str(RDF.type) and isinstance(triple.object, ox.NamedNode):
            nodes[_id(triple.subject)]["type"].append(_compact(triple.object.value))
        else:
            key = predicate.removeprefix(SG) if predicate.startswith(SG) else _compact(predicate)
            leads = isinstance(terms.get(key), dict)
            nodes[_id(triple.subject)][key].append(_value(triple.object, leads))
    document = {
        "@context": str(names.CONTEXT),
        "@graph": [
            {"id": node, **{key: _alone(facts[key]) for key in sorted(facts)}}
            for node, facts in sorted(nodes.items())
        ],
    }
    return _json(document)


def context(made: Release) -> bytes:
    """Return the context of the JSON-LD: our prefixes, and each property of ours as a term."""
    return _json({"@context": _terms(made.open())})


def _terms(store: ox.Store) -> Terms:
    """Return the terms of the context; those of properties that lead to resources are objects."""
    graph = ox.NamedNode(names.ONTOLOGY)
    leading = {
        quad.subject.value
        for quad in store.quads_for_pattern(None, _TYPE, _OBJECT_PROPERTY, graph)
        if isinstance(quad.subject, ox.NamedNode)
    }
    declared = {
        quad.subject.value
        for quad in store.quads_for_pattern(None, _TYPE, None, graph)
        if isinstance(quad.subject, ox.NamedNode)
        if quad.subject.value.startswith(SG) and quad.subject.value.removeprefix(SG)[:1].islower()
    }
    terms: Terms = {"@version": 1.1, "id": "@id", "type": "@type"}
    terms |= {prefix: names.PREFIXES[prefix] for prefix in sorted(names.PREFIXES)}
    for iri in sorted(declared):
        name = iri.removeprefix(SG)
        terms[name] = {"@id": f"sg:{name}", "@type": "@id"} if iri in leading else f"sg:{name}"
    return terms


def _answers(made: Release) -> list[ox.Triple]:
    parsed = ox.parse(nquads(made), format=ox.RdfFormat.N_QUADS)
    triples = (quad.triple for quad in parsed if quad.graph_name == ox.DefaultGraph())
    return sorted(triples, key=str)


def _id(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def _compact(iri: str) -> str:
    short = names.short(iri)
    prefix, _, local = short.partition(":")
    return short if prefix in names.PREFIXES and not local.startswith("//") else iri


def _value(term: object, leads: bool) -> object:
    """Return a value; ``leads`` tells that the context takes a string for an identifier."""
    if not isinstance(term, ox.Literal):
        return _id(term) if leads else {"@id": _id(term)}
    if term.language:
        return {"@language": term.language, "@value": term.value}
    if term.datatype.value == str(XSD.string):
        return {"@value": term.value} if leads else term.value
    return {"@type": _compact(term.datatype.value), "@value": term.value}


def _alone(values: Iterable[object]) -> object:
    listed = list(values)
    return listed[0] if len(listed) == 1 else listed


def _json(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
