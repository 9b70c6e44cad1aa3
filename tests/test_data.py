"""The data as a whole: its shapes, and how much the two seed articles hold."""

import pytest
from pyshacl import validate
from rdflib import RDF

from selenograph.graph import building, check, declared, names, reconcile
from selenograph.graph.names import SG

SEEDS = [
    names.iri("source/2023-10-spacenews-belarus-ilrs"),
    names.iri("source/2024-05-spacenews-serbia-ilrs"),
]
BOUNDS = {
    SG.Source: (2, 2),
    SG.Roster: (2, 2),
    SG.RosterEntry: (25, 25),
    SG.Passage: (39, 45),
    SG.Assessment: (25, 60),
    SG.NegativeFinding: (6, 12),
    SG.Observation: (5, 20),
    SG.Plan: (8, 20),
    SG.Office: (9, 15),
    SG.Signature: (4, 8),
    SG.Joining: (10, 14),
}

LISTS = ("official-record", "reference-work", "dataset")


@pytest.mark.parametrize("kind", BOUNDS, ids=str)
def test_the_seed_articles_hold_as_much_as_expected(kind, corpus):
    held = {s for seed in SEEDS for s in corpus.testimony[seed].subjects(RDF.type, kind)}
    low, high = BOUNDS[kind]
    assert low <= len(held) <= high


def test_the_record_of_the_seeds_conforms_to_the_shapes_by_the_library_alone(seeds):
    """Derived resources too: participations, bounds and support have shapes of their own."""
    graphs = building.layers(seeds)
    answers = graphs[names.RECORD] + graphs[names.REFERENCE] + graphs[names.ONTOLOGY]
    conforms, _, report = validate(answers, shacl_graph=check.shapes(), allow_warnings=True)
    assert conforms, report


def test_reconciling_leaves_the_testimony_as_it_is(corpus):
    before = {source: set(graph) for source, graph in corpus.testimony.items()}
    reconcile.record(corpus.vocabulary, corpus.naming, corpus.testimony)
    assert {source: set(graph) for source, graph in corpus.testimony.items()} == before


def test_no_name_of_ours_holds_a_date_but_those_of_sources(corpus):
    subjects = set(corpus.naming.subjects()) - set(corpus.naming.subjects(RDF.type, SG.Source))
    assert not [s for s in subjects if any(year in s for year in ("2020", "2023", "2024"))]


def test_an_act_is_named_in_the_file_of_its_agreement_programme_or_subject(corpus):
    for document in corpus.reference:
        for act in document.graph.subjects(RDF.type, SG.Act):
            assert document.path == declared.homes(act, corpus)[0]


def test_passages_quote_a_few_words_only(corpus):
    for graph in corpus.testimony.values():
        for ends in (SG.textStart, SG.textEnd):
            assert all(len(str(words).split()) <= 6 for words in graph.objects(None, ends))


def test_every_statement_of_a_source_stands_in_a_passage_of_it(corpus):
    """Each subject of a source is supported by one of its passages, or describes the source.

    A list that is taken whole, row by row, has no passages: it is prose that needs them.
    """
    lists = {names.iri(f"source-kind/{kind}") for kind in LISTS}
    for source, graph in corpus.testimony.items():
        if set(graph.objects(source, SG.kind)) & lists and (None, SG.supports, None) not in graph:
            continue
        supported = set(graph.objects(None, SG.supports))
        loose = {
            names.path(str(subject))
            for subject in graph.subjects(unique=True)
            if subject not in supported
            and (subject, RDF.type, SG.Passage) not in graph
            and (subject, RDF.type, SG.RosterEntry) not in graph
            and subject != source
            # Whose words the document passes on is said of it as a whole.
            and (source, SG.relays, subject) not in graph
        }
        assert not loose, source
