"""Whatever a file is made to do, it is refused in one word, in bounded memory, and the next one is read as ever."""

import io
import json
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from svyazka.presale.imports.reading import books, limits
from svyazka.presale.imports.reading.books import read_book
from svyazka.presale.imports.reading.values import LONGEST, MOST_BYTES, Unreadable
from tests.presale.imports.files import (
    SHEET,
    by_openpyxl,
    cells_of,
    declaring,
    here,
    ods,
    ods_text,
    ole,
    with_sheet,
    xls,
    xlsx,
    zipped,
)

SMALL = xlsx([["Клиент", "Сумма"], ["Завод", 1250]])
_ROW = '<row r="{0}"><c r="{1}{0}"><v>1</v></c></row>'
_REPEATED = ' table:number-columns-repeated="{}"'


def refusal(data: bytes) -> str:
    """In one word, by the process that is there for it."""
    with pytest.raises(Unreadable) as refused:
        read_book(data, "leads.xlsx")
    return refused.value.code


def zeros(declared: int) -> bytes:
    """An XLSX, a sheet of which is ten gigabytes of zeros, packed a thousand times; it says of itself what it is told to."""
    engine = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    megabyte = bytes(1 << 20)
    first = engine.compress(megabyte) + engine.flush(
        zlib.Z_FULL_FLUSH
    )  # whatever follows knows nothing of what was before
    again = engine.compress(megabyte) + engine.flush(zlib.Z_FULL_FLUSH)
    content = first + again * (10 << 10) + engine.flush()
    with zipfile.ZipFile(io.BytesIO(SMALL)) as old:
        kept = zipped({name: old.read(name) for name in old.namelist() if name != SHEET})
    return _with_raw(kept, SHEET, content, declared)


def _with_raw(archive: bytes, name: str, content: bytes, declared: int) -> bytes:
    """A part that is packed already, with the size that is said, put behind the others of an archive."""
    with zipfile.ZipFile(io.BytesIO(archive)) as old:
        start, count = old.start_dir, len(old.namelist())
    directory = archive[start : archive.rindex(b"PK\x05\x06")]
    common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, 0, len(content), declared, len(name), 0)
    local = b"PK\x03\x04" + common + name.encode() + content
    central = (
        b"PK\x01\x02"
        + struct.pack("<H", 20)
        + common
        + struct.pack("<HHHII", 0, 0, 0, 0, start)
        + name.encode()
    )
    whole = directory + central
    end = struct.pack(
        "<4sHHHHIIH", b"PK\x05\x06", 0, 0, count + 1, count + 1, len(whole), start + len(local), 0
    )
    return archive[:start] + local + whole + end


def many_parts() -> bytes:
    return zipped({f"xl/media/{number}.xml": "" for number in range(10_000)}, SMALL)


def entities() -> bytes:
    grown = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return with_sheet(
        '<sheetData><row><c t="inlineStr"><is><t>&l9;</t></is></c></row></sheetData>',
        f'<!DOCTYPE x [<!ENTITY l0 "ha">{grown}]>',
    )


def shared_text() -> bytes:
    """One long text, and a hundred thousand cells that are it: three gigabytes."""
    room = io.BytesIO()
    with xlsxwriter.Workbook(room) as made:
        sheet = made.add_worksheet()
        for row in range(20_000):
            for column in range(5):
                sheet.write_string(row, column, "x" * LONGEST)
    return room.getvalue()


def hidden_only() -> bytes:
    shown = by_openpyxl(A1="Завод")
    with zipfile.ZipFile(io.BytesIO(shown)) as old:
        book = old.read("xl/workbook.xml").replace(b'state="visible"', b'state="hidden"')
    assert b'state="hidden"' in book
    return zipped({"xl/workbook.xml": book}, shown)


def doubled() -> bytes:
    """Two parts of one name: which of them is the sheet each reader decides for himself."""
    room = io.BytesIO(SMALL)
    with zipfile.ZipFile(room, "a") as made:
        made.writestr("XL/worksheets\\Sheet1.xml", "<worksheet/>")
    return room.getvalue()


def far_away(row: int, letters: str, quote: str = '"') -> bytes:
    cells = _ROW.format(1, "A") + _ROW.format(row, letters)
    return with_sheet(f'<dimension ref="A1:XFD1048576"/><sheetData>{cells}</sheetData>'.replace('"', quote))


def all_repeated(columns: int, rows: int) -> bytes:
    cell = ods_text("x", _REPEATED.format(columns))
    return ods(
        f'<table:table table:name="A"><table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row></table:table>'
    )


