"""The documents tell what is there, and what they show is what comes out."""

import re
import shlex
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from selenograph.cli import main
from selenograph.graph import query
from tests.conftest import serving
from tests.test_queries import columns

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
CURLS = re.findall(r"^\$ curl (.*?)^```", README, re.MULTILINE | re.DOTALL)


def asked(live, words):
    """Do over HTTP what a curl command line of the README asks for."""
    parts = shlex.split(words)
    address = parts.pop(0).replace("http://127.0.0.1:8000", live)
    headers, data = {}, None
    while parts:
        option, value = parts.pop(0), parts.pop(0)
        if option == "-H":
            name, _, text = value.partition(":")
            headers[name] = text.strip()
        elif option == "--data-urlencode":
            name, _, text = value.partition("=")
            data = urllib.parse.urlencode({name: text}).encode()
    with urllib.request.urlopen(urllib.request.Request(address, data, headers)) as answer:
        return answer.read().decode().replace("\r\n", "\n")


@pytest.fixture(scope="module")
def at_large(whole_release):
    """The address of a server of the whole record."""
    with serving(whole_release.folder.parent) as address:
        yield address


@pytest.mark.parametrize("shown", CURLS, ids=["stored query", "SPARQL"])
def test_the_answers_in_the_readme_are_those_that_the_server_gives(at_large, shown):
    lines = shown.splitlines(keepends=True)
    end = next(n for n in range(1, len(lines) + 1) if "".join(lines[:n]).count("'") % 2 == 0)
    command, answer = "".join(lines[:end]), "".join(lines[end:])
    assert asked(at_large, command) == answer


def test_the_figures_in_the_readme_are_those_of_the_record(whole):
    shown = re.findall(
        r"^\| ([^|`]+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", README, re.MULTILINE
    )
    counts = ("parties", "corroborated", "singleSource", "unconfirmed", "sources")
    found = columns(whole, "coverage", "name", *counts)
    assert len(shown) >= 8
    assert shown == [row for row in found if row in shown]


def test_the_readme_lists_each_stored_query_with_its_question():
    listed = dict(re.findall(r"^\| `([a-z-]+)` \| (.*\?) \|$", README, re.MULTILINE))
    assert listed == {name: stored.summary for name, stored in query.stored().items()}


def test_the_readme_lists_each_command():
    listed = set(re.findall(r"^\| `selenograph ([a-z ]+)` \|", README, re.MULTILINE))
    commands = {
        f"{name} {sub}" if sub else name
        for name, command in main.commands.items()
        for sub in getattr(command, "commands", [""])
    }
    assert listed == commands


def test_the_picture_and_every_file_that_a_document_links_are_there():
    for text in (README, CONTRIBUTING):
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", text):
            assert (ROOT / target).exists(), target


@pytest.mark.parametrize("words", ["", *main.commands, "new source"])
def test_every_command_tells_what_it_does(words):
    shown = CliRunner().invoke(main, [*words.split(), "--help"])
    assert shown.exit_code == 0
    assert "Usage:" in shown.output


def test_the_versions_of_package_citation_ontology_and_changelog_agree():
    version = re.search(r'^version = "(.*)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)[
        1
    ]
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"] == version
    assert f"## {version}," in (ROOT / "CHANGELOG.md").read_text()
    assert f'owl:versionInfo "{version}"' in (ROOT / "ontology/core.ttl").read_text()


def test_every_make_target_that_a_document_names_is_there():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for text in (README, CONTRIBUTING):
        assert set(re.findall(r"[`$] ?make ([a-z]+)\b", text)) <= targets


def test_the_four_recipes_are_told():
    recipes = re.findall(r"^## Add an? (\w+)$", CONTRIBUTING, re.MULTILINE)
    assert recipes == ["source", "term", "shape", "query"]


def test_the_module_runs_as_a_program():
    command = [sys.executable, "-m", "selenograph", "--version"]
    out = subprocess.run(command, capture_output=True, text=True, check=True)
    assert re.search(r"\d+\.\d+\.\d+", out.stdout)
