"""Tables to look through, each also as CSV, and a search by name."""

import io
from csv import writer as csv_writer

from flask import Blueprint, Response, render_template, request, url_for

from selenograph.graph import browse, listing
from selenograph.graph import search as searching
from selenograph.graph.browse import Row, Table
from selenograph.graph.labels import Labels
from selenograph.server import accept, cache
from selenograph.server.current import serving
from selenograph.server.links import with_values

blueprint = Blueprint("browse", __name__)

_NAMES = ",".join(browse.TABLES)


@blueprint.get(f"/<any({_NAMES}):name>")
@blueprint.get(f"/<any({_NAMES}):name>.<any(csv):form>")
def table(name: str, form: str = "html") -> Response:
    """Show a table: filtered by ``q`` and by columns, sorted by ``sort``, a part at a time.

    As CSV it has the same rows in the same order, of one part if ``page`` is given, else of all.
    """
    language = accept.language()
    given = {key: request.args[key] for key in _keys(name) if request.args.get(key)}
    key = ("browse", name, form, language, tuple(sorted(given.items())))
    make = _as_csv if form == "csv" else _as_page
    response = cache.answered(key, lambda: make(browse.table(name), language, given))
    response.vary.add("Accept-Language")
    return response


@blueprint.get("/search")
def search() -> Response:
    """Find resources by their names in any language."""
    words, language = request.args.get("q", "").strip(), accept.language()

    def page() -> Response:
        hits = searching.found(Labels(serving().store, language), words)
        return Response(render_template("search.html", words=words, hits=hits))

    response = cache.answered(("search", words, language), page)
    response.vary.add("Accept-Language")
    return response


def _as_page(of: Table, language: str, given: dict[str, str]) -> Response:
    every, found = _selected(of, language, given)
    csv = url_for("browse.table", name=of.name, form="csv")
    page = render_template(
        "browse.html",
        table=of,
        tables=browse.TABLES.values(),
        part=listing.part(found, accept.number("page")),
        all=len(every),
        given=given,
        sort=given.get("sort", of.order),
        choices=browse.choices(every, of),
        csv=with_values(csv, {key: given[key] for key in given if key != "page"}),
        csv_part=with_values(csv, {**given, "page": str(accept.number("page"))}),
    )
    return Response(page)


def _as_csv(of: Table, language: str, given: dict[str, str]) -> Response:
    _, found = _selected(of, language, given)
    shown = listing.part(found, accept.number("page")).entries if "page" in given else found
    out = io.StringIO()
    writer = csv_writer(out, lineterminator="\r\n")
    writer.writerow([*(column.title for column in of.columns), "IRI"])
    for row in shown:
        writer.writerow([*(row.text(column.key) for column in of.columns), row.named.iri])
    response = Response(out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{of.name}.csv"'
    return response


def _selected(of: Table, language: str, given: dict[str, str]) -> tuple[list[Row], list[Row]]:
    every = list(browse.rows(Labels(serving().store, language), of.name))
    return every, browse.selected(every, of, given, given.get("sort", of.order))


def _keys(name: str) -> list[str]:
    """Return the parameters that a table knows."""
    columns = [column.key for column in browse.TABLES[name].columns if column.is_filter]
    return ["q", "sort", "page", "lang", *columns]
