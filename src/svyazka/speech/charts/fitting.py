"""Text that fits: how wide it will be, where it is broken, where it is cut. Nobody tells us the font, so widths are a careful guess."""

import unicodedata
from functools import lru_cache
from typing import Final

_NARROW: Final = frozenset("iljtfrI.,:;!'|()[] \N{NO-BREAK SPACE}·гт")
_WIDE: Final = frozenset("mwMWжмшщюыфЖМШЩЮЫФДЛ@%—")
_KEPT: Final = frozenset({"\N{ZERO WIDTH JOINER}", "\N{SOFT HYPHEN}"})
MORE: Final = "…"


def clean(text: str) -> str:
    """One line of what can be drawn: XML knows no control characters, and those that turn the direction of writing would turn more than theirs."""
    plain = " ".join(text.split())
    return "".join(
        letter
        for letter in plain
        if letter in _KEPT or (unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Cn", "Co"})
    )


@lru_cache(maxsize=8192)
def width(text: str, size: float) -> float:
    """How many pixels a text of this size takes at most, as far as one can tell."""
    return size * sum(_em(letter) for letter in text)


def _em(letter: str) -> float:
    if unicodedata.combining(letter) or letter in _KEPT:
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF" or ord(letter) > 0xFFFF:
        return 1.3
    if letter in _NARROW:
        return 0.42
    if letter in _WIDE:
        return 0.95
    return 0.72 if letter.isupper() else 0.6


def cut(text: str, room: float, size: float) -> str:
    """The beginning of a text, as much as there is room for."""
    if width(text, size) <= room:
        return text
    kept = ""
    for letter in text:
        if width(kept + letter + MORE, size) > room:
            break
        kept += letter
    return kept.rstrip(" ,;:—–-") + MORE


def lines(text: str, room: float, size: float, most: int = 2) -> tuple[str, ...]:
    """A text broken between words into so many lines; what doesn't fit is cut."""
    found: list[str] = []
    left = clean(text)
    while left and len(found) < most - 1 and width(left, size) > room:
        head = cut(left, room, size).removesuffix(MORE)
        broken = head.rpartition(" ")[0] if left[len(head) : len(head) + 1] != " " else head
        begin = broken or head
        found.append(begin)
        left = left[len(begin) :].strip()
    if left:
        found.append(cut(left, room, size))
    return tuple(found)
