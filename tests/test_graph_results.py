"""Answers as tables and in the W3C's formats."""

import json
import subprocess
import sys
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from selenograph.graph import names, results
from selenograph.graph.errors import BadQuery

A, B = ox.NamedNode("http://example.org/a"), ox.NamedNode(names.SG + "date")
TRIPLES = [
    ox.Triple(
        A, B, ox.Literal("2024-05-09", datatype=ox.NamedNode(names.PREFIXES["xsd"] + "date"))
    ),
    ox.Triple(A, ox.NamedNode(names.PREFIXES["rdfs"] + "label"), ox.Literal("é", language="fr")),
    ox.Triple(ox.NamedNode(names.BASE + "party/serbia"), B, ox.BlankNode("x")),
]


def ask(text):
    return ox.Store().query(text)


@pytest.mark.parametrize("form", results.SOLUTION_FORMATS)
def test_rows_have_a_form_in_each_format(form):
    text = results.serialized(ask('SELECT ("a" AS ?x) {}'), form)
    assert text == {
        "json": b'{"head":{"vars":["x"]},"results":{"bindings":'
                b'[{"x":{"type":"literal","value":"a"}}]}}',
        "xml": b'<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head>'
               b'<variable name="x"/></head><results><result><binding name="x">'
               b"<literal>a</literal></binding></result></results></sparql>",
        "csv": b"x\r\na\r\n",
        "tsv": b'?x\n"a"\n',
    }[form]  # fmt: skip


def test_a_truth_value_has_a_form_as_json_and_xml_only():
    assert json.loads(results.serialized(ask("ASK {}"), "json")) == {"head": {}, "boolean": True}
    assert b"<boolean>true</boolean>" in results.serialized(ask("ASK {}"), "xml")
    for form in ("csv", "tsv"):
        with pytest.raises(BadQuery, match="A yes or no has no form as CSV or TSV"):
            results.serialized(ask("ASK {}"), form)


def test_a_carriage_return_survives_in_xml():
    text = results.serialized(ask('SELECT ("a\\rb\\r\\nc" AS ?x) {}'), "xml")
    root = ElementTree.fromstring(text)
    assert root.findtext(".//{*}literal") == "a\rb\r\nc"


def test_turtle_declares_the_prefixes_used_in_order_and_no_other():
    assert results.statements(TRIPLES, "ttl").decode() == (
        "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@prefix sg: <https://w3id.org/selenograph/ontology/> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        '<http://example.org/a> rdfs:label "é"@fr ;\n'
        '\tsg:date "2024-05-09"^^xsd:date .\n'
        "<https://w3id.org/selenograph/party/serbia> sg:date _:x .\n"
    )


@pytest.mark.parametrize("form", results.GRAPH_FORMATS)
def test_the_order_of_triples_given_does_not_show(form):
    assert results.statements(TRIPLES, form) == results.statements(TRIPLES[::-1], form)


@pytest.mark.parametrize("form", results.GRAPH_FORMATS)
def test_the_same_graph_is_the_same_text_in_another_process(form):
    # As `selenograph` in another process, where hashes fall otherwise.
    code = f"""if True:
        import sys
        import pyoxigraph as ox
        from selenograph.graph import names, results
        triples = [
            ox.Triple(ox.NamedNode("a:a"), ox.NamedNode(namespace + "x"), ox.Literal("1"))
            for namespace in names.PREFIXES.values()
        ]
        sys.stdout.buffer.write(results.statements(triples, {form!r}))"""
    texts = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
        for _ in range(2)
    }
    assert len(texts) == 1


@pytest.mark.parametrize("form", results.GRAPH_FORMATS)
def test_an_empty_graph_has_a_form(form):
    text = results.statements([], form)
    assert list(ox.parse(text, format=results.GRAPH_FORMATS[form])) == []


@pytest.mark.parametrize("form", results.GRAPH_FORMATS)
def test_a_graph_is_read_back_as_it_was(form):
    text = results.statements(TRIPLES[:2], form)
    found = {quad.triple for quad in ox.parse(text, format=results.GRAPH_FORMATS[form])}
    assert found == set(TRIPLES[:2])


def test_a_prefix_that_only_a_datatype_uses_is_declared():
    typed = ox.Literal("x", datatype=ox.NamedNode(names.EDTF))
    assert b"@prefix edtf: " in results.statements([ox.Triple(A, A, typed)], "ttl")


def test_a_table_has_columns_and_rows_in_the_order_of_the_question():
    text = "SELECT ?b ?a { VALUES (?a ?b) { (1 <a:a>) (UNDEF 2) } }"
    columns, rows = results.table(ask(text))
    assert columns == ["b", "a"]
    assert rows == [
        (ox.NamedNode("a:a"), ox.Literal(1)),
        (ox.Literal(2), None),
    ]


@pytest.mark.parametrize(
    ("term", "shown"),
    [
        (None, ""),
        (ox.NamedNode(names.SG + "date"), "sg:date"),
        (ox.NamedNode(names.BASE + "party/serbia"), "party/serbia"),
        (ox.NamedNode(names.BASE), ""),
        (ox.NamedNode("http://example.org/"), "http://example.org/"),
        (ox.Literal("2024", datatype=ox.NamedNode("a:a")), "2024"),
        (ox.Literal("mot", language="fr"), "mot"),
        (ox.BlankNode("x"), "x"),
        (ox.Triple(A, A, ox.Literal("v")), '<http://example.org/a> <http://example.org/a> "v"'),
    ],
)
def test_a_term_is_shown_as_people_read_it(term, shown):
    assert results.shown(term) == shown
