"""The command `selenograph import`: what it prints, writes and ends with."""

import subprocess
import sys

import pytest

FILES = {
    "graph/reference/acts/ilrs.ttl": """\
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sg: <https://w3id.org/selenograph/ontology/> .
@base <https://w3id.org/selenograph/> .

<act/ilrs/serbia/signature> a sg:Act ;
    rdfs:label "Serbia joins the ILRS"@en .
""",
    "t.csv": "document,state,day\nD,RS,2024-05-09\n",
    "documents.csv": "document,title,publisher,published,language,kind,address\n"
    "D,A list,spacenews,2024-05-10,en,news,https://example.org/\n",
    "m.toml": """\
columns = { state = "party", day = "date" }

[documents]
table = "documents.csv"
key = "document"

[[statements]]
subject = "act/test/{state}/signature"
label = "{state} signs a test"
a = "sg:Signature"
"sg:party" = "{state}"
"sg:date" = "{day}"
""",
}


@pytest.fixture
def run(tmp_path):
    for folder in ("graph/sources", "graph/reference/acts"):
        (tmp_path / folder).mkdir(parents=True)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")

    def command(*words, code=0):
        done = subprocess.run(
            [sys.executable, "-m", "selenograph", "import", "t.csv", "--mapping", "m.toml", *words],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        return done

    return command


def test_a_dry_run_shows_a_patch_and_writes_nothing(run, tmp_path):
    done = run("--dry-run")
    assert list((tmp_path / "graph/sources").iterdir()) == []
    assert "--- /dev/null\n+++ graph/sources/2024/2024-05-10-a-list.ttl\n" in done.stdout
    assert '+    rdfs:label "Serbia signs a test"@en .' in done.stdout
    assert done.stderr == "1 rows taken, 0 left out.\n"
    subprocess.run(
        ["git", "apply", "-p0", "-"], input=done.stdout, text=True, cwd=tmp_path, check=True
    )
    assert "Nothing changes." in run().stdout


def test_an_import_tells_what_it_wrote_and_a_second_one_that_nothing_changes(run):
    assert run().stdout == (
        "Wrote graph/sources/2024/2024-05-10-a-list.ttl\n"
        "Wrote graph/reference/acts/test.ttl\n"
        "1 rows taken, 0 left out.\n"
    )
    assert run().stdout == "1 rows taken, 0 left out.\nNothing changes.\n"


def test_what_is_not_understood_ends_with_status_2_and_its_place(run, tmp_path):
    (tmp_path / "t.csv").write_text("document,state,day\nD,XX,2024-05-09\nD,RS,May\n")
    done = run(code=2)
    assert done.stdout == ""
    assert "t.csv: row 2, column state: " in done.stderr
    assert "t.csv: row 3, column day: " in done.stderr
    assert "Traceback" not in done.stderr
