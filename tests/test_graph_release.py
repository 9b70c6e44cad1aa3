"""A release is the same bytes for the same files; the one in use stays until the new is whole."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from selenograph.graph import building, check, checked, names, query, release, turtle
from selenograph.graph.errors import BadInput, Inconsistent, Invalid, NoRelease

THIRD = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix sg: <https://w3id.org/selenograph/ontology/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://w3id.org/selenograph/> .

<source/2025-01-third> a sg:Source ;
    dcterms:title "A third source"@en ;
    dcterms:publisher <party/reuters> ;
    dcterms:issued "2025-01-02"^^xsd:date ;
    dcterms:language "en" ;
    sg:address <https://example.org/third> ;
    sg:kind <source-kind/agency> .

<act/ilrs/belarus/signature> a sg:Signature ;
    sg:party <party/belarus> ;
    sg:agreement <agreement/ilrs/belarus> ;
    sg:date "2023-10-24"^^xsd:date .
"""
ROOT = Path(__file__).parents[1]
BUILD = [
    sys.executable,
    "-c",
    "import sys; from pathlib import Path; from selenograph.graph import building, corpus; "
    "from tests.conftest import first_two; "
    "building.build(Path(sys.argv[1]), first_two(corpus.load()))",
]


@pytest.fixture
def with_third(seeds):
    """Give the function that adds a third source."""

    def added(text=THIRD):
        third = turtle.parse(text, "graph/sources/2025/2025-01-third.ttl")
        return replace(seeds, sources=(*seeds.sources, third))

    return added


def folder(path):
    return {p.name: p.read_bytes() for p in path.iterdir() if p.is_file()}


def test_two_builds_in_two_processes_are_the_same_bytes(tmp_path):
    made = []
    for number in "12":
        subprocess.run(
            [*BUILD, tmp_path / number],
            cwd=ROOT,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": number},
        )
        made.append(folder(release.current(tmp_path / number).folder))
    assert made[0] == made[1]


def test_the_identifier_is_the_hash_of_the_dump(built):
    dump = (built.folder / release.DUMP).read_bytes()
    assert built.manifest.release == hashlib.sha256(dump).hexdigest()
    assert built.manifest.quads == dump.count(b"\n")
    assert dump.splitlines() == sorted(dump.splitlines())


def test_the_store_answers_what_the_dump_says(built, store):
    quads = set(ox.parse((built.folder / release.DUMP).read_bytes(), format=ox.RdfFormat.N_QUADS))
    assert {str(quad) for quad in store if "_:" not in str(quad)} == {
        str(quad) for quad in quads if "_:" not in str(quad)
    }


def test_the_dump_loaded_elsewhere_gives_the_same_answers(built, store):
    other = ox.Store()
    other.bulk_load((built.folder / release.DUMP).read_bytes(), format=ox.RdfFormat.N_QUADS)
    for stored in query.stored().values():
        form = ox.QueryResultsFormat.CSV
        assert query.run(other, stored.text).serialize(format=form) == query.run(
            store, stored.text
        ).serialize(format=form)


def test_the_default_graph_is_what_the_answering_graphs_and_the_descriptions_hold(store):
    def triples(*graphs):
        return {
            str(q.triple)
            for g in graphs
            for q in store.quads_for_pattern(None, None, None, g)
            if "_:" not in str(q)
        }

    layers = (names.ONTOLOGY, names.REFERENCE, names.RECORD, names.INFERRED)
    descriptions = (names.EXAMPLES, names.VOID)
    assert triples(ox.DefaultGraph()) == triples(*map(ox.NamedNode, layers + descriptions))


def test_each_source_has_a_graph_of_its_own_with_just_what_its_file_says(store, seeds):
    for source, graph in seeds.testimony.items():
        held = list(store.quads_for_pattern(None, None, None, ox.NamedNode(source)))
        assert len(held) == len(graph)


def test_a_third_source_is_one_file_and_shows_its_disagreement(tmp_path, with_third):
    made = building.build(tmp_path, with_third())
    assert made.manifest.sources == 3
    text = query.named("disagreements").text
    rows = query.run(made.open(), text).serialize(format=ox.QueryResultsFormat.CSV).decode()
    base = names.BASE
    news, third = f"{base}source/2023-10-spacenews-belarus-ilrs", f"{base}source/2025-01-third"
    about = f"{base}act/ilrs/belarus/signature,{base}ontology/date"
    assert [row for row in rows.splitlines() if row.startswith(about)] == [
        f"{about},2023-10-24,true,kind of source,unexplained,open,1,{third},",
        f"{about},2023-10-23,false,kind of source,unexplained,open,1,{news},",
    ]


def test_files_that_break_a_rule_build_nothing_and_leave_what_is_there(tmp_path, seeds, with_third):
    before = building.build(tmp_path, seeds)
    with pytest.raises(Invalid) as caught:
        building.build(tmp_path, with_third(THIRD.replace("party/belarus", "party/belarsu")))
    assert "2025-01-third.ttl:15:1: error: act/ilrs/belarus/signature" in str(caught.value)
    assert release.current(tmp_path) == before


def test_a_record_that_breaks_a_shape_builds_nothing_and_names_the_resource(tmp_path, seeds):
    ruling = """\
@prefix sg: <https://w3id.org/selenograph/ontology/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@base <https://w3id.org/selenograph/> .

<ruling/ilrs/belarus/date> a sg:Ruling ;
    rdfs:label "Day on which Belarus signed"@en ;
    sg:about <act/ilrs/belarus/signature> ;
    sg:chosen "soon" ;
    sg:kind <disagreement-kind/slip> ;
    sg:property sg:date ;
    sg:reason "No source is believed."@en .
"""
    document = turtle.parse(ruling, "graph/reference/rulings.ttl")
    files = replace(seeds, reference=(*seeds.reference, document))
    with pytest.raises(Invalid, match=r"record:.* act/ilrs/belarus/signature: .*sgs:Act-date"):
        building.build(tmp_path, files)
    assert list(tmp_path.iterdir()) == []


