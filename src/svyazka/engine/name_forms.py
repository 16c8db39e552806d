"""Forms of a name: in Russian cases, in either alphabet. Not a grammar: what a name's stem and a case's ending make is taken for one.

The stack has no morphology. The sounds of a name in Latin letters are those by which companies are compared (``engine.identity``).
"""

import re
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

from svyazka.engine.identity import name_words

_NOUN: Final = (
    "",
    *"аоеиыуюяйь",
    "ой",
    "ей",
    "ою",
    "ею",
    "ом",
    "ем",
    "ым",
    "ых",
    "ыми",
    "ия",
    "ии",
    "ию",
    "ией",
    "s",
    "es",
)
_ADJECTIVE: Final = (
    "ый", "ий", "ого", "его", "ому", "ему", "им", "их", "ими", "ая", "яя", "ую", "юю", "ые", "ие",
)  # fmt: skip
SHORT: Final = 3
"""Letters of a name that is too short for more than the plainest endings."""
_LONGEST_ENDING: Final = 4
"""Letters by which a word may be longer than the name it begins like."""
_ALIKE: Final = 88
"""Per cent by which two spellings in Latin letters are alike that mean one name (Alexander, Aleksandr)."""
_FUZZY: Final = 6
"""Letters of the shortest spelling that is compared so."""
_FLEETING: Final = re.compile(r"(?<=.)([еоeo])([^\Wаеиоуыэюяйьaeiouy\d_])$")
_CYRILLIC: Final = re.compile(r"[а-яё]+", re.IGNORECASE)


def folded(word: str) -> str:
    """In small letters, ё as е."""
    return word.lower().replace("ё", "е")


@lru_cache(maxsize=65536)
def sound(word: str) -> str:
    """The word in Latin letters, so that its usual spellings meet."""
    said = "".join(name_words(word))
    return said[1:] if said.startswith("ie") else said


def sounds(name: str) -> frozenset[str]:
    """The ways to write a name in Latin letters: ё is e or yo."""
    return frozenset({sound(name), sound(name.lower().replace("ё", "ио"))})


_OF_SHORT: Final = (frozenset(_NOUN), frozenset(map(sound, _NOUN)))
_ENDINGS: Final = tuple(
    known | more
    for known, more in zip(_OF_SHORT, (frozenset(_ADJECTIVE), frozenset(map(sound, _ADJECTIVE))), strict=True)
)


@lru_cache(maxsize=65536)
def _stems(plain: str) -> tuple[str, ...]:
    """What stands before a case's ending: without the last vowel or two, and without one that comes and goes («Лев», «Льва»)."""
    stems = [plain]
    if plain[-1] in "аеиоуыэюяйьaeiouy" and len(plain) > 2:
        stems.append(plain[:-1])
    if plain.endswith(("ый", "ий", "ой", "ая", "ия")) and len(plain) > SHORT + 1:
        stems.append(plain[:-2])
    if plain.endswith(("ей", "ei")):
        stems.append(plain[:-2] + ("ь" if plain.endswith("й") else ""))
    if len(plain) >= SHORT and _FLEETING.search(plain):
        stems.append(plain[:-2] + plain[-1])
        if plain[-3] == "л":
            stems.append(f"{plain[:-2]}ь{plain[-1]}")
    return tuple(stems)


def is_case_of(word: str, name: str) -> bool:
    """Whether the word is the name with the ending of a case, in the same alphabet or in the other, however it is capitalised."""
    if _CYRILLIC.fullmatch(word) and _CYRILLIC.fullmatch(name):
        return _ends_well(folded(word), folded(name), script=0, letters=len(name))
    said = sound(word)
    return any(_sounds_like(said, plain, len(name)) for plain in sounds(name) if said and plain)


def _sounds_like(said: str, plain: str, letters: int) -> bool:
    return _ends_well(said, plain, script=1, letters=letters) or (
        min(len(said), len(plain)) >= _FUZZY and fuzz.ratio(said, plain) >= _ALIKE
    )


def _ends_well(said: str, plain: str, *, script: int, letters: int) -> bool:
    endings = (_OF_SHORT if letters <= SHORT else _ENDINGS)[script]
    return any(said.startswith(stem) and said[len(stem) :] in endings for stem in _stems(plain))


def begins_like(word: str, name: str) -> bool:
    """Whether a capital word may be a name in one of its cases: they begin alike, and the endings are short.

    Of five letters or more the last two may be another («Павел», «Павла»), of fewer the last one («Анна», «Анне»).
    """
    said, plain = folded(word), folded(name)
    if len(plain) <= SHORT or len(said) - len(plain) > _LONGEST_ENDING or len(plain) - len(said) > 2:
        return False
    stem = len(plain) - (2 if len(plain) >= 5 else 1)
    return said[:stem] == plain[:stem]


def is_form_of(word: str, name: str) -> bool:
    """Whether a capital word may be the name in some form: rather more than less."""
    return begins_like(word, name) or is_case_of(word, name)
