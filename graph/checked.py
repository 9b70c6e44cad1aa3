"""Which files the last build found sound, so that a build checks only what may have changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from selenograph.graph import files
from selenograph.graph.corpus import Corpus

_NOTE = "checked"


def fingerprints(whole: Corpus) -> dict[str, str]:
    """Return for each file a text that is another one once the check may find something else.

    What a check of one file rests on is the file, the names of all sources, ontology, shapes and
    reference layer, and the code.
    """
    code = [path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))]
    shared = [(file.path, file.text) for file in files.turtle("shapes")]
    shared += [(one.path, one.text) for one in (*whole.ontology, *whole.reference)]
    told = [part.encode() for pair in shared for part in pair]
    paths = [document.path.encode() for document in whole.sources]
    background = hashlib.sha256(b"\0".join([*code, *told, *paths])).hexdigest()
    return {
        one.path: hashlib.sha256(f"{background}\0{one.path}\0{one.text}".encode()).hexdigest()
        for one in whole
    }


def sound(folder: Path) -> set[str]:
    """Return the fingerprints of the files that were found sound for the release in a folder."""
    try:
        return set((folder / _NOTE).read_text("utf-8").split())
    except (OSError, ValueError):
        return set()


def note(folder: Path, whole: Corpus, faulty: Iterable[str]) -> None:
    """Note in the folder of a release which files were found sound: all but the faulty paths."""
    wrong = set(faulty)
    found = [text for path, text in fingerprints(whole).items() if path not in wrong]
    (folder / _NOTE).write_text("\n".join(found), "utf-8")
