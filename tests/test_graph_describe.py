"""What the graph holds of one resource."""

import pyoxigraph as ox
import pytest

from selenograph.graph import describe, names
from selenograph.graph.errors import Unknown
from selenograph.graph.labels import Labels
from selenograph.graph.witness import Witnesses

SERBIA = names.BASE + "act/ilrs/serbia/signature"
SOURCE = names.BASE + "source/2024-05-spacenews-serbia-ilrs"
TITLE = "Serbia becomes latest country to join China’s ILRS moon base project"


@pytest.fixture(scope="module")
def labels(store):
    return Labels(store)


@pytest.fixture(scope="module")
def signature(labels):
    return describe.resource(labels, SERBIA)


def fact(resource, name):
    (found,) = (f for f in resource.facts if f.property.iri == names.SG + name)
    return found


def test_a_resource_has_a_label_and_the_narrowest_kinds(signature):
    assert (signature.iri, signature.label) == (SERBIA, "Serbia joins the ILRS")
    assert [kind.label for kind in signature.kinds] == ["joining", "signature"]


def test_each_property_stands_in_one_group_and_is_no_label(signature):
    properties = [f.property.iri for f in signature.facts]
    assert len(properties) == len(set(properties)) > 10
    assert "rdfs:label" not in {names.short(iri) for iri in properties}
    groups = {group.title: [f.property.label for f in group.facts] for group in signature.groups}
    assert groups["When and where"][0] == "date"
    assert groups["Who"][:2] == ["party", "signed by"]
    assert {"earliest", "latest"} <= set(groups["Worked out, and in other vocabularies"])


def test_what_its_kinds_imply_is_told_among_what_is_worked_out(signature):
    group = signature.groups[-1]
    implied = {v.value.iri for f in group.facts if f.property.label == "kind" for v in f.values}
    assert group.title.startswith("Worked out")
    assert {names.SG + "Act", names.PREFIXES["prov"] + "Activity"} <= implied
    assert not implied & {kind.iri for kind in signature.kinds}


def test_what_is_said_twice_in_other_vocabularies_stands_apart(signature):
    (apart,) = (g for g in signature.groups if g.title.startswith("Worked out"))
    repeated = {"associated with", "date"}
    assert repeated <= {f.property.label for f in apart.facts}


def test_names_and_identifiers_are_no_facts(labels):
    state = describe.resource(labels, names.BASE + "party/serbia")
    named = {f.property.label: [v.label for v in f.values] for f in state.names}
    assert named["the same elsewhere"] == ["Wikidata Q403"]
    assert named["ISO 3166-1 alpha-3 code"] == ["SRB"]
    assert "塞尔维亚" in named["name"]
    assert not set(named) & {f.property.label for f in state.facts}


def test_a_fact_names_the_sources_that_give_it(signature):
    (value,) = fact(signature, "date").values
    assert value.value.label == "2024-05"
    cited = [(witness.source.iri, witness.label) for witness in value.witnesses]
    assert cited == [(SOURCE, "SpaceNews, 2024-05")]
    assert (value.support.label, value.layer) == ("single source", "")


def test_a_conclusion_names_the_layer_and_no_source(signature):
    (value,) = fact(signature, "earliest").values
    assert (value.label, value.witnesses, value.layer) == ("2024-05-01", [], "record")
    (superproperty,) = fact(signature, "performedBy").values
    assert (superproperty.witnesses, superproperty.layer) == ([], "inferred")
    assert superproperty.support is None


def test_passages_lead_to_the_words_in_the_source(signature):
    (witness,) = fact(signature, "date").values[0].witnesses
    assert witness.title == TITLE
    assert len(witness.places) > 1
    for place in witness.places:
        assert place.label.startswith("paragraph ")
        words = place.address.partition("#:~:text=")[2]
        assert words
        assert "-" not in words
        assert " " not in words


def test_the_sources_of_a_resource_are_those_that_testify_to_it(labels, signature):
    node = ox.NamedNode(SERBIA)
    assert signature.witnesses == Witnesses(labels).testifying(node)
    assert [witness.source.iri for witness in signature.witnesses] == [SOURCE]


def test_a_document_that_states_what_it_is_has_no_support(labels):
    source = describe.resource(labels, SOURCE)
    (value,) = fact(source, "kind").values
    assert (value.label, value.support) == ("news", None)
    assert value.witnesses


