"""Stored queries and the engine: headers, parameters, values, and what is refused."""

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selenograph.graph import names, query
from selenograph.graph.errors import BadParameter, BadQuery, Forbidden, Unknown
from selenograph.graph.query import Parameter, StoredQuery

HEADER = """\
#+ summary: What is there?
#+ description: A colon must be quoted: not here, since what follows is text.
"""
KINDS = """\
#+ summary: What is there?
#+ tags: [a, b]
#+ parameters:
#+   thing: {type: iri, about: the thing}
#+   "on": {type: date, about: "the day: one"}
#+   number: {type: integer, about: how many}
#+   text: {type: string, about: what it says}
#+   other: {type: iri, about: another thing}
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

SELECT ?thing ?on ?number ?text ?other WHERE {
  VALUES (?thing ?on ?number ?text ?other) {
    (<https://w3id.org/selenograph/party/serbia> "2024-06-01"^^xsd:date 7 "a \\"b\\" c"@en UNDEF)
  }
}
"""
EXAMPLES = {
    "thing": "https://w3id.org/selenograph/party/serbia",
    "on": "2024-06-01",
    "number": "7",
    "text": 'a "b" c',
    "other": None,
}


@pytest.fixture(scope="module")
def kinds():
    return StoredQuery("kinds", KINDS)


@pytest.fixture(scope="module")
def empty():
    return ox.Store()


def answered(store, text):
    """Return the one row of an answer as a mapping."""
    answer = query.run(store, text)
    columns = [variable.value for variable in answer.variables]
    rows = [{key: row[key] and row[key].value for key in columns} for row in answer]
    assert len(rows) == 1
    return rows[0]


# Headers


def test_a_header_is_read_as_plain_strings():
    text = "#+ summary: Is it on?\n#+ on: on\n#+ tags: [yes, 1]\n#+ day: 2024-06-01\nASK {}"
    assert StoredQuery("x", text).header == {
        "summary": "Is it on?",
        "on": "on",
        "tags": ["yes", "1"],
        "day": "2024-06-01",
    }


def test_other_comments_are_no_part_of_the_header():
    text = "# not: this\n#+ summary: Is it?\n#+\n#+ tags: [a]\n# nor: this\nASK {}"
    assert StoredQuery("x", text).header == {"summary": "Is it?", "tags": ["a"]}


def test_the_summary_is_the_question(kinds):
    assert kinds.summary == "What is there?"


@pytest.mark.parametrize("text", ["", "ASK {}", "# summary: Is it?\nASK {}"])
def test_a_query_without_a_header_goes_by_its_name(text):
    bare = StoredQuery("bare", text)
    assert (bare.header, bare.summary, bare.parameters) == ({}, "bare", ())
    assert bare.with_values({}) == text


@pytest.mark.parametrize(
    "text",
    [
        "#+ only words\nASK {}",
        "#+ - a\n#+ - list\nASK {}",
        "#+ summary: [not closed\nASK {}",
        "#+ summary: a: b\nASK {}",
        "#+ \tsummary: x\nASK {}",
        '#+ summary: "open\nASK {}',
    ],
)
def test_a_malformed_header_is_refused_with_the_name_of_the_query(text):
    with pytest.raises(BadQuery, match="The header of the query odd is no "):
        _ = StoredQuery("odd", text).header


A = "{a: {type: iri, about: x}}"


