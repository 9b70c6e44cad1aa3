"""The files that a release is made from: ontology, reference, and one file for each source."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SKOS

from selenograph.graph import files, names, turtle
from selenograph.graph.names import SG
from selenograph.graph.turtle import Document, Triple

# The innermost counts: a checkout may lie in a folder that is called ontology.
_FOLDERS = re.compile(r"(?:^|(?<=/))(ontology|shapes|graph/reference)(?=/)")


@dataclass(frozen=True)
class Corpus:
    """All files in the order of their paths, parsed."""

    ontology: tuple[Document, ...]
    reference: tuple[Document, ...]
    sources: tuple[Document, ...]

    def __iter__(self) -> Iterator[Document]:
        yield from (*self.ontology, *self.reference, *self.sources)

    @cached_property
    def vocabulary(self) -> Graph:
        """The statements of all files of the ontology."""
        return union(document.graph for document in self.ontology)

    @cached_property
    def naming(self) -> Graph:
        """The statements of all files of the reference layer."""
        return union(document.graph for document in self.reference)

    @cached_property
    def testimony(self) -> dict[URIRef, Graph]:
        """The statements of each source, by the IRI that is the source's and its graph's."""
        return {source_iri(document.path): document.graph for document in self.sources}

    @cached_property
    def terms(self) -> set[URIRef]:
        """The classes and properties of our own ontology."""
        return {s for s in _typed(self.vocabulary) if s in SG}

    @cached_property
    def declared(self) -> set[URIRef]:
        """What source files may speak of: resources of the reference layer, concepts, sources."""
        concepts = _typed(self.vocabulary, SKOS.Concept, SKOS.ConceptScheme)
        return _typed(self.naming) | concepts | set(self.testimony)


def load(extra: Iterable[files.File] = ()) -> Corpus:
    """Return the packaged files and further source files, parsed.

    Raises NotTurtle for the first file that is none.
    """
    return arranged(turtle.parse(file.text, file.path) for file in [*packaged(), *extra])


def packaged() -> list[files.File]:
    """Return the packaged files of ontology, reference and sources."""
    return files.turtle("ontology") + files.turtle("graph")


def arranged(documents: Iterable[Document]) -> Corpus:
    """Return documents as a corpus, each in the layer to which its path belongs."""
    layers: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        layers[layer(document.path)].append(document)
    return Corpus(*(tuple(layers[name]) for name in ("ontology", "reference", "testimony")))


def beside(texts: Iterable[files.File]) -> Iterator[Document]:
    """Parse files for what they declare: of a source that is its name alone, which its path has.

    Raises NotTurtle for the first file that is none.
    """
    for file in texts:
        text = "" if layer(file.path) == "testimony" else file.text
        yield Document(file.path, file.text, turtle.statements(text, file.path), {}, [])


def layer(path: str) -> str:
    """Tell to which layer a file belongs: ontology, shapes, reference or testimony."""
    folders = _FOLDERS.findall(path)
    return folders[-1].removeprefix("graph/") if folders else "testimony"


def source_iri(path: str) -> URIRef:
    """Return the IRI of the source that a file holds."""
    return names.iri("source/" + files.File(path, "").stem)


def _typed(graph: Graph, *kinds: URIRef) -> set[URIRef]:
    """Return the IRIs that a graph gives one of some types, or any type."""
    typed = {s for kind in kinds or (None,) for s in graph.subjects(RDF.type, kind)}
    return {subject for subject in typed if isinstance(subject, URIRef)}


def union(graphs: Iterable[Iterable[Triple]]) -> Graph:
    """Return the statements of several graphs in one."""
    whole = Graph("SimpleMemory", bind_namespaces="none")
    for graph in graphs:
        whole += graph
    return whole
