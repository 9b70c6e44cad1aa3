"""Checks each link to Wikidata: that the item is there, and has our name, kind and code."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from selenograph.graph import names, wikidata
from selenograph.graph.wikidata import Entity, Link, Wikidata

# A link is of the right kind where the item is an instance of a subclass of one of these.
_KINDS = {
    "State": {"Q7275": "state", "Q6256": "country", "Q3624078": "sovereign state"},
    "Territory": {"Q82794": "geographic region", "Q56061": "administrative entity"},
    "Organization": {"Q43229": "organization"},
    "Agreement": {"Q321839": "agreement", "Q131569": "treaty"},
    "Spacecraft": {"Q40218": "spacecraft"},
    "Mission": {"Q2133344": "space mission", "Q40218": "spacecraft"},
    "Person": {"Q5": "human"},
}  # fmt: skip
_CODES = {"isoAlpha2": "P297", "isoAlpha3": "P298"}
_NAMES = ("rdfs:label", "skos:altLabel", "skos:prefLabel")


@dataclass(frozen=True)
class Verdict:
    """What was found of one link; without problems it holds."""

    resource: str
    item: str
    label: str
    problems: tuple[str, ...]


def verdicts(store: ox.Store, asked: Wikidata) -> Iterator[Verdict]:
    """Yield what Wikidata has on each link of a release, by item.

    Raises ServiceFailed where it does not answer.
    """
    by_item: defaultdict[str, list[Link]] = defaultdict(list)
    for link in wikidata.links(store):
        by_item[link.item].append(link)
    kinds = _kinds(by_item, asked)
    for item, entity in asked.entities(by_item):
        for link in by_item[item]:
            problems = tuple(_problems(store, link, entity, kinds[item]))
            yield Verdict(link.resource, item, _label(store, link.resource), problems)


def _kinds(items: defaultdict[str, list[Link]], asked: Wikidata) -> defaultdict[str, set[str]]:
    """Ask of which of our kinds each item is, subclasses included."""
    wanted = " ".join(f"wd:{root}" for root in sorted({r for k in _KINDS.values() for r in k}))
    found: defaultdict[str, set[str]] = defaultdict(set)
    for batch in wikidata.batches(items):
        query = (
            f"PREFIX wd: <{names.ENTITY}> PREFIX wdt: <http://www.wikidata.org/prop/direct/> "
            "SELECT DISTINCT ?item ?kind WHERE { "
            f"VALUES ?item {{ {' '.join(f'wd:{item}' for item in batch)} }} "
            f"VALUES ?kind {{ {wanted} }} "
            "?item wdt:P31/wdt:P279* ?kind }"
        )
        for item, kind in asked.rows(query):
            if isinstance(item, ox.NamedNode) and isinstance(kind, ox.NamedNode):
                found[item.value.removeprefix(names.ENTITY)].add(
                    kind.value.removeprefix(names.ENTITY)
                )
    return found


def _problems(store: ox.Store, link: Link, entity: Entity, kinds: set[str]) -> Iterator[str]:
    if "missing" in entity:
        yield "Wikidata has no such item."
        return
    if entity.get("id") != link.item:
        yield f"The item redirects to {entity.get('id')}. Link to that one."
    there = _names(entity)
    if there.isdisjoint(_folded(name) for name in _ours(store, link.resource, *_NAMES)):
        yield f"None of our names is one of the item, which is called {_called(entity)}."
    for ours in sorted(wikidata.classes(store, link.resource) & _KINDS.keys()):
        if kinds.isdisjoint(_KINDS[ours]):
            wanted = " or ".join(sorted(set(_KINDS[ours].values())))
            yield f"It is no {wanted} there."
    for ours, theirs in _CODES.items():
        codes, given = _ours(store, link.resource, f"sg:{ours}"), _values(entity, theirs)
        if codes and not codes <= given:
            yield f"Its code ({theirs}) is {', '.join(sorted(given)) or 'not given'} there."


def _ours(store: ox.Store, resource: str, *properties: str) -> set[str]:
    found = set()
    for name in properties:
        prefix, _, local = name.partition(":")
        predicate = ox.NamedNode(names.PREFIXES[prefix] + local)
        quads = store.quads_for_pattern(ox.NamedNode(resource), predicate, None, ox.DefaultGraph())
        found |= {quad.object.value for quad in quads if isinstance(quad.object, ox.Literal)}
    return found


def _label(store: ox.Store, resource: str) -> str:
    return min(_ours(store, resource, "rdfs:label"), default=names.path(resource))


def _names(entity: Entity) -> set[str]:
    """Return labels and aliases; an entity without any has a list in their place."""
    labels, aliases = entity.get("labels"), entity.get("aliases")
    told = list(labels.values()) if isinstance(labels, dict) else []
    if isinstance(aliases, dict):
        told += [alias for some in aliases.values() for alias in some]
    return {_folded(one["value"]) for one in told}


def _called(entity: Entity) -> str:
    labels = entity.get("labels")
    label = labels.get("en") or next(iter(labels.values())) if isinstance(labels, dict) else None
    return str(label["value"]) if label else "nothing"


def _values(entity: Entity, property_: str) -> set[str]:
    claims = entity.get("claims")
    found = claims.get(property_, []) if isinstance(claims, dict) else []
    return {
        str(claim["mainsnak"]["datavalue"]["value"])
        for claim in found
        if claim["rank"] != "deprecated" and claim["mainsnak"]["snaktype"] == "value"
    }


def _folded(name: str) -> str:
    """Return a name without what spellings differ in: case, marks of quotation, "and"."""
    plain = name.casefold().replace("’", "'").replace("&", "and").replace(".", "")
    return plain.removeprefix("the ").replace("-", " ")
