"""Days and hours as people type them among other words, in Russian and English: «к чт 15:00», "by Thu 3pm".

Strict on purpose: what isn't surely a day is none. A line holds figures of all kinds («КП на УТ 11», «аванс 30 %», «1С:ERP 2.5»),
and a due time that nobody meant is worse than a question.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from svyazka.engine.worktime import Duration, WorkCalendar

WEEKDAYS: Final = (
    "пн|понедельник[уа]?|mon(?:day)?", "вт|вторник[уа]?|tue(?:s(?:day)?)?", "ср|сред[аеуы]|wed(?:nesday)?",
    "чтв?|четверг[уа]?|thu(?:rs(?:day)?)?", "пт|пятниц[аеуы]|fri(?:day)?", "сб|суббот[аеуы]|sat(?:urday)?",
    "вс|воскресень[еюя]|sun(?:day)?",
)  # fmt: skip
"""Patterns of the days' names, from Monday on."""
MONTHS: Final = (
    "янв(?:ар[ья])?|jan(?:uary)?", "февр?(?:ал[ья])?|feb(?:ruary)?", "мар(?:та?)?|mar(?:ch)?", "апр(?:ел[ья])?|apr(?:il)?",
    "ма[йя]|may", "июн[ья]?|june?", "июл[ья]?|july?", "авг(?:уста?)?|aug(?:ust)?", "сент?(?:ябр[ья])?|sept?(?:ember)?",
    "окт(?:ябр[ья])?|oct(?:ober)?", "нояб?(?:р[ья])?|nov(?:ember)?", "дек(?:абр[ья])?|dec(?:ember)?",
)  # fmt: skip
"""Patterns of the months' names, from January on."""
_FEW: Final = {
    "пару": 2, "одну": 1, "один": 1, "две": 2, "два": 2, "три": 3, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3,
}  # fmt: skip
_UNITS: Final = {
    "minutes": r"мин(?:ут[уы]?)?\.?|min(?:ute)?s?", "hours": "ч|час(?:а|ов)?|hours?", "days": r"дн(?:я|ей|и)?\.?|день|days?",
    "weeks": "недел[юиь]|weeks?",
}  # fmt: skip
_DUE_BY: Final = (
    r"не\s+позд?не?е|не\s+позже|no\s+later\s+than|срок:?(?:\s+до)?|к|ко|до|by|until|till|before|due"
)
_AT: Final = "в|во|on|at"
_ALL_WEEKDAYS, _ALL_MONTHS = "|".join(WEEKDAYS), "|".join(MONTHS)
_FORMS: Final = (
    r"(?P<after>послезавтра|(?:the\s+)?day\s+after\s+tomorrow)|(?P<tomorrow>завтра|tomorrow)|(?P<today>сегодня|today)",
    (
        rf"(?:(?P<next>след(?:ующ\w+|\.)?|next)\s+|(?:эт[уиот]\w*|ближайш\w+|this)\s+)?(?P<weekday>{_ALL_WEEKDAYS})\.?"
        rf"(?:,?\s+(?P<wday>\d{{1,2}})(?:\.(?P<wmonth>0[1-9]|1[0-2])|\s+(?P<wname>{_ALL_MONTHS})))?"
    ),
    r"(?P<iso>20\d\d-\d\d-\d\d)",
    r"(?P<day>\d{1,2})\.(?P<month>0[1-9]|1[0-2])(?:\.(?P<year>20\d\d|\d\d))?(?:\s?г\.?)?",
    rf"(?P<mday>\d{{1,2}})(?:-?(?:го|му|ое|е|st|nd|rd|th))?\s+(?P<mname>{_ALL_MONTHS})\.?(?:\s+(?P<myear>20\d\d)(?:\s?г(?:ода|\.)?)?)?",
    rf"(?P<ename>{_ALL_MONTHS})\.?\s+(?P<eday>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<eyear>20\d\d))?",
    r"(?:the\s+)?(?P<nth>\d{1,2})(?:(?:-?(?:го|му)|st|nd|rd|th)(?:\s+числ[ау])?|\s+числ[ау])",
    (
        rf"(?:через|in)\s+(?:(?P<count>\d{{1,3}}|{'|'.join(_FEW)})\s+)?(?P<working>рабоч\w+\s+|working\s+|business\s+)?"
        rf"(?P<unit>{'|'.join(_UNITS.values())})"
    ),
    r"(?:конца|концу|the\s+end\s+of|end\s+of)\s+(?:the\s+)?(?P<end>дня|недели|месяца|day|week|month)|(?P<eo>eod|cob|eob|eow|eom)",
)
_DAY: Final = "|".join(_FORMS)
_EXACT: Final = (
    r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)"
    r"|(?P<half>1[0-2]|0?[1-9])(?::(?P<hmin>[0-5]\d))?\s?(?P<ampm>[ap]\.?m\.?)"
    r"|(?P<noon>полдень|полудню|noon)"
)
_CLOCK: Final = (
    rf"{_EXACT}"
    r"|(?P<part>[01]?\d|2[0-3])\s?(?P<of>утра|дня|вечера)"
    r"|(?P<lunch>обеда|обеду|lunch)"
    r"|(?P<whole>[01]?\d|2[0-3])\s?(?:ч|час(?:а|ов)?)"
)
_EDGE: Final = r"(?![\w%№/]|[.,:]\d|\s?[\-–—]\s?\w)"
_BEGIN: Final = r"(?<![\w@№/.\-–—])"
_FLAGS: Final = re.IGNORECASE
_DAYS: Final = re.compile(rf"{_BEGIN}(?:(?:(?P<by>{_DUE_BY})|{_AT})\s+)?(?:{_DAY}){_EDGE}", _FLAGS)
_AFTER_DAY: Final = re.compile(
    rf",?\s+(?:(?:{_DUE_BY}|{_AT})\s+)?(?:{_CLOCK}|(?P<dhour>[01]?\d|2[0-3])[.\-](?P<dmin>00|15|30|45)){_EDGE}"
    r"|,?\s+(?P<morning>утром|morning)\b|,?\s+(?P<evening>(?:до\s+)?(?:вечером|вечера)|evening|(?:(?:к|до)\s+)?кон(?:цу|ца)\s+дня|(?:by\s+)?(?:eod|cob|end\s+of\s+(?:the\s+)?day))\b",
    _FLAGS,
)
_BARE_AFTER_DAY: Final = re.compile(
    rf",?\s+(?:(?:{_DUE_BY}|{_AT})\s+)?(?P<bare>[01]?\d|2[0-3])(?=\s*[,;.!)]?\s*$)", _FLAGS
)
_SAME_DAY: Final = re.compile(rf"\s*\(\s*(?P<also>{_ALL_WEEKDAYS})\.?\s*\)", _FLAGS)
_HOURS: Final = re.compile(rf"{_BEGIN}(?:{_DUE_BY}|{_AT})\s+(?:{_CLOCK}){_EDGE}", _FLAGS)
_LEFT: Final = re.compile(
    rf"(?:{_EXACT}){_EDGE}|\d:\d\d|(?:^|\s)(?:к|до|by)\s+(?:[01]?\d|2[0-3])(?=\s*$|\s+\d)", _FLAGS
)
_ZONE: Final = re.compile(
    r"\s+(?:по\s+)?(?:[Мм]оск\w+|[Ее]кб|[Ее]катер\w+|[Нн]ск|[Сс]амар\w+|UTC|GMT|utc|gmt)\b"
)
_NOT_DUE: Final = re.compile(
    r"\b(?:от|за|на|по|после|со?|из|не|раньше|ранее|from|after|for|of|to|about|since|not|earlier\s+than)\s+$",
    _FLAGS,
)
"""Words after which a day is something else: what a paper is dated by, what a report is about, what it must not be before."""
_PAST: Final = 90
"""A day without a year that was so many days ago, or fewer, is the one that has passed; an older one is next year's."""


