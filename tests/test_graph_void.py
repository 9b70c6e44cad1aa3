"""The description of the dataset says of the answering graphs what they hold, and no more."""

import pyoxigraph as ox
import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, VOID, XSD

from selenograph.graph import names, query, void
from selenograph.graph.names import SG, VOID_EXT, iri

ANSWERING = [names.ONTOLOGY, names.REFERENCE, names.RECORD, names.INFERRED]
# The default graph can tell of all of it, as editors ask there.
LISTED = """
SELECT DISTINCT ?class ?property ?number ?leadsTo WHERE {
  ?part void:class ?class ; void:propertyPartition ?statements .
  ?statements void:property ?property ; void:triples ?number .
  OPTIONAL {
    { ?statements void:classPartition/void:class ?leadsTo }
    UNION
    { ?statements void-ext:datatypePartition/void-ext:datatype ?leadsTo }
  }
}"""
# An editor starts from the graphs where it can, and from anywhere else.
FROM_GRAPHS = LISTED.replace(
    "?part void:class",
    "OPTIONAL { ?named sd:graph/void:classPartition ?part } ?part void:class",
)
HELD = """
SELECT ?class ?property ?number ?leadsTo WHERE {
  {
    SELECT ?class ?property (COUNT(*) AS ?number) WHERE { ?thing a ?class ; ?property ?value }
    GROUP BY ?class ?property
  }
  OPTIONAL {
    SELECT DISTINCT ?class ?property ?leadsTo WHERE {
      ?thing a ?class ; ?property ?value .
      OPTIONAL { ?value a ?kind }
      BIND(IF(isLiteral(?value), DATATYPE(?value), ?kind) AS ?leadsTo)
      FILTER(BOUND(?leadsTo))
    }
  }
}"""
NUMBERS = {
    "triples": "(COUNT(*) AS ?n) WHERE { ?s ?p ?o }",
    "entities": "(COUNT(DISTINCT ?s) AS ?n) WHERE { ?s ?p ?o FILTER(STRSTARTS(STR(?s), STR(<>))) }",
    "distinctSubjects": "(COUNT(DISTINCT ?s) AS ?n) WHERE { ?s ?p ?o }",
    "distinctObjects": "(COUNT(DISTINCT ?o) AS ?n) WHERE { ?s ?p ?o }",
    "classes": "(COUNT(DISTINCT ?o) AS ?n) WHERE { ?s a ?o }",
    "properties": "(COUNT(DISTINCT ?p) AS ?n) WHERE { ?s ?p ?o }",
}


def rows(store, text, graphs=None):
    answer = query.run(store, text, graphs)
    return sorted(tuple(value.value if value else None for value in row) for row in answer)


def test_every_prefix_of_ours_is_declared(store):
    declared = rows(store, "SELECT ?prefix ?space { ?d sh:prefix ?prefix ; sh:namespace ?space }")
    assert dict(declared) == names.PREFIXES
    ontology = "SELECT ?prefix { <ontology/> a owl:Ontology ; sh:declare/sh:prefix ?prefix }"
    assert rows(store, ontology) == [(prefix,) for prefix in sorted(names.PREFIXES)]


@pytest.mark.parametrize("listing", [LISTED, FROM_GRAPHS], ids=["anywhere", "from the graphs"])
def test_each_class_has_its_properties_and_what_they_lead_to(store, listing):
    held = rows(store, HELD, ANSWERING)
    assert len(held) > 1000
    assert rows(store, listing) == held


def test_each_class_tells_how_many_it_has(store):
    listed = "SELECT ?class ?n { <> void:classPartition [ void:class ?class ; void:entities ?n ] }"
    held = """
        SELECT ?class (COUNT(DISTINCT ?named) AS ?n) {
          ?thing a ?class BIND(IF(isIRI(?thing), ?thing, ?nothing) AS ?named)
        } GROUP BY ?class"""
    assert rows(store, listed) == rows(store, held, ANSWERING)


def test_each_property_tells_how_often_it_is_stated(store):
    listed = """
        SELECT ?property ?n {
          <> void:propertyPartition [ void:property ?property ; void:triples ?n ]
        }"""
    held = "SELECT ?property (COUNT(*) AS ?n) { ?s ?property ?o } GROUP BY ?property"
    assert rows(store, listed) == rows(store, held, ANSWERING)


