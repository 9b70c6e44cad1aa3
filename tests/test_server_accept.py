"""Content negotiation, with the Accept headers that real clients send."""

import http.client
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import pytest

from selenograph.graph.errors import NotAcceptable
from selenograph.server import accept

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
PLAIN_JSON = "application/json"
PLAIN_XML = "application/xml"
CSV = "text/csv"
TSV = "text/tab-separated-values"
TURTLE = "text/turtle"
TRIPLES = "application/n-triples"
RDF_XML = "application/rdf+xml"
JSON_LD = "application/ld+json"
HTML = "text/html"


class Client(NamedTuple):
    """What a client sends, and the media types that must come; None stands for 406."""

    header: str | None
    rows: str | None
    truth: str | None
    graph: str | None
    resource: str | None


CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
    "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
)
FIREFOX = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/png,"
    "image/svg+xml,*/*;q=0.8"
)
SAFARI = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
TRIDENT = "text/html, application/xhtml+xml, */*"
BROWSERS = [CHROME, FIREFOX, SAFARI, TRIDENT]
RDFLIB = (
    "application/rdf+xml, text/n3, text/turtle, application/n-triples, application/ld+json, "
    "application/n-quads, application/trix, application/trig"
)
JENA_SELECT = (
    "application/sparql-results+json, application/sparql-results+xml;q=0.9, "
    "text/tab-separated-values;q=0.7, text/csv;q=0.5,application/json;q=0.2,"
    "application/xml;q=0.2,*/*;q=0.1"
)
JENA_ASK = (
    "application/sparql-results+json, application/sparql-results+xml;q=0.9,"
    "application/json;q=0.2,application/xml;q=0.2,*/*;q=0.1"
)
JENA_GRAPH = (
    "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,"
    "*/*;q=0.3"
)
JENA_DATASET = "application/trig,application/n-quads;q=0.9,application/ld+json;q=0.8,*/*;q=0.3"
JENA_RIOT = (
    "text/turtle,application/n-triples;q=0.9,application/rdf+xml;q=0.7,application/trig,"
    "application/n-quads;q=0.9,application/ld+json;q=0.8,*/*;q=0.5"
)
RDF4J_SELECT = (
    "application/x-binary-rdf-results-table;q=0.8, application/sparql-results+json;q=0.9, "
    "application/json;q=0.8, application/sparql-results+xml, application/xml;q=0.8, "
    "text/csv;q=0.5, text/tab-separated-values;q=0.5"
)
RDF4J_ASK = (
    "text/boolean, application/sparql-results+xml;q=0.8, application/xml;q=0.8, "
    "application/sparql-results+json;q=0.8, application/json;q=0.8"
)
RDF4J_GRAPH = (
    "application/rdf+xml;q=0.4, application/xml;q=0.4, text/xml;q=0.4, application/n-triples;q=0.7,"
    " text/plain;q=0.7, text/turtle, application/x-turtle, text/x-turtlestar;q=0.8, "
    "application/x-turtlestar;q=0.8, text/n3;q=0.8, text/rdf+n3;q=0.8, application/trix;q=0.8, "
    "application/trig;q=0.8, application/x-trig;q=0.8, application/n-quads;q=0.7, "
    "text/x-nquads;q=0.7, text/nquads;q=0.7, application/ld+json;q=0.8, "
    "application/rdf+json;q=0.7, application/x-binary-rdf;q=0.8"
)
COMUNICA_SELECT = "application/sparql-results+json;q=1.0,application/sparql-results+xml;q=0.7"
COMUNICA_PAGE = (
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,"
    "application/n-triples;q=0.8,text/turtle;q=0.6,application/rdf+xml;q=0.5,text/n3;q=0.35,"
    "application/xml;q=0.3,image/svg+xml;q=0.3,text/xml;q=0.3,text/html;q=0.2,"
    "application/xhtml+xml;q=0.18,application/json;q=0.135,text/shaclc;q=0.1,"
    "text/shaclc-ext;q=0.05"
)
RUBY = (
    "application/sparql-results+json, application/sparql-results+xml, text/boolean, "
    "text/tab-separated-values;q=0.8, text/csv;q=0.2, */*;q=0.1"
)
EASYRDF_GRAPH = (
    "text/turtle,application/n-triples;q=0.9,application/rdf+xml;q=0.8,application/ld+json;q=0.7"
)
OWL_API = (
    "application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, */*; q=0.09"
)
WRAPPER_JSON = f"{JSON},application/json,text/javascript,application/javascript"
WRAPPER_N3 = (
    "application/turtle,text/turtle,text/rdf+n3,application/n-triples,application/n3,text/n3"
)
GRAPHDB_SELECT = f"application/x-sparqlstar-results+json, {JSON};q=0.9, */*;q=0.8"
GRAPHDB_GRAPH = "application/x-graphdb-table-results+json, application/rdf+json;q=0.9, */*;q=0.8"
R_HTTR = "application/json, text/xml, application/xml, */*"
JQUERY_JSON = "application/json, text/javascript, */*; q=0.01"
JAVA_17 = "text/html, image/gif, image/jpeg, */*; q=0.2"
JAVA_8 = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"

