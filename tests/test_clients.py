"""Real clients, over HTTP, against the real server: each reads what the store itself answers."""

import contextlib
import csv
import io
import json
import re
import shutil
import socket
import subprocess
import time
import urllib.request
import warnings
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote
from xml.dom import minidom

import pandas
import pyoxigraph as ox
import pytest
import SPARQLWrapper
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, RDFS
from rdflib.plugins.sparql.results.tsvresults import TSVResultParser
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from selenograph.graph import convert, names, query
from tests.conftest import serving

COMUNICA = Path(__file__).parent.parent / "bench" / "node_modules" / "@comunica"

PARTY = f"{names.BASE}party/serbia"
SOURCE = f"{names.BASE}source/2024-05-spacenews-serbia-ilrs"
CSV = "text/csv"
TSV = "text/tab-separated-values"
XML = "application/sparql-results+xml"
JSON = "application/sparql-results+json"

# What the graph holds, and a row of all that formats escape.
SELECT = f"""PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sg: <{names.SG}>
SELECT ?act ?name ?date ?length ?ordinal WHERE {{
  {{
    ?act a sg:Joining ; sg:programme <{names.BASE}programme/ilrs> ; sg:date ?date ; rdfs:label ?name
    BIND(STRLEN(?name) AS ?length)
    OPTIONAL {{ ?act sg:ordinal ?ordinal }}
  }} UNION {{
    VALUES (?act ?name) {{ (<http://example.org/é?a=1&b=2> "a, \\"b\\" & <c>;\\n\\td\\\\ 月 🌙") }}
  }}
}}
ORDER BY ?act
"""
ASKED = {
    "ASK yes": f"ASK {{ <{PARTY}> ?property ?value }}",
    "ASK no": f"ASK {{ <{PARTY}/none> ?property ?value }}",
}
GRAPHS = {
    "CONSTRUCT": f"""PREFIX sg: <{names.SG}>
        CONSTRUCT {{ ?act ?property ?value }}
        WHERE {{ ?act a sg:Joining ; ?property ?value FILTER(!isBlank(?value)) }}""",
    "DESCRIBE": f"DESCRIBE <{PARTY}>",
}
JOINED = f"""PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?party ?kind ?letters WHERE {{
  VALUES (?party ?kind) {{
    (<{PARTY}> "state")
    (<{names.BASE}party/belarus> "state")
    (<{names.BASE}party/nowhere> "state")
  }}
  ?party a ?class ; rdfs:label ?name BIND(STRLEN(?name) AS ?letters)
  FILTER(?class = <{names.SG}State>)
}}
ORDER BY ?party
"""
asked = pytest.mark.parametrize("text", ASKED.values(), ids=ASKED)
graphs = pytest.mark.parametrize("text", GRAPHS.values(), ids=GRAPHS)


# Terms and answers in a form that each client's own can be brought to


def plain(term):
    """Return a term of the engine or of rdflib as kind, value, language and datatype."""
    if isinstance(term, ox.NamedNode | URIRef):
        return ("uri", getattr(term, "value", None) or str(term))
    if isinstance(term, ox.Literal):
        return literal(term.value, term.language, term.datatype.value)
    if isinstance(term, Literal):
        return literal(str(term), term.language, term.datatype and str(term.datatype))
    assert term is None
    return None


def literal(value, language=None, datatype=None):
    if language or datatype == "http://www.w3.org/2001/XMLSchema#string":
        datatype = None
    return ("literal", value, language or "", datatype or "")


def rows_of_json(text):
    """Return the rows of the SPARQL results format for JSON."""
    found = json.loads(text) if isinstance(text, str | bytes) else text
    return [
        [of_json(row[name]) if name in row else None for name in found["head"]["vars"]]
        for row in found["results"]["bindings"]
    ]


def of_json(term):
    if term["type"] == "uri":
        return ("uri", term["value"])
    return literal(term["value"], term.get("xml:lang"), term.get("datatype"))


