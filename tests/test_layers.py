"""Imports point one way: errors and names, then the pipeline, then the server, then the face."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "graph": {"selenograph.graph"},
    "server": {"selenograph.graph", "selenograph.server"},
    "src/selenograph": {
        "selenograph.graph",
        "selenograph.server",
        "selenograph.asking_commands",
        "selenograph.data_commands",
        "selenograph.dataset",
        "selenograph.export_commands",
        "selenograph.wikidata_commands",
        "selenograph.cli",
    },
}
# Who may use what has one home each.
ONLY = {
    "importlib.resources": {"graph/files.py"},
    "owlrl": {"graph/infer.py"},
    "pyshacl": {"graph/shacl.py"},
    "edtf": {"graph/dates.py"},
    "yaml": {"graph/query.py"},
    "click": {
        "src/selenograph/cli.py",
        "src/selenograph/asking_commands.py",
        "src/selenograph/data_commands.py",
        "src/selenograph/export_commands.py",
        "src/selenograph/wikidata_commands.py",
    },
    "urllib3": {"graph/web.py"},
    "pyarrow": {"graph/export_parquet.py"},
    "rich": {"src/selenograph/asking_commands.py"},
    "waitress": {"server/run.py"},
    "prometheus_client": {"server/logs.py"},
    "cachetools": {"server/cache.py"},
    "rapidfuzz": {"graph/spelling.py"},
}


def imported(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by a relative name"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules():
    return [path for folder in MAY_IMPORT for path in (ROOT / folder).glob("*.py")]


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_imports_point_downwards(folder):
    names = {name for path in (ROOT / folder).glob("*.py") for name in imported(path)}
    ours = {".".join(n.split(".")[:2]) for n in names if n.startswith("selenograph.")}
    assert ours <= MAY_IMPORT[folder]
    assert folder != "graph" or not any(n.startswith(("flask", "werkzeug")) for n in names)


def test_the_pipeline_has_no_circle():
    edges = {
        path.stem: {
            name.split(".")[2]
            for name in imported(path)
            if name.startswith("selenograph.graph.") and name.count(".") >= 2
        }
        for path in (ROOT / "graph").glob("*.py")
    }
    edges = {module: used & edges.keys() for module, used in edges.items()}
    while free := [module for module, used in edges.items() if not used]:
        for module in free:
            del edges[module]
        edges = {module: used - set(free) for module, used in edges.items()}
    assert not edges


@pytest.mark.parametrize("library", ONLY)
def test_a_library_is_used_in_one_place(library):
    users = {
        path.relative_to(ROOT).as_posix()
        for path in modules()
        if any(n == library or n.startswith(f"{library}.") for n in imported(path))
    }
    assert users == ONLY[library]


def test_the_errors_import_nothing_of_ours():
    assert not [n for n in imported(ROOT / "graph/errors.py") if n.startswith("selenograph")]


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_module_is_longer_than_300_lines(path):
    assert len(path.read_text("utf-8").splitlines()) <= 300


def test_no_public_function_of_the_pipeline_is_unused():
    texts = {path: path.read_text("utf-8") for path in modules()}
    unused = []
    for path, text in texts.items():
        if path.parent.name != "graph":
            continue
        for node in ast.parse(text).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                uses = sum(other.count(node.name) for other in texts.values())
                if uses < 2:
                    unused.append(f"{path.stem}.{node.name}")
    assert not unused
