"""Fixtures that several test files share: the packaged data, one release of it, and its server."""

import json
import re
import shutil
import subprocess
import sys
import threading
import warnings
from contextlib import contextmanager
from dataclasses import replace
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph
from rdflib.compare import to_canonical_graph

from selenograph.graph import building, names, release, turtle
from selenograph.graph import corpus as packaged
from selenograph.server import create_app
from selenograph.server.settings import Settings

ROOT = Path(__file__).parents[1]
SEEDS = ("2023-10-spacenews-belarus-ilrs.ttl", "2024-05-spacenews-serbia-ilrs.ttl")
VOID = {"meta", "link", "br", "input", "img", "hr"}
# Addresses that the graph names and that answer in a way of their own.
SERVED = re.compile(r"sparql|dump\..*")


@pytest.fixture(scope="session")
def corpus():
    return packaged.load()


@pytest.fixture(scope="session")
def seeds(corpus):
    return first_two(corpus)


def first_two(corpus):
    """Return the first two sources with the names that they need: more data change no answer."""
    sources = tuple(s for s in corpus.sources if s.path.endswith(SEEDS))
    reached, ahead = set(), {node for s in sources for node in s.graph.all_nodes()}
    while ahead:
        reached |= ahead
        ahead = {o for s, _, o in corpus.naming if s in reached} - reached
    reference = tuple(only(document, reached) for document in corpus.reference)
    return replace(corpus, sources=sources, reference=reference)


def only(document, subjects):
    """Return a file with the statements of some subjects alone."""
    kept = Graph(bind_namespaces="none")
    for triple in document.graph:
        if triple[0] in subjects:
            kept.add(triple)
    return turtle.parse(turtle.as_turtle(kept), document.path)


@pytest.fixture(scope="session")
def built(seeds, tmp_path_factory):
    """A release of the first two sources."""
    return building.build(tmp_path_factory.mktemp("releases"), seeds)


@pytest.fixture(scope="session")
def store(built):
    return built.open()


def tracked():
    out = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [Path(line) for line in out.stdout.splitlines() if (ROOT / line).is_file()]


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """The project installed from a copy of its files, as `pip install .` does it."""
    copy, target = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("site")
    for path in tracked():
        (copy / path.parent).mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, copy / path)
    left = copy / "build/lib/selenograph/queries/gone.rq"
    left.parent.mkdir(parents=True)
    left.touch()
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation",
         "--target", target, "."],
        cwd=copy, check=True, capture_output=True,
    )  # fmt: skip
    return target


@pytest.fixture(scope="session")
def whole_build(installed, tmp_path_factory):
    """What the command prints that builds all files, run in an installed copy, and its folder."""
    folder = tmp_path_factory.mktemp("whole")
    done = subprocess.run(
        [sys.executable, "-m", "selenograph", "build"],
        cwd=folder, env={"PYTHONPATH": str(installed)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout, folder / "release"


@pytest.fixture(scope="session")
def whole_release(whole_build):
    """A release of all packaged files, which stay within their bounds."""
    return release.current(whole_build[1])


@pytest.fixture(scope="session")
def whole(whole_release):
    return whole_release.open()


@pytest.fixture(scope="session")
def app(built):
    return create_app(Settings(releases=built.folder.parent))


@pytest.fixture(scope="session")
def client(app):
    return app.test_client()


@pytest.fixture(scope="session")
def live(built):
    with serving(built.folder.parent) as address:
        yield address


@pytest.fixture
def fresh_server(built):
    """The address of a server that a test may bring down."""
    with serving(built.folder.parent) as address:
        yield address


@contextmanager
def serving(releases, *options):
    """Run the real server in a process of its own, at a port that is free."""
    command = [sys.executable, "-m", "selenograph", "serve", "--port", "0", "--store", releases]
    command += map(str, options)
    with subprocess.Popen(command, cwd=releases, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline()
            yield re.search(r"http://[\d.:]+", line)[0]
        finally:
            process.terminate()


ONE_ROW = {
    "head": {"vars": ["x"]},
    "results": {"bindings": [{"x": {"type": "uri", "value": "http://example.org/there"}}]},
}


class Loopback(ThreadingHTTPServer):
    """A server on this machine, at a port that is free, for the time of a with block."""

    daemon_threads = True

    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)
        self.origin = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}).start()
        return self

    def __exit__(self, *args):
        self.shutdown()
        self.server_close()


class Other(Loopback):
    """Another SPARQL endpoint on this machine, which records who connects.

    It gives one row, and sends who asks for /away on to another address.
    """

    def __init__(self, onwards=""):
        super().__init__(_Other)
        self.calls, self.onwards = [], onwards
        self.address = f"{self.origin}/"

    def verify_request(self, request, client_address):
        self.calls.append(client_address)
        return True


class _Other(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        away = self.path == "/away"
        body = b"" if away else json.dumps(ONE_ROW).encode()
        self.send_response(307 if away else 200)
        if away:
            self.send_header("Location", self.server.onwards)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def listening():
    with Other() as other:
        yield other


@pytest.fixture
def listener(listening):
    """The other endpoint, with nothing recorded yet."""
    listening.calls.clear()
    return listening


class Page(HTMLParser):
    """A page as a browser sees it: its elements, tables, text, and what it loads."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.faults = [], [], []
        self.tables, self.pieces, self.scripted = [], [], ""
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if len(dict(attrs)) != len(attrs):
            self.faults.append(f"<{tag}> repeats an attribute")
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.faults.append(f"</{tag}> closes {self.open[-1:]}")

    def handle_data(self, data):
        self.pieces.append(data)
        if "script" in self.open:
            self.scripted += data
        if "td" in self.open or "th" in self.open:
            self.tables[-1][-1][-1] += data

    def attributes(self, name, *tags):
        """Return the values of an attribute, of all elements or of those named."""
        return [
            found[name] for tag, found in self.elements if name in found and tag in (tags or [tag])
        ]

    @property
    def text(self):
        return "".join(self.pieces)

    @property
    def ids(self):
        return self.attributes("id")


@pytest.fixture(scope="session")
def read_page():
    """Give the function that reads HTML, and asserts that it is well-formed."""

    def read(text):
        page = Page(text)
        assert page.faults == []
        assert sorted(page.ids) == sorted(set(page.ids))
        assert set(page.attributes("for", "label")) <= set(page.ids)
        assert text.startswith("<!doctype html>")
        return page

    return read


@pytest.fixture(scope="session")
def paths(store):
    """The path of each IRI of ours that the release describes, without fragments."""
    terms = {
        term.value.partition("#")[0]
        for quad in store.quads_for_pattern(None, None, None, None)
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name)
        if isinstance(term, ox.NamedNode) and term.value.startswith(names.BASE)
    }
    found = sorted(names.path(term) for term in terms)
    return [path for path in found if not SERVED.fullmatch(path)]


@pytest.fixture(scope="session")
def read_graph():
    """Give the function that reads a graph with rdflib, so that equal graphs are equal sets."""

    def read(data, form):
        with warnings.catch_warnings():
            # rdflib 7.6 reads JSON-LD with a class of its own that it calls deprecated.
            warnings.simplefilter("ignore", DeprecationWarning)
            graph = Graph().parse(data=data, format=form)
        return set(to_canonical_graph(graph))

    return read
