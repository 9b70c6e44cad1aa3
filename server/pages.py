"""Pages for people, dumps, and the state of the server."""

import contextlib
from datetime import date

from flask import Blueprint, Response, render_template, request, send_from_directory

from selenograph.graph import describe, query, release
from selenograph.graph.errors import Busy
from selenograph.graph.worker import Job
from selenograph.server import accept, cache, resources
from selenograph.server.current import serving
from selenograph.server.sparql import EXAMPLE

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def home() -> Response:
    """Show what is here, who takes part in the ILRS, and a place to ask."""
    offer = accept.suiting(request.headers.get("Accept", ""), {**accept.PAGES, **accept.GRAPHS})
    if offer and offer[1] != "html":
        return resources.described("", offer)
    on = request.args.get("on", (serving().known or date.today()).isoformat())
    return cache.answered(("home", on), lambda: _home(on))


@blueprint.get("/dump.nq")
def dump() -> Response:
    """Send the whole release as N-Quads."""
    return _download(release.DUMP, "application/n-quads")


@blueprint.get("/dump.ttl")
def dump_answers() -> Response:
    """Send what the default graph answers from as Turtle."""
    return _download(release.ANSWERS, "text/turtle")


@blueprint.get("/health")
def health() -> dict[str, object]:
    """Tell that the server answers, and from which release."""
    manifest = serving().release.manifest
    return {"status": "ok", "release": manifest.release, "quads": manifest.quads}


@blueprint.get("/ready")
def ready() -> dict[str, object]:
    """Tell that queries are answered; fail as they would where they are not."""
    # A server with all that it can do is ready nonetheless.
    with contextlib.suppress(Busy):
        serving().ask(Job("ASK {}"), seconds=5)
    return {"status": "ready"}


def _home(on: str) -> Response:
    page = render_template(
        "home.html",
        on=on,
        participants=describe.participants(serving().store, "programme/ilrs", on),
        queries=query.stored().values(),
        release=serving().release.manifest,
        example=EXAMPLE,
    )
    return Response(page)


def _download(name: str, media_type: str) -> Response:
    path = release.dumped(serving().release, name)
    tag = f"{serving().release.manifest.release[:12]}-{path.parent.name[:12]}"
    response = send_from_directory(path.parent, name, mimetype=media_type, etag=tag)
    response.headers["Cache-Control"] = "public, max-age=60"
    return response
