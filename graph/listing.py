"""Long lists in parts: what mentions a resource, and all that a source says."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import pyoxigraph as ox

from selenograph.graph import describe, names
from selenograph.graph.labels import Labels, Named, plain
from selenograph.graph.results import Term
from selenograph.graph.witness import Witness, Witnesses

PART = 80
"""How many entries of a list a page shows."""
FEW = 10
"""How many mentions by each property a page shows before it is asked for them."""
_STATEMENTS = 450

T = TypeVar("T")


@dataclass(frozen=True)
class Part(Generic[T]):
    """A part of a list: its entries, its number, and how many parts and entries there are."""

    entries: Sequence[T]
    number: int
    last: int
    total: int


@dataclass(frozen=True)
class Incoming:
    """What mentions a resource by one property."""

    property: Named
    part: Part[Named]


@dataclass(frozen=True)
class Said:
    """What a source says of one subject, and where."""

    subject: Named
    anchor: str
    statements: list[tuple[Named, Named]]
    witnesses: list[Witness]


def part(entries: Sequence[T], number: int, size: int = PART) -> Part[T]:
    """Return one part of a list; the last one for a number that is too high."""
    last = max(1, -(-len(entries) // size))
    number = min(max(number, 1), last)
    return Part(entries[(number - 1) * size : number * size], number, last, len(entries))


def incoming(labels: Labels, iri: str, shown: str = "", number: int = 1) -> list[Incoming]:
    """Return what mentions a resource by each property: a few, or a part of those asked for.

    The property asked for is given in its short form, such as ``sg:party``.
    """
    found: dict[ox.NamedNode, set[Term]] = defaultdict(set)
    for quad in describe.mentions(labels.store, iri):
        if not isinstance(quad.subject, ox.BlankNode):
            found[quad.predicate].add(quad.subject)
    groups = []
    for predicate in sorted(found, key=plain):
        if shown and names.short(predicate.value) != shown:
            continue
        subjects = sorted(found[predicate], key=plain)
        cut = part(subjects, number if shown else 1, PART if shown else FEW)
        entries = [labels.named(subject) for subject in cut.entries]
        known = Part(entries, cut.number, cut.last, cut.total)
        groups.append(Incoming(labels.named(predicate), known))
    return groups


def said(labels: Labels, iri: str, number: int = 1) -> Part[Said] | None:
    """Return a part of what a source says, by subject; None for what is no source.

    What has a name in the source alone comes first, so that links to it stay on the first part.
    """
    if not iri.startswith(names.SOURCES):
        return None
    node = ox.NamedNode(iri)
    held: dict[Term, list[ox.Quad]] = defaultdict(list)
    for quad in describe.testimony(labels.store, node):
        held[quad.subject].append(quad)
    if not held:
        return None
    subjects = sorted(held, key=lambda subject: _as_written(plain(subject), iri))
    cut = _cut([(subject, held[subject]) for subject in subjects], number)
    witnesses = Witnesses(labels)
    entries = [
        Said(
            labels.named(subject),
            plain(subject).partition("#")[2] if plain(subject).startswith(f"{iri}#") else "",
            sorted(
                ((labels.named(q.predicate), labels.named(q.object)) for q in quads),
                key=lambda pair: (pair[0].label, pair[1].label),
            ),
            witnesses.of(subject, [node]) if isinstance(subject, ox.NamedNode) else [],
        )
        for subject, quads in cut.entries
    ]
    return Part(entries, cut.number, cut.last, cut.total)


def _cut(
    subjects: Iterable[tuple[Term, list[ox.Quad]]], number: int
) -> Part[tuple[Term, list[ox.Quad]]]:
    """Return a part of the subjects with about as many statements as any other part."""
    parts: list[list[tuple[Term, list[ox.Quad]]]] = [[]]
    size = total = 0
    for subject, quads in subjects:
        # Names of the source's own stay together on the first part.
        if size >= _STATEMENTS and "#" not in plain(subject):
            parts.append([])
            size = 0
        parts[-1].append((subject, quads))
        size += len(quads)
        total += 1
    number = min(max(number, 1), len(parts))
    return Part(parts[number - 1], number, len(parts), total)


def _as_written(subject: str, source: str) -> tuple[int, list[tuple[int, str]]]:
    """Order the source itself first, then its own names, numbers within them by their value."""
    words = re.findall(r"\d+|\D+", subject)
    rank = 0 if subject == source else 1 if subject.startswith(f"{source}#") else 2
    return rank, [(int(word) if word.isdecimal() else -1, word) for word in words]
