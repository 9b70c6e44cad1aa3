"""Makes source files of a table, one for each document that its rows come from.

All is prepared and checked before the first file is written, and every fault is told at once.
A statement that a file has already is not added again, so a second import changes nothing.
"""

import csv
import difflib
import io
import os
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS

from selenograph.graph import check, corpus, declared, draft, files, mapping, names, report, turtle
from selenograph.graph.corpus import Corpus
from selenograph.graph.errors import BadInput
from selenograph.graph.mapping import Plan, Row
from selenograph.graph.names import SG
from selenograph.graph.rows import Misread, Reader
from selenograph.graph.turtle import Triple

Labels = dict[URIRef, str]


class Fault(NamedTuple):
    """A place in a table that is not understood; row 1 is that of the headings."""

    table: str
    row: int
    column: str
    why: str

    def __str__(self) -> str:
        return f"{self.table}: row {self.row}, column {self.column}: {self.why}"


class Table(NamedTuple):
    """A table with its headings and its rows by number."""

    path: str
    headings: list[str]
    rows: dict[int, Row]


@dataclass(frozen=True)
class Change:
    """A file as it is, empty where there is none yet, and as it is to be."""

    path: Path
    before: str
    after: str

    def diff(self) -> str:
        """Return the change as a unified diff."""
        return "".join(
            difflib.unified_diff(
                self.before.splitlines(keepends=True), self.after.splitlines(keepends=True),
                str(self.path) if self.before else "/dev/null", str(self.path),
            )
        )  # fmt: skip


@dataclass(frozen=True)
class Prepared:
    """What an import is to do: files to change, rows taken, and rows left out by reason."""

    changes: tuple[Change, ...]
    taken: int
    left: Mapping[str, int]

    def write(self) -> None:
        """Write all files: first beside their places, so that a full disk leaves none half done."""
        beside = list[tuple[str, Path]]()
        try:
            for change in self.changes:
                change.path.parent.mkdir(parents=True, exist_ok=True)
                handle, name = tempfile.mkstemp(dir=change.path.parent, suffix=".new")
                beside.append((name, change.path))
                with open(handle, "w", encoding="utf-8") as file:
                    file.write(change.after)
                os.chmod(name, 0o644)
            for name, path in beside:
                os.replace(name, path)
        finally:
            for name, _ in beside:
                Path(name).unlink(missing_ok=True)


def prepare(table: Path, mapped: Path, folder: Path) -> Prepared:
    """Return what the import of a table changes in a folder of source files.

    Raises BadInput with all that is not understood, or that the checker finds wrong.
    """
    plan = mapping.plan(files.given(mapped))
    places = [folder / plan.documents_table for folder in (mapped.parent, table.parent)]
    found = [place for place in places if place.is_file()]
    if not found:
        raise BadInput(f"{places[0]} is not there, nor {places[1]}.")
    return _Import(plan, _table(table), _table(found[0]), folder).prepared()


