"""Stored queries as addresses: formats, parameters, and values that try to be more than data."""

import csv
import io
import json
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from selenograph.graph import names, query

STORED = query.stored()
FORMATS = {
    "html": "text/html",
    "json": "application/sparql-results+json",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "xml": "application/sparql-results+xml",
}
XMLNS = "{http://www.w3.org/2005/sparql-results#}"
IRIS = [
    (stored.name, parameter.name)
    for stored in STORED.values()
    for parameter in stored.parameters
    if parameter.kind == "iri"
]
BREAKING_OUT = [
    "urn:x> ) } ?s ?p ?o #",
    "urn:x>) (<urn:y",
    "> } ; DROP ALL #",
    "urn:x\n} #",
    'urn:x"',
    "urn:x{}",
    "urn:x|y",
    "urn:x^y",
    "urn:x`y",
    "urn:x\\u003E",
    "urn:x\u2028y z",
    "<urn:x>",
    "UNDEF UNDEF) (UNDEF",
    "party/serbia> <party/belarus",
]


def rows(answer):
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.text, newline="")))


def refused(answer, status=400):
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    return answer.json["detail"]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", STORED)
def test_every_question_is_answered_in_every_format(client, name, form):
    by_suffix = client.get(f"/query/{name}.{form}")
    assert (by_suffix.status_code, by_suffix.mimetype) == (200, FORMATS[form])
    by_parameter = client.get(f"/query/{name}", query_string={"format": form})
    by_header = client.get(f"/query/{name}", headers={"Accept": FORMATS[form]})
    assert by_suffix.data == by_header.data
    assert by_parameter.mimetype == FORMATS[form]


@pytest.mark.parametrize("name", STORED)
def test_every_format_holds_the_same_rows(client, read_page, name):
    table = rows(client.get(f"/query/{name}.csv"))
    found = client.get(f"/query/{name}.json").json
    columns = found["head"]["vars"]
    assert table[0] == columns
    assert table[1:] == [
        [row[key]["value"] if key in row else "" for key in columns]
        for row in found["results"]["bindings"]
    ]
    root = ElementTree.fromstring(client.get(f"/query/{name}.xml").data)
    bindings = [
        {binding.get("name"): binding[0].text for binding in result}
        for result in root.iter(f"{XMLNS}result")
    ]
    assert table[1:] == [[row.get(key) or "" for key in columns] for row in bindings]
    lines = client.get(f"/query/{name}.tsv").text.splitlines()
    assert lines[0].split("\t") == [f"?{key}" for key in columns]
    assert len(lines) == len(table)
    page = read_page(client.get(f"/query/{name}.html").text)
    assert page.tables[0][0] == columns
    assert len(page.tables[0]) == len(table)


@pytest.mark.parametrize("name", STORED)
def test_the_page_shows_question_text_and_parameters(client, read_page, name):
    stored = STORED[name]
    page = read_page(client.get(f"/query/{name}.html").text)
    assert stored.summary in page.text
    assert stored.text in page.text
    boxes = {found["name"]: found["value"] for tag, found in page.elements if tag == "input"}
    assert boxes == {parameter.name: parameter.shown for parameter in stored.parameters}
    for parameter in stored.parameters:
        assert parameter.description in page.text


@pytest.mark.parametrize("name", STORED)
def test_the_form_of_a_page_sent_as_it_stands_gives_the_same_answer(client, read_page, name):
    page = read_page(client.get(f"/query/{name}.html").text)
    boxes = {found["name"]: found["value"] for tag, found in page.elements if tag == "input"}
    again = client.get(f"/query/{name}.csv", query_string=boxes)
    assert again.data == client.get(f"/query/{name}.csv").data


def test_the_page_of_an_answer_with_values_keeps_them_and_links_to_the_same_as_data(
    client, read_page
):
    day = {"on": "2023-12-31"}
    page = read_page(client.get("/query/participants.html", query_string=day).text)
    boxes = {found["name"]: found["value"] for tag, found in page.elements if tag == "input"}
    assert boxes == {"programme": "programme/ilrs", "on": "2023-12-31"}
    addresses = [a for a in page.attributes("href", "a") if a.startswith("/query/participants.")]
    assert sorted(urlsplit(address).path for address in addresses) == [
        f"/query/participants.{form}" for form in ("csv", "json", "tsv", "xml")
    ]
    table = next(rows(client.get(a)) for a in addresses if ".csv" in a)
    assert len(table) == len(page.tables[0])
    assert table == rows(client.get("/query/participants.csv", query_string=day))


