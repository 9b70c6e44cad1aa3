"""The Artemis Accords and programme: what the graph holds, against the table it was made from."""

import csv
import os
from collections import defaultdict
from pathlib import Path

import pytest
from rdflib import RDF, Literal
from rdflib.namespace import SKOS, XSD

from selenograph.graph import files as texts
from selenograph.graph import importing, mapping, names
from selenograph.graph.names import SG

ROOT = Path(__file__).parents[1]
MAPPING = ROOT / "graph/mappings/artemis-participations.toml"
DOSSIER = Path(os.environ.get("DOSSIER", ROOT.parent / "shared" / "dossier")) / "artemis"
ACCORDS = names.iri("agreement/artemis-accords")
# Rows left out, by the beginning of the reason; those told by hand are in the graph all the same.
UNSOURCED, ELSEWHERE, BY_HAND = 51, 3, 45

needs_dossier = pytest.mark.skipif(
    not (DOSSIER / "participations.csv").is_file(),
    reason=f"{DOSSIER} has no participations.csv; DOSSIER names the folder of another dossier",
)


@pytest.fixture(scope="module")
def rows():
    with (DOSSIER / "participations.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def documents():
    with (ROOT / "graph/mappings/artemis-documents.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["source_id"]: names.iri(f"source/{row['slug']}") for row in csv.DictReader(file)
        }


@pytest.fixture(scope="module")
def signed(corpus):
    """The sources that tell of the signature of each state under the Accords."""
    found = defaultdict(set)
    for source, graph in corpus.testimony.items():
        for act in graph.subjects(SG.agreement, ACCORDS):
            if (act, RDF.type, SG.Signature) in graph:
                found[graph.value(act, SG.party)].add(source)
    return found


def told(corpus, subject, predicate):
    """Return what the sources give for a property, as texts."""
    return {
        str(value)
        for graph in corpus.testimony.values()
        for value in graph.objects(names.iri(subject), predicate)
    }


def reason_to_leave(row):
    rules = mapping.plan(texts.given(MAPPING)).left_out
    return next((rule["reason"] for rule in rules if mapping.fits(row, rule["where"])), "")


def test_seventy_two_states_have_signed_the_accords_and_albania_is_announced(corpus, signed):
    assert len(signed) == 72
    albania = "act/artemis-accords/albania/announcement"
    assert names.iri("party/albania") not in signed
    assert told(corpus, albania, SG.ordinal) == {"73"}
    assert told(corpus, albania, SG.about) == {str(names.iri("party/albania"))}


def test_the_numbers_from_nine_on_are_given_to_one_state_each_by_most_sources(corpus, signed):
    given = defaultdict(lambda: defaultdict(int))
    for state, sources in signed.items():
        act = names.iri(f"act/artemis-accords/{names.path(state).removeprefix('party/')}/signature")
        for source in sources:
            for number in corpus.testimony[source].objects(act, SG.ordinal):
                given[state][int(str(number))] += 1
    agreed = sorted(max(counts, key=counts.get) for counts in given.values())
    # Nobody numbers Malaysia and the Philippines (58, 59) and Malta (66); Mexico is numbered by
    # those who announced that it would sign.
    assert agreed == sorted({*range(9, 73)} - {14, 58, 59, 66})
    assert told(corpus, "act/artemis-accords/mexico/announcement", SG.ordinal) == {"14"}


def test_signing_handing_over_and_announcing_are_three_acts_of_iceland(corpus):
    days = {
        what: told(corpus, f"act/artemis-accords/iceland/{what}", SG.date)
        for what in ("signature", "delivery", "announcement")
    }
    assert days == {
        "signature": {"2023-10-10"}, "delivery": {"2023-10-31"}, "announcement": {"2023-11-01"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("state", "signature", "announcement"),
    [
        ("south-korea", "2021-05-24", "2021-05-27"),
        ("bahrain", "2022-03-02", "2022-03-04"),
        ("india", "2023-06-21", "2023-06-22"),
        ("dominican-republic", "2024-10-04", "2024-10-07"),
        ("cyprus", "2024-10-23", "2024-10-24"),
        ("oman", "2026-01-26", "2026-01-23"),
    ],
)
def test_an_announcement_on_another_day_is_no_disagreement_on_the_signature(
    corpus, state, signature, announcement
):
    act = f"act/artemis-accords/{state}"
    assert told(corpus, f"{act}/signature", SG.date) == {signature}
    assert told(corpus, f"{act}/announcement", SG.date) == {announcement}


def test_latvia_is_announced_as_the_60th_and_signs_as_the_62nd(corpus):
    assert told(corpus, "act/artemis-accords/latvia/announcement", SG.ordinal) == {"60"}
    assert told(corpus, "act/artemis-accords/latvia/signature", SG.ordinal) == {"62"}
    assert told(corpus, "act/artemis-accords/latvia/authorization", SG.date) == {"2025-10-07"}


def test_the_list_of_seventy_lacks_only_those_who_signed_later(corpus, signed):
    graph = corpus.testimony[names.iri("source/2026-07-30-dateno-artemis-accords")]
    rows = list(graph.subjects(RDF.type, SG.RosterEntry))
    listed = {graph.value(row, SG.party) for row in rows}
    assert len(rows) == len(listed) == 70
    assert signed.keys() - listed == {names.iri("party/turkiye"), names.iri("party/djibouti")}
    assert listed <= signed.keys()


def test_the_plan_for_artemis_iii_moved_and_lost_its_landing(corpus):
    after = corpus.testimony[
        names.iri("source/2026-09-13-unnamed-repository-lunar-events-open-questions")
    ]
    plans = {
        (graph.value(plan, SG.about), str(graph.value(plan, SG.value)))
        for graph in corpus.testimony.values()
        for plan in graph.subjects(RDF.type, SG.Plan)
        if graph.value(plan, SG.measure) == names.iri("measure/crewed-lunar-landing")
    }
    programme = names.iri("programme/artemis")
    assert {(programme, "[..2024]"), (programme, "[..2027]"), (programme, "2028")} <= plans
    assert after.value(names.iri("mission/artemis-iii"), SG.target) == names.iri(
        "place/low-earth-orbit"
    )
    assert (names.iri("mission/artemis-iv"), "2028") in plans


def test_canada_and_nasa_signed_for_the_gateway_on_two_days_in_two_places(corpus):
    treaty = corpus.testimony[names.iri("source/2022-12-treaty-section-canada-gateway")]
    acts = [names.iri(f"act/gateway/canada/{what}") for what in ("signature", "signature-of-nasa")]
    assert [str(treaty.value(act, SG.date)) for act in acts] == ["2020-11-12", "2020-11-15"]
    assert len({treaty.value(act, SG.place) for act in acts}) == 2


@pytest.mark.parametrize(
    ("ruling", "chosen", "kind"),
    [
        ("artemis-accords/germany/date", "2023-09-14", "time-zone"),
        ("artemis/artemis-ii/landing/date", "2026-04-10", "time-zone"),
        ("artemis/pressurized-rover/date", "2024-04-09", "time-zone"),
        ("artemis/japan-declaration-of-intent/date", "2020-07-09", "time-zone"),
        ("artemis-accords/portugal/date", "2026-01-11", "announcement-or-signature"),
        ("artemis-accords/new-zealand/date", "2021-05-31", "announcement-or-signature"),
    ],
)
def test_a_day_is_ruled_on_where_its_cause_is_known_and_some_source_has_another(
    corpus, ruling, chosen, kind
):
    node = names.iri(f"ruling/{ruling}")
    assert corpus.naming.value(node, SG.chosen) == Literal(chosen, datatype=XSD.date)
    assert corpus.naming.value(node, SG.kind) == names.iri(f"disagreement-kind/{kind}")
    days = told(corpus, names.path(str(corpus.naming.value(node, SG.about))), SG.date)
    assert chosen in days
    assert len(days) > 1


def test_what_rests_on_notes_alone_is_known(corpus, signed):
    note = names.iri("source-kind/unverified-note")
    resting = {
        names.path(state).removeprefix("party/")
        for state, sources in signed.items()
        if all(corpus.testimony[source].value(source, SG.kind) == note for source in sources)
    }
    assert resting == {
        "latvia", "jordan", "morocco", "ireland", "malta", "paraguay", "turkiye", "djibouti",
    }  # fmt: skip


def test_bodies_that_signed_act_for_their_states(corpus):
    for graph in corpus.testimony.values():
        for act in graph.subjects(SG.agreement, ACCORDS):
            for body in graph.objects(act, SG.signedBy):
                assert corpus.naming.value(body, SG.actsFor) in set(graph.objects(act, SG.party))


@needs_dossier
def test_another_import_of_the_tables_changes_nothing_and_accounts_for_each_row(rows):
    found = importing.prepare(DOSSIER / "participations.csv", MAPPING, ROOT / "graph/sources")
    assert found.changes == ()
    assert found.taken + sum(found.left.values()) == len(rows)
    by_hand = sum(n for reason, n in found.left.items() if reason.startswith("told by hand"))
    unsourced = sum(n for reason, n in found.left.items() if reason.startswith("made-up"))
    assert (unsourced, by_hand) == (UNSOURCED, BY_HAND)
    assert sum(found.left.values()) == UNSOURCED + BY_HAND + ELSEWHERE
    mapped = ROOT / "graph/mappings/artemis-offices"
    offices = importing.prepare(
        mapped.with_suffix(".csv"), mapped.with_suffix(".toml"), ROOT / "graph/sources"
    )
    assert (offices.changes, offices.left) == ((), {})


@needs_dossier
def test_all_rows_of_low_trust_are_left_out_and_no_document_of_theirs_is_a_source(rows, documents):
    low = [row for row in rows if "LOW-TRUST" in row["note"]]
    assert len(low) == UNSOURCED
    assert all(reason_to_leave(row).startswith("made-up") for row in low)
    assert not {row["source_id"] for row in low} & documents.keys()


@needs_dossier
def test_each_row_told_by_hand_stands_in_its_source_with_its_passage_and_date(
    corpus, rows, documents
):
    by_hand = [row for row in rows if reason_to_leave(row).startswith("told by hand")]
    assert len(by_hand) == BY_HAND
    for row in by_hand:
        graph = corpus.testimony[documents[row["source_id"]]]
        quoted = [
            passage
            for passage, start in graph.subject_objects(SG.textStart)
            if row["anchor"].startswith(" ".join(str(start).split()[:3]))
        ]
        assert quoted, row
        assert all(list(graph.objects(passage, SG.supports)) for passage in quoted)
        assert row["source_id"] == "ART089" or any(
            str(value).startswith(row["date"]) for value in graph.objects()
        ), row


@needs_dossier
def test_each_row_that_is_taken_stands_in_the_file_of_its_source(corpus, rows, documents):
    """Read from the table anew, without the statements of the mapping."""
    codes = {str(code): state for state, code in corpus.naming.subject_objects(SG.isoAlpha2)}
    for row in rows:
        if reason_to_leave(row) or row["party_type"] != "state":
            continue
        graph = corpus.testimony[documents[row["source_id"]]]
        state = codes[row["country_iso2"]]
        acts = {
            act for predicate in (SG.party, SG.about) for act in graph.subjects(predicate, state)
        }
        dates = {str(day) for act in acts for day in graph.objects(act, SG.date)}
        numbers = {str(number) for act in acts for number in graph.objects(act, SG.ordinal)}
        assert acts, row
        metadata = row["event_type"] == "publication_metadata"
        assert metadata or not row["date"] or row["date"] in dates, row
        assert not row["sequence_number"] or row["sequence_number"] in numbers, row


def test_spellings_of_one_name_are_of_one_person(corpus):
    others = {
        str(name)
        for person in ("erkki-keldo", "said-al-maawali", "giorgos-gerapetritis")
        for name in corpus.naming.objects(names.iri(f"person/{person}"), SKOS.altLabel)
    }
    assert {"Errki Keldo", "Saeed Al-Maawali", "George Gerapetritis"} <= others
