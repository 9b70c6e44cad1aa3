"""Checks files against the shapes, the declared names and the house rules; tells all at once.

SHACL: https://www.w3.org/TR/shacl/. A source file is validated together with the reference layer
and the ontology, so that one file can be checked alone.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

from rdflib import Graph, URIRef
from rdflib.namespace import RDF, RDFS, SH
from rdflib.term import BNode, Node

from selenograph.graph import checked, corpus, declared, files, names, shacl, turtle
from selenograph.graph.corpus import Corpus
from selenograph.graph.errors import NotTurtle, Unformattable
from selenograph.graph.names import SG, short
from selenograph.graph.turtle import Document, Triple

Strangers = set[Node]


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong in a file: where, with what, and what would be right."""

    path: str
    line: int
    column: int
    severity: str
    rule: str
    resource: str
    problem: str
    remedy: str


def check(
    whole: Corpus, only: Iterable[Document] | None = None, sound: Collection[str] = ()
) -> list[Finding]:
    """Return what is wrong in a corpus, or in some documents seen with it, in order of place.

    Severities are ``error``, which stops a build, and ``warning``. Documents that were found sound
    before, by ``checked.fingerprints``, are not looked at again.
    """
    documents = list(whole if only is None else only)
    if sound:
        prints = checked.fingerprints(whole)
        documents = [one for one in documents if prints.get(one.path) not in sound]
    found = {*_twins(whole), *(finding for one in documents for finding in _style(one))}
    # Shapes are no data: the rules for data would find fault with each of their lines.
    data = [document for document in documents if corpus.layer(document.path) != "shapes"]
    strangers = {document.path: declared.strangers(document, whole) for document in data}
    for document in data:
        found |= set(_statements(document, whole, strangers[document.path]))
    found |= set(_shapes(data, whole, strangers))
    if only is None:
        found |= set(_untold(whole))
    return sorted(found)


def check_files(texts: Iterable[files.File]) -> list[Finding]:
    """Return what is wrong in files, seen with the packaged ones; also where they are no Turtle.

    A file takes the place of the packaged one to which its path leads. Without files, the packaged
    ones are checked.
    """
    given, packaged = list(dict.fromkeys(texts)), corpus.packaged()
    documents, found = list[Document](), list[Finding]()
    for file in given or packaged:
        try:
            documents.append(turtle.parse(file.text, file.path))
        except NotTurtle as error:
            remedy = "Mend the text there; what stands before it is well formed."
            found.append(
                Finding(error.path, error.line, error.column, "error", "turtle", "",
                        f"This is not Turtle: {error.why}.", remedy)
            )  # fmt: skip
    others = corpus.beside(
        file
        for file in packaged
        if given and not any(f"/{one.path}".endswith(f"/{file.path}") for one in given)
    )
    whole = corpus.arranged([*others, *documents])
    return sorted([*found, *check(whole, documents if given else None)])


def check_record(record: Graph, whole: Corpus) -> list[Finding]:
    """Return what is wrong in the record that a corpus makes, where its files alone are sound.

    What one source alone speaks of was seen in its file.
    """
    made = Document("record", "", record, {}, [])
    voices = Counter(s for graph in whole.testimony.values() for s in set(graph.subjects()))
    merged = {subject for subject in record.subjects() if voices[subject] != 1}
    return sorted(_shapes([made], whole, {made.path: set()}, merged))


def _finding(document: Document, triple: Triple, rule: str, problem: str, remedy: str) -> Finding:
    return Finding(
        document.path, document.line(*triple), 1, "error", rule, short(str(triple[0])), problem,
        remedy,
    )  # fmt: skip


def _statements(document: Document, whole: Corpus, strangers: Strangers) -> Iterator[Finding]:
    """Yield what single statements get wrong: names, layers, blank nodes, strange subjects."""
    layer = corpus.layer(document.path)
    allowed = _allowed(whole, layer)
    kinds = set(whole.vocabulary.transitive_subjects(RDFS.subClassOf, SG.Act)) - {SG.Act}
    own = str(corpus.source_iri(document.path))
    for triple in document.graph:
        for node in strangers & set(triple):
            yield _undeclared(document, triple, str(node), whole)
        if layer == "ontology":
            continue
        if layer == "testimony" and declared.is_foreign(triple[0], own):
            yield _finding(
                document, triple, "subject", "A source cannot speak of this subject.",
                f"It speaks of declared resources and of its own, such as <{names.path(own)}#x>.",
            )  # fmt: skip
        if any(isinstance(node, BNode) for node in triple):
            yield _finding(
                document, triple, "blank-node", "A blank node stands here.",
                "Give the resource an IRI, in a source one such as :roster.",
            )  # fmt: skip
        if triple[1] not in allowed and triple[1] not in strangers:
            yield _finding(
                document, triple, "layer",
                f"{short(str(triple[1]))} is not stated in this layer.",
                f"In {layer} files use a property whose sg:layer is layer/{layer}.",
            )  # fmt: skip
        if layer == "reference" and triple[1] == RDF.type and triple[2] in kinds:
            yield _finding(
                document, triple, "layer",
                f"{short(str(triple[2]))} is a kind of act, which is not stated in this layer.",
                "In reference files write: a sg:Act. Its kind is what a source says of it.",
            )  # fmt: skip
    if layer == "testimony" and (URIRef(own), RDF.type, SG.Source) not in document.graph:
        yield Finding(
            document.path, 1, 1, "error", "own-source", short(own),
            "The file does not describe its source.",
            f"A file describes the source of its own name: <{names.path(own)}> a sg:Source .",
        )  # fmt: skip


