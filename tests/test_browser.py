"""A real browser: what a newcomer comes for, without scripts, and what axe finds on the pages."""

import csv
import os
import re
import shutil
import subprocess

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from tests.conftest import serving

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
KINDS = [
    "/",
    "/party/serbia",
    "/party/serbia?lang=ar",
    "/act/artemis-accords/germany/signature",
    "/programme/ilrs?on=2024-06-01",
    "/agreement/artemis-accords",
    "/source/2024-05-spacenews-serbia-ilrs",
    "/disagreement/act/ilrs/kazakhstan/signature/date",
    "/ontology/",
    "/ontology/?part=shapes",
    "/ontology/?part=classes",
    "/ontology/Act",
    "/standing/signatory",
    "/parties?kind=state",
    "/disagreements",
    "/search?q=kazakstan",
    "/query/",
    "/query/participants",
    "/exports/",
    "/known/2023-10-31/party/belarus",
    "/party/nobody",
]
DARK = ["/", "/party/serbia", "/act/artemis-accords/germany/signature", "/parties?kind=state"]
REPEATED = [
    "tr:nth-child(n + 9)",
    ".timeline > li:nth-child(n + 5)",
    ".term ~ .term ~ .term",
    ".box ~ .box ~ .box",
    "dl > :nth-child(n + 15)",
]


def chromium():
    """Return the path of Debian's browser, installed where that is possible."""
    found = shutil.which("chromium")
    if found is None and shutil.which("apt-get") and os.geteuid() == 0:
        command = ["apt-get", "install", "--yes", "--quiet", "chromium"]
        subprocess.run(command, capture_output=True, timeout=300)
        found = shutil.which("chromium")
    return found


@pytest.fixture(scope="module")
def browser():
    path = chromium()
    if path is None:
        pytest.skip("There is no chromium, and apt-get cannot install it here.")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path, args=FLAGS)


@pytest.fixture(scope="module")
def address(whole_release):
    with serving(whole_release.folder.parent) as found:
        yield found


@pytest.fixture
def page(browser, address):
    """A page of a browser that runs no scripts, at home."""
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    yield page
    context.close()


def find(page, words):
    page.get_by_role("searchbox").fill(words)
    page.get_by_role("button", name="Find").click()


# What a newcomer comes for


def test_three_clicks_lead_to_the_passage_on_serbia_joining(page):
    find(page, "Serbia")
    page.get_by_role("link", name="Serbia", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Serbia")
    act = page.locator(".timeline > li", has_text="Serbia joins the ILRS")
    expect(act.locator(".date").first).to_have_text(re.compile("2024-05-07"))
    expect(act).to_contain_text("SpaceNews, 2024-05")
    passages = act.locator("a[href^='https://spacenews.com/serbia-becomes']")
    assert "#:~:text=" in passages.first.get_attribute("href")
    accords = page.locator(".timeline > li", has_text="Serbia signs the Artemis Accords")
    expect(accords.locator(".date").first).to_have_text("2026-07-16")


def test_who_is_in_both_programmes_is_one_click_away(page):
    page.get_by_role("link", name=re.compile("states in both")).click()
    names = page.locator("tbody td:nth-child(2)")
    expect(names).to_have_text(["Senegal", "Serbia", "Thailand"])


def test_a_programme_tells_who_is_in_the_other_one_too(page):
    page.goto("/programme/ilrs")
    row = page.get_by_role("row", name=re.compile("^Thailand "))
    expect(row).to_contain_text("Artemis")


def test_the_page_of_a_programme_tells_who_was_in_on_a_day(page):
    page.goto("/programme/ilrs")
    page.get_by_label("True on").fill("2024-06-01")
    page.get_by_role("button", name="Show").click()
    assert page.url.endswith("/programme/ilrs?on=2024-06-01#participants")
    expect(page.get_by_role("heading", name="Participants on 2024-06-01")).to_be_visible()
    table = page.get_by_role("region", name="Table of participants")
    expect(table.get_by_role("row", name=re.compile("^Serbia party"))).to_be_visible()
    # It came later to both.
    expect(table.get_by_role("row", name=re.compile("^Thailand party"))).not_to_contain_text(
        "Artemis"
    )
    expect(table).not_to_contain_text("Senegal")
    page.get_by_role("link", name="All days").click()
    expect(page.get_by_role("row", name=re.compile("^Senegal party"))).to_be_visible()


def test_the_page_of_a_party_tells_where_it_was_in_on_a_day(page):
    page.goto("/party/serbia?on=2024-05-07")
    table = page.get_by_role("region", name="Table of programmes and agreements")
    row = table.get_by_role("row", name=re.compile("^International Lunar Research Station "))
    # Signed on this day or on the next.
    expect(row).to_contain_text("not sure on this day")
    expect(table.get_by_role("row", name=re.compile("^Artemis "))).to_have_count(0)


def test_sources_that_disagree_on_kazakhstan_stand_side_by_side(page):
    find(page, "Kazakstan")
    page.get_by_role("link", name="Kazakhstan", exact=True).first.click()
    page.get_by_role("link", name="sources disagree").first.click()
    positions = page.locator(".positions").first.locator(".position")
    expect(positions).to_have_count(2)
    expect(positions.nth(0)).to_contain_text("2024-07-03")
    expect(positions.nth(0)).to_contain_text("followed")
    expect(positions.nth(1)).to_contain_text("2024-07-05")
    tops = [positions.nth(n).bounding_box()["y"] for n in (0, 1)]
    assert tops[0] == tops[1]


def test_the_signatories_of_the_accords_are_a_download(page):
    with page.expect_download() as download:
        page.get_by_role("link", name="signatories as CSV").click()
    with open(download.value.path(), newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 72
    assert {"Germany", "Serbia"} <= {row["name"] for row in rows}


def test_another_day_makes_another_map(page):
    here = page.locator(".world a.ilrs, .tile.ilrs")
    now = here.count()
    page.get_by_label("True on").fill("2023-10-23")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="States on 2023-10-23")).to_be_visible()
    assert 3 < here.count() < now
    assert page.locator("a.ilrs", has_text="Belarus").count() == 1


