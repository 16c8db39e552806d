"""A commitment typed in one line: «@ivanov смета по складу к чт 15:00», "@ivanov estimate for the warehouse by Thu 3pm".

Dates are dateparser's business; ours is to find which words of the line are the date, whose name stands in it, and what is
left as the result. Codes and values only; pages speak about them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from svyazka.engine.wording import is_effort, lack_of, vague_deadline
from svyazka.engine.worktime import WorkCalendar

Part = Literal["performer", "result", "due"]
LONGEST: Final = 500
"""Letters of a line. Each word of it may begin a date, and dateparser takes a millisecond to find that it doesn't."""
_MOST_TRIES: Final = 5
"""So many words that announce a date are tried, the last ones: there the date stands."""
_MOST_WORDS: Final = 6
"""So many words a date takes: «в четверг 26 ноября в 15:00»."""
_BEFORE_DATES: Final = frozenset(
    ["к", "ко", "до", "в", "во", "на", "не", "позднее", "by", "until", "till", "on", "at", "due", "before"]
)
_BARE_HOUR: Final = re.compile(r"[01]?\d|2[0-3]")
_CLOCK: Final = re.compile(r"\d{1,2}:\d\d|\d\s*(?:am|pm)\b", re.IGNORECASE)
_WHEN: Final = re.compile(
    r"\d|завтра|сегодня|через|недел|tomorrow|today|next|in\b|week|"
    r"(?:пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|сред|четверг|пятниц|суббот|воскресень|mon|tue|wed|thu|fri|sat|sun)",
    re.IGNORECASE,
)
_NOMINATIVE: Final = {
    form: day
    for day, forms in {
        "понедельник": "понедельнику понедельника", "вторник": "вторнику вторника", "среда": "среде среду среды",
        "четверг": "четвергу четверга", "пятница": "пятнице пятницу пятницы", "суббота": "субботе субботу субботы",
        "воскресенье": "воскресенью воскресенья",
    }.items()
    for form in forms.split()
}  # fmt: skip
"""Days as they follow «к» and «до»; dateparser knows them by their first form."""
_WEEKDAYS: Final = frozenset(
    [
        "пн",
        "вт",
        "ср",
        "чт",
        "пт",
        "сб",
        "вс",
        "понедельник",
        "вторник",
        "среда",
        "четверг",
        "пятница",
        "суббота",
        "воскресенье",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "завтра",
        "сегодня",
        "послезавтра",
        "tomorrow",
        "today",
    ]
)


@dataclass(frozen=True, slots=True)
class Task:
    """What a line says: who owes which result by when (aware)."""

    performer: int
    result: str
    due_at: datetime


class NotUnderstood(Exception):
    """A line that is no commitment.

    ``lacks`` names the code of what is wrong by part: ``required``, ``unknown`` and ``several`` of a performer; ``required``,
    ``junk``, ``effort`` and ``too_long`` of a result; ``required``, ``vague`` and ``past`` of a due time. ``said`` has the words that each is about.
    """

    def __init__(self, lacks: Mapping[Part, str], said: Mapping[Part, str]) -> None:
        super().__init__(dict(lacks))
        self.lacks, self.said = lacks, said


def understand(
    line: str, *, people: Mapping[str, Sequence[int]], at: datetime, calendar: WorkCalendar
) -> Task:
    """Take a line apart.

    :param people: whom each name means, in small letters with е for ё, without the "@": the part of his address before the "@", his surname
    :param at: now; days are those of the calendar's zone
    :param calendar: a date without a time means the end of work on that day
    :raises NotUnderstood: something is missing or wrong, each part with its code
    """
    lacks: dict[Part, str] = {}
    said: dict[Part, str] = {}
    if len(line) > LONGEST:
        raise NotUnderstood({"result": "too_long"}, {})
    performer, rest, name = _performer(line.split(), people)
    if isinstance(performer, str):
        lacks["performer"], said["performer"] = performer, name
    due, words = _due(rest, at, calendar)
    if due is None:
        vague = vague_deadline(" ".join(rest))
        lacks["due"], said["due"] = ("vague", vague) if vague else ("required", "")
    elif due <= at:
        lacks["due"], said["due"] = "past", due.isoformat()
    result = " ".join(words).replace(said.get("due", ""), "").strip(" ,;:—–-")
    if lack := lack_of(result) or ("effort" if is_effort(result) else ""):
        lacks["result"], said["result"] = lack, result
    if lacks or isinstance(performer, str) or due is None:
        raise NotUnderstood(lacks, said)
    return Task(performer, result, due)


