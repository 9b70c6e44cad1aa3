"""The reference layer beside what it was taken from: CLDR through Babel, and the dossier."""

import csv
import os
import re
from collections import Counter
from pathlib import Path

import pytest
from babel import Locale
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, SKOS

from selenograph.graph import names
from selenograph.graph.names import SG

ROOT = Path(__file__).parents[1]
DOSSIER = Path(os.environ.get("DOSSIER", ROOT.parent / "shared" / "dossier"))
WIKIDATA = names.PREFIXES["wd"]
LANGUAGES = ("en", "fr", "es", "ru", "zh", "ar")
CLDR = {language: Locale(language).territories for language in LANGUAGES}

# What CLDR names with two letters although ISO 3166-1 assigns none to it.
NOT_IN_ISO = {
    "AC": "Ascension, reserved; in ISO part of Saint Helena",
    "CP": "Clipperton, reserved; in ISO part of France",
    "CQ": "Sark, reserved; in ISO part of Guernsey",
    "DG": "Diego Garcia, reserved; in ISO part of the British Indian Ocean Territory",
    "EA": "Ceuta and Melilla, reserved; in ISO part of Spain",
    "EU": "the European Union, reserved; an organization here",
    "EZ": "the euro area, reserved",
    "IC": "the Canary Islands, reserved; in ISO part of Spain",
    "QO": "Outlying Oceania, made up by CLDR",
    "TA": "Tristan da Cunha, reserved; in ISO part of Saint Helena",
    "UN": "the United Nations, reserved; an organization here",
    "XA": "made up by CLDR for tests",
    "XB": "made up by CLDR for tests",
    "XK": "Kosovo, by a code that users agree upon; no source speaks of it yet",
    "ZZ": "an unknown region",
}
# Without a region: the United Nations count it to none.
NO_REGION = {"AQ"}
CONTINENTS = {"Africa", "Americas", "Asia", "Europe", "Oceania"}
# States although the dossier's datasets do not call them independent.
ALSO_STATES = {
    "CK": "concludes treaties for itself",
    "NU": "concludes treaties for itself",
    "PS": "an observer state at the United Nations",
}
# Rows that are classes of Wikidata and name nothing of ours.
CLASSES = {
    "space program (class)",
    "human spaceflight programme (class)",
    "NASA program (class)",
    "exploration of the Moon (P3712 goal value)",
}
TREATIES = {
    "Outer Space Treaty",
    "Rescue Agreement",
    "Space Liability Convention",
    "Registration Convention",
    "Moon Agreement",
}


@pytest.fixture(scope="module")
def reference():
    graph = Graph()
    for path in sorted((ROOT / "graph" / "reference").glob("*.ttl")):
        graph.parse(path, publicID=names.BASE)
    return graph


@pytest.fixture(scope="module")
def coded(reference):
    """The states and territories by their alpha-2 codes."""
    return {str(code): subject for subject, code in reference.subject_objects(SG.isoAlpha2)}


@pytest.fixture(scope="module")
def dossier():
    """Give the function that reads a table of the dossier."""
    if not DOSSIER.is_dir():
        pytest.skip(f"the dossier from which the reference was made is not at {DOSSIER}")

    def rows(table):
        with (DOSSIER / table).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return rows


