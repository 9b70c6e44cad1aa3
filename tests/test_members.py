"""Who belongs to the organizations of space: the graph beside the table that it was made from."""

import csv
import os
from collections import defaultdict
from pathlib import Path

import pytest
from rdflib import RDF

from selenograph.graph import importing, names
from selenograph.graph.names import SG

ROOT = Path(__file__).parents[1]
DOSSIER = Path(os.environ.get("DOSSIER", ROOT.parent / "shared" / "dossier")) / "world"
MAPPING = ROOT / "graph/mappings/igo-membership.toml"
# What the table calls an organization or its founding text, and where its acts are.
ORGANIZATIONS = {
    "ESA": ("party/esa", "act/esa-convention/", "act/esa/"),
    "APSCO": ("party/apsco", "act/apsco-convention/"),
    "Arab Space Cooperation Group": (
        "party/arab-space-cooperation-group",
        "act/arab-space-charter/",
        "act/arab-space-cooperation-group/",
    ),
    "AfSA": ("party/african-space-agency",),
    "ALCE": ("party/alce", "act/alce-convention/"),
    "BRICS": ("party/brics",),
    "BRICS Remote Sensing Satellite Constellation": (
        "agreement/brics-remote-sensing",
        "act/brics-remote-sensing/",
    ),
    "ISS Intergovernmental Agreement (1998)": (
        "agreement/iss-intergovernmental-agreement",
        "act/iss-intergovernmental-agreement/",
    ),
    "COPUOS": ("party/copuos",),
    "Intersputnik": ("party/intersputnik", "act/intersputnik/"),
}
# By organization: its members, associate members, observers, and those that only cooperate.
MEMBERS = {
    "ESA": (23, 4, 0, 4),
    "APSCO": (8, 1, 1, 0),
    "Arab Space Cooperation Group": (15, 0, 1, 0),
    "ALCE": (11, 0, 0, 0),
    "BRICS": (10, 0, 0, 0),
    "COPUOS": (110, 0, 1, 0),
    "Intersputnik": (24, 0, 0, 0),
}
RELATIONS = (SG.memberOf, SG.associateMemberOf, SG.observerOf, SG.cooperatesWith)
BY_STATUS = {
    "member state": SG.memberOf,
    "associate member": SG.associateMemberOf,
    "cooperating state": SG.cooperatesWith,
    "European Cooperating State": SG.cooperatesWith,
    "cooperation agreement": SG.cooperatesWith,
    "cooperation/ECS": SG.cooperatesWith,
    "member (founding)": SG.memberOf,
    "member": SG.memberOf,
    "member (ratified)": SG.memberOf,
    "associate member (ratification pending)": SG.associateMemberOf,
    "observer": SG.observerOf,
    "disputed": SG.memberOf,
}
SIGNED = {
    "signatory", "signatory, not ratified", "party (through its space agency)",
    "signatory (Partner state)", "signatory (European Partner state)",
}  # fmt: skip
# Days of the table that are those of pages, and what the pages themselves have.
BETTER_KNOWN = {("ESA", "MT", "2024-11-13"): "2024-09-12"}
# Rows that the mapping leaves out, and that files written by hand tell all the same.
BY_HAND = {("ESA", "SK"), ("ESA", "MT"), ("ESA", "HR"), ("ESA", "BG")}

needs_dossier = pytest.mark.skipif(
    not (DOSSIER / "igo_membership.csv").is_file(),
    reason=f"{DOSSIER} has no igo_membership.csv; DOSSIER names the folder of another dossier",
)


