"""Reconciliation: which resource a name in a table means, and what is known of it.

Reconciliation Service API 0.2, which OpenRefine speaks, and what programs send by the 1.0 draft,
whose manifest is another: https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from collections.abc import Callable, Mapping
from typing import TypeVar, cast

from flask import Blueprint, Response, current_app, json, render_template, request

from selenograph.graph import facts, names
from selenograph.graph.errors import BadQuery, Unknown
from selenograph.graph.facts import Fact
from selenograph.graph.matching import KINDS, Entity, Index
from selenograph.server import cache, questions
from selenograph.server.current import serving
from selenograph.server.questions import Matcher

blueprint = Blueprint("reconciliation", __name__, url_prefix="/reconcile")

K = TypeVar("K")
MOST = 100
"""How many queries, resources or values one request may hold."""
_PAGE = 20
_PREVIEWED = {
    "Also": "skos:altLabel",
    "Country": "country",
    "Region": "region",
    "Wikidata": "skos:exactMatch",
}


def matcher() -> Matcher:
    """Return what matches names with what answers now. It is made once for a release and day."""
    now = serving()
    place = (now.identifier, now.known)
    kept: tuple[object, Matcher] | None = current_app.extensions.get("matcher")
    if kept is None or kept[0] != place:
        kept = (place, Matcher(now.store, Index(now.store)))
        current_app.extensions["matcher"] = kept
    return kept[1]


@blueprint.route("", methods=["GET", "POST"], strict_slashes=False)
def service() -> Response:
    """Match a batch of names, extend a table, or else tell what the service can do."""
    if given := request.values.get("queries"):
        batch = _object(given)
        asked = {key: questions.read(query) for key, query in _bounded(batch).items()}
        return _json({key: {"result": matcher().match(one)} for key, one in asked.items()})
    if given := request.values.get("extend"):
        ids, properties = _extension(_object(given))
        rows = {
            id_: {name: _values(id_, name, most) for name, most in properties.items()}
            for id_ in ids
        }
        return _json({"meta": _meta(properties), "rows": rows})
    return cache.answered(("reconcile", request.url_root), lambda: _json(_manifest()))


@blueprint.post("/match")
def match() -> Response:
    """Match a batch of names as the 1.0 draft asks."""
    batch = request.get_json(force=True, silent=True)
    queries = batch.get("queries") if isinstance(batch, dict) else None
    if not isinstance(queries, list):
        raise BadQuery('A batch is an object with a list "queries".')
    asked = [questions.read_draft(query) for query in _bounded(dict(enumerate(queries))).values()]
    return _json({"results": [{"candidates": matcher().match(one)} for one in asked]})


@blueprint.post("/extend")
def extend() -> Response:
    """Extend a table as the 1.0 draft asks."""
    ids, properties = _extension(request.get_json(force=True, silent=True))
    rows = [
        {
            "id": id_,
            "properties": [
                {"id": name, "values": _values(id_, name, most)}
                for name, most in properties.items()
            ],
        }
        for id_ in ids
    ]
    return _json({"meta": _meta(properties), "rows": rows})


@blueprint.get("/extend/propose")
def propose() -> Response:
    """Propose properties that a table of resources of a type can be extended by."""
    kind = request.args.get("type", "")
    most = _limit(request.args.get("limit"), 50)
    found = matcher().properties([kind] if kind else ())[:most]
    told = [{"id": one.id, "name": one.label} for one in found]
    return _json({"properties": told, "limit": most, **({"type": kind} if kind else {})})


@blueprint.get("/suggest/<any(entity, type, property):what>")
def suggest(what: str) -> Response:
    """Suggest what begins so, to somebody who types."""
    prefix = request.args.get("prefix", "")
    kinds = tuple(filter(None, request.args.get("type", "").split(",")))
    from_ = _limit(request.args.get("cursor"), 0)
    if what == "entity":
        found = matcher().index.beginning(prefix, kinds) or [
            candidate.entity for candidate in matcher().index.candidates(prefix, kinds)
        ]
        return _json({"result": [_suggested(one) for one in found[from_ : from_ + _PAGE]]})
    if what == "type":
        offered = [(kind, _name_of(kind)) for kind in KINDS]
    else:
        offered = [(one.id, one.label) for one in matcher().properties(kinds)]
    wanted = prefix.casefold()
    rows = [
        {"id": id_, "name": label}
        for id_, label in offered
        if wanted in id_.casefold() or wanted in label.casefold()
    ]
    return _json({"result": rows[from_ : from_ + _PAGE]})


@blueprint.get("/preview")
def preview() -> Response:
    """Show a resource in a few words, within the page of another program."""
    entity = _entity(request.args.get("id", ""))
    store = serving().store
    shown = {name: facts.values(store, entity.iri, of) for name, of in _PREVIEWED.items()}
    page = render_template(
        "preview.html",
        entity=entity,
        about=facts.described(store, entity.iri, entity.kinds),
        shown={name: found for name, found in shown.items() if found},
    )
    response = Response(page, mimetype="text/html")
    # It is made for frames, and holds no form or script that a frame could abuse.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'"
    return response


def _manifest() -> dict[str, object]:
    here = request.url_root.rstrip("/")
    service = f"{here}/reconcile"

    def at(path: str) -> dict[str, str]:
        return {"service_url": service, "service_path": path}

    return {
        "versions": ["0.2"],
        "name": "Selenograph",
        "identifierSpace": names.BASE,
        "schemaSpace": str(names.SG),
        "documentation": here + "/",
        "standardizedScore": True,
        "batchSize": 50,
        "defaultTypes": [{"id": kind, "name": _name_of(kind)} for kind in KINDS[:3]],
        "view": {"url": here + "/{{id}}"},
        "preview": {"url": service + "/preview?id={{id}}", "width": 420, "height": 200},
        "suggest": {what: at(f"/suggest/{what}") for what in ("entity", "type", "property")},
        "extend": {
            "propose_properties": at("/extend/propose"),
            "property_settings": [
                {
                    "name": "limit",
                    "label": "Limit",
                    "type": "number",
                    "default": 0,
                    "help_text": "How many values for each resource; 0 for all",
                }
            ],
        },
    }


def _name_of(kind: str) -> str:
    return facts.label(serving().store, facts.full(kind))


def _suggested(entity: Entity) -> dict[str, object]:
    return {
        "id": names.path(entity.iri),
        "name": entity.label,
        "description": facts.described(serving().store, entity.iri, entity.kinds),
        "notable": [{"id": kind, "name": _name_of(kind)} for kind in entity.kinds],
    }


def _entity(id_: str) -> Entity:
    found = matcher().index.entities.get(facts.identity(id_))
    if found is None:
        raise Unknown(f'There is no resource "{id_}". Give a path such as party/serbia.')
    return found


def _extension(asked: object) -> tuple[list[str], dict[str, int]]:
    """Return the resources, and how many values of each property are wanted."""
    fault = BadQuery('An extension is an object with lists "ids" and "properties".')
    if not isinstance(asked, dict):
        raise fault
    ids, properties = asked.get("ids"), asked.get("properties")
    if not isinstance(ids, list) or not isinstance(properties, list):
        raise fault
    if len(ids) > 10 * MOST or len(properties) > MOST:
        raise BadQuery(f"At most {10 * MOST} resources and {MOST} properties are extended at once.")
    found = {}
    for one in properties:
        if not isinstance(one, dict) or not isinstance(one.get("id"), str):
            raise fault
        settings = one.get("settings")
        most = settings.get("limit") if isinstance(settings, dict) else None
        found[one["id"]] = _limit(str(most or 0), 0)
    return [str(id_) for id_ in ids], found


def _meta(properties: Mapping[str, int]) -> list[dict[str, str]]:
    return [
        {"id": name, "name": facts.label(serving().store, facts.full(name))} for name in properties
    ]


def _values(id_: str, property_: str, most: int) -> list[dict[str, object]]:
    found = facts.values(serving().store, facts.identity(id_), property_)
    return [_WRITTEN[fact.kind](fact) for fact in (found[:most] if most else found)]


_WRITTEN: Mapping[str, Callable[[Fact], dict[str, object]]] = {
    "entity": lambda fact: {
        "id": names.path(fact.value).removeprefix(names.PREFIXES["wd"]),
        "name": fact.label or fact.value.rpartition("/")[2],
    },
    "text": lambda fact: {"str": fact.value},
    # The specification knows no day without a time.
    "date": lambda fact: {"date": f"{fact.value}T00:00:00Z"},
    "number": lambda fact: (
        {"int": int(fact.value)} if fact.value.isdecimal() else {"float": float(fact.value)}
    ),
    "boolean": lambda fact: {"bool": fact.value in ("true", "1")},
}


def _object(text: str) -> dict[str, object]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise BadQuery(f"This is no JSON: {error}.") from error
    if not isinstance(found, dict):
        raise BadQuery("A batch is a JSON object with a key for each query.")
    return cast(dict[str, object], found)


def _bounded(batch: dict[K, object]) -> dict[K, object]:
    if len(batch) > MOST:
        raise BadQuery(f"A batch holds at most {MOST} queries, not {len(batch)}.")
    return batch


def _limit(given: str | None, otherwise: int) -> int:
    if not given:
        return otherwise
    if not given.isdecimal() or len(given) > 6:
        raise BadQuery(f'"{given[:50]}" is no number of results.')
    return int(given)


def _json(told: object) -> Response:
    return Response(json.dumps(told, ensure_ascii=False), mimetype="application/json")
