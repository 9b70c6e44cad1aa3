"""Dates as sources have them, and the days between which they lie.

A date is an ``xsd:date``, ``xsd:gYearMonth`` or ``xsd:gYear``, or else an EDTF expression:
https://www.loc.gov/standards/datetime/. EDTF extends the three, so one parser reads all.
"""

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from time import struct_time
from typing import NamedTuple

from edtf import EDTFObject, parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException
from rdflib import Literal
from rdflib.namespace import XSD

from selenograph.graph.errors import BadDate, BadInput
from selenograph.graph.names import EDTF

DATATYPES = (XSD.date, XSD.gYearMonth, XSD.gYear, EDTF)
_WIDER = {None: 0, "~": 1, "?": 1, "%": 2}
_PLAIN = re.compile("([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12][0-9]|3[01]))?)?([~?%])?")


class Bounds(NamedTuple):
    """First and last day on which a date may fall; None where it is open on that side."""

    earliest: date | None
    latest: date | None

    @property
    def days(self) -> int:
        """Number of days between the bounds, and the largest date's number where one is open."""
        if self.earliest is None or self.latest is None:
            return date.max.toordinal()
        return (self.latest - self.earliest).days

    def overlaps(self, other: "Bounds") -> bool:
        """Tell whether both can be true of one moment."""
        return not (_before(self, other) or _before(other, self))

    def within(self, other: "Bounds") -> bool:
        """Tell whether every day of these bounds is a day of the other's."""
        starts = other.earliest is None or (
            self.earliest is not None and self.earliest >= other.earliest
        )
        ends = other.latest is None or (self.latest is not None and self.latest <= other.latest)
        return starts and ends


def is_date(term: object) -> bool:
    """Tell whether a term is a literal of one of the four datatypes of dates."""
    return isinstance(term, Literal) and term.datatype in DATATYPES


@lru_cache(maxsize=10_000)
def bounds(text: str) -> Bounds:
    """Return the days between which a date lies.

    Precision is never invented: a month has its first and last day as bounds. An approximate
    or uncertain date is widened by one unit of its own precision on each side, and by two where it
    is both. (The library widens one of a month by a month and a year.)

    Raises BadDate for text that is no date.
    """
    try:
        if plain := _PLAIN.fullmatch(text):
            year, month, day_, sign = plain.groups()
            return _plain(int(year), int(month or 0), int(day_ or 0), _WIDER[sign])
        parsed: EDTFObject = parse_edtf(text)
        if "/" in text:
            start, end = text.split("/")
            return Bounds(
                bounds(start).earliest if start.strip(".") else None,
                bounds(end).latest if end.strip(".") else None,
            )
        return Bounds(_day(parsed.lower_fuzzy()), _day(parsed.upper_fuzzy()))
    except (EDTFParseException, ValueError, OverflowError) as error:
        raise BadDate(text) from error


def span(texts: Iterable[str]) -> Bounds:
    """Return the days between which a date lies that is one of several. Raises BadDate.

    Of several, one that is open to a side counts by its other day, from which the rest differ.
    """
    found = [bounds(text) for text in texts]
    if len(found) == 1:
        return found[0]
    days = [day for one in found for day in one if day]
    return Bounds(min(days, default=None), max(days, default=None))


def day(text: str) -> date:
    """Return the day that a text names. Raises BadDate for no date, BadInput for a longer time."""
    found = bounds(text)
    if found.latest is None or found.earliest != found.latest:
        raise BadInput(f'"{text}" is not a single day. Give one such as 2024-06-01.')
    return found.latest


def _plain(year: int, month: int, day: int, wider: int) -> Bounds:
    """Return the bounds of a day, month (0 is any) or year, so many units wider on each side."""
    first = date(year, month or 1, day or 1)
    if day:
        return Bounds(first - timedelta(wider), first + timedelta(wider))
    step = (1 if month else 12) * wider
    last = _month(first, step + (0 if month else 11))
    return Bounds(_month(first, -step), last.replace(day=monthrange(last.year, last.month)[1]))


def _month(first: date, later: int) -> date:
    """Return the first day of another month."""
    years, month = divmod(first.month - 1 + later, 12)
    return date(first.year + years, month + 1, 1)


def _before(one: Bounds, other: Bounds) -> bool:
    return one.latest is not None and other.earliest is not None and one.latest < other.earliest


def _day(moment: struct_time | float) -> date | None:
    # The library gives plus or minus infinity for the open side of an interval.
    return None if isinstance(moment, float) else date(*moment[:3])
