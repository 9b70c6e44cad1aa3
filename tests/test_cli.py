"""The command line: what it prints, what it writes, and how it ends."""

import csv
import io
import json
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from rdflib import Graph
from rdflib.namespace import SKOS

from selenograph.graph import draft, files, names, turtle

BROKEN = '<https://w3id.org/selenograph/act/x> <https://w3id.org/selenograph/ontology/date> "x" .\n'
GOOD = str(Path(__file__).parents[1] / "graph/sources/2023/2023-10-spacenews-belarus-ilrs.ttl")
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


def test_build_tells_the_release(whole_build):
    told, folder = whole_build
    assert re.search(r"Release [0-9a-f]{12} is current: \d+ quads from \d+ sources", told)
    assert (folder / "current/selenograph.nq").is_file()


def test_check_without_files_finds_nothing_wrong(run):
    assert run("check").stdout == "Nothing is wrong.\n"


def test_quiet_tells_nothing_where_nothing_is_wrong(run):
    assert run("check", "-q", GOOD).stdout == ""


def test_check_ends_with_1_where_something_is_an_error(run, tmp_path):
    (tmp_path / "2025-01-x.ttl").write_text(BROKEN)
    told = run("check", "2025-01-x.ttl", code=1).stdout
    assert "2025-01-x.ttl:1:1: error: act/x: " in told


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_check_speaks_json_and_sarif_whatever_it_finds(run, tmp_path, form):
    (tmp_path / "2025-01-x.ttl").write_text(BROKEN)
    assert json.loads(run("check", "--format", form, "2025-01-x.ttl", code=1).stdout)
    assert json.loads(run("check", "--format", form, GOOD).stdout) in ([], None) or form == "sarif"


def test_check_tells_of_bytes_that_are_not_utf_8(run, tmp_path):
    (tmp_path / "a.ttl").write_bytes(b"# \n<a> <b> \xff .")
    assert "a.ttl:2: not UTF-8" in run("check", "a.ttl", code=2).stderr


def test_a_byte_order_mark_is_read_over(run, tmp_path):
    (tmp_path / "a.ttl").write_bytes(b"\xef\xbb\xbf<b>   <p> 2, 1 .\n")
    assert run("format", "a.ttl").stdout == "a.ttl: formatted\n"
    (tmp_path / "a.rq").write_bytes(b"\xef\xbb\xbfASK {}")
    assert run("query", "a.rq", *run.store).stdout == "yes\n"


