"""The limits over real HTTP: what is stopped, who is told, and that nobody else notices."""

import http.client
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from urllib.parse import quote, urlsplit

import pytest

from selenograph.graph.worker import Limits
from selenograph.server import description
from selenograph.server.settings import Settings
from tests.conftest import serving
from tests.test_graph_pool import ENDLESS, SIMPLE, besieged

SECONDS = 4


@pytest.fixture(scope="module")
def server(built):
    """A server with small limits."""
    with serving(
        built.folder.parent, "--timeout", SECONDS, "--memory", 256, "--largest-answer", 20,
        "--workers", 2, "--waiting", 30,
    ) as address:  # fmt: skip
        yield urlsplit(address)


def ask(server, text, accept="application/json", more=""):
    """Return the response, read whole, of a connection of its own."""
    connection = http.client.HTTPConnection(server.hostname, server.port, timeout=60)
    try:
        path = f"/sparql?query={quote(text)}{more}"
        connection.request("GET", path, headers={"Accept": accept})
        response = connection.getresponse()
        response.body = response.read()
        return response
    finally:
        connection.close()


def in_progress(server):
    with urllib.request.urlopen(f"{server.geturl()}/metrics") as metrics:
        lines = metrics.read().decode().splitlines()
    found = next(line for line in lines if line.startswith("selenograph_queries_in_progress "))
    return float(found.split()[1])


def test_an_endless_query_is_told_how_long_it_ran_and_what_would_help(server):
    began = time.monotonic()
    response = ask(server, ENDLESS)
    assert response.status == 504
    assert SECONDS < time.monotonic() - began < SECONDS + 1
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = json.loads(response.body)
    assert problem["limit"] == SECONDS
    assert SECONDS <= problem["elapsed"] < SECONDS + 1
    assert "LIMIT" in problem["detail"]


def test_a_client_may_ask_for_less_time_and_not_for_more(server):
    began = time.monotonic()
    assert json.loads(ask(server, ENDLESS, more="&timeout=0.5").body)["limit"] == 0.5
    assert time.monotonic() - began < 1.5
    assert json.loads(ask(server, ENDLESS, more="&timeout=900").body)["limit"] == SECONDS


@pytest.mark.parametrize("timeout", ["0", "-1", "x", "inf", "nan", "1&timeout=2"])
def test_a_timeout_that_is_no_time_is_400(server, timeout):
    response = ask(server, SIMPLE, more=f"&timeout={timeout}")
    assert response.status == 400
    assert b"timeout" in response.body


def test_people_and_plain_clients_are_told_in_their_own_form(server):
    page = ask(server, ENDLESS, accept="text/html", more="&timeout=0.3&format=json")
    assert (page.status, page.headers["Content-Type"]) == (504, "text/html; charset=utf-8")
    text = ask(server, ENDLESS, accept="text/plain", more="&timeout=0.3&format=json")
    assert text.body.startswith(b"Gateway Timeout: The query was stopped after 0.3 seconds")


def test_an_answer_that_is_too_large_is_an_error_and_no_part_of_it_is_sent(server):
    response = ask(server, "SELECT * { ?a ?b ?c . ?d ?e ?f }")
    assert response.status == 400
    assert json.loads(response.body)["limit"] == 20_000_000


def test_a_large_answer_comes_whole_with_its_length(server):
    text = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 30000"
    response = ask(server, text, accept="text/tab-separated-values")
    assert response.status == 200
    assert int(response.headers["Content-Length"]) == len(response.body) > 5_000_000
    assert response.body.count(b"\n") == 30_001
    assert "ETag" in response.headers


def test_too_much_memory_costs_its_own_client_alone(server):
    response = ask(server, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i")
    assert response.status in (503, 504)
    assert ask(server, SIMPLE).status == 200


def test_a_client_that_leaves_frees_its_worker(server):
    text = ENDLESS.replace("?n", "?left")
    request = f"GET /sparql?query={quote(text)} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    with socket.create_connection((server.hostname, server.port)) as leaving:
        leaving.sendall(request)
        time.sleep(0.5)
        assert in_progress(server) == 1
    began = time.monotonic()
    while in_progress(server):
        assert time.monotonic() - began < 1
        time.sleep(0.05)


def test_who_comes_when_too_many_wait_is_told_when_to_come_again(server):
    responses, settings = [], Settings(limits=Limits(memory=256 << 20), turns=2, waiting=30)
    most = settings.turns + settings.long_turns + settings.waiting

    def ask_much(number):
        text = ENDLESS.replace("?n", f"?much{number}")
        responses.append(ask(server, text, more="&timeout=2"))

    asking = [threading.Thread(target=ask_much, args=(number,)) for number in range(most + 4)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    busy = [response for response in responses if response.status == 429]
    assert len(busy) == 4
    assert {response.headers["Retry-After"] for response in busy} == {"2"}
    assert {response.status for response in responses} == {429, 504}
    assert ask(server, SIMPLE).status == 200


def test_twenty_killers_at_once_end_in_time_and_others_are_answered_at_once(server):
    def simple(number):
        # Each one another query, so that none is answered from memory.
        text = f"SELECT ?s{number} {{ ?s{number} a sg:Programme }}"
        assert ask(server, text).status == 200

    ends, waits = besieged(lambda text: ask(server, text).status, simple)
    assert len(ends) == 20
    assert max(seconds for _, seconds in ends) < SECONDS + 1
    # The time or the memory of most has run out.
    assert sum(status in (503, 504) for status, _ in ends) > 10
    assert len(waits) > 50
    assert waits[len(waits) * 95 // 100] < 0.25, waits[-10:]
    assert in_progress(server) == 0


def test_idle_connections_lock_nobody_out(server):
    idle = [socket.create_connection((server.hostname, server.port)) for _ in range(1500)]
    try:
        assert ask(server, SIMPLE).status == 200
    finally:
        for connection in idle:
            connection.close()


def test_a_get_of_24_kilobytes_and_a_post_up_to_the_limit_are_answered(server):
    assert ask(server, "ASK {} # " + "x" * 24_000).status == 200
    text = ("ASK {} # " + "x" * 1_000_000)[: Settings().largest_request]
    for extra, status in (("", 200), ("x", 413)):
        connection = http.client.HTTPConnection(server.hostname, server.port)
        headers = {"Content-Type": "application/sparql-query"}
        connection.request("POST", "/sparql", text + extra, headers)
        assert connection.getresponse().status == status
        connection.close()


def test_every_limit_is_announced_on_the_page_and_in_the_description(client):
    page = client.get("/sparql", headers={"Accept": "text/html"}).text
    described = client.get("/sparql", headers={"Accept": "text/turtle"}).text
    limits = description.limits(Settings())
    assert {"time", "memory", "answer", "request", "waiting"} < {limit.name for limit in limits}
    for limit in limits:
        assert f"{limit.value:,.0f} {limit.unit}" in page
        assert f'"{limit.name}"' in described
        assert f"maxValue {limit.value:.0f} " in described


def test_each_answer_tells_where_the_limits_are_described(client):
    assert client.get("/sparql?query=ASK{}").headers["Link"] == '</sparql>; rel="service-desc"'


def test_every_limit_is_told_by_the_help_of_the_command():
    command = ["selenograph", "serve", "--help"]
    told = subprocess.run(
        [sys.executable, "-m", *command], capture_output=True, text=True, check=True
    ).stdout
    for word in ("--timeout", "--memory", "--largest-answer", "--waiting", "1 MB", "50 brackets",
                 "10,000 operators"):  # fmt: skip
        assert word in " ".join(told.split())
