"""The record of all sources: what it answers to the questions that it was made for."""

import re
import time

import pyoxigraph as ox
import pytest

from selenograph.graph import names, query, release, wikidata_diff, wikidata_give
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


# The forms of version 1: https://www.wikidata.org/wiki/Help:QuickStatements
ITEM = r"Q[1-9]\d*"
TIME = r"\+\d{4}-(?:00-00T00:00:00Z/9|\d\d-00T00:00:00Z/10|\d\d-\d\dT00:00:00Z/11)"
COMMAND = re.compile(
    rf'{ITEM}\tP1891\t{ITEM}\tP585\t{TIME}\tS854\t"https?://[^"\s]+"'
    rf'(?:\tS1476\t[a-z-]+:"[^"\t\n]+")?(?:\tS577\t{TIME})?'
)


def test_what_wikidata_may_lack_parses_and_has_a_reference_in_every_line(whole):
    found = wikidata_diff.compared(whole)
    lines = wikidata_give.files(found)["quickstatements.txt"].decode().splitlines()
    assert [line for line in lines if not COMMAND.fullmatch(line)] == []
    facts = {tuple(line.split("\t")[:3]) for line in lines}
    assert len(facts) == len(found.lacking) > 100
    assert len(lines) == len(set(lines))
    assert any(item == "Q96341450" for item, _, _ in facts)
    assert all(fact.references for fact in found.lacking)


def test_a_join_with_the_snapshot_takes_less_than_a_tenth_of_a_second(whole):
    states = ox.Store()
    states.bulk_extend(whole.quads_for_pattern(None, None, None, None))
    item = ox.NamedNode(names.PREFIXES["skos"] + "exactMatch")
    people = ox.NamedNode(names.PREFIXES["wdt"] + "P1082")
    links = list(whole.quads_for_pattern(None, item, None, ox.DefaultGraph()))
    states.extend(
        ox.Quad(link.object, people, ox.Literal(number), ox.NamedNode(names.WIKIDATA))
        for number, link in enumerate(links)
        if isinstance(link.object, ox.NamedNode)
    )
    text = (
        "SELECT ?name ?programme ?people WHERE { "
        "VALUES ?programme { <programme/ilrs> <programme/artemis> } "
        "?state a sg:State ; sg:participatesIn ?programme ; rdfs:label ?name ; "
        "skos:exactMatch ?item . GRAPH <graph/wikidata> { ?item wdt:P1082 ?people } }"
    )
    started = time.perf_counter()
    found = list(query.run(states, text))
    elapsed = time.perf_counter() - started
    assert len(found) > 80
    assert elapsed < 0.1
