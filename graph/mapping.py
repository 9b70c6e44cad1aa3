"""Reads what a mapping says of a table: how a cell becomes a term, and a row statements.

A mapping is TOML. It holds templates with one kind of mark only, ``{column}``; CONTRIBUTING
explains it by an example. What a mapping does not understand is told, never guessed.
"""

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from typing import Any

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from selenograph.graph import draft, names
from selenograph.graph.corpus import Corpus
from selenograph.graph.errors import BadDate, BadInput
from selenograph.graph.files import File
from selenograph.graph.names import SG, short

Row = Mapping[str, str]

_MARK = re.compile(r"\{([^{}]*)\}")
_WAYS = ("text", "number", "date", "party", "name")
_NO_PROPERTY = {"where", "subject", "label"}
# What a documents' table has to tell: as a column of that name, or as the mapping says.
ANSWERS = tuple(one.name for one in fields(draft.Source))


class Misread(BadInput):
    """A cell that is not understood."""

    def __init__(self, column: str, why: str) -> None:
        super().__init__(why)
        self.column = column


@dataclass(frozen=True)
class Column:
    """How the cells of a column are read: by the mapping's own words first, then in one way."""

    way: str = "text"
    words: Mapping[str, str | list[str]] = field(default_factory=dict)
    split: str = ""

    def texts(self, cell: str) -> list[str]:
        """Return the texts that a cell stands for."""
        whole = cell in self.words or not self.split
        parts = [cell] if whole else [part.strip() for part in cell.split(self.split)]
        return [text for part in parts for text in _listed(self.words.get(part, part)) if text]


@dataclass(frozen=True)
class Part:
    """What a mapping says of one table: its columns, and what each row states."""

    columns: Mapping[str, Column]
    ignored: frozenset[str]
    statements: Sequence[Mapping[str, Any]]

    def mentioned(self) -> set[str]:
        """Return the columns that the mapping speaks of."""
        found = {*self.columns, *self.ignored}
        for statement in self.statements:
            found |= {*statement.get("where", {})}
            found |= {mark for key, value in statement.items() for mark in _marks(value)}
        return found


@dataclass(frozen=True)
class Plan:
    """A mapping as a whole."""

    table: Part
    left_out: Sequence[Mapping[str, Any]]
    reference: str
    column: str
    documents: Part
    documents_table: str
    documents_key: str
    answers: Mapping[str, str]

    def mentioned(self) -> set[str]:
        """Return the columns of the table of which the mapping speaks."""
        rules = {column for rule in self.left_out for column in rule["where"]}
        return self.table.mentioned() | rules | {self.column}

    def mentioned_of_documents(self) -> set[str]:
        """Return the columns of the table of documents of which the mapping speaks."""
        marks = {mark for answer in self.answers.values() for mark in _marks(answer)}
        return self.documents.mentioned() | marks | {self.documents_key}


def plan(file: File) -> Plan:
    """Return what a mapping file says. Raises BadInput where it is no mapping."""
    try:
        given = tomllib.loads(file.text)
        documents = given.pop("documents")
        key = documents.pop("key")
        made = Plan(
            _part(given),
            [{"where": rule["where"], "reason": rule["reason"]} for rule in given.pop("leave", [])],
            given.pop("reference", ""),
            documents.pop("column", key),
            _part(documents),
            documents.pop("table"),
            key,
            {name: documents.pop(name) for name in ANSWERS if name in documents},
        )
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{file.path} is not TOML: {error}.") from error
    except KeyError as error:
        raise BadInput(f"{file.path}: {error} is missing; CONTRIBUTING shows a mapping.") from error
    except BadInput as error:
        raise BadInput(f"{file.path}: {error}") from error
    for unknown in (*given, *(f"documents.{one}" for one in documents)):
        raise BadInput(f'{file.path}: "{unknown}" is not known; CONTRIBUTING shows a mapping.')
    return made


def fits(row: Row, where: Mapping[str, Any]) -> bool:
    """Tell whether each column named has one of its patterns; ``"?*"`` is any text but none."""
    return all(
        any(fnmatchcase(row[column], pattern) for pattern in _listed(patterns))
        for column, patterns in where.items()
    )


