"""What changed from one release to the next: added, changed, withdrawn, newly contested.

Compared is what the reference names, what the record answers, and what each source says, also
where the record stays the same. What follows from that (inferences, counts) is left out, and a
source that is new is told as one resource.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
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
    """A property whose values are others than before; empty where there were or are none.

    The subject is told where a source changed, and it is something else of which the source speaks.
    """

    property: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    subject: str = ""


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
    (old, said), (new, says) = _facts(old_text), _facts(new_text)
    labels = {s: _label(s, told) for facts in (old, new) for s, told in facts.items()}
    found = [*_disputes(old, new, "contested"), *_disputes(new, old, "settled")]
    found += _resources(old, new, _restated(said, says))
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
        lines += ["", "Nothing changed of what is named, answered and said."]
    return ("\n".join(lines) + "\n").encode()


def told(change: Change) -> list[str]:
    """Return the differences of a change, a line for each; of several values those that differ."""
    return [
        f"{names.short(d.subject)} {_difference(d)}" if d.subject else _difference(d)
        for d in change.differences
    ]


def _difference(one: Difference) -> str:
    kept = set(one.before) & set(one.after)
    if not kept:
        return f"{names.short(one.property)}: {_listed(one.before)} → {_listed(one.after)}"
    gone = tuple(value for value in one.before if value not in kept)
    come = tuple(value for value in one.after if value not in kept)
    parts = [f"no more {_listed(gone)}"] if gone else []
    parts += [f"now also {_listed(come)}"] if come else []
    return f"{names.short(one.property)}: {', '.join(parts)}"


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(map(names.short, values)) or "nothing"


def _facts(text: bytes) -> tuple[Facts, dict[str, Facts]]:
    """Return what the reference and the record state, and what each source does."""
    facts: Facts = {}
    testimony: dict[str, Facts] = {}
    for quad in ox.parse(text, format=ox.RdfFormat.N_QUADS):
        if not isinstance(quad.subject, ox.NamedNode):
            continue
        if quad.graph_name in _GRAPHS:
            place = facts
        else:
            graph = getattr(quad.graph_name, "value", "")
            if not graph.startswith(names.SOURCES):
                continue
            place = testimony.setdefault(graph, {})
        value = quad.object
        words = value.value if isinstance(value, ox.NamedNode | ox.Literal) else str(value)
        properties = place.setdefault(quad.subject.value, {})
        properties.setdefault(quad.predicate.value, set()).add(words)
    return facts, testimony


def _restated(
    said: Mapping[str, Facts], says: Mapping[str, Facts]
) -> dict[str, tuple[Difference, ...]]:
    """Return what sources say otherwise than before; what they are is told by the record."""
    return {
        source: tuple(
            replace(one, subject=subject)
            for subject in sorted((said[source].keys() | says[source].keys()) - {source})
            for one in _differences(said[source].get(subject, {}), says[source].get(subject, {}))
        )
        for source in said.keys() & says.keys()
        if said[source] != says[source]
    }


def _resources(
    old: Facts, new: Facts, restated: Mapping[str, tuple[Difference, ...]]
) -> Iterator[tuple[str, str, tuple[Difference, ...]]]:
    """Yield what was added, changed and withdrawn; what belongs to a source goes with it."""
    for iri in old.keys() | new.keys():
        owner = iri.partition("#")[0]
        before, after = old.get(iri, {}), new.get(iri, {})
        more = restated.get(iri, ())
        if _is_dispute(before or after) or (before == after and not more):
            continue
        if iri != owner and (owner not in old or owner not in new):
            continue
        if not before or not after:
            yield "withdrawn" if before else "added", iri, ()
        else:
            yield "changed", iri, (*_differences(before, after), *more)


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