def test_a_source_has_the_size_of_its_graph(labels):
    graph = ox.NamedNode(SOURCE)
    held = len(list(labels.store.quads_for_pattern(None, None, None, graph)))
    found = describe.resource(labels, SOURCE)
    assert (found.label, found.size) == (TITLE, held)


def test_a_resource_that_is_only_mentioned_is_known(labels):
    # As an object; nothing else is said of it.
    iri = "http://www.wikidata.org/entity/Q403"
    assert describe.resource(labels, iri).facts == []
    (quad,) = describe.mentions(labels.store, iri)
    assert labels.named(quad.subject).label == "Serbia"


def test_a_shape_is_described_from_its_own_graph(labels):
    shape = names.SGS + "Act"
    assert describe.resource(labels, shape).facts
    assert describe.triples(labels.store, shape)


@pytest.mark.parametrize(
    "graph", ["ontology", "reference", "record", "inferred", "shapes", "examples", "void"]
)
def test_a_graph_is_shown_to_people_and_machines(labels, graph):
    iri = f"{names.BASE}graph/{graph}"
    held = list(labels.store.quads_for_pattern(None, None, None, ox.NamedNode(iri)))
    assert {quad.triple for quad in held} <= set(describe.triples(labels.store, iri))
    found = describe.resource(labels, iri)
    assert (found.iri, found.size) == (iri, len(held))


@pytest.mark.parametrize("iri", [names.BASE + "party/nobody", names.BASE + "party/", "urn:x", "x"])
def test_what_nothing_is_said_of_is_unknown(labels, iri):
    for ask in (
        lambda: describe.resource(labels, iri),
        lambda: describe.triples(labels.store, iri),
    ):
        with pytest.raises(Unknown, match="Nothing is said of") as caught:
            ask()
        assert iri in str(caught.value)


def test_triples_are_in_order_without_repetition(store):
    found = describe.triples(store, SOURCE)
    assert found == sorted(set(found), key=str)


def test_triples_hold_the_labels_of_what_is_mentioned(store):
    found = {str(triple) for triple in describe.triples(store, SERBIA)}
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    assert f'<{names.BASE}party/serbia> {label} "Serbia"@en' in found


# Where sources part: statements written here, since the two articles agree


A, B, C = (f"{names.BASE}source/2024-0{n}-{n}" for n in (1, 2, 3))
ACT = f"{names.BASE}act/x"
PARTED = f"""
<{ACT}> <{names.SG}date> "2024-01-01" . <{ACT}> a <{names.SG}Act> .
<{names.BASE}disagreement/x> a <{names.SG}Disagreement> ; <{names.SG}about> <{ACT}> ;
    <{names.SG}property> <{names.SG}date> ; <{names.SG}chosen> "2024-01-01" ;
    <{names.SG}decidedBy> <{names.BASE}decision/ruling> ;
    <{names.SG}ruling> <{names.BASE}ruling/x> ;
    <{names.SG}alternative> <{names.BASE}disagreement/x/1> , <{names.BASE}disagreement/x/2> .
<{names.BASE}disagreement/x/1> <{names.SG}value> "2024-01-02" ; <{names.SG}testifiedBy> <{B}> .
<{names.BASE}disagreement/x/2> <{names.SG}value> "2024-01-01" ; <{names.SG}testifiedBy> <{A}> .
<{names.BASE}ruling/x> <{names.SG}reason> "It was night." .
"""


@pytest.fixture(scope="module")
def parted():
    store = ox.Store()
    store.load(PARTED.encode(), format=ox.RdfFormat.TURTLE)
    for source, day in ((A, "2024-01-01"), (B, "2024-01-02"), (C, "2024")):
        said = f'<{ACT}> <{names.SG}date> "{day}" .'.encode()
        store.load(said, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(source))
    (found,) = describe.resource(Labels(store), ACT).facts
    return found


def test_positions_stand_side_by_side_and_the_one_followed_first(parted):
    held = [(p.value.label, p.chosen, [w.source.iri for w in p.value.witnesses])
            for p in parted.disagreement.positions]  # fmt: skip
    assert held == [("2024-01-01", True, [A]), ("2024-01-02", False, [B])]
    assert parted.disagreement.reason == "It was night."


def test_what_the_record_does_not_follow_is_told_too(parted):
    assert [value.label for value in parted.values] == ["2024-01-01"]
    assert [value.label for value in parted.others] == ["2024", "2024-01-02"]
