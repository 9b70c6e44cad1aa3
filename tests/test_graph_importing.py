"""Tables become source files: what a mapping says, what it refuses, and what is never lost."""

from pathlib import Path

import pytest

from selenograph.graph import files, importing, mapping, turtle
from selenograph.graph.errors import BadInput

TABLE = """\
source_id,state,day,kind,signers,note
D1,RS,2024-05-09,memorandum,Serbia;CNSA,
D1,Belarus,2023-10,memorandum,,
D2,BLR,2023,declaration,,left
"""
DOCUMENTS = """\
source_id,title,publisher,published,language,kind,url
D1,First list,SpaceNews,2024-05-10,en,news,https://example.org/1
D2,Second list,spacenews,2024-06,en,news,https://example.org/2
D3,"Not used, and wrong",nobody,soon,en,news,
"""
ACTS = """\
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sg: <https://w3id.org/selenograph/ontology/> .
@base <https://w3id.org/selenograph/> .

<act/test/venezuela/signature> a sg:Act ;
    rdfs:label "Venezuela signs a test"@en .
"""
MAPPING = """\
ignore = ["note"]

[documents]
table = "documents.csv"
key = "source_id"
address = "{url}"
columns.publisher = "party"

[columns]
state = "party"
day = "date"
signers = { as = "party", split = ";" }
kind.words = { memorandum = "instrument/memorandum", declaration = "instrument/joint-declaration" }

[[leave]]
where.note = "le*"
reason = "told to be left"

[[statements]]
subject = "act/test/{state}/signature"
label = "{state} signs a test"
a = "sg:Signature"
"sg:party" = "{state}"
"sg:signedBy" = "{signers}"
"sg:date" = "{day}"

[[statements]]
where.kind = "memorandum"
subject = ":{kind}-{state}"
a = "sg:Assessment"
"sg:about" = ["{state}", "programme/ilrs"]
"sg:summary" = { text = "{state} signed on {day}.", language = "en" }
"""


@pytest.fixture
def place(tmp_path):
    """A checkout with its own folders of data, and with table and mapping beside them."""
    for folder in ("graph/sources", "graph/reference/acts"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "graph/reference/acts/test.ttl").write_text(ACTS, "utf-8")
    for name, text in (("t.csv", TABLE), ("documents.csv", DOCUMENTS), ("m.toml", MAPPING)):
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def prepare(place):
    return importing.prepare(place / "t.csv", place / "m.toml", place / "graph/sources")


def change(place, name, old, new):
    path = place / name
    assert old in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def everything(place):
    return {path: path.read_bytes() for path in (place / "graph").rglob("*") if path.is_file()}


def refused(place):
    """Return the lines of the message with which an import stops, having written nothing."""
    before = everything(place)
    with pytest.raises(BadInput) as stopped:
        prepare(place)
    assert everything(place) == before
    return str(stopped.value).replace(f"{place}/", "").splitlines()


def test_a_document_becomes_a_file_that_says_what_its_rows_say(place):
    prepare(place).write()
    path = place / "graph/sources/2024/2024-05-10-first-list.ttl"
    text = path.read_text("utf-8")
    assert turtle.formatted(turtle.parse(text, "a")) == text
    header, *blocks = text.partition("\n\n")[2].rstrip("\n").split("\n\n")
    assert header == (
        "<source/2024-05-10-first-list> a sg:Source ;\n"
        '    dcterms:title "First list"@en ;\n'
        "    dcterms:publisher <party/spacenews> ;\n"
        '    dcterms:issued "2024-05-10"^^xsd:date ;\n'
        '    dcterms:language "en" ;\n'
        "    sg:address <https://example.org/1> ;\n"
        "    sg:kind <source-kind/news> ."
    )
    assert blocks == [
        "<act/test/belarus/signature> a sg:Signature ;\n"
        "    sg:party <party/belarus> ;\n"
        '    sg:date "2023-10"^^xsd:gYearMonth .',
        "<act/test/serbia/signature> a sg:Signature ;\n"
        "    sg:party <party/serbia> ;\n"
        "    sg:signedBy <party/cnsa>, <party/serbia> ;\n"
        '    sg:date "2024-05-09"^^xsd:date .',
        ":memorandum-belarus a sg:Assessment ;\n"
        "    sg:about <party/belarus>, <programme/ilrs> ;\n"
        '    sg:summary "Belarus signed on 2023-10."@en .',
        ":memorandum-serbia a sg:Assessment ;\n"
        "    sg:about <party/serbia>, <programme/ilrs> ;\n"
        '    sg:summary "Serbia signed on 2024-05-09."@en .',
    ]


def test_what_is_left_out_is_counted_by_its_reason(place):
    prepared = prepare(place)
    assert (prepared.taken, prepared.left) == (2, {"told to be left": 1})
    assert not any("second" in change.path.name for change in prepared.changes)


