"""The shapes: what they refuse, what they let pass, and how they are written."""

import re
from pathlib import Path

import pytest
from rdflib import Graph, Namespace
from rdflib.namespace import OWL, RDF, RDFS, SH

from selenograph.graph import names
from selenograph.graph.shacl import Validator

ROOT = Path(__file__).parents[1]
CASES = sorted((ROOT / "tests" / "shapes").rglob("*.ttl"))
SHAPE = "https://w3id.org/selenograph/shape/"
SG = Namespace("https://w3id.org/selenograph/ontology/")
SCHEMA = Namespace("https://schema.org/")
DESCRIPTION = {
    RDF.type,
    SH.ignoredProperties,
    SH.message,
    SH.name,
    SH.property,
    SH.severity,
    SH.targetClass,
    SH.targetSubjectsOf,
}


def merged(*folders):
    """Return all Turtle files of the folders as one graph."""
    graph = Graph()
    for folder in folders:
        for path in sorted(folder.rglob("*.ttl")):
            graph.parse(path)
    return graph


@pytest.fixture(scope="module")
def shapes():
    return merged(ROOT / "shapes")


@pytest.fixture(scope="module")
def ontology():
    return merged(ROOT / "ontology")


@pytest.fixture(scope="module")
def alone(shapes, ontology):
    return Validator(shapes, ontology)


def broken(validator, graph):
    """Return the local names of the shapes that a graph breaks."""
    report = validator.report(graph, only=set(graph.subjects()))
    results = report.objects(report.value(None, RDF.type, SH.ValidationReport), SH.result)
    return {str(report.value(r, SH.sourceShape)).removeprefix(SHAPE) for r in results}


def named(text):
    """Return the local names of the shapes that a case says it breaks."""
    return set(re.findall(r"^# breaks (\S+)$", text, re.MULTILINE))


def stated(shapes):
    """Return the node shapes and property shapes that have a name of their own."""
    kinds = (SH.NodeShape, SH.PropertyShape)
    return {shape for kind in kinds for shape in shapes.subjects(RDF.type, kind)}


def has_target(shapes, shape):
    return any((shape, target, None) in shapes for target in (SH.targetClass, SH.targetSubjectsOf))


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_case_breaks_just_the_shapes_it_names(alone, path):
    text = path.read_text(encoding="utf-8")
    case = Graph().parse(data=text, format="turtle")
    assert broken(alone, case) == named(text)
    assert path.stem.startswith("invalid-" if named(text) else "valid-")


def test_the_reference_and_the_ontology_conform(shapes, ontology):
    sources = (ROOT / "graph" / "sources").rglob("*.ttl")
    there = {(names.iri(f"source/{path.stem}"), RDF.type, SG.Source) for path in sources}
    validator = Validator(shapes, there)
    assert broken(validator, merged(ROOT / "graph" / "reference") + ontology) == set()


def test_every_property_shape_is_broken_by_a_case(shapes):
    claimed = {SHAPE + name for path in CASES for name in named(path.read_text(encoding="utf-8"))}
    missing = {str(shape) for shape in shapes.subjects(RDF.type, SH.PropertyShape)} - claimed
    assert not missing, f"tests/shapes/ needs a case that is invalid by {sorted(missing)}"


def test_every_node_shape_with_a_target_and_a_constraint_is_broken_by_a_case(shapes):
    claimed = {SHAPE + name for path in CASES for name in named(path.read_text(encoding="utf-8"))}
    constraining = {
        str(shape)
        for shape in shapes.subjects(RDF.type, SH.NodeShape)
        if has_target(shapes, shape) and set(shapes.predicates(shape)) - DESCRIPTION
    }
    assert constraining <= claimed


def test_every_file_of_shapes_has_a_valid_and_an_invalid_case():
    for stem in {path.stem for path in (ROOT / "shapes").glob("*.ttl")} - {"value"}:
        kinds = {path.stem.split("-")[0] for path in CASES if path.parent.name == stem}
        assert kinds == {"valid", "invalid"}, f"tests/shapes/{stem}/ needs both kinds of case"


def test_every_shape_has_a_name_a_severity_and_a_message(shapes):
    for shape in stated(shapes):
        for predicate in (SH.name, SH.severity, SH.message):
            told = list(shapes.objects(shape, predicate))
            assert len(told) == 1, f"<{shape}> needs one <{predicate}>"
        assert told[0].endswith("."), f"the sh:message of <{shape}> needs a full stop"


def test_no_shape_is_a_blank_node_at_the_top(shapes):
    top = stated(shapes) | set(shapes.objects(None, SH.property))
    assert {shape for shape in top if not shape.startswith(SHAPE)} == set()


def test_every_property_of_a_shape_is_stated(shapes):
    referred = set(shapes.objects(None, SH.property)) | set(shapes.objects(None, SH.node))
    missing = referred - stated(shapes)
    assert not missing, f"a shape refers to these, and none has that name: {sorted(missing)}"


def test_every_property_shape_belongs_to_a_node_shape(shapes):
    owned = set(shapes.objects(None, SH.property))
    loose = set(shapes.subjects(RDF.type, SH.PropertyShape)) - owned
    assert not loose, f"no node shape lists these in its sh:property: {sorted(loose)}"


def test_warnings_are_in_courtesy_and_nowhere_else():
    for path in (ROOT / "shapes").glob("*.ttl"):
        severity = SH.Warning if path.stem == "courtesy" else SH.Violation
        assert set(Graph().parse(path).objects(None, SH.severity)) == {severity}, path.name


def test_a_closed_shape_knows_every_property_of_its_class(shapes, ontology):
    missing = set()
    for shape in shapes.subjects(SH.closed):
        paths = {shapes.value(part, SH.path) for part in shapes.objects(shape, SH.property)}
        for target in shapes.objects(shape, SH.targetClass):
            classes = {
                *ontology.transitive_objects(target, RDFS.subClassOf),
                *ontology.transitive_subjects(RDFS.subClassOf, target),
            }
            for owner in classes:
                known = set(ontology.subjects(SCHEMA.domainIncludes, owner))
                missing |= {(target, prop) for prop in known - paths}
    assert missing == set()


def test_every_property_of_a_shape_is_in_the_ontology(shapes, ontology):
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property)
    known = {prop for kind in kinds for prop in ontology.subjects(RDF.type, kind)}
    used = {term for term in shapes.objects() if term in SG}
    classes = set(ontology.subjects(RDF.type, OWL.Class))
    assert used <= known | classes
