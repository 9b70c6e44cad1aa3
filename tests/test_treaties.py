"""The five UN space treaties: what the graph holds of them, against the table it was made from."""

import csv
import os
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from rdflib import RDF, Literal
from rdflib.namespace import RDFS, SKOS, XSD

from selenograph.graph import importing, names
from selenograph.graph.names import SG

ROOT = Path(__file__).parents[1]
DOSSIER = Path(os.environ.get("DOSSIER", ROOT.parent / "shared" / "dossier")) / "world"
CODES = {
    "OST": "outer-space-treaty",
    "ARRA": "rescue-agreement",
    "LIAB": "liability-convention",
    "REG": "registration-convention",
    "MOON": "moon-agreement",
}
# By treaty: acts told, once for each source; and states that some source shows to have signed, and
# to have consented to be bound.
HELD = {
    "OST": (691, 108, 126),
    "ARRA": (396, 82, 108),
    "LIAB": (396, 85, 98),
    "REG": (417, 60, 78),
    "MOON": (146, 19, 18),
}
LEFT = {"OST": 31, "ARRA": 38, "LIAB": 20, "REG": 3, "MOON": 0}
# A dataset calls them successors, and other documents show that they signed.
SIGNED_THEMSELVES = {"BY", "RU", "UA"}
BINDING = (SG.ConsentToBeBound, SG.Ratification, SG.Accession, SG.Succession)
KINDS = {
    "party": BINDING,
    "signatory": (SG.Signature,),
    "withdrawn": (SG.Withdrawal,),
    "party (domestic act adopted)": (SG.Authorization,),
    "party (decree approving accession)": (SG.Authorization,),
}

needs_dossier = pytest.mark.skipif(
    not (DOSSIER / "treaty_status.csv").is_file(),
    reason=f"{DOSSIER} has no treaty_status.csv; DOSSIER names the folder of another dossier",
)


