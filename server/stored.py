"""Stored queries as addresses: /query/<name>, with parameters, in every format."""

from flask import Blueprint, Response, json, render_template, request

from selenograph.graph import query
from selenograph.graph.errors import BadParameter
from selenograph.graph.query import StoredQuery
from selenograph.server import accept, answers, cache, resources
from selenograph.server.answers import Question

blueprint = Blueprint("stored", __name__)

_TEXT = "application/sparql-query"
_LISTS = {**accept.PAGES, "application/json": "json"}


@blueprint.get("/query/")
def index() -> Response:
    """List the stored queries, for people or for programs."""
    media, form = accept.best(request.headers.get("Accept", ""), _LISTS)
    queries = query.stored().values()

    def make() -> Response:
        if form == "html":
            return Response(render_template("queries.html", queries=queries), mimetype=media)
        told = [_told(stored) for stored in queries]
        return Response(json.dumps(told, ensure_ascii=False) + "\n", mimetype=media)

    return cache.answered(("query/", form), make)


@blueprint.get("/query/<name>")
@blueprint.get("/query/<name>.<any(html, json, csv, tsv, xml):form>")
def answer(name: str, form: str = "") -> Response:
    """Answer a stored query with the parameters given; those not given keep their example."""
    stored = query.named(name)
    if not form and not request.args and (offer := _described()):
        return resources.described(f"query/{name}", offer)
    given = _given(stored)
    wish = form or given.get("format", "")
    text = stored.with_values({name: value for name, value in given.items() if name != "format"})
    return answers.respond(Question(text, wish, page=stored))


@blueprint.get("/query/<name>.rq")
def text(name: str) -> Response:
    """Send a stored query itself, with the parameters given in place of its examples."""
    stored = query.named(name)
    whole = stored.with_values(_given(stored))
    return cache.answered(("query text", whole), lambda: Response(whole, mimetype=_TEXT))


def _given(stored: StoredQuery) -> dict[str, str]:
    values = request.args.to_dict(flat=False)
    for parameter, given in values.items():
        if len(given) > 1:
            raise BadParameter(stored.name, parameter, f"it is given {len(given)} times.")
    return {parameter: given[0] for parameter, given in values.items()}


def _told(stored: StoredQuery) -> dict[str, object]:
    return {
        "name": stored.name,
        "summary": stored.summary,
        "description": stored.description,
        "tags": stored.tags,
        "parameters": [
            {
                "name": parameter.name,
                "type": parameter.kind,
                "about": parameter.description,
                "example": parameter.shown,
                "open": parameter.is_open,
            }
            for parameter in stored.parameters
        ],
    }


def _described() -> accept.Offer | None:
    """Return the format of graphs that a client prefers to rows: it asks of the query itself."""
    every = {**accept.PAGES, **accept.SOLUTIONS, **accept.GRAPHS}
    offer = accept.suiting(request.headers.get("Accept", ""), every)
    return offer if offer and offer[0] in accept.GRAPHS else None
