"""What the graph holds of one resource."""

import pyoxigraph as ox
import pytest
from rdflib import URIRef

from selenograph.graph import describe, names
from selenograph.graph.errors import BadParameter, Unknown

SERBIA = names.BASE + "act/ilrs/serbia/signature"
SOURCE = names.BASE + "source/2024-05-spacenews-serbia-ilrs"
TITLE = "Serbia becomes latest country to join China’s ILRS moon base project"


@pytest.fixture(scope="module")
def signature(store):
    return describe.resource(store, SERBIA)


def fact(resource, name):
    (found,) = (f for f in resource.facts if f.property.iri == names.SG + name)
    return found


def test_a_resource_has_a_label_kinds_and_facts_in_order(signature):
    assert (signature.iri, signature.label) == (SERBIA, "Serbia joins the ILRS")
    assert {"signature", "joining"} <= {kind.label for kind in signature.kinds}
    properties = [f.property.iri for f in signature.facts]
    assert properties == sorted(set(properties), key=lambda p: (names.SG not in p, p))
    assert not {"rdf:type", "rdfs:label"} & {names.short(iri) for iri in properties}


def test_a_fact_names_the_sources_that_give_it(signature):
    (value,) = fact(signature, "date").values
    assert value.value.label == "2024-05"
    cited = [(source.iri, source.label) for source in value.sources]
    assert cited == [(SOURCE, "SpaceNews, 2024-05")]


def test_a_conclusion_names_the_layer_and_no_source(signature):
    (value,) = fact(signature, "earliest").values
    assert (value.label, value.sources, value.layer) == ("2024-05-01", [], "record")
    (superproperty,) = fact(signature, "performedBy").values
    assert (superproperty.sources, superproperty.layer) == ([], "inferred")


def test_passages_lead_to_the_words_in_the_source(signature):
    assert len(signature.passages) > 1
    for passage in signature.passages:
        assert passage.source.iri == SOURCE
        assert passage.paragraph
        words = passage.address.partition("#:~:text=")[2]
        assert words
        assert "-" not in words
        assert " " not in words


def test_a_source_is_shown_with_its_statements(store):
    found = describe.resource(store, SOURCE)
    assert found.label == TITLE
    graph = ox.NamedNode(SOURCE)
    assert len(found.statements) == len(list(store.quads_for_pattern(None, None, None, graph)))


def test_another_resource_has_no_statements_of_its_own(signature):
    assert signature.statements == []


def test_a_resource_that_is_only_mentioned_is_known(store):
    # As an object; nothing else is said of it.
    mentioned = describe.resource(store, "http://www.wikidata.org/entity/Q403")
    assert mentioned.facts == []
    assert [subject.label for subject, _ in mentioned.incoming] == ["Serbia"]


def test_a_shape_is_described_from_its_own_graph(store):
    shape = names.SGS + "Act"
    assert describe.resource(store, shape).facts
    assert describe.triples(store, shape)


@pytest.mark.parametrize(
    "graph", ["ontology", "reference", "record", "inferred", "shapes", "examples", "void"]
)
def test_a_graph_is_shown_to_people_and_machines(store, graph):
    iri = f"{names.BASE}graph/{graph}"
    held = list(store.quads_for_pattern(None, None, None, ox.NamedNode(iri)))
    assert {quad.triple for quad in held} <= set(describe.triples(store, iri))
    assert describe.resource(store, iri).iri == iri


@pytest.mark.parametrize("iri", [names.BASE + "party/nobody", names.BASE + "party/", "urn:x"])
def test_what_nothing_is_said_of_is_unknown(store, iri):
    for ask in (describe.resource, describe.triples):
        with pytest.raises(Unknown, match="Nothing is said of") as caught:
            ask(store, iri)
        assert iri in str(caught.value)


def test_triples_are_in_order_without_repetition(store):
    found = describe.triples(store, SOURCE)
    assert found == sorted(set(found), key=str)


def test_triples_hold_the_labels_of_what_is_mentioned(store):
    found = {str(triple) for triple in describe.triples(store, SERBIA)}
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    assert f'<{names.BASE}party/serbia> {label} "Serbia"@en' in found


@pytest.mark.parametrize(
    ("term", "label"),
    [
        (ox.NamedNode(SOURCE), TITLE),
        (ox.NamedNode(names.BASE + "party/serbia"), "Serbia"),
        (ox.NamedNode(names.PREFIXES["prov"] + "Nothing"), "prov:Nothing"),
        (ox.NamedNode("urn:x"), "urn:x"),
        (ox.Literal("2024-05"), "2024-05"),
        (ox.BlankNode("x"), "x"),
    ],
)
def test_a_term_goes_by_title_label_or_short_form(store, term, label):
    assert describe.named(store, term).label == label


def test_only_an_iri_has_an_iri():
    assert describe.Named(ox.NamedNode("urn:x"), "x").iri == "urn:x"
    assert describe.Named(ox.Literal("urn:x"), "x").iri == ""


def test_every_participant_comes_with_its_sources(store):
    rows = describe.participants(store, "programme/ilrs", "2024-06-01")
    assert len(rows) > 10
    for row in rows:
        assert row["sources"]
    assert "Serbia" in [row["name"].value for row in rows]


def test_nobody_takes_part_in_a_programme_that_is_not_there(store):
    assert describe.participants(store, "programme/nothing", "2024-06-01") == []


def test_participants_of_no_day_are_refused(store):
    with pytest.raises(BadParameter) as caught:
        describe.participants(store, "programme/ilrs", "2024")
    assert caught.value.name == "on"


def test_terms_are_all_classes_and_properties_of_ours(store, corpus):
    found = describe.terms(store)
    listed = [resource.iri for resources in found.values() for resource in resources]
    assert sorted(listed) == sorted(str(term) for term in corpus.terms if term != URIRef(names.SG))
    for resources in found.values():
        assert [r.iri for r in resources] == sorted(r.iri for r in resources)
