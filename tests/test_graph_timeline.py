"""What happened around a resource, who takes part, and long lists in parts."""

import pyoxigraph as ox
import pytest

from selenograph.graph import describe, listing, names, overview, query, roster, timeline
from selenograph.graph.errors import BadParameter
from selenograph.graph.labels import Labels

SERBIA, ILRS = names.BASE + "party/serbia", names.BASE + "programme/ilrs"
SOURCE = names.BASE + "source/2024-05-spacenews-serbia-ilrs"


@pytest.fixture(scope="module")
def labels(store):
    return Labels(store)


def test_acts_come_in_the_order_of_their_days(labels):
    acts = timeline.acts(labels, ILRS)
    days = [labels.text(act, timeline.sg("earliest")) for act in acts]
    known = [day for day in days if day]
    assert len(known) > 10
    assert known == sorted(known)
    assert days[: len(known)] == known


def test_an_act_tells_who_did_what_when_and_who_says_so(labels):
    found = timeline.told(labels, timeline.acts(labels, SERBIA))
    (act,) = (act for act in found if act.named.label == "Serbia joins the ILRS")
    assert (act.date, act.support.label) == ("2024-05", "single source")
    assert [kind.label for kind in act.kinds] == ["joining", "signature"]
    assert [party.label for party in act.parties] == ["Serbia"]
    assert [witness.label for witness in act.witnesses] == ["SpaceNews, 2024-05"]
    assert not act.is_disputed


def test_participants_are_told_by_standing_and_region(labels):
    found = timeline.standings(labels, ILRS)
    assert [one.rank for one in found] == sorted(one.rank for one in found)
    regions = timeline.by_region(found)
    assert "Serbia" in [one.party.label for one in regions["Europe"]]
    assert all(one.is_state for held in regions.values() for one in held)


def test_a_party_has_its_standings_with_programmes_first(labels):
    found = timeline.standings(labels, SERBIA)
    assert found[0].frame.iri == ILRS
    assert {one.party.iri for one in found} == {SERBIA}


FRAMES = [
    "programme/ilrs",
    "programme/artemis",
    "agreement/artemis-accords",
    "agreement/moon-agreement",
    "agreement/outer-space-treaty",
]


@pytest.mark.parametrize("day", ["1900-01-01", "1979-12-18", "2023-10-23", "2024-05-07"])
@pytest.mark.parametrize("frame", FRAMES)
def test_the_standings_on_a_day_are_those_of_the_stored_query(whole, frame, day):
    labels = Labels(whole)
    text = query.named("participants").with_values({"programme": frame, "on": day})
    expected = {
        (row["participation"].value, row["certain"].value == "true")
        for row in query.run(whole, text)
    }
    found = timeline.on_day(timeline.standings(labels, names.BASE + frame), day)
    assert {(one.resource.iri, one.is_certain) for one in found} == expected
    assert len(found) == len(expected)


def test_a_party_stands_on_a_day_as_its_programmes_tell(whole):
    labels = Labels(whole)
    thailand = timeline.standings(labels, names.BASE + "party/thailand")

    def programmes(day):
        found = timeline.on_day(thailand, day)
        return [one.frame.label for one in found if "/programme/" in one.frame.iri]

    assert programmes("2024-06-01") == ["International Lunar Research Station"]
    assert len(programmes("2025-01-01")) == 2


def test_a_day_decides_in_which_other_programmes_a_participant_is(whole):
    labels = Labels(whole)
    found = timeline.standings(labels, ILRS)

    def also(day):
        told = timeline.compared(labels, found, day)
        return {one.party.label: [named.label for named in one.also] for one in told}["Thailand"]

    assert (also("2024-06-01"), also("2025-01-01")) == ([], ["Artemis"])


def test_participants_are_compared_with_other_programmes(store):
    extra = ox.Store()
    extra.extend(store)
    other = ox.NamedNode(names.BASE + "programme/other")
    extra.add(ox.Quad(ox.NamedNode(SERBIA), timeline.sg("participatesIn"), other))
    labels = Labels(extra)
    found = timeline.compared(labels, timeline.standings(labels, ILRS))
    also = {one.party.label: [named.iri for named in one.also] for one in found}
    assert also["Serbia"] == [other.value]
    assert also["Belarus"] == []


