"""What may be said outside the house: deals by number and need, without whose they are and how to reach them."""

import re
from typing import Final

from svyazka.engine.identity import EMAIL_IN_TEXT, name_words

_REACHED_BY: Final = (
    EMAIL_IN_TEXT,
    re.compile(r"(?<![\w+])\+?\d[\d\s()\u2010-\u2015-]{8,28}\d(?!\w)"),
    re.compile(r"(?<![\w+.])\+?\d{1,4}(?:\.\d{2,4}){3,4}(?![\w.]\d)"),
    re.compile(r"(?<![\w@])@\w{4,}|\b(?:t|telegram)\.me/[^\s,;]+"),
)
"""Addresses, phones and names in messengers, each found in one pass."""
_WORD: Final = re.compile(r"\w+")
_HIDDEN: Final = "…"


def discreet(text: str, *, client: str) -> str:
    """The text without addresses, phones and names in messengers, and without the client's name as it is written in his card.

    Other forms of the name, and whatever else somebody typed into a need, can't be told from the rest.
    """
    said = text
    for way in _REACHED_BY:
        said = way.sub(_HIDDEN, said)
    wanted = name_words(client)
    words = list(_WORD.finditer(said))
    folded = [name_words(word[0]) for word in words]
    for begin in reversed(range(len(words) - len(wanted) + 1)):
        run = folded[begin : begin + len(wanted)]
        if wanted and tuple(part for one in run for part in one) == wanted:
            said = said[: words[begin].start()] + _HIDDEN + said[words[begin + len(wanted) - 1].end() :]
    return said
