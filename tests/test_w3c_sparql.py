"""The W3C's tests of SPARQL queries and of the formats of answers, asked of the real server."""

import http.client
import os
import re
import shutil
import socket
import subprocess
from contextlib import contextmanager
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox
import pytest
from rdflib import Namespace, URIRef

from selenograph.graph import release
from tests.conftest import serving
from tests.w3c import MF, accepted, answers, cases, entries, file, iri, required

QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
DAWGT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#")
FOLDER = required("rdf-tests/sparql")
SPARQL10 = [
    entry
    for entry in entries(FOLDER / "sparql10" / "manifest.ttl")
    if entry.value(DAWGT.approval) == DAWGT.Approved
]
# These two manifests list what a query can ask: neither update, nor entailment, nor SERVICE.
SPARQL11 = [
    entry
    for name in ("manifest-sparql11-query.ttl", "manifest-sparql11-results.ttl")
    for entry in entries(FOLDER / "sparql11" / name)
]
BY_VALUE = accepted("sparql-by-value")
ANYTHING = "application/sparql-results+json, text/turtle"
NOTHING = iri(FOLDER / "nothing")
OXIGRAPH = shutil.which(os.environ.get("OXIGRAPH", "oxigraph"))


class Endpoint:
    """A SPARQL endpoint, asked over one connection, and what was wrong with its answers."""

    def __init__(self, address):
        parts = urlsplit(address)
        self.path = parts.path
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        self.faults = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def ask(self, query, accept=ANYTHING, default=(), named=()):
        """Return status, media type and body."""
        dataset = urlencode({"default-graph-uri": default, "named-graph-uri": named}, doseq=True)
        headers = {"Content-Type": "application/sparql-query", "Accept": accept}
        self.connection.request("POST", f"{self.path}?{dataset}", query, headers)
        with self.connection.getresponse() as answer:
            return answer.status, answer.headers.get_content_type(), answer.read()

    def fault(self, entry):
        """Tell what is wrong with the answer to a test; nothing where it is right."""
        if entry.iri not in self.faults:
            judge = misread if "Syntax" in entry.kind else misanswered
            self.faults[entry.iri] = judge(self, entry)
        return self.faults[entry.iri]


def misread(endpoint, entry):
    """Tell whether a query is refused that is one, or answered that is none."""
    query = file(entry.value(MF.action)).read_bytes()
    status, _, body = endpoint.ask(query, default=[NOTHING])
    wanted = 400 if "Negative" in entry.kind else 200
    return "" if status == wanted else f"{status} instead of {wanted}: {body.decode()}"


def misanswered(endpoint, entry):
    """Tell how the answer to a query differs from the one that the suite expects."""
    question, expected = file(entry.value(MF.action, QT.query)), file(entry.value(MF.result))
    text = question.read_text("utf-8")
    query = f"BASE <{iri(question)}>\n{text}".encode()
    accept = answers.MEDIA.get(expected.suffix, ANYTHING)
    status, media, body = endpoint.ask(query, accept, **dataset(entry, text))
    if status != 200:
        return f"{status} instead of 200: {body.decode()}"
    wanted = answers.read(expected.read_bytes(), expected.suffix, iri(expected))
    received = answers.read(body, answers.SUFFIXES[media], iri(question))
    how = {
        "ordered": re.search(r"\bORDER\s+BY\b", text, re.IGNORECASE),
        "lax": entry.value(MF.resultCardinality) == MF.LaxCardinality,
    }
    told = f"expected:\n{answers.shown(wanted)}\nreceived:\n{answers.shown(received)}"
    same = answers.agree(wanted, received, **how)
    if str(entry.iri) not in BY_VALUE:
        return "" if same else told
    if same:
        return "The answer has the form expected too: take the test out of accepted.toml."
    return "" if answers.agree(*map(answers.by_value, (wanted, received)), **how) else told


def dataset(entry, text):
    """Return the graphs that a test asks, by the protocol; none where the query names them."""
    if re.search(r"^\s*FROM\b", text, re.IGNORECASE | re.MULTILINE):
        return {}
    action = entry.value(MF.action)
    default = list(entry.manifest.objects(action, QT.data))
    named = list(entry.manifest.objects(action, QT.graphData))
    assert all(isinstance(graph, URIRef) for graph in default + named)
    return {"default": default or [NOTHING], "named": named}


@pytest.fixture(scope="module")
def suites(tmp_path_factory):
    """A release in which every file of the suites is a graph."""
    quads = [
        ox.Quad(*quad.triple, ox.NamedNode(iri(path)))
        for path in sorted(FOLDER.glob("sparql1[01]/**/*"))
        if path.suffix in answers.GRAPHS
        for quad in ox.parse(
            path=path,
            format=answers.GRAPHS[path.suffix],
            base_iri=iri(path),
            rename_blank_nodes=True,
        )
    ]
    text = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    return release.write(tmp_path_factory.mktemp("suites"), text, sources=0)


@pytest.fixture(scope="module")
def ours(suites):
    with serving(suites.folder.parent) as address, Endpoint(f"{address}/sparql") as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def oxigraph(suites):
    store = suites.folder / release.STORE
    with oxigraph_serving(store) as address, Endpoint(f"{address}/query") as endpoint:
        yield endpoint


@contextmanager
def oxigraph_serving(store):
    """Run the server of Oxigraph, at a port that is free."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        authority = f"127.0.0.1:{free.getsockname()[1]}"
    command = [OXIGRAPH, "serve-read-only", "--location", store, "--bind", authority]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert "Listening" in process.stderr.readline()
            yield f"http://{authority}"
        finally:
            process.terminate()


@pytest.mark.parametrize("entry", cases(SPARQL10, "sparql"))
def test_sparql_1_0(ours, entry):
    assert ours.fault(entry) == ""


@pytest.mark.parametrize("entry", cases(SPARQL11, "sparql"))
def test_sparql_1_1(ours, entry):
    assert ours.fault(entry) == ""


def test_every_accepted_failure_is_that_of_a_test():
    listed = {str(entry.iri) for entry in SPARQL10 + SPARQL11}
    assert accepted("sparql").keys() | BY_VALUE.keys() <= listed
    assert accepted("sparql").keys().isdisjoint(BY_VALUE)


@pytest.mark.skipif(not OXIGRAPH, reason="OXIGRAPH names no binary, and there is no oxigraph")
def test_the_server_of_oxigraph_answers_no_more_of_sparql_1_1(ours, oxigraph):
    evaluations = [entry for entry in SPARQL11 if "Syntax" not in entry.kind]
    right = [sum(not endpoint.fault(e) for e in evaluations) for endpoint in (ours, oxigraph)]
    assert right[0] >= right[1]