def rows_of_xml(document):
    """Return the rows of the SPARQL results format for XML, as a DOM."""
    columns = [one.getAttribute("name") for one in document.getElementsByTagName("variable")]
    rows = []
    for result in document.getElementsByTagName("result"):
        row = dict.fromkeys(columns)
        for binding in result.getElementsByTagName("binding"):
            (term,) = (node for node in binding.childNodes if node.nodeType == node.ELEMENT_NODE)
            value = "".join(node.data for node in term.childNodes)
            language, datatype = term.getAttribute("xml:lang"), term.getAttribute("datatype")
            row[binding.getAttribute("name")] = (
                ("uri", value) if term.tagName == "uri" else literal(value, language, datatype)
            )
        rows.append([row[column] for column in columns])
    return rows


def rows_of_csv(text, delimiter=","):
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))[1:]


def rows_of_tsv(text):
    result = TSVResultParser().parse(io.BytesIO(text))
    return [[plain(row.get(column)) for column in result.vars] for row in result.bindings]


@pytest.fixture(scope="session")
def answer(store):
    """Give the function that asks the store itself: rows, a truth value, or a graph."""

    def ask(text):
        found = store.query(text, prefixes=names.PREFIXES, base_iri=names.BASE)
        if isinstance(found, ox.QueryBoolean):
            return bool(found)
        if isinstance(found, ox.QueryTriples):
            graph = convert.graph(found)
            assert len(graph) > 3
            return graph
        columns = [variable.value for variable in found.variables]
        rows = [[plain(row[column]) for column in columns] for row in found]
        assert len(rows) > 1
        return rows

    return ask


@pytest.fixture(scope="session")
def texts(answer):
    """Give the function that asks the store itself for rows as CSV has them: texts."""
    return lambda text: [[term[1] if term else "" for term in row] for row in answer(text)]


def graph_of(data, form):
    with warnings.catch_warnings():
        # rdflib 7.6 reads JSON-LD and N3 with classes of its own that it calls deprecated.
        warnings.filterwarnings("ignore", "(ConjunctiveGraph|Dataset)", DeprecationWarning)
        return Graph().parse(data=data, format=form)


# SPARQLWrapper


WAYS = {
    "GET": ("GET", "urlencoded"),
    "POST": ("POST", "urlencoded"),
    "POST directly": ("POST", "postdirectly"),
}
ways = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


def wrapped(live, text, form, way):
    method, request_method = way
    client = SPARQLWrapper.SPARQLWrapper(f"{live}/sparql", returnFormat=form)
    client.setMethod(method)
    client.setRequestMethod(request_method)
    client.setQuery(text)
    return client


def converted(client):
    with warnings.catch_warnings():
        # SPARQLWrapper 2.0 reads RDF/XML and JSON-LD into a class that rdflib 7.6 calls deprecated.
        warnings.filterwarnings("ignore", "ConjunctiveGraph is deprecated", DeprecationWarning)
        return client.queryAndConvert()


@ways
def test_sparqlwrapper_reads_rows_as_json(live, answer, way):
    found = converted(wrapped(live, SELECT, SPARQLWrapper.JSON, way))
    assert rows_of_json(found) == answer(SELECT)


@ways
def test_sparqlwrapper_reads_rows_as_xml(live, answer, way):
    found = converted(wrapped(live, SELECT, SPARQLWrapper.XML, way))
    assert rows_of_xml(found) == answer(SELECT)


@ways
def test_sparqlwrapper_reads_rows_as_csv(live, texts, way):
    found = converted(wrapped(live, SELECT, SPARQLWrapper.CSV, way))
    assert rows_of_csv(found.decode()) == texts(SELECT)


@ways
def test_sparqlwrapper_reads_rows_as_tsv(live, answer, way):
    found = converted(wrapped(live, SELECT, SPARQLWrapper.TSV, way))
    assert rows_of_tsv(found) == answer(SELECT)


@ways
def test_sparqlwrapper_gets_bindings_by_name(live, answer, way):
    client = SPARQLWrapper.SPARQLWrapper2(f"{live}/sparql")
    client.setMethod(way[0])
    client.setRequestMethod(way[1])
    client.setQuery(SELECT)
    found = client.query()
    values = [[row[name].value if name in row else None for name in found.variables]
              for row in found.bindings]  # fmt: skip
    assert values == [[term[1] if term else None for term in row] for row in answer(SELECT)]


@ways
@asked
def test_sparqlwrapper_reads_a_truth_value(live, answer, way, text):
    assert converted(wrapped(live, text, SPARQLWrapper.JSON, way))["boolean"] is answer(text)
    document = converted(wrapped(live, text, SPARQLWrapper.XML, way))
    (found,) = document.getElementsByTagName("boolean")
    assert (found.firstChild.data == "true") is answer(text)


