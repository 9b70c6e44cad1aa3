"""The endpoint and the pages. Flask lives here only."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, request
from werkzeug.exceptions import RequestHeaderFieldsTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from selenograph.server import (
    accept,
    browse,
    cache,
    citations,
    current,
    description,
    errors,
    exports,
    feed,
    links,
    logs,
    memento,
    openapi,
    pages,
    picture,
    reconciliation,
    resources,
    sparql,
    stored,
)
from selenograph.server.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def create_app(settings: Settings) -> Flask:
    """Return the application that serves the current release of a folder.

    Raises NoRelease where the folder holds none.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = settings.largest_request
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.largest_request
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = settings.fresh
    app.before_request(_refuse_long_headers)
    current.init_app(app, settings)
    errors.init_app(app)
    cache.init_app(app, settings)
    links.init_app(app)
    app.add_template_global(current.below)
    app.add_template_global(memento.present)
    logs.init_app(app, settings)
    for module in (
        pages, browse, picture, sparql, description, exports, feed, logs, stored, openapi,
        reconciliation, memento, citations, resources,
    ):  # fmt: skip
        app.register_blueprint(module.blueprint)
    app.wsgi_app = current.Below(app.wsgi_app)  # type: ignore[method-assign,assignment]
    if base := settings.base.strip("/"):
        app.wsgi_app = _Below(app.wsgi_app, f"/{base}")  # type: ignore[method-assign,assignment]
    if settings.forwarded:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_host=1)  # type: ignore[method-assign]
    return app


def _refuse_long_headers() -> None:
    # Each of these is read part by part.
    for name in ("Accept", "Accept-Encoding", "If-None-Match"):
        if len(request.headers.get(name, "")) > accept.LONGEST:
            raise RequestHeaderFieldsTooLarge(
                f"The header {name} has more than {accept.LONGEST:,} characters."
            )


class _Below:
    """Lets an application answer below a path (PEP 3333, SCRIPT_NAME)."""

    def __init__(self, app: "WSGIApplication", base: str) -> None:
        self.app, self.base = app, base

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == self.base or path.startswith(self.base + "/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + self.base
            environ["PATH_INFO"] = path[len(self.base) :] or "/"
        else:
            # No page of ours has such a name.
            environ["PATH_INFO"] = "/outside of the base path"
        return self.app(environ, start)
