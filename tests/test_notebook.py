"""The notebook runs as it stands, on a release that holds a snapshot of Wikidata."""

import warnings
from importlib.resources import files

import nbformat
import pytest
from nbclient import NotebookClient

from selenograph.graph import building, release, wikidata, wikidata_snapshot
from tests.wikidata import Wikidata

ITEMS = """
wd:Q403 wdt:P1082 6605168 ; wdt:P625 "Point(20.9 43.95)" .
wd:Q184 wdt:P1082 9109280 ; wdt:P625 "Point(28.05 53.53)" .
"""


@pytest.fixture(scope="module")
def ran(seeds, tmp_path_factory):
    """The notebook with its outputs, run in a folder with a release as it asks for."""
    place = tmp_path_factory.mktemp("notebook")
    with Wikidata(ITEMS) as server:
        asked = wikidata.Wikidata(server.api, server.queries)
        path = wikidata_snapshot.pull(["Q403", "Q184"], asked, place / "wikidata.ttl")
    graphs = building.layers(seeds, snapshot=wikidata_snapshot.read(path))
    release.write(place / "release", building.dump(graphs), 2)
    text = files("selenograph").joinpath("example.ipynb").read_text("utf-8")
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    with warnings.catch_warnings():
        # Those of the client's own parts.
        warnings.simplefilter("ignore")
        client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": place}})
        client.execute()
    return notebook


def shown(notebook, kind):
    return [
        output["data"][kind]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if kind in output.get("data", {})
    ]


def test_the_notebook_joins_the_record_with_wikidata(ran):
    tables = shown(ran, "text/html")
    assert len(tables) == 2
    assert "corroborated" in tables[0] or "single source" in tables[0]
    assert "6605168" in tables[1]
    assert "9109280" in tables[1]
    assert any("Wikidata as of 20" in text for text in shown(ran, "text/plain"))


def test_the_notebook_draws_a_map_and_a_timeline(ran):
    assert len(shown(ran, "image/png")) == 2


def test_the_notebook_is_kept_without_what_it_shows():
    text = files("selenograph").joinpath("example.ipynb").read_text("utf-8")
    cells = nbformat.reads(text, as_version=4).cells
    assert not any(cell.get("outputs") for cell in cells)
