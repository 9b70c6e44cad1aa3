"""A research object that holds all files of an export, with licence, release and checksums."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from selenograph.graph import names
from selenograph.graph.release import Release

METADATA = "ro-crate-metadata.json"
_PROFILE = "https://w3id.org/ro/crate/1.1"
_ABOUT = (
    "A knowledge graph of cooperation on the Moon and beyond: programmes, the agreements that "
    "carry them, the acts by which parties join, and the sources that say so."
)
_MAKERS = {"@id": "#developers"}


def metadata(made: Release, day: datetime, files: Mapping[str, tuple[str, str, bytes]]) -> bytes:
    """Return the description of files by name (https://w3id.org/ro/crate/1.1).

    Each is given with its media type, its title and its bytes; the day is that of the release.
    """
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": "Selenograph",
        "description": _ABOUT,
        "identifier": made.manifest.release,
        "version": made.manifest.release,
        "datePublished": day.astimezone(UTC).date().isoformat(),
        "license": {"@id": str(names.LICENCE)},
        "creator": _MAKERS,
        "publisher": _MAKERS,
        "url": names.BASE,
        "keywords": "knowledge graph, SPARQL, linked data, space policy, Moon",
        "hasPart": [{"@id": name} for name in files],
    }
    described = {
        "@id": METADATA,
        "@type": "CreativeWork",
        "conformsTo": {"@id": _PROFILE},
        "about": {"@id": "./"},
    }
    licence = {
        "@id": str(names.LICENCE),
        "@type": "CreativeWork",
        "name": "CC0 1.0 Universal",
        "description": "Public domain dedication.",
        "identifier": "https://spdx.org/licenses/CC0-1.0",
    }
    makers = {"@id": "#developers", "@type": "Organization", "name": "The Selenograph developers"}
    document = {
        "@context": [
            f"{_PROFILE}/context",
            # Schema.org has the property since version 23, which RO-Crate 1.1 does not know.
            {"sha256": "https://schema.org/sha256"},
        ],
        "@graph": [
            described,
            root,
            licence,
            makers,
            *(_file(name, *told) for name, told in files.items()),
        ],
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _file(name: str, media_type: str, title: str, content: bytes) -> dict[str, object]:
    return {
        "@id": name,
        "@type": "File",
        "name": title,
        "encodingFormat": media_type,
        "contentSize": str(len(content)),
        "sha256": hashlib.sha256(content).hexdigest(),
        "license": {"@id": str(names.LICENCE)},
    }
