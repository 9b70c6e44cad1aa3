"""Keeps queries from reaching other hosts: the engine dials out for SERVICE, whatever one sets.

The test is on tokens of https://www.w3.org/TR/sparql11-query/#sparqlGrammar, so that the word may
stand in a literal, an IRI, a comment, a variable or a prefixed name.
"""

import re

from selenograph.graph.errors import Forbidden

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'(?:\\.|[^\\])*?\'\'\'|"(?:\\.|[^"\\\n\r])*"|\'(?:\\.|[^\'\\\n\r])*\''
    r"|<[^<>\"{}|^`\\\s]*>|#[^\n\r]*|[?$]\w+|\w*:(?:[\w.:%-]|\\.)*|(?P<service>\bSERVICE\b)|\w+",
    re.DOTALL | re.IGNORECASE,
)
# A code point escape is replaced before the grammar applies, so it may spell any keyword.
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def refuse(query: str) -> None:
    """Raise Forbidden where a query has the keyword SERVICE."""
    plain = _ESCAPE.sub(_character, query)
    for text in {query, plain}:
        if any(match["service"] for match in _TOKEN.finditer(text)):
            raise Forbidden(
                "SERVICE is not answered here: this endpoint asks no other. Ask the other endpoint "
                "yourself and pass its terms in a VALUES block."
            )


def _character(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code < 0x110000 else "\ufffd"
