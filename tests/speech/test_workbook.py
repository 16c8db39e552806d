"""The workbook as any program reads it: texts stay texts, formulas are those that every spreadsheet knows, nothing is hidden but ids."""

import re
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from typing import Final
from xml.etree import ElementTree as ET

import pytest
from django.utils import translation
from openpyxl.workbook import Workbook

from svyazka.engine.worktime import Duration, WorkCalendar
from svyazka.speech.workbook.contents import limit_days, term_days
from svyazka.speech.workbook.writing import write_workbook
from tests.workbooks import HOSTILE, PROCESS, empty, full, made, opened

pytestmark = pytest.mark.requirement("R24")

SHEETS: Final = {
    "ru": ["Как работать", "Воронка", "Обязательства", "Этапы и сроки", "Конверсия", "Списки", "_meta"],
    "en": ["How to use it", "Funnel", "Commitments", "Stages and terms", "Conversion", "Lists", "_meta"],
}
KNOWN: Final = {
    "AND", "COUNTA", "COUNTIF", "COUNTIFS", "DATE", "EDATE", "IF", "IFERROR", "INDEX", "ISNUMBER", "LEN", "MATCH", "MAX", "MIN",
    "MONTH", "N", "NETWORKDAYS", "NOT", "OFFSET", "OR", "SMALL", "SQRT", "SUM", "SUMIFS", "SUMPRODUCT", "TODAY", "WORKDAY", "YEAR",
}  # fmt: skip
"""Functions that Excel has had since 2007, by their names in the file."""


