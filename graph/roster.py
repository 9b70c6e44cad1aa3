"""Who takes part in a programme or an agreement on a day, with the sources that say so."""

from dataclasses import dataclass

import pyoxigraph as ox

from selenograph.graph import query
from selenograph.graph.labels import Labels, Named, in_order, plain, sg


@dataclass(frozen=True)
class Participant:
    """A row of the stored query ``participants``, with its sources."""

    party: Named
    standing: str
    since: str
    is_certain: bool
    support: Named
    sources: list[Named]


def participants(labels: Labels, programme: str, on: str) -> list[Participant]:
    """Return the rows of the stored query ``participants``, each with its sources by name.

    Raises BadParameter for what is no single day.
    """
    text = query.named("participants").with_values({"programme": programme, "on": on})
    answer = query.run(labels.store, text)
    assert isinstance(answer, ox.QuerySolutions)
    return [
        Participant(
            labels.named(row["party"]),
            plain(row["standing"]),
            labels.named(row["since"]).label if row["since"] is not None else "",
            plain(row["certain"]) == "true",
            _support(labels, row["participation"]),
            _sources(labels, row["participation"]),
        )
        for row in answer
    ]


def _support(labels: Labels, participation: ox.NamedNode) -> Named:
    return labels.named(labels.objects(participation, sg("support"))[0])


def _sources(labels: Labels, participation: ox.NamedNode) -> list[Named]:
    sources = {
        source
        for basis in labels.objects(participation, sg("basis"))
        for source in labels.objects(basis, sg("testifiedBy"))
    }
    return in_order(labels.cited(source) for source in sources)
