"""A team's own table becomes plain rows, whatever it was kept in, and nothing of it is lost."""

import io
import os
import subprocess
import sys
import unicodedata
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from svyazka.presale.imports.reading.books import read_book
from svyazka.presale.imports.reading.cells import cleaned
from svyazka.presale.imports.reading.values import CHUNK, Cell, Unreadable
from tests.presale.imports.files import (
    by_openpyxl,
    cells_of,
    here,
    ods,
    ods_text,
    ole,
    with_sheet,
    xls,
    xlsx,
    zipped,
)

LEADS: list[list[Cell]] = [
    ["Клиент", "ИНН", "Сумма", "Получен", "Выигран"],
    ["ООО «Завод»", "0278012345", 1_250_000, date(2026, 3, 2), True],
    ["Лес 🌲\nи партнёры", "7701", 0.1, datetime(2026, 3, 2, 10, 30), False],  # noqa: DTZ001 (a cell has no zone)
]
_MOMENTS = st.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(9999, 12, 31)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(
    ["007", "=1+1", "'=1", "_x0041_", "1e5", "Да", "👩‍👩‍👧‍👦", "a\nb", "й", "#"]
)
_CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.none(), st.booleans(), _TEXTS, _MOMENTS, st.dates(min_value=date(1900, 1, 2)),
    st.integers(-(10**15), 10**15), st.floats(allow_nan=False, allow_infinity=False, width=32),
)  # fmt: skip


def kept(cell: Cell) -> Cell:
    """What a cell is once it has been in a workbook: a moment at midnight is a day, a whole float a whole number."""
    match cell:
        case str():
            return cleaned(cell) or None
        case float() if cell.is_integer() and abs(cell) <= 2**53:
            return int(cell)
        case datetime() if cell.time() == time():
            return cell.date()
    return cell