def test_a_row_that_names_several_documents_is_stated_in_each(place):
    change(place, "t.csv", "D1,Belarus", "D1; D2,Belarus")
    change(place, "m.toml", "[columns]\n", '[columns]\nsource_id = { as = "text", split = ";" }\n')
    prepared = prepare(place)
    prepared.write()
    assert (prepared.taken, prepared.left) == (2, {"told to be left": 1})
    for name in ("2024/2024-05-10-first-list", "2024/2024-06-second-list"):
        text = (place / f"graph/sources/{name}.ttl").read_text("utf-8")
        assert "<act/test/belarus/signature>" in text


def test_one_column_is_read_in_two_ways(place):
    words = '{ memorandum = "party/cnsa", declaration = [] }'
    change(
        place, "m.toml", "[columns]\n", f'[columns]\nother = {{ of = "kind", words = {words} }}\n'
    )
    change(place, "m.toml", '"sg:date"', '"sg:counterparty" = "{other}"\n"sg:date"')
    changed = "\n".join(one.after for one in prepare(place).changes)
    assert "sg:counterparty <party/cnsa>" in changed
    assert "<instrument/memorandum>" not in changed


def test_a_document_of_a_row_can_be_left_out(place):
    change(place, "t.csv", "D1,Belarus", "D1; D2,Belarus")
    change(place, "m.toml", "[columns]\n", '[columns]\nsource_id = { as = "text", split = ";" }\n')
    rule = (
        '[[leave]]\nwhere = { source_id = "D2", state = "Belarus" }\nreason = "told elsewhere"\n\n'
    )
    change(place, "m.toml", "[[leave]]", f"{rule}[[leave]]")
    prepared = prepare(place)
    assert (prepared.taken, prepared.left) == (2, {"told to be left": 1})
    assert not any("second" in str(one.path) for one in prepared.changes)


def test_an_act_that_nobody_names_yet_is_named_in_the_order_of_its_file(place):
    prepare(place).write()
    text = (place / "graph/reference/acts/test.ttl").read_text("utf-8")
    assert (
        '<act/test/serbia/signature> a sg:Act ;\n    rdfs:label "Serbia signs a test"@en .' in text
    )
    assert turtle.as_turtle(turtle.parse(text, "a").graph) == text


def test_the_words_quoted_for_a_row_become_the_passage_that_bears_it_out(place):
    (place / "t.csv").write_text(TABLE.replace("CNSA,\n", "CNSA,Serbia signed\n"), "utf-8")
    text = MAPPING.replace('ignore = ["note"]', 'passage = "note"')
    (place / "m.toml").write_text(text, "utf-8")
    prepare(place).write()
    first = (place / "graph/sources/2024/2024-05-10-first-list.ttl").read_text("utf-8")
    assert ":passage-serbia-signed a sg:Passage ;" in first
    assert "sg:supports <act/test/serbia/signature>" in first
    assert first.count("sg:Passage") == 1


def test_another_import_changes_nothing(place):
    prepare(place).write()
    before = everything(place)
    again = prepare(place)
    assert again.changes == ()
    again.write()
    assert everything(place) == before


def test_rows_are_added_to_a_file_that_keeps_what_was_written_by_hand(place):
    prepare(place).write()
    path = place / "graph/sources/2024/2024-05-10-first-list.ttl"
    by_hand = (
        '\n# By hand\n:mine a sg:Assessment ; sg:summary "Mine."@en ; sg:about <party/serbia> .\n'
    )
    path.write_text(turtle.formatted(turtle.parse(path.read_text("utf-8") + by_hand, "a")), "utf-8")
    before = path.read_text("utf-8")
    change(place, "t.csv", "D2,BLR,2023", "D1,AZ,2023-10-03,declaration,,\nD2,BLR,2023")
    (changed,) = (one for one in prepare(place).changes if one.path == path)
    assert changed.before == before
    assert "# By hand\n:mine" in changed.after
    lines = changed.diff().splitlines()
    assert not [line for line in lines if line.startswith("-") and not line.startswith("---")]
    assert "+<act/test/azerbaijan/signature> a sg:Signature ;" in lines


def test_a_file_is_found_by_its_name_in_whatever_folder_it_is(place):
    prepare(place).write()
    moved = place / "graph/sources/2025/2024-05-10-first-list.ttl"
    moved.parent.mkdir()
    (place / "graph/sources/2024/2024-05-10-first-list.ttl").rename(moved)
    assert prepare(place).changes == ()


