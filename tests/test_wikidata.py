"""Wikidata is asked politely, links are checked, joins run on a copy, and gaps are told."""

import json
import os
import re
from datetime import UTC, datetime, timedelta

import geojson
import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from selenograph.cli import main
from selenograph.graph import (
    building,
    export_map,
    names,
    query,
    release,
    web,
    wikidata,
    wikidata_snapshot,
    wikidata_verify,
)
from selenograph.graph.errors import BadInput, ServiceFailed
from selenograph.server import create_app
from selenograph.server.settings import Settings
from tests.wikidata import Wikidata, linked

SERBIA, BELARUS, FRANCE, CHINA = "Q403", "Q184", "Q142", "Q148"
ITEMS = """
wd:Q403 rdfs:label "Serbia"@en ; wdt:P31 wd:Q6256 ; wdt:P297 "RS" ; wdt:P298 "SRB" ;
  wdt:P1082 6605168 ; wdt:P625 "Point(20.9 43.95)"^^<http://www.opengis.net/ont/geosparql#wktLiteral> ;
  wdt:P999 "not declared" .
wd:Q184 rdfs:label "Belarus"@en, "Беларусь"@ru ; wdt:P31 wd:Q6256 ; wdt:P297 "BY" ; wdt:P298 "BLR" .
wd:Q148 rdfs:label "People's Republic of China"@en ; skos:altLabel "China"@en ;
  wdt:P31 wd:Q99 ; wdt:P297 "CN" ; wdt:P298 "CHN" .
wd:Q99 wdt:P279 wd:Q3624078 .
wd:Q3624078 wdt:P279 wd:Q7275 .
"""  # noqa: E501


@pytest.fixture
def server():
    with Wikidata(ITEMS) as running:
        yield running


@pytest.fixture
def asked(server):
    return wikidata.Wikidata(server.api, server.queries)


@pytest.fixture
def waits(monkeypatch):
    """The seconds that were waited for, without waiting."""
    told = []
    monkeypatch.setattr("time.sleep", told.append)
    return told


# Asking


def test_entities_are_asked_in_batches_of_fifty_with_our_name(server, asked):
    found = dict(asked.entities(f"Q{number}" for number in range(1, 121)))
    assert len(found) == 120
    assert [len(fields["ids"].split("|")) for _, fields, _ in server.asked] == [50, 50, 20]
    for _, fields, headers in server.asked:
        assert re.match(r"Selenograph/\d+\.\d+\.\d+ \(https://", headers["User-Agent"])
        assert fields["maxlag"] == "5"


def test_a_busy_server_is_asked_again_when_it_wants(server, asked, waits):
    server.faults += [(429, {"Retry-After": "7"}, b""), (503, {"Retry-After": "2"}, b"")]
    found = dict(asked.entities([SERBIA]))
    assert found[SERBIA]["labels"]["en"]["value"] == "Serbia"
    assert waits == [7, 2]


def test_a_server_that_lags_is_asked_again_when_it_wants(server, asked, waits):
    lag = {"error": {"code": "maxlag", "info": "Waiting for a host: 6 seconds lagged"}}
    server.faults.append((200, {"Retry-After": "5"}, lag))
    assert "missing" not in dict(asked.entities([SERBIA]))[SERBIA]
    assert waits == [5]


def test_nobody_waits_for_ever(server, asked, waits):
    server.faults += [(429, {"Retry-After": "100000"}, b"")]
    assert dict(asked.entities([SERBIA]))
    assert max(waits) <= web.LONGEST_WAIT


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ((403, {}, b"Please set a user-agent"), "403: Please set"),
        ((302, {"Location": "http://127.0.0.1:1/"}, b""), "302"),
        ((200, {}, b"<html>"), "no JSON"),
        ((200, {}, b"[]"), "no object"),
        ((200, {}, {"error": {"code": "x", "info": "Unrecognized value."}}), "Unrecognized"),
        ((200, {}, {"success": 1}), "no entities"),
    ],
)
def test_an_answer_that_is_none_is_an_error_that_names_the_service(server, asked, fault, told):
    server.faults.append(fault)
    with pytest.raises(ServiceFailed, match=told) as error:
        list(asked.entities([SERBIA]))
    assert server.api in str(error.value)


@pytest.mark.parametrize("body", [b"<html>", b'{"head": {}, "boolean": true}', b"{}"])
def test_rows_that_are_none_are_an_error_that_names_the_service(server, asked, body):
    server.faults.append((200, {}, body))
    with pytest.raises(ServiceFailed, match=server.queries):
        asked.rows("SELECT * { VALUES ?item { 1 } }")


def test_a_server_that_stays_busy_is_an_error(server, asked, waits):
    server.faults += [(200, {"Retry-After": "1"}, {"error": {"code": "maxlag"}})] * 9
    with pytest.raises(ServiceFailed, match="too busy"):
        list(asked.entities([SERBIA]))


