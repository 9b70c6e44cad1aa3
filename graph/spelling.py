"""How names are compared: without what spellings differ in, and then by how alike they are."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence

from rapidfuzz import fuzz, process

Scorer = Callable[..., float]
"""Tells how alike two texts are, of 100."""
BY_LETTERS: Scorer = fuzz.ratio
BY_WORDS: Scorer = fuzz.token_sort_ratio
"""In whichever order they stand."""
BY_SHARED_WORDS: Scorer = fuzz.token_set_ratio
"""Those that only one of them has count little."""
BY_PARTS: Scorer = fuzz.WRatio
"""Also where one is a part of the other."""

_INITIALS = re.compile(r"\b(\w)\.\s?(?=\w\b)")
"""Of U.S.A., which is USA."""


def normal(text: str) -> str:
    """Return a text without case, accents and blanks at its ends."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in parts if not unicodedata.combining(c)).split())


def plain(name: str) -> str:
    """Return a name without case, accents, punctuation and articles."""
    letters = normal(name).replace("&", " and ").replace("'", "").replace("’", "")
    words = re.findall(r"\w+", _INITIALS.sub(r"\1", letters))
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def alike(
    wanted: str,
    among: Sequence[str] | Mapping[int, str],
    least: float,
    most: int,
    scorer: Scorer = BY_PARTS,
) -> Iterator[tuple[int, float]]:
    """Yield where the likest of some texts stand, with how like they are, of 100."""
    for _, score, at in process.extract(
        wanted, among, scorer=scorer, score_cutoff=least, limit=most
    ):
        yield at, score
