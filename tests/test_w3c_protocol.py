"""The W3C's tests of the SPARQL protocol: each request as its manifest describes it."""

import http.client
from contextlib import closing
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
from rdflib import Namespace
from rdflib.namespace import RDFS

from selenograph.graph import release
from tests.conftest import serving
from tests.w3c import MF, answers, cases, entries, file, required

CNT = Namespace("http://www.w3.org/2011/content#")
HT = Namespace("http://www.w3.org/2011/http#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
PROTOCOL = list(entries(required("rdf-tests/sparql/sparql11/protocol") / "manifest.ttl"))
UPDATES = [entry for entry in PROTOCOL if entry.iri.fragment.startswith("update_")]
SOLUTIONS = {answers.MEDIA[".srj"], answers.MEDIA[".srx"]}
FORMATS = {
    "boolean": SOLUTIONS,
    "tabular": SOLUTIONS | {answers.MEDIA[".csv"], answers.MEDIA[".tsv"]},
    "RDF": {"text/turtle", "application/n-triples", "application/rdf+xml"},
}


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """Where a release is served that holds the graphs of which the tests speak."""
    quads = {
        ox.Quad(*quad.triple, ox.NamedNode(entry.manifest.value(data, RDFS.label)))
        for entry in PROTOCOL
        for data in entry.manifest.objects(entry.iri, UT.graphData)
        for quad in ox.parse(path=file(entry.manifest.value(data, UT.graph)))
    }
    text = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    written = release.write(tmp_path_factory.mktemp("protocol"), text, sources=0)
    with serving(written.folder.parent) as address:
        yield urlsplit(address).netloc


@pytest.fixture
def send(authority):
    """Give the function that sends a request of a test, all over one connection."""
    with closing(http.client.HTTPConnection(authority, timeout=60)) as connection:

        def sent(manifest, request):
            connection.request(*parts(manifest, request))
            with connection.getresponse() as answer:
                return answer.status, answer.headers.get_content_type(), answer.read()

        yield sent


def parts(manifest, request):
    """Return the method, path, body and headers of a request."""
    path = manifest.value(request, HT.absolutePath)
    body, fields = manifest.value(request, HT.body), manifest.value(request, HT.headers)
    text = body and manifest.value(body, CNT.chars)
    headers = {
        str(manifest.value(field, HT.fieldName)): str(manifest.value(field, HT.fieldValue))
        for field in (manifest.items(fields) if fields else [])
    }
    return (
        str(manifest.value(request, HT.methodName)),
        # What to put in place of /sparql/ is left to the endpoint.
        path.replace("/sparql/", "/sparql", 1),
        body and text.encode(manifest.value(body, CNT.characterEncoding)),
        headers,
    )


def requests(entry):
    return list(entry.manifest.items(entry.value(MF.action, HT.requests)))


def is_update(manifest, request):
    _, _, body, headers = parts(manifest, request)
    return "sparql-update" in headers["content-type"] or body.startswith(b"update=")


@pytest.mark.parametrize("entry", cases([e for e in PROTOCOL if e not in UPDATES]))
def test_a_request_is_answered_as_the_protocol_wants(send, entry):
    for request in requests(entry):
        told = entry.manifest.value(request, HT.resp)
        status, media, body = send(entry.manifest, request)
        classes = {c.fragment for c in entry.manifest.objects(told, MF.expectedStatus)}
        assert f"StatusCode{status // 100}xx" in classes, body
        wanted = entry.manifest.value(told, MF.expectedFormat)
        assert not wanted or media in FORMATS[str(wanted)]
        truth = entry.manifest.value(told, MF.expectedBoolean)
        if truth is not None:
            assert answers.read(body, answers.SUFFIXES[media], "") is truth.value


@pytest.mark.parametrize("entry", cases(UPDATES))
def test_an_update_is_refused_and_changes_nothing(send, entry):
    for request in requests(entry):
        status, media, body = send(entry.manifest, request)
        if is_update(entry.manifest, request):
            assert 400 <= status < 500
        else:
            assert (status, answers.read(body, answers.SUFFIXES[media], "")) == (200, False)
