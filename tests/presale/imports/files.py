"""Files for tests of reading: honest ones, made as spreadsheets make them, and parts of others to be lied about."""

import io
import re
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from xml.sax.saxutils import escape

import openpyxl
import xlsxwriter

from svyazka.presale.imports.reading.apart import tell
from svyazka.presale.imports.reading.books import book_told
from svyazka.presale.imports.reading.values import Book, Cell

SHEET = "xl/worksheets/sheet1.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)


def here(data: bytes, name: str = "deals.xlsx") -> Book:
    """Read as the other process reads, in this one: for files that do no harm, of which there are many."""
    out = io.BytesIO()
    tell(data, out)
    return book_told(out.getvalue().splitlines(keepends=True), name)


def cells_of(book: Book, sheet: int = 0) -> list[tuple[Cell, ...]]:
    """The cells of a sheet."""
    return [row.cells for row in book.sheets[sheet].rows]


def xlsx(rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet, by XlsxWriter; texts stay texts."""
    room = io.BytesIO()
    with xlsxwriter.Workbook(room, {"default_date_format": "dd.mm.yyyy hh:mm"}) as book:
        sheet = book.add_worksheet("Сделки")
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, place, cell)
                else:
                    sheet.write(number, place, cell)
    return room.getvalue()


def zipped(parts: Mapping[str, bytes | str], like: bytes | None = None) -> bytes:
    """A ZIP of these parts; the others as they are in another one."""
    room = io.BytesIO()
    with zipfile.ZipFile(room, "w", zipfile.ZIP_DEFLATED) as made:
        if like is not None:
            with zipfile.ZipFile(io.BytesIO(like)) as old:
                for name in old.namelist():
                    if name not in parts:
                        made.writestr(name, old.read(name))
        for name, content in parts.items():
            made.writestr(name, content)
    return room.getvalue()


def by_openpyxl(**cells: Cell) -> bytes:
    """A workbook of one sheet with these cells, by openpyxl."""
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    for place, cell in cells.items():
        sheet[place] = cell
    room = io.BytesIO()
    made.save(room)
    return room.getvalue()


def with_sheet(inner: str, before: str = "") -> bytes:
    """A workbook of openpyxl with a sheet that we write ourselves."""
    return zipped({SHEET: f'{before}<worksheet xmlns="{_MAIN}">{inner}</worksheet>'}, by_openpyxl())


def declaring(data: bytes, name: str, size: int) -> bytes:
    """The same ZIP, a part of which is declared to have another size."""
    raw = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        info = old.getinfo(name)
    struct.pack_into("<I", raw, info.header_offset + 22, size)
    at = raw.index(name.encode(), old.start_dir) - 46
    struct.pack_into("<I", raw, at + 24, size)
    return bytes(raw)


def ods(table: str, manifest: str = "") -> bytes:
    """A document of LibreOffice Calc with these tables."""
    return zipped({
        "mimetype": _ODS,
        "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>",
        "content.xml": f'<?xml version="1.0"?><office:document-content {_SPACES}><office:body><office:spreadsheet>'
        f"{table}</office:spreadsheet></office:body></office:document-content>",
    })  # fmt: skip


def ods_text(text: str, more: str = "") -> str:
    """A cell with letters."""
    return f'<table:table-cell office:value-type="string"{more}><text:p>{escape(text)}</text:p></table:table-cell>'


def ole(streams: Mapping[str, bytes]) -> bytes:
    """A compound file as Excel 97 writes it (MS-CFB): sectors of 512 bytes, one sector of their chains, one of names."""
    fat, body, names = [0xFFFFFFFD, 0xFFFFFFFE], b"", [_entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)]
    for place, (name, content) in enumerate(streams.items(), 1):
        padded = content.ljust(4096, b"\0")  # what is shorter lies elsewhere
        padded += b"\0" * (-len(padded) % 512)
        first, count = len(fat), len(padded) // 512
        fat += [*range(first + 1, first + count), 0xFFFFFFFE]
        names.append(
            _entry(name, 2, first, len(padded), right=place + 1 if place < len(streams) else 0xFFFFFFFF)
        )
        body += padded
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack(
        "<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0
    )
    head += b"\xff" * (512 - len(head))
    chains = struct.pack(f"<{len(fat)}I", *fat).ljust(512, b"\xff")
    return head + chains + b"".join(names).ljust(512, b"\0") + body


def _entry(
    name: str, kind: int, first: int, size: int, *, right: int = 0xFFFFFFFF, child: int = 0xFFFFFFFF
) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    return raw.ljust(64, b"\0") + struct.pack(
        "<HBBIII36xIQ", len(raw), kind, 1, 0xFFFFFFFF, right, child, first, size
    )


def xls(cells: Sequence[tuple[int, int, str | float]]) -> bytes:
    """A workbook of Excel 97 (BIFF8) with these cells of one sheet."""
    bof = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    name = "Сделки"
    bound = struct.pack("<BBBB", 0, 0, len(name), 1) + name.encode("utf-16-le")
    at = len(bof) + 4 + 4 + len(bound) + 4
    book = bof + _record(0x0085, struct.pack("<I", at) + bound) + _record(0x000A, b"")
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for row, column, cell in cells:
        place = struct.pack("<HHH", row, column, 0)
        if isinstance(cell, str):
            sheet += _record(0x0204, place + struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le"))
        else:
            sheet += _record(0x0203, place + struct.pack("<d", cell))
    return ole({"Workbook": book + sheet + _record(0x000A, b"")})


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def ods_sheet(rows: Iterable[Sequence[Cell]], title: str = "Лист") -> bytes:
    """A document of LibreOffice Calc with one sheet, its cells written as LibreOffice writes them."""
    lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    return ods(f'<table:table table:name="{escape(title)}">{lines}</table:table>')


def _ods_cell(cell: Cell) -> str:
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}"/>'
    if not isinstance(cell, str):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
    lines = "".join(f"<text:p>{_BLANKS.sub(_blanks, escape(line))}</text:p>" for line in cell.split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'


_BLANKS = re.compile("\t|(?<= ) +|^ +")
"""Blanks that XML would join."""


def _blanks(found: re.Match[str]) -> str:
    return "<text:tab/>" if found[0] == "\t" else f'<text:s text:c="{len(found[0])}"/>'
