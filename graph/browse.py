"""Tables of what the graph holds: parties, programmes, agreements, acts, sources, disagreements."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pyoxigraph as ox

from selenograph.graph import names, timeline
from selenograph.graph.errors import Unknown
from selenograph.graph.labels import (
    DEFAULT,
    ISSUED,
    PUBLISHER,
    TYPE,
    Labels,
    Named,
    in_order,
    plain,
    sg,
)  # fmt: skip
from selenograph.graph.results import Term
from selenograph.graph.spelling import normal

_LANGUAGE = ox.NamedNode(names.PREFIXES["dcterms"] + "language")
Cell = list[Named]


@dataclass(frozen=True)
class Column:
    """A column: its name in addresses, its title, and whether rows are filtered by its values."""

    key: str
    title: str
    is_filter: bool = False
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    """A table of resources; the first column names them."""

    name: str
    title: str
    about: str
    columns: tuple[Column, ...]
    order: str
    """The column by which it is sorted unless asked otherwise, with a hyphen for the reverse."""
    query: str = ""
    """The stored query that answers the same question with more detail."""


@dataclass(frozen=True)
class Row:
    """A resource with the values of each column."""

    named: Named
    cells: Mapping[str, Cell]

    def text(self, key: str) -> str:
        """Return a cell as text."""
        return "; ".join(named.label for named in self.cells[key])


def _columns(*given: str) -> tuple[Column, ...]:
    """Return columns by their titles: with ``?`` for a filter and ``#`` for a number."""
    return tuple(
        Column(t.rstrip("?#").lower().replace(" ", "-"), t.rstrip("?#"), "?" in t, "#" in t)
        for t in given
    )


TABLES = {
    table.name: table
    for table in (
        Table("parties", "Parties", "States and organizations, by how much they did.",
              _columns("Name", "Kind?", "Region?", "Programme?", "Acts#"), "-acts",
              "acts-of-party"),
        Table("programmes", "Programmes", "Lasting undertakings with a name of their own.",
              _columns("Name", "Led by", "Parties#", "Agreements#", "Acts#"), "name", "coverage"),
        Table("agreements", "Agreements", "The texts by which parties cooperate.",
              _columns("Name", "Programme?", "Instrument?", "Parties#", "Acts#"), "-parties",
              "signatories-in-order"),
        Table("acts", "Acts", "What parties did, and on which day.",
              _columns("Name", "Date", "Kind?", "Party", "Programme?", "Agreement?", "Support?",
                       "Sources#"), "-date", "acts-of-party"),
        Table("sources", "Sources", "The documents that say so.",
              _columns("Name", "Date", "Publisher", "Kind?", "Language?", "Statements#"), "-date",
              "sources"),
        Table("disagreements", "Disagreements", "Where sources part, and what the record follows.",
              _columns("About", "Property?", "Followed", "Others", "Rule?", "Explained as?"),
              "about", "disagreements"),
    )
}  # fmt: skip


def table(name: str) -> Table:
    """Return a table by its name. Raises Unknown where there is none."""
    if name not in TABLES:
        raise Unknown(f"There is no table {name}. There are {', '.join(TABLES)}.")
    return TABLES[name]


def rows(labels: Labels, name: str) -> Sequence[Row]:
    """Return all rows of a table in no order."""
    return _rows(labels.store, labels.language, name)


def selected(found: Sequence[Row], of: Table, wanted: Mapping[str, str], order: str) -> list[Row]:
    """Return the rows that have the values wanted, in order.

    Under ``q`` stands a text that any cell has to hold.
    """
    text = normal(wanted.get("q", ""))
    keys = {column.key for column in of.columns if column.is_filter}
    kept = [
        row
        for row in found
        if all(wanted[key] in {n.label for n in row.cells[key]} for key in keys if wanted.get(key))
        and (not text or any(text in normal(row.text(column.key)) for column in of.columns))
    ]
    column = {c.key: c for c in of.columns}.get(order.removeprefix("-"))
    if column is None:
        return selected(found, of, wanted, of.order)
    kept.sort(key=lambda row: row.text(of.columns[0].key).casefold())

    def place(row: Row) -> tuple[float, str]:
        told = row.text(column.key)
        if column.key == "date":
            # By the first year that it gives: "by 2026", "about 2023-09".
            return 0, told[re.search(r"\d|$", told).start() :]  # type: ignore[union-attr]
        return (float(told or 0), "") if column.is_number else (0, told.casefold())

    # What has no value comes last in either direction.
    empty = [row for row in kept if not row.text(column.key)]
    full = [row for row in kept if row.text(column.key)]
    return [*sorted(full, key=place, reverse=order.startswith("-")), *empty]


def choices(found: Sequence[Row], of: Table) -> dict[str, list[tuple[str, int]]]:
    """Return the values of each column by which rows are filtered, and how many rows have them."""
    return {
        column.key: sorted(Counter(n.label for row in found for n in row.cells[column.key]).items())
        for column in of.columns
        if column.is_filter
    }


