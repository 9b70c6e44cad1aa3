"""The reconciliation service, asked as OpenRefine and the specification ask."""

import json

import pytest

from selenograph.graph import names


def refine(client, queries, **more):
    """Ask as version 0.2 does: a form with JSON in it."""
    return client.post("/reconcile", data={"queries": json.dumps(queries), **more})


def first(client, query):
    return refine(client, {"q0": query}).json["q0"]["result"][0]


def refused(answer):
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    return answer.json["detail"]


@pytest.fixture(scope="module")
def manifest(client):
    return client.get("/reconcile").json


def test_the_manifest_tells_versions_spaces_and_services(manifest):
    assert manifest["versions"] == ["0.2"]
    assert manifest["name"] == "Selenograph"
    assert manifest["identifierSpace"] == names.BASE
    assert manifest["schemaSpace"] == str(names.SG)
    assert {"id": "State", "name": "state"} in manifest["defaultTypes"]
    assert {"view", "preview", "suggest", "extend"} <= manifest.keys()


def test_every_address_in_the_manifest_answers(client, manifest):
    for service in (*manifest["suggest"].values(), manifest["extend"]["propose_properties"]):
        address = service["service_url"] + service["service_path"]
        assert client.get(
            address.removeprefix("http://localhost"), query_string={"prefix": "s"}
        ).json
    for template in (manifest["view"]["url"], manifest["preview"]["url"]):
        for id_ in ("party/serbia", "party%2Fserbia"):
            address = template.replace("{{id}}", id_).removeprefix("http://localhost")
            assert client.get(address).status_code == 200


def test_names_are_matched_with_what_was_known_on_a_day(client):
    source = "source/2024-05-spacenews-serbia-ilrs"

    def found(root):
        batch = json.dumps({"q": {"query": source}})
        told = client.post(f"{root}/reconcile", data={"queries": batch}).json["q"]["result"]
        return source in {one["id"] for one in told if one["match"]}

    assert [found(""), found("/known/2024-01-01"), found("")] == [True, False, True]


def test_it_may_be_asked_from_every_page(client):
    assert client.get("/reconcile").headers["Access-Control-Allow-Origin"] == "*"


def test_a_batch_is_answered_query_by_query_by_get_and_post(client):
    queries = {"q0": {"query": "Serbia"}, "q1": {"query": "Belarus", "limit": 1}}
    answer = refine(client, queries)
    assert answer.mimetype == "application/json"
    assert answer.json.keys() == {"q0", "q1"}
    assert len(answer.json["q1"]["result"]) == 1
    serbia = answer.json["q0"]["result"][0]
    assert serbia == {
        "id": "party/serbia",
        "name": "Serbia",
        "description": "state, SRB",
        "score": 100,
        "match": True,
        "type": [{"id": "State", "name": "state"}],
    }
    by_get = client.get("/reconcile", query_string={"queries": json.dumps(queries)})
    assert by_get.json == answer.json


def test_a_type_is_kept_to_however_it_is_written(client):
    for kind in ("Organization", "sg:Organization", str(names.SG.Organization), ["Organization"]):
        found = refine(client, {"q": {"query": "China", "type": kind}}).json["q"]["result"]
        assert found
        assert {t["id"] for one in found for t in one["type"]} == {"Organization"}


def test_a_type_that_should_fit_leaves_others_behind_and_out_of_the_matches(client):
    found = first(client, {"query": "Serbia", "type": "Organization", "type_strict": "should"})
    assert found["id"] == "party/serbia"
    assert not found["match"]
    assert found["score"] < 100


def test_properties_confirm_a_name_or_speak_against_it(client):
    fits = first(client, {"query": "Serbia", "properties": [{"pid": "isoAlpha3", "v": "SRB"}]})
    assert (fits["score"], fits["match"]) == (100, True)
    other = first(client, {"query": "Serbia", "properties": [{"pid": "isoAlpha3", "v": "BLR"}]})
    assert other["score"] < 100
    assert not other["match"]