def test_a_contradiction_builds_nothing_and_names_the_statements(tmp_path, with_third):
    text = (
        THIRD
        + """
<act/ilrs/pakistan/signature> a sg:Joining ;
    sg:party <party/pakistan> ;
    sg:programme <programme/ilrs> ;
    sg:follows <act/ilrs/belarus/signature> .
"""
    )
    with pytest.raises(Inconsistent, match=r"2023-10-spacenews-belarus-ilrs\.ttl:\d+: "):
        building.build(tmp_path, with_third(text))
    with pytest.raises(NoRelease):
        release.current(tmp_path)


def test_a_build_that_is_killed_leaves_the_release_in_use(tmp_path, seeds):
    before = building.build(tmp_path, seeds)
    for pause in (0.3, 0.8, 1.3, 1.8):
        process = subprocess.Popen([*BUILD, tmp_path], cwd=ROOT)
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert release.current(tmp_path) == before
        assert query.run(before.open(), "ASK { ?s a sg:Programme }")


def test_a_new_release_takes_the_place_of_the_old_whose_readers_go_on(tmp_path, seeds, with_third):
    old = building.build(tmp_path, seeds)
    reader = old.open()
    new = building.build(tmp_path, with_third())
    assert release.current(tmp_path).manifest == new.manifest != old.manifest
    ask = "ASK { GRAPH <source/2025-01-third> { ?s ?p ?o } }"
    assert not query.run(reader, ask)
    assert query.run(new.open(), ask)


def test_only_the_release_in_use_and_the_one_before_are_kept(tmp_path, with_third):
    texts = [THIRD, THIRD.replace("10-24", "10-25"), THIRD.replace("10-24", "10-26")]
    made = [building.build(tmp_path, with_third(text)).manifest.release for text in texts]
    kept = {path.name for path in tmp_path.iterdir()}
    assert kept == {"current", made[1], made[2]}


def test_as_many_releases_are_kept_as_one_asks_for(tmp_path):
    made = [
        release.write(tmp_path, f'<a:a> <a:b> "{n}" .\n'.encode(), 0, keep=3).manifest.release
        for n in range(4)
    ]
    assert {path.name for path in tmp_path.iterdir()} == {"current", *made[1:]}
    assert release.called(tmp_path, made[1][:12]).manifest.release == made[1]
    assert release.called(tmp_path, made[0][:12]) is None


def test_what_others_keep_in_the_folder_stays(tmp_path, with_third):
    (tmp_path / "app").mkdir()
    (tmp_path / "app/manifest.json").write_text("{}")
    for text in (THIRD, THIRD.replace("10-24", "10-25"), THIRD.replace("10-24", "10-26")):
        building.build(tmp_path, with_third(text))
    assert (tmp_path / "app/manifest.json").is_file()


def test_a_folder_in_the_place_of_the_link_is_told_and_left_as_it_is(tmp_path, seeds):
    (tmp_path / "current").mkdir()
    for make in (lambda: building.build(tmp_path, seeds), lambda: release.write(tmp_path, b"", 0)):
        with pytest.raises(BadInput, match="current is no link to a release"):
            make()
    assert [path.name for path in tmp_path.iterdir()] == ["current"]


@pytest.mark.parametrize("part", ["store", "manifest.json", release.DUMP])
def test_a_release_that_lost_a_part_is_built_again(tmp_path, part):
    quads = b"<a:a> <a:b> <a:c> .\n"
    made = release.write(tmp_path, quads, 0)
    lost = made.folder / part
    shutil.rmtree(lost) if lost.is_dir() else lost.unlink()
    if part != release.DUMP:
        with pytest.raises(NoRelease, match="selenograph build"):
            release.current(tmp_path).open()
    again = release.write(tmp_path, quads, 0)
    assert len(again.open()) == 1
    assert lost.exists()


def test_the_manifest_holds_nothing_of_the_machine(built):
    held = json.loads((built.folder / "manifest.json").read_text())
    assert held.keys() == {"release", "quads", "sources"}


def test_the_turtle_of_the_answers_parses_to_the_default_graph(built, store):
    document = turtle.parse((built.folder / release.ANSWERS).read_text("utf-8"), "answers.ttl")
    assert len(document.graph) == len(
        list(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    )


def test_a_folder_without_a_release_is_told_with_the_command_that_helps():
    with pytest.raises(NoRelease, match="selenograph build --out nowhere"):
        release.current(Path("nowhere"))


def test_what_was_sound_in_the_last_build_is_not_checked_again(tmp_path, seeds, with_third):
    before = checked.fingerprints(seeds)
    building.build(tmp_path, seeds)
    assert check.check(with_third(), sound=before.values()) == check.check(with_third())
    changed = with_third(THIRD.replace("2023-10-24", "no day"))
    with pytest.raises(Invalid):
        building.build(tmp_path, changed)
    # A file is looked at again when it changes, and each one when a name may be gone.
    assert checked.fingerprints(changed).items().isdisjoint(before.items())
    first, second = seeds.sources
    mended = replace(seeds, sources=(turtle.parse(first.text + "# x\n", first.path), second))
    after = checked.fingerprints(mended)
    assert {path for path in before if after[path] != before[path]} == {first.path}
    fewer = replace(seeds, reference=seeds.reference[1:])
    assert checked.fingerprints(fewer).items().isdisjoint(before.items())
    assert building.build(tmp_path, mended).manifest.sources == 2
