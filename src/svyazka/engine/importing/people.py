"""Who of ours a cell names: «Иванов И. И.», «Иван Иванов», «Ivanov», an address. Only one who is surely meant is taken."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.process import extract

from svyazka.engine.identity import normal_email
from svyazka.engine.importing.codes import Code
from svyazka.engine.importing.values import EMPTY, Cell, Read, refused, text_of, unread
from svyazka.engine.name_forms import is_case_of, sound

_CLOSE: Final = 80
"""Per cent by which a surname is like one that it may be a slip of."""
_MAYBE: Final = 60
"""Per cent below which a word is looked at no closer: no case of a surname is less like it."""
_MOST_WORDS: Final = 4
"""Words of a cell that may be somebody's name; more are a sentence."""
_SHORTEST: Final = 4
_MOST: Final = 5
"""People who are proposed."""
_LONGEST: Final = 200
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_PATRONYMIC: Final = re.compile(r"(?:ich|vna|ichna|inichna|ogly|kyzy)$")
_SEVERAL: Final = re.compile(r"\s*(?:[,;/\n+&]|\s(?:и|and)\s)\s*")


@dataclass(frozen=True, slots=True)
class Known:
    """One of ours."""

    id: int
    surname: str
    given_name: str
    patronymic: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class _Sounds:
    """A name in Latin letters, so that both alphabets meet."""

    id: int
    surname: tuple[str, ...]
    given: str
    patronymic: str


class People:
    """People of ours, to be found by what a table calls them."""

    def __init__(self, known: Iterable[Known]) -> None:
        self._known = tuple(known)
        self._surnames = [sound(one.surname) for one in self._known]
        self._by_email: dict[str, list[int]] = {}
        self._by_surname: dict[str, list[_Sounds]] = {}
        self._by_given: dict[str, list[int]] = {}
        for one in self._known:
            surname = tuple(map(sound, _WORD.findall(one.surname)))
            said = _Sounds(one.id, surname, sound(one.given_name), sound(one.patronymic))
            if surname:
                self._by_surname.setdefault(surname[0], []).append(said)
            self._by_given.setdefault(said.given, []).append(one.id)
            if email := normal_email(one.email):
                for address in (email, email.partition("@")[0]):
                    self._by_email.setdefault(address, []).append(one.id)

    def read(self, cell: Cell) -> Read:
        """The id of the one whom the cell names."""
        said = text_of(cell)
        if not said:
            return EMPTY
        if len(said) > _LONGEST:
            return refused(Code.TOO_LONG, said)
        ids = self._named(said)
        if ids:
            return Read(ids[0], said) if len(ids) == 1 else refused(Code.SEVERAL_PEOPLE, said, *ids)
        return self._unsure(said)

    def has(self, person_id: int) -> bool:
        """Whether this is the id of one."""
        return any(one.id == person_id for one in self._known)

    def knows(self, text: str) -> bool:
        """Whether the text surely names one."""
        return len(self._named(text)) == 1

    def _named(self, said: str) -> list[int]:
        """Everybody who is surely called so."""
        address = normal_email(said) or said.removeprefix("@").lower()
        if found := self._by_email.get(address):
            return found
        words = [sound(word) for word in _WORD.findall(said)]
        return sorted({one.id for place in range(len(words)) for one in self._called(words, place)})

    def _called(self, words: list[str], place: int) -> Iterator[_Sounds]:
        """Those whose surname stands at the place, and whose other names are all the other words."""
        for one in self._by_surname.get(words[place], ()):
            end = place + len(one.surname)
            rest = words[:place] + words[end:]
            if tuple(words[place:end]) == one.surname and _fits(rest, one):
                yield one

    def _unsure(self, said: str) -> Read:
        named = [ids[0] for part in _SEVERAL.split(said) if len(ids := self._named(part)) == 1]
        if len(set(named)) > 1:
            return refused(Code.TWO_NAMES, said, *dict.fromkeys(named))
        close = self._close(said)
        return unread(Code.CLOSE_PERSON if close else Code.UNKNOWN_PERSON, said, *close)

    def _close(self, said: str) -> list[int]:
        words = [word for word in _WORD.findall(said) if len(word) > 1]
        if not words or len(words) > _MOST_WORDS:
            return []
        likest: dict[int, float] = {}
        for word in words:
            for _, _, place in extract(
                sound(word), self._surnames, scorer=fuzz.ratio, score_cutoff=_MAYBE, limit=None
            ):
                one = self._known[place]
                if (score := _likeness(word, one.surname)) >= _CLOSE:
                    full = f"{one.surname} {one.given_name} {one.patronymic}"
                    score += fuzz.token_set_ratio(sound(said), sound(full)) / 1000
                    likest[one.id] = max(score, likest.get(one.id, 0))
        if not likest and len(words) == 1:
            return self._by_given.get(sound(words[0]), [])[:_MOST]
        return sorted(likest, key=lambda one: (-likest[one], one))[:_MOST]


def _likeness(word: str, surname: str) -> float:
    if min(len(word), len(surname)) < _SHORTEST:
        return 0
    if sound(word) == sound(surname):
        return 101
    return 100 if is_case_of(word, surname) else fuzz.ratio(sound(word), sound(surname))


def _fits(rest: list[str], one: _Sounds) -> bool:
    """Whether the words are the given name and the patronymic, whole or by their first letters; or none at all."""
    names = [name for name in (one.given, one.patronymic) if name]
    if len(rest) > len(names) == 1:
        # who is written with a patronymic that we don't know is still himself, his given name being the same
        return len(rest) == 2 and one.given == rest[0] and _PATRONYMIC.search(rest[1]) is not None
    return len(rest) <= len(names) and all(
        _is_of(word, name) for word, name in zip(rest, names, strict=False)
    )


def _is_of(word: str, name: str) -> bool:
    return word == name or (len(word) <= 2 and name.startswith(word))
