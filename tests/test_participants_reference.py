"""Who has which standing on a day, worked out once more: slowly, from testimony, in plain loops.

Nothing of the pipeline is used but the parsers of files and of dates: no rule, no SPARQL, no
closure, no reconciliation. What is done here is what ontology/rules/README.md says in words.
"""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from rdflib import RDF, RDFS
from rdflib.namespace import DCTERMS, XSD

from selenograph.graph import dates, names
from selenograph.graph.names import SG
from tests.test_queries import columns

RANKS = {
    "withdrawn": 1, "party": 2, "signatory": 3, "listed": 4, "announced": 5, "applied": 6,
    "invited": 7, "in-talks": 8,
}  # fmt: skip
CONSENTS = ("Ratification", "Acceptance", "Approval", "Accession", "Succession", "ConsentToBeBound")
GIVES = {
    "Withdrawal": "withdrawn", "Joining": "party", "Establishment": "party",
    "Signature": "signatory", "RosterEntry": "listed", "Conclusion": "announced",
    "Application": "applied", "Invitation": "invited", "Negotiation": "in-talks",
} | dict.fromkeys(CONSENTS, "party")  # fmt: skip
KINDS = [
    "official-record", "party-statement", "agency", "news", "reference-work", "dataset",
    "unverified-note",
]  # fmt: skip
ALWAYS = date(1, 1, 1)
# How many days are asked for, spread over those around each change.
ASKED = {
    "programme/ilrs": 24, "programme/artemis": 24, "agreement/artemis-accords": 6,
    "agreement/outer-space-treaty": 8, "agreement/moon-agreement": 8,
}  # fmt: skip


class Telling:
    """All that is said of all things, and by whom."""

    def __init__(self, corpus):
        self.corpus = corpus
        self.said = defaultdict(lambda: defaultdict(set))
        for source, graph in corpus.testimony.items():
            for subject, predicate, value in graph:
                self.said[subject, predicate][value].add(source)
        self.rulings = {}
        for ruling in corpus.naming.subjects(RDF.type, SG.Ruling):
            about, relation = (corpus.naming.value(ruling, p) for p in (SG.about, SG.property))
            self.rulings[about, relation] = corpus.naming.value(ruling, SG.chosen)
        self.relayed, self.publisher = defaultdict(set), {}
        for _, graph in sorted(corpus.testimony.items()):
            for document, other in graph.subject_objects(SG.relays):
                self.relayed[document].add(other)
            for document, who in sorted(graph.subject_objects(DCTERMS.publisher)):
                self.publisher.setdefault(document, who)

    def all(self, subject, predicate):
        """Everything that some source or the reference says."""
        ruled = self.rulings.get((subject, predicate))
        if ruled is not None:
            return {ruled}
        return set(self.said[subject, predicate]) | set(
            self.corpus.naming.objects(subject, predicate)
        )

    def one_date(self, subject, predicate):
        """The date that a curator ruled, or the finest that the weightiest sources give."""
        return self.dates(subject, predicate)[0]

    def dates(self, subject, predicate):
        """That date, and those which sources of the same kind give in its place."""
        ruled = self.rulings.get((subject, predicate))
        if ruled is not None:
            return [ruled]
        values = self.said[subject, predicate]
        finest = [a for a in values if not any(finer(b, a) for b in values)]

        def weight(value):
            first, last = dates.bounds(str(value))
            witnesses = set(values[value])
            for other in values:
                if finer(value, other) and not all(finer(one, other) for one in finest):
                    witnesses |= values[other]
            kind = min(self.weight_of_kind(source) for source in witnesses)
            days = (last - first).days if first and last else date.max.toordinal()
            return (kind, -self.voices(witnesses, subject), days, str(value))

        best = min(finest, key=weight, default=None)
        return [best, *(one for one in finest if one != best and weight(one)[0] == weight(best)[0])]

    def days(self, subject):
        """First and last day on which a date may fall, by those who are equally to be believed."""
        among = [dates.bounds(str(value)) for value in self.dates(subject, SG.date) if value]
        if not among:
            return None, None
        meet = all(one.overlaps(among[0]) for one in among)
        if len(among) == 1 or meet:
            return tuple(among[0])
        several = [day for one in among for day in one if day]
        return min(several), max(several)

    def weight_of_kind(self, source):
        kind = self.corpus.testimony[source].value(source, SG.kind)
        return KINDS.index(names.path(str(kind)).removeprefix("source-kind/"))

    def voices(self, sources, subject):
        """Count those of whom no two speak with one voice, directly or by a third."""
        groups = []
        for source in sources:
            group = {self.publisher.get(root, root) for root in self.roots(source, subject)}
            while touching := [other for other in groups if other & group]:
                group |= touching[0]
                groups.remove(touching[0])
            groups.append(group)
        return len(groups)

    def roots(self, source, subject):
        """The documents from which a source has what it says of a subject."""
        graph = self.corpus.testimony[source]
        starts = set()
        for passage in graph.subjects(SG.supports, subject):
            starts |= set(graph.objects(passage, SG.relays)) or {source}
        found = set()

        def follow(document, seen):
            onwards = self.relayed[document] - seen
            if not onwards:
                found.add(document)
            for other in onwards:
                follow(other, seen | {other})

        for start in starts or {source}:
            follow(start, {start})
        return found


