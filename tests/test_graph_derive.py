"""The rules in ontology/rules/: which standing acts and rosters give, from when, and until when."""

import pytest
from rdflib import Graph

from selenograph.graph import derive, names
from selenograph.graph.names import SG

PREFIXES = """\
@prefix sg: <https://w3id.org/selenograph/ontology/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://w3id.org/selenograph/> .
<agreement/t> a sg:Agreement . <programme/p> a sg:Programme . <party/x> a sg:State .
"""
IN_FORCE = """\
<act/t/entry> a sg:Act, sg:Milestone, sg:EntryIntoForce ; sg:agreement <agreement/t> ;
    sg:date "1967-10-10"^^xsd:date ; sg:earliest "1967-10-10"^^xsd:date ;
    sg:latest "1967-10-10"^^xsd:date .
"""


def act(kinds, first, last="", date="", towards="sg:agreement <agreement/t>", more=""):
    """Write an act of the party x between two days."""
    last = last or first
    day = f'"{date}"^^xsd:gYearMonth' if date else f'"{first}"^^xsd:date'
    return (
        f"<act/t/x/{kinds[0].lower()}> a sg:Act, {', '.join('sg:' + k for k in kinds)} ;"
        f" sg:party <party/x> ; {towards} ; sg:date {day} ; sg:support <support/single-source> ;"
        f' sg:earliest "{first}"^^xsd:date ; sg:latest "{last}"^^xsd:date {more} .\n'
    )


SIGNED = act(["Signature"], "1967-01-27")
RATIFIED = act(["Ratification", "ConsentToBeBound"], "1968-02-01")
RATIFIED_EARLY = act(["Ratification", "ConsentToBeBound"], "1967-05-10")
LEFT = act(["Withdrawal"], "2023-01-05", more='; sg:effective "2024-01-05"^^xsd:date')
INVITED = act(["Invitation"], "2022-01-01", towards="sg:programme <programme/p>")
APPLIED = act(["Application"], "2024-04-01", "2024-04-30", "2024-04", "sg:programme <programme/p>")
LISTED = """\
<source/s#roster> a sg:Roster ; sg:about <programme/p> ; sg:entry <source/s#row> ;
    sg:latest "2024-04-15"^^xsd:date .
<source/s#row> a sg:RosterEntry ; sg:party <party/x> ; sg:support <support/single-source> .
"""


def joined(first, last, date=""):
    return act(["Joining"], first, last, date, "sg:programme <programme/p>")


def standings(corpus, *texts):
    """Return the standings of the party x: name, since, until, earliest, latest."""
    stated = Graph().parse(data=PREFIXES + "".join(texts), format="turtle")
    made = derive.derived([corpus.vocabulary, stated])
    return sorted(
        tuple(
            names.path(str(made.value(one, p) or "")).removeprefix("standing/")
            for p in (SG.standing, SG.since, SG.until, SG.earliest, SG.latest)
        )
        for one in made.subjects(SG.standing)
    )


CASES = {
    "who signed is a signatory": (
        [SIGNED], [("signatory", "1967-01-27", "", "1967-01-27", "1967-01-27")],
    ),
    "a signatory is one until it consents": (
        [IN_FORCE, SIGNED, RATIFIED],
        [("party", "1968-02-01", "", "1968-02-01", "1968-02-01"),
         ("signatory", "1967-01-27", "1968-02-01", "1967-01-27", "1967-01-27")],
    ),
    "who consents before the entry into force is bound from that on": (
        [IN_FORCE, SIGNED, RATIFIED_EARLY],
        [("party", "1967-10-10", "", "1967-10-10", "1967-10-10"),
         ("signatory", "1967-01-27", "1967-10-10", "1967-01-27", "1967-01-27")],
    ),
    "who withdraws is bound until the effect and not until the notice": (
        [IN_FORCE, RATIFIED, LEFT],
        [("party", "1968-02-01", "2024-01-05", "1968-02-01", "1968-02-01"),
         ("withdrawn", "2024-01-05", "", "2024-01-05", "2024-01-05")],
    ),
    "an application after an invitation is what stands": (
        [INVITED, APPLIED],
        [("applied", "2024-04", "", "2024-04-01", "2024-04-30"),
         ("invited", "2022-01-01", "2024-04", "2022-01-01", "2022-01-01")],
    ),
    "a weaker standing that cannot be told to be older is dropped": (
        [APPLIED, joined("2024-04-10", "2024-04-10")],
        [("party", "2024-04-10", "", "2024-04-10", "2024-04-10")],
    ),
    "who is in a table is listed from its day": (
        [LISTED], [("listed", "", "", "", "2024-04-15")],
    ),
    "a table shows sooner who joined in a month": (
        [LISTED, joined("2024-04-01", "2024-04-30", "2024-04")],
        [("party", "2024-04", "", "2024-04-01", "2024-04-15")],
    ),
    "a table from before tells nothing of who joined later": (
        [LISTED, joined("2024-06-01", "2024-06-30", "2024-06")],
        [("listed", "", "2024-06", "", "2024-04-15"),
         ("party", "2024-06", "", "2024-06-01", "2024-06-30")],
    ),
    "who joined a year that a table falls into was surely in by its day": (
        [LISTED, joined("2024-01-01", "2024-12-31", "2024-04")],
        [("party", "2024-04", "", "2024-01-01", "2024-04-15")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("texts", "expected"), CASES.values(), ids=CASES)
def test_standing(corpus, texts, expected):
    assert standings(corpus, *texts) == expected


def test_who_has_withdrawn_takes_part_no_more(corpus):
    there = joined("2020-01-01", "2020-01-01")
    gone = act(["Withdrawal"], "2023-01-05", towards="sg:programme <programme/p>")
    for texts, expected in (([there], 1), ([there, gone], 0)):
        stated = Graph().parse(data=PREFIXES + "".join(texts), format="turtle")
        made = derive.derived([corpus.vocabulary, stated])
        assert len(list(made.triples((None, SG.participatesIn, None)))) == expected


def test_whom_a_ruling_does_not_make_the_party_of_an_act_gains_nothing_by_it(corpus):
    def ruled(party):
        return (
            "<ruling/t/party> a sg:Ruling ; sg:about <act/t/x/signature> ;"
            f" sg:property sg:party ; sg:chosen <party/{party}> .\n"
        )

    assert standings(corpus, SIGNED, ruled("y")) == []
    assert standings(corpus, SIGNED, ruled("x")) == standings(corpus, SIGNED) != []