HOSTILE: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "nothing": (lambda: b"", {"no_rows"}),
    "blanks": (lambda: b" \r\n\t\n", {"no_rows"}),
    "an empty workbook": (lambda: xlsx([]), {"no_rows"}),
    "more than may be": (lambda: bytes(MOST_BYTES + 1), {"too_large"}),
    "ten gigabytes of zeros": (lambda: zeros(0xFFFFFFFE), {"bomb"}),
    "ten gigabytes of zeros that say they are one megabyte": (lambda: zeros(1 << 20), {"bomb"}),
    "two gigabytes, declared": (lambda: declaring(SMALL, SHEET, 2 << 30), {"bomb"}),
    "one byte, declared": (lambda: declaring(SMALL, SHEET, 1), {"bomb"}),
    "more than there is, declared": (lambda: declaring(SMALL, SHEET, 1 << 20), {"broken"}),
    "packed too well": (lambda: zipped({SHEET: b" " * (200 << 20)}, SMALL), {"bomb"}),
    "ten thousand parts": (many_parts, {"bomb"}),
    "entities": (entities, {"bomb"}),
    "one text a hundred thousand times": (shared_text, {"bomb"}),
    "two cells, far to the right": (lambda: far_away(1, "XFD"), {"too_many_columns"}),
    "two cells, far below": (lambda: far_away(1_048_576, "B"), {"too_many_rows"}),
    "two cells, as far as it goes, behind our back": (lambda: far_away(1_048_576, "XFD", "'"), {"bomb"}),
    "a cell where none can be": (lambda: far_away(99_999_999_999, "ZZZZZZZ"), {"broken", "bomb", "too_many_columns"}),
    "cells beyond all bounds in an ODS": (lambda: all_repeated(16_384, 1_048_576), {"broken", "bomb"}),
    "a million rows of an ODS": (lambda: all_repeated(2, 1_048_576), {"too_many_rows"}),
    "all columns of an ODS": (lambda: all_repeated(16_384, 3), {"too_many_columns"}),
    "two hundred thousand rows": (lambda: with_sheet(f"<sheetData>{'<row><c><v>1</v></c></row>' * 200_000}</sheetData>"), {"too_many_rows"}),
    "a cell too long": (lambda: with_sheet(f'<sheetData><row><c t="inlineStr"><is><t>{"x" * 40_000}</t></is></c></row></sheetData>'), {"cell_too_long"}),
    "hidden sheets only": (hidden_only, {"no_rows"}),
    "half a file": (lambda: SMALL[: len(SMALL) // 2], {"broken"}),
    "all but the last byte": (lambda: SMALL[:-1], {"broken"}),
    "a part that is spoiled": (lambda: SMALL.replace(b"PK\x03\x04", b"PK\x03\x05"), {"broken", "not_a_table"}),
    "two parts of one name": (doubled, {"broken"}),
    "a sheet that ends early": (lambda: zipped({SHEET: "<worksheet><sheetData><row><c><v>1"}, SMALL), {"broken", "no_rows"}),
    "a ZIP of something else": (lambda: zipped({"word/document.xml": "<x/>", "[Content_Types].xml": "<Types/>"}), {"not_a_table"}),
    "an empty ZIP": (lambda: zipped({}), {"not_a_table"}),
    "a workbook with a password": (lambda: ole({"EncryptionInfo": b"4", "EncryptedPackage": b"?"}), {"encrypted"}),
    "an ODS with a password": (lambda: ods("", "<manifest:encryption-data/>"), {"encrypted"}),
    "a document of Word 97": (lambda: ole({"WordDocument": b"?"}), {"not_a_table"}),
    "millions of empty lines": (lambda: b"\n" * MOST_BYTES, {"too_many_rows"}),
    "millions of delimiters": (lambda: b";" * MOST_BYTES, {"too_many_columns"}),
    "a quote that is never closed": (lambda: b'"' + b"a;b\n" * (4 << 20), {"cell_too_long"}),
    "noise": (lambda: bytes(range(256)) * 64, {"not_a_table"}),
}  # fmt: skip


@pytest.mark.requirement("R45")
@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_in_one_word(what: str) -> None:
    made, codes = HOSTILE[what]
    assert refusal(made()) in codes


@pytest.mark.skipif(sys.platform != "linux", reason="memory is told by /proc")
def test_neither_side_takes_more_memory_than_it_may(tmp_path: Path) -> None:
    greedy = [
        "ten gigabytes of zeros", "ten gigabytes of zeros that say they are one megabyte", "packed too well",
        "one text a hundred thousand times", "two cells, as far as it goes, behind our back", "a cell where none can be",
        "a million rows of an ODS",
    ]  # fmt: skip
    row = '<c t="inlineStr"><is><t>Завод</t></is></c>' * 6 + "<c><v>1.5</v></c>" * 6
    files = [HOSTILE[what][0]() for what in greedy] + [
        with_sheet(f"<sheetData>{f'<row>{row}</row>' * 100_000}</sheetData>")
    ]
    for number, data in enumerate(files):
        (tmp_path / str(number)).write_bytes(data)
    ran = subprocess.run(
        [sys.executable, "-c", _WATCH, *(str(tmp_path / str(number)) for number in range(len(files)))],
        capture_output=True, text=True, check=True, cwd=Path(books.__file__).parents[4],
    )  # fmt: skip
    ours, theirs, rows = json.loads(ran.stdout)
    assert rows == 100_000
    assert ours < 4 * MOST_BYTES + limits.MOST_TOLD
    assert theirs <= limits.MEMORY


_WATCH = """
import json, pathlib, re, resource, sys
from svyazka.presale.imports.reading.books import read_book
from svyazka.presale.imports.reading.values import Unreadable
rows = 0
for name in sys.argv[1:]:
    try:
        rows = sum(len(sheet.rows) for sheet in read_book(pathlib.Path(name).read_bytes(), name).sheets)
    except Unreadable:
        pass
ours = int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]) << 10
print(json.dumps([ours, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10, rows]))
"""


def test_a_dimension_that_lies_costs_nothing() -> None:
    cells = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row><row r="3"><c r="B3"><v>2</v></c></row><row r="1048576"><c r="A1048576"></c></row>'
    book = read_book(with_sheet(f'<dimension ref="A1:XFD1048576"/><sheetData>{cells}</sheetData>'), "a.xlsx")
    assert cells_of(book) == [(1, None), (None, None), (None, 2)]


_BOUND = "from svyazka.presale.imports.reading import limits\nlimits.CPU_SECONDS = 1\nlimits.bind_ourselves()"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "bomb"),
        ("import os; os.abort()", "bomb"),
        (f"{_BOUND}\nwhile True: pass", "took_too_long"),
        (f"{_BOUND}\nimport ctypes; ctypes.CDLL(None).abort()", "bomb"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "broken"),
        (f"raise SystemExit({limits.STARTED})", "broken"),
        (f"print('[[1]]'); raise SystemExit({limits.STARTED})", "broken"),
        ("import time; time.sleep(60)", "took_too_long"),
    ],
)
def test_a_reader_that_dies_is_a_refusal(source: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "_READER", (sys.executable, "-S", "-c", source))
    monkeypatch.setattr(books, "SECONDS", 1 if "sleep" in source else 60)
    assert refusal(SMALL) == code
    monkeypatch.undo()
    assert read_book(SMALL, "leads.xlsx").sheets


