"""The record of all sources: what it answers to the questions that it was made for."""

from datetime import date

import pyoxigraph as ox
import pytest
from rdflib.namespace import RDF

from selenograph.graph import cite, names, release
from selenograph.graph.names import SG
from tests.test_queries import columns, rows


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The store of a release of all packaged files, which stay within their bounds."""
    return release.build(tmp_path_factory.mktemp("whole")).open()


def test_the_signatories_of_the_accords_stand_in_their_order(whole):
    found = columns(whole, "signatories-in-order", "name", "number", "chosen")
    names = list(dict.fromkeys(name for name, *_ in found))
    assert len(names) == 72
    assert (names[8], names[-1]) == ("Ukraine", "Djibouti")
    numbers = [int(number) for _, number, chosen in found if number and chosen == "true"]
    assert numbers[-2:] == [71, 72]
    assert sum(a > b for a, b in zip(numbers, numbers[1:], strict=False)) == 0


def test_germany_signed_on_two_days_by_two_clocks_and_the_record_follows_the_first(whole):
    found = columns(whole, "signatories-in-order", "name", "date", "chosen", "sources")
    germany = {day: (chosen, sources) for name, day, chosen, sources in found if name == "Germany"}
    assert germany["2023-09-14"][0] == "true"
    assert germany["2023-09-15"][0] == "false"
    assert all(sources.startswith("source/") for _, sources in germany.values())


def test_states_in_both_programmes_have_a_day_in_each(whole):
    found = {state: times for state, *times in columns(
        whole, "in-both", "state", "firstStanding", "firstSince", "secondSince"
    )}  # fmt: skip
    assert found["party/thailand"][0] == "party"
    assert found["party/thailand"][2] == "2024-12-16"
    assert found["party/senegal"] == ["party", "2024-09-05", "2025-07-24"]
    assert found["party/serbia"][2] == "2026-07-16"
    assert found["party/turkiye"][0] == "listed"
    assert found["party/united-arab-emirates"][0] == "listed"


def test_some_parties_to_the_moon_agreement_signed_the_accords(whole):
    agreements = {"first": "agreement/moon-agreement", "second": "agreement/artemis-accords"}
    found = dict(columns(whole, "in-both", "state", "firstStanding", **agreements))
    bound = {state for state, standing in found.items() if standing == "party"}
    assert {"party/australia", "party/mexico", "party/turkiye"} <= bound
    assert found["party/saudi-arabia"] == "withdrawn"
    assert found["party/france"] == "signatory"


def test_states_of_institutions_in_the_ilrs_need_not_be_in_it(whole):
    found = columns(whole, "institution-only-states", "state", "institution")
    assert ("party/united-arab-emirates", "party/university-of-sharjah") in found
    assert ("party/kenya", "party/kenya-advanced-institute") in found


def test_the_ilrs_has_parties_listed_and_asking_ones(whole):
    found = columns(whole, "participants", "party", "standing", "support", on="2026-11-01")
    standing = {party: told for party, told, _ in found}
    assert standing["party/kazakhstan"] == "party"
    assert all(support for *_, support in found)
    # What applied for on its own word is listed on the word of another: both stand, by their days.
    assert standing["party/turkiye"] == "listed"
    before = columns(whole, "participants", "party", "standing", "support", on="2024-05-01")
    assert ("party/turkiye", "applied", "corroborated") in before


def test_sources_that_disagree_on_a_day_are_shown_with_the_kind_of_the_ruling(whole):
    act = "act/artemis-accords/germany/signature"
    found = columns(whole, "disagreements", "value", "chosen", "rule", "kind", about=act)
    assert ("2023-09-14", "true", "ruling of a curator", "time zone") in found


def test_coverage_tells_of_both_programmes(whole):
    found = {row[0]: row for row in rows(whole, "coverage")}
    for programme in ("programme/ilrs", "programme/artemis"):
        _, _, parties, *by_support, sources, oldest, newest = found[programme]
        assert int(parties) == sum(map(int, by_support))
        assert int(sources) > 100
        assert oldest < newest


def test_each_disagreement_can_be_cited(whole):
    kind = ox.NamedNode(SG.Disagreement)
    found = [q.subject for q in whole.quads_for_pattern(None, ox.NamedNode(RDF.type), kind, None)]
    assert found
    for one in found:
        path = one.value.removeprefix(names.BASE)
        assert cite.cited(whole, path, "0" * 64, date(2024, 5, 31)).title
