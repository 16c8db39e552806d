"""Medians with their intervals, against scipy and by hand."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, quantile_test

from svyazka.engine.medians import Middle, middle

values = st.lists(st.integers(0, 5000), min_size=1, max_size=300)


@given(values)
def test_the_interval_is_as_sure_as_it_says_and_one_place_narrower_would_not_be(minutes: list[int]) -> None:
    found = middle(minutes)
    assert found is not None
    known, total = sorted(minutes), len(minutes)
    places = [r for r in range(1, total // 2 + 1) if 1 - 2 * binom.cdf(r - 1, total, 0.5) >= 0.95]
    if not places:
        assert (found.low, found.high) == (None, None)
        return
    assert (found.low, found.high) == (known[max(places) - 1], known[-max(places)])
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.value <= found.high


@given(st.lists(st.integers(0, 5000), min_size=6, max_size=300, unique=True))
def test_scipy_finds_the_same_interval(minutes: list[int]) -> None:
    found = middle(minutes)
    assert found is not None
    theirs: Any = quantile_test(minutes, q=0, p=0.5).confidence_interval(confidence_level=0.95)
    assert (found.low, found.high) == (theirs.low, theirs.high)


def test_six_values_reach_from_the_smallest_to_the_largest() -> None:
    # 1 - 2 / 2**6 = 0.96875; of five it is 0.9375, which is not sure enough
    assert middle([5, 1, 9, 2, 8, 4]) == Middle(6, 4.5, 1, 9)
    assert middle([5, 1, 9, 2, 8]) == Middle(5, 5, None, None)


def test_nothing_has_no_median() -> None:
    assert middle([]) is None


@pytest.mark.parametrize("total", [1, 5, 6, 30, 2000])
def test_all_the_same_is_sure_of_itself(total: int) -> None:
    found = middle([7] * total)
    assert found is not None
    assert found.value == 7
    assert found.low in {7, None}
