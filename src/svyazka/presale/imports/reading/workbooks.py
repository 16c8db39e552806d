"""Workbooks: what they are, what is odd about them, and their cells. Formulas give the values that they had; nothing is run."""

import io
import re
from collections.abc import Iterator
from typing import Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from svyazka.presale.imports.reading.archives import parts
from svyazka.presale.imports.reading.cells import ERRORS, Told, length_told, row_told
from svyazka.presale.imports.reading.packing import Packer
from svyazka.presale.imports.reading.values import MOST_COLUMNS, MOST_ROWS, Kind, Unreadable, Warned

_XLSX: Final = re.compile(
    rb"(?:spreadsheetml\.(?:sheet|template)|ms-excel\.(?:sheet|template)\.macroEnabled)\.main\+xml"
)
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP: Final = b"PK"
_FAR: Final = re.compile(rb'r="(?:([A-Z]{3,}|[H-Z][A-Z]|G[S-Z])\d+|[A-Z]+(\d{6,}))"[^>]{0,200}(?<!/)>(?!</)')
"""A cell that holds something, in a column beyond GR, the two hundredth, or far down."""
_UNCALCULATED: Final = re.compile(rb"(?:</f>|<f(?: [^>]{0,400})?/>)(?:<v ?/>|<v></v>)?</c>")
_SPANNED: Final = re.compile(rb'number-(?:columns|rows)-spanned="(?!1")')
_PROGRAMS: Final = ("basic/", "scripts/")
"""Where an ODS keeps its macros."""


def pack_workbook(data: bytes, packer: Packer) -> tuple[Kind, set[Warned]]:
    """Pack what each sheet holds; charts and sheets of macros are none.

    :raises Unreadable: for every reason but time
    """
    kind, warned = _looked_over(data)
    try:
        with load_workbook(io.BytesIO(data)) as book:
            for known in book.sheets_metadata:
                if known.typ is SheetTypeEnum.WorkSheet:
                    warned |= _pack(book, known, packer, of_ods=kind == "ods")
                elif known.typ in (SheetTypeEnum.MacroSheet, SheetTypeEnum.Vba):
                    warned.add("macros")
    except PasswordError:
        raise Unreadable("encrypted") from None
    except CalamineError:
        raise Unreadable("broken") from None
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # Rust's own, which nobody can import
            raise Unreadable("broken") from None
        raise
    return kind, warned


def _pack(book: CalamineWorkbook, known: SheetMetadata, packer: Packer, *, of_ods: bool) -> set[Warned]:
    sheet = book.get_sheet_by_name(known.name)
    warned: set[Warned] = {"merged_cells"} if sheet.merged_cell_ranges else set()
    is_hidden = known.visible is not SheetVisibleEnum.Visible
    packer.add(known.name, _rows(sheet, warned, of_ods=of_ods), is_hidden=is_hidden)
    return warned


def _rows(sheet: CalamineSheet, warned: set[Warned], *, of_ods: bool) -> Iterator[list[Told]]:
    """The rows from the first of the sheet, though calamine begins at the first column that holds something."""
    if sheet.start is None:
        return
    before: list[Told] = [None] * sheet.start[1]
    for number, cells in enumerate(sheet.iter_rows(), 1):
        try:
            row = before + row_told([*map(length_told, cells)] if of_ods else cells)
        except Unreadable as found:
            raise Unreadable(found.code, **found.params, row=number) from None
        if not ERRORS.isdisjoint(cells):
            row = [None if type(cell) is str and cell in ERRORS else cell for cell in row]
            warned.add("error_cells")
        yield row


def _looked_over(data: bytes) -> tuple[Kind, set[Warned]]:
    """What a workbook is and what is odd about it, by its parts.

    calamine makes room for all cells between the first and the last, and leaves errors out without a word: so both are looked for here.
    An XLS has no parts that could be looked at; how much it may take is bounded anyway.
    """
    if data.startswith(OLE):
        return _looked_over_ole(data), set()
    kind: Kind | None = None
    warned: set[Warned] = set()
    for name, content in parts(data):
        kind = kind or _kind(name, content)
        if name == "meta-inf/manifest.xml" and b":encryption-data" in content:
            raise Unreadable("encrypted")
        if name.startswith(_PROGRAMS) or name.endswith("/vbaproject.bin"):
            warned.add("macros")
        if name == "content.xml":
            warned |= _odd_in_ods(content)
        elif name.endswith(".xml") and b"sheetData" in content:
            warned |= _odd_in_xlsx(content)
    if kind is None:
        raise Unreadable("not_a_table")
    return kind, warned


def _kind(name: str, content: bytes) -> Kind | None:
    if name == "mimetype" and content.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return "ods"
    is_sheet = (
        b"spreadsheetml.sheet.main+xml" in content or b"ms-excel.sheet.macroEnabled.main+xml" in content
    )
    return "xlsx" if name == "[content_types].xml" and is_sheet else None


def _looked_over_ole(data: bytes) -> Kind:
    """An OLE file by the names of its streams: what has a password is one of another kind, with the workbook within."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Unreadable("encrypted")
    if not any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        raise Unreadable("not_a_table")
    return "xls"


def _odd_in_xlsx(content: bytes) -> set[Warned]:
    """:raises Unreadable: ``too_many_columns``, ``too_many_rows``"""
    for cell in _FAR.finditer(content):
        if cell[1]:
            raise Unreadable("too_many_columns", limit=MOST_COLUMNS)
        if len(cell[2]) > 7 or int(cell[2]) > MOST_ROWS:
            raise Unreadable("too_many_rows", limit=MOST_ROWS - 1)
    odd: set[Warned] = set()
    if b' t="e"' in content:
        odd.add("error_cells")
    if b"<f" in content and _UNCALCULATED.search(content):
        odd.add("uncalculated")
    return odd


def _odd_in_ods(content: bytes) -> set[Warned]:
    odd: set[Warned] = set()
    if _SPANNED.search(content):
        odd.add("merged_cells")
    if b':value-type="error"' in content:
        odd.add("error_cells")
    return odd
