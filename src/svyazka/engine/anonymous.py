"""Words that may be told to others: without whose they are, who said them and how to reach anybody.

Rather more is left out than less: a capital word that begins like somebody's name goes, whoever is meant; so does one of five letters or
more in small letters that is a name in some case. Of shorter names («Ли», «Лев», «Ян») small letters mean too much else: they go only
beside another name of the same person. What nobody has told the system (a nickname, a plant's name within the company) can't be
known, so a person reads the result.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

from svyazka.engine.identity import LOOKALIKES, name_words
from svyazka.engine.name_forms import begins_like, is_case_of, is_form_of, sound, sounds
from svyazka.engine.reaching import REACHED_BY, SITES

HIDDEN: Final = "…"
"""Stands where something was left out."""
_UNSEEN: Final = re.compile("[\u0300\u0301\u00ad\u200b\u200c\u2060\ufeff]")
"""Stresses and what nobody sees: soft hyphens, joints without a width. They come in with pasted text and end no word."""
_ALIKE: Final = {
    one: f"[{latin}{cyrillic}]"
    for latin, cyrillic in zip(*LOOKALIKES, strict=True)
    for one in (latin, cyrillic)
}
_WORD: Final = re.compile(r"[^\W\d_]+")
_RUN: Final = re.compile(r"…(?:[\s,.'’`«»\"“”()/\u2010-\u2015-]*…)+")
_QUOTED: Final = re.compile(r"[«\"“„]\s*…\s*[»\"”“]")
_BESIDE: Final = re.compile(r"[\s.'’`_\u2010-\u2015-]{0,3}")
_SURE: Final = 5
"""Letters of a name that is one in small letters, too."""


@dataclass(frozen=True, slots=True)
class Known:
    """What must not be told.

    :param companies: as they are written in their cards; also in other cases and without their legal form
    :param people: names in full, in whatever order; each word of them is looked for in any case and in either alphabet
    :param exact: whatever else, letter for letter: a domain, a contract's number
    """

    companies: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()


def anonymous(text: str, known: Known) -> str:
    """The text with all that is known, and all that looks like a way to reach somebody, left out."""
    said = text = _UNSEEN.sub("", normalize("NFC", text))
    for way in (*REACHED_BY, *SITES):
        said = way.sub(HIDDEN, said)
    for words in sorted({one.strip() for one in known.exact if one.strip()}, key=len, reverse=True):
        said = re.sub(rf"(?<!\w){_spelt(words)}(?!\w)", HIDDEN, said, flags=re.IGNORECASE)
    for company in known.companies:
        said = _without_company(said, company)
    said = _without_people(said, known.people)
    return _RUN.sub(HIDDEN, _QUOTED.sub(HIDDEN, said)) if said != text else text


def _spelt(words: str) -> str:
    """A pattern for words letter for letter, but that letters which look alike in both alphabets are one and a hyphen may be missing."""
    return "".join(
        _ALIKE.get(one.lower()) or ("[-\u2010-\u2013]?" if one == "-" else re.escape(one)) for one in words
    )


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the text: whose name it surely is, and whose it may be if more of that name stands beside it."""

    begin: int
    end: int
    sure: frozenset[int]
    maybe: frozenset[int]


def _without_people(text: str, people: Iterable[str]) -> str:
    names: dict[str, list[tuple[str, int]]] = {}
    for person, name in enumerate(dict.fromkeys(people)):
        for part in dict.fromkeys(_WORD.findall(name)):
            for first in {one[:1] for one in sounds(part)}:
                names.setdefault(first, []).append((part, person))
    words = [_looked_at(found, names) for found in _WORD.finditer(text)] if names else []
    gone = {place for place, word in enumerate(words) if word.sure}
    said = text
    for place in sorted(gone | _beside(words, gone, text), reverse=True):
        said = said[: words[place].begin] + HIDDEN + said[words[place].end :]
    return said


def _looked_at(found: re.Match[str], names: Mapping[str, list[tuple[str, int]]]) -> _Word:
    word = found[0]
    near = names.get(sound(word)[:1], ())
    is_name = word[:1].isupper()
    is_initial = found.string.startswith(".", found.end())
    sure, maybe = set[int](), set[int]()
    for part, person in near:
        if len(word) == 1 or len(part) == 1:
            if word == part or (word == part[:1] and is_initial):
                maybe.add(person)
        elif is_case_of(word, part):
            (sure if is_name or len(part) >= _SURE else maybe).add(person)
        elif is_name and begins_like(word, part):
            sure.add(person)
    return _Word(found.start(), found.end(), frozenset(sure), frozenset(sure | maybe))


def _beside(words: list[_Word], sure: set[int], text: str) -> set[int]:
    """Places of words that may be names and stand beside more of the same person's."""

    def are_one(left: int, right: int) -> bool:
        one, other = words[left], words[right]
        return bool(one.maybe & other.maybe) and bool(_BESIDE.fullmatch(text, one.end, other.begin))

    def is_whole(place: int) -> bool:
        return words[place].end - words[place].begin > 1

    pairs = [(place, place + 1) for place in range(len(words) - 1) if are_one(place, place + 1)]
    gone = set(sure) | {one for pair in pairs if all(map(is_whole, pair)) for one in pair}
    for ways in (pairs, [pair[::-1] for pair in reversed(pairs)]):
        for known, beside in ways:
            if known in gone:
                gone.add(beside)
    return gone


def _without_company(text: str, company: str) -> str:
    """Without each run of words that is the company's name in some case.

    A name of one word is one where it begins with a capital, or is written in the other alphabet: «завод» is a word, zavod isn't.
    """
    wanted = name_words(company)
    if not wanted:
        return text
    found = list(re.finditer(r"\w+", text))
    said = text
    for begin in reversed(range(len(found) - len(wanted) + 1)):
        run = found[begin : begin + len(wanted)]
        if all(_names(one[0], name) for one, name in zip(run, wanted, strict=True)) and (
            len(wanted) > 1 or not run[0][0][:1].islower() or run[0][0].isascii() != company.isascii()
        ):
            said = said[: run[0].start()] + HIDDEN + said[run[-1].end() :]
    return said


def _names(word: str, part: str) -> bool:
    spelt = name_words(word)
    return spelt == (part,) or (len(spelt) == 1 and len(part) > 2 and is_form_of(spelt[0], part))