# Recorded by a listener, from the release named.
SEEN = {
    # Also got 15, superagent, Node's own http, Python's urllib and pandas 3.1.
    "Java's HttpClient 17": (None, JSON, JSON, TURTLE, HTML),
    # Also wget 1.21, requests 2.34, httpx 0.28, aiohttp 3.14, fetch() of Node 20, node-fetch 3,
    # d3-fetch 3, R's read.csv and httr2.
    "curl 7.88": ("*/*", JSON, JSON, TURTLE, HTML),
    "got and ky, for JSON": (PLAIN_JSON, PLAIN_JSON, PLAIN_JSON, None, None),
    "axios 1.21": (
        "application/json, text/plain, */*", PLAIN_JSON, PLAIN_JSON, TURTLE, HTML,
    ),
    "Java's URL 17": (JAVA_17, JSON, JSON, TURTLE, HTML),
    "R's httr 1.4": (R_HTTR, PLAIN_JSON, PLAIN_JSON, TURTLE, HTML),
    "R's httr, accept()": (CSV, CSV, None, None, None),
    "R's jsonlite": ("application/json, text/*, */*", PLAIN_JSON, PLAIN_JSON, TURTLE, HTML),
    # Each format of SPARQLWrapper 2.0 has one header for rows and one for graphs.
    "SPARQLWrapper, XML of rows": (XML, XML, XML, None, None),
    "SPARQLWrapper, JSON of rows": (WRAPPER_JSON, JSON, JSON, None, None),
    # So sparql-dataframe, too.
    "SPARQLWrapper, CSV": (CSV, CSV, None, None, None),
    "SPARQLWrapper, TSV": (TSV, TSV, None, None, None),
    "SPARQLWrapper, XML of graphs": (RDF_XML, None, None, RDF_XML, RDF_XML),
    "SPARQLWrapper, Turtle": ("application/turtle,text/turtle", None, None, TURTLE, TURTLE),
    "SPARQLWrapper, N3": (WRAPPER_N3, None, None, TURTLE, TURTLE),
    "SPARQLWrapper, JSON-LD": (
        "application/ld+json,application/x-json+ld", None, None, JSON_LD, JSON_LD,
    ),
    # rdflib puts the types of a store, and of its parser for any, in an order of chance.
    "rdflib 7.6 store": (f"{XML}, application/rdf+xml", XML, XML, RDF_XML, RDF_XML),
    "rdflib 7.6 store, other order": (f"{RDF_XML}, {XML}", XML, XML, RDF_XML, RDF_XML),
    # Also wikidataintegrator 0.9 and sparql-http-client 3.
    "rdflib store for JSON": (JSON, JSON, JSON, None, None),
    "rdflib parser": (RDFLIB, None, None, TURTLE, TURTLE),
    "rdflib parser of Turtle": (
        "text/turtle, application/x-turtle, */*;q=0.1", JSON, JSON, TURTLE, TURTLE,
    ),
    "rdflib parser of RDF/XML": (
        "application/rdf+xml, */*;q=0.1", JSON, JSON, RDF_XML, RDF_XML,
    ),
    "rdflib parser of JSON-LD": (
        "application/ld+json, application/json;q=0.9, */*;q=0.1",
        PLAIN_JSON, PLAIN_JSON, JSON_LD, JSON_LD,
    ),
    # Also fetch-sparql-endpoint 6.
    "Comunica 4.5, rows": (COMUNICA_SELECT, JSON, JSON, None, None),
    "Comunica 4.5, graph": (TURTLE, None, None, TURTLE, TURTLE),
    "Comunica 4.5, page": (COMUNICA_PAGE, PLAIN_XML, PLAIN_XML, JSON_LD, JSON_LD),
    "sparql-http-client 3, graph": (
        "application/n-triples, text/turtle", None, None, TURTLE, TURTLE,
    ),
    "RDF4J 3.7, graph": (RDF4J_GRAPH, PLAIN_XML, PLAIN_XML, TURTLE, TURTLE),
}  # fmt: skip
# Read in the source code of the client.
READ = {
    "Jena, select": (JENA_SELECT, JSON, JSON, TURTLE, HTML),
    "Jena, ask": (JENA_ASK, JSON, JSON, TURTLE, HTML),
    "Jena, construct": (JENA_GRAPH, JSON, JSON, TURTLE, TURTLE),
    "Jena, construct of a dataset": (JENA_DATASET, JSON, JSON, JSON_LD, JSON_LD),
    "Jena's riot": (JENA_RIOT, JSON, JSON, TURTLE, TURTLE),
    "RDF4J, select": (RDF4J_SELECT, XML, XML, None, None),
    "RDF4J, ask": (RDF4J_ASK, JSON, JSON, None, None),
    "OWL API and Protégé": (OWL_API, PLAIN_XML, PLAIN_XML, RDF_XML, RDF_XML),
    "Yasqe, rows": (f"{JSON},*/*;q=0.9", JSON, JSON, TURTLE, HTML),
    "Yasqe, graph": (f"{TRIPLES},*/*;q=0.9", JSON, JSON, TRIPLES, TRIPLES),
    "Yasgui, rows": (JSON, JSON, JSON, None, None),
    "Yasgui, graph": (TURTLE, None, None, TURTLE, TURTLE),
    "GraphDB Workbench, rows": (GRAPHDB_SELECT, JSON, JSON, TURTLE, HTML),
    "GraphDB Workbench, graph": (GRAPHDB_GRAPH, JSON, JSON, TURTLE, HTML),
    "Oxigraph, SERVICE": (f"{JSON}, {XML}", JSON, JSON, None, None),
    "OpenRefine, a column by fetching": ("*/*", JSON, JSON, TURTLE, HTML),
    "Wikidata Query Service and Pywikibot": (JSON, JSON, JSON, None, None),
    "QLever UI": ("application/qlever-results+json", None, None, None, None),
    "R's SPARQL": (XML, XML, XML, None, None),
    "Ruby's sparql-client": (RUBY, JSON, JSON, TURTLE, HTML),
    "PHP's EasyRDF, rows": (f"{JSON},{XML};q=0.8", JSON, JSON, None, None),
    "PHP's EasyRDF, graph": (EASYRDF_GRAPH, None, None, TURTLE, TURTLE),
    "jQuery's getJSON": (JQUERY_JSON, PLAIN_JSON, PLAIN_JSON, TURTLE, HTML),
    "jQuery for XML": (
        "application/xml, text/xml, */*; q=0.01", PLAIN_XML, PLAIN_XML, TURTLE, HTML,
    ),
}  # fmt: skip
# Told in documentation: of browsers by MDN, List of default Accept values.
TOLD = {
    "Chrome and Edge": (CHROME, PLAIN_XML, PLAIN_XML, TURTLE, HTML),
    "Firefox 128": (FIREFOX, PLAIN_XML, PLAIN_XML, TURTLE, HTML),
    "Safari, and Firefox from 132": (SAFARI, PLAIN_XML, PLAIN_XML, TURTLE, HTML),
    "Internet Explorer, and Edge in its mode": (TRIDENT, JSON, JSON, TURTLE, HTML),
    "fetch() of browsers, Postman": ("*/*", JSON, JSON, TURTLE, HTML),
    "Go, PHP, Perl": (None, JSON, JSON, TURTLE, HTML),
    "Java's URL 8": (JAVA_8, JSON, JSON, TURTLE, HTML),
    "curl with jq": (JSON, JSON, JSON, None, None),
}
CLIENTS = {name: Client(*sent) for name, sent in {**SEEN, **READ, **TOLD}.items()}
# What RFC 9110, section 12.5.1, says of weights, ranges and letters.
WEIGHED = {
    "an empty header": ("", JSON),
    "the higher q": (f"text/csv;q=0.5, {XML};q=0.9", XML),
    "the higher q, put last": (f"{XML};q=0.1, text/csv;q=0.2", CSV),
    "three decimals": (f"{XML};q=0.501, text/csv;q=0.5", XML),
    "no q is 1": (f"{XML};q=0.999, text/csv", CSV),
    "a type before any": ("*/*;q=0.1, text/csv", CSV),
    "a type with less q than any": ("*/*, text/csv;q=0.1", JSON),
    "any text": ("text/*", CSV),
    "any application": ("application/*", JSON),
    "any but JSON": (f"{JSON};q=0, text/tab-separated-values", TSV),
    "anything but JSON": (f"{JSON};q=0, */*", PLAIN_JSON),
    "any text but CSV": ("text/csv;q=0, text/*", TSV),
    "upper case": ("TEXT/CSV;Q=0.5", CSV),
    "blanks around": ("  text/csv  ;  q=1  ", CSV),
    "no blanks": (f"text/csv;q=0.1,{XML};q=0.2", XML),
    "empty members": (", text/csv,,", CSV),
    "a parameter that means nothing here": ("text/csv;header=present, */*;q=0.1", CSV),
    "a charset": ("application/sparql-results+xml; charset=utf-8", XML),
    "one that is not on offer": ("application/x-thrift, text/csv;q=0.1", CSV),
}
REFUSED = ["image/png", "application/pdf", "garbage", ",,,", "q=1", "text/html;q=0", "*/*;q=0"]
ASKED = {
    "rows": ("SELECT * {}", accept.SOLUTIONS),
    "a truth value": ("ASK {}", accept.SOLUTIONS),
    "a graph": ("CONSTRUCT {} WHERE {}", accept.GRAPHS),
}
PATHS = {
    "rows": "/sparql?query=SELECT * {}",
    "truth": "/sparql?query=ASK {}",
    "graph": "/sparql?query=CONSTRUCT {} WHERE {}",
    "resource": "/party/serbia",
}


