"""The reconciliation service answers the examples of its specification as its schemas want.

Both are those of the W3C's community group, for version 0.2 and for the draft of 1.0.
"""

import json

import pytest
from jsonschema import Draft7Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7

from tests.w3c import required

SPECIFIED = required("reconciliation")
VERSIONS = ("0.2", "1.0-draft")
ACT = "act/ilrs/belarus/signature"
EXTENSION = {
    "ids": ["party/serbia", "party/nobody", ACT],
    "properties": [
        {"id": "isoAlpha2"},
        {"id": "skos:exactMatch"},
        {"id": "skos:prefLabel", "settings": {"limit": "1"}},
        {"id": "region"},
        {"id": "date"},
        {"id": "ordinal"},
        {"id": "noSuch"},
    ],
}
PROPERTIES = [{"pid": "isoAlpha3", "v": "SRB"}]
BATCHES = {
    "0.2": {
        "q0": {"query": "Serbia", "type": "State", "limit": 3, "properties": PROPERTIES},
        "q1": {"query": "Сербия", "type_strict": "should", "type": "Organization"},
        "q2": {"query": "nothing that there is"},
    },
    "1.0-draft": {
        "queries": [
            {"conditions": [{"matchType": "name", "propertyValue": "Serbia"}], "type": "State"},
            {"conditions": [{"matchType": "id", "propertyValue": "party/serbia"}]},
        ]
    },
}


def examples(version, kind):
    return sorted((SPECIFIED / version / "examples" / kind / "valid").glob("*.json"))


@pytest.fixture(scope="module", params=VERSIONS)
def version(request):
    return request.param


@pytest.fixture(scope="module")
def valid(version):
    """Give the function that asserts that an answer is one by its schema."""
    schemas = {
        path.stem: json.loads(path.read_text())
        for path in (SPECIFIED / version / "schemas").glob("*.json")
    }
    registry = Registry().with_resources(
        (schema["$id"], DRAFT7.create_resource(schema)) for schema in schemas.values()
    )

    def check(answer, name):
        assert answer.status_code == 200
        Draft7Validator(schemas[name], registry=registry).validate(answer.json)

    return check


@pytest.fixture(scope="module")
def ask(client, version):
    """Give the function that asks for matches or values as a version does."""

    def send(what, body):
        if version == "0.2":
            form = {"queries" if what == "match" else "extend": json.dumps(body)}
            return client.post("/reconcile", data=form)
        return client.post(f"/reconcile/{what}", json=body)

    return send


def test_the_manifest_of_version_0_2_is_one(client):
    path = SPECIFIED / "0.2" / "schemas"
    schemas = [json.loads(one.read_text()) for one in path.glob("*.json")]
    registry = Registry().with_resources((s["$id"], DRAFT7.create_resource(s)) for s in schemas)
    manifest = json.loads((path / "manifest.json").read_text())
    Draft7Validator(manifest, registry=registry).validate(client.get("/reconcile").json)


def test_matches_are_as_the_schema_wants(ask, valid, version):
    answer = ask("match", BATCHES[version])
    valid(answer, "reconciliation-result-batch")
    assert "party/serbia" in answer.text


def test_the_examples_of_queries_are_answered(ask, valid, version):
    batches = examples(version, "reconciliation-query-batch")
    assert len(batches) > 3
    for path in batches:
        valid(ask("match", json.loads(path.read_text())), "reconciliation-result-batch")


def test_values_are_as_the_schema_wants(ask, valid):
    answer = ask("extend", EXTENSION)
    valid(answer, "data-extension-response")
    assert "2023-10-23T00:00:00Z" in answer.text


def test_the_examples_of_extensions_are_answered(ask, valid, version):
    for path in examples(version, "data-extension-query"):
        valid(ask("extend", json.loads(path.read_text())), "data-extension-response")


@pytest.mark.parametrize(
    ("what", "schema"), [("entity", "entities"), ("type", "types"), ("property", "properties")]
)
def test_suggestions_are_as_the_schema_wants(client, valid, what, schema):
    answer = client.get(f"/reconcile/suggest/{what}?prefix=s")
    valid(answer, f"suggest-{schema}-response")
    assert answer.json["result"]


def test_proposals_are_as_the_schema_wants(client, valid):
    for arguments in ("?type=State&limit=5", ""):
        answer = client.get(f"/reconcile/extend/propose{arguments}")
        valid(answer, "data-extension-property-proposal")
