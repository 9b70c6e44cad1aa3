"""Joins with another endpoint send what is bound here, and give the rows of the whole join."""

import json
import re
import threading
import urllib.request
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote

import pyoxigraph as ox
import pytest
from rdflib import Graph
from rdflib.namespace import RDF

from selenograph.graph import federate, names, patterns, query
from selenograph.graph.errors import BadQuery, ServiceFailed
from tests.conftest import serving

HERE, THERE = "urn:here:", "urn:there:"
N = 120


class Elsewhere(ThreadingHTTPServer):
    """Another endpoint with a store of its own, which keeps what it was asked."""

    daemon_threads = True

    def __init__(self, store):
        super().__init__(("127.0.0.1", 0), _Elsewhere)
        self.store, self.asked, self.fails = store, [], False
        self.address = f"http://127.0.0.1:{self.server_port}/sparql"


class _Elsewhere(BaseHTTPRequestHandler):
    def do_POST(self):
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = "form" in self.headers["Content-Type"]
        text = parse_qs(sent)["query"][0] if form else sent
        self.server.asked.append(text)
        if self.server.fails:
            self.send_error(500, "Out of order")
            return
        answer = self.server.store.query(text)
        body = answer.serialize(format=ox.QueryResultsFormat.JSON)
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def filled(turtle):
    store = ox.Store()
    store.load(turtle.encode(), format=ox.RdfFormat.TRIG)
    return store


@pytest.fixture(scope="module")
def here():
    rows = "\n".join(
        f":i{n} a :Thing ; :number {n} ; :even {str(n % 2 == 0).lower()} ." for n in range(N)
    )
    return filled(f"""@prefix : <{HERE}> . {rows}
        :i0 :also :i1 , :i2 . :odd :number 1.5 ; :name "it's \\"so\\""@en , "service" .
        GRAPH :g {{ :i4 a :Special }}""")


@pytest.fixture(scope="module")
def elsewhere():
    rows = "\n".join(f"h:i{n} :size {n * 10} ; :mark {n % 3} ." for n in range(0, 2 * N, 2))
    store = filled(f"""@prefix : <{THERE}> . @prefix h: <{HERE}> . {rows}
        h:i4 :size 41 . h:i6 :near [ :size 5 ] . :x :called "it's \\"so\\""@en , "service" .""")
    with Elsewhere(store) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield server
        server.shutdown()


@pytest.fixture(autouse=True)
def _nothing_asked(elsewhere):
    elsewhere.asked.clear()
    elsewhere.fails = False


BLANK = re.compile(r"<urn:blank:.*>|_:.*")
HEAD = f"PREFIX : <{HERE}> PREFIX t: <{THERE}> "


def rows(answer):
    """Count the rows; which blank node is which is nobody's affair."""
    return Counter(tuple(BLANK.sub("blank", str(term)) for term in row) for row in answer)


def ask(here, elsewhere, text):
    whole = HEAD + text.replace("THERE", f"<{elsewhere.address}>")
    return query.run(here, whole, services=[elsewhere.address])


BOUND = [
    "SELECT ?i ?size { ?i a :Thing . SERVICE THERE { ?i t:size ?size } }",
    "SELECT ?i ?size { SERVICE THERE { ?i t:size ?size } ?i a :Thing . }",
    "SELECT ?i ?size { SERVICE THERE { ?i t:size ?size } . ?i :number ?n FILTER(?n < 9) }",
    "SELECT * { ?i :number ?n FILTER(?size > 100) SERVICE THERE { ?i t:size ?size } }",
    "SELECT * { ?i :number ?n . OPTIONAL { SERVICE THERE { ?i t:size ?size } } }",
    "SELECT * { ?i :number ?n . OPTIONAL { SERVICE THERE { ?i t:size ?size } } ?i :even true }",
    "SELECT * { ?i :number ?n { SERVICE THERE { ?i t:size ?size FILTER(?size > 50) } } }",
    "SELECT * { ?i :number ?n . OPTIONAL { ?i :also ?j } SERVICE THERE { ?i t:size ?s } }",
    "SELECT * { ?i :even ?e OPTIONAL { ?i :also ?j } SERVICE THERE { ?i t:size ?s . ?j t:mark 1 }}",
    "SELECT * { { ?i :number 2 } UNION { ?i :number 4 } SERVICE THERE { ?i t:size ?size } }",
    "SELECT * { VALUES ?i { :i2 :i4 :none } SERVICE THERE { ?i t:size ?size } }",
    "SELECT * { ?i a :Thing MINUS { ?i :even false } SERVICE THERE { ?i t:mark ?m } }",
    "SELECT * { ?i :number ?n BIND(?n * 10 AS ?size) SERVICE THERE { ?i t:size ?size } }",
    "SELECT * { GRAPH :g { ?i a :Special } SERVICE THERE { OPTIONAL { ?i t:size ?s } } }",
    "SELECT * { ?i :number ?n . SERVICE THERE { ?i t:size ?s } SERVICE THERE { ?i t:mark ?m } }",
    "SELECT (COUNT(*) AS ?n) { ?i a :Thing . SERVICE THERE { ?i t:size ?size } }",
    "SELECT ?m (SUM(?n) AS ?s) { ?i :number ?n . SERVICE THERE { ?i t:mark ?m } } GROUP BY ?m",
    "SELECT * { ?i :number 1.5 ; :name ?name . SERVICE THERE { ?x t:called ?name } }",
    "SELECT * { ?i :number ?n . SERVICE THERE { { SELECT ?i { ?i t:size ?z } } } }",
    "SELECT * { ?i a ?e SERVICE THERE { SELECT ?i (MAX(?z) AS ?c) { ?i t:size ?z } GROUP BY ?i }}",
    "SELECT * { ?i :even true . # why { not }\n SERVICE THERE { ?i t:size ?s # so\n } }",
    "SELECT * { ?i :number ?n . SERVICE THERE { ?i t:size ?s FILTER(STR(?s) != '}') } }",
    "SELECT * { ?i :number ?n FILTER NOT EXISTS { ?i :also ?j } SERVICE THERE { ?i t:size ?s } }",
    "SELECT * FROM :g { ?i a :Special . SERVICE THERE { ?i t:size ?s } }",
    "SELECT * { ?i :number ?n ; :number [ ] . SERVICE SILENT THERE { ?i t:size ?s } }",
    "ASK { ?i a :Thing . SERVICE THERE { ?i t:size 20 } }",
    "CONSTRUCT { ?i t:size ?s } WHERE { ?i a :Thing . SERVICE THERE { ?i t:size ?s } }",
]  # fmt: skip


