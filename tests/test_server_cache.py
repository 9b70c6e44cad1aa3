"""What is answered once is kept by client, proxy and server, and is never wrong."""

import gzip
import json
import logging

import brotli
import pyoxigraph as ox
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from selenograph.server import answers
from selenograph.server.cache import Cache, _Kept

QUERY = "SELECT ?s ?o { ?s rdfs:label ?o } ORDER BY ?s ?o"
UNPACK = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda text: zstandard.ZstdDecompressor().decompressobj().decompress(text),
}


def ask(client, text=QUERY, method="GET", **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.open("/sparql", method=method, query_string={"query": text}, headers=headers)


@pytest.fixture
def logged(app):
    """The lines that the log of queries gets."""
    lines = []

    class Lines(logging.Handler):
        def emit(self, record):
            lines.append(json.loads(record.getMessage()))

    logs = app.extensions["logs"]
    before, logs.handler = logs.handler, Lines()
    yield lines
    logs.handler = before


PATHS = ["/", "/sparql?query=ASK{}", "/query/sources.csv", "/query/", "/party/serbia.ttl",
         "/party/serbia", "/ontology/", "/dump.nq", "/sparql", "/.well-known/void",
         "/static/style.css"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_a_validator_with_which_it_need_not_be_sent_again(client, path):
    first = client.get(path, buffered=True)
    assert first.status_code == 200
    assert "max-age=" in first.headers["Cache-Control"]
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]}, buffered=True)
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    other = client.get(path, headers={"If-None-Match": '"another"'}, buffered=True)
    assert (other.status_code, other.data) == (200, first.data)


@pytest.mark.parametrize("path", [path for path in PATHS if "dump" not in path])
def test_the_answer_tells_on_which_headers_it_depends(client, path):
    vary = {name.lower() for name in client.get(path, buffered=True).vary}
    assert {"accept", "accept-encoding"} <= vary


def test_a_validator_belongs_to_one_query_one_format_and_one_dataset(client):
    graph = "https://w3id.org/selenograph/graph/ontology"
    asked = [
        {"query": QUERY},
        {"query": f"{QUERY} LIMIT 1"},
        {"query": QUERY, "format": "csv"},
        {"query": QUERY, "default-graph-uri": graph},
        {"query": QUERY, "named-graph-uri": graph},
    ]
    tags = {client.get("/sparql", query_string=one).headers["ETag"] for one in asked}
    assert len(tags) == len(asked)


def test_a_post_is_answered_whole_whatever_the_client_has(client):
    tag = ask(client).headers["ETag"]
    answer = client.post("/sparql", data={"query": QUERY}, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data) == (200, ask(client).data)


def test_an_error_is_kept_by_nobody(client):
    for answer in (client.get("/sparql?query=ASK"), client.get("/nowhere"), client.put("/sparql")):
        assert answer.status_code >= 400
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers


@pytest.mark.parametrize("function", ["NOW()", "rand()", "UUID()", "STRUUID()", "BNODE()"])
def test_what_differs_from_time_to_time_is_kept_by_nobody(client, logged, function):
    text = f"SELECT ({function} AS ?x) {{}}"
    answers = [ask(client, text) for _ in range(2)]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
    assert not any("ETag" in answer.headers for answer in answers)
    assert [line["cache"] for line in logged] == ["none", "none"]


def test_a_function_glued_to_a_keyword_is_seen_too(client, logged):
    ask(client, "SELECT (COUNT(DISTINCTRAND()) AS ?x) {}")
    assert logged[0]["cache"] == "none"


def test_whether_there_is_an_answer_at_all_is_not_told_before_it_is_made(client):
    for path, status in (("/party/nowhere", 404), ("/sparql?query=nonsense", 400)):
        assert client.get(path, headers={"If-None-Match": "*"}).status_code == status


def test_small_answers_count_too(app):
    cache = Cache(100_000)
    for number in range(1000):
        cache.put(str(number), "identity", _Kept(b"", "text/plain", "", 0))
    assert len(cache._kept) <= 100


def test_many_long_texts_are_not_kept(client):
    before = answers._normalized.cache_info().currsize
    for number in range(3):
        client.post("/sparql", data={"query": f"# {number}" + "x" * 30_000 + "\nASK {}"})
    assert answers._normalized.cache_info().currsize == before


def test_the_second_who_asks_is_answered_from_memory(client, logged):
    text = "SELECT ?second { ?second a sg:Programme }"
    first, second = ask(client, text), ask(client, text)
    ask(client, text, If_None_Match=first.headers["ETag"])
    assert first.data == second.data
    assert [line["cache"] for line in logged] == ["miss", "hit", "client"]
    assert logged[0]["rows"] == logged[1]["rows"] > 0


