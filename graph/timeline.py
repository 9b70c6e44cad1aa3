"""What happened around a resource, in order, and how parties stand towards what they joined."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

import pyoxigraph as ox

from selenograph.graph import names
from selenograph.graph.labels import DEFAULT, TYPE, Labels, Named, plain, sg
from selenograph.graph.results import Term
from selenograph.graph.witness import Witness, Witnesses

_LINKS = (
    "party", "signedBy", "performedBy", "counterparty", "signatory", "witness", "attendee",
    "agreement", "programme", "about", "place", "venue",
)  # fmt: skip
_END = "9999-12-31"


@dataclass(frozen=True)
class Act:
    """An act with what people ask of it."""

    named: Named
    kinds: list[Named]
    date: str
    parties: list[Named]
    frames: list[Named]
    support: Named | None
    witnesses: list[Witness]
    is_disputed: bool


@dataclass(frozen=True)
class Standing:
    """How a party stands towards a programme or an agreement, and since when."""

    resource: Named
    party: Named
    frame: Named
    standing: Named
    rank: int
    since: str
    until: str
    support: Named | None
    region: str
    is_state: bool
    earliest: str = ""
    latest: str = ""
    """The days between which it began; neither where no day is known."""
    is_certain: bool = True
    """Whether it surely holds on the day asked for."""
    also: tuple[Named, ...] = ()
    """The programmes in which a participant takes part too."""


def acts(labels: Labels, iri: str) -> list[ox.NamedNode]:
    """Return the acts around a resource, in the order of the days on which they were done."""
    node = ox.NamedNode(iri)
    found = {
        quad.subject
        for name in _LINKS
        for quad in labels.store.quads_for_pattern(None, sg(name), node, DEFAULT)
        if isinstance(quad.subject, ox.NamedNode) and is_a(labels, quad.subject, "Act")
    }
    return sorted(found, key=lambda act: (_day(labels, act), act.value))


def told(labels: Labels, some: Iterable[ox.NamedNode]) -> list[Act]:
    """Return acts with what people ask of them."""
    witnesses = Witnesses(labels)
    return [_act(labels, witnesses, act) for act in some]


def standings(labels: Labels, iri: str) -> list[Standing]:
    """Return the standings of a party, or of the parties to a programme or an agreement.

    Programmes first, in order of their strength, then of their days and names.
    """
    node = ox.NamedNode(iri)
    found = {
        quad.subject
        for name in ("party", "programme", "agreement")
        for quad in labels.store.quads_for_pattern(None, sg(name), node, DEFAULT)
        if isinstance(quad.subject, ox.NamedNode) and is_a(labels, quad.subject, "Participation")
    }
    known = [_standing(labels, one) for one in found]
    return sorted(known, key=_strongest_first)


def compared(labels: Labels, found: Iterable[Standing], day: str = "") -> list[Standing]:
    """Return standings with the other programmes in which each party takes part, or did then."""
    then = _taking_part(labels, day) if day else {}
    made = []
    for one in found:
        programmes = (
            then.get(one.party.iri, [])
            if day
            else map(labels.named, labels.objects(one.party.term, sg("participatesIn")))
        )
        made.append(replace(one, also=tuple(p for p in programmes if p.iri != one.frame.iri)))
    return made


def on_day(found: Iterable[Standing], day: str) -> list[Standing]:
    """Return the standings that hold on a day, by the rule of the stored query participants.

    One holds from the first day on which it may have begun, until its party has surely come to
    another that goes before it. It does so for sure from the day by which it had begun, until that
    other one may have begun.
    """
    kept = []
    every = list(found)
    for one in every:
        later = [
            other
            for other in every
            if (other.party.iri, other.frame.iri) == (one.party.iri, one.frame.iri)
            and other.rank < one.rank
            and other.latest
        ]
        has_begun = (one.earliest or one.latest or day) <= day
        if has_begun and all(other.latest > day for other in later):
            is_sure = bool(one.latest) and one.latest <= day
            alone = all((other.earliest or other.latest) > day for other in later)
            kept.append(replace(one, is_certain=is_sure and alone))
    return kept


def by_region(found: Iterable[Standing]) -> dict[str, list[Standing]]:
    """Return the states among participants that still stand so, by region of the United Nations."""
    regions: dict[str, list[Standing]] = defaultdict(list)
    for one in found:
        if one.is_state and not one.until:
            regions[one.region].append(one)
    return dict(sorted(regions.items()))


def _taking_part(labels: Labels, day: str) -> dict[str, list[Named]]:
    """Return the programmes in which each party took part on a day."""
    found: dict[str, list[Named]] = defaultdict(list)
    for quad in labels.store.quads_for_pattern(None, TYPE, sg("Programme"), DEFAULT):
        for one in on_day(standings(labels, plain(quad.subject)), day):
            # As the rule 4-participates-in has it.
            if one.standing.iri.rpartition("/")[2] in ("party", "signatory", "listed"):
                found[one.party.iri].append(one.frame)
    return found


def is_a(labels: Labels, node: ox.NamedNode, kind: str) -> bool:
    """Tell whether a resource is an instance of a class of ours."""
    return any(labels.store.quads_for_pattern(node, TYPE, sg(kind), DEFAULT))


def continent(labels: Labels, node: Term) -> str:
    """Return the name of the largest region of the United Nations in which a state lies."""
    region = labels.first(node, sg("region"))
    while region is not None and (wider := labels.first(region, sg("partOf"))) is not None:
        region = wider
    return labels.named(region).label if region is not None else ""


def _strongest_first(one: Standing) -> tuple[bool, int, str, str, str]:
    is_agreement = "/programme/" not in one.frame.iri
    return is_agreement, one.rank, one.since or _END, one.party.label, one.resource.iri


def _act(labels: Labels, witnesses: Witnesses, node: ox.NamedNode) -> Act:
    support = labels.first(node, sg("support"))
    disputes = labels.store.quads_for_pattern(None, sg("about"), node, DEFAULT)
    return Act(
        labels.named(node),
        [kind for kind in labels.kinds(node) if kind.iri != names.SG + "Act"],
        labels.text(node, sg("date")),
        [labels.named(party) for party in labels.objects(node, sg("party"))],
        [
            labels.named(f)
            for name in ("programme", "agreement")
            for f in labels.objects(node, sg(name))
        ],
        labels.named(support) if support is not None else None,
        witnesses.testifying(node),
        any("/disagreement/" in plain(quad.subject) for quad in disputes),
    )


def _standing(labels: Labels, node: ox.NamedNode) -> Standing:
    party, standing = (labels.objects(node, sg(name))[0] for name in ("party", "standing"))
    frames = labels.objects(node, sg("programme")) + labels.objects(node, sg("agreement"))
    support = labels.first(node, sg("support"))
    return Standing(
        labels.named(node),
        labels.named(party),
        labels.named(frames[0]),
        labels.named(standing),
        int(labels.text(standing, sg("rank")) or 99),
        labels.text(node, sg("since")),
        labels.text(node, sg("until")),
        labels.named(support) if support is not None else None,
        continent(labels, party),
        isinstance(party, ox.NamedNode) and is_a(labels, party, "State"),
        labels.text(node, sg("earliest")),
        labels.text(node, sg("latest")),
    )


def _day(labels: Labels, act: ox.NamedNode) -> str:
    return next(
        (plain(day) for name in ("earliest", "latest") for day in labels.objects(act, sg(name))),
        _END,
    )
