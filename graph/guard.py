"""What is refused before a query reaches the engine, which can neither be stopped nor kept home.

The engine dials out for SERVICE, whatever one sets, and deep nesting overflows its stack, which
ends the process. Queries that run long or nest by long chains of operators need workers that may
be killed.
"""

import re

from selenograph.graph.errors import BadQuery, Forbidden

DEEPEST = 50
"""How many brackets of any kind may be open at once. The stored queries need five."""

_STRING = (
    r'"""(?:\\.|[^\\])*?"""|\'\'\'(?:\\.|[^\\])*?\'\'\''
    r'|"(?:\\.|[^"\\\n\r])*"|\'(?:\\.|[^\'\\\n\r])*\''
)
# https://www.w3.org/TR/sparql11-query/#sparqlGrammar, as far as is needed to know a keyword.
_TOKEN = re.compile(
    rf"{_STRING}|<[^<>\"{{}}|^`\\\s]*>|#[^\n\r]*|[?$]\w+|\w*:(?:[\w.:%-]|\\.)*"
    r"|(?P<service>\bSERVICE\b)|\w+|(?P<open>[{([])|(?P<close>[})\]])",
    re.DOTALL | re.IGNORECASE,
)
# A code point escape is replaced before the grammar applies, so it may spell any keyword.
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_NAME = "A-Za-z0-9_\u0080-\U0010ffff"
_IN_NAME = re.compile(rf"(?:[?$][{_NAME}]*|:(?:[{_NAME}%][{_NAME}%.-]*)?|\\)\Z")


def refuse(query: str) -> None:
    """Raise Forbidden for a query that asks another endpoint, BadQuery for too deep a nesting."""
    for text in {query, _ESCAPE.sub(_character, query)}:
        depth = 0
        for token in _TOKEN.finditer(text):
            if token["service"]:
                raise Forbidden(
                    "SERVICE is not answered here: this endpoint asks no other. Ask the other one "
                    "yourself and pass its terms in a VALUES block."
                )
            depth += bool(token["open"]) - bool(token["close"])
            if depth > DEEPEST:
                raise BadQuery(
                    f"The query opens more than {DEEPEST} brackets within each other. "
                    "Take some of them out, or ask in several queries."
                )


def armoured(query: str) -> str:
    """Return a query in which the engine can find no keyword SERVICE, and the same otherwise.

    The engine's tokens are not quite those of the specification: it needs no blank before or
    after a keyword. So the first letter of the word is spelt as an escape, which the engine reads
    in strings and IRIs and refuses in a keyword. In names, where it takes no escape, the word is
    no keyword and is left as it is.
    """
    return re.sub("service", lambda match: _spelt(query, match), query, flags=re.IGNORECASE)


def _spelt(query: str, word: re.Match[str]) -> str:
    if _IN_NAME.search(query, max(0, word.start() - 200), word.start()):
        return word[0]
    return f"\\u{ord(word[0][0]):04X}{word[0][1:]}"


def _character(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code < 0x110000 else "\ufffd"
