"""Each file of an export opens in a tool of its own kind, and holds the same facts."""

import hashlib
import json
import sys
import warnings
from collections import Counter
from pathlib import Path

import duckdb
import geojson
import networkx as nx
import pandas as pd
import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from csvw import TableGroup
from frictionless import Package
from pyarrow import parquet
from pyld import jsonld
from rdflib import Graph
from rdflib.compare import to_canonical_graph
from rocrate.rocrate import ROCrate

from selenograph.cli import main
from selenograph.graph import export, export_tables, names, release
from selenograph.graph.errors import BadInput, NotInstalled

TABLES = {table.name: table for table in export_tables.TABLES}


@pytest.fixture(scope="module")
def files(built, tmp_path_factory):
    """An export of the release of two sources, with what changed since an empty one."""
    out = tmp_path_factory.mktemp("export")
    before = out.parent / "before.nq"
    before.write_bytes(b"")
    export.write(built, out, before=before)
    return out


@pytest.fixture(scope="module")
def dataset(built):
    quads = ox.parse((built.folder / release.DUMP).read_bytes(), format=ox.RdfFormat.N_QUADS)
    return set(quads)


@pytest.fixture(scope="module")
def record(dataset):
    """What the default graph answers, so that equal graphs are equal sets."""
    triples = [quad.triple for quad in dataset if quad.graph_name == ox.DefaultGraph()]
    return canonical(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES))


def canonical(text, form=ox.RdfFormat.N_TRIPLES):
    """Return statements with blank nodes named by what is said of them."""
    dataset = ox.Dataset(ox.parse(text, format=form))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {quad.triple for quad in dataset}


def column(store, query):
    return [row[0].value for row in store.query(query, prefixes=names.PREFIXES)]


def test_the_quads_are_the_dump_whose_hash_is_the_release(files, built):
    digest = hashlib.sha256((files / "selenograph.nq").read_bytes()).hexdigest()
    assert digest == built.manifest.release


def test_trig_holds_every_quad(files, dataset):
    read = ox.Dataset(ox.parse((files / "selenograph.trig").read_bytes(), format=ox.RdfFormat.TRIG))
    whole = ox.Dataset(dataset)
    for one in (read, whole):
        one.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert set(read) == set(whole)


@pytest.mark.parametrize(
    ("name", "form"),
    [("selenograph.ttl", ox.RdfFormat.TURTLE), ("selenograph.rdf", ox.RdfFormat.RDF_XML)],
)
def test_turtle_and_rdf_xml_hold_the_record(files, record, name, form):
    assert canonical((files / name).read_bytes(), form) == record


def test_rdflib_reads_the_same_record_from_turtle_and_from_rdf_xml(files):
    turtle = Graph().parse(files / "selenograph.ttl", format="turtle")
    assert set(to_canonical_graph(turtle)) == set(
        to_canonical_graph(Graph().parse(files / "selenograph.rdf", format="xml"))
    )


def test_json_ld_with_the_published_context_holds_the_record(files, record):
    context = json.loads((files / "context.jsonld").read_text())

    def load(address, options):
        assert address == str(names.CONTEXT)
        return {"contextUrl": None, "documentUrl": address, "document": context}

    document = json.loads((files / "selenograph.jsonld").read_text())
    assert document["@context"] == str(names.CONTEXT)
    read = jsonld.to_rdf(
        document, {"documentLoader": load, "format": "application/n-quads", "rdfDirection": None}
    )
    assert canonical(read.encode()) == record


def test_the_context_makes_the_properties_of_ours_plain_words(files):
    document = json.loads((files / "selenograph.jsonld").read_text())
    serbia = next(n for n in document["@graph"] if n["id"] == f"{names.BASE}party/serbia")
    assert serbia["isoAlpha2"] == "RS"
    assert f"{names.BASE}programme/ilrs" in serbia["participatesIn"]
    assert "sg:State" in serbia["type"]


@pytest.mark.parametrize("name", [name for name, table in TABLES.items() if table.kind])
def test_a_table_has_a_row_for_each_resource_of_its_class(files, store, name):
    table = TABLES[name]
    read = pd.read_csv(files / f"{name}.csv", dtype=str, keep_default_na=False)
    wanted = column(store, f"SELECT DISTINCT ?x WHERE {{ ?x a {table.kind} }} ORDER BY STR(?x)")
    assert list(read[table.key]) == sorted(wanted)
    assert list(read.columns) == [column.name for column in table.columns]


