"""Linked data: every IRI of ours answers, for people and for machines, with the same content."""

import http.client
import json
from urllib.parse import quote, unquote, urlsplit

import pytest

from selenograph.graph import names

FORMATS = {
    "ttl": ("text/turtle", "turtle"),
    "nt": ("application/n-triples", "nt"),
    "jsonld": ("application/ld+json", "json-ld"),
    "rdf": ("application/rdf+xml", "xml"),
}
SERBIA = "act/ilrs/serbia/signature"
SOURCE = "source/2024-05-spacenews-serbia-ilrs"
SAMPLE = [
    SERBIA,
    SOURCE,
    "party/serbia",
    "agreement/ilrs/serbia",
    "participation/ilrs/serbia/party",
    "person/xi-jinping",
    "standing/party",
    "scheme/standing",
    "ontology/",
    "ontology/Signature",
    "shape/Act",
    "graph/record",
]
HOSTILE = [
    "a b",
    "a  ",
    'a"b',
    "a'b",
    "<script>alert(1)</script>",
    "a>b",
    "{a}",
    "a|b",
    "a^b",
    "a`b",
    "a\\b",
    "é",
    "月",
    "🌙",
    "..",
    "../party/serbia",
    "party/../party/serbia",
    "party//serbia",
    "party/./serbia",
    "party/serbia/",
    "PARTY/SERBIA",
    "party/serbia#x",
    "party/serbia?x",
    "a:b",
    "http://example.org/",
    "https://w3id.org/selenograph/party/serbia",
    "%",
    "%41",
    "%zz",
    "[",
    "a[b]",
    "\x00",
    "\n",
    "\r\nX: y",
    "\t",
    "\x01",
    "\x7f",
    "\u00a0",
    "\u202e",
    "\ufffe",
    ".ttl",
    "..ttl",
    "x" * 5000,
    "party/" * 500,
    "party/serbia.ttl.ttl",
]


def get(client, path, accept="", **more):
    return client.get(f"/{quote(path)}", headers={"Accept": accept}, **more)


@pytest.mark.parametrize("accept", ["text/html", "text/turtle"])
def test_every_iri_of_the_release_answers(client, paths, accept):
    answers = {path: get(client, path, accept) for path in paths}
    assert len(answers) > 600
    wrong = [path for path, a in answers.items() if (a.status_code, a.mimetype) != (200, accept)]
    assert wrong == []


def test_every_iri_of_the_release_answers_in_a_form_that_its_parser_reads(
    client, paths, read_graph
):
    # A machine's description names the resource somewhere; graphs are names of what they hold.
    silent = [
        path
        for path in paths
        if path.partition("/")[0] not in ("graph", "shape")
        and not any(
            str(term) == names.BASE + path
            for triple in read_graph(get(client, path, "application/n-triples").data, "nt")
            for term in triple
        )
    ]
    assert silent == []


def test_every_page_is_well_formed_and_every_link_of_ours_leads_somewhere(client, paths, read_page):
    answers = {path: get(client, path, "text/html") for path in paths}
    pages = {path: read_page(a.text) for path, a in answers.items() if a.status_code == 200}
    links = {href for page in pages.values() for href in page.attributes("href")}
    assert {href for href in links if not href.startswith(("/", "#", "http"))} == set()
    endings = tuple(f".{suffix}" for suffix in FORMATS)
    local = {href for href in links if href.startswith("/") and not href.endswith(endings)}
    headers = {"Accept": "text/html"}
    targets = {href.partition("#")[0] for href in local}
    dead = {h for h in targets if client.get(h, headers=headers, buffered=True).status_code != 200}
    assert dead == set()
    lost = {
        href
        for href in local
        for path, _, anchor in [unquote(href).removeprefix("/").partition("#")]
        if anchor and path in pages and anchor not in pages[path].ids
    }
    assert lost == set()


@pytest.mark.parametrize("path", SAMPLE)
def test_all_formats_hold_the_same_triples(client, read_graph, path):
    graphs = [
        read_graph(get(client, f"{path}.{suffix}").data, form)
        for suffix, (_, form) in FORMATS.items()
    ]
    assert graphs[0]
    assert [graph == graphs[0] for graph in graphs] == [True] * 4


@pytest.mark.parametrize("path", SAMPLE)
@pytest.mark.parametrize("suffix", FORMATS)
def test_a_suffix_gives_the_same_as_the_header(client, path, suffix):
    media, _ = FORMATS[suffix]
    by_suffix, by_header = get(client, f"{path}.{suffix}"), get(client, path, media)
    assert (by_suffix.status_code, by_suffix.mimetype) == (200, media)
    assert by_suffix.data == by_header.data
    assert by_suffix.content_type == by_header.content_type


