"""The sections of the report: for each a text and its tables."""

import math

from bench.load import ratio
from bench.results import BOUND, OURS, Pairs, Results, aims, growth
from bench.tables import Table, figure, listed

_WHY = (
    " What grows has a part that the engine answers for the whole graph before it joins it with "
    "the rest: an OPTIONAL of several patterns, a filter inside GRAPH, a subquery, or all parties "
    "of all programmes."
)

Made = tuple[str, *tuple[Table, ...]]


def servers(found: Results) -> Made:
    """Tell what was measured, where, and what could not be."""
    mode = "full" if found.full else "quick"
    text = (
        f"{found.date}, {mode} run, on {found.machine}; Python {found.python}; load by "
        f"{found.generator}. The record has {found.quads:,} quads; all answer from the same "
        "N-Quads."
    )
    rows = [
        [name, version, f"**absent**: {missing}" if missing else how]
        for name, version, how, missing in found.servers
    ]
    return text, Table(["server", "version", "how"], rows)


def reached(found: Results) -> Made:
    """Tell which aims are met, and which are not."""
    every = aims(found)
    missed = [f"{aim.wanted} (found {aim.found})" for aim in every if not aim.met]
    text = f"Not met: {'; '.join(missed)}." if missed else "Every aim is met."
    if not found.full:
        text += " A quick run is too short to rest on."
    rows = [[aim.wanted, aim.found, "yes" if aim.met else "**no**"] for aim in every]
    return text, Table(["aim", "found", "met"], rows)


def answers(found: Results) -> Made:
    """Tell what each peer answers otherwise."""
    text = (
        "Each answer is compared with ours as rows without an order. What a peer answers "
        "otherwise, or not in time, is left out of its ratios, for us too."
    )
    rows = [
        [peer, f"`{question}`", why]
        for peer, left_out in found.left_out.items()
        for question, why in left_out.items()
    ]
    return text, Table(["peer", "left out", "why"], rows or [["none", "", ""]])


def uncached(found: Results) -> Made:
    """Tell how the stored queries do without caches."""
    text = (
        "Each stored query in turn, every request of its own by a prefix that is not used, which "
        "no cache takes for the same. The second table has one client and one query at a time."
    )
    names = _running(found)
    rows = [
        [f"`{question}`", *(figure(one[name].p50) if name in one else "–" for name in names)]
        for question, one in found.each.items()
    ]
    return text, _paired(found.uncached), Table(["query, p50", *names], rows)


def heavy(found: Results) -> Made:
    """Tell how long the heavy queries take."""
    names = _running(found)
    rows = []
    for question, times in found.heavy.items():
        ours = times.get(OURS, math.nan)
        cells = [figure(ours)]
        for name in names[1:]:
            theirs = times.get(name, math.nan)
            cells.append("–" if math.isnan(theirs) else f"{figure(theirs)} ({ours / theirs:.2f})")
        rows.append([f"`{question}`", *cells])
    text = "Joins, aggregates and paths over the whole graph, one at a time; in brackets the ratio."
    return text, Table(["query", *names], rows)


def zipf(found: Results) -> Made:
    """Tell how servers do where the same is asked again and again."""
    text = (
        "A hundred stored queries with different values, the n-th of them asked 1/n times as often "
        "as the first. Caches are as each server has them: only ours has one for answers."
    )
    return text, _paired(found.zipf)


def killers(found: Results) -> Made:
    """Tell what endless queries do to a simple one."""
    text = (
        "Eight clients ask endless queries, again as soon as they are refused, while "
        "`acts-of-party` is asked at a steady rate, uncached. The clock starts when a request is "
        "sent; after 10 s the asker gives up, which counts as 10 s."
    )
    ours = found.killers.get(OURS)
    rows = []
    for name, one in found.killers.items():
        share = ratio(ours.p99, one.p99) if ours else math.nan
        lost = f"{one.errors:.0f} of {one.requests:.0f}"
        rows.append([name, listed((one.p50, one.p95, one.p99)), figure(share), lost])
    return text, Table(["server", "p50 / p95 / p99", "ratio of p99", "not answered"], rows)


