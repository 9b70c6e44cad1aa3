"""The stored queries describe themselves in the graph, as editors ask for them."""

import re

import pyoxigraph as ox
import pytest
from rdflib import Literal
from rdflib.namespace import RDF, SH

from selenograph.graph import examples, names, query
from selenograph.graph.errors import BadQuery
from selenograph.graph.query import StoredQuery

STORED = query.stored()
OFFERED = """
SELECT DISTINCT ?executable ?about ?text WHERE {
  VALUES ?way { sh:select sh:ask sh:construct spex:describe }
  ?executable ?way ?text ; a sh:SPARQLExecutable ; rdfs:comment ?about .
} ORDER BY ?executable"""


@pytest.fixture(scope="module")
def offered(store):
    found = query.run(store, OFFERED)
    return {row["executable"].value.removeprefix(names.BASE + "query/"): row for row in found}


def test_every_stored_query_is_offered_with_its_question_in_english(offered):
    assert {name: (row["about"].value, row["about"].language) for name, row in offered.items()} == {
        name: (stored.summary, "en") for name, stored in STORED.items()
    }


@pytest.mark.parametrize("name", STORED)
def test_the_text_runs_anywhere_and_answers_as_the_stored_query_does(name, offered, store):
    text = offered[name]["text"].value
    assert "#+" not in text
    form = ox.QueryResultsFormat.CSV
    # By the engine itself, which knows no prefix and no base.
    assert store.query(text).serialize(format=form) == query.run(
        store, STORED[name].text
    ).serialize(format=form)


def test_queries_are_found_by_their_words(store):
    text = """SELECT ?query ?tag {
      ?query a sh:SPARQLExecutable ; schema:target <sparql> ; schema:keywords ?tag
    }"""
    assert {(row["query"].value, row["tag"].value) for row in query.run(store, text)} == {
        (f"{names.BASE}query/{name}", tag)
        for name, stored in STORED.items()
        for tag in stored.header["tags"]
    }


@pytest.mark.parametrize("name", STORED)
def test_the_description_is_that_of_the_header(name, store):
    text = f"SELECT ?text {{ <query/{name}> dcterms:description ?text }}"
    told = [row["text"].value for row in query.run(store, text)]
    assert told == [d for d in [STORED[name].header.get("description")] if d]


@pytest.mark.parametrize("name", STORED)
def test_every_prefix_of_a_text_is_declared_where_it_says(name, offered, store):
    declared = f"""SELECT ?prefix ?space {{
      <query/{name}> sh:prefixes/sh:declare [ sh:prefix ?prefix ; sh:namespace ?space ]
    }}"""
    known = {(row["prefix"].value, row["space"].value) for row in query.run(store, declared)}
    used = re.findall(r"^PREFIX (\S*): <(\S*)>$", offered[name]["text"].value, re.MULTILINE)
    assert used
    assert set(used) <= known


@pytest.mark.parametrize(
    ("form", "kind", "property_"),
    [
        ("SELECT ?act", SH.SPARQLSelectExecutable, SH.select),
        ("ASK", SH.SPARQLAskExecutable, SH.ask),
        ("CONSTRUCT { ?act a sg:Act } WHERE", SH.SPARQLConstructExecutable, SH.construct),
        ("DESCRIBE ?act", SH.SPARQLExecutable, names.SPEX.describe),
    ],
)
def test_each_form_of_query_has_its_property(form, kind, property_):
    text = f"PREFIX sg: <{names.SG}>\n{form} {{ ?act sg:party ?party }}\n"
    graph = examples.described(StoredQuery("asked", f"#+ summary: Who?\n{text}"))
    asked = names.iri("query/asked")
    assert set(graph.objects(asked, property_)) == {Literal(text)}
    assert set(graph.objects(asked, RDF.type)) == {SH.SPARQLExecutable, kind}


def test_a_file_that_asks_nothing_is_told_by_its_name():
    with pytest.raises(BadQuery, match="empty"):
        examples.described(StoredQuery("empty", "#+ summary: What?\n"))
