"""A new release is served from the next request on, the server stops gently, and proxies fit in."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote

import pytest

from selenograph.graph import release
from selenograph.graph.errors import BadInput
from selenograph.graph.worker import Limits
from selenograph.server import create_app
from selenograph.server.settings import Settings
from tests.conftest import serving
from tests.test_graph_pool import ENDLESS, SECOND

COUNT = "/sparql?format=csv&query=" + quote("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")


def quads(number):
    """Return a release's worth of quads."""
    return b"".join(
        b'<http://example.org/%d> <http://example.org/n> "%d" .\n' % (n, n) for n in range(number)
    )


def get(address, path, **headers):
    with urllib.request.urlopen(urllib.request.Request(address + path, headers=headers)) as answer:
        return answer.read().decode(), answer.headers


def test_a_release_that_is_kept_answers_below_its_identifier(tmp_path):
    first = release.write(tmp_path, quads(3), 0).manifest.release
    with serving(tmp_path) as address:
        release.write(tmp_path, quads(5), 0)
        for known_by in (first, first[:12]):
            below = f"/release/{known_by}"
            assert get(address, below + COUNT)[0].split() == ["n", "3"]
            assert len(get(address, f"{below}/dump.nq")[0].splitlines()) == 3
        assert get(address, COUNT)[0].split() == ["n", "5"]


def test_a_new_release_is_served_from_the_next_request_on(tmp_path):
    release.write(tmp_path, quads(3), 0)
    with serving(tmp_path) as address:
        body, headers = get(address, COUNT)
        assert body.split() == ["n", "3"]
        release.write(tmp_path, quads(5), 0)
        again, fresh = get(address, COUNT, **{"If-None-Match": headers["ETag"]})
        assert again.split() == ["n", "5"]
        assert fresh["ETag"] != headers["ETag"]
        assert json.loads(get(address, "/health")[0])["quads"] == 5
        # Twice, so that the release first served is no longer on disk.
        for number in (6, 7, 8):
            release.write(tmp_path, quads(number), 0)
            assert get(address, COUNT)[0].split() == ["n", str(number)]
        dumped = get(address, "/dump.nq")[0].encode()
        assert sorted(dumped.splitlines()) == sorted(quads(8).splitlines())


def test_no_request_fails_while_releases_change(tmp_path):
    release.write(tmp_path, quads(10), 0)
    done, failed, answered = threading.Event(), [], []
    with serving(tmp_path) as address:

        def ask():
            number = 0
            while not done.is_set():
                number += 1
                text = f"SELECT (COUNT(*) AS ?n) {{ ?s{number} ?p ?o }}"
                try:
                    body, _ = get(address, f"/sparql?format=csv&query={quote(text)}")
                    answered.append(int(body.split()[1]))
                except (urllib.error.URLError, ConnectionError) as error:
                    failed.append(error)

        asking = [threading.Thread(target=ask) for _ in range(4)]
        for thread in asking:
            thread.start()
        for number in range(11, 19):
            release.write(tmp_path, quads(number), 0)
            time.sleep(0.2)
        done.set()
        for thread in asking:
            thread.join()
    assert failed == []
    assert set(answered) <= set(range(10, 19))
    assert len(set(answered)) > 4


@contextlib.contextmanager
def process(releases, *options):
    command = [sys.executable, "-m", "selenograph", "serve", "--port", "0", "--store", releases]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as running:
        port = int(running.stdout.readline().split(":")[2].split("/")[0])
        try:
            yield running, port
        finally:
            running.kill()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_stop_answers_what_it_has_begun(built, how):
    with process(built.folder.parent) as (running, port):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", f"/sparql?format=csv&query={quote(SECOND)}")
        time.sleep(0.3)
        running.send_signal(how)
        response = connection.getresponse()
        assert (response.status, response.read()) == (200, b"n\r\n4000000\r\n")
        connection.close()
        assert running.wait(timeout=5) == 0
        with pytest.raises(ConnectionRefusedError):
            http.client.HTTPConnection("127.0.0.1", port).connect()


def test_a_server_that_is_killed_leaves_no_process_behind(built):
    with process(built.folder.parent, "--timeout", "600") as (running, port):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", f"/sparql?query={quote(ENDLESS)}")
        time.sleep(0.5)
        begun = descendants(running.pid)
        assert len(begun) >= 3
        running.kill()
        connection.close()
        running.wait()
        until = time.monotonic() + 5
        while time.monotonic() < until and alive(begun):
            time.sleep(0.1)
        assert alive(begun) == set()


