"""Fixtures that several test files share: the packaged data, one release of it, and its server."""

import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest

from selenograph.graph import corpus as packaged
from selenograph.graph import names, release
from selenograph.server import create_app
from selenograph.server.settings import Settings

VOID = {"meta", "link", "br", "input", "img", "hr"}


@pytest.fixture(scope="session")
def corpus():
    return packaged.load()


@pytest.fixture(scope="session")
def built(corpus, tmp_path_factory):
    return release.build(tmp_path_factory.mktemp("releases"), corpus)


@pytest.fixture(scope="session")
def store(built):
    return built.open()


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
def serving(releases):
    """Run the real server in a process of its own."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    command = [sys.executable, "-m", "selenograph", "serve", "--quiet", "--port", str(port)]
    with subprocess.Popen([*command, "--store", str(releases)], cwd=Path(releases)) as process:
        try:
            await_answer(f"http://127.0.0.1:{port}/health", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def await_answer(address, process):
    for _ in range(300):
        assert process.poll() is None, "The server ended before it answered."
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except urllib.error.URLError:
            time.sleep(0.05)
    raise AssertionError("The server did not answer within 15 seconds.")


class Listener(ThreadingHTTPServer):
    """Another SPARQL endpoint on this machine, which records who connects."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), OtherEndpoint)
        self.calls = []
        self.address = f"http://127.0.0.1:{self.server_port}/"

    def verify_request(self, request, client_address):
        self.calls.append(client_address)
        return True


class OtherEndpoint(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b'{"head":{"vars":[]},"results":{"bindings":[{}]}}'
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def listening():
    with Listener() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


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
        self.tables, self.text = [], ""
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
        self.text += data
        if {"td", "th"} & set(self.open):
            self.tables[-1][-1][-1] += data

    def attributes(self, name, *tags):
        """Return the values of an attribute, of all elements or of those named."""
        return [
            found[name] for tag, found in self.elements if name in found and tag in (tags or [tag])
        ]

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
    """The path of each IRI of ours that occurs anywhere in the release, without fragments."""
    terms = {
        term.value.partition("#")[0]
        for quad in store.quads_for_pattern(None, None, None, None)
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name)
        if isinstance(term, ox.NamedNode) and term.value.startswith(names.BASE)
    }
    return sorted(names.path(term) for term in terms)
