"""What changed from one release to the next: added, changed, withdrawn, newly contested.

Compared is what the reference names and what the record answers. What follows from it (inferences,
counts) and how sources put it is left out: a source that is new is told as one resource.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox
from rdflib.namespace import DCTERMS, RDF, RDFS

from selenograph.graph import names
from selenograph.graph.names import SG

_GRAPHS = {ox.NamedNode(names.REFERENCE), ox.NamedNode(names.RECORD)}
_TITLES = (str(RDFS.label), str(DCTERMS.title))
_TITLED = {
    "contested": "Newly contested", "settled": "No longer contested", "added": "Added",
    "changed": "Changed", "withdrawn": "Withdrawn",
}  # fmt: skip

Facts = dict[str, dict[str, set[str]]]


@dataclass(frozen=True)
class Difference:
    """A property whose values are others than before; empty where there were or are none."""

    property: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """What became of one resource: contested, settled, added, changed or withdrawn.

    Where it is contested or settled, the property in question is the one that differs, with the
    values that sources give.
    """

    kind: str
    resource: str
    label: str
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Changes:
    """All changes from a release to another, by kind and resource."""

    before: str
    after: str
    changes: tuple[Change, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many changes there are of each kind."""
        return {kind: sum(c.kind == kind for c in self.changes) for kind in _TITLED}


def between(before: Path, after: Path) -> Changes:
    """Return the changes between two dumps (N-Quads), each named by its hash."""
    old_text, new_text = before.read_bytes(), after.read_bytes()
    old, new = _facts(old_text), _facts(new_text)
    labels = {s: _label(s, told) for facts in (old, new) for s, told in facts.items()}
    found = [*_disputes(old, new, "contested"), *_disputes(new, old, "settled")]
    found += _resources(old, new)
    order = list(_TITLED)
    named = sorted(
        (Change(kind, iri, labels.get(iri, names.short(iri)), told) for kind, iri, told in found),
        key=lambda change: (order.index(change.kind), change.resource, change.differences),
    )
    return Changes(sha256(old_text).hexdigest(), sha256(new_text).hexdigest(), tuple(named))


def as_json(changes: Changes) -> bytes:
    """Return changes as JSON, with their numbers."""
    told = {"counts": changes.counts, **asdict(changes)}
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def as_text(changes: Changes) -> bytes:
    """Return changes as text for people."""
    lines = [f"Changes from release {changes.before[:12]} to {changes.after[:12]}"]
    for kind, title in _TITLED.items():
        some = [change for change in changes.changes if change.kind == kind]
        if some:
            lines += ["", f"{title} ({len(some)})"]
        for change in some:
            lines.append(f"- {change.label} ({names.path(change.resource)})")
            lines += [f"    {line}" for line in told(change)]
    if not changes.changes:
        lines += ["", "Nothing changed."]
    return ("\n".join(lines) + "\n").encode()


def told(change: Change) -> list[str]:
    """Return the differences of a change, a line for each."""
    return [
        f"{names.short(d.property)}: {_listed(d.before)} → {_listed(d.after)}"
        for d in change.differences
    ]


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(map(names.short, values)) or "nothing"


def _facts(text: bytes) -> Facts:
    facts: Facts = defaultdict(lambda: defaultdict(set))
    for quad in ox.parse(text, format=ox.RdfFormat.N_QUADS):
        if quad.graph_name in _GRAPHS and isinstance(quad.subject, ox.NamedNode):
            value = quad.object
            words = value.value if isinstance(value, ox.NamedNode | ox.Literal) else str(value)
            facts[quad.subject.value][quad.predicate.value].add(words)
    return {subject: dict(properties) for subject, properties in facts.items()}


def _resources(old: Facts, new: Facts) -> Iterator[tuple[str, str, tuple[Difference, ...]]]:
    """Yield what was added, changed and withdrawn; what belongs to a source goes with it."""
    for iri in old.keys() | new.keys():
        owner = iri.partition("#")[0]
        before, after = old.get(iri, {}), new.get(iri, {})
        if _is_dispute(before or after) or before == after:
            continue
        if iri != owner and (owner not in old or owner not in new):
            continue
        if not before or not after:
            yield "withdrawn" if before else "added", iri, ()
        else:
            yield "changed", iri, tuple(_differences(before, after))


def _differences(
    before: Mapping[str, set[str]], after: Mapping[str, set[str]]
) -> Iterator[Difference]:
    for predicate in sorted(before.keys() | after.keys()):
        was, now = before.get(predicate, set()), after.get(predicate, set())
        if was != now:
            yield Difference(predicate, tuple(sorted(was)), tuple(sorted(now)))


def _disputes(
    without: Facts, within: Facts, kind: str
) -> Iterator[tuple[str, str, tuple[Difference, ...]]]:
    """Yield the disagreements that only the second has, as the resource that each is about."""
    for iri, facts in within.items():
        if iri in without or str(SG.Disagreement) not in facts.get(str(RDF.type), set()):
            continue
        places = facts.get(str(SG.alternative), set())
        values = sorted({v for place in places for v in within[place].get(str(SG.value), set())})
        sides = ((), tuple(values)) if kind == "contested" else (tuple(values), ())
        for about in facts[str(SG.about)]:
            for predicate in facts[str(SG.property)]:
                yield kind, about, (Difference(predicate, *sides),)


def _is_dispute(facts: Mapping[str, set[str]]) -> bool:
    return not facts.get(str(RDF.type), set()).isdisjoint((str(SG.Disagreement), str(SG.Position)))


def _label(iri: str, facts: Mapping[str, set[str]]) -> str:
    return next((min(facts[title]) for title in _TITLES if title in facts), names.short(iri))
