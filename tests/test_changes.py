"""What changed between two releases is told: for people, for programs, and as a feed."""

import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import feedparser
import pytest
from click.testing import CliRunner

from selenograph.cli import main
from selenograph.graph import building, changes, export, feed, names, release, turtle
from selenograph.server import create_app
from selenograph.server.settings import Settings
from tests.conftest import only

WHEN = datetime(2026, 11, 21, 12, tzinfo=UTC)
NEW = f"{names.BASE}source/2024-05-spacenews-serbia-ilrs"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
DISPUTE = f"{names.BASE}disagreement/act/ilrs/serbia/signature/date"
SERBIA = f"{names.BASE}act/ilrs/serbia/signature"


@pytest.fixture(scope="module")
def first(seeds, tmp_path_factory):
    """A release of the first source alone, in a folder where the one of both follows."""
    alone = replace(seeds, sources=seeds.sources[:1])
    needed = {node for source in alone.sources for node in source.graph.all_nodes()}
    kept = tuple(only(document, needed) for document in alone.reference)
    return release.write(
        tmp_path_factory.mktemp("two"),
        building.dump(building.layers(replace(alone, reference=kept))),
        1,
    )


@pytest.fixture(scope="module")
def second(first, built):
    quads = (built.folder / release.DUMP).read_bytes()
    return release.write(first.folder.parent, quads, 2)


@pytest.fixture(scope="module")
def found(first, second):
    return changes.between(first.folder / release.DUMP, second.folder / release.DUMP)


def of(found, kind):
    return {change.resource: change for change in found.changes if change.kind == kind}


def test_a_new_source_and_what_only_it_names_are_added(found):
    added = of(found, "added")
    assert NEW in added
    assert added[SERBIA].label
    assert not any("#" in resource for resource in added)


def test_a_value_that_a_new_source_decides_is_changed(found):
    belarus = of(found, "changed")[f"{names.BASE}act/ilrs/belarus/signature"]
    told = {names.short(d.property): (d.before, d.after) for d in belarus.differences}
    before, after = told["sg:testifiedBy"]
    assert set(after) - set(before) == {NEW}


@pytest.fixture
def disputed(second, tmp_path):
    """The dump of the second release with one more disagreement."""
    lines = [
        f"<{DISPUTE}> <{TYPE}> <{names.SG}Disagreement>",
        f"<{DISPUTE}> <{names.SG}about> <{SERBIA}>",
        f"<{DISPUTE}> <{names.SG}property> <{names.SG}date>",
        *(f"<{DISPUTE}> <{names.SG}alternative> <{DISPUTE}/{n}>" for n in (1, 2)),
        *(f"<{DISPUTE}/{n}> <{TYPE}> <{names.SG}Position>" for n in (1, 2)),
        *(f'<{DISPUTE}/{n}> <{names.SG}value> "2024-05-{n:02}"' for n in (1, 2)),
    ]
    dump = tmp_path / "disputed.nq"
    text = (second.folder / release.DUMP).read_text("utf-8")
    dump.write_text(text + "".join(f"{line} <{names.RECORD}> .\n" for line in lines), "utf-8")
    return dump


def test_what_sources_part_on_now_is_newly_contested(second, disputed):
    found = changes.between(second.folder / release.DUMP, disputed)
    about = changes.Difference(f"{names.SG}date", (), ("2024-05-01", "2024-05-02"))
    assert [(c.kind, c.resource, c.differences) for c in found.changes] == [
        ("contested", SERBIA, (about,))
    ]
    read = feedparser.parse(feed.atom(second.manifest.release, WHEN, found))
    assert read.entries[1].title.startswith("Newly contested: Serbia")
    assert read.entries[1].summary == "sg:date: nothing → 2024-05-01, 2024-05-02"


def test_what_sources_agree_on_again_is_no_longer_contested(second, disputed):
    found = changes.between(disputed, second.folder / release.DUMP)
    assert [(c.kind, c.resource) for c in found.changes] == [("settled", SERBIA)]


def test_changes_run_backwards(first, second, found):
    back = changes.between(second.folder / release.DUMP, first.folder / release.DUMP)
    assert of(back, "withdrawn").keys() == of(found, "added").keys()
    assert of(back, "added").keys() == of(found, "withdrawn").keys()
    assert of(back, "changed").keys() == of(found, "changed").keys()


def test_a_release_and_itself_differ_in_nothing(second):
    dump = second.folder / release.DUMP
    same = changes.between(dump, dump)
    assert same.changes == ()
    assert b"Nothing changed" in changes.as_text(same)


@pytest.fixture(scope="module")
def third(second, seeds, tmp_path_factory):
    """A real release that follows the second, for which one source was corrected."""
    folder = tmp_path_factory.mktemp("three") / "releases"
    shutil.copytree(second.folder.parent, folder, symlinks=True)
    old, act = seeds.sources[1], names.URIRef(SERBIA)
    assert old.path.endswith("2024-05-spacenews-serbia-ilrs.ttl")
    text = turtle.as_turtle(old.graph).replace("sg:ordinal 11", "sg:ordinal 12")
    corrected = replace(seeds, sources=(seeds.sources[0], turtle.parse(text, old.path)))
    assert (act, names.SG.ordinal, None) in corrected.sources[1].graph
    return building.build(folder, corrected)


