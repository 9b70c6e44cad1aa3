"""The tables of an export: what each row stands for and what each column holds.

A column is a path of properties from the resource of its row, as in SPARQL: ``^`` goes backwards.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pyoxigraph as ox

from selenograph.graph import names
from selenograph.graph.names import SG
from selenograph.graph.results import Term

SEPARATOR = "|"
_DEFAULT = ox.DefaultGraph()

Cell = str | tuple[str, ...] | None


class Column(NamedTuple):
    """A column: name, type (uri, string, date or integer), what it tells, and its path.

    A column of many values has a tuple in each row. ``under`` keeps only IRIs that begin so.
    """

    name: str
    type: str
    about: str
    path: str
    many: bool = False
    under: str = ""


@dataclass(frozen=True)
class Table:
    """A table: one row for each resource of a class, whose IRI stands in the first column."""

    name: str
    title: str
    kind: str
    columns: tuple[Column, ...]
    links: tuple[tuple[str, str], ...] = ()
    """Columns that hold the key of a row in another table, with that table's name."""

    @property
    def key(self) -> str:
        """The column that tells rows apart; nothing where the whole row does."""
        return self.columns[0].name if self.kind else ""


_PARTY = Column("party", "uri", "the party", "sg:party")
_FRAME = (
    Column("programme", "uri", "the programme, if it is of one", "sg:programme", many=True),
    Column("agreement", "uri", "the agreement, if it is of one", "sg:agreement", many=True),
)
_SPAN = (
    Column("earliest", "date", "the first day on which that may have been", "sg:earliest"),
    Column("latest", "date", "the last day on which that may have been", "sg:latest"),
)
_SUPPORT = Column("support", "string", "how well sources bear it out", "sg:support/rdfs:label")
_TOLD = Column("sources", "uri", "the sources that speak of it", "sg:testifiedBy", many=True)

TABLES = (
    Table("parties", "States, territories and organizations", "sg:Party", (
        Column("party", "uri", "the party", ""),
        Column("name", "string", "its name in English", "rdfs:label"),
        Column("classes", "uri", "its classes", "rdf:type", many=True, under=SG),
        Column("kind", "string", "kind of organization", "sg:kind/rdfs:label", many=True),
        Column("iso_alpha2", "string", "code of ISO 3166-1, two letters", "sg:isoAlpha2"),
        Column("iso_alpha3", "string", "code of ISO 3166-1, three letters", "sg:isoAlpha3"),
        Column("wikidata", "uri", "the item of Wikidata", "skos:exactMatch", under=names.ENTITY),
        Column("country", "uri", "the state that an organization is of", "sg:country", many=True),
        Column("acts_for", "uri", "the state that it binds by its acts", "sg:actsFor", many=True),
    )),
    Table("participations", "Who has had which standing, from when to when", "sg:Participation", (
        Column("participation", "uri", "one standing of one party", ""),
        _PARTY,
        Column("party_name", "string", "the name of the party", "sg:party/rdfs:label"),
        *_FRAME,
        Column("standing", "string", "party, signatory and so on", "sg:standing/rdfs:label"),
        Column("since", "string", "its begin, as precise as it is known", "sg:since"),
        *_SPAN,
        Column("until", "string", "its end, where it has one", "sg:until"),
        _SUPPORT,
        Column("basis", "uri", "acts and tables that it rests on", "sg:basis", many=True),
    ), links=(("party", "parties"),)),
    Table("acts", "What parties did, and when", "sg:Act", (
        Column("act", "uri", "the act", ""),
        Column("name", "string", "its name in English", "rdfs:label"),
        Column("classes", "uri", "the kinds of act that it is", "rdf:type", many=True, under=SG),
        _PARTY._replace(name="parties", many=True, about="the parties that are bound"),
        Column("signed_by", "uri", "the bodies that signed", "sg:signedBy", many=True),
        *_FRAME,
        Column("date", "string", "its day, as precise as it is known", "sg:date"),
        *_SPAN,
        Column("effective", "string", "the day from which it has effect", "sg:effective"),
        Column("ordinal", "integer", "which in order its source calls it", "sg:ordinal"),
        Column("places", "uri", "where it was done", "sg:place", many=True),
        _SUPPORT,
        _TOLD,
    )),
    Table("sources", "The documents that say so", "sg:Source", (
        Column("source", "uri", "the document, and the graph of what it says", ""),
        Column("title", "string", "its title, as it has it", "dcterms:title"),
        Column("name", "string", "what it is called where its title is not known", "rdfs:label"),
        Column("publishers", "uri", "who published it", "dcterms:publisher", many=True),
        Column("issued", "string", "when, as precise as it is known", "dcterms:issued"),
        Column("language", "string", "its language (BCP 47)", "dcterms:language", many=True),
        Column("kind", "string", "its kind", "sg:kind/rdfs:label", many=True),
        Column("address", "uri", "its address on the web", "sg:address"),
        Column("relays", "uri", "documents that it repeats", "sg:relays", many=True),
    )),
    Table("disagreements", "Where sources part: one row for each value", "sg:Position", (
        Column("position", "uri", "one value in one disagreement", ""),
        Column("disagreement", "uri", "the disagreement", "^sg:alternative"),
        Column("about", "uri", "what it is about", "^sg:alternative/sg:about"),
        Column("property", "uri", "the property in question", "^sg:alternative/sg:property"),
        Column("value", "string", "the value", "sg:value"),
        Column("followed", "string", "the value that is followed", "^sg:alternative/sg:chosen"),
        Column("rule", "string", "the rule that chose", "^sg:alternative/sg:decidedBy/rdfs:label"),
        Column("kind", "string", "why they part", "^sg:alternative/sg:kind/rdfs:label"),
        Column("independent", "integer", "how many give it alone", "sg:independentSources"),
        _TOLD,
    )),
    Table("statements", "What each source says, as it has it", "", (
        Column("source", "uri", "the source", ""),
        Column("subject", "uri", "of what it speaks", ""),
        Column("property", "uri", "the property", ""),
        Column("value", "string", "the value", ""),
        Column("datatype", "uri", "the type of a literal; none for a resource", ""),
        Column("language", "string", "the language of a text", ""),
    ), links=(("source", "sources"),)),
)  # fmt: skip


