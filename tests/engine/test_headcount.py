"""How large a client is by what was typed about his people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.headcount import SIZES, size_of

pytestmark = pytest.mark.requirement("R39")


@pytest.mark.parametrize(
    ("typed", "size"),
    [
        ("240 человек, 60 будут работать в системе", "middle"),
        ("60 пользователей из 240", "middle"),
        ("около 300-350", "large"),
        ("100", "small"),
        ("101", "middle"),
        ("250", "middle"),
        ("251", "large"),
        ("1 200 человек", "large"),
        ("1\N{NO-BREAK SPACE}200 чел.", "large"),
        ("1,2 тыс.", "large"),
        ("2 тысячи сотрудников", "large"),
        ("2k people, 40 users", "large"),
        ("с 2019 года 40 человек", "small"),
        ("15 лет на рынке, 12 сотрудников", "small"),
        ("оборот 800 млн рублей", ""),
        ("до 4 млн руб., 90 человек", "small"),
        ("50% из 120", "middle"),
        ("много", ""),
        ("", ""),
        ("0", ""),
        ("89161234567", ""),
    ],
)
def test_what_was_typed_puts_the_client_in_a_band(typed: str, size: str) -> None:
    assert size_of(typed) == size


@given(st.text())
def test_any_text_has_a_band_or_none(typed: str) -> None:
    assert size_of(typed) in SIZES


@given(st.integers(1, 900_000), st.integers(1, 900_000))
def test_the_larger_number_is_the_company(one: int, other: int) -> None:
    assert size_of(f"{one} и {other}") == size_of(f"{other}, {one}") == size_of(str(max(one, other)))
