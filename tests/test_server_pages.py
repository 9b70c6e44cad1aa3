"""The pages for people, the dumps, and the state of the server."""

import json
import urllib.request
from datetime import date

import html5lib
import pyoxigraph as ox
import pytest
from rdflib import Graph

from selenograph.graph import query, release
from selenograph.server import create_app, world
from selenograph.server.settings import Settings

HTML = {"Accept": "text/html"}
PAGES = [
    "/",
    "/sparql",
    "/query/",
    "/query/participants",
    "/query/roster-as-printed",
    "/ontology/",
    "/act/ilrs/serbia/signature",
    "/source/2024-05-spacenews-serbia-ilrs",
    "/shape/Signature",
    "/party/serbia?lang=ar",
    "/programme/ilrs",
    "/ontology/Act",
    "/parties",
    "/acts?q=serbia&sort=-date",
    "/search",
    "/search?q=serbja",
    "/nothing",
    "/query/nothing",
    "/?on=never",
]
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Allow-Origin": "*",
}
HOSTILE = "<script>alert(\"&amp;')</script>"


@pytest.fixture
def page(client, read_page):
    return lambda path: read_page(client.get(path, headers=HTML).text)


# The home page


@pytest.fixture
def tables(page):
    """Give the tables of the home page on a day, by their first column's title."""
    return lambda day: {table[0][0]: table for table in page(f"/?on={day}").tables}


def test_home_shows_who_takes_part_with_sources(tables):
    table = tables("2024-06-01")["Party"]
    assert table[0] == ["Party", "Standing", "Since", "Support", "Sources"]
    found = {row[0]: row for row in table[1:]}
    assert found["Serbia"][1:4] == ["party", "2024-05", "single source"]
    assert found["Serbia"][4] == "SpaceNews, 2024-05"
    assert all(row[4] for row in table[1:])


def test_home_shows_the_rows_of_the_stored_query(page, tables, store):
    text = query.named("participants").with_values({"on": "2023-12-31"})
    expected = [row["name"].value for row in query.run(store, text)]
    assert [row[0] for row in tables("2023-12-31")["Party"][1:]] == expected
    told = f"{len(expected)} parties and institutions on 2023-12-31"
    assert told in page("/?on=2023-12-31").text


def test_home_shows_fewer_on_an_earlier_day(tables):
    def parties(day):
        return {row[0] for row in tables(day)["Party"][1:]}

    assert "Serbia" in parties("2024-06-01")
    assert "Serbia" not in parties("2024-04-30")
    assert "Belarus" not in parties("2023-10-22")
    assert "Belarus" in parties("2023-10-23")


def test_home_says_the_same_by_map_and_by_table(client, page, tables):
    day = "2024-06-01"
    told = {row[0]: row[1].strip() for row in tables(day)["State"][1:]}
    assert (told["Serbia"], told["Germany"]) == ("in the ILRS", "in Artemis")
    assert told["United Arab Emirates"] == "only institutions in the ILRS"
    text = client.get(f"/?on={day}").text
    for state, place in told.items():
        assert f"{state}: {place}" in text
    counted = {words: sum(place == words for place in told.values()) for words in told.values()}
    legend = " ".join(page(f"/?on={day}").text.split())
    assert all(f"{count} {words}" in legend for words, count in counted.items())


def test_home_is_a_map_of_tiles_where_there_are_no_outlines(client, read_page, monkeypatch):
    monkeypatch.setattr(world, "outlines", lambda: None)
    found = read_page(client.get("/?on=2024-05-31", headers=HTML).text)
    tiles = [a["title"] for tag, a in found.elements if a.get("class", "").startswith("tile ")]
    assert "Serbia: in the ILRS" in tiles
    assert len(tiles) == len(set(tiles)) > 10