# Links


def verdicts(store, server):
    asked = wikidata.Wikidata(server.api, server.queries)
    return {
        v.resource.rpartition("/")[2]: v.problems for v in wikidata_verify.verdicts(store, asked)
    }


def test_links_that_hold_have_no_problem(server):
    store = linked(
        '<party/serbia> a sg:State ; rdfs:label "Serbia"@en ; skos:exactMatch wd:Q403 ; '
        'sg:isoAlpha2 "RS" ; sg:isoAlpha3 "SRB" .',
        '<party/china> a sg:State ; rdfs:label "China"@en ; skos:exactMatch wd:Q148 .',
        '<party/belarus> a sg:State ; rdfs:label "Byelorussia"@en ; skos:exactMatch wd:Q184 ; '
        'skos:prefLabel "Беларусь"@ru .',
    )
    assert verdicts(store, server) == {"serbia": (), "china": (), "belarus": ()}


def test_each_thing_that_does_not_hold_is_told(server):
    server.redirects = {"Q77": "Q403"}
    store = linked(
        '<party/gone> a sg:State ; rdfs:label "Gone"@en ; skos:exactMatch wd:Q5555 .',
        '<party/moved> a sg:State ; rdfs:label "Serbia"@en ; skos:exactMatch wd:Q77 .',
        '<party/wrong> a sg:Organization ; rdfs:label "Wrong"@en ; skos:exactMatch wd:Q403 .',
        '<party/code> a sg:Party ; rdfs:label "Belarus"@en ; skos:exactMatch wd:Q184 ; '
        'sg:isoAlpha2 "BE" .',
    )
    found = verdicts(store, server)
    assert found["gone"] == ("Wikidata has no such item.",)
    assert found["moved"][0] == "The item redirects to Q403. Link to that one."
    assert found["wrong"] == (
        "None of our names is one of the item, which is called Serbia.",
        "It is no organization there.",
    )
    assert found["code"] == ("Its code (P297) is BY there.",)


def test_the_command_checks_the_links_of_a_release(built, server):
    words = ["wikidata", "verify", "--store", built.folder.parent]
    words += ["--api", server.api, "--queries", server.queries]
    shown = CliRunner().invoke(main, [str(word) for word in words])
    assert shown.exit_code == 1
    assert "party/serbia" not in shown.output
    assert "Wikidata has no such item." in shown.output
    told = CliRunner().invoke(main, [*map(str, words), "--format", "json"]).stdout
    held = [one["item"] for one in json.loads(told) if not one["problems"]]
    assert held == [CHINA, BELARUS, SERBIA]


# Snapshot


@pytest.fixture
def snapshot(asked, tmp_path):
    return wikidata_snapshot.pull([SERBIA, BELARUS], asked, tmp_path / "wikidata.ttl")


def test_a_snapshot_holds_the_declared_properties_only_and_its_day(snapshot):
    graph = wikidata_snapshot.read(snapshot)
    predicates = {str(p).rpartition("/")[2] for _, p, _ in graph}
    assert {"P31", "P297", "P298", "P1082", "P625"} < predicates
    assert "P999" not in predicates
    day = graph.value(names.WIKIDATA, names.URIRef("http://purl.org/dc/terms/date"))
    assert str(day) == datetime.now(UTC).date().isoformat()


def test_a_pull_goes_on_where_it_stopped(server, asked, tmp_path, waits):
    items = [SERBIA, *(f"Q{number}" for number in range(1000, 1100))]
    server.faults += [
        (
            200,
            {},
            server.answer(
                "/sparql",
                {"query": "SELECT * { VALUES ?item { 1 } BIND(?item AS ?x) FILTER(false) }"},
            ),
        ),
        (500, {}, b""),
    ]
    out = tmp_path / "wikidata.ttl"
    with pytest.raises(ServiceFailed, match="500"):
        wikidata_snapshot.pull(items, asked, out)
    assert not out.exists()
    before = len(server.asked)
    wikidata_snapshot.pull(items, asked, out)
    assert len(server.asked) - before == 2
    assert [path.name for path in tmp_path.iterdir()] == ["wikidata.ttl"]


def test_a_snapshot_is_as_old_as_its_oldest_part(server, asked, tmp_path):
    items = [SERBIA, *(f"Q{number}" for number in range(1000, 1100))]
    server.faults += [(500, {}, b"")]
    out = tmp_path / "wikidata.ttl"
    with pytest.raises(ServiceFailed):
        wikidata_snapshot.pull(items, asked, out)
    server.faults += [
        (200, {}, {"head": {"vars": ["s", "p", "o"]}, "results": {"bindings": []}}),
        (500, {}, b""),
    ]
    with pytest.raises(ServiceFailed):
        wikidata_snapshot.pull(items, asked, out)
    [part] = (tmp_path / "wikidata.ttl.parts").iterdir()
    week = datetime.now(UTC) - timedelta(days=7)
    os.utime(part, (week.timestamp(), week.timestamp()))
    wikidata_snapshot.pull(items, asked, out)
    store = ox.Store()
    store.load(out.read_bytes(), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(names.WIKIDATA))
    assert wikidata_snapshot.day(store) == week.date()