def _undeclared(document: Document, triple: Triple, node: str, whole: Corpus) -> Finding:
    kind = "term of the ontology" if URIRef(node) in SG else "resource"
    return _finding(
        document, triple, "undeclared", f"{short(node)} is not a declared {kind}.",
        declared.remedy(node, document, whole),
    )  # fmt: skip


def _allowed(whole: Corpus, layer: str) -> set[Node]:
    return {RDF.type, *whole.vocabulary.subjects(SG.layer, names.iri(f"layer/{layer}"))}


def _style(document: Document) -> Iterator[Finding]:
    try:
        wanted = turtle.formatted(document).splitlines()
    except Unformattable as error:
        yield Finding(document.path, error.line, 1, "warning", "style", "", error.why, "")
        return
    given = document.text.splitlines()
    if given != wanted:
        pairs = enumerate(zip([*given, ""], [*wanted, ""], strict=False), 1)
        line = next((number for number, (a, b) in pairs if a != b), min(len(given), len(wanted)))
        yield Finding(
            document.path, line, 1, "warning", "style", "",
            "The file is not in the style of the project from here on.",
            f"Run: selenograph format {document.path}",
        )  # fmt: skip


def _twins(whole: Corpus) -> Iterator[Finding]:
    """Yield the source files that have the name of another one: both would be one source."""
    seen: dict[URIRef, Document] = {}
    for document in whole.sources:
        source = corpus.source_iri(document.path)
        first = seen.setdefault(source, document)
        if first is not document:
            yield Finding(
                document.path, 1, 1, "error", "twin", short(source),
                f"{first.path} has the same name.",
                "A name belongs to one file: rename one of the two, or take it out.",
            )  # fmt: skip


def _untold(whole: Corpus) -> Iterator[Finding]:
    """Yield the acts and agreements of the reference layer to which no source testifies."""
    told = {
        node
        for graph in whole.testimony.values()
        # Who tells of an act under an agreement tells of the agreement.
        for node in chain(graph.subjects(), graph.objects(None, SG.agreement))
    }
    for document in whole.reference:
        for kind in (SG.Act, SG.Agreement):
            for subject in document.graph.subjects(RDF.type, kind):
                if subject not in told:
                    yield _finding(
                        document, (subject, RDF.type, kind), "untold",
                        f"No source says anything of {short(str(subject))}.",
                        "Take it out, or add the source that speaks of it.",
                    )  # fmt: skip


@cache
def shapes() -> Graph:
    """Return the shapes of the project in one graph."""
    return corpus.union(turtle.statements(file.text, file.path) for file in files.turtle("shapes"))


def _shapes(
    documents: list[Document],
    whole: Corpus,
    strangers: dict[str, Strangers],
    only: set[Node] | None = None,
) -> Iterator[Finding]:
    """Yield what the shapes find, but for what follows from an undeclared name.

    The naming layers are validated as one; each source alone, since sources may differ. All that
    documents speak of is looked at, or only some of it.
    """
    # A file of testimony is there as a source, whatever is wrong in it.
    present = ((source, RDF.type, SG.Source) for source in whole.testimony)
    validator = shacl.Validator(shapes(), (*whole.vocabulary, *whole.naming, *present))
    alone = [d for d in documents if corpus.layer(d.path) == "testimony"]
    together = [d for d in documents if d not in alone]
    for group in ([together] if together else []) + [[document] for document in alone]:
        unknown = {name for document in group for name in strangers[document.path]}
        data = corpus.union(document.graph for document in group)
        results = validator.report(data, only=only or set(data.subjects()))
        report = results.value(None, RDF.type, SH.ValidationReport)
        for result in results.objects(report, SH.result):
            parts = {results.value(result, p) for p in (SH.focusNode, SH.resultPath, SH.value)}
            if not parts & unknown:
                yield _violation(results, result, group)


def _violation(results: Graph, result: Node, group: list[Document]) -> Finding:
    focus, value = results.value(result, SH.focusNode), results.value(result, SH.value)
    shape = results.value(result, SH.sourceShape)
    severity = results.value(result, SH.resultSeverity)
    assert focus is not None
    along = _predicates(results, results.value(result, SH.resultPath))
    places = [
        (document.line(focus, predicate, value), document.path)
        for document in group
        for predicate in along
        if (focus, predicate, None) in document.graph
    ] or [(d.line(focus), d.path) for d in group if (focus, None, None) in d.graph]
    line, path = places[0]
    component = str(results.value(result, SH.sourceConstraintComponent))
    return Finding(
        path,
        line,
        1,
        "error" if severity == SH.Violation else "warning",
        short(str(shape)),
        short(str(focus)),
        _problem(component, " or ".join(short(str(p)) for p in along), value),
        str(results.value(result, SH.resultMessage)),
    )


def _predicates(results: Graph, path: Node | None) -> list[Node]:
    """Return the properties of a path in order: one, or those of an alternative or a sequence."""
    if path is None or isinstance(path, URIRef):
        return [path] if path is not None and path != RDF.nil else []
    return [found for _, node in results[path] for found in _predicates(results, node)]


def _problem(component: str, name: str, value: Node | None) -> str:
    kind = component.partition("#")[2].removesuffix("ConstraintComponent")
    told = {
        "MinCount": "is missing",
        "MaxCount": "has too many values",
        "Closed": "does not belong here",
    }
    if name and kind in told:
        return f"{name} {told[kind]}."
    if name and value is not None:
        shown = short(str(value)) if isinstance(value, URIRef) else value.n3()
        return f"{name} has the value {shown}."
    return f"{name or 'The resource'} breaks a rule."
