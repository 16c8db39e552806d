"""What a table is once it has been read, and how reading says no. No Django here: the process that reads has none."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Final, Literal, overload

from svyazka.presale.journal.values import Refusal

MOST_BYTES: Final = 20 << 20
"""Of a file."""
MOST_ROWS: Final = 100_001
"""A hundred thousand and their heading."""
MOST_COLUMNS: Final = 200
GRID: Final = (1 << 20, 1 << 14)
"""Rows and columns of a sheet of Excel, empty ones too; no program writes more."""
LONGEST: Final = 32_767
"""Letters that a cell of Excel holds."""
CHUNK: Final = 500
"""Rows that are packed together."""

Kind = Literal["xlsx", "xls", "ods", "csv"]
Warned = Literal["merged_cells", "error_cells", "uncalculated", "macros"]
Cell = str | int | float | bool | date | datetime | None
"""None is an empty cell. A time of day and a length of time are texts, ``14:30`` and ``26:15``."""


class Unreadable(Refusal):
    """The file can't be taken.

    ``too_large`` with ``limit_mb``, ``too_many_rows``, ``too_many_columns`` and ``cell_too_long`` with ``limit`` (the last one with
    ``row``), ``no_rows`` (with ``hidden``: they are on hidden sheets only), ``not_a_table``, ``encrypted``, ``broken`` (with ``row``
    where a quote is opened and never closed), ``bomb`` (it would unpack to far more than it is, or plays tricks), ``took_too_long``.
    """

    code = "broken"


@dataclass(frozen=True, slots=True)
class Row:
    """A row under the number that a spreadsheet shows beside it; as many cells as its sheet has columns."""

    number: int
    cells: tuple[Cell, ...]


class Rows(Sequence[Row]):
    """The rows of a sheet from its first to its last that isn't empty, empty ones between them too.

    They are kept packed, and unpacked a few hundred at a time: as values they would take ten times the room, and nobody needs all at once.

    :ivar packed: :data:`CHUNK` of them together
    :ivar width: how many cells each has
    """

    def __init__(self, packed: Sequence[bytes], count: int, width: int) -> None:
        self.packed = packed
        self._count = count
        self.width = width

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Row]:
        return self._from(0)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> "tuple[Row, ...]": ...
    def __getitem__(self, at: int | slice) -> "Row | tuple[Row, ...]":
        if isinstance(at, slice):
            start, stop, step = at.indices(self._count)
            if step > 0:
                return tuple(islice(self._from(start), 0, max(stop - start, 0), step))
            return tuple(self[place] for place in range(start, stop, step))
        place = range(self._count)[at]  # counts from the end, and refuses what isn't there
        return next(self._from(place))

    def _from(self, start: int) -> Iterator[Row]:
        first, skipped = divmod(start, CHUNK)
        shared = Shared()
        for place in range(first, len(self.packed)):
            some = unpacked(self.packed[place], place, self.width, shared)
            yield from islice(some, skipped if place == first else 0, None)


def unpacked(packed: bytes, place: int, width: int, shared: "Shared") -> Iterator[Row]:
    """Some hundred rows that were packed together.

    :param place: of these among all such parts, from 0
    """
    for number, cells in enumerate(json.loads(packed), place * CHUNK + 1):
        values = [
            shared.texts.setdefault(cell, cell)
            if type(cell) is str
            else shared.moments[cell[0]]
            if type(cell) is list
            else cell
            for cell in cells
        ]
        yield Row(number, (*values, *[None] * (width - len(values))))


class Shared:
    """Values that stand in many cells, each kept once: whoever takes all rows needs half the room."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.moments = _Moments()


class _Moments(dict[str, date | datetime]):
    """By what JSON holds of it."""

    def __missing__(self, text: str) -> date | datetime:
        self[text] = found = _moment(text)
        return found


def _moment(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet; a text file is one sheet, named like the file."""

    name: str
    is_hidden: bool
    rows: Rows


@dataclass(frozen=True, slots=True)
class Book:
    """A file that has been read. At least one sheet that is not hidden has rows.

    :ivar warnings: ``merged_cells`` (their value stands in the first cell), ``error_cells`` (``#REF!`` and the like; they are empty
        here), ``uncalculated`` (formulas that nobody has calculated; empty), ``macros`` (there are some; nothing of them was run or kept)
    :ivar encoding: of a text, ``utf-8``, ``utf-16`` or ``cp1251``; the last one is what is assumed where no other fits
    :ivar delimiter: of a text
    """

    kind: Kind
    sheets: tuple[Sheet, ...]
    warnings: tuple[Warned, ...] = ()
    encoding: str = ""
    delimiter: str = ""