class Unclear(Exception):
    """Several days, or a day that can't be meant: better to ask than to guess."""


@dataclass(frozen=True, slots=True)
class Found:
    """A day (and hour) in a line: when that is, which letters of the line say it."""

    at: datetime
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Day:
    """A day in the line; ``is_due`` where a word announces it («к», "by"), ``exact`` where it is a moment («через час»)."""

    begin: int
    end: int
    day: date
    is_due: bool
    hour: time | None = None
    exact: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Hour:
    begin: int
    end: int
    hour: time


def due_in(line: str, *, now: datetime, calendar: WorkCalendar) -> Found | None:
    """The due time that a line says; None if it says none.

    :param now: in the zone by whose days it is meant
    :param calendar: a day without an hour means the end of its work; an hour before work («завтра в 3») is one after noon
    :raises Unclear: several days could be meant, or none of those that stand there
    """
    text = line.replace("ё", "е").replace("Ё", "Е")
    days = list(_days(text, now, calendar))
    hours = [
        one
        for one in _hours(text, calendar)
        if not any(one.begin < day.end and day.begin < one.end for day in days)
    ]
    if len(days) > 1:
        days = [one for one in days if one.is_due]
        if len(days) != 1:
            raise Unclear
    if len(hours) > 1:
        raise Unclear
    if not days and not hours:
        return None
    found = _joined(days[0] if days else None, hours[0] if hours else None, now, calendar)
    _refuse_leftovers(text, found)
    return found


