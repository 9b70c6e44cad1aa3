"""What Wikidata lacks is told in the words of its tools, with references, and nothing is sent."""

import csv
import io
import re
import time
from datetime import date

import pyoxigraph as ox
import pytest

from selenograph.graph import (
    names,
    query,
    release,
    wikidata,
    wikidata_diff,
    wikidata_give,
    wikidata_snapshot,
)
from tests.wikidata import Wikidata, linked, made_up

SERBIA, BELARUS, FRANCE = "Q403", "Q184", "Q142"
GUID = "Q96-11111111-2222-3333-4444-555555555555"
THEIRS = f"""
GRAPH <graph/wikidata> {{
  <graph/wikidata> dcterms:date "2026-11-21"^^xsd:date .
  wd:Q96 wdt:P1891 wd:Q403, wd:Q184, wd:Q142 ; <http://www.wikidata.org/prop/P1891> <{names.ENTITY}statement/{GUID}>, <{names.ENTITY}statement/Q96-2>, <{names.ENTITY}statement/Q96-3> .
  <{names.ENTITY}statement/{GUID}> <http://www.wikidata.org/prop/statement/P1891> wd:Q184 ; <http://wikiba.se/ontology#rank> <http://wikiba.se/ontology#NormalRank> ; <http://www.wikidata.org/prop/qualifier/P585> "2024-03-01T00:00:00Z"^^xsd:dateTime .
  <{names.ENTITY}statement/Q96-2> <http://www.wikidata.org/prop/statement/P1891> wd:Q403 ; <http://wikiba.se/ontology#rank> <http://wikiba.se/ontology#NormalRank> ; <http://www.wikidata.org/prop/qualifier/P585> "2024-01-01T00:00:00Z"^^xsd:dateTime .
  <{names.ENTITY}statement/Q96-3> <http://www.wikidata.org/prop/statement/P1891> wd:Q142 ; <http://wikiba.se/ontology#rank> <http://wikiba.se/ontology#NormalRank> .
}}
"""  # noqa: E501


def source(number, act, day, kind="news", address=None):
    address = address or f'"https://example.org/{number}"'
    return (
        f'<source/{number}> sg:address {address} ; dcterms:title "Title {number}"@en ; '
        f'dcterms:language "en" ; dcterms:issued "2024-06-{number:02}"^^xsd:date ; '
        f"sg:kind <source-kind/{kind}> .\n"
        f"GRAPH <source/{number}> {{ <act/{act}> sg:date {day} }}"
    )


def signature(slug, item, day="2024-05-07", support="corroborated", rank=1, kind="Signature"):
    typed = f'"{day}"^^xsd:date' if len(day) == 10 else f'"{day}"^^xsd:gYearMonth'
    return (
        f"<party/{slug}> skos:exactMatch wd:{item} .\n"
        f"<act/{slug}> a sg:{kind} ; sg:agreement <agreement/a> ; sg:party <party/{slug}> ; "
        f'sg:date {typed} ; sg:earliest "{day[:7]}-07"^^xsd:date ; '
        f'sg:latest "{day[:7]}-07"^^xsd:date ; sg:support <support/{support}> .\n'
        f"<support/{support}> sg:rank {rank} ."
    )


AGREEMENT = "<agreement/a> skos:exactMatch wd:Q96 ."
DAY = '"2024-05-07"^^xsd:date'


def test_a_signature_that_wikidata_lacks_is_a_command_for_each_reference():
    store = linked(
        AGREEMENT, THEIRS, signature("chile", "Q298"),
        source(1, "chile", DAY), source(2, "chile", DAY),
        source(3, "chile", '"2024-05-08"^^xsd:date'), source(4, "chile", DAY, "unverified-note"),
    )  # fmt: skip
    found = wikidata_diff.compared(store)
    assert wikidata_give.files(found, date(2026, 11, 20))["quickstatements.txt"].decode() == (
        'Q96\tP1891\tQ298\tP585\t+2024-05-07T00:00:00Z/11\tS854\t"https://example.org/1"\t'
        'S1476\ten:"Title 1"\tS577\t+2024-06-01T00:00:00Z/11\tS813\t+2026-11-20T00:00:00Z/11\n'
        'Q96\tP1891\tQ298\tP585\t+2024-05-07T00:00:00Z/11\tS854\t"https://example.org/2"\t'
        'S1476\ten:"Title 2"\tS577\t+2024-06-02T00:00:00Z/11\tS813\t+2026-11-20T00:00:00Z/11\n'
    )


def test_a_day_that_wikidata_lacks_is_given_with_its_precision():
    store = linked(
        AGREEMENT, THEIRS, signature("france", FRANCE, "2024-05"),
        source(1, "france", '"2024-05"^^xsd:gYearMonth'),
    )  # fmt: skip
    [fact] = wikidata_diff.compared(store).lacking
    [line] = wikidata_give.commands(fact)
    assert line.split("\t")[:5] == ["Q96", "P1891", FRANCE, "P585", "+2024-05-00T00:00:00Z/10"]
    assert "S813" not in line


