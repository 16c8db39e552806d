"""A table as a file to take along: CSV and XLSX, numbers as numbers, and nothing in it that a spreadsheet would run.

CSV is what somebody opens by a double click, so that it follows the spreadsheet in his language: Russian Excel splits at
semicolons and writes 12,5; given 12.5 it makes the twelfth of May of it. So in Russian ``;`` and a decimal comma, in English
the comma of RFC 4180 and a decimal point; in both a byte order mark, without which Excel doesn't see UTF-8. Programs that
read should take XLSX, where a number is a number in any language, or the API.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Final, Literal

from django.utils import timezone
from django.utils.translation import pgettext

from svyazka.speech.times import viewer_language

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

Kind = Literal["text", "int", "number", "share", "money", "minutes", "date"]
Cell = str | int | float | Decimal | date | None
"""A date may be a moment as well: it is told by the reader's clock, one without a zone as it is. None is an empty cell."""

LONGEST: Final = 32_767
"""Letters that a cell of Excel holds."""
MOST: Final = 1_048_575
"""Rows that a sheet of Excel holds under its heading."""
_RUNS: Final = re.compile(r"(?:(?<=[,;|\t\n])|\A)(?=(?:[^\S\t\n]|[\"'])*[=+\-@＝＋－＠])")
"""Places before what a spreadsheet takes for a formula when a cell begins with it (OWASP, CSV Injection). A cell begins where a text
does, and after whatever separator the spreadsheet splits at, ours or not: of a file that is split at another one the quotes hold no
more than the first cell of a row together, so that quoting protects nobody.
"""
_NO_SHEET: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NO_CELL: Final = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FORMATS: Final[dict[str, int | str]] = {
    "int": 3, "number": "#,##0.0#", "share": "0.0%", "money": 4, "minutes": "[h]:mm", "date": 14, "moment": 22,
}  # fmt: skip
"""Numbers are Excel's own formats, which each reader sees in his own way."""
_DAY: Final = 24 * 60
_WIDTHS: Final = {"date": 17, "text": 8}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what is said above it, in the reader's language, and what stands in it.

    :ivar kind: ``share`` of one, ``money`` in roubles, ``minutes`` of work
    """

    title: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """What a page shows as a table. ``rows`` may be a stream; then it is written once."""

    title: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Cell]]


def as_csv(table: Table) -> bytes:
    """The table as CSV for the spreadsheet of the language that is active.

    :raises ValueError: a row has more or fewer cells than there are columns
    """
    comma, point = (";", ",") if viewer_language() == "ru" else (",", ".")
    return b"\xef\xbb\xbf" + _csv(table, comma, point)


def as_plain_csv(table: Table) -> bytes:
    """The table as CSV for programs, in whatever language its words are: RFC 4180, UTF-8 without a mark, a decimal point.

    :raises ValueError: a row has more or fewer cells than there are columns
    """
    return _csv(table, ",", ".")


def _csv(table: Table, comma: str, point: str) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=comma, lineterminator="\r\n")
    minutes = pgettext("unit in a table", "min")
    writer.writerow([_harmless(_headed(column, minutes)) for column in table.columns])
    for row in table.rows:
        cells = zip(table.columns, row, strict=True)
        writer.writerow([_in_csv(column.kind, cell, point) for column, cell in cells])
    return out.getvalue().encode()


def _headed(column: Column, unit: str) -> str:
    return f"{column.title}, {unit}" if column.kind == "minutes" else column.title


def _in_csv(kind: Kind, cell: Cell, point: str) -> str:
    match cell:
        case None:
            return ""
        case str():
            return _harmless(cell)
        case datetime():
            return (timezone.localtime(cell) if cell.tzinfo else cell).strftime("%Y-%m-%d %H:%M")
        case date():
            return cell.isoformat()
    return _figure(kind, cell).replace(".", point)


def _figure(kind: Kind, cell: float | Decimal) -> str:
    if not isfinite(cell):
        return ""
    if kind == "money":
        return f"{cell:.2f}"
    return str(round(cell)) if kind == "minutes" else f"{Decimal(str(cell)):f}"


def _harmless(text: str) -> str:
    """Text that stays text: an apostrophe wherever a spreadsheet may begin a cell with what it would run.

    One more where apostrophes stand already: whoever takes one away at each such place has the text as it was typed.
    """
    return _RUNS.sub("'", plain(text))


def plain(text: str) -> str:
    """Without what neither XML nor UTF-8 has a way to write."""
    return _NO_CELL.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def as_xlsx(table: Table) -> bytes:
    """The table as a workbook of one sheet, its heading frozen. Rows are written to the disk as they come.

    :raises ValueError: a row has more or fewer cells than there are columns, or there are more rows than a sheet holds
    """
    import xlsxwriter  # only where somebody takes a table along

    room = io.BytesIO()
    settings = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(room, settings) as book:
        _Sheet(book, table).write()
    return room.getvalue()


class _Sheet:
    """Writes the one sheet, row by row: what lies behind can't be changed any more."""

    def __init__(self, book: "Workbook", table: Table) -> None:
        self._table = table
        self._sheet = book.add_worksheet(_sheet_name(table.title))
        book.set_properties({"title": plain(table.title)[:255]})
        self._bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._formats = {kind: book.add_format({"num_format": form}) for kind, form in _FORMATS.items()}
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        hours = pgettext("unit in a table", "h:min")
        self._titles = [_headed(column, hours) for column in table.columns]
        self._widths = [min(max(_WIDTHS.get(column.kind, 12), len(title) + 2), 28) for column, title in zip(table.columns, self._titles, strict=True)]  # fmt: skip

    def write(self) -> None:
        for place, title in enumerate(self._titles):
            self._sheet.write_string(0, place, plain(title)[:LONGEST], self._bold)
        for number, row in enumerate(self._table.rows, 1):
            if number > MOST:
                raise ValueError("a sheet holds no more rows")
            for place, (column, cell) in enumerate(zip(self._table.columns, row, strict=True)):
                self._cell(number, place, column.kind, cell)
        for place, width in enumerate(self._widths):
            self._sheet.set_column(place, place, width)
        self._sheet.freeze_panes(1, 0)

    def _cell(self, row: int, place: int, kind: Kind, cell: Cell) -> None:
        match cell:
            case None:
                return
            case str():
                self._widths[place] = min(max(self._widths[place], len(cell) + 2), 60)
                self._sheet.write_string(row, place, plain(cell)[:LONGEST], self._wrapped)
            case datetime():
                local = timezone.localtime(cell).replace(tzinfo=None) if cell.tzinfo else cell
                self._sheet.write_datetime(row, place, local, self._formats["moment"])
            case date():
                self._sheet.write_datetime(row, place, cell, self._formats["date"])
            case _ if isfinite(cell):
                value = float(cell) / _DAY if kind == "minutes" else float(cell)
                self._sheet.write_number(row, place, value, self._formats.get(kind))


def _sheet_name(title: str) -> str:
    r"""A name that Excel takes: 31 letters, none of ``[]:*?/\``, no apostrophe at either end, not its own word."""
    name = " ".join(_NO_SHEET.sub(" ", plain(title)).split())[:31].strip(" '")
    return "Svyazka" if not name or name.casefold() == "history" else name
