"""The outlines of the world's states, and figures, as shapes of SVG."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from selenograph.graph.overview import Place, Year

_BUILT = Path(__file__).parent / "static/built/world.json"
"""Made by the build of the scripts from Natural Earth, which is in the public domain."""
_NEAREST = 1.6
"""Points nearer to the one before are left out: what is drawn is no wider than a page."""
_POINT = re.compile(r"(-?[\d.]+),(-?[\d.]+)")


@dataclass(frozen=True)
class Outlines:
    """The states by their codes in ISO 3166-1 alpha-3, small ones with a point."""

    width: int
    height: int
    shapes: dict[str, str]
    points: dict[str, tuple[int, int]]
    others: str
    """What has no code of its own."""

    def land(self, others: Collection[str]) -> str:
        """Return the shapes of all states but some as one path."""
        shapes = (shape for code, shape in self.shapes.items() if code not in others)
        return "".join([*shapes, self.others])


@dataclass(frozen=True)
class Line:
    """The course of a number over the years: its points, and where it ends."""

    points: str
    end: tuple[float, float]
    last: int


@dataclass(frozen=True)
class Chart:
    """How many had joined by each year."""

    width: int
    height: int
    years: list[tuple[float, int]]
    levels: list[tuple[float, int]]
    ilrs: Line
    artemis: Line


@cache
def outlines(built: Path = _BUILT) -> Outlines | None:
    """Return the outlines, or None where the scripts have not been built."""
    try:
        found = json.loads(built.read_text("utf-8"))
    except FileNotFoundError:
        return None
    states = {code: state for code, state in found["states"].items() if code != "ATA"}
    return Outlines(
        found["width"],
        # Without Antarctica there is nothing to see below.
        round(found["height"] * 0.88),
        {code: _coarse(state["shape"]) for code, state in states.items()},
        {code: tuple(state["dot"]) for code, state in states.items() if "dot" in state},
        "".join(map(_coarse, found["others"])),
    )


def tiles(places: list[Place]) -> dict[str, list[Place]]:
    """Return the states by region: a map of equal tiles, where there are no outlines."""
    regions = sorted({place.region for place in places})
    return {region: [p for p in places if p.region == region] for region in regions}


def chart(years: list[Year]) -> Chart | None:
    """Return the numbers of both programmes as lines of steps, or None without any."""
    if not years:
        return None
    width, height, left, top = 640, 240, 34, 16
    most = max(max(y.ilrs_by_then, y.artemis_by_then) for y in years)
    step = 10 if most <= 50 else 20
    high = max(step, -(-most // step) * step)

    def x(year: int) -> float:
        return round(left + (year - years[0].year) * (width - left - 96) / len(years), 1)

    def y(number: int) -> float:
        return round(height - 26 - number * (height - 26 - top) / high, 1)

    def line(numbers: list[int]) -> Line:
        points, before = [f"{x(years[0].year)},{y(0)}"], 0
        for year, number in zip(years, numbers, strict=True):
            points += [f"{x(year.year)},{y(before)}", f"{x(year.year + 1)},{y(number)}"]
            before = number
        return Line(" ".join(points), (x(years[-1].year + 1), y(before)), before)

    return Chart(
        width,
        height,
        [(x(year.year), year.year) for year in years],
        [(y(level), level) for level in range(0, high + 1, step)],
        line([year.ilrs_by_then for year in years]),
        line([year.artemis_by_then for year in years]),
    )


def _coarse(shape: str) -> str:
    """Return a path with fewer points, in whole and half units, as relative steps."""
    rings = []
    for ring in filter(None, shape.split("M")):
        kept: list[tuple[int, int]] = []
        for found in _POINT.finditer(ring):
            point = round(float(found[1]) * 2), round(float(found[2]) * 2)
            if (
                not kept
                or max(abs(point[0] - kept[-1][0]), abs(point[1] - kept[-1][1])) >= _NEAREST * 2
            ):
                kept.append(point)
        if len(kept) > 2:
            steps = [f"{b[0] - a[0]},{b[1] - a[1]}" for a, b in zip(kept, kept[1:], strict=False)]
            rings.append(f"M{kept[0][0]},{kept[0][1]}l{' '.join(steps)}z")
    return "".join(rings)
