"""Passages: a few words of a quotation, to find the place in its document again."""

import pytest
from rdflib import RDF

from selenograph.graph import names, passages
from selenograph.graph.names import SG

SOURCE = names.iri("source/2024-05-example")


@pytest.mark.parametrize(
    ("quotation", "start", "end"),
    [
        ("Serbia signed on Thursday", "Serbia signed on Thursday", ""),
        ("Serbia signed its memorandum in May", "Serbia signed its memorandum in May", ""),
        ("a b c d e f g h i", "a b c d", "f g h i"),
        ("Serbia became … a member", "Serbia became", "a member"),
        ("... Serbia became a member ...", "Serbia became a member", ""),
        ("2022年11月25日,俄罗斯与中国签署了", "2022年11月", "罗斯与中国签署了"),
        ("中俄双方发布", "中俄双方发布", ""),
    ],
)  # fmt: skip
def test_a_quotation_is_kept_by_its_ends(quotation, start, end):
    assert passages.ends(quotation) == (start, end)


def test_the_same_words_are_the_same_passage_and_others_another():
    def name(words):
        return next(iter(passages.passage(SOURCE, words, [])))[0]

    assert name("中俄双方发布") == name("中俄双方发布") != name("中俄双方")
    assert name("Serbia signed") == SOURCE + "#passage-serbia-signed"


def test_a_passage_supports_what_it_bears_out():
    act = names.iri("act/ilrs/serbia/signature")
    triples = list(passages.passage(SOURCE, "Serbia signed", [act]))
    assert (triples[0][0], SG.supports, act) in triples
    assert triples[0][1:] == (RDF.type, SG.Passage)
