"""What the endpoint says of itself: https://www.w3.org/TR/sparql11-service-description/."""

from dataclasses import dataclass

import pyoxigraph as ox
from flask import Blueprint, Response, request
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SDO, VOID
from rdflib.term import Node

from selenograph.graph import convert, guard, names, results
from selenograph.graph.errors import NotAcceptable, Unknown
from selenograph.graph.names import SD
from selenograph.server import accept, cache
from selenograph.server.current import serving, settings
from selenograph.server.settings import Settings

blueprint = Blueprint("description", __name__)

_FORMATS = Namespace("http://www.w3.org/ns/formats/")
_RESULTS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "RDF_XML", "JSON-LD",
)  # fmt: skip


@dataclass(frozen=True)
class Limit:
    """A limit as it is announced: on the page and in the description."""

    name: str
    value: float
    unit: str
    about: str


def limits(of: Settings) -> list[Limit]:
    """Return every limit that a client may meet."""
    return [
        Limit("time", of.limits.seconds, "seconds",
              "from a query to its answer; the parameter timeout may lower it (504)"),
        Limit("memory", of.limits.memory, "bytes", "of the process that works on a query (503)"),
        Limit("answer", of.limits.answer, "bytes", "of an answer (400)"),
        Limit("request", of.largest_request, "bytes", "of the body of a request (413)"),
        Limit("nesting", guard.DEEPEST, "brackets", "open within each other in a query (400)"),
        Limit("operators", guard.MOST, "operators", "keywords and separators in a query (400)"),
        Limit("waiting", of.waiting, "queries",
              f"waiting beside {of.turns} and {of.long_turns} long ones (429)"),
    ]  # fmt: skip


@blueprint.get("/.well-known/void")
def void() -> Response:
    """Describe the dataset: https://www.w3.org/TR/void/#well-known.

    Raises Unknown for an earlier day, of which there are no statistics.
    """
    if serving().known:
        raise Unknown("The statistics are those of all that is known: /.well-known/void.")
    media, form = accept.best(request.headers.get("Accept", ""), accept.GRAPHS)
    graph = ox.NamedNode(names.VOID)

    def make() -> Response:
        quads = serving().store.quads_for_pattern(None, None, None, graph)
        triples = [quad.triple for quad in quads]
        return Response(results.statements(triples, form), mimetype=media)

    return cache.answered(("void", form), make)


def respond(form: str = "") -> Response:
    """Describe the endpoint in the format named, or in the one that the client prefers."""
    offer = accept.named(form, accept.GRAPHS) if form else None
    if form and offer is None:
        raise NotAcceptable(f"format={form}", sorted(accept.GRAPHS.values()))
    media, form = offer or accept.best(request.headers.get("Accept", ""), accept.GRAPHS)
    endpoint = request.base_url

    def make() -> Response:
        triples = [quad.triple for quad in convert.quads(_graph(endpoint), None)]
        return Response(results.statements(triples, form), mimetype=media)

    return cache.answered(("service-description", endpoint, form), make)


def _graph(endpoint: str) -> Graph:
    service, dataset, default = URIRef(endpoint), BNode("dataset"), BNode("default")
    graph = Graph(bind_namespaces="none")
    said: list[tuple[Node, URIRef, Node]] = [
        (service, RDF.type, SD.Service),
        (service, RDFS.label, Literal("SPARQL endpoint of Selenograph", lang="en")),
        (service, SD.endpoint, service),
        (service, SD.supportedLanguage, SD.SPARQL11Query),
        (service, SD.defaultDataset, dataset),
        (service, DCTERMS.license, names.LICENCE),
        (dataset, RDF.type, SD.Dataset),
        (dataset, SD.defaultGraph, default),
        (default, RDF.type, SD.Graph),
        *((service, SD.resultFormat, _FORMATS[name]) for name in _RESULTS),
    ]
    if settings().limits.services:
        said.append((service, SD.feature, SD.BasicFederatedQuery))
    store = serving().store
    said.append((default, VOID.triples, _count(store, ox.DefaultGraph())))
    for name in sorted(store.named_graphs(), key=str):
        node, inside = BNode(f"named-{len(said)}"), BNode(f"graph-{len(said)}")
        said += [
            (dataset, SD.namedGraph, node),
            (node, RDF.type, SD.NamedGraph),
            (node, SD.name, URIRef(name.value)),
            (node, SD.graph, inside),
            (inside, RDF.type, SD.Graph),
            (inside, VOID.triples, _count(store, name)),
        ]
    for limit in limits(settings()):
        node = BNode(f"limit-{limit.name}")
        said += [
            (service, SDO.additionalProperty, node),
            (node, RDF.type, SDO.PropertyValue),
            (node, SDO.propertyID, Literal(limit.name)),
            (node, SDO.maxValue, Literal(int(limit.value))),
            (node, SDO.unitText, Literal(limit.unit)),
            (node, SDO.description, Literal(limit.about, lang="en")),
        ]
    for statement in said:
        graph.add(statement)
    return graph


def _count(store: ox.Store, graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> Literal:
    return Literal(sum(1 for _ in store.quads_for_pattern(None, None, None, graph)))
