"""The checker tells all that is wrong at once: file, line, resource, what is right."""

import json
import re
from pathlib import Path

import pytest

from selenograph.graph import check, checked, report
from selenograph.graph import corpus as corpora
from selenograph.graph.files import File

ROOT = Path(__file__).parents[1]
PREFIXES = """\
@prefix : <https://w3id.org/selenograph/source/2025-01-example#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix sg: <https://w3id.org/selenograph/ontology/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://w3id.org/selenograph/> .

"""
SOURCE = """\
<source/2025-01-example> a sg:Source ;
    dcterms:title "An example"@en ;
    dcterms:publisher <party/spacenews> ;
    dcterms:issued "2025-01"^^xsd:gYearMonth ;
    dcterms:language "en" ;
    sg:address <https://example.org/> ;
    sg:kind <source-kind/news> .

"""
TEN_MISTAKES = """\
<act/ilrs/serbia/signature> a sg:Signatur ;
    sg:party <party/serbai> ;
    sg:date "yesterday" ;
    sg:ordinl 11 ;
    sg:support <support/corroborated> ;
    sg:place <party/belta> ;
    sg:counterparty "CNSA" .

:roster a sg:Roster ;
    sg:about <programme/ilrs> ;
    sg:entry [ a sg:RosterEntry ] .

:opinion a sg:Assessment ;
    sg:summary "Serbia joins."@en .

:count a sg:Observation ;
    sg:about <party/serbia> ;
    sg:measure <measure/active-satellites> ;
    sg:value 1, 2 .
"""


def path(name="graph/sources/2025/2025-01-example.ttl"):
    return name


def findings(text, name=None):
    return check.check_files([File(name or path(), text)])


def line_of(text, words):
    return next(n for n, line in enumerate(text.splitlines(), 1) if words in line)


def test_ten_mistakes_are_all_told_with_their_lines():
    text = PREFIXES + SOURCE + TEN_MISTAKES
    told = {(finding.line, finding.rule) for finding in findings(text)}
    for words, rule in [
        ("sg:Signatur", "undeclared"),
        ("party/serbai", "undeclared"),
        ('"yesterday"', "sgs:Act-date"),
        ("sg:ordinl", "undeclared"),
        ("sg:support", "layer"),
        ("sg:place", "sgs:Act-place"),
        ('"CNSA"', "sgs:Act-counterparty"),
        ("sg:entry [", "blank-node"),
        (":opinion", "sgs:Assessment-about"),
        ("sg:value 1, 2", "sgs:Observation-found"),
    ]:
        assert (line_of(text, words), rule) in told, (words, rule)


def test_a_sound_source_has_no_finding():
    text = PREFIXES + SOURCE.rstrip() + "\n"
    text = re.sub(r"@prefix : .*\n", "", text)
    assert findings(text) == []


def test_the_nearest_name_is_suggested():
    text = PREFIXES + SOURCE + "<act/ilrs/serbia/signature> sg:party <party/serbai> .\n"
    (finding,) = [f for f in findings(text) if f.rule == "undeclared"]
    assert finding.remedy.startswith("The nearest one is party/serbia. ")
    assert finding.problem == "party/serbai is not a declared resource."
    assert finding.resource == "act/ilrs/serbia/signature"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("<party/atlantis>", "A new one is declared in graph/reference/organizations.ttl or "
         "graph/reference/publishers.ttl or graph/reference/states.ttl."),
        ("<act/ilrs/peru/signature>", "A new one is declared in graph/reference/acts/ilrs.ttl."),
        ("<act/ilrs/hungry/signature>", "A new one is declared in graph/reference/acts/ilrs.ttl."),
        ("<act/ilrs/serbai/signature>", "The nearest one is act/ilrs/serbia/signature. "
         "A new one is declared in graph/reference/acts/ilrs.ttl."),
        ("<organization/serbia>", "The nearest one is party/serbia. "
         "A new one is declared in graph/reference/."),
        ("<source-kind/nwes>", "The nearest one is source-kind/news. "
         "A new one is declared in ontology/schemes/source-kind.ttl."),
        (":rostre", "The nearest one is source/2025-01-example#roster. "
         "A new one is declared in this file, with its class."),
    ],
)  # fmt: skip
def test_only_a_name_that_is_like_it_is_suggested_and_the_home_of_a_new_one_is_told(name, told):
    text = f"{PREFIXES}{SOURCE}:roster a sg:Roster .\n:x sg:about {name} .\n:x a sg:Assessment .\n"
    (finding,) = [f for f in findings(text) if f.rule == "undeclared"]
    assert finding.remedy == told


def test_an_undeclared_name_is_told_once_and_not_by_the_shapes_again():
    text = PREFIXES + SOURCE + "<act/ilrs/serbia/signature> sg:party <party/serbai> .\n"
    errors = [f.rule for f in findings(text) if f.severity == "error"]
    assert errors == ["undeclared"]


def test_what_is_not_turtle_is_told_with_line_and_column_beside_the_other_files():
    broken = File("graph/sources/2025/2025-02-broken.ttl", "<a> <b> .\n")
    other = File(path(), PREFIXES + SOURCE + "<act/x> sg:party <party/serbia> .\n")
    told = check.check_files([broken, other])
    assert ("turtle", 1, 9) in {(f.rule, f.line, f.column) for f in told}
    assert "undeclared" in {f.rule for f in told}


def test_a_source_may_not_speak_of_another_source_or_of_strangers():
    text = (
        PREFIXES
        + SOURCE
        + "<source/2024-05-spacenews-serbia-ilrs#roster> sg:about <programme/ilrs> .\n"
        + "<https://example.org/x> sg:about <programme/ilrs> .\n"
    )
    assert [f.rule for f in findings(text)].count("subject") == 2


