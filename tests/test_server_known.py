"""Below /known/<day>/ and /release/<id>/, and the mementos of resources."""

import re
from datetime import datetime

import pytest

BASE = "https://w3id.org/selenograph/"
SERBIA, BELARUS = "/act/ilrs/serbia/signature", "/act/ilrs/belarus/signature"
ON = "?on=2024-06-01"


def names(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return {line.split(",")[1] for line in answer.text.splitlines()[1:]}


def test_a_stored_query_is_answered_from_what_was_known(client):
    assert "Serbia" in names(client, f"/query/participants.csv{ON}")
    assert "Serbia" in names(client, f"/known/2024-05-31/query/participants.csv{ON}")
    before = names(client, f"/known/2024-05-30/query/participants.csv{ON}")
    assert "Belarus" in before
    assert "Serbia" not in before


def test_a_query_is_answered_from_what_was_known(client):
    text = """SELECT (COUNT(*) AS ?n) {
        GRAPH ?g { ?s a sg:Source } FILTER(STRSTARTS(STR(?g), STR(<source/>)))
    }"""

    def count(path):
        answer = client.get(path, query_string={"query": text, "format": "csv"})
        return int(answer.text.split()[1])

    assert (count("/known/2023-10-31/sparql"), count("/sparql")) == (1, 2)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/known/2023-13-99/party/serbia", 400),
        ("/known/2023-10/", 400),
        ("/known/2999-01-01/", 400),
        ("/release/abc/party/serbia", 404),
        ("/release/abc/known/2023-10-31/", 404),
    ],
)
def test_where_no_such_day_or_release_answers_the_page_leads_out(client, read_page, path, status):
    answer = client.get(path, headers={"Accept": "text/html"})
    page = read_page(answer.text)
    assert answer.status_code == status
    assert "This is what was known" not in page.text
    links = [href for href in page.attributes("href") if href.startswith("/")]
    assert [href for href in links if href.startswith(("/known/", "/release/"))] == []
    assert client.get(page.attributes("href", "a")[1], buffered=True).status_code == 200


def test_what_is_missing_on_a_day_is_told_below_that_day(client, read_page):
    answer = client.get("/known/2023-10-31/party/nobody", headers={"Accept": "text/html"})
    page = read_page(answer.text)
    assert answer.status_code == 404
    assert "This is what was known on 2023-10-31" in page.text
    assert "/known/2023-10-31/" in page.attributes("href", "a")


def test_what_is_not_known_yet_is_not_found(client):
    assert client.get(f"/known/2023-10-31{BELARUS}.ttl").status_code == 200
    assert client.get(f"/known/2023-10-31{SERBIA}.ttl").status_code == 404
    assert client.get(f"/known/2024-05-31{SERBIA}.ttl").status_code == 200


def test_pages_of_a_day_lead_to_pages_of_that_day(client, read_page):
    page = client.get(f"/known/2023-10-31{BELARUS}").text
    ours = re.findall(r'href="(/[^"]*)"', page)
    assert ours
    # But for those that lead back to all that is known, and to what that changed.
    assert {link for link in ours if not link.startswith("/known/2023-10-31/")} == {
        BELARUS, "/changes?since=2023-10-31",
    }  # fmt: skip


def test_the_dump_of_a_day_holds_what_was_known(client):
    with client.get("/known/2023-10-31/dump.nq") as answer:
        lines = answer.text.split("\n")[:-1]
    assert lines == sorted(lines)
    graphs = {line.split()[-2] for line in lines}
    assert f"<{BASE}source/2023-10-spacenews-belarus-ilrs>" in graphs
    assert f"<{BASE}source/2024-05-spacenews-serbia-ilrs>" not in graphs
    with client.get("/known/2023-10-31/dump.ttl") as answer:
        assert "source/2023-10-spacenews-belarus-ilrs" in answer.text


@pytest.mark.parametrize("day", ["2023-10", "banana", "2023-02-31", "%00"])
def test_what_is_no_day_is_400(client, day):
    answer = client.get(f"/known/{day}{BELARUS}")
    assert answer.status_code == 400
    assert "2023-10-23" in answer.text or "2024-06-01" in answer.text


def test_before_the_first_source_nothing_is_known(client):
    assert names(client, f"/known/1900-01-01/query/participants.csv{ON}") == set()


def test_the_release_in_use_has_an_address_of_its_own(client):
    identifier = client.get("/health").json["release"]
    for known_by in (identifier, identifier[:12]):
        assert client.get(f"/release/{known_by}{BELARUS}.ttl").status_code == 200
    other = client.get(f"/release/{'0' * 12}{BELARUS}")
    assert other.status_code == 404
    assert identifier[:12] in other.text