def headers(header):
    return {} if header is None else {"Accept": header}


@pytest.mark.parametrize("kind", PATHS)
@pytest.mark.parametrize("sent", CLIENTS.values(), ids=CLIENTS)
def test_a_client_gets_what_it_prefers_or_is_told_that_there_is_none(client, sent, kind):
    answer = client.get(PATHS[kind], headers=headers(sent.header))
    expected = getattr(sent, kind)
    if expected:
        assert (answer.status_code, answer.mimetype) == (200, expected)
    else:
        assert answer.status_code == 406
        assert "On offer are" in answer.text
    assert "Accept" in answer.vary


@pytest.mark.parametrize(("header", "expected"), WEIGHED.values(), ids=WEIGHED)
def test_weights_and_ranges_are_read_as_rfc_9110_says(client, header, expected):
    answer = client.get(PATHS["rows"], headers=headers(header))
    assert (answer.status_code, answer.mimetype) == (200, expected)


@pytest.mark.parametrize("header", [CHROME, "image/png", TSV, None])
@pytest.mark.parametrize(
    ("kind", "offered"),
    [("rows", accept.SOLUTIONS), ("truth", accept.BOOLEANS), ("graph", accept.GRAPHS)],
)
def test_the_format_in_the_address_wins_over_the_header(client, kind, offered, header):
    for media, name in offered.items():
        for form in (media, name, name.upper()):
            answer = client.get(f"{PATHS[kind]}&format={quote(form)}", headers=headers(header))
            assert (answer.status_code, offered[answer.mimetype]) == (200, name)
            assert "Accept" in answer.vary


