"""The OpenAPI document: valid, complete, and true."""

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from selenograph.graph import query

STORED = query.stored()


@pytest.fixture(scope="module")
def document(client):
    answer = client.get("/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    return answer.json


def test_the_document_follows_the_specification(document):
    assert [str(error) for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_every_stored_query_is_described_with_its_parameters(document):
    paths = {path.removeprefix("/query/"): told for path, told in document["paths"].items()}
    assert paths.keys() - {"/sparql", "/changes"} == STORED.keys()
    for name, stored in STORED.items():
        told = paths[name]["get"]
        assert told["summary"] == stored.summary
        assert [p["name"] for p in told["parameters"]] == [
            *(parameter.name for parameter in stored.parameters),
            "format",
        ]


@pytest.mark.parametrize("name", STORED)
def test_the_values_of_the_document_give_the_answer_of_the_examples(client, document, name):
    parameters = document["paths"][f"/query/{name}"]["get"]["parameters"]
    values = {p["name"]: p["schema"].get("default", "") for p in parameters}
    values.pop("format")
    answer = client.get(f"/query/{name}", query_string=values, headers={"Accept": "text/csv"})
    assert answer.status_code == 200
    assert answer.data == client.get(f"/query/{name}.csv").data


def test_every_format_of_the_document_is_given(client, document):
    told = document["paths"]["/query/sources"]["get"]
    for media in told["responses"]["200"]["content"]:
        answer = client.get("/query/sources", query_string={"format": media})
        assert (answer.status_code, answer.mimetype) == (200, media)
    for form in told["parameters"][-1]["schema"]["enum"]:
        assert client.get(f"/query/sources?format={form}").status_code == 200


def test_the_document_names_the_server_that_sent_it(document):
    assert document["servers"] == [{"url": "http://localhost"}]


def test_programs_get_the_list_of_questions_as_json(client):
    answer = client.get("/query/", headers={"Accept": "application/json"})
    assert [told["name"] for told in answer.json] == list(STORED)
    party = next(told for told in answer.json if told["name"] == "acts-of-party")
    assert party["parameters"] == [
        {
            "name": "party",
            "type": "iri",
            "about": "the party",
            "example": "party/serbia",
            "open": False,
        }
    ]


def test_the_text_of_a_question_holds_the_values_given(client):
    answer = client.get("/query/acts-of-party.rq?party=party/belarus")
    assert (answer.status_code, answer.mimetype) == (200, "application/sparql-query")
    same = client.get("/sparql", query_string={"query": answer.text, "format": "csv"})
    assert same.data == client.get("/query/acts-of-party.csv?party=party/belarus").data
    assert client.get("/query/acts-of-party.rq").text == STORED["acts-of-party"].text
    assert client.get("/query/acts-of-party.rq?party=%3E").status_code == 400
    assert client.get("/query/acts-of-party.rq?nobody=x").status_code == 400
