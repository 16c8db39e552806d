"""Lines of business that people typed differently are told apart or brought together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.industries import industries_fit, plain_industry


@pytest.mark.parametrize(
    ("one", "other", "fit"),
    [
        ("Деревообработка", "деревообработка", 2),
        ("Лёгкая промышленность", "легкая  промышленность", 2),
        ("торговля, оптовая", "Оптовая торговля", 2),
        ("опт и розница", "розница, опт", 2),
        ("деревообработка", "деревобработка", 1),  # a slip of the finger
        ("оптовая торговля", "торговля", 1),
        ("Woodworking", "wood-working", 1),
        ("производство мебели", "производство насосов", 0),
        ("оптовая торговля", "розничная торговля", 0),
        ("кабель", "мебель", 0),
        ("птица", "пицца", 0),
        ("и", "перевозки и склад", 0),
        ("—", "—", 0),
        ("", "опт", 0),
    ],
)
def test_how_well_two_lines_of_business_fit(one: str, other: str, fit: int) -> None:
    assert industries_fit(one, other) == fit


@given(st.text(max_size=40), st.text(max_size=40))
def test_it_does_not_matter_which_is_named_first_and_all_that_is_named_fits_itself(
    one: str, other: str
) -> None:
    assert industries_fit(one, other) == industries_fit(other, one)
    assert industries_fit(one, one) == (2 if plain_industry(one) else 0)