@ways
@graphs
@pytest.mark.parametrize(
    ("form", "syntax"),
    [(SPARQLWrapper.TURTLE, "turtle"), (SPARQLWrapper.N3, "n3"), (SPARQLWrapper.JSON, "json-ld")],
)
def test_sparqlwrapper_gets_a_graph_to_parse(live, answer, way, text, form, syntax):
    client = wrapped(live, text, form, way)
    with warnings.catch_warnings():
        # It has no format of JSON for graphs, says so, and lets the server choose by ?format=.
        warnings.filterwarnings("ignore", "Sending Accept header|Format requested", RuntimeWarning)
        data = client.query().response.read()
    assert isomorphic(graph_of(data, syntax), answer(text))


@ways
@graphs
@pytest.mark.parametrize("form", [SPARQLWrapper.XML, SPARQLWrapper.RDFXML, SPARQLWrapper.JSONLD])
def test_sparqlwrapper_parses_a_graph(live, answer, way, text, form):
    assert isomorphic(converted(wrapped(live, text, form, way)), answer(text))


@ways
@graphs
@pytest.mark.parametrize(
    ("media", "syntax"),
    [
        ("application/n-triples", "nt"),
        ("text/turtle", "turtle"),
        ("application/rdf+xml", "xml"),
        ("application/ld+json", "json-ld"),
    ],
)
def test_sparqlwrapper_negotiates_by_header_alone(live, answer, way, text, media, syntax):
    client = wrapped(live, text, SPARQLWrapper.TURTLE, way)
    client.setOnlyConneg(True)
    client.addCustomHttpHeader("Accept", media)
    found = client.query()
    assert found.info()["content-type"].partition(";")[0] == media
    assert isomorphic(graph_of(found.response.read(), syntax), answer(text))


@ways
def test_sparqlwrapper_asks_one_graph(live, answer, way):
    rows = "SELECT * {{ {} }} ORDER BY ?s ?p ?o LIMIT 5"
    client = wrapped(live, rows.format("?s ?p ?o"), SPARQLWrapper.JSON, way)
    client.addDefaultGraph(SOURCE)
    expected = answer(rows.format(f"GRAPH <{SOURCE}> {{ ?s ?p ?o }}"))
    assert rows_of_json(converted(client)) == expected


@ways
def test_sparqlwrapper_tells_an_error_in_the_words_of_the_server(live, way):
    with pytest.raises(
        SPARQLWrapper.SPARQLExceptions.QueryBadFormed, match="cannot be read: error at"
    ):
        converted(wrapped(live, "SELECT nothing", SPARQLWrapper.JSON, way))


# rdflib


@pytest.fixture
def remote(live):
    """The default graph of the endpoint as rdflib sees it."""
    return Graph(SPARQLStore(f"{live}/sparql"))


def remote_store(live, way, **options):
    method = {("GET", "urlencoded"): "GET", ("POST", "urlencoded"): "POST_FORM"}.get(way, "POST")
    return SPARQLStore(f"{live}/sparql", method=method, **options)


@ways
@pytest.mark.parametrize("form", ["xml", "json", "tsv"])
def test_rdflib_asks_for_rows(live, answer, way, form):
    graph = Graph(remote_store(live, way, returnFormat=form))
    assert [[plain(term) for term in row] for row in graph.query(SELECT)] == answer(SELECT)


def test_rdflib_asks_for_rows_as_csv(live, texts):
    # CSV has no kinds of terms; rdflib takes what looks like an IRI for one.
    graph = Graph(SPARQLStore(f"{live}/sparql", returnFormat="csv"))
    found = [[str(term) if term else "" for term in row] for row in graph.query(SELECT)]
    assert found == texts(SELECT)


@ways
@asked
@pytest.mark.parametrize("form", ["xml", "json"])
def test_rdflib_asks_for_a_truth_value(live, answer, way, text, form):
    graph = Graph(remote_store(live, way, returnFormat=form))
    assert graph.query(text).askAnswer is answer(text)


@ways
@graphs
def test_rdflib_asks_for_a_graph(live, answer, way, text):
    found = Graph(remote_store(live, way)).query(text)
    assert isomorphic(found.graph, answer(text))


