"""Errors as answers: a page for people, problem details (RFC 9457) for machines."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException

from selenograph.graph.errors import SelenographError
from selenograph.server import accept, current

_PLAIN = ("text/plain", "text")
_PROBLEMS = {"application/problem+json": "json", "application/json": "json", "text/plain": "text"}


def init_app(app: Flask) -> None:
    """Let every error of ours, and of HTTP, be answered in the same form."""
    app.register_error_handler(SelenographError, _ours)
    app.register_error_handler(HTTPException, _of_http)


def _ours(error: SelenographError) -> Response:
    answer = _answer(error.status, str(error), error.members)
    if error.retry_after:
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _of_http(error: HTTPException) -> Response:
    answer = _answer(error.code or 500, error.description or "")
    for name, value in error.get_headers():
        if name != "Content-Type":
            answer.headers[name] = value
    return answer


def _answer(status: int, detail: str, members: Mapping[str, object] = {}) -> Response:
    title = HTTPStatus(status).phrase if status in list(HTTPStatus) else "Client Closed Request"
    wish = request.headers.get("Accept", "")
    # What is refused for its length is not read here either.
    wish = "" if len(wish) > accept.LONGEST else wish
    if accept.prefers_html(wish):
        return Response(_page(title=title, detail=detail), status, mimetype="text/html")
    if accept.suiting(wish, _PROBLEMS) == _PLAIN:
        return Response(f"{title}: {detail}\n", status, mimetype="text/plain")
    problem = {"title": title, "status": status, "detail": detail, **members}
    return Response(
        json.dumps(problem, ensure_ascii=False) + "\n", status, mimetype="application/problem+json"
    )


def _page(**told: str) -> str:
    try:
        current.serving()
    except SelenographError:
        # Where no such release or day answers, links below it would lead back to this page.
        with current_app.request_context(current.outside()):
            return render_template("error.html", **told)
    return render_template("error.html", **told)
