"""Finds what a name means, though it is misspelt, abbreviated, or in another language.

A name is compared with every label, alias and code of the reference, without regard to case,
accents and punctuation. ``match`` is told only of what no other name comes near.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from selenograph.graph import names
from selenograph.graph.spelling import (
    BY_LETTERS,
    BY_SHARED_WORDS,
    BY_WORDS,
    Scorer,
    alike,
    plain,
)

KINDS = (
    "State", "Territory", "Organization", "Person", "Programme", "Agreement", "Mission",
    "Spacecraft", "Facility", "Place", "Region", "Source",
)  # fmt: skip
"""The classes whose members have names that people write; local names of sg:."""
LONGEST = 500
"""Characters of a name that are compared."""
_LIKE, _CANDIDATES = 40, 40
_FORMS_OF_STATE = frozenset(
    "arab bolivarian commonwealth democratic federal federation federative independent islamic "
    "kingdom of peoples plurinational republic socialist state sultanate the united".split()
)
"""What official names of states add to the names by which they go."""
_NEARLY = 80
_WORTH_OF_CORE = 0.89
"""Never sure: the Republic of China is not the People's Republic."""

_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_LABEL = ox.NamedNode(_RDFS + "label")
_LABELS = (
    _LABEL,
    ox.NamedNode(_SKOS + "prefLabel"),
    ox.NamedNode(_SKOS + "altLabel"),
    ox.NamedNode("http://purl.org/dc/terms/title"),
)
_CODES = tuple(
    ox.NamedNode(iri)
    for iri in (names.SG.isoAlpha2, names.SG.isoAlpha3, names.SG.ror, _SKOS + "exactMatch")
)
_DEFAULT = ox.DefaultGraph()

SURE = 90
"""Score from which a name that is not exact may be told as a match."""
CLEAR = 12
"""By how much the next one has to fall behind it then."""
_LONG = 7
"""Letters below which a misspelt name is never sure: Niger is one letter from Nigeria."""


@dataclass(frozen=True)
class Entity:
    """What a name may mean."""

    iri: str
    label: str
    kinds: tuple[str, ...]
    names: frozenset[str] = field(repr=False)
    codes: frozenset[str] = field(repr=False)
    """What means it in full alone, such as DZA: codes lie too near to each other."""


@dataclass(frozen=True)
class Candidate:
    """An entity that a name may mean, with a score of up to 100."""

    entity: Entity
    score: float
    match: bool = False