def _refuse_leftovers(text: str, found: Found) -> None:
    """An hour that isn't the due time's, or a zone that isn't ours, means that somebody meant something else."""
    rest = text
    for begin, end in sorted(found.spans, reverse=True):
        if _ZONE.match(text, end):
            raise Unclear
        rest = f"{rest[:begin]} {rest[end:]}"
    if _LEFT.search(rest):
        raise Unclear


def _joined(day: _Day | None, hour: _Hour | None, now: datetime, calendar: WorkCalendar) -> Found:
    spans = tuple((one.begin, one.end) for one in (day, hour) if one is not None)
    if day is None:
        assert hour is not None
        return Found(datetime.combine(now.date(), hour.hour, now.tzinfo), spans)
    if day.exact is not None:
        return Found(day.exact, spans[:1])
    if hour is not None and day.hour is not None:
        raise Unclear
    at = hour.hour if hour else day.hour
    return Found(datetime.combine(day.day, at, now.tzinfo) if at else _end_of(day.day, now, calendar), spans)


def _end_of(day: date, now: datetime, calendar: WorkCalendar) -> datetime:
    spans = calendar.spans(day)
    return spans[-1][1] if spans else datetime.combine(day, calendar.end, now.tzinfo)


def _days(text: str, now: datetime, calendar: WorkCalendar) -> Iterator[_Day]:
    for match in _DAYS.finditer(text):
        short = match["weekday"] or ""
        if _NOT_DUE.search(text[: match.start()]) or (len(short) < 4 and short.isupper()):  # «документы в СБ»
            continue
        hour, end = None, match.end()
        same = _SAME_DAY.match(text, end)
        end = same.end() if same else end
        if after := _AFTER_DAY.match(text, end) or _BARE_AFTER_DAY.match(text, end):
            hour, end = _clock(after, calendar), after.end()
        known = _Day(match.start(), end, now.date(), match["by"] is not None, hour)
        found = _read(match, known, now, calendar)
        if same and found.day.weekday() != place_of(same["also"], WEEKDAYS):
            raise Unclear
        yield found


def _hours(text: str, calendar: WorkCalendar) -> Iterator[_Hour]:
    for match in _HOURS.finditer(text):
        yield _Hour(match.start(), match.end(), _clock(match, calendar))


def _clock(match: re.Match[str], calendar: WorkCalendar) -> time:  # noqa: PLR0911 (one case a form)
    said = {key: value for key, value in match.groupdict().items() if value}
    match said:
        case {"hour": hour, "minute": minute}:
            return time(int(hour), int(minute))
        case {"dhour": hour, "dmin": minute}:
            return time(int(hour), int(minute))
        case {"half": hour, "ampm": part, **more}:
            return time(int(hour) % 12 + (12 if part[0] in "pP" else 0), int(more.get("hmin", "0")))
        case {"noon": _} | {"morning": _}:  # what is due in the morning is due by noon
            return time(12)
        case {"lunch": _}:
            return calendar.lunch[0] if calendar.lunch else time(13)
        case {"evening": _}:  # when work ends
            return calendar.end
        case {"part": hour, "of": part}:
            number = int(hour)
            return time(number + 12 if part.casefold() != "утра" and number < 12 else number)
    return _working(int(said.get("whole") or said["bare"]), calendar)


def _working(hour: int, calendar: WorkCalendar) -> time:
    """An hour said without minutes: nobody means three at night.

    :raises Unclear: it is none of the working day's, before noon or after
    """
    if hour < calendar.start.hour and hour + 12 <= calendar.end.hour:
        return time(hour + 12)
    if hour < calendar.start.hour - 2:
        raise Unclear
    return time(hour)