@pytest.mark.parametrize(
    ("name", "cells"),
    [(name, column) for name, table in TABLES.items() for column in table.columns if column.path],
    ids=lambda one: getattr(one, "name", one),
)
def test_a_column_holds_what_sparql_answers_for_its_path(files, store, name, cells):
    table = TABLES[name]
    read = pd.read_csv(files / f"{name}.csv", dtype=str, keep_default_na=False)
    found = {
        (key, value)
        for key, cell in zip(read[table.key], read[cells.name], strict=True)
        for value in (cell.split("|") if cells.many else [cell])
        if value
    }
    kept = f'FILTER(STRSTARTS(STR(?v), "{cells.under}"))' if cells.under else ""
    rows = store.query(
        f"SELECT ?x ?v WHERE {{ ?x a {table.kind} ; {cells.path} ?v {kept} }}",
        prefixes=names.PREFIXES,
    )
    assert found == {(row["x"].value, row["v"].value) for row in rows}


def test_the_statements_are_those_of_the_sources(files, dataset):
    read = pd.read_csv(files / "statements.csv", dtype=str, keep_default_na=False)
    found = Counter(zip(read.source, read.subject, read.property, read.value, strict=True))
    source = f"{names.BASE}source/"
    assert found == Counter(
        (q.graph_name.value, *(getattr(t, "value", str(t)) for t in q.triple))
        for q in dataset
        if isinstance(q.graph_name, ox.NamedNode) and q.graph_name.value.startswith(source)
    )
    assert set(read.language) >= {"", "en"}
    assert f"{names.PREFIXES['xsd']}date" in set(read.datatype)


def test_csv_on_the_web_describes_the_tables(files):
    group = TableGroup.from_file(files / "csv-metadata.json")
    group.check_referential_integrity(strict=True)
    assert str(group.common_props["dc:license"]["@id"]) == str(names.LICENCE)
    assert {table.local_name for table in group.tables} == {f"{name}.csv" for name in TABLES}
    read = {row["act"].unsplit(): row for row in group.tabledict["acts.csv"]}
    serbia = read[f"{names.BASE}act/ilrs/serbia/signature"]
    assert [party.unsplit() for party in serbia["parties"]] == [f"{names.BASE}party/serbia"]
    assert serbia["ordinal"] == 11


def test_the_data_package_is_valid(files):
    with warnings.catch_warnings():
        # Its parts are older than what they call.
        warnings.simplefilter("ignore")
        report = Package(str(files / "datapackage.json")).validate()
    assert report.flatten(["type", "message"]) == []
    assert {task.name for task in report.tasks} == set(TABLES)


def test_a_wrong_table_is_not_valid(files, tmp_path):
    for name in TABLES:
        (tmp_path / f"{name}.csv").write_bytes((files / f"{name}.csv").read_bytes())
    text = (tmp_path / "participations.csv").read_text()
    (tmp_path / "participations.csv").write_text(text.replace("party/serbia", "party/sirbia"))
    package = json.loads((files / "datapackage.json").read_text())
    for resource in package["resources"]:
        del resource["hash"], resource["bytes"]
    (tmp_path / "datapackage.json").write_text(json.dumps(package))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report = Package(str(tmp_path / "datapackage.json")).validate()
    assert {kind for (kind,) in report.flatten(["type"])} == {"foreign-key"}


@pytest.mark.parametrize("name", TABLES)
def test_parquet_holds_the_rows_of_the_csv(files, built, name):
    read = parquet.read_table(files / f"{name}.parquet")
    assert read.schema.metadata[b"release"].decode() == built.manifest.release
    table = TABLES[name]
    texts = pd.read_csv(files / f"{name}.csv", dtype=str, keep_default_na=False)
    shown = [
        tuple("|".join(c) if isinstance(c, list) else "" if c is None else str(c) for c in row)
        for row in zip(*(read.column(c.name).to_pylist() for c in table.columns), strict=True)
    ]
    assert shown == list(texts.itertuples(index=False, name=None))


def test_a_database_asks_the_parquet_by_day(files):
    found = duckdb.sql(
        f"SELECT party_name FROM '{files}/participations.parquet' "
        "WHERE earliest >= DATE '2023-10-01' AND latest < DATE '2023-12-01' ORDER BY 1"
    ).fetchall()
    assert ("Belarus",) in found
    assert ("Serbia",) not in found