def test_home_draws_the_outlines_that_the_build_of_the_scripts_makes(
    client, read_page, monkeypatch, tmp_path
):
    made = tmp_path / "world.json"
    shape = "M0,0L10,0L10.4,0.2L10,10L0,10Z"
    states = {
        "SRB": {"shape": shape, "dot": [5, 5]},
        "FRA": {"shape": shape},
        "ATA": {"shape": shape},
    }
    made.write_text(json.dumps({"width": 100, "height": 50, "states": states, "others": []}))
    assert world.outlines(tmp_path / "nothing") is None
    drawn = world.outlines(made)
    assert drawn.shapes == {"SRB": "M0,0l20,0 0,20 -20,0z", "FRA": "M0,0l20,0 0,20 -20,0z"}
    monkeypatch.setattr(world, "outlines", lambda: drawn)
    found = read_page(client.get("/?on=2024-05-30", headers=HTML).text)
    assert "Serbia: in the ILRS" in found.text
    assert [a["viewbox"] for tag, a in found.elements if a.get("class") == "world"] == [
        "0 0 200 88"
    ]


def test_the_outlines_hold_every_state_of_some_size(store):
    found = world.outlines()
    if found is None:
        pytest.skip("The scripts are not built here, and the outlines with them.")
    # Australia comes in two pieces, of which one is a reef.
    for code in ("AUS", "USA", "CHN", "BRA", "FRA", "NZL"):
        assert len(found.shapes[code]) > 100
    text = "SELECT ?code WHERE { ?state a sg:State ; sg:isoAlpha3 ?code }"
    codes = {row["code"].value for row in query.run(store, text)}
    assert {c for c in codes if not found.shapes.get(c) and c not in found.points} == set()


def test_home_tells_who_joined_in_which_year(tables, page):
    years = {row[0]: row[1:] for row in tables("2024-06-01")["Year"][1:]}
    assert "Serbia" in years["2024"][0]
    assert "Belarus" in years["2023"][0]
    assert {"polyline", "svg"} <= {tag for tag, _ in page("/?on=2024-06-01").elements}
    assert "Year" not in tables("1900-01-01")


def test_home_counts_what_its_queries_answer(client, page):
    found = page("/?on=2024-06-01")
    links = [a for a in found.attributes("href", "a") if a.startswith("/query/participants?")]
    assert len(links) == 2
    for link in links:
        rows = client.get(link.replace("?", ".json?")).json["results"]["bindings"]
        assert f"{len(rows)} " in found.text


def test_home_names_states_in_the_language_of_the_reader(client):
    headers = {**HTML, "Accept-Language": "fr-CH, fr;q=0.9, en;q=0.8"}
    answer = client.get("/?on=2024-06-01", headers=headers)
    assert "Serbie" in answer.text
    assert "Accept-Language" in answer.vary
    assert "Serbie" not in client.get("/?on=2024-06-01", headers=HTML).text


def test_home_shows_today_where_no_day_is_given(page):
    before, home, after = date.today(), page("/"), date.today()
    shown = [found["value"] for tag, found in home.elements if found.get("name") == "on"]
    assert shown[0] in {before.isoformat(), after.isoformat()}


def test_home_links_parties_and_sources_and_offers_the_table_as_data(page, client):
    links = page("/?on=2024-06-01").attributes("href", "a")
    assert "/party/serbia" in links
    assert "/source/2024-05-spacenews-serbia-ilrs" in links
    for form in ("csv", "json"):
        address = f"/query/participants.{form}?on=2024-06-01"
        assert address in links
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("path", ["/", "/sparql"])
def test_the_box_for_a_query_holds_one_that_runs_as_it_stands(page, client, path):
    found = page(path)
    assert "query" in found.attributes("name", "textarea")
    assert "/sparql" in found.attributes("action", "form")
    box = found.text.partition("A SPARQL query\n  ")[2].partition("\n  Answer as")[0]
    answer = client.get("/sparql", query_string={"query": box, "format": "json"})
    assert answer.status_code == 200
    assert len(answer.json["results"]["bindings"]) > 5


