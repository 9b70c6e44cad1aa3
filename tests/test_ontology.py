"""The ontology: how its terms are written, what follows from it, and what it does without."""

import re
import tomllib
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SDO, SKOS, VANN, XSD

from selenograph.graph import infer, names
from selenograph.graph.names import EDTF, PREFIXES, SG, iri

ROOT = Path(__file__).parents[1]
RULES = {path.stem: path.read_text("utf-8") for path in (ROOT / "tests/hygiene").glob("*.rq")}
CORE = ("core.ttl", "acts.ttl", "testimony.ttl", "record.ttl")
ALIGNMENTS = sorted((ROOT / "ontology" / "alignments").glob("*.ttl"))
SCHEMA = PREFIXES["schema"]

# What the core takes from other vocabularies: the languages it is written in, and notes.
LANGUAGES = (RDF, RDFS, OWL, XSD, SKOS, VANN)
NOTES = {
    DCTERMS.abstract,
    DCTERMS.creator,
    DCTERMS.license,
    DCTERMS.source,
    DCTERMS.title,
    URIRef(SCHEMA + "domainIncludes"),
    URIRef(SCHEMA + "rangeIncludes"),
}
# The other vocabularies whose terms are known here, so that none is made up.
KNOWN = {"dcterms": DCTERMS, "foaf": FOAF, "org": ORG, "prov": PROV, "schema": SDO}

CLASSES = """
    Programme Mission Spacecraft Facility Agreement Party State Organization Person Act Signature
    ConsentToBeBound Ratification Acceptance Approval Accession Succession Withdrawal Invitation
    Application Negotiation Announcement Delivery Source Roster RosterEntry Observation Assessment
    Participation Disagreement Ruling Passage
""".split()
CONSENT = ["Ratification", "Acceptance", "Approval", "Accession", "Succession"]

BREAKS = tomllib.loads((ROOT / "tests/hygiene/breaks.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def parts():
    """The statements of each file of the ontology, by its path in the folder."""
    folder = ROOT / "ontology"
    return {
        path.relative_to(folder).as_posix(): Graph().parse(path, publicID=names.BASE)
        for path in sorted(folder.rglob("*.ttl"))
    }


@pytest.fixture(scope="module")
def ontology(parts):
    return sum(parts.values(), Graph())


@pytest.fixture(scope="module")
def quads():
    return [
        ox.Quad(*triple)
        for path in sorted((ROOT / "ontology").rglob("*.ttl"))
        for triple in ox.parse(path=path, format=ox.RdfFormat.TURTLE, base_iri=names.BASE)
    ]


@pytest.fixture
def stored(quads):
    store = ox.Store()
    store.extend(quads)
    return store


def update(text):
    """Return an update with the prefixes of the project and its base."""
    prefixes = [f"PREFIX {prefix}: <{namespace}>" for prefix, namespace in PREFIXES.items()]
    return "\n".join([f"BASE <{names.BASE}>", *prefixes, text])


def full(name):
    """Return the IRI that ``sg:Act`` or ``<medium/email>`` stands for."""
    return names.BASE + name.strip("<>").replace("sg:", "ontology/")


@pytest.mark.parametrize("rule", sorted(RULES))
def test_no_term_breaks_a_rule(rule, stored):
    rows = ["  ".join(str(value) for value in row) for row in stored.query(RULES[rule])]
    summary = re.match(r"#\+ summary: (.*)", RULES[rule])[1]
    assert not rows, "\n".join([f"{summary}. These do not keep to that:", *rows])


@pytest.mark.parametrize(
    ("rule", "term", "change"),
    [
        pytest.param(rule, *case, id=f"{rule}-{number}")
        for rule, cases in BREAKS.items()
        for number, case in enumerate(cases, 1)
    ],
)
def test_a_rule_names_the_term_that_breaks_it(rule, term, change, stored):
    stored.update(update(change))
    assert full(term) in {row[0].value for row in stored.query(RULES[rule])}


def test_every_rule_says_what_it_asks_and_is_shown_to_fail():
    assert BREAKS.keys() == RULES.keys()
    for rule, text in RULES.items():
        assert re.match(r"#\+ summary: [A-Z].*[^.]\n", text), rule


def test_the_files_of_rules_shapes_and_queries_name_no_unknown_term(ontology):
    paths = [
        path
        for folder in ("ontology/rules", "queries", "shapes", "tests/hygiene")
        for path in (ROOT / folder).iterdir()
        if path.suffix in (".rq", ".ttl")
    ]
    unknown = {
        (path.name, name)
        for path in paths
        for name in re.findall(r"\bsg:([A-Za-z]\w*)", path.read_text("utf-8"))
        if (SG[name], RDF.type, None) not in ontology
    }
    assert unknown == set()


@pytest.mark.parametrize("name", CLASSES)
def test_every_class_of_the_design_is_there(name, ontology):
    assert (SG[name], RDF.type, OWL.Class) in ontology


def test_every_act_is_an_act_and_all_consent_is_consent(ontology):
    acts = set(ontology.transitive_subjects(RDFS.subClassOf, SG.Act))
    assert {SG[name] for name in [*CONSENT, "Signature", "Withdrawal", "Delivery"]} <= acts
    assert set(ontology.subjects(RDFS.subClassOf, SG.ConsentToBeBound)) == {SG[n] for n in CONSENT}


@pytest.mark.parametrize("form", ["xml", "nt"])
def test_other_formats_carry_the_whole_ontology(form, ontology):
    again = Graph().parse(data=ontology.serialize(format=form), format=form)
    assert isomorphic(again, ontology)


@pytest.fixture(scope="module")
def closed(ontology):
    """Give the function that draws what follows from statements and the ontology."""

    def close(text):
        return infer.closure(ontology, Graph().parse(data=update(text), format="turtle"))

    return close


def test_the_ontology_alone_is_consistent(closed):
    assert isinstance(closed(""), Graph)


def test_every_class_can_have_a_member(closed, ontology):
    """Contradictory classes show only where something is in them."""
    classes = {c for c in ontology.subjects(RDF.type, OWL.Class) if c in SG}
    lines = [f"<thing/{c.removeprefix(SG)}> a <{c}> ." for c in classes]
    made = closed("\n".join(lines))
    assert (iri("thing/Ratification"), RDF.type, SG.Act) in made


def test_who_signs_for_a_state_makes_the_state_the_party(closed):
    made = closed("<act/a> sg:signedBy <party/nasb> . <party/nasb> sg:actsFor <party/belarus> .")
    assert (iri("act/a"), SG.party, iri("party/belarus")) in made
    assert (iri("act/a"), SG.party, iri("party/nasb")) not in made


def test_an_act_serves_the_programme_of_its_agreement_and_not_the_other_way_round(closed):
    made = closed("<act/a> sg:agreement <agreement/a> . <agreement/a> sg:programme <programme/p> .")
    assert (iri("act/a"), SG.programme, iri("programme/p")) in made
    made = closed("<act/a> sg:agreement <agreement/a> ; sg:programme <programme/p> .")
    assert (iri("agreement/a"), SG.programme, iri("programme/p")) not in made


def test_parts_of_parts_are_parts(closed):
    made = closed("<place/a> sg:partOf <place/b> . <place/b> sg:partOf <place/c> .")
    assert (iri("place/a"), SG.partOf, iri("place/c")) in made


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Signature", PROV.Activity),
        ("Source", PROV.Entity),
        ("State", PROV.Agent),
        ("Person", FOAF.Person),
        ("Organization", ORG.Organization),
        ("Participation", ORG.Membership),
    ],
)
def test_other_vocabularies_know_what_ours_are(ours, theirs, closed):
    made = closed(f"<thing/a> a sg:{ours} .")
    assert (iri("thing/a"), RDF.type, theirs) in made