def test_parquet_without_its_library_is_told(built, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(NotInstalled, match=r"pip install 'selenograph\[tables\]'"):
        export.write(built, tmp_path, ["parquet"])
    assert list(tmp_path.iterdir()) == []


def test_the_network_has_an_edge_for_each_participation(files, store, built):
    graph = nx.read_graphml(files / "participations.graphml", force_multigraph=True)
    wanted = store.query(
        "SELECT ?x ?party ?frame ?standing WHERE { ?x a sg:Participation ; sg:party ?party ; "
        "sg:programme|sg:agreement ?frame ; sg:standing/rdfs:label ?standing }",
        prefixes=names.PREFIXES,
    )
    assert {(a, b, told["standing"]) for a, b, told in graph.edges(data=True)} == {
        (row["party"].value, row["frame"].value, row["standing"].value) for row in wanted
    }
    assert graph.nodes[f"{names.BASE}party/serbia"] == {"name": "Serbia", "class": "party"}
    assert graph.graph["release"] == built.manifest.release


def test_the_map_has_a_feature_for_each_standing_of_a_state(files, store):
    collection = geojson.loads((files / "standings.geojson").read_text())
    assert collection.is_valid
    wanted = column(
        store, "SELECT ?x WHERE { ?x a sg:Participation ; sg:party ?p . ?p a sg:State }"
    )
    assert collection["type"] == "FeatureCollection"
    assert sorted(f["id"] for f in collection["features"]) == sorted(wanted)
    assert {f["type"] for f in collection["features"]} == {"Feature"}
    codes = {f["properties"]["party_name"]: f["properties"]["iso_alpha3"]
             for f in collection["features"]}  # fmt: skip
    assert codes["Serbia"] == "SRB"
    # No source of ours tells where states lie.
    assert {f["geometry"] for f in collection["features"]} == {None}


def test_the_crate_holds_every_file_with_its_checksum(files, built):
    crate = ROCrate(files)
    assert crate.root_dataset["identifier"] == built.manifest.release
    assert crate.root_dataset["license"].id == str(names.LICENCE)
    held = {Path(e.id).name: e for e in crate.data_entities}
    beside = {path.name for path in files.iterdir()} - {"ro-crate-metadata.json", "SHA256SUMS"}
    assert set(held) == beside
    for name, entity in held.items():
        assert entity["sha256"] == hashlib.sha256((files / name).read_bytes()).hexdigest()


def test_the_checksums_are_those_of_the_files(files):
    told = dict(
        reversed(line.split("  "))
        for line in (files / "SHA256SUMS").read_text().split("\n")
        if line
    )
    assert set(told) == {path.name for path in files.iterdir()} - {"SHA256SUMS"}
    for name, digest in told.items():
        assert hashlib.sha256((files / name).read_bytes()).hexdigest() == digest


def test_the_same_release_gives_the_same_bytes(files, built, tmp_path):
    export.write(built, tmp_path, before=files.parent / "before.nq")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {
        p.name: p.read_bytes() for p in files.iterdir()
    }


def test_the_day_of_an_export_can_be_told(built, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    export.write(built, tmp_path, ["turtle"])
    crate = json.loads((tmp_path / "ro-crate-metadata.json").read_text())
    assert next(e for e in crate["@graph"] if e["@id"] == "./")["datePublished"] == "2023-11-14"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(BadInput, match="soon"):
        export.when(built)


def test_the_command_writes_some_formats_only(built, tmp_path):
    words = ["export", "csv", "--store", built.folder.parent, "--out", tmp_path]
    shown = CliRunner().invoke(main, [str(word) for word in words])
    assert shown.exit_code == 0, shown.output
    suffixes = {path.suffix for path in tmp_path.iterdir()}
    assert suffixes == {".csv", ".json", ""}


def test_the_command_tells_that_a_map_has_no_points(built, tmp_path):
    words = ["export", "geojson", "--store", built.folder.parent, "--out", tmp_path]
    shown = CliRunner().invoke(main, [str(word) for word in words])
    assert "has no points: the release holds no snapshot of Wikidata" in shown.stderr


def test_changes_without_an_earlier_release_are_refused(built, tmp_path):
    words = ["export", "changes", "--store", built.folder.parent, "--out", tmp_path]
    shown = CliRunner().invoke(main, [str(word) for word in words])
    assert shown.exit_code == 2
    assert "no release before" in shown.output
