"""Whatever a store holds is shown as text: planted literals, names and addresses run nowhere."""

import csv
import io
import json

import pyoxigraph as ox
import pytest

from selenograph.graph import names, release
from selenograph.server import create_app
from selenograph.server.settings import Settings

HTML = {"Accept": "text/html"}
SCRIPT = "<script>alert(\"&amp;')</script>"
CLOSING = "</script><script>alert(1)</script>"
IMAGE = '"><img src="x" onerror="alert(1)">'
TEMPLATE = "{{ 7*7 }}{% raw %}"
WORDS = (SCRIPT, CLOSING, IMAGE, TEMPLATE)
NODE = "party/hostile"
PAGES = [
    "/",
    "/?on=2024-06-01",
    f"/{NODE}",
    "/act/hostile",
    "/agreement/hostile",
    "/programme/ilrs",
    "/source/hostile",
    "/disagreement/hostile",
    "/participation/hostile",
    "/ontology/",
    "/ontology/Hostile",
    "/parties",
    "/acts",
    "/agreements",
    "/programmes",
    "/sources",
    "/disagreements",
    "/search?q=script",
    "/query/acts-of-party?party=party/hostile",
    "/query/who-says?resource=act/hostile",
]


def graph():
    """Yield statements in which every text tries to break out of a page."""
    skos, rdfs = names.PREFIXES["skos"], names.PREFIXES["rdfs"]
    party, act, agreement, source, disagreement, position, participation, term = (
        ox.NamedNode(names.BASE + path)
        for path in (
            NODE, "act/hostile", "agreement/hostile", "source/hostile", "disagreement/hostile",
            "disagreement/hostile/1", "participation/hostile", "ontology/Hostile",
        )
    )  # fmt: skip
    programme = ox.NamedNode(names.BASE + "programme/ilrs")
    standing = ox.NamedNode(names.BASE + "standing/party")
    support = ox.NamedNode(names.BASE + "support/unconfirmed")
    passage = ox.NamedNode(names.BASE + "source/hostile#'onclick='alert(1)")
    kinds = {
        party: "State", act: "Act", agreement: "Agreement", source: "Source",
        disagreement: "Disagreement", participation: "Participation", programme: "Programme",
        passage: "Passage",
    }  # fmt: skip
    type_ = ox.NamedNode(names.PREFIXES["rdf"] + "type")
    label = ox.NamedNode(rdfs + "label")
    ontology = ox.NamedNode(names.ONTOLOGY)
    for node, kind in kinds.items():
        yield ox.Quad(node, type_, ox.NamedNode(names.SG + kind))
    for node in (party, act, agreement, programme, standing, support, term):
        for word in WORDS:
            yield ox.Quad(node, label, ox.Literal(word, language="en"))
            yield ox.Quad(node, ox.NamedNode(skos + "altLabel"), ox.Literal(word))
            yield ox.Quad(node, ox.NamedNode(skos + "definition"), ox.Literal(word))
    for place in (ox.DefaultGraph(), ontology):
        yield ox.Quad(term, type_, ox.NamedNode(names.PREFIXES["owl"] + "Class"), place)

    def sg(subject, name, value, where=None):
        return ox.Quad(subject, ox.NamedNode(names.SG + name), value, where or ox.DefaultGraph())

    for word in WORDS:
        for name in ("date", "aim", "since", "isoAlpha3", "isoAlpha2"):
            yield sg(party, name, ox.Literal(word))
            yield sg(act, name, ox.Literal(word))
            yield sg(act, name, ox.Literal(word), source)
        yield ox.Quad(source, ox.NamedNode(names.PREFIXES["dcterms"] + "title"), ox.Literal(word))
        yield ox.Quad(source, ox.NamedNode(names.PREFIXES["dcterms"] + "issued"), ox.Literal(word))
        yield sg(passage, "paragraph", ox.Literal(word))
        yield sg(passage, "textStart", ox.Literal(word))
        yield sg(position, "value", ox.Literal(word))
    for address in ("javascript:alert(1)", "data:text/html,x", "http://example.org/'onclick='x"):
        for node in (party, act, source):
            yield sg(node, "address", ox.NamedNode(address))
        yield ox.Quad(party, ox.NamedNode(skos + "exactMatch"), ox.NamedNode(address))
    yield sg(party, "place", ox.NamedNode(names.BASE + "party/a'b"))
    yield from (
        sg(act, "party", party), sg(act, "agreement", agreement), sg(act, "programme", programme),
        sg(act, "support", support), sg(act, "testifiedBy", source),
        sg(agreement, "programme", programme),
        sg(passage, "supports", act), sg(passage, "testifiedBy", source),
        sg(act, "latest", ox.Literal("2020-01-01")), sg(act, "earliest", ox.Literal("2020-01-01")),
        sg(disagreement, "about", act), sg(disagreement, "alternative", position),
        sg(disagreement, "property", ox.NamedNode(names.SG + "date")),
        sg(disagreement, "chosen", ox.Literal(SCRIPT)), sg(position, "testifiedBy", source),
        sg(disagreement, "kind", ox.NamedNode(names.BASE + "disagreement-kind/unexplained")),
        sg(participation, "party", party), sg(participation, "programme", programme),
        sg(participation, "standing", standing), sg(participation, "support", support),
        sg(participation, "basis", act), sg(standing, "rank", ox.Literal(2)),
        sg(party, "participatesIn", programme),
    )  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, built):
    """A client of a release whose literals and names try to break out of a page."""
    folder = tmp_path_factory.mktemp("hostile") / "release"
    folder.mkdir()
    writing = ox.Store(str(folder / release.STORE))
    writing.extend(graph())
    writing.flush()
    del writing
    (folder / "manifest.json").write_text(json.dumps(vars(built.manifest)))
    (folder.parent / "current").symlink_to(folder)
    app = create_app(Settings(releases=folder.parent))
    app.config["PROPAGATE_EXCEPTIONS"] = True
    return app.test_client()


