"""Answers of queries as responses, in the format that the client asked for."""

import pyoxigraph as ox
from flask import Response, current_app, render_template, request

from selenograph.graph import query, results
from selenograph.graph.errors import NotAcceptable
from selenograph.graph.query import StoredQuery
from selenograph.server import accept


def store() -> ox.Store:
    """Return the store of the release in use."""
    opened: ox.Store = current_app.extensions["store"]
    return opened


def respond(
    text: str,
    form: str = "",
    page: StoredQuery | None = None,
    default_graphs: list[str] | None = None,
    named_graphs: list[str] | None = None,
) -> Response:
    """Answer a query in the form named, or in the one that the Accept header prefers.

    With a stored query as page, HTML is on offer too.
    """
    answer = query.run(store(), text, default_graphs, named_graphs)
    offered = accept.GRAPHS if isinstance(answer, ox.QueryTriples) else accept.SOLUTIONS
    if page and isinstance(answer, ox.QuerySolutions):
        offered = {**offered, **accept.PAGES}
    media, form = _chosen(form, offered)
    if page and form == "html" and isinstance(answer, ox.QuerySolutions):
        columns, rows = results.table(answer)
        body = render_template("query.html", query=page, columns=columns, rows=rows)
        return Response(body, mimetype="text/html")
    if isinstance(answer, ox.QueryTriples):
        return Response(results.statements(answer, form), mimetype=media)
    return Response(results.serialized(answer, form), mimetype=media)


def _chosen(form: str, offered: dict[str, str]) -> tuple[str, str]:
    if not form:
        return accept.best(request.headers.get("Accept", ""), offered)
    media = accept.media_type(form, offered)
    if media is None:
        raise NotAcceptable(form, sorted(set(offered.values())))
    return media, offered[media]