def test_all_that_is_not_understood_is_told_at_once_with_its_place(place):
    change(place, "t.csv", "D1,RS,2024-05-09", "D1,Ruritania,2024-13-09")
    change(place, "t.csv", "D1,Belarus,2023-10,memorandum", "D9,Belarus,2023-10,pamphlet")
    told = refused(place)
    assert told[:3] == [
        't.csv: row 2, column day: "2024-13-09" is no date. Write 2023-10-23, 2023-10, 2023 or an '
        "EDTF expression such as 2024-05-07/2024-05-08.",
        't.csv: row 2, column state: "Ruritania" is no party of graph/reference/ and no word for '
        "one.",
        't.csv: row 3, column source_id: "D9" is no document of documents.csv.',
    ]
    assert told[-1] == "Nothing was written."


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("2024-05-09", "9 May", 't.csv: row 2, column day: "9 May" is no date.'),
        ("2024-05-09", "2024-02-30", 't.csv: row 2, column day: "2024-02-30" is no date.'),
        ("2024-05-09,memo", "2024-05-09,nemo", 't.csv: row 2, column kind: "nemorandum" is'),
        ("Serbia;CNSA", "Serbia;NCSA", 't.csv: row 2, column signers: "NCSA" is no party'),
        ("D1,RS", "D1,", 't.csv: row 2, column state: "" says nothing where a name is needed.'),
        ("D1,RS", "D3,RS", 'documents.csv: row 4, column publisher: "nobody" is no party'),
        ("signers,note", "signers,notes", "t.csv: row 1, column note: The mapping speaks of it"),
        ("2024-05-09,memorandum,Serbia;CNSA,", "2024-05-09,memorandum", "t.csv: row 2: 4 cells"),
        ('D1,RS', 'D1,"R"S', "t.csv:2: not CSV: "),
    ],
)  # fmt: skip
def test_a_value_that_is_not_understood_stops_the_import(place, old, new, told):
    change(place, "t.csv", old, new)
    assert refused(place)[0].startswith(told)


def test_a_column_that_the_mapping_does_not_know_stops_the_import(place):
    change(place, "m.toml", 'ignore = ["note"]\n', "")
    change(place, "m.toml", 'where.note = "le*"', 'where.kind = "declaration"')
    assert refused(place)[0].startswith("t.csv: row 1, column note: The mapping does not know it.")


def test_a_row_of_which_nothing_becomes_is_a_fault(place):
    change(place, "m.toml", "[[statements]]\nsubject", '[[statements]]\nwhere.kind = "x"\nsubject')
    change(place, "m.toml", 'where.kind = "memorandum"', 'where.kind = "x"')
    assert "row 2, column source_id: No statement of the mapping fits the row." in refused(place)[0]


def test_what_the_checker_refuses_is_not_written(place):
    change(place, "t.csv", "D1,Belarus,2023-10", "D1,RS,2023-10")
    told = refused(place)
    assert "2024-05-10-first-list.ttl" in told[0]
    assert "sg:summary" in "".join(told)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[documents]", "[documents", "is not TOML"),
        ('key = "source_id"\n', "", "m.toml: 'key' is missing"),
        ("ignore =", "ignored =", '"ignored" is not known'),
        ('address = "{url}"', 'adress = "{url}"', '"documents.adress" is not known'),
        ('day = "date"', 'day = "day"', "the column day is read as one of"),
        ('"sg:date" =', '"date" =', '"date" is no property such as sg:date'),
        ('table = "documents.csv"', 'table = "none.csv"', "none.csv is not there"),
    ],
)
def test_a_mapping_that_is_none_is_told(place, old, new, told):
    change(place, "m.toml", old, new)
    assert told in refused(place)[0]


def test_nothing_is_half_written_where_a_file_cannot_be(place, monkeypatch):
    prepared = prepare(place)
    before = everything(place)
    calls = []

    def fails(path, mode):
        calls.append(path)
        if len(calls) == len(prepared.changes):
            raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(importing.os, "chmod", fails)
    with pytest.raises(OSError, match="No space"):
        prepared.write()
    assert everything(place) == before


def test_a_pattern_of_any_text_does_not_fit_an_empty_cell():
    assert mapping.fits({"a": "x", "b": "x"}, {"a": ["y", "{b}"]})
    assert not mapping.fits({"a": "x", "b": "y"}, {"a": "{b}"})
    assert mapping.fits({"a": "x", "b": ""}, {"a": "?*", "b": ""})
    assert not mapping.fits({"a": ""}, {"a": "?*"})
    assert mapping.fits({"a": "x"}, {"a": ["y", "[wx]"]})


@pytest.mark.parametrize("name", ["treaties.toml", "treaty-status.toml"])
def test_the_mappings_of_the_project_can_be_read(name):
    path = Path(__file__).parents[1] / "graph/mappings" / name
    assert mapping.plan(files.given(path)).table.statements