def test_the_page_of_an_answer_tells_how_to_cite_it_with_its_values(client, read_page, built):
    page = read_page(client.get("/query/participants.html?on=2023-10-31").text)
    (link,) = (href for href in page.attributes("href", "a") if href.startswith("/cite/")
               and ".bib" in href)  # fmt: skip
    told = client.get(link).text
    assert f"/release/{built.manifest.release[:12]}/query/participants?on=2023-10-31" in told


def test_the_list_of_questions_names_each(client, read_page):
    page = read_page(client.get("/query/").text)
    links = page.attributes("href", "a")
    for name, stored in STORED.items():
        assert f"/query/{name}" in links
        assert stored.summary in page.text
    assert client.get("/query").status_code == 308


# Parameters


def test_an_iri_is_taken_in_full_and_as_a_path(client):
    by_path, in_full = (
        client.get("/query/acts-of-party.csv", query_string={"party": value})
        for value in ("party/belarus", names.BASE + "party/belarus")
    )
    assert rows(by_path) == rows(in_full)
    assert len(rows(by_path)) > 1
    assert by_path.data != client.get("/query/acts-of-party.csv").data


def test_a_day_changes_the_answer(client):
    def parties(day):
        answer = client.get("/query/participants.csv", query_string={"on": day})
        return {row[1] for row in rows(answer)[1:]}

    assert "Serbia" not in parties("2024-04-30")
    assert "Serbia" in parties("2024-05-31")
    assert parties("2023-01-01") < parties("2024-06-01")


def test_a_parameter_not_given_keeps_its_example(client):
    answers = [
        client.get("/query/participants.csv", query_string=given).data
        for given in ({}, {"on": "2024-06-01"}, {"programme": "programme/ilrs"})
    ]
    assert len(set(answers)) == 1


def test_an_open_parameter_may_be_left_empty_or_be_given(client):
    open_, empty = (
        client.get("/query/disagreements.csv", query_string=given).data
        for given in ({}, {"about": "", "property": ""})
    )
    assert open_ == empty
    one = client.get("/query/disagreements.csv", query_string={"about": "party/nobody"})
    assert len(rows(one)) == 1


def test_a_resource_that_is_not_there_has_an_answer_without_rows(client):
    answer = client.get("/query/who-says.csv?resource=act/nothing")
    assert rows(answer) == [["property", "value", "source", "published"]]


@pytest.mark.parametrize("form", [*FORMATS, ""])
def test_an_unknown_parameter_is_400_and_named_with_those_that_there_are(client, form):
    address = f"/query/participants.{form}" if form else "/query/participants"
    detail = refused(client.get(address, query_string={"day": "2024-06-01"}))
    assert detail == (
        "Parameter day of the query participants: it is not known. The query takes programme, on."
    )


@pytest.mark.parametrize("name", [name for name, stored in STORED.items() if not stored.parameters])
def test_a_question_without_parameters_says_so(client, name):
    detail = refused(client.get(f"/query/{name}", query_string={"x": "1"}))
    assert detail == f"Parameter x of the query {name}: it is not known. The query takes none."


@pytest.mark.parametrize(
    "unknown", ["_external", "_anchor", "_scheme", "name", "form", "self", "?"]
)
def test_a_parameter_that_means_something_to_the_server_is_unknown_all_the_same(client, unknown):
    detail = refused(client.get("/query/participants.html", query_string={unknown: "x"}))
    assert detail.startswith(f"Parameter {unknown} of the query participants: it is not known.")


@pytest.mark.parametrize(
    "value",
    [
        "never",
        "",
        "2024-06",
        "2024",
        "2024-02-30",
        "2024-06-01/2024-06-03",
        "2024-06-01~",
        "../2024-06-01",
        '2024-06-01"^^xsd:date) } #',
        '2024-06-01" . ?s ?p ?o . "',
        "2024-06-01\\",
        "2024-06-01\n}",
        "NOW()",
        "UNDEF",
        "?x",
    ],
)
def test_a_wrong_day_is_400_and_names_the_parameter(client, value):
    answer = client.get("/query/participants.csv", query_string={"on": value})
    detail = refused(answer)
    assert detail.startswith("Parameter on of the query participants: ")
    assert f'"{value}"' in detail


