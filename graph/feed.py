"""Changes as a feed: Atom, https://www.rfc-editor.org/rfc/rfc4287."""

import io
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from selenograph.graph import changes, names
from selenograph.graph.changes import Change, Changes

MEDIA_TYPE = "application/atom+xml"
MOST = 500
_ATOM = "http://www.w3.org/2005/Atom"
_TITLES = {
    "contested": "Newly contested: {}", "settled": "No longer contested: {}", "added": "Added: {}",
    "changed": "Changed: {}", "withdrawn": "Withdrawn: {}",
}  # fmt: skip


def atom(release: str, when: datetime, found: Changes | None) -> bytes:
    """Return a feed with an entry for each of the first changes, and one for the release itself.

    Without changes, since no release came before, the release is the only entry. Identifiers are
    tags (RFC 4151), which stay when addresses change.
    """
    moment = when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    feed = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": "en"})
    _add(feed, "id", _tag("feed"))
    _add(feed, "title", "Selenograph: changes")
    _add(feed, "updated", moment)
    _add(ET.SubElement(feed, "author"), "name", "The Selenograph developers")
    _add(feed, "rights", f"CC0 1.0: {names.LICENCE}")
    ET.SubElement(feed, "link", rel="self", type=MEDIA_TYPE, href=names.BASE + "feed.atom")
    ET.SubElement(feed, "link", rel="alternate", href=names.BASE)
    counts = found.counts if found else {}
    summary = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
    some = found.changes[:MOST] if found else ()
    if found and len(found.changes) > MOST:
        summary += f"; shown are the first {MOST}"
    _entry(
        feed, _tag(f"release/{release}"), f"Release {release[:12]}", moment, names.BASE, "release",
        summary or ("Nothing changed" if found else "No release came before"),
    )  # fmt: skip
    for change in some:
        _entry(
            feed, _tag(f"release/{release}/{_place(change)}"),
            _TITLES[change.kind].format(change.label), moment, change.resource, change.kind,
            "\n".join(changes.told(change)) or names.path(change.resource),
        )  # fmt: skip
    ET.indent(feed)
    out = io.BytesIO()
    ET.ElementTree(feed).write(out, encoding="utf-8", xml_declaration=True)
    return out.getvalue() + b"\n"


def _place(change: Change) -> str:
    """Return what tells a change from all others of a release."""
    contested = change.differences[0].property if change.kind in ("contested", "settled") else ""
    return "/".join(filter(None, (change.kind, names.path(change.resource), contested)))


def _entry(
    feed: ET.Element, iri: str, title: str, moment: str, about: str, kind: str, summary: str
) -> None:
    entry = ET.SubElement(feed, "entry")
    _add(entry, "id", iri)
    _add(entry, "title", title)
    _add(entry, "updated", moment)
    ET.SubElement(entry, "link", rel="alternate", href=about)
    ET.SubElement(entry, "category", term=kind)
    _add(entry, "summary", summary)


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _tag(path: str) -> str:
    return f"tag:w3id.org,2026:selenograph/{path}"
