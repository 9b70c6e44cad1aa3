"""Makes passages of quotations: where in a document its statements stand.

Of a quotation only a few words at each end are kept, enough for a text fragment to find it:
https://wicg.github.io/scroll-to-text-fragment/.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator

from rdflib import Literal, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from selenograph.graph import names
from selenograph.graph.names import SG
from selenograph.graph.turtle import Triple

_WORDS = 4
# Chinese and Japanese are written without blanks between words.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_CHARACTERS = 8


def passage(source: URIRef, quotation: str, subjects: Iterable[Node]) -> Iterator[Triple]:
    """Yield the statements of the passage of a source that supports some subjects.

    An ellipsis stands for what was left out between the ends of a quotation.
    """
    start, end = ends(quotation)
    node = URIRef(f"{source}#{_name(quotation)}")
    yield node, RDF.type, SG.Passage
    yield node, SG.textStart, Literal(start)
    if end:
        yield node, SG.textEnd, Literal(end)
    for subject in subjects:
        yield node, SG.supports, subject


def ends(quotation: str) -> tuple[str, str]:
    """Return the first and the last words of a quotation; a short one is all start."""
    first, *rest = re.split(r"\s*(?:\.\.\.|…)\s*", quotation.strip(" .…"))
    last = rest[-1] if rest else first
    joint = "" if _UNSPACED.search(quotation) else " "
    size = _WORDS if joint else _CHARACTERS
    words, closing = (text.split() if joint else list(text) for text in (first, last))
    if not rest and len(words) <= size + 2:
        return first, ""
    return joint.join(words[:size]), joint.join(closing[-size:])


def _name(quotation: str) -> str:
    """Return a name for a passage, the same for the same words."""
    slug = names.slug(quotation)[:40].strip("-")
    return f"passage-{slug or hashlib.sha256(quotation.encode()).hexdigest()[:8]}"
