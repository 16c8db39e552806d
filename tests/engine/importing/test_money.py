"""A sum in a cell is exact to the kopeck, or a question."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.importing.money import MOST, read_money, read_whole
from svyazka.engine.importing.values import Cell

sums = st.decimals(0, MOST - 1, places=2)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1 250 000,50 ₽", "1250000.50"),
        ("1\u00a0250\u00a0000,50\u00a0руб.", "1250000.50"),
        ("1.250.000,50", "1250000.50"),
        ("1,250,000.50", "1250000.50"),
        ("1'250'000", "1250000"),
        ("1 250", "1250"),
        ("1250,5", "1250.50"),
        ("1250.5", "1250.50"),
        ("1,5 млн", "1500000"),
        ("1.250 млн руб.", "1250000"),
        ("1,5M", "1500000"),
        ("120 тыс.", "120000"),
        ("120 т.р.", "120000"),
        ("120к", "120000"),
        ("2 млрд", "2000000000"),
        ("1 млн 200 тыс. руб.", "1200000"),
        ("5 р.", "5"),
        ("0", "0"),
        ("0,500", "0.5"),
        (1250000.5, "1250000.50"),
        (0.1 + 0.2, "0.30"),
        (1250, "1250"),
        (Decimal("12.34"), "12.34"),
    ],
)
def test_a_sum_is_read_however_it_is_written(cell: Cell, amount: str) -> None:
    assert read_money(cell)[0:4:2] == (Decimal(amount), False)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1.250", "ambiguous_number"),
        ("1,250", "ambiguous_number"),
        ("-5", "negative"),
        ("−5", "negative"),
        ("(1 000)", "negative"),
        (-0.5, "negative"),
        ("$100", "foreign_money"),
        ("100 евро", "foreign_money"),
        ("1-2 млн", "not_money"),
        ("от 1 млн", "not_money"),
        ("12 34", "not_money"),
        ("1.250,000.50", "not_money"),
        ("2 тыс 3 млн", "not_money"),
        ("дорого", "not_money"),
        (10**12, "too_large"),
        ("1000 млрд", "too_large"),
        (float("nan"), "not_a_number"),
        (float("inf"), "not_a_number"),
        ("#REF!", "formula_error"),
        (True, "wrong_type"),
    ],
)
def test_what_is_no_sum_is_refused_with_its_reason(cell: Cell, code: str) -> None:
    read = read_money(cell)
    assert read.value is None
    assert read.problem is not None
    assert read.problem.code == code


def test_a_sum_that_could_be_two_names_both_unless_its_point_is_told() -> None:
    problem = read_money("1.250").problem
    assert problem is not None
    assert problem.candidates == (Decimal(1250), Decimal("1.25"))
    assert read_money("1.250", point=",").value == Decimal(1250)
    assert read_money("1.250", point=".").value == Decimal("1.25")


def test_what_is_left_out_of_a_sum_is_told() -> None:
    assert read_money("1 200 000 руб. без НДС")[0:3:2] == (Decimal(1200000), True)
    assert read_money(33.3333)[0:3:2] == (Decimal("33.33"), True)
    assert read_money("уточнить") == (None, "уточнить", True, None)
    assert read_money(None) == (None, "", False, None)


def _russian(amount: Decimal) -> str:
    return f"{amount:,}".replace(",", "\u00a0").replace(".", ",")


@given(sums)
def test_no_kopeck_is_lost_in_any_form(amount: Decimal) -> None:
    for cell in (
        f"{amount}",
        f"{_russian(amount)} ₽",
        f"{amount:,}",
        f"{amount:,}".translate(str.maketrans(",.", ".,")),
        amount,
    ):
        assert read_money(cell)[0:3:2] == (amount, False)


@given(st.decimals(0, 10**9, places=2))
def test_a_spreadsheets_number_is_the_sum_that_was_typed(amount: Decimal) -> None:
    assert read_money(float(amount))[0:3:2] == (amount, False)


@given(st.text(max_size=30) | st.text("0123456789 .,-млнтысруб₽", max_size=20) | st.floats() | st.integers())
def test_nothing_makes_the_reader_fail_and_a_sum_fits_the_register(cell: Cell) -> None:
    for point in (None, ",", "."):
        value = read_money(cell, point=point).value
        assert value is None or (
            isinstance(value, Decimal) and 0 <= value < MOST and value == round(value, 2)
        )


@pytest.mark.parametrize(
    ("cell", "count"), [("1 200", 1200), (1200.0, 1200), ("7", 7), (7, 7), ("1.000.000", 10**6), ("", None)]
)
def test_a_count_is_read(cell: Cell, count: int | None) -> None:
    read = read_whole(cell)
    assert (read.value, read.problem) == (count, None)
    assert count is None or type(read.value) is int


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("12,5", "not_whole"), (12.5, "not_whole"), ("-1", "negative"), ("много", "not_a_number"), ("1.250", "ambiguous_number"),
        (10**12, "too_large"), (True, "wrong_type"), ("#Н/Д", "formula_error"),
    ],
)  # fmt: skip
def test_what_is_no_count_is_refused_with_its_reason(cell: Cell, code: str) -> None:
    problem = read_whole(cell).problem
    assert problem is not None
    assert problem.code == code