def test_home_lists_every_question(page):
    links = page("/").attributes("href", "a")
    assert {f"/query/{name}" for name in query.stored()} <= set(links)


def test_home_tells_the_release(page, built):
    assert f"Release {built.manifest.release[:12]}" in page("/").text
    assert f"{built.manifest.quads:,} quads from {built.manifest.sources} sources" in page("/").text


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("never", '"never" is not a single day.'),
        ("2024-02-30", '"2024-02-30" is not a single day.'),
        ("2024-06", '"2024-06" is not a single day. Give one such as 2024-06-01.'),
        ("2024-06-01/2024-06-02", '"2024-06-01/2024-06-02" is not a single day.'),
        ("2024-06-01/..", '"2024-06-01/.." is not a single day.'),
        (HOSTILE, "is not a single day."),
        ('2024-06-01" } #', "is not a single day."),
        ("\x00", "is not a single day."),
        ("1" * 10_000, "is not a single day."),
    ],
)
def test_home_tells_what_is_wrong_with_a_day(client, read_page, day, why):
    answer = client.get("/", query_string={"on": day}, headers=HTML)
    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    told = read_page(answer.text).text
    assert "True on: " in told
    assert why in told
    problem = client.get("/", query_string={"on": day})
    assert (problem.status_code, problem.mimetype) == (400, "application/problem+json")
    assert why in problem.json["detail"]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_home_takes_the_first_and_the_last_day_there_is(client, day):
    assert client.get("/", query_string={"on": day}).status_code == 200


# Every page


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_well_formed_has_one_heading_and_a_title(page, path):
    found = page(path)
    tags = [tag for tag, _ in found.elements]
    assert [tags.count(tag) for tag in ("h1", "main", "header", "footer")] == [1] * 4
    assert tags[: tags.index("body")].count("title") == 1
    assert found.attributes("lang", "html") == ["en"]
    assert "main" in found.ids


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_read_by_the_rules_of_html_without_an_error(client, path):
    parser = html5lib.HTMLParser()
    parser.parse(client.get(path, headers=HTML).text)
    assert parser.errors == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_no_script_and_loads_nothing_from_elsewhere(page, path):
    found = page(path)
    assert {tag for tag, _ in found.elements} & {"iframe", "object", "embed"} == set()
    # A script is a file of ours; in the page itself stand only data, which no browser runs.
    scripts = [attributes for tag, attributes in found.elements if tag == "script"]
    own = [one for one in scripts if "src" not in one]
    assert {one.get("type") for one in own} <= {"application/ld+json"}
    assert bool(found.scripted) == bool(own)
    assert [
        name for _, attributes in found.elements for name in attributes if name[:2] == "on"
    ] == []
    loaded = [
        attributes["href"]
        for tag, attributes in found.elements
        if tag == "link" and attributes["rel"] not in ("alternate", "canonical")
    ]
    assert {"/static/style.css", "/static/moon.svg"} <= set(loaded)
    loaded += found.attributes("src")
    assert all(address.startswith("/static/") for address in loaded)
    assert found.attributes("style") == []
    assert all(action.startswith("/") for action in found.attributes("action"))


@pytest.mark.parametrize(
    "path",
    [*PAGES, "/sparql?query=ASK{}", "/dump.nq", "/dump.ttl", "/health", "/static/style.css"],
)
def test_every_answer_has_the_headers_that_bound_a_browser(client, path):
    answer = client.get(path, headers=HTML, buffered=True)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "Accept" in answer.vary


@pytest.mark.parametrize(
    ("name", "media"), [("style.css", "text/css"), ("moon.svg", "image/svg+xml")]
)
def test_what_pages_load_is_there_and_loads_nothing_else(client, name, media):
    answer = client.get(f"/static/{name}", buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, media)
    assert not any(word in answer.text for word in ("url(", "@import", "xlink:href", "<script"))


