"""Stored queries: one question in one file, with a header, and a row of values as parameters.

A file runs as it stands in any SPARQL engine: the header is made of comments (``#+ key: value``,
YAML), and the parameters are one ``VALUES`` row that holds an example. To run it with other
values, that row is replaced.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType

import pyoxigraph as ox
import yaml
from rdflib import Literal, URIRef
from rdflib.namespace import XSD
from rdflib.util import from_n3

from selenograph.graph import dates, federate, files, guard, names
from selenograph.graph.errors import BadInput, BadParameter, BadQuery, ServiceFailed, Unknown

Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

KINDS = ("iri", "date", "integer", "string")
_VALUES = re.compile(r"VALUES\s*\(\s*((?:\?\w+\s*)+)\)\s*\{\s*\(([^)]*)\)\s*\}")
_TERM = re.compile(r'<[^>]*>|"(?:[^"\\]|\\.)*"(?:\^\^\S+|@\S+)?|\S+')
_PLACE = re.compile(r"error at (\d+):(\d+):")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")


@dataclass(frozen=True)
class Parameter:
    """A parameter of a stored query: its kind, what it means, and the term given as example."""

    name: str
    kind: str
    description: str
    example: str

    @property
    def is_open(self) -> bool:
        """Whether it may be left without a value."""
        return self.example == "UNDEF"

    @property
    def shown(self) -> str:
        """The example as people type it; empty where the parameter is open."""
        if self.is_open:
            return ""
        term = from_n3(self.example)
        return names.path(str(term)) if isinstance(term, URIRef) else str(term)


@dataclass(frozen=True)
class StoredQuery:
    """A question with its text."""

    name: str
    text: str

    @cached_property
    def header(self) -> Mapping[str, object]:
        """The header's keys and values; none without a header. Raises BadQuery for bad YAML."""
        # Read as plain strings: YAML 1.1 takes the word "on" for true.
        lines = [line[2:].removeprefix(" ") for line in self.text.splitlines() if line[:2] == "#+"]
        try:
            header = yaml.load("\n".join(lines), yaml.BaseLoader) or {}
        except yaml.YAMLError as error:
            raise BadQuery(f"The header of the query {self.name} is no YAML: {error}.") from error
        if not isinstance(header, dict):
            raise BadQuery(f"The header of the query {self.name} is no list of keys and values.")
        return header

    @property
    def summary(self) -> str:
        """The question in one line."""
        return str(self.header.get("summary", self.name))

    @property
    def description(self) -> str:
        """What there is to know beside the question; empty where there is nothing."""
        return str(self.header.get("description", ""))

    @property
    def tags(self) -> tuple[str, ...]:
        """What it is about, in a word each."""
        tags = self.header.get("tags")
        return tuple(map(str, tags)) if isinstance(tags, list) else ()

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters, in the order of the VALUES row."""
        described = self.header.get("parameters") or {}
        if not isinstance(described, dict):
            raise BadQuery(f"The parameters of the query {self.name} are no mapping.")
        match = _VALUES.search(self.text) if described else None
        variables = match[1].replace("?", "").split() if match else []
        examples = _TERM.findall(match[2]) if match else []
        if set(variables) != set(described) or len(variables) != len(examples):
            raise BadQuery(
                f"The query {self.name} describes the parameters {', '.join(described)}, but its "
                f"VALUES row has {', '.join(variables) or 'none'} with {len(examples)} examples."
            )
        return tuple(
            self._parameter(name, described[name], example)
            for name, example in zip(variables, examples, strict=True)
        )

    def _parameter(self, name: str, told: object, example: str) -> Parameter:
        if not isinstance(told, dict) or told.get("type") not in KINDS or "about" not in told:
            raise BadQuery(
                f"The parameter {name} of the query {self.name} needs a type, one of "
                f"{', '.join(KINDS)}, and a line about what it means."
            )
        return Parameter(name, told["type"], str(told["about"]), example)

    def with_values(self, values: Mapping[str, str]) -> str:
        """Return the text with values in place of the examples.

        An IRI may be given in full or as a path such as ``party/belarus``. An empty value leaves
        a parameter open where its example does.

        Raises BadParameter for a name that the query lacks and a value of the wrong kind.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                takes = ", ".join(known) or "none"
                raise BadParameter(self.name, name, f"it is not known. The query takes {takes}.")
        if not values:
            return self.text
        row = " ".join(
            self._term(parameter, values[parameter.name])
            if parameter.name in values else parameter.example
            for parameter in self.parameters
        )  # fmt: skip
        variables = " ".join(f"?{name}" for name in known)
        example = _VALUES.search(self.text)
        assert example is not None
        # A query may repeat its row where the engine would not see it otherwise.
        return self.text.replace(example[0], f"VALUES ({variables}) {{ ({row}) }}")

    def _term(self, parameter: Parameter, value: str) -> str:
        if not value and parameter.is_open:
            return "UNDEF"
        try:
            return _term(parameter.kind, value)
        except ValueError as error:
            raise BadParameter(self.name, parameter.name, str(error)) from error


