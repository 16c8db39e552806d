"""Tables as text: which letters, which delimiter, which rows. What we ourselves write as CSV comes back as it was."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Final

from svyazka.presale.imports.reading.cells import ERRORS, Told, text_told
from svyazka.presale.imports.reading.packing import Packer
from svyazka.presale.imports.reading.values import GRID, LONGEST, MOST_COLUMNS, Unreadable, Warned

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_DELIMITERS: Final = "\t;|,"
"""Of several that fit alike the first one is taken: a comma stands in texts and in numbers, a tab hardly anywhere."""
_NO_TABLE: Final = re.compile(r"\s*(?:%PDF-|\{\\rtf|<(?:\?xml|!doctype|html|table)\b)", re.IGNORECASE)
"""How other files begin that are text; a page that was saved as .xls too."""
_UNSEEN: Final = re.compile("[\x01-\x08\x0e-\x19\x1b-\x1f]")
_SAID: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
"""Excel's own first line."""
_GUARDS: Final = re.compile(r"(?:(?<=[,;|\t\n])|\A)'(?=(?:[^\S\t\n]|[\"'])*[=+\-@＝＋－＠])")
"""The apostrophes that our CSV puts where a spreadsheet might begin a formula (``speech/tables.py``), one at each such place."""
_LINE_ENDS: Final = re.compile(r"[\r\n]+")
_SAMPLE: Final = 1 << 16
_SAMPLED: Final = 50
_END: Final = "\0"
"""Stands behind the last line: found in a cell, the quote before it was never closed. No text that we take has it."""


def pack_text(data: bytes, packer: Packer) -> tuple[str, str, set[Warned]]:
    """Pack a text as one sheet without a title. Returns its encoding, its delimiter, and what is odd about it.

    :raises Unreadable: ``not_a_table``, ``broken``, and as the packer does
    """
    text, encoding = _decoded(data)
    said = _SAID.match(text)
    if said:
        text = text[said.end() :]
    delimiter = said[1] if said and said[1] not in '"\r\n' else _delimiter(text)
    warned: set[Warned] = set()
    packer.add(None, _rows(text, delimiter, warned), is_hidden=False)
    return encoding, delimiter, warned


def _decoded(data: bytes) -> tuple[str, str]:
    """The text, and in which encoding it is: by its mark, else strictly UTF-8, else what Russian Windows writes."""
    try:
        for mark, coding in _MARKS:
            if data.startswith(mark):
                return _text(data[len(mark) :], coding), coding[:6].rstrip("-")
        try:
            return _text(data, "utf-8"), "utf-8"
        except UnicodeDecodeError:
            return _text(data, "cp1251"), "cp1251"
    except UnicodeDecodeError:
        raise Unreadable("not_a_table") from None


def _text(data: bytes, coding: str) -> str:
    text = data.decode(coding)
    if _NO_TABLE.match(text) or "\0" in text or len(_UNSEEN.findall(text)) * 100 > len(text):
        raise Unreadable("not_a_table")
    return text


def _delimiter(text: str) -> str:
    """The delimiter by which the first lines have most equally many cells, more than one.

    A quote that is left in a line when its quoted cells are taken out has been cut in two: such a line counts as unequal.
    """
    sample, is_cut = text[:_SAMPLE], len(text) > _SAMPLE
    # of a cell that we have cut in two ourselves the second quote is missing
    missing = r"|\Z" if is_cut else ""

    def evenness(delimiter: str) -> float:
        edge = re.escape(delimiter)
        quoted = re.compile(rf'(?<![^{edge}\r\n])"(?:[^"]|"")*+(?:"(?![^{edge}\r\n]){missing})')
        lines = [line for line in _LINE_ENDS.split(quoted.sub("", sample)) if line][:_SAMPLED]
        if is_cut and 1 < len(lines) < _SAMPLED:
            lines.pop()
        widths = Counter(line.count(delimiter) for line in lines if '"' not in line)
        return max((count for cuts, count in widths.items() if cuts), default=0) / max(len(lines), 1)

    return max(_DELIMITERS, key=evenness)


def _rows(text: str, delimiter: str, warned: set[Warned]) -> Iterator[list[Told]]:
    """The rows as a spreadsheet would count them: a cell with a line end in it makes no two of one."""
    found = csv.reader(chain(io.StringIO(text, newline=""), [_END]), delimiter=delimiter)
    number = 0
    try:
        for cells in found:
            number += 1
            if cells and cells[-1].endswith(_END):
                _ask_closed(cells)
                return
            _ask_narrow(cells)
            if not ERRORS.isdisjoint(cells):
                warned.add("error_cells")
            yield [_told(cell) for cell in cells]
    except Unreadable as refused:
        raise Unreadable(refused.code, **{**refused.params, "row": number}) from None
    except csv.Error:  # the only one that is left: far longer than any cell
        raise Unreadable("cell_too_long", limit=LONGEST, row=number + 1) from None


def _ask_narrow(cells: list[str]) -> None:
    """Before millions of them are looked at."""
    if len(cells) > GRID[1]:
        raise Unreadable("too_many_columns", limit=MOST_COLUMNS)


def _ask_closed(last: list[str]) -> None:
    if last != [_END]:
        raise Unreadable("broken")


def _told(cell: str) -> str | None:
    if cell in ERRORS:
        return None
    return text_told(_GUARDS.sub("", cell) if "'" in cell else cell)