@pytest.mark.parametrize("number", NUMBERS)
def test_the_numbers_are_those_that_a_query_counts(store, number):
    told = rows(store, f"SELECT ?n {{ <> void:{number} ?n }}")
    assert told == rows(store, f"SELECT {NUMBERS[number]}", ANSWERING)


def test_each_graph_of_the_release_is_listed_with_its_size(store):
    listed = """
        SELECT ?name ?n {
          <> sd:namedGraph ?graph . ?graph a sd:NamedGraph ; sd:name ?name ; sd:graph ?inside .
          OPTIONAL { ?inside void:triples ?n }
        }"""
    sizes = rows(store, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    assert rows(store, listed) == [
        (name, None if name == str(names.VOID) else size) for name, size in sizes
    ]


def test_the_vocabularies_are_those_of_the_terms_in_use(store):
    terms = rows(store, "SELECT DISTINCT ?term { { ?s ?term ?o } UNION { ?s a ?term } }", ANSWERING)
    listed = {space for (space,) in rows(store, "SELECT ?v { <> void:vocabulary ?v }")}
    assert {term for (term,) in terms if not term.startswith(tuple(listed))} == set()
    assert {space for space in listed if not any(t.startswith(space) for (t,) in terms)} == set()


def test_the_examples_are_there(store):
    examples = rows(store, "SELECT ?e { <> void:exampleResource ?e . ?e a ?kind }")
    assert len(set(examples)) == 6


def test_the_licence_is_that_of_the_ontology(store):
    assert query.run(store, "ASK { <> dcterms:license ?l . <ontology/> dcterms:license ?l }")


def test_nothing_is_told_of_blank_nodes_and_every_node_tells_one_thing(store):
    triples = [
        q.triple for q in store.quads_for_pattern(None, None, None, ox.NamedNode(names.VOID))
    ]
    assert not [t for t in triples if ox.BlankNode in (type(t.subject), type(t.object))]
    what = {str(VOID["class"]), str(VOID.property), str(VOID_EXT.datatype)}
    told = [t.subject for t in triples if t.predicate.value in what]
    assert len(told) == len(set(told))
    subjects = {t.subject.value for t in triples}
    assert {s for s in subjects if not s.startswith(names.BASE) or "#" in s} == set()
    parts = {t.object.value for t in triples if t.object.value.startswith(names.BASE + "void/")}
    assert parts <= subjects


def test_a_small_graph_is_described_in_full():
    party, act, untold = iri("party/peru"), iri("act/x"), BNode()
    answers = Graph()
    for triple in (
        (party, RDF.type, SG.State),
        (party, RDF.type, SG.Party),
        (party, RDFS.label, Literal("Peru", lang="en")),
        (act, SG.party, party),
        (untold, RDF.type, SG.Party),
        (untold, SG.date, Literal("2025", datatype=XSD.gYear)),
    ):
        answers.add(triple)
    made = void.described({None: answers, names.RECORD: answers})

    def told(place, property_):
        return {o.toPython() for o in made.objects(iri(f"void/{place}"), property_)}

    assert told("class/sg-Party", VOID.entities) == {1}
    assert told("class/sg-Party/rdf-type", VOID.triples) == {3}
    assert told("class/sg-State/rdf-type", VOID.triples) == {2}
    assert told("class/sg-State/rdfs-label/rdf-langString", VOID_EXT.datatype) == {
        str(RDF.langString)
    }
    assert told("class/sg-Party/sg-date/xsd-gYear", VOID_EXT.datatype) == {str(XSD.gYear)}
    assert told("property/sg-party", VOID.triples) == {1}
    assert told("class/sg-Act", VOID.entities) == set()
    assert told("graph/record", VOID.triples) == {6}
    dataset = URIRef(names.BASE)
    assert made.value(dataset, VOID.entities) == Literal(2)
    assert set(made.objects(dataset, VOID.exampleResource)) == {party}
    assert set(made.objects(dataset, VOID.vocabulary)) == {
        URIRef(names.PREFIXES[prefix]) for prefix in ("rdf", "rdfs", "sg")
    }
    assert made.value(dataset, DCTERMS.title) == Literal("Selenograph", lang="en")