def test_what_a_source_says_otherwise_is_told_with_what_it_says_now(second, third):
    assert export.before(third).parent.name == second.manifest.release
    found = changes.between(second.folder / release.DUMP, third.folder / release.DUMP)
    said = changes.Difference(f"{names.SG}ordinal", ("11",), ("12",), SERBIA)
    assert of(found, "changed")[NEW].differences == (said,)
    assert of(found, "changed").keys() == {SERBIA, NEW}
    assert of(found, "added") == of(found, "withdrawn") == {}
    text = changes.as_text(found).decode()
    assert "    act/ilrs/serbia/signature sg:ordinal: 11 → 12\n" in text
    read = feedparser.parse(
        create_app(Settings(releases=third.folder.parent)).test_client().get("/feed.atom").data
    )
    assert {entry.link for entry in read.entries} == {names.BASE, NEW, SERBIA}


def test_of_many_values_those_that_differ_are_told(found):
    belarus = of(found, "changed")[f"{names.BASE}act/ilrs/belarus/signature"]
    assert f"sg:testifiedBy: now also {names.path(NEW)}" in changes.told(belarus)


def test_the_change_log_tells_numbers_and_names_in_both_forms(found, first, second):
    told = json.loads(changes.as_json(found))
    assert told["counts"] == found.counts
    assert len(told["changes"]) == sum(found.counts.values())
    assert (told["before"], told["after"]) == (first.manifest.release, second.manifest.release)
    text = changes.as_text(found).decode()
    assert f"Added ({found.counts['added']})" in text
    assert "(source/2024-05-spacenews-serbia-ilrs)" in text


def test_an_export_tells_the_changes_from_the_release_before(first, second, found, tmp_path):
    words = ["export", "changes", "void", "--store", first.folder.parent, "--out", tmp_path]
    shown = CliRunner().invoke(main, [str(word) for word in words])
    assert shown.exit_code == 0, shown.output
    assert (tmp_path / "changes.json").read_bytes() == changes.as_json(found)
    assert export.before(second) == first.folder / release.DUMP


def test_the_feed_has_an_entry_for_each_change(found, second):
    read = feedparser.parse(feed.atom(second.manifest.release, WHEN, found))
    assert not read.bozo
    assert read.version == "atom10"
    assert read.feed.updated == "2026-11-21T12:00:00Z"
    assert len(read.entries) == len(found.changes) + 1
    assert len({entry.id for entry in read.entries}) == len(read.entries)
    assert {entry.link for entry in read.entries} >= {NEW, SERBIA}
    assert {tag.term for entry in read.entries for tag in entry.tags} >= {
        "release",
        "added",
        "changed",
    }


ATOM = "{http://www.w3.org/2005/Atom}"
RFC_3339 = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


def test_the_feed_has_what_the_standard_demands(found, second):
    # https://www.rfc-editor.org/rfc/rfc4287#section-4.1
    feed_ = ET.fromstring(feed.atom(second.manifest.release, WHEN, found))
    assert feed_.tag == f"{ATOM}feed"
    entries = feed_.findall(f"{ATOM}entry")
    assert len(entries) > 10
    for one in (feed_, *entries):
        for demanded in ("id", "title", "updated"):
            assert len(one.findall(ATOM + demanded)) == 1
        assert re.fullmatch(RFC_3339, one.findtext(f"{ATOM}updated"))
        assert re.fullmatch(r"tag:[a-z0-9.]+,\d{4}:[^\s<>\"]+", one.findtext(f"{ATOM}id"))
        assert len(one.findall(f"{ATOM}summary")) <= 1
    assert len({one.findtext(f"{ATOM}id") for one in entries}) == len(entries)
    assert feed_.findtext(f"{ATOM}author/{ATOM}name")
    assert [link.get("href") for link in feed_.findall(f"{ATOM}link[@rel='self']")] == [
        names.BASE + "feed.atom"
    ]
    # An entry without content has an alternate link.
    assert all(entry.find(f"{ATOM}link[@rel='alternate']") is not None for entry in entries)
    known = {"id", "title", "updated", "link", "category", "summary", "author", "rights", "entry"}
    assert {child.tag.removeprefix(ATOM) for one in (feed_, *entries) for child in one} <= known


def test_the_feed_of_a_first_release_says_so(second):
    read = feedparser.parse(feed.atom(second.manifest.release, WHEN, None))
    assert [entry.summary for entry in read.entries] == ["No release came before"]


def test_a_long_feed_says_how_much_it_shows(found, second, monkeypatch):
    monkeypatch.setattr(feed, "MOST", 3)
    read = feedparser.parse(feed.atom(second.manifest.release, WHEN, found))
    assert len(read.entries) == 4
    assert "the first 3" in read.entries[0].summary


def test_the_server_has_the_feed_and_the_context(second, client):
    app = create_app(Settings(releases=second.folder.parent))
    answer = app.test_client().get("/feed.atom")
    assert answer.mimetype == "application/atom+xml"
    read = feedparser.parse(answer.data)
    assert {tag.term for entry in read.entries for tag in entry.tags} >= {"release", "added"}
    alone = feedparser.parse(client.get("/feed.atom").data)
    assert [entry.summary for entry in alone.entries] == ["No release came before"]
    context = client.get("/context.jsonld")
    assert context.mimetype == "application/ld+json"
    assert context.get_json()["@context"]["party"] == {"@id": "sg:party", "@type": "@id"}


def test_an_earlier_state_has_the_context_and_no_feed(client):
    assert client.get("/known/2023-10-31/feed.atom").status_code == 404
    assert client.get("/known/2023-10-31/context.jsonld").status_code == 200
