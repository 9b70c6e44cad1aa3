"""Content negotiation (RFC 9110, section 12.5.1): media types and the short names of formats."""

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


def best(accept: str, offered: Mapping[str, str]) -> tuple[str, str]:
    """Return the media type and the format that suit a client best; the first on offer for any.

    Raises NotAcceptable where none does.
    """
    if not accept.strip():
        return next(iter(offered.items()))
    chosen = parse_accept_header(accept, MIMEAccept).best_match(list(offered))
    if chosen is None:
        raise NotAcceptable(accept, list(offered))
    return chosen, offered[chosen]


def media_type(form: str, offered: Mapping[str, str]) -> str | None:
    """Return the media type of a format by its short name, or None where it is not on offer."""
    return next((media for media, name in offered.items() if name == form), None)


def prefers_html(accept: str) -> bool:
    """Tell whether a client is a browser: it names HTML and would rather have nothing else."""
    if HTML not in accept:
        return False
    everything = {**PAGES, **SOLUTIONS, **GRAPHS}
    return parse_accept_header(accept, MIMEAccept).best_match(list(everything)) == HTML
