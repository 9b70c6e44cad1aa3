"""What the server tells of its work."""

import contextlib
import json

import pytest
from prometheus_client.parser import text_string_to_metric_families

from selenograph.graph.errors import BadInput
from selenograph.server import create_app
from selenograph.server.settings import Settings


@pytest.fixture
def served(built, tmp_path):
    """Give the function that makes a client of an application that logs to a file."""
    made = []

    def serve(**more):
        app = create_app(
            Settings(built.folder.parent, query_log=str(tmp_path / "log"), turns=1, **more)
        )
        made.append(app)
        return app.test_client()

    yield serve
    for app in made:
        app.extensions["current"].close()
        app.extensions["logs"].handler.close()


def lines(tmp_path):
    return [json.loads(line) for line in (tmp_path / "log").read_text("utf-8").splitlines()]


def sample(client, name, **labels):
    for family in text_string_to_metric_families(client.get("/metrics").text):
        for found in family.samples:
            if found.name == name and found.labels.items() >= labels.items():
                return found.value
    return None


def test_each_query_is_one_line_of_json(served, tmp_path):
    client = served()
    text = 'SELECT ?s { ?s rdfs:label "Serbia"@en } # é\n'
    client.get("/sparql", query_string={"query": text})
    client.post("/sparql", data={"query": text})
    client.get("/sparql?query=ASK")
    client.get("/query/sources.csv")
    first, second, third, fourth = lines(tmp_path)
    assert set(first) == {"time", "hash", "status", "seconds", "rows", "bytes", "cache", "query"}
    assert (first["status"], first["cache"], first["query"]) == (200, "miss", text)
    assert first["rows"] > 0
    assert first["bytes"] > 0
    assert 0 < first["seconds"] < 5
    assert (second["cache"], second["hash"], second["rows"]) == (
        "hit",
        first["hash"],
        first["rows"],
    )
    assert (third["status"], third["rows"], third["cache"]) == (400, None, "miss")
    assert (fourth["status"], fourth["rows"]) == (200, 2)


def test_the_texts_of_queries_can_be_kept_out(served, tmp_path):
    client = served(log_texts=False)
    client.get("/sparql", query_string={"query": "ASK { <http://example.org/secret> ?p ?o }"})
    assert len(lines(tmp_path)) == 1
    assert "secret" not in (tmp_path / "log").read_text()


def test_without_a_file_nothing_is_written(built, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    app = create_app(Settings(built.folder.parent, turns=1))
    app.test_client().get("/sparql?query=ASK{}")
    app.extensions["current"].close()
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr() == ("", "")


def test_metrics_count_requests_and_time_queries(served):
    client = served()
    before = sample(client, "selenograph_query_seconds_count", cache="hit") or 0
    for _ in range(3):
        client.get("/sparql", query_string={"query": "ASK { ?metrics ?p ?o }"})
    client.get("/nowhere")
    assert sample(client, "selenograph_query_seconds_count", cache="hit") == before + 2
    assert sample(client, "selenograph_requests_total", endpoint="sparql.sparql", status="200") >= 3
    assert sample(client, "selenograph_requests_total", status="404") == 1
    assert sample(client, "selenograph_queries_in_progress") == 0


def test_a_method_or_a_path_of_chance_makes_no_new_series(served):
    client = served()
    for number in range(20):
        client.open(f"/nowhere/{number}", method=f"X{number}")
    families = list(text_string_to_metric_families(client.get("/metrics").text))
    series = [s for family in families for s in family.samples if s.name.endswith("requests_total")]
    assert len(series) < 5


def test_a_log_that_is_moved_away_is_begun_anew(served, tmp_path):
    client = served()
    client.get("/sparql?query=ASK{}")
    (tmp_path / "log").rename(tmp_path / "log.1")
    client.get("/sparql?query=ASK{}")
    assert len(lines(tmp_path)) == 1
    assert len((tmp_path / "log.1").read_text().splitlines()) == 1


def test_a_full_disk_costs_no_answer(built, capsys):
    app = create_app(Settings(built.folder.parent, query_log="/dev/full", turns=1))
    assert app.test_client().get("/sparql?query=ASK{}").status_code == 200
    app.extensions["current"].close()
    with contextlib.suppress(OSError):
        app.extensions["logs"].handler.close()
    assert "No space left" in capsys.readouterr().err


def test_a_log_that_cannot_be_opened_is_told(built, tmp_path):
    with pytest.raises(BadInput, match="queries cannot be logged there"):
        create_app(Settings(built.folder.parent, query_log=str(tmp_path / "no" / "log"), turns=1))


@pytest.mark.parametrize("query", ["ASK {} # \u2028", 'ASK { ?s ?p "\\n\x85" }'])
def test_a_query_stays_on_its_line(served, tmp_path, query):
    served().get("/sparql", query_string={"query": query})
    assert len((tmp_path / "log").read_text("utf-8").splitlines()) == 1
    assert lines(tmp_path)[0]["query"] == query
