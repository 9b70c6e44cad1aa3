"""Builds a release: load, check, reconcile, infer, derive, write, which makes it current."""

from collections.abc import Callable, Iterable, Iterator, Mapping
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
    release,
    report,
    void,
)
from selenograph.graph import files as packaged
from selenograph.graph.check import Finding
from selenograph.graph.corpus import Corpus
from selenograph.graph.errors import Invalid
from selenograph.graph.files import File
from selenograph.graph.release import Release
from selenograph.graph.turtle import Document

Progress = Callable[[str], None]
Graphs = dict[URIRef | None, Graph]


def build(
    out: Path,
    files: Corpus | None = None,
    progress: Progress = lambda step: None,
    bounds: File | None = None,
    snapshot: Graph | None = None,
    keep: int = release.KEPT,
) -> Release:
    """Build a release from the packaged files, or from those given, and make it current.

    So many releases are kept in the folder, and the one before in any case. A snapshot of Wikidata
    is held in a graph of its own, beside all others.

    Raises Invalid where the check finds violations, in the files or in the record that they make,
    or where that leaves the bounds, which the packaged files have always; and Inconsistent where
    the statements contradict the ontology. Nothing is written then.
    """
    release.make_room(out)
    progress("Read files")
    bounds = bounds if files else packaged.expected()
    files = files or corpus.load()
    progress("Check files")
    found = check.check(files, sound=checked.sound(out / release.CURRENT))
    _insist(found)
    graphs = layers(files, progress, snapshot)
    progress("Check record")
    _insist(check.check_record(graphs[names.RECORD], files))
    if bounds:
        _insist(expected.findings(graphs[names.RECORD], bounds))
    progress("Write release")
    made = release.write(out, dump(graphs), len(files.sources), keep)
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
    dataset = ox.Dataset(ox.parse(whole, format=ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    text = ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b""
    return b"".join(sorted(text.splitlines(keepends=True)))