@pytest.mark.parametrize("value", [HOSTILE, '"><img src=x>', "{{ 7*7 }}", "party/a'b"])
def test_hostile_parameters_are_shown_as_text(client, read_page, value):
    answer = client.get("/query/who-says", query_string={"resource": value}, headers=HTML)
    page = read_page(answer.text)
    assert not {"script", "img"} & {tag for tag, _ in page.elements}
    assert value in page.text or value in page.attributes("value", "input")


# Dumps and state


def canonical(quads):
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


def test_the_dump_is_the_file_of_the_release_and_holds_its_quads(client, store, built):
    answer = client.get("/dump.nq", buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, "application/n-quads")
    assert answer.data == (built.folder / release.DUMP).read_bytes()
    quads = list(ox.parse(answer.data, format=ox.RdfFormat.N_QUADS))
    assert len(quads) == built.manifest.quads
    assert canonical(quads) == canonical(store)


def test_the_dump_in_turtle_is_the_default_graph(client, store, built):
    answer = client.get("/dump.ttl", buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, "text/turtle")
    assert answer.data == (built.folder / release.ANSWERS).read_bytes()
    found = canonical(ox.parse(answer.data, format=ox.RdfFormat.TURTLE))
    assert found == canonical(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    assert len(Graph().parse(data=answer.data, format="turtle")) == len(found)


def test_a_dump_that_has_not_changed_is_not_sent_again(client):
    tag = client.get("/dump.nq", buffered=True).headers["ETag"]
    again = client.get("/dump.nq", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    again.close()


def test_the_dump_comes_whole_over_a_real_connection(live, built):
    with urllib.request.urlopen(f"{live}/dump.nq") as answer:
        assert answer.read() == (built.folder / release.DUMP).read_bytes()


def test_health_tells_the_release(client, live, built):
    expected = {
        "status": "ok",
        "release": built.manifest.release,
        "quads": built.manifest.quads,
    }
    assert client.get("/health").json == expected
    with urllib.request.urlopen(f"{live}/health") as answer:
        assert json.load(answer) == expected


# Errors


@pytest.mark.parametrize(
    ("method", "path", "status", "title"),
    [
        ("GET", "/nothing", 404, "Not Found"),
        ("GET", "/static/nothing.css", 404, "Not Found"),
        ("POST", "/", 405, "Method Not Allowed"),
        ("DELETE", "/party/serbia", 405, "Method Not Allowed"),
        ("PUT", "/query/sources", 405, "Method Not Allowed"),
        ("POST", "/dump.nq", 405, "Method Not Allowed"),
    ],
)
def test_an_error_is_a_page_for_people_and_problem_details_for_machines(
    client, read_page, method, path, status, title
):
    answer = client.open(path, method=method, headers=HTML)
    assert (answer.status_code, answer.content_type) == (status, "text/html; charset=utf-8")
    assert title in read_page(answer.text).text
    problem = client.open(path, method=method, headers={"Accept": "*/*"})
    assert (problem.status_code, problem.content_type) == (status, "application/problem+json")
    assert (problem.json["title"], problem.json["status"]) == (title, status)
    assert set(problem.json) == {"title", "status", "detail"}
    if status == 405:
        assert set(problem.allow) == {"GET", "HEAD", "OPTIONS"}


def test_what_was_asked_for_is_escaped_in_an_error(client):
    for path in ("/query/%3Cscript%3E", "/%3Cscript%3E", "/?on=%3Cscript%3E"):
        answer = client.get(path, headers=HTML)
        assert answer.status_code in (400, 404)
        assert "<script>" not in answer.text
        assert "&lt;script&gt;" in answer.text


def test_a_folder_without_a_release_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(release.NoRelease) as caught:
        create_app(Settings(releases=tmp_path))
    assert caught.value.folder == str(tmp_path)
    assert caught.value.status == 503