@lru_cache(12)
def _rows(store: ox.Store, language: str, name: str) -> tuple[Row, ...]:
    labels = Labels(store, language)
    kind, cells = _MADE[name]
    found = []
    counts = _Counts(store)
    for class_ in kind:
        for quad in store.quads_for_pattern(None, TYPE, sg(class_), DEFAULT):
            if isinstance(quad.subject, ox.NamedNode):
                values = cells(labels, counts, quad.subject)
                keys = [column.key for column in TABLES[name].columns]
                found.append(Row(labels.named(quad.subject), dict(zip(keys, values, strict=True))))
    return tuple(found)


class _Counts:
    """Counts the members of sets, each kind of set once."""

    def __init__(self, store: ox.Store) -> None:
        self._store, self._known = store, dict[str, Counter[str]]()

    def of(self, node: ox.NamedNode, pattern: str) -> Cell:
        """Return how many different ?one a pattern finds for a node as ?it; nothing for none."""
        if pattern not in self._known:
            text = f"SELECT ?it (COUNT(DISTINCT ?one) AS ?n) WHERE {{ {pattern} }} GROUP BY ?it"
            answer = self._store.query(text, prefixes=names.PREFIXES)
            assert isinstance(answer, ox.QuerySolutions)
            self._known[pattern] = Counter({plain(r["it"]): int(plain(r["n"])) for r in answer})
        return _word(str(self._known[pattern][node.value]))


def _parties(labels: Labels, counts: _Counts, node: ox.NamedNode) -> list[Cell]:
    is_state = timeline.is_a(labels, node, "State")
    kinds = [labels.named(sg("State"))] if is_state else _named(labels, node, "kind")
    country = node if is_state else labels.first(node, sg("country"))
    region = timeline.continent(labels, country) if country is not None else ""
    return [
        [labels.named(node)], kinds, _word(region), _named(labels, node, "participatesIn"),
        counts.of(node, "?one a sg:Act ; sg:party ?it"),
    ]  # fmt: skip


def _programmes(labels: Labels, counts: _Counts, node: ox.NamedNode) -> list[Cell]:
    return [
        [labels.named(node)], _named(labels, node, "leader"),
        counts.of(node, "?one sg:participatesIn ?it"),
        counts.of(node, "?one a sg:Agreement ; sg:programme ?it"),
        counts.of(node, "?one a sg:Act ; sg:programme ?it"),
    ]  # fmt: skip


def _agreements(labels: Labels, counts: _Counts, node: ox.NamedNode) -> list[Cell]:
    return [
        [labels.named(node)], _named(labels, node, "programme"), _named(labels, node, "instrument"),
        counts.of(node, "?x a sg:Participation ; sg:agreement ?it ; sg:party ?one"),
        counts.of(node, "?one a sg:Act ; sg:agreement ?it"),
    ]  # fmt: skip


def _acts(labels: Labels, counts: _Counts, node: ox.NamedNode) -> list[Cell]:
    kinds = [kind for kind in labels.kinds(node) if kind.iri != names.SG + "Act"]
    return [
        [labels.named(node)], _named(labels, node, "date"), kinds,
        *(_named(labels, node, name) for name in ("party", "programme", "agreement", "support")),
        counts.of(node, "?it a sg:Act ; sg:testifiedBy ?one"),
    ]  # fmt: skip


def _sources(labels: Labels, counts: _Counts, node: ox.NamedNode) -> list[Cell]:
    statements = sum(1 for _ in labels.store.quads_for_pattern(None, None, None, node))
    return [
        [labels.named(node)], _all(labels, labels.objects(node, ISSUED)),
        _all(labels, labels.objects(node, PUBLISHER)), _named(labels, node, "kind"),
        _all(labels, labels.objects(node, _LANGUAGE)), _word(str(statements)),
    ]  # fmt: skip


def _disagreements(labels: Labels, counts: _Counts, node: ox.NamedNode) -> list[Cell]:
    chosen = labels.objects(node, sg("chosen"))
    positions = labels.objects(node, sg("alternative"))
    values = [value for one in positions for value in labels.objects(one, sg("value"))]
    return [
        _named(labels, node, "about"), _named(labels, node, "property"), _all(labels, chosen),
        _all(labels, [value for value in values if value not in chosen]),
        _named(labels, node, "decidedBy"), _named(labels, node, "kind"),
    ]  # fmt: skip


_MADE: dict[str, tuple[tuple[str, ...], Callable[[Labels, _Counts, ox.NamedNode], list[Cell]]]] = {
    "parties": (("State", "Organization"), _parties),
    "programmes": (("Programme",), _programmes),
    "agreements": (("Agreement",), _agreements),
    "acts": (("Act",), _acts),
    "sources": (("Source",), _sources),
    "disagreements": (("Disagreement",), _disagreements),
}


def _named(labels: Labels, node: ox.NamedNode, name: str) -> Cell:
    return _all(labels, labels.objects(node, sg(name)))


def _all(labels: Labels, terms: Sequence[Term]) -> Cell:
    return in_order(labels.named(term) for term in terms)


def _word(text: str) -> Cell:
    return [Named(ox.Literal(text), text)] if text else []
