"""What changed between two known days, and whose publication changed it."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import pyoxigraph as ox
from rdflib import URIRef

from selenograph.graph import known, names, query

_PICTURE = """
SELECT ?frame ?party ?standing ?since ?support ?rank ?source WHERE {
  ?participation a sg:Participation ; sg:party ?party ; sg:programme|sg:agreement ?frame ;
    sg:standing ?concept ; sg:support/rdfs:label ?support ; sg:basis/sg:testifiedBy ?source .
  ?concept rdfs:label ?standing ; sg:rank ?rank .
  OPTIONAL { ?participation sg:since ?since }
}"""


class Change(NamedTuple):
    """A party whose standing is another one than before, or other by its day or its support."""

    frame: str
    party: str
    before: str
    after: str
    source: str
    published: str


class _Standing(NamedTuple):
    rank: int
    standing: str
    since: str
    support: str

    def __str__(self) -> str:
        since = f" since {self.since}" if self.since else ""
        return f"{self.standing}{since} ({self.support})"


def changes(before: ox.Store, after: ox.Store) -> Iterator[Change]:
    """Yield what changed, with each source that speaks of it and was not known before.

    Where none does, as when a relayed document turned out to have another publisher, the source
    is empty.
    """
    old, new = _picture(before), _picture(after)
    before_days, days = known.published(before), known.published(after)
    for frame, party in sorted(old.keys() | new.keys()):
        was, now = old.get((frame, party)), new.get((frame, party))
        told, tells = (str(one[0]) if one else "" for one in (was, now))
        if told != tells:
            fresh = (now[1] if now else set()) - before_days.keys()
            by = sorted((days[source].isoformat(), names.path(source)) for source in fresh)
            for day, source in by or [("", "")]:
                yield Change(frame, party, told, tells, source, day)


def _picture(store: ox.Store) -> dict[tuple[str, str], tuple[_Standing, set[URIRef]]]:
    """Return the strongest standing of each party, with all sources that speak of one."""
    standings = dict[tuple[str, str], _Standing]()
    sources = defaultdict[tuple[str, str], set[URIRef]](set)
    found = query.run(store, _PICTURE)
    assert isinstance(found, ox.QuerySolutions)
    for row in found:
        value = {name: row[name].value if row[name] else "" for name in _NAMES}
        key = names.path(value["frame"]), names.path(value["party"])
        one = _Standing(int(value["rank"]), value["standing"], value["since"], value["support"])
        standings[key] = min(one, standings.get(key, one))
        sources[key].add(URIRef(value["source"]))
    return {key: (standing, sources[key]) for key, standing in standings.items()}


_NAMES = ("frame", "party", "standing", "since", "support", "rank", "source")
