"""One IRI, every format: the canonical IRIs answer by their paths."""

from flask import Blueprint, Response, render_template, request

from selenograph.graph import describe, names, results
from selenograph.server import accept, cache, memento
from selenograph.server.current import serving

blueprint = Blueprint("resources", __name__)

_OFFERED = {**accept.PAGES, **accept.GRAPHS}


@blueprint.get("/<path:path>")
def resource(path: str) -> Response:
    """Describe a resource in the format of its suffix, or in the one that Accept prefers."""
    if earlier := memento.negotiated():
        return earlier
    stem, _, suffix = path.rpartition(".")
    offer = accept.named(suffix, _OFFERED) if stem and "/" not in suffix else None
    if offer is None:
        offer = accept.best(request.headers.get("Accept", ""), _OFFERED)
        return memento.announced(described(path, offer))
    return memento.announced(described(stem, offer))


def described(path: str, offer: accept.Offer) -> Response:
    """Return what is known of the resource of a path."""
    media, form = offer
    return cache.answered((path, form), lambda: _made(path, media, form))


def _made(path: str, media: str, form: str) -> Response:
    store, iri = serving().store, names.BASE + path
    if form != "html":
        return Response(results.statements(describe.triples(store, iri), form), mimetype=media)
    if path == "ontology/":
        page = render_template("ontology.html", terms=describe.terms(store))
    else:
        page = render_template("resource.html", resource=describe.resource(store, iri))
    return Response(page, mimetype="text/html")
