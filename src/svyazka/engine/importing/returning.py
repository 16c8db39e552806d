"""Cells of an export that come back: what each one says, and in which forms a cell that nobody has touched may return.

On its way a table is saved anew by whatever program: a date gets another form, a number loses the zero that it began with, blanks
change. None of this is somebody's edit.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from svyazka.engine.importing.fields import FIELDS
from svyazka.engine.importing.values import Read, Value

_SPELLED_ANEW: Final = frozenset({"day", "moment", "money", "whole", "inn", "phone", "email"})
"""Kinds whose values keep when programs write them in forms of their own; of all others the letters are compared."""
_GUARDS: Final = re.compile(r"(?:(?<=[,;|\t\n])|\A)'++(?=(?:[^\S\t\n]|[\"'])*[=+\-@＝＋－＠])")
"""Apostrophes that keep a text from being taken for a formula: a file of text may have got them or lost them. A run of them is taken
whole or not at all, so that a long one costs no more than its length."""
_PARTS: Final = re.compile(r"[,;\n]")


def settled(field: str, read: Read) -> Read:
    """The cell as it is compared and written: where words stand beside a phone or an address, all that was typed is its value."""
    if field == "lines" and isinstance(read.value, str):
        return read._replace(value=", ".join(filter(None, map(str.strip, _PARTS.split(read.value)))) or None)
    if FIELDS[field] in {"phone", "email"} and read.is_mended and read.value is not None:
        return read._replace(value=read.said_as)
    return read


def forms(field: str, read: Read) -> tuple[str, ...]:
    """The cell in the form by which it is known again; of one that can mean several values, in the form of each."""
    said = _plain(read.said_as)
    if FIELDS[field] not in _SPELLED_ANEW:
        return (said,)
    if read.problem is not None and FIELDS[field] != "inn":
        return (said, *map(spelled, read.problem.candidates))
    if FIELDS[field] == "inn":
        return ((spelled(read.value) or said).lstrip("0"),)
    return (said,) if read.value is None or read.is_mended else (spelled(read.value),)


def spelled(value: Value | None) -> str:
    """A value in letters, the same however exactly it was kept; values of two kinds never alike."""
    match value:
        case None:
            return ""
        case bool():
            return f"bool {value}"
        case str():
            return _plain(value)
        case datetime() | date():
            return f"date {value.isoformat()}"
        case int() | Decimal():
            return f"number {Decimal(value).normalize():f}"


def _plain(text: str) -> str:
    # some programs lose tabs, all of them some blanks
    return " ".join(_GUARDS.sub("", text).replace("\t", "").split())