@pytest.mark.parametrize("path", [path for path in SAMPLE if path != "graph/record"])
def test_the_suffix_html_gives_the_page(client, path):
    page = get(client, f"{path}.html", "text/turtle")
    assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")
    assert page.data == get(client, path, "text/html").data


@pytest.mark.parametrize("path", [SERBIA, f"{SERBIA}.ttl", f"{SERBIA}.html", "party/nobody"])
@pytest.mark.parametrize("accept", ["", "text/html", "text/turtle"])
def test_every_answer_varies_with_accept(client, path, accept):
    assert "Accept" in get(client, path, accept).vary


def test_head_answers_like_get_without_the_body(client):
    head, page = client.head(f"/{SERBIA}"), client.get(f"/{SERBIA}")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == page.headers["Content-Length"]


def test_a_machine_gets_statements_of_it_about_it_and_labels(client, read_graph):
    triples = read_graph(get(client, "party/serbia.nt").data, "nt")
    subjects = {str(subject) for subject, _, _ in triples}
    values = {str(value) for _, _, value in triples}
    assert names.BASE + "party/serbia" in subjects & values
    assert names.BASE + SERBIA in subjects
    assert "state" in {str(v) for s, _, v in triples if str(s) == names.BASE + "ontology/State"}


def test_a_source_as_turtle_holds_its_whole_graph(client, store, read_graph):
    testimony = {
        str(quad.triple)
        for quad in store
        if getattr(quad.graph_name, "value", "") == names.BASE + SOURCE
    }
    lines = get(client, f"{SOURCE}.nt").text.splitlines()
    assert testimony <= {line.removesuffix(" .") for line in lines}
    assert len(testimony) > 500


@pytest.mark.parametrize("accept", ["application/n-triples", "text/turtle", "application/ld+json"])
def test_the_same_request_gives_the_same_bytes(client, accept):
    assert len({get(client, SOURCE, accept).data for _ in range(3)}) == 1


@pytest.mark.parametrize(
    "path", ["party/nobody", "nothing", "ontology", "act/", "party/serbia.zip", "shape/x.ttl"]
)
def test_an_unknown_resource_is_404_and_named_for_people_and_machines(client, read_page, path):
    named = names.BASE + path.removesuffix(".ttl")
    if not path.endswith(".ttl"):
        page = get(client, path, "text/html")
        assert (page.status_code, page.mimetype) == (404, "text/html")
        found = read_page(page.text)
        assert named in found.text
        assert "Find it by name" in found.text
        assert "/search" in found.attributes("action", "form")
    problem = get(client, path, "text/turtle, application/n-triples;q=0.5")
    assert (problem.status_code, problem.mimetype) == (404, "application/problem+json")
    assert problem.json == {
        "title": "Not Found",
        "status": 404,
        "detail": f"Nothing is said of {named}. Look for it by name on the home page.",
    }


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: ascii(path)[:30])
@pytest.mark.parametrize("accept", ["text/html", "text/turtle"])
def test_a_hostile_path_is_404(client, read_page, path, accept):
    answer = get(client, path, accept)
    assert answer.status_code == 404
    if accept == "text/html":
        page = read_page(answer.text)
        assert "script" not in {tag for tag, _ in page.elements}
    else:
        assert answer.json["status"] == 404


@pytest.mark.parametrize(
    "path",
    [
        "/%ff",
        "/%C0%AE%C0%AE/etc/passwd",
        "/..%2f..%2fetc/passwd",
        "/../../etc/passwd",
        "//example.org/",
        "/%2Fexample.org/",
        "/static/../pages.py",
        "/static/..%2fpages.py",
        "/static/%2e%2e/pages.py",
        "/static//etc/passwd",
        "/dump.nq/../../manifest.json",
    ],
)
def test_a_hostile_request_line_is_404_from_a_real_server(live, path):
    connection = http.client.HTTPConnection(urlsplit(live).netloc)
    connection.request("GET", path)
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Location")) == (404, None)
    connection.close()


# Pages for people


@pytest.fixture(scope="module")
def signature(client, read_page):
    return read_page(get(client, SERBIA, "text/html").text)


def facts(page):
    """Return the rows of all tables of facts by property, without blanks around their words."""
    found = {}
    for table in page.tables:
        if table[0][:2] == ["Property", "Value"]:
            for row in table[1:]:
                cells = [" ".join(cell.split()) for cell in row]
                found.setdefault(cells[0], cells[1:])
    return found


