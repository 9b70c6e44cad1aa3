"""The W3C's test suites: where they lie, what their manifests list, which failures are accepted.

Every file of the suites has the IRI at which the W3C publishes it, wherever it lies.
"""

import os
import re
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import RDF

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
PUBLISHED = "https://w3c.github.io/"
HERE = Path(__file__).parent
SUITES = Path(os.environ.get("W3C_SUITES") or HERE.parents[2] / "shared" / "w3c").absolute()


class Entry(NamedTuple):
    """A test, and the graph of the manifest that describes it."""

    iri: URIRef
    manifest: Graph
    folder: Path

    @property
    def kind(self):
        return self.value(RDF.type).fragment

    def value(self, *path):
        """Return what a path of properties leads to, or None."""
        node = self.iri
        for step in path:
            node = node and self.manifest.value(node, step)
        return node


def required(folder):
    """Return a folder of the suites. Where there is none, the test file is skipped."""
    found = SUITES / folder
    if not found.is_dir():
        reason = f"The W3C's suites are not at {SUITES}: set W3C_SUITES (see CONTRIBUTING.md)"
        pytest.skip(reason, allow_module_level=True)
    return found


def iri(path):
    return PUBLISHED + path.relative_to(SUITES).as_posix()


def file(name):
    """Return the file of an IRI of the suites."""
    assert name.startswith(PUBLISHED), f"{name} is no file of the suites"
    return SUITES / name.removeprefix(PUBLISHED)


def entries(path):
    """Yield the tests of a manifest and of those that it includes, in their order."""
    manifest = Graph(bind_namespaces="none").parse(path, publicID=iri(path), format="turtle")
    # Two of the older ones are blank nodes.
    (whole,) = manifest.subjects(RDF.type, MF.Manifest)
    for included in manifest.objects(whole, MF.include):
        # SPARQL's manifests include a list of others, SHACL's one after the other.
        others = [included] if isinstance(included, URIRef) else manifest.items(included)
        for other in others:
            yield from entries(file(other))
    for listed in manifest.objects(whole, MF.entries):
        for entry in manifest.items(listed):
            yield Entry(entry, manifest, path.parent)


def accepted(suite):
    """Return the reasons of failures that are the engine's and accepted, by IRI of the test."""
    listed = tomllib.loads((HERE / "accepted.toml").read_text("utf-8")).get(suite, [])
    return {test: group["reason"] for group in listed for test in group["tests"]}


def cases(found, suite=""):
    """Return entries as parameters, by their short names; an accepted failure has to fail."""
    reasons = accepted(suite)
    return [
        pytest.param(
            entry,
            id=f"{entry.folder.name}/{re.split('[#/]', entry.iri)[-1]}",
            marks=[pytest.mark.xfail(reason=reasons[str(entry.iri)], raises=AssertionError)]
            if str(entry.iri) in reasons else [],
        )
        for entry in found
    ]  # fmt: skip
