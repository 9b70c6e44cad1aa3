"""Nothing is asked of others but what the operator allows, whatever a query says."""

import contextlib
import json
import platform
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selenograph.graph import guard, query, results
from selenograph.graph.errors import BadQuery, Forbidden, ServiceFailed
from tests.conftest import ONE_ROW, Other, serving


@pytest.fixture(scope="module")
def forbidden():
    with Other() as other:
        yield other


@pytest.fixture(scope="module")
def allowed(forbidden):
    with Other(f"{forbidden.origin}/sparql") as other:
        yield other


@pytest.fixture(autouse=True)
def _nothing_yet(forbidden, allowed):
    forbidden.calls.clear()
    allowed.calls.clear()
    yield
    assert forbidden.calls == []


def ask(text, *services):
    return query.run(ox.Store(), text, services=services)


def test_a_service_on_the_list_is_asked(allowed):
    address = f"{allowed.origin}/sparql"
    for spelling in (
        f"SERVICE <{address}>",
        f"service<{address}>",
        f"SERVICE SILENT\n<{address}>",
        f"Service\tsilent<{address}>",
    ):
        (row,) = ask(f"SELECT ?x {{ {spelling} {{ ?x a ?y }} }}", address)
        assert row["x"].value == "http://example.org/there"
    assert len(allowed.calls) == 4


@pytest.mark.parametrize(
    "address",
    [
        "{0}/other", "{0}/sparql/", "{0}/sparql/x", "{0}/sparql?x", "{0}/sparql#x", "{0}/../sparql",
        "http://user@127.0.0.1:{2}/sparql", "http://user:word@127.0.0.1:{2}/sparql",
        "https://127.0.0.1:{2}/sparql", "http://localhost:{2}/sparql", "http://127.0.0.1/sparql",
        "http://127.1:{2}/sparql", "{1}/sparql", "http://127.0.0.1:{3}/sparql", "/sparql", "sparql",
        "http://127.0.0.1:99999/sparql", "http://[::1]:{2}/sparql", "http://[/sparql", "",
    ],
)  # fmt: skip
def test_a_service_that_differs_in_anything_is_refused(allowed, forbidden, address):
    address = address.format(
        allowed.origin, forbidden.origin, allowed.server_port, forbidden.server_port
    )
    with pytest.raises(Forbidden, match="SERVICE is answered here for <"):
        ask(f"SELECT * {{ SERVICE <{address}> {{ ?x a ?y }} }}", f"{allowed.origin}/sparql")
    assert allowed.calls == []


def test_a_service_with_a_query_string_is_that_one_alone():
    guard.refuse("ASK { SERVICE <http://h/k?key=1> {} }", ["http://h/k?key=1"])
    for other in ("http://h/k?key=2", "http://h/k", "http://user:word@h/k?key=1"):
        with pytest.raises(Forbidden):
            guard.refuse(f"ASK {{ SERVICE <{other}> {{}} }}", ["http://h/k?key=1"])


def test_the_case_of_the_host_and_the_usual_port_do_not_matter():
    text = "ASK { SERVICE <HTTPS://Example.ORG:443/sparql> {} }"
    guard.refuse(text, ["https://example.org/sparql"])
    with pytest.raises(Forbidden):
        guard.refuse(text, ["https://example.org:8443/sparql"])


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * {{ SERVICE ?v {{ ?x a ?y }} }}",
        "SELECT * {{ VALUES ?v {{ <{0}> }} SERVICE ?v {{ ?x a ?y }} }}",
        "SELECT * {{ BIND(<{0}> AS ?v) LATERAL {{ SERVICE ?v {{ ?x a ?y }} }} }}",
        "PREFIX a: <{0}> SELECT * {{ SERVICE a: {{ ?x a ?y }} }}",
        "BASE <{0}> SELECT * {{ SERVICE <> {{ ?x a ?y }} }}",
        "SELECT * {{ SERVICE # here\n <{0}> {{ ?x a ?y }} }}",
        "SELECT * {{ \\u0053ERVICE ?v {{ ?x a ?y }} }}",
    ],
)
def test_an_address_that_is_not_written_out_is_refused_though_it_is_on_the_list(allowed, text):
    address = f"{allowed.origin}/sparql"
    with pytest.raises(Forbidden, match="written so, in angle brackets"):
        ask(text.format(address), address)
    assert allowed.calls == []


def test_a_service_that_sends_on_to_another_address_is_not_followed(allowed):
    address = f"{allowed.origin}/away"
    with pytest.raises(ServiceFailed, match="307"):
        results.table(ask(f"SELECT * {{ SERVICE <{address}> {{ ?x a ?y }} }}", address))
    assert len(allowed.calls) == 1


def test_a_graph_that_is_named_by_an_address_is_not_fetched(client, allowed):
    address = f"{allowed.origin}/sparql"
    for text in (
        f"SELECT * FROM <{address}> {{ ?s ?p ?o }}",
        f"SELECT * FROM NAMED <{address}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        f"SELECT * {{ GRAPH <{address}> {{ ?s ?p ?o }} }}",
        f"DESCRIBE <{address}>",
    ):
        assert client.get("/sparql", query_string={"query": text}).status_code == 200
    for name in ("default-graph-uri", "named-graph-uri"):
        query_string = {"query": "SELECT * { ?s ?p ?o }", name: address}
        assert client.get("/sparql", query_string=query_string).status_code == 200
    assert allowed.calls == []


