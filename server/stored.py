"""Stored queries as addresses: /query/<name>, with parameters, in every format."""

from flask import Blueprint, Response, render_template, request

from selenograph.graph import query
from selenograph.graph.errors import BadParameter
from selenograph.server import answers, cache

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
    values = request.args.to_dict(flat=False)
    wish = form or "".join(values.pop("format", [])[:1])
    values.pop("format", None)
    for parameter, given in values.items():
        if len(given) > 1:
            raise BadParameter(name, parameter, f"it is given {len(given)} times.")
    text = stored.with_values({parameter: given[0] for parameter, given in values.items()})
    return answers.respond(text, wish, page=stored)
