"""Finds resources by their names in all languages, also where they are misspelt."""

from dataclasses import dataclass
from functools import lru_cache

import pyoxigraph as ox

from selenograph.graph import names
from selenograph.graph.labels import DEFAULT, LABEL, PREF_LABEL, TITLE, Labels, Named, sg
from selenograph.graph.spelling import alike, normal

MOST = 50
"""How many resources are found at most."""
_LIKE = 75
"""How alike a misspelt name is, of 100, at least."""
_LIKEST = 200
_LONGEST = 100
_ALT_LABEL = ox.NamedNode(names.PREFIXES["skos"] + "altLabel")
_FIRST = ("party", "programme", "agreement", "mission", "person", "act", "source")
_HIDDEN = ("void", "graph", "shape", "query", "participation", "disagreement")


@dataclass(frozen=True)
class Hit:
    """A resource that was found, what it is, and the name by which it was found."""

    named: Named
    kinds: list[Named]
    by: str


def found(labels: Labels, words: str) -> list[Hit]:
    """Return the resources whose names fit words best, the best first."""
    index, wanted = _index(labels.store), normal(words)[:_LONGEST]
    if not wanted:
        return []
    scores: dict[str, tuple[float, int]] = {}
    for at, score in _alike(index.texts, wanted):
        iri = index.iris[at]
        if iri not in scores or score > scores[iri][0]:
            scores[iri] = score, at
    best = sorted(
        scores, key=lambda iri: (-scores[iri][0], _kind(iri), len(index.texts[scores[iri][1]]), iri)
    )
    hits = []
    for iri in best[:MOST]:
        node = ox.NamedNode(iri)
        named, by = labels.named(node), index.names[scores[iri][1]]
        hits.append(Hit(named, labels.kinds(node), "" if by == named.label else by))
    return hits


@dataclass(frozen=True)
class _Index:
    texts: list[str]
    names: list[str]
    iris: list[str]


@lru_cache(4)
def _index(store: ox.Store) -> _Index:
    texts, known, iris = [], [], []
    predicates = (LABEL, PREF_LABEL, _ALT_LABEL, TITLE, sg("isoAlpha2"), sg("isoAlpha3"))
    for predicate in predicates:
        for quad in store.quads_for_pattern(None, predicate, None, DEFAULT):
            subject, name = quad.subject, quad.object
            if not isinstance(subject, ox.NamedNode) or not isinstance(name, ox.Literal):
                continue
            kind = names.path(subject.value).partition("/")[0]
            if (
                subject.value.startswith(names.BASE)
                and kind not in _HIDDEN
                and "#" not in subject.value
            ):
                texts.append(normal(name.value))
                known.append(name.value)
                iris.append(subject.value)
    return _Index(texts, known, iris)


def _alike(texts: list[str], wanted: str) -> list[tuple[int, float]]:
    """Return where the names are that fit, with how well: whole, from the start, within, alike."""
    fitting = [
        (at, 200.0 if text == wanted else 150.0 if text.startswith(wanted) else 120.0)
        for at, text in enumerate(texts)
        if wanted in text
    ]
    if len(wanted) < 3:
        return [(at, score) for at, score in fitting if score > 120]
    # A code of two letters is found somewhere in most words.
    long = {
        at: text
        for at, text in enumerate(texts)
        if len(text) * 3 >= len(wanted) * 2 or f" {text} " in f" {wanted} "
    }
    return [*fitting, *alike(wanted, long, _LIKE, _LIKEST)]


def _kind(iri: str) -> int:
    kind = names.path(iri).partition("/")[0]
    return _FIRST.index(kind) if kind in _FIRST else len(_FIRST)