@pytest.fixture(scope="module")
def registered():
    """The rows of links that were seen after the dossier was closed, each with where it was."""
    with (ROOT / "tests" / "registry.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def countries(dossier):
    rows = dossier("world/countries.csv")
    return {row["iso2"]: row for row in rows if row["iso_status"] == "official"}


@pytest.fixture(scope="module")
def identified(dossier):
    """The rows that identify organizations, agreements, programmes and missions, by item."""
    rows = dossier("world/orgs_qids.csv")
    return {row["wikidata_qid"]: row for row in rows if row["entity"] not in CLASSES}


def in_all_languages(code):
    return {Literal(CLDR[language][code], lang=language) for language in LANGUAGES}


def items(reference, *kinds):
    """Return the Wikidata items of the resources of some classes, by resource."""
    return {
        subject: str(item).removeprefix(WIKIDATA)
        for kind in kinds
        for subject in reference.subjects(RDF.type, kind)
        for item in reference.objects(subject, SKOS.exactMatch)
    }


def called(reference, subject):
    """Return all names of a resource, without their languages."""
    kinds = (RDFS.label, SKOS.prefLabel, SKOS.altLabel)
    return {str(name) for kind in kinds for name in reference.objects(subject, kind)}


def test_every_code_of_iso_3166_is_there_and_no_other(coded):
    known = {code for code in CLDR["en"] if len(code) == 2}
    assert coded.keys() == known - NOT_IN_ISO.keys()
    assert NOT_IN_ISO.keys() <= known
    assert len(coded) == 249


def test_codes_are_unique(reference, coded):
    for code in (SG.isoAlpha2, SG.isoAlpha3):
        pairs = list(reference.subject_objects(code))
        assert len({s for s, _ in pairs}) == len({c for _, c in pairs}) == len(pairs)
        assert {s for s, _ in pairs} == set(coded.values())


def test_what_has_a_code_is_either_a_state_or_a_territory(reference, coded):
    states = set(reference.subjects(RDF.type, SG.State))
    territories = set(reference.subjects(RDF.type, SG.Territory))
    assert not states & territories
    assert states | territories == set(coded.values())


def test_countries_are_called_what_cldr_calls_them(reference, coded):
    for code, subject in coded.items():
        assert set(reference.objects(subject, SKOS.prefLabel)) == in_all_languages(code), code
        assert list(reference.objects(subject, RDFS.label)) == [
            Literal(CLDR["en"][code], lang="en")
        ]


def test_regions_are_called_what_cldr_calls_them(reference):
    regions = {str(code): subject for subject, code in reference.subject_objects(SG.m49)}
    assert set(regions.values()) == set(reference.subjects(RDF.type, SG.Region))
    for code, subject in regions.items():
        assert set(reference.objects(subject, SKOS.prefLabel)) == in_all_languages(code), code


def test_every_country_is_in_one_region_of_one_continent(reference, coded):
    regions = set(reference.subjects(RDF.type, SG.Region))
    tops = {r for r in regions if not reference.value(r, SG.partOf)}
    assert {str(reference.value(top, RDFS.label)) for top in tops} == CONTINENTS
    own = {code: list(reference.objects(subject, SG.region)) for code, subject in coded.items()}
    assert {code for code, found in own.items() if not found} == NO_REGION
    assert {len(found) for found in own.values()} == {0, 1}
    assert {region for found in own.values() for region in found} == regions - tops
    assert all(reference.value(region, SG.partOf) in tops for region in regions - tops)


def test_no_two_resources_have_an_item(reference):
    count = Counter(reference.objects(None, SKOS.exactMatch))
    assert {item for item, times in count.items() if times > 1} == set()


def test_no_two_parties_have_a_name_in_common(reference):
    parties = [
        s for kind in (SG.State, SG.Organization) for s in reference.subjects(RDF.type, kind)
    ]
    count = Counter(name for party in set(parties) for name in called(reference, party))
    assert {name for name, times in count.items() if times > 1} == set()


def test_no_other_name_repeats_the_name(reference):
    for subject, other in reference.subject_objects(SKOS.altLabel):
        for kind in (RDFS.label, SKOS.prefLabel):
            assert (subject, kind, other) not in reference, subject


def test_countries_have_the_items_and_codes_of_the_dossier(reference, coded, countries, dossier):
    assert coded.keys() == countries.keys()
    settled = {
        re.search(r"\((\w\w)\)$", row["subject"])[1]: row["chosen"]
        for row in dossier("world/disagreements.csv")
        if row["topic"] == "country QID"
    }
    for code, subject in coded.items():
        row = countries[code]
        found = [str(item) for item in reference.objects(subject, SKOS.exactMatch)]
        assert row["check"] == "agree" or settled[code] == row["wikidata_qid"], code
        assert found == [WIKIDATA + row["wikidata_qid"]], code
        assert str(reference.value(subject, SG.isoAlpha3)) == row["iso3"], code


def test_a_state_is_what_the_dossier_calls_independent(reference, coded, countries):
    independent = {code for code, row in countries.items() if row["is_independent"] == "Yes"}
    members = {code for code, row in countries.items() if row["un_member"] == "true"}
    states = {code for code, s in coded.items() if (s, RDF.type, SG.State) in reference}
    assert states == independent | ALSO_STATES.keys()
    assert members <= states


def test_a_territory_belongs_to_the_state_that_the_dossier_tells(reference, coded, countries):
    for code, subject in coded.items():
        if (subject, RDF.type, SG.Territory) in reference:
            told = re.search(r" of ([A-Z]{2})$", countries[code]["is_independent"])
            assert reference.value(subject, SG.country) == (coded[told[1]] if told else None), code


def test_all_that_the_dossier_identifies_is_linked(reference, identified):
    others = [
        SG.Organization, SG.Agreement, SG.Programme, SG.Mission, SG.Spacecraft, SG.Facility,
    ]  # fmt: skip
    missing = identified.keys() - set(items(reference, *others).values())
    # An agreement is in the reference only where a source speaks of it.
    assert {row["entity"] for i, row in identified.items() if i in missing} <= TREATIES


def test_no_link_is_a_guess(reference, identified, registered, countries, dossier):
    unassigned = {"EU", "UN"}
    bodies = {
        row["wikidata_qid"]
        for row in dossier("world/countries.csv")
        if row["iso2"] in unassigned
    }  # fmt: skip
    seen = identified.keys() | bodies | {row["wikidata_qid"] for row in countries.values()}
    seen |= {row["wikidata_qid"] for row in registered}
    linked = {str(item).removeprefix(WIKIDATA) for item in reference.objects(None, SKOS.exactMatch)}
    assert linked - seen == set()
    refused = {row["candidate_qid"] for row in dossier("world/unverified.csv")}
    assert not linked & (refused - seen)


def test_at_least_seventy_organizations_are_linked(reference):
    links = items(reference, SG.Organization)
    assert len(links) >= 70
    assert len(set(reference.subjects(RDF.type, SG.Organization))) >= 124


def test_every_state_is_linked(reference):
    assert items(reference, SG.State).keys() == set(reference.subjects(RDF.type, SG.State))


def test_every_link_tells_what_bears_it_out(reference, dossier, registered):
    countries = {row["wikidata_qid"]: row["check"] for row in dossier("world/countries.csv")}
    others = {row["wikidata_qid"]: row["n_sources"] for row in dossier("world/orgs_qids.csv")}
    seen = {row["wikidata_qid"] for row in registered if row["ror_id"]}
    told = {"agree": "agreeing-datasets", "disagree": "most-datasets", "1": "one-document"}
    for subject, item in reference.subject_objects(SKOS.exactMatch):
        code = str(item).removeprefix(WIKIDATA)
        count = countries.get(code) or others.get(code)
        basis = {
            None: "registry" if code in seen else "one-document",
            "single source": "one-document",
        }
        wanted = basis.get(count) or told.get(count, "agreeing-datasets")
        assert reference.value(subject, SG.linkBasis) == names.iri(f"link-basis/{wanted}"), subject


def test_what_was_seen_later_is_linked_and_called_so(reference, registered):
    for row in registered:
        party = names.iri(f"party/{row['party']}")
        item, record = reference.value(party, SKOS.exactMatch), reference.value(party, SG.ror)
        assert str(item or "") == (WIKIDATA + row["wikidata_qid"] if row["wikidata_qid"] else "")
        assert str(record or "") == row["ror_id"]
        assert words(row["name"]) & words(" ".join(called(reference, party))), row
        assert row["seen_in"]


def test_records_of_the_registry_are_those_that_were_seen(reference, identified, registered):
    found = {
        identified[item]["ror_id"]: subject
        for subject, item in items(reference, SG.Organization).items()
        if item in identified and identified[item]["ror_id"]
    }
    later = {
        row["ror_id"]: names.iri(f"party/{row['party']}") for row in registered if row["ror_id"]
    }
    assert {str(record): s for s, record in reference.subject_objects(SG.ror)} == found | later


def test_what_no_document_pairs_with_an_item_has_none(reference, dossier):
    """The dossier's list of unverified links: each of its rows is accounted for."""
    linked = {str(item).removeprefix(WIKIDATA) for item in reference.objects(None, SKOS.exactMatch)}
    right = {row["wikidata_qid"] for row in dossier("world/orgs_qids.csv")}
    for row in dossier("world/unverified.csv"):
        if row["candidate_qid"]:
            assert row["candidate_qid"] not in linked - right, row
        elif row["status"] == "no QID seen":
            (subject,) = {
                s for name in candidates({"name": row["entity"], "aliases": ""})
                for s in named(reference, name)
            }  # fmt: skip
            assert reference.value(subject, SKOS.exactMatch) is None, subject
        else:
            assert row["status"] == "question", row


def test_of_contradicting_items_the_one_that_the_dossier_chose_is_linked(reference, dossier):
    linked = {str(item).removeprefix(WIKIDATA) for item in reference.objects(None, SKOS.exactMatch)}
    rows = [row for row in dossier("world/disagreements.csv") if row["topic"].endswith(" QID")]
    assert len(rows) == 16
    for row in rows:
        others = set(re.findall(r"\bQ\d+\b", row["values"])) - {row["chosen"]}
        assert row["chosen"] in linked, row
        assert not others & linked, row


def test_links_are_at_what_the_dossier_calls_so(reference, identified):
    """A link at the wrong resource would share no word with the row that it came from."""
    for subject, item in items(reference, SG.Organization, SG.Mission, SG.Spacecraft).items():
        if item in identified:
            row = identified[item]
            theirs = words(f"{row['entity']} {row['aliases']}")
            assert theirs & words(" ".join(called(reference, subject))), subject


def named(reference, name):
    """Return the programmes and organizations that have a name, in whatever case."""
    kinds = (SG.Programme, SG.Organization)
    subjects = {s for kind in kinds for s in reference.subjects(RDF.type, kind)}
    return {s for s in subjects if name in {one.casefold() for one in called(reference, s)}}


def words(text):
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) > 1}


