"""The ILRS: what the graph holds of it, against the tables from which it was made."""

import csv
import os
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from rdflib import RDF, Literal
from rdflib.namespace import DCTERMS, XSD

from selenograph.graph import importing, names, reconcile
from selenograph.graph.names import SG
from tests.test_claims import is_borne_out, loaded

ROOT = Path(__file__).parents[1]
DOSSIER = Path(os.environ.get("DOSSIER", ROOT.parent / "shared" / "dossier")) / "ilrs"
CLAIMS = tomllib.loads((ROOT / "tests/claims/ilrs.toml").read_text("utf-8"))
# Each row of the dossier that no mapping takes, with the claim that proves it.
PROVED = {row: claim for claim in CLAIMS.values() for row in claim["rows"]}
# The two articles that the project began with, and the page of the first.
SEEDS = ("S001", "S002", "S132")
BY_ROSTER = {"P116": "Kazakhstan"}
ILRS = names.iri("programme/ilrs")

needs_dossier = pytest.mark.skipif(
    not (DOSSIER / "participations.csv").is_file(),
    reason=f"{DOSSIER} has no participations.csv; DOSSIER names the folder of another dossier",
)


@pytest.fixture(scope="module")
def tables():
    """The rows by name: P or F, and their number as an editor shows it."""
    found = {}
    for letter, table in (("P", "participations.csv"), ("F", "programme_facts.csv")):
        with (DOSSIER / table).open(encoding="utf-8", newline="") as file:
            rows = enumerate(csv.DictReader(file), 2)
            found |= {f"{letter}{number}": row for number, row in rows}
    return found