@pytest.mark.parametrize(
    ("described", "pattern"),
    [
        ("[a, b]", ""),
        ("words", ""),
        (A, ""),
        (A, "VALUES (?b) { (1) }"),
        (A, "VALUES (?a ?b) { (1 2) }"),
        (A, "VALUES ?a { 1 }"),
        (A, "VALUES (?a) { () }"),
        (A, "VALUES (?a) { (<a:a> <b:b>) }"),
        ("{a: iri}", "VALUES (?a) { (<a:a>) }"),
        ("{a: {type: iri}}", "VALUES (?a) { (<a:a>) }"),
        ("{a: {about: x}}", "VALUES (?a) { (<a:a>) }"),
        ("{a: {type: number, about: x}}", "VALUES (?a) { (<a:a>) }"),
        ("{a: }", "VALUES (?a) { (<a:a>) }"),
        ("{a: [iri, x]}", "VALUES (?a) { (<a:a>) }"),
    ],
)
def test_parameters_that_cannot_be_filled_in_are_refused_with_the_query(described, pattern):
    text = f"#+ summary: x\n#+ parameters: {described}\nASK {{ {pattern} }}"
    with pytest.raises(BadQuery, match="query odd"):
        _ = StoredQuery("odd", text).parameters


def test_a_query_without_parameters_has_none():
    assert StoredQuery("x", HEADER.replace(": not", " not") + "ASK {}").parameters == ()


def test_parameters_come_in_the_order_of_the_row_with_their_examples(kinds):
    assert kinds.parameters == (
        Parameter("thing", "iri", "the thing", "<https://w3id.org/selenograph/party/serbia>"),
        Parameter("on", "date", "the day: one", '"2024-06-01"^^xsd:date'),
        Parameter("number", "integer", "how many", "7"),
        Parameter("text", "string", "what it says", '"a \\"b\\" c"@en'),
        Parameter("other", "iri", "another thing", "UNDEF"),
    )


@pytest.mark.parametrize(
    ("example", "shown"),
    [
        ("<https://w3id.org/selenograph/party/serbia>", "party/serbia"),
        ("<http://example.org/x>", "http://example.org/x"),
        ('"2024-06-01"^^xsd:date', "2024-06-01"),
        ("7", "7"),
        ('"words"', "words"),
        ("UNDEF", ""),
        ('"mot"@fr', "mot"),
        ('"a \\"b\\" c"', 'a "b" c'),
    ],
)
def test_an_example_is_shown_as_people_type_it(example, shown):
    assert Parameter("x", "string", "", example).shown == shown


# Values


def test_without_values_the_text_is_the_file_as_it_stands(kinds, empty):
    assert kinds.with_values({}) == KINDS
    assert answered(empty, kinds.with_values({})) == EXAMPLES


def test_values_take_the_place_of_the_examples(kinds, empty):
    values = {"thing": "party/belarus", "on": "2023-10-23", "number": "-12", "text": "x y",
              "other": "http://example.org/é?a=b#c"}  # fmt: skip
    assert answered(empty, kinds.with_values(values)) == {
        **values,
        "thing": names.BASE + "party/belarus",
    }


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_is_not_given_keeps_its_example(kinds, empty, name):
    value = {"thing": "a:a", "on": "2000-01-01", "number": "1", "text": "t", "other": "b:b"}[name]
    found = answered(empty, kinds.with_values({name: value}))
    assert found == {**EXAMPLES, name: value}


def test_an_iri_is_given_in_full_or_as_a_path(kinds):
    assert kinds.with_values({"thing": "party/belarus"}) == kinds.with_values(
        {"thing": names.BASE + "party/belarus"}
    )


def test_an_empty_value_leaves_open_what_the_example_leaves_open(kinds, empty):
    found = answered(empty, kinds.with_values({"other": "", "number": "1"}))
    assert found == {**EXAMPLES, "number": "1"}


def test_an_integer_keeps_its_value_and_a_string_every_character(kinds, empty):
    text = "a\\b\"c'\n\r\t$1 \\1 \\g<0> é月🌙 } # SERVICE"
    found = answered(empty, kinds.with_values({"number": "+007", "text": text}))
    assert found == {**EXAMPLES, "number": "7", "text": text}


@settings(max_examples=60, deadline=None, database=None, derandomize=True)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30))
def test_any_string_stays_one_string(text):
    stored = StoredQuery("kinds", KINDS)
    found = answered(ox.Store(), stored.with_values({"text": text}))
    assert found == {**EXAMPLES, "text": text}