def test_get_and_post_and_another_spelling_share_an_answer(client, logged):
    text = "SELECT ?shared  { # of whom\n\t?shared a sg:Programme }"
    same = "SELECT ?shared {\n?shared a sg:Programme }\n"
    ask(client, text)
    client.post("/sparql", data={"query": same})
    client.post("/sparql", data=same, content_type="application/sparql-query")
    assert [line["cache"] for line in logged] == ["miss", "hit", "hit"]


@pytest.mark.parametrize("coding", UNPACK)
def test_an_answer_comes_compressed_to_who_asks_for_it(client, logged, coding):
    plain = ask(client)
    for _ in range(2):
        packed = ask(client, Accept_Encoding=coding)
        assert packed.headers["Content-Encoding"] == coding
        assert len(packed.data) < len(plain.data) / 3
        assert UNPACK[coding](packed.data) == plain.data
        assert packed.headers["ETag"] == plain.headers["ETag"]
    assert logged[-1]["cache"] == "hit"


@pytest.mark.parametrize(
    ("wish", "coding"),
    [
        (None, None),
        ("", None),
        ("identity", None),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("gzip, deflate", "gzip"),
        ("*", "br"),
        ("br;q=0, *;q=0.1", "zstd"),
        ("compress", None),
        ("identity;q=1, gzip;q=0.5", None),
    ],
)
def test_the_coding_is_the_one_that_the_client_prefers(client, wish, coding):
    headers = {} if wish is None else {"Accept_Encoding": wish}
    assert ask(client, **headers).headers.get("Content-Encoding") == coding


def test_a_short_answer_is_not_worth_compressing(client):
    assert "Content-Encoding" not in ask(client, "ASK {}", Accept_Encoding="gzip").headers


def test_pages_come_compressed_too(client):
    packed = client.get("/", headers={"Accept-Encoding": "gzip", "Accept": "text/html"})
    assert gzip.decompress(packed.data) == client.get("/", headers={"Accept": "text/html"}).data


TERMS = ['"a  b"', "'a  b'", '"#"', '"""x " y\n  "" z"""', "'''#'''", '"\'"', "<a:b#c>", "<a:'>"]
BLANKS = ["", " ", "  ", "\n", "\t", "#c>\n", "# it's\n", '# "\n', "# <\r", "\u00a0"]
OTHER = ["<", ">", "?x<?x", "?x", "{", "}", ".", '"', "'", "FILTER(1<2)", "\\", "<#>", '"""', ")"]


def outcome(text):
    """Return the rows that an engine gives for a query, or None where it cannot read it."""
    try:
        return sorted(str(row["x"]) for row in ox.Store().query(text, base_iri="http://a/"))
    except SyntaxError:
        return None


@settings(max_examples=600, deadline=None, database=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(TERMS + BLANKS), st.sampled_from(BLANKS)), max_size=8))
def test_a_query_with_fewer_blanks_and_comments_means_the_same(pieces):
    values = "".join(term + gap for term, gap in pieces)
    text = f"SELECT ?x {{ VALUES ?x {{ {values} }} }}"
    assert outcome(answers.normalized(text)) == outcome(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT * { ?s <#a> ?o }", "SELECT * { ?s <#b> ?o }"),
        ("SELECT ?x { VALUES ?x { 1 } FILTER(?x<?b#> '''\n && 1) BIND('''x  y''' AS ?d) }",
         "SELECT ?x { VALUES ?x { 1 } FILTER(?x<?b#> '''\n && 1) BIND('''x y''' AS ?d) }"),
        ("SELECT ?x { FILTER(?x<'b>c  d') }", "SELECT ?x { FILTER(?x<'b>c d') }"),
        ("ASK{ }\x0c", "ASK{ }"),
        ("ASK{ }\u00a0", "ASK{ }"),
        ("ASK{ a:b ?c 'x  y' }", "ASK{ a:b ?c 'x y' }"),
    ],
)  # fmt: skip
def test_two_queries_that_mean_something_else_do_not_count_as_the_same(one, other):
    assert answers.normalized(one) != answers.normalized(other)


@settings(max_examples=600, deadline=None, database=None, derandomize=True)
@given(st.lists(st.sampled_from(TERMS + BLANKS + OTHER), max_size=12).map("".join))
def test_what_is_no_query_does_not_become_one(text):
    text = f"SELECT ?x {{ VALUES ?x {{ 1 2 }} {text} }}"
    assert outcome(answers.normalized(text)) == outcome(text)
