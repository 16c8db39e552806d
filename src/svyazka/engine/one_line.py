"""A commitment typed in one line: «@ivanov смета по складу к чт 15:00», "@ivanov estimate for the warehouse by Thu 3pm".

Codes and values only; pages speak about them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from svyazka.engine.identity import normal_name
from svyazka.engine.typed_dates import Found, Unclear, due_in
from svyazka.engine.wording import is_effort, lack_of, vague_deadline
from svyazka.engine.worktime import WorkCalendar

Part = Literal["performer", "result", "due"]
LONGEST: Final = 500
"""Letters of a line."""
_MENTION: Final = re.compile(
    r"(?<!\S)\(?@(?P<name>[\w.\-]*\w)[:,;)]*(?!\S)|(?<!\S)\(?@(?P<glued>[\w.\-]*\w)[,;:](?=\S)"
)
_NAMED_FIRST: Final = re.compile(r"\s*(?P<name>[^\W\d_][\w\-]*):(?=\s)")
_BESIDE: Final = re.compile(r"(?:^|\s)(?:со?|и|для|у|with|and|for)\s+$", re.IGNORECASE)
"""After these words a second name is somebody whom the work concerns, not who does it."""
_TOGETHER: Final = re.compile(r"\s(?:и|and)\s+$")
_AROUND: Final = " \t\n,;:.!?—–-()"
_POLITE: Final = re.compile(r"(?:^|\s)(?:пожалуйста|плиз|please|включительно|мск|msk)(?=\s|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Task:
    """What a line says: who owes which result by when (aware)."""

    performer: int
    result: str
    due_at: datetime


class NotUnderstood(Exception):
    """A line that is no commitment.

    ``lacks`` names the code of what is wrong by part: ``required``, ``unknown``, ``several`` (people of one name) and ``two``
    (names) of a performer; ``required``, ``junk``, ``effort`` and ``too_long`` of a result; ``required``, ``vague``, ``unclear`` and
    ``past`` of a due time. ``said`` has the words that each is about.
    """

    def __init__(self, lacks: Mapping[Part, str], said: Mapping[Part, str]) -> None:
        super().__init__(dict(lacks))
        self.lacks, self.said = lacks, said


def understand(
    line: str, *, people: Mapping[str, Sequence[int]], at: datetime, calendar: WorkCalendar
) -> Task:
    """Take a line apart.

    :param people: whom each name means: see :func:`meant`
    :param at: now; days are those of the calendar's zone
    :raises NotUnderstood: something is missing or wrong, each part with its code
    """
    lacks: dict[Part, str] = {}
    said: dict[Part, str] = {}
    if len(line) > LONGEST:
        raise NotUnderstood({"result": "too_long"}, {})
    performer, rest, name = _performer(line, people)
    if isinstance(performer, str):
        lacks["performer"], said["performer"] = performer, name
    found = _due(rest, at, calendar, lacks, said)
    result = _result(rest, found, said.get("due", ""))
    if lack := lack_of(result) or ("effort" if is_effort(result) else ""):
        lacks["result"], said["result"] = lack, result
    if lacks or isinstance(performer, str) or found is None:
        raise NotUnderstood(lacks, said)
    return Task(performer, result, found.at)


def meant(name: str, people: Mapping[str, Sequence[int]]) -> Sequence[int]:
    """Whom a name means, typed without the "@", in Russian letters or in Latin ones.

    :param people: by the part of an address before the "@" and by surname, in small letters with е for ё; and by how a surname
        sounds (:func:`~svyazka.engine.identity.normal_name`)
    """
    return people.get(plain(name)) or people.get(normal_name(name), ())


def plain(name: str) -> str:
    """A name as it is compared: in small letters with е for ё."""
    return name.casefold().replace("ё", "е")


def is_name(text: str) -> bool:
    """Whether a line can name somebody so: "@" and this."""
    return _MENTION.fullmatch(f"@{text}") is not None


def _performer(line: str, people: Mapping[str, Sequence[int]]) -> tuple[int | str, str, str]:
    """Who is meant, or the code of why nobody is; the line without him; and his name as it was typed."""
    mentions = list(_MENTION.finditer(line))
    if len(mentions) > 1:  # somebody whom the work concerns may be named, too
        doing = [one for one in mentions if not _BESIDE.search(line[: one.start()])]
        if len(doing) != 1 or any(_TOGETHER.search(line[: one.start()]) for one in mentions):
            return "two", line, " ".join(one.group().strip(_AROUND) for one in mentions)
        mentions = doing
    found = mentions[0] if mentions else _NAMED_FIRST.match(line)
    if found is None:
        return "required", line, ""
    name = next(filter(None, found.groupdict().values()))
    known = meant(name, people)
    rest = f"{line[: found.start()]} {line[found.end() :]}"
    return (known[0] if len(known) == 1 else "several" if known else "unknown"), rest, name


def _due(
    rest: str, at: datetime, calendar: WorkCalendar, lacks: dict[Part, str], said: dict[Part, str]
) -> Found | None:
    """When it is due; what is wrong with it is noted."""
    try:
        found = due_in(rest, now=at.astimezone(ZoneInfo(calendar.zone)), calendar=calendar)
    except Unclear:
        lacks["due"], said["due"] = "unclear", ""
        return None
    if found is None:
        vague = vague_deadline(rest)
        lacks["due"], said["due"] = ("vague", vague) if vague else ("required", "")
    elif found.at <= at:
        lacks["due"], said["due"] = "past", ""
    return found


def _result(rest: str, found: Found | None, vague: str) -> str:
    """The line without the words that say when."""
    text = rest
    for begin, end in sorted(found.spans if found else (), reverse=True):
        text = f"{text[:begin]} {text[end:]}"
    text = " ".join(_POLITE.sub(" ", text.replace(vague, "")).split())
    return re.sub(r"\s+(?=[,;.!?])", "", text).strip(_AROUND)
