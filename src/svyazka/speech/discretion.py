"""What may be said outside the house: deals by number and need, without whose they are and how to reach them."""

import re
from typing import Final

from svyazka.engine.anonymous import HIDDEN
from svyazka.engine.identity import name_words
from svyazka.engine.reaching import REACHED_BY

_WORD: Final = re.compile(r"\w+")


def discreet(text: str, *, client: str) -> str:
    """The text without addresses, phones and names in messengers, and without the client's name as it is written in his card.

    Other forms of the name, and whatever else somebody typed into a need, can't be told from the rest.
    """
    said = text
    for way in REACHED_BY:
        said = way.sub(HIDDEN, said)
    wanted = name_words(client)
    words = list(_WORD.finditer(said))
    folded = [name_words(word[0]) for word in words]
    for begin in reversed(range(len(words) - len(wanted) + 1)):
        run = folded[begin : begin + len(wanted)]
        if wanted and tuple(part for one in run for part in one) == wanted:
            said = said[: words[begin].start()] + HIDDEN + said[words[begin + len(wanted) - 1].end() :]
    return said