def starts(found: Results) -> Made:
    """Tell how soon servers answer, and what memory they need."""
    text = (
        "From the start of the command to its first answer, the data loaded before where the "
        "server has a store; and the memory of all its processes after the mix (PSS)."
    )
    rows = []
    for name, seconds in found.starts.items():
        memory = found.memory[name]
        shares = ratio(found.starts[OURS], seconds), ratio(found.memory[OURS], memory)
        rows.append([name, figure(seconds), figure(memory), *map(figure, shares)])
    columns = ["server", "seconds", "MiB", "ratio of seconds", "ratio of MiB"]
    return text, Table(columns, rows)


def scale(found: Results) -> Made:
    """Tell how times grow with the record."""
    text = (
        "Releases made of copies of the record (`bench/scale.py`), and the stored queries that "
        "touch a bounded part: p50 over HTTP with one client, uncached; in brackets the time "
        "divided by that in the smallest. The store is loaded from a file, so that the quads need "
        "not be in memory."
    )
    if not found.scaled:
        return (text + " Not measured.",)
    if open_ended := found.scaled[0].unbounded:
        named = ", ".join(f"`{name}`" for name in open_ended)
        text += f" Without a parameter, and so about the whole record: {named}."
    first, *larger = found.scaled
    rows = []
    ratios = growth(found.scaled)
    if any(max(shares) > BOUND for shares in ratios.values()):
        text += _WHY
    for name, shares in ratios.items():
        times = [figure(size.times[name]) for size in larger]
        cells = [f"{time} ({share:.1f})" for time, share in zip(times, shares, strict=True)]
        rows.append([f"`{name}`", figure(first.times[name]), *cells])
    columns = ["query", *(f"{size.quads:,} quads" for size in found.scaled)]
    made = [
        [f"{one.quads:,}", str(one.copies)]
        + [figure(value) for value in (one.generated, one.loaded, one.memory, one.disk)]
        for one in (size.made for size in larger)
        if one
    ]
    of_making = ["quads", "copies", "s to write", "s to load", "MiB of memory", "MiB on disk"]
    return text, Table(columns, rows), Table(of_making, made)


def _paired(pairs: Pairs) -> Table:
    rows = []
    for clients, peers in pairs.items():
        for peer, (ours, theirs) in peers.items():
            times = [(one.p50, one.p95, one.p99) for one in (ours, theirs)]
            shares = [ratio(mine, other) for mine, other in zip(*times, strict=True)]
            rates = [ours.rate, theirs.rate]
            rows.append(
                [f"{peer}, {clients}", *map(figure, rates), f"**{figure(ratio(*rates))}**"]
                + [*map(listed, (*times, shares)), f"{ours.errors:.0f}, {theirs.errors:.0f}"]
            )
    columns = [
        "peer, clients", "ours, req/s", "peer, req/s", "ratio", "ours, p50 / p95 / p99",
        "peer, p50 / p95 / p99", "ratio of times", "errors",
    ]  # fmt: skip
    return Table(columns, rows)


def _running(found: Results) -> list[str]:
    return [name for name, _, _, missing in found.servers if not missing]


def rebuilding(found: Results) -> Made:
    """Tell how long it takes to make the record from its sources, and beside owlrl."""
    text = (
        "What a build and each new known day do: reconcile, infer, derive; seconds in one process. "
        "owlrl draws the same inferences (`tests/test_graph_entail.py`)."
    )
    if not found.rebuilt:
        return (text + " Not measured.",)
    smallest = found.rebuilt[0]
    rows = [
        [f"{one.quads:,}", f"{one.sources:,}"]
        + [f"{seconds:.2f}" for seconds in (one.reconcile, one.infer, one.derive, one.whole)]
        + [
            f"{one.whole / smallest.whole:.1f}",
            f"{one.owlrl:.1f} ({one.owlrl / one.infer:.0f} ×)" if one.owlrl else "",
        ]
        for one in found.rebuilt
    ]
    columns = ["quads", "sources", "reconcile", "infer", "derive", "all", "growth", "owlrl"]
    return text, Table(columns, rows)