@settings(max_examples=100, deadline=None, database=None, derandomize=True)
@given(
    st.text(st.sampled_from("<>\"'{}()?$#\\ \n\x00:/.%[]@^|`aé-") | st.characters(), max_size=12)
)
def test_any_iri_stays_one_iri_or_is_refused(value):
    stored = StoredQuery("kinds", KINDS)
    try:
        text = stored.with_values({"thing": value})
    except BadParameter:
        return
    found = answered(ox.Store(), text)
    assert found["thing"] in (value, names.BASE + value)
    assert found == {**EXAMPLES, "thing": found["thing"]}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("thing", "a b"),
        ("thing", "<a:a>"),
        ("thing", "a:a> <b:b"),
        ("thing", "a:\\u003E"),
        ("thing", ""),
        ("thing", "http://["),
        ("thing", "a:%"),
        ("thing", "a:\x00"),
        ("on", "today"),
        ("on", "2024-06"),
        ("on", "2024"),
        ("on", "2024-02-30"),
        ("on", "2024-06-01/2024-06-02"),
        ("on", "2024-06-01/2024-06-01T"),
        ("on", "2024-06-01?"),
        ("on", ""),
        ("number", ""),
        ("number", "seven"),
        ("number", "1.5"),
        ("number", "1e3"),
        ("number", "0x10"),
        ("number", "1 2"),
        ("number", "1)"),
        ("number", "7\n"),
        ("number", "1_000"),
        ("number", "٣ "),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_with_query_name_and_value(kinds, name, value):
    with pytest.raises(BadParameter) as caught:
        kinds.with_values({name: value})
    assert (caught.value.query, caught.value.name, caught.value.status) == ("kinds", name, 400)
    assert f'"{value}"' in caught.value.why


def test_a_number_beyond_what_python_prints_is_refused(kinds):
    # int() refuses to read more than 4300 digits, with a message about sys.set_int_max_str_digits.
    with pytest.raises(BadParameter) as caught:
        kinds.with_values({"number": "9" * 5000})
    assert "set_int_max_str_digits" not in caught.value.why


def test_an_unknown_parameter_is_refused_with_those_that_there_are(kinds):
    with pytest.raises(BadParameter) as caught:
        kinds.with_values({"thing": "a:a", "day": "x"})
    assert (caught.value.query, caught.value.name) == ("kinds", "day")
    assert caught.value.why == ("it is not known. The query takes thing, on, number, text, other.")


def test_a_query_without_parameters_takes_none():
    with pytest.raises(BadParameter) as caught:
        StoredQuery("x", "#+ summary: Is it?\nASK {}").with_values({"day": "x"})
    assert caught.value.why == "it is not known. The query takes none."


def test_a_second_values_row_is_left_as_it_is(empty):
    text = (
        "#+ summary: x\n#+ parameters: {a: {type: integer, about: x}}\n"
        "SELECT ?a ?b { VALUES (?a) { (1) } VALUES (?b) { (2) } }"
    )
    assert answered(empty, StoredQuery("x", text).with_values({"a": "5"})) == {"a": "5", "b": "2"}


# The packaged queries


def test_a_query_is_found_by_its_name():
    assert query.named("sources") == query.stored()["sources"]
    assert list(query.stored()) == sorted(query.stored())


def test_an_unknown_name_is_refused_with_those_that_there_are():
    with pytest.raises(Unknown, match="There is no stored query nothing. There are: acts-of-party"):
        query.named("nothing")


@pytest.mark.parametrize("name", ["", "../queries/sources", "sources.rq", "SOURCES"])
def test_a_name_is_no_path(name):
    with pytest.raises(Unknown) as caught:
        query.named(name)
    assert caught.value.status == 404


# Running