@pytest.fixture(scope="module", params=["ru", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def book(language: str) -> bytes:
    return made(language)


@pytest.fixture(scope="module")
def read(book: bytes) -> Workbook:
    return opened(book)


def _formulas(read: Workbook) -> list[str]:
    return [
        str(cell.value)
        for sheet in read
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


def test_its_sheets_speak_the_language_and_lead_from_how_to_use_it_to_the_lists(read: Workbook, language: str) -> None:  # fmt: skip
    assert read.sheetnames == SHEETS[language]
    assert read["_meta"].sheet_state == "veryHidden"


def test_every_part_of_the_file_is_well_formed_and_none_is_a_table_object(book: bytes) -> None:
    with zipfile.ZipFile(BytesIO(book)) as parts:
        names = parts.namelist()
        for name in names:
            if name.endswith((".xml", ".rels")):
                ET.fromstring(parts.read(name))  # noqa: S314 (our own file)
    assert not [name for name in names if "/tables/" in name]  # LibreOffice drops them
    assert len([name for name in names if name.startswith("xl/charts/chart")]) == 2


def test_formulas_use_only_functions_that_excel_and_libreoffice_share(book: bytes, read: Workbook) -> None:
    formulas = [*_formulas(read), *(one.attr_text for one in read.defined_names.values())]
    used = {name for formula in formulas for name in re.findall(r"([A-Z][A-Z0-9.]*)\(", _code(formula))}
    assert used <= KNOWN
    assert used >= {"NETWORKDAYS", "COUNTIFS", "SUMIFS", "WORKDAY"}
    assert b"_xlfn" not in b"".join(zipfile.ZipFile(BytesIO(book)).read(f"xl/worksheets/sheet{n}.xml") for n in range(1, 8))  # fmt: skip


def _code(formula: str) -> str:
    """A formula without its texts."""
    return re.sub(r'"[^"]*"', '""', formula)


def test_what_people_typed_stays_text_whatever_it_begins_with(read: Workbook, language: str) -> None:
    sheet = read[SHEETS[language][1]]
    for place in ("C", "E", "G", "I"):
        cells = [sheet[f"{place}{row}"] for row in range(2, 2 + len(HOSTILE))]
        assert [cell.value for cell in cells] == list(HOSTILE)
        assert {cell.data_type for cell in cells} == {"s"}
    assert not any("HYPERLINK" in formula for formula in _formulas(read))
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink]


def test_tax_numbers_and_phones_are_text_and_keep_their_zeros(read: Workbook, language: str) -> None:
    sheet = read[SHEETS[language][1]]
    assert (sheet["D2"].value, sheet["F2"].value) == ("0707083893", "+7 916 123-45-67")
    assert {sheet[f"{place}2"].number_format for place in "ADF"} == {"@"}
    assert sheet.column_dimensions["D"].style_id  # so is what is typed into the rows below


def test_drop_downs_offer_the_stages_statuses_reasons_people_and_sources(read: Workbook, language: str) -> None:  # fmt: skip
    sheet = read[SHEETS[language][1]]
    offered = {str(one.sqref).split(":")[0]: one.formula1 for one in sheet.data_validations.dataValidation if one.type == "list"}  # fmt: skip
    assert offered == {
        "H2": "Sources", "I2": "People", "J2": "People", "K2": "People", "L2": "Stages", "O2": "People", "Q2": "Statuses", "R2": "Reasons",
    }  # fmt: skip
    assert set(offered.values()) <= set(read.defined_names)
    stages = _named(read, "Stages")
    assert stages == [stage.name.say(language) for stage in PROCESS.stages]


def _named(read: Workbook, name: str) -> list[object]:
    ((sheet, cells),) = read.defined_names[name].destinations
    return [row[0].value for row in read[sheet][cells]]


def test_five_hundred_rows_are_ready_under_a_heading_that_stays(read: Workbook, language: str) -> None:
    sheet = read[SHEETS[language][1]]
    assert sheet.freeze_panes == "D2"
    assert sheet.auto_filter.ref == "A1:AG501"
    assert sheet["U501"].data_type == "f"
    assert sheet["U502"].value is None


def test_dates_that_have_passed_turn_red_and_those_of_today_yellow(read: Workbook, language: str) -> None:
    sheet = read[SHEETS[language][1]]
    rules = {
        rule.formula[0]: rule.dxf.fill.bgColor.rgb
        for cells in sheet.conditional_formatting
        for rule in cells.rules
        if str(cells.sqref) == "P2:P501" and "TODAY()" in rule.formula[0]
    }
    assert [("<TODAY()" in rule, colour) for rule, colour in rules.items()] == [(True, "FFF9DEDC"), (False, "FFFFF1D6")]  # fmt: skip


def test_ids_versions_and_seals_are_hidden_beside_the_rows(read: Workbook, language: str) -> None:
    sheet = read[SHEETS[language][1]]
    assert [sheet[f"{place}1"].value for place in ("AH", "AI", "AJ")] == ["_id", "_ver", "_was"]
    assert [sheet["AH4"].value, sheet["AI4"].value] == ["2026-0002", 2]
    assert sheet.column_dimensions["AH"].hidden


def test_what_is_rarely_looked_at_is_folded_away_and_can_be_unfolded(read: Workbook, language: str) -> None:
    columns = read[SHEETS[language][1]].column_dimensions
    assert (columns["Z"].outlineLevel, columns["Z"].hidden, columns["Y"].collapsed) == (1, True, True)
    assert not columns["AH"].outlineLevel
    outline = read[SHEETS[language][1]].sheet_properties.outlinePr
    assert outline is not None
    assert not outline.summaryRight  # the sign to unfold stands before it: behind it are hidden columns


def test_a_hidden_sheet_says_what_a_later_import_needs(read: Workbook, language: str) -> None:
    said = {row[0]: row[1] for row in read["_meta"].iter_rows(values_only=True)}
    assert (said["format"], said["schema"], said["export"]) == ("svyazka-workbook", 1, "0123abcd")
    assert (said["process"], said["process_version"], said["zone"]) == ("presale", 1, "Europe/Moscow")
    assert said["funnel.sheet"] == SHEETS[language][1]
    heads = [cell.value for cell in read[SHEETS[language][1]][1]]
    assert len(str(said["funnel.columns"]).split(",")) == len(heads)


def test_an_empty_workbook_has_its_lists_and_shows_nothing_in_free_rows() -> None:
    read = opened(write_workbook(empty()), values=True)
    assert [read["Списки"][f"A{row}"].value for row in (2, 3, 4, 5)] == ["Климов О.", "Серова М.", "Яшина В.", None]  # fmt: skip
    assert read["Списки"]["B2"].value == "сайт"
    for name in SHEETS["ru"][1:3]:
        rows = read[name].iter_rows(min_row=2, values_only=True)
        assert not [value for row in rows for value in row if value not in (None, "")]


def test_more_deals_get_more_rows_and_some_stay_free() -> None:
    assert full(many=900).rows == 1100
    assert empty().rows == 500


def test_a_stage_is_over_its_limit_on_the_working_day_after_the_one_on_which_it_is_due() -> None:
    contents = empty(today=date(2026, 11, 30))
    begin = date(2025, 10, 20)  # with the moved days of November 2025, New Year and the May holidays
    for start in (begin + timedelta(days=n) for n in range(220)):
        for limit in (1, 2, 5):
            due = _due(contents.calendar, start, limit)
            for now in (start + timedelta(days=n) for n in range(0, 16, 1 + limit % 2)):
                days = max(0, contents.worked(start, now) - 1)
                late = contents.worked(due + timedelta(days=1), now) > 0
                assert (days > limit) == late, (start, limit, now)
            assert contents.after(start, limit) == due


def _due(calendar: WorkCalendar, start: date, days: int) -> date:
    morning = datetime.combine(start, time(7), UTC)  # ten in Moscow
    return calendar.due(morning, Duration(days, "d")).date()


def test_limits_and_terms_in_hours_count_as_the_days_that_they_touch() -> None:
    assert [limit_days(stage) for stage in PROCESS.stages] == [1, 3, 5, 2, 5, 5]
    days = {term.key: term_days(term) for term in PROCESS.terms}
    assert (days["first_response"], days["decision"], days["estimate_ready"]) == (0, 1, 2)
    assert days["huddle"] is None  # before a meeting


def test_texts_come_in_the_workbooks_language_whatever_language_is_active() -> None:
    with translation.override("ru"):
        english = opened(write_workbook(empty("en")))
    with translation.override("en"):
        russian = opened(write_workbook(empty("ru")))
    assert english["Funnel"]["B1"].value == "Received"
    assert russian["Воронка"]["B1"].value == "Получен"
