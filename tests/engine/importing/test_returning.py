"""A cell that nobody has touched is known again, whatever programs made of it on its way."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.importing.cells import Known, read_text, reader_of
from svyazka.engine.importing.fields import FIELDS
from svyazka.engine.importing.returning import forms, settled, spelled
from svyazka.engine.importing.values import Cell, Value, text_of

pytestmark = pytest.mark.requirement("R45")
NOBODY = Known()
TEXTS = st.text(st.sampled_from("аб =+-@'\";,|\t\n1") | st.characters(exclude_categories=["Cs"]), max_size=20)


def known_as(field: str, cell: Cell, order: str | None = None) -> tuple[str, ...]:
    known = Known(order=order)  # type: ignore[arg-type]
    return forms(field, settled(field, reader_of(field, known)(cell)))


@given(text=TEXTS, blank=st.sampled_from(["  ", "\n", "\r\n", "\u00a0", " \t"]))
def test_blanks_that_became_others_are_no_edit(text: str, blank: str) -> None:
    assert known_as("note", text) == known_as("note", f"{blank}{text.replace(' ', blank)}{blank}")


@given(text=TEXTS)
def test_apostrophes_that_keep_a_formula_from_running_are_no_edit(text: str) -> None:
    guarded = "".join(
        f"'{letter}" if letter in "=+-@" and (not place or text[place - 1] in ",;|\n") else letter
        for place, letter in enumerate(text)
    )
    assert known_as("note", guarded) == known_as("note", text)


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("due", date(2026, 3, 1), "01.03.2026"),
        ("due", date(1900, 1, 1), 1),
        ("contract_sum", Decimal("1250000.50"), "1 250 000,5"),
        ("contract_sum", Decimal(7), 7.0),
        ("inn", "0411017900", 411017900),
        ("inn", "0707083893", 707083893),
        ("phone", "+7 916 123-45-67", 79161234567),
        ("phone", "8 (916) 123-45-67", "+79161234567"),
        ("email", "A@Example.com", "a@example.com"),
        ("number", "0042", "0042 "),
        ("lines", "опт, розница", "опт,\nрозница"),
    ],
)
def test_a_value_in_another_form_is_no_edit(field: str, one: Cell, other: Cell) -> None:
    assert known_as(field, one) == known_as(field, other)


def test_a_day_that_can_be_two_is_known_by_either() -> None:
    assert known_as("due", date(2026, 3, 5))[0] in known_as("due", "5/3/2026")
    assert known_as("due", date(2026, 5, 3))[0] in known_as("due", "5/3/2026")


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("phone", "8 916 123-45-67 доб. 5", "8 916 123-45-67 доб. 6"),
        ("client", "ООО «Лес»", "ООО «лес»"),
        ("number", "007", "7"),
        ("due", date(2026, 3, 1), date(2026, 3, 2)),
        ("note", "а б", "аб"),
        ("note", "нет", ""),
        ("manager", "Серова М.", "Серова"),
    ],
)
def test_an_edit_is_one_however_small(field: str, one: Cell, other: Cell) -> None:
    assert set(known_as(field, one)).isdisjoint(known_as(field, other))


VALUES = (
    st.none()
    | st.booleans()
    | st.integers(0, 9)
    | st.dates()
    | st.decimals(0, 9, places=2)
    | TEXTS.map(text_of)
)


@given(one=VALUES, other=VALUES)
def test_values_are_spelled_alike_only_if_they_are_equal(one: Value | None, other: Value | None) -> None:
    if spelled(one) == spelled(other) and not (isinstance(one, str) or isinstance(other, str)):
        assert one == other
    if one == other and type(one) is type(other):
        assert spelled(one) == spelled(other)


def test_what_holds_a_picture_together_stays() -> None:
    assert read_text("👩\u200d💼 и а\u200dб").value == "👩\u200d💼 и аб"


def test_every_field_has_its_form() -> None:
    assert all(known_as(field, "1") for field in FIELDS)