def test_with_scripts_a_slider_moves_the_map_through_the_days(browser, address):
    context = browser.new_context(base_url=address)
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(error))
    page.goto("/")
    now = page.locator("a.ilrs").count()
    slider = page.get_by_role("slider", name="Day")
    slider.fill("2486")
    expect(page.get_by_role("heading", name="States on 2023-10-23")).to_be_visible()
    assert slider.get_attribute("aria-valuetext") == "2023-10-23"
    assert 3 < page.locator("a.ilrs").count() < now
    assert "?on=2023-10-23" in page.url
    assert not errors
    context.close()


@pytest.mark.parametrize("path", ["/", "/search"])
def test_with_scripts_names_are_found_while_one_types(browser, address, path):
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.goto(path)
    page.get_by_role("searchbox").press_sequentially("kazakstan")
    hit = page.locator("#found a", has_text="Kazakhstan").first
    expect(hit).to_be_visible()
    page.get_by_role("searchbox").fill("k")
    expect(page.locator("#found a")).to_have_count(0)
    page.get_by_role("searchbox").fill("塞尔维亚")
    page.locator("#found a", has_text="Serbia").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Serbia")
    context.close()


def test_what_was_known_on_a_day_is_one_form_away_and_says_so(page):
    page.get_by_label("Known on").fill("2023-10-31")
    page.get_by_role("button", name="Go back").click()
    expect(page.get_by_role("note")).to_contain_text("what was known on 2023-10-31")
    find(page, "Serbia")
    page.get_by_role("link", name="Serbia", exact=True).first.click()
    expect(page.locator("main")).not_to_contain_text("Serbia joins the ILRS")
    page.get_by_role("link", name="See all that is known").click()
    expect(page.locator("main")).to_contain_text("Serbia joins the ILRS")


def test_a_table_is_filtered_and_sorted_by_its_form(page):
    page.get_by_role("link", name="Browse").click()
    page.get_by_label("Kind", exact=True).select_option("state")
    page.get_by_label("Sorted by").select_option("name")
    page.get_by_role("button", name="Show").click()
    assert "kind=state" in page.url
    expect(page.locator("tbody tr").first).to_contain_text("Afghanistan")


# Craft


@pytest.mark.parametrize(
    ("path", "scheme"), [*((path, "light") for path in KINDS), *((path, "dark") for path in DARK)]
)
def test_axe_finds_nothing(browser, address, path, scheme):
    context = browser.new_context(base_url=address, color_scheme=scheme)
    page = context.new_page()
    told, asked = [], []
    page.on("console", lambda message: told.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    answer = page.goto(path)
    # The browser tells of an answer of 404 by itself.
    assert told == [] or answer.status == 404
    assert [url for url in asked if not url.startswith(address)] == []
    # Rows, acts and terms after the first are made alike, and axe takes long for hundreds.
    page.evaluate(
        "found => document.querySelectorAll(found).forEach(one => one.remove())",
        ", ".join(REPEATED),
    )
    found = Axe().run(page)["violations"]
    assert {violation["id"]: violation["nodes"][0]["html"] for violation in found} == {}
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_is_wider_than_its_window(browser, address, width):
    context = browser.new_context(base_url=address, viewport={"width": width, "height": 800})
    page = context.new_page()
    wide = {}
    for path in KINDS:
        page.goto(path)
        wide[path] = page.evaluate("document.documentElement.scrollWidth")
    assert {path: found for path, found in wide.items() if found > width} == {}
    context.close()


def test_the_keyboard_comes_first_to_the_content(page):
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_paper_shows_no_navigation_and_all_that_can_be_opened(page):
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(page.get_by_role("searchbox")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("cell", name="in both programmes").first).to_be_visible()
    link = page.get_by_role("link", name="International Lunar Research Station").first
    assert link.evaluate("one => getComputedStyle(one).color") == "rgb(28, 78, 154)"
