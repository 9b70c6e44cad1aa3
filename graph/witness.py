"""Who says something, where in the document, and how well that bears it out."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

import pyoxigraph as ox
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS

from selenograph.graph import convert, names
from selenograph.graph.evidence import Evidence
from selenograph.graph.labels import DEFAULT, Labels, Named, in_order, plain, sg
from selenograph.graph.names import SG
from selenograph.graph.results import Term


@dataclass(frozen=True)
class Place:
    """Where a document speaks of something, with the address that opens it there."""

    label: str
    address: str


@dataclass(frozen=True)
class Witness:
    """A source with the places where it speaks of a resource; else where the document is."""

    source: Named
    title: str
    places: tuple[Place, ...]

    @property
    def label(self) -> str:
        """The source as one cites it in passing."""
        return self.source.label


class Witnesses:
    """Finds the witnesses of resources, each resource's passages once."""

    def __init__(self, labels: Labels) -> None:
        self._labels, self._store = labels, labels.store
        self._passages: dict[ox.NamedNode, dict[Term, list[Place]]] = {}

    def of(self, subject: ox.NamedNode, sources: Iterable[ox.NamedNode]) -> list[Witness]:
        """Return sources as witnesses of what is said of a subject."""
        places = self._places(subject)
        return in_order(
            Witness(
                self._labels.cited(source),
                self._labels.named(source).label,
                tuple(places.get(source) or self._document(source)),
            )
            for source in set(sources)
        )

    def testifying(self, subject: ox.NamedNode) -> list[Witness]:
        """Return all sources that speak of a resource."""
        found = self._labels.objects(subject, sg("testifiedBy"))
        return self.of(subject, [source for source in found if isinstance(source, ox.NamedNode)])

    def support(self, subject: ox.NamedNode, sources: Iterable[ox.NamedNode]) -> Named | None:
        """Return how well sources bear out what they say of a subject; None without sources.

        By the rule of the record: see Evidence.support.
        """
        iris = [URIRef(source.value) for source in sources]
        if not iris:
            return None
        concept = _evidence(self._store).support(iris, URIRef(subject.value))
        return self._labels.named(ox.NamedNode(str(concept)))

    def _places(self, subject: ox.NamedNode) -> dict[Term, list[Place]]:
        if subject not in self._passages:
            found: dict[Term, list[Place]] = defaultdict(list)
            for quad in self._store.quads_for_pattern(None, sg("supports"), subject, DEFAULT):
                source = self._labels.first(quad.subject, sg("testifiedBy"))
                if source is not None:
                    found[source].append(self._place(quad.subject, source))
            for places in found.values():
                places.sort(key=_numbers)
            self._passages[subject] = found
        return self._passages[subject]

    def _place(self, passage: Term, source: Term) -> Place:
        """Return a passage with a text fragment for the browser.

        https://wicg.github.io/scroll-to-text-fragment/
        """
        paragraph = "".join(map(plain, self._labels.objects(passage, sg("paragraph"))))
        label = f"paragraph {paragraph}" if paragraph else "passage"
        address = "".join(place.address for place in self._document(source))
        ends = [
            quote(plain(words), safe="").replace("-", "%2D")  # A hyphen parts a fragment.
            for name in ("textStart", "textEnd")
            for words in self._labels.objects(passage, sg(name))
        ]
        # Our own documents are no texts of the web, and their pages here show other words.
        opens = ends and address and not address.startswith(names.BASE)
        return Place(label, f"{address}#:~:text={','.join(ends)}" if opens else address)

    def _document(self, source: Term) -> list[Place]:
        addresses = [a.value for a in self._labels.objects(source, sg("address"))
                     if isinstance(a, ox.NamedNode)]  # fmt: skip
        return [Place("document", address) for address in addresses[:1]]


def _numbers(place: Place) -> tuple[list[int], str]:
    return [int(number) for number in re.findall(r"\d+", place.label)], place.address


@lru_cache(4)
def _evidence(store: ox.Store) -> Evidence:
    """Return what the sources of a store weigh, from the few statements that tell it."""
    found: dict[URIRef, list[ox.Triple]] = defaultdict(list)
    for property_ in (SG.kind, SG.relays, SG.supports, DCTERMS.publisher):
        for quad in store.quads_for_pattern(None, ox.NamedNode(property_), None, None):
            if isinstance(quad.graph_name, ox.NamedNode):
                found[URIRef(quad.graph_name.value)].append(quad.triple)
    # One that states none of these has no kind and no publisher.
    testimony: Mapping[URIRef, Graph] = defaultdict(
        Graph, {source: convert.graph(triples) for source, triples in found.items()}
    )
    return Evidence(Graph(), testimony)
