"""SERVICE is refused in every spelling, and the word elsewhere is not."""

import contextlib

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rdflib import Literal

from selenograph.graph import guard, query
from selenograph.graph.errors import BadQuery, Forbidden

fuzz = settings(max_examples=150, deadline=None, database=None, derandomize=True)

BLANKS = st.sampled_from([" ", "\t", "\n", "\r", "\r\n", "  \n\t "])
WORDS = st.text("aZ é'\"<>{}\\#?.:", max_size=12)
COMMENTS = st.builds("#{}{}".format, WORDS, st.sampled_from(["\n", "\r", "\r\n"]))
GAPS = st.lists(BLANKS | COMMENTS, max_size=3).map("".join)
SOME = st.builds(str.__add__, BLANKS | COMMENTS, GAPS)


def any_case(word):
    return st.tuples(*(st.sampled_from([c.lower(), c.upper()]) for c in word)).map("".join)


def escaped(word):
    """Spell some characters of a word as code points."""
    forms = [st.sampled_from([c, f"\\u{ord(c):04X}", f"\\U{ord(c):08x}"]) for c in word]
    return st.tuples(*forms).map("".join)


BEFORE = st.sampled_from([
    "SELECT * {",
    "SELECT * WHERE { ?s ?p ?o .",
    'SELECT * { BIND("#\'" AS ?x)',
    "SELECT * { BIND('''\"'#''' AS ?x)",
    'SELECT * { BIND("\\"" AS ?x)',
    'SELECT * { BIND("\\\\" AS ?x)',
    'SELECT * { ?s ?p "x"',
    "SELECT * { ?s ?p <http://example.org/#x>",
    "SELECT * { FILTER(1 < 2 && 3 > 2)",
    "ASK { FILTER EXISTS {",
    "ASK { ?s ?p ?o ; <a:b> 1 .",
    "ASK { {} UNION {",
    "ASK { VALUES ?v { <a:a> }",
    "CONSTRUCT { ?s ?p ?o } WHERE {",
    "DESCRIBE ?s {",
    "SELECT * { { SELECT ?s {",
    "PREFIX x: <http://example.org/> ASK { ?s x:a\\'b x:c",
])  # fmt: skip
TARGETS = st.sampled_from(["<http://127.0.0.1:1/>", "?v", "$v", "x:y", ":y", "<a>"])


@fuzz
@given(BEFORE, GAPS, any_case("SERVICE"), SOME, any_case("SILENT") | st.just(""), SOME, TARGETS)
def test_service_is_refused_in_any_case_with_any_gap(
    before, gap, keyword, after, silent, more, target
):
    # A number or a name would go on into the keyword.
    gap = gap or " "
    with pytest.raises(Forbidden):
        guard.refuse(f"{before}{gap}{keyword}{after}{silent}{more}{target} {{ ?s ?p ?o }} }}")


@fuzz
@given(any_case("SERVICE"), st.sampled_from(["<http://127.0.0.1:1/>", "?v", "$v", "{", "#\n<a:a>"]))
def test_service_is_refused_without_any_gap(keyword, target):
    with pytest.raises(Forbidden):
        guard.refuse(f"SELECT*{{{keyword}{target}{{?s?p?o}}}}")


@fuzz
@given(any_case("SERVICE").flatmap(escaped), GAPS)
def test_service_is_refused_with_any_character_escaped(keyword, gap):
    with pytest.raises(Forbidden):
        guard.refuse(f"SELECT * {{ {gap} {keyword} <http://127.0.0.1:1/> {{ ?s ?p ?o }} }}")


@fuzz
@given(st.text())
@example("\\U00110000")
@example("\\uD800")
@example("SERVICE")
def test_any_text_is_refused_or_passed_without_another_error(text):
    with contextlib.suppress(Forbidden):
        guard.refuse(text)


# Where the word may stand

SURROUNDED = st.builds(
    "{}{}{}".format,
    st.text("ab \n\r\t\"'\\#<>{}?:.é月", max_size=8),
    any_case("SERVICE"),
    st.text("ab \n\r\t\"'\\#<>{}?:.é月", max_size=8),
)


@fuzz
@given(SURROUNDED, SURROUNDED)
def test_the_word_in_literals_is_answered_as_it_stands(one, two):
    text = f"SELECT ({Literal(one).n3()} AS ?a) ({Literal(two).n3()} AS ?b) {{}}"
    (row,) = query.run(ox.Store(), text)
    assert (row["a"].value, row["b"].value) == (one, two)


def in_single_quotes(text):
    escapes = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r"}
    return "'" + "".join(escapes.get(c, c) for c in text) + "'"


