"""A day in a cell is the day that its author meant, or a question."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.importing.days import FIRST, LAST, order_of, read_day, read_moment
from svyazka.engine.importing.values import Cell

MARCH_5 = date(2026, 3, 5)
MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
naive = datetime.fromisoformat
days = st.dates(FIRST, LAST)


@pytest.mark.parametrize(
    "cell",
    [
        "05.03.26", "5.3.2026", "05.03.2026 г.", "05.03.2026г", " 05.03.2026 ", "5 марта 2026", "5 марта 2026 г.", "5 МАРТА 2026 года",
        "чт, 5 марта 2026 г.", "5-го марта 2026", "05.мар.26", "5-Mar-26", "5 Mar 2026", "5th March 2026", "March 5, 2026", "Mar 5th, 2026",
        "2026-03-05", "2026/03/05", "2026.03.05", "20260305", "05. 03. 2026", "\ufeff05.03.2026", "05.03.2026 00:00",
        46086, 46086.0, "46086", MARCH_5, naive("2026-03-05"),
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(cell: Cell) -> None:
    read = read_moment(cell)
    assert (read.value, read.problem) == (MARCH_5, None)
    assert type(read.value) is date


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("31.02.2026", "no_such_day"),
        ("05.13.2026", "no_such_day"),
        ("05.03.2026 25:00", "no_such_day"),
        ("05.03.2026 13:00 pm", "no_such_day"),
        (60, "no_such_day"),
        ("05.03", "no_year"),
        ("5 марта", "no_year"),
        ("5/3", "no_year"),
        ("05.03.1899", "day_out_of_range"),
        ("05.03.2101", "day_out_of_range"),
        (date(1899, 12, 31), "day_out_of_range"),
        (73416, "day_out_of_range"),
        (2026, "not_a_day"),
        ("март 2026", "not_a_day"),
        ("скоро", "not_a_day"),
        (0, "not_a_day"),
        (-5, "not_a_day"),
        ("#ЗНАЧ!", "formula_error"),
        (True, "wrong_type"),
        (time(10), "wrong_type"),
        (timedelta(hours=5), "wrong_type"),
    ],
)
def test_what_is_no_day_is_refused_with_its_reason(cell: Cell, code: str) -> None:
    read = read_moment(cell)
    assert read.value is None
    assert read.problem is not None
    assert read.problem.code == code


def test_a_slashed_day_that_could_be_two_is_asked_about_unless_its_order_is_told() -> None:
    read = read_day("5/3/2026")
    assert read.problem is not None
    assert read.problem.code == "ambiguous_date"
    assert read.problem.candidates == (MARCH_5, date(2026, 5, 3))
    assert read_day("5/3/2026", order="day_first").value == MARCH_5
    assert read_day("5/3/2026", order="month_first").value == date(2026, 5, 3)
    assert read_day("25/3/2026").value == read_day("3/25/2026").value == date(2026, 3, 25)
    assert read_day("5/5/2026").value == date(2026, 5, 5)
    assert read_day("05.03.2026", order="month_first").value == MARCH_5


def test_a_column_shows_the_order_of_its_slashed_days() -> None:
    assert order_of(["5/3/2026", "25/3/2026", None, 5]) == "day_first"
    assert order_of(["5/3/2026", "3/25/26 10:00"]) == "month_first"
    assert order_of(["25/3/2026", "3/25/2026"]) is None
    assert order_of(["5/3/2026", "25.03.2026", "2026-03-25"]) is None


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("05.03.2026 14:30", naive("2026-03-05T14:30")),
        ("05.03.2026, 14:30:15", naive("2026-03-05T14:30:15")),
        ("5 марта 2026 г. в 9:05", naive("2026-03-05T09:05")),
        ("2026-03-05T14:30:00+03:00", datetime(2026, 3, 5, 14, 30, tzinfo=timezone(timedelta(hours=3)))),
        ("2026-03-05T14:30:00.000Z", datetime(2026, 3, 5, 14, 30, tzinfo=UTC)),
        ("3/25/2026 2:30 PM", naive("2026-03-25T14:30")),
        ("25/3/2026 12:30 am", naive("2026-03-25T00:30")),
        (46086.5, naive("2026-03-05T12:00")),
    ],
)
def test_an_hour_beside_a_day_is_kept_for_a_moment_and_left_out_of_a_day(
    cell: Cell, moment: datetime
) -> None:
    assert read_moment(cell).value == moment
    read = read_day(cell)
    assert (read.value, read.is_mended) == (moment.date(), True)


@pytest.mark.parametrize("cell", [None, "", "  ", "\u200b"])
def test_an_empty_cell_is_no_problem(cell: Cell) -> None:
    assert read_day(cell) == (None, "", False, None)


@pytest.mark.parametrize("cell", ["-", "нет", "уточнить", "tbd"])
def test_a_word_that_only_fills_the_cell_is_read_as_empty_and_shown(cell: Cell) -> None:
    assert read_day(cell) == (None, cell, True, None)


@given(days)
def test_a_day_written_in_any_form_comes_back(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days - (1 if day < date(1900, 3, 1) else 0)
    for cell in (
        day, datetime.combine(day, time.min), day.isoformat(), f"{day:%d.%m}.{day.year}", f"{day.day} {MONTHS[day.month - 1]} {day.year} г.",
    ):  # fmt: skip
        assert read_day(cell).value == day
    if serial not in range(1900, 2101):
        assert read_day(serial).value == day
    assert read_day(f"{day.day}/{day.month}/{day.year}", order="day_first").value == day
    assert read_day(f"{day.month}/{day.day}/{day.year}", order="month_first").value == day


@given(st.dates(date(1970, 1, 1), date(2069, 12, 31)))
def test_a_year_of_two_digits_is_of_the_century_around_us(day: date) -> None:
    assert read_day(f"{day:%d.%m.%y}").value == day


@given(days)
def test_a_day_that_is_told_without_its_order_is_never_another(day: date) -> None:
    read = read_day(f"{day.day}/{day.month}/{day.year}")
    assert read.value == day or (read.problem is not None and day in read.problem.candidates)


@given(st.datetimes(naive("1900-03-01"), naive("2100-12-31")).map(lambda one: one.replace(microsecond=0)))
def test_a_moment_comes_back_out_of_a_spreadsheets_number(moment: datetime) -> None:
    since = moment - naive("1899-12-30")
    serial = since.days + since.seconds / 86400
    if serial not in range(1900, 2101):
        value = read_moment(serial).value
        assert isinstance(value, date)
        whole = value if isinstance(value, datetime) else datetime.combine(value, time.min)
        assert whole == moment


@given(st.text(max_size=30) | st.floats() | st.integers() | st.booleans())
def test_nothing_makes_the_reader_fail_and_a_day_is_within_its_range(cell: Cell) -> None:
    value = read_day(cell).value
    assert value is None or (isinstance(value, date) and FIRST <= value <= LAST)
