"""Whether two lines of business, each typed by somebody else, mean the same."""

import re
from functools import lru_cache
from typing import Final, Literal

from rapidfuzz import fuzz

Fit = Literal[0, 1, 2]
"""How well two lines of business fit: not at all, as ones that are alike, by equal words."""

ALIKE: Final = 85
"""Out of a hundred: from here on two lines of business count as alike («деревообработка» and «Деревобработка»)."""
_WORD: Final = re.compile(r"[^\W_]+")
_LINKS: Final = frozenset({
    "и", "или", "в", "во", "на", "с", "со", "для", "по", "из", "от", "к", "а", "также",
    "and", "or", "of", "the", "a", "an", "in", "for", "with", "to", "by",
})  # fmt: skip


@lru_cache(maxsize=4096)
def plain_industry(text: str) -> str:
    """The words of a line of business for comparing: small letters, ё as е, in order, without «и» and its kin.

    Empty where nothing is named.
    """
    words = _WORD.findall(text.casefold().replace("ё", "е"))
    return " ".join(sorted({word for word in words if word not in _LINKS}))


def industries_fit(one: str, other: str) -> Fit:
    """How well two lines of business fit. A narrower one is like a wider one: «оптовая торговля» and «торговля»."""
    first, second = plain_industry(one), plain_industry(other)
    if not first or not second:
        return 0
    if first == second:
        return 2
    return 1 if fuzz.token_set_ratio(first, second) >= ALIKE else 0
