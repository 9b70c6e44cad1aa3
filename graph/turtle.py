"""Turtle read with the line of every statement, and written in the one style of the project.

https://www.w3.org/TR/turtle/
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, NamedTuple

import pyoxigraph
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SH, SKOS, XSD
from rdflib.plugins.parsers.notation3 import RDFSink, SinkParser
from rdflib.plugins.serializers.turtle import RecursiveSerializer, TurtleSerializer
from rdflib.term import BNode, Literal, Node

from selenograph.graph.errors import NotTurtle, Unformattable
from selenograph.graph.names import BASE, PREFIXES, SG

Triple = tuple[Node, Node, Node]

# Strings and IRIs may hold "#", so they are read as wholes; what is left is a comment.
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'(?:\\.|[^\\])*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
    r"|<[^<>\s]*>|\\.|(?P<comment>#[^\n]*)",
    re.DOTALL,
)

_ONE_LINE = 72
# Turtle has short forms for these, and rdflib writes them.
_PLAIN = (XSD.integer, XSD.boolean, XSD.decimal, XSD.double)


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
    try:
        for _ in pyoxigraph.parse(text.encode(), format=pyoxigraph.RdfFormat.TURTLE, base_iri=BASE):
            pass
    except SyntaxError as error:
        why = str(error.msg).partition(" at line")[0].rstrip(".")
        raise NotTurtle(path, error.lineno or 1, error.offset or 1, why) from error
    graph = Graph(bind_namespaces="none")
    reader = _Reader(RDFSink(graph), baseURI=BASE, turtle=True)
    reader.loadBuf(text)
    for prefix, namespace in reader._bindings.items():
        graph.bind(prefix, namespace)
    return Document(path, text, graph, reader.statements, reader.blocks)


def formatted(document: Document) -> str:
    """Return a file's text in the style of the project.

    Prefixes are sorted and only those in use are kept; the order of the blocks is the author's;
    predicates stand in one order and values are sorted. A comment belongs to the block after it.
    The result formatted again is the same.

    Raises Unformattable for a comment inside a block, which has no such place.
    """
    header, above, rest = _comments(document)
    writer = _Writer(document, above)
    stream = BytesIO()
    writer.serialize(stream, base=BASE)
    body = stream.getvalue().decode().strip("\n")
    return "\n".join([*header, *([""] if header and body else []), body, *rest]).strip("\n") + "\n"


def as_turtle(graph: Graph) -> str:
    """Return a graph of ours as Turtle in the style of the project, subjects sorted."""
    subjects = sorted({s for s in graph.subjects() if isinstance(s, URIRef)})
    blocks = [Block(subject, number, number) for number, subject in enumerate(subjects)]
    return formatted(Document("", "", graph, {}, blocks))


class _Reader(SinkParser):
    """rdflib's parser, which also notes the lines of statements and blocks."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.statements: dict[Triple, int] = {}
        self.blocks: list[Block] = []
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

    def makeStatement(self, quadruple: Any) -> None:  # noqa: N802
        super().makeStatement(quadruple)
        context, predicate, subject, value = quadruple
        sink = self._store
        triple = tuple(sink.normalise(context, node) for node in (subject, predicate, value))
        line = self._pending.pop(0) if self._pending else self.lines + 1
        self.statements.setdefault(triple, line)  # type: ignore[arg-type]


class _Writer(TurtleSerializer):
    """rdflib's writer with our order of blocks, predicates and values, and with comments."""

    predicateOrder = [  # noqa: N815
        RDF.type, RDFS.label, SKOS.altLabel, RDFS.subClassOf, RDFS.subPropertyOf,
        DCTERMS.title, DCTERMS.publisher, DCTERMS.creator, DCTERMS.issued, DCTERMS.language,
        SKOS.definition, SKOS.example, SKOS.scopeNote,
        SH.targetClass, SH.path, SH.name,
        SG.position, SG.party, SG.performedBy, SG.signedBy, SG.counterparty, SG.signatory,
        SG.agreement, SG.programme, SG.about, SG.measure, SG.value, SG.date,
        SG.supports, SG.paragraph, SG.textStart, SG.textEnd,
    ]  # fmt: skip

    def __init__(self, document: Document, comments: dict[Node, list[str]]) -> None:
        graph = Graph(bind_namespaces="none")
        for triple in document.graph:
            graph.add(triple)
        declared = dict(document.graph.namespaces())
        for prefix, namespace in {**PREFIXES, **{p: str(n) for p, n in declared.items()}}.items():
            graph.bind(prefix, namespace)
        super().__init__(graph)
        self._comments = comments
        self._order = list(dict.fromkeys(block.subject for block in document.blocks))

    def preprocessTriple(self, triple: Any) -> None:  # noqa: N802
        """Note the prefixes that a triple needs; a bare number needs none."""
        RecursiveSerializer.preprocessTriple(self, triple)
        for position, node in enumerate(triple):
            self.label(node, position)

    def orderSubjects(self) -> list[Any]:  # noqa: N802
        return [s for s in self._order if s in self._subjects] + [
            s for s in sorted(self._subjects, key=str) if s not in self._order
        ]

    def statement(self, subject: Any) -> bool:
        for comment in self._comments.get(subject, []):
            self.write("\n" + comment)
        return super().statement(subject)

    def sortProperties(self, properties: Any) -> list[Any]:  # noqa: N802
        order = super().sortProperties(properties)
        for values in properties.values():
            values.sort(key=_natural)
        return order

    def objectList(self, objects: Any) -> None:  # noqa: N802
        """Write the values of one predicate on one line where they are short."""
        plain = not any(isinstance(value, BNode) for value in objects)
        labels = [self.label(value, 2) for value in objects] if plain else []
        if plain and sum(map(len, labels)) <= _ONE_LINE:
            self.write(" " + ", ".join(labels))
        else:
            super().objectList(objects)

    def startDocument(self) -> None:  # noqa: N802
        for prefix, namespace in sorted(self.namespaces.items()):
            self.write(f"@prefix {prefix}: <{namespace}> .\n")
        self.write(f"@base <{BASE}> .\n")

    def label(self, node: Node, position: int) -> str:
        if isinstance(node, Literal) and node.datatype not in _PLAIN:
            return self._quoted(node)
        if isinstance(node, Literal | BNode) or node in self.keywords or node == RDF.nil:
            return super().label(node, position)
        name = self.get_pname(node, gen_prefix=False)
        if name is not None and not name.endswith(":"):
            return name
        relative = str(node).removeprefix(BASE)
        return f"<{relative}>"

    def _quoted(self, literal: Literal) -> str:
        """Return a literal in quotes: rdflib 7.6 writes some over several lines wrongly."""
        text = str(literal).replace("\\", "\\\\").replace("\r", "\\r").replace('"', '\\"')
        quoted = f'"""{text}"""' if "\n" in text else f'"{text}"'
        if literal.language:
            return f"{quoted}@{literal.language}"
        return f"{quoted}^^{self.label(literal.datatype, 2)}" if literal.datatype else quoted


def _natural(term: Node) -> list[tuple[int, str | int]]:
    """Return a key that sorts row-2 before row-10."""
    parts = re.split(r"(\d+)", term.n3())
    return [(1, int(part)) if part.isdigit() else (0, part) for part in parts]


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
