"""What a mapping says of a table: how its cells are read, and what each row states.

A mapping is TOML. It holds templates with one kind of mark only, ``{column}``; CONTRIBUTING
explains it by an example. What a mapping does not understand is told, never guessed.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from typing import Any

from selenograph.graph import draft, names
from selenograph.graph.errors import BadInput
from selenograph.graph.files import File

Row = Mapping[str, str]

MARK = re.compile(r"\{([^{}]*)\}")
_WAYS = ("text", "number", "date", "party", "name")
NO_PROPERTY = {"where", "unless", "subject", "label"}
# What a documents' table has to tell: as a column of that name, or as the mapping says.
ANSWERS = tuple(one.name for one in fields(draft.Source))


@dataclass(frozen=True)
class Column:
    """How the cells of a column are read: by the mapping's own words first, then in one way."""

    way: str = "text"
    words: Mapping[str, str | list[str]] = field(default_factory=dict)
    split: str = ""
    # The column of the table whose cells are read, where that has another name.
    of: str = ""

    def texts(self, cell: str) -> list[str]:
        """Return the texts that a cell stands for."""
        whole = cell in self.words or not self.split
        parts = [cell] if whole else [part.strip() for part in cell.split(self.split)]
        return [text for part in parts for text in listed(self.words.get(part, part)) if text]


@dataclass(frozen=True)
class Part:
    """What a mapping says of one table: its columns, and what each row states."""

    columns: Mapping[str, Column]
    ignored: frozenset[str]
    statements: Sequence[Mapping[str, Any]]
    # The column that quotes the document where it says what the row states; "" is none.
    passage: str

    def mentioned(self) -> set[str]:
        """Return the columns that the mapping speaks of."""
        found = {*self.ignored, *([self.passage] if self.passage else [])}
        for statement in self.statements:
            found |= {*statement.get("where", {}), *statement.get("unless", {})}
            found |= {mark for key, value in statement.items() for mark in marks(value)}
        return {self.column(name) for name in {*self.columns, *found}}

    def column(self, name: str) -> str:
        """Return the column of the table that a column of the mapping reads."""
        return self.columns.get(name, Column()).of or name


@dataclass(frozen=True)
class Plan:
    """A mapping as a whole."""

    table: Part
    left_out: Sequence[Mapping[str, Any]]
    column: str
    documents: Part
    documents_table: str
    documents_key: str
    answers: Mapping[str, str]

    def mentioned(self) -> set[str]:
        """Return the columns of the table of which the mapping speaks."""
        rules = {column for rule in self.left_out for column in rule["where"]}
        return self.table.mentioned() | rules | {self.column}

    def mentioned_of_documents(self) -> set[str]:
        """Return the columns of the table of documents of which the mapping speaks."""
        found = {mark for answer in self.answers.values() for mark in marks(answer)}
        return self.documents.mentioned() | found | {self.documents_key}


def plan(file: File) -> Plan:
    """Return what a mapping file says. Raises BadInput where it is no mapping."""
    try:
        given = tomllib.loads(file.text)
        documents = given.pop("documents")
        key = documents.pop("key")
        made = Plan(
            _part(given),
            [{"where": rule["where"], "reason": rule["reason"]} for rule in given.pop("leave", [])],
            documents.pop("column", key),
            _part(documents),
            documents.pop("table"),
            key,
            {name: documents.pop(name) for name in ANSWERS if name in documents},
        )
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{file.path} is not TOML: {error}.") from error
    except KeyError as error:
        raise BadInput(f"{file.path}: {error} is missing; CONTRIBUTING shows a mapping.") from error
    except BadInput as error:
        raise BadInput(f"{file.path}: {error}") from error
    for unknown in (*given, *(f"documents.{one}" for one in documents)):
        raise BadInput(f'{file.path}: "{unknown}" is not known; CONTRIBUTING shows a mapping.')
    return made


def fits(row: Row, where: Mapping[str, Any]) -> bool:
    """Tell whether each column named has one of its patterns.

    ``"?*"`` is any text but none, and ``"{column}"`` what another column has.
    """
    return all(
        any(
            fnmatchcase(row[column], MARK.sub(lambda mark: row[mark[1]], pattern))
            for pattern in listed(patterns)
        )
        for column, patterns in where.items()
    )


def _part(given: dict[str, Any]) -> Part:
    """Take from a table of TOML what it says of a table."""
    columns = {name: _column(name, how) for name, how in given.pop("columns", {}).items()}
    statements = given.pop("statements", [])
    for statement in statements:
        for key in statement.keys() - NO_PROPERTY - {"a"}:
            if key.partition(":")[0] not in names.PREFIXES:
                raise BadInput(f'"{key}" is no property such as sg:date.')
    return Part(columns, frozenset(given.pop("ignore", [])), statements, given.pop("passage", ""))


def _column(name: str, how: str | dict[str, Any]) -> Column:
    given: dict[str, Any] = {"as": how} if isinstance(how, str) else dict(how)
    words = given.pop("words", {})
    way = given.pop("as", "name" if words else "text")
    split, of = given.pop("split", ""), given.pop("of", "")
    if way not in _WAYS or given:
        raise BadInput(
            f"the column {name} is read as one of {', '.join(_WAYS)}, by words, split, of."
        )
    return Column(way, words, split, of)


def marks(template: Any) -> list[str]:
    """Return the columns that stand in a template, or in a list or table of templates."""
    if isinstance(template, dict):
        template = list(template.values())
    if isinstance(template, list):
        return [mark for one in template for mark in marks(one)]
    return MARK.findall(template)


def listed(value: Any) -> list[Any]:
    """Return a value in a list, and a list as it is."""
    return value if isinstance(value, list) else [value]
