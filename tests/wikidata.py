"""A server that speaks as Wikidata does: entities as JSON, and SPARQL that is really evaluated."""

import json
import re
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qsl

import pyoxigraph as ox

from selenograph.graph import names
from tests.conftest import Loopback

LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
ALIAS = "http://www.w3.org/2004/02/skos/core#altLabel"
ENTITY = "http://www.wikidata.org/entity/"
DIRECT = "http://www.wikidata.org/prop/direct/"
PREFIXES = """
@prefix p: <http://www.wikidata.org/prop/> .
@prefix pq: <http://www.wikidata.org/prop/qualifier/> .
@prefix ps: <http://www.wikidata.org/prop/statement/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wd: <http://www.wikidata.org/entity/> .
@prefix wdt: <http://www.wikidata.org/prop/direct/> .
@prefix wds: <http://www.wikidata.org/entity/statement/> .
@prefix wikibase: <http://wikiba.se/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def linked(*facts):
    """Return a store whose default graph has some statements, in the project's prefixes."""
    store = ox.Store()
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in names.PREFIXES.items())
    head += f"@base <{names.BASE}> .\n"
    store.load((head + "\n".join(facts)).encode(), format=ox.RdfFormat.TRIG)
    return store


def made_up(links):
    """Return Turtle of items for links, whose figures are made up."""
    return "\n".join(
        f'wd:{link.item} rdfs:label "{link.item}"@en ; wdt:P1082 {1_000 + number} ;'
        f' wdt:P625 "Point({number % 180} {number % 90})" .'
        for number, link in enumerate(links)
    )


class Wikidata(Loopback):
    """Wikidata on this machine, with the items of some Turtle; what is asked is recorded.

    ``faults`` are answered first, one to a request: (status, headers, body).
    """

    def __init__(self, turtle, redirects=None):
        super().__init__(_Handler)
        self.store = ox.Store()
        self.store.load((PREFIXES + turtle).encode(), format=ox.RdfFormat.TURTLE)
        self.redirects, self.asked, self.faults = redirects or {}, [], []
        self.api, self.queries = f"{self.origin}/w/api.php", f"{self.origin}/sparql"

    def texts(self, item, predicate):
        quads = self.store.quads_for_pattern(ox.NamedNode(ENTITY + item), predicate, None, None)
        return [quad.object for quad in quads if isinstance(quad.object, ox.Literal)]

    def entity(self, item):
        """Return an entity as wbgetentities does with formatversion=2."""
        node = ox.NamedNode(ENTITY + item)
        if not any(self.store.quads_for_pattern(node, None, None, None)):
            return {"id": item, "missing": True}
        claims = {}
        for quad in self.store.quads_for_pattern(node, None, None, None):
            if quad.predicate.value.startswith(DIRECT) and isinstance(quad.object, ox.Literal):
                value = {"value": quad.object.value, "type": "string"}
                snak = {"snaktype": "value", "datavalue": value}
                key = quad.predicate.value.removeprefix(DIRECT)
                claims.setdefault(key, []).append({"mainsnak": snak, "rank": "normal"})
        told = {t.language: {"language": t.language, "value": t.value}
                for t in self.texts(item, ox.NamedNode(LABEL))}  # fmt: skip
        also = {}
        for text in self.texts(item, ox.NamedNode(ALIAS)):
            alias = {"language": text.language, "value": text.value}
            also.setdefault(text.language, []).append(alias)
        return {"id": item, "type": "item", "labels": told, "aliases": also, "claims": claims}

    def entities(self, items):
        if len(items) > 50:
            return {"error": {"code": "toomanyvalues", "info": "Too many values supplied."}}
        # Each under the name by which it was asked, with its own as a member.
        found = {item: self.entity(self.redirects.get(item, item)) for item in items}
        for item in items:
            if item in self.redirects:
                found[item]["redirects"] = {"from": item, "to": self.redirects[item]}
        return {"entities": found, "success": 1}

    def answer(self, path, fields):
        if path == "/w/api.php":
            if fields.get("action") != "wbgetentities" or fields.get("format") != "json":
                return {"error": {"code": "badvalue", "info": "Unrecognized value."}}
            return self.entities(fields["ids"].split("|"))
        bound = re.search(r"VALUES (\?item|\(\?item\)) \{", fields["query"])
        assert bound, "the pattern is sent unbound"
        found = self.store.query(fields["query"])
        return json.loads(found.serialize(format=ox.QueryResultsFormat.JSON))


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers["Content-Length"])
        fields = dict(parse_qsl(self.rfile.read(length).decode()))
        self.server.asked.append((self.path, fields, dict(self.headers)))
        if self.server.faults:
            status, headers, body = self.server.faults.pop(0)
        else:
            status, headers, body = 200, {}, self.server.answer(self.path, fields)
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        media = "application/sparql-results+json" if self.path == "/sparql" else "application/json"
        self.send_response(status)
        for name, value in {"Content-Type": media, **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args):
        pass
