"""Citations, read back by libraries that read such files."""

import json
from datetime import date

import pyoxigraph as ox
import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_string
from rdflib.namespace import RDF

from selenograph.graph import cite, names
from selenograph.graph.cite import Citation
from selenograph.graph.errors import BadParameter, Unknown
from selenograph.graph.names import SG

RELEASE, DAY = "0123456789abcdef" * 4, date(2024, 5, 31)
SERBIA = "act/ilrs/serbia/signature"


def cited(store, path, known=None):
    return cite.cited(store, path, RELEASE, DAY, known)


def test_the_address_names_the_release_and_the_day(store):
    base = "https://w3id.org/selenograph/release/0123456789ab/"
    assert cited(store, SERBIA).address == base + SERBIA
    known = cited(store, SERBIA, date(2024, 5, 31))
    assert known.address == f"{base}known/2024-05-31/{SERBIA}"


def test_all_forms_say_the_same(store):
    citation = cited(store, SERBIA)
    [csl] = json.loads(citation.written("csl"))
    [(key, bib)] = parse_string(citation.written("bib"), "bibtex").entries.items()
    [ris] = rispy.loads(citation.written("ris"))
    assert csl["id"] == key == ris["id"] == "selenograph-act-ilrs-serbia-signature-0123456789ab"
    assert csl["title"] == bib.fields["title"].strip("{}") == ris["title"]
    assert csl["URL"] == bib.fields["url"] == ris["urls"][0] == citation.address
    assert csl["issued"] == {"date-parts": [[2024, 5, 31]]}
    assert (bib.fields["date"], ris["date"]) == ("2024-05-31", "2024/05/31")
    assert csl["version"] == bib.fields["version"] == ris["edition"] == "0123456789ab"


@pytest.mark.parametrize(
    "path",
    [
        "party/belarus",
        "source/2023-10-spacenews-belarus-ilrs",
        "source/2023-10-spacenews-belarus-ilrs#p-20",
        "programme/ilrs",
        "ontology/Party",
        "query/participants?on=2024-06-01",
    ],
)
def test_whatever_the_release_speaks_of_can_be_cited(store, path):
    citation = cited(store, path)
    assert citation.title
    assert json.loads(citation.written("csl"))[0]["URL"] == citation.address
    assert " " not in citation.address


def test_a_title_is_in_english_where_there_is_one(store):
    assert cited(store, "party/china").title == "China"


def test_the_day_of_a_page_is_a_part_of_what_is_cited(store):
    citation = cited(store, "programme/ilrs?on=2024-06-01&lang=fr")
    assert citation.title == "International Lunar Research Station, on 2024-06-01"
    assert citation.address.endswith("/programme/ilrs?on=2024-06-01")


def test_what_others_wrote_is_not_cited_as_ours(store):
    title = cited(store, "source/2023-10-spacenews-belarus-ilrs").title
    assert title.startswith("What “")
    assert title.endswith("” says")


def test_a_disagreement_is_cited_by_what_it_is_about(whole):
    kind = ox.NamedNode(SG.Disagreement)
    found = next(whole.quads_for_pattern(None, ox.NamedNode(RDF.type), kind)).subject.value
    title = cited(whole, names.path(found)).title
    assert title.startswith("Disagreement: ")
    assert names.path(found) not in title


def test_what_was_known_on_a_day_is_cited_as_known_then_in_a_release_of_later(store):
    citation = cited(store, SERBIA, date(2024, 5, 31))
    assert json.loads(citation.written("csl"))[0]["title"].endswith("(as known on 2024-05-31)")


def test_what_nothing_is_known_about_cannot_be_cited(store):
    with pytest.raises(Unknown, match="party/atlantis"):
        cited(store, "party/atlantis")
    with pytest.raises(Unknown):
        cited(store, "query/no-such-query")
    with pytest.raises(BadParameter):
        cited(store, "query/participants?on=yesterday")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1))
def test_no_title_breaks_a_form(title):
    citation = Citation(title, "party/x", RELEASE, DAY)
    assert json.loads(citation.written("csl"))[0]["title"] == title
    assert rispy.loads(citation.written("ris"))[0]["title"] == title
    assert list(parse_string(citation.written("bib"), "bibtex").entries) == [
        "selenograph-party-x-0123456789ab"
    ]


@pytest.mark.parametrize("form", cite.FORMATS)
def test_the_server_cites_in_each_form(client, form):
    answer = client.get(f"/cite/{SERBIA}.{form}")
    assert (answer.status_code, answer.mimetype) == (200, cite.FORMATS[form])
    release = client.get("/health").json["release"][:12]
    assert f"/release/{release}/{SERBIA}" in answer.text


def test_the_server_cites_answers_and_days(client):
    answer = client.get("/known/2023-10-31/cite/query/participants.csl?on=2023-10-23")
    address = answer.json[0]["URL"].removeprefix("https://w3id.org/selenograph")
    assert address.endswith("/known/2023-10-31/query/participants?on=2023-10-23")
    # It leads where it says, on this host too.
    assert client.get(address).status_code == 200


def test_the_server_cites_nothing_that_is_not_there(client):
    assert client.get("/cite/party/atlantis.bib").status_code == 404
    assert client.get("/cite/query/participants.bib?on=yesterday").status_code == 400
