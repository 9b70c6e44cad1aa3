"""The closure draws what OWL 2 RL allows, keeps to itself, and stops at a contradiction."""

import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF

from selenograph.graph import corpus as corpora
from selenograph.graph import infer, names, turtle
from selenograph.graph.errors import Inconsistent
from selenograph.graph.names import SG, iri

HEAD = "@prefix sg: <https://w3id.org/selenograph/ontology/> .\n"


@pytest.fixture(scope="module")
def vocabulary():
    return corpora.load().vocabulary


@pytest.fixture
def closed(vocabulary):
    def close(text):
        document = turtle.parse(HEAD + text, "test.ttl")
        return infer.closure(vocabulary, document.graph, [document])

    return close


def test_who_acts_for_a_state_makes_the_state_the_party(closed):
    made = closed("<act/a> sg:signedBy <party/nasb> . <party/nasb> sg:actsFor <party/belarus> .")
    assert (iri("act/a"), SG.party, iri("party/belarus")) in made


def test_who_acts_for_no_state_makes_none_a_party(closed):
    made = closed("<act/a> sg:signedBy <party/u> . <party/u> sg:country <party/uae> .")
    assert not list(made.objects(iri("act/a"), SG.party))


def test_an_act_serves_the_programme_of_its_agreement(closed):
    made = closed("<act/a> sg:agreement <agreement/b> . <agreement/b> sg:programme <programme/c> .")
    assert (iri("act/a"), SG.programme, iri("programme/c")) in made


def test_nothing_is_inferred_that_was_stated_or_that_tells_nothing(closed, vocabulary):
    made = closed('<act/a> a sg:Ratification ; sg:ordinal 3 . <party/p> sg:isoAlpha2 "XX" .')
    assert (iri("act/a"), RDF.type, SG.ConsentToBeBound) in made
    assert (iri("act/a"), RDF.type, SG.Ratification) not in made
    for subject, predicate, value in made:
        assert isinstance(subject, URIRef)
        assert subject.startswith(names.BASE)
        assert not isinstance(value, BNode)
        assert predicate != OWL.sameAs
        assert value != OWL.Thing


@pytest.mark.parametrize(
    ("text", "axiom", "lines"),
    [
        (
            "<party/x> a sg:State .\n<party/x> a sg:Organization .",
            "Disjoint classes",
            ["test.ttl:2: party/x a sg:State", "test.ttl:3: party/x a sg:Organization"],
        ),
        (
            "<act/a> sg:follows <act/b> .\n<act/b> sg:follows <act/a> .",
            "asymmetric property sg:follows",
            ["test.ttl:2: act/a sg:follows act/b", "test.ttl:3: act/b sg:follows act/a"],
        ),
        (
            "<source/a> sg:relays <source/a> .",
            "Irreflexive property",
            ["test.ttl:2: source/a sg:relays source/a"],
        ),
        (
            "<party/x> sg:memberOf <party/e> .\n<party/x> sg:associateMemberOf <party/e> .",
            "disjoint properties",
            ["test.ttl:2: party/x sg:memberOf", "test.ttl:3: party/x sg:associateMemberOf"],
        ),
    ],
)
def test_a_contradiction_names_the_axiom_and_the_statements(closed, text, axiom, lines):
    with pytest.raises(Inconsistent) as caught:
        closed(text)
    message = str(caught.value)
    assert axiom in message
    for line in lines:
        assert line in message


def test_literals_never_become_subjects(closed):
    made = closed('<act/a> sg:ordinal 3 . <act/b> sg:ordinal 3 ; sg:date "2023" .')
    assert not [s for s in made.subjects() if isinstance(s, Literal)]


def test_the_given_graphs_are_left_as_they_were(vocabulary):
    statements = Graph().parse(data=HEAD + "<act/a> a sg:Launch .", format="turtle")
    before = len(vocabulary), len(statements)
    infer.closure(vocabulary, statements)
    assert (len(vocabulary), len(statements)) == before