def processes():
    """Return the parent of each process that has not ended (proc(5))."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent, *_ = stat.read_text().rpartition(")")[2].split()
            if state != "Z":
                found[int(stat.parent.name)] = int(parent)
    return found


def descendants(pid):
    parents, found = processes(), {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def alive(pids):
    return pids & set(processes())


def test_ready_answers_only_where_queries_are_answered(client):
    assert client.get("/ready").json == {"status": "ready"}


@pytest.fixture
def make(built):
    made = []

    def make(**more):
        app = create_app(Settings(built.folder.parent, turns=1, **more))
        made.append(app)
        return app.test_client()

    yield make
    for app in made:
        app.extensions["current"].close()


def test_all_is_served_below_a_path(make, read_page):
    client = make(base="/moon")
    page = read_page(client.get("/moon/").text)
    links = [link for link in page.attributes("href", "a", "link") if not link.startswith("http")]
    assert links
    for link in links:
        assert link.startswith(("/moon/", "#")), link
        answer = client.get(link.partition("#")[0] or "/moon/", buffered=True)
        assert answer.status_code == 200, link
    assert client.get("/moon/sparql?query=ASK{}").json["boolean"] is True
    assert "/moon/sparql" in client.get("/moon/sparql?query=ASK{}").headers["Link"]
    assert "<http://localhost/moon/sparql>" in client.get("/moon/sparql").text
    for outside in ("/", "/sparql?query=ASK{}", "/moonshine", "/party/serbia"):
        assert client.get(outside).status_code == 404


def test_what_a_proxy_says_is_believed_only_when_that_is_asked_for(make):
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "example.org"}
    believing, other = make(forwarded=True), make()
    assert "<https://example.org/sparql>" in believing.get("/sparql", headers=headers).text
    assert "<http://localhost/sparql>" in other.get("/sparql", headers=headers).text


def test_no_header_changes_the_links_of_a_page(make):
    for client in (make(forwarded=True), make()):
        page = client.get("/", headers={"X-Forwarded-Prefix": "//evil.example"}).text
        assert "evil.example" not in page


@pytest.mark.parametrize("base", ["/", "moon", "/moon/", "/a/b"])
def test_a_path_may_have_slashes_or_not(make, base):
    path = "/".join(["", *base.strip("/").split("/")]).rstrip("/")
    assert make(base=base).get(f"{path}/health").json["status"] == "ok"


@pytest.mark.parametrize("base", ["http://x/moon", "/moon?x", "/mo on", "//evil.example"])
def test_what_is_no_path_is_refused(built, base):
    with pytest.raises(BadInput, match="is no path"):
        Settings(built.folder.parent, base=base)


@pytest.mark.parametrize("service", ["not a url", "ftp://x/y", "http://", ""])
def test_what_is_no_service_is_refused(built, service):
    with pytest.raises(BadInput, match="is no address of a service"):
        Settings(built.folder.parent, Limits(services=(service,)))


def test_a_link_to_nowhere_leaves_the_release_in_use(tmp_path, caplog):
    made = release.write(tmp_path, quads(3), 0)
    app = create_app(Settings(tmp_path, turns=1))
    client = app.test_client()
    link = tmp_path / "current"
    link.unlink()
    link.symlink_to("0" * 64)
    for _ in range(3):
        assert client.get("/health").json["release"] == made.manifest.release
    assert client.get(COUNT).text.split() == ["n", "3"]
    assert len(caplog.records) == 1
    link.unlink()
    link.symlink_to(made.folder)
    serving = app.extensions["current"].get()
    assert app.extensions["current"].get() is serving
    serving.pool.close()


def test_a_deadline_holds_though_the_process_that_forks_has_died(built):
    with process(built.folder.parent, "--timeout", "3") as (running, port):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", f"/sparql?query={quote(ENDLESS)}")
        time.sleep(0.5)
        parents = processes()
        forking = [pid for pid in descendants(running.pid) if pid in parents.values()]
        for pid in forking:
            os.kill(pid, signal.SIGKILL)
        began = time.monotonic()
        assert connection.getresponse().status in (503, 504)
        assert time.monotonic() - began < 4
        connection.close()
        again = http.client.HTTPConnection("127.0.0.1", port)
        again.request("GET", "/sparql?query=ASK%7B%7D")
        assert again.getresponse().status == 200
        again.close()


def test_a_release_that_vanished_is_told_by_the_command(tmp_path):
    release.write(tmp_path, quads(1), 0)
    shutil.rmtree(tmp_path / "current" / release.STORE)
    command = [sys.executable, "-m", "selenograph", "serve", "--port", "0", "--store", tmp_path]
    told = subprocess.run(command, capture_output=True, text=True)
    assert told.returncode == 2
    assert "Traceback" not in told.stderr
    assert "selenograph build" in told.stderr
