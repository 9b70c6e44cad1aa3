"""Addresses of our resources on this host, and terms as templates show them."""

import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from flask import Flask, Response, request
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from selenograph.graph import names, results

_DAY = re.compile(r"\b\d{4}-\d\d(?:-\d\d)?\b")


def init_app(app: Flask) -> None:
    """Give the templates their filters, and every answer its common headers."""
    app.add_template_filter(href)
    app.add_template_filter(names.short, "short")
    app.add_template_filter(results.shown, "text")
    app.add_template_filter(days)
    app.add_template_global(here)
    app.add_template_global(without)
    app.after_request(_headers)


def href(iri: str) -> str:
    """Return where a link to an IRI leads: here for ours, else there; nothing if not on the web."""
    if iri.startswith(names.BASE):
        return f"{request.script_root}/{quote(names.path(iri), safe='/#-')}"
    return iri if iri.startswith(("http://", "https://")) else ""


@pass_context
def here(context: Context, name: str, value: object) -> str:
    """Return the address of the page shown with another value of one parameter.

    Of the others those are kept that the page was made from: the context has them as ``given``.
    """
    given = {**context.get("given", {}), name: str(value)}
    if name == "sort":
        given.pop("page", None)
    return with_values(f"{request.script_root}{quote(request.path)}", given)


@pass_context
def without(context: Context, *left_out: str) -> str:
    """Return the address of the page shown without some of its parameters."""
    given = {name: value for name, value in context["given"].items() if name not in left_out}
    return with_values(f"{request.script_root}{quote(request.path)}", given)


def days(text: str) -> Markup:
    """Return a text whose days break at no hyphen."""
    return Markup(_DAY.sub(r'<span class="day">\g<0></span>', str(escape(text))))


def with_values(address: str, values: Mapping[str, str]) -> str:
    """Return an address with parameters."""
    return f"{address}?{urlencode(values)}" if values else address


def _headers(response: Response) -> Response:
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Everything here may be read by every page, which never sends what only its user may see.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Link, Memento-Datetime, Retry-After"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match"
        response.headers["Access-Control-Allow-Methods"] = ", ".join(sorted(response.allow))
        response.headers["Access-Control-Max-Age"] = "86400"
    return response
