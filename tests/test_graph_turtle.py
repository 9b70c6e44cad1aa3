"""Turtle is read with its lines and written in one style, without loss."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, RDFS, XSD

from selenograph.graph import names, turtle
from selenograph.graph.errors import NotTurtle, Unformattable
from selenograph.graph.names import SG

ROOT = Path(__file__).parents[1]
# Made from tables with a row for each state or organization, and read by search.
TABLES = {
    "acts", "organizations", "states", "2024-04-panarchic-ecolex", "2024-04-panarchic-huggo",
    "2026-07-internacia-space-treaties",
}  # fmt: skip
FILES = sorted(
    path for folder in ("ontology", "shapes", "graph") for path in (ROOT / folder).rglob("*.ttl")
)
TEXT = """\
@prefix sg: <https://w3id.org/selenograph/ontology/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@base <https://w3id.org/selenograph/> .

<party/a> a sg:State ;
    rdfs:label "A"@en ,
        "Ah"@fr ;
    sg:partOf [ a sg:Place ;
        rdfs:label "inner" ] ,
        <place/b> .

<party/b>
    a
    sg:State .
"""


@pytest.mark.parametrize(
    ("subject", "predicate", "value", "line"),
    [
        ("party/a", RDF.type, SG.State, 5),
        ("party/a", RDFS.label, Literal("A", lang="en"), 6),
        ("party/a", RDFS.label, Literal("Ah", lang="fr"), 7),
        ("party/a", SG.partOf, names.iri("place/b"), 10),
        ("party/b", RDF.type, SG.State, 14),
        ("party/b", RDFS.label, None, 12),
        ("party/c", None, None, 1),
    ],
)
def test_a_statement_is_found_on_its_line(subject, predicate, value, line):
    assert turtle.parse(TEXT, "x.ttl").line(names.iri(subject), predicate, value) == line


def test_lines_are_those_of_a_text_with_carriage_returns_too():
    document = turtle.parse(TEXT.replace("\n", "\r\n"), "x.ttl")
    assert document.line(names.iri("party/b"), RDF.type, SG.State) == 14


def test_a_string_over_several_lines_moves_the_lines_after_it():
    text = TEXT.replace('"Ah"@fr', '"""A\nh"""@fr')
    assert turtle.parse(text, "x.ttl").line(names.iri("party/b"), RDF.type, SG.State) == 15


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("<a> <b> .", 1, 9),
        ("@prefix sg: <x:> .\n\nsg:a sg:b nope:c .", 3, 11),
        ('<a> <b> "c', 1, 9),
    ],
)
def test_what_is_not_turtle_is_told_with_line_and_column(text, line, column):
    with pytest.raises(NotTurtle) as caught:
        turtle.parse(text, "x.ttl")
    assert (caught.value.path, caught.value.line, caught.value.column) == ("x.ttl", line, column)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ex:a ex:b ex:c .", "The prefix ex: has not been declared"),
        ("<a> <b> .", ". is not a valid RDF object"),
        ('<a> <b>\n"c', "Unexpected end of file"),
    ],
)
def test_what_is_not_turtle_is_told_with_the_words_of_the_parser(text, why):
    with pytest.raises(NotTurtle) as caught:
        turtle.parse(text, "x.ttl")
    assert caught.value.why == why


@pytest.mark.parametrize(
    "text",
    [
        "<a> <b> <c> .\n<< <a> <b> <c> >> <d> <e> .",
        "<a> <b> <c> .\n<a> <b> <<( <a> <b> <c> )>> .",
        '<a> <b> <c> .\nVERSION "1.2"',
        '<a> <b> <c> .\n<a> <b> "x"@ar--rtl .',
    ],
)
def test_what_is_new_in_turtle_1_2_is_refused_with_its_line(text):
    with pytest.raises(NotTurtle, match="x.ttl:2:1: .*Turtle 1.2"):
        turtle.parse(text, "x.ttl")


@pytest.mark.parametrize(
    ("value", "kind"), [("2024-13-01", XSD.date), ("yes", XSD.boolean), ("many", XSD.double)]
)
def test_a_value_that_is_none_of_its_datatype_makes_no_noise(value, kind, capfd):
    turtle.formatted(turtle.parse(f'<a> <b> "{value}"^^<{kind}>, 1 .', "x.ttl"))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_file_of_the_project_is_in_its_style(path):
    text = path.read_text("utf-8")
    assert turtle.formatted(turtle.parse(text, path.name)) == text, "run: make format"


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if path.stem not in TABLES],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_no_file_is_longer_than_it_reads_well(path):
    # Lists, of one entry after the other in the order of their names, may be longer than prose.
    lists = {"sources", "reference"} & {*path.parts}
    assert len(path.read_text("utf-8").splitlines()) <= (1500 if lists else 450)


def test_comments_stay_above_what_they_stood_above():
    base = "@base <https://w3id.org/selenograph/> ."
    text = f"# top\n{base}\n# of b\n<b> <p> 1 .\n# of a\n<a> <p> 2 .\n# end"
    formatted = turtle.formatted(turtle.parse(text, "x.ttl"))
    assert formatted == (
        "# top\n\n@base <https://w3id.org/selenograph/> .\n\n"
        "# of b\n<b> <p> 1 .\n\n# of a\n<a> <p> 2 .\n\n# end\n"
    )


def test_a_comment_within_a_statement_is_refused_and_not_lost():
    with pytest.raises(Unformattable) as caught:
        turtle.formatted(turtle.parse("<a> <p> 1 ; # why\n  <q> 2 .", "x.ttl"))
    assert caught.value.line == 1


def test_a_number_sign_in_a_string_or_an_iri_is_no_comment():
    text = '<a#b> <p> "# no", """#\nno""" .'
    assert turtle.formatted(turtle.parse(text, "x.ttl")).count("#") == 3


