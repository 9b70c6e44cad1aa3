"""A dated copy of a few statements of Wikidata, so that joins run here.

They stand in a graph of their own and in Wikidata's own terms
(https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format): truthy statements (``wdt:``) of
the declared properties, and whole ones (``p:``, ``ps:``, ``pq:``) of those that sign or
ratify, whose day is a qualifier. What is Wikidata's is never part of the record.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph
from rdflib.namespace import DCTERMS, PROV, RDF, XSD

from selenograph.graph import convert, names, results, wikidata
from selenograph.graph.errors import BadInput
from selenograph.graph.wikidata import Wikidata

DIRECT = names.PREFIXES["wdt"]
SIGNATORY, RATIFIED, DAY = "P1891", "P6193", "P585"
PROPERTIES = {
    "P17": "country",
    "P31": "instance of",
    "P297": "code of ISO 3166-1, two letters",
    "P298": "code of ISO 3166-1, three letters",
    "P463": "member of",
    "P571": "inception",
    "P625": "coordinates",
    "P1082": "population",
    SIGNATORY: "signatory",
    "P2131": "nominal gross domestic product",
    RATIFIED: "ratified by",
}
_PROP, _STATEMENT, _QUALIFIER = (
    f"http://www.wikidata.org/prop/{part}" for part in ("", "statement/", "qualifier/")
)
_GRAPH = ox.NamedNode(names.WIKIDATA)

Progress = Callable[[int, int], None]


def pull(
    items: Iterable[str], asked: Wikidata, out: Path, progress: Progress = lambda done, all: None
) -> Path:
    """Write a snapshot of items as Turtle, and return its path.

    Batches that were fetched lie beside it until all are there: a pull that was interrupted goes
    on where it stopped. The snapshot is as old as its oldest batch. Raises ServiceFailed where
    Wikidata does not answer.
    """
    parts = out.with_name(out.name + ".parts")
    parts.mkdir(parents=True, exist_ok=True)
    batches = list(wikidata.batches(items))
    kept = []
    for number, batch in enumerate(batches, 1):
        query = _query(batch)
        part = parts / f"{hashlib.sha256((asked.queries + query).encode()).hexdigest()[:20]}.nt"
        if not part.exists():
            triples = [ox.Triple(*row) for row in asked.rows(query)]  # type: ignore[arg-type]
            fresh = part.with_suffix(".new")
            fresh.write_bytes(results.statements(triples, "nt"))
            fresh.replace(part)
        kept.append(part)
        progress(number, len(batches))
    day = datetime.fromtimestamp(min(p.stat().st_mtime for p in kept), UTC).date() if kept else None
    triples = [t for part in kept for t in _parsed(part.read_bytes(), ox.RdfFormat.N_TRIPLES)]
    out.write_bytes(results.statements({*triples, *_told(day or date.today(), asked)}, "ttl"))
    for part in kept:
        part.unlink()
    if not any(parts.iterdir()):
        parts.rmdir()
    return out


def read(path: Path) -> Graph:
    """Return a snapshot. Raises BadInput for a file that is none, or has no day."""
    try:
        triples = _parsed(path.read_bytes(), ox.RdfFormat.TURTLE)
    except SyntaxError as error:
        raise BadInput(f"{path}: {error}") from error
    if not any(t.subject == _GRAPH and t.predicate.value == str(DCTERMS.date) for t in triples):
        raise BadInput(f"{path} is no snapshot: write one with selenograph wikidata pull.")
    return convert.graph(triples)


def day(store: ox.Store) -> date | None:
    """Return the day of the snapshot that a release holds, or None where it holds none."""
    quads = store.quads_for_pattern(_GRAPH, ox.NamedNode(DCTERMS.date), None, _GRAPH)
    return next(
        (date.fromisoformat(q.object.value) for q in quads if isinstance(q.object, ox.Literal)),
        None,
    )


def _query(batch: Sequence[str]) -> str:
    items = " ".join(f"<{names.ENTITY}{item}>" for item in batch)
    direct = " ".join(f"<{DIRECT}{name}>" for name in PROPERTIES)
    # Whole statements are those whose day is asked for.
    whole = " ".join(f"(<{_PROP}{name}> <{_STATEMENT}{name}>)" for name in (SIGNATORY, RATIFIED))
    rank = "<http://wikiba.se/ontology#rank>"
    branches = (
        f"VALUES ?p {{ {direct} }} ?item ?p ?o . BIND(?item AS ?s)",
        f"VALUES (?p ?told) {{ {whole} }} ?item ?p ?o . BIND(?item AS ?s)",
        f"VALUES (?claim ?p) {{ {whole} }} ?item ?claim ?s . ?s ?p ?o",
        f"VALUES (?claim ?told) {{ {whole} }} ?item ?claim ?s . "
        f"VALUES ?p {{ <{_QUALIFIER}{DAY}> {rank} }} ?s ?p ?o",
        "BIND(<http://www.w3.org/2000/01/rdf-schema#label> AS ?p) ?item ?p ?o . "
        'FILTER(LANG(?o) IN ("en", "mul")) BIND(?item AS ?s)',
    )
    # The items stand in each: an engine that evaluates a part by itself would read all of Wikidata.
    union = " UNION ".join(f"{{ VALUES ?item {{ {items} }} {branch} }}" for branch in branches)
    return f"SELECT DISTINCT ?s ?p ?o WHERE {{ {union} }}"


def _told(when: date, asked: Wikidata) -> list[ox.Triple]:
    """Tell what the graph is, from where, and how old."""
    facts = (
        (RDF.type, ox.NamedNode(PROV.Entity)),
        (DCTERMS.date, ox.Literal(when.isoformat(), datatype=ox.NamedNode(XSD.date))),
        (DCTERMS.license, ox.NamedNode(names.LICENCE)),
        (DCTERMS.source, ox.NamedNode(asked.queries)),
        (DCTERMS.title, ox.Literal("Snapshot of Wikidata", language="en")),
    )
    return [ox.Triple(_GRAPH, ox.NamedNode(predicate), value) for predicate, value in facts]


def _parsed(text: bytes, form: ox.RdfFormat) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(text, format=form)]
