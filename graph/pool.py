"""Runs queries in worker processes, so that each ends in time and harms no other.

Most queries take milliseconds and a few would take for ever, and nobody knows which before. So a
query starts at once where a turn is free. When it has used ``PATIENCE`` it becomes a long one:
it gives its turn back, its process yields the processor to all others, and it goes on. Where
already as many long ones run as may, it goes on until somebody waits for its turn; then its
process is ended, and it starts over when there is room. Whatever happens, a query ends by its
deadline, and its process with it.
"""

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import wait
from multiprocessing.reduction import recv_handle
from pathlib import Path
from typing import cast

from selenograph.graph import sandbox, worker
from selenograph.graph.errors import Abandoned, Busy, Lost, SelenographError, TimeLimit
from selenograph.graph.worker import Answer, Job, Limits

PATIENCE = 0.05
"""Seconds of computing after which a query is a long one, or forty times as many of waiting."""
_GLANCE = 0.1
"""Seconds between two looks at the clock and at the client."""

# Forked from a process that has only loaded the code: quick, and free of our threads and locks.
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["__main__", worker.__name__])


class Pool:
    """Worker processes over one store."""

    def __init__(
        self, store: Path, limits: Limits, turns: int, long_turns: int, waiting: int
    ) -> None:
        self.store, self.limits, self.turns = store, limits, turns
        self.most = turns + long_turns + waiting
        self._quick = _Turns(turns)
        self._long = _Turns(long_turns)
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._at_work = 0
        self._closed = False
        for _ in range(turns):
            self._add_spare()

    def ask(
        self, job: Job, seconds: float | None = None, gone: Callable[[], bool] = lambda: False
    ) -> Answer:
        """Return the whole answer of a query, whose file, if any, the caller closes.

        ``seconds`` can only shorten the time allowed; ``gone`` tells whether the client still is.

        Raises BadQuery, Forbidden, TooLarge for what the query is; TimeLimit, Lost, Abandoned
        where it was stopped; and Busy where too many wait.
        """
        watch = _Watch(min(seconds or self.limits.seconds, self.limits.seconds), gone)
        with self._counted():
            answer = self._ask_quickly(job, watch)
            if answer is None:
                with self._long.turn(watch), self._worker(job) as one:
                    one.yield_processor()
                    answer = one.result(watch)
        if isinstance(answer, SelenographError):
            raise answer
        return answer

    def __len__(self) -> int:
        """Return the number of queries at work and waiting."""
        return self._at_work

    def close(self) -> None:
        """End the processes that are idle now, and each other one with its query."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for one in idle:
            one.end()

    def _ask_quickly(self, job: Job, watch: "_Watch") -> Answer | SelenographError | None:
        """Return the answer, or None where the query has to start over as a long one."""
        with contextlib.ExitStack() as turn:
            turn.enter_context(self._quick.turn(watch))
            with self._worker(job) as one:
                while not one.ready(watch, PATIENCE / 2):
                    if one.is_quick():
                        continue
                    if self._long.take():
                        with self._long.held():
                            self._pass_on(turn)
                            one.yield_processor()
                            return one.result(watch)
                    if self._quick.wanted:
                        self._pass_on(turn)
                        return None
                return one.result(watch)

    def _pass_on(self, turn: contextlib.ExitStack) -> None:
        """Give a turn back; whoever has it next finds a worker ready."""
        self._add_spare()
        turn.close()

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        with self._lock:
            if self._at_work >= self.most:
                raise Busy
            self._at_work += 1
        try:
            yield
        finally:
            with self._lock:
                self._at_work -= 1

    @contextlib.contextmanager
    def _worker(self, job: Job) -> Iterator["_Worker"]:
        """Give a worker that has got a job; keep it for the next one if it is as it was."""
        with self._lock:
            one = self._idle.pop() if self._idle else None
        one = one if one and one.send(job) else _Worker(self.store, self.limits, job)
        try:
            yield one
        finally:
            with self._lock:
                keep = one.reusable and not self._closed and len(self._idle) < self.turns
                if keep:
                    self._idle.append(one)
            if not keep:
                one.end()

    def _add_spare(self) -> None:
        one = _Worker(self.store, self.limits)
        with self._lock:
            keep = not self._closed
            if keep:
                self._idle.append(one)
        if not keep:
            one.end()


class _Worker:
    """One process and the connection to it."""

    def __init__(self, store: Path, limits: Limits, job: Job | None = None) -> None:
        self.limits = limits
        self.reusable = True
        self._is_starting = True
        self._long = False
        self._started = self._computed = 0.0
        self.connection, other = _context.Pipe()
        with other:
            self.process = _started((other, str(store), limits), limits.memory)
        if job and not self.send(job):
            raise Lost(0, limits.memory)

    def send(self, job: Job) -> bool:
        """Give the process a job; tell whether it was still there to take it."""
        self.reusable = False
        self._begin()
        try:
            if wait([self.process.sentinel], 0):
                raise ConnectionError
            self.connection.send(job)
        except OSError:
            self.end()
            return False
        return True

    def ready(self, watch: "_Watch", seconds: float) -> bool:
        """Wait so long for an answer; tell whether there is one, or the process has ended."""
        watch.look()
        found = wait([self.connection, self.process.sentinel], min(seconds, watch.left))
        if self._is_starting and self.connection in found:
            with contextlib.suppress(EOFError, OSError):
                self.connection.recv()
                self._is_starting = False
                self._begin()
                return False
        return bool(found)

    def result(self, watch: "_Watch") -> Answer | SelenographError:
        """Return the answer as soon as it is there."""
        while not self.ready(watch, _GLANCE):
            pass
        try:
            # Its end may be announced though it lives, where the one that announces has died.
            if not self.connection.poll():
                raise EOFError
            result: Answer | SelenographError = self.connection.recv()
            if isinstance(result, Answer) and result.form and result.text is None:
                file = os.fdopen(recv_handle(self.connection), "rb")
                file.seek(0)
                result = Answer(result.kind, result.form, result.rows, result.size, file=file)
        except (EOFError, OSError) as error:
            raise Lost(watch.elapsed, self.limits.memory) from error
        # The memory of a long query, and the processor's favour, only a new process gives back.
        self.reusable = not self._long
        return result

    def is_quick(self) -> bool:
        """Tell whether the job has done little yet, though others may have kept it waiting."""
        waited = time.monotonic() - self._started
        computed = sandbox.computed(self.process.pid) - self._computed
        return self._is_starting or (waited < PATIENCE * 40 and computed < PATIENCE)

    def _begin(self) -> None:
        self._started = time.monotonic()
        self._computed = sandbox.computed(self.process.pid)

    def yield_processor(self) -> None:
        """Let all other processes go first from now on."""
        self._long = True
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PGRP, cast(int, self.process.pid), 19)

    def end(self) -> None:
        """End the process at once."""
        with contextlib.suppress(OSError):
            os.kill(cast(int, self.process.pid), signal.SIGKILL)
        self.connection.close()
        self.process.join()
        self.process.close()


def _started(given: tuple[object, ...], memory: int) -> multiprocessing.process.BaseProcess:
    """Start a process. Raises Lost where that is not to be had."""
    for _ in range(3):
        made = _context.Process(target=worker.main, args=given, daemon=True)
        # The one that forks may have died just now; there is another one the next time.
        with contextlib.suppress(EOFError, ConnectionError):
            made.start()
            return made
    raise Lost(0, memory)


class _Turns:
    """So many at once; the others wait, first come, first served."""

    def __init__(self, number: int) -> None:
        self._free = threading.Semaphore(number)
        self._lock = threading.Lock()
        self.wanted = 0
        """How many wait for one."""

    def take(self) -> bool:
        """Take a turn if one is free."""
        return self._free.acquire(blocking=False)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Give back at the end a turn that was taken."""
        try:
            yield
        finally:
            self._free.release()

    @contextlib.contextmanager
    def turn(self, watch: "_Watch") -> Iterator[None]:
        """Wait for a turn, and give it back at the end."""
        if not self.take():
            with self._lock:
                self.wanted += 1
            try:
                while not self._free.acquire(timeout=max(0.0, min(_GLANCE, watch.left))):
                    watch.look()
            finally:
                with self._lock:
                    self.wanted -= 1
        with self.held():
            yield


class _Watch:
    """The time that a query may take, and whether anybody still waits for it."""

    def __init__(self, seconds: float, gone: Callable[[], bool]) -> None:
        self.seconds, self.gone = seconds, gone
        self.started = time.monotonic()

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.started

    @property
    def left(self) -> float:
        return max(0.0, self.seconds - self.elapsed)

    def look(self) -> None:
        """Raise TimeLimit or Abandoned where there is no more reason to go on."""
        if not self.left:
            raise TimeLimit(self.elapsed, self.seconds)
        if self.gone():
            raise Abandoned("The client closed its connection.")