def test_a_file_has_to_describe_the_source_of_its_name():
    rules = [f.rule for f in findings(PREFIXES + SOURCE, "graph/sources/2025/2025-01-other.ttl")]
    assert "own-source" in rules


def test_a_claim_in_the_reference_layer_is_refused():
    text = PREFIXES + '<act/ilrs/peru/signature> a sg:Act ; sg:date "2025"^^xsd:gYear .\n'
    told = findings(text, "graph/reference/acts-more.ttl")
    assert ("layer", 7) in {(f.rule, f.line) for f in told}


def test_an_item_of_wikidata_that_another_file_has_is_told_where_one_file_is_checked():
    text = (
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        + PREFIXES
        + (
            "<party/belorussia> a sg:State ;\n"
            "    skos:exactMatch <http://www.wikidata.org/entity/Q184> .\n"
        )
    )
    assert "sgs:LinkedResource-own" in {f.rule for f in findings(text, "graph/reference/more.ttl")}


def test_the_kind_of_an_act_is_refused_in_the_reference_layer():
    text = PREFIXES + "<act/ilrs/peru/signature> a sg:Signature .\n"
    (finding,) = [f for f in findings(text, "graph/reference/more.ttl") if f.rule == "layer"]
    assert finding.line == 7
    assert finding.problem.startswith("sg:Signature is a kind of act")
    assert "a sg:Act." in finding.remedy


def among_all(whole):
    """Return what is wrong with all files together, where each alone was found sound."""
    return check.check(whole, sound=set(checked.fingerprints(whole).values()))


def test_two_source_files_of_one_name_are_told_with_both_paths(corpus):
    document = next(one for one in corpus.sources if "/2023/" in one.path)
    other = document.path.replace("/2023/", "/2024/")
    told = check.check_files([File(other, document.text)])
    assert [(f.rule, f.path) for f in told] == [("twin", other)]
    assert document.path in told[0].problem
    built = corpora.load([File(other, document.text)])
    assert [f.rule for f in among_all(built) if f.severity == "error"] == ["twin"]


def test_a_file_given_twice_is_one_file(corpus):
    document = corpus.sources[0]
    assert check.check_files([File(document.path, document.text)] * 2) == []


def test_a_file_of_shapes_is_judged_by_syntax_and_style_alone():
    text = (ROOT / "shapes/act.ttl").read_text("utf-8")
    assert findings(text, "shapes/act.ttl") == []
    assert [f.rule for f in findings(text + "\n\n", "shapes/act.ttl")] == ["style"]
    assert [f.rule for f in findings("<a> <b> .", "shapes/act.ttl")] == ["turtle"]


def test_a_file_out_of_style_is_a_warning_that_names_the_command():
    text = (PREFIXES + SOURCE).replace("    sg:kind", "      sg:kind")
    (finding,) = [f for f in findings(text) if f.rule == "style"]
    assert finding.severity == "warning"
    assert finding.remedy == f"Run: selenograph format {path()}"


def test_a_changed_file_is_checked_in_place_of_the_packaged_one(corpus):
    document = corpus.sources[0]
    assert check.check_files([File(f"/some/where/{document.path}", document.text)]) == []


def test_an_act_that_no_source_speaks_of_is_told(corpus):
    extra = File(
        "graph/reference/more.ttl",
        "@prefix sg: <https://w3id.org/selenograph/ontology/> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@base <https://w3id.org/selenograph/> .\n\n"
        '<act/ilrs/peru/signature> a sg:Act ;\n    rdfs:label "Peru joins the ILRS"@en .\n',
    )
    told = [f for f in among_all(corpora.load([extra])) if f.severity == "error"]
    assert [(f.rule, f.line) for f in told] == [("untold", 5)]


@pytest.fixture(scope="module")
def told():
    return findings(PREFIXES + SOURCE + TEN_MISTAKES)


def test_text_has_place_severity_and_rule_on_one_line(told):
    lines = [line for line in report.text(told).splitlines() if not line.startswith("    ")]
    assert len(lines) == len(told)
    assert all(re.match(r"[^:]+\.ttl:\d+:\d+: (error|warning): .* \[\S+\]$", x) for x in lines)


def test_json_holds_every_field(told):
    rows = json.loads(report.as_json(told))
    assert len(rows) == len(told)
    assert rows[0].keys() == {
        "path", "line", "column", "severity", "rule", "resource", "problem", "remedy",
    }  # fmt: skip


def test_sarif_points_to_each_place(told):
    log = json.loads(report.sarif(told))
    run = log["runs"][0]
    places = [r["locations"][0]["physicalLocation"]["region"]["startLine"] for r in run["results"]]
    assert log["version"] == "2.1.0"
    assert places == [finding.line for finding in told]
    assert {r["ruleId"] for r in run["results"]} == {
        r["id"] for r in run["tool"]["driver"]["rules"]
    }


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("graph/reference/acts.ttl", "reference"),
        ("/home/x/ontology/schemes/a.ttl", "ontology"),
        ("/home/ontology/x/graph/reference/acts.ttl", "reference"),
        ("/home/x/reference/acts.ttl", "testimony"),
        ("shapes/act.ttl", "shapes"),
        ("draft.ttl", "testimony"),
    ],
)
def test_the_layer_of_a_file_follows_from_its_folder(name, layer):
    assert corpora.layer(name) == layer


def test_a_ruling_may_cite_a_source_that_only_its_own_file_describes(corpus):
    path = "graph/reference/rulings-treaties.ttl"
    text = (ROOT / path).read_text("utf-8").replace("panarchic-huggo>", "panarchic-ecolex>")
    assert check.check_files([File(path, text)]) == []