@fuzz
@given(SURROUNDED)
def test_the_word_in_single_quotes_is_answered_as_it_stands(text):
    (row,) = query.run(ox.Store(), f"SELECT ({in_single_quotes(text)} AS ?a) {{}}")
    assert row["a"].value == text


@fuzz
@given(
    st.text("ab \t\"'<>{}?:.é", max_size=8), any_case("SERVICE"), st.text("ab '\"<>{}", max_size=8)
)
def test_the_word_in_a_comment_is_answered(before, keyword, after):
    comment = f"#{before}{keyword}{after}\n"
    assert query.run(ox.Store(), f"{comment}ASK {comment}{{ {comment} }} {comment}")


@fuzz
@given(st.text("ab/?#&=.-é'();,", max_size=8), any_case("SERVICE"), st.text("ab/&=.-é", max_size=8))
def test_the_word_in_an_iri_is_answered(before, keyword, after):
    iri = f"http://example.org/{before.replace('#', '', before.count('#') - 1)}{keyword}{after}"
    (row,) = query.run(ox.Store(), f"SELECT (<{iri}> AS ?a) {{}}")
    assert row["a"].value == iri


@fuzz
@given(st.text("ab_1é", max_size=4), any_case("SERVICE"), st.text("ab_1é", max_size=4))
def test_the_word_in_a_variable_is_answered(before, keyword, after):
    name = before + keyword + after
    (row,) = query.run(ox.Store(), f"SELECT ?{name} {{ BIND(1 AS ${name}) }}")
    assert row[name].value == "1"


@fuzz
@given(st.sampled_from(["", "a", "a-", "a_", "1", "a.b", "%41"]), any_case("SERVICE"))
def test_the_word_in_a_local_name_is_answered(before, keyword):
    names = f"(:{before}{keyword} AS ?a) (x:{before}{keyword} AS ?b)"
    text = f"PREFIX : <http://a/> PREFIX x: <http://b/> SELECT {names} {{}}"
    (row,) = query.run(ox.Store(), text)
    found = (row["a"].value, row["b"].value)
    assert found == (f"http://a/{before}{keyword}", f"http://b/{before}{keyword}")


# What passes does not dial

GLUE = st.sampled_from([
    "", " ", "\n", "1", "1.0", "1e0", "true", ".", ";", "#>\n", "# \n", "\u00a0", "\u3000",
    "FILTER(1<2)", "FILTER(?s<?o)", 'BIND("\\u0022" AS ?a)', 'BIND("\\u0022" AS ?b)',
    "BIND(<http://x/\\u0041#> AS ?c)", "BIND(<http://x/\u00a0#> AS ?d)",
    "BIND(<http://x/\u2003#> AS ?e)", "BIND('#' AS ?f)", "BIND('\\u0027' AS ?g)", "?s ?p 1",
    "?s ?p ?o", "<a:s> <a:p> 1", "?s ?p x:\\'", "?s ?p 'x'@en", "?s ?p _:b", ":",
])  # fmt: skip
KEYWORD = st.sampled_from(["SERVICE", "SERVICE ", "service", "SERVICESILENT", "SERVICE SILENT "])
PLACE = st.sampled_from(["<URL>", ":", ":x", "x:", " <URL>", "#>\n<URL>", "SILENT<URL>"])


@settings(max_examples=300, deadline=None, database=None, derandomize=True)
@given(
    st.lists(GLUE, max_size=3).map("".join), KEYWORD, PLACE, st.lists(GLUE, max_size=2).map("".join)
)
@example("", "SERVICE", ":x", "")
@example("", "SERVICESILENT", "<URL>", "")
@example("<a:s> <a:p> 1", "SERVICE", "<URL>", "")
@example("FILTER(1<2)", "SERVICE", "#>\n<URL>", "")
@example("BIND(<http://x/\u00a0#> AS ?d)", "SERVICE", "<URL>", "")
@example(
    'BIND(<http://x/\\u0041#> AS ?c)BIND("\\u0022" AS ?a)', "SERVICE", "<URL>",
    'BIND("\\u0022" AS ?b)',
)  # fmt: skip
def test_what_is_let_through_does_not_dial(listening, before, keyword, place, after):
    text = (
        f"PREFIX : <URL> PREFIX x: <URL> SELECT * {{ {before}{keyword}{place}{{}} {after} }}"
    ).replace("URL", listening.address)
    listening.calls.clear()
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("a:s"), ox.NamedNode("a:p"), ox.Literal(1)))
    with contextlib.suppress(Forbidden, BadQuery):
        list(query.run(store, text))
    assert listening.calls == []
