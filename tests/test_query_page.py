"""The query page in a real browser: what it asks and shows, and what it takes for text alone."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import urllib.parse
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from selenograph.graph import names
from tests.conftest import serving
from tests.test_graph_pool import ENDLESS

ROOT = Path(__file__).parents[1]
BUILT = ROOT / "server/static/built/query.js"
CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PYTHON = [sys.executable]
AXE = ROOT / "server/scripts/node_modules/axe-core/axe.min.js"
AS_JSON = {"Accept": "application/json"}
PARTICIPANTS = (ROOT / "queries/participants.rq").read_text("utf-8")
EXPECTED = ("Failed to load resource", "Applying inline style")
"""Chromium's words for an answer that is an error, and for the colour that it would give to text
typed in the place of another, which the policy forbids without any harm."""

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="chromium is missing: apt-get install chromium"),
    pytest.mark.skipif(not BUILT.is_file(), reason="the scripts are not bundled: make test"),
]


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser, live):
    """A visit during which nothing goes wrong and no other host is asked."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en")
    context.set_default_timeout(10_000)
    faults = []
    context.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    context.on("weberror", lambda error: faults.append(str(error.error)))
    context.on("request", lambda asked: faults.append(asked.url) if away(asked.url, live) else None)
    yield context
    context.close()
    assert [fault for fault in faults if not fault.startswith(EXPECTED)] == []


def away(address, live):
    return not address.startswith((live, "data:", "blob:"))


@pytest.fixture
def page(context, live):
    page = context.new_page()
    page.goto(f"{live}/sparql")
    page.wait_for_selector(".workbench form[data-ready]")
    return page


def ask(page, query, view="table"):
    """Open a link that holds a query, as people share it; wait until it is answered."""
    page.goto("about:blank")
    page.goto(f"{page.live}/sparql#" + urllib.parse.urlencode({"query": query, "view": view}))
    page.wait_for_selector("#answer > *")
    page.wait_for_selector("#answer:not([aria-busy])")


@pytest.fixture
def asking(page, live):
    page.live = live
    return lambda *given: ask(page, *given)


def written(page):
    lines = page.locator(".cm-line")
    return "\n".join(lines.all_text_contents())


def type_in(page, text):
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def rows(page):
    return [row.locator("td").all_text_contents() for row in page.locator("#answer tbody tr").all()]


def test_every_stored_question_is_an_example_with_an_answer(page, client):
    listed = page.get_by_label("Example").locator("option")
    values = [option.get_attribute("value") for option in listed.all()][1:]
    assert values == [told["name"] for told in client.get("/query/", headers=AS_JSON).json]
    for name in ("participants", "in-both", "sources"):
        with page.expect_response(re.compile(f"/query/{name}.rq")):
            page.get_by_label("Example").select_option(name)
        page.get_by_role("button", name="Ask", exact=True).click()
        expected = client.get(f"/query/{name}.csv").text.count("\r\n") - 1
        page.wait_for_selector(f'.status:text-matches("^{expected} row")')


def test_a_parameter_is_filled_in_by_a_form(page):
    page.get_by_label("Example").select_option("participants")
    page.get_by_label("on: the day asked for").fill("2023-10-23")
    with page.expect_response(re.compile("on=2023-10-23")):
        page.get_by_role("button", name="Put these in").click()
    page.wait_for_selector(".refused:empty", state="attached")
    assert '"2023-10-23"^^' in written(page)
    page.get_by_label("programme: ").fill("> }")
    page.get_by_role("button", name="Put these in").click()
    page.wait_for_selector('.refused:text("is no IRI")')


def test_an_error_is_shown_at_its_line_and_column(page, asking):
    asking("SELECT * WHERE {\n  ?s a sg:Act ;\n  ?x }")
    alert = page.get_by_role("alert")
    assert "The query cannot be read" in alert.inner_text()
    assert alert.get_by_role("button").inner_text() == "line 3, column 7"
    assert page.locator(".wrong-line").text_content() == "  ?x }"
    assert page.locator(".wrong").text_content() == "}"
    page.keyboard.type("!")
    assert page.locator(".wrong").count() == 0


