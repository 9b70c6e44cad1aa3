"""Tables to look through, and the search by name."""

import pytest

from selenograph.graph import browse, names, search, spelling
from selenograph.graph.errors import Unknown
from selenograph.graph.labels import Labels


@pytest.fixture(scope="module")
def labels(store):
    return Labels(store)


def shown(labels, name, order="", **wanted):
    table = browse.table(name)
    return browse.selected(browse.rows(labels, name), table, wanted, order or table.order)


@pytest.mark.parametrize("name", browse.TABLES)
def test_every_row_has_a_cell_for_each_column_and_a_name(labels, name):
    table = browse.table(name)
    for row in browse.rows(labels, name):
        assert list(row.cells) == [column.key for column in table.columns]
        assert row.cells[table.columns[0].key]
        assert row.named.iri.startswith(names.BASE)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("acts", "sg:Act"), ("parties", "sg:Party"), ("sources", "sg:Source"),
     ("agreements", "sg:Agreement"), ("disagreements", "sg:Disagreement")],
)  # fmt: skip
def test_a_table_holds_all_there_are(labels, name, kind):
    found = labels.store.query(f"SELECT ?it WHERE {{ ?it a {kind} }}", prefixes=names.PREFIXES)
    assert {row["it"].value for row in found} == {r.named.iri for r in browse.rows(labels, name)}


def test_a_table_that_is_not_there_is_named():
    with pytest.raises(Unknown, match="There is no table moons. There are parties,"):
        browse.table("moons")


def test_rows_are_filtered_by_values_and_by_text(labels):
    states = shown(labels, "parties", kind="state")
    assert {row.text("kind") for row in states} == {"state"}
    assert [r.text("name") for r in shown(labels, "parties", kind="state", q="serb")] == ["Serbia"]
    assert shown(labels, "parties", kind="nothing") == []
    assert shown(labels, "parties", kind="") == shown(labels, "parties")


def test_the_choices_count_the_rows_that_they_give(labels):
    rows, table = browse.rows(labels, "acts"), browse.table("acts")
    for key, choices in browse.choices(rows, table).items():
        for value, count in choices:
            assert count == len(shown(labels, "acts", **{key: value}))


@pytest.mark.parametrize("order", ["acts", "-acts"])
def test_numbers_are_sorted_as_numbers_and_nothing_comes_last(labels, order):
    found = [row.text("acts") for row in shown(labels, "parties", order)]
    known = [int(number) for number in found if number]
    assert known == sorted(known, reverse=order == "-acts")
    assert len(set(known)) > 1
    assert set(found[len(known) :]) <= {""}


def test_dates_are_sorted_by_what_they_give_first(labels):
    found = [row.text("date").lstrip("abeptouwny ") for row in shown(labels, "acts", "date")]
    known = [day for day in found if day]
    assert known == sorted(known)


def test_an_order_that_is_not_there_is_the_usual_one(labels):
    assert shown(labels, "parties", "nothing") == shown(labels, "parties")


def test_names_are_in_the_language_of_the_reader(store):
    found = {row.text("name") for row in browse.rows(Labels(store, "ru"), "parties")}
    assert "Сербия" in found


# Search


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Serbia", "party/serbia"),
        ("SRB", "party/serbia"),
        ("Сербия", "party/serbia"),
        ("塞尔维亚", "party/serbia"),
        ("صربيا", "party/serbia"),
        ("serbja", "party/serbia"),
        ("Belaruss", "party/belarus"),
        ("International Lunar Reserch Station", "programme/ilrs"),
        ("artemis acords", "agreement/artemis-accords"),
        ("  SERBIA  ", "party/serbia"),
    ],
)
def test_a_name_in_any_language_is_found_also_misspelt(labels, words, found):
    hits = [names.path(hit.named.iri) for hit in search.found(labels, words)]
    assert found in hits[:2]


def test_a_code_within_a_word_is_no_likeness(labels):
    hits = search.found(labels, "serbja")
    assert hits[0].named.label == "Serbia"
    assert [hit.by for hit in hits if len(hit.by) == 2] == []


def test_a_whole_name_comes_before_longer_ones(labels):
    first, *rest = search.found(labels, "Serbia")
    assert (first.named.label, [kind.label for kind in first.kinds]) == ("Serbia", ["state"])
    assert rest


def test_a_name_in_another_language_tells_by_which_name_it_was_found(labels):
    (hit, *_) = search.found(labels, "Сербия")
    assert (hit.named.label, hit.by) == ("Serbia", "Сербия")


@pytest.mark.parametrize("words", ["", "   ", "qqqqzzzzxxxx"])
def test_nothing_is_found_for_nothing(labels, words):
    assert search.found(labels, words) == []


def test_a_resource_is_found_once_and_the_best_come_alone(labels):
    hits = [hit.named.iri for hit in search.found(labels, "a" * 10_000 + "station")]
    assert len(hits) == len(set(hits)) <= search.MOST


@pytest.mark.parametrize(
    ("text", "same"), [("Türkiye", "turkiye"), ("  ÉCLAT  x ", "eclat x"), ("ＩＬＲＳ", "ilrs")]
)
def test_case_accents_and_blanks_do_not_count(text, same):
    assert spelling.normal(text) == same