def test_a_reader_that_does_not_start_is_no_fault_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "_READER", (sys.executable, "-S", "-c", "raise SystemExit(1)"))
    with pytest.raises(RuntimeError, match="does not start"):
        read_book(SMALL, "leads.xlsx")


def test_the_reader_may_write_no_more_than_it_is_asked_for_and_start_nothing() -> None:
    source = (
        "import resource as r\nfrom svyazka.presale.imports.reading.limits import bind_ourselves\nbind_ourselves()\n"
        "print(*(r.getrlimit(kind)[0] for kind in (r.RLIMIT_AS, r.RLIMIT_CPU, r.RLIMIT_FSIZE, r.RLIMIT_NPROC, r.RLIMIT_CORE)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", source],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(books.__file__).parents[4],
    )
    told = [int(word) for word in ran.stdout.split()]
    assert told == [limits.MEMORY, limits.CPU_SECONDS, limits.MOST_TOLD + (1 << 20), 0, 0]


_ENDS = st.sampled_from(
    [
        b"",
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"sep=;\n",
        b'a;"b',
    ]
)


@given(_ENDS, st.binary(max_size=600) | st.text(";,\t|\n\r\"'=a1\0 ", max_size=80).map(str.encode))
def test_any_bytes_are_a_book_or_a_refusal(begin: bytes, data: bytes) -> None:
    _read_or_refused(begin + data)


@settings(max_examples=25)
@given(
    st.sampled_from(
        [
            SMALL,
            xls([(0, 0, "Клиент"), (1, 0, 1.5)]),
            ods(f"<table:table><table:table-row>{ods_text('x')}</table:table-row></table:table>"),
        ]
    ),
    st.data(),
)
def test_a_workbook_with_spoiled_bytes_is_a_book_or_a_refusal(whole: bytes, data: st.DataObject) -> None:
    raw = bytearray(whole)
    for place in data.draw(st.lists(st.integers(0, len(raw) - 1), max_size=8)):
        raw[place] = data.draw(st.integers(0, 255))
    _read_or_refused(bytes(raw), apart=True)


def _read_or_refused(data: bytes, *, apart: bool = False) -> None:
    try:
        book = read_book(data, "a.csv") if apart else here(data, "a.csv")
    except Unreadable:
        return
    assert any(sheet.rows and not sheet.is_hidden for sheet in book.sheets)
    for sheet in book.sheets:
        assert len({len(row.cells) for row in sheet.rows}) <= 1
        assert len(list(sheet.rows)) == len(sheet.rows)
