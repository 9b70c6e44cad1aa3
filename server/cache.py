"""Answers are kept: here, by clients and by proxies. A release never changes, so they stay right.

RFC 9110 (validators, conditional requests, content codings) and RFC 9111 (caching).
"""

import gzip
import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import brotli
import zstandard
from cachetools import LRUCache
from flask import Flask, Response, current_app, g, request

from selenograph.server.current import serving, settings
from selenograph.server.settings import Settings

_OVERHEAD = 1000
"""Bytes that an answer needs beside its text."""
_SMALLEST = 1000
"""Bytes below which compressing is not worth it."""
_CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda text: bytes(brotli.compress(text, quality=5)),
    "zstd": lambda text: zstandard.compress(text),
    "gzip": lambda text: gzip.compress(text, 6, mtime=0),
}


@dataclass(frozen=True)
class _Kept:
    """An answer as it is sent."""

    body: bytes
    content_type: str
    coding: str
    rows: int | None


def _size(kept: _Kept) -> int:
    return len(kept.body) + _OVERHEAD


class Cache:
    """A bounded number of bytes of answers, the least recently used dropped first."""

    def __init__(self, size: int) -> None:
        self._kept: LRUCache[tuple[str, str], _Kept] = LRUCache(size, _size)
        self._lock = threading.Lock()

    def get(self, tag: str, coding: str) -> _Kept | None:
        """Return the answer that is kept under a tag in a content coding."""
        with self._lock:
            found: _Kept | None = self._kept.get((tag, coding))
            return found

    def put(self, tag: str, coding: str, answer: _Kept) -> None:
        """Keep an answer, unless it alone would drive out most others."""
        if _size(answer) * 8 < self._kept.maxsize:
            with self._lock:
                self._kept[tag, coding] = answer


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application its cache, and every answer the headers on which caches rest."""
    app.extensions["cache"] = Cache(settings.cache)
    app.extensions["edition"] = _edition()
    app.after_request(_headers)


def answered(key: tuple[object, ...] | None, make: Callable[[], Response]) -> Response:
    """Return the answer that belongs to a key: none where the client has it, or kept, or made.

    The key holds all on which the answer depends but the release. Without a key the answer is
    made anew each time and kept by nobody.
    """
    if key is None:
        response = make()
        response.headers["Cache-Control"] = "no-store"
        return response
    tag = _tag(key)
    given = request.if_none_match
    # An asterisk asks whether there is an answer at all, which only making it tells.
    if request.method in ("GET", "HEAD") and not given.star_tag and given.contains_weak(tag):
        g.cache = "client"
        return _marked(Response(status=304), tag)
    cache: Cache = current_app.extensions["cache"]
    coding = request.accept_encodings.best_match([*_CODINGS, "identity"]) or "identity"
    kept = cache.get(tag, coding)
    g.cache = "hit"
    if kept is None:
        plain = cache.get(tag, "identity")
        if plain is None:
            g.cache = "miss"
            response = make()
            if response.direct_passthrough:
                return _marked(response, tag)
            plain = _Kept(response.get_data(), response.headers["Content-Type"], "", g.get("rows"))
            cache.put(tag, "identity", plain)
        kept = _coded(plain, coding)
        if kept is not plain:
            cache.put(tag, coding, kept)
    g.rows = kept.rows
    response = Response(kept.body, content_type=kept.content_type)
    if kept.coding:
        response.headers["Content-Encoding"] = kept.coding
    return _marked(response, tag)


def _tag(key: tuple[object, ...]) -> str:
    release = serving().release.manifest.release
    whole = repr((release, current_app.extensions["edition"], request.script_root, key))
    return f"{release[:12]}-{hashlib.sha256(whole.encode()).hexdigest()[:20]}"


def _marked(response: Response, tag: str) -> Response:
    # Weak, since all content codings share it, and rows without an order may come in any.
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = f"public, max-age={settings().fresh}"
    return response


def _coded(plain: _Kept, coding: str) -> _Kept:
    if coding == "identity" or len(plain.body) < _SMALLEST:
        return plain
    return replace(plain, body=_CODINGS[coding](plain.body), coding=coding)


def _headers(response: Response) -> Response:
    response.vary.update(("Accept", "Accept-Encoding"))
    if response.status_code >= 400 or "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def _edition() -> str:
    """Return what changes when the pages change though the release does not."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    files = [*here.glob("*.py"), *here.glob("templates/*"), *here.glob("static/**/*")]
    for file in sorted(files):
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
