"""Content negotiation (RFC 9110, section 12.5.1): media types and the short names of formats."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from flask import request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from selenograph.graph import dates
from selenograph.graph.errors import BadInput, NotAcceptable
from selenograph.graph.labels import LANGUAGES

LONGEST = 4_000
"""Characters of a header that are read; real ones have a few hundred."""

HTML = "text/html"
BOOLEANS = {
    "application/sparql-results+json": "json",
    "application/json": "json",
    "application/sparql-results+xml": "xml",
    "application/xml": "xml",
}
SOLUTIONS = {**BOOLEANS, "text/csv": "csv", "text/tab-separated-values": "tsv"}
GRAPHS = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
    "application/ld+json": "jsonld",
    # Turtle by the name of its elder sister, for which rdflib asks.
    "text/n3": "ttl",
}
PAGES = {HTML: "html"}
# What clients such as SPARQLWrapper call the formats of graphs.
_ALIASES = {"turtle": "ttl", "n3": "ttl", "json-ld": "jsonld", "rdf+xml": "rdf", "ntriples": "nt"}
_OF_GRAPHS = {"xml": "rdf", "json": "jsonld"}

Offer = tuple[str, str]
"""A media type and the name of its format."""


def best(accept: str, offered: Mapping[str, str]) -> Offer:
    """Return the media type and the format that suit a client best; the first on offer for any.

    Raises NotAcceptable where none does.
    """
    found = suiting(accept, offered)
    if found is None:
        raise NotAcceptable(f"Accept: {accept}", list(offered))
    return found


def suiting(accept: str, offered: Mapping[str, str]) -> Offer | None:
    """Return the media type and the format that suit a client best, or None."""
    if not accept.strip():
        return next(iter(offered.items()))
    chosen = _best_match(accept, tuple(offered))
    return (chosen, offered[chosen]) if chosen else None


def named(form: str, offered: Mapping[str, str]) -> Offer | None:
    """Return what is on offer under the name of a format or of a media type, or None."""
    form = form.lower()
    if form in offered:
        return form, offered[form]
    form = _ALIASES.get(form, form)
    if form not in offered.values():
        form = _OF_GRAPHS.get(form, form)
    return next(((media, name) for media, name in offered.items() if name == form), None)


def prefers_html(accept: str) -> bool:
    """Tell whether a client is a browser: it names HTML and would rather have nothing else."""
    if HTML not in accept.lower():
        return False
    return _best_match(accept, (*PAGES, *SOLUTIONS, *GRAPHS)) == HTML


@lru_cache(1024)
def _best_match(accept: str, offered: tuple[str, ...]) -> str | None:
    plain = ",".join(map(_plain, accept.split(",")))
    return parse_accept_header(plain, MIMEAccept).best_match(offered)


def _plain(wish: str) -> str:
    """Return a media range with its quality alone, since what is on offer has no parameters."""
    media, *parameters = (part.strip() for part in wish.split(";"))
    qualities = [part for part in parameters if part[:2].lower() == "q="]
    # Java's own client sends "q=.2", which werkzeug drops together with its type.
    return ";".join([media, *(part.replace("=.", "=0.") for part in qualities[:1])])


def language() -> str:
    """Return the language of names that the reader asks for by ``lang``, or else prefers."""
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    if len(request.headers.get("Accept-Language", "")) > LONGEST:
        return "en"
    return request.accept_languages.best_match(LANGUAGES, "en") or "en"


def day(name: str, label: str) -> date | None:
    """Return the day that a parameter gives, or None where it gives none.

    Raises BadInput, with the label of its field, for what is no single day.
    """
    given = request.args.get(name, "")
    try:
        return dates.day(given) if given else None
    except BadInput as error:
        raise BadInput(
            f'{label}: "{given}" is not a single day. Give one such as 2024-06-01.'
        ) from error


def number(name: str) -> int:
    """Return the number that a parameter gives; 1 where it gives none."""
    given = request.args.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 7 else 1