@pytest.fixture(scope="module")
def rows():
    with (DOSSIER / "treaty_status.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def documents():
    with (ROOT / "graph/mappings/world-documents.csv").open(encoding="utf-8", newline="") as file:
        return {row["source_id"]: row for row in csv.DictReader(file)}


def told(corpus, code):
    """Yield what each source tells of the acts of a treaty: graph and act."""
    for graph in corpus.testimony.values():
        for act in graph.subjects(SG.agreement, names.iri(f"agreement/{CODES[code]}")):
            yield graph, act


def left_out(row):
    return (
        not row["iso2"]
        or row["status"] not in KINDS
        or (row["source_id"], row["confidence"]) == ("W025", "low")
    )


@pytest.mark.parametrize("code", CODES)
def test_the_graph_holds_as_many_acts_of_each_treaty_as_it_did(corpus, code):
    acts = list(told(corpus, code))
    who = {
        kinds: {
            party
            for graph, act in acts
            for party in graph.objects(act, SG.party)
            if set(graph.objects(act, RDF.type)) & set(kinds)
        }
        for kinds in ((SG.Signature,), BINDING)
    }
    assert (len(acts), *map(len, who.values())) == HELD[code]


@pytest.mark.parametrize("code", CODES)
def test_each_treaty_was_adopted_then_opened_then_entered_into_force(corpus, code):
    official = corpus.testimony[names.iri("source/2025-unoosa-space-law-instruments")]
    acts = [
        names.iri(f"act/{CODES[code]}/{what}")
        for what in ("adoption", "opening", "entry-into-force")
    ]
    days = [str(official.value(act, SG.date)) for act in acts]
    assert days == sorted(set(days))
    depositaries = set(official.objects(names.iri(f"agreement/{CODES[code]}"), SG.depositary))
    assert len(depositaries) == (1 if code in ("REG", "MOON") else 3)


def test_one_state_deposits_with_three_depositaries_on_three_days(corpus):
    volume = corpus.testimony[names.iri("source/1975-unts-liability-convention")]
    consent = "act/liability-convention/bulgaria/consent"
    days = {
        where: str(volume.value(names.iri(f"{consent}/{where}"), SG.date))
        for where in ("united-kingdom", "united-states", "russia")
    }
    assert days == {
        "united-kingdom": "1972-05-16", "united-states": "1972-06-14", "russia": "1973-05-14",
    }  # fmt: skip


def test_a_withdrawal_has_the_day_of_its_notice_and_that_of_its_effect(corpus):
    notice = corpus.testimony[names.iri("source/2023-01-un-saudi-arabia-moon-agreement")]
    withdrawal = names.iri("act/moon-agreement/saudi-arabia/withdrawal")
    assert notice.value(withdrawal, SG.date) == Literal("2023-01-05", datatype=XSD.date)
    assert notice.value(withdrawal, SG.effective) == Literal("2024-01-05", datatype=XSD.date)


@pytest.mark.parametrize("code", CODES)
def test_no_document_has_a_state_both_sign_a_treaty_and_succeed_to_it(corpus, code):
    kinds = defaultdict(set)
    for graph, act in told(corpus, code):
        kinds[graph.identifier, *graph.objects(act, SG.party)] |= set(graph.objects(act, RDF.type))
    own = {names.iri(f"party/{slug}") for slug in ("belarus", "russia", "ukraine")}
    both = {
        tuple(party)
        for (_, *party), found in kinds.items()
        if {SG.Signature, SG.Succession} <= found
    }
    assert {party for (party,) in both} <= own


def test_a_successor_is_bound_from_the_day_of_its_predecessor_without_having_acted_then(corpus):
    dataset = corpus.testimony[names.iri("source/2024-04-panarchic-huggo")]
    consent = names.iri("act/rescue-agreement/serbia/consent")
    assert str(dataset.value(consent, SG.effective)) == "1971-03-01"
    assert dataset.value(consent, SG.date) is None


@needs_dossier
def test_another_import_of_the_tables_changes_nothing_and_accounts_for_each_row(rows):
    status = importing.prepare(
        DOSSIER / "treaty_status.csv",
        ROOT / "graph/mappings/treaty-status.toml",
        ROOT / "graph/sources",
    )
    assert status.changes == ()
    assert status.taken + sum(status.left.values()) == len(rows)
    assert sum(status.left.values()) == sum(LEFT.values())
    treaties = importing.prepare(
        DOSSIER / "treaties.csv", ROOT / "graph/mappings/treaties.toml", ROOT / "graph/sources"
    )
    assert (treaties.changes, treaties.taken, treaties.left) == ((), 5, {})


@needs_dossier
def test_each_treaty_lacks_the_rows_that_are_left_out_and_no_others(rows):
    assert Counter(row["treaty"] for row in rows if left_out(row)) == Counter(LEFT)


@needs_dossier
def test_each_row_stands_in_the_file_of_its_source_with_all_its_dates(corpus, rows, documents):
    """Read from the table anew, without the mapping."""
    codes = {str(code): state for state, code in corpus.naming.subject_objects(SG.isoAlpha2)}
    for row in rows:
        if left_out(row):
            continue
        graph = corpus.testimony[names.iri(f"source/{documents[row['source_id']]['slug']}")]
        agreement = names.iri(f"agreement/{CODES[row['treaty']]}")
        acts = set(graph.subjects(SG.party, codes[row["iso2"]])) & set(
            graph.subjects(SG.agreement, agreement)
        )
        kinds = {kind for act in acts for kind in graph.objects(act, RDF.type)}
        days = {
            str(day)
            for act in acts
            for p in (SG.date, SG.effective)
            for day in graph.objects(act, p)
        }
        wanted = {row["signature_date"], row["consent_date"], row["in_force_date"]} - {""}
        if row["consent_kind"] == "succession" and row["iso2"] not in SIGNED_THEMSELVES:
            wanted -= {row["signature_date"]} - {row["consent_date"]}
        assert wanted <= days, row
        assert kinds & set(KINDS[row["status"]]), row


@needs_dossier
def test_the_days_on_which_the_dossier_finds_sources_apart_are_all_told(corpus):
    """The rows of disagreements.csv on parties to treaties; the others are choices of names."""
    with (DOSSIER / "disagreements.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert Counter(row["topic"] for row in table) == {
        "country QID": 8,
        "organization QID": 8,
        "treaty date": 52,
        "treaty status": 57,
        "treaty": 5,
        "IGO": 7,
    }
    called = defaultdict(set)
    for predicate in (RDFS.label, SKOS.prefLabel, SKOS.altLabel):
        for party, name in corpus.naming.subject_objects(predicate):
            called[str(name)].add(party)
    said = defaultdict(set)
    for code in CODES:
        for graph, act in told(corpus, code):
            for party in graph.objects(act, SG.party):
                for predicate in (SG.date, SG.effective):
                    said[code, party] |= {str(day) for day in graph.objects(act, predicate)}
    for row in table:
        if row["topic"] == "treaty date":
            code, name = row["subject"].split(" ", 1)
            days = set(re.findall(r"\d{4}-\d\d-\d\d", row["values"]))
            assert len(days) > 1
            assert any(days <= said[code, party] for party in called[name]), row
