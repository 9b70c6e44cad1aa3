"""The SPARQL endpoint: https://www.w3.org/TR/sparql11-protocol/#query-operation."""

import re
from pathlib import Path
from urllib.parse import parse_qs

from flask import Blueprint, Response, json, render_template, request

from selenograph.graph import names, vocabulary
from selenograph.graph.errors import BadQuery, Forbidden
from selenograph.server import accept, answers, cache, description
from selenograph.server.answers import Question
from selenograph.server.current import serving, settings

blueprint = Blueprint("sparql", __name__)

_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_FORM = "application/x-www-form-urlencoded"
_SCRIPT = "built/query.js"
EXAMPLE = f"""PREFIX sg: <{names.SG}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?date ?name WHERE {{
  ?act a sg:Joining ; sg:programme <{names.BASE}programme/ilrs> ; sg:date ?date ; rdfs:label ?name .
}}
ORDER BY ?date
"""


@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql() -> Response:
    """Answer a query; without one, describe the endpoint, to people by a page that asks."""
    values = _parameters()
    if request.mimetype == _UPDATE or "update" in values:
        raise Forbidden("Nothing can be changed here: a release is fixed. Send a query instead.")
    if request.method != "POST" and "query" not in values:
        return _described(_form(values))
    question = Question(
        _text(values),
        _form(values),
        tuple(values.get("default-graph-uri", ())),
        tuple(values.get("named-graph-uri", ())),
        _seconds(_one(values, "timeout")),
    )
    return answers.respond(question)


@blueprint.get("/sparql/terms.json")
def terms() -> Response:
    """Tell the editor what can be written: prefixes, classes and properties, as VoID has them."""

    def make() -> Response:
        told = json.dumps(vocabulary.used(serving().store), ensure_ascii=False)
        return Response(told, mimetype="application/json")

    return cache.answered(("terms",), make)


@blueprint.after_request
def announce(response: Response) -> Response:
    """Tell with each answer where the limits are described."""
    response.headers["Link"] = f'<{request.script_root}/sparql>; rel="service-desc"'
    return response


def _described(form: str) -> Response:
    if not form and accept.prefers_html(request.headers.get("Accept", "")):
        return cache.answered(("sparql", "html", request.url_root), _page)
    return description.respond(form)


def _page() -> Response:
    # Bundled by make, where node is to be had.
    built = (Path(__file__).parent / "static" / _SCRIPT).is_file()
    page = render_template(
        "sparql.html",
        example=EXAMPLE,
        limits=description.limits(settings()),
        seconds=f"{settings().limits.seconds:g}",
        base=names.BASE,
        script=_SCRIPT if built else None,
    )
    return Response(page)


def _parameters() -> dict[str, list[str]]:
    """Return the parameters of the address, or of the form that was sent.

    Read here and not by Flask, which lets what is not UTF-8 pass.
    """
    in_address = _parsed(request.query_string)
    if request.method != "POST":
        return in_address
    in_form = _parsed(request.get_data()) if request.mimetype == _FORM else {}
    if misplaced := in_address.keys() & {"query", "update"}:
        raise BadQuery(f"Send {', '.join(sorted(misplaced))} in the body of a POST.")
    if twice := in_address.keys() & in_form.keys():
        raise BadQuery(f"Send {', '.join(sorted(twice))} in the address or in the form, not both.")
    return in_address | in_form


def _parsed(sent: bytes) -> dict[str, list[str]]:
    try:
        return parse_qs(sent.decode("utf-8"), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise BadQuery("The parameters are not UTF-8, or their percent-encoding is not.") from error
    except ValueError as error:
        raise BadQuery(f"The parameters cannot be read: {error}.") from error


def _text(values: dict[str, list[str]]) -> str:
    if request.method == "POST" and request.mimetype == _QUERY:
        try:
            return request.get_data().decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadQuery(f"The query is not UTF-8: byte {error.start} cannot be read.") from error
    if request.method == "POST" and request.mimetype != _FORM:
        sent = request.mimetype or "nothing"
        raise BadQuery(f"A query is sent as {_QUERY} or {_FORM}, not as {sent}.")
    queries = values.get("query", [])
    if len(queries) != 1:
        raise BadQuery(f"Send one parameter query; there are {len(queries)}.")
    return queries[0]


def _form(values: dict[str, list[str]]) -> str:
    """Return the format wished for: of several, as SPARQLWrapper sends them, the first on offer."""
    wishes = values.get("format", [""])
    offered = {**accept.SOLUTIONS, **accept.GRAPHS}
    return next((wish for wish in wishes if accept.named(wish, offered)), wishes[0])


def _one(values: dict[str, list[str]], name: str) -> str:
    given = values.get(name, [])
    if len(given) > 1:
        raise BadQuery(f"Send one parameter {name}; there are {len(given)}.")
    return given[0] if given else ""


def _seconds(given: str) -> float | None:
    if given and not (re.fullmatch(r"\d{1,9}(\.\d{1,9})?", given) and float(given)):
        raise BadQuery(f'timeout is a number of seconds above 0, such as 5; "{given}" is none.')
    return float(given) if given else None