class _Import:
    """The work of one import, with the faults that it finds on its way."""

    def __init__(self, plan: Plan, table: Table, documents: Table, folder: Path) -> None:
        self.plan, self.table, self.documents, self.folder = plan, table, documents, folder
        self.whole = _seen(folder.parent / "reference")
        self.reader = Reader(self.whole)
        self.faults: list[Fault] = []
        self.left: Counter[str] = Counter()
        self.labels: Labels = {}

    def prepared(self) -> Prepared:
        answers = {name for name in mapping.ANSWERS if name in self.documents.headings}
        self._headings(self.table, self.plan.mentioned())
        self._headings(self.documents, self.plan.mentioned_of_documents() | answers)
        self._stop()
        taken = {
            number: found
            for number, row in self.table.rows.items()
            if (found := self._each(number, row))
        }
        headers = self._headers({key for each in taken.values() for key in each})
        stated = {key: _graph([]) for key in headers}
        for number, each in taken.items():
            for key, row in each.items():
                if key in headers:
                    stated[key] += self._stated(self.table, number, row, headers[key][0])
        self._stop()
        changes = [self._source(*headers[key], graph) for key, graph in stated.items()]
        changes += self._reference()
        made = tuple(change for change in changes if change.before != change.after)
        _insist(made)
        return Prepared(made, len(taken), dict(self.left))

    def _headings(self, table: Table, mentioned: set[str]) -> None:
        for column in table.headings:
            if column not in mentioned:
                self._fault(table, 1, column, "The mapping does not know it. Name it in ignore.")
        for column in sorted(mentioned - set(table.headings)):
            self._fault(table, 1, column, "The mapping speaks of it, and it is not there.")

    def _each(self, number: int, row: Row) -> dict[str, Row]:
        """Return a row once for each document that it names and no rule leaves out, by its key."""
        column = self.plan.column
        keys = self.plan.table.columns.get(column, mapping.Column()).texts(row[column])
        each = {key: {**row, column: key} for key in keys or [row[column]]}
        left = {key: self._unwanted(row) or self._unwanted(one) for key, one in each.items()}
        known = {row[self.plan.documents_key] for row in self.documents.rows.values()}
        for key in each:
            if key not in known and not left[key]:
                why = f'"{key}" is no document of {self.documents.path}.'
                self._fault(self.table, number, column, why)
        if all(left.values()):
            self.left[next(iter(left.values()))] += 1
        return {key: one for key, one in each.items() if key in known and not left[key]}

    def _unwanted(self, row: Row) -> str:
        """Return the reason for which a row is left out, if there is one."""
        rules = (rule for rule in self.plan.left_out if mapping.fits(row, rule["where"]))
        return next((str(rule["reason"]) for rule in rules), "")

    def _headers(self, keys: set[str]) -> dict[str, tuple[URIRef, str, Graph]]:
        """Return name, first lines and further statements of each document, by its key."""
        found = dict[str, tuple[URIRef, str, Graph]]()
        for number, row in self.documents.rows.items():
            key = row[self.plan.documents_key]
            if key not in keys:
                continue
            if key in found:
                self._fault(self.documents, number, self.plan.documents_key, "It is there twice.")
            try:
                source = draft.Source(**self._answers(row))
                text = draft.text(source)
                name = names.iri(f"source/{files.File(source.path, '').stem}")
            except BadInput as error:
                column = getattr(error, "column", self.plan.documents_key)
                self._fault(self.documents, number, column, str(error))
            else:
                found[key] = name, text, self._stated(self.documents, number, row, name)
        return found

    def _answers(self, row: Row) -> dict[str, str]:
        wanted = {name: f"{{{name}}}" if name in row else "" for name in mapping.ANSWERS}
        return {
            name: self.reader.answer(self.plan.documents, row, template)
            for name, template in {**wanted, **self.plan.answers}.items()
        }

    def _stated(self, table: Table, number: int, row: Row, source: URIRef) -> Graph:
        part = self.plan.table if table is self.table else self.plan.documents
        misread = list(self.reader.misread(part, row))
        try:
            graph, labels = self.reader.statements(part, row, source)
        except Misread as error:
            misread = misread or [error]
        for one in misread:
            self._fault(table, number, one.column, str(one))
        if misread:
            return _graph([])
        if not graph and part is self.plan.table:
            why = "No statement of the mapping fits the row. Leave it out with a reason."
            self._fault(table, number, self.plan.column, why)
        self.labels |= labels
        return graph

    def _source(self, name: URIRef, header: str, told: Graph, stated: Graph) -> Change:
        stem = files.File(f"{name}.ttl", "").stem
        path = next(self.folder.rglob(f"{stem}.ttl"), self.folder / stem[:4] / f"{stem}.ttl")
        before = files.given(path).text if path.exists() else ""
        return Change(path, before, _with(before or header, [*told, *stated], path))

    def _reference(self) -> Iterator[Change]:
        """Yield the files of names with the acts and other subjects that no file names yet."""
        new = defaultdict[str, list[Triple]](list)
        for subject, label in self.labels.items():
            if not self.reader.knows(subject):
                kind = SG[names.path(subject).partition("/")[0].capitalize()]
                new[declared.homes(subject, self.whole)[0]] += [
                    (subject, RDF.type, kind),
                    (subject, RDFS.label, Literal(label, lang="en")),
                ]
        for home, triples in new.items():
            path = self.folder.parent / home.removeprefix("graph/")
            before = files.given(path).text if path.exists() else ""
            yield Change(path, before, _with(before, triples, path))

    def _fault(self, table: Table, row: int, column: str, why: str) -> None:
        self.faults.append(Fault(table.path, row, column, why))

    def _stop(self) -> None:
        if self.faults:
            told = "\n".join(map(str, sorted(set(self.faults))))
            raise BadInput(f"{told}\nNothing was written.")


def _table(path: Path) -> Table:
    """Return a table of comma-separated values, whose first row has the headings."""
    reader = csv.reader(io.StringIO(files.given(path).text, newline=""), strict=True)
    try:
        headings, *rows = reader
    except ValueError:
        raise BadInput(f"{path} is empty.") from None
    except csv.Error as error:
        raise BadInput(f"{path}:{reader.line_num}: not CSV: {error}.") from error
    found = dict[int, Row]()
    for number, row in enumerate(rows, 2):
        if row and len(row) != len(headings):
            why = f"{len(row)} cells where {len(headings)} columns have headings"
            raise BadInput(f"{path}: row {number}: {why}.")
        if row:
            found[number] = dict(zip(headings, map(str.strip, row), strict=True))
    return Table(str(path), headings, found)


def _seen(reference: Path) -> Corpus:
    """Return the packaged files, and in place of those of the reference the ones of a folder."""
    ours = [files.given(path) for path in sorted(reference.rglob("*.ttl"))]
    known = {f"/{one.path}" for one in ours}
    others = [
        one for one in corpus.packaged() if not any(path.endswith(f"/{one.path}") for path in known)
    ]
    return corpus.arranged(corpus.beside([*others, *ours]))


def _with(before: str, stated: Iterable[Triple], path: Path) -> str:
    """Return a file's text with further statements; comments and order stay as they are."""
    known = turtle.parse(before, str(path))
    new = _graph(triple for triple in stated if triple not in known.graph)
    if not new:
        return before
    if corpus.layer(str(path)) == "reference" and turtle.as_turtle(known.graph) == before:
        # The file is sorted, and stays so.
        return turtle.as_turtle(_graph([*known.graph, *new]))
    return turtle.formatted(turtle.parse(f"{before}\n{turtle.as_turtle(new)}", str(path)))


def _graph(triples: Iterable[Triple]) -> Graph:
    graph = Graph("SimpleMemory", bind_namespaces="none")
    for triple in triples:
        graph.add(triple)
    return graph


def _insist(changes: Iterable[Change]) -> None:
    """Raise BadInput where the checker finds an error in a file as it is to be."""
    texts = [files.File(change.path.as_posix(), change.after) for change in changes]
    found = [one for one in check.check_files(texts) if one.severity == "error"] if texts else []
    if found:
        raise BadInput(f"{report.text(found)}\nNothing was written.")
