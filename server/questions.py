"""Questions of the reconciliation service, in both versions of its API, and what fits them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from selenograph.graph import facts, names
from selenograph.graph.errors import BadQuery
from selenograph.graph.facts import Fact, Property
from selenograph.graph.matching import KINDS, Candidate, Entity, Index
from selenograph.graph.spelling import plain

MOST = 100
_DEFAULT = 10
_MISFIT = 25
"""How much a property of another value counts against a name."""
_QUANTIFIERS = ("any", "all", "none")
_OTHER_KIND = 15
"""How much another kind counts against it, where kinds are a wish."""


@dataclass(frozen=True)
class Condition:
    """A property that has one of some values."""

    property: str
    values: tuple[str, ...]
    required: bool = False
    quantifier: str = "any"
    """How many of the values it has to have: any, all or none."""


@dataclass(frozen=True)
class Question:
    """A name with what else is known of what it means."""

    name: str
    kinds: tuple[str, ...] = ()
    strict: str = "any"
    """Whether any of the kinds has to fit, all, or should."""
    ids: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    limit: int = _DEFAULT


def read(given: object) -> Question:
    """Return a query of version 0.2. Raises BadQuery for what is none."""
    if not isinstance(given, dict):
        raise BadQuery('A query is an object, such as {"query": "Serbia"}.')
    conditions = [
        Condition(_text(one, "pid"), _values(one.get("v")))
        for one in _objects(given.get("properties"), "properties")
    ]
    return _checked(given, given.get("query") or "", conditions)


def read_draft(given: object) -> Question:
    """Return a query of the draft of version 1.0. Raises BadQuery for what is none."""
    if not isinstance(given, dict):
        raise BadQuery("A query is an object with conditions.")
    name: object = ""
    ids: tuple[str, ...] = ()
    conditions = []
    for one in _objects(given.get("conditions"), "conditions"):
        if one.get("matchType") == "name":
            name = next(iter(_values(one.get("propertyValue"))), "")
        elif one.get("matchType") == "id":
            ids += _values(one.get("propertyValue"))
        elif one.get("matchType") == "property":
            conditions.append(_condition(one))
        else:
            raise BadQuery('The matchType of a condition is "name", "id" or "property".')
    return _checked(given, name, conditions, ids)


def _condition(given: Mapping[str, object]) -> Condition:
    quantifier = given.get("matchQuantifier", "any")
    if quantifier not in _QUANTIFIERS:
        raise BadQuery(f"The matchQuantifier of a condition is one of {', '.join(_QUANTIFIERS)}.")
    return Condition(
        _text(given, "propertyId"),
        _values(given.get("propertyValue")),
        given.get("required") is True,
        str(quantifier),
    )


def _checked(
    given: Mapping[str, object],
    name: object,
    conditions: Iterable[Condition],
    ids: tuple[str, ...] = (),
) -> Question:
    if not isinstance(name, str):
        raise BadQuery("The name in a query is a text.")
    kinds = given.get("type") or ()
    limit = given.get("limit", _DEFAULT)
    if not isinstance(limit, int | float) or limit < 1:
        raise BadQuery("The limit of a query is a number above 0.")
    several = [kinds] if isinstance(kinds, str) else kinds
    if not isinstance(several, list | tuple):
        raise BadQuery("The type of a query is a text or a list.")
    found = Question(
        name,
        tuple(facts.short(facts.full(str(kind))) for kind in several),
        str(given.get("type_strict") or "any"),
        ids,
        tuple(conditions),
        min(int(limit), MOST),
    )
    if not found.name.strip() and not found.conditions and not found.ids:
        raise BadQuery("A query needs a name, an identifier, or properties.")
    return found


def _objects(given: object, what: str) -> list[dict[str, object]]:
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise BadQuery(f"The {what} of a query are a list of objects.")
    return given


def _text(given: Mapping[str, object], key: str) -> str:
    found = given.get(key)
    if not isinstance(found, str) or not found:
        raise BadQuery(f"A property of a query needs its {key}.")
    return found


def _values(given: object) -> tuple[str, ...]:
    several = given if isinstance(given, list) else [given]
    return tuple(str(one.get("id", "") if isinstance(one, dict) else one) for one in several)


class Matcher:
    """Answers questions from a release."""

    def __init__(self, store: ox.Store, index: Index) -> None:
        self.store, self.index = store, index

    def match(self, question: Question) -> list[dict[str, object]]:
        """Return candidates as both versions of the API tell them, the likeliest first."""
        found = [self._weighed(one, question) for one in self._named(question)]
        kept = [one for one in found if one and one.score > 0]
        kept.sort(key=lambda one: (not one.match, -one.score))
        return [self._told(one) for one in kept[: question.limit]]

    def properties(self, kinds: Collection[str] = ()) -> list[Property]:
        """Return the properties that resources of some kinds have, or of any kind."""
        found: dict[str, Property] = {}
        for kind in kinds or KINDS:
            for one in self._properties.get(facts.short(facts.full(kind)), []):
                found.setdefault(one.id, one)
        return list(found.values())

    @cached_property
    def _properties(self) -> dict[str, list[Property]]:
        return facts.properties(self.store)

    def _named(self, question: Question) -> list[Candidate]:
        if question.ids:
            known = (self.index.entities.get(facts.identity(id_)) for id_ in question.ids)
            one_alone = len(question.ids) == 1
            return [Candidate(entity, 100, match=one_alone) for entity in known if entity]
        given = question.name.strip()
        exact = self.index.entities.get(facts.identity(given)) if given else None
        if exact and ("/" in given or ":" in given):
            return [Candidate(exact, 100, match=True)]
        kinds = question.kinds if question.strict != "should" else ()
        if given:
            return self.index.candidates(given, kinds)
        every = self.index.entities.values()
        return [Candidate(one, 100) for one in every if not kinds or set(kinds) & set(one.kinds)]

    def _weighed(self, one: Candidate, question: Question) -> Candidate | None:
        """Return a candidate with all that is known counted, or None where it cannot be meant."""
        score, match = one.score, one.match
        lacking = set(question.kinds) - set(one.entity.kinds)
        if question.strict == "all" and lacking:
            return None
        if question.strict == "should" and lacking:
            score, match = score - _OTHER_KIND, False
        fitting = [self._fits(one.entity, condition) for condition in question.conditions]
        for fits, condition in zip(fitting, question.conditions, strict=True):
            if not fits and condition.required:
                return None
        misfits = fitting.count(False)
        if not question.name.strip() and not question.ids:
            # Without a name only those are meant of which something is true.
            score = 100 * fitting.count(True) / len(fitting)
        elif misfits:
            score, match = score - _MISFIT * misfits / len(fitting), False
        return Candidate(one.entity, round(max(score, 0), 1), match)

    def _fits(self, entity: Entity, condition: Condition) -> bool:
        found = facts.values(self.store, entity.iri, condition.property)
        known = {form for fact in found for form in _forms(fact)}
        fitting = [plain(value) in known for value in condition.values]
        if condition.quantifier == "none":
            return not any(fitting)
        return all(fitting) if condition.quantifier == "all" else any(fitting)

    def _told(self, one: Candidate) -> dict[str, object]:
        entity = one.entity
        return {
            "id": names.path(entity.iri),
            "name": entity.label,
            "description": facts.described(self.store, entity.iri, entity.kinds),
            "score": one.score,
            "match": one.match,
            "type": [
                {"id": kind, "name": facts.label(self.store, facts.full(kind))}
                for kind in entity.kinds
            ],
        }


def _forms(fact: Fact) -> set[str]:
    """Return how a value may be written: in full, as a path or an item, or by its label."""
    forms = {fact.value, fact.label, names.path(fact.value), fact.value.rpartition("/")[2]}
    return {plain(form) for form in forms if form}
