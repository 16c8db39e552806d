"""Intervals of shares, against hand calculation, statsmodels and their own laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from svyazka.engine.intervals import Share, difference, wilson

counts = st.integers(1, 5000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


def _share(count: int, total: int) -> Share:
    found = wilson(count, total)
    assert found is not None
    return found


def test_ten_of_a_hundred_is_as_by_hand() -> None:
    # z = 1.959964; middle (0.1 + 3.841459/200) / 1.03841459; half 1.959964 * sqrt(0.0009 + 0.0000960365) / 1.03841459
    found = _share(10, 100)
    assert found.value == 0.1
    assert found.low == pytest.approx(0.055229, abs=1e-6)
    assert found.high == pytest.approx(0.174366, abs=1e-6)


@given(counts, st.sampled_from([0.8, 0.95, 0.99]))
def test_a_share_has_the_interval_that_statsmodels_gives(case: tuple[int, int], confidence: float) -> None:
    count, total = case
    found = wilson(count, total, confidence)
    assert found is not None
    low, high = proportion_confint(count, total, alpha=1 - confidence, method="wilson")
    assert found.low == pytest.approx(low, abs=1e-12)
    assert found.high == pytest.approx(high, abs=1e-12)


@given(counts)
def test_an_interval_holds_its_share_and_stays_between_nothing_and_all(case: tuple[int, int]) -> None:
    found = _share(*case)
    assert 0 <= found.low <= found.value <= found.high <= 1


@given(counts)
def test_what_is_not_the_share_is_its_mirror(case: tuple[int, int]) -> None:
    count, total = case
    found, mirror = _share(count, total), _share(total - count, total)
    assert mirror.low == pytest.approx(1 - found.high)
    assert mirror.high == pytest.approx(1 - found.low)


@given(counts)
def test_ten_times_as_many_cases_make_the_interval_narrower(case: tuple[int, int]) -> None:
    count, total = case
    few, many = _share(count, total), _share(10 * count, 10 * total)
    assert many.high - many.low < few.high - few.low


@given(counts, counts)
def test_a_difference_has_the_interval_that_statsmodels_gives(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    found = difference(_share(*one), _share(*other))
    low, high = confint_proportions_2indep(*one, *other, method="newcomb", compare="diff")
    assert found.low == pytest.approx(low, abs=1e-9)
    assert found.high == pytest.approx(high, abs=1e-9)


@given(counts, counts)
def test_a_difference_the_other_way_round_is_the_opposite(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    found, back = difference(_share(*one), _share(*other)), difference(_share(*other), _share(*one))
    assert back.value == pytest.approx(-found.value)
    assert back.low == pytest.approx(-found.high)
    assert back.high == pytest.approx(-found.low)


def test_nothing_has_no_share() -> None:
    assert wilson(0, 0) is None


@pytest.mark.parametrize(("count", "total"), [(-1, 5), (6, 5), (0, -1)])
def test_a_share_of_less_than_nothing_or_more_than_all_is_refused(count: int, total: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(count, total)
