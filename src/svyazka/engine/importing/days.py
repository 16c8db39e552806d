"""Days and moments in cells of tables: «05.03.26», «5 марта 2026 г.», 46086.

A cell is a day by itself, so that forms are taken which a line of words wouldn't give (``engine.typed_dates``), and none is
counted from today.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Final, Literal

from svyazka.engine.importing.codes import Code
from svyazka.engine.importing.values import EMPTY, Cell, Read, refused, text_of, unread
from svyazka.engine.typed_dates import MONTHS, WEEKDAYS, place_of

Order = Literal["day_first", "month_first"]
FIRST, LAST = date(1900, 1, 1), date(2100, 12, 31)
_PIVOT: Final = 70
"""Two digits of a year from these on are of the twentieth century, as POSIX has it."""
_ZERO: Final = date(1899, 12, 30)
"""Day 0 of a spreadsheet, from the first of March 1900 on: Excel knows a 29 February 1900, which is its day 60."""
_LEAP: Final = 60
_LONGEST: Final = 80
"""Letters of a day with everything that may stand around it."""
_YEARS: Final = range(1900, 2101)

_MONTH, _WEEKDAY = "|".join(MONTHS), "|".join(WEEKDAYS)
_TAIL: Final = (
    r"(?:\s?(?:г|года?|year)\b\.?)?"
    r"(?:(?:t|,?\s+(?:(?:в|at)\s+)?)(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?"
    r"(?:\s?(?P<half>[ap])\.?m\.?)?\s?(?P<zone>z|[+-]\d\d:?\d\d)?)?"
)
_HEAD: Final = rf"(?:(?:{_WEEKDAY})\.?,?\s+)?"
_FORMS: Final = tuple(
    re.compile(rf"{_HEAD}(?:{form}){_TAIL}", re.IGNORECASE)
    for form in (
        r"(?P<y>\d{4})(?P<sep>[-./])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})|(?P<whole>(?:19|20|21)\d{6})",
        r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4}|\d\d)",
        r"(?P<one>\d{1,2})(?P<sep>[-/])(?P<two>\d{1,2})(?P=sep)(?P<y>\d{4}|\d\d)",
        rf"(?P<d>\d{{1,2}})(?:-?(?:го|ое|е|st|nd|rd|th))?[\s.\-/]*(?P<name>{_MONTH})(?:[.,]?[\s\-/]+|\.)(?P<y>\d{{4}}|\d\d)",
        rf"(?P<name>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})",
    )
)
_NO_YEAR: Final = re.compile(
    rf"{_HEAD}(?:\d{{1,2}}[./]\d{{1,2}}\.?|\d{{1,2}}[\s.\-]*(?:{_MONTH})\.?|(?:{_MONTH})\.?\s+\d{{1,2}})",
    re.IGNORECASE,
)
_SLASHED: Final = re.compile(r"\s*(\d{1,2})([-/])(\d{1,2})\2(?:\d{4}|\d\d)(?!\d)")
_SERIAL: Final = re.compile(r"\d{5}(?:[.,]\d+)?")


def order_of(cells: Iterable[Cell]) -> Order | None:
    """In which order a column writes its slashed days, if a day above the twelfth shows it and none shows the other."""
    seen: set[Order] = set()
    for cell in cells:
        if isinstance(cell, str) and (match := _SLASHED.match(cell)):
            one, two = int(match[1]), int(match[3])
            if one > 12 >= two:
                seen.add("day_first")
            elif two > 12 >= one:
                seen.add("month_first")
    return seen.pop() if len(seen) == 1 else None


def read_day(cell: Cell, *, order: Order | None = None) -> Read:
    """A day; an hour that stands beside it is left out, and told as mended.

    :param order: how days with slashes or dashes are meant; without it one that could be another day is refused
    """
    read = read_moment(cell, order=order)
    if isinstance(read.value, datetime):
        return read._replace(value=read.value.date(), is_mended=True)
    return read


def read_moment(cell: Cell, *, order: Order | None = None) -> Read:
    """A day (``date``), or with an hour a ``datetime``, with a zone only if the cell says one. See :func:`read_day`."""
    if isinstance(cell, date):
        return _kept(cell, text_of(cell))
    text = text_of(cell)
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        return _serial(float(cell), text)
    if isinstance(cell, bool | time | timedelta):
        return refused(Code.WRONG_TYPE, text)
    if not text:
        return EMPTY
    return _typed(text, order)


def _typed(text: str, order: Order | None) -> Read:
    if len(text) > _LONGEST:
        return unread(Code.NOT_A_DAY, text)
    for form in _FORMS:
        if match := form.fullmatch(text):
            return _said(match.groupdict(), text, order)
    if _SERIAL.fullmatch(text):
        return _serial(float(text.replace(",", ".")), text)
    return unread(Code.NO_YEAR if _NO_YEAR.fullmatch(text) else Code.NOT_A_DAY, text)


def _kept(moment: date, text: str) -> Read:
    """A moment within the range; midnight is none."""
    day = moment.date() if isinstance(moment, datetime) else moment
    if not FIRST <= day <= LAST:
        return refused(Code.DAY_OUT_OF_RANGE, text)
    is_bare = isinstance(moment, datetime) and moment.time() == time.min and moment.tzinfo is None
    return Read(day if is_bare else moment, text)


def _serial(number: float, text: str) -> Read:
    """A day as a spreadsheet counts it, its part the time of the day."""
    if not 1 <= number <= (LAST - _ZERO).days + 1:
        return refused(Code.DAY_OUT_OF_RANGE if number > 1 else Code.NOT_A_DAY, text)
    days = int(number)
    if number in _YEARS:  # a year, sooner than a day of 1905
        return refused(Code.NOT_A_DAY, text)
    if days == _LEAP:
        return refused(Code.NO_SUCH_DAY, text)
    seconds = round((number - days) * 86400)
    since = _ZERO + timedelta(days=1 if days < _LEAP else 0)
    moment = datetime.combine(since, time.min) + timedelta(days=days, seconds=seconds)
    return _kept(moment, text)


def _said(said: dict[str, str | None], text: str, order: Order | None) -> Read:
    if whole := said.get("whole"):
        said |= {"y": whole[:4], "m": whole[4:6], "d": whole[6:]}
    year = _year(said["y"] or "")
    try:
        hour = _hour(said)
        if said.get("one"):
            days = _either(year, int(said["one"] or 0), int(said["two"] or 0), order)
        else:
            name = said.get("name")
            days = (
                date(year, place_of(name, MONTHS) + 1 if name else int(said["m"] or 0), int(said["d"] or 0)),
            )
    except ValueError:
        return refused(Code.NO_SUCH_DAY, text)
    if len(days) > 1:
        return refused(Code.AMBIGUOUS_DATE, text, *days)
    return _kept(days[0] if hour is None else datetime.combine(days[0], hour), text)


def _year(digits: str) -> int:
    return int(digits) + (0 if len(digits) > 2 else 1900 if int(digits) >= _PIVOT else 2000)


def _either(year: int, one: int, two: int, order: Order | None) -> tuple[date, ...]:
    """The days that two numbers can mean.

    :raises ValueError: none
    """
    if order == "day_first" or (order is None and one > 12):
        return (date(year, two, one),)
    if order == "month_first" or two > 12 or one == two:
        return (date(year, one, two),)
    return date(year, two, one), date(year, one, two)


def _hour(said: dict[str, str | None]) -> time | None:
    """:raises ValueError: no hour of a day"""
    if said["hour"] is None:
        return None
    hour = int(said["hour"])
    if half := said["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if half in "pP" else 0)
    return time(hour, int(said["minute"] or 0), int(said["second"] or 0), tzinfo=_zone(said["zone"]))


def _zone(said: str | None) -> timezone | None:
    if said is None:
        return None
    if said in "zZ":
        return UTC
    digits = said[1:].replace(":", "")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-ahead if said[0] == "-" else ahead)