def test_a_resource_is_its_own_timegate(client):
    answer = client.get(BELARUS, headers={"Accept-Datetime": "Tue, 31 Oct 2023 23:59:59 GMT"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/known/2023-10-31{BELARUS}")
    assert "Accept-Datetime" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("asked", "day"),
    [
        # The day on which the second article counts is over at its end, and not before.
        ("Fri, 31 May 2024 23:59:58 GMT", "2023-10-31"),
        ("Fri, 31 May 2024 23:59:59 GMT", "2024-05-31"),
        ("Fri, 31 May 2024 23:59:59 -0600", "2024-05-31"),
        ("Sat, 01 Jan 2050 00:00:00 GMT", "2024-05-31"),
    ],
)
def test_a_memento_tells_nothing_that_came_after_the_moment_asked_for(client, asked, day):
    answer = client.get(BELARUS, headers={"Accept-Datetime": asked})
    assert answer.headers["Location"] == f"/known/{day}{BELARUS}"


def test_a_memento_tells_its_moment_and_its_original(client):
    answer = client.get(f"/known/2024-01-01{BELARUS}")
    assert answer.headers["Memento-Datetime"] == "Tue, 31 Oct 2023 23:59:59 GMT"
    links = answer.headers.getlist("Link")
    assert f'<{BELARUS}>; rel="original timegate"' in links
    assert f'<{"/timemap" + BELARUS}>; rel="timemap"; type="application/link-format"' in links


def test_a_moment_that_is_none_is_400(client):
    answer = client.get(BELARUS, headers={"Accept-Datetime": "yesterday"})
    assert answer.status_code == 400
    assert '"yesterday"' in answer.json["detail"]


def test_a_timemap_lists_the_days_that_told_something_new(client):
    answer = client.get(f"/timemap{BELARUS}")
    assert answer.mimetype == "application/link-format"
    mementos = re.findall(r'<([^>]*)>; rel="memento"; datetime="([^"]*)"', answer.text)
    assert [link for link, _ in mementos] == [
        f"/known/2023-10-31{BELARUS}", f"/known/2024-05-31{BELARUS}"
    ]  # fmt: skip
    for link, moment in mementos:
        assert client.get(link).headers["Memento-Datetime"] == moment
        assert datetime.strptime(moment, "%a, %d %b %Y %H:%M:%S GMT")


def test_what_no_source_speaks_of_has_no_timemap(client):
    assert client.get("/timemap/party/atlantis").status_code == 404


def test_whose_publication_changed_the_picture_is_told_with_what_it_changed(client, read_page):
    told = client.get("/changes.json?since=2023-10-31").json
    assert (told["since"], told["until"]) == ("2023-10-31", None)
    serbia = [one for one in told["changes"] if one["party"] == "party/serbia"]
    assert {one["frame"] for one in serbia} >= {"programme/ilrs"}
    assert {(one["before"], one["source"]) for one in serbia} == {
        ("", "source/2024-05-spacenews-serbia-ilrs")
    }
    rows = client.get("/changes.csv?since=2023-10-31").text.splitlines()
    assert rows[0] == "frame,party,before,after,source,published"
    assert len(rows) == len(told["changes"]) + 1
    page = read_page(client.get("/changes?since=2023-10-31", headers={"Accept": "text/html"}).text)
    assert "Serbia" in page.text
    assert "/source/2024-05-spacenews-serbia-ilrs" in page.attributes("href")


def test_two_known_days_are_compared_below_the_later_one(client):
    same = client.get("/known/2024-05-30/changes.json?since=2023-10-31").json
    assert (same["until"], same["changes"]) == ("2024-05-30", [])
    whole = client.get("/known/2024-05-31/changes.json?since=2023-10-31").json
    assert whole["changes"] == client.get("/changes.json?since=2023-10-31").json["changes"]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/changes.csv", "Give the earlier day"),
        ("/changes?since=2024", "Known on"),
        ("/changes?since=2024-05-01&known=2024-06-30", "known is not known here"),
        ("/changes?since=3024-01-01", "has not come yet"),
        ("/known/2023-10-31/changes?since=2024-05-31", "is before"),
    ],
)
def test_days_that_cannot_be_compared_are_refused_with_the_reason(client, path, why):
    answer = client.get(path)
    assert answer.status_code == 400
    assert why in answer.text