@pytest.fixture(scope="module")
def rows():
    with (DOSSIER / "igo_membership.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def parties(corpus):
    return {str(code): state for state, code in corpus.naming.subject_objects(SG.isoAlpha2)}


def told(corpus, relation, organization):
    """Return the parties that some source relates to an organization."""
    whole = names.iri(ORGANIZATIONS[organization][0])
    return {
        party
        for graph in corpus.testimony.values()
        for party in graph.subjects(relation, whole)
    }  # fmt: skip


def days(corpus, organization, party):
    """Return the days of the acts of a party towards an organization, in whatever source."""
    places = tuple(str(names.iri(one)) for one in ORGANIZATIONS[organization][1:])
    return {
        str(day)
        for graph in corpus.testimony.values()
        for act in graph.subjects(SG.party, party)
        if places and str(act).startswith(places)
        for predicate in (SG.date, SG.effective)
        for day in graph.objects(act, predicate)
    }


@pytest.mark.parametrize("organization", MEMBERS)
def test_each_organization_has_as_many_members_as_it_did(corpus, organization):
    counts = tuple(len(told(corpus, relation, organization)) for relation in RELATIONS)
    assert counts == MEMBERS[organization]


def test_nobody_is_a_full_member_and_less_in_one_organization(corpus):
    """The ontology calls these disjoint; what was so once is told by acts."""
    for organization in MEMBERS:
        full, associate, observing, _ = (told(corpus, r, organization) for r in RELATIONS)
        assert not full & associate
        assert not full & observing


def test_a_former_member_has_joined_and_left_and_is_no_member(corpus):
    members = told(corpus, SG.memberOf, "Intersputnik")
    for slug in ("poland", "germany"):
        party = names.iri(f"party/{slug}")
        assert party not in members
        kinds = {
            kind
            for graph in corpus.testimony.values()
            for act in graph.subjects(SG.party, party)
            if (act, SG.about, names.iri("party/intersputnik")) in graph
            for kind in graph.objects(act, RDF.type)
        }
        assert kinds == {SG.Joining, SG.Withdrawal}


def test_sources_disagree_on_the_day_on_which_turkiye_signed_the_convention_of_apsco(corpus):
    act = names.iri("act/apsco-convention/turkiye/signature")
    said = {str(day) for graph in corpus.testimony.values() for day in graph.objects(act, SG.date)}
    assert said == {"2006-06-01", "2006-06", "2006-07"}


def test_sources_disagree_on_the_day_on_which_poland_signed_to_join_esa(corpus):
    signed, exchanged = (
        {str(day) for graph in corpus.testimony.values() for day in graph.objects(act, SG.date)}
        for act in (
            names.iri("act/esa-convention/poland/signature"),
            names.iri("act/esa-convention/poland/exchange"),
        )
    )
    assert (signed, exchanged) == ({"2012-07-31"}, {"2012-09-13"})


def test_the_united_kingdom_alone_signed_the_space_station_agreement_and_did_not_ratify(corpus):
    register = corpus.testimony[names.iri("source/2006-verdragenbank-space-station")]
    agreement = names.iri("agreement/iss-intergovernmental-agreement")
    by_kind = defaultdict(set)
    for act in register.subjects(SG.agreement, agreement):
        by_kind[register.value(act, RDF.type)] |= set(register.objects(act, SG.party))
    assert len(by_kind[SG.Signature]) == 15
    missing = by_kind[SG.Signature] - by_kind[SG.ConsentToBeBound]
    assert missing == {names.iri("party/united-kingdom")}


def test_the_list_of_the_african_space_agency_is_told_as_a_list(corpus):
    dataset = corpus.testimony[names.iri("source/2026-07-internacia-space-treaties")]
    agency = names.iri("party/african-space-agency")
    (roster,) = [
        one for one in dataset.subjects(SG.about, agency) if (one, SG.entry, None) in dataset
    ]
    assert len(set(dataset.objects(roster, SG.entry))) == 54
    assert not told(corpus, SG.memberOf, "AfSA")


def test_of_yemen_one_dataset_says_that_it_belongs_and_another_that_it_does_not(corpus):
    yemen, group = names.iri("party/yemen"), names.iri("party/arab-space-cooperation-group")
    says = corpus.testimony[names.iri("source/2025-12-internacia-blocks")]
    denies = corpus.testimony[names.iri("source/2026-07-internacia-space-treaties")]
    assert (yemen, SG.memberOf, group) in says
    assert (yemen, SG.memberOf, group) not in denies
    (finding,) = denies.subjects(SG.deniedValue, group)
    assert denies.value(finding, SG.about) == yemen


@needs_dossier
def test_another_import_changes_nothing_and_accounts_for_each_row(rows):
    found = importing.prepare(DOSSIER / "igo_membership.csv", MAPPING, ROOT / "graph/sources")
    assert found.changes == ()
    assert found.taken + sum(found.left.values()) == len(rows) == 299
    assert sum(found.left.values()) == 54 + len(BY_HAND)


@needs_dossier
def test_each_row_is_told_in_its_kind_with_all_its_days(corpus, rows, parties):
    """Read from the table anew, without the mapping, and with the rows that it leaves out."""
    related = {
        (relation, organization): told(corpus, relation, organization)
        for relation in RELATIONS
        for organization in ORGANIZATIONS
    }
    for row in rows:
        organization, party, status = (
            row["organization"], parties[row["iso2"]], row["membership_status"],
        )  # fmt: skip
        if organization == "AfSA":
            continue
        if status in BY_STATUS:
            assert party in related[BY_STATUS[status], organization], row
        else:
            assert status in SIGNED | {"former member"}, row
        found = days(corpus, organization, party)
        for column in ("signed_date", "ratified_or_deposited_date", "effective_date"):
            day = BETTER_KNOWN.get((organization, row["iso2"], row[column]), row[column])
            assert not day or any(one.startswith(day) for one in found), (row, column, found)


@needs_dossier
def test_each_row_on_the_african_space_agency_stands_in_the_list(corpus, rows, parties):
    dataset = corpus.testimony[names.iri("source/2026-07-internacia-space-treaties")]
    listed = set(dataset.objects(None, SG.party))
    wanted = {parties[row["iso2"]] for row in rows if row["organization"] == "AfSA"}
    entries = {dataset.value(e, SG.party) for e in dataset.subjects(RDF.type, SG.RosterEntry)}
    assert wanted <= listed & entries
