"""Citations of what a release says, with an address that names the release.

CSL-JSON (https://docs.citationstyles.org), BibTeX as biber reads it, and RIS.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, quote

import pyoxigraph as ox
from rdflib.namespace import DCTERMS, RDFS

from selenograph.graph import dates, names, query
from selenograph.graph.errors import Unknown
from selenograph.graph.names import SG

AUTHOR = "Selenograph contributors"
PUBLISHER = "Selenograph"
FORMATS = {
    "csl": "application/vnd.citationstyles.csl+json",
    "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
}
_NAMING = [ox.NamedNode(name) for name in (DCTERMS.title, RDFS.label, SG.summary)]
_DECIDED = ox.NamedNode(SG.decidedBy)
_ABOUT = [ox.NamedNode(name) for name in (SG.about, SG.property)]
# What TeX takes for a command.
_COMMANDS = re.compile(r"[&%$#_{}~^\\]")
_SPELT = {
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
}


@dataclass(frozen=True)
class Citation:
    """What is cited: what it is called, where it stands in which release, and as of when."""

    title: str
    path: str
    """The path of the resource, or of a stored query with its parameters."""
    release: str
    told: date
    """The day of the newest source of the release."""
    known: date | None = None

    @property
    def called(self) -> str:
        """The title, with the day on which that was known."""
        return f"{self.title} (as known on {self.known})" if self.known else self.title

    @property
    def address(self) -> str:
        """The address, the same for ever."""
        known = f"known/{self.known}/" if self.known else ""
        path = quote(self.path, safe="/?&=,:+%-._~")
        return f"{names.BASE}release/{self.release[:12]}/{known}{path}"

    def written(self, form: str) -> str:
        """Return the citation in one of FORMATS."""
        return {"csl": self._csl, "bib": self._bibtex, "ris": self._ris}[form]()

    def _csl(self) -> str:
        entry = {
            "id": self._key,
            "type": "dataset",
            "title": self.called,
            "author": [{"literal": AUTHOR}],
            "publisher": PUBLISHER,
            "version": self.release[:12],
            "issued": {"date-parts": [[self.told.year, self.told.month, self.told.day]]},
            "URL": self.address,
        }
        return json.dumps([entry], ensure_ascii=False, indent=2) + "\n"

    def _bibtex(self) -> str:
        fields = {
            "title": f"{{{_tex(self.called)}}}",
            "author": f"{{{AUTHOR}}}",
            "publisher": PUBLISHER,
            "version": self.release[:12],
            "date": self.told.isoformat(),
            "url": self.address,
        }
        lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
        return f"@dataset{{{self._key},\n{lines}}}\n"

    def _ris(self) -> str:
        lines = (
            ("TY", "DATA"),
            ("ID", self._key),
            ("TI", self.called),
            ("AU", AUTHOR),
            ("PB", PUBLISHER),
            ("ET", self.release[:12]),
            ("PY", f"{self.told.year}"),
            ("DA", f"{self.told:%Y/%m/%d}"),
            ("UR", self.address),
            ("ER", ""),
        )
        return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in lines)

    @property
    def _key(self) -> str:
        known = f"-{self.known}" if self.known else ""
        return f"selenograph-{names.slug(self.path.replace('/', ' '))}{known}-{self.release[:12]}"


def cited(
    store: ox.Store, path: str, identifier: str, told: date, known: date | None = None
) -> Citation:
    """Return how to cite what stands at a path, such as query/participants?on=2024-06-01.

    Raises Unknown where nothing stands there, BadParameter where a query has no such answer, and
    BadInput where a page is of no day.
    """
    place, _, asked = path.partition("?")
    if place.startswith("query/"):
        stored = query.named(place.removeprefix("query/"))
        stored.with_values(dict(parse_qsl(asked, keep_blank_values=True)))
        return Citation(str(stored.header["summary"]), path, identifier, told, known)
    title = _title(store, place)
    if on := dict(parse_qsl(asked)).get("on"):
        title, place = f"{title}, on {dates.day(on)}", f"{place}?on={on}"
    return Citation(title, place, identifier, told, known)


def _title(store: ox.Store, path: str) -> str:
    """Return what a resource is called; of a source, whose work is not ours, that we tell of it."""
    iri = ox.NamedNode(names.BASE + path)
    if not any(True for _ in store.quads_for_pattern(iri, None, None)):
        raise Unknown(f"Nothing is known about {path}.")
    named = _named(store, iri)
    if path.startswith("source/") and named:
        return f"What “{named}” says"
    if about := [_named(store, one) for one in _parts(store, iri)]:
        return f"Disagreement: {', '.join(filter(None, about))}"
    return named or path


def _parts(store: ox.Store, iri: ox.NamedNode) -> list[ox.NamedNode]:
    """Return what a disagreement is about, and in which property; nothing for what is none."""
    if not any(store.quads_for_pattern(iri, _DECIDED, None)):
        return []
    told = [quad.object for p in _ABOUT for quad in store.quads_for_pattern(iri, p, None)]
    return list(dict.fromkeys(node for node in told if isinstance(node, ox.NamedNode)))


def _named(store: ox.Store, iri: ox.NamedNode) -> str:
    for predicate in _NAMING:
        told = [quad.object for quad in store.quads_for_pattern(iri, predicate, None)]
        if texts := [term for term in told if isinstance(term, ox.Literal)]:
            return _in_english(texts)
    return ""


def _in_english(texts: Iterable[ox.Literal]) -> str:
    return min(texts, key=lambda text: (text.language != "en", text.value)).value


def _tex(text: str) -> str:
    return _COMMANDS.sub(lambda found: _SPELT.get(found[0], f"\\{found[0]}"), text)
