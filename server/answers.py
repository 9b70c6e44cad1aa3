"""Answers of queries as responses, in the format that the client asked for."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import pyoxigraph as ox
from flask import Response, g, render_template, request
from werkzeug.wsgi import wrap_file

from selenograph.graph import results
from selenograph.graph.errors import NotAcceptable
from selenograph.graph.query import StoredQuery
from selenograph.graph.worker import Job
from selenograph.server import accept, cache
from selenograph.server.accept import Offer
from selenograph.server.current import serving

_STRING = r'"""(?:[^"]|"(?!""))*"""|"[^"\n\r]*"'
_IN_IRI = r'[^<>"{}|^`\\\x00-\x20]'
# What the grammar leaves as it is, and what it takes for one blank. Between < and > there may also
# be an operand and the beginning of a comment or of a string, but not so after a scheme.
_TOKENS = re.compile(
    r"""[^"'<# \t\n\r]+"""
    rf"""|(?P<verbatim>{_STRING}|{_STRING.replace('"', "'")}|<[A-Za-z][\w+.-]*://{_IN_IRI}*>)"""
    rf"""|(?P<blank>(?:#[^\n\r]*|[ \t\n\r]+)+)"""
    rf"""|(?P<unsure><{_IN_IRI}*[#']{_IN_IRI}*>)|<{_IN_IRI}*>|["'<]"""
)
# What has another answer from one evaluation to the next.
_VOLATILE = re.compile(
    r"(?:NOW|RAND|UUID|BNODE)(?=[\s#(])|SERVICE\s*(?:SILENT\s*)?<", re.IGNORECASE
)
_WORDS = ("now", "rand", "uuid", "bnode", "service")
_LONG = 20_000


@dataclass(frozen=True)
class Question:
    """A query as a client asked it."""

    text: str
    form: str = ""
    """The name of a format, which goes before the Accept header."""
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    seconds: float | None = None
    """The time that the client grants."""
    page: StoredQuery | None = None
    """The stored query that it is; then HTML is on offer too."""


def respond(question: Question) -> Response:
    """Answer a question in the form named, or in the one that the Accept header prefers.

    Raises NotAcceptable where no form suits the client, and what the pool raises.
    """
    g.query = question.text
    pages = accept.PAGES if question.page else {}
    wanted = {
        "solutions": _wanted(question.form, {**accept.SOLUTIONS, **pages}),
        "boolean": _wanted(question.form, accept.BOOLEANS),
        "graph": _wanted(question.form, accept.GRAPHS),
    }
    if not any(wanted.values()):
        raise _unsuitable(question.form, {**pages, **accept.SOLUTIONS, **accept.GRAPHS})
    same = normalized(question.text)
    shown = tuple(request.args.items(multi=True)) if question.page else ()
    key = (same, question.default_graphs, question.named_graphs, *wanted.values(), shown)
    return cache.answered(key if same else None, lambda: _made(question, wanted))


def normalized(text: str) -> str | None:
    """Return a query without comments and with one blank for several, where that is safe.

    Equal results mean equal queries: where it is not sure what is a comment or a string, the text
    is left as it is. None stands for a query whose answer may be another one next time.
    """
    if len(text) <= _LONG:
        return _normalized(text)
    return None if _is_volatile(text) else text


@lru_cache(512)
def _normalized(text: str) -> str | None:
    if _is_volatile(text):
        return None
    # A backslash may stand before a quotation mark in a name.
    if "\\" in text:
        return text
    pieces = []
    for token in _TOKENS.finditer(text):
        if token.lastgroup == "unsure":
            return text
        pieces.append(_blank(token[0]) if token.lastgroup == "blank" else token[0])
    return "".join(pieces).strip(" \t\n\r")


def _blank(between: str) -> str:
    # What ends a comment stays what ends a comment.
    return "\n" if "#" in between or "\n" in between or "\r" in between else " "


def _is_volatile(text: str) -> bool:
    small = text.lower()
    # The words alone first: most queries hold none of them.
    return any(word in small for word in _WORDS) and _VOLATILE.search(text) is not None


def _made(question: Question, wanted: dict[str, Offer | None]) -> Response:
    forms = {kind: offer[1] if offer else None for kind, offer in wanted.items()}
    paged = forms["solutions"] == "html"
    job = Job(
        question.text,
        question.default_graphs,
        question.named_graphs,
        "json" if paged else forms["solutions"],
        forms["boolean"],
        forms["graph"],
    )
    gone = request.environ.get("waitress.client_disconnected", lambda: False)
    answer = serving().ask(job, question.seconds, gone)
    offer = wanted[answer.kind]
    if offer is None:
        offers = {"solutions": accept.SOLUTIONS, "boolean": accept.BOOLEANS}
        raise _unsuitable(question.form, offers.get(answer.kind, accept.GRAPHS))
    g.rows = answer.rows
    if paged and answer.kind == "solutions":
        found = cast(
            ox.QuerySolutions,
            ox.parse_query_results(
                answer.text if answer.text is not None else answer.file,
                format=ox.QueryResultsFormat.JSON,
            ),
        )
        columns, rows = results.table(found)
        given = {name: value for name, value in request.args.items() if name != "format"}
        body = render_template(
            "query.html",
            query=question.page,
            text=question.text,
            given=given,
            columns=columns,
            rows=rows,
        )
        return Response(body, mimetype="text/html")
    if answer.file:
        chunks = wrap_file(request.environ, answer.file, 1 << 16)
        response = Response(chunks, mimetype=offer[0], direct_passthrough=True)
        response.content_length = answer.size
        return response
    return Response(answer.text, mimetype=offer[0])


def _wanted(form: str, offered: dict[str, str]) -> Offer | None:
    if form:
        return accept.named(form, offered)
    return accept.suiting(request.headers.get("Accept", ""), offered)


def _unsuitable(form: str, offered: dict[str, str]) -> NotAcceptable:
    if form:
        return NotAcceptable(f"format={form}", sorted(set(offered.values())))
    return NotAcceptable(f"Accept: {request.headers.get('Accept', '')}", list(offered))
