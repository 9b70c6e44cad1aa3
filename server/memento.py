"""Earlier states of our pages: Memento, https://www.rfc-editor.org/rfc/rfc7089.

Each resource is its own TimeGate. A memento of it stands below /known/<day>/, and its moment is the
last one of the day of publication that it knows last, so that none tells what came later.
"""

from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, request

from selenograph.graph import names
from selenograph.graph.errors import BadInput, Unknown
from selenograph.server import cache, current
from selenograph.server.current import Serving, serving

blueprint = Blueprint("memento", __name__)

_LINKS = "application/link-format"
_END = time(23, 59, 59, tzinfo=UTC)


@blueprint.get("/timemap/<path:path>")
def timemap(path: str) -> Response:
    """List the mementos of a resource: one for each day on which something was published on it."""
    return cache.answered(("timemap", path), lambda: _timemap(path))


def negotiated() -> Response | None:
    """Return the way to the memento that Accept-Datetime asks for, where it asks for one.

    Raises BadInput where that is no date of HTTP.
    """
    asked = request.headers.get("Accept-Datetime", "")
    if not asked or serving().known:
        return None
    try:
        moment = parsedate_to_datetime(asked).astimezone(UTC)
    except ValueError as error:
        raise BadInput(
            f'Accept-Datetime: "{asked}" is no date such as Tue, 31 Oct 2023 23:59:59 GMT.'
        ) from error
    # A day counts when it is over.
    day = moment.date() if moment.timetz() >= _END else moment.date() - timedelta(days=1)
    mementos = _speaking(serving().identifier, request.path.lstrip("/"), date.today())
    if not mementos:
        return None
    last = max((one for one in mementos if one <= day), default=mementos[0])
    return announced(to(last, request.path))


def to(day: date, path: str) -> Response:
    """Return the way to a page as it was known on a day."""
    found = redirect(_memento(day, path))
    assert isinstance(found, Response)
    return found


def present(path: str = "") -> str:
    """Return the address of what is shown, or of a path, as all that is known tells it."""
    return _root() + (path or request.full_path.removesuffix("?"))


def announced(response: Response) -> Response:
    """Tell of an answer which resource it is a state of, of when, and where others are."""
    path, found, root = request.path, serving(), _root()
    if _speaking(found.identifier, path.lstrip("/"), date.today()):
        response.headers.add("Link", f'<{root}{path}>; rel="original timegate"')
        response.headers.add("Link", f'<{root}/timemap{path}>; rel="timemap"; type="{_LINKS}"')
        if found.known:
            response.headers["Memento-Datetime"] = _moment(found, found.known)
        else:
            response.vary.add("Accept-Datetime")
    return response


def _timemap(path: str) -> Response:
    found, root = serving(), _root()
    mementos = _speaking(found.identifier, path, date.today())
    if not mementos:
        raise Unknown(f"No source speaks of {path}, so it has no earlier states.")
    lines = [
        f'<{root}/{path}>; rel="original timegate"',
        f'<{root}/timemap/{path}>; rel="self"; type="{_LINKS}"',
        *(
            f'<{_memento(day, f"/{path}")}>; rel="memento"; datetime="{_moment(found, day)}"'
            for day in mementos
        ),
    ]
    return Response(",\n".join(lines) + "\n", mimetype=_LINKS)


@lru_cache(1000)
def _speaking(identifier: str, path: str, today: date) -> tuple[date, ...]:
    """Return the days up to today of what a release knows of a resource, in order."""
    found = serving().archivist
    iri = ox.NamedNode(names.BASE + path)
    return tuple(sorted({found.told_on(day) for day in found.speaking(iri) if day <= today}))


def _root() -> str:
    """Return the path below which the present state stands."""
    day = current.below()[1]
    return request.script_root.removesuffix(f"/known/{day}") if day else request.script_root


def _memento(day: date, path: str) -> str:
    return f"{_root()}/known/{day}{path}"


def _moment(found: Serving, day: date) -> str:
    return format_datetime(datetime.combine(found.archivist.told_on(day), _END), usegmt=True)