def finer(a, b):
    """Tell whether a date is more precise than another that it fits."""
    (first, last), (begin, end) = dates.bounds(str(a)), dates.bounds(str(b))
    starts = begin is None or (first and first >= begin)
    ends = end is None or (last and last <= end)
    return bool(starts and ends) and (first, last) != (begin, end)


def evidence(telling):
    """Return what gives standings, by party and by what they have one towards.

    An act counts for its party, and for the state for which the body that performed it acts. It
    counts towards its programme and agreement, and towards the programme that the agreement serves.
    """
    found = defaultdict(list)
    # When each agreement began to bind.
    force = {}
    for act in telling.corpus.naming.subjects(RDF.type, SG.Act):
        if SG.EntryIntoForce in telling.all(act, RDF.type):
            for agreement in telling.all(act, SG.agreement):
                force[agreement] = telling.one_date(act, SG.date)
    for act in telling.corpus.naming.subjects(RDF.type, SG.Act):
        kinds = {names.short(str(kind)).removeprefix("sg:") for kind in telling.all(act, RDF.type)}
        parties = telling.all(act, SG.party)
        for performed in (SG.performedBy, SG.signedBy):
            for body in telling.all(act, performed):
                parties |= telling.all(body, SG.actsFor)
        towards = telling.all(act, SG.programme) | telling.all(act, SG.agreement)
        for agreement in telling.all(act, SG.agreement):
            towards |= telling.all(agreement, SG.programme)
        day = telling.one_date(act, SG.date)
        first, last = telling.days(act)
        effect = telling.one_date(act, SG.effective)
        if effect is None and kinds & set(CONSENTS) and last:
            # Consent from before the agreement is in force binds from then on.
            for agreement in telling.all(act, SG.agreement) & force.keys():
                if last < dates.bounds(str(force[agreement])).earliest:
                    effect = force[agreement]
        known = date.fromisoformat(effect) if effect and effect.datatype == XSD.date else None
        for kind in kinds & GIVES.keys():
            for party in parties:
                for frame in towards:
                    found[party, frame].append((GIVES[kind], act, day, first, last, known))
    for graph in telling.corpus.testimony.values():
        for roster in graph.subjects(RDF.type, SG.Roster):
            as_of = graph.value(roster, SG.asOf)
            last = dates.bounds(str(as_of)).latest if as_of else None
            if not last:
                continue
            for frame in telling.all(roster, SG.about):
                if "/programme/" not in frame and "/agreement/" not in frame:
                    continue
                wider = telling.all(frame, SG.programme) if "/agreement/" in frame else set()
                for row in graph.objects(roster, SG.entry):
                    for party in graph.objects(row, SG.party):
                        for place in {frame} | wider:
                            found[party, place].append(("listed", row, None, None, last, None))
    return found


def openings(telling):
    """Return the first day on which each agreement was open for signature."""
    found = {}
    for act in telling.corpus.naming.subjects(RDF.type, SG.Act):
        if SG.OpeningForSignature in telling.all(act, RDF.type):
            for agreement in telling.all(act, SG.agreement):
                found[agreement] = telling.days(act)[0]
    return found


def participations(pieces, opened=None):
    """Return standing, since, first and last day for each standing of a party towards something.

    A standing needs a piece of evidence that is surely older than all for a stronger one.
    """
    found = {}
    for standing, rank in RANKS.items():
        stronger = [p for p in pieces if RANKS[p[0]] < rank]
        # A successor may be bound from its independence, years before it says so.
        soonest = min(
            (min((d for d in (p[3] or p[4], p[5]) if d), default=ALWAYS) for p in stronger),
            default=None,
        )
        basis = [p for p in pieces if p[0] == standing]
        if soonest:
            basis = [p for p in basis if p[4] and p[4] < soonest]
        if not basis:
            continue
        # It begins with the act that is over first, by its effect where that is known to the day.
        begun = sorted(
            (p[5] or p[4], p[1], p) for p in basis if p[5] or (p[2] is not None and p[4])
        )
        since = earliest = None
        if begun:
            _, _, (_, _, day, first, _, effect) = begun[0]
            since, earliest = (str(effect), effect) if effect else (str(day), first)
        if standing in ("party", "signatory") and not any(p[3] or p[5] for p in basis):
            earliest = opened
        shown = list(basis)
        if 1 < rank <= RANKS["listed"]:
            shown += [p for p in pieces if p[0] == "listed"]
        ends = [p[5] or p[4] for p in shown if p[5] or p[4]]
        ends = [end for end in ends if not earliest or end >= earliest]
        found[standing] = (since, earliest, min(ends, default=None))
    return found


