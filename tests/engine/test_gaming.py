"""Hints of fed figures: the binomial tail against scipy, heaps by hand, and when nothing is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from svyazka.engine.gaming import (
    FEWEST,
    SHORTEST_LIMIT,
    heap,
    heap_at,
    heap_before_limit,
    is_often,
    tail,
    tenth_of,
)

pytestmark = pytest.mark.requirement("R39")
counts = st.integers(1, 2000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


def test_at_least_two_heads_of_three_come_up_half_the_time() -> None:
    assert tail(2, 3, 0.5) == pytest.approx(0.5)
    assert tail(3, 3, 1 / 3) == pytest.approx(1 / 27)
    assert tail(0, 0, 0.5) == 1


@given(counts, st.sampled_from([0.05, 1 / 3, 0.5, 0.9]))
def test_the_tail_is_scipys(case: tuple[int, int], share: float) -> None:
    expected = binomtest(*case, share, alternative="greater").pvalue
    assert tail(*case, share) == pytest.approx(expected, rel=1e-6, abs=1e-12)


@given(counts)
def test_more_in_the_middle_is_never_less_odd(case: tuple[int, int]) -> None:
    count, total = case
    if count:
        assert tail(count, total, 1 / 3) <= tail(count - 1, total, 1 / 3) + 1e-12


@pytest.mark.parametrize("case", [(-1, 5), (6, 5)])
def test_more_than_all_is_refused(case: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no share"):
        tail(*case, 0.5)


@pytest.mark.parametrize(
    ("used", "tenth"), [(0, 1), (1, 1), (12, 1), (13, 2), (96, 8), (97, 9), (108, 9), (109, 10), (120, 10), (121, 11), (132, 11), (133, 12)]
)  # fmt: skip
def test_a_tenth_ends_with_its_last_minute(used: int, tenth: int) -> None:
    assert tenth_of(used, 120) == tenth


@given(st.integers(0, 5000), st.integers(1, 3000))
def test_in_time_is_in_the_first_ten_tenths_and_late_is_beyond(used: int, allowed: int) -> None:
    assert (tenth_of(used, allowed) <= 10) == (used <= allowed)


def test_a_steady_flow_makes_no_heap_and_a_crowd_before_the_limit_does() -> None:
    steady = [(used, 120) for used in range(200)]
    crowd = [*steady, *[(119, 120)] * 30]
    found = heap_before_limit(steady)
    assert (found.before, found.at, found.after) == (12, 12, 12)
    assert not found.is_odd
    found = heap_before_limit(crowd)
    assert (found.before, found.at, found.after, found.usual) == (12, 42, 12, 12)
    assert found.is_odd


@given(st.integers(0, 400), st.integers(-8, 8))
def test_a_flow_that_rises_or_falls_evenly_makes_no_heap(level: int, slope: int) -> None:
    before, at, after = (level + 20 + slope * step for step in (-1, 0, 1))
    assert not heap(before, at, after).is_odd


@given(st.integers(0, FEWEST - 1))
def test_few_are_never_spoken_of(at: int) -> None:
    assert not heap(0, at, 0).is_odd


def test_limits_of_less_than_an_hour_are_left_out() -> None:
    assert heap_before_limit([(SHORTEST_LIMIT - 1, SHORTEST_LIMIT - 1)] * 50).at == 0


def test_meetings_of_exactly_the_shortest_length_make_a_heap() -> None:
    lengths = [57, 58, 59, *[60] * 30, 61, 63, 64, 65, 66, 90]
    found = heap_at(lengths, 60, 3)
    assert (found.before, found.at, found.after) == (3, 31, 3)
    assert found.is_odd


@pytest.mark.parametrize(
    ("count", "total", "often"), [(10, 20, True), (9, 20, False), (19, 19, False), (0, 0, False)]
)
def test_half_of_enough_cases_is_often(count: int, total: int, *, often: bool) -> None:
    assert is_often(count, total) is often
