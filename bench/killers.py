"""Killer load: endless queries at work while somebody asks a simple one at a steady rate."""

import threading
import time

from bench.load import Measure, percentile
from bench.process import NoAnswer, Running
from bench.workload import ENDLESS, NUMBER, Question

KILLERS = 8
_PATIENCE = 10.0
"""Seconds after which the asker of the simple query gives up; that counts as so long."""


def under_killers(running: Running, simple: Question, rate: float, seconds: float) -> Measure:
    """Return the times of a simple query, asked at a steady rate, beside endless ones.

    The server is ended then, since some go on with what nobody waits for.
    """
    over = threading.Event()
    began = time.monotonic()
    killers = [
        threading.Thread(target=_kill, args=(running, number, over), daemon=True)
        for number in range(KILLERS)
    ]
    for thread in killers:
        thread.start()
    # Until each killer has got its place.
    time.sleep(1)
    times: list[float] = []
    errors: list[str] = []
    askers = [
        threading.Thread(target=_ask, args=(running, simple, number, times, errors))
        for number in range(round(rate * seconds))
    ]
    start = time.monotonic()
    for number, thread in enumerate(askers):
        time.sleep(max(0, start + number / rate - time.monotonic()))
        thread.start()
    for thread in askers:
        thread.join()
    over.set()
    running.stop()
    p50, p95, p99 = (percentile(times, share) for share in (50, 95, 99))
    return Measure(len(times), len(errors), time.monotonic() - began, p50, p95, p99)


def _kill(running: Running, number: int, over: threading.Event) -> None:
    """Ask an endless query again as soon as it is refused or stopped."""
    while not over.is_set():
        number += KILLERS
        text = ENDLESS + f" LIMIT {number + 1}"
        try:
            running.ask(text, 600)
        except NoAnswer:
            over.wait(0.2)


def _ask(
    running: Running,
    simple: Question,
    number: int,
    times: list[float],
    errors: list[str],
) -> None:
    began = time.monotonic()
    try:
        running.ask(simple.text.replace(NUMBER, f"killer{number}"), _PATIENCE)
    except NoAnswer as error:
        errors.append(str(error))
        times.append(_PATIENCE * 1000)
        return
    times.append((time.monotonic() - began) * 1000)
