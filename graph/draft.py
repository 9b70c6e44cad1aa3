"""Writes the first lines of a source file, so that a contributor starts from a right one."""

import re
import unicodedata
from dataclasses import dataclass

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, XSD

from selenograph.graph import dates, names, turtle
from selenograph.graph.errors import BadInput
from selenograph.graph.names import EDTF, SG

_DATATYPES = {
    r"\d{4}-\d{2}-\d{2}": XSD.date,
    r"\d{4}-\d{2}": XSD.gYearMonth,
    r"\d{4}": XSD.gYear,
}


@dataclass(frozen=True)
class Source:
    """What has to be known of a document before its statements can be added."""

    title: str
    publisher: str
    published: str
    language: str
    kind: str
    address: str = ""
    slug: str = ""

    @property
    def name(self) -> str:
        """The source's slug: its date, then what it is about."""
        words = self.slug or f"{self.published} {self.title}"
        plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
        return "-".join(re.findall(r"[a-z0-9]+", plain.lower())[:12])

    @property
    def path(self) -> str:
        """Where the file belongs, below the folder of sources."""
        year = re.match(r"\d{4}", self.name)
        if not year:
            raise BadInput(f'The slug "{self.name}" does not begin with the year of publication.')
        return f"{year[0]}/{self.name}.ttl"


def text(source: Source) -> str:
    """Return the text of a new source file. Raises BadDate for a date that is none."""
    subject = names.iri(f"source/{source.name}")
    graph = Graph(bind_namespaces="none")
    language = source.language.partition("-")[0]
    for predicate, value in (
        (RDF.type, SG.Source),
        (DCTERMS.title, Literal(source.title, lang=language)),
        (DCTERMS.publisher, _reference("party", source.publisher)),
        (DCTERMS.issued, date(source.published)),
        (DCTERMS.language, Literal(source.language)),
        (SG.kind, _reference("source-kind", source.kind)),
        *([(SG.address, URIRef(source.address))] if source.address else []),
    ):
        graph.add((subject, predicate, value))
    return turtle.as_turtle(graph)


def date(text: str) -> Literal:
    """Return a date with the datatype of its precision. Raises BadDate for text that is none."""
    dates.bounds(text)
    for pattern, datatype in _DATATYPES.items():
        if re.fullmatch(pattern, text):
            return Literal(text, datatype=datatype)
    return Literal(text, datatype=EDTF)


def _reference(kind: str, slug: str) -> URIRef:
    return names.iri(slug if slug.startswith(f"{kind}/") else f"{kind}/{slug}")
