"""Each query ends in time, alone, and with a whole answer or an error."""

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from dataclasses import replace

import pytest

from selenograph.graph import guard, release
from selenograph.graph.errors import Abandoned, BadQuery, Busy, Forbidden, Lost, TimeLimit, TooLarge
from selenograph.graph.pool import Pool
from selenograph.graph.worker import IN_MEMORY, Job, Limits

MANY = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {MANY} }}"
SECOND = "SELECT (COUNT(*) AS ?n) { SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 4000000 }"
SIMPLE = "SELECT ?s { ?s a sg:Programme } LIMIT 1"
LIMITS = Limits(seconds=4, memory=256 << 20, answer=3_000_000)


@pytest.fixture(scope="module")
def pool(built):
    made = Pool(built.folder / release.STORE, LIMITS, turns=2, long_turns=8, waiting=40)
    yield made
    made.close()


def ended(pool, text, **more):
    """Ask a query that is stopped; return the error and the seconds until then."""
    began = time.monotonic()
    with pytest.raises((BadQuery, TimeLimit, Lost)) as caught:
        pool.ask(Job(text), **more)
    return caught.value, time.monotonic() - began


def memory():
    """Return the kilobytes of memory that all processes of the pools hold by themselves."""
    total = 0
    for child in multiprocessing.active_children():
        with open(f"/proc/{child.pid}/smaps_rollup") as rollup:
            total += sum(int(line.split()[1]) for line in rollup if line.startswith("Private_D"))
    return total


def test_each_kind_of_answer_comes_in_the_format_of_its_kind(pool):
    forms = {"solutions": "csv", "boolean": "xml", "graph": "nt"}
    rows = pool.ask(Job("SELECT * { VALUES ?x { 1 2 } }", **forms))
    assert (rows.kind, rows.form, rows.rows) == ("solutions", "csv", 2)
    assert rows.text == b"x\r\n1\r\n2\r\n"
    truth = pool.ask(Job("ASK {}", **forms))
    assert (truth.kind, truth.form, truth.rows) == ("boolean", "xml", 1)
    graph = pool.ask(Job("CONSTRUCT { <a:a> <a:b> 1, 2 } WHERE {}", **forms))
    assert (graph.kind, graph.form, graph.rows, graph.size) == ("graph", "nt", 2, len(graph.text))


def test_an_answer_for_which_no_format_was_named_is_not_written(pool):
    answer = pool.ask(Job("ASK {}", boolean=None))
    assert (answer.kind, answer.form, answer.text, answer.file) == ("boolean", None, b"", None)


def test_the_dataset_is_the_one_of_the_job(pool):
    graph = "https://w3id.org/selenograph/graph/ontology"
    text = "SELECT (COUNT(*) AS ?n) { ?s a sg:Participation }"
    everywhere, there = pool.ask(Job(text)), pool.ask(Job(text, default_graphs=(graph,)))
    assert b'"value":"0"' in there.text
    assert b'"value":"0"' not in everywhere.text


def test_a_large_answer_comes_whole_as_a_file(pool):
    text = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 5000"
    answer = pool.ask(Job(text, solutions="tsv"))
    assert (answer.rows, answer.text) == (5000, None)
    with answer.file as file:
        lines = file.read()
    assert len(lines) == answer.size > IN_MEMORY
    assert lines.count(b"\n") == 5001


@pytest.mark.parametrize("text", ["SELECT {", "ASK { FILTER(<http://example.org/f>(1)) }"])
def test_what_is_no_query_is_told_by_the_engine(pool, text):
    with pytest.raises(BadQuery, match="The query cannot be"):
        pool.ask(Job(text))


def test_another_endpoint_is_not_asked(pool):
    with pytest.raises(Forbidden, match="SERVICE is not answered here"):
        pool.ask(Job("ASK { SERVICE <http://127.0.0.1:1/> {} }"))


def test_an_endless_query_is_stopped_at_its_deadline(pool):
    error, seconds = ended(pool, ENDLESS, seconds=1)
    assert isinstance(error, TimeLimit)
    assert 0.9 < seconds < 2
    assert error.members["limit"] == 1
    assert 0.9 < error.members["elapsed"] < 2


def test_more_time_than_allowed_cannot_be_asked_for(pool):
    error, seconds = ended(pool, ENDLESS, seconds=100)
    assert error.members["limit"] == LIMITS.seconds
    assert seconds < LIMITS.seconds + 1


def test_an_answer_beyond_the_limit_is_an_error_and_no_part_of_it_comes(pool):
    with pytest.raises(TooLarge, match="larger than 3,000,000 bytes"):
        pool.ask(Job("SELECT * { ?a ?b ?c . ?d ?e ?f }"))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i",
        "SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        'SELECT (GROUP_CONCAT(?c; separator="xxxxxxxxxxxxxxxxxxxx") AS ?x) '
        "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        "SELECT (COUNT(DISTINCT *) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    ],
    ids=["ORDER BY", "DISTINCT", "GROUP_CONCAT", "COUNT DISTINCT"],
)
def test_a_query_that_needs_too_much_memory_ends_and_gives_it_back(pool, text):
    pool.ask(Job(SIMPLE))
    before = memory()
    error, seconds = ended(pool, text)
    assert isinstance(error, (Lost, TimeLimit, TooLarge))
    assert seconds < LIMITS.seconds + 1
    pool.ask(Job(SIMPLE))
    assert memory() < before + 20_000


