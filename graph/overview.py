"""What the home page tells: who stands where on a day, who joined when, what is new or open."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

import pyoxigraph as ox

from selenograph.graph import listing, names, query, timeline
from selenograph.graph.describe import Disagreement, disagreement
from selenograph.graph.labels import DEFAULT, TYPE, Labels, Named, in_order, plain, sg
from selenograph.graph.roster import Participant
from selenograph.graph.timeline import Act
from selenograph.graph.witness import Witnesses

PROGRAMMES = ILRS, ARTEMIS = "programme/ilrs", "programme/artemis"
_MEMBERS = ("party", "signatory")
CATEGORIES = {
    "both": "in both programmes",
    "ilrs": "in the ILRS",
    "artemis": "in Artemis",
    "institutions": "only institutions in the ILRS",
    "named": "only named, invited or in talks",
    "none": "in neither",
}


@dataclass(frozen=True)
class Place:
    """A state on the map with its standings."""

    named: Named
    code: str
    region: str
    category: str
    ilrs: Participant | None
    artemis: Participant | None
    institutions: list[Named]

    @property
    def told(self) -> str:
        """Its place in words."""
        return CATEGORIES[self.category]


@dataclass(frozen=True)
class Year:
    """Who joined in a year, and how many had by its end."""

    year: int
    ilrs: list[Named]
    artemis: list[Named]
    ilrs_by_then: int
    artemis_by_then: int


def places(
    labels: Labels, in_ilrs: Iterable[Participant], in_artemis: Iterable[Participant]
) -> list[Place]:
    """Return every state with its standing among the participants of both programmes, by name."""
    ilrs = {row.party.term: row for row in in_ilrs}
    artemis = {row.party.term: row for row in in_artemis}
    bodies: dict[object, list[Named]] = defaultdict(list)
    for body in ilrs.values():
        if body.standing in (*_MEMBERS, "listed"):
            for country in labels.objects(body.party.term, sg("country")):
                bodies[country].append(body.party)
    found = []
    for quad in labels.store.quads_for_pattern(None, TYPE, sg("State"), DEFAULT):
        state = quad.subject
        one, other, some = ilrs.get(state), artemis.get(state), bodies.get(state, [])
        found.append(
            Place(
                labels.named(state),
                labels.text(state, sg("isoAlpha3")),
                timeline.continent(labels, state),
                _category(one, other, bool(some)),
                one,
                other,
                in_order(some),
            )
        )
    return sorted(found, key=lambda place: place.named.label)


def years(labels: Labels, on: str) -> list[Year]:
    """Return the years up to a day in which states and institutions joined the two programmes."""
    joined: dict[str, dict[int, list[Named]]] = {}
    for programme in (ILRS, ARTEMIS):
        joined[programme] = defaultdict(list)
        first: dict[str, tuple[str, Named]] = {}
        for one in timeline.standings(labels, names.BASE + programme):
            day = labels.text(one.resource.term, sg("earliest"))
            known = first.get(one.party.iri)
            if one.standing.label in _MEMBERS and day and (known is None or day < known[0]):
                first[one.party.iri] = day, one.party
        for day, party in sorted(first.values(), key=lambda pair: (pair[0], pair[1].label)):
            if day <= on:
                joined[programme][int(day[:4])].append(party)
    every = {year for found in joined.values() for year in found}
    span = range(min(every), max(every) + 1) if every else range(0)
    counts = {
        p: list(accumulate(len(found.get(y, [])) for y in span)) for p, found in joined.items()
    }
    return [
        Year(
            year,
            joined[ILRS].get(year, []),
            joined[ARTEMIS].get(year, []),
            counts[ILRS][at],
            counts[ARTEMIS][at],
        )
        for at, year in enumerate(span)
    ]


def newest(labels: Labels, on: str, most: int = 8) -> list[Act]:
    """Return the last acts that were done by a day."""
    days = {}
    acts = {quad.subject for quad in labels.store.quads_for_pattern(None, TYPE, sg("Act"), DEFAULT)}
    for quad in labels.store.quads_for_pattern(None, sg("latest"), None, DEFAULT):
        day = plain(quad.object)
        if isinstance(quad.subject, ox.NamedNode) and quad.subject in acts and day <= on:
            days[quad.subject] = day
    last = sorted(days, key=lambda act: (days[act], act.value), reverse=True)
    return timeline.told(labels, last[:most])


def unexplained(labels: Labels, number: int = 1, size: int = 6) -> listing.Part[Disagreement]:
    """Return the disagreements that nobody has explained yet, in parts."""
    kind = ox.NamedNode(names.BASE + "disagreement-kind/unexplained")
    quads = labels.store.quads_for_pattern(None, sg("kind"), kind, DEFAULT)
    nodes = [q.subject for q in quads if sg("Disagreement") in labels.objects(q.subject, TYPE)]
    # What concerns the two programmes comes first, since most visitors come for them.
    order = sorted(nodes, key=lambda node: (not _is_lunar(str(node)), str(node)))
    cut = listing.part(order, number, size)
    witnesses = Witnesses(labels)
    told = [disagreement(labels, witnesses, node) for node in cut.entries]
    return listing.Part(told, cut.number, cut.last, cut.total)


def rows(labels: Labels, name: str, **values: str) -> int:
    """Return how many rows a stored query answers with."""
    answer = query.run(labels.store, query.named(name).with_values(values))
    assert isinstance(answer, ox.QuerySolutions)
    return sum(1 for _ in answer)


def counted(found: Iterable[Place]) -> dict[str, int]:
    """Return how many states are in each category."""
    return Counter(place.category for place in found)


def _category(ilrs: Participant | None, artemis: Participant | None, institutions: bool) -> str:
    here = ilrs is not None and ilrs.standing in _MEMBERS
    there = artemis is not None and artemis.standing in _MEMBERS
    if here and there:
        return "both"
    if here or there:
        return "ilrs" if here else "artemis"
    if institutions:
        return "institutions"
    return "named" if ilrs or artemis else "none"


def _is_lunar(iri: str) -> bool:
    return "/ilrs/" in iri or "/artemis" in iri
