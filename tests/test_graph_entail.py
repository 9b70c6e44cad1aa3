"""The quick closure holds what owlrl infers, on the record and on anything else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import BNode, Graph, Literal
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS, XSD

from selenograph.graph import entail, infer, reconcile
from selenograph.graph.errors import Inconsistent
from selenograph.graph.names import iri

CLASSES = [iri(f"class/{number}") for number in range(4)]
PROPERTIES = [iri(f"property/{number}") for number in range(4)]
THINGS = [iri(f"thing/{number}") for number in range(4)]
LITERALS = [
    Literal("2024-05", datatype=XSD.gYearMonth), Literal("3", datatype=XSD.integer),
    Literal("three", datatype=XSD.integer), Literal("text"),
]  # fmt: skip


def triples(subjects, predicates, values):
    return st.tuples(*map(st.sampled_from, (subjects, predicates, values)))


AXIOMS = st.one_of(
    triples(CLASSES, [RDFS.subClassOf, OWL.equivalentClass, OWL.disjointWith], CLASSES),
    triples(
        PROPERTIES,
        [RDFS.subPropertyOf, OWL.equivalentProperty, OWL.inverseOf, OWL.propertyDisjointWith],
        [*PROPERTIES, RDFS.seeAlso],
    ),
    triples(PROPERTIES, [RDFS.domain, RDFS.range], [*CLASSES, XSD.integer, OWL.Thing]),
    triples(
        PROPERTIES,
        [RDF.type],
        [OWL.TransitiveProperty, OWL.SymmetricProperty, OWL.AsymmetricProperty,
         OWL.IrreflexiveProperty, OWL.ObjectProperty],
    ),
    triples(CLASSES, [RDF.type], [OWL.Class]),
)  # fmt: skip
# Those that owlrl has to draw by itself.
OTHER_AXIOMS = st.one_of(
    triples(PROPERTIES, [RDF.type], [OWL.FunctionalProperty, OWL.InverseFunctionalProperty]),
    triples(CLASSES, [RDFS.subClassOf], [OWL.Nothing]),
    triples(CLASSES, [OWL.complementOf], CLASSES),
    triples([XSD.integer], [RDFS.subClassOf], CLASSES),
    triples(THINGS, [OWL.sameAs], THINGS),
)
LISTS = st.tuples(
    st.sampled_from([OWL.propertyChainAxiom, OWL.members]),
    st.lists(st.integers(0, 3), min_size=1, max_size=3),
    st.sampled_from(PROPERTIES),
)
STATEMENTS = st.lists(
    st.one_of(
        triples(THINGS, PROPERTIES, THINGS),
        triples(THINGS, [RDF.type], [*CLASSES, OWL.Thing]),
        triples(THINGS, PROPERTIES, LITERALS),
    ),
    max_size=12,
)


def ontology(axioms, lists):
    graph = Graph()
    for axiom in axioms:
        graph.add(axiom)
    for relation, numbers, whole in lists:
        members = BNode()
        if relation == OWL.members:
            whole = BNode()
            graph.add((whole, RDF.type, OWL.AllDisjointClasses))
        listed = CLASSES if relation == OWL.members else PROPERTIES
        Collection(graph, members, [listed[number] for number in numbers])
        graph.add((whole, relation, members))
    return graph


def stated(triples):
    graph = Graph()
    for triple in triples:
        graph.add(triple)
    return graph


def outcome(vocabulary, statements):
    try:
        return set(infer.closure(vocabulary, statements))
    except Inconsistent as error:
        return str(error)


def by_owlrl(vocabulary, statements):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(entail, "simple", lambda axioms: False)
        return outcome(vocabulary, statements)


def test_the_closure_of_the_seeds_is_that_of_owlrl(seeds):
    record = reconcile.record(seeds.vocabulary, seeds.naming, seeds.testimony)
    found = outcome(seeds.vocabulary, seeds.naming + record)
    assert found == by_owlrl(seeds.vocabulary, seeds.naming + record)
    assert len(found) > 400


@settings(deadline=None)
@given(st.lists(AXIOMS, max_size=8), st.lists(LISTS, max_size=2), STATEMENTS)
def test_the_closure_of_anything_is_that_of_owlrl(axioms, lists, statements):
    vocabulary = ontology(axioms, lists)
    assert outcome(vocabulary, stated(statements)) == by_owlrl(vocabulary, stated(statements))


@settings(deadline=None)
@given(st.lists(AXIOMS, max_size=4), OTHER_AXIOMS, STATEMENTS)
def test_an_axiom_of_another_kind_is_left_to_owlrl(axioms, other, statements):
    vocabulary = ontology([*axioms, other], [])
    assert outcome(vocabulary, stated(statements)) == by_owlrl(vocabulary, stated(statements))


@settings(deadline=None)
@given(st.lists(AXIOMS, max_size=4), AXIOMS | OTHER_AXIOMS, STATEMENTS)
def test_an_axiom_among_the_statements_is_left_to_owlrl(axioms, other, statements):
    vocabulary = ontology(axioms, [])
    assert outcome(vocabulary, stated([*statements, other])) == by_owlrl(
        vocabulary, stated([*statements, other])
    )


def test_owlrl_is_given_the_ontology_alone(corpus, seeds, monkeypatch):
    given_ = []

    class Watched(infer.OWLRL_Semantics):
        def closure(self):
            given_.append(set(self.graph))
            super().closure()

    monkeypatch.setattr(infer, "OWLRL_Semantics", Watched)
    infer.closure(corpus.vocabulary, seeds.naming)
    (ontology_alone,) = given_
    assert ontology_alone <= set(corpus.vocabulary)
