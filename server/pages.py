"""Pages for people, dumps, and the state of the server."""

from datetime import date

from flask import Blueprint, Response, current_app, render_template, request, send_from_directory

from selenograph.graph import describe, query, release
from selenograph.graph.release import Release
from selenograph.server import answers
from selenograph.server.sparql import EXAMPLE

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def home() -> str:
    """Show what is here, who takes part in the ILRS, and a place to ask."""
    on = request.args.get("on", date.today().isoformat())
    return render_template(
        "home.html",
        on=on,
        participants=describe.participants(answers.store(), "programme/ilrs", on),
        queries=query.stored().values(),
        release=_release().manifest,
        example=EXAMPLE,
    )


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
    manifest = _release().manifest
    return {"status": "ok", "release": manifest.release, "quads": manifest.quads}


def _download(name: str, media_type: str) -> Response:
    return send_from_directory(_release().folder, name, mimetype=media_type)


def _release() -> Release:
    current: Release = current_app.extensions["release"]
    return current
