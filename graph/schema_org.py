"""A resource in the words of schema.org, as search engines read it: https://schema.org/."""

from selenograph.graph import names
from selenograph.graph.describe import Resource

_TYPES = {
    "State": "Country",
    "Territory": "Place",
    "Region": "Place",
    "Place": "Place",
    "Organization": "Organization",
    "Person": "Person",
    "Programme": "Project",
    "Mission": "Event",
    "Agreement": "Legislation",
    "Source": "CreativeWork",
    "Class": "DefinedTerm",
}
_EVENT = "Event"
_TERM = "DefinedTerm"


def described(resource: Resource, title: str) -> dict[str, object]:
    """Return a resource as JSON-LD of schema.org: what it is, its names, its day, its links."""
    kinds = [names.short(kind.iri).removeprefix("sg:") for kind in resource.kinds]
    type_ = next((_TYPES[kind] for kind in kinds if kind in _TYPES), "")
    path = names.path(resource.iri)
    if not type_:
        type_ = _EVENT if path.startswith("act/") else _TERM if "/" in path else "Thing"
    found: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": type_,
        "@id": resource.iri,
        "name": title,
    }
    given = {fact.property.iri: fact.values for fact in [*resource.names, *resource.facts]}

    def texts(*properties: str) -> list[str]:
        return [value.label for one in properties for value in given.get(one, [])]

    def links(*properties: str) -> list[str]:
        return [
            value.value.iri for one in properties for value in given.get(one, []) if value.value.iri
        ]

    skos, dcterms, sg = names.PREFIXES["skos"], names.PREFIXES["dcterms"], names.SG
    more: dict[str, list[str]] = {
        "alternateName": sorted(set(texts(skos + "prefLabel", skos + "altLabel")) - {title}),
        "sameAs": links(skos + "exactMatch", sg + "ror"),
        "description": texts(skos + "definition"),
    }
    if type_ == _EVENT:
        more |= {"startDate": texts(sg + "date"), "location": texts(sg + "place")}
        more["organizer"] = texts(sg + "party")
    if type_ == "CreativeWork":
        more |= {"datePublished": texts(dcterms + "issued"), "url": links(sg + "address")}
        more |= {
            "publisher": texts(dcterms + "publisher"),
            "inLanguage": texts(dcterms + "language"),
        }
    return found | {key: _alone(values) for key, values in more.items() if values}


def dataset() -> dict[str, object]:
    """Return the whole as a data set, as search engines for data read it."""
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": names.BASE,
        "name": "Selenograph",
        "description": "Who has agreed to what on the Moon and beyond, when, and who says so.",
        "license": str(names.LICENCE),
        "url": names.BASE,
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": media, "contentUrl": names.BASE + file}
            for media, file in (("application/n-quads", "dump.nq"), ("text/turtle", "dump.ttl"))
        ],
    }


def _alone(values: list[str]) -> object:
    return values[0] if len(values) == 1 else values
