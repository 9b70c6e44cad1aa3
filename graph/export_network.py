"""Who takes part in what, as a network for graph tools."""

import io
from xml.etree import ElementTree as ET

import pyoxigraph as ox

from selenograph.graph import names
from selenograph.graph.export_tables import TABLES, Cell, rows
from selenograph.graph.labels import Labels
from selenograph.graph.release import Release

_NODE = ("name", "class")
_EDGE = ("standing", "since", "until", "support")
_GRAPH = ("release", "license")


def graphml(made: Release) -> bytes:
    """Return GraphML: parties, programmes and agreements, with an edge for each participation.

    http://graphml.graphdrawing.org/specification.html. An edge runs from the party, and has the
    IRI of the participation.
    """
    store = made.open()
    root = ET.Element("graphml", xmlns="http://graphml.graphdrawing.org/xmlns")
    for whose, keys in (("graph", _GRAPH), ("node", _NODE), ("edge", _EDGE)):
        for key in keys:
            ET.SubElement(
                root, "key",
                {"id": f"{whose}-{key}", "for": whose, "attr.name": key, "attr.type": "string"},
            )  # fmt: skip
    graph = ET.SubElement(root, "graph", id="selenograph", edgedefault="directed")
    for key, value in zip(_GRAPH, (made.manifest.release, names.LICENCE), strict=True):
        _data(graph, "graph", key, value)
    table = next(table for table in TABLES if table.name == "participations")
    columns = [column.name for column in table.columns]
    edges = [dict(zip(columns, row, strict=True)) for row in rows(store, table)]
    kinds = {edge["party"]: "party" for edge in edges}
    for kind in ("programme", "agreement"):
        kinds |= {frame: kind for edge in edges for frame in edge[kind] or ()}
    labels = Labels(store)
    for iri in sorted(kinds, key=str):
        node = ET.SubElement(graph, "node", id=str(iri))
        _data(node, "node", "name", labels.named(ox.NamedNode(str(iri))).label)
        _data(node, "node", "class", kinds[iri])
    for edge in edges:
        frames = [*(edge["programme"] or ()), *(edge["agreement"] or ())]
        for frame in frames:
            name = str(edge["participation"]) + (f"#{frame}" if len(frames) > 1 else "")
            drawn = ET.SubElement(graph, "edge", id=name, source=str(edge["party"]), target=frame)
            for key in _EDGE:
                _data(drawn, "edge", key, edge[key])
    ET.indent(root)
    out = io.BytesIO()
    ET.ElementTree(root).write(out, encoding="utf-8", xml_declaration=True)
    return out.getvalue() + b"\n"


def _data(parent: ET.Element, whose: str, key: str, value: Cell) -> None:
    if value:
        ET.SubElement(parent, "data", key=f"{whose}-{key}").text = str(value)