@pytest.fixture(scope="module")
def documents():
    with (ROOT / "graph/mappings/ilrs-documents.csv").open(encoding="utf-8", newline="") as file:
        return {row["source_id"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def testimony():
    return loaded(ROOT / "graph/sources")


@pytest.fixture(scope="module")
def record(corpus):
    return reconcile.record(corpus.vocabulary, corpus.naming, corpus.testimony)


def graph(corpus, slug):
    return corpus.testimony[names.iri(f"source/{slug}")]


def listed(corpus, slug):
    """Return the slugs of the parties in the roster of a source, in order."""
    found = graph(corpus, slug)
    rows = sorted(found.subject_objects(SG.position), key=lambda pair: int(pair[1]))
    return [names.path(str(found.value(row, SG.party))).partition("/")[2] for row, _ in rows]


def positions(record, subject, local):
    disagreement = names.iri(f"disagreement/{subject}/{local}")
    chosen = record.value(disagreement, SG.chosen)
    values = {record.value(p, SG.value) for p in record.objects(disagreement, SG.alternative)}
    return chosen, values


def day(text):
    return Literal(text, datatype=XSD.date)


@pytest.mark.parametrize("name", CLAIMS)
def test_a_row_that_no_mapping_takes_is_told_by_its_source(name, testimony):
    assert is_borne_out(CLAIMS[name], testimony), CLAIMS[name]["claim"]


@needs_dossier
def test_each_source_of_the_dossier_has_a_file(corpus, documents):
    with (DOSSIER / "sources.csv").open(encoding="utf-8", newline="") as file:
        known = {row["source_id"] for row in csv.DictReader(file)}
    assert known == documents.keys() | set(SEEDS)
    for row in documents.values():
        assert len(graph(corpus, row["slug"])) > 7, row["slug"]


@needs_dossier
def test_another_import_changes_nothing_and_every_row_is_taken_proved_or_told_in_a_seed(
    tables, documents
):
    prepared = importing.prepare(
        DOSSIER / "participations.csv",
        ROOT / "graph/mappings/ilrs-participations.toml",
        ROOT / "graph/sources",
    )
    assert prepared.changes == ()
    rows = {name: row for name, row in tables.items() if name.startswith("P")}
    seeds = {name for name, row in rows.items() if row["source_id"] in SEEDS}
    by_hand = {name for name in PROVED if name in rows} | BY_ROSTER.keys()
    assert not seeds & by_hand
    assert prepared.taken + len(seeds) + len(by_hand) == len(rows) == 266
    assert sum(prepared.left.values()) == len(seeds) + len(by_hand)


@needs_dossier
def test_every_fact_on_the_programme_is_proved_or_told_in_a_seed(tables):
    facts = {name for name, row in tables.items() if name.startswith("F")}
    seeds = {name for name in facts if tables[name]["source_id"] in SEEDS}
    assert facts == seeds | {name for name in PROVED if name in facts}
    assert len(facts) == 63


@needs_dossier
def test_a_claim_names_the_source_of_its_row(tables, documents):
    for name, claim in PROVED.items():
        slug = documents[tables[name]["source_id"]]["slug"]
        assert claim["source"] == f"source/{slug}", name


@needs_dossier
def test_the_rows_of_the_two_articles_are_in_their_files(tables, corpus):
    """By their tables, and by the acts of the parties that their prose names."""
    slugs = {
        "S001": "2023-10-spacenews-belarus-ilrs",
        "S002": "2024-05-spacenews-serbia-ilrs",
        "S132": "2023-10-spacenews-belarus-ilrs",
    }
    kinds = Counter()
    for name, row in tables.items():
        if name.startswith("F") or row["source_id"] not in SEEDS:
            continue
        found = graph(corpus, slugs[row["source_id"]])
        kinds[row["event_type"]] += 1
        if row["event_type"] == "listed_as_signatory":
            given = {str(value) for value in found.objects(None, SG.nameAsGiven)}
            assert row["party"] in given, name
        elif row["country_iso2"]:
            codes = corpus.naming.subjects(SG.isoAlpha2, Literal(row["country_iso2"]))
            (state,) = codes
            acts = {*found.subjects(SG.party, state), *found.subjects(SG.about, state)}
            assert acts, name
    assert kinds["listed_as_signatory"] == 25


@needs_dossier
def test_a_row_with_a_day_stands_in_the_file_of_its_source(tables, documents, corpus):
    """Read from the table anew, without the mapping."""
    for name, row in tables.items():
        if name.startswith("F") or row["source_id"] in SEEDS or name in PROVED:
            continue
        if row["event_type"] not in ("signed", "joined", "applied", "accepted_invitation"):
            continue
        found = graph(corpus, documents[row["source_id"]]["slug"])
        dates = {str(value) for value in found.objects(None, SG.date)}
        assert row["date"] in dates or not row["date"], name


def test_roscosmos_lists_thirteen_and_leaves_out_kazakhstan_and_the_emirates(corpus):
    named = listed(corpus, "2025-04-29-news-pravda-thirteen-countries-ilrs")
    assert len(named) == 13
    assert named[-3:] == ["djibouti", "ethiopia", "bolivia"]
    assert not {"kazakhstan", "united-arab-emirates", "turkiye"} & set(named)


def test_the_table_of_reuters_has_seven_with_two_founders(corpus):
    assert listed(corpus, "2023-10-26-straits-times-ilrs-partners") == [
        "china", "russia", "venezuela", "south-africa", "azerbaijan", "pakistan", "belarus",
    ]  # fmt: skip


def test_sources_count_from_the_ninth_country_to_the_thirteenth(corpus):
    told = {
        names.path(str(act)).split("/")[2]: int(number)
        for found in corpus.testimony.values()
        for act, number in found.subject_objects(SG.ordinal)
        if "/act/ilrs/" in act and act.endswith("/signature")
    }
    assert told == {
        "thailand": 9, "nicaragua": 10, "serbia": 11, "kazakhstan": 12, "senegal": 13,
    }  # fmt: skip


def test_countries_are_counted_from_seven_to_seventeen(corpus):
    counts = {
        int(found.value(subject, SG.value))
        for found in corpus.testimony.values()
        for subject in found.subjects(SG.measure, names.iri("measure/countries"))
        if found.value(subject, SG.value) and (subject, SG.about, ILRS) in found
    }
    assert counts == {7, 9, 10, 12, 13, 17}


@pytest.mark.parametrize(
    ("act", "chosen", "other"),
    [
        ("belintersat-1/launch", "2016-01-16", "2016-01-15"),
        ("change-6/landing", "2024-06-02", "2024-06-01"),
        ("ilrs/apsco/signature", "2023-04-25", "2023-06"),
        ("ilrs/kazakhstan/signature", "2024-07-03", "2024-07-05"),
        ("ilrs/kenya-advanced-institute/signature", "2024-04-05", "2024-04-08"),
        ("ilrs/russia/agreement-signature", "2022-11-25", "2022-12"),
        ("ilrs/serbia/signature", "2024-05-07/2024-05-08", "2024-05-10"),
        ("ilrs/universidad-de-la-republica/signature", "2024-08-16", "2024-07-16"),
        ("ilrs/university-of-sharjah/announcement", "2023-11-19", "2023-11-22"),
        ("ilrs/azerbaijan/announcement", "2023-10-08", "2023-10-09"),
        ("ilrs/venezuela/signature", "2023-07-17", "2023-07-18"),
        ("ilrs/proposal", "2016", "2017"),
    ],
)
def test_the_record_shows_each_conflict_of_dates(act, chosen, other, record):
    took, values = positions(record, f"act/{act}", "date")
    assert str(took) == chosen
    assert {str(value) for value in values} == {chosen, other}


def test_what_belarus_signed_is_a_declaration_a_statement_or_an_agreement(record):
    took, values = positions(record, "agreement/ilrs/belarus", "instrument")
    assert took == names.iri("instrument/joint-declaration")
    assert {names.path(str(value)) for value in values} == {
        "instrument/joint-declaration", "instrument/joint-statement",
        "instrument/cooperation-agreement",
    }  # fmt: skip


def test_no_state_signs_for_an_institution_of_it(corpus):
    """Headlines say Oman and Uruguay; the firm and the university act for themselves."""
    for body in ("oman-lens", "universidad-de-la-republica", "university-of-sharjah"):
        assert corpus.naming.value(names.iri(f"party/{body}"), SG.actsFor) is None
        ruling = names.iri(f"ruling/ilrs/{body}/party")
        chosen = corpus.naming.value(ruling, SG.chosen)
        assert body == "university-of-sharjah" or chosen == names.iri(f"party/{body}")


def test_the_emirates_have_no_signature_of_their_own_on_the_ilrs(corpus):
    emirates = names.iri("party/united-arab-emirates")
    kinds = {
        kind
        for found in corpus.testimony.values()
        for act in found.subjects(SG.party, emirates)
        if "/act/ilrs/" in act
        for kind in found.objects(act, RDF.type)
    }
    assert kinds == {SG.Conclusion}


def test_one_source_has_the_prime_minister_look_on_and_another_has_him_sign(corpus):
    signature = names.iri("act/ilrs/pakistan/signature")
    minister = names.iri("person/anwaar-ul-haq-kakar")
    reuters = graph(corpus, "2023-10-20-cna-pakistan-ilrs")
    asian = graph(corpus, "2023-10-27-asian-lite-pakistan-belarus-ilrs")
    assert (signature, SG.witness, minister) in reuters
    assert (signature, SG.signatory, minister) in asian


def test_copies_of_one_release_are_one_witness(corpus):
    cnsa = names.iri("source/2023-12-cnsa-egypt-ilrs")
    copies = [s for s, found in corpus.testimony.items() if (s, SG.relays, cnsa) in found]
    assert len(copies) == 4


def test_what_was_looked_for_and_not_found_is_told(corpus):
    note = graph(corpus, "2026-11-21-selenograph-ilrs-open-questions")
    assert len(set(note.subjects(RDF.type, SG.NegativeFinding))) >= 15
    publishers = set(note.objects(None, DCTERMS.publisher))
    assert publishers == {names.iri("party/selenograph")}
    # It bears nothing out by itself.
    assert not set(note.subjects()) & set(corpus.naming.subjects(RDF.type, SG.Act))
