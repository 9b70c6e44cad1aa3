"""The release in use. When another one becomes current on disk, the next request gets that one.

Below /known/<day>/ all that the server has is answered from what could be known on that day, and
below /release/<identifier>/ from that release, as long as it is kept.
"""

import logging
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import pyoxigraph as ox
from flask import Flask, current_app, g, request

from selenograph.graph import dates, release
from selenograph.graph.archivist import Archivist
from selenograph.graph.errors import SelenographError, Unknown
from selenograph.graph.pool import Pool
from selenograph.graph.release import Release
from selenograph.graph.worker import Answer, Job
from selenograph.server.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_NAMED = "selenograph.below"
_ROOT = "selenograph.root"
_BELOW = re.compile(r"(?:/release/(?P<release>[^/]+))?(?:/known/(?P<known>[^/]+))?(?=/|$)")


_IDENTIFIER = re.compile(r"[0-9a-f]{12,64}")


@dataclass(frozen=True)
class Serving:
    """A release, open for use: for pages by its store, for queries by the pool."""

    release: Release
    pool: Pool
    archivist: Archivist
    known: date | None = None
    """The day whose knowledge answers; without one, all does."""

    @property
    def identifier(self) -> str:
        """The identifier of the release, the same for all days."""
        return self.release.manifest.release

    @property
    def newest(self) -> date:
        """The day of the newest source of the release."""
        return self.archivist.newest(date.today())

    @cached_property
    def store(self) -> ox.Store:
        """The store, read-only."""
        return _opened(self.release)

    def ask(
        self, job: Job, seconds: float | None = None, gone: Callable[[], bool] = lambda: False
    ) -> Answer:
        """Return the answer of a query. Raises what the pool raises."""
        place = self.release.folder / release.STORE
        other = "" if place == self.pool.store else str(place)
        return self.pool.ask(replace(job, store=other), seconds, gone)

    def on(self, day: date) -> "Serving":
        """Return the same as it could be known on a day. Raises what the archivist raises."""
        return replace(self, release=self.archivist.release(day), known=day)


@lru_cache(maxsize=8)
def _opened(found: Release) -> ox.Store:
    return found.open()


@lru_cache(maxsize=2)
def _archivist(of: Release) -> Archivist:
    return Archivist(of)


class Current:
    """Opens the current release, and follows it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._name = self._broken = release.pointed(settings.releases)
        self._serving = self._opened()

    def get(self) -> Serving:
        """Return the release in use; open another one first where that is current now."""
        name = release.pointed(self._settings.releases)
        # Who finds the lock taken goes on with the release in use.
        if name not in (self._name, self._broken, None) and self._lock.acquire(blocking=False):
            try:
                before, self._serving = self._serving, self._opened()
                self._name = name
                before.pool.close()
                if before.archivist.close():
                    self._serving.archivist.start()
            except (SelenographError, OSError) as error:
                self._broken = name
                logging.getLogger(__name__).error("The release in use stays: %s", error)
            finally:
                self._lock.release()
        return self._serving

    def called(self, beginning: str) -> Serving:
        """Return the release whose identifier begins so. Raises Unknown where none is kept."""
        found = self.get()
        if _IDENTIFIER.fullmatch(beginning):
            if found.identifier.startswith(beginning):
                return found
            if other := release.called(self._settings.releases, beginning):
                return replace(found, release=other, archivist=_archivist(other))
        raise Unknown(
            f"Release {beginning} is not kept here; in use is {found.identifier[:12]}. "
            f"Leave /release/{beginning} out of the address."
        )

    def close(self) -> None:
        """End the processes that have nothing to do."""
        self._serving.pool.close()
        self._serving.archivist.close()

    def _opened(self) -> Serving:
        found = release.current(self._settings.releases)
        found.open()
        settings = self._settings
        pool = Pool(
            found.folder / release.STORE,
            settings.limits,
            settings.turns,
            settings.long_turns,
            settings.waiting,
        )
        return Serving(found, pool, Archivist(found))


def init_app(app: Flask, settings: Settings) -> None:
    """Open the current release. Raises NoRelease where there is none."""
    app.extensions["settings"] = settings
    app.extensions["current"] = Current(settings)


def serving() -> Serving:
    """Return the release that answers this request, from its first to its last line.

    Raises BadInput and Unknown where the address names no day, or another release.
    """
    if "serving" not in g:
        current: Current = current_app.extensions["current"]
        wanted, day = below()
        found = current.called(wanted) if wanted else current.get()
        g.serving = found.on(dates.day(day)) if day else found
    chosen: Serving = g.serving
    return chosen


def below() -> tuple[str, str]:
    """Return the release and the day that the address names, each empty where it names none."""
    found: tuple[str, str] = request.environ.get(_NAMED, ("", ""))
    return found


def outside() -> "WSGIEnvironment":
    """Return the request as if its address named neither a release nor a day."""
    environ = request.environ
    root = environ.get(_ROOT, environ.get("SCRIPT_NAME", ""))
    return {**environ, "SCRIPT_NAME": root, _NAMED: ("", "")}


class Below:
    """Takes the day or the release from the beginning of a path (PEP 3333, SCRIPT_NAME)."""

    def __init__(self, app: "WSGIApplication") -> None:
        self.app = app

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Answer a request with what is left of its path."""
        found = _BELOW.match(environ.get("PATH_INFO", ""))
        if found and found[0]:
            environ[_NAMED] = (found["release"] or "", found["known"] or "")
            environ[_ROOT] = environ.get("SCRIPT_NAME", "")
            environ["SCRIPT_NAME"] = environ[_ROOT] + found[0]
            environ["PATH_INFO"] = environ["PATH_INFO"][found.end() :] or "/"
        return self.app(environ, start)


def settings() -> Settings:
    """Return the settings of the server."""
    chosen: Settings = current_app.extensions["settings"]
    return chosen
