"""The process that makes what takes long, one thing at a time, beside the server.

These are the files of an export, in the folder ``exports`` of the release, and its earlier records.
Each is a release in the folder ``known`` of the present one, named by the last day on which
something was published that it knows: the days up to the next one have the same record.
"""

import contextlib
import gc
import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from multiprocessing.connection import Connection
from pathlib import Path

import pyoxigraph as ox
from rdflib import URIRef

from selenograph.graph import export, known, release, sandbox
from selenograph.graph.errors import BadInput, Busy, NoRelease, SelenographError, Unserved
from selenograph.graph.known import Archive
from selenograph.graph.release import Release

FOLDER, EXPORTS = "known", "exports"
KEPT = 32
"""How many earlier records stay on disk."""
WAITING = 8
"""How many may wait for one."""

_context = multiprocessing.get_context("forkserver")


class Archivist:
    """Gives a release as it could be known on earlier days, and has that made."""

    def __init__(self, of: Release) -> None:
        self._of = of
        self._lock = threading.Lock()
        self._waiting = threading.BoundedSemaphore(WAITING)
        self._process: multiprocessing.process.BaseProcess | None = None
        self._connection: Connection[date | None, SelenographError | None] | None = None

    @cached_property
    def days(self) -> list[date]:
        """The days on which something was published, in order."""
        return sorted(set(self._published.values()) - {date.max})

    @cached_property
    def _store(self) -> ox.Store:
        return self._of.open()

    @cached_property
    def _published(self) -> dict[URIRef, date]:
        return known.published(self._store)

    def told_on(self, day: date) -> date:
        """Return the last day up to one on which something was published; before all, the first."""
        return ([date.min, *self.days])[bisect_right(self.days, day)]

    def speaking(self, iri: ox.NamedNode) -> set[date]:
        """Return the days on which sources were published that speak of a resource."""
        ask = self._store.quads_for_pattern
        return {
            day
            for source, day in self._published.items()
            for name in (ox.NamedNode(source),)
            if next(ask(iri, None, None, name), None) or next(ask(None, None, iri, name), None)
        }

    def newest(self, day: date) -> date:
        """Return the day of the newest source known on a day, or that day where none is known."""
        told = self.told_on(day)
        return told if told > date.min else day

    def start(self) -> None:
        """Start the process, which then reads the release while others are served."""
        with self._lock:
            self._started()

    def release(self, day: date) -> Release:
        """Return the release as it could be known on a day; have it made where it is not there.

        Raises BadInput for a day that has not come, Busy where too many wait for one, and NoRelease
        where it cannot be made.
        """
        if day > date.today():
            raise BadInput(f"{day} has not come yet: what will be known then is not known now.")
        day = self.told_on(day)
        folder = self._of.folder / FOLDER / day.isoformat()
        self._insist(folder, day)
        with contextlib.suppress(OSError):
            os.utime(folder)
        return release.at(folder)

    def exports(self) -> Path:
        """Return the folder of the files of an export; have them made where they are not there.

        Raises what ``release`` raises.
        """
        folder = self._of.folder / EXPORTS
        self._insist(folder, None)
        return folder

    def _insist(self, folder: Path, day: date | None) -> None:
        """Have a folder made where it is not there."""
        if not folder.exists():
            if not self._waiting.acquire(blocking=False):
                raise Busy
            try:
                with self._lock:
                    if not folder.exists():
                        self._make(day)
            finally:
                self._waiting.release()

    def close(self) -> bool:
        """End the process; tell whether there was one."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.join()
        return process is not None

    def _make(self, day: date | None) -> None:
        connection = self._started()
        try:
            connection.send(day)
            failed = connection.recv()
        except (EOFError, OSError) as error:
            self._process = None
            raise NoRelease(str(self._of.folder.parent)) from error
        if failed:
            raise failed

    def _started(self) -> "Connection[date | None, SelenographError | None]":
        if self._process is None or not self._process.is_alive() or self._connection is None:
            self._connection, other = _context.Pipe()
            self._process = _context.Process(
                target=main, args=(other, str(self._of.folder)), daemon=True
            )
            self._process.start()
            other.close()
        return self._connection


class Alone(Archivist):
    """An archivist that does the work in this process, for one who waits for it anyway.

    Another process would first run the script of its caller again, where that does not guard itself
    (https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods).
    """

    @cached_property
    def _texts(self) -> Mapping[URIRef, bytes]:
        return known.texts(self._of.open())

    @cached_property
    def _archive(self) -> Archive:
        return Archive.of(self._texts)

    def _make(self, day: date | None) -> None:
        assert day is not None
        try:
            make(self._archive, day, self._texts, self._of)
        except OSError as error:
            # Somebody else may have made it meanwhile.
            if not (self._of.folder / FOLDER / day.isoformat()).exists():
                raise Unserved(str(error)) from error


def main(connection: "Connection[SelenographError | None, date | None]", folder: str) -> None:
    """Make one after the other until the server is gone."""
    os.setpgrp()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    sandbox.close_network()
    # Queries go first.
    os.nice(5)
    of = release.at(Path(folder))
    with contextlib.suppress(EOFError, ConnectionError):
        graphs = known.texts(of.open())
        archive = Archive.of(graphs)
        archive.warm()
        # What is there stays: looking it through for garbage would take a quarter of the time.
        gc.freeze()
        while True:
            day = connection.recv()
            try:
                if day:
                    make(archive, day, graphs, of)
                else:
                    write_exports(of)
                connection.send(None)
            except SelenographError as error:
                connection.send(error)
            except OSError as error:
                connection.send(Unserved(str(error)))


def make(archive: Archive, day: date, graphs: Mapping[URIRef, bytes], of: Release) -> None:
    """Make the release of a day, whole or not at all; drop those that were used longest ago."""
    out = of.folder / FOLDER
    out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=out) as work:
        whole = Path(work) / "release"
        whole.mkdir()
        known.write(archive, day, graphs, whole / release.STORE)
        release.describe(whole, of)
        whole.rename(out / day.isoformat())
    made = sorted(
        (one for one in out.iterdir() if not one.name.startswith(".")),
        key=lambda one: one.stat().st_mtime,
    )
    for old in made[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def write_exports(of: Release) -> None:
    """Write all files that can be written of a release, whole or not at all."""
    before = export.before(of)
    with tempfile.TemporaryDirectory(prefix=".exporting-", dir=of.folder) as work:
        whole = Path(work) / EXPORTS
        export.write(of, whole, export.writable(before), before)
        whole.rename(of.folder / EXPORTS)
