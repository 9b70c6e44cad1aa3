"""From Python: a release or an endpoint is opened, asked, and its answers used."""

import gc
import shutil
import socket
import subprocess
import sys
import tempfile
from datetime import date
from importlib.resources import files

import pandas as pd
import polars as pl
import pytest
from rdflib import Graph, URIRef

import selenograph
from selenograph.graph import names, release
from selenograph.graph.errors import (
    BadInput,
    BadParameter,
    BadQuery,
    NoRelease,
    NotInstalled,
    ServiceFailed,
    Unknown,
)

EARLY = "2023-11-30"
SERBIA = f"{names.BASE}party/serbia"


@pytest.fixture(params=["folder", "dump", "address", "endpoint"])
def record(request, built, live):
    place = {
        "folder": built.folder.parent, "dump": built.folder / release.DUMP,
        "address": live, "endpoint": f"{live}/sparql",
    }  # fmt: skip
    return selenograph.open(place[request.param])


def test_a_stored_query_is_asked_with_its_parameters(record):
    answer = record.ask("participants", programme="programme/ilrs", on=date(2024, 6, 1))
    rows = {row["party"]: row for row in answer}
    assert rows[SERBIA]["standing"] == "party"
    assert rows[SERBIA]["certain"] is True
    earlier = record.ask("participants", programme="programme/ilrs", on="2023-01-01")
    assert len(earlier) < len(answer)
    assert SERBIA not in {row["party"] for row in earlier}


def test_values_are_those_of_python(record):
    row = record.query(
        'SELECT (1 AS ?a) (1.5 AS ?b) (1.5e0 AS ?c) (false AS ?d) ("2024-05-07"^^xsd:date AS ?e) '
        '("2024-05"^^xsd:gYearMonth AS ?f) ("x"@en AS ?g) (sg:date AS ?h) (?none AS ?i) '
        '("x"^^xsd:integer AS ?j) {}'
    ).rows[0]
    assert list(row.values()) == [
        1, 1.5, 1.5, False, date(2024, 5, 7), "2024-05", "x", f"{names.SG}date", None, "x",
    ]  # fmt: skip


def test_rows_become_data_frames_of_pandas_and_polars(record):
    answer = record.query("SELECT ?act ?date { ?act sg:date ?date } ORDER BY ?act")
    pandas, polars = answer.pandas(), answer.polars()
    assert isinstance(pandas, pd.DataFrame)
    assert list(pandas.columns) == polars.columns == ["act", "date"]
    assert list(pandas["act"]) == polars["act"].to_list() == [row["act"] for row in answer]
    # Some dates are days and others are years: the column is one of texts.
    assert polars.schema["date"] == pl.String
    assert "2023-10-23" in set(pandas["date"])


def test_an_answer_without_rows_keeps_its_columns(record):
    answer = record.query("SELECT ?a ?b { ?a sg:noSuch ?b }")
    assert list(answer.pandas().columns) == answer.polars().columns == ["a", "b"]
    assert len(answer) == 0


def test_statements_become_a_graph_of_rdflib(record):
    graph = record.query("CONSTRUCT { ?s a sg:State } WHERE { ?s a sg:State }").graph()
    assert isinstance(graph, Graph)
    assert (URIRef(SERBIA), None, URIRef(f"{names.SG}State")) in graph


def test_yes_and_no_are_true_and_false(record):
    assert record.query("ASK { ?s a sg:State }").yes is True
    assert record.query("ASK { ?s a sg:NoSuch }").yes is False


def test_an_answer_of_another_form_is_refused(record):
    with pytest.raises(BadInput, match="SELECT"):
        record.query("ASK {}").pandas()
    with pytest.raises(BadInput, match="CONSTRUCT"):
        record.query("ASK {}").graph()
    with pytest.raises(BadInput, match="ASK"):
        _ = record.query("SELECT * {}").yes


def test_a_wrong_question_is_refused_before_anybody_is_asked(record):
    with pytest.raises(Unknown, match="participants"):
        record.ask("participant")
    with pytest.raises(BadParameter, match="takes"):
        record.ask("ordinals", on="2024-01-01")
    with pytest.raises(BadParameter, match="single day"):
        record.ask("participants", on="2024")
    with pytest.raises(BadInput, match="single day"):
        record.query("ASK {}", known="2024-05")


def test_what_is_no_query_is_told(built, live):
    with pytest.raises(BadQuery):
        selenograph.open(built.folder.parent).query("SELECT")
    with pytest.raises(ServiceFailed, match="400"):
        selenograph.open(live).query("SELECT")


def test_only_what_had_been_published_by_a_day_is_known_then(record):
    text = "SELECT DISTINCT ?source WHERE { ?source a sg:Source ; sg:address ?address }"
    then, now = ({row["source"] for row in record.query(text, known=day)} for day in (EARLY, None))
    assert then < now
    assert (
        record.ask("ordinals", known=date.fromisoformat(EARLY)).rows != record.ask("ordinals").rows
    )


def test_a_script_asks_for_an_earlier_day_without_guarding_its_main_part(built, tmp_path):
    shutil.copytree(
        built.folder.parent, tmp_path / "release", ignore=shutil.ignore_patterns("known")
    )
    script = tmp_path / "script.py"
    script.write_text(
        "import selenograph\n"
        "record = selenograph.open()\n"
        f"print(len(record.ask('participants', on='{EARLY}', known='{EARLY}')))\n"
    )
    done = subprocess.run(
        [sys.executable, script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    here = selenograph.open(built.folder.parent)
    assert done.stdout == f"{len(here.ask('participants', on=EARLY, known=EARLY))}\n"


def test_a_folder_without_a_release_and_a_dead_address_are_told(tmp_path):
    with pytest.raises(NoRelease):
        selenograph.open(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
    with pytest.raises(ServiceFailed, match=address):
        selenograph.open(address).query("ASK {}")


def test_a_file_that_is_no_dump_is_told(tmp_path):
    (tmp_path / "x.nq").write_text("no quads")
    with pytest.raises(BadInput, match=r"x\.nq is no dump"):
        selenograph.open(tmp_path / "x.nq")


def test_a_dump_is_the_release_that_it_was_made_of_and_leaves_nothing_behind(
    built, tmp_path, monkeypatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    record = selenograph.open(built.folder / release.DUMP)
    assert record.release.manifest == built.manifest
    assert list(tmp_path.iterdir())
    del record
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_the_stored_queries_tell_their_parameters(record):
    assert [p.name for p in record.queries["participants"].parameters] == ["programme", "on"]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_missing_library_is_told_with_how_to_install_it(built, monkeypatch, library):
    monkeypatch.setitem(sys.modules, library, None)
    answer = selenograph.open(built.folder.parent).query("SELECT ?s { ?s a sg:State }")
    with pytest.raises(NotInstalled, match=r"selenograph\[tables\]"):
        getattr(answer, library)()


def test_the_package_names_what_it_has_and_loads_it_only_when_asked():
    assert set(selenograph.__all__) == {"Answer", "Dataset", "SelenographError", "open"}
    assert all(getattr(selenograph, name) for name in dir(selenograph))
    with pytest.raises(AttributeError):
        _ = selenograph.closed
    code = "import sys, selenograph; sys.exit('pyoxigraph' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_package_says_that_it_has_types():
    assert files("selenograph").joinpath("py.typed").is_file()