def test_the_page_of_an_act_shows_sources_and_support_beside_facts(signature):
    found = facts(signature)
    for name, value in {"date": "2024-05", "party": "Serbia", "ordinal": "11"}.items():
        shown, says = found[name]
        assert shown == value
        assert says.startswith("SpaceNews, 2024-05 paragraph 2")
        assert says.endswith("single source")
    assert f"/{SOURCE}" in signature.attributes("href", "a")


def test_the_page_of_an_act_tells_what_was_worked_out(signature):
    found = facts(signature)
    assert found["earliest"] == ["2024-05-01", "worked out by the record"]
    assert found["latest"] == ["2024-05-31", "worked out by the record"]


@pytest.mark.parametrize(
    "path", ["party/serbia", "programme/ilrs", SOURCE, "ontology/Act", "region/europe", SERBIA]
)
def test_no_text_of_a_page_is_an_iri_but_that_of_its_resource(client, read_page, path):
    page = read_page(get(client, path, "text/html").text)
    pieces = {piece.strip() for piece in page.pieces}
    assert {p for p in pieces if p.startswith("http")} == {names.BASE + path}


def test_the_page_of_an_act_links_to_the_words_that_support_it(signature):
    links = [a for a in signature.attributes("href", "a") if "#:~:text=" in a]
    assert links
    address = "https://spacenews.com/serbia-becomes-latest-country-to-join-chinas-ilrs"
    for link in links:
        page, _, words = link.partition("#:~:text=")
        assert page.startswith(address)
        # Start and end are parted by a comma; a hyphen or a blank would mean something else.
        assert 1 <= len(words.split(",")) <= 2
        ends = [quote(unquote(end), safe="").replace("-", "%2D") for end in words.split(",")]
        assert ",".join(ends) == words


def test_the_words_linked_to_are_those_of_the_graph(client, store, signature):
    text = f"""SELECT ?start ?end {{ ?passage sg:supports <{SERBIA}> ; sg:textStart ?start
        OPTIONAL {{ ?passage sg:textEnd ?end }} }}"""
    answer = client.get("/sparql", query_string={"query": text, "format": "json"})
    expected = {
        ",".join(row[name]["value"] for name in ("start", "end") if name in row)
        for row in answer.json["results"]["bindings"]
    }
    links = [a for a in signature.attributes("href", "a") if "#:~:text=" in a]
    assert {unquote(link.partition("#:~:text=")[2]) for link in links} == expected


def test_the_page_names_the_iri_and_the_other_formats(signature):
    assert names.BASE + SERBIA in signature.text
    alternates = {
        found["type"]: found["href"]
        for tag, found in signature.elements
        if tag == "link" and found.get("rel") == "alternate"
    }
    assert alternates == {media: f"/{SERBIA}.{end}" for end, (media, _) in FORMATS.items()}


def test_the_page_of_a_party_tells_what_it_did_and_what_mentions_it(client, read_page):
    page = read_page(get(client, "party/serbia", "text/html").text)
    assert f"/{SERBIA}" in page.attributes("href", "a")
    assert {"standings", "acts", "incoming"} <= set(page.ids)
    # The passage is one click away from the party.
    assert [a for a in page.attributes("href", "a") if "#:~:text=" in a]
    told = client.get("/query/acts-of-party.csv?party=party/serbia").text
    assert "/query/acts-of-party.csv?party=party/serbia" in page.attributes("href", "a")
    assert f"{names.BASE}{SERBIA}" in told


def test_mentions_by_one_property_are_shown_in_full(client, read_page):
    few = read_page(get(client, "programme/ilrs", "text/html").text)
    (link,) = (a for a in few.attributes("href", "a") if "in=sg%3Aprogramme" in a)
    whole = read_page(client.get(link, headers={"Accept": "text/html"}).text)
    assert len(whole.attributes("href", "a")) > len(few.attributes("href", "a")) - 20
    assert "All properties" in whole.text


def test_the_page_of_a_programme_compares_its_participants(client, read_page):
    page = read_page(get(client, "programme/ilrs", "text/html").text)
    (table,) = (t for t in page.tables if t[0][0] == "Party")
    assert table[0] == ["Party", "Standing", "Since", "Region", "Also in", "Support"]
    assert ["Serbia", "party", "2024-05", "Europe"] in [row[:4] for row in table]
    assert "States by region" in page.text
    links = page.attributes("href", "a")
    assert any(
        link.startswith("/query/participants.csv?programme=programme/ilrs") for link in links
    )


