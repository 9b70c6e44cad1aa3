"""The words by which people know a term."""

import pyoxigraph as ox
import pytest

from selenograph.graph import names
from selenograph.graph.labels import Labels, Named, in_order

SOURCE = names.BASE + "source/2024-05-spacenews-serbia-ilrs"
TITLE = "Serbia becomes latest country to join China’s ILRS moon base project"
SERBIA = ox.NamedNode(names.BASE + "party/serbia")


def edtf(text):
    return ox.Literal(text, datatype=ox.NamedNode(str(names.EDTF)))


@pytest.mark.parametrize(
    ("term", "label"),
    [
        (ox.NamedNode(SOURCE), TITLE),
        (SERBIA, "Serbia"),
        (ox.NamedNode(names.PREFIXES["prov"] + "Nothing"), "prov:Nothing"),
        (ox.NamedNode(names.PREFIXES["dcterms"] + "issued"), "published"),
        (ox.NamedNode("http://www.wikidata.org/entity/Q403"), "Wikidata Q403"),
        (ox.NamedNode("https://example.org/a/"), "example.org/a"),
        (ox.NamedNode("urn:x"), "urn:x"),
        (ox.Literal("2024-05"), "2024-05"),
        (ox.BlankNode("x"), "x"),
        (edtf("2024-05-07/2024-05-08"), "2024-05-07 to 2024-05-08"),
        (edtf("[2006-06..2006-10]"), "between 2006-06 and 2006-10"),
        (edtf("[..2026-01-01]"), "by 2026-01-01"),
        (edtf("2023-09~"), "about 2023-09"),
        (edtf("2023?"), "perhaps 2023"),
        (edtf("../2020"), "by 2020"),
        (edtf("../2024-12~"), "by about 2024-12"),
        (edtf("2020/.."), "from 2020 on"),
        (edtf("2020-21"), "2020-21"),
        (ox.Literal("2023-09~"), "2023-09~"),
    ],
)
def test_a_term_goes_by_title_label_or_short_form(store, term, label):
    assert Labels(store).named(term).label == label


@pytest.mark.parametrize(
    ("language", "label"),
    [("en", "Serbia"), ("fr", "Serbie"), ("ru", "Сербия"), ("zh", "塞尔维亚"), ("ar", "صربيا")],
)
def test_a_state_is_named_in_the_language_of_the_reader(store, language, label):
    found = Labels(store, language).named(SERBIA)
    assert (found.label, found.language) == (label, "" if language == "en" else language)


def test_what_has_no_name_in_a_language_keeps_its_label(store):
    act = ox.NamedNode(names.BASE + "act/ilrs/serbia/signature")
    found = Labels(store, "fr").named(act)
    assert (found.label, found.language) == ("Serbia joins the ILRS", "")


@pytest.mark.parametrize(
    ("path", "label"),
    [
        (
            "participation/ilrs/serbia/party",
            "Serbia in International Lunar Research Station: party",
        ),
        ("source/2024-05-spacenews-serbia-ilrs#p-19", "passage: Xi Xinping"),
    ],
)
def test_parts_of_the_record_and_of_documents_are_named_by_what_they_are(store, path, label):
    assert Labels(store).named(ox.NamedNode(names.BASE + path)).label == label


def test_no_label_of_ours_is_an_iri(store):
    labels = Labels(store)
    subjects = {q.subject for q in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
    shown = [labels.named(subject).label for subject in subjects]
    assert [label for label in shown if label.startswith(("http", names.BASE))] == []


def test_a_source_is_cited_by_publisher_and_date(store):
    assert Labels(store).cited(ox.NamedNode(SOURCE)).label == "SpaceNews, 2024-05"
    assert Labels(store).cited(SERBIA).label == "Serbia"


def test_only_an_iri_has_an_iri():
    assert Named(ox.NamedNode("urn:x"), "x").iri == "urn:x"
    assert Named(ox.Literal("urn:x"), "x").iri == ""


def test_things_come_in_the_order_of_their_words():
    things = [Named(ox.NamedNode("urn:a"), "b"), Named(ox.NamedNode("urn:b"), "a")]
    assert [named.label for named in in_order(things)] == ["a", "b"]
