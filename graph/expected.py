"""What the record has to hold at least and at most, so that no source is lost unseen.

The bounds stand in expected.toml beside this module: a count that leaves them stops the build.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterator

from rdflib import Graph
from rdflib.namespace import RDF
from rdflib.term import Node

from selenograph.graph import names
from selenograph.graph.check import Finding
from selenograph.graph.files import File
from selenograph.graph.names import SG, short


def findings(record: Graph, bounded: File) -> Iterator[Finding]:
    """Yield each count of a built record that leaves its bounds."""
    for group, bounds in tomllib.loads(bounded.text).items():
        counts = _COUNTS[group](record)
        for name, (low, high) in bounds.items():
            count = counts.get(name, 0)
            if not low <= count <= high:
                lines = enumerate(bounded.text.splitlines(), 1)
                line = next(number for number, text in lines if name in text)
                yield Finding(
                    bounded.path, line, 1, "error", "expected", name,
                    f"{count} {group} where {low} to {high} are expected.",
                    "Bring back what is missing, or change the bounds if the record is right.",
                )  # fmt: skip


def _sources(record: Graph) -> dict[str, int]:
    """Return how many sources speak, all in all and by kind."""
    speaking = set(record.objects(None, SG.testifiedBy))
    counts = {"all": len(speaking)}
    for source in speaking:
        kind = short(str(record.value(source, SG.kind)))
        counts[kind] = counts.get(kind, 0) + 1
    return counts


def _participants(record: Graph) -> dict[str, int]:
    """Return how many parties each programme and agreement has, with any standing."""
    parties = defaultdict[str, set[Node | None]](set)
    for participation in record.subjects(RDF.type, SG.Participation):
        for towards in (SG.programme, SG.agreement):
            for frame in record.objects(participation, towards):
                party = record.value(participation, SG.party)
                parties[names.path(str(frame))].add(party)
    return {frame: len(members) for frame, members in parties.items()}


_COUNTS = {"sources": _sources, "participants": _participants}
