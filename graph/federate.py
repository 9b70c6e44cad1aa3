"""Joins with other endpoints by what is bound here, in place of all that they hold.

The engine sends the pattern of a SERVICE as it stands, which downloads every population of
Wikidata to keep nineteen. So what the pattern is joined with is evaluated first, its values are
sent along fifty at a time (https://www.w3.org/TR/sparql11-federated-query/#values), and the rows
that come back take the place of the SERVICE, as a VALUES block.

That gives the same rows as the join of the whole does. A SERVICE that is joined with nothing, or
that stands where this is not sure, is left to the engine.
"""

import http.client
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox

from selenograph.graph import guard, names, patterns, results
from selenograph.graph.errors import BadQuery, ServiceFailed
from selenograph.graph.patterns import Element, Token

BATCH = 50
"""How many rows one request to another endpoint holds."""
MOST_ROWS = 10_000
"""How many rows are sent to it at most."""
MOST_BYTES = 50_000_000
"""How large an answer of it may be."""
SECONDS = 20
"""How long a request may take; the whole query has a limit of its own."""

Ask = Callable[[str], ox.QuerySolutions | None]
_RESULTS = "application/sparql-results+json"
_MEMBERS = {"head", "results", "boolean"}
_JOINED = ("TRIPLES", "VALUES", "GRAPH", "GROUP", "UNION")


@dataclass(frozen=True)
class _Service:
    """A SERVICE with the pattern that binds its variables."""

    element: Element
    local: str

    @property
    def address(self) -> str:
        return next(token.text for token in self.element.tokens if token.kind == "iri")[1:-1]

    @property
    def silent(self) -> bool:
        return self.element.tokens[1].keyword == "SILENT"


@dataclass(frozen=True)
class _Rows:
    """What another endpoint answered."""

    columns: list[str]
    rows: list[results.Row]


def joined(text: str, services: Sequence[str], ask: Ask) -> str:
    """Return a query in which the rows of other endpoints stand, where these could be bound.

    ``ask`` evaluates what is asked here, and returns None for what is no query.

    Raises ServiceFailed, naming the endpoint, where it does not answer and its failure is not
    SILENT, and BadQuery where too much would be sent.
    """
    # An escape may spell a keyword; such queries are rare enough to be left alone.
    if not services or "service" not in text.lower() or "\\u" in text.lower():
        return text
    done: set[str] = set()
    while (found := _next(text, done)) is not None:
        rows = _rows(text, found, services, ask)
        if rows is None:
            done.add(text[found.element.start : found.element.end])
        else:
            text = text[: found.element.start] + rows + text[found.element.end :]
    return text


def _next(text: str, done: set[str]) -> _Service | None:
    query = patterns.tokens(text)
    braces = patterns.where(query)
    if braces is None:
        return None
    found = _within(text, query[braces[0] + 1 : braces[1]], "", done)
    return next(found, None)


def _within(text: str, inside: Sequence[Token], outer: str, done: set[str]) -> Iterator[_Service]:
    parts = patterns.elements(inside)
    for at, part in enumerate(parts or ()):
        assert parts is not None
        before = _before(text, parts[:at], outer)
        if part.kind == "SERVICE" and text[part.start : part.end] not in done:
            after = [one for one in parts[at + 1 :] if one.kind in _JOINED]
            plain = [one for one in after if not one.holds("SERVICE")]
            yield _Service(part, _conjunction([before, *(_text(text, one) for one in plain)]))
        elif part.kind in ("OPTIONAL", "GROUP"):
            # Only what stands before it: what follows is joined with rows that it left alone too.
            yield from _within(text, part.inside, before, done)


def _before(text: str, parts: Sequence[Element], outer: str) -> str:
    """Return what is joined before an element. More rows than there are do no harm, fewer do."""
    unsure = any(part.holds("SERVICE") for part in parts)
    kept = [
        _text(text, part)
        for part in parts
        if part.kind != "FILTER" and not part.holds("SERVICE")
        and (part.kind in _JOINED or not unsure)
    ]  # fmt: skip
    return _conjunction([outer, *kept])


def _conjunction(parts: Iterable[str]) -> str:
    return " . ".join(filter(None, parts))


def _text(text: str, part: Element) -> str:
    # Line by line, since a comment within it ends with its line.
    return text[part.start : part.end] + "\n"


