"""Errors as answers: a page for people, problem details (RFC 9457) for machines."""

import json
from http import HTTPStatus

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from selenograph.graph.errors import SelenographError
from selenograph.server import accept


def init_app(app: Flask) -> None:
    """Let every error of ours, and of HTTP, be answered in the same form."""
    app.register_error_handler(SelenographError, _ours)
    app.register_error_handler(HTTPException, _of_http)


def _ours(error: SelenographError) -> Response:
    return _answer(error.status, str(error))


def _of_http(error: HTTPException) -> Response:
    answer = _answer(error.code or 500, error.description or "")
    for name, value in error.get_headers():
        if name != "Content-Type":
            answer.headers[name] = value
    return answer


def _answer(status: int, detail: str) -> Response:
    title = HTTPStatus(status).phrase
    if accept.prefers_html(request.headers.get("Accept", "")):
        page = render_template("error.html", title=title, status=status, detail=detail)
        return Response(page, status, mimetype="text/html")
    problem = {"title": title, "status": status, "detail": detail}
    return Response(
        json.dumps(problem, ensure_ascii=False) + "\n", status, mimetype="application/problem+json"
    )
