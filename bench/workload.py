"""What is asked: the stored queries, variants of them, heavy queries and endless ones."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest

import pyoxigraph as ox

from bench.place import HERE
from selenograph.graph import names, query

NUMBER = "@N@"
"""Stands in a request for a number that no request had before."""
ENDLESS = """SELECT (COUNT(*) AS ?n) WHERE {
  ?a ?p ?b . ?c ?q ?d . ?e ?r ?f . ?g ?s ?h FILTER(?a != ?h || ?b != ?e || ?d != ?g)
}"""
_SEED = 17
_VARIANTS = 100
_DRAWS = 5000
_DATES = [f"{year}-{month:02}-01" for year in range(2018, 2027) for month in (1, 4, 7, 10)]
# Where values for the parameters of stored queries are found. Others keep their example.
_FOUND = {
    "party": "?act sg:party ?value",
    "programme": "?value a sg:Programme",
    "resource": "?source a sg:Source . GRAPH ?source { ?value ?property ?object }",
    "source": "?source a sg:Source . GRAPH ?source { ?r a sg:Roster } BIND(?source AS ?value)",
    "about": "?disagreement a sg:Disagreement ; sg:about ?value",
}


@dataclass(frozen=True)
class Question:
    """A query with the name of the file from which it comes."""

    name: str
    text: str


@dataclass(frozen=True)
class Mix:
    """Questions, and the order in which they are asked, as indexes."""

    questions: tuple[Question, ...]
    order: tuple[int, ...]

    def without(self, left_out: Iterable[str]) -> "Mix":
        """Return the mix without the questions of some names."""
        kept = [n for n, one in enumerate(self.questions) if one.name not in set(left_out)]
        place = {old: new for new, old in enumerate(kept)}
        order = tuple(place[n] for n in self.order if n in place)
        return Mix(tuple(self.questions[n] for n in kept), order)


def unique(text: str) -> str:
    """Return a query that no cache knows and that costs the same everywhere.

    A declaration of a prefix that is not used: unlike a comment it survives our normalization.
    """
    return f"PREFIX bench: <urn:bench:{NUMBER}>\n{text}"


def stored() -> list[Question]:
    """Return the stored queries as they stand."""
    return [Question(name, one.text) for name, one in query.stored().items()]


def heavy() -> list[Question]:
    """Return the queries that read the whole graph."""
    files = sorted((HERE / "heavy").glob("*.rq"))
    return [Question(path.stem, path.read_text("utf-8")) for path in files]


def uncached() -> Mix:
    """Return the stored queries in turn, each request of its own."""
    questions = tuple(Question(one.name, unique(one.text)) for one in stored())
    return Mix(questions, tuple(range(len(questions))))


def zipf(store: ox.Store) -> Mix:
    """Return variants of the stored queries, the n-th of them 1/n times as often as the first."""
    draw = random.Random(_SEED)
    variants = _variants(store, draw)
    weights = [1 / (rank + 1) for rank in range(len(variants))]
    order = draw.choices(range(len(variants)), weights, k=_DRAWS)
    return Mix(tuple(variants), tuple(order))


def _variants(store: ox.Store, draw: random.Random) -> list[Question]:
    """Return stored queries with other values, as many of each as there are, up to a number."""
    lists = []
    for name, one in sorted(query.stored().items()):
        values = [_values(store, parameter.name) for parameter in one.parameters]
        rows = _combined([p.name for p in one.parameters], values)
        texts = list(dict.fromkeys(one.with_values(row) for row in rows))
        draw.shuffle(texts)
        lists.append([Question(name, text) for text in texts])
    turns = (one for turn in zip_longest(*lists) for one in turn if one)
    variants = list(islice(turns, _VARIANTS))
    draw.shuffle(variants)
    return variants


def _values(store: ox.Store, parameter: str) -> list[str]:
    if parameter == "on":
        return _DATES
    if parameter not in _FOUND:
        return []
    text = f"SELECT DISTINCT ?value WHERE {{ {_FOUND[parameter]} }}"
    found = store.query(text, prefixes=names.PREFIXES)
    assert isinstance(found, ox.QuerySolutions)
    return sorted(one["value"].value for one in found if isinstance(one["value"], ox.NamedNode))


def _combined(keys: Sequence[str], values: Sequence[Sequence[str]]) -> list[Mapping[str, str]]:
    """Return one row with all examples, and every row that some values make."""
    rows: list[Mapping[str, str]] = [{}]
    for key, some in zip(keys, values, strict=True):
        rows += [{**row, key: value} for row in rows for value in some]
    return rows