def test_the_same_items_give_the_same_bytes(asked, tmp_path, snapshot):
    again = wikidata_snapshot.pull([BELARUS, SERBIA], asked, tmp_path / "again.ttl")
    assert again.read_bytes() == snapshot.read_bytes()


@pytest.mark.parametrize("text", ["not Turtle", "<a:a> <a:b> <a:c> ."])
def test_a_file_that_is_no_snapshot_is_refused(tmp_path, text):
    (tmp_path / "x.ttl").write_text(text)
    with pytest.raises(BadInput, match="x.ttl"):
        wikidata_snapshot.read(tmp_path / "x.ttl")


def test_a_release_holds_the_snapshot_beside_the_record_and_joins_with_it(
    built, seeds, snapshot, tmp_path_factory
):
    copied = wikidata_snapshot.read(snapshot)
    made = building.build(tmp_path_factory.mktemp("joined"), seeds, snapshot=copied)
    store = made.open()
    rows = query.run(
        store,
        "SELECT ?name ?people WHERE { ?state sg:participatesIn <programme/ilrs> ; "
        "rdfs:label ?name ; skos:exactMatch ?item . "
        "GRAPH <graph/wikidata> { ?item wdt:P1082 ?people } }",
    )
    assert [(row["name"].value, row["people"].value) for row in rows] == [("Serbia", "6605168")]
    assert wikidata_snapshot.day(store)
    assert not list(
        store.quads_for_pattern(
            None, ox.NamedNode(names.PREFIXES["wdt"] + "P1082"), None, ox.DefaultGraph()
        )
    )
    text = "ASK { GRAPH <graph/void> { ?set sd:namedGraph <graph/wikidata> } }"
    assert query.run(store, text)

    page = create_app(Settings(releases=made.folder.parent)).test_client().get("/graph/wikidata")
    assert page.status_code == 200

    collection = geojson.loads(export_map.geojson(made))
    assert collection.is_valid
    points = {f["properties"]["party_name"]: f["geometry"] for f in collection["features"]}
    assert points["Serbia"] == {"type": "Point", "coordinates": [20.9, 43.95]}
    assert points["Belarus"] is None


def test_a_build_with_a_file_that_is_no_snapshot_ends_at_once(tmp_path):
    (tmp_path / "x.ttl").write_text("<a:a> <a:b> <a:c> .")
    words = ["build", "--out", tmp_path / "release", "--wikidata", tmp_path / "x.ttl"]
    shown = CliRunner().invoke(main, [str(word) for word in words])
    assert shown.exit_code == 2
    assert "selenograph wikidata pull" in shown.output
    assert not (tmp_path / "release").exists()


def test_the_command_pulls_what_the_release_links(built, server, tmp_path):
    words = ["wikidata", "pull", "--store", built.folder.parent, "--queries", server.queries]
    shown = CliRunner().invoke(main, [str(word) for word in [*words, "--out", tmp_path / "w.ttl"]])
    assert shown.exit_code == 0, shown.output
    assert "build --wikidata" in shown.output
    links = wikidata.links(built.open())
    asked_for = set(re.findall(r"entity/(Q\d+)", server.asked[0][1]["query"]))
    assert asked_for == {link.item for link in links}


# The command that gives back


def test_the_command_needs_a_snapshot(built, tmp_path):
    words = ["wikidata", "diff", "--store", built.folder.parent, "--out", tmp_path]
    shown = CliRunner().invoke(main, [str(word) for word in words])
    assert shown.exit_code == 2
    assert "selenograph wikidata pull" in shown.output


def test_the_command_writes_three_files_and_sends_nothing(built, tmp_path, snapshot, server):
    quads = (built.folder / release.DUMP).read_bytes()
    place = f" <{names.WIKIDATA}> ."
    lines = wikidata_snapshot.read(snapshot).serialize(format="nt").splitlines()
    held = "".join(f"{line.removesuffix(' .')}{place}\n" for line in lines if line)
    release.write(tmp_path / "releases", quads + held.encode(), 2)
    before = len(server.asked)
    words = ["wikidata", "diff", "--store", tmp_path / "releases", "--out", tmp_path / "out"]
    shown = CliRunner().invoke(main, [str(word) for word in [*words, "--looked", "2026-11-20"]])
    assert shown.exit_code == 0, shown.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "quickstatements.txt", "mismatches.csv", "wikidata-has.csv",
    }  # fmt: skip
    assert len(server.asked) == before