def _performer(words: list[str], people: Mapping[str, Sequence[int]]) -> tuple[int | str, list[str], str]:
    """Who is meant, or the code of why nobody is; the other words; and the name as it was typed."""
    for place, word in enumerate(words):
        if word.startswith("@") or (place == 0 and word.endswith(":")):
            name = word.strip("@:,;.")
            found = people.get(name.casefold().replace("ё", "е"), ())
            rest = words[:place] + words[place + 1 :]
            if len(found) == 1:
                return found[0], rest, name
            return ("several" if found else "unknown"), rest, name
    return "required", words, ""


def _due(words: list[str], at: datetime, calendar: WorkCalendar) -> tuple[datetime | None, list[str]]:
    """When it is due, and the words that are left."""
    zone = ZoneInfo(calendar.zone)
    now = at.astimezone(zone)
    for first, last in _windows(words):
        found = _read(words[first:last], now, calendar, ends_line=last == len(words))
        if found is not None:
            return found, words[:first] + words[last:]
    return None, words


def _windows(words: list[str]) -> Iterator[tuple[int, int]]:
    """Where a date may stand: at the end, at the beginning, or after a word that announces one; the longest first."""
    count = len(words)
    for length in range(min(_MOST_WORDS, count), 0, -1):
        yield count - length, count
    announced = [place for place in range(1, count) if words[place].casefold() in _BEFORE_DATES][
        -_MOST_TRIES:
    ]
    for length in range(min(_MOST_WORDS, count), 0, -1):
        yield 0, length
        yield from ((first, first + length) for first in announced if 1 < length < count - first)


def _read(words: list[str], now: datetime, calendar: WorkCalendar, *, ends_line: bool) -> datetime | None:
    """The words as a moment if all of them are a date; without a time, the end of that day's work.

    :param ends_line: then a bare number after a day is an hour («к пт 15»); elsewhere it counts what follows («завтра 3 схемы»)
    """
    import dateparser  # loads its languages: only who types a line waits for that

    plain = [word.casefold().strip(",;.") for word in words]
    while plain and plain[0] in _BEFORE_DATES:
        plain = plain[1:]
    plain = [_NOMINATIVE.get(word, word) for word in plain if word not in {"в", "at", "часов"}]
    if len(plain) > 1 and _BARE_HOUR.fullmatch(plain[-1]):
        if not ends_line:
            return None
        if plain[-2] in _WEEKDAYS:
            plain[-1] += ":00"
    text = " ".join(plain)
    if not _WHEN.search(text):
        return None
    found = dateparser.parse(
        text,
        languages=["ru", "en"],
        settings={
            "RELATIVE_BASE": now.replace(tzinfo=None), "PREFER_DATES_FROM": "future", "DATE_ORDER": "DMY",
            "REQUIRE_PARTS": [], "STRICT_PARSING": False, "PARSERS": ["relative-time", "absolute-time", "custom-formats"],
        },
    )  # fmt: skip
    if found is None:
        return None
    moment = found.replace(tzinfo=now.tzinfo)
    if _CLOCK.search(text):
        return moment
    spans = calendar.spans(moment.date())
    return spans[-1][1] if spans else moment.replace(hour=18, minute=0, second=0, microsecond=0)
