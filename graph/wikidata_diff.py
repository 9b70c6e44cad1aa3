"""What the record and a snapshot of Wikidata lack of each other: who signed or ratified, when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple

import pyoxigraph as ox

from selenograph.graph import dates, names, query
from selenograph.graph.wikidata_snapshot import DAY, RATIFIED, SIGNATORY

SUPPORTS = ("corroborated", "single-source", "unconfirmed")
COMPARED = {
    SIGNATORY: ("sg:Signature", "sg:Signature"),
    RATIFIED: ("sg:Ratification", "sg:ConsentToBeBound"),
}
"""Each property with the acts that it tells of, and those that make us know of it."""
_PREFIXES = (
    "PREFIX p: <http://www.wikidata.org/prop/> "
    "PREFIX ps: <http://www.wikidata.org/prop/statement/> "
    "PREFIX pq: <http://www.wikidata.org/prop/qualifier/> "
    "PREFIX wikibase: <http://wikiba.se/ontology#> "
)
_OURS = """
SELECT ?item ?value ?act ?day ?earliest ?latest ?rank WHERE {{
  ?act a {0} ; sg:agreement/skos:exactMatch ?item ; sg:party/skos:exactMatch ?value ;
    sg:date ?day ; sg:earliest ?earliest ; sg:latest ?latest ; sg:support/sg:rank ?rank .
}}
ORDER BY ?item ?value ?earliest ?latest ?rank ?act
"""
_KNOWN = """
SELECT DISTINCT ?item ?value WHERE {{
  ?act a {0} ; sg:agreement/skos:exactMatch ?item ; sg:party/skos:exactMatch ?value .
}}
"""
# Sources that give the day which the record follows; not those that Wikidata does not cite.
_REFERENCES = """
SELECT ?act ?address ?title ?language ?issued WHERE {{
  ?act a {0} ; sg:date ?day .
  GRAPH ?source {{ ?act sg:date ?given }}
  FILTER(?given = ?day)
  ?source sg:address ?address ; dcterms:title ?title ; dcterms:language ?language ;
    dcterms:issued ?issued ; sg:kind ?kind .
  FILTER(?kind NOT IN (<source-kind/unverified-note>, <source-kind/reference-work>))
}}
ORDER BY ?act ?issued ?address ?language
"""
_THEIRS = """
SELECT ?item ?value ?statement ?day WHERE {{
  GRAPH <graph/wikidata> {{
    ?item wdt:{0} ?value .
    OPTIONAL {{
      ?item p:{0} ?statement . ?statement ps:{0} ?value ; wikibase:rank ?rank
      FILTER(?rank != wikibase:DeprecatedRank)
      # A day that is not known there is an IRI.
      OPTIONAL {{ ?statement pq:{1} ?day FILTER(REGEX(STR(?day), "^[0-9]{{4}}-[0-9]{{2}}-")) }}
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
    """That a party did something about an agreement on a day, and what bears it out.

    As Wikidata has it: an item, a property, and the item that is its value.
    """

    item: str
    property: str
    value: str
    act: str
    day: str
    earliest: date
    latest: date
    references: tuple[Reference, ...]


@dataclass(frozen=True)
class Statement:
    """What Wikidata has: a statement, its identifier, and its day if any."""

    item: str
    property: str
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
    """Statements there of which we have no act."""
    unreferenced: tuple[Fact, ...]
    """Facts of ours that no document on the web bears out."""


def compared(store: ox.Store, support: str = SUPPORTS[0]) -> Comparison:
    """Compare the record of a release with the snapshot in it.

    Facts count that are as well borne out as told, or better. Agreements and parties count that are
    linked to items. Of several acts of one party and kind under one agreement the first counts. An
    accession is no ratification, and is not given as one; but who acceded is known to be bound.
    """
    parts = [
        _compared(store, property_, acts, known, SUPPORTS.index(support) + 1)
        for property_, (acts, known) in COMPARED.items()
    ]
    return Comparison(
        tuple(one for part in parts for one in part.lacking),
        tuple(one for part in parts for one in part.differing),
        tuple(one for part in parts for one in part.further),
        tuple(one for part in parts for one in part.unreferenced),
    )


def _compared(store: ox.Store, property_: str, acts: str, known: str, worst: int) -> Comparison:
    theirs: defaultdict[tuple[str, str], list[Statement]] = defaultdict(list)
    for statement in _theirs(store, property_):
        theirs[statement.item, statement.value].append(statement)
    lacking, differing, unreferenced = [], [], []
    for pair, fact in _ours(store, property_, acts, worst).items():
        dated = [one for one in theirs.get(pair, []) if one.day]
        if any(_fits(fact, one.day) for one in dated):
            continue
        if not fact.references:
            unreferenced.append(fact)
        elif dated:
            differing.append((fact, dated[0]))
        else:
            lacking.append(fact)
    ours = {tuple(map(_item, row)) for row in _rows(store, _KNOWN.format(known))}
    further = [one for pair, some in theirs.items() for one in some if pair not in ours]
    return Comparison(tuple(lacking), tuple(differing), tuple(further), tuple(unreferenced))


def _ours(store: ox.Store, property_: str, acts: str, worst: int) -> Mapping[tuple[str, str], Fact]:
    rows = _rows(store, _REFERENCES.format(acts))
    references = {
        act: tuple(dict.fromkeys(Reference(*told) for _, *told in some))
        for act, some in groupby(rows, key=lambda row: row[0])
    }
    facts: dict[tuple[str, str], Fact] = {}
    for item, value, act, day, earliest, latest, rank in _rows(store, _OURS.format(acts)):
        linked = item.startswith(names.ENTITY) and value.startswith(names.ENTITY)
        if linked and int(rank) <= worst:
            fact = Fact(
                _item(item), property_, _item(value), act, day,
                date.fromisoformat(earliest), date.fromisoformat(latest), references.get(act, ()),
            )  # fmt: skip
            facts.setdefault((fact.item, fact.value), fact)
    return facts


def _theirs(store: ox.Store, property_: str) -> Iterable[Statement]:
    for item, value, statement, day in _rows(store, _THEIRS.format(property_, DAY)):
        if value.startswith(names.ENTITY):
            # https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format#Statement_representation
            guid = statement.rpartition("/")[2].replace("-", "$", 1)
            yield Statement(_item(item), property_, _item(value), guid, day[:10])


def _item(iri: str) -> str:
    return iri.removeprefix(names.ENTITY)


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