@pytest.mark.parametrize("text", BOUND)
def test_a_join_by_bindings_gives_the_rows_of_the_join_of_the_whole(here, elsewhere, text):
    whole = HEAD + text.replace("THERE", f"<{elsewhere.address}>")
    expected = here.query(whole)
    found = ask(here, elsewhere, text)
    if isinstance(expected, ox.QueryBoolean):
        assert bool(found) == bool(expected)
    else:
        assert rows(found) == rows(expected)
        assert rows(here.query(whole))


@pytest.mark.parametrize("text", BOUND)
def test_what_is_sent_holds_the_values_that_are_bound(here, elsewhere, text):
    list(filter(None, [ask(here, elsewhere, text)]))
    assert elsewhere.asked
    assert all("VALUES" in asked for asked in elsewhere.asked)


def test_fifty_rows_go_with_one_request(here, elsewhere):
    found = ask(here, elsewhere, BOUND[0])
    assert len(list(found)) == N // 2 + 1
    assert len(elsewhere.asked) == -(-N // federate.BATCH) == 3
    assert [asked.count(f"<{HERE}i") for asked in elsewhere.asked] == [50, 50, 20]


def test_where_nothing_is_bound_here_nobody_is_asked(here, elsewhere):
    found = ask(here, elsewhere, "SELECT * { ?i a :Nothing . SERVICE THERE { ?i t:size ?s } }")
    assert list(found) == []
    assert elsewhere.asked == []


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE THERE { ?i t:size ?s } }",
        "SELECT * { ?x :number 1 . SERVICE THERE { ?i t:size ?s } }",
        "SELECT * { { SELECT * { SERVICE THERE { ?i t:size ?s } } LIMIT 3 } ?i a :Thing }",
        "SELECT * { ?i a :Thing . \\u0053ERVICE THERE { ?i t:size ?s } }",
        "SELECT * { { ?i a :Thing . SERVICE THERE { ?i t:size ?s } } UNION { ?i :also ?j } }",
    ],
)
def test_what_is_not_sure_is_left_to_the_engine(here, elsewhere, text):
    whole = HEAD + text.replace("THERE", f"<{elsewhere.address}>")
    assert federate.joined(whole, [elsewhere.address], lambda asked: here.query(asked)) == whole


def test_a_failure_names_the_service_and_is_passed_over_where_it_is_silent(here, elsewhere):
    elsewhere.fails = True
    with pytest.raises(ServiceFailed, match=f"<{elsewhere.address}> answered 500"):
        ask(here, elsewhere, BOUND[0])
    silent = BOUND[0].replace("SERVICE", "SERVICE SILENT")
    assert len(list(ask(here, elsewhere, silent))) == N


class Replies:
    """A store that answers every query with the same bytes."""

    def __init__(self, body):
        self.body = body

    def query(self, text):
        return self

    def serialize(self, format):
        return self.body


