"""The terms that a release uses, and how often: what a query can be made of."""

import pyoxigraph as ox

from selenograph.graph import names, query

_USED = f"""
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX void: <http://rdfs.org/ns/void#>
SELECT ?kind ?term ?count (SAMPLE(?told) AS ?label) WHERE {{
  GRAPH <{names.VOID}> {{
    {{ <{names.BASE}> void:classPartition ?part . ?part void:class ?term ; void:entities ?count . BIND("classes" AS ?kind) }}
    UNION
    {{ <{names.BASE}> void:propertyPartition ?part . ?part void:property ?term ; void:triples ?count . BIND("properties" AS ?kind) }}
  }}
  OPTIONAL {{ ?term rdfs:label ?told FILTER(LANG(?told) IN ("", "en")) }}
}}
GROUP BY ?kind ?term ?count
ORDER BY DESC(?count) ?term
"""  # noqa: E501

_COLUMNS = ("kind", "term", "count", "label")

Term = dict[str, str | int]


def used(store: ox.Store) -> dict[str, dict[str, str] | list[Term]]:
    """Return the prefixes, and the classes and properties of the VoID, the most used first.

    Only those are told that a prefix shortens.
    """
    found: dict[str, list[Term]] = {"classes": [], "properties": []}
    answer = query.run(store, _USED)
    assert isinstance(answer, ox.QuerySolutions)
    for row in answer:
        kind, term, count, label = (str(getattr(row[name], "value", "")) for name in _COLUMNS)
        name = names.short(term)
        if name.partition(":")[0] in names.PREFIXES:
            found[kind].append({"name": name, "label": label, "count": int(count)})
    return {"prefixes": names.PREFIXES, **found}
