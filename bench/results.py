"""What a run of the benchmark found, before it is told."""

import math
from dataclasses import dataclass, field

from bench.load import Measure, ratio
from bench.rebuild import Rebuilt
from bench.scaled import Size

Pairs = dict[int, dict[str, tuple[Measure, Measure]]]
"""For each number of clients and each peer: ours, and the peer, on the same questions."""

BOUND = 3
"""How many times longer a query about a bounded part may take in a larger release."""
OURS, ENGINE, RDFLIB = "selenograph", "oxigraph", "rdflib-endpoint"


@dataclass
class Results:
    """Everything that a run found. Servers go by their names, questions by theirs."""

    full: bool
    date: str
    machine: str
    python: str
    generator: str
    quads: int
    servers: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Name, version, how it is run, and what is missing."""
    left_out: dict[str, dict[str, str]] = field(default_factory=dict)
    uncached: Pairs = field(default_factory=dict)
    each: dict[str, dict[str, Measure]] = field(default_factory=dict)
    heavy: dict[str, dict[str, float]] = field(default_factory=dict)
    """Milliseconds; not a number where the question is left out."""
    zipf: Pairs = field(default_factory=dict)
    killers: dict[str, Measure] = field(default_factory=dict)
    starts: dict[str, float] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    scaled: list[Size] = field(default_factory=list)
    rebuilt: list[Rebuilt] = field(default_factory=list)


@dataclass(frozen=True)
class Aim:
    """Something that we want, what was found, and whether that is it."""

    wanted: str
    found: str
    met: bool


def rates(pairs: Pairs, clients: int, peer: str) -> float:
    """Return requests per second, ours divided by the peer's."""
    if peer not in pairs.get(clients, {}):
        return math.nan
    ours, theirs = pairs[clients][peer]
    return ratio(ours.rate, theirs.rate)


def growth(sizes: list[Size]) -> dict[str, list[float]]:
    """Return for each query its time in each larger release, divided by that in the first."""
    first, *rest = sizes
    return {
        name: [ratio(size.times[name], first.times[name]) for size in rest] for name in first.times
    }


def aims(found: Results) -> list[Aim]:
    """Return each aim with what was found; aims about a peer that is missing are left out."""
    listed = []
    for peer, least in ((ENGINE, 1.0), (RDFLIB, 20.0)):
        value = rates(found.zipf, 32, peer)
        if not math.isnan(value):
            wanted = f"Zipf mix, 32 clients: at least {least:g} × {peer}"
            listed.append(Aim(wanted, f"{value:.2f} ×", value >= least))
    for clients in found.uncached:
        value = rates(found.uncached, clients, ENGINE)
        if not math.isnan(value):
            wanted = f"Stored queries uncached, clients: {clients}: at least 0.5 × {ENGINE}"
            listed.append(Aim(wanted, f"{value:.2f} ×", value >= 0.5))
    ours = found.killers.get(OURS)
    for peer, theirs in found.killers.items():
        if ours and peer != OURS:
            wanted = f"Under killer load: p99 below that of {peer}"
            shown = f"{ours.p99:,.0f} ms, {theirs.p99:,.0f} ms"
            listed.append(Aim(wanted, shown, ours.p99 < theirs.p99))
    if len(found.scaled) > 1:
        for name, ratios in growth(found.scaled).items():
            wanted = f"`{name}` in a larger release: within {BOUND} × the small one"
            shown = ", ".join(f"{value:.1f} ×" for value in ratios)
            listed.append(Aim(wanted, shown, max(ratios) <= BOUND))
    return listed
