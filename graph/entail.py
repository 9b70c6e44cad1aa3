"""Draws what follows from statements once the ontology is closed, as the rules of OWL 2 RL say.

https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules. With the
axioms fixed, each rule leads from one statement to others, or along a chain of statements. What is
less simple than that is left to a reasoner, and so is to tell what contradicts what.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import permutations

from rdflib import Graph
from rdflib.namespace import OWL, RDF, RDFS, XSD
from rdflib.term import Literal, Node

Triple = tuple[Node, Node, Node]

_LANGUAGE = (str(OWL), str(RDF), str(RDFS))
_AXIOMS = {
    RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.equivalentClass,
    OWL.equivalentProperty, OWL.inverseOf, OWL.propertyChainAxiom, OWL.disjointWith,
    OWL.propertyDisjointWith, OWL.members, RDF.first, RDF.rest,
}  # fmt: skip
_KINDS = {
    OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, OWL.Ontology,
    OWL.AllDisjointClasses, OWL.AsymmetricProperty, OWL.IrreflexiveProperty, OWL.SymmetricProperty,
    OWL.TransitiveProperty, RDF.Property, RDF.List, RDFS.Class, RDFS.Datatype,
}  # fmt: skip
_TYPE = RDF.type
# No rule asks for these.
_NOTES = {
    RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy, OWL.versionInfo, OWL.versionIRI,
    OWL.imports, OWL.deprecated, OWL.priorVersion,
}  # fmt: skip
_SPOKEN = _NOTES | {_TYPE}
_ANYTHING = {OWL.Thing, OWL.NamedIndividual}
# Each term is so related to itself, which leads nowhere.
_REFLEXIVE = {RDFS.subClassOf, RDFS.subPropertyOf}


class Unsure(Exception):
    """There is an axiom of another kind, a literal to reason about, or a contradiction."""


def simple(vocabulary: Iterable[Triple]) -> bool:
    """Tell whether an ontology has only axioms that this module knows."""
    return all(map(_is_simple, vocabulary))


def drawn(schema: Graph, statements: Iterable[Triple]) -> set[Triple]:
    """Return the closure of statements under the closure of a simple ontology, and of both.

    Raises Unsure where a reasoner has to look at them.
    """
    return _Closure(schema).of(statements)


class _Closure:
    def __init__(self, schema: Graph) -> None:
        # What a statement with a property leads to, and, for rdf:type, one with a class.
        self.wider = _related(schema, RDFS.subPropertyOf)
        self.classes = _related(schema, RDFS.subClassOf)
        self.domains = _related(schema, RDFS.domain)
        self.ranges = _related(schema, RDFS.range)
        self.turned = _related(schema, OWL.inverseOf)
        for one, others in list(self.turned.items()):
            for other in others:
                self.turned[other].add(one)
        for symmetric in schema.subjects(RDF.type, OWL.SymmetricProperty):
            self.turned[symmetric].add(symmetric)
        self.chains: dict[Node, list[tuple[list[Node], list[Node], Node]]] = defaultdict(list)
        for whole, parts in schema.subject_objects(OWL.propertyChainAxiom):
            self._chain(list(schema.items(parts)), whole)
        for transitive in schema.subjects(RDF.type, OWL.TransitiveProperty):
            self._chain([transitive, transitive], transitive)
        # What contradicts what.
        self.apart = _related(schema, OWL.disjointWith, OWL.propertyDisjointWith)
        for axiom in schema.subjects(RDF.type, OWL.AllDisjointClasses):
            for members in schema.objects(axiom, OWL.members):
                for one, other in permutations(schema.items(members), 2):
                    self.apart[one].add(other)
        for one, others in list(self.apart.items()):
            for other in others:
                self.apart[other].add(one)
        self.asymmetric = set(schema.subjects(RDF.type, OWL.AsymmetricProperty))
        self.irreflexive = set(schema.subjects(RDF.type, OWL.IrreflexiveProperty))
        self.known: set[Triple] = set()
        self.objects: dict[tuple[Node, Node], set[Node]] = defaultdict(set)
        self.subjects: dict[tuple[Node, Node], set[Node]] = defaultdict(set)
        for triple in schema:
            self._note(triple)

    def of(self, statements: Iterable[Triple]) -> set[Triple]:
        """Return all that is known with some statements more. Raises Unsure."""
        ahead = list(statements)
        while ahead:
            triple = ahead.pop()
            if triple not in self.known:
                self._note(triple)
                self._insist(triple)
                ahead += self._next(triple)
        return self.known

    def _next(self, triple: Triple) -> Iterator[Triple]:
        """Yield what one statement leads to, with all that is known so far."""
        subject, predicate, value = triple
        if predicate == _TYPE:
            for kind in self.classes.get(value, ()):
                yield subject, _TYPE, kind
        for property_ in self.wider.get(predicate, ()):
            yield subject, property_, value
        for kind in self.domains.get(predicate, ()):
            yield subject, _TYPE, kind
        for kind in self.ranges.get(predicate, ()):
            yield value, _TYPE, kind
        for property_ in self.turned.get(predicate, ()):
            yield value, property_, subject
        for before, after, whole in self.chains.get(predicate, ()):
            ends = self._walk(self.objects, value, after)
            for start in self._walk(self.subjects, subject, before):
                for end in ends:
                    yield start, whole, end

    def _walk(
        self, along: dict[tuple[Node, Node], set[Node]], start: Node, properties: list[Node]
    ) -> set[Node]:
        reached = {start}
        for property_ in properties:
            reached = {end for node in reached for end in along.get((node, property_), ())}
        return reached

    def _chain(self, parts: list[Node], whole: Node) -> None:
        for number, part in enumerate(parts):
            self.chains[part].append((parts[:number][::-1], parts[number + 1 :], whole))

    def _note(self, triple: Triple) -> None:
        subject, predicate, value = triple
        self.known.add(triple)
        if predicate == _TYPE or predicate in self.chains:
            self.objects[subject, predicate].add(value)
            self.subjects[value, predicate].add(subject)

    def _insist(self, triple: Triple) -> None:
        """Raise Unsure for a statement that is an axiom, or that contradicts another one."""
        subject, predicate, value = triple
        if (
            isinstance(subject, Literal)
            or (_is_of_the_language(predicate) and predicate not in _SPOKEN)
            or (predicate in self.irreflexive and subject == value)
            or (predicate in self.asymmetric and (value, predicate, subject) in self.known)
            or any((subject, other, value) in self.known for other in self.apart.get(predicate, ()))
        ):
            raise Unsure
        if predicate == _TYPE and (
            (_is_of_the_language(value) and value not in _ANYTHING)
            or _is_datatype(value)
            or any(other in self.objects[subject, _TYPE] for other in self.apart.get(value, ()))
        ):
            raise Unsure


def _is_simple(axiom: Triple) -> bool:
    subject, predicate, value = axiom
    if predicate == _TYPE:
        return not _is_of_the_language(value) or value in _KINDS | _ANYTHING
    if predicate in _AXIOMS:
        # Literals belong to datatypes without a statement that says so.
        return not _is_datatype(subject) and (predicate == RDFS.range or not _is_datatype(value))
    return predicate in _NOTES or not _is_of_the_language(predicate)


def _related(schema: Graph, *relations: Node) -> dict[Node, set[Node]]:
    """Return what terms of an ontology are related to; that all are things tells nothing."""
    related: dict[Node, set[Node]] = defaultdict(set)
    for relation in relations:
        for one, other in schema.subject_objects(relation):
            if other != OWL.Thing and (one != other or relation not in _REFLEXIVE):
                related[one].add(other)
    return related


@lru_cache(maxsize=10_000)
def _is_of_the_language(term: Node) -> bool:
    return str(term).startswith(_LANGUAGE)


def _is_datatype(term: Node) -> bool:
    return str(term).startswith(str(XSD))
