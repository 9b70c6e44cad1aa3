"""Content negotiation, with the Accept headers that real clients send."""

import http.client
from urllib.parse import quote, urlsplit

import pytest

from selenograph.graph.errors import NotAcceptable
from selenograph.server import accept

CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
    "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
SAFARI = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
BROWSERS = [CHROME, FIREFOX, SAFARI]
RDFLIB = (
    "application/rdf+xml, text/n3, text/turtle, application/n-triples, application/ld+json, "
    "application/n-quads, application/trix, application/trig"
)
JENA_SELECT = (
    "application/sparql-results+json, application/sparql-results+xml;q=0.9, "
    "text/tab-separated-values;q=0.7, text/csv;q=0.5, application/json;q=0.2, "
    "application/xml;q=0.2, */*;q=0.1"
)
JENA_GRAPH = (
    "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,"
    "*/*;q=0.3"
)
RDF4J_SELECT = (
    "application/x-binary-rdf-results-table;q=0.8, application/sparql-results+json;q=0.9, "
    "application/json;q=0.8, application/sparql-results+xml, application/xml;q=0.8, "
    "text/csv;q=0.5, text/tab-separated-values;q=0.5"
)
RDF4J_GRAPH = (
    "application/x-binary-rdf, application/ld+json;q=0.5, text/turtle;q=0.8, "
    "application/n-triples;q=0.6, application/rdf+xml;q=0.7"
)
COMUNICA_SELECT = "application/sparql-results+json;q=1.0,application/sparql-results+xml;q=0.7"
COMUNICA_PAGE = (
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,"
    "application/n-triples;q=0.8,text/turtle;q=0.6,application/rdf+xml;q=0.5,text/n3;q=0.35,"
    "application/xml;q=0.3,image/svg+xml;q=0.3,text/html;q=0.2,application/xhtml+xml;q=0.18"
)
R_HTTR = "application/json, text/xml, application/xml, */*"
OLD_JAVA = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
CSV = "text/csv"
TSV = "text/tab-separated-values"

SOLUTIONS = {
    "no header": (None, JSON),
    "an empty header": ("", JSON),
    "curl, pandas, R's read.csv": ("*/*", JSON),
    "Chrome": (CHROME, "application/xml"),
    "Firefox": (FIREFOX, "application/xml"),
    "Safari": (SAFARI, "application/xml"),
    "SPARQLWrapper for XML": (XML, XML),
    "SPARQLWrapper for JSON": (
        f"{JSON},application/json,text/javascript,application/javascript", JSON,
    ),
    "SPARQLWrapper for CSV": (CSV, CSV),
    "SPARQLWrapper for TSV": (TSV, TSV),
    "SPARQLWrapper for Turtle": ("*/*", JSON),
    "rdflib for XML": (f"{XML}, application/rdf+xml", XML),
    "rdflib for JSON": (JSON, JSON),
    "Jena": (JENA_SELECT, JSON),
    "RDF4J": (RDF4J_SELECT, XML),
    "Comunica": (COMUNICA_SELECT, JSON),
    "R's httr": (R_HTTR, "application/json"),
    "old Java": (OLD_JAVA, JSON),
    "plain JSON": ("application/json", "application/json"),
    "plain XML": ("application/xml", "application/xml"),
    "the higher q": (f"text/csv;q=0.5, {XML};q=0.9", XML),
    "the higher q, put last": (f"{XML};q=0.1, text/csv;q=0.2", CSV),
    "a type before any": ("*/*;q=0.1, text/csv", CSV),
    "any text": ("text/*", CSV),
    "any application": ("application/*", JSON),
    "any but JSON": (f"{JSON};q=0, text/tab-separated-values", TSV),
    "upper case": ("TEXT/CSV", CSV),
    "blanks around": ("  text/csv  ;  q=1  ", CSV),
    "a parameter that means nothing here": ("text/csv;header=present, */*;q=0.1", CSV),
}  # fmt: skip
GRAPHS = {
    "no header": (None, "text/turtle"),
    "curl": ("*/*", "text/turtle"),
    "Chrome": (CHROME, "text/turtle"),
    "Firefox": (FIREFOX, "text/turtle"),
    "Safari": (SAFARI, "text/turtle"),
    "SPARQLWrapper for XML": ("application/rdf+xml", "application/rdf+xml"),
    "SPARQLWrapper for Turtle": ("application/turtle,text/turtle", "text/turtle"),
    "SPARQLWrapper for JSON-LD": (
        "application/ld+json,application/x-json+ld", "application/ld+json",
    ),
    "Jena": (JENA_GRAPH, "text/turtle"),
    "RDF4J": (RDF4J_GRAPH, "text/turtle"),
    "Comunica": ("text/turtle", "text/turtle"),
    "the higher q": ("text/turtle;q=0.2,application/n-triples;q=0.3", "application/n-triples"),
}  # fmt: skip
RESOURCES = {
    "no header": (None, "text/html"),
    "curl": ("*/*", "text/html"),
    "Chrome": (CHROME, "text/html"),
    "Firefox": (FIREFOX, "text/html"),
    "Safari": (SAFARI, "text/html"),
    "Jena": (JENA_GRAPH, "text/turtle"),
    "RDF4J": (RDF4J_GRAPH, "text/turtle"),
    "Comunica": (COMUNICA_PAGE, "application/ld+json"),
    "Turtle only": ("text/turtle", "text/turtle"),
    "a page rather than Turtle": ("text/turtle;q=0.5, text/html", "text/html"),
    "Turtle rather than a page": ("text/html;q=0.5, text/turtle", "text/turtle"),
    "anything but a page": ("text/html;q=0, application/n-triples", "application/n-triples"),
}
REFUSED = ["image/png", "application/pdf", "garbage", ",,,", "q=1", "text/html;q=0", "*/*;q=0"]
ASKED = {
    "rows": ("SELECT * {}", accept.SOLUTIONS),
    "a truth value": ("ASK {}", accept.SOLUTIONS),
    "a graph": ("CONSTRUCT {} WHERE {}", accept.GRAPHS),
}


