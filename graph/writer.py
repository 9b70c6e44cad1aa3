"""Writes Turtle in the one style of the project: what stands where, and in how many lines."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SH, SKOS, XSD
from rdflib.plugins.serializers.turtle import RecursiveSerializer, TurtleSerializer
from rdflib.term import BNode, Literal, Node

from selenograph.graph.names import BASE, PREFIXES, SG

_ONE_LINE = 72
# The short forms of Turtle: https://www.w3.org/TR/turtle/#abbrev
SHORT = {
    XSD.double: re.compile(r"[+-]?(\d+\.?\d*|\.\d+)[eE][+-]?\d+"),
    XSD.decimal: re.compile(r"[+-]?\d*\.\d+"),
    XSD.integer: re.compile(r"[+-]?\d+"),
    XSD.boolean: re.compile(r"true|false"),
}


def written(
    graph: Graph,
    order: Sequence[Node],
    comments: Mapping[Node, list[str]],
    labels: Mapping[Node, str],
) -> str:
    """Return a graph as Turtle: its subjects in an order, with comments above them.

    Blank nodes that need a label have the one given.
    """
    stream = BytesIO()
    _Writer(graph, order, comments, labels).serialize(stream, base=BASE)
    return stream.getvalue().decode().strip("\n")


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

    def __init__(
        self,
        graph: Graph,
        order: Sequence[Node],
        comments: Mapping[Node, list[str]],
        labels: Mapping[Node, str],
    ) -> None:
        copy = Graph("SimpleMemory", bind_namespaces="none")
        for triple in graph:
            copy.add(triple)
        declared = {prefix: str(namespace) for prefix, namespace in graph.namespaces()}
        for prefix, namespace in {**PREFIXES, **declared}.items():
            copy.bind(prefix, namespace)
        super().__init__(copy)
        self._order, self._comments, self._labels = dict.fromkeys(order), comments, labels
        self._names: dict[Node, str] = {}

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
            values.sort(key=self._place)
        return order

    def _place(self, value: Node) -> list[tuple[int, str | int]]:
        """Return a key that sorts values by what is written; those in brackets stay in order."""
        if isinstance(value, BNode) and not self._is_named(value):
            return _natural(f"[{value}")
        return _natural(value.n3() if isinstance(value, URIRef) else self.label(value, 2))

    def _is_named(self, node: BNode) -> bool:
        """Tell whether a blank node has a label where it stands, and not brackets."""
        return node in self._serialized or self._references[node] > 1

    def isValidList(self, l_: Node) -> bool:  # noqa: N802
        """Tell whether ( ) can stand for a node; rdflib follows a circle for ever."""
        rest: Node | None = l_
        while rest != RDF.nil:
            if not isinstance(rest, BNode) or self._is_named(rest):
                return False
            if Counter(self.store.predicates(rest)) != Counter((RDF.first, RDF.rest)):
                return False
            rest = self.store.value(rest, RDF.rest)
        return True

    def objectList(self, objects: Any) -> None:  # noqa: N802
        """Write the values of one predicate on one line where they are short."""
        plain = not any(isinstance(value, BNode) for value in objects)
        labels = [self.label(value, 2) for value in objects] if plain else []
        if plain and sum(map(len, labels)) <= _ONE_LINE:
            self.write(" " + ", ".join(labels))
        else:
            super().objectList(objects)

    def startDocument(self) -> None:  # noqa: N802
        # Kept where it is not in use yet: it is for the names that a file makes of its own.
        own = dict(self.store.namespaces()).get("")
        if own is not None:
            self.namespaces[""] = own
        for prefix, namespace in sorted(self.namespaces.items()):
            self.write(f"@prefix {prefix}: <{namespace}> .\n")
        self.write(f"@base <{BASE}> .\n")

    def label(self, node: Node, position: int) -> str:
        if isinstance(node, Literal):
            plain = SHORT.get(node.datatype) if node.datatype else None
            return str(node) if plain and plain.fullmatch(node) else self._quoted(node)
        if node in self._labels:
            return f"_:{self._labels[node]}"
        if isinstance(node, BNode) or node in self.keywords or node == RDF.nil:
            return super().label(node, position)
        if node not in self._names:
            self._names[node] = self._name(node)
        return self._names[node]

    def _name(self, node: Node) -> str:
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


def _natural(text: str) -> list[tuple[int, str | int]]:
    """Return a key that sorts row-2 before row-10."""
    parts = re.split(r"(\d+)", text)
    return [(1, int(part)) if part.isdigit() else (0, part) for part in parts]
