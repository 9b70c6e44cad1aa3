"""Releases on disk: written, made current, found, opened and dumped.

A folder of releases holds one folder for each release, named by its identifier, and the link
``current``. A build that is interrupted leaves the link, and so the release in use, as it was.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import pyoxigraph as ox

from selenograph.graph import names, results
from selenograph.graph.errors import BadInput, NoRelease

DUMP = "selenograph.nq"
ANSWERS = "selenograph.ttl"
STORE = "store"
KEPT = 2
"""How many releases stay in a folder, unless more are asked for."""
_MANIFEST = "manifest.json"
CURRENT = "current"
_RELEASE = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Manifest:
    """What a release is: its identifier and its size."""

    release: str
    quads: int
    sources: int


@dataclass(frozen=True)
class Release:
    """A release on disk."""

    folder: Path
    manifest: Manifest

    def open(self) -> ox.Store:
        """Return the store, read-only. Many processes may open it at once.

        Raises NoRelease where the store is missing or damaged.
        """
        try:
            return ox.Store.read_only(str(self.folder / STORE))
        except OSError as error:
            raise NoRelease(str(self.folder.parent)) from error


def write(out: Path, quads: bytes, sources: int, keep: int = KEPT) -> Release:
    """Write N-Quads as a release, and make it current. The same quads are the same release.

    So many releases are kept in the folder, and the one before in any case.
    """
    manifest = Manifest(hashlib.sha256(quads).hexdigest(), quads.count(b"\n"), sources)
    folder = out / manifest.release
    make_room(out)
    if folder.exists() and not _is_whole(folder, manifest):
        shutil.rmtree(folder)
    if not folder.exists():
        with tempfile.TemporaryDirectory(prefix=".building-", dir=out) as work:
            _fill(Path(work) / "release", quads, manifest)
            try:
                (Path(work) / "release").rename(folder)
            except OSError:
                # Another build of the same files was faster; its result is the same.
                if not folder.exists():
                    raise
    _point(out, manifest.release, keep)
    return Release(folder.resolve(), manifest)


def pointed(out: Path) -> str | None:
    """Return the identifier of the release in use in a folder, or None where there is none."""
    try:
        return Path(os.readlink(out / CURRENT)).name
    except OSError:
        return None


def current(out: Path) -> Release:
    """Return the release in use in a folder. Raises NoRelease where there is none."""
    try:
        return at((out / CURRENT).resolve())
    except NoRelease as error:
        # By the name that was given, and not where that leads.
        raise NoRelease(str(out)) from error


def called(out: Path, beginning: str) -> Release | None:
    """Return the release in a folder whose identifier begins so, or None where none does."""
    found = [one for one in out.glob(f"{beginning}*") if _RELEASE.fullmatch(one.name)]
    return at(found[0].resolve()) if len(found) == 1 else None


def at(folder: Path) -> Release:
    """Return the release that a folder holds. Raises NoRelease where it holds none."""
    try:
        return Release(folder, _manifest(folder))
    except (FileNotFoundError, TypeError, ValueError) as error:
        raise NoRelease(str(folder.parent)) from error


def describe(folder: Path, of: Release) -> None:
    """Write the manifest of a folder with a store that was made of a release."""
    store = ox.Store.read_only(str(folder / STORE))
    sources = sum(str(name.value).startswith(names.SOURCES) for name in store.named_graphs())
    _describe(folder, Manifest(of.manifest.release, len(store), sources))


def dumped(found: Release, name: str) -> Path:
    """Return the dump of a release in a folder of its own, written first where it is not there."""
    path = found.folder / name
    if not path.exists():
        quads = found.open().dump(format=ox.RdfFormat.N_QUADS) or b""
        fresh = path.with_name(f".{name}-{os.getpid()}-{threading.get_ident()}")
        if name == DUMP:
            fresh.write_bytes(b"".join(sorted(quads.splitlines(keepends=True))))
        else:
            fresh.write_bytes(_answers(quads))
        fresh.replace(path)
    return path


def _describe(folder: Path, manifest: Manifest) -> None:
    (folder / _MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n", "utf-8")


def _answers(quads: bytes) -> bytes:
    """Return what the default graph of N-Quads answers from as Turtle."""
    answers = [quad.triple for quad in _parsed(quads) if quad.graph_name == ox.DefaultGraph()]
    return results.statements(answers, "ttl")


def _manifest(folder: Path) -> Manifest:
    return Manifest(**json.loads((folder / _MANIFEST).read_text("utf-8")))


def _is_whole(folder: Path, manifest: Manifest) -> bool:
    try:
        Release(folder, manifest).open()
        return _manifest(folder) == manifest and (folder / DUMP).is_file()
    except (OSError, TypeError, ValueError, NoRelease):
        return False


def make_room(out: Path) -> None:
    """Make a folder of releases. Raises BadInput where something has the place of the link."""
    link = out / CURRENT
    if link.exists() and not link.is_symlink():
        raise BadInput(f"{link} is no link to a release. Move it, or build in another folder.")
    out.mkdir(parents=True, exist_ok=True)


def _fill(folder: Path, quads: bytes, manifest: Manifest) -> None:
    folder.mkdir()
    (folder / DUMP).write_bytes(quads)
    store = ox.Store(str(folder / STORE))
    store.bulk_load(quads, format=ox.RdfFormat.N_QUADS)
    store.optimize()
    # From the dump and not from the store, which gives blank nodes names of its own.
    (folder / ANSWERS).write_bytes(_answers(quads))
    _describe(folder, manifest)


def _parsed(quads: bytes) -> Iterable[ox.Quad]:
    return ox.parse(quads, format=ox.RdfFormat.N_QUADS)


def _point(out: Path, release: str, keep: int) -> None:
    """Make a release current in one step, and drop the oldest; the one before stays in any case."""
    link = out / CURRENT
    before = os.readlink(link) if link.is_symlink() else release
    fresh = out / f".current-{os.getpid()}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(release, target_is_directory=True)
    fresh.replace(link)
    # By their names, so that nothing goes that others keep in the folder.
    others = [one for one in out.iterdir() if _RELEASE.fullmatch(one.name)]
    others.sort(key=lambda one: (one.name in {release, before}, one.stat().st_mtime))
    for old in others[: -max(keep, len({release, before}))]:
        shutil.rmtree(old)