def test_rdflib_looks_for_triples(remote, answer):
    party = URIRef(PARTY)
    text = f"SELECT ?property ?value {{ <{PARTY}> ?property ?value FILTER(!isBlank(?value)) }}"
    found = [[plain(one), plain(two)] for _, one, two in remote.triples((party, None, None))]
    assert sorted(found) == sorted(answer(text))
    name = remote.value(party, RDFS.label)
    assert name == Literal("Serbia", lang="en")
    assert (party, RDFS.label, name) in remote
    assert (party, RDFS.label, Literal("nobody")) not in remote


def test_rdflib_looks_for_subjects_in_order_and_part(remote, answer):
    kind = URIRef(f"{names.SG}State")
    remote.LIMIT, remote.OFFSET, remote.ORDERBY = 3, 1, "?s"
    text = f"SELECT ?s {{ ?s a <{kind}> }} ORDER BY ?s LIMIT 3 OFFSET 1"
    found = [[plain(subject)] for subject in remote.subjects(RDF.type, kind)]
    assert found == answer(text)


def test_rdflib_counts_triples(live, remote, store):
    assert len(remote) == sum(
        1 for _ in store.quads_for_pattern(None, None, None, ox.DefaultGraph())
    )
    one = Graph(SPARQLStore(f"{live}/sparql"), identifier=URIRef(SOURCE))
    graph = ox.NamedNode(SOURCE)
    assert len(one) == sum(1 for _ in store.quads_for_pattern(None, None, None, graph))


def test_rdflib_reads_one_graph(live, answer):
    graph = Graph(SPARQLStore(f"{live}/sparql"), identifier=URIRef(SOURCE))
    text = f"SELECT ?s ?o {{ GRAPH <{SOURCE}> {{ ?s a ?o }} }}"
    found = [[plain(subject), plain(value)] for subject, value in graph[: RDF.type]]
    assert sorted(found) == sorted(answer(text))


def test_rdflib_lists_the_graphs(live, store, answer):
    found = list(SPARQLStore(f"{live}/sparql").contexts())
    assert sorted(map(str, found)) == sorted(name.value for name in store.named_graphs())
    text = f"SELECT ?g {{ GRAPH ?g {{ <{PARTY}> ?p ?o }} }}"
    found = SPARQLStore(f"{live}/sparql").contexts((URIRef(PARTY), None, None))
    assert sorted([plain(name)] for name in found) == sorted(answer(text))


# Not "nt": for that it asks for text/plain, which axios and others name before any graph.
@pytest.mark.parametrize("form", [None, "turtle", "xml", "n3", "json-ld"])
def test_rdflib_parses_the_address_of_a_resource(live, answer, form):
    with warnings.catch_warnings():
        # rdflib 7.6 reads JSON-LD and N3 with classes of its own that it calls deprecated.
        warnings.filterwarnings("ignore", "(ConjunctiveGraph|Dataset)", DeprecationWarning)
        found = Graph().parse(f"{live}/party/serbia", format=form)
    assert (URIRef(PARTY), RDF.type, URIRef(f"{names.SG}State")) in found
    assert isomorphic(found, Graph().parse(f"{live}/party/serbia.ttl"))


# pandas, and what reads addresses as R does


def frame_rows(frame):
    """Return the cells of a table as texts, without what pandas makes of numbers and of nothing."""
    cells = frame.astype(object).where(frame.notna(), "")
    return [[f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in row]
            for row in cells.to_numpy()]  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "text/csv"])
def test_pandas_reads_a_select_by_its_address(live, texts, form):
    frame = pandas.read_csv(f"{live}/sparql?query={quote(SELECT)}&format={form}")
    assert list(frame.columns) == ["act", "name", "date", "length", "ordinal"]
    assert frame_rows(frame) == texts(SELECT)


def test_pandas_reads_a_select_by_the_header(live, texts):
    address = f"{live}/sparql?query={quote(SELECT)}"
    frame = pandas.read_csv(address, storage_options={"Accept": CSV})
    assert frame_rows(frame) == texts(SELECT)


def test_pandas_reads_a_stored_query(live, texts):
    frame = pandas.read_csv(f"{live}/query/sources.csv", parse_dates=False)
    assert frame_rows(frame) == texts(query.named("sources").text)
    assert frame["statements"].dtype.kind == "i"