@pytest.mark.parametrize("value", ["2024-06-01 ", "2024-06-01\n", "2024-06-01T00:00:00"])
def test_a_day_with_more_around_it_is_that_day_or_400(client, value):
    answer = client.get("/query/participants.csv", query_string={"on": value})
    if answer.status_code == 200:
        assert answer.data == client.get("/query/participants.csv?on=2024-06-01").data
    else:
        refused(answer)


@pytest.mark.parametrize("value", BREAKING_OUT)
@pytest.mark.parametrize(("name", "parameter"), IRIS)
def test_an_iri_cannot_break_out_of_its_place(client, name, parameter, value):
    answer = client.get(f"/query/{name}.csv", query_string={parameter: value})
    detail = refused(answer)
    assert detail.startswith(f"Parameter {parameter} of the query {name}: ")
    assert f'"{value}"' in detail


@pytest.mark.parametrize(("name", "parameter"), IRIS)
def test_an_empty_value_is_400_unless_the_parameter_is_open(client, name, parameter):
    answer = client.get(f"/query/{name}.csv", query_string={parameter: ""})
    if next(p for p in STORED[name].parameters if p.name == parameter).example == "UNDEF":
        assert rows(answer) == rows(client.get(f"/query/{name}.csv"))
    else:
        assert refused(answer).startswith(f"Parameter {parameter} of the query {name}: ")


@pytest.mark.parametrize(
    "value",
    [
        "?s",
        "UNDEF)",
        "urn:x)",
        "urn:x)%20}",
        "urn:x'",
        "urn:x;y,z",
        "urn:x?y=1&z=2#w",
        "http://example.org/é",
        "urn:SERVICE",
        "party/é",
        "party/VALUES(?x)",
        "\\1",
        "\\g<0>",
        "party/(a)",
    ],
)
def test_an_odd_iri_is_data_or_400(client, value):
    answer = client.get("/query/who-says.csv", query_string={"resource": value})
    if answer.status_code == 200:
        assert rows(answer) == [["property", "value", "source", "published"]]
    else:
        assert refused(answer).startswith("Parameter resource of the query who-says: ")


@pytest.mark.parametrize(
    "value", ["http://[", "http://a:b:c/", "urn:%", "urn:x[", "urn:x\x00", "urn:x\x7f"]
)
def test_an_iri_that_the_engine_refuses_is_400_and_names_the_parameter(client, value):
    answer = client.get("/query/who-says.csv", query_string={"resource": value})
    assert refused(answer).startswith("Parameter resource of the query who-says: ")


def test_nothing_dials_out_for_a_parameter(client, listener):
    address = f"{listener.address}> }} SERVICE <{listener.address}> {{ ?s ?p ?o"
    for name, parameter in IRIS:
        for value in (address, listener.address):
            client.get(f"/query/{name}.csv", query_string={parameter: value})
    assert listener.calls == []


# What there is not


@pytest.mark.parametrize("accept", ["", "text/html"])
@pytest.mark.parametrize("name", ["nothing", "participants.pdf", "Participants", "-", "é", "<x>"])
def test_an_unknown_question_is_404_and_lists_those_there_are(client, read_page, name, accept):
    answer = client.get(f"/query/{name}", headers={"Accept": accept})
    assert answer.status_code == 404
    detail = read_page(answer.text).text if accept else answer.json["detail"]
    assert f"There is no stored query {name}. There are: {', '.join(STORED)}." in detail


@pytest.mark.parametrize("suffix", [".json", ".html"])
def test_an_unknown_question_with_a_suffix_is_404(client, suffix):
    assert client.get(f"/query/nothing{suffix}").status_code == 404


def test_json_is_utf_8_and_keeps_every_character(client):
    text = json.loads(client.get("/query/sources.json").data.decode("utf-8"))
    titles = {row["title"]["value"] for row in text["results"]["bindings"]}
    assert "Serbia becomes latest country to join China’s ILRS moon base project" in titles
