"""One of a list in a cell: a stage, a status, yes or no. What is only like one of the list is proposed, never taken."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.process import extract

from svyazka.engine.importing.codes import Code
from svyazka.engine.importing.values import EMPTY, Cell, Read, refused, text_of, unread
from svyazka.engine.process import Process

_CLOSE: Final = 80
"""Per cent by which a text is like a name that it may be a slip of."""
_SHORTEST: Final = 4
"""Letters of the shortest text that may be a slip."""
_LONGEST_SLIP: Final = 60
_MOST: Final = 3
"""Names that are proposed."""
_LONGEST: Final = 200
_NOT_WORD: Final = re.compile(r"[\W_]+")


def plain_words(text: str) -> str:
    """The text as names are compared: small letters, ё as е, single spaces for everything that is no letter or digit."""
    return _NOT_WORD.sub(" ", text.casefold().replace("ё", "е")).strip()


class Choices:
    """A list to choose from: by key, the names that mean it."""

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        self._exact: dict[str, list[str]] = {}
        self._plain: dict[str, list[str]] = {}
        self._order = {key: place for place, key in enumerate(names)}
        for key, called in names.items():
            for name in (key, *called):
                for known, form in ((self._exact, name.strip()), (self._plain, plain_words(name))):
                    if form and key not in known.setdefault(form, []):
                        known[form].append(key)
        self._likely = [name for name in self._plain if len(name) >= _SHORTEST]

    def read(self, cell: Cell) -> Read:
        """The key of what the cell names."""
        said = text_of(cell)
        if not said:
            return EMPTY
        if len(said) > _LONGEST:
            return refused(Code.TOO_LONG, said)
        plain = plain_words(said)
        keys = self._exact.get(said) or self._plain.get(plain, [])
        if keys:
            return Read(keys[0], said) if len(keys) == 1 else refused(Code.AMBIGUOUS_CHOICE, said, *keys)
        close = self._close(plain)
        return unread(Code.CLOSE_CHOICE if close else Code.UNKNOWN_CHOICE, said, *close)

    def knows(self, text: str) -> bool:
        """Whether the text surely names one."""
        return len(self._plain.get(plain_words(text), ())) == 1

    def has(self, key: str) -> bool:
        """Whether this is the key of one."""
        return key in self._order

    def _close(self, plain: str) -> list[str]:
        if not _SHORTEST <= len(plain) <= _LONGEST_SLIP:
            return []
        likest: dict[str, float] = {}
        for scorer, weight in ((fuzz.ratio, 1.0), (fuzz.token_set_ratio, 0.9)):
            found = extract(plain, self._likely, scorer=scorer, score_cutoff=_CLOSE / weight, limit=None)
            for name, score, _ in found:
                likest |= {key: max(weight * score, likest.get(key, 0)) for key in self._plain[name]}
        return sorted(likest, key=lambda key: (-likest[key], self._order[key]))[:_MOST]


def stage_choices(process: Process) -> Choices:
    """The stages of a process: by key, by name in either language, by number, and by number and name."""
    names: dict[str, tuple[str, ...]] = {}
    for number, stage in enumerate(process.stages, 1):
        ru, en = stage.name.ru, stage.name.en
        numbered = (f"{number}", f"этап {number}", f"stage {number}", f"{number} этап")
        names[stage.key] = (ru, en, *numbered, f"{number} {ru}", f"{number} {en}")
    return Choices(names)


_ENDED: Final = (
    "закрыта",
    "закрыт",
    "закрыто",
    "завершена",
    "завершён",
    "завершено",
    "closed",
    "done",
    "finished",
)
"""Words for a deal that has ended, but how?"""
STATUSES: Final = Choices(
    {
        "open": (
            "открыта", "открыт", "открыто", "открытая", "открытый", "в работе", "в процессе", "в ходе", "активна", "активный", "активная",
            "новый", "новая", "новое", "новый лид", "взято в работу", "взят в работу", "ведётся", "идёт", "текущая", "не закрыта", "in progress", "in work", "under way", "active", "new",
            "working", "ongoing", "in process",
        ),
        "won": (
            "выиграна", "выигран", "выиграно", "выигранная", "выиграли", "успешно", "успех", "успешная", "успешно реализовано", "договор",
            "договор подписан", "договор заключён", "контракт", "продано", "продана", "продажа", "сделка успешна", "подписан", "подписано", "closed won", "won", *_ENDED, "success",
            "successful", "signed", "sold", "contract signed",
        ),
        "lost": (
            "проиграна", "проигран", "проиграно", "проигранная", "проиграли", "отказ", "отказ клиента", "клиент отказался", "отказались", "отказался", "не успешно",
            "неуспешно", "неуспешная", "провал", "провалена", "сделка провалена", "закрыто и не реализовано", "потеряна", "потерян", "ушёл", "ушли к конкуренту", "слив", "слита", "closed lost",
            "lost", *_ENDED, "failed", "fail", "refused", "rejected",
        ),
        "declined": (
            "отклонена", "отклонён", "отклонено", "отклонили", "отклонена нами", "наш отказ", "мы отказали", "отказали", "отказались мы", "не наш", "не наш клиент",
            "не наш профиль", "не берём", "нецелевой", "нецелевая", "нецелевое", "не целевой", "некачественный", "некачественный лид", "declined by us", *_ENDED, "not ours",
            "disqualified", "unqualified",
        ),
        "duplicate": ("дубль", "дубликат", "повтор", "повторная", "повторный", "дублирующая", "duplicate", "dup", "double"),
        "spam": ("спам", "реклама", "мусор", "spam", "junk"),
    }
)  # fmt: skip
"""Words for how a deal stands, by the status that they mean."""

_YES_NO: Final = Choices(
    {
        "yes": ("да", "д", "+", "1", "истина", "true", "y", "yep", "есть", "✓", "✔", "x", "х", "верно", "ага", "on"),
        "no": ("нет", "н", "-", "−", "–", "—", "0", "ложь", "false", "n", "nope", "неверно", "off"),
    }
)  # fmt: skip


def read_yes_no(cell: Cell) -> Read:
    """True or False."""
    if isinstance(cell, bool):
        return Read(cell, text_of(cell))
    read = _YES_NO.read(cell)
    return read._replace(value=read.value == "yes") if read.value is not None else read
