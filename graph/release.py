"""Builds a release: load, check, reconcile, infer, derive, write. The last step makes it current.

A folder of releases holds one folder for each release, named by its identifier, and the link
``current``. A build that is interrupted leaves the link, and so the release in use, as it was.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph, URIRef

from selenograph.graph import (
    check,
    checked,
    convert,
    corpus,
    derive,
    examples,
    expected,
    infer,
    names,
    reconcile,
    report,
    results,
    void,
)
from selenograph.graph import files as packaged
from selenograph.graph.check import Finding
from selenograph.graph.corpus import Corpus
from selenograph.graph.errors import BadInput, Invalid, NoRelease
from selenograph.graph.files import File
from selenograph.graph.turtle import Document

DUMP = "selenograph.nq"
ANSWERS = "selenograph.ttl"
STORE = "store"
KEPT = 2
"""How many releases stay in a folder, unless more are asked for."""
_MANIFEST = "manifest.json"
_CURRENT = "current"
_RELEASE = re.compile(r"[0-9a-f]{64}")

Progress = Callable[[str], None]
Graphs = dict[URIRef | None, Graph]


@dataclass(frozen=True)
class Manifest:
    """What a release is: its identifier and its size."""

    release: str
    quads: int
    sources: int


@dataclass(frozen=True)
class Release:
    """A release on disk."""

    folder: Path
    manifest: Manifest

    def open(self) -> ox.Store:
        """Return the store, read-only. Many processes may open it at once.

        Raises NoRelease where the store is missing or damaged.
        """
        try:
            return ox.Store.read_only(str(self.folder / STORE))
        except OSError as error:
            raise NoRelease(str(self.folder.parent)) from error


def build(
    out: Path,
    files: Corpus | None = None,
    progress: Progress = lambda step: None,
    bounds: File | None = None,
    snapshot: Graph | None = None,
    keep: int = KEPT,
) -> Release:
    """Build a release from the packaged files, or from those given, and make it current.

    So many releases are kept in the folder, and the one before in any case. A snapshot of Wikidata is held in a graph of its own, beside all others.

    Raises Invalid where the check finds violations, in the files or in the record that they make,
    or where that leaves the bounds, which the packaged files have always; and Inconsistent where
    the statements contradict the ontology. Nothing is written then.
    """
    _make_room(out)
    progress("Read files")
    bounds = bounds if files else packaged.expected()
    files = files or corpus.load()
    progress("Check files")
    found = check.check(files, sound=checked.sound(out / _CURRENT))
    _insist(found)
    graphs = layers(files, progress, snapshot)
    progress("Check record")
    _insist(check.check_record(graphs[names.RECORD], files))
    if bounds:
        _insist(expected.findings(graphs[names.RECORD], bounds))
    progress("Write release")
    made = write(out, dump(graphs), len(files.sources), keep)
    checked.note(made.folder, files, {finding.path for finding in found})
    return made


def _insist(findings: Iterable[Finding]) -> None:
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise Invalid(len(errors), report.text(errors))


def layers(
    files: Corpus, progress: Progress = lambda step: None, snapshot: Graph | None = None
) -> Graphs:
    """Return the graphs of a release by name; None is the default graph, which answers."""
    answers: Graphs = {}
    for name, part in concluded(files.vocabulary, files.naming, files.testimony, files, progress):
        if name in answers:
            answers[name] += part
        else:
            answers[name] = part
    everything = corpus.union(answers.values())
    graphs = {None: everything, **answers, names.SHAPES: check.shapes()} | dict(files.testimony)
    if snapshot is not None:
        graphs[names.WIKIDATA] = snapshot
    graphs[names.EXAMPLES] = examples.listed()
    graphs[names.VOID] = void.described(graphs)
    # Editors ask for these two without naming a graph.
    everything += graphs[names.EXAMPLES]
    everything += graphs[names.VOID]
    return graphs


def concluded(
    vocabulary: Graph,
    reference: Graph,
    testimony: Mapping[URIRef, Graph],
    documents: Iterable[Document] = (),
    progress: Progress = lambda step: None,
) -> Iterator[tuple[URIRef, Graph]]:
    """Yield what answers, by the graph that it belongs to, as soon as it is there.

    That is ontology and reference, the record that sources make, and what follows from all. The
    documents serve to place a contradiction. Raises Inconsistent where there is one.
    """
    yield names.ONTOLOGY, vocabulary
    yield names.REFERENCE, reference
    progress("Reconcile testimony")
    record = reconcile.record(vocabulary, reference, testimony)
    yield names.RECORD, record
    progress("Infer")
    inferred = infer.closure(vocabulary, (*reference, *record), documents)
    yield names.INFERRED, inferred
    progress("Derive participation")
    yield names.RECORD, derive.derived((vocabulary, reference, record, inferred))


def dump(graphs: Graphs) -> bytes:
    """Return graphs as canonical N-Quads: https://www.w3.org/TR/rdf-canon/."""
    whole = b"".join(
        convert.named(graph.serialize(format="nt", encoding="utf-8"), name)
        for name, graph in graphs.items()
    )
    dataset = ox.Dataset(_parsed(whole))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    text = ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b""
    return b"".join(sorted(text.splitlines(keepends=True)))


