"""Turtle read with the line of every statement, and written in the one style of the project.

https://www.w3.org/TR/turtle/
"""

import logging
import re
import warnings
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pyoxigraph
from rdflib import Graph, URIRef
from rdflib.namespace import XSD
from rdflib.plugins.parsers.notation3 import BadSyntax, RDFSink, SinkParser
from rdflib.term import BNode, Literal, Node

from selenograph.graph import convert, writer
from selenograph.graph.errors import NotTurtle, Unformattable
from selenograph.graph.names import BASE

Triple = tuple[Node, Node, Node]

# Strings and IRIs may hold "#", so they are read as wholes; what is left is a comment.
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'(?:\\.|[^\\])*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
    r"|<[^<>\s]*>|\\.|(?P<comment>#[^\n]*)",
    re.DOTALL,
)

# rdflib remarks on each value that is none of its datatype, which the checker tells with its line.
logging.getLogger("rdflib.term").setLevel(logging.ERROR)


class Block(NamedTuple):
    """One statement of a file up to its full stop, with its first and last line."""

    subject: Node
    first: int
    last: int


@dataclass(frozen=True)
class Document:
    """A Turtle file: its statements, and where each of them stands."""

    path: str
    text: str
    graph: Graph
    lines: dict[Triple, int] = field(repr=False)
    blocks: list[Block] = field(repr=False)
    labels: dict[Node, str] = field(default_factory=dict, repr=False)

    def line(self, subject: Node, predicate: Node | None = None, value: Node | None = None) -> int:
        """Return the line of a statement, or of the closest thing to it; 1 if there is none."""
        for pattern in ((subject, predicate, value), (subject, predicate, None)):
            found = [self.lines[triple] for triple in self._matching(pattern)]
            if found and predicate is not None:
                return min(found)
        starts = [block.first for block in self.blocks if block.subject == subject]
        return min(starts or [self.lines[t] for t in self._matching((subject, None, None))] or [1])

    def _matching(self, pattern: tuple[Node, Node | None, Node | None]) -> list[Triple]:
        return [triple for triple in self.graph.triples(pattern) if triple in self.lines]


def parse(text: str, path: str) -> Document:
    """Return the statements of a Turtle text with their lines.

    Raises NotTurtle with line and column. The path serves for messages only.
    """
    _triples(text, path)
    graph = Graph("SimpleMemory", bind_namespaces="none")
    reader = _Reader(_Sink(graph), baseURI=BASE, turtle=True)
    try:
        with warnings.catch_warnings(action="ignore"):
            reader.loadBuf(text)
    except BadSyntax as error:
        why = "this is new in Turtle 1.2, and files are written in 1.1"
        raise NotTurtle(path, error.lines + 1, 1, why) from error
    for prefix, namespace in reader._bindings.items():
        graph.bind(prefix, namespace)
    return Document(path, text, graph, reader.statements, reader.blocks, reader.labels)


def statements(text: str, path: str) -> Graph:
    """Return the statements of a Turtle text without their lines, in a third of the time.

    Tags of languages are in lower case.
    Raises NotTurtle with line and column. The path serves for messages only.
    """
    return convert.graph(_triples(text, path))


def _triples(text: str, path: str) -> list[pyoxigraph.Triple]:
    try:
        # Blank nodes of one label are others in each file.
        quads = pyoxigraph.parse(
            text.encode(), format=pyoxigraph.RdfFormat.TURTLE, base_iri=BASE,
            rename_blank_nodes=True,
        )  # fmt: skip
        return [quad.triple for quad in quads]
    except SyntaxError as error:
        # The engine says: Parser error at line 1 column 9: what is wrong
        why = (str(error.msg).partition(": ")[2] or str(error.msg)).rstrip(".")
        raise NotTurtle(path, error.lineno or 1, error.offset or 1, why) from error


def formatted(document: Document) -> str:
    """Return a file's text in the style of the project.

    Prefixes are sorted, and of those not in use only the empty one is kept; the order of the blocks
    is the author's; predicates stand in one order and values are sorted. A comment belongs to the
    block after it.
    The result formatted again is the same.

    Raises Unformattable for a comment inside a block, which has no such place, and for what cannot
    be written again as it is.
    """
    header, above, rest = _comments(document)
    order = dict.fromkeys(block.subject for block in document.blocks)
    body = writer.written(document.graph, list(order), above, document.labels)
    parts = [*header, *([""] if header and body else []), body, *rest]
    text = "\n".join(parts).strip("\n") + "\n"
    if document.text:
        _insist_on_the_same(document, text)
    return text