def on_a_day(found, day):
    """Return who has which standing on a day: from when it may be, until it is surely over."""
    rows = set()
    for (party, _), standings in found.items():
        for standing, (since, earliest, latest) in standings.items():
            if (earliest or latest or day) > day:
                continue
            after = [
                (begins or began, began) for other, (_, begins, began) in standings.items()
                if RANKS[other] < RANKS[standing] and began
            ]  # fmt: skip
            if any(began <= day for _, began in after):
                continue
            certain = bool(latest and latest <= day) and not any(first <= day for first, _ in after)
            label = standing.replace("-", " ")
            row = (party, label, since, earliest, latest, str(certain).lower())
            rows.add(tuple("" if cell is None else str(cell) for cell in row))
    return rows


@pytest.fixture(scope="module")
def reference(corpus):
    telling = Telling(corpus)
    opened = openings(telling)
    return {
        (party, frame): participations(pieces, opened.get(frame))
        for (party, frame), pieces in evidence(telling).items()
    }


def towards(reference, path):
    return {pair: told for pair, told in reference.items() if pair[1] == names.iri(path)}


def days_around_changes(found, wanted):
    """Return some of the days before, on and after which something begins."""
    changes = {
        day + timedelta(shift)
        for standings in found.values()
        for _, first, last in standings.values()
        for day in (first, last) if day
        for shift in (-1, 0, 1)
    }  # fmt: skip
    spread = sorted(changes)
    return {spread[n * (len(spread) - 1) // (wanted - 1)] for n in range(wanted)}


@pytest.mark.parametrize("path", ASKED)
def test_the_participants_of_any_day_are_those_of_the_slow_computation(path, reference, whole):
    found = towards(reference, path)
    assert len(found) > 20
    wanted = ("party", "standing", "since", "earliest", "latest", "certain")
    asked = days_around_changes(found, ASKED[path])
    assert len(asked) == ASKED[path]
    for day in sorted(asked):
        answer = columns(whole, "participants", *wanted, programme=path, on=str(day))
        expected = {(names.path(row[0]), *row[1:]) for row in on_a_day(found, day)}
        assert set(answer) == expected, day
        assert len(answer) == len(expected)


def test_every_standing_of_the_record_is_that_of_the_slow_computation(reference, whole):
    """All programmes and agreements at once, whatever the day."""
    text = f"""PREFIX sg: <{SG}> SELECT ?party ?frame ?standing ?since ?earliest ?latest WHERE {{
      ?participation a sg:Participation ; sg:party ?party ; sg:programme|sg:agreement ?frame ;
        sg:standing ?standing .
      OPTIONAL {{ ?participation sg:since ?since }}
      OPTIONAL {{ ?participation sg:earliest ?earliest }}
      OPTIONAL {{ ?participation sg:latest ?latest }}
    }}"""
    record = {
        tuple(names.path(cell.value) if cell else "" for cell in row) for row in whole.query(text)
    }
    expected = {
        (names.path(party), names.path(frame), f"standing/{standing}",
         *("" if cell is None else str(cell) for cell in told))
        for (party, frame), standings in reference.items()
        for standing, told in standings.items()
    }  # fmt: skip
    assert len(expected) > 900
    assert record == expected


def ranks(corpus, scheme):
    return {
        names.path(str(concept)).removeprefix(f"{scheme}/"): int(rank)
        for concept, rank in corpus.vocabulary.subject_objects(SG.rank)
        if f"/{scheme}/" in concept
    }


def test_the_ranks_and_labels_are_those_of_the_ontology(corpus):
    assert ranks(corpus, "standing") == RANKS
    assert ranks(corpus, "source-kind") == {kind: n for n, kind in enumerate(KINDS, 1)}
    for name in RANKS:
        label = corpus.vocabulary.value(names.iri(f"standing/{name}"), RDFS.label)
        assert str(label) == name.replace("-", " ")
    gives = {
        names.short(str(kind)).removeprefix("sg:"): names.path(str(standing))
        for kind, standing in corpus.vocabulary.subject_objects(SG.givesStanding)
    }
    assert gives.items() <= {kind: f"standing/{told}" for kind, told in GIVES.items()}.items()
