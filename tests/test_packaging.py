"""The installation: one import package from folders at the top, in a wheel and editable."""

import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from tests.conftest import tracked

ROOT = Path(__file__).parents[1]
FOLDERS = ["graph", "ontology", "queries", "server", "shapes"]
KINDS = {".ttl", ".rq", ".html", ".css", ".svg"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_folder_is_not_importable_on_its_own(folder):
    code = f"import importlib.util as u; print(u.find_spec({folder!r}))"
    run = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, cwd="/", check=True
    )
    assert run.stdout.strip() == "None"


def test_every_python_folder_goes_into_the_wheel():
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    found = [path.parent for folder in FOLDERS for path in (ROOT / folder).rglob("__init__.py")]
    names = {".".join(("selenograph", *path.relative_to(ROOT).parts)) for path in found}
    assert set(listed) == names | {"selenograph"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_of_the_checkout_is_found_here(folder):
    here = {p.relative_to(ROOT / folder) for p in (ROOT / folder).rglob("*") if p.suffix in KINDS}
    missing = [p for p in here if not files(f"selenograph.{folder}").joinpath(str(p)).is_file()]
    assert not missing


def test_an_installed_copy_holds_every_file(installed):
    wanted = {path for path in tracked() if path.parts[0] in FOLDERS and path.suffix in KINDS}
    missing = [path for path in wanted if not (installed / "selenograph" / path).is_file()]
    assert not missing


def test_what_an_earlier_build_left_is_not_installed(installed):
    assert (installed / "selenograph/queries/ordinals.rq").is_file()
    assert not (installed / "selenograph/queries/gone.rq").exists()


def test_an_installed_copy_builds_and_answers_from_any_folder(installed, whole_release, tmp_path):
    def run(*words):
        return subprocess.run(
            [sys.executable, "-m", "selenograph", *words],
            cwd=tmp_path, env={"PYTHONPATH": str(installed)}, capture_output=True, text=True,
            check=True,
        ).stdout  # fmt: skip

    code = "import selenograph.graph as g; print(g.__file__)"
    where = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(installed)}, cwd=tmp_path,
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert where.startswith(str(installed))
    # It has built the whole release.
    store = str(whole_release.folder.parent)
    assert run("query", "ordinals", "--store", store, "--format", "csv").count("\n") >= 3


def test_no_address_of_a_registry_is_pinned():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / ".ci" / name).read_text()
        assert "http" not in text.lower()
        assert "--hash=sha256:" in text
