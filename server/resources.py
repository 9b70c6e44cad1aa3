"""One IRI, every format: the canonical IRIs answer by their paths."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

import pyoxigraph as ox
from flask import Blueprint, Response, render_template, request

from selenograph.graph import describe, listing, names, results, schema_org, terms, timeline
from selenograph.graph.labels import LANGUAGES, Labels
from selenograph.graph.witness import Witnesses
from selenograph.server import accept, cache, memento
from selenograph.server.current import serving

blueprint = Blueprint("resources", __name__)

_OFFERED = {**accept.PAGES, **accept.GRAPHS}
_ACTS = 40
"""How many acts a page shows with their sources."""


@dataclass(frozen=True)
class View:
    """What of a resource its page shows: the language, and the parts of long lists."""

    language: str
    acts: int
    parties: int
    said: int
    shown: str
    page: int
    on: date | None
    part: str

    @property
    def given(self) -> dict[str, str]:
        """The parameters that ask for it."""
        asked = {name: getattr(self, name) for name in ("acts", "parties", "said", "page")}
        given = {name: str(number) for name, number in asked.items() if number > 1}
        given |= {"in": self.shown} if self.shown else {}
        given |= {"on": self.on.isoformat()} if self.on else {}
        return given | ({"lang": self.language} if "lang" in request.args else {})


@blueprint.get("/<path:path>")
def resource(path: str) -> Response:
    """Describe a resource in the format of its suffix, or in the one that Accept prefers."""
    if earlier := memento.negotiated():
        return earlier
    stem, _, suffix = path.rpartition(".")
    offer = accept.named(suffix, _OFFERED) if stem and "/" not in suffix else None
    if offer is None:
        offer = accept.best(request.headers.get("Accept", ""), _OFFERED)
        return memento.announced(described(path, offer))
    return memento.announced(described(stem, offer))


def described(path: str, offer: accept.Offer) -> Response:
    """Return what is known of the resource of a path."""
    media, form = offer
    if form != "html":
        return cache.answered((path, form), lambda: _statements(path, media, form))
    view = View(
        accept.language(),
        accept.number("acts"),
        accept.number("parties"),
        accept.number("said"),
        _shown(),
        accept.number("page"),
        accept.day("on", "True on"),
        request.args.get("part", "")[:100],
    )
    key = (path, form, view, _today())
    response = cache.answered(key, lambda: _page(path, view))
    response.vary.add("Accept-Language")
    return response


def _statements(path: str, media: str, form: str) -> Response:
    found = describe.triples(serving().store, names.BASE + path)
    return Response(results.statements(found, form), mimetype=media)


def _page(path: str, view: View) -> Response:
    labels, iri = Labels(serving().store, view.language), names.BASE + path
    if path == "ontology/":
        return Response(_ontology(labels, view.part))
    found = describe.resource(labels, iri)
    node = ox.NamedNode(iri)
    is_parted = any(kind.iri == names.SG + "Disagreement" for kind in found.kinds)
    acts = listing.part(timeline.acts(labels, iri), view.acts, _ACTS)
    every = timeline.standings(labels, iri)
    stands, on = bool(every), view.on.isoformat() if view.on else ""
    if on:
        every = timeline.on_day(every, on)
    standings = listing.part(every, view.parties)
    page = render_template(
        "resource.html",
        resource=found,
        path=path,
        schema=schema_org.described(found, found.label),
        given=view.given,
        language=view.language,
        languages=LANGUAGES if _has_names(found) else {},
        acts_part=listing.Part(
            timeline.told(labels, acts.entries), acts.number, acts.last, acts.total
        ),
        standings=standings,
        compared=timeline.compared(labels, standings.entries, on),
        strengths=Counter(one.standing.label for one in every),
        frame=not path.startswith("party/"),
        regions=timeline.by_region(every),
        said=listing.said(labels, iri, view.said),
        incoming=listing.incoming(labels, iri, view.shown, view.page),
        shown=view.shown,
        on=on,
        stands=stands,
        parted=describe.disagreement(labels, Witnesses(labels), node) if is_parted else None,
        today=_today().isoformat(),
        documented=terms.term(labels, node) if terms.is_term(labels, node) else None,
        release=serving().release.manifest,
    )
    return Response(page, mimetype="text/html")


def _ontology(labels: Labels, part: str) -> str:
    """Return the page of the ontology: all terms at a glance, or a part with all that is known."""
    found = terms.ontology(labels)
    properties = {title.lower().replace(" ", "-"): title for title in found.properties}
    parts = {"classes": "Classes", **properties, "schemes": "Schemes", "shapes": "Shapes"}
    return render_template(
        "ontology.html",
        ontology=found,
        part=part if part in parts else "",
        parts=parts,
        shapes=terms.shapes(labels) if part == "shapes" else [],
    )


def _has_names(found: describe.Resource) -> bool:
    return any(fact.property.iri.endswith("#prefLabel") for fact in found.names)


def _today() -> date:
    """Return the day for which a page tells what holds."""
    return serving().known or date.today()


def _shown() -> str:
    given = request.args.get("in", "")
    return given if len(given) < 100 else ""
