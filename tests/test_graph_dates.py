"""Dates keep the precision of their source; bounds invent none."""

from datetime import date

import pytest
from edtf import parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException
from hypothesis import example, given
from hypothesis import strategies as st

from selenograph.graph import dates
from selenograph.graph.dates import Bounds, bounds
from selenograph.graph.errors import BadDate


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2023-10-23", "2023-10-23", "2023-10-23"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023", "2023-01-01", "2023-12-31"),
        ("203X", "2030-01-01", "2039-12-31"),
        ("2024-05-07/2024-05-08", "2024-05-07", "2024-05-08"),
        ("[..2029]", None, "2029-12-31"),
        ("[2025..]", "2025-01-01", None),
        ("../2029-06", None, "2029-06-30"),
        ("2026~", "2025-01-01", "2027-12-31"),
        ("../2024-12~", None, "2025-01-31"),
        ("2024-03~/2024-12", "2024-02-01", "2024-12-31"),
    ],
)
def test_a_date_lies_between_its_bounds(text, earliest, latest):
    found = tuple(day and day.isoformat() for day in bounds(text))
    assert found == (earliest, latest)


@pytest.mark.parametrize("text", ["", "soon", "2023-13", "2023-02-30", "23 October 2023"])
def test_what_is_no_date_is_refused_by_name(text):
    with pytest.raises(BadDate) as caught:
        bounds(text)
    assert caught.value.text == text


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_a_day_lies_within_its_month_and_its_year(day):
    text = day.isoformat()
    assert bounds(text).within(bounds(text[:7]))
    assert bounds(text[:7]).within(bounds(text[:4]))
    assert bounds(text).days == 0


@given(st.from_regex("(0|1|2)[0-9]{3}(-[0-3][0-9](-[0-3][0-9])?)?", fullmatch=True))
@example("2024-21")
@example("2023-02-29")
@example("0000-01")
def test_a_plain_date_has_the_bounds_that_the_library_gives(text):
    try:
        parsed = parse_edtf(text)
        expected = tuple(date(*day[:3]) for day in (parsed.lower_fuzzy(), parsed.upper_fuzzy()))
    except (EDTFParseException, ValueError):
        with pytest.raises(BadDate):
            bounds(text)
    else:
        assert bounds(text) == expected


DAYS = st.none() | st.dates(date(2000, 1, 1), date(2000, 3, 1))


@given(st.builds(Bounds, DAYS, DAYS), st.builds(Bounds, DAYS, DAYS))
def test_overlap_holds_both_ways(one, other):
    assert one.overlaps(other) == other.overlaps(one)
    assert not (one.within(other) and _proper(one) and not one.overlaps(other))


def _proper(b):
    return b.earliest is None or b.latest is None or b.earliest <= b.latest


def test_only_the_four_datatypes_are_dates():
    from rdflib import Literal
    from rdflib.namespace import XSD

    assert dates.is_date(Literal("2023-10", datatype=XSD.gYearMonth))
    assert not dates.is_date(Literal("2023-10"))
    assert not dates.is_date(Literal(2023))


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2026-01~", "2025-12-01", "2026-02-28"),
        ("2026-01-15?", "2026-01-14", "2026-01-16"),
        ("2026~", "2025-01-01", "2027-12-31"),
        ("2024-02%", "2023-12-01", "2024-04-30"),
        ("2023-12~", "2023-11-01", "2024-01-31"),
    ],
)
def test_what_is_approximate_is_wider_by_a_unit_of_its_own_precision(text, earliest, latest):
    assert tuple(map(str, dates.bounds(text))) == (earliest, latest)


def test_what_is_approximate_at_the_ends_of_time_is_no_date():
    for text in ("9999~", "0001~", "0001-01-01~", "9999-12~"):
        with pytest.raises(BadDate):
            dates.bounds(text)