@pytest.mark.parametrize("suffix", ["csv", "tsv", "json", "xml"])
@pytest.mark.parametrize("header", [CHROME, "image/png", TURTLE, None])
def test_the_suffix_of_a_stored_query_wins_over_the_header(client, suffix, header):
    answer = client.get(f"/query/sources.{suffix}", headers=headers(header))
    assert (answer.status_code, accept.SOLUTIONS[answer.mimetype]) == (200, suffix)


@pytest.mark.parametrize("suffix", accept.GRAPHS.values())
@pytest.mark.parametrize("header", [CHROME, "image/png", CSV, None])
def test_the_suffix_of_a_resource_wins_over_the_header(client, suffix, header):
    answer = client.get(f"/party/serbia.{suffix}", headers=headers(header))
    assert (answer.status_code, accept.GRAPHS[answer.mimetype]) == (200, suffix)


@pytest.mark.parametrize("path", ["/party/serbia", "/sparql?query=CONSTRUCT {} WHERE {}"])
def test_rdflib_gets_a_format_that_it_reads(client, path):
    assert client.get(path, headers={"Accept": RDFLIB}).mimetype in accept.GRAPHS


@pytest.mark.parametrize("browser", BROWSERS)
def test_a_browser_gets_the_form_for_a_query_where_it_sends_none(client, browser):
    answer = client.get("/sparql", headers={"Accept": browser})
    assert (answer.status_code, answer.mimetype) == (200, "text/html")


