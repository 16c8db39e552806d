"""What the cells of a column look like, whatever heads it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from svyazka.engine.importing.cells import Known, read_column
from svyazka.engine.importing.choices import STATUSES
from svyazka.engine.importing.days import read_moment
from svyazka.engine.importing.fields import FIELDS
from svyazka.engine.importing.money import read_money
from svyazka.engine.importing.signs import read_email, read_inn, read_phone
from svyazka.engine.importing.values import Cell, Read, Value, text_of

Look = Callable[[Cell, Known], bool]

ALONE: Final[Mapping[str, int]] = {
    "inn": 90, "email": 90, "phone": 85, "stage": 85, "status": 80, "number": 80, "client": 75, "manager": 55, "expert": 50, "author": 48,
    "performer": 46, "received": 55, "due": 50, "contract_date": 45, "stage_since": 42, "contract_sum": 55, "request": 45,
}  # fmt: skip
"""How much of 100 the cells say of a field without a header, if all of them look so: of fields that look alike, the one that
tables have sooner gets more."""
_WORDS: Final = frozenset({"word", "text", "answer"})
_OUR_OWN: Final = frozenset({"person", "stage"})
_DEAL_NUMBER: Final = re.compile(r"[СC]-20\d\d-\d{4,}")
_LEGAL: Final = re.compile(
    r"\b(?:ооо|ао|пао|зао|оао|ип|нао|гк|гуп|муп|фгуп|фгбу|llc|ltd|inc|gmbh|jsc)\b", re.IGNORECASE
)
_LONG: Final = 20
"""Letters from which a text says what somebody wants rather than who he is."""
_LONGEST_NAME: Final = 80
_SUM: Final = 1000
"""Roubles from which a bare number is a sum sooner than a count."""


def fits(fields: Iterable[str], sample: Sequence[Cell], known: Known) -> Mapping[str, float | None]:
    """By field, the share of cells that its reader takes; None where that tells nothing.

    So it is of words, of cells that say nothing, and where none is one of our people or stages: a table that was kept
    elsewhere has its own.
    """
    by_kind: dict[str, float | None] = {}
    for field in fields:
        kind = FIELDS[field]
        if kind not in by_kind:
            by_kind[kind] = None if kind in _WORDS else _share(kind, read_column(field, sample, known))
    return {field: by_kind[FIELDS[field]] for field in fields}


def _share(kind: str, reads: Iterable[Read]) -> float | None:
    said = [read for read in reads if read.value is not None or read.problem]
    share = sum(1 for read in said if read.problem is None) / len(said) if said else None
    return share or (None if kind in _OUR_OWN else share)


def shown(sample: Sequence[Cell], known: Known) -> Mapping[str, float]:
    """By field, the share of cells that look like it without any word of a header; those which none looks like are left out."""
    by_look = {
        look: sum(1 for cell in sample if look(cell, known)) for look in dict.fromkeys(_LOOKS.values())
    }
    return {field: by_look[look] / len(sample) for field, look in _LOOKS.items() if by_look[look]}


def _is(value: Value | None) -> bool:
    return value is not None


def _is_day(cell: Cell, _: Known) -> bool:
    """A bare number is a day to those only who know that it is one."""
    if isinstance(cell, str):
        read = read_moment(cell, order="day_first")
        return _is(read.value) and not text_of(cell).isdecimal()
    return isinstance(cell, date)


def _is_sum(cell: Cell, known: Known) -> bool:
    value = read_money(cell, point=known.point).value
    is_sign = read_inn(cell).value is not None or read_phone(cell).value is not None
    return isinstance(value, Decimal) and value >= _SUM and not is_sign and not _is_day(cell, known)


def _is_stage(cell: Cell, known: Known) -> bool:
    return not text_of(cell).isdecimal() and known.stages.knows(text_of(cell))


def _is_person(cell: Cell, known: Known) -> bool:
    return "@" not in (said := text_of(cell)) and len(said) <= _LONGEST_NAME and known.people.knows(said)


def _is_request(cell: Cell, _: Known) -> bool:
    return isinstance(cell, str) and len(cell) >= _LONG and " " in cell.strip() and "@" not in cell


_LOOKS: Final[Mapping[str, Look]] = {
    "inn": lambda cell, _: _is(read_inn(cell).value),
    "phone": lambda cell, _: _is(read_phone(cell).value) and not _is(read_inn(cell).value),
    "email": lambda cell, _: _is(read_email(cell).value),
    "stage": _is_stage,
    "status": lambda cell, _: isinstance(cell, str) and STATUSES.knows(cell),
    "number": lambda cell, _: _DEAL_NUMBER.fullmatch(text_of(cell)) is not None,
    "client": lambda cell, _: isinstance(cell, str) and _LEGAL.search(cell) is not None,
    "request": _is_request,
    "contract_sum": _is_sum,
    **dict.fromkeys(("received", "due", "contract_date", "stage_since"), _is_day),
    **dict.fromkeys(("manager", "expert", "author", "performer"), _is_person),
}
