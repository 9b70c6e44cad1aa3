"""Citations: /cite/<path>.<csl, bib or ris> of a resource, or of the answer to a stored query."""

from urllib.parse import urlencode

from flask import Blueprint, Response, request

from selenograph.graph import cite, names
from selenograph.server import cache
from selenograph.server.current import serving

blueprint = Blueprint("citations", __name__)


@blueprint.get("/cite/<path:path>.<any(csl, bib, ris):form>")
def citation(path: str, form: str) -> Response:
    """Cite what stands at a path, with the parameters given."""
    whole = f"{path}?{urlencode(request.args.to_dict())}" if request.args else path
    return cache.answered(("cite", whole, form), lambda: _made(whole, form))


def _made(path: str, form: str) -> Response:
    found = serving()
    cited = cite.cited(found.store, path, found.identifier, found.newest, found.known)
    response = Response(cited.written(form), mimetype=cite.FORMATS[form])
    response.headers["Content-Disposition"] = f'inline; filename="{names.slug(path)}.{form}"'
    return response
