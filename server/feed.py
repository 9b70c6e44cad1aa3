"""The feed of changes, and the context of the JSON-LD: files that the data names by address."""

from pathlib import Path

from flask import Blueprint, Response

from selenograph.graph import changes, export, export_rdf, feed, release
from selenograph.graph.errors import Unknown
from selenograph.server import cache
from selenograph.server.current import serving

blueprint = Blueprint("feed", __name__)


@blueprint.get("/feed.atom")
def atom() -> Response:
    """Tell what changed since the release before. An earlier state has no feed: raises Unknown."""
    if serving().known:
        raise Unknown("The feed tells of the release in use: it is at /feed.atom.")
    before = export.before(serving().release)
    return cache.answered(("feed", before and before.parent.name), lambda: _feed(before))


@blueprint.get("/context.jsonld")
def context() -> Response:
    """Give the context of the exported JSON-LD."""
    made = serving().release
    return cache.answered(
        ("context",),
        lambda: Response(export_rdf.context(made), mimetype="application/ld+json"),
    )


def _feed(before: Path | None) -> Response:
    made = serving().release
    found = changes.between(before, made.folder / release.DUMP) if before else None
    text = feed.atom(made.manifest.release, export.when(made), found)
    return Response(text, mimetype=feed.MEDIA_TYPE)
