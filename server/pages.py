"""Pages for people, dumps, and the state of the server."""

import contextlib
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, render_template, request, send_from_directory, url_for

from selenograph.graph import overview, query, release, roster, schema_org
from selenograph.graph.errors import Busy
from selenograph.graph.labels import Labels
from selenograph.graph.worker import Job
from selenograph.server import accept, cache, memento, resources, world
from selenograph.server.current import serving
from selenograph.server.links import with_values
from selenograph.server.sparql import EXAMPLE

blueprint = Blueprint("pages", __name__)

_ACCORDS = "agreement/artemis-accords"
_DAYS = ("2020-10-13", "2023-10-23", "2024-06-01", "2025-01-01")
"""The first signatures of the Artemis Accords, that of Belarus, and two days since."""


@dataclass(frozen=True)
class Figure:
    """A number, what it counts, and the address of the query that counts it."""

    number: int
    words: str
    link: str


@blueprint.get("/")
def home() -> Response:
    """Show who stands where on a day, who joined when, what is new, and what is disputed."""
    offer = accept.suiting(request.headers.get("Accept", ""), {**accept.PAGES, **accept.GRAPHS})
    if offer and offer[1] != "html":
        return resources.described("", offer)
    if known := accept.day("known", "Known on"):
        return memento.to(known, "/")
    on = (accept.day("on", "True on") or serving().known or date.today()).isoformat()
    language = accept.language()
    response = cache.answered(("home", on, language), lambda: _home(on, language))
    response.vary.add("Accept-Language")
    return response


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


def _home(on: str, language: str) -> Response:
    labels = Labels(serving().store, language)
    ilrs, artemis = (roster.participants(labels, one, on) for one in overview.PROGRAMMES)
    places = overview.places(labels, ilrs, artemis)
    years = overview.years(labels, on)
    outlines = world.outlines()
    known = {place.code for place in places if place.category != "none"}
    page = render_template(
        "home.html",
        on=on,
        days=_DAYS,
        last=(serving().known or date.today()).isoformat(),
        figures=_figures(labels, on, len(ilrs)),
        places=places,
        counts=overview.counted(places),
        categories=overview.CATEGORIES,
        outlines=outlines,
        land=outlines.land(known) if outlines else "",
        tiles=world.tiles(places),
        participants=ilrs,
        years=years,
        chart=world.chart(years),
        newest=overview.newest(labels, on),
        unexplained=overview.unexplained(labels),
        queries=query.stored().values(),
        release=serving().release.manifest,
        schema=schema_org.dataset(),
        example=EXAMPLE,
    )
    return Response(page)


def _figures(labels: Labels, on: str, here: int) -> list[Figure]:
    """Return how many rows some stored queries answer with, and where they answer."""
    ilrs, accords = ({"programme": one, "on": on} for one in (overview.ILRS, _ACCORDS))
    signed = overview.rows(labels, "participants", **accords)
    both = overview.rows(labels, "in-both")
    asked = url_for("stored.answer", name="participants")
    return [
        Figure(here, "in the ILRS, listed or in talks", with_values(asked, ilrs)),
        Figure(signed, "signatories of the Artemis Accords", with_values(asked, accords)),
        Figure(both, "states in both programmes", url_for("stored.answer", name="in-both")),
        Figure(
            serving().release.manifest.sources, "sources", url_for("browse.table", name="sources")
        ),
    ]


def _download(name: str, media_type: str) -> Response:
    path = release.dumped(serving().release, name)
    tag = f"{serving().release.manifest.release[:12]}-{path.parent.name[:12]}"
    response = send_from_directory(path.parent, name, mimetype=media_type, etag=tag)
    response.headers["Cache-Control"] = "public, max-age=60"
    return response
