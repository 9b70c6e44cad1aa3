"""The whole site: every IRI of the dump in every format, and no dead link.

Of each kind of resource a few are drawn. With WHOLE_SITE=1 in the environment all are taken, which
takes a quarter of an hour; so it is done by hand before a release.
"""

import os
import random
import re
from collections import defaultdict
from urllib.parse import quote, unquote

import pyoxigraph as ox
import pytest

from selenograph.graph import names, release
from selenograph.server import create_app
from selenograph.server.settings import Settings
from tests.conftest import SERVED, Page

FORMATS = {
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
}
ENTRANCES = [
    "/",
    "/parties",
    "/programmes",
    "/agreements",
    "/acts",
    "/sources?page=2",
    "/disagreements",
    "/search?q=serbja",
    "/sparql",
    "/query/",
    "/query/participants",
    "/exports/",
]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
OF_ITS_OWN = re.compile(r"$|ontology/$|query/")
"""What has another page than other resources: the home page, the ontology's, answers."""
EACH = 2
IS_WHOLE = bool(os.environ.get("WHOLE_SITE"))


@pytest.fixture(scope="module")
def site(whole_release):
    """A client of the server of the whole record, which keeps no answer."""
    return create_app(Settings(releases=whole_release.folder.parent, cache=1)).test_client()


@pytest.fixture(scope="module")
def dump(whole_release):
    """The dump, read anew: the server answers from another store."""
    found = ox.Store()
    path = release.dumped(whole_release, release.DUMP)
    found.bulk_load(path=path, format=ox.RdfFormat.N_QUADS)
    return found


@pytest.fixture(scope="module")
def every_path(dump):
    """The paths of all IRIs of ours in the dump, by what they are."""
    kinds = defaultdict(set)
    for quad in dump:
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if isinstance(term, ox.NamedNode) and term.value.startswith(names.BASE):
                path = names.path(term.value.partition("#")[0])
                if not SERVED.fullmatch(path):
                    kinds[path.partition("/")[0]].add(path)
        if quad.predicate.value.endswith("#type") and quad.subject.value.startswith(names.BASE):
            subject = names.path(quad.subject.value)
            if "#" not in subject and not SERVED.fullmatch(subject):
                kinds[quad.object.value].add(subject)
    return kinds


@pytest.fixture(scope="module")
def drawn(every_path):
    """Some paths of each kind, always the same of the same record; or all."""
    draw = random.Random(1)
    found = set()
    for kind in sorted(every_path):
        paths = sorted(every_path[kind])
        found.update(paths if IS_WHOLE else draw.sample(paths, min(EACH, len(paths))))
    return sorted(found)


@pytest.fixture(scope="module")
def pages(site, drawn):
    """The pages of the paths drawn."""
    return {path: get(site, f"/{quote(path)}") for path in drawn}


def get(site, address, accept=BROWSER):
    return site.get(address, headers={"Accept": accept}, buffered=True)


def triples(answer, form):
    """Return the triples of an answer, in which equal ones have equal names of blank nodes."""
    found = ox.Dataset(ox.parse(answer.data, format=form))
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return {quad.triple for quad in found}


def is_named(triple):
    return not {type(term) for term in triple} & {ox.BlankNode}


def test_the_sample_has_all_kinds(every_path, drawn):
    assert len(every_path) > 60
    assert len(drawn) > 150


def test_every_iri_of_the_dump_answers_in_every_format_with_what_the_dump_says(site, drawn, dump):
    wrong = {}
    for path in drawn:
        found = []
        for media, form in FORMATS.values():
            answer = get(site, f"/{quote(path)}", media)
            if (answer.status_code, answer.mimetype) != (200, media):
                wrong[path] = f"{answer.status_code} {answer.mimetype} for {media}"
                break
            found.append(triples(answer, form))
        else:
            said = told(dump, path)
            named = filter(is_named, found[0])
            if any(one != found[0] for one in found):
                wrong[path] = "the formats differ"
            elif not found[0]:
                wrong[path] = "nothing is said"
            elif not said <= found[0]:
                wrong[path] = f"lacks {sorted(map(str, said - found[0]))[:2]}"
            elif alien := [t for t in named if not any(dump.quads_for_pattern(*t, None))]:
                wrong[path] = f"not in the dump: {alien[:2]}"
    assert wrong == {}


def test_every_page_is_well_formed_and_shows_every_value(pages, dump):
    wrong = {}
    for path, answer in pages.items():
        page = Page(answer.text)
        if (answer.status_code, answer.mimetype) != (200, "text/html"):
            wrong[path] = answer.status
        elif page.faults or len(page.ids) != len(set(page.ids)):
            wrong[path] = page.faults or "an id stands twice"
        elif OF_ITS_OWN.match(path):
            continue
        elif lacking := [str(t) for t in told(dump, path) if not shows(page, t.object)]:
            wrong[path] = lacking
    assert wrong == {}


def told(dump, path):
    """Return the named statements of a path in the record."""
    node = ox.NamedNode(names.BASE + path)
    found = dump.quads_for_pattern(node, None, None, ox.DefaultGraph())
    return {quad.triple for quad in found if is_named(quad.triple)}


def shows(page, value):
    """Tell whether a page links to an IRI, or holds the text of a literal."""
    if isinstance(value, ox.NamedNode):
        here = unquote(value.value.replace(names.BASE, "/"))
        return here in map(unquote, page.attributes("href", "a"))
    # A date with a doubt or a span is told in words; its days are in them.
    parts = re.findall(r"[\d-]+", value.value) if is_edtf(value) else value.value.split()
    return " ".join(parts) in " ".join(page.text.split()) or all(p in page.text for p in parts)


def is_edtf(value):
    return value.datatype.value == str(names.EDTF)


def test_every_page_is_light_with_its_style(site, pages):
    style = len(get(site, "/static/style.css").data)
    sizes = {path: len(answer.data) for path, answer in pages.items()}
    sizes |= {address: len(get(site, address).data) for address in ENTRANCES}
    assert {path: size for path, size in sizes.items() if size + style > 150_000} == {}


def test_no_link_of_the_site_is_dead(site, pages, every_path):
    read = {f"/{quote(path)}": Page(answer.text) for path, answer in pages.items()}
    read |= {address: Page(get(site, address).text) for address in ENTRANCES}
    links = {h for page in read.values() for h in page.attributes("href")}
    assert {href for href in links if not href.startswith(("/", "#", "http"))} == set()
    targets = defaultdict(set)
    for href in links:
        address, _, anchor = href.partition("#")
        targets[address].add(anchor)
    # The pages of resources are asked for by the tests above, and all of them if all are taken.
    resources = {f"/{quote(path)}" for paths in every_path.values() for path in paths}
    others = sorted({a for a in targets if a.startswith("/")} - resources - read.keys())
    asked = others if IS_WHOLE else random.Random(1).sample(others, min(400, len(others)))
    dead = {a: s for a in asked if (s := get(site, a).status_code) != 200}
    assert dead == {}
    lost = {
        f"{address}#{anchor}"
        for address in targets.keys() & read.keys()
        for anchor in targets[address] - {""}
        if unquote(anchor) not in read[address].ids and not anchor.startswith("query=")
    }
    assert lost == set()
