"""Measures servers in turns, so that what else the machine does hits all of them alike."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench import agree, killers, workload
from bench.load import Measure, load, median
from bench.process import NoAnswer, Running
from bench.results import OURS, Pairs, Results
from bench.workload import NUMBER, Mix, Question, unique

Say = Callable[[str], None]
SIMPLE = "acts-of-party"


@dataclass(frozen=True)
class Plan:
    """How long and how often everything is measured."""

    rounds: int
    seconds: int
    heavy_runs: int
    in_time: float
    """Seconds in which a peer has to answer a question to be asked it under load."""
    heavy_in_time: float
    killer_seconds: float
    killer_rate: float
    starts: int
    compared: int
    """How many variants of the stored queries are compared, beside those themselves."""
    sizes: tuple[int, ...]
    clients: tuple[int, ...] = (1, 8, 32)


QUICK = Plan(2, 1, 1, 1.0, 4, 6, 5, 1, 20, (200_000,), (1, 32))
FULL = Plan(3, 4, 3, 5.0, 30, 45, 10, 3, 100, (1_000_000, 10_000_000))


class Bench:
    """One run, over servers that are at work."""

    def __init__(self, plan: Plan, running: dict[str, Running], found: Results, say: Say) -> None:
        self.plan, self.running, self.found, self.say = plan, running, found, say
        self.ours = running[OURS]
        self.peers = {name: one for name, one in running.items() if name != OURS}

    def agree(self, mix: Mix) -> None:
        """Find the questions that a peer cannot be measured by."""
        unanswered: dict[str, str] = {}
        for name, peer in self.peers.items():
            self.say(f"Comparing the answers of {name} …")
            plan, left_out = self.plan, self.found.left_out.setdefault(name, {})
            left_out |= agree.left_out(self.ours, peer, workload.stored(), plan.in_time)
            variants = mix.without(left_out).questions[: plan.compared]
            left_out |= agree.left_out(self.ours, peer, variants, plan.in_time)
            left_out |= unanswered
            heavy = [one for one in workload.heavy() if one.name not in unanswered]
            left_out |= agree.left_out(self.ours, peer, heavy, plan.heavy_in_time)
            unanswered |= {one: why for one, why in left_out.items() if why.startswith(agree.OURS)}

    def pairs(self, mix: Mix) -> Pairs:
        """Measure a mix in rounds: ours and each peer, on the questions that the peer answers."""
        pairs: Pairs = {}
        for clients in self.plan.clients:
            rounds: list[dict[str, tuple[Measure, Measure]]] = []
            for _ in range(self.plan.rounds):
                ours: dict[Mix, Measure] = {}
                rounds.append({})
                for name, peer in self.peers.items():
                    same = mix.without(self.found.left_out[name])
                    if not same.order:
                        continue
                    if same not in ours:
                        ours[same] = self._load(self.ours, same, clients)
                    rounds[-1][name] = ours[same], self._load(peer, same, clients)
            pairs[clients] = {
                name: (
                    median([one[name][0] for one in rounds]),
                    median([one[name][1] for one in rounds]),
                )
                for name in rounds[0]
            }
        return pairs

    def each(self, mix: Mix) -> Iterator[tuple[str, dict[str, Measure]]]:
        """Measure each question alone with one client."""
        for question in mix.questions:
            alone = Mix((question,), (0,))
            rounds: dict[str, list[Measure]] = {}
            for _ in range(max(1, self.plan.rounds // 2)):
                for name, one in self.running.items():
                    if question.name not in self.found.left_out.get(name, {}):
                        rounds.setdefault(name, []).append(self._load(one, alone, 1))
            yield question.name, {name: median(some) for name, some in rounds.items()}

    def heavy(self, question: Question) -> dict[str, float]:
        """Return the milliseconds of a heavy question on each server that answers it in time."""
        times: dict[str, list[float]] = {}
        for number in range(self.plan.heavy_runs):
            for name, one in self.running.items():
                if question.name not in self.found.left_out.get(name, {}):
                    text = unique(question.text).replace(NUMBER, f"heavy{number}")
                    began = time.perf_counter()
                    try:
                        one.ask(text, 2 * self.plan.heavy_in_time)
                    except NoAnswer:
                        one.settle(1)
                        continue
                    times.setdefault(name, []).append((time.perf_counter() - began) * 1000)
        return {name: statistics.median(some) for name, some in times.items()}

    def starts(self) -> dict[str, float]:
        """Return the seconds that each server takes to its first answer."""
        times = {name: [one.seconds] for name, one in self.running.items()}
        for _ in range(self.plan.starts - 1):
            for name, one in self.running.items():
                one.restart()
                times[name].append(one.seconds)
        return {name: statistics.median(some) for name, some in times.items()}

    def measure(self, mix: Mix) -> None:
        """Measure everything but the scale."""
        plan, found = self.plan, self.found
        uncached = workload.uncached()
        self.say("Starting again …")
        found.starts = self.starts()
        self.agree(mix)
        self.say("Zipf mix …")
        found.zipf = self.pairs(mix)
        found.memory = {name: one.memory() for name, one in self.running.items()}
        self.say("Stored queries, uncached …")
        found.uncached = self.pairs(uncached)
        found.each = dict(self.each(uncached))
        self.say("Heavy queries …")
        found.heavy = {one.name: self.heavy(one) for one in workload.heavy()}
        self.say("Killer load …")
        simple = next(one for one in uncached.questions if one.name == SIMPLE)
        for name, one in self.running.items():
            found.killers[name] = killers.under_killers(
                one, simple, plan.killer_rate, plan.killer_seconds
            )

    def _load(self, one: Running, mix: Mix, clients: int) -> Measure:
        measured = load(one, mix, clients, self.plan.seconds)
        one.settle()
        if measured.requests < 2 * clients:
            measured = load(one, mix, clients, 3 * self.plan.seconds)
            one.settle()
        return measured