@pytest.mark.parametrize(
    ("header", "query", "name"),
    [
        ("", "", "Serbia"),
        ("fr", "", "Serbie"),
        ("de, ru;q=0.5", "", "Сербия"),
        ("de", "", "Serbia"),
        ("fr", "?lang=zh", "塞尔维亚"),
        ("fr", "?lang=xx", "Serbie"),
        ("zh-CN", "", "塞尔维亚"),
        ("x" * 5000, "", "Serbia"),
    ],
)
def test_a_state_goes_by_its_name_in_the_language_of_the_reader(
    client, read_page, header, query, name
):
    headers = {"Accept": "text/html", "Accept-Language": header}
    answer = client.get(f"/party/serbia{query}", headers=headers)
    page = read_page(answer.text)
    heading = answer.text.partition("<h1")[2].partition("</h1>")[0]
    assert heading.endswith(f">{name}")
    assert "Accept-Language" in answer.vary
    assert "/party/serbia?lang=ar" in page.attributes("href", "a")


def test_a_name_in_arabic_is_marked_as_such(client):
    page = client.get("/party/serbia?lang=ar", headers={"Accept": "text/html"}).text
    assert '<h1 lang="ar" dir="rtl">صربيا</h1>' in page


def test_search_engines_read_the_same_resource(client):
    text = get(client, SERBIA, "text/html").text
    found = text.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    described = json.loads(found)
    assert (described["@id"], described["@type"]) == (names.BASE + SERBIA, "Event")


def test_the_page_tells_how_to_cite_it(signature, built):
    cited = "Selenograph, “Serbia joins the ILRS”, release " + built.manifest.release[:12]
    assert cited in signature.text


def test_the_page_of_a_source_shows_all_its_statements(client, store, read_page):
    held = {q for q in store if getattr(q.graph_name, "value", "") == names.BASE + SOURCE}
    rows, address = [], f"/{SOURCE}"
    while address:
        page = read_page(client.get(address, headers={"Accept": "text/html"}).text)
        (table,) = (t for t in page.tables if t[0] == ["Of", "Property", "Value"])
        rows += table[1:]
        nexts = [
            a["href"] for _, a in page.elements if a.get("rel") == "next" and "said=" in a["href"]
        ]
        address = nexts[0] if nexts else ""
    assert len(rows) == len(held)
    pairs = [row[-2:] for row in rows]
    assert ["date", "2024-05"] in pairs
    assert ["party", "Serbia"] in pairs


def test_the_page_of_the_ontology_lists_every_class_and_property(client, corpus, read_page):
    page = read_page(get(client, "ontology/", "text/html").text)
    listed = {href for href in page.attributes("href", "a") if href.startswith("/ontology/")}
    assert {f"/{names.path(str(term))}" for term in corpus.terms} <= listed


def test_the_page_of_the_ontology_tells_what_each_term_means_and_links(client, read_page):
    page = read_page(get(client, "ontology/", "text/html").text)
    assert {"Signature", "date", "diagram", "box-Act", "schemes"} <= set(page.ids)
    assert "tells when" in page.text


@pytest.fixture
def part(client, read_page):
    """Give a part of the documentation of the ontology."""

    def one(name):
        answer = client.get(
            "/ontology/", query_string={"part": name}, headers={"Accept": "text/html"}
        )
        return read_page(answer.text)

    return one


@pytest.mark.parametrize(
    ("name", "anchors", "telling"),
    [
        ("classes", {"Act", "Signature"}, ("In the record", "Example", "Part of")),
        ("object-properties", {"party", "signedBy"}, ("In the record", "Example", "Values")),
        ("datatype-properties", {"date"}, ("What the shapes demand of it", "Example")),
        ("schemes", set(), ("signatory", "having signed")),
        ("shapes", set(), ("violation", "warning", "An act has one sg:date")),
    ],
)
def test_a_part_of_the_ontology_tells_all_of_its_terms(part, name, anchors, telling):
    page = part(name)
    assert anchors <= set(page.ids)
    assert [words for words in telling if words not in page.text] == []


def test_each_term_stands_in_one_part_of_the_ontology(part, corpus):
    parts = ["classes", "object-properties", "datatype-properties", "annotation-properties"]
    ids = [one for name in (*parts, "properties-of-any-value") for one in part(name).ids]
    terms = {str(term).removeprefix(names.SG) for term in corpus.terms} - {""}
    assert {term: ids.count(term) for term in terms} == dict.fromkeys(terms, 1)


def test_a_part_of_the_ontology_that_is_not_there_is_the_whole_at_a_glance(part):
    assert part("<nothing>").ids == part("").ids


def test_a_term_has_a_page_with_its_definition_its_use_and_its_shapes(client, read_page):
    page = read_page(get(client, "ontology/Act", "text/html").text)
    assert facts(page)["definition"][0]
    assert "uses in the record" in page.text
    assert "What the shapes demand" in page.text
    assert "/ontology/#Act" in page.attributes("href", "a")
