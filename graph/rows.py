"""Turns rows of a table into statements, as a mapping says."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from selenograph.graph import draft, names, passages
from selenograph.graph.corpus import Corpus
from selenograph.graph.errors import BadDate, BadInput
from selenograph.graph.mapping import MARK, NO_PROPERTY, Column, Part, Row, fits, listed, marks
from selenograph.graph.names import SG, short


class Misread(BadInput):
    """A cell that is not understood."""

    def __init__(self, column: str, why: str) -> None:
        super().__init__(why)
        self.column = column


class Reader:
    """Turns rows into statements, with the names that files declare."""

    def __init__(self, whole: Corpus) -> None:
        self._naming = whole.naming
        self._declared = whole.declared | whole.terms
        self._codes, self._parties = _parties(whole.naming)

    def statements(self, part: Part, row: Row, source: URIRef) -> tuple[Graph, dict[URIRef, str]]:
        """Return what a row states, and the label of each subject for which a mapping has one."""
        graph, labels = Graph("SimpleMemory", bind_namespaces="none"), dict[URIRef, str]()
        for statement in part.statements:
            unless = statement.get("unless")
            if not fits(row, statement.get("where", {})) or (unless and fits(row, unless)):
                continue
            subject = self._iri(part, row, statement.get("subject", str(source)), source)
            if "label" in statement:
                labels[subject] = self._filled(part, row, statement["label"], self._label)
            for key in statement.keys() - NO_PROPERTY:
                predicate = RDF.type if key == "a" else _expanded(key)
                for value in self._values(part, row, statement[key], source):
                    graph.add((subject, predicate, value))
        if quotation := row.get(part.passage, ""):
            subjects = {subject for subject in graph.subjects() if subject != source}
            for triple in passages.passage(source, quotation, subjects):
                graph.add(triple)
        return graph, labels

    def knows(self, name: URIRef) -> bool:
        """Tell whether a file declares a name."""
        return name in self._declared

    def misread(self, part: Part, row: Row) -> Iterator[Misread]:
        """Yield each cell that is not understood, whether or not a statement needs it."""
        for column in part.columns:
            try:
                self._terms(part, row, column)
            except Misread as error:
                yield error

    def answer(self, part: Part, row: Row, template: str) -> str:
        """Return a template filled with names as they stand in IRIs, and texts as they are."""
        if not all(self._terms(part, row, column) for column in marks(template)):
            return ""
        return self._filled(part, row, template, lambda node: _slug(node) or str(node))

    def _values(self, part: Part, row: Row, given: Any, source: URIRef) -> Iterator[Node]:
        for template in listed(given):
            columns = marks(template)
            if not all(self._terms(part, row, column) for column in columns):
                # An empty cell says nothing.
                continue
            if isinstance(template, dict):
                text = self._filled(part, row, template["text"], self._label)
                yield Literal(text, lang=template.get("language"))
            elif MARK.fullmatch(template):
                yield from self._terms(part, row, columns[0])
            else:
                yield self._iri(part, row, template, source)

    def _iri(self, part: Part, row: Row, template: str, source: URIRef) -> URIRef:
        if mark := MARK.fullmatch(template):
            return URIRef(self._filled(part, row, mark[0], str))
        told = self._filled(part, row, template, lambda node: _slug(node) or names.slug(str(node)))
        return URIRef(f"{source}#{told[1:]}") if told.startswith(":") else _expanded(told)

    def _filled(self, part: Part, row: Row, template: str, shown: Callable[[Node], str]) -> str:
        def one(mark: re.Match[str]) -> str:
            found, cell = self._terms(part, row, mark[1]), row[part.column(mark[1])]
            if len(found) > 1:
                raise Misread(mark[1], f'"{cell}" has several values where one is needed.')
            if not found:
                raise Misread(mark[1], f'"{cell}" says nothing where a name is needed.')
            return shown(found[0])

        return MARK.sub(one, template)

    def _label(self, node: Node) -> str:
        labels = [one for one in self._naming.objects(node, RDFS.label) if isinstance(one, Literal)]
        # A university may go by a name in its own language alone.
        labels.sort(key=lambda one: (one.language != "en", one))
        return str(labels[0] if labels else node)

    def _terms(self, part: Part, row: Row, column: str) -> list[Node]:
        how = part.columns.get(column, Column())
        return [self._term(column, how.way, text) for text in how.texts(row[how.of or column])]

    def _term(self, column: str, way: str, text: str) -> Node:
        if way == "date":
            try:
                return draft.date(text)
            except BadDate as error:
                raise Misread(column, str(error)) from error
        if way == "number" and not re.fullmatch(r"\d+", text):
            raise Misread(column, f'"{text}" is no number.')
        if way == "party":
            return self._party(column, text)
        if way == "name" and _expanded(text) not in self._declared:
            raise Misread(column, f'"{text}" is no word of the mapping and no declared name.')
        if way == "name":
            return _expanded(text)
        return Literal(text, datatype=XSD.integer if way == "number" else None)

    def _party(self, column: str, text: str) -> URIRef:
        """Return a party by its ISO code, else by its name or slug."""
        found = self._codes.get(text) or self._parties.get(text, set())
        if len(found) > 1:
            several = " or ".join(sorted(short(one) for one in found))
            raise Misread(column, f'"{text}" can be {several}: give it a word in the mapping.')
        if not found:
            raise Misread(column, f'"{text}" is no party of graph/reference/ and no word for one.')
        return next(iter(found))


def _parties(naming: Graph) -> tuple[dict[str, set[URIRef]], dict[str, set[URIRef]]]:
    """Return the states by their codes, and all parties by their names and slugs."""
    codes, known = defaultdict[str, set[URIRef]](set), defaultdict[str, set[URIRef]](set)
    for kind in (SG.State, SG.Organization):
        for party in naming.subjects(RDF.type, kind):
            assert isinstance(party, URIRef)
            known[_slug(party)].add(party)
            known[names.path(party)].add(party)
            for predicate, value in naming.predicate_objects(party):
                if predicate in (SG.isoAlpha2, SG.isoAlpha3):
                    codes[str(value)].add(party)
                elif predicate in (RDFS.label, SKOS.prefLabel, SKOS.altLabel):
                    known[str(value)].add(party)
    return codes, known


def _expanded(name: str) -> URIRef:
    """Return the IRI of ``sg:date``, of a path such as ``party/serbia``, or of an address."""
    prefix, colon, local = name.partition(":")
    if colon and prefix in names.PREFIXES:
        return URIRef(names.PREFIXES[prefix] + local)
    return URIRef(name) if colon else names.iri(name)


def _slug(node: Node) -> str:
    """Return what names a resource of ours within its kind: ``serbia`` of ``party/serbia``."""
    return names.path(str(node)).partition("/")[2] if isinstance(node, URIRef) else ""
