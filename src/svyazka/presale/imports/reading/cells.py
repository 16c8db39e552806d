"""What a cell holds, as a plain value."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import Any, Final

from svyazka.presale.imports.reading.values import LONGEST, Unreadable

Told = str | int | float | bool | list[str] | None
"""A cell as JSON holds it; a list of one text is a date or a moment."""

ERRORS: Final = frozenset({
    "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!",
    "#ПУСТО!", "#ДЕЛ/0!", "#ЗНАЧ!", "#ССЫЛКА!", "#ИМЯ?", "#ЧИСЛО!", "#Н/Д",
})  # fmt: skip
"""What spreadsheets write where a formula has no answer. In a text it stands as letters."""
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LENGTH: Final = re.compile(r"PT(\d+)H(\d+)M(\d+(?:[.,]\d+)?)S")
"""A time of day or a length of time in an ODS; calamine leaves it as it is."""
_EXACT: Final = 1 << 53
"""Up to here a float tells every whole number."""


def cleaned(text: str) -> str:
    """Letters that people see: no control characters but tabs and line ends, no blanks around, in the normal form NFC."""
    if not text.isprintable():
        text = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", text).strip()


def text_told(text: str) -> str | None:
    """A text, or nothing where it has no letters.

    :raises Unreadable: ``cell_too_long``
    """
    seen = cleaned(text)
    if len(seen) > LONGEST:
        raise Unreadable("cell_too_long", limit=LONGEST)
    return seen or None


def row_told(cells: Sequence[object]) -> list[Told]:
    """What calamine gives as what we give: a whole float is an int, what is no number is nothing.

    :raises Unreadable: ``cell_too_long``
    """
    return [_TOLD[type(cell)](cell) for cell in cells]


def _number(value: float) -> Told:
    if value.is_integer() and abs(value) <= _EXACT:
        return int(value)
    return value if isfinite(value) else None


def _day(value: date | datetime) -> Told:
    return [value.isoformat()]


def _time(value: time) -> Told:
    return value.isoformat("seconds" if value.second else "minutes")


def length_told(cell: object) -> object:
    """A length of time that an ODS has written down, as one of time; any other cell as it is."""
    if type(cell) is str and (found := _LENGTH.fullmatch(cell)):
        hours, minutes, seconds = found.groups()
        with suppress(OverflowError):
            return timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds.replace(",", ".")))
    return cell


def _length(value: timedelta) -> str:
    """A length of time as Excel's ``[h]:mm`` shows it."""
    whole = round(value.total_seconds())
    minutes, seconds = divmod(abs(whole), 60)
    shown = f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    return "-" * (whole < 0) + shown


def _itself(value: bool | int) -> Told:  # noqa: FBT001 (a cell)
    return value


_TOLD: Final[dict[type, Callable[[Any], Told]]] = {
    str: text_told, float: _number, bool: _itself, int: _itself, date: _day, datetime: _day, time: _time, timedelta: _length,
}  # fmt: skip
"""By the very type: there are a million cells."""
