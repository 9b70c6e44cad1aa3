"""One IRI, every format: the canonical IRIs answer by their paths."""

from flask import Blueprint, Response, render_template, request

from selenograph.graph import describe, names, results
from selenograph.server import accept, answers

blueprint = Blueprint("resources", __name__)

_OFFERED = {**accept.PAGES, **accept.GRAPHS}


@blueprint.get("/<path:path>")
def resource(path: str) -> Response:
    """Describe a resource in the format of its suffix, or in the one that Accept prefers."""
    stem, _, suffix = path.rpartition(".")
    media = accept.media_type(suffix, _OFFERED) if stem else None
    if media is None:
        media, form = accept.best(request.headers.get("Accept", ""), _OFFERED)
    else:
        path, form = stem, suffix
    iri = names.BASE + path
    if form == "html":
        return Response(_page(path, iri), mimetype="text/html")
    triples = describe.triples(answers.store(), iri)
    return Response(results.statements(triples, form), mimetype=media)


def _page(path: str, iri: str) -> str:
    store = answers.store()
    if path == "ontology/":
        return render_template("ontology.html", terms=describe.terms(store))
    return render_template("resource.html", resource=describe.resource(store, iri))
