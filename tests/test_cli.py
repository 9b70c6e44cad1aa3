"""The command line: what it prints, what it writes, and how it ends."""

import csv
import io
import json
import re
import subprocess
import sys
import time
import urllib.request

import pytest
from rdflib import Graph
from rdflib.namespace import SKOS

from selenograph import cli
from selenograph.graph import names, turtle

BROKEN = '<https://w3id.org/selenograph/act/x> <https://w3id.org/selenograph/ontology/date> "x" .\n'
ANSWERS = {
    "--title": "An example",
    "--publisher": "spacenews",
    "--published": "2025-03",
    "--language": "en",
    "--kind": "news",
    "--address": "https://example.org/a",
}


@pytest.fixture
def run(tmp_path, built):
    def command(*words, code=0, text=None):
        done = subprocess.run(
            [sys.executable, "-m", "selenograph", *map(str, words)],
            cwd=tmp_path, capture_output=True, text=True, input=text, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        return done

    command.store = ("--store", built.folder.parent)
    return command


def options(**changes):
    answers = {**ANSWERS, **{f"--{key}": value for key, value in changes.items()}}
    return [word for pair in answers.items() for word in pair]


def test_build_tells_the_release_and_quiet_tells_nothing(run, tmp_path):
    assert re.search(
        r"Release [0-9a-f]{12} is current: \d+ quads from 2 sources", run("build").stdout
    )
    assert (tmp_path / "release/current/selenograph.nq").is_file()
    again = run("build", "--quiet")
    assert (again.stdout, again.stderr) == ("", "")


def test_check_without_files_finds_nothing_wrong(run):
    assert run("check").stdout == "Nothing is wrong.\n"
    assert run("check", "--quiet").stdout == ""


def test_check_ends_with_1_where_something_is_an_error(run, tmp_path):
    (tmp_path / "2025-01-x.ttl").write_text(BROKEN)
    told = run("check", "2025-01-x.ttl", code=1).stdout
    assert "2025-01-x.ttl:1:1: error: act/x: " in told


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_check_speaks_json_and_sarif_whatever_it_finds(run, tmp_path, form):
    (tmp_path / "2025-01-x.ttl").write_text(BROKEN)
    assert json.loads(run("check", "--format", form, "2025-01-x.ttl", code=1).stdout)
    assert json.loads(run("check", "--format", form).stdout) in ([], None) or form == "sarif"


def test_check_tells_of_bytes_that_are_not_utf_8(run, tmp_path):
    (tmp_path / "a.ttl").write_bytes(b"# \n<a> <b> \xff .")
    assert "a.ttl:2: not UTF-8" in run("check", "a.ttl", code=2).stderr


def test_query_prints_a_table_with_the_number_of_rows_beside_it(run):
    done = run("query", "roster-as-printed", *run.store)
    assert done.stdout.splitlines()[0].split() == ["position", "name", "kind"]
    assert len(done.stdout.splitlines()) == 6
    assert "nanoSPACE AG (Switzerland)" in done.stdout
    assert done.stderr == "5 rows\n"


def test_query_takes_parameters_and_every_format(run):
    words = ("query", "participants", "--param", "on=2022-01-01", *run.store, "--format")
    rows = list(csv.DictReader(io.StringIO(run(*words, "csv").stdout)))
    assert [row["name"] for row in rows] == ["China", "Russia"]
    assert len(json.loads(run(*words, "json").stdout)["results"]["bindings"]) == 2
    assert run(*words, "tsv").stdout.startswith("?party\t")
    assert "<sparql" in run(*words, "xml").stdout


def test_query_reads_a_file_and_standard_input(run, tmp_path):
    text = "CONSTRUCT { ?s a sg:Programme } WHERE { ?s a sg:Programme }"
    (tmp_path / "mine.rq").write_text(text)
    assert len(Graph().parse(data=run("query", "mine.rq", *run.store).stdout)) == 2
    assert run("query", "-", *run.store, text="ASK { ?s a sg:Programme }").stdout == "yes\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nothing"], "There is no stored query nothing. There are: acts-of-party,"),
        (["participants", "--param", "on=soon"], "Parameter on of the query participants: "),
        (
            ["participants", "--param", "when=2022"],
            "it is not known. The query takes programme, on",
        ),
        (["participants", "--param", "on"], "KEY=VALUE"),
        (["participants", "--format", "ttl"], "Rows have no form as ttl"),
    ],
)
def test_what_query_cannot_do_is_told_with_status_2(run, words, message):
    done = run("query", *words, *run.store, code=2)
    assert message in done.stderr
    assert done.stdout == ""