@pytest.mark.parametrize("browser", BROWSERS)
def test_a_browser_gets_a_stored_query_as_a_page(client, browser):
    assert client.get("/query/sources", headers={"Accept": browser}).mimetype == "text/html"


@pytest.mark.parametrize("header", [None, "", "*/*", JENA_SELECT])
def test_another_client_gets_a_stored_query_as_rows(client, header):
    assert client.get("/query/sources", headers=headers(header)).mimetype == JSON


@pytest.mark.parametrize("refused", REFUSED)
@pytest.mark.parametrize("text", [text for text, _ in ASKED.values()], ids=ASKED)
def test_where_nothing_suits_the_answer_is_406_with_what_is_on_offer(client, text, refused):
    answer = client.get("/sparql", query_string={"query": text}, headers={"Accept": refused})
    assert (answer.status_code, answer.mimetype) == (406, "application/problem+json")
    assert answer.json["detail"] == (
        f"No format fits Accept: {refused}. "
        f"On offer are {', '.join([*accept.SOLUTIONS, *accept.GRAPHS])}."
    )


@pytest.mark.parametrize(
    ("text", "wish", "offered"),
    [
        ("ASK {}", "text/*", accept.BOOLEANS),
        ("ASK {}", "text/turtle", accept.BOOLEANS),
        ("SELECT * {}", "text/turtle", accept.SOLUTIONS),
        ("CONSTRUCT {} WHERE {}", "text/csv", accept.GRAPHS),
    ],
)
def test_what_suits_another_kind_of_answer_is_406_with_what_is_on_offer(
    client, text, wish, offered
):
    answer = client.get("/sparql", query_string={"query": text}, headers={"Accept": wish})
    assert answer.status_code == 406
    assert f"On offer are {', '.join(offered)}." in answer.text


def test_a_resource_in_no_format_on_offer_is_406_with_what_is_on_offer(client):
    answer = client.get("/party/serbia", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert answer.json["detail"] == (
        "No format fits Accept: image/png. On offer are text/html, text/turtle, "
        "application/n-triples, application/rdf+xml, application/ld+json, text/n3."
    )


def test_an_unknown_suffix_is_part_of_the_name_and_so_unknown(client):
    answer = client.get("/party/serbia.zip")
    assert answer.status_code == 404
    assert "https://w3id.org/selenograph/party/serbia.zip" in answer.json["detail"]


def test_an_unknown_format_of_a_stored_query_is_406_with_what_is_on_offer(client):
    answer = client.get("/query/sources?format=zip")
    assert answer.status_code == 406
    assert answer.json["detail"] == (
        "No format fits format=zip. On offer are csv, html, json, jsonld, nt, rdf, tsv, ttl, xml."
    )


def test_what_is_not_acceptable_keeps_header_and_offer():
    with pytest.raises(NotAcceptable) as caught:
        accept.best("image/png", accept.GRAPHS)
    assert caught.value.wish == "Accept: image/png"
    assert caught.value.offered == tuple(accept.GRAPHS)


@pytest.mark.parametrize("browser", [*BROWSERS, "text/html", "TEXT/HTML", "text/html, */*"])
def test_who_names_html_first_prefers_it(browser):
    assert accept.prefers_html(browser)


@pytest.mark.parametrize(
    "machine",
    ["", "*/*", RDFLIB, JENA_GRAPH, RDF4J_SELECT, COMUNICA_PAGE, "text/html;q=0", R_HTTR],
)
def test_who_does_not_name_html_first_does_not_prefer_it(machine):
    assert not accept.prefers_html(machine)


@pytest.mark.parametrize(
    ("kind", "header", "expected"),
    [("rows", RDF4J_SELECT, XML), ("truth", RDF4J_ASK, JSON), ("graph", RDF4J_GRAPH, TURTLE)],
)
def test_several_accept_lines_count_as_one(live, kind, header, expected):
    # RDF4J sends a line for each type.
    connection = http.client.HTTPConnection(urlsplit(live).netloc)
    connection.putrequest("GET", quote(PATHS[kind], safe="/?="))
    for media in header.split(", "):
        connection.putheader("Accept", media)
    connection.endheaders()
    answer = connection.getresponse()
    assert (answer.status, answer.headers.get_content_type()) == (200, expected)
    connection.close()
