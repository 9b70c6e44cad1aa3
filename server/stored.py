"""Stored queries as addresses: /query/<name>, with parameters, in every format."""

from flask import Blueprint, Response, render_template, request

from selenograph.graph import query
from selenograph.graph.errors import BadParameter
from selenograph.server import accept, answers, cache, resources
from selenograph.server.answers import Question

blueprint = Blueprint("stored", __name__)


@blueprint.get("/query/")
def index() -> Response:
    """List the stored queries."""
    queries = query.stored().values()
    return cache.answered(
        ("query/",), lambda: Response(render_template("queries.html", queries=queries))
    )


@blueprint.get("/query/<name>")
@blueprint.get("/query/<name>.<any(html, json, csv, tsv, xml):form>")
def answer(name: str, form: str = "") -> Response:
    """Answer a stored query with the parameters given; those not given keep their example."""
    stored = query.named(name)
    if not form and not request.args and (offer := _described()):
        return resources.described(f"query/{name}", offer)
    values = request.args.to_dict(flat=False)
    for parameter, given in values.items():
        if len(given) > 1:
            raise BadParameter(name, parameter, f"it is given {len(given)} times.")
    once = {parameter: given[0] for parameter, given in values.items()}
    wish = form or once.get("format", "")
    text = stored.with_values({name: value for name, value in once.items() if name != "format"})
    return answers.respond(Question(text, wish, page=stored))


def _described() -> accept.Offer | None:
    """Return the format of graphs that a client prefers to rows: it asks of the query itself."""
    every = {**accept.PAGES, **accept.SOLUTIONS, **accept.GRAPHS}
    offer = accept.suiting(request.headers.get("Accept", ""), every)
    return offer if offer and offer[0] in accept.GRAPHS else None
