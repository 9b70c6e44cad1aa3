"""Wikidata, or another machine that answers as it does: entities as JSON, queries by SPARQL.

https://www.wikidata.org/w/api.php?action=help&modules=wbgetentities and
https://www.mediawiki.org/wiki/Wikidata_Query_Service/User_Manual. It is only ever read.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pyoxigraph as ox

from selenograph.graph import names, web
from selenograph.graph.errors import ServiceFailed
from selenograph.graph.names import SG
from selenograph.graph.results import Row

API = "https://www.wikidata.org/w/api.php"
QUERIES = "https://query.wikidata.org/sparql"
BATCH = 50
"""As many items as the interface gives at once to everybody."""
_PROPERTIES = ("labels", "aliases", "claims", "info")
_LANGUAGES = ("en", "fr", "es", "ru", "zh", "ar", "mul")
_TRIES = 5
_MATCH = ox.NamedNode(names.PREFIXES["skos"] + "exactMatch")
_TYPE = ox.NamedNode(names.PREFIXES["rdf"] + "type")

Entity = dict[str, object]


class Link(NamedTuple):
    """A resource of ours and its item, such as ``Q403``."""

    resource: str
    item: str


@dataclass(frozen=True)
class Wikidata:
    """Where entities and queries are asked."""

    api: str = API
    queries: str = QUERIES

    def entities(self, items: Iterable[str]) -> Iterator[tuple[str, Entity]]:
        """Yield each item with its entity, as JSON, in batches.

        An item that is gone has an entity with the member ``missing``; the entity of one that
        redirects has another ``id``. Raises ServiceFailed where no usable answer comes.
        """
        for batch in batches(items):
            answer = self._asked(
                {
                    "action": "wbgetentities",
                    "ids": "|".join(batch),
                    "props": "|".join(_PROPERTIES),
                    "languages": "|".join(_LANGUAGES),
                    "format": "json",
                    "formatversion": "2",
                    # The servers' wish for those who can wait while they catch up.
                    "maxlag": "5",
                }
            )
            found = answer.get("entities")
            if not isinstance(found, dict):
                raise ServiceFailed(f"{self.api}: the answer has no entities")
            for item in batch:
                yield item, found.get(item) or {"missing": True}

    def rows(self, query: str) -> list[Row]:
        """Return the rows of a query. Raises ServiceFailed where no usable answer comes."""
        reply = web.post(self.queries, {"query": query}, "application/sparql-results+json")
        try:
            answer = ox.parse_query_results(reply.body, format=ox.QueryResultsFormat.JSON)
            if not isinstance(answer, ox.QuerySolutions):
                raise ServiceFailed(f"{self.queries}: the answer has no rows")
            columns = [variable.value for variable in answer.variables]
            return [tuple(row[column] for column in columns) for row in answer]
        except (SyntaxError, ValueError) as error:
            raise ServiceFailed(f"{self.queries}: {error}") from error

    def _asked(self, fields: dict[str, str]) -> Entity:
        for _ in range(_TRIES):
            reply = web.post(self.api, fields, "application/json")
            try:
                answer = json.loads(reply.body)
            except ValueError as error:
                raise ServiceFailed(f"{self.api}: the answer is no JSON") from error
            if not isinstance(answer, dict):
                raise ServiceFailed(f"{self.api}: the answer is no object of JSON")
            fault = answer.get("error")
            if not fault:
                return answer
            # Told with status 200: https://www.mediawiki.org/wiki/Manual:Maxlag_parameter
            if _told(fault, "code") not in ("maxlag", "ratelimited"):
                raise ServiceFailed(f"{self.api}: {_told(fault, 'info') or fault}")
            web.wait(reply.retry_after)
        raise ServiceFailed(f"{self.api}: it is too busy; tried {_TRIES} times")


def batches(items: Iterable[str]) -> Iterator[Sequence[str]]:
    """Yield items in batches, in a fixed order."""
    listed = sorted(set(items), key=lambda item: int(item[1:]))
    for start in range(0, len(listed), BATCH):
        yield listed[start : start + BATCH]


def links(store: ox.Store) -> list[Link]:
    """Return the links of a release from what it names to Wikidata."""
    return sorted(
        Link(quad.subject.value, quad.object.value.removeprefix(names.ENTITY))
        for quad in store.quads_for_pattern(None, _MATCH, None, ox.DefaultGraph())
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)
        if quad.object.value.startswith(names.ENTITY) and quad.subject.value.startswith(names.BASE)
    )


def classes(store: ox.Store, resource: str) -> set[str]:
    """Return the names of the classes of ours that a resource has: ``State`` and so on."""
    quads = store.quads_for_pattern(ox.NamedNode(resource), _TYPE, None, ox.DefaultGraph())
    kinds = {quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode)}
    return {kind.removeprefix(SG) for kind in kinds if kind.startswith(SG)}


def _told(thing: object, key: str) -> str:
    return str(thing.get(key, "")) if isinstance(thing, dict) else ""