def test_terms_are_completed_and_their_prefix_is_declared(page):
    type_in(page, "SELECT * WHERE { ?act a sg:Sign")
    page.keyboard.press("Control+Space")
    page.wait_for_selector('.cm-tooltip-autocomplete li[aria-selected]:has-text("sg:Signature")')
    # Completion waits a moment, so that a key meant for the text takes none.
    page.wait_for_timeout(150)
    page.keyboard.press("Enter")
    assert written(page).startswith(
        f"PREFIX sg: <{names.SG}>\nSELECT * WHERE {{ ?act a sg:Signature"
    )


def test_a_shared_link_shows_the_same(page, context, live):
    type_in(page, 'SELECT ?x WHERE { VALUES ?x { 1 2 "é &+#%" } }')
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#answer tbody tr")
    page.get_by_role("button", name="Raw").click()
    page.get_by_role("button", name="Copy a link to it").click()
    page.wait_for_url("**#query=*")
    other = context.new_page()
    other.goto(page.url)
    assert "é &+#%" in other.locator("#answer pre.raw").text_content()


def test_names_take_the_place_of_iris_and_give_it_back(page, asking):
    asking(f"SELECT * WHERE {{ VALUES ?who {{ <{names.BASE}party/serbia> }} }}")
    assert rows(page) == [["Serbia"]]
    assert page.locator("#answer td a").get_attribute("href") == "/party/serbia"
    page.get_by_label("Names in place of IRIs").uncheck()
    assert rows(page) == [["party/serbia"]]
    page.reload()
    page.wait_for_selector("#answer tbody tr")
    assert rows(page) == [["party/serbia"]]


def test_a_click_on_a_column_sorts_by_its_kind(page, asking):
    asking("SELECT ?n WHERE { VALUES ?n { 10 9 2.5 } }")
    page.locator("thead button").click()
    assert rows(page) == [["2.5"], ["9"], ["10"]]
    page.locator("thead button").click()
    assert rows(page) == [["10"], ["9"], ["2.5"]]


def test_many_rows_come_a_page_at_a_time(page, asking):
    asking("SELECT ?p WHERE { ?s ?p ?o } LIMIT 450")
    assert len(rows(page)) == 200
    page.get_by_role("button", name="Next rows").click()
    page.get_by_role("button", name="Next rows").click()
    assert len(rows(page)) == 50
    assert page.locator("#answer caption").text_content() == "Rows 401 to 450 of 450"


def test_states_make_a_map_with_a_legend_that_names_them(page, asking):
    asking(PARTICIPANTS, "map")
    legend = page.locator(".legend li")
    legend.first.wait_for()
    texts = legend.all_text_contents()
    assert any("Serbia" in text and "Belarus" in text for text in texts)
    titles = page.locator(".map title").all_text_contents()
    assert "Serbia: signatory" in titles or "Serbia: party" in titles
    page.get_by_label("Colour by").select_option("nothing")
    page.wait_for_selector('.legend li:has-text("in the answer")')


def test_dates_make_a_timeline_and_values_make_bars(page, asking):
    asking(PARTICIPANTS, "timeline")
    texts = page.locator(".timeline text").all_text_contents()
    assert any(text.endswith("  Belarus") and text.startswith("2023-10-23") for text in texts)
    page.get_by_role("button", name="Chart").click()
    page.get_by_label("Bars of").select_option("number of rows")
    page.get_by_label("for each").select_option("support")
    bars = page.locator(".chart text").all_text_contents()
    assert {"corroborated", "single source"} & set(bars)


def test_truth_values_graphs_and_answers_without_rows_are_shown(page, asking):
    asking("ASK {}")
    assert page.locator("#answer .lead").text_content() == "Yes"
    asking("SELECT * WHERE { <urn:no> <urn:no> <urn:no> }")
    assert "nothing in the graph that fits" in page.locator("#answer").inner_text()
    asking("CONSTRUCT { <urn:a> <urn:b> 'c' } WHERE {}")
    assert "<urn:a> <urn:b>" in page.locator("#answer pre.raw").text_content()


