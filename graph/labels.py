"""The words by which people know a term, in their language where the graph has it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import pyoxigraph as ox

from selenograph.graph import names
from selenograph.graph.results import Term

LANGUAGES = {
    "en": "English",
    "fr": "Français",
    "es": "Español",
    "ru": "Русский",
    "zh": "中文",
    "ar": "العربية",
}
"""The languages in which the graph names states and regions, each by its own name."""
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
PREF_LABEL = ox.NamedNode(names.PREFIXES["skos"] + "prefLabel")
TITLE = ox.NamedNode(names.PREFIXES["dcterms"] + "title")
ISSUED = ox.NamedNode(names.PREFIXES["dcterms"] + "issued")
PUBLISHER = ox.NamedNode(names.PREFIXES["dcterms"] + "publisher")
SUBCLASS = ox.NamedNode(names.PREFIXES["rdfs"] + "subClassOf")
DEFAULT = ox.DefaultGraph()

_REUSED = {
    "dcterms:creator": "author",
    "dcterms:date": "date",
    "dcterms:issued": "published",
    "dcterms:language": "language",
    "dcterms:publisher": "publisher",
    "dcterms:source": "drawn from",
    "dcterms:title": "title",
    "owl:AnnotationProperty": "property of terms",
    "owl:Class": "class",
    "owl:DatatypeProperty": "property with a text or a number",
    "owl:ObjectProperty": "property",
    "prov:wasAssociatedWith": "associated with",
    "prov:wasDerivedFrom": "derived from",
    "rdf:Property": "property of any value",
    "rdf:type": "kind",
    "rdfs:isDefinedBy": "defined in",
    "rdfs:label": "label",
    "rdfs:subClassOf": "kind of",
    "rdfs:subPropertyOf": "part of the meaning of",
    "schema:domainIncludes": "said of",
    "schema:rangeIncludes": "has as values",
    "sd:NamedGraph": "named graph",
    "sh:NodeShape": "shape",
    "sh:PropertyShape": "shape of a property",
    "skos:Concept": "concept",
    "skos:ConceptScheme": "list of concepts",
    "skos:altLabel": "also called",
    "skos:closeMatch": "nearly the same",
    "skos:definition": "definition",
    "skos:exactMatch": "the same elsewhere",
    "skos:example": "example",
    "skos:inScheme": "in the list",
    "skos:narrowMatch": "narrower elsewhere",
    "skos:prefLabel": "name",
    "skos:scopeNote": "note",
}
"""Words for the terms of other vocabularies that the graph uses and does not name itself."""
_DAY = r"(\d{4}(?:-\d\d){0,2})"
_EDTF = [
    (re.compile(pattern.replace("day", _DAY)), words)
    for pattern, words in (
        ("day/day", "{} to {}"),
        (r"\[day\.\.day\]", "between {} and {}"),
        (r"\[\.\.day\]", "by {}"),
        (r"\[day\.\.\]", "not before {}"),
        (r"\.\./day", "by {}"),
        (r"\.\./day~", "by about {}"),
        ("day/\\.\\.", "from {} on"),
        ("day~", "about {}"),
        (r"day\?", "perhaps {}"),
        ("day%", "perhaps about {}"),
    )
]

T = TypeVar("T")


@dataclass(frozen=True)
class Named:
    """A term with the words by which people know it."""

    term: Term
    label: str
    language: str = ""
    """The language of the words, where that is known and is not English."""

    @property
    def iri(self) -> str:
        """The IRI, or nothing for a literal."""
        return self.term.value if isinstance(self.term, ox.NamedNode) else ""


def sg(name: str) -> ox.NamedNode:
    """Return a term of our ontology."""
    return ox.NamedNode(names.SG + name)


def in_order(things: Iterable[T]) -> list[T]:
    """Return things in the order of the words by which people know them."""
    return sorted(things, key=lambda thing: str(getattr(thing, "label", thing)))


class Labels:
    """Names the terms of a store in one language, each looked up once."""

    def __init__(self, store: ox.Store, language: str = "en") -> None:
        self.store, self.language = store, language
        self._known: dict[Term, Named] = {}

    def named(self, term: Term) -> Named:
        """Return a term with its title, its label, or words made from what it is."""
        found = self._known.get(term)
        if found is None:
            found = self._known[term] = self._named(term)
        return found

    def objects(self, subject: Term | None, predicate: ox.NamedNode) -> list[Term]:
        """Return the values of a property in the default graph, in order."""
        if not isinstance(subject, ox.NamedNode):
            return []
        quads = self.store.quads_for_pattern(subject, predicate, None, DEFAULT)
        return sorted((quad.object for quad in quads), key=plain)

    def first(self, subject: Term | None, predicate: ox.NamedNode) -> Term | None:
        """Return the first value of a property in the default graph, or None."""
        return next(iter(self.objects(subject, predicate)), None)

    def text(self, subject: Term | None, predicate: ox.NamedNode) -> str:
        """Return the first value of a property as people read it, or nothing."""
        found = self.first(subject, predicate)
        return self.named(found).label if found is not None else ""

    def cited(self, source: Term) -> Named:
        """Return a source with its publisher and date, as one cites it in passing."""
        parts = [self.text(source, PUBLISHER), self.text(source, ISSUED)]
        return Named(source, ", ".join(filter(None, parts)) or self.named(source).label)

    def kinds(self, node: Term) -> list[Named]:
        """Return the classes of a resource without those that another of its classes implies."""
        found = self.objects(node, TYPE)
        ours = [t for t in found if isinstance(t, ox.NamedNode) and t.value.startswith(names.SG)]
        implied = {upper for kind in ours for upper in self.objects(kind, SUBCLASS)}
        return in_order(self.named(kind) for kind in ours or found if kind not in implied)

    def _named(self, term: Term) -> Named:
        if not isinstance(term, ox.NamedNode):
            language = (term.language or "") if isinstance(term, ox.Literal) else ""
            return Named(term, _readable(term), "" if language == "en" else language)
        if self.language != "en":
            for label in self.objects(term, PREF_LABEL):
                if isinstance(label, ox.Literal) and label.language == self.language:
                    return Named(term, label.value, self.language)
        for predicate in (TITLE, LABEL):
            labels = self.objects(term, predicate)
            if labels:
                first = min(labels, key=lambda label: getattr(label, "language", "") != "en")
                language = getattr(first, "language", None) or ""
                return Named(term, plain(first), "" if language == "en" else language)
        return Named(term, self._made(term) or _elsewhere(term.value))

    def _made(self, node: ox.NamedNode) -> str:
        """Return words for what has no label of its own: parts of the record and of documents."""
        kind = node.value.removeprefix(names.BASE).partition("/")[0]
        if kind == "participation":
            frames = self.objects(node, sg("programme")) + self.objects(node, sg("agreement"))
            party, standing = self.text(node, sg("party")), self.text(node, sg("standing"))
            if party and frames:
                return f"{party} in {self.named(frames[0]).label}: {standing}"
        if kind == "disagreement":
            about, of = self.text(node, sg("about")), self.text(node, sg("property"))
            if about and of:
                return f"{about}: {of}"
            if value := self.first(node, sg("value")):
                return f"position: {self.named(value).label}"
        source, _, local = node.value.partition("#")
        if local and source.startswith(names.SOURCES):
            what = ", ".join(kind.label for kind in self.kinds(node)[:1])
            words = self.text(node, sg("nameAsGiven")) or self.text(node, sg("textStart"))
            return f"{what}: {words or local.replace('-', ' ')}" if what else ""
        return ""


def _elsewhere(iri: str) -> str:
    """Return words for a term of another vocabulary or a page of the web, else its short form."""
    short = names.short(iri)
    if short.startswith("wd:"):
        return f"Wikidata {short[3:]}"
    if short == iri and iri.startswith(("http://", "https://")):
        return iri.partition("://")[2].rstrip("/")
    return _REUSED.get(short, short)


def plain(term: Term) -> str:
    """Return the text of a term."""
    return str(term) if isinstance(term, ox.Triple) else term.value


def _readable(term: Term) -> str:
    """Return a literal as people read it: a date of EDTF in words.

    https://www.loc.gov/standards/datetime/
    """
    text = plain(term)
    if not isinstance(term, ox.Literal) or term.datatype.value != str(names.EDTF):
        return text
    for pattern, words in _EDTF:
        if found := pattern.fullmatch(text):
            return words.format(*found.groups())
    return text