def test_a_query_whose_client_has_gone_is_stopped(pool):
    left = threading.Event()
    threading.Timer(0.3, left.set).start()
    began = time.monotonic()
    with pytest.raises(Abandoned):
        pool.ask(Job(ENDLESS), gone=left.is_set)
    assert time.monotonic() - began < 1


def test_a_worker_that_dies_costs_its_own_client_alone(pool):
    errors = []
    asking = threading.Thread(target=lambda: errors.append(ended(pool, ENDLESS)[0]))
    idle = {child.pid for child in multiprocessing.active_children()}
    asking.start()
    time.sleep(0.5)
    for pid in idle | {child.pid for child in multiprocessing.active_children()}:
        os.kill(pid, signal.SIGSEGV)
    asking.join()
    assert isinstance(errors[0], Lost)
    # The idle ones were killed too: nobody is told.
    assert pool.ask(Job(SIMPLE)).rows == 1


def test_who_finds_too_many_waiting_is_told_to_try_again(built):
    small = Pool(built.folder / release.STORE, Limits(seconds=2), turns=1, long_turns=1, waiting=1)
    errors = []

    def ask():
        try:
            small.ask(Job(ENDLESS))
        except (TimeLimit, Busy) as error:
            errors.append(type(error))

    asking = [threading.Thread(target=ask) for _ in range(5)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    small.close()
    assert sorted(error.__name__ for error in errors) == ["Busy"] * 2 + ["TimeLimit"] * 3


def test_a_closed_pool_lets_queries_finish_and_leaves_no_process(built):
    before = set(multiprocessing.active_children())
    patient = replace(LIMITS, seconds=60)
    closing = Pool(built.folder / release.STORE, patient, turns=2, long_turns=2, waiting=4)
    answers = []
    asking = threading.Thread(target=lambda: answers.append(closing.ask(Job(SECOND))))
    asking.start()
    time.sleep(0.2)
    closing.close()
    assert answers == []
    asking.join()
    assert answers[0].rows == 1
    assert set(multiprocessing.active_children()) <= before


PATTERN = "?s ?p ?o "
DEEP = {
    "EXISTS": ("FILTER EXISTS {", "}"),
    "groups": ("{", "}"),
    "subselects": ("{ SELECT * {", "}}"),
    "OPTIONAL": ("OPTIONAL {", "}"),
    "MINUS": ("?s ?p ?o MINUS {", "}"),
    "brackets": ("(", ")"),
    "blank nodes": ("[ ?p ", "]"),
}
LONG = {
    "UNION": "{} UNION ",
    "OPTIONAL": "OPTIONAL { ?s ?p ?o } ",
    "MINUS": "MINUS { ?s ?p ?o } ",
    "patterns": "?s ?p ?o . ",
    "groups": "{ ?s ?p ?o } . ",
    "BIND": "BIND(1 AS ?x) . ",
    "filters": "FILTER(?o = 1) ",
    "GRAPH": "GRAPH ?g { ?s ?p ?o } ",
}
CHAINS = {
    "plus": ("FILTER(1", "+1", ")", 1),
    "times": ("FILTER(1", "*1", ")", 1),
    "and": ("FILTER(1", "&&1", ")", 2),
    "or": ("FILTER(1", "||1", ")", 2),
    "not": ("FILTER(", "!", "1)", 1),
    "path": ("?s <a:a>", "/<a:a>", " ?o", 1),
    "alternatives": ("?s <a:a>", "|<a:a>", " ?o", 1),
    "objects": ("?s ?p 1", ",1", "", 1),
    "properties": ("?s ?p 1", ";?p 1", "", 1),
    "list": ("?s ?p (1", " ?o", ")", 1),
    "IN": ("FILTER(?o IN (1", ",1", "))", 1),
    "arguments": ("FILTER(CONCAT('a'", ",'a'", "))", 1),
}


def nested(kind, depth):
    first, last = DEEP[kind]
    inside = {"brackets": "1", "blank nodes": "[]"}.get(kind, PATTERN)
    before, after = {"brackets": ("FILTER(", ")"), "blank nodes": ("?s ?p ", "")}.get(
        kind, ("", "")
    )
    return f"ASK {{ {before}{first * depth}{inside}{last * depth}{after} }}"


@pytest.mark.parametrize("kind", DEEP)
def test_what_nests_too_deep_for_the_stack_is_refused_before_it_is_read(pool, kind):
    error, seconds = ended(pool, nested(kind, 900))
    assert "more than 50 brackets" in str(error)
    assert seconds < 1


@pytest.mark.parametrize("kind", DEEP)
def test_the_deepest_nesting_that_is_let_through_is_answered(pool, kind):
    each = DEEP[kind][0].count("{") or 1
    assert pool.ask(Job(nested(kind, 48 // each))).kind == "boolean"


@pytest.mark.parametrize("part", LONG.values(), ids=LONG)
def test_what_has_too_many_parts_for_the_stack_is_refused(pool, part):
    error, _ = ended(pool, f"ASK {{ {part * guard.MOST} {{}} }}")
    assert "operators and separators" in str(error)


@pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)
def test_the_longest_chain_that_is_let_through_ends_no_worker(pool, chain):
    first, link, last, operators = chain
    most = (guard.MOST - 20) // operators
    with contextlib.suppress(TimeLimit):
        pool.ask(Job(f"ASK {{ {first}{link * most}{last} }}"), seconds=2)
    assert pool.ask(Job(SIMPLE)).rows == 1


KILLERS = [
    ENDLESS,
    f"ASK {{ {MANY} FILTER(?a = ?d && ?b = ?i && ?c = ?l && ?a != ?a) }}",
    "SELECT (COUNT(*) AS ?n) { ?a (!<a:a>)* ?b . ?c (!<a:a>|^!<a:a>)* ?d }",
    "SELECT * { ?a (<a:a>|!<a:a>|^<a:b>|^!<a:b>)+ ?b } ORDER BY ?a ?b",
    f"SELECT * {{ OPTIONAL {{ {MANY} OPTIONAL {{ {MANY} }} }} }} ORDER BY ?a",
    f'SELECT (COUNT(*) AS ?n) {{ {MANY} FILTER(REGEX(STR(?c), "(a|aa)*(b|bb)*(c|cc)*x{{50}}y")) }}',
    f'SELECT (COUNT(*) AS ?n) {{ {MANY} FILTER(REPLACE(STR(?c), "(.)(.)(.)", "$3$2$1") = "") }}',
    f"SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d))) AS ?x) {{ {MANY} }}",
    f"SELECT DISTINCT * {{ {MANY} }}",
    f"SELECT * {{ {MANY} }} ORDER BY DESC(?l) ?a",
    f"SELECT ?a (SUM(STRLEN(STR(?c))) AS ?n) {{ {MANY} }} GROUP BY ?a ?d ?g",
    "SELECT (COUNT(*) AS ?n) { " + "".join(
        f"VALUES ?v{i} {{ {' '.join(map(str, range(400)))} }} " for i in range(5)) + "}",
    f"CONSTRUCT {{ ?a ?b ?f }} WHERE {{ {MANY} }}",
    f"DESCRIBE * {{ {MANY} }}",
    "SELECT * { " + " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(40)) + " } ORDER BY ?a1",
    "ASK { ?s <a:a>" + "/<a:a>" * 4000 + " ?o }",
    f"SELECT (COUNT(*) AS ?n) {{ {MANY} MINUS {{ ?x ?y ?z . ?u ?v ?w }} }}",
    f"SELECT (COUNT(*) AS ?n) {{ {MANY} FILTER NOT EXISTS {{ ?a ?d ?g . ?x ?y ?z . ?z ?x ?y }} }}",
    "SELECT (COUNT(*) AS ?n) { { ?a ?b ?c } UNION { ?d ?e ?f } . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }",
    f"SELECT (SHA512(GROUP_CONCAT(?c)) AS ?x) {{ {MANY} }}",
]  # fmt: skip


def besieged(kill, simple):
    """Put all killers at once and simple queries meanwhile; return how the former end, and times.

    The second is what the simple queries took, the shortest first.
    """
    ends, waits = [], []

    def timed(text):
        began = time.monotonic()
        ends.append((kill(text), time.monotonic() - began))

    killing = [threading.Thread(target=timed, args=(text,)) for text in KILLERS]
    for thread in killing:
        thread.start()
    while any(thread.is_alive() for thread in killing):
        began = time.monotonic()
        simple(len(waits))
        waits.append(time.monotonic() - began)
        time.sleep(0.01)
    for thread in killing:
        thread.join()
    return ends, sorted(waits)


def test_twenty_killers_at_once_end_in_time_and_a_simple_query_does_not_notice(pool):
    pool.ask(Job(SIMPLE))
    before = memory()

    def kill(text):
        try:
            return pool.ask(Job(text)).kind
        except (TimeLimit, Lost, BadQuery) as error:
            return type(error).__name__

    def simple(number):
        assert pool.ask(Job(SIMPLE)).rows == 1

    ends, waits = besieged(kill, simple)
    assert len(ends) == len(KILLERS) == 20
    assert max(seconds for _, seconds in ends) < LIMITS.seconds + 1, ends
    assert [end for end, _ in ends].count("TimeLimit") > 10
    assert len(waits) > 50
    assert waits[len(waits) * 95 // 100] < 0.25, waits[-10:]
    assert len(pool) == 0
    assert pool.ask(Job(SIMPLE)).rows == 1
    assert memory() < before + 20_000
