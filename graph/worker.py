"""The process that evaluates queries, one at a time, over a store that it cannot change.

It may be killed at any moment, and it may end itself: by memory, or by a stack that overflows.
Its pool is in ``graph.pool``.
"""

import multiprocessing
import os
import signal
import threading
import traceback
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing.connection import Connection
from multiprocessing.reduction import send_handle
from tempfile import SpooledTemporaryFile
from typing import IO, Literal, cast

import pyoxigraph as ox

from selenograph.graph import query, results, sandbox
from selenograph.graph.errors import SelenographError, TooLarge, Unserved

IN_MEMORY = 1 << 20
"""Answers up to this size, in bytes, pass through the pipe; larger ones through a file."""
_STACK = 256 << 20
"""Bytes of stack: what guard.MOST operators and guard.DEEPEST brackets may need, and some."""

Kind = Literal["solutions", "boolean", "graph"]


@dataclass(frozen=True)
class Limits:
    """What a query may use."""

    seconds: float = 30
    """Time from its arrival to its answer, waiting included."""
    memory: int = 1 << 30
    """Bytes of memory of the process that evaluates it."""
    answer: int = 100_000_000
    """Bytes of its answer."""
    services: tuple[str, ...] = ()
    """Other endpoints that it may ask."""


@dataclass(frozen=True)
class Job:
    """A query with its dataset and, for each kind of answer, the format wanted."""

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    solutions: str | None = "json"
    boolean: str | None = "json"
    graph: str | None = "nt"
    store: str = ""
    """The folder of another store than the one that the process has open."""


@dataclass(frozen=True)
class Answer:
    """A whole answer: its kind, its format, and its text in memory or in a file.

    Without a format nothing was written, since none suits the client.
    """

    kind: Kind
    form: str | None
    rows: int = 0
    size: int = 0
    text: bytes | None = None
    file: IO[bytes] | None = None


def main(connection: "Connection[object, Job]", store: str, limits: Limits) -> None:
    """Answer one job after the other until the server is gone, by whatever way it went."""
    # Of a group of its own, so that keys typed at the server do not reach it.
    os.setpgrp()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    sandbox.limit_memory(limits.memory + _STACK)
    if not limits.services:
        sandbox.close_network()
    threading.stack_size(_STACK)
    threading.Thread(target=_answer_all, args=(connection, store, limits), daemon=True).start()
    server = multiprocessing.parent_process()
    assert server is not None
    server.join()
    os._exit(0)


def _answer_all(connection: "Connection[object, Job]", folder: str, limits: Limits) -> None:
    try:
        try:
            store = ox.Store.read_only(folder)
        except OSError as error:
            connection.send(None)
            connection.recv()
            connection.send(Unserved(str(error)))
            raise EOFError from error
        # What a job computes is counted from here.
        connection.send(None)
        while True:
            _answer_one(connection, store, limits)
    except (EOFError, ConnectionError, MemoryError):
        pass
    except BaseException:
        traceback.print_exc()
    # Without this thread the process is of no use.
    os._exit(1)


def _answer_one(connection: "Connection[object, Job]", store: ox.Store, limits: Limits) -> None:
    job = connection.recv()
    sandbox.limit_time(limits.seconds)
    with SpooledTemporaryFile(max_size=IN_MEMORY) as out:
        try:
            asked = _opened(job.store) if job.store else store
            answer = _answer(asked, job, limits, cast(IO[bytes], out))
        except SelenographError as error:
            connection.send(error)
            return
        except OSError as error:
            connection.send(Unserved(str(error)))
            return
        size = out.tell()
        out.seek(0)
        text = out.read() if size <= IN_MEMORY else None
        connection.send(Answer(answer.kind, answer.form, answer.rows, size, text))
        if text is None:
            send_handle(connection, out.fileno(), None)


@lru_cache(maxsize=4)
def _opened(folder: str) -> ox.Store:
    return ox.Store.read_only(folder)


def _answer(store: ox.Store, job: Job, limits: Limits, out: IO[bytes]) -> Answer:
    found = query.run(store, job.text, job.default_graphs, job.named_graphs, limits.services)
    bounded = cast(IO[bytes], _Bounded(out, limits.answer))
    if isinstance(found, ox.QueryTriples):
        if job.graph is None:
            return Answer("graph", None)
        triples = list(found)
        bounded.write(results.statements(triples, job.graph))
        return Answer("graph", job.graph, len(triples))
    kind: Kind = "boolean" if isinstance(found, ox.QueryBoolean) else "solutions"
    form = job.boolean if kind == "boolean" else job.solutions
    if form is None:
        return Answer(kind, None)
    return Answer(kind, form, results.write(found, form, bounded))


class _Bounded:
    """A file that takes so many bytes and not one more."""

    def __init__(self, out: IO[bytes], left: int) -> None:
        self.out, self.limit, self.left = out, left, left

    def write(self, chunk: bytes) -> int:
        self.left -= len(chunk)
        if self.left < 0:
            raise TooLarge(self.limit)
        return self.out.write(chunk)

    def flush(self) -> None:
        self.out.flush()
