"""Addresses of our resources on this host, and terms as templates show them."""

from urllib.parse import quote

from flask import Flask, Response, request

from selenograph.graph import names, results


def init_app(app: Flask) -> None:
    """Give the templates their filters, and every answer its common headers."""
    app.add_template_filter(href)
    app.add_template_filter(names.short, "short")
    app.add_template_filter(results.shown, "text")
    app.after_request(_headers)


def href(iri: str) -> str:
    """Return where a link to an IRI leads: here for ours, else there; nothing if not on the web."""
    if iri.startswith(names.BASE):
        return f"{request.script_root}/{quote(names.path(iri), safe='/#-')}"
    return iri if iri.startswith(("http://", "https://")) else ""


def _headers(response: Response) -> Response:
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Everything here may be read by every page, which never sends what only its user may see.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match"
        response.headers["Access-Control-Allow-Methods"] = ", ".join(sorted(response.allow))
        response.headers["Access-Control-Max-Age"] = "86400"
    return response
