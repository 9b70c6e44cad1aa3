"""Names of parties, as people write them, find the party that they mean."""

import random
import unicodedata

import pyoxigraph as ox
import pytest
from rdflib.namespace import RDFS, SKOS

from selenograph.graph import convert, names
from selenograph.graph.matching import Index
from selenograph.graph.spelling import plain


@pytest.fixture(scope="module")
def index(corpus):
    store = ox.Store()
    for document in corpus.reference:
        store.extend(convert.quads(document.graph))
    return Index(store)


def found(index, name, *kinds):
    return index.candidates(name, kinds)[0]


def path(candidate):
    return names.path(candidate.entity.iri)


def slips(name, dice):
    """Yield a name with the slips of a typist, of a table, and of a careless copy."""
    at = dice.randrange(1, len(name) - 1)
    yield name[:at] + name[at + 1 :]
    yield name[:at] + name[at] + name[at:]
    yield name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    yield name[:at] + dice.choice("aeiounst") + name[at + 1 :]
    yield f"  {name.upper()}. "
    yield "".join(
        part for part in unicodedata.normalize("NFD", name) if not unicodedata.combining(part)
    )
    yield ", ".join(reversed(name.split(" ", 1)))
    yield name.replace(" ", "-").lower()


@pytest.fixture(scope="module")
def messy(corpus, index):
    """Two hundred messy names of parties: from aliases, from all languages, each with a slip.

    Names of three letters are left as they are: what a slip makes of one is often another.
    """
    told = []
    for entity in index.entities.values():
        if {"State", "Organization"} & set(entity.kinds):
            for property_ in (RDFS.label, SKOS.prefLabel, SKOS.altLabel):
                for name in corpus.naming.objects(names.iri(names.path(entity.iri)), property_):
                    told.append((str(name), entity))
    dice = random.Random(11)
    made = []
    for name, entity in dice.sample(sorted(told, key=lambda one: one[0]), 200):
        several = [*slips(name, dice)] if len(name) > 3 else [name, name.lower()]
        made.append((dice.choice(several), entity))
    return made


def test_messy_names_of_parties_find_the_right_one_first(index, messy):
    wrong = [
        (name, entity.label, path(found(index, name)))
        for name, entity in messy
        if found(index, name).entity != entity
    ]
    assert len(messy) == 200
    assert len(wrong) <= 10, wrong


def test_no_messy_name_is_told_as_a_match_of_another(index, messy):
    matches = [(found(index, name), entity) for name, entity in messy]
    assert [c for c, entity in matches if c.match and c.entity != entity] == []
    assert sum(c.match for c, _ in matches) > 100


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Serbia", "party/serbia"),
        ("the United States", "party/united-states"),
        ("Сербия", "party/serbia"),
        ("塞尔维亚", "party/serbia"),
        ("SRB", "party/serbia"),
        ("Q403", "party/serbia"),
        ("http://www.wikidata.org/entity/Q403", "party/serbia"),
        ("Cote d'Ivoire", "party/cote-d-ivoire"),
        ("Turkiye", "party/turkiye"),
    ],
)
def test_a_name_in_any_language_without_its_accents_or_a_code_finds_its_party(index, name, meant):
    assert path(found(index, name)) == meant


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("U.S.A.", "united-states"), ("U. K.", "united-kingdom"), ("Holland", "netherlands"),
        ("Republic of Moldova", "moldova"), ("Iran (Islamic Republic of)", "iran"),
        ("United Republic of Tanzania", "tanzania"), ("Syrian Arab Republic", "syria"),
        ("Venezuela (Bolivarian Republic of)", "venezuela"), ("Korea, Republic of", "south-korea"),
        ("Democratic People's Republic of Korea", "north-korea"), ("Ivory Coast", "cote-d-ivoire"),
        ("DR Congo", "democratic-republic-of-the-congo"), ("Swaziland", "eswatini"),
        ("Republic of the Congo", "congo"), ("Burma", "myanmar"), ("PRC", "china"),
    ],
)  # fmt: skip
def test_official_and_older_names_of_states_find_them(index, name, meant):
    assert path(found(index, name)) == f"party/{meant}"


@pytest.mark.parametrize("name", ["Republic of China", "Federal Republic of Korea", "Republic"])
def test_a_form_of_state_makes_no_name_sure(index, name):
    assert not found(index, name).match


@pytest.mark.parametrize("name", ["Austrlia", "Nigr", "Sudn", "Guine", "Korea", "Irn", "Cono"])
def test_a_name_that_may_be_two_is_no_match(index, name):
    assert not found(index, name).match


def test_a_code_is_a_match_only_of_the_kind_that_was_asked_for(index):
    assert not found(index, "US").match
    assert found(index, "US", "State").match
    assert path(found(index, "US", "State")) == "party/united-states"


def test_a_kind_leaves_out_the_others(index):
    assert {"Organization"} == {
        k for c in index.candidates("China", ["Organization"]) for k in c.entity.kinds
    }


def test_scores_fall_and_only_an_exact_name_has_a_hundred(index):
    scores = [one.score for one in index.candidates("Serbai")]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] < 100
    assert found(index, "Serbia").score == 100


@pytest.mark.parametrize("name", ["", "   ", "!?", "\x00", "\u0301"])
def test_what_holds_no_letter_finds_nothing(index, name):
    assert index.candidates(name) == []


def test_a_long_text_is_cut_and_answered(index):
    assert index.candidates("Serbia " * 10_000) is not None


@pytest.mark.parametrize(
    ("name", "same"), [("Côte d’Ivoire", "cote divoire"), ("The  R&D, Ltd.", "r and d ltd")]
)
def test_names_are_compared_without_accents_and_punctuation(name, same):
    assert plain(name) == same


def test_what_somebody_types_finds_names_that_begin_so(index):
    assert names.path(index.beginning("serb", ["State"])[0].iri) == "party/serbia"
    assert "party/saudi-arabia" in {names.path(one.iri) for one in index.beginning("arab")}
