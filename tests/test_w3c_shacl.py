"""The W3C's tests of SHACL Core, put to the validator as graph/shacl.py drives it."""

import pytest
from rdflib import BNode, Graph, Namespace
from rdflib.compare import graph_diff, isomorphic
from rdflib.namespace import RDF, SH

from selenograph.graph.shacl import Validator
from tests.w3c import MF, accepted, cases, entries, file, required

SHT = Namespace("http://www.w3.org/ns/shacl-test#")
CORE = list(entries(required("data-shapes/data-shapes-test-suite/tests/core") / "manifest.ttl"))
# https://w3c.github.io/data-shapes/data-shapes-test-suite/#Validate
COMPARED = (
    RDF.type,
    SH.focusNode,
    SH.resultSeverity,
    SH.sourceConstraint,
    SH.sourceConstraintComponent,
    SH.sourceShape,
    SH.value,
)


def compared(graph, report, messages):
    """Return what is compared of a report, with those of its messages that are given."""
    part = Graph()
    for triple in graph.triples((report, SH.conforms, None)):
        part.add(triple)
    for result in graph.objects(report, SH.result):
        part.add((report, SH.result, result))
        for predicate, value in graph.predicate_objects(result):
            if predicate in COMPARED or (predicate == SH.resultMessage and value in messages):
                part.add((result, predicate, value))
            elif predicate == SH.resultPath:
                part.add((result, predicate, copied(graph, value, part)))
    return part


def copied(graph, path, part):
    """Copy a path, since results may share theirs, and return the node of the copy."""
    if not isinstance(path, BNode):
        return path
    twin = BNode()
    for predicate, value in graph.predicate_objects(path):
        part.add((twin, predicate, copied(graph, value, part)))
    return twin


@pytest.mark.parametrize("entry", cases(CORE, "shacl"))
def test_shacl_core(entry):
    data, shapes = (
        Graph().parse(file(name), publicID=name, format="turtle")
        for name in (entry.value(MF.action, SHT.dataGraph), entry.value(MF.action, SHT.shapesGraph))
    )
    report = Validator(shapes).report(data)
    messages = set(entry.manifest.objects(None, SH.resultMessage))
    expected = compared(entry.manifest, entry.value(MF.result), messages)
    received = compared(report, report.value(None, RDF.type, SH.ValidationReport), messages)
    _, missing, more = graph_diff(expected, received)
    told = f"missing:\n{missing.serialize()}\ntoo much:\n{more.serialize()}"
    assert isomorphic(expected, received), told


def test_every_accepted_failure_is_that_of_a_test():
    assert accepted("shacl").keys() <= {str(entry.iri) for entry in CORE}