class Index:
    """The names of a release."""

    def __init__(self, store: ox.Store) -> None:
        self.entities = {entity.iri: entity for entity in _entities(store)}
        meant: defaultdict[str, list[Entity]] = defaultdict(list)
        for entity in self.entities.values():
            for name in entity.names | entity.codes:
                meant[name].append(entity)
        self._meant: Mapping[str, list[Entity]] = dict(meant)
        self._names = sorted({name for entity in self.entities.values() for name in entity.names})
        cores: defaultdict[str, set[str]] = defaultdict(set)
        for entity in self.entities.values():
            if "State" in entity.kinds:
                for name in entity.names:
                    cores[_core(name)].add(name)
        self._cores: Mapping[str, set[str]] = dict(cores)
        self._core_names = sorted(filter(None, cores))

    def candidates(self, name: str, kinds: Collection[str] = ()) -> list[Candidate]:
        """Return what a name may mean, of the kinds given or of any, the likeliest first."""
        wanted = plain(name[:LONGEST])
        if not wanted:
            return []
        scores: dict[str, float] = {}
        for found, score in self._near(wanted):
            for entity in self._meant[found]:
                if not kinds or set(kinds) & set(entity.kinds):
                    scores[entity.iri] = max(score, scores.get(entity.iri, 0))
        ranked = sorted(
            (Candidate(self.entities[iri], score) for iri, score in scores.items()),
            key=lambda one: (-one.score, len(one.entity.label), one.entity.iri),
        )
        if ranked and _is_sure(wanted, ranked, bool(kinds)):
            ranked[0] = replace(ranked[0], match=True)
        return ranked

    def beginning(self, prefix: str, kinds: Collection[str] = ()) -> list[Entity]:
        """Return what has a name, or a word in one, that begins so; the likeliest first."""
        wanted = plain(prefix[:LONGEST])
        ranks: dict[str, int] = {}
        for name in self._meant:
            if wanted and f" {wanted}" in f" {name}":
                rank = 0 if name == wanted else 1 if name.startswith(wanted) else 2
                for entity in self._meant[name]:
                    ranks[entity.iri] = min(rank, ranks.get(entity.iri, 9))
        found = [self.entities[iri] for iri in ranks]
        found = [entity for entity in found if not kinds or set(kinds) & set(entity.kinds)]
        return sorted(found, key=lambda entity: (ranks[entity.iri], len(entity.label), entity.iri))

    def _near(self, wanted: str) -> Iterable[tuple[str, float]]:
        if wanted in self._meant:
            yield wanted, 100
        # Each scorer knows another kind of slip: letters, the order of words, words that lack.
        for scorer, worth in ((BY_LETTERS, 1.0), (BY_WORDS, 0.98)):
            for name, score in self._extracted(wanted, scorer):
                yield name, round(min(score * worth, 99), 1)
        for name, score in self._extracted(wanted, BY_SHARED_WORDS):
            ordered = BY_WORDS(wanted, name)
            yield name, round(0.54 * score + 0.36 * ordered, 1)
        core = _core(wanted)
        if core and core != wanted:
            for at, score in alike(core, self._core_names, _NEARLY, _CANDIDATES, BY_LETTERS):
                for name in self._cores[self._core_names[at]]:
                    yield name, round(_WORTH_OF_CORE * score, 1)

    def _extracted(self, wanted: str, scorer: Scorer) -> Iterable[tuple[str, float]]:
        found = alike(wanted, self._names, _LIKE, _CANDIDATES, scorer)
        return ((self._names[at], score) for at, score in found)


def _core(name: str) -> str:
    """Return what stays of a name without the form of state: serbia of republic of serbia."""
    return " ".join(word for word in name.split() if word not in _FORMS_OF_STATE)


def _is_sure(wanted: str, ranked: list[Candidate], expected: bool) -> bool:
    first, second = ranked[0], ranked[1].score if len(ranked) > 1 else 0
    if first.score == 100:
        # A slip in one abbreviation is often a code of something else.
        told = wanted in first.entity.names and len(wanted) > 2
        numbered = any(letter.isdigit() for letter in wanted)
        return second < 100 and (expected or told or numbered or not wanted.isascii())
    return len(wanted) >= _LONG and first.score >= SURE and first.score - second >= CLEAR


def _entities(store: ox.Store) -> Iterable[Entity]:
    kinds: defaultdict[ox.NamedNode, list[str]] = defaultdict(list)
    for kind in KINDS:
        for quad in store.quads_for_pattern(None, _TYPE, ox.NamedNode(names.SG[kind]), _DEFAULT):
            if isinstance(quad.subject, ox.NamedNode):
                kinds[quad.subject].append(kind)
    for node, found in kinds.items():
        if "#" in node.value:
            continue
        told = [name for predicate in _LABELS for name in _values(store, node, predicate)]
        codes = [code for predicate in _CODES for code in _values(store, node, predicate)]
        codes += [code.rpartition("/")[2] for code in codes] + [names.path(node.value)]
        labels = _values(store, node, _LABEL) or told or [names.path(node.value)]
        yield Entity(node.value, labels[0], tuple(found), _plain(told), _plain(codes))


def _plain(written: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, map(plain, written)))


def _values(store: ox.Store, node: ox.NamedNode, predicate: ox.NamedNode) -> list[str]:
    """Return the values of a property, English ones first."""
    quads = store.quads_for_pattern(node, predicate, None, _DEFAULT)
    terms = [quad.object for quad in quads]
    ordered = sorted(terms, key=lambda term: (getattr(term, "language", "") != "en", str(term)))
    return [str(getattr(term, "value", "")) for term in ordered]