def test_other_vocabularies_know_our_relations(closed):
    made = closed("<act/a> sg:signedBy <party/n> . <source/a> sg:relays <source/b> .")
    assert (iri("act/a"), PROV.wasAssociatedWith, iri("party/n")) in made
    assert (iri("source/a"), PROV.wasDerivedFrom, iri("source/b")) in made


def test_nothing_is_imported(ontology):
    assert not list(ontology.subject_objects(OWL.imports))


def test_the_core_needs_no_other_vocabulary(parts):
    core = sum((parts[name] for name in CORE), Graph())
    documents = {*core.objects(None, DCTERMS.source), *core.objects(None, DCTERMS.license)}
    used = {term for triple in core for term in triple if isinstance(term, URIRef)} - documents
    languages = (names.BASE, *map(str, LANGUAGES))
    foreign = {term for term in used if not str(term).startswith(languages)}
    assert foreign == NOTES | {EDTF}


def test_without_the_alignments_nothing_is_inferred_in_other_vocabularies(parts):
    core = sum((part for name, part in parts.items() if "alignments" not in name), Graph())
    facts = Graph().parse(
        data=update("<act/a> a sg:Signature ; sg:party <party/a> ."), format="ttl"
    )
    made = infer.closure(core, facts)
    assert (iri("act/a"), RDF.type, SG.Act) in made
    assert not [t for triple in made for t in triple[1:] if t in PROV or t in FOAF or t in ORG]


@pytest.mark.parametrize("path", ALIGNMENTS, ids=lambda path: path.stem)
def test_an_alignment_relates_terms_of_ours_to_terms_of_one_vocabulary(path, parts, ontology):
    part = parts[f"alignments/{path.stem}.ttl"]
    links = {RDFS.subClassOf, RDFS.subPropertyOf, SKOS.closeMatch, SKOS.narrowMatch}
    theirs = {str(value) for value in part.objects()}
    assert set(part.predicates()) <= links
    assert all(s in SG and (s, RDF.type, None) in ontology for s in part.subjects())
    spaces = [
        space for prefix, space in PREFIXES.items()
        if prefix.startswith({"wikidata": "wd"}.get(path.stem, path.stem))
    ]  # fmt: skip
    assert {value for value in theirs if not value.startswith(tuple(spaces))} == set()
    if path.stem in KNOWN:
        assert {value for value in theirs if URIRef(value) not in KNOWN[path.stem]} == set()


def test_classes_are_aligned_with_classes_and_properties_with_properties(parts, ontology):
    for path in ALIGNMENTS:
        for subject, predicate, value in parts[f"alignments/{path.name}"]:
            local = re.split(r"[/#]", value)[-1]
            is_class = local[0] == "Q" if path.stem == "wikidata" else local[0].isupper()
            assert is_class == ((subject, RDF.type, OWL.Class) in ontology), (subject, value)
            assert predicate != RDFS.subClassOf or is_class, (subject, value)
