"""Whether two servers give the same answer: the same rows, each as often, in any order."""

import json
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from bench.process import NoAnswer, Running
from bench.workload import Question

_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = {_XSD + kind for kind in ("integer", "decimal", "double", "float", "int", "long")}

Row = frozenset[tuple[str, ...]]


OURS = "ours gives no answer"


def rows(answer: bytes) -> Counter[Row]:
    """Return the rows of an answer in JSON, each with how often it comes."""
    bindings = json.loads(answer)["results"]["bindings"]
    return Counter(
        frozenset((variable, *_term(term)) for variable, term in row.items()) for row in bindings
    )


def left_out(
    ours: Running, peer: Running, questions: Iterable[Question], seconds: float
) -> dict[str, str]:
    """Return the names of the questions that a peer answers otherwise or not in time, and why.

    The peer is restarted where it would go on with a question that nobody waits for.
    """
    why: dict[str, str] = {}
    for one in questions:
        if one.name in why:
            continue
        try:
            wanted = rows(ours.ask(one.text, 60))
        except NoAnswer as error:
            why[one.name] = f"{OURS}: {error}"
            continue
        try:
            given = rows(peer.ask(one.text, seconds))
        except NoAnswer as error:
            why[one.name] = str(error)
            peer.settle(10)
        except (ValueError, LookupError) as error:
            why[one.name] = f"no answer in JSON: {error}"
        else:
            if given != wanted:
                why[one.name] = _difference(wanted, given)
    return why


def _difference(wanted: Counter[Row], given: Counter[Row]) -> str:
    if wanted.total() != given.total():
        return f"{given.total()} rows, ours {wanted.total()}"
    return f"{(wanted - given).total()} of {wanted.total()} rows differ"


def _term(term: dict[str, str]) -> tuple[str, ...]:
    """Return a term so that equal ones are equal, whoever wrote them."""
    value, datatype = term["value"], term.get("datatype", "")
    if term["type"] == "bnode":
        return ("blank",)
    if term["type"] == "uri":
        return ("iri", value)
    if language := term.get("xml:lang"):
        return ("text", value, language.lower())
    if datatype in _NUMBERS:
        try:
            return ("number", str(Decimal(value).normalize()))
        except InvalidOperation:
            return ("number", value)
    if datatype in ("", _XSD + "string"):
        # GROUP_CONCAT may take its values in any order.
        return ("text", " ".join(sorted(value.split(" "))))
    return ("literal", value, datatype)
