"""Who takes part in a programme or an agreement on a day, with the sources that say so."""

from dataclasses import dataclass

import pyoxigraph as ox

from selenograph.graph import query
from selenograph.graph.labels import Labels, Named, in_order, plain, sg
from selenograph.graph.witness import Witness, Witnesses


@dataclass(frozen=True)
class Participant:
    """A row of the stored query ``participants``, with its sources."""

    party: Named
    standing: str
    since: str
    is_certain: bool
    support: Named
    witnesses: list[Witness]


def participants(labels: Labels, programme: str, on: str) -> list[Participant]:
    """Return the rows of the stored query ``participants``, each with its sources by name.

    Raises BadParameter for what is no single day.
    """
    text = query.named("participants").with_values({"programme": programme, "on": on})
    answer = query.run(labels.store, text)
    assert isinstance(answer, ox.QuerySolutions)
    witnesses = Witnesses(labels)
    return [
        Participant(
            labels.named(row["party"]),
            plain(row["standing"]),
            labels.named(row["since"]).label if row["since"] is not None else "",
            plain(row["certain"]) == "true",
            _support(labels, row["participation"]),
            _witnesses(labels, witnesses, row["participation"]),
        )
        for row in answer
    ]


def _support(labels: Labels, participation: ox.NamedNode) -> Named:
    return labels.named(labels.objects(participation, sg("support"))[0])


def _witnesses(labels: Labels, witnesses: Witnesses, participation: ox.NamedNode) -> list[Witness]:
    found: dict[str, Witness] = {}
    for basis in labels.objects(participation, sg("basis")):
        if isinstance(basis, ox.NamedNode):
            for witness in witnesses.testifying(basis):
                found.setdefault(witness.source.iri, witness)
    return in_order(found.values())
