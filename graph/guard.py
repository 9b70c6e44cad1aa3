"""What is refused before a query reaches the engine, which can neither be stopped nor kept home.

The engine dials out for SERVICE, whatever one sets, and long chains and deep nesting overflow its
stack, which ends the process.
"""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from selenograph.graph.errors import BadQuery, Forbidden

DEEPEST = 50
"""How many brackets of any kind may be open at once. The stored queries need five."""
MOST = 10_000
"""How many operators, keywords and separators a query may have. VALUES rows need none."""

_STRING = (
    r'"""(?:\\.|[^\\])*?"""|\'\'\'(?:\\.|[^\\])*?\'\'\''
    r'|"(?:\\.|[^"\\\n\r])*"|\'(?:\\.|[^\'\\\n\r])*\''
)
_IRI = r"<[^<>\"{}|^`\\\s]*>"
# https://www.w3.org/TR/sparql11-query/#sparqlGrammar, as far as is needed to know a keyword.
_TOKEN = re.compile(
    rf"{_STRING}|{_IRI}|#[^\n\r]*|[?$]\w+|(?P<name>\w*:(?:[\w.:%-]|\\.)*)"
    r"|(?P<service>\bSERVICE\b)|(?:\bUNDEF|\d[\d.]*|\^\^|@[\w-]+)|(?P<open>[{([])|(?P<close>[})\]])"
    r"|(?P<operator>\w+|[^\s\w])",
    re.DOTALL | re.IGNORECASE,
)
_ADDRESS = re.compile(rf"\s*(?:SILENT\s*)?({_IRI})", re.IGNORECASE)
# A code point escape is replaced before the grammar applies, so it may spell any keyword.
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_NAME = "A-Za-z0-9_\u0080-\U0010ffff"
_IN_NAME = re.compile(rf"(?:[?$][{_NAME}]*|:(?:[{_NAME}%][{_NAME}%.-]*)?|\\)\Z")


def refuse(query: str, services: Sequence[str] = ()) -> None:
    """Let a query pass that stays within the limits and asks none but the services given.

    A service matches where scheme, host, port, path and all the rest are the same.

    Raises Forbidden for a query that asks another endpoint, BadQuery for one that nests too deep
    or holds too many operators.
    """
    for text in {query, _ESCAPE.sub(_character, query)}:
        depth = operators = 0
        for token in _TOKEN.finditer(text):
            kind = token.lastgroup
            if kind == "operator":
                operators += 1
            elif kind == "open":
                depth += 1
            elif kind == "close":
                depth -= 1
            elif kind == "service" and not _allowed(text, token.end(), services):
                raise Forbidden(_why(services))
            elif kind == "name" and token[0].lower().startswith("service:"):
                raise BadQuery("No prefix may be named service here. Give it another name.")
            if depth > DEEPEST:
                raise BadQuery(
                    f"The query opens more than {DEEPEST} brackets within each other. "
                    "Take some of them out, or ask in several queries."
                )
            if operators > MOST:
                raise BadQuery(
                    f"The query has more than {MOST:,} operators and separators. "
                    "Give long lists as a VALUES block, or ask in several queries."
                )


def armoured(query: str, services: Sequence[str] = ()) -> str:
    """Return a query in which the engine finds the keyword SERVICE only before one of services.

    The engine's tokens are not quite those of the specification: it needs no blank before or
    after a keyword. So the first letter of the word is spelt as an escape, which the engine reads
    in strings and IRIs and refuses in a keyword. In names, where it takes no escape, the word is
    no keyword and is left as it is.
    """
    return re.sub(
        "service", lambda match: _spelt(query, match, services), query, flags=re.IGNORECASE
    )


def _spelt(query: str, word: re.Match[str], services: Sequence[str]) -> str:
    if _IN_NAME.search(query, max(0, word.start() - 200), word.start()):
        return word[0]
    # Whatever stands before it: if the engine takes this for the keyword, then with this address.
    if _allowed(query, word.end(), services):
        return word[0]
    return f"\\u{ord(word[0][0]):04X}{word[0][1:]}"


def _allowed(query: str, after: int, services: Sequence[str]) -> bool:
    """Tell whether the address of a service follows, in full and in angle brackets."""
    address = _ADDRESS.match(query, after) if services else None
    return address is not None and is_allowed(address[1][1:-1], services)


def is_allowed(address: str, services: Sequence[str]) -> bool:
    """Tell whether an address is that of one of the services in all its parts."""
    return _origin(address) in map(_origin, services)


def _origin(address: str) -> tuple[object, ...]:
    """Return what two addresses have in common where they are the same service."""
    try:
        url = urlsplit(address)
        port = url.port or {"http": 80, "https": 443}.get(url.scheme)
    except ValueError:
        return (address,)
    rest = (url.username, url.password, url.query, url.fragment)
    return (url.scheme, url.hostname, port, url.path or "/", *rest)


def _why(services: Sequence[str]) -> str:
    known = ", ".join(f"<{address}>" for address in services)
    if known:
        return f"SERVICE is answered here for {known} only, written so, in angle brackets."
    return (
        "SERVICE is not answered here: this endpoint asks no other. Ask the other one "
        "yourself and pass its terms in a VALUES block."
    )


def _character(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code < 0x110000 else "\ufffd"
