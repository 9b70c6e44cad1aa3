"""Standings of states as features for a map."""

import json
import re

import pyoxigraph as ox

from selenograph.graph import names
from selenograph.graph.export_tables import TABLES, rows
from selenograph.graph.names import SG
from selenograph.graph.release import Release

_PLACE = ox.NamedNode("http://www.wikidata.org/prop/direct/P625")
_ALPHA3 = ox.NamedNode(SG.isoAlpha3)
_MATCH = ox.NamedNode(names.PREFIXES["skos"] + "exactMatch")
_POINT = re.compile(r"Point\(([-+.\dEe]+) ([-+.\dEe]+)\)", re.IGNORECASE)
_KEPT = ("party", "party_name", "programme", "agreement", "standing", "since", "until", "support")


def geojson(made: Release) -> bytes:
    """Return a feature for each standing of each state: https://www.rfc-editor.org/rfc/rfc7946.

    Points are those of the snapshot of Wikidata (P625) that the release holds. A state that it does
    not place has no geometry (null, section 3.2): no other source of ours tells where states lie.
    By its code it is found in any file of outlines.
    """
    store = made.open()
    state = ox.NamedNode(SG.State)
    table = next(table for table in TABLES if table.name == "participations")
    columns = [column.name for column in table.columns]
    kind = ox.NamedNode(names.PREFIXES["rdf"] + "type")
    features = []
    for row in rows(store, table):
        values = dict(zip(columns, row, strict=True))
        party = ox.NamedNode(str(values["party"]))
        if not any(store.quads_for_pattern(party, kind, state, ox.DefaultGraph())):
            continue
        features.append(
            {
                "type": "Feature",
                "id": values["participation"],
                "geometry": _point(store, party),
                "properties": {
                    "iso_alpha3": _code(store, party),
                    **{name: values[name] for name in _KEPT},
                },
            }
        )
    collection = {
        "type": "FeatureCollection",
        "release": made.manifest.release,
        "license": str(names.LICENCE),
        "features": features,
    }
    return (json.dumps(collection, ensure_ascii=False, indent=1) + "\n").encode()


def _code(store: ox.Store, party: ox.NamedNode) -> str | None:
    quads = store.quads_for_pattern(party, _ALPHA3, None, ox.DefaultGraph())
    return next((q.object.value for q in quads if isinstance(q.object, ox.Literal)), None)


def _point(store: ox.Store, party: ox.NamedNode) -> dict[str, object] | None:
    """Return where a state lies; the first of several points in the order of their texts."""
    snapshot = ox.NamedNode(names.WIKIDATA)
    places = sorted(
        quad.object.value
        for match in store.quads_for_pattern(party, _MATCH, None, ox.DefaultGraph())
        if isinstance(match.object, ox.NamedNode)
        for quad in store.quads_for_pattern(match.object, _PLACE, None, snapshot)
        if isinstance(quad.object, ox.Literal)
    )
    for place in places:
        # A place on another globe begins with its IRI, and does not match.
        if found := _POINT.fullmatch(place):
            return {"type": "Point", "coordinates": [float(found[1]), float(found[2])]}
    return None