def test_a_day_that_is_another_there_is_a_mismatch():
    store = linked(AGREEMENT, THEIRS, signature("belarus", BELARUS), source(1, "belarus", DAY))
    text = wikidata_give.files(wikidata_diff.compared(store))["mismatches.csv"].decode()
    head, row = csv.reader(io.StringIO(text))
    assert ",".join(head) == (
        "item_id,statement_guid,property_id,wikidata_value,meta_wikidata_value,"
        "external_value,external_url,type"
    )
    assert row == [
        "Q96", GUID.replace("Q96-", "Q96$"), "P585", "2024-03-01", "", "2024-05-07",
        "https://example.org/1", "qualifier",
    ]  # fmt: skip
    # What Mismatch Finder's importer insists on.
    assert re.fullmatch(r"(?i)Q\d+\$[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", row[1])


def test_a_year_there_may_be_our_day():
    store = linked(AGREEMENT, THEIRS, signature("serbia", SERBIA), source(1, "serbia", DAY))
    found = wikidata_diff.compared(store)
    assert found.lacking == found.differing == ()


def test_a_day_that_is_not_known_there_is_none():
    somewhen = "<http://www.wikidata.org/.well-known/genid/0f5a>"
    theirs = THEIRS.replace('"2024-03-01T00:00:00Z"^^xsd:dateTime', somewhen)
    facts = signature("belarus", BELARUS), source(1, "belarus", DAY)
    found = wikidata_diff.compared(linked(AGREEMENT, theirs, *facts))
    assert found.differing == ()
    assert [fact.value for fact in found.lacking] == [BELARUS]


def test_what_we_lack_is_listed():
    store = linked(AGREEMENT, THEIRS, signature("serbia", SERBIA), source(1, "serbia", DAY))
    text = wikidata_give.files(wikidata_diff.compared(store))["wikidata-has.csv"].decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["wikidata_value"], row["day"]) for row in rows] == [
        (FRANCE, ""), (BELARUS, "2024-03-01"),
    ]  # fmt: skip


RATIFIED = f"""
GRAPH <graph/wikidata> {{
  wd:Q96 wdt:P6193 wd:Q403, wd:Q142 ; <http://www.wikidata.org/prop/P6193> <{names.ENTITY}statement/{GUID}> .
  <{names.ENTITY}statement/{GUID}> <http://www.wikidata.org/prop/statement/P6193> wd:Q403 ; <http://wikiba.se/ontology#rank> <http://wikiba.se/ontology#NormalRank> ; <http://www.wikidata.org/prop/qualifier/P585> "2024-03-01T00:00:00Z"^^xsd:dateTime .
}}
"""  # noqa: E501


def test_a_ratification_is_told_as_one_and_a_signature_is_none():
    ratified, signed = signature("chile", "Q298", kind="Ratification"), signature("x", "Q5")
    sources = source(1, "chile", DAY), source(2, "x", DAY)
    found = wikidata_diff.compared(linked(AGREEMENT, RATIFIED, ratified, signed, *sources))
    assert {(fact.property, fact.value) for fact in found.lacking} == {
        ("P6193", "Q298"), ("P1891", "Q5"),
    }  # fmt: skip
    assert wikidata_give.commands(found.lacking[1])[0].split("\t")[:5] == [
        "Q96", "P6193", "Q298", "P585", "+2024-05-07T00:00:00Z/11",
    ]  # fmt: skip


def test_another_day_of_ratification_is_a_mismatch_and_an_accession_is_not_lacked_here():
    facts = (
        signature("serbia", SERBIA, kind="Ratification, sg:ConsentToBeBound"),
        source(1, "serbia", DAY),
    )
    acceded = signature("france", FRANCE, kind="Accession, sg:ConsentToBeBound")
    found = wikidata_diff.compared(linked(AGREEMENT, RATIFIED, *facts, acceded))
    [(fact, there)] = found.differing
    assert (fact.property, fact.value, there.day) == ("P6193", SERBIA, "2024-03-01")
    assert found.further == ()
    assert found.lacking == ()


def test_only_what_is_corroborated_goes_out_unless_more_is_asked_for():
    store = linked(
        AGREEMENT, THEIRS, signature("chile", "Q298", support="single-source", rank=2),
        source(1, "chile", DAY),
    )  # fmt: skip
    assert wikidata_diff.compared(store).lacking == ()
    assert len(wikidata_diff.compared(store, "single-source").lacking) == 1


def test_a_fact_without_a_reference_is_left_out_and_told():
    store = linked(
        AGREEMENT, THEIRS, signature("chile", "Q298"), source(1, "chile", DAY, "reference-work")
    )
    found = wikidata_diff.compared(store)
    assert found.lacking == ()
    assert [fact.value for fact in found.unreferenced] == ["Q298"]


def test_a_title_with_quotation_marks_is_left_out():
    reference = wikidata_diff.Reference("https://example.org/", 'A "title"', "en", "2024~")
    fact = wikidata_diff.Fact("Q1", "P1891", "Q2", "", "2024", date.min, date.max, (reference,))
    [line] = wikidata_give.commands(fact)
    assert line.split("\t")[3:] == [
        "P585", "+2024-00-00T00:00:00Z/9", "S854", '"https://example.org/"',
    ]  # fmt: skip