def _rows(text: str, found: _Service, services: Sequence[str], ask: Ask) -> str | None:
    """Return the rows of a SERVICE as a group, or None where it cannot be bound."""
    if not guard.is_allowed(found.address, services):
        return None
    shared = [
        name
        for name in patterns.variables(found.element.inside)
        if name in patterns.variables(patterns.tokens(found.local))
    ]
    if not shared:
        return None
    query = patterns.tokens(text)
    head, prologue = _head(text, query)
    wanted = " ".join(f"?{name}" for name in shared)
    asked = f"{prologue}\nSELECT DISTINCT {wanted} {head} WHERE {{ {found.local} }}"
    solutions = ask(f"{asked} LIMIT {MOST_ROWS + 1}")
    if solutions is None:
        return None
    bindings = [[row[name] for name in shared] for row in solutions]
    if len(bindings) > MOST_ROWS:
        raise BadQuery(
            f"The join with <{found.address}> would send it more than {MOST_ROWS:,} rows. "
            "Bind more before it."
        )
    # Of these alone it is sure that each row is joined with one of them.
    bound = [
        at
        for at in range(len(shared))
        if all(isinstance(row[at], ox.NamedNode | ox.Literal) for row in bindings)
    ]
    if not bound:
        return None
    columns = [shared[at] for at in bound]
    distinct = list(dict.fromkeys(tuple(map(str, (row[at] for at in bound))) for row in bindings))
    inside = text[found.element.inside[0].start : found.element.inside[-1].end]
    pattern = f"{_prefixes(found.element.inside)}{prologue}\nSELECT * WHERE {{ {inside}\n}}\n"
    try:
        batches = [distinct[at : at + BATCH] for at in range(0, len(distinct), BATCH)]
        answers = [_asked(found.address, pattern + _values(columns, batch)) for batch in batches]
        return _group(columns, answers)
    except ServiceFailed:
        if found.silent:
            return "{ }"
        raise


def _head(text: str, query: Sequence[Token]) -> tuple[str, str]:
    """Return the dataset that a query names, and its prologue."""
    form = next(
        at for at, token in enumerate(query)
        if token.keyword in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
    )  # fmt: skip
    graphs = []
    for at, token in enumerate(query[:-2]):
        if token.keyword == "FROM":
            named = query[at + 1].keyword == "NAMED"
            graphs.append(f"FROM {'NAMED ' if named else ''}{query[at + 1 + named].text}")
    return " ".join(graphs), text[: query[form].start]


def _prefixes(inside: Sequence[Token]) -> str:
    """Declare those of our prefixes that a pattern uses: here they need no declaration."""
    used = {token.text.partition(":")[0] for token in inside if token.kind == "name"}
    declared = [f"PREFIX {p}: <{iri}>\n" for p, iri in names.PREFIXES.items() if p in used]
    return "".join(declared)


def _values(columns: Sequence[str], rows: Sequence[tuple[str, ...]]) -> str:
    lines = "\n".join(f"({' '.join(row)})" for row in rows)
    return f"VALUES ({' '.join(f'?{name}' for name in columns)}) {{\n{lines}\n}}"


def _group(columns: Sequence[str], answers: Sequence[_Rows]) -> str:
    """Return the rows of all answers as a group; one that holds no row where there is none."""
    told = list(dict.fromkeys(name for answer in answers for name in answer.columns)) or columns
    rows = []
    for answer in answers:
        for row in answer.rows:
            known = dict(zip(answer.columns, row, strict=True))
            rows.append(tuple(_written(known.get(name)) for name in told))
    return f"{{ {_values(told, rows)} }}"


def _written(term: object) -> str:
    if term is None:
        return "UNDEF"
    # VALUES takes no blank node; of another endpoint's it is enough to tell them apart.
    return f"<urn:blank:{term.value}>" if isinstance(term, ox.BlankNode) else str(term)


def _asked(address: str, text: str) -> _Rows:
    url = urlsplit(address)
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.hostname or "", url.port, timeout=SECONDS)
    try:
        connection.request(
            "POST",
            (url.path or "/") + (f"?{url.query}" if url.query else ""),
            urlencode({"query": text}),
            {
                "Accept": _RESULTS,
                "Content-Type": "application/x-www-form-urlencoded",
                "User-Agent": f"Selenograph ({names.BASE})",
            },
        )
        answer = connection.getresponse()
        body = answer.read(MOST_BYTES + 1)
        if answer.status != 200:
            raise ServiceFailed(f"<{address}> answered {answer.status} {answer.reason}")
        if len(body) > MOST_BYTES:
            raise ServiceFailed(f"<{address}> sent more than {MOST_BYTES:,} bytes")
        found = _read(body)
        if found is None:
            raise ServiceFailed(f"<{address}> sent a truth value in place of rows")
        return found
    except (OSError, http.client.HTTPException) as error:
        raise ServiceFailed(f"<{address}> cannot be reached: {error}") from error
    except (SyntaxError, ValueError, RecursionError) as error:
        raise ServiceFailed(f"<{address}> sent no results in JSON: {error}") from error
    finally:
        connection.close()


def _read(body: bytes) -> _Rows | None:
    """Return the rows of an answer, or None for a truth value."""
    try:
        return _parsed(body)
    except (SyntaxError, ValueError):
        # Comunica adds a member of its own, which the parser takes for a mistake.
        told = json.loads(body)
        if not isinstance(told, dict) or told.keys() <= _MEMBERS:
            raise
        known = {name: told[name] for name in _MEMBERS & told.keys()}
        return _parsed(json.dumps(known).encode())


def _parsed(body: bytes) -> _Rows | None:
    found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    if not isinstance(found, ox.QuerySolutions):
        return None
    return _Rows([variable.value for variable in found.variables], [tuple(row) for row in found])
