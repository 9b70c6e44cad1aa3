"""The bounds of the record: a count that leaves them is told, with the line to change."""

import tomllib

import pytest
from rdflib import RDF, Graph

from selenograph.graph import building, expected, files, names
from selenograph.graph.errors import Invalid
from selenograph.graph.names import SG

ILRS, SERBIA = names.iri("programme/ilrs"), names.iri("act/ilrs/serbia/signature")
BOUNDS = """\
# What is expected
[sources]
all = [{0}]

[participants]
"programme/ilrs" = [{1}]
"""


def record():
    graph = Graph()
    for slug in ("one", "two"):
        source = names.iri(f"source/2024-{slug}")
        graph.add((SERBIA, SG.testifiedBy, source))
        graph.add((source, SG.kind, names.iri("source-kind/news")))
    participation = names.iri("participation/ilrs/serbia")
    graph.add((participation, RDF.type, SG.Participation))
    graph.add((participation, SG.programme, ILRS))
    graph.add((participation, SG.party, names.iri("party/serbia")))
    return graph


def told(*bounds):
    found = expected.findings(record(), files.File("e.toml", BOUNDS.format(*bounds)))
    return [(one.line, one.resource, one.problem) for one in found]


def test_counts_within_their_bounds_are_no_finding():
    assert told("2, 2", "1, 5") == []


@pytest.mark.parametrize("bounds", ["3, 9", "0, 1"])
def test_a_count_that_leaves_its_bounds_is_told_with_its_line(bounds):
    low, high = bounds.split(", ")
    problem = f"2 sources where {low} to {high} are expected."
    assert told(bounds, "1, 1") == [(3, "all", problem)]


def test_what_is_gone_altogether_counts_as_none():
    text = BOUNDS.format("2, 2", "1, 1").replace("programme/ilrs", "programme/lost")
    (one,) = expected.findings(record(), files.File("e.toml", text))
    assert one.problem == "0 participants where 1 to 1 are expected."


def test_a_build_stops_where_a_source_is_gone(tmp_path, seeds):
    bounds = files.File("e.toml", BOUNDS.format("3, 9", "1, 50"))
    with pytest.raises(Invalid, match="2 sources where 3 to 9 are expected"):
        building.build(tmp_path, seeds, bounds=bounds)
    assert list(tmp_path.iterdir()) == []


def test_the_bounds_are_close_to_what_there_is(corpus):
    low, _ = tomllib.loads(files.expected().text)["sources"]["all"]
    assert 0.95 * len(corpus.sources) <= low <= len(corpus.sources)
