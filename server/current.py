"""The release in use. When another one becomes current on disk, the next request gets that one."""

import logging
import threading
from dataclasses import dataclass

import pyoxigraph as ox
from flask import Flask, current_app, g

from selenograph.graph import release
from selenograph.graph.errors import SelenographError
from selenograph.graph.pool import Pool
from selenograph.graph.release import Release
from selenograph.server.settings import Settings


@dataclass(frozen=True)
class Serving:
    """A release, open for use: the store for pages, the pool for queries."""

    release: Release
    store: ox.Store
    pool: Pool


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
            except (SelenographError, OSError) as error:
                self._broken = name
                logging.getLogger(__name__).error("The release in use stays: %s", error)
            finally:
                self._lock.release()
        return self._serving

    def close(self) -> None:
        """End the processes of the pool that have no query."""
        self._serving.pool.close()

    def _opened(self) -> Serving:
        found = release.current(self._settings.releases)
        store = found.open()
        settings = self._settings
        pool = Pool(
            found.folder / release.STORE,
            settings.limits,
            settings.turns,
            settings.long_turns,
            settings.waiting,
        )
        return Serving(found, store, pool)


def init_app(app: Flask, settings: Settings) -> None:
    """Open the current release. Raises NoRelease where there is none."""
    app.extensions["settings"] = settings
    app.extensions["current"] = Current(settings)


def serving() -> Serving:
    """Return the release that answers this request, from its first to its last line."""
    if "serving" not in g:
        current: Current = current_app.extensions["current"]
        g.serving = current.get()
    found: Serving = g.serving
    return found


def settings() -> Settings:
    """Return the settings of the server."""
    found: Settings = current_app.extensions["settings"]
    return found