def test_a_file_is_judged_by_where_it_is_and_not_by_how_it_is_named(run, tmp_path):
    folder = tmp_path / "graph/reference"
    folder.mkdir(parents=True)
    (tmp_path / "pyproject.toml").touch()
    text = next(f.text for f in files.turtle("graph") if f.path == "graph/reference/programmes.ttl")
    (folder / "programmes.ttl").write_text(text + "\n\n")
    for path in ("graph/reference/programmes.ttl", folder / "programmes.ttl"):
        assert run("check", path).stdout.startswith("graph/reference/programmes.ttl:")
    command = [sys.executable, "-m", "selenograph", "check", "programmes.ttl", "./programmes.ttl"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("graph/reference/programmes.ttl:")
    assert done.stdout.count("warning") == done.stdout.count("programmes.ttl:") == 1


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


def test_query_gives_a_graph_in_every_form_of_graphs(run, read_graph):
    text = "DESCRIBE <https://w3id.org/selenograph/party/serbia>"
    forms = {"ttl": "ttl", "nt": "nt", "rdf": "xml", "jsonld": "json-ld",
             "table": "ttl", "json": "json-ld", "xml": "xml"}  # fmt: skip
    for form, parser in forms.items():
        told = run("query", "-", "--format", form, *run.store, text=text).stdout
        assert len(read_graph(told, parser)) > 3, form
    for form in ("csv", "tsv"):
        done = run("query", "-", "--format", form, *run.store, text=text, code=2)
        assert (done.stdout, done.stderr) == (
            "", f"A graph has no form as {form}. Ask for ttl, nt, rdf or jsonld.\n"
        )  # fmt: skip


def test_query_reads_a_file_of_any_name(run, tmp_path):
    for name in ("q.txt", "question", "my.sparql"):
        (tmp_path / name).write_text("ASK {}")
        assert run("query", name, *run.store).stdout == "yes\n"


def test_query_tells_of_bytes_on_standard_input_that_are_not_utf_8(built):
    command = [sys.executable, "-m", "selenograph", "query", "-"]
    done = subprocess.run(command, input=b"ASK {}\n\xff", capture_output=True)
    assert done.returncode == 2
    assert done.stderr.decode() == "standard input:2: not UTF-8: byte 7 cannot be read.\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["missing.rq"], "missing.rq: No such file or directory."),
        (["participants", "--param", "on=2022", "--param", "on=2023"], "given once, as KEY=VALUE"),
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


@pytest.mark.parametrize(
    "manifest", ["", "[]", "{}", '{"release": "x"}', '{"name": "an app", "icons": []}', "\xff"]
)
def test_a_manifest_that_is_none_of_ours_is_no_release(run, tmp_path, manifest):
    (tmp_path / "release/current").mkdir(parents=True)
    (tmp_path / "release/current/manifest.json").write_bytes(manifest.encode("latin-1"))
    told = run("query", "sources", code=2).stderr
    assert told.count("\n") == 1
    assert "selenograph build --out release" in told


@pytest.mark.parametrize("out", ["file/x", "/proc/x", "/dev/null/x"])
def test_a_folder_that_cannot_be_written_is_told_in_one_line(run, tmp_path, out):
    (tmp_path / "file").touch()
    told = run("build", "-q", "--out", out, code=2).stderr
    assert told.count("\n") == 1
    assert out in told


def test_an_output_that_is_full_is_told_in_one_line(run):
    for words in (["sources"], ["sources", "--format", "csv"]):
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "selenograph", "query", *words, *map(str, run.store)],
                stdout=full, stderr=subprocess.PIPE, text=True,
            )  # fmt: skip
        assert done.returncode == 2
        assert done.stderr == "The output: No space left on device.\n"


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


def test_a_new_source_is_ready_for_names_of_its_own(run, tmp_path):
    """What CONTRIBUTING shows next can be added below it as it stands."""
    (tmp_path / "graph/sources").mkdir(parents=True)
    run("new", "source", *options())
    path = tmp_path / "graph/sources/2025/2025-03-an-example.ttl"
    with path.open("a") as file:
        file.write("\n:roster a sg:Roster ;\n    sg:about <programme/ilrs> .\n")
    told = run("check", path, code=1).stdout
    assert "[turtle]" not in told
    assert "source/2025-03-an-example#roster" in told


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"address": "not a url"}, 'The address "not a url" cannot be used.'),
        ({"address": "ftp://example.org/"}, "The address"),
        ({"publisher": "space news"}, 'The publisher "space news" cannot be used.'),
        ({"publisher": ""}, "The publisher"),
        ({"language": "klingon_x"}, 'The language "klingon_x" cannot be used.'),
        ({"title": ""}, "The title"),
        ({"title": "two\nlines"}, "The title"),
        ({"title": "月球站"}, "Give one by --slug"),
        ({"slug": "20240-foo"}, "does not begin with the year of publication"),
        ({"slug": "foo"}, "does not begin with the year of publication"),
        ({"published": "2024-22"}, '"2024-22" is no date'),
        ({"published": "2024-00"}, '"2024-00" is no date'),
    ],
)
def test_an_answer_that_cannot_be_used_is_told_and_nothing_is_written(
    run, tmp_path, changes, message
):
    (tmp_path / "graph/sources").mkdir(parents=True)
    told = run("new", "source", *options(**changes), code=2).stderr
    assert message in told
    assert "Traceback" not in told
    assert list((tmp_path / "graph/sources").iterdir()) == []


def test_a_title_in_any_script_goes_with_a_slug(run, tmp_path):
    (tmp_path / "graph/sources").mkdir(parents=True)
    run("new", "source", *options(title="月球站", language="zh-Hans", slug="2025-03-moon-base"))
    assert "月球站" in (tmp_path / "graph/sources/2025/2025-03-moon-base.ttl").read_text()


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
    assert set(draft.KINDS) == {names.path(str(c)).removeprefix("source-kind/") for c in concepts}
