"""INNs, phones and addresses in cells: what a spreadsheet broke is mended where the check digits show it, never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.ru import inn as stdnum_inn

from svyazka.engine.identity import normal_email, normal_phone, valid_inn
from svyazka.engine.importing.signs import read_email, read_inn, read_phone
from svyazka.engine.importing.values import Cell

stems = st.from_regex(r"0[1-9][0-9]{7}", fullmatch=True)
companies = stems.map(lambda stem: stem + stdnum_inn.calc_company_check_digit(stem))
persons = st.from_regex(r"0[1-9][0-9]{8}", fullmatch=True).map(
    lambda stem: stem + stdnum_inn.calc_personal_check_digits(stem)
)


@pytest.mark.parametrize(
    "cell", ["7707083893", 7707083893, 7707083893.0, "ИНН 7707083893/773601001", " 7707083893 "]
)
def test_an_inn_is_read_as_text_and_as_a_number(cell: Cell) -> None:
    assert read_inn(cell)[0:3:2] == ("7707083893", False)


@given(companies | persons)
def test_a_zero_that_a_spreadsheet_lost_is_put_back_and_told(inn: str) -> None:
    for cell in (int(inn), float(inn), inn[1:]):
        assert read_inn(cell)[0:3:2] == (inn, True)


@given(st.text("0123456789", max_size=13) | st.integers(0, 10**13) | st.text(max_size=20))
def test_every_inn_that_is_taken_holds_its_check_digits(cell: Cell) -> None:
    value = read_inn(cell).value
    assert value is None or (isinstance(value, str) and valid_inn(value) == value)


@pytest.mark.parametrize("cell", ["0000000000", 0, "7707083894", "7,70708E+09", "123", True])
def test_what_is_no_inn_is_refused(cell: Cell) -> None:
    read = read_inn(cell)
    assert read.value is None
    assert read.problem is not None
    assert read.problem.code in {"bad_inn", "wrong_type"}


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("8 (916) 123-45-67", ("+79161234567", False)),
        (89161234567, ("+79161234567", False)),
        (79161234567.0, ("+79161234567", False)),
        ("9161234567", ("+79161234567", False)),
        ("8 916 123-45-67 доб. 3", ("+79161234567", True)),
        ("8 916 123-45-67, 8 495 123-45-67", ("+79161234567", True)),
        ("моб. 8 916 123-45-67", ("+79161234567", True)),
        ("+375 29 123-45-67", ("+375291234567", False)),
        ("-", (None, True)),
    ],
)
def test_a_phone_is_read_and_what_stands_beside_it_is_told(
    cell: Cell, found: tuple[str | None, bool]
) -> None:
    assert read_phone(cell)[0:3:2] == found


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (" Ivan@Romashka.RU ", ("ivan@romashka.ru", False)),
        ("Иван <ivan@romashka.ru>", ("ivan@romashka.ru", True)),
        ("ivan@romashka.ru; petr@romashka.ru", ("ivan@romashka.ru", True)),
        ("нет", (None, True)),
    ],
)
def test_an_address_is_read_and_what_stands_beside_it_is_told(
    cell: Cell, found: tuple[str | None, bool]
) -> None:
    assert read_email(cell)[0:3:2] == found


@pytest.mark.parametrize("cell", ["123", "позвонить Ивану", "0"])
def test_words_are_no_sign(cell: Cell) -> None:
    assert [read.problem.code for read in (read_phone(cell), read_email(cell)) if read.problem] == [
        "bad_phone",
        "bad_email",
    ]


@given(st.text(max_size=40) | st.floats() | st.integers() | st.booleans() | st.dates())
def test_what_is_taken_is_in_normal_form_and_is_read_as_itself(cell: Cell) -> None:
    for read, normal in ((read_phone, normal_phone), (read_email, normal_email)):
        value = read(cell).value
        assert value is None or (isinstance(value, str) and normal(value) == value == read(value).value)
