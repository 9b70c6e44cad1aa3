"""The worked examples beside the rules, and what is told of a day that cannot be decided."""

import re
from pathlib import Path

import pytest
from rdflib.namespace import RDFS, SKOS

from selenograph.graph import names
from tests.test_queries import columns

README = (Path(__file__).parents[1] / "ontology/rules/README.md").read_text("utf-8")
ROW = re.compile(
    r"^\| (.+?) \| (\S+/\S+) \| (\d{4}-\d\d-\d\d) \| (.+?) \| (yes|no|) *\| .+ \|$", re.MULTILINE
)
EXAMPLES = ROW.findall(README)
NAMED = {
    "Belarus", "United Arab Emirates", "University of Sharjah", "Ethiopia", "Djibouti", "Türkiye",
    "Saudi Arabia", "Thailand", "Iran",
}  # fmt: skip


def test_every_row_of_the_table_is_read_and_the_hard_cases_are_among_them():
    table = README[README.index("| party | in |") :].strip().splitlines()
    assert len(EXAMPLES) == len(table) - 2
    assert {name for name, *_ in EXAMPLES} >= NAMED


def test_every_standing_has_an_example(corpus):
    scheme = names.iri("scheme/standing")
    labels = {
        str(corpus.vocabulary.value(concept, RDFS.label))
        for concept in corpus.vocabulary.subjects(SKOS.inScheme, scheme)
    }
    assert {standing for _, _, _, standing, _ in EXAMPLES} == labels | {"none"}


@pytest.mark.parametrize(("party", "frame", "day", "standing", "certain"), EXAMPLES, ids=str)
def test_the_example_is_what_the_record_answers(party, frame, day, standing, certain, whole):
    told = columns(whole, "participants", "name", "standing", "certain", programme=frame, on=day)
    expected = [] if standing == "none" else [(standing, "true" if certain == "yes" else "false")]
    assert [row[1:] for row in told if row[0] == party] == expected


@pytest.mark.parametrize(
    ("party", "day", "when"),
    [
        ("Serbia", "2024-05-07", "between 2024-05-07 and 2024-05-08"),
        ("Kazakhstan", "2024-07-04", "between 2024-07-03 and 2024-07-05"),
        ("Türkiye", "2024-05-01", "between 2024-04-01 and 2024-04-30"),
        ("United Arab Emirates", "2024-06-01", "by 2023-06-30"),
        ("Universidad Católica del Norte", "2024-06-01", "not known"),
    ],
)
def test_when_a_standing_began_is_told_as_closely_as_it_can_be_decided(party, day, when, whole):
    told = columns(whole, "participants", "name", "when", on=day)
    assert [row[1] for row in told if row[0] == party] == [when]


def test_no_standing_is_over_before_it_begins(whole):
    standings = whole.query(
        "PREFIX sg: <https://w3id.org/selenograph/ontology/>"
        " SELECT ?standing ?from ?until { ?standing a sg:Participation ; sg:earliest ?from ;"
        " sg:until ?until FILTER(DATATYPE(?until) = <http://www.w3.org/2001/XMLSchema#date>) }"
    )
    lasting = [(row["standing"], row["from"].value, row["until"].value) for row in standings]
    assert len(lasting) > 100
    assert not [standing for standing, begun, over in lasting if over < begun]