def write(out: Path, quads: bytes, sources: int, keep: int = KEPT) -> Release:
    """Write N-Quads as a release, and make it current. The same quads are the same release.

    So many releases are kept in the folder, and the one before in any case.
    """
    manifest = Manifest(hashlib.sha256(quads).hexdigest(), quads.count(b"\n"), sources)
    folder = out / manifest.release
    _make_room(out)
    if folder.exists() and not _is_whole(folder, manifest):
        shutil.rmtree(folder)
    if not folder.exists():
        with tempfile.TemporaryDirectory(prefix=".building-", dir=out) as work:
            _fill(Path(work) / "release", quads, manifest)
            try:
                (Path(work) / "release").rename(folder)
            except OSError:
                # Another build of the same files was faster; its result is the same.
                if not folder.exists():
                    raise
    _point(out, manifest.release, keep)
    return Release(folder.resolve(), manifest)


def pointed(out: Path) -> str | None:
    """Return the identifier of the release in use in a folder, or None where there is none."""
    try:
        return Path(os.readlink(out / _CURRENT)).name
    except OSError:
        return None


def current(out: Path) -> Release:
    """Return the release in use in a folder. Raises NoRelease where there is none."""
    try:
        return at((out / _CURRENT).resolve())
    except NoRelease as error:
        # By the name that was given, and not where that leads.
        raise NoRelease(str(out)) from error


def called(out: Path, beginning: str) -> Release | None:
    """Return the release in a folder whose identifier begins so, or None where none does."""
    found = [one for one in out.glob(f"{beginning}*") if _RELEASE.fullmatch(one.name)]
    return at(found[0].resolve()) if len(found) == 1 else None


def at(folder: Path) -> Release:
    """Return the release that a folder holds. Raises NoRelease where it holds none."""
    try:
        return Release(folder, _manifest(folder))
    except (FileNotFoundError, TypeError, ValueError) as error:
        raise NoRelease(str(folder.parent)) from error


def describe(folder: Path, of: Release) -> None:
    """Write the manifest of a folder with a store that was made of a release."""
    store = ox.Store.read_only(str(folder / STORE))
    sources = sum(str(name.value).startswith(names.SOURCES) for name in store.named_graphs())
    _describe(folder, Manifest(of.manifest.release, len(store), sources))


def dumped(found: Release, name: str) -> Path:
    """Return the dump of a release in a folder of its own, written first where it is not there."""
    path = found.folder / name
    if not path.exists():
        quads = found.open().dump(format=ox.RdfFormat.N_QUADS) or b""
        fresh = path.with_name(f".{name}-{os.getpid()}-{threading.get_ident()}")
        if name == DUMP:
            fresh.write_bytes(b"".join(sorted(quads.splitlines(keepends=True))))
        else:
            fresh.write_bytes(_answers(quads))
        fresh.replace(path)
    return path


def _describe(folder: Path, manifest: Manifest) -> None:
    (folder / _MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n", "utf-8")


def _answers(quads: bytes) -> bytes:
    """Return what the default graph of N-Quads answers from as Turtle."""
    answers = [quad.triple for quad in _parsed(quads) if quad.graph_name == ox.DefaultGraph()]
    return results.statements(answers, "ttl")


def _manifest(folder: Path) -> Manifest:
    return Manifest(**json.loads((folder / _MANIFEST).read_text("utf-8")))


def _is_whole(folder: Path, manifest: Manifest) -> bool:
    try:
        Release(folder, manifest).open()
        return _manifest(folder) == manifest and (folder / DUMP).is_file()
    except (OSError, TypeError, ValueError, NoRelease):
        return False


def _make_room(out: Path) -> None:
    """Make a folder of releases. Raises BadInput where something has the place of the link."""
    link = out / _CURRENT
    if link.exists() and not link.is_symlink():
        raise BadInput(f"{link} is no link to a release. Move it, or build in another folder.")
    out.mkdir(parents=True, exist_ok=True)


def _fill(folder: Path, quads: bytes, manifest: Manifest) -> None:
    folder.mkdir()
    (folder / DUMP).write_bytes(quads)
    store = ox.Store(str(folder / STORE))
    store.bulk_load(quads, format=ox.RdfFormat.N_QUADS)
    store.optimize()
    # From the dump and not from the store, which gives blank nodes names of its own.
    (folder / ANSWERS).write_bytes(_answers(quads))
    _describe(folder, manifest)


def _parsed(quads: bytes) -> Iterable[ox.Quad]:
    return ox.parse(quads, format=ox.RdfFormat.N_QUADS)


def _point(out: Path, release: str, keep: int) -> None:
    """Make a release current in one step, and drop the oldest; the one before stays in any case."""
    link = out / _CURRENT
    before = os.readlink(link) if link.is_symlink() else release
    fresh = out / f".current-{os.getpid()}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(release, target_is_directory=True)
    fresh.replace(link)
    # By their names, so that nothing goes that others keep in the folder.
    others = [one for one in out.iterdir() if _RELEASE.fullmatch(one.name)]
    others.sort(key=lambda one: (one.name in {release, before}, one.stat().st_mtime))
    for old in others[: -max(keep, len({release, before}))]:
        shutil.rmtree(old)