def is_our_own(script):
    """Whether a script element is data, or a file of ours (which the site's policy alone runs)."""
    if "src" in script:
        return script["type"] == "module" and script["src"].startswith("/static/")
    return script.get("type") == "application/ld+json"


@pytest.mark.parametrize("path", PAGES)
def test_nothing_that_is_planted_runs(hostile, read_page, path):
    answer = hostile.get(path, headers=HTML)
    assert answer.status_code == 200
    page = read_page(answer.text)
    tags = {tag for tag, _ in page.elements}
    assert not {"img", "iframe", "object"} & tags
    scripts = [attributes for tag, attributes in page.elements if tag == "script"]
    assert all(is_our_own(script) for script in scripts)
    named = [name for _, found in page.elements for name in found]
    assert not [name for name in named if name.startswith("on")]
    links = page.attributes("href") + page.attributes("action")
    assert not [link for link in links if not link.startswith(("/", "#", "http://", "https://"))]


@pytest.mark.parametrize(
    "path", [f"/{NODE}", "/act/hostile", "/source/hostile", "/parties", "/acts"]
)
def test_what_is_planted_is_shown_as_text(hostile, read_page, path):
    page = read_page(hostile.get(path, headers=HTML).text)
    assert any(word in page.text for word in WORDS)
    assert "49{% raw" not in page.text


def test_every_planted_text_and_address_is_on_the_page_of_its_resource(hostile, read_page):
    page = read_page(hostile.get(f"/{NODE}", headers=HTML).text)
    for word in (*WORDS, "javascript:alert(1)", "data:text/html,x"):
        assert word in page.text


def test_the_description_for_search_engines_ends_where_it_ends(hostile, read_page):
    text = hostile.get(f"/{NODE}", headers=HTML).text
    begin = text.index('<script type="application/ld+json">') + len(
        '<script type="application/ld+json">'
    )
    described = json.loads(text[begin : text.index("</script>", begin)])
    assert CLOSING in described["alternateName"]


def test_a_table_as_csv_keeps_planted_texts_in_their_cells(hostile):
    rows = list(csv.reader(io.StringIO(hostile.get("/parties.csv").text)))
    assert [len(row) for row in rows] == [len(rows[0])] * 2
    assert rows[1][-1] == names.BASE + NODE


@pytest.mark.parametrize("value", [*WORDS, "javascript:alert(1)", "\x00", "é" * 3000])
@pytest.mark.parametrize(
    "path",
    ["/search?q=", "/parties?q=", "/parties?sort=", "/acts?kind=", "/acts?page=", "/acts?lang=",
     "/party/serbia?in=", "/party/serbia?lang=", "/party/serbia?acts=", "/party/serbia?page="],
)  # fmt: skip
def test_a_planted_parameter_is_shown_as_text_or_ignored(client, read_page, path, value):
    address, _, name = path.rstrip("=").partition("?")
    answer = client.get(address, query_string={name: value}, headers=HTML)
    assert answer.status_code == 200
    page = read_page(answer.text)
    assert "img" not in {tag for tag, _ in page.elements}
    assert all(is_our_own(script) for tag, script in page.elements if tag == "script")
    assert not [link for link in page.attributes("href") if link.startswith("javascript:")]
