"""The stored queries and the endpoint as an OpenAPI document: https://spec.openapis.org/oas/v3.1.1.

It is made from the headers of the queries, so that it tells what there is.
"""

from collections.abc import Iterable, Mapping
from importlib.metadata import version

from flask import Blueprint, Response, json, request

from selenograph.graph import query
from selenograph.graph.query import Parameter, StoredQuery
from selenograph.server import accept, cache, description
from selenograph.server.current import settings

blueprint = Blueprint("openapi", __name__)

Document = dict[str, object]

_SCHEMAS: Mapping[str, Document] = {
    "iri": {"type": "string", "description": "An IRI, or a path such as party/belarus."},
    "date": {"type": "string", "format": "date"},
    "integer": {"type": "integer"},
    "string": {"type": "string"},
}
_TERM: Document = {
    "type": "object",
    "required": ["type", "value"],
    "properties": {
        "type": {"enum": ["uri", "literal", "bnode", "triple"]},
        "value": {},
        "datatype": {"type": "string"},
        "xml:lang": {"type": "string"},
    },
}
_RESULTS: Document = {
    "description": "SPARQL 1.1 Query Results in JSON.",
    "type": "object",
    "required": ["head"],
    "properties": {
        "head": {
            "type": "object",
            "properties": {"vars": {"type": "array", "items": {"type": "string"}}},
        },
        "results": {
            "type": "object",
            "properties": {
                "bindings": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "additionalProperties": {"$ref": "#/components/schemas/Term"},
                    },
                }
            },
        },
        "boolean": {"type": "boolean"},
    },
}
_PROBLEM: Document = {
    "description": "Why there is no answer (RFC 9457).",
    "type": "object",
    "required": ["title", "status", "detail"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Describe what programs can ask here."""
    root = request.url_root.rstrip("/")
    return cache.answered(("openapi", root), lambda: _made(root))


def document(root: str, queries: Iterable[StoredQuery]) -> Document:
    """Return the OpenAPI 3.1 document of stored queries that answer below an address."""
    every = list(queries)
    tags = sorted({tag for stored in every for tag in stored.tags})
    told = [f"{limit.value:,.0f} {limit.unit} {limit.about}" for limit in _limits()]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Selenograph",
            "version": version("selenograph"),
            "summary": "Who has agreed to what on the Moon and beyond, when, and who says so.",
            "description": "Limits:\n\n" + "\n".join(f"- {line}" for line in told),
            "license": {"name": "CC0 1.0, the data", "identifier": "CC0-1.0"},
        },
        "servers": [{"url": root}],
        "tags": [{"name": tag} for tag in tags],
        "paths": {
            "/sparql": {"get": _sparql()},
            **{f"/query/{stored.name}": {"get": _operation(stored)} for stored in every},
            "/changes": {"get": _changes()},
        },
        "components": {
            "schemas": {"Term": _TERM, "Results": _RESULTS, "Problem": _PROBLEM},
            "responses": {
                "Refused": _problem("A parameter, or the query, is wrong."),
                "NotAcceptable": _problem("None of the formats suits the client."),
                "Busy": _problem("Too many queries wait; try again as Retry-After tells."),
                "Stopped": _problem("The query needed more memory than it may."),
                "TimeLimit": _problem("The query took longer than it may."),
            },
        },
    }


def _made(root: str) -> Response:
    text = json.dumps(document(root, query.stored().values()), ensure_ascii=False)
    return Response(text + "\n", mimetype="application/json")


def _limits() -> list[description.Limit]:
    return [limit for limit in description.limits(settings()) if limit.unit == "seconds"]


def _operation(stored: StoredQuery) -> Document:
    forms = {**accept.SOLUTIONS, **accept.PAGES}
    return {
        "operationId": stored.name,
        "summary": stored.summary,
        "description": stored.description,
        "tags": list(stored.tags),
        "parameters": [
            *(_parameter(parameter) for parameter in stored.parameters),
            _format(sorted(set(forms.values()))),
        ],
        "responses": _responses(forms),
    }


def _parameter(parameter: Parameter) -> Document:
    told: Document = {
        "name": parameter.name,
        "in": "query",
        "description": parameter.description,
        "schema": _SCHEMAS[parameter.kind],
    }
    if parameter.is_open:
        told["allowEmptyValue"] = True
        return told
    return {**told, "schema": {**_SCHEMAS[parameter.kind], "default": parameter.shown}}


def _format(forms: list[str]) -> Document:
    return {
        "name": "format",
        "in": "query",
        "description": "The format of the answer, in place of the header Accept.",
        "schema": {"enum": forms},
    }


def _sparql() -> Document:
    return {
        "operationId": "sparql",
        "summary": "Answers a query by the SPARQL 1.1 Protocol, which POST does as well.",
        "parameters": [
            {
                "name": "query",
                "in": "query",
                "required": True,
                "schema": {"type": "string"},
                "example": "SELECT * WHERE { ?act a sg:Act } LIMIT 3",
            },
            *(
                {
                    "name": name,
                    "in": "query",
                    "schema": {"type": "array", "items": {"type": "string", "format": "uri"}},
                }
                for name in ("default-graph-uri", "named-graph-uri")
            ),
            {
                "name": "timeout",
                "in": "query",
                "description": "Seconds that the client grants.",
                "schema": {"type": "number", "exclusiveMinimum": 0},
            },
            _format(sorted({*accept.SOLUTIONS.values(), *accept.GRAPHS.values()})),
        ],
        "responses": _responses({**accept.SOLUTIONS, **accept.GRAPHS}),
    }


def _changes() -> Document:
    return {
        "operationId": "changes",
        "summary": "Whose standing is another one than was known on a day, and who says so?",
        "parameters": [
            {
                "name": "since",
                "in": "query",
                "required": True,
                "schema": _SCHEMAS["date"],
                "example": "2023-10-31",
            }
        ],
        "responses": _responses({"text/csv": "csv", "application/json": "rows", **accept.PAGES}),
    }


def _responses(offered: Mapping[str, str]) -> Document:
    content: Document = {media: {"schema": {"type": "string"}} for media in offered}
    for media, form in offered.items():
        if form == "json":
            content[media] = {"schema": {"$ref": "#/components/schemas/Results"}}
    return {
        "200": {"description": "The whole answer.", "content": content},
        "304": {"description": "The client has the answer already."},
        **{
            status: {"$ref": f"#/components/responses/{name}"}
            for status, name in {
                "400": "Refused",
                "406": "NotAcceptable",
                "429": "Busy",
                "503": "Stopped",
                "504": "TimeLimit",
            }.items()
        },
    }


def _problem(about: str) -> Document:
    return {
        "description": about,
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        },
    }