def test_a_span_of_days_is_no_time_there():
    reference = wikidata_diff.Reference("https://example.org/", "A", "en", "2024")
    span = "2024-05-07/2024-05-08"
    assert wikidata_give.commands(
        wikidata_diff.Fact("Q1", "P1891", "Q2", "", span, date.min, date.max, (reference,))
    ) == []  # fmt: skip


# The grammar of https://www.wikidata.org/wiki/Help:QuickStatements#Command_sequence_syntax
FORMS = {
    "item": r"Q[1-9]\d*",
    "time": r"\+\d{4}-(00-00T00:00:00Z/9|\d\d-00T00:00:00Z/10|\d\d-\d\dT00:00:00Z/11)",
    "text": r'"[^"]{1,1500}"',
    "monolingual": r'[a-z][a-z-]*:"[^"]{1,1500}"',
}
KINDS = {
    "P1891": "item", "P6193": "item", "P585": "time",
    "S854": "text", "S1476": "monolingual", "S577": "time", "S813": "time",
}  # fmt: skip


def parsed(line):
    """Return a command as statement, qualifiers and reference; fail where it is none."""
    item, *pairs = line.split("\t")
    assert re.fullmatch(FORMS["item"], item), line
    # A comment would be cut off, and a bar or two would begin another cell or command.
    assert "/*" not in line, line
    assert len(pairs) % 2 == 0, line
    told = list(zip(pairs[::2], pairs[1::2], strict=True))
    for property_, value in told:
        assert re.fullmatch(FORMS[KINDS[property_]], value), (property_, value)
    kinds = "".join(property_[0] for property_, _ in told)
    assert re.fullmatch("P+S+", kinds), line
    return (item, *told[0]), dict(told[1 : kinds.index("S")]), dict(told[kinds.index("S") :])


@pytest.fixture(scope="module")
def server(whole):
    with Wikidata(made_up(wikidata.links(whole))) as running:
        yield running


@pytest.fixture(scope="module")
def joined(whole_release, server, tmp_path_factory):
    """The whole record with a snapshot of all its items."""
    store, place = ox.Store(), tmp_path_factory.mktemp("snapshot") / "wikidata.ttl"
    store.bulk_load(path=whole_release.folder / release.DUMP, format=ox.RdfFormat.N_QUADS)
    links = wikidata.links(store)
    asked = wikidata.Wikidata(server.api, server.queries)
    wikidata_snapshot.pull({link.item for link in links}, asked, place)
    graph = ox.NamedNode(names.WIKIDATA)
    store.bulk_load(path=place, format=ox.RdfFormat.TURTLE, to_graph=graph)
    return store


def test_the_commands_on_the_whole_record_keep_to_the_grammar_and_hold_references(joined):
    found = wikidata_diff.compared(joined)
    text = wikidata_give.files(found, date(2026, 11, 20))["quickstatements.txt"].decode()
    commands = [parsed(line) for line in text.splitlines()]
    assert len({statement for statement, _, _ in commands}) > 300
    assert any(item == "Q96341450" for (item, _, _), _, _ in commands)
    assert {property_ for (_, property_, _), _, _ in commands} == {"P1891", "P6193"}
    for _, qualifiers, reference in commands:
        assert qualifiers.keys() == {"P585"}
        assert re.match('"https?://[^ ]+"', reference["S854"])
        assert reference["S813"] == "+2026-11-20T00:00:00Z/11"
    # One row for each reference: none comes twice.
    assert len({(one, told["S854"]) for one, _, told in commands}) == len(commands)


def test_what_is_given_is_corroborated(joined):
    for fact in wikidata_diff.compared(joined).lacking:
        support = f"ASK {{ <{fact.act}> sg:support <support/corroborated> }}"
        assert query.run(joined, support), fact.act


# The join of the README, on the whole record

LIVE = re.compile("GRAPH <[^>]*> ({ .item wdt:P1082)")


def people(store, text, **options):
    """Return who lives where, and how long that took, in seconds."""
    begin = time.perf_counter()
    rows = list(query.run(store, text, **options))
    took = time.perf_counter() - begin
    return {(r["name"].value, r["programme"].value): r["people"].value for r in rows}, took


def test_the_population_of_all_states_of_two_programmes_is_joined_within_100_ms(joined):
    text = query.named("population").text
    found = min((people(joined, text) for _ in range(3)), key=lambda one: one[1])
    assert len(found[0]) > 80
    assert all(found[0].values())
    assert found[1] < 0.1


def test_wikidata_itself_is_asked_for_fifty_of_them_at_once(joined, server):
    text = query.named("population").text
    live = LIVE.sub(f"SERVICE <{server.queries}> \\1", text)
    assert live != text
    server.asked.clear()
    found, _ = people(joined, live, services=[server.queries])
    assert found == people(joined, text)[0]
    states = {row["item"] for row in query.run(joined, text)}
    assert len(server.asked) <= -(-len(states) // 50)
