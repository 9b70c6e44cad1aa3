"""Proves that the testimony of the two seed articles carries every claim found in them."""

import tomllib
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store

BASE = "https://w3id.org/selenograph/"
INTEGER = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
ROOT = Path(__file__).parents[1]
ARTICLES = [
    tomllib.loads(path.read_text("utf-8"))
    for path in (ROOT / "tests/claims/belarus.toml", ROOT / "tests/claims/serbia.toml")
]
CLAIMS = {
    name: {"source": article["source"], **claim}
    for article in ARTICLES
    for name, claim in article.items()
    if name != "source"
}
PROVABLE = [name for name, claim in CLAIMS.items() if "left_out" not in claim]
PROLOGUE = f"""
BASE <{BASE}>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX edtf: <http://id.loc.gov/datatypes/edtf/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sg: <{BASE}ontology/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""


def loaded(folder):
    store = Store()
    for path in (ROOT / "graph/reference").glob("*.ttl"):
        store.load(path=path, format=RdfFormat.TURTLE, to_graph=NamedNode(f"{BASE}graph/reference"))
    for path in folder.glob("*/*.ttl"):
        graph = NamedNode(f"{BASE}source/{path.stem}")
        store.load(path=path, format=RdfFormat.TURTLE, to_graph=graph)
    return store


def shortened(term, source):
    if isinstance(term, Literal):
        return int(term.value) if term.datatype == INTEGER else term.value
    return term.value.removeprefix(BASE).replace(f"{source}#", ":")


def is_borne_out(claim, store):
    source = claim["source"]
    prologue = f"{PROLOGUE}PREFIX : <{source}#>\n"
    if "ask" in claim:
        pattern = f"VALUES ?source {{ <{source}> }} GRAPH ?source {{ {claim['ask']} }}"
        return bool(store.query(f"{prologue}ASK {{ {pattern} }}"))
    found = store.query(prologue + claim["select"])
    return [[shortened(term, source) for term in row] for row in found] == claim["rows"]


@pytest.fixture(scope="session")
def testimony():
    return loaded(ROOT / "graph/sources")


@pytest.fixture(scope="session")
def silence():
    store = loaded(ROOT / "graph/sources")
    for article in ARTICLES:
        store.clear_graph(NamedNode(BASE + article["source"]))
    return store


def test_every_claim_of_both_articles_has_its_place_in_order():
    belarus = [f"A{number:03}" for number in range(1, 75)]
    serbia = [f"B{number:03}" for number in range(1, 91)]
    assert [[name for name in article if name != "source"] for article in ARTICLES] == [
        belarus,
        serbia,
    ]


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_is_told_in_words_and_proved_in_one_way(name):
    ways = ({"ask"}, {"select", "rows"}, {"left_out"})
    assert CLAIMS[name].keys() - {"source", "claim"} in ways
    assert CLAIMS[name]["claim"]


@pytest.mark.parametrize("name", PROVABLE)
def test_the_testimony_bears_out_the_claim(name, testimony):
    assert is_borne_out(CLAIMS[name], testimony), CLAIMS[name]["claim"]


@pytest.mark.parametrize("name", PROVABLE)
def test_no_claim_is_borne_out_without_its_article(name, silence):
    assert not is_borne_out(CLAIMS[name], silence), CLAIMS[name]["claim"]