def test_pandas_reads_json(live, answer):
    with urllib.request.urlopen(f"{live}/query/sources.json") as found:
        frame = pandas.json_normalize(json.load(found)["results"]["bindings"])
    titles = [row[1][1] for row in answer(query.named("sources").text)]
    assert list(frame["title.value"]) == titles


R = {
    "read.csv": {"User-Agent": "libcurl/7.88.1", "Accept": "*/*"},
    "httr": {"Accept": "application/json, text/xml, application/xml, */*"},
    "jsonlite": {"Accept": "application/json, text/*, */*"},
    "Python's urllib": {},
}


@pytest.mark.parametrize("headers", R.values(), ids=R)
def test_an_address_with_a_suffix_is_csv_for_everybody(live, texts, headers):
    request = urllib.request.Request(f"{live}/query/sources.csv", headers=headers)
    with urllib.request.urlopen(request) as found:
        assert found.headers.get_content_type() == CSV
        assert rows_of_csv(found.read().decode()) == texts(query.named("sources").text)


@pytest.mark.parametrize("headers", R.values(), ids=R)
def test_an_address_without_a_format_is_json_for_everybody(live, answer, headers):
    request = urllib.request.Request(f"{live}/sparql?query={quote(SELECT)}", headers=headers)
    with urllib.request.urlopen(request) as found:
        assert rows_of_json(found.read()) == answer(SELECT)


# curl


