"""Who changed the picture: whose standing is another one than was known on an earlier day, and why.

Below /known/<day>/ it is compared with what was known on that day, else with all that is known.
"""

import io
from csv import writer as csv_writer

import pyoxigraph as ox
from flask import Blueprint, Response, json, render_template, request

from selenograph.graph import history, listing, names
from selenograph.graph.errors import BadInput
from selenograph.graph.history import Change
from selenograph.graph.labels import Labels, Named
from selenograph.server import accept, cache
from selenograph.server.current import serving
from selenograph.server.links import with_values

blueprint = Blueprint("picture", __name__)

_FORMS = {**accept.PAGES, "text/csv": "csv", "application/json": "json"}
_SINCE = "Known on"
_TAKES = ("since", "page", "lang")


@blueprint.get("/changes")
@blueprint.get("/changes.<any(csv, json):form>")
def changes(form: str = "") -> Response:
    """Tell what changed since the day that ``since`` gives; a page may also ask for one.

    Raises BadInput for a parameter that it does not take, for what is no day, for one after that
    compared with, and for none at all where no page is wanted; and what the archivist raises.
    """
    if not form:
        _, form = accept.best(request.headers.get("Accept", ""), _FORMS)
    if unknown := request.args.keys() - _TAKES:
        raise BadInput(f"{min(unknown)} is not known here: {', '.join(_TAKES)} are.")
    language, part = accept.language(), accept.number("page")
    since, until = accept.day("since", _SINCE), serving().known
    if since and until and until < since:
        raise BadInput(f"{until} is before {since}. Begin the address with the later day.")
    if not since and form != "html":
        raise BadInput("Give the earlier day, such as ?since=2023-10-31.")

    def make() -> Response:
        found = []
        if since:
            before = serving().on(since).store
            found = list(history.changes(before, serving().store))
        if form == "csv":
            return _as_csv(found)
        if form == "json":
            told = {
                "since": str(since),
                "until": str(until) if until else None,
                "changes": [change._asdict() for change in found],
            }
            text = json.dumps(told, ensure_ascii=False)
            return Response(text + "\n", mimetype="application/json")
        labels = Labels(serving().store, language)
        given = {"since": str(since)} if since else {}
        return Response(
            render_template(
                "changes.html",
                since=since,
                until=until,
                given=given,
                part=listing.part([_named(labels, change) for change in found], part),
                csv=with_values(f"{request.script_root}/changes.csv", given),
            )
        )

    response = cache.answered(("changes", since, form, language, part), make)
    response.vary.add("Accept")
    response.vary.add("Accept-Language")
    return response


def _named(labels: Labels, change: Change) -> dict[str, Named | str]:
    """Return a change with names for what it is about; nothing where no source is known."""
    told: dict[str, Named | str] = {**change._asdict()}
    for key in ("frame", "party", "source"):
        if told[key]:
            told[key] = labels.named(ox.NamedNode(names.iri(str(told[key]))))
    return told


def _as_csv(found: list[Change]) -> Response:
    out = io.StringIO()
    csv_writer(out, lineterminator="\r\n").writerows([Change._fields, *found])
    return Response(out.getvalue(), mimetype="text/csv")
