"""Tables to look through, each as CSV, and the search by name, over HTTP."""

import csv
import io
from urllib.parse import urlsplit

import pytest

from selenograph.graph import browse, listing

HTML = {"Accept": "text/html"}
ADDRESSES = [
    "/parties",
    "/parties?kind=state",
    "/parties?kind=state&sort=name&q=er",
    "/acts?sort=date",
    "/acts?sort=-date&support=single+source",
    "/sources",
    "/agreements?sort=-name",
    "/programmes",
    "/disagreements",
    "/acts?page=2",
]


@pytest.fixture
def page(client, read_page):
    return lambda path: read_page(client.get(path, headers=HTML).text)


def rows(client, address):
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.reader(io.StringIO(answer.text)))


def words(cell):
    return " ".join(cell.split())


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_csv_holds_exactly_what_is_shown(client, page, address):
    found = page(address)
    (table,) = found.tables
    links = [a for a in found.attributes("href", "a") if ".csv" in a]
    # The last one offered is of this part alone, where there are more.
    head, *body = rows(client, links[-1])
    assert [words(title).rstrip(" ↓↑") for title in table[0]] == head[:-1]
    if not body:
        assert "Nothing fits" in found.text
        return
    shown = [[words(cell).removesuffix(" see" + words(cell).partition(" see")[2])
              for cell in row] for row in table[1:]]  # fmt: skip
    assert [row[1:] for row in shown] == [
        [cell.replace("; ", ", ") for cell in row[1:-1]] for row in body
    ]


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_whole_csv_holds_as_many_rows_as_the_page_tells(client, page, address):
    found = page(address)
    first = next(a for a in found.attributes("href", "a") if ".csv" in a)
    name = urlsplit(address).path.strip("/")
    assert (
        f"{len(rows(client, first)) - 1:,}" in found.text.partition(f" {name}.")[0].split("All")[-1]
    )


@pytest.mark.parametrize("name", browse.TABLES)
def test_every_filter_of_a_table_can_be_chosen_without_a_script(client, page, name):
    found = page(f"/{name}")
    table = browse.table(name)
    fields = set(found.attributes("name", "select", "input"))
    assert {"q", "sort", *(c.key for c in table.columns if c.is_filter)} <= fields
    assert f"/{name}" in found.attributes("action", "form")


def test_a_table_says_by_what_it_is_sorted_and_turns_it_round(client, page):
    found = page("/parties?sort=name&kind=state")
    assert found.attributes("aria-sort") == ["ascending"]
    links = [a for a in found.attributes("href", "a") if "sort=-name" in a]
    (back,) = links
    assert "kind=state" in back
    turned = page(back)
    assert turned.attributes("aria-sort") == ["descending"]
    first = [row[0] for row in found.tables[0][1:]]
    assert first == sorted(first, key=str.casefold)
    assert [row[0] for row in turned.tables[0][1:]] == first[::-1]


def test_a_long_table_comes_in_parts_that_hold_every_row_once(client, page):
    names, address = [], "/acts"
    while address:
        found = page(address)
        names += [
            link
            for row in [found]
            for link in row.attributes("href", "a")
            if link.startswith("/act/")
        ]
        nexts = [a["href"] for tag, a in found.elements if a.get("rel") == "next"]
        address = nexts[0] if nexts else ""
    assert len(names) == len(set(names)) == len(rows(client, "/acts.csv")) - 1 > listing.PART / 4


def test_parameters_that_a_table_does_not_know_change_nothing(client):
    plain = client.get("/parties.csv").data
    for extra in ("name=x&form=y", "_external=1&_anchor=x", "utm_source=x"):
        assert client.get(f"/parties.csv?{extra}").data == plain


def test_a_table_that_is_not_there_is_404(client):
    assert client.get("/moons", headers=HTML).status_code == 404


def test_tables_and_search_are_kept_and_vary_with_the_language(client):
    for path in ("/parties", "/search?q=serbia"):
        answer = client.get(path, headers={**HTML, "Accept-Language": "ru"})
        assert "Сербия" in answer.text
        assert {"Accept", "Accept-Language"} <= set(answer.vary)
        tag = answer.headers["ETag"]
        again = client.get(path, headers={**HTML, "Accept-Language": "ru", "If-None-Match": tag})
        assert again.status_code == 304
        other = client.get(path, headers={**HTML, "If-None-Match": tag})
        assert other.status_code == 200


def test_search_leads_to_what_it_finds(client, page):
    found = page("/search?q=serbja")
    assert "/party/serbia" in found.attributes("href", "a")
    assert "“serbja”" in found.text
    assert client.get("/party/serbia", headers=HTML).status_code == 200


def test_search_that_finds_nothing_leads_on(page):
    found = page("/search?q=qqqqzzzzxxxx")
    assert "Nothing found for “qqqqzzzzxxxx”" in found.text
    assert "/parties" in found.attributes("href", "a")


def test_search_without_words_is_a_form(page):
    assert page("/search").attributes("name", "input") == ["q"]