def as_turtle(graph: Graph) -> str:
    """Return a graph of ours as Turtle in the style of the project, subjects sorted."""
    subjects = sorted({s for s in graph.subjects() if isinstance(s, URIRef)})
    blocks = [Block(subject, number, number) for number, subject in enumerate(subjects)]
    return formatted(Document("", "", graph, {}, blocks))


def _insist_on_the_same(document: Document, text: str) -> None:
    """Raise Unformattable where another text does not say what a document says."""
    before = _said(document.text)
    try:
        lost = before ^ _said(text)
    except SyntaxError:
        lost = before
    if lost:
        why = f"This cannot be kept when the file is formatted: {min(lost)}"
        raise Unformattable(document.path, 1, why)


def _said(text: str) -> set[str]:
    quads = pyoxigraph.parse(
        text.encode(), format=pyoxigraph.RdfFormat.TURTLE, base_iri=BASE, rename_blank_nodes=True
    )
    dataset = pyoxigraph.Dataset(quads)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad.triple) for quad in dataset}


class _Sink(RDFSink):
    """rdflib's collector of statements, which keeps literals as they are written."""

    def newLiteral(self, s: str, dt: Any, lang: str | None) -> Literal:  # noqa: N802
        return Literal(s, datatype=dt, lang=lang, normalize=False)


class _Reader(SinkParser):
    """rdflib's parser, which also notes the lines of statements and blocks."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.statements: dict[Triple, int] = {}
        self.blocks: list[Block] = []
        self.labels: dict[Node, str] = {}
        self._subject: Any = None
        self._depth = 0
        self._starts: list[int] = []
        self._pending: list[int] = []

    def statement(self, argstr: str, i: int) -> int:
        start = self.skipSpace(argstr, i)
        first = self.lines + 1
        after = super().statement(argstr, start)
        self.blocks.append(Block(self._subject, first, self.lines + 1))
        return after

    def objectList(self, argstr: str, i: int, res: Any) -> int:  # noqa: N802
        outer, self._starts = self._starts, []
        self._depth += 1
        after = super().objectList(argstr, i, res)
        self._depth -= 1
        self._pending, self._starts = self._starts, outer
        return after

    def object(self, argstr: str, i: int, res: Any) -> int:
        start = self.skipSpace(argstr, i)
        self._starts.append(self.lines + 1)
        after = super().object(argstr, start if start >= 0 else i, res)
        if self._depth == 0 and res:
            self._subject = res[-1]
        return after

    def nodeOrLiteral(self, argstr: str, i: int, res: Any) -> int:  # noqa: N802
        """Read a number as it is written: rdflib makes 11 of 011."""
        start = self.skipSpace(argstr, i)
        for datatype in (XSD.double, XSD.decimal, XSD.integer):
            if start >= 0 and (found := writer.SHORT[datatype].match(argstr, start)):
                res.append(self._store.newLiteral(found[0], datatype, None))
                return found.end()
        return super().nodeOrLiteral(argstr, i, res)

    def anonymousNode(self, ln: str) -> BNode:  # noqa: N802
        node = super().anonymousNode(ln)
        self.labels[node] = ln
        return node

    def makeStatement(self, quadruple: Any) -> None:  # noqa: N802
        super().makeStatement(quadruple)
        context, predicate, subject, value = quadruple
        sink = self._store
        triple = tuple(sink.normalise(context, node) for node in (subject, predicate, value))
        line = self._pending.pop(0) if self._pending else self.lines + 1
        self.statements.setdefault(triple, line)  # type: ignore[arg-type]


def _comments(document: Document) -> tuple[list[str], dict[Node, list[str]], list[str]]:
    """Return the comments at the top, those above each block, and those at the end."""
    top: list[str] = []
    above: dict[Node, list[str]] = defaultdict(list)
    end: list[str] = []
    directive = re.search(r"^(@prefix|@base|PREFIX|BASE)\b", document.text, re.MULTILINE)
    for match in _TOKEN.finditer(document.text):
        comment = match["comment"]
        if comment is None:
            continue
        line = document.text.count("\n", 0, match.start()) + 1
        if any(block.first <= line <= block.last for block in document.blocks):
            why = "A comment within a statement cannot be kept. Move it above the statement."
            raise Unformattable(document.path, line, why)
        following = [block for block in document.blocks if block.first > line]
        if directive and match.start() < directive.start():
            top.append(comment.rstrip())
        elif following:
            above[following[0].subject].append(comment.rstrip())
        else:
            end.append(comment.rstrip())
    return top, above, ["", *end] if end else []