def test_a_download_is_what_the_server_answers(page, asking, client):
    asking(PARTICIPANTS)
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    assert download.value.suggested_filename == "selenograph.csv"
    same = client.get("/sparql", query_string={"query": PARTICIPANTS, "format": "csv"})
    assert Path(download.value.path()).read_bytes() == same.data


QUOTED = 'SELECT ?x WHERE {\n  VALUES ?x { "it\'s" "a\\"b" "c\\nd" "\\\\n" """e\n"f" """ }\n}'


@pytest.mark.parametrize("language", ["curl", "Python"])
def test_the_query_as_a_program_gives_the_same_answer(page, asking, client, language, tmp_path):
    asking(QUOTED)
    page.get_by_text("As a program").click()
    page.locator(".programs select").select_option(language)
    program = page.locator(".programs pre").text_content()
    same = client.get("/sparql", query_string={"query": QUOTED, "format": "csv"}).text
    if language == "curl":
        assert shlex.split(program)[-1] == f"query={QUOTED}"
    else:
        code = program.replace("print(table)", "print(table.to_csv(index=False), end='')")
        found = subprocess.run(
            [*PYTHON, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
        )
        assert found.stdout == same.replace("\r\n", "\n")


def test_what_was_asked_is_remembered_here_until_it_is_forgotten(page, asking):
    asking("ASK { <urn:one> ?p ?o }")
    asking("ASK { <urn:two> ?p ?o }")
    page.get_by_text("Asked before in this browser (2)").click()
    page.get_by_role("button", name="<urn:one>").click()
    assert written(page) == "ASK { <urn:one> ?p ?o }"
    page.get_by_role("button", name="Forget them").click()
    assert page.evaluate("localStorage.getItem('selenograph:queries')") == "[]"


def test_the_items_of_an_answer_go_to_wikidata_as_a_values_block(page, asking):
    asking(
        f"SELECT * WHERE {{ VALUES ?who {{ <{names.BASE}party/serbia> <{names.BASE}party/belarus>"
        " <http://www.wikidata.org/entity/Q1> <http://www.wikidata.org/entity/x> } }"
    )
    page.get_by_text("The 3 Wikidata items of the answer").click()
    block = page.locator(".items pre").text_content()
    assert block == "VALUES ?item {\n  wd:Q403 wd:Q184 wd:Q1\n}"
    address = page.get_by_role("link", name="Open in Wikidata").get_attribute("href")
    host, _, query = address.partition("#")
    assert host == "https://query.wikidata.org/"
    assert "wd:Q403 wd:Q184 wd:Q1" in urllib.parse.unquote(query)


def test_a_query_that_was_killed_is_explained(browser, built):
    with serving(built.folder.parent, "--timeout", "1") as address:
        page = browser.new_page()
        page.live = address
        ask(page, ENDLESS)
        alert = page.get_by_role("alert").inner_text()
        assert "The server stopped the query" in alert
        assert "1 are allowed" in alert
        assert "An answer is whole or there is none" in alert
        page.close()


def test_a_query_can_be_stopped(page):
    type_in(page, ENDLESS)
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Stop").click()
    page.wait_for_selector('.status:text("Stopped")')
    assert page.get_by_role("button", name="Stop").is_hidden()


# Text is text

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</td></table><script>alert(1)</script>",
    "<svg onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}",
    "\u202e\u0000\u2028",
    "__proto__",
    "constructor",
    "toString",
]
TERMS = [
    *({"type": "literal", "value": text} for text in HOSTILE),
    *({"type": "literal", "value": text, "xml:lang": text} for text in HOSTILE[:4]),
    *({"type": "uri", "value": text} for text in HOSTILE),
    {"type": "uri", "value": "JavaScript:alert(1)//http://x"},
    {"type": "uri", "value": "data:text/html,<script>alert(1)</script>"},
    {"type": "uri", "value": 'http://x/"onmouseover="alert(1)'},
    {"type": "uri", "value": names.BASE + "party/<script>alert(1)</script>"},
    {"type": "bnode", "value": HOSTILE[0]},
    {"type": "literal", "value": HOSTILE[0], "datatype": HOSTILE[0]},
    {"type": "literal", "value": "2024-13-45", "datatype": "http://www.w3.org/2001/XMLSchema#date"},
    {"type": "literal", "value": "1e999", "datatype": "http://www.w3.org/2001/XMLSchema#double"},
    {"type": "triple", "value": {
        "subject": {"type": "uri", "value": "javascript:alert(1)"},
        "predicate": {"type": "uri", "value": HOSTILE[0]},
        "object": {"type": "literal", "value": HOSTILE[1]},
    }},
]  # fmt: skip