def test_a_missing_release_is_told_with_the_command_that_helps(run):
    assert "selenograph build --out release" in run("query", "sources", code=2).stderr
    assert "selenograph build --out nowhere" in run("serve", "--store", "nowhere", code=2).stderr


def test_format_rewrites_a_file_once_and_keeps_what_it_says(run, tmp_path):
    path = tmp_path / "a.ttl"
    path.write_text("<b>   <p> 2, 1 .\n")
    assert run("format", "--check", path, code=1).stdout == f"{path}: would change\n"
    path.write_text("# above\n<b>   <p> 2, 1 .\n")
    assert run("format", path).stdout == f"{path}: formatted\n"
    assert "<b> <p> 1, 2 ." in path.read_text()
    assert "# above" in path.read_text()
    assert run("format", path).stdout == ""


def test_format_leaves_a_file_that_it_cannot_read(run, tmp_path):
    path = tmp_path / "a.ttl"
    path.write_text("<a> <b> .")
    assert "a.ttl:1:9: not Turtle" in run("format", path, code=2).stderr
    assert path.read_text() == "<a> <b> ."


def test_new_source_writes_a_file_that_passes_the_check(run, tmp_path):
    (tmp_path / "graph/sources").mkdir(parents=True)
    told = run("new", "source", *options()).stdout
    path = tmp_path / "graph/sources/2025/2025-03-an-example.ttl"
    assert str(path.relative_to(tmp_path)) in told
    assert turtle.formatted(turtle.parse(path.read_text(), "a")) == path.read_text()
    assert run("check", path).stdout == "Nothing is wrong.\n"


def test_new_source_asks_for_what_is_not_given(run, tmp_path):
    (tmp_path / "graph/sources").mkdir(parents=True)
    words = "An example\nspacenews\n2025-03\n\nnews\n\n"
    assert "Wrote" in run("new", "source", text=words).stdout
    text = (tmp_path / "graph/sources/2025/2025-03-an-example.ttl").read_text()
    assert "sg:address" not in text


def test_new_source_overwrites_nothing_and_writes_nothing_wrong(run, tmp_path):
    (tmp_path / "graph/sources").mkdir(parents=True)
    run("new", "source", *options())
    assert "exists already" in run("new", "source", *options(), code=2).stderr
    wrong = run("new", "source", *options(publisher="spacenwes", title="Other"), code=2).stderr
    assert "The nearest one is party/spacenews." in wrong
    assert "is no date" in run("new", "source", *options(published="soon"), code=2).stderr
    assert len(list((tmp_path / "graph/sources").rglob("*.ttl"))) == 1


def test_serve_answers_at_the_address_it_tells(built):
    command = [sys.executable, "-m", "selenograph", "serve", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--store", str(built.folder.parent)], stdout=subprocess.PIPE, text=True
    )
    try:
        told = process.stdout.readline()
        address = re.search(r"http://\S+", told)[0]
        for _ in range(50):
            try:
                with urllib.request.urlopen(f"{address}health") as answer:
                    assert json.load(answer)["release"] == built.manifest.release
                break
            except OSError:
                time.sleep(0.1)
        else:
            pytest.fail("no answer within five seconds")
    finally:
        process.terminate()
        process.wait(timeout=5)
        process.stdout.close()


def test_the_kinds_on_offer_for_a_source_are_those_of_the_scheme(corpus):
    scheme = names.iri("scheme/source-kind")
    concepts = corpus.vocabulary.subjects(SKOS.inScheme, scheme)
    assert set(cli.KINDS) == {names.path(str(c)).removeprefix("source-kind/") for c in concepts}
