"""Writes the first lines of a source file, so that a contributor starts from a right one."""

import re
import unicodedata
from dataclasses import dataclass

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, XSD

from selenograph.graph import dates, names, turtle
from selenograph.graph.errors import BadDate, BadInput
from selenograph.graph.names import EDTF, SG

KINDS = (
    "official-record",
    "party-statement",
    "agency",
    "news",
    "reference-work",
    "dataset",
    "unverified-note",
)
_DATATYPES = {
    r"\d{4}-\d{2}-\d{2}": XSD.date,
    r"\d{4}-\d{2}": XSD.gYearMonth,
    r"\d{4}": XSD.gYear,
}
# What each answer has to look like, and what to say where it does not.
_FORMS = {
    "title": (
        r"\S([^\n\v\f\r\x85\u2028\u2029]*\S)?",
        "A title is one line of text, without blanks at its ends.",
    ),
    "publisher": (
        r"(party/)?[a-z0-9]+(-[a-z0-9]+)*",
        "A publisher is given by the slug of a party, such as spacenews.",
    ),
    "language": (
        r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*",
        "A language is given by its tag (BCP 47), such as en or zh-Hans.",
    ),
    "address": (
        r"(https?://[^\s<>\"{}|\\^`]+)?",
        "An address is one of the Web, such as https://spacenews.com/, or empty.",
    ),
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
        if not self.slug and not re.search("[a-z]", _plain(self.title)):
            raise BadInput("The title has no Latin letters to make a name of. Give one by --slug.")
        words = _plain(self.slug or f"{self.published} {self.title}")
        return "-".join(re.findall(r"[a-z0-9]+", words)[:12])

    @property
    def path(self) -> str:
        """Where the file belongs, below the folder of sources."""
        year = re.match(r"(\d{4})-", self.name)
        if not year:
            raise BadInput(
                f'The slug "{self.name}" does not begin with the year of publication and a hyphen.'
                " Give one by --slug, such as 2024-05-spacenews-serbia-ilrs."
            )
        return f"{year[1]}/{self.name}.ttl"


def text(source: Source) -> str:
    """Return the text of a new source file, with the prefix for the names of its own.

    Raises BadDate for a date that is none, and BadInput for another answer that cannot be used.
    """
    for name, (pattern, remedy) in _FORMS.items():
        given = getattr(source, name)
        if not re.fullmatch(pattern, given):
            raise BadInput(f'The {name} "{given}" cannot be used. {remedy}')
    subject = names.iri(f"source/{source.name}")
    graph = Graph("SimpleMemory", bind_namespaces="none")
    graph.bind("", f"{subject}#")
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
    if re.fullmatch(r"\d{4}-\d{2}", text) and not "01" <= text[5:] <= "12":
        # EDTF has seasons as months from 21 on, and here they are slips.
        raise BadDate(text)
    for pattern, datatype in _DATATYPES.items():
        if re.fullmatch(pattern, text):
            return Literal(text, datatype=datatype)
    return Literal(text, datatype=EDTF)


def _plain(words: str) -> str:
    """Return words in lower-case ASCII, without what has no place there."""
    return unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()


def _reference(kind: str, slug: str) -> URIRef:
    return names.iri(slug if slug.startswith(f"{kind}/") else f"{kind}/{slug}")
