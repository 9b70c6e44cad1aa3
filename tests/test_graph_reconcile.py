"""One answer from many testimonies: by ruling, kind of source, independence, precision."""

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, XSD

from selenograph.graph import corpus as corpora
from selenograph.graph import names, reconcile
from selenograph.graph.names import SG, iri

ACT = iri("act/x/y/signature")
PROLOGUE = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
@prefix sg: <https://w3id.org/selenograph/ontology/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://w3id.org/selenograph/> .
"""
REFERENCE = "<act/x/y/signature> a sg:Act . <party/p> a sg:State ."


def graph(text):
    return Graph().parse(data=PROLOGUE + text, format="turtle", publicID=names.BASE)


def day(text, kind=XSD.date):
    return Literal(text, datatype=kind)


def source(name, body, kind="news", issued="2024-01-01", publisher=None):
    head = (
        f"<source/{name}> a sg:Source ; sg:kind <source-kind/{kind}> ;"
        f' dcterms:issued "{issued}"^^xsd:date ; dcterms:publisher <party/{publisher or name}> .\n'
    )
    return iri(f"source/{name}"), graph(head + body)


def dated(name, text, **about):
    kind = {4: "gYear", 7: "gYearMonth", 10: "date"}[len(text)]
    return source(name, f'<act/x/y/signature> sg:date "{text}"^^xsd:{kind} .', **about)


@pytest.fixture(scope="module")
def vocabulary():
    return corpora.load().vocabulary


@pytest.fixture
def record(vocabulary):
    def make(*sources, reference=""):
        return reconcile.record(vocabulary, graph(REFERENCE + reference), dict(sources))

    return make


def disagreements(made):
    return list(made.subjects(RDF.type, SG.Disagreement))


def decided(made):
    return names.path(str(made.value(disagreements(made)[0], SG.decidedBy)))


def test_a_finer_date_refines_a_coarser_one_without_disagreement(record):
    made = record(dated("a", "2023"), dated("b", "2023-10-23"), dated("c", "2023-10"))
    assert list(made.objects(ACT, SG.date)) == [day("2023-10-23")]
    assert not disagreements(made)


def test_a_date_has_the_bounds_of_its_precision(record):
    made = record(dated("a", "2024-02"))
    assert made.value(ACT, SG.earliest) == day("2024-02-01")
    assert made.value(ACT, SG.latest) == day("2024-02-29")


def test_dates_that_cannot_both_be_true_disagree_and_both_are_kept(record):
    made = record(dated("a", "2023-07-17"), dated("b", "2023-07-18"))
    (found,) = disagreements(made)
    assert found == iri("disagreement/act/x/y/signature/date")
    assert made.value(found, SG.about) == ACT
    assert made.value(found, SG.property) == SG.date
    values = {made.value(place, SG.value) for place in made.objects(found, SG.alternative)}
    assert values == {day("2023-07-17"), day("2023-07-18")}
    sources = {made.value(place, SG.testifiedBy) for place in made.objects(found, SG.alternative)}
    assert sources == {iri("source/a"), iri("source/b")}
    assert made.value(found, SG.kind) == iri("disagreement-kind/unexplained")


def test_the_weightier_kind_of_source_wins(record):
    made = record(
        dated("a", "2023-07-17"), dated("b", "2023-07-17"),
        dated("z", "2023-07-18", kind="official-record"),
    )  # fmt: skip
    assert list(made.objects(ACT, SG.date)) == [day("2023-07-18")]
    assert decided(made) == "decision/kind-of-source"


def test_more_independent_sources_win_among_equals(record):
    made = record(dated("a", "2023-07-17"), dated("b", "2023-07-18"), dated("c", "2023-07-18"))
    assert list(made.objects(ACT, SG.date)) == [day("2023-07-18")]
    assert decided(made) == "decision/independent-sources"


def test_a_document_that_relays_another_is_no_second_witness(record):
    relay = "<source/c> sg:relays <source/b> ."
    b, c = dated("b", "2023-07-18"), dated("c", "2023-07-18")
    made = record(dated("a", "2023-07-17"), b, (c[0], c[1] + graph(relay)))
    counts = {
        made.value(place, SG.value): made.value(place, SG.independentSources).toPython()
        for place in made.objects(disagreements(made)[0], SG.alternative)
    }
    assert counts == {day("2023-07-17"): 1, day("2023-07-18"): 1}
    assert decided(made) == "decision/tie"


def test_a_chain_of_relays_leads_to_its_root(record):
    said = "<act/x/y/signature> sg:party <party/p> ."
    sources = [
        source(name, f"{said} <source/{name}> sg:relays <source/{to}> .")
        for name, to in (("a", "b"), ("b", "c"), ("d", "c"))
    ]  # fmt: skip
    made = record(*sources)
    assert made.value(ACT, SG.support) == iri("support/single-source")


def test_a_passage_relays_for_its_resource_alone(record):
    body = (
        "<act/x/y/signature> sg:party <party/p> . <source/b#p-1> a sg:Passage ;"
        " sg:supports <act/x/y/signature> ; sg:relays <source/a> ."
    )
    first = source("a", "<act/x/y/signature> sg:party <party/p> .")
    made = record(first, source("b", body))
    assert made.value(ACT, SG.support) == iri("support/single-source")
    elsewhere = source(
        "b", body.replace("sg:supports <act/x/y/signature>", "sg:supports <party/p>")
    )
    assert record(first, elsewhere).value(ACT, SG.support) == iri("support/corroborated")


def test_two_documents_of_one_publisher_are_one_voice(record):
    made = record(
        dated("a", "2023", publisher="same"), dated("b", "2023", publisher="same"),
    )  # fmt: skip
    assert made.value(ACT, SG.support) == iri("support/single-source")


def test_two_independent_sources_corroborate(record):
    assert record(dated("a", "2023"), dated("b", "2023")).value(ACT, SG.support) == iri(
        "support/corroborated"
    )


def test_notes_alone_confirm_nothing(record):
    notes = [dated(name, "2023", kind="unverified-note") for name in "ab"]
    assert record(*notes).value(ACT, SG.support) == iri("support/unconfirmed")
    with_news = record(*notes, dated("c", "2023"))
    assert with_news.value(ACT, SG.support) == iri("support/single-source")


def test_a_tie_is_taken_in_a_fixed_order_and_marked(record):
    one, two = dated("a", "2023-07-18"), dated("b", "2023-07-17")
    for sources in ((one, two), (two, one)):
        made = record(*sources)
        assert list(made.objects(ACT, SG.date)) == [day("2023-07-17")]
        assert decided(made) == "decision/tie"


def test_where_equally_good_sources_part_on_a_day_it_lies_between_all_of_theirs(record):
    told = [dated("a", "2024-07-03"), dated("b", "2024-07-03"), dated("c", "2024-07-05")]
    made = record(*told, dated("d", "2024-09-01", kind="dataset"))
    assert list(made.objects(ACT, SG.date)) == [day("2024-07-03")]
    assert made.value(ACT, SG.earliest) == day("2024-07-03")
    assert made.value(ACT, SG.latest) == day("2024-07-05")


def test_a_source_that_has_a_day_by_which_it_was_done_counts_by_that_day(record):
    made = record(
        source("a", '<act/x/y/signature> sg:date "[..2025-10-26]"^^edtf:EDTF .'),
        dated("b", "2025-10-27"),
    )
    assert made.value(ACT, SG.earliest) == day("2025-10-26")
    assert made.value(ACT, SG.latest) == day("2025-10-27")


def test_a_ruling_comes_first_and_explains(record):
    ruling = (
        "<ruling/x> a sg:Ruling ; sg:about <act/x/y/signature> ; sg:property sg:date ;"
        ' sg:chosen "2023-07-18"^^xsd:date ; sg:kind <disagreement-kind/time-zone> .'
    )
    made = record(
        dated("a", "2023-07-17", kind="official-record"), dated("b", "2023-07-18"),
        reference=ruling,
    )  # fmt: skip
    assert list(made.objects(ACT, SG.date)) == [day("2023-07-18")]
    assert decided(made) == "decision/ruling"
    (found,) = disagreements(made)
    assert made.value(found, SG.kind) == iri("disagreement-kind/time-zone")
    assert made.value(found, SG.ruling) == iri("ruling/x")


def test_a_ruling_stands_although_a_source_is_more_precise(record):
    ruling = (
        "<ruling/x> a sg:Ruling ; sg:about <act/x/y/signature> ; sg:property sg:date ;"
        ' sg:chosen "2023-07"^^xsd:gYearMonth .'
    )
    told = [dated("a", "2023-07"), dated("b", "2023-07-17"), dated("c", "2023-08-01")]
    made = record(*told, reference=ruling)
    assert list(made.objects(ACT, SG.date)) == [day("2023-07", XSD.gYearMonth)]
    assert decided(made) == "decision/ruling"


def test_a_ruling_may_choose_what_its_source_says_of_another_act(record):
    """The day of effect that a list of deposits has, for a consent that another source misdates."""
    ruling = (
        "<ruling/x> a sg:Ruling ; sg:about <act/x/y/signature> ; sg:property sg:date ;"
        ' sg:chosen "1993-01-01"^^xsd:date ; sg:testifiedBy <source/b> .'
    )
    made = record(dated("a", "1976-09-09"), source("b", ""), reference=ruling)
    assert list(made.objects(ACT, SG.date)) == [day("1993-01-01")]
    (found,) = disagreements(made)
    voices = {
        made.value(place, SG.value): set(made.objects(place, SG.testifiedBy))
        for place in made.objects(found, SG.alternative)
    }
    assert voices[day("1993-01-01")] == {iri("source/b")}


def party(name, *who, **about):
    told = ", ".join(f"<party/{one}>" for one in who)
    return source(name, f"<act/x/y/signature> sg:party {told} .", **about)


def test_a_ruling_on_what_may_all_hold_leaves_one_value_and_a_disagreement(record):
    """A headline says that the state signed, where a firm of it did."""
    ruling = (
        "<ruling/x> a sg:Ruling ; sg:about <act/x/y/signature> ; sg:property sg:party ;"
        " sg:kind <disagreement-kind/state-or-institution> ; sg:chosen <party/firm> ."
    )
    told = [party("a", "firm"), party("b", "state", kind="official-record")]
    assert set(record(*told).objects(ACT, SG.party)) == {iri("party/firm"), iri("party/state")}
    made = record(*told, reference=ruling)
    assert list(made.objects(ACT, SG.party)) == [iri("party/firm")]
    (found,) = disagreements(made)
    assert decided(made) == "decision/ruling"
    values = {made.value(place, SG.value) for place in made.objects(found, SG.alternative)}
    assert values == {iri("party/firm"), iri("party/state")}


def formed(name, form, **about):
    return source(name, f"<agreement/x> sg:instrument <instrument/{form}> .", **about)


def test_a_wider_form_or_place_is_less_precise_and_no_disagreement(record):
    made = record(
        formed("a", "memorandum", kind="official-record"),
        formed("b", "memorandum-of-understanding"),
        source("c", "<act/x/y/signature> sg:place <place/town> ."),
        source("d", "<act/x/y/signature> sg:place <place/land> ."),
        reference="<place/town> sg:partOf <place/shire> . <place/shire> sg:partOf <place/land> .",
    )
    form = made.value(iri("agreement/x"), SG.instrument)
    assert form == iri("instrument/memorandum-of-understanding")
    assert list(made.objects(ACT, SG.place)) == [iri("place/town")]
    assert not disagreements(made)


def test_who_is_less_precise_is_a_witness_of_the_value_that_fits(record):
    made = record(
        formed("a", "agreement"), formed("b", "memorandum"), formed("c", "memorandum"),
        formed("d", "memorandum-of-understanding"),
    )  # fmt: skip
    form = made.value(iri("agreement/x"), SG.instrument)
    assert form == iri("instrument/memorandum-of-understanding")
    assert decided(made) == "decision/independent-sources"


def test_who_is_too_vague_to_decide_is_no_witness_of_either_value(record):
    made = record(
        dated("a", "2023", kind="official-record"),
        dated("b", "2023-07-17"), dated("z", "2023-07-18", kind="agency"),
    )  # fmt: skip
    assert list(made.objects(ACT, SG.date)) == [day("2023-07-18")]
    assert decided(made) == "decision/kind-of-source"


def test_overlapping_intervals_are_no_disagreement(record):
    made = record(
        source("a", '<act/x/y/signature> sg:date "2023-10-01/2023-10-20"^^edtf:EDTF .'),
        source("b", '<act/x/y/signature> sg:date "2023-10-15/2023-10-30"^^edtf:EDTF .'),
    )
    assert not disagreements(made)


def test_of_what_changes_the_newest_source_counts(record):
    made = record(
        source("a", "<party/p> sg:stage <stage/being-set-up> .", issued="2024-05-01"),
        source("b", "<party/p> sg:stage <stage/intended> .", issued="2023-05-01"),
    )
    assert list(made.objects(iri("party/p"), SG.stage)) == [iri("stage/being-set-up")]
    assert not disagreements(made)


def test_of_what_may_all_hold_everything_is_taken(record):
    made = record(
        source("a", "<act/x/y/signature> sg:signatory <person/a> ."),
        source("b", "<act/x/y/signature> sg:signatory <person/b> ."),
    )
    assert set(made.objects(ACT, SG.signatory)) == {iri("person/a"), iri("person/b")}


def test_a_newer_observation_supersedes_an_older_one_of_the_same_measure(record):
    body = (
        "<source/{0}#n> a sg:Observation ; sg:about <party/p> ; sg:measure <measure/launch> ;"
        " sg:value {1} ."
    )
    made = record(
        source("a", body.format("a", 3), issued="2023-01-01"),
        source("b", body.format("b", 4), issued="2024-01-01"),
    )
    old, new = (URIRef(iri(f"source/{name}") + "#n") for name in "ab")
    assert made.value(old, SG.supersededBy) == new
    assert made.value(new, SG.supersededBy) is None


def test_a_source_describes_itself_whatever_others_say_of_it(record):
    other = '<source/a> dcterms:issued "1999-01-01"^^xsd:date .'
    made = record(dated("a", "2023"), source("b", other))
    from rdflib.namespace import DCTERMS

    assert list(made.objects(iri("source/a"), DCTERMS.issued)) == [day("2024-01-01")]
    assert not disagreements(made)


def test_the_reference_layer_names_what_a_thing_is(record):
    made = record(
        source("a", "<party/p> sg:country <party/q> ."),
        reference=" <party/p> sg:country <party/r> .",
    )
    assert (iri("party/p"), SG.country, iri("party/q")) not in made
    assert decided(made) == "decision/reference"