@pytest.mark.parametrize(
    "text",
    ["", "SELECT", "ASK {", "nonsense", "SELECT ?x", "ASK { ?s }", "ASK { nowhere:x ?p ?o }",
     "INSERT DATA { <a:a> <a:b> 1 }", "DELETE WHERE { ?s ?p ?o }", "CLEAR ALL",
     "LOAD <http://127.0.0.1:1/>", "DROP ALL", "ASK {} ; CLEAR ALL", "ASK {}\x00"],
)  # fmt: skip
def test_what_is_no_query_is_refused(empty, text):
    with pytest.raises(BadQuery) as caught:
        query.run(empty, text)
    assert str(caught.value).startswith("The query cannot be read: error at ")
    assert isinstance(caught.value.__cause__, SyntaxError)


def test_service_is_refused_before_the_text_is_read(empty):
    with pytest.raises(Forbidden) as caught:
        query.run(empty, "SERVICE nonsense {")
    assert caught.value.status == 403


@pytest.mark.parametrize("graphs", [["not an iri"], [""], ["<a:a>"], ["relative"]])
def test_a_graph_that_is_no_iri_is_refused(empty, graphs):
    for given_graphs in ({"default_graphs": graphs}, {"named_graphs": graphs}):
        with pytest.raises(BadQuery):
            query.run(empty, "ASK {}", **given_graphs)


def test_the_prefixes_and_the_base_of_the_project_are_known(empty):
    found = answered(empty, "SELECT (sg:date AS ?a) (<party/serbia> AS ?b) {}")
    assert found == {"a": names.SG + "date", "b": names.BASE + "party/serbia"}


def test_a_prefix_of_the_query_wins(empty):
    found = answered(empty, "PREFIX sg: <http://example.org/> SELECT (sg:date AS ?a) {}")
    assert found == {"a": "http://example.org/date"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SELECT * {}", ox.QuerySolutions),
        ("ASK {}", ox.QueryBoolean),
        ("CONSTRUCT {} WHERE {}", ox.QueryTriples),
        ("DESCRIBE <a:a>", ox.QueryTriples),
    ],
)
def test_each_form_of_query_has_its_kind_of_answer(empty, text, kind):
    assert isinstance(query.run(empty, text), kind)


@pytest.fixture(scope="module")
def graphs():
    """A store with one statement in the default graph and one in each of two others."""
    store = ox.Store()
    for place in (ox.DefaultGraph(), ox.NamedNode("a:g"), ox.NamedNode("a:h")):
        value = ox.Literal(getattr(place, "value", "default"))
        store.add(ox.Quad(ox.NamedNode("a:s"), ox.NamedNode("a:p"), value, place))
    return store


@pytest.mark.parametrize(
    ("default", "named", "expected"),
    [
        (None, None, (["default"], ["a:g", "a:h"])),
        ([], [], (["default"], ["a:g", "a:h"])),
        (["a:g"], None, (["a:g"], [])),
        (["a:g", "a:h"], None, (["a:g", "a:h"], [])),
        (None, ["a:g"], ([], ["a:g"])),
        (["a:g"], ["a:h"], (["a:g"], ["a:h"])),
    ],
)
def test_graphs_of_the_request_make_the_whole_dataset(graphs, default, named, expected):
    # https://www.w3.org/TR/sparql11-protocol/#dataset
    found = tuple(
        sorted(row["o"].value for row in query.run(graphs, text, default, named))
        for text in ("SELECT ?o { ?s ?p ?o }", "SELECT ?o { GRAPH ?g { ?s ?p ?o } }")
    )
    assert found == expected


def test_graphs_of_the_request_take_the_place_of_from(graphs):
    text = "SELECT ?o FROM <a:h> { ?s ?p ?o }"
    assert [row["o"].value for row in query.run(graphs, text)] == ["a:h"]
    assert [row["o"].value for row in query.run(graphs, text, ["a:g"])] == ["a:g"]
