"""The parts of a query's pattern: enough of SPARQL's grammar to tell what is joined with what.

https://www.w3.org/TR/sparql11-query/#sparqlGrammar. What is not understood is left to the engine:
every function here returns None for it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_STRING = (
    r'"""(?:\\.|[^\\])*?"""|\'\'\'(?:\\.|[^\\])*?\'\'\''
    r'|"(?:\\.|[^"\\\n\r])*"|\'(?:\\.|[^\'\\\n\r])*\''
)
_TOKEN = re.compile(
    rf"(?P<string>{_STRING})|(?P<iri><[^<>\"{{}}|^`\\\s]*>)|(?P<comment>#[^\n\r]*)"
    r"|(?P<variable>[?$]\w+)|(?P<name>[\w-]*:(?:(?:[\w.:%-]|\\.)*(?:[\w:%-]|\\.))?)"
    r"|(?P<number>\d*\.\d+(?:[eE][+-]?\d+)?)|(?P<word>@?\w[\w-]*)|(?P<sign>\S)",
    re.DOTALL,
)
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_STARTS = {"OPTIONAL", "MINUS", "GRAPH", "SERVICE", "FILTER", "BIND", "VALUES", "SELECT", "LATERAL"}


@dataclass(frozen=True)
class Token:
    """A token with its place in the text."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)

    @property
    def keyword(self) -> str:
        """The word in capitals, or nothing."""
        return self.text.upper() if self.kind == "word" else ""


@dataclass(frozen=True)
class Element:
    """A part of a group: triples, or what a keyword begins."""

    kind: str
    tokens: Sequence[Token] = field(repr=False)
    inside: Sequence[Token] = field(default=(), repr=False)
    """The tokens between its braces, where it has one pair of them alone."""

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.tokens[-1].end

    def holds(self, keyword: str) -> bool:
        """Tell whether a keyword is anywhere in it."""
        return any(token.keyword == keyword for token in self.tokens)


def tokens(text: str) -> list[Token]:
    """Return the tokens of a query, without comments."""
    found = (
        Token(match.lastgroup or "", match[0], match.start()) for match in _TOKEN.finditer(text)
    )
    return [token for token in found if token.kind != "comment"]


def variables(of: Iterable[Token]) -> dict[str, None]:
    """Return the names of variables, in the order in which they come first."""
    return dict.fromkeys(token.text[1:] for token in of if token.kind == "variable")


def where(query: Sequence[Token]) -> tuple[int, int] | None:
    """Return the places of the braces of a query's pattern."""
    opening = next((at for at, token in enumerate(query) if token.text == "{"), None)
    if opening is None:
        return None
    closing = _closing(query, opening)
    if any(token.keyword == "CONSTRUCT" for token in query[:opening]) and closing is not None:
        # The first braces are those of its template, unless that is the pattern itself.
        if query[opening - 1].keyword != "WHERE":
            opening = next(
                (at for at in range(closing + 1, len(query)) if query[at].text == "{"), 0
            )
            closing = _closing(query, opening) if opening else None
    return None if closing is None else (opening, closing)


def elements(inside: Sequence[Token]) -> list[Element] | None:
    """Return the elements of a group in their order, or None for what is not understood."""
    found: list[Element] = []
    at = 0
    while at < len(inside):
        token = inside[at]
        if token.text == ".":
            at += 1
            continue
        end = _end(inside, at)
        if end is None:
            return None
        parts = inside[at:end]
        kind = (
            token.keyword
            if token.keyword in _STARTS
            else "GROUP"
            if token.text == "{"
            else "TRIPLES"
        )
        braces = [place for place, part in enumerate(parts) if part.text == "{"]
        body = parts[braces[0] + 1 : -1] if braces and parts[-1].text == "}" else ()
        # Several groups in a row are a union.
        if kind == "GROUP" and _closing(parts, 0) != len(parts) - 1:
            kind, body = "UNION", ()
        found.append(Element(kind, parts, body))
        at = end
    return found


def _end(inside: Sequence[Token], at: int) -> int | None:
    """Return the place after the element that begins at a place."""
    word = inside[at].keyword
    if inside[at].text == "{":
        closing = _closing(inside, at)
        while closing is not None and _is(inside, closing + 1, "UNION"):
            closing = _closing(inside, closing + 2)
        return None if closing is None else closing + 1
    if word in ("SELECT", "LATERAL"):
        return None
    if word in ("FILTER", "BIND"):
        exists = any(_is(inside, at + step, "EXISTS") for step in (1, 2))
        opening = _next(inside, at, "{" if exists else "(")
    elif word in _STARTS:
        opening = _next(inside, at, "{")
    else:
        return _after_triples(inside, at)
    closing = None if opening is None else _closing(inside, opening)
    return None if closing is None else closing + 1


def _after_triples(inside: Sequence[Token], at: int) -> int | None:
    while at < len(inside):
        token = inside[at]
        if token.text == "." or token.text == "{" or token.keyword in _STARTS:
            return at
        if token.text in ("(", "["):
            closing = _closing(inside, at)
            if closing is None:
                return None
            at = closing
        elif token.text in _PAIRS.values():
            return None
        at += 1
    return at


def _is(inside: Sequence[Token], at: int, keyword: str) -> bool:
    return at < len(inside) and inside[at].keyword == keyword


def _next(inside: Sequence[Token], at: int, sign: str) -> int | None:
    return next((place for place in range(at, len(inside)) if inside[place].text == sign), None)


def _closing(inside: Sequence[Token], at: int) -> int | None:
    """Return the place of the bracket that closes the one at a place."""
    if at >= len(inside) or inside[at].text not in _PAIRS:
        return None
    ahead: list[str] = []
    for place in range(at, len(inside)):
        sign = inside[place].text
        if inside[place].kind != "sign":
            continue
        if sign in _PAIRS:
            ahead.append(_PAIRS[sign])
        elif sign in _PAIRS.values():
            if ahead.pop() != sign:
                return None
            if not ahead:
                return place
    return None
