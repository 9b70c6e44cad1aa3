"""What the record and a snapshot of Wikidata lack of each other, on who signed what and when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple

import pyoxigraph as ox

from selenograph.graph import dates, names, query
from selenograph.graph.wikidata_snapshot import DAY, SIGNATORY

SUPPORTS = ("corroborated", "single-source", "unconfirmed")
_PREFIXES = (
    "PREFIX p: <http://www.wikidata.org/prop/> "
    "PREFIX ps: <http://www.wikidata.org/prop/statement/> "
    "PREFIX pq: <http://www.wikidata.org/prop/qualifier/> "
    "PREFIX wikibase: <http://wikiba.se/ontology#> "
)
_OURS = """
SELECT ?item ?value ?act ?day ?earliest ?latest ?rank WHERE {
  ?act a sg:Signature ; sg:agreement/skos:exactMatch ?item ; sg:party/skos:exactMatch ?value ;
    sg:date ?day ; sg:earliest ?earliest ; sg:latest ?latest ; sg:support/sg:rank ?rank .
}
ORDER BY ?item ?value ?earliest ?latest ?rank ?act
"""
# Sources that give the day which the record follows; not those that Wikidata does not cite.
_REFERENCES = """
SELECT ?act ?address ?title ?language ?issued WHERE {
  ?act a sg:Signature ; sg:date ?day .
  GRAPH ?source { ?act sg:date ?given }
  FILTER(?given = ?day)
  ?source sg:address ?address ; dcterms:title ?title ; dcterms:language ?language ;
    dcterms:issued ?issued ; sg:kind ?kind .
  FILTER(?kind NOT IN (<source-kind/unverified-note>, <source-kind/reference-work>))
}
ORDER BY ?act ?issued ?address ?language
"""
_THEIRS = f"""
SELECT ?item ?value ?statement ?day WHERE {{
  GRAPH <graph/wikidata> {{
    ?item wdt:{SIGNATORY} ?value .
    OPTIONAL {{
      ?item p:{SIGNATORY} ?statement . ?statement ps:{SIGNATORY} ?value ; wikibase:rank ?rank
      FILTER(?rank != wikibase:DeprecatedRank)
      OPTIONAL {{ ?statement pq:{DAY} ?day }}
    }}
  }}
}}
ORDER BY ?item ?value ?statement ?day
"""


class Reference(NamedTuple):
    """A document on the web that gives a fact."""

    address: str
    title: str
    language: str
    issued: str


@dataclass(frozen=True)
class Fact:
    """That a party signed an agreement on a day, as items of Wikidata, and what bears it out."""

    item: str
    value: str
    act: str
    day: str
    earliest: date
    latest: date
    references: tuple[Reference, ...]


@dataclass(frozen=True)
class Statement:
    """What Wikidata has: an item, a signatory, the statement's identifier, and its day if any."""

    item: str
    value: str
    guid: str
    day: str


@dataclass(frozen=True)
class Comparison:
    """What each side lacks, and where they differ; what is left out for want of a reference."""

    lacking: tuple[Fact, ...]
    """Facts of ours that Wikidata lacks, or has without a day."""
    differing: tuple[tuple[Fact, Statement], ...]
    """Facts of ours whose day is another one there."""
    further: tuple[Statement, ...]
    """Statements there of which we have no signature."""
    unreferenced: tuple[Fact, ...]
    """Facts of ours that no document on the web bears out."""


def compared(store: ox.Store, support: str = SUPPORTS[0]) -> Comparison:
    """Compare the record of a release with the snapshot in it.

    Facts count that are as well borne out as told, or better. Agreements and parties count that are
    linked to items. Of several signatures of one party under one agreement the first counts.
    """
    ours = _ours(store, SUPPORTS.index(support) + 1)
    theirs: defaultdict[tuple[str, str], list[Statement]] = defaultdict(list)
    for statement in _theirs(store):
        theirs[statement.item, statement.value].append(statement)
    lacking, differing, unreferenced = [], [], []
    for pair, fact in ours.items():
        known = theirs.get(pair, [])
        dated = [one for one in known if one.day]
        if any(_fits(fact, one.day) for one in dated):
            continue
        if not fact.references:
            unreferenced.append(fact)
        elif dated:
            differing.append((fact, dated[0]))
        else:
            lacking.append(fact)
    known_here = set(_ours(store, len(SUPPORTS)))
    further = [one for pair, some in theirs.items() for one in some if pair not in known_here]
    return Comparison(tuple(lacking), tuple(differing), tuple(further), tuple(unreferenced))


def _ours(store: ox.Store, worst: int) -> Mapping[tuple[str, str], Fact]:
    references = {
        act: tuple(dict.fromkeys(Reference(*told) for _, *told in rows))
        for act, rows in groupby(_rows(store, _REFERENCES), key=lambda row: row[0])
    }
    facts: dict[tuple[str, str], Fact] = {}
    for item, value, act, day, earliest, latest, rank in _rows(store, _OURS):
        linked = item.startswith(names.ENTITY) and value.startswith(names.ENTITY)
        if linked and int(rank) <= worst:
            fact = Fact(
                item.removeprefix(names.ENTITY), value.removeprefix(names.ENTITY), act, day,
                date.fromisoformat(earliest), date.fromisoformat(latest), references.get(act, ()),
            )  # fmt: skip
            facts.setdefault((fact.item, fact.value), fact)
    return facts


def _theirs(store: ox.Store) -> Iterable[Statement]:
    for item, value, statement, day in _rows(store, _THEIRS):
        if value.startswith(names.ENTITY):
            # https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format#Statement_representation
            guid = statement.rpartition("/")[2].replace("-", "$", 1)
            yield Statement(
                item.removeprefix(names.ENTITY), value.removeprefix(names.ENTITY), guid, day[:10]
            )


def _fits(fact: Fact, day: str) -> bool:
    """Tell whether a day there can be that of ours.

    In truthy statements and qualifiers the first of a month or year may stand for all of it: how
    precise a date is stands elsewhere.
    """
    told = date.fromisoformat(day)
    bounds = dates.bounds(day[:4] if day.endswith("-01-01") else day[:7] if told.day == 1 else day)
    begins, ends = bounds.earliest or told, bounds.latest or told
    return begins <= fact.latest and fact.earliest <= ends


def _rows(store: ox.Store, text: str) -> list[tuple[str, ...]]:
    """Return rows as texts, an empty one for what is not bound."""
    answer = query.run(store, _PREFIXES + text)
    assert isinstance(answer, ox.QuerySolutions)
    columns = [variable.value for variable in answer.variables]
    return [tuple(_text(row[column]) for column in columns) for row in answer]


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""
