"""The ontology for people, and the words of schema.org."""

import json

import pyoxigraph as ox
import pytest

from selenograph.graph import describe, names, schema_org, terms
from selenograph.graph.labels import Labels


@pytest.fixture(scope="module")
def labels(store):
    return Labels(store)


@pytest.fixture(scope="module")
def ontology(labels):
    return terms.ontology(labels)


def test_every_term_is_documented_once(ontology, corpus):
    listed = [term.named.iri for term in ontology.every_class]
    listed += [term.named.iri for found in ontology.properties.values() for term in found]
    assert sorted(listed) == sorted(str(term) for term in corpus.terms if str(term) != names.SG)


def test_classes_stand_below_the_ones_of_which_they_are_a_part(ontology):
    roots = {term.short: term for term in ontology.classes}
    assert {term.short for term in roots["sg:Party"].lower} == {"sg:Organization", "sg:State"}
    assert "sg:State" not in roots
    consent = next(t for t in roots["sg:Act"].lower if t.short == "sg:ConsentToBeBound")
    assert "sg:Ratification" in {term.short for term in consent.lower}
    assert "sg:Ratification" not in {term.short for term in roots["sg:Act"].lower}


def test_a_term_comes_with_its_meaning_its_use_and_what_shapes_demand(labels):
    date = terms.term(labels, ox.NamedNode(names.SG + "date"))
    assert date.definition.startswith("tells ")
    assert [named.label for named in date.domains] == ["act"]
    assert date.uses == len(
        list(labels.store.quads_for_pattern(None, date.named.term, None, ox.DefaultGraph()))
    )
    assert len(date.samples) == 1
    assert date.messages
    act = terms.term(labels, ox.NamedNode(names.SG + "Act"))
    assert set(date.messages) <= set(act.messages)


def test_a_class_is_a_box_with_what_is_said_of_it(ontology):
    boxes = {of.short: {one.short for one in said} for of, said in ontology.boxes}
    assert {"sg:party", "sg:agreement", "sg:date"} <= boxes["sg:Act"]
    assert "sg:signedBy" in boxes["sg:Signature"]
    assert "sg:signedBy" not in boxes["sg:Act"]
    assert all(boxes.values())


def test_shapes_tell_what_they_demand_of_each_class(labels, corpus):
    found = {shape.named.label: shape for shape in terms.shapes(labels)}
    act = found["sgs:Act"]
    assert act.target.iri == names.SG + "Act"
    (date,) = (one for one in act.demands if one[0].label == "sgs:Act-date")
    assert date[1].startswith("An act has one sg:date")
    assert date[2] == "violation"
    assert "warning" in {weight for shape in found.values() for *_, weight in shape.demands}


def test_only_classes_and_properties_of_ours_are_terms(labels):
    def is_term(iri):
        return terms.is_term(labels, ox.NamedNode(iri))

    assert is_term(names.SG + "Act")
    assert is_term(names.SG + "value")
    assert not is_term(names.SG)
    assert not is_term(names.BASE + "party/serbia")
    assert not is_term(names.PREFIXES["prov"] + "Agent")


def test_schemes_hold_their_concepts(ontology):
    (standing,) = (s for s in ontology.schemes if s.named.iri == names.BASE + "scheme/standing")
    assert "signatory" in [concept.label for concept, _ in standing.concepts]
    assert all(definition for _, definition in standing.concepts)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (
            "party/serbia",
            {"@type": "Country", "name": "Serbia", "sameAs": "http://www.wikidata.org/entity/Q403"},
        ),
        ("act/ilrs/serbia/signature", {"@type": "Event", "startDate": "2024-05"}),
        (
            "source/2024-05-spacenews-serbia-ilrs",
            {"@type": "CreativeWork", "datePublished": "2024-05", "publisher": "SpaceNews"},
        ),
        ("person/xi-jinping", {"@type": "Person", "name": "Xi Jinping"}),
        ("programme/ilrs", {"@type": "Project"}),
        ("ontology/Act", {"@type": "DefinedTerm", "name": "act"}),
        ("standing/party", {"@type": "DefinedTerm", "name": "party"}),
    ],
)
def test_search_engines_read_what_a_resource_is(labels, path, expected):
    found = describe.resource(labels, names.BASE + path)
    schema = schema_org.described(found, found.label)
    assert expected.items() <= schema.items()
    assert (schema["@id"], schema["@context"]) == (names.BASE + path, "https://schema.org")
    assert json.loads(json.dumps(schema)) == schema


def test_the_whole_is_a_data_set_with_its_dumps():
    found = schema_org.dataset()
    assert (found["@type"], len(found["distribution"])) == ("Dataset", 2)