def cases(table):
    return pytest.mark.parametrize(("header", "expected"), table.values(), ids=table)


def headers(header):
    return {} if header is None else {"Accept": header}


@cases(SOLUTIONS)
def test_rows_come_in_the_format_that_the_client_prefers(client, header, expected):
    answer = client.get("/sparql?query=SELECT * {}", headers=headers(header))
    assert (answer.status_code, answer.mimetype) == (200, expected)


@cases({name: case for name, case in SOLUTIONS.items() if case[1] not in (CSV, TSV)})
def test_a_truth_value_comes_in_the_format_that_the_client_prefers(client, header, expected):
    answer = client.get("/sparql?query=ASK {}", headers=headers(header))
    assert (answer.status_code, answer.mimetype) == (200, expected)


@cases(GRAPHS)
def test_a_graph_comes_in_the_format_that_the_client_prefers(client, header, expected):
    answer = client.get("/sparql?query=CONSTRUCT {} WHERE {}", headers=headers(header))
    assert (answer.status_code, answer.mimetype) == (200, expected)


@cases(RESOURCES)
def test_a_resource_comes_in_the_format_that_the_client_prefers(client, header, expected):
    answer = client.get("/party/serbia", headers=headers(header))
    assert (answer.status_code, answer.mimetype) == (200, expected)


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
        "application/n-triples, application/rdf+xml, application/ld+json."
    )


def test_an_unknown_suffix_is_part_of_the_name_and_so_unknown(client):
    answer = client.get("/party/serbia.zip")
    assert answer.status_code == 404
    assert "https://w3id.org/selenograph/party/serbia.zip" in answer.json["detail"]


def test_a_suffix_wins_over_the_header(client):
    answer = client.get("/party/serbia.nt", headers={"Accept": "text/html"})
    assert answer.mimetype == "application/n-triples"


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


def test_several_accept_lines_count_as_one(live):
    # RDF4J sends a line for each type.
    connection = http.client.HTTPConnection(urlsplit(live).netloc)
    connection.putrequest("GET", "/sparql?query=" + quote("SELECT * {}"))
    for media in ("application/x-binary-rdf-results-table;q=0.8", "text/csv;q=0.3", f"{XML};q=0.9"):
        connection.putheader("Accept", media)
    connection.endheaders()
    answer = connection.getresponse()
    assert (answer.status, answer.headers.get_content_type()) == (200, XML)
    connection.close()
