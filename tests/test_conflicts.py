"""The conflicts of the dossier are found by the build, and what is none is not taken for one."""

import os
import re
import tomllib
from pathlib import Path

import pytest

from selenograph.graph import names
from selenograph.graph.names import SG
from tests.test_claims import PROLOGUE
from tests.test_queries import columns

ROOT = Path(__file__).parents[1]
DOSSIER = Path(os.environ.get("DOSSIER", ROOT.parent / "shared" / "dossier"))
TABLES = tomllib.loads((ROOT / "tests/claims/conflicts.toml").read_text("utf-8"))
CONFLICTS = [conflict for table in TABLES.values() for conflict in table]
FOUND = [conflict for conflict in CONFLICTS if "left_out" not in conflict]
WAYS = (
    {"about", "property", "values"}, {"about", "measure", "values"}, {"sides"}, {"left_out"},
)  # fmt: skip
# A list, a numbered line, or a row of a table that is neither its head nor its ruler.
LINE = re.compile(r"(?m)^(?:\* .*|\d+\. .*|\| (?!claim |party |Party |# |-).*)$")


def positions(whole, about, local):
    """Return the values of the disagreement on a property, if there is one."""
    wanted = {"about": about, "property": f"{SG}{local}"}
    return {value for (value,) in columns(whole, "disagreements", "value", **wanted)}


def history(whole, about, measure):
    told = columns(whole, "history-of", "value", "more", "less", about=about, measure=measure)
    return [value or (f"> {more}" if more else f"< {less}") for value, more, less in told]


def holds(whole, source, pattern):
    name = names.iri(f"source/{source}")
    text = f"{PROLOGUE}PREFIX : <{name}#>\nASK {{ GRAPH <{name}> {{ {pattern} }} }}"
    return bool(whole.query(text))


def in_order(wanted, told):
    rest = iter(told)
    return all(any(value == one for one in rest) for value in wanted)


@pytest.mark.parametrize("conflict", CONFLICTS, ids=lambda conflict: conflict["told"])
def test_a_conflict_is_told_in_words_and_shown_in_one_way(conflict):
    assert conflict.keys() - {"line", "told"} in WAYS
    assert len(conflict.get("values", conflict.get("sides", "xx"))) > 1


@pytest.mark.parametrize("conflict", FOUND, ids=lambda conflict: conflict["told"])
def test_the_build_finds_a_conflict_of_the_dossier(conflict, whole):
    if "sides" in conflict:
        for source, pattern in conflict["sides"]:
            assert holds(whole, source, pattern), (source, pattern)
    elif "measure" in conflict:
        told = history(whole, conflict["about"], conflict["measure"])
        assert in_order(conflict["values"], told), told
    else:
        about = conflict["about"]
        for one in [about] if isinstance(about, str) else about:
            assert positions(whole, one, conflict["property"]) >= set(conflict["values"]), one


@pytest.mark.parametrize("table", TABLES)
def test_every_line_of_the_dossier_is_in_the_table(table):
    path = DOSSIER / table / "contradictions.md"
    if not path.is_file():
        pytest.skip(f"{path} is not there; DOSSIER names the folder of another dossier")
    begun = [conflict["line"] for conflict in TABLES[table]]
    lines = LINE.findall(path.read_text("utf-8"))
    assert len(lines) > 40
    assert [line for line in lines if not any(line.startswith(one) for one in begun)] == []
    assert [one for one in begun if not any(line.startswith(one) for line in lines)] == []
