"""The conflicts of the dossier are found by the build, and what is none is not taken for one."""

import os
import re
import tomllib
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
from rdflib.namespace import SKOS

from selenograph.graph import dates, names
from selenograph.graph.evidence import Evidence
from selenograph.graph.names import SG
from tests.test_claims import PROLOGUE
from tests.test_queries import columns

ROOT = Path(__file__).parents[1]
DOSSIER = Path(os.environ.get("DOSSIER", ROOT.parent / "shared" / "dossier"))
TABLES = tomllib.loads((ROOT / "tests/claims/conflicts.toml").read_text("utf-8"))
CONFLICTS = [conflict for table in TABLES.values() for conflict in table]
FOUND = [conflict for conflict in CONFLICTS if "left_out" not in conflict]
NONE = tomllib.loads((ROOT / "tests/claims/no-conflicts.toml").read_text("utf-8"))
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


def test_fifty_pairs_are_known_to_be_no_conflict():
    pairs = [tuple(pair) for pairs in NONE.values() for pair in pairs]
    assert len(set(pairs)) == len(pairs) == 50


def told(corpus, about, local):
    return {
        names.path(str(value))
        for graph in corpus.testimony.values()
        for value in graph.objects(names.iri(about), SG[local])
    }


@pytest.mark.parametrize(("about", "local", "one", "other"), NONE["precision"], ids=str)
def test_values_of_different_precision_do_not_disagree(about, local, one, other, corpus, whole):
    assert {one, other} <= told(corpus, about, local)
    assert not positions(whole, about, local)


@pytest.mark.parametrize(("about", "measure", "before", "after"), NONE["changed"], ids=str)
def test_a_plan_or_a_count_that_changed_is_a_history(about, measure, before, after, whole):
    assert in_order([before, after], history(whole, about, measure))
    assert not columns(whole, "disagreements", "property", about=about)
    of_observations = columns(whole, "disagreements", "value", property=f"{SG}value")
    assert not of_observations


@pytest.mark.parametrize(("act", "day", "other", "later"), NONE["apart"], ids=str)
def test_an_act_and_another_do_not_disagree(act, day, other, later, corpus, whole):
    assert (told(corpus, act, "date"), told(corpus, other, "date")) == ({day}, {later})
    assert not positions(whole, act, "date") | positions(whole, other, "date")


@pytest.mark.parametrize(("about", "copy", "other", "text"), NONE["copies"], ids=str)
def test_copies_of_one_text_are_one_voice(about, copy, other, text, corpus, whole):
    both = [names.iri(f"source/{name}") for name in (copy, other)]
    for source in both:
        assert (names.iri(about), None, None) in corpus.testimony[source]
        assert (source, SG.relays, names.iri(f"source/{text}")) in corpus.testimony[source]
    assert Evidence(corpus.vocabulary, corpus.testimony).independent(both, names.iri(about)) == 1
    assert not columns(whole, "disagreements", "property", about=about)


@pytest.mark.parametrize(("act", "source", "spelling", "person"), NONE["spellings"], ids=str)
def test_spellings_of_a_name_do_not_disagree(act, source, spelling, person, corpus, whole):
    graph = corpus.testimony[names.iri(f"source/{source}")]
    assert spelling in {str(name) for name in graph.objects(None, SG.nameAsGiven)}
    spelt = set(corpus.naming.objects(names.iri(person), SKOS.altLabel))
    assert spelling in {str(name) for name in spelt}
    assert not positions(whole, act, "signatory")


def days(text):
    """Return the first and last day of a date, with the ends of time where it is open."""
    first, last = dates.bounds(text)
    return first or date.min, last or date.max


def test_in_every_disagreement_some_value_cannot_be_true_beside_the_chosen_one(whole):
    """Without the comparison of the pipeline: two dates that share no day, or two things apart."""
    wanted = ("about", "property", "value", "chosen")
    found = defaultdict(lambda: ([], []))
    for about, local, value, chosen in columns(whole, "disagreements", *wanted):
        found[about, local][chosen == "true"].append(value)
    assert len(found) > 60
    for where, (others, chosen) in found.items():
        (kept,) = chosen
        apart = others
        if where[1] in ("ontology/date", "ontology/effective"):
            first, last = days(kept)
            apart = [other for other in others if days(other)[1] < first or last < days(other)[0]]
        assert apart, where
        assert kept not in others


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