@pytest.mark.parametrize(
    "value",
    [
        '"2024-05-01Z"^^xsd:date',
        '"2024-05-01T00:00:00Z"^^xsd:dateTime',
        '"2024-05-01T24:00:00"^^xsd:dateTime',
        "011",
        "+5",
        "-0",
        "1.50",
        "-.5",
        "1E3",
        "true",
        '"1"^^xsd:boolean',
        '"TRUE"^^xsd:boolean',
        '"1."^^xsd:decimal',
        '"many"^^xsd:integer',
        '"INF"^^xsd:double',
        '"x"@en-GB',
        '"x"@zh-Hans',
    ],
)
def test_a_value_is_written_as_it_was(value):
    text = "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n" if "xsd:" in value else ""
    text += f"@base <{names.BASE}> .\n\n<a> <b> {value} .\n"
    assert turtle.formatted(turtle.parse(text, "x.ttl")) == text


@pytest.mark.parametrize(
    "text",
    [
        f"<{names.BASE}//e.org/x> <b> <c> .",
        f"<{names.BASE}a:b> <b> <c> .",
        f'<a> <b> "a  b"^^<{XSD.token}> .',
    ],
)
def test_what_would_come_back_as_something_else_is_refused(text):
    with pytest.raises(Unformattable, match="cannot be kept"):
        turtle.formatted(turtle.parse(text, "x.ttl"))


def test_lists_keep_their_order():
    text = "<a> <p> ( 3 1 2 ) ."
    assert "( 3 1 2 )" in turtle.formatted(turtle.parse(text, "x.ttl"))


IRIS = st.sampled_from(
    [names.iri("party/a"), names.iri("source/x#row-1"), SG.party, URIRef("http://e.org/é(1).")]
)
LITERALS = st.one_of(
    st.builds(Literal, st.text(st.characters(exclude_categories=("Cs", "Cc")))),
    st.builds(Literal, st.text("ab\"\\'\n\t#<>"), lang=st.just("en")),
    st.builds(Literal, st.integers()),
    st.just(Literal("2023-10", datatype=XSD.gYearMonth)),
)


@given(st.lists(st.tuples(IRIS, IRIS, st.one_of(IRIS, LITERALS)), max_size=8))
def test_formatting_loses_nothing_and_is_stable(triples):
    graph = Graph(bind_namespaces="none")
    for triple in triples:
        graph.add(triple)
    text = turtle.as_turtle(graph)
    again = turtle.parse(text, "x.ttl")
    assert isomorphic(again.graph, graph)
    assert turtle.formatted(again) == text


def test_blank_nodes_come_back():
    graph = Graph(bind_namespaces="none")
    inner = BNode()
    graph.add((names.iri("a"), SG.party, inner))
    graph.add((inner, RDF.type, SG.State))
    document = turtle.parse("<a> <p> [ <q> [ <r> 1 ] ] .\n[] <p> 2 .", "x.ttl")
    assert isomorphic(turtle.parse(turtle.formatted(document), "x.ttl").graph, document.graph)


@pytest.mark.parametrize(
    "text",
    [
        "_:b1 <x> _:b2 . _:b2 <y> _:b1 .",
        "_:b <x> _:b .",
        "_:a <z> _:b, _:c ; <y> _:c . _:c <x> _:a .",
        "<a> <p> _:y, _:x . <b> <p> _:y . _:x <q> 1 . _:y <q> 2 .",
        "_:y <q> 2 . <a> <p> _:y, [ <q> 3 ] .",
        "<a> <p> _:w . _:w rdf:first 0 ; rdf:rest _:x . _:x rdf:first 1 ; rdf:rest _:x .",
        "_:x rdf:first 1 ; rdf:rest _:y . _:y rdf:first 2 ; rdf:rest _:x .",
        "<a> <p> ( 1 _:x ) . _:x <p> ( 2 ) .",
        "<a> <p> _:w . _:w rdf:first 0 ; rdf:rest _:x . <c> <p> _:x . _:x rdf:first 1 .",
        "<a> <p> _:w . _:w rdf:first 0 .",
    ],
)
def test_blank_nodes_that_lead_to_each_other_are_written_the_same_each_time(text):
    document = turtle.parse(f"@prefix rdf: <{RDF}> .\n{text}", "x.ttl")
    once = turtle.formatted(document)
    again = turtle.parse(once, "x.ttl")
    assert turtle.formatted(again) == once
    assert isomorphic(again.graph, document.graph)


def test_blank_nodes_of_two_files_stay_apart():
    one, other = (turtle.parse("_:b1 <x> <y> .", name).graph for name in ("a.ttl", "b.ttl"))
    assert set(one.subjects()) & set(other.subjects()) == set()


@pytest.mark.parametrize(
    "text",
    [
        '<a> <p> "1", "x"@en, 01, 1.0, 2.5E3, true, "nine"^^xsd:integer .',
        '<a> <p> "2024-05"^^xsd:gYearMonth, "a\\nb", [ <q> (1 2) ], _:a . _:a <p> <#x> .',
    ],
)
def test_what_is_read_without_lines_is_what_is_read_with_them(text):
    text = "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n" + text
    read, parsed = turtle.statements(text, "x.ttl"), turtle.parse(text, "x.ttl").graph
    assert isomorphic(read, parsed)


def test_a_blank_node_of_one_label_is_another_in_another_file():
    one, other = (turtle.statements("_:a <p> 1 .", path) for path in ("x.ttl", "y.ttl"))
    assert set(one.subjects()) != set(other.subjects())