def curl(*arguments, sent=None):
    """Run curl without a file of settings of its user; return what it prints."""
    program = shutil.which("curl")
    if not program:
        pytest.skip("curl is not installed.")
    command = [program, "--disable", "--silent", "--show-error", "--fail-with-body", *arguments]
    done = subprocess.run(command, input=sent, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout


def encoded(text):
    return ("--data-urlencode", f"query={text}")


def accepting(media):
    return ("--header", f"Accept: {media}")


CURL = {
    "--get": lambda text: ("--get", *encoded(text)),
    "--data-urlencode": encoded,
    "--data-binary": lambda text: (
        "--data-binary", text, "--header", "Content-Type: application/sparql-query",
    ),
}  # fmt: skip
how = pytest.mark.parametrize("option", CURL)


@how
def test_curl_gets_rows_in_four_formats(live, answer, texts, option):
    found = {
        media: curl(f"{live}/sparql", *CURL[option](SELECT), *accepting(media))
        for media in (JSON, XML, CSV, TSV)
    }
    assert rows_of_json(found[JSON]) == answer(SELECT)
    assert rows_of_xml(minidom.parseString(found[XML])) == answer(SELECT)
    assert rows_of_csv(found[CSV].decode()) == texts(SELECT)
    assert rows_of_tsv(found[TSV]) == answer(SELECT)


@how
@asked
def test_curl_gets_a_truth_value(live, answer, option, text):
    assert json.loads(curl(f"{live}/sparql", *CURL[option](text)))["boolean"] is answer(text)


@how
@graphs
def test_curl_gets_a_graph(live, answer, option, text):
    found = curl(f"{live}/sparql", *CURL[option](text))
    assert isomorphic(graph_of(found, "turtle"), answer(text))


def test_curl_posts_a_file(live, answer, tmp_path):
    file = tmp_path / "question.rq"
    file.write_text(SELECT, encoding="utf-8")
    direct = ("--data-binary", f"@{file}", "--header", "Content-Type: application/sparql-query")
    found = [
        curl(f"{live}/sparql", *direct),
        curl(f"{live}/sparql", "--data-urlencode", f"query@{file}"),
        curl(f"{live}/sparql", "--data-urlencode", "query@-", sent=SELECT.encode()),
    ]
    assert [rows_of_json(one) for one in found] == [answer(SELECT)] * 3


def test_curl_posts_a_large_file_after_asking_whether_to(live, answer, tmp_path):
    # Beyond 1 MB, and beyond 1 kB in older releases, curl sends Expect: 100-continue first.
    file = tmp_path / "question.rq"
    file.write_text(SELECT + "#" * 500_000, encoding="utf-8")
    found = curl(
        f"{live}/sparql", "--data-binary", f"@{file}", "--header", "Expect: 100-continue",
        "--header", "Content-Type: application/sparql-query", "--max-time", "20",
    )  # fmt: skip
    assert rows_of_json(found) == answer(SELECT)


def head_of(text):
    """Return the status and the headers that curl prints last."""
    lines = text.decode("latin-1").replace("\r\n", "\n").strip().split("\n\n")[-1].split("\n")
    headers = dict(line.split(": ", 1) for line in lines[1:])
    return int(lines[0].split()[1]), {name.lower(): value for name, value in headers.items()}


def test_curl_asks_for_the_head_alone(live):
    arguments = (f"{live}/sparql", "--get", *encoded(SELECT), *accepting(CSV))
    body = curl(*arguments)
    status, headers = head_of(curl(*arguments, "--head"))
    assert (status, headers["content-type"]) == (200, f"{CSV}; charset=utf-8")
    assert int(headers["content-length"]) == len(body)


@pytest.mark.parametrize(
    ("method", "asked_for"),
    [("POST", "content-type"), ("GET", "accept"), ("GET", "if-none-match")],
)
def test_curl_is_let_in_as_a_page_of_another_site(live, method, asked_for):
    # https://fetch.spec.whatwg.org/#http-cors-protocol: what a browser sends and looks for.
    origin = ("--header", "Origin: https://example.org")
    status, headers = head_of(
        curl(
            f"{live}/sparql", "--request", "OPTIONS", "--dump-header", "-", *origin,
            "--header", f"Access-Control-Request-Method: {method}",
            "--header", f"Access-Control-Request-Headers: {asked_for}",
        )
    )  # fmt: skip
    assert (status, headers["access-control-allow-origin"]) == (200, "*")
    assert method in headers["access-control-allow-methods"].split(", ")
    assert asked_for in headers["access-control-allow-headers"].lower().split(", ")
    arguments = (f"{live}/sparql", "--get", *encoded("ASK {}"), "--head", *origin)
    assert head_of(curl(*arguments))[1]["access-control-allow-origin"] == "*"


def test_curl_reads_what_is_compressed(live, answer):
    arguments = (f"{live}/sparql", "--get", *encoded(SELECT), *accepting(JSON))
    headers = head_of(curl(*arguments, "--compressed", "--head"))[1]
    assert headers["content-encoding"] in ("br", "zstd", "gzip")
    compressed = curl(*arguments, "--compressed")
    assert compressed == curl(*arguments)
    assert rows_of_json(compressed) == answer(SELECT)


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_curl_gets_the_coding_that_it_asks_for(live, coding):
    status, headers = head_of(
        curl(
            f"{live}/sparql",
            "--get",
            *encoded(SELECT),
            "--head",
            "--header",
            f"Accept-Encoding: {coding}",
        )
    )
    assert (status, headers["content-encoding"]) == (200, coding)
    assert "Accept-Encoding" in headers["vary"]


@pytest.mark.parametrize("path", ["query/sources.csv", "party/serbia.ttl", "dump.nq"])
def test_curl_is_not_sent_again_what_it_has(live, tmp_path, path):
    tag, body = tmp_path / "tag", ("--output", str(tmp_path / "body"))
    saved = ("--etag-save", str(tag), "--etag-compare", str(tag), "--write-out", "%{http_code}")
    assert curl(f"{live}/{path}", *saved, *body) == b"200"
    assert re.fullmatch(r'(W/)?"[^"]+"\s*', tag.read_text())
    size = (tmp_path / "body").stat().st_size
    again = curl(
        f"{live}/{path}", *saved[2:], "--write-out", "%{http_code} %{size_download}", *body
    )
    assert (again, size > 100) == (b"304 0", True)


# Comunica: its engine plans queries itself and asks the server for parts of them


def comunica(*arguments):
    """Run Comunica's command; return what it prints."""
    program = COMUNICA / "query-sparql-file" / "bin" / "query.js"
    if not (shutil.which("node") and program.exists()):
        pytest.skip("Comunica is not installed: it takes node and `npm ci --prefix bench`.")
    done = subprocess.run(["node", program, *arguments], capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout


def without_languages(rows):
    # Its parser of JSON, sparqljson-parse 3.3, tells languages in a way that 4.5 does not read.
    return [[term and (*term[:2], *term[3:]) for term in row] for row in rows]


ADDRESSED = {"as an endpoint": "sparql@{}/sparql", "by its own description": "{}/sparql"}
addressed = pytest.mark.parametrize("address", ADDRESSED.values(), ids=ADDRESSED)


@addressed
@pytest.mark.parametrize("text", [SELECT, JOINED], ids=["SELECT", "VALUES"])
def test_comunica_asks_for_rows(live, answer, address, text):
    found = comunica(address.format(live), text, "-t", JSON)
    assert without_languages(rows_of_json(found)) == without_languages(answer(text))


@addressed
@asked
def test_comunica_asks_for_a_truth_value(live, answer, address, text):
    found = json.loads(comunica(address.format(live), text, "-t", JSON))
    assert found["boolean"] is answer(text)


@addressed
@graphs
def test_comunica_asks_for_a_graph(live, answer, address, text):
    found = comunica(address.format(live), text, "-t", "application/n-triples")
    assert isomorphic(graph_of(found, "nt"), answer(text))


def test_comunica_joins_an_endpoint_with_a_page(live, answer):
    text = f"""PREFIX sg: <{names.SG}>
        SELECT ?act ?date WHERE {{
          VALUES ?party {{ <{PARTY}> <{names.BASE}party/belarus> <{names.BASE}party/nowhere> }}
          ?party a sg:State .
          ?act sg:party ?party ; sg:date ?date
        }}
        ORDER BY ?act ?date"""
    found = comunica(f"sparql@{live}/sparql", f"{live}/party/serbia", text, "-t", JSON)
    # What both hold comes twice.
    assert {tuple(row) for row in rows_of_json(found)} == {tuple(row) for row in answer(text)}


FAR = "urn:far:note"


@pytest.fixture
def far(tmp_path):
    """A file with what somebody else notes of some parties, one of whom we do not know."""
    file = tmp_path / "far.ttl"
    file.write_text(
        "".join(
            f'<{names.BASE}party/{name}> <{FAR}> "{name}" .\n'
            for name in ("serbia", "belarus", "nowhere")
        )
    )
    return file


def test_comunica_sends_us_in_one_query_what_it_has_bound(built, far, tmp_path):
    log = tmp_path / "queries.log"
    code = f"?party <{names.SG.isoAlpha3}> ?code"
    with serving(built.folder.parent, "--query-log", log) as address:
        text = f"SELECT ?note ?code {{ ?party <{FAR}> ?note . {code} }} ORDER BY ?note"
        found = comunica(str(far), f"sparql@{address}/sparql", text, "-t", CSV)
        assert rows_of_csv(found.decode()) == [["belarus", "BLR"], ["serbia", "SRB"]]
        sent = [json.loads(line)["query"] for line in log.read_text().splitlines()]
        bound = [one for one in sent if "VALUES" in one and "COUNT" not in one]
        assert len(bound) == 1
        assert all(f"party/{name}>" in bound[0] for name in ("serbia", "belarus", "nowhere"))
        # And where the query itself says whom to ask.
        text = f"SELECT ?code {{ ?party <{FAR}> ?note SERVICE <{address}/sparql> {{ {code} }} }}"
        found = comunica(str(far), text, "-t", CSV)
        assert sorted(rows_of_csv(found.decode())) == [["BLR"], ["SRB"]]


@contextmanager
def comunica_serving(file):
    """Run Comunica as an endpoint over a file; give its address."""
    program = COMUNICA / "query-sparql-file" / "bin" / "http.js"
    if not (shutil.which("node") and program.exists()):
        pytest.skip("Comunica is not installed: it takes node and `npm ci --prefix bench`.")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    home = COMUNICA.parents[1] / "loopback.cjs"
    command = ["node", "--require", home, program, file, "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}/sparql"
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{address}?query=ASK%7B%7D").close()
                break
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


def test_we_send_comunica_what_we_have_bound(built, far):
    with comunica_serving(far) as there:
        text = f"""SELECT ?code ?note {{ ?party <{names.SG.isoAlpha3}> ?code .
            SERVICE <{there}> {{ ?party <{FAR}> ?note }} }} ORDER BY ?code"""
        with serving(built.folder.parent, "--service", there) as address:
            frame = pandas.read_csv(f"{address}/sparql?query={quote(text)}&format=csv")
    assert frame_rows(frame) == [["BLR", "belarus"], ["SRB", "serbia"]]