@pytest.mark.parametrize(
    "value",
    ["Q403", {"id": "Q403", "name": "Serbia"}, ["Q1", "http://www.wikidata.org/entity/Q403"]],
)
def test_properties_alone_find_what_has_them(client, value):
    found = refine(client, {"q": {"properties": [{"pid": "skos:exactMatch", "v": value}]}})
    assert [one["id"] for one in found.json["q"]["result"]] == ["party/serbia"]


@pytest.mark.parametrize("query", ["party/serbia", names.BASE + "party/serbia"])
def test_an_identifier_means_itself(client, query):
    assert first(client, {"query": query})["match"]


def test_names_of_the_draft_are_accepted(client):
    name = {"matchType": "name", "propertyValue": "serbia"}
    code = {"matchType": "property", "propertyId": "isoAlpha2", "propertyValue": "BY"}
    queries = [
        {"type": "State", "limit": 5, "conditions": [name]},
        {"conditions": [name, code]},
        {"conditions": [name, {**code, "required": True}]},
        {"conditions": [code]},
        {"conditions": [{"matchType": "id", "propertyValue": "party/serbia"}]},
    ]
    answer = client.post("/reconcile/match", json={"queries": queries})
    serbia, doubted, none, belarus, itself = (one["candidates"] for one in answer.json["results"])
    assert (serbia[0]["id"], serbia[0]["match"]) == ("party/serbia", True)
    assert not doubted[0]["match"]
    assert "party/serbia" not in {one["id"] for one in none}
    assert [one["id"] for one in belarus] == ["party/belarus"]
    assert [(one["id"], one["score"], one["match"]) for one in itself] == [
        ("party/serbia", 100, True)
    ]


@pytest.mark.parametrize(
    ("quantifier", "expected"), [("any", {"SRB", "BLR"}), ("all", set()), ("none", {"CHN"})]
)
def test_a_condition_of_the_draft_wants_any_all_or_none_of_its_values(client, quantifier, expected):
    codes = {
        "matchType": "property", "propertyId": "isoAlpha3", "propertyValue": ["SRB", "BLR"],
        "matchQuantifier": quantifier, "required": True,
    }  # fmt: skip
    batch = {"queries": [{"type": "State", "limit": 100, "conditions": [codes]}]}
    found = client.post("/reconcile/match", json=batch).json["results"][0]["candidates"]
    told = {one["description"].removeprefix("state, ") for one in found}
    assert expected <= told
    assert told.isdisjoint({"SRB", "BLR", "CHN"} - expected)


EXTENSION = {
    "ids": ["party/serbia", "party/nobody"],
    "properties": [
        {"id": "isoAlpha2"},
        {"id": "skos:exactMatch"},
        {"id": "skos:prefLabel", "settings": {"limit": "1"}},
        {"id": "region"},
    ],
}


def test_a_table_is_extended_by_values_texts_and_entities(client):
    answer = client.post("/reconcile", data={"extend": json.dumps(EXTENSION)}).json
    assert [column["id"] for column in answer["meta"]] == [
        "isoAlpha2", "skos:exactMatch", "skos:prefLabel", "region",
    ]  # fmt: skip
    serbia = answer["rows"]["party/serbia"]
    assert serbia["isoAlpha2"] == [{"str": "RS"}]
    assert serbia["skos:exactMatch"] == [{"id": "Q403", "name": "Q403"}]
    assert len(serbia["skos:prefLabel"]) == 1
    assert serbia["region"] == [{"id": "region/southern-europe", "name": "Southern Europe"}]
    assert set(map(tuple, answer["rows"]["party/nobody"].values())) == {()}


def test_the_draft_extends_with_the_same_values(client):
    old = client.post("/reconcile", data={"extend": json.dumps(EXTENSION)}).json
    new = client.post("/reconcile/extend", json=EXTENSION).json
    assert new["meta"] == old["meta"]
    assert {
        row["id"]: {one["id"]: one["values"] for one in row["properties"]} for row in new["rows"]
    } == old["rows"]