def _term(kind: str, value: str) -> str:
    """Return a value as a SPARQL term; raise ValueError for one of another kind."""
    if kind == "iri":
        full = value if _IRI.fullmatch(value) else names.BASE + value
        try:
            if value:
                return str(ox.NamedNode(full))
        except ValueError:
            pass
        raise ValueError(f'"{value}" is no IRI. Give one, or a path such as party/belarus.')
    if kind == "date":
        try:
            return Literal(dates.day(value), datatype=XSD.date).n3()
        except BadInput as error:
            raise ValueError(str(error)) from error
    if kind == "integer":
        if not re.fullmatch(r"[+-]?\d{1,100}", value):
            raise ValueError(f'"{value[:100]}" is no whole number of up to a hundred digits.')
        return str(int(value))
    return Literal(value).n3()


@cache
def stored() -> Mapping[str, StoredQuery]:
    """Return the packaged queries by name."""
    texts = {file.stem: file.text for file in files.queries()}
    return MappingProxyType({name: StoredQuery(name, texts[name]) for name in sorted(texts)})


def named(name: str) -> StoredQuery:
    """Return a packaged query. Raises Unknown for a name that none has."""
    queries = stored()
    if name not in queries:
        raise Unknown(f"There is no stored query {name}. There are: {', '.join(queries)}.")
    return queries[name]


def run(
    store: ox.Store,
    text: str,
    default_graphs: Sequence[str] | None = None,
    named_graphs: Sequence[str] | None = None,
    services: Sequence[str] = (),
) -> Results:
    """Return the answer of a query. No other endpoint is asked than the services given.

    Graphs given here are the whole dataset, in place of what the query names with FROM
    (https://www.w3.org/TR/sparql11-protocol/#dataset). As a default graph, names.UNION stands for
    all graphs at once.

    Raises BadQuery with the engine's message where the text is no SPARQL query, with line and
    column among its members where the engine tells them, and Forbidden
    where it asks another endpoint, ServiceFailed where that does not answer.
    """
    guard.refuse(text, services)
    given = bool(default_graphs or named_graphs)

    def evaluated(asked: str) -> Results:
        try:
            default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [
                ox.NamedNode(g) for g in default_graphs or []
            ]
            if names.UNION in (default_graphs or []):
                default = [ox.DefaultGraph(), *store.named_graphs()]
            return store.query(
                guard.armoured(asked, services),
                prefixes=names.PREFIXES,
                base_iri=names.BASE,
                default_graph=default if given else None,
                named_graphs=[ox.NamedNode(g) for g in named_graphs or []] if given else None,
            )
        except (SyntaxError, ValueError, RuntimeError) as error:
            raise _unreadable(str(error)) from error
        except OSError as error:
            raise ServiceFailed(str(error)) from error

    def rows(asked: str) -> ox.QuerySolutions | None:
        # What is wrong is told of the whole query, and not of a part that nobody wrote.
        try:
            found = evaluated(asked)
        except BadQuery:
            return None
        return found if isinstance(found, ox.QuerySolutions) else None

    return evaluated(federate.joined(text, services, rows))


def _unreadable(told: str) -> BadQuery:
    error = BadQuery(f"The query cannot be read: {told}")
    if place := _PLACE.match(told):
        error.members = {"line": int(place[1]), "column": int(place[2])}
    return error