@pytest.mark.parametrize("table", ["ilrs/parties.csv", "artemis/parties.csv"])
def test_every_party_of_the_dossier_can_be_found_by_its_name(table, reference, dossier, coded):
    kinds = (SG.State, SG.Organization, SG.Agreement)
    subjects = {s for kind in kinds for s in reference.subjects(RDF.type, kind)}
    found = {name.casefold() for subject in subjects for name in called(reference, subject)}
    lost = [row["name"] for row in dossier(table) if not candidates(row) & found]
    assert not lost


def candidates(row):
    """Return the names of a row: as it stands, without what is in brackets, and its aliases."""
    plain, *bracketed = re.split(r"\s*[()]\s*", row["name"])
    given = [row["name"], plain, *bracketed, *row["aliases"].split(";")]
    return {re.sub(r"\s*\(.*", "", name).strip().casefold() for name in given} - {""}


def test_organizations_are_at_home_where_the_dossier_has_them(reference, identified, coded):
    for subject, item in items(reference, SG.Organization).items():
        code = identified.get(item, {}).get("country_iso2")
        if code:
            assert reference.value(subject, SG.country) == coded[code], subject


def test_every_organization_has_a_kind(reference):
    for subject in reference.subjects(RDF.type, SG.Organization):
        assert isinstance(reference.value(subject, SG.kind), URIRef), subject
