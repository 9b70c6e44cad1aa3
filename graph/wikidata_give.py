"""What a person may take to Wikidata: files for its tools. Nothing is ever sent from here."""

import csv
import io
from collections.abc import Iterable
from datetime import date

from selenograph.graph import names
from selenograph.graph.wikidata_diff import Comparison, Fact, Reference
from selenograph.graph.wikidata_snapshot import DAY

# https://github.com/wmde/wikidata-mismatch-finder/blob/main/docs/UserGuide.md#importing
MISMATCHES = (
    "item_id", "statement_guid", "property_id", "wikidata_value", "meta_wikidata_value",
    "external_value", "external_url", "type",
)  # fmt: skip
FURTHER = ("item_id", "statement_guid", "property_id", "wikidata_value", "day", "item", "value")
# Precisions of time there: https://www.wikidata.org/wiki/Help:Dates#Precision
_PRECISION = {10: ("{}", 11), 7: ("{}-00", 10), 4: ("{}-00-00", 9)}
_LONGEST = 1500


def files(found: Comparison, looked: date | None = None) -> dict[str, bytes]:
    """Return the files by name: for QuickStatements, for Mismatch Finder, and what we lack.

    The day is that on which somebody looked at the references again, and is stated of each.
    """
    return {
        "quickstatements.txt": "".join(
            f"{line}\n" for fact in found.lacking for line in commands(fact, looked)
        ).encode(),
        "mismatches.csv": _csv(MISMATCHES, _mismatches(found)),
        "wikidata-has.csv": _csv(
            FURTHER,
            (
                (one.item, one.guid, one.property, one.value, one.day,
                 names.ENTITY + one.item, names.ENTITY + one.value)
                for one in found.further
            ),
        ),
    }  # fmt: skip


def commands(fact: Fact, looked: date | None = None) -> list[str]:
    """Return commands for QuickStatements, version 1: one for each reference of a fact.

    https://www.wikidata.org/wiki/Help:QuickStatements#Command_sequence_syntax. The same statement
    again only adds its reference. None where the day has no form there.
    """
    day = _time(fact.day)
    if day is None:
        return []
    head = [fact.item, fact.property, fact.value, DAY, day]
    return ["\t".join([*head, *_cited(reference, looked)]) for reference in fact.references]


def _cited(reference: Reference, looked: date | None) -> list[str]:
    cells = ["S854", f'"{reference.address}"']
    title = " ".join(reference.title.split())
    # What the tool takes for the end of a text cannot stand in one.
    if title and '"' not in title and len(title) <= _LONGEST:
        cells += ["S1476", f'{reference.language.lower()}:"{title}"']
    if issued := _time(reference.issued):
        cells += ["S577", issued]
    if looked:
        cells += ["S813", f"+{looked.isoformat()}T00:00:00Z/11"]
    return cells


def _time(day: str) -> str | None:
    """Return a date as the tool reads it, or None for a span of time and what is uncertain."""
    if len(day) not in _PRECISION or not day.replace("-", "").isdigit():
        return None
    form, precision = _PRECISION[len(day)]
    return f"+{form.format(day)}T00:00:00Z/{precision}"


def _mismatches(found: Comparison) -> Iterable[tuple[str, ...]]:
    for fact, there in found.differing:
        address = fact.references[0].address
        if len(address) <= _LONGEST:
            yield (fact.item, there.guid, DAY, there.day, "", fact.day, address, "qualifier")


def _csv(head: Iterable[str], rows: Iterable[tuple[str, ...]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue().encode()
