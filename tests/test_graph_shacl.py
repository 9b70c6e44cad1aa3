"""The validator finds what pySHACL finds, and leaves shapes and background as they were."""

from pathlib import Path

import pyshacl
import pytest
from rdflib import Graph
from rdflib.namespace import RDF, RDFS, SH

from selenograph.graph import check
from selenograph.graph.shacl import Validator

ROOT = Path(__file__).parents[1]
TOLD = (
    SH.focusNode, SH.value, SH.sourceShape, SH.sourceConstraintComponent, SH.resultSeverity,
    SH.resultMessage,
)  # fmt: skip


@pytest.fixture(scope="module")
def broken():
    """All cases of tests/shapes/ in one graph: each shape is broken by some of its resources."""
    graph = Graph()
    for path in sorted((ROOT / "tests" / "shapes").rglob("*.ttl")):
        graph.parse(path)
    return graph


def told(report):
    return {
        tuple(report.value(result, predicate) for predicate in TOLD)
        for result in report.objects(report.value(None, RDF.type, SH.ValidationReport), SH.result)
    }


def test_what_is_found_is_what_pyshacl_finds(broken, corpus, monkeypatch):
    classes = set(corpus.vocabulary.triples((None, RDFS.subClassOf, None)))
    validator = Validator(check.shapes(), classes)
    found = told(validator.report(broken))
    some = set(sorted(set(broken.subjects()))[::3])
    found_of_some = told(validator.report(broken, only=some))
    # So that pySHACL uses its own components again.
    monkeypatch.delattr(pyshacl.shape, "CONSTRAINT_PARAMS")
    for triple in classes:
        broken.add(triple)
    _, report, _ = pyshacl.validate(broken, shacl_graph=Graph() + check.shapes())
    assert found == told(report)
    assert len(found) > 500
    assert found_of_some == {one for one in found if one[0] in some}


def test_a_graph_is_seen_only_while_it_is_validated(corpus):
    validator = Validator(check.shapes(), corpus.vocabulary)
    source = corpus.sources[0].graph
    subjects = set(source.subjects())
    alone = told(validator.report(source, only=subjects))
    told(validator.report(corpus.naming))
    assert alone == told(validator.report(source, only=subjects))
    assert alone


def test_the_shapes_stay_as_they_were():
    shapes = check.shapes()
    before = set(shapes)
    Validator(shapes).report(Graph())
    assert set(shapes) == before