def test_an_update_that_loads_is_refused(client, allowed):
    text = f"LOAD <{allowed.origin}/data.ttl>"
    answers = [
        client.post("/sparql", data={"update": text}),
        client.post("/sparql", data=text, content_type="application/sparql-update"),
        client.get("/sparql", query_string={"query": text}),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 400]
    assert allowed.calls == []


def test_a_service_that_does_not_answer_is_told_and_silent_ones_are_passed_over():
    service = "http://127.0.0.1:9/sparql"
    with pytest.raises(ServiceFailed, match="Another endpoint did not answer"):
        results.table(ask(f"SELECT * {{ SERVICE <{service}> {{ ?x a ?y }} }}", service))
    assert len(list(ask(f"SELECT * {{ SERVICE SILENT <{service}> {{ ?x a ?y }} }}", service))) == 1


def test_a_server_asks_the_services_of_its_list_and_no_other(built, allowed, forbidden):
    service = f"{allowed.origin}/sparql"
    with serving(built.folder.parent, "--service", service) as address:

        def status(asked):
            text = f"SELECT * {{ SERVICE <{asked}> {{ ?x a ?y }} }}"
            try:
                with urllib.request.urlopen(f"{address}/sparql?query={quote(text)}") as answer:
                    assert json.load(answer)["results"] == ONE_ROW["results"]
                    return answer.status
            except urllib.error.HTTPError as error:
                error.close()
                return error.code

        assert status(service) == 200
        # Another time it may say something else, so its answer is not kept.
        assert status(service) == 200
        assert status(f"{forbidden.origin}/sparql") == 403
        request = urllib.request.Request(f"{address}/sparql", headers={"Accept": "text/turtle"})
        with urllib.request.urlopen(request) as described:
            assert "sd:BasicFederatedQuery" in described.read().decode()
    assert len(allowed.calls) == 2


@pytest.mark.skipif(platform.system() != "Linux", reason="seccomp is of Linux")
def test_the_workers_of_a_server_without_a_list_can_open_no_socket(live):
    # Once a query is answered, its worker has been set up.
    with urllib.request.urlopen(f"{live}/ready"):
        pass
    states = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if b"multiprocessing.forkserver" in (process / "cmdline").read_bytes():
                lines = (process / "status").read_text().splitlines()
                states.append({key: value.strip() for key, _, value in map(parted, lines)})
    locked = [state for state in states if state["Seccomp"] == "2" and state["NoNewPrivs"] == "1"]
    assert locked


def parted(line):
    return line.partition(":")


PIECES = st.sampled_from([
    "SERVICE", "service", " SERVICE ", "SERVICE SILENT", "SERVICESILENT", "\\u0053ERVICE", "SILENT",
    "<ALLOWED>", "<FORBIDDEN>", "<ALLOWED#", "<FORBIDDEN#", ">", "f:", "a:", ":x", "f:x", "?v", "#",
    "\n", " ", "\t", "\u00a0", "\u3000", "{ ?x a ?y }", "{", "}", "(", ")", ".", ";", '"', "'",
    '"""', "\\", "\\u0022", "OPTIONAL {", "UNION", "FILTER(1<2)", "BIND(<FORBIDDEN> AS ?v)",
    "VALUES ?v { <FORBIDDEN> <ALLOWED> }", "LATERAL {", "GRAPH ?g", "1", "?s ?p ?o",
    "# <ALLOWED>\n", "BASE <FORBIDDEN>", "EXISTS", "SELECT *",
])  # fmt: skip
HEADS = st.sampled_from([
    "SELECT * { ", "ASK { ", "CONSTRUCT { ?x ?x ?x } WHERE { ", "DESCRIBE ?x { ",
    "PREFIX f: <FORBIDDEN> PREFIX a: <ALLOWED> PREFIX : <FORBIDDEN> SELECT * { ",
    "BASE <FORBIDDEN> SELECT * { ", "SELECT * { ?s ?p ?o . ",
])  # fmt: skip


@settings(max_examples=1500, deadline=None, database=None, derandomize=True)
@given(HEADS, st.lists(PIECES, max_size=9), st.sampled_from(["", "}", " { ?x a ?y } }", "} }"]))
def test_no_spelling_of_chance_reaches_another_service(allowed, forbidden, head, pieces, tail):
    text = (head + "".join(pieces) + tail).replace("ALLOWED", f"{allowed.origin}/sparql")
    text = text.replace("FORBIDDEN", f"{forbidden.origin}/sparql")
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("a:a"), ox.NamedNode("a:b"), ox.NamedNode("a:c")))
    for services in ((), (f"{allowed.origin}/sparql",)):
        before = len(allowed.calls)
        try:
            answer = query.run(store, text, services=services)
            if not isinstance(answer, ox.QueryBoolean):
                list(answer)
        except (BadQuery, Forbidden, ServiceFailed, RuntimeError, OSError):
            pass
        assert forbidden.calls == []
        assert services or len(allowed.calls) == before
