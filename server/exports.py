"""The release as files to take away, each with its checksum."""

from pathlib import Path

from flask import Blueprint, Response, render_template, send_from_directory

from selenograph.graph import export, names, wikidata_snapshot
from selenograph.graph.archivist import EXPORTS
from selenograph.graph.errors import Unknown
from selenograph.server import cache
from selenograph.server.current import Serving, serving

blueprint = Blueprint("exports", __name__)


@blueprint.get("/exports/")
def index() -> Response:
    """List the files. They are made when the first one is asked for."""
    found = _present()
    folder = found.release.folder / EXPORTS
    return cache.answered(("exports", folder.exists()), lambda: _index(found, folder))


@blueprint.get("/exports/<name>")
def file(name: str) -> Response:
    """Send one of the files. Raises Unknown for another name, and what the archivist raises."""
    found = _present()
    folder = found.archivist.exports()
    if not (folder / name).is_file():
        raise Unknown(f"There is no export {name}. All are listed at /exports/.")
    media = {one.name: one.media_type for one in _offered(found)}.get(name)
    response = send_from_directory(folder, name, mimetype=media, etag=found.identifier[:12])
    response.headers["Cache-Control"] = "public, max-age=60"
    response.headers["Link"] = f'<{names.LICENCE}>; rel="license"'
    return response


def _present() -> Serving:
    found = serving()
    if found.known:
        raise Unknown("Exports are of all that is known: they are at /exports/.")
    return found


def _offered(found: Serving) -> list[export.Export]:
    before = export.before(found.release)
    formats = export.writable(before)
    return [one for one in export.offered(found.release, before) if one.format in formats]


def _index(found: Serving, folder: Path) -> Response:
    sums, sizes = {}, {}
    if folder.exists():
        lines = (folder / export.CHECKSUMS).read_text("utf-8").splitlines()
        sums = {name: digest for digest, name in (line.split() for line in lines)}
        sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
    page = render_template(
        "exports.html",
        files=_offered(found),
        sums=sums,
        sizes=sizes,
        checksums=export.CHECKSUMS,
        release=found.release.manifest,
        licence=names.LICENCE,
        snapshot=wikidata_snapshot.day(found.store),
    )
    return Response(page, mimetype="text/html")
