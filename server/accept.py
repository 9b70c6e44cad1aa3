"""Content negotiation (RFC 9110, section 12.5.1): media types and the short names of formats."""

import re
from collections.abc import Mapping

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from selenograph.graph.errors import NotAcceptable

HTML = "text/html"
SOLUTIONS = {
    "application/sparql-results+json": "json",
    "application/json": "json",
    "application/sparql-results+xml": "xml",
    "application/xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
}
GRAPHS = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
    "application/ld+json": "jsonld",
}
PAGES = {HTML: "html"}
# What clients such as SPARQLWrapper call the formats of graphs.
ALIASES = {"turtle": "ttl", "n3": "ttl", "json-ld": "jsonld", "rdf+xml": "rdf", "ntriples": "nt"}


def best(accept: str, offered: Mapping[str, str]) -> tuple[str, str]:
    """Return the media type and the format that suit a client best; the first on offer for any.

    Raises NotAcceptable where none does.
    """
    if not accept.strip():
        return next(iter(offered.items()))
    chosen = _parsed(accept).best_match(list(offered))
    if chosen is None:
        raise NotAcceptable(accept, list(offered))
    return chosen, offered[chosen]


def media_type(form: str, offered: Mapping[str, str]) -> str | None:
    """Return the media type of a format by its name, or None where it is not on offer."""
    form = ALIASES.get(form, form)
    if form not in offered.values():
        form = {"xml": "rdf", "json": "jsonld"}.get(form, form)
    return next((media for media, name in offered.items() if name == form), None)


def prefers_html(accept: str) -> bool:
    """Tell whether a client is a browser: it names HTML and would rather have nothing else."""
    if HTML not in accept.lower():
        return False
    everything = {**PAGES, **SOLUTIONS, **GRAPHS}
    return _parsed(accept).best_match(list(everything)) == HTML


def _parsed(accept: str) -> MIMEAccept:
    # Java's own client sends "q=.2", which werkzeug drops together with its type.
    return parse_accept_header(re.sub(r"q=\.", "q=0.", accept), MIMEAccept)