class Reader:
    """Turns rows into statements, with the names that files declare."""

    def __init__(self, whole: Corpus) -> None:
        self._naming = whole.naming
        self._declared = whole.declared | whole.terms
        self._codes, self._parties = _parties(whole.naming)

    def statements(self, part: Part, row: Row, source: URIRef) -> tuple[Graph, dict[URIRef, str]]:
        """Return what a row states, and the label of each subject for which a mapping has one."""
        graph, labels = Graph(bind_namespaces="none"), dict[URIRef, str]()
        for statement in part.statements:
            if not fits(row, statement.get("where", {})):
                continue
            subject = self._iri(part, row, statement.get("subject", str(source)), source)
            if "label" in statement:
                labels[subject] = self._filled(part, row, statement["label"], self._label)
            for key in statement.keys() - _NO_PROPERTY:
                predicate = RDF.type if key == "a" else _expanded(key)
                for value in self._values(part, row, statement[key], source):
                    graph.add((subject, predicate, value))
        return graph, labels

    def knows(self, name: URIRef) -> bool:
        """Tell whether a file declares a name."""
        return name in self._declared

    def answer(self, part: Part, row: Row, template: str) -> str:
        """Return a template filled with names as they stand in IRIs, and texts as they are."""
        if not all(self._terms(part, row, column) for column in _marks(template)):
            return ""
        return self._filled(part, row, template, lambda node: _slug(node) or str(node))

    def _values(self, part: Part, row: Row, given: Any, source: URIRef) -> Iterator[Node]:
        for template in _listed(given):
            marks = _marks(template)
            if not all(self._terms(part, row, column) for column in marks):
                # An empty cell says nothing.
                continue
            if isinstance(template, dict):
                text = self._filled(part, row, template["text"], self._label)
                yield Literal(text, lang=template.get("language"))
            elif _MARK.fullmatch(template):
                yield from self._terms(part, row, marks[0])
            else:
                yield self._iri(part, row, template, source)

    def _iri(self, part: Part, row: Row, template: str, source: URIRef) -> URIRef:
        if mark := _MARK.fullmatch(template):
            return URIRef(self._filled(part, row, mark[0], str))
        told = self._filled(part, row, template, lambda node: _slug(node) or _plain(str(node)))
        return URIRef(f"{source}#{told[1:]}") if told.startswith(":") else _expanded(told)

    def _filled(self, part: Part, row: Row, template: str, shown: Callable[[Node], str]) -> str:
        def one(mark: re.Match[str]) -> str:
            found = self._terms(part, row, mark[1])
            if len(found) > 1:
                raise Misread(mark[1], f'"{row[mark[1]]}" has several values where one is needed.')
            if not found:
                raise Misread(mark[1], f'"{row[mark[1]]}" says nothing where a name is needed.')
            return shown(found[0])

        return _MARK.sub(one, template)

    def _label(self, node: Node) -> str:
        labels = sorted(self._naming.objects(node, RDFS.label), key=lambda one: one.language != "en")
        return str(labels[0] if labels else node)

    def _terms(self, part: Part, row: Row, column: str) -> list[Node]:
        how = part.columns.get(column, Column())
        return [self._term(column, how.way, text) for text in how.texts(row[column])]

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
                elif predicate in (RDFS.label, SKOS.altLabel):
                    known[str(value)].add(party)
    return codes, known


def _part(given: dict[str, Any]) -> Part:
    """Take from a table of TOML what it says of a table."""
    columns = {name: _column(name, how) for name, how in given.pop("columns", {}).items()}
    statements = given.pop("statements", [])
    for statement in statements:
        for key in statement.keys() - _NO_PROPERTY - {"a"}:
            if key.partition(":")[0] not in names.PREFIXES:
                raise BadInput(f'"{key}" is no property such as sg:date.')
    return Part(columns, frozenset(given.pop("ignore", [])), statements)


def _column(name: str, how: str | dict[str, Any]) -> Column:
    given = {"as": how} if isinstance(how, str) else dict(how)
    words = given.pop("words", {})
    way = given.pop("as", "name" if words else "text")
    split = given.pop("split", "")
    if way not in _WAYS or given:
        raise BadInput(f"the column {name} is read as one of {', '.join(_WAYS)}, by words, split.")
    return Column(way, words, split)


def _marks(template: Any) -> list[str]:
    """Return the columns that stand in a template, or in a list or table of templates."""
    if isinstance(template, dict):
        template = list(template.values())
    if isinstance(template, list):
        return [mark for one in template for mark in _marks(one)]
    return _MARK.findall(template)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _expanded(name: str) -> URIRef:
    """Return the IRI of ``sg:date``, of a path such as ``party/serbia``, or of an address."""
    prefix, colon, local = name.partition(":")
    if colon and prefix in names.PREFIXES:
        return URIRef(names.PREFIXES[prefix] + local)
    return URIRef(name) if colon else names.iri(name)


def _slug(node: Node) -> str:
    """Return what names a resource of ours within its kind: ``serbia`` of ``party/serbia``."""
    return names.path(str(node)).partition("/")[2] if isinstance(node, URIRef) else ""


def _plain(words: str) -> str:
    """Return words as they stand in an IRI."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))