def reply(kind, value, **more):
    binding = {"i": {"type": kind, "value": value, **more}}
    return json.dumps({"head": {"vars": ["i"]}, "results": {"bindings": [binding]}}).encode()


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"<html>", "sent no results in JSON"),
        (b'{"head": {}, "boolean": true}', "a truth value"),
        (reply("uri", "urn:x> } } ?s ?p ?o #"), "Invalid IRI"),
        (reply("uri", "urn:x y"), "Invalid IRI"),
        (reply("bnode", "x> } #"), "no results in JSON"),
        (reply("literal", "x", datatype="urn:x> )"), "Invalid IRI"),
        (reply("literal", "x", **{"xml:lang": "en . }"}), "no results in JSON"),
        (reply("literal", "x").replace(b'"i"', b'"i) { } #"'), "no results in JSON"),
        (b'{"head": {"vars": []}, "results": {"bindings": [}', "JSON"),
        (b"[" * 100_000, "JSON"),
        (b"5", "JSON"),
    ],
)
def test_an_answer_that_is_none_is_a_failure(here, elsewhere, monkeypatch, body, why):
    monkeypatch.setattr(elsewhere, "store", Replies(body))
    with pytest.raises(ServiceFailed, match=why):
        list(ask(here, elsewhere, BOUND[0]))


def test_members_that_an_endpoint_adds_to_its_answer_are_passed_over(here, elsewhere, monkeypatch):
    # Comunica adds "metadata".
    body = reply("uri", f"{HERE}i2").removesuffix(b"}") + b', "metadata": {"httpRequests": 0}}'
    monkeypatch.setattr(elsewhere, "store", Replies(body))
    found = ask(here, elsewhere, "SELECT ?i { ?i :number 2 . SERVICE THERE { ?i t:size ?size } }")
    assert rows(found) == {(f"<{HERE}i2>",): 1}


def test_an_answer_that_is_too_large_is_a_failure(here, elsewhere, monkeypatch):
    monkeypatch.setattr(federate, "MOST_BYTES", 500)
    with pytest.raises(ServiceFailed, match="more than 500 bytes"):
        ask(here, elsewhere, BOUND[0])


def test_too_many_rows_are_refused_before_any_is_sent(here, elsewhere, monkeypatch):
    monkeypatch.setattr(federate, "MOST_ROWS", 100)
    with pytest.raises(BadQuery, match="more than 100 rows"):
        ask(here, elsewhere, BOUND[0])
    assert elsewhere.asked == []


def test_a_query_that_cannot_be_read_is_told_by_its_own_places(here, elsewhere):
    with pytest.raises(BadQuery, match="cannot be read"):
        ask(here, elsewhere, "SELECT * { ?i a ; . SERVICE THERE { ?i t:size ?s } }")


def test_prefixes_that_need_no_declaration_here_are_declared_there(here, elsewhere):
    text = (
        "SELECT * { ?i a :Thing . SERVICE THERE { ?i t:size ?s . OPTIONAL { ?i rdfs:label ?l } } }"
    )
    assert len(list(ask(here, elsewhere, text))) == N // 2 + 1
    assert "PREFIX rdfs: <" in elsewhere.asked[0]


@pytest.mark.parametrize("text", ["", "{", "}", "SELECT", "SELECT * {", "{{{", "SELECT * { ( ] }"])
def test_what_is_no_query_has_no_parts(text):
    query_tokens = patterns.tokens(text)
    braces = patterns.where(query_tokens)
    assert braces is None or patterns.elements(query_tokens[braces[0] + 1 : braces[1]]) is None


# Both directions, over the real servers


def test_two_servers_join_by_bindings(built, live, elsewhere):
    text = f"""SELECT ?state ?code {{
        ?act a sg:Act ; sg:party ?state .
        SERVICE <{live}/sparql> {{ ?state <{names.SG.isoAlpha3}> ?code }} }}"""
    with serving(built.folder.parent, "--service", f"{live}/sparql") as address:
        with urllib.request.urlopen(f"{address}/sparql?query={quote(text)}") as answer:
            found = json.load(answer)["results"]["bindings"]
    assert {"SRB", "BLR"} <= {row["code"]["value"] for row in found}


def test_rdflib_sends_us_what_it_has_bound(live):
    graph = Graph()
    for name in ("serbia", "belarus", "nowhere"):
        graph.add((names.iri(f"party/{name}"), RDF.type, names.SG.Wanted))
    text = f"""SELECT ?code {{ ?state a <{names.SG.Wanted}> .
        SERVICE <{live}/sparql> {{ ?state <{names.SG.isoAlpha3}> ?code }} }}"""
    assert {str(row.code) for row in graph.query(text)} == {"SRB", "BLR"}


def test_another_store_joins_with_ours_by_values(live):
    text = f"""SELECT ?code {{ SERVICE <{live}/sparql> {{
        SELECT * {{ ?state <{names.SG.isoAlpha3}> ?code }}
        VALUES ?state {{ <{names.BASE}party/serbia> <{names.BASE}party/belarus> }} }} }}"""
    assert {row["code"].value for row in ox.Store().query(text)} == {"SRB", "BLR"}
