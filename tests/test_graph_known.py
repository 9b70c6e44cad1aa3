"""Known on: what had been published by a day, and nothing that came later."""

from dataclasses import replace
from datetime import date

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.namespace import DCTERMS, RDF, SH, XSD

from selenograph.graph import (
    archivist,
    building,
    convert,
    known,
    names,
    query,
    reconcile,
    turtle,
)
from selenograph.graph.archivist import Archivist
from selenograph.graph.names import SG

FIRST = names.iri("source/2023-10-spacenews-belarus-ilrs")
SECOND = names.iri("source/2024-05-spacenews-serbia-ilrs")
ACT = names.iri("act/ilrs/belarus/signature")


@pytest.fixture(scope="module")
def graphs(built):
    return known.texts(built.open())


@pytest.fixture(scope="module")
def archive(graphs):
    return known.Archive.of(graphs)


@pytest.fixture(scope="module")
def kept(built):
    """The release of the first two sources as it could be known on a day, by that day."""
    keeper = Archivist(built)
    yield lambda day: keeper.release(date.fromisoformat(day)).open()
    keeper.close()


def rows(store, name, **values):
    found = query.run(store, query.named(name).with_values(values))
    return {tuple(term.value if term else None for term in row) for row in found}


def participants(store, on):
    return {row[1]: row[2] for row in rows(store, "participants", on=on)}


@pytest.mark.parametrize(
    ("day", "sources"),
    [
        ("2023-10-30", set()),
        # Of the first article only the month is documented, and so it counts from its end.
        ("2023-10-31", {FIRST}),
        ("2024-05-07", {FIRST}),
        ("2024-05-31", {FIRST, SECOND}),
    ],
)
def test_a_source_counts_from_the_last_day_on_which_it_may_have_appeared(archive, day, sources):
    assert set(archive.by(date.fromisoformat(day)).testimony) == sources


def test_a_source_without_a_date_is_never_known():
    assert known._counts_from(None) == date.max


def test_on_a_day_its_reader_knows_whom_the_first_article_names(kept):
    on = "2023-10-31"
    assert participants(kept(on), on)["Belarus"] == "party"
    assert "Serbia" not in participants(kept(on), on)


def test_the_reader_of_the_second_article_knows_of_serbia(kept):
    assert participants(kept("2024-05-31"), "2024-06-01")["Serbia"] == "party"
    assert participants(kept("2024-05-31"), "2024-06-01").keys() >= {"Belarus", "Nicaragua"}


def test_days_between_two_publications_are_one_record(built):
    keeper = Archivist(built)
    assert keeper.told_on(date(2024, 5, 1)) == keeper.told_on(date(2023, 10, 31))
    assert keeper.told_on(date(2023, 10, 30)) == date.min


def test_no_name_of_what_came_later_is_in_the_dump_of_a_day(kept):
    store = kept("2023-10-31")
    # The examples of stored queries are no statements.
    told = [q for q in store if q.graph_name != ox.NamedNode(names.EXAMPLES)]
    told = [q for q in told if q.predicate != ox.NamedNode(SH.select)]
    terms = {term for quad in told for term in (quad.subject, quad.object, quad.graph_name)}
    named = {term.value for term in terms if isinstance(term, ox.NamedNode)}
    assert str(FIRST) in named
    assert str(SECOND) not in named
    assert str(names.iri("act/ilrs/serbia/signature")) not in named


def test_what_is_known_is_what_a_release_of_these_sources_says(archive, seeds, kept):
    alone = replace(seeds, sources=tuple(s for s in seeds.sources if "belarus" in s.path))
    expected = building.layers(alone)[names.RECORD]
    store = kept("2023-10-31")
    quads = store.quads_for_pattern(None, None, None, ox.NamedNode(names.RECORD))
    told = set(convert.graph(quad.triple for quad in quads))
    # But for rulings, which may rest on later sources, and there is none on what the first says.
    assert told == set(expected)


def test_the_default_graph_of_a_day_is_the_union_of_what_answers(kept):
    store = kept("2023-10-31")
    whole = {q.triple for q in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
    parts = (names.ONTOLOGY, names.REFERENCE, names.RECORD, names.INFERRED, names.EXAMPLES)
    assert whole == {
        q.triple for part in parts
        for q in store.quads_for_pattern(None, None, None, ox.NamedNode(part))
    }  # fmt: skip


def source(number, day, belarus):
    """Return a source of a day that dates the signature of Belarus."""
    iri = names.iri(f"source/{day}-number-{number}")
    text = f"""
        @prefix dcterms: <http://purl.org/dc/terms/> .
        @prefix sg: <{SG}> .
        @prefix xsd: <{XSD}> .
        @base <{names.BASE}> .
        <{iri}> a sg:Source ; dcterms:publisher <party/reuters> ;
            dcterms:issued "{day}"^^xsd:date ; sg:kind <source-kind/news> .
        <{ACT}> sg:party <party/belarus> ; sg:programme <programme/ilrs> ;
            sg:date "{belarus}"^^xsd:date .
    """
    return iri, turtle.statements(text, "x.ttl")


DAYS = st.dates(date(2023, 1, 1), date(2025, 12, 31))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(DAYS, DAYS), max_size=5), DAYS)
def test_what_is_published_later_changes_no_earlier_day(archive, told, day):
    later = dict(source(number, *days) for number, days in enumerate(told))
    more = known.Archive(archive.vocabulary, archive.reference, {**archive.testimony, **later})
    fewer = {
        source: graph for source, graph in more.testimony.items()
        if known._counts_from(graph.value(source, DCTERMS.issued)) <= day
    }  # fmt: skip
    now, then = more.by(day), known.Archive(archive.vocabulary, archive.reference, fewer).by(day)
    assert set(now.reference) == set(then.reference)
    record = reconcile.record(now.vocabulary, now.reference, now.testimony)
    assert set(record) == set(reconcile.record(then.vocabulary, then.reference, then.testimony))
    assert not {s for s in record.objects(None, SG.testifiedBy)} - set(fewer)


def test_a_ruling_counts_when_the_sources_have_appeared_on_which_it_rests(archive):
    ruling = names.iri("ruling/of-the-test")
    iri, graph = source(1, date(2025, 3, 1), date(2023, 10, 24))
    reference = archive.reference + turtle.statements(
        f"""@prefix sg: <{SG}> . @prefix xsd: <{XSD}> .
        <{ruling}> a sg:Ruling ; sg:about <{ACT}> ; sg:property sg:date ;
            sg:chosen "2023-10-24"^^xsd:date ; sg:testifiedBy <{iri}> .""",
        "x.ttl",
    )
    more = known.Archive(archive.vocabulary, reference, {**archive.testimony, iri: graph})
    assert (ruling, RDF.type, SG.Ruling) not in more.by(date(2025, 2, 28)).reference
    assert (ruling, RDF.type, SG.Ruling) in more.by(date(2025, 3, 1)).reference


def test_only_so_many_days_are_kept(built, graphs, archive, monkeypatch, tmp_path):
    monkeypatch.setattr(archivist, "KEPT", 2)
    of = replace(built, folder=tmp_path)
    for year in (2020, 2021, 2022):
        archivist.make(archive, date(year, 1, 1), graphs, of)
    assert len(list((tmp_path / archivist.FOLDER).iterdir())) == 2