def trimmed(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Rows without what is empty at the right and below, and all equally wide."""
    whole = [[kept(cell) for cell in row] for row in rows]
    while whole and not any(cell is not None for cell in whole[-1]):
        whole.pop()
    width = max((place for row in whole for place, cell in enumerate(row, 1) if cell is not None), default=0)
    return [[*row[:width], *[None] * (width - len(row))] for row in whole]


@pytest.mark.requirement("R45")
def test_a_workbook_comes_in_as_it_was_written() -> None:
    book = read_book(xlsx(LEADS), "leads.xlsx")
    assert (book.kind, book.warnings, book.encoding, book.delimiter) == ("xlsx", (), "", "")
    [sheet] = book.sheets
    assert (sheet.name, sheet.is_hidden) == ("Сделки", False)
    assert [(row.number, list(row.cells)) for row in sheet.rows] == list(enumerate(LEADS, 1))
    assert [type(row.cells[2]) for row in sheet.rows] == [str, int, float]


@settings(max_examples=60)
@given(st.lists(st.lists(_CELLS, max_size=5), max_size=6))
def test_whatever_was_written_into_a_workbook_comes_back(rows: list[list[Cell]]) -> None:
    told = trimmed(rows)
    if not told:
        with pytest.raises(Unreadable, match="no_rows"):
            here(xlsx(rows))
        return
    read = cells_of(here(xlsx(rows)))
    assert [len(row) for row in read] == [len(row) for row in told]
    for found, wanted in zip(
        (cell for row in read for cell in row), (cell for row in told for cell in row), strict=True
    ):
        assert type(found) is type(wanted) or {type(found), type(wanted)} <= {int, float}
        assert found == (pytest.approx(wanted, rel=1e-14) if isinstance(wanted, float) else wanted)


@given(_TEXTS)
def test_a_text_that_is_cleaned_stays_as_it_is(text: str) -> None:
    once = cleaned(text)
    assert cleaned(once) == once == once.strip()
    assert unicodedata.is_normalized("NFC", once)
    assert not [letter for letter in once if unicodedata.category(letter) == "Cc" and letter not in "\t\n"]


def test_rows_begin_at_the_top_and_end_with_the_last_that_is_not_empty() -> None:
    room = io.BytesIO()
    with xlsxwriter.Workbook(room) as made:
        sheet, frame = made.add_worksheet(), made.add_format({"border": 1})
        sheet.write_string(2, 1, "Клиент")
        sheet.write_string(5, 2, "Завод")
        for row in range(6, 400):
            for column in range(10):
                sheet.write_blank(row, column, None, frame)
            sheet.write_string(row, 3, " \t\n")
    rows = here(room.getvalue()).sheets[0].rows
    assert len(rows) == 6
    assert [row.number for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row.cells for row in rows[2:]] == [
        (None, "Клиент", None),
        (None,) * 3,
        (None,) * 3,
        (None, None, "Завод"),
    ]


def test_rows_are_found_by_their_place_and_by_slices() -> None:
    rows = here(xlsx([[number] for number in range(1, 2 * CHUNK + 10)])).sheets[0].rows
    numbers = list(range(1, 2 * CHUNK + 10))
    assert [row.number for row in rows] == numbers == [row.cells[0] for row in rows]
    for at in (0, CHUNK - 1, CHUNK, -1):
        assert rows[at].number == numbers[at]
    for cut in (
        slice(3),
        slice(CHUNK - 2, CHUNK + 2),
        slice(None, None, CHUNK),
        slice(-2, None),
        slice(5, 2),
        slice(4, 1, -1),
    ):
        assert [row.number for row in rows[cut]] == numbers[cut]
    with pytest.raises(IndexError):
        rows[len(numbers)]


def test_times_and_lengths_of_time_are_words() -> None:
    room = io.BytesIO()
    with xlsxwriter.Workbook(room) as made:
        sheet = made.add_worksheet()
        clock, length = made.add_format({"num_format": "hh:mm"}), made.add_format({"num_format": "[h]:mm"})
        sheet.write_datetime(0, 0, time(14, 30), clock)
        sheet.write_datetime(0, 1, timedelta(hours=26, minutes=15), length)
        sheet.write_datetime(0, 2, timedelta(minutes=5, seconds=7), length)
    assert cells_of(here(room.getvalue())) == [("14:30", "26:15", "0:05:07")]


def test_merged_cells_keep_their_value_in_the_first_and_are_told_of() -> None:
    room = io.BytesIO()
    with xlsxwriter.Workbook(room) as made:
        sheet = made.add_worksheet()
        sheet.merge_range(0, 0, 1, 1, "Сделки марта")
        sheet.write_string(2, 1, "Завод")
    book = here(room.getvalue())
    assert book.warnings == ("merged_cells",)
    assert cells_of(book) == [("Сделки марта", None), (None, None), (None, "Завод")]


def test_formulas_give_the_value_that_they_had() -> None:
    room = io.BytesIO()
    with xlsxwriter.Workbook(room) as made:
        sheet = made.add_worksheet()
        sheet.write_formula(0, 0, "=2*21", None, 42)
        sheet.write_formula(0, 1, '="Зав"&"од"', None, "Завод")
    book = here(room.getvalue())
    assert (cells_of(book), book.warnings) == ([(42, "Завод")], ())


def test_a_formula_without_an_answer_is_empty_and_is_told_of() -> None:
    room = io.BytesIO()
    with xlsxwriter.Workbook(room) as made:
        sheet = made.add_worksheet()
        sheet.write_string(0, 0, "Завод")
        for place, error in enumerate(["#DIV/0!", "#REF!", "#N/A"], 1):
            sheet.write_formula(0, place, "=1/0", None, error)
        sheet.write_string(0, 4, "#ССЫЛКА!")
    book = here(room.getvalue())
    assert (cells_of(book), book.warnings) == ([("Завод",)], ("error_cells",))


def test_a_formula_that_nobody_has_calculated_is_told_of() -> None:
    book = here(by_openpyxl(A1="Завод", B1="=2*21"))
    assert (cells_of(book), book.warnings) == ([("Завод",)], ("uncalculated",))


def test_a_number_that_is_none_is_empty() -> None:
    book = here(
        with_sheet(
            '<sheetData><row r="1"><c r="A1"><v>1e999</v></c><c r="B1"><v>NaN</v></c><c r="C1"><v>1e300</v></c></row></sheetData>'
        )
    )
    assert cells_of(book) == [(None, None, 1e300)]


def test_hidden_sheets_come_with_their_mark_and_charts_not_at_all() -> None:
    room = io.BytesIO()
    with xlsxwriter.Workbook(room) as made:
        shown, hidden, buried = (made.add_worksheet(name) for name in ("Сделки", "Коды", "Тайное"))
        for sheet in (shown, hidden, buried):
            sheet.write_number(0, 0, 1)
        hidden.hide()
        buried.very_hidden()
        chart = made.add_chart({"type": "line"})
        chart.add_series({"values": "=Сделки!$A$1:$A$2"})
        made.add_chartsheet("График").set_chart(chart)
    sheets = here(room.getvalue()).sheets
    assert [(sheet.name, sheet.is_hidden) for sheet in sheets] == [
        ("Сделки", False),
        ("Коды", True),
        ("Тайное", True),
    ]


def test_of_a_workbook_with_macros_only_the_cells_are_read() -> None:
    plain = by_openpyxl(A1="Завод")
    with zipfile.ZipFile(io.BytesIO(plain)) as made:
        types = made.read("[Content_Types].xml")
    ours, theirs = (
        b"openxmlformats-officedocument.spreadsheetml.sheet.main",
        b"ms-excel.sheet.macroEnabled.main",
    )
    assert ours in types
    told = {"[Content_Types].xml": types.replace(ours, theirs), "xl/vbaProject.bin": ole({"VBA": b"Shell"})}
    book = here(zipped(told, plain), "leads.xlsm")
    assert (book.kind, cells_of(book), book.warnings) == ("xlsx", [("Завод",)], ("macros",))
    assert here(plain).warnings == ()


def test_a_document_of_libreoffice_comes_in_without_its_million_phantom_rows() -> None:
    value = '<table:table-cell office:value-type="{}" office:{}="{}"/>'
    cells = "".join(
        value.format(*cell)
        for cell in (
            ("float", "value", "1250000"), ("date", "date-value", "2026-03-02"), ("date", "date-value", "2026-03-02T10:30:00"),
            ("boolean", "boolean-value", "true"), ("percentage", "value", "0.5"), ("time", "time-value", "PT26H15M00S"),
        )
    )  # fmt: skip
    empty = '<table:table-row table:number-rows-repeated="{}"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    book = read_book(
        ods(
            '<table:table table:name="Сделки"><table:table-row>'
            + ods_text("Клиент", ' table:number-columns-spanned="2"')
            + f"<table:covered-table-cell/></table:table-row>{empty.format(2)}<table:table-row>{cells}</table:table-row>"
            + f"{empty.format(1_048_572)}</table:table>"
        ),
        "leads.ods",
    )
    assert (book.kind, book.warnings, book.sheets[0].name) == ("ods", ("merged_cells",), "Сделки")
    moment = datetime(2026, 3, 2, 10, 30, tzinfo=UTC).replace(tzinfo=None)
    assert cells_of(book) == [
        ("Клиент", *[None] * 5), (None,) * 6, (None,) * 6, (1_250_000, date(2026, 3, 2), moment, True, 0.5, "26:15"),
    ]  # fmt: skip


def test_a_workbook_of_excel_97_comes_in() -> None:
    book = read_book(xls([(0, 0, "Клиент"), (0, 1, "Сумма"), (2, 0, "Завод"), (2, 1, 1.5)]), "leads.xls")
    assert (book.kind, book.sheets[0].name) == ("xls", "Сделки")
    assert cells_of(book) == [("Клиент", "Сумма"), (None, None), ("Завод", 1.5)]


def test_what_a_file_is_its_content_says_and_not_its_name() -> None:
    assert read_book(xlsx(LEADS), "leads.csv").kind == "xlsx"
    assert read_book("Клиент;Сумма\nЗавод;5\n".encode(), "leads.xlsx").kind == "csv"


def test_the_process_that_reads_knows_neither_django_nor_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    source = str(Path(__file__).parents[3] / "src")
    asked = "import sys, svyazka.presale.imports.reading.apart; print(*{name.partition('.')[0] for name in sys.modules})"
    ran = subprocess.run(
        [sys.executable, "-P", "-s", "-c", asked],
        env={"PYTHONPATH": source},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "python_calamine" in ran.stdout.split()
    assert "django" not in ran.stdout.split()
    monkeypatch.setenv("SECRET_KEY", "hunter2")
    seen: list[dict[str, str]] = []
    started = subprocess.run

    def watched(*args: object, **how: object) -> object:
        seen.append(how["env"])  # type: ignore[arg-type]
        return started(*args, **how)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", watched)
    assert read_book(b"a;b\n", "a.csv").sheets
    assert set(seen[0]) <= {"PYTHONPATH", "LD_LIBRARY_PATH"}
    assert "SECRET_KEY" in os.environ