def _read(match: re.Match[str], known: _Day, now: datetime, calendar: WorkCalendar) -> _Day:  # noqa: C901, PLR0911 (one case a form)
    today = now.date()
    try:
        match {key: value for key, value in match.groupdict().items() if value and key != "by"}:
            case {"after": _}:
                return replace(known, day=today + timedelta(days=2))
            case {"tomorrow": _}:
                return replace(known, day=today + timedelta(days=1))
            case {"today": _}:
                return known
            case {"weekday": name, **more}:
                return replace(known, day=_weekday(name, more, known, now))
            case {"iso": text}:
                return replace(known, day=date.fromisoformat(text))
            case {"day": day, "month": month, **more}:
                return replace(known, day=_dated(int(day), int(month), more.get("year"), today))
            case {"mday": day, "mname": name, **more}:
                return replace(
                    known, day=_dated(int(day), place_of(name, MONTHS) + 1, more.get("myear"), today)
                )
            case {"ename": name, "eday": day, **more}:
                return replace(
                    known, day=_dated(int(day), place_of(name, MONTHS) + 1, more.get("eyear"), today)
                )
            case {"nth": day}:
                return replace(known, day=_nth(int(day), today))
            case {"unit": unit, **more}:
                return _in(unit, more, known, now, calendar)
            case {"end": word} | {"eo": word}:
                return replace(known, day=_end(word.casefold(), today, calendar))
    except ValueError:  # the thirty-first of June
        raise Unclear from None
    raise AssertionError(match.group())  # pragma: no cover (the pattern has no other form)


def place_of(word: str, patterns: tuple[str, ...]) -> int:
    """The place from 0 of a name among :data:`WEEKDAYS` or :data:`MONTHS`; one of theirs it must be."""
    return next(place for place, pattern in enumerate(patterns) if re.fullmatch(pattern, word, _FLAGS))


def _weekday(name: str, more: dict[str, str], known: _Day, now: datetime) -> date:
    """The next such day; today if that is one and an hour is said that is still to come.

    :raises Unclear: a date stands beside it and is another weekday; it is that day today, and no hour is said
    """
    today, wanted = now.date(), place_of(name, WEEKDAYS)
    if "wday" in more:
        month = int(more["wmonth"]) if "wmonth" in more else place_of(more["wname"], MONTHS) + 1
        found = _dated(int(more["wday"]), month, None, today)
        if found.weekday() != wanted:
            raise Unclear
        return found
    if "next" in more:
        return today + timedelta(days=7 - today.weekday() + wanted)
    ahead = (wanted - today.weekday()) % 7
    if not ahead:
        if known.hour is None:
            raise Unclear
        ahead = 0 if datetime.combine(today, known.hour, now.tzinfo) > now else 7
    return today + timedelta(days=ahead)


def _dated(day: int, month: int, year: str | None, today: date) -> date:
    if year is not None:
        return date(int(year) % 100 + 2000, month, day)
    found = date(today.year, month, day)
    return found if (today - found).days <= _PAST else date(today.year + 1, month, day)


def _nth(day: int, today: date) -> date:
    if day >= today.day:
        return today.replace(day=day)
    following = today.replace(day=1) + timedelta(days=32)
    return following.replace(day=day)


def _in(unit: str, more: dict[str, str], known: _Day, now: datetime, calendar: WorkCalendar) -> _Day:
    said = more.get("count", "").casefold()
    count = int(said) if said.isdigit() else _FEW.get(said, 1)
    kind = next(kind for kind, pattern in _UNITS.items() if re.fullmatch(pattern, unit, _FLAGS))
    if "working" in more and count and kind in {"hours", "days"}:
        due = calendar.due(now, Duration(count, "h" if kind == "hours" else "d")).astimezone(now.tzinfo)
        return replace(known, day=due.date()) if kind == "days" else replace(known, exact=due)
    if kind in {"minutes", "hours"}:
        return replace(known, exact=now + timedelta(**{kind: count}))
    return replace(known, day=now.date() + timedelta(**{kind: count}))


def _end(word: str, today: date, calendar: WorkCalendar) -> date:
    """The last working day of the week or the month; today at the end of the day."""
    if word in {"дня", "day", "eod", "cob", "eob"}:
        return today
    if word in {"недели", "week", "eow"}:
        last = today + timedelta(days=6 - today.weekday())
    else:
        last = (today.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    while last > today and not calendar.is_working_day(last):
        last -= timedelta(days=1)
    return last
