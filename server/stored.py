"""Stored queries as addresses: /query/<name>, with parameters, in every format."""

from flask import Blueprint, Response, render_template, request

from selenograph.graph import query
from selenograph.server import answers

blueprint = Blueprint("stored", __name__)


@blueprint.get("/query/")
def index() -> str:
    """List the stored queries."""
    return render_template("queries.html", queries=query.stored().values())


@blueprint.get("/query/<name>")
@blueprint.get("/query/<name>.<any(html, json, csv, tsv, xml):form>")
def answer(name: str, form: str = "") -> Response:
    """Answer a stored query with the parameters given; those not given keep their example."""
    stored = query.named(name)
    values = {key: value for key, value in request.args.items() if key != "format"}
    text = stored.with_values(values)
    return answers.respond(text, form or request.args.get("format", ""), page=stored)