@pytest.mark.parametrize("day", ["2023-12-31", "2024-06-01"])
def test_every_participant_comes_with_its_sources(labels, day):
    rows = roster.participants(labels, "programme/ilrs", day)
    text = query.named("participants").with_values({"on": day})
    assert [row.party.iri for row in rows] == [
        r["party"].value for r in query.run(labels.store, text)
    ]
    assert len(rows) > 5
    assert all(row.sources for row in rows)


def test_nobody_takes_part_in_a_programme_that_is_not_there(labels):
    assert roster.participants(labels, "programme/nothing", "2024-06-01") == []


def test_participants_of_no_day_are_refused(labels):
    with pytest.raises(BadParameter) as caught:
        roster.participants(labels, "programme/ilrs", "2024")
    assert caught.value.name == "on"


@pytest.mark.parametrize(("number", "shown"), [(0, 1), (1, 1), (3, 3), (99, 3), (-4, 1)])
def test_a_list_comes_in_parts(number, shown):
    part = listing.part(range(25), number, 10)
    assert (part.number, part.last, part.total) == (shown, 3, 25)
    assert list(part.entries) == list(range(25))[(shown - 1) * 10 : shown * 10]


def test_an_empty_list_is_one_part():
    assert listing.part([], 1) == listing.Part([], 1, 1, 0)


def test_mentions_are_counted_by_property(labels):
    groups = listing.incoming(labels, ILRS)
    mentions = describe.mentions(labels.store, ILRS)
    assert sum(group.part.total for group in groups) == len(
        {(q.subject, q.predicate) for q in mentions}
    )
    (whole,) = listing.incoming(labels, ILRS, "sg:programme")
    (few,) = (group for group in groups if group.property.iri == names.SG + "programme")
    assert len(few.part.entries) == listing.FEW < len(whole.part.entries)
    assert whole.part.total == few.part.total


def test_no_property_asked_for_that_mentions_nothing_is_shown(labels):
    assert listing.incoming(labels, ILRS, "sg:nothing") == []


def test_a_source_says_all_that_stands_in_its_graph(labels):
    part = listing.said(labels, SOURCE)
    graph = ox.NamedNode(SOURCE)
    held = list(labels.store.quads_for_pattern(None, None, None, graph))
    assert part.total == len({quad.subject for quad in held})
    shown = sum(len(one.statements) for n in range(part.last)
                for one in listing.said(labels, SOURCE, n + 1).entries)  # fmt: skip
    assert shown == len(held)


def test_what_a_source_names_itself_stands_on_the_first_part(labels):
    rest = [
        listing.said(labels, SOURCE, n) for n in range(2, listing.said(labels, SOURCE).last + 1)
    ]
    assert not any(one.anchor for part in rest for one in part.entries)


def test_only_a_source_says_anything(labels):
    assert listing.said(labels, SERBIA) is None
    assert listing.said(labels, names.BASE + "source/nothing") is None


def test_a_state_is_shown_by_its_place_in_both_programmes(labels):
    def of(day):
        ilrs, artemis = (roster.participants(labels, p, day) for p in overview.PROGRAMMES)
        return {place.code: place for place in overview.places(labels, ilrs, artemis)}

    now, before = of("2024-06-01"), of("2023-10-22")
    assert (now["SRB"].category, now["SRB"].told) == ("ilrs", "in the ILRS")
    assert before["SRB"].category == "none"
    assert (before["BLR"].category, of("2023-10-23")["BLR"].category) == ("none", "ilrs")
    assert now["DEU"].category == "artemis"
    assert [body.label for body in now["ARE"].institutions] == ["University of Sharjah"]
    counts = overview.counted(now.values())
    assert sum(counts.values()) == len(now)
    assert set(counts) <= set(overview.CATEGORIES)


def test_the_years_add_up_to_who_takes_part(labels):
    years = overview.years(labels, "2024-06-01")
    joined = [party.iri for year in years for party in year.ilrs]
    assert len(joined) == len(set(joined)) == years[-1].ilrs_by_then
    assert [year.year for year in years] == list(range(years[0].year, years[-1].year + 1))
    assert overview.years(labels, "1900-01-01") == []


def test_the_newest_acts_are_the_last_up_to_a_day(labels):
    found = overview.newest(labels, "2023-10-31", 3)
    assert len(found) == 3
    assert all(act.date <= "2023-10-31" for act in found)