def hostile():
    """Results in JSON whose values and names of variables all try to be more than text."""
    bindings = [dict.fromkeys(HOSTILE, term) for term in TERMS]
    return json.dumps({"head": {"vars": HOSTILE}, "results": {"bindings": bindings}})


def test_hostile_answers_are_text(page, live):
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.live = live
    page.route("**/sparql", answered_by_hostile)
    ask(page, "SELECT * {}")
    answer = page.locator("#answer")
    assert answer.locator("thead th").all_text_contents() == HOSTILE
    for text in HOSTILE[:5]:
        assert text in answer.locator("tbody").text_content()
    for view in every_view(page):
        assert (
            answer.locator("img, script, iframe, [onerror], [onload], [onmouseover]").count() == 0
        )
        targets = [a.get_attribute("href") for a in answer.locator("a").all()]
        assert all(target.startswith(("http://", "https://", "/")) for target in targets), view


def answered_by_hostile(route):
    if route.request.method == "POST":
        route.fulfill(body=hostile(), content_type="application/sparql-results+json")
    else:
        route.continue_()


def every_view(page):
    """Press the button of one view after the other."""
    for name in page.locator("[data-view]").all_text_contents():
        page.get_by_role("button", name=name, exact=True).click()
        if name == "Map":
            page.wait_for_selector(".map")
        yield name


def test_names_of_variables_that_scripts_know_are_names(page, asking):
    asking("SELECT ?__proto__ ?constructor WHERE { BIND(1 AS ?__proto__) BIND(2 AS ?constructor) }")
    assert rows(page) == [["1", "2"]]


def test_the_policy_allows_no_script_in_the_page(client):
    policy = client.get("/sparql", headers={"Accept": "text/html"}).headers[
        "Content-Security-Policy"
    ]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert not re.search("script-src|style-src", policy)


# Everyone


def test_without_scripts_the_form_asks(browser, live):
    page = browser.new_context(java_script_enabled=False).new_page()
    sent = page.goto(f"{live}/sparql")
    loaded = sent.body() + (ROOT / "server/static/style.css").read_bytes()
    assert len(loaded + (ROOT / "server/static/query.css").read_bytes()) < 150_000
    assert page.locator("noscript").count() == 1
    page.get_by_label("A SPARQL query").fill("ASK {}")
    page.get_by_role("button", name="Ask").click()
    assert '"boolean":true' in page.content().replace(" ", "")
    page.context.close()


def test_the_keyboard_leaves_the_editor_and_reaches_the_button(page):
    page.locator(".cm-content").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Ask"


@pytest.mark.parametrize(
    ("scheme", "rules"), [("light", {}), ("dark", {"runOnly": ["color-contrast"]})]
)
def test_axe_finds_nothing_serious(page, asking, scheme, rules):
    page.emulate_media(color_scheme=scheme)
    asking(PARTICIPANTS)
    page.evaluate(AXE.read_text("utf-8"))
    for view in every_view(page):
        faults = page.evaluate("rules => axe.run(rules)", rules)["violations"]
        assert [
            (view, fault["id"], [node["html"] for node in fault["nodes"]])
            for fault in faults
            if fault["impact"] in ("serious", "critical")
        ] == []


def test_nothing_is_wider_than_a_telephone(page, asking):
    page.set_viewport_size({"width": 390, "height": 800})
    asking(PARTICIPANTS)
    for view in every_view(page):
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, view
