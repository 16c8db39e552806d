"""Words that may be told to others: without whose they are, who said them and how to reach anybody.

Rather more is left out than less: a capital word that begins like somebody's name goes, whoever is meant. What nobody has
told the system (a nickname, a plant's name within the company) can't be known, so a person reads the result.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from svyazka.engine.identity import EMAIL_IN_TEXT, name_words

REACHED_BY: Final = (
    EMAIL_IN_TEXT,
    re.compile(r"(?<![\w+])\+?\d[\d\s()\u2010-\u2015-]{8,28}\d(?!\w)"),
    re.compile(r"(?<![\w+.])\+?\d{1,4}(?:\.\d{2,4}){3,4}(?![\w.]\d)"),
    re.compile(r"(?<![\w@])@\w{4,}|\b(?:t|telegram)\.me/[^\s,;]+"),
)
"""Addresses, phones (an INN reads like one) and names in messengers, each found in one pass."""
HIDDEN: Final = "…"
"""Stands where something was left out."""
_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_RUN: Final = re.compile(r"…(?:[\s,.«»\"“”()-]*…)+")
_QUOTED: Final = re.compile(r"[«\"“„]\s*…\s*[»\"”“]")
_SHORTEST: Final = 3
"""Letters of the shortest word that is looked for: initials are too many things."""
_LONGEST_ENDING: Final = 4
"""Letters by which a word in another case may be longer than the name."""


@dataclass(frozen=True, slots=True)
class Known:
    """What must not be told.

    :param companies: as they are written in their cards; also in other cases and without their legal form
    :param people: names in full, in whatever order; each word of them is looked for in any case
    :param exact: whatever else, letter for letter: a domain, a contract's number
    """

    companies: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()


def anonymous(text: str, known: Known) -> str:
    """The text with all that is known, and all that looks like a way to reach somebody, left out."""
    said = text
    for way in REACHED_BY:
        said = way.sub(HIDDEN, said)
    for words in sorted({one.strip() for one in known.exact if one.strip()}, key=len, reverse=True):
        said = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", HIDDEN, said, flags=re.IGNORECASE)
    for company in known.companies:
        said = _without_company(said, company)
    said = _without_people(said, _name_parts(known.people))
    return _RUN.sub(HIDDEN, _QUOTED.sub(HIDDEN, said)) if said != text else text


def is_form_of(word: str, name: str) -> bool:
    """Whether a word may be a name in one of its cases: they begin alike, and the endings are short.

    Of five letters or more the last two may be another («Павел», «Павла»), of fewer the last one («Анна», «Анне»).
    """
    said, plain = _folded(word), _folded(name)
    stem = max(len(plain) - (2 if len(plain) >= 5 else 1), _SHORTEST)
    if len(plain) < _SHORTEST or len(said) - len(plain) > _LONGEST_ENDING or len(plain) - len(said) > 2:
        return False
    if len(plain) == _SHORTEST:
        return said.startswith(plain) and len(said) <= _SHORTEST + 2
    return said[:stem] == plain[:stem]


def _folded(word: str) -> str:
    return word.lower().replace("ё", "е")


def _name_parts(people: Iterable[str]) -> tuple[str, ...]:
    return tuple(
        {
            _folded(part): part for name in people for part in _WORD.findall(name) if len(part) >= _SHORTEST
        }.values()
    )


def _without_people(text: str, parts: tuple[str, ...]) -> str:
    by_start: dict[str, list[str]] = {}
    for part in parts:
        by_start.setdefault(_folded(part)[:2], []).append(part)

    def told(found: re.Match[str]) -> str:
        word = found[0]
        if not word[:1].isupper():
            return word
        near = by_start.get(_folded(word)[:2], ())
        return HIDDEN if any(is_form_of(word, part) for part in near) else word

    return _WORD.sub(told, text)


def _without_company(text: str, company: str) -> str:
    """Without each run of words that is the company's name in some case, of which one begins with a capital."""
    wanted = name_words(company)
    if not wanted:
        return text
    found = list(re.finditer(r"\w+", text))
    said = text
    for begin in reversed(range(len(found) - len(wanted) + 1)):
        run = found[begin : begin + len(wanted)]
        if all(_names(one[0], name) for one, name in zip(run, wanted, strict=True)) and (
            len(wanted) > 1 or any(one[0][:1].isupper() or one[0][:1].isdigit() for one in run)
        ):
            said = said[: run[0].start()] + HIDDEN + said[run[-1].end() :]
    return said


def _names(word: str, part: str) -> bool:
    folded = name_words(word)
    return folded == (part,) or (len(folded) == 1 and is_form_of(folded[0], part))
