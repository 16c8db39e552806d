"""Sums and counts in cells: «1 250 000,50 ₽», «1,5 млн», 120 тыс. Roubles, exact to the kopeck."""

import re
from datetime import date, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

from svyazka.engine.importing.codes import Code
from svyazka.engine.importing.values import EMPTY, Cell, Read, refused, text_of, unread

Point = Literal[",", "."]
MOST: Final = Decimal(10) ** 12
_KOPECK: Final = Decimal("0.01")
_NOISE: Final = Decimal("0.000001")
"""By less than this a sum may miss a kopeck and still be it: what adding floats leaves."""
_LONGEST: Final = 100

_UNITS: Final = (
    (r"млрд|мрд|миллиард\w*|billion|bln|bn", Decimal(10) ** 9),
    (r"млн|миллион\w*|million|mln|mio|м|m", Decimal(10) ** 6),
    (r"тыс\w*|тыщ\w*|т|к|thousand|k", Decimal(10) ** 3),
)
_UNIT: Final = "|".join(pattern for pattern, _ in _UNITS)
_ROUBLES: Final = r"(?:₽|руб(?:л[а-я]+)?\b\.?|р\b\.?|rub\b\.?|rur\b\.?)"
_FOREIGN: Final = re.compile(
    r"[$€£¥₸₴]|\b(?:usd|eur|gbp|cny|kzt|byn|долл\w*|у\.?\s?е|евро|тенге|юан\w*)\b", re.IGNORECASE
)
_DIGITS: Final = r"\d(?:[\d ',.]*\d)?"
_AMOUNT: Final = re.compile(
    rf"(?P<sign>[-(]?)\s*(?:{_ROUBLES}\s*)?(?P<one>{_DIGITS})(?:\s*(?P<unit>{_UNIT})\b\.?)?"
    rf"(?:\s+(?P<two>{_DIGITS})\s*(?P<less>{_UNIT})\b\.?)?\s*(?:{_ROUBLES})?\s*\)?"
    r"(?P<tax>,?\s*\(?(?:с|без|вкл\.?|включая|в\s?т\.?\s?ч\.?|incl\.?|excl\.?)\s*(?:учетом\s*)?(?:ндс|vat)\b.*)?",
    re.IGNORECASE,
)
_SPACES: Final = re.compile("[\\s\u00a0\u2007\u2009\u202f]+")
_NUMBER: Final = re.compile(rf"(?P<sign>-?)\s*(?P<one>{_DIGITS})")
_GROUPED: Final = re.compile(r"\d{1,3}(?:[ '.,]\d{3})+")


def read_money(cell: Cell, *, point: Point | None = None) -> Read:
    """A sum of roubles (``Decimal`` with kopecks).

    Parts of a kopeck are rounded, what is said of VAT is left out; both are told as mended.

    :param point: what stands before kopecks; without it «1.250», which could be two sums, is refused
    """
    read = _number_in(cell) or _typed_sum(text_of(cell), point)
    return _exact(read) if read.value is not None else read


def read_whole(cell: Cell) -> Read:
    """A count of things (``int``); thousands may stand apart."""
    read = _number_in(cell) or _typed_number(text_of(cell))
    if not isinstance(read.value, Decimal):
        return read
    if read.value != int(read.value):
        return refused(Code.NOT_WHOLE, read.said_as)
    return (
        read._replace(value=int(read.value)) if read.value < MOST else refused(Code.TOO_LARGE, read.said_as)
    )


def _typed_sum(said: str, point: Point | None) -> Read:
    text = _plain(said)
    match = _AMOUNT.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        if _FOREIGN.search(text):
            return refused(Code.FOREIGN_MONEY, said)
        return unread(Code.NOT_MONEY, said) if said else EMPTY
    times, less = _times(match["unit"]), _times(match["less"])
    sums = [number * times for number in _meant(match["one"], point, has_unit=match["unit"] is not None)]
    if match["two"]:
        rest = _meant(match["two"], point, has_unit=True)
        sums = [one + other * less for one in sums for other in rest if times > less]
    return _only(sums, said, Code.NOT_MONEY, match["sign"], is_mended=match["tax"] is not None)


def _typed_number(said: str) -> Read:
    match = _NUMBER.fullmatch(_plain(said)) if len(said) <= _LONGEST else None
    if match is None:
        return unread(Code.NOT_A_NUMBER, said) if said else EMPTY
    return _only(_meant(match["one"], None, has_unit=False), said, Code.NOT_A_NUMBER, match["sign"])


def _only(numbers: list[Decimal], said: str, code: Code, sign: str, *, is_mended: bool = False) -> Read:
    """The one number that is meant, if it is one."""
    if not numbers:
        return refused(code, said)
    if sign:
        return refused(Code.NEGATIVE, said)
    if len(numbers) > 1:
        return refused(Code.AMBIGUOUS_NUMBER, said, *numbers)
    return Read(numbers[0], said, is_mended)


def _number_in(cell: Cell) -> Read | None:
    """A cell that is a number already; None for text and for an empty one."""
    if cell is None or isinstance(cell, str):
        return None
    said = text_of(cell)
    if isinstance(cell, bool | date | time | timedelta):
        return refused(Code.WRONG_TYPE, said)
    number = Decimal(repr(cell)) if isinstance(cell, float) else Decimal(cell)
    if not number.is_finite():
        return refused(Code.NOT_A_NUMBER, said)
    return Read(number, said) if number >= 0 else refused(Code.NEGATIVE, said)


def _plain(text: str) -> str:
    return _SPACES.sub(" ", text).replace("−", "-").replace("–", "-").replace("’", "'")


def _exact(read: Read) -> Read:
    assert isinstance(read.value, Decimal)
    if read.value >= MOST - _KOPECK / 2:
        return refused(Code.TOO_LARGE, read.said_as)
    kopecks = _kopecks(read.value)
    is_rounded = abs(kopecks - read.value) >= _NOISE
    return read._replace(value=kopecks, is_mended=read.is_mended or is_rounded)


def _kopecks(number: Decimal) -> Decimal:
    return number.quantize(_KOPECK, ROUND_HALF_UP) if number < MOST else number


def _times(unit: str | None) -> Decimal:
    if unit is None:
        return Decimal(1)
    return next(times for pattern, times in _UNITS if re.fullmatch(pattern, unit, re.IGNORECASE))


def _meant(digits: str, point: Point | None, *, has_unit: bool) -> list[Decimal]:
    """The numbers that digits with points, commas and spaces between them can be; none if they stand wrongly."""
    last = max(digits.rfind(","), digits.rfind("."))
    if last < 0:
        return _grouped(digits)
    mark, before, after = digits[last], digits[:last], digits[last + 1 :]
    other = "." if mark == "," else ","
    if mark in before:  # several of one mark: thousands
        return _grouped(digits) if other not in before and " " not in digits and mark != point else []
    parts = [number + Decimal(f"0.{after}") for number in _grouped(before)] if after.isdigit() else []
    if point is not None and mark != point:
        return _grouped(digits)
    is_either = len(after) == 3 and len(before) <= 3 and before != "0"
    if point is None and is_either and not has_unit:
        return [*_grouped(digits), *parts]
    return parts


def _grouped(digits: str) -> list[Decimal]:
    """A number of bare digits, or of groups of three with one mark between them all."""
    if digits.isdigit():
        return [Decimal(digits)]
    marks = {letter for letter in digits if not letter.isdigit()}
    if len(marks) != 1 or not _GROUPED.fullmatch(digits):
        return []
    return [Decimal(digits.replace(marks.pop(), ""))]