def rows(store: ox.Store, table: Table) -> list[tuple[Cell, ...]]:
    """Return the rows of a table in the order of their keys."""
    if not table.kind:
        return sorted(_statements(store), key=lambda row: tuple(cell or "" for cell in row))
    kind = ox.NamedNode(_expanded(table.kind))
    quads = store.quads_for_pattern(None, ox.NamedNode(_expanded("rdf:type")), kind, _DEFAULT)
    subjects = {q.subject.value: q.subject for q in quads if isinstance(q.subject, ox.NamedNode)}
    return [
        (iri, *(_cell(store, subjects[iri], column) for column in table.columns[1:]))
        for iri in sorted(subjects)
    ]


def _statements(store: ox.Store) -> Iterator[tuple[str | None, ...]]:
    for graph in store.named_graphs():
        if not graph.value.startswith(names.SOURCES):
            continue
        for quad in store.quads_for_pattern(None, None, None, graph):
            value = quad.object
            literal = value if isinstance(value, ox.Literal) else None
            yield (
                graph.value,
                _text(quad.subject),
                quad.predicate.value,
                _text(value),
                literal.datatype.value if literal else None,
                literal.language if literal else None,
            )


def _cell(store: ox.Store, subject: ox.NamedNode, column: Column) -> Cell:
    reached: set[Term] = {subject}
    for step in column.path.split("/"):
        predicate = ox.NamedNode(_expanded(step.removeprefix("^")))
        if step.startswith("^"):
            found = (store.quads_for_pattern(None, predicate, one, _DEFAULT) for one in reached)
            reached = {quad.subject for quads in found for quad in quads}
        else:
            nodes = [one for one in reached if isinstance(one, ox.NamedNode | ox.BlankNode)]
            found = (store.quads_for_pattern(one, predicate, None, _DEFAULT) for one in nodes)
            reached = {quad.object for quads in found for quad in quads}
    values = sorted(text for text in map(_text, reached) if text.startswith(column.under))
    if column.many:
        return tuple(values)
    assert len(values) <= 1, f"{column.name} of {subject} has several values: {values}"
    return values[0] if values else None


def _expanded(name: str) -> str:
    prefix, _, local = name.partition(":")
    return names.PREFIXES[prefix] + local


def _text(term: Term) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)