def test_days_and_numbers_keep_their_kind(client):
    act = "act/ilrs/belarus/signature"
    asked = {"ids": [act], "properties": [{"id": "date"}]}
    found = client.post("/reconcile", data={"extend": json.dumps(asked)}).json["rows"][act]
    assert found == {"date": [{"date": "2023-10-23T00:00:00Z"}]}
    act = "act/ilrs/serbia/signature"
    asked = {"ids": [act], "properties": [{"id": "ordinal"}]}
    found = client.post("/reconcile", data={"extend": json.dumps(asked)}).json["rows"][act]
    assert found == {"ordinal": [{"int": 11}]}


def test_properties_of_a_type_are_proposed(client):
    found = client.get("/reconcile/extend/propose?type=State&limit=5").json
    assert (found["type"], found["limit"], len(found["properties"])) == ("State", 5, 5)
    every = client.get("/reconcile/extend/propose?type=State").json["properties"]
    assert "isoAlpha3" in {one["id"] for one in every}


def test_who_types_is_offered_entities_types_and_properties(client):
    def offered(what, prefix):
        found = client.get(f"/reconcile/suggest/{what}", query_string={"prefix": prefix})
        return [one["id"] for one in found.json["result"]]

    assert offered("entity", "serb")[0] == "party/serbia"
    assert offered("entity", "Сербия")[0] == "party/serbia"
    assert offered("entity", "sebria")[0] == "party/serbia"
    assert offered("type", "stat") == ["State"]
    assert "isoAlpha2" in offered("property", "alpha")


def test_a_preview_may_be_framed_and_holds_no_script(client, read_page):
    answer = client.get("/reconcile/preview?id=party/serbia")
    page = read_page(answer.text)
    assert "Serbia" in page.text
    assert "SRB" in page.text
    assert {tag for tag, _ in page.elements} & {"script", "form", "iframe"} == set()
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors" not in policy
    assert "default-src 'none'" in policy
    assert client.get("/reconcile/preview?id=party/nobody").status_code == 404


@pytest.mark.parametrize(
    "queries",
    [
        "{", "[]", "1", '{"q": 1}', '{"q": {}}', '{"q": {"query": 5}}', '{"q": {"query": ""}}',
        '{"q": {"query": "x", "limit": 0}}', '{"q": {"query": "x", "limit": "many"}}',
        '{"q": {"query": "x", "properties": 1}}', '{"q": {"query": "x", "properties": [{"v": 1}]}}',
        '{"q": {"query": "x", "type": 7}}',
        json.dumps({f"q{n}": {"query": "x"} for n in range(101)}),
    ],
)  # fmt: skip
def test_what_is_no_batch_is_400_and_says_why(client, queries):
    assert refused(client.post("/reconcile", data={"queries": queries}))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("match", None), ("match", []), ("match", {"queries": {}}), ("match", {"queries": [1]}),
        ("match", {"queries": [{"conditions": [{"matchType": "smell"}]}]}),
        ("match", {"queries": [{"conditions": []}]}),
        ("match", {"queries": [{"conditions": [{
            "matchType": "property", "propertyId": "x", "matchQuantifier": "some"}]}]}),
        ("extend", None), ("extend", {"ids": []}), ("extend", {"ids": [], "properties": [{}]}),
        ("extend", {"ids": [], "properties": [{"id": "x", "settings": {"limit": "-1"}}]}),
    ],
)  # fmt: skip
def test_what_is_no_request_of_the_draft_is_400_and_says_why(client, path, body):
    assert refused(client.post(f"/reconcile/{path}", json=body))


@pytest.mark.parametrize("name", ["<script>", "'; DROP", "x> } ;", "\u202e\x00", "a" * 5000])
def test_odd_names_and_properties_are_only_names(client, name):
    assert refine(client, {"q": {"query": name}}).status_code == 200
    asked = {"ids": [name], "properties": [{"id": name}]}
    found = client.post("/reconcile/extend", json=asked)
    assert found.json["rows"] == [{"id": name, "properties": [{"id": name, "values": []}]}]
