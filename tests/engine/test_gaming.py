"""Hints of fed figures: the binomial tail against scipy, heaps by hand, and when nothing is said."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from statsmodels.stats.multitest import multipletests

from svyazka.engine.gaming import (
    FEWEST,
    SHORTEST_LIMIT,
    SURPRISING,
    Heap,
    heap,
    heap_at,
    heap_before_limit,
    is_often,
    odd_heaps,
    tail,
    tenth_of,
)

pytestmark = pytest.mark.requirement("R39")


def is_odd(found: Heap) -> bool:
    """Whether it is worth a look where no other limit is looked at."""
    return bool(odd_heaps([found]))


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
    assert not is_odd(found)
    found = heap_before_limit(crowd)
    assert (found.before, found.at, found.after, found.usual) == (12, 42, 12, 12)
    assert is_odd(found)


@given(st.integers(0, 400), st.integers(-8, 8))
def test_a_flow_that_rises_or_falls_evenly_makes_no_heap(level: int, slope: int) -> None:
    before, at, after = (level + 20 + slope * step for step in (-1, 0, 1))
    assert not is_odd(heap(before, at, after))


@given(st.integers(0, FEWEST - 1))
def test_few_are_never_spoken_of(at: int) -> None:
    assert not is_odd(heap(0, at, 0))


def test_limits_of_less_than_an_hour_are_left_out() -> None:
    assert heap_before_limit([(SHORTEST_LIMIT - 1, SHORTEST_LIMIT - 1)] * 50).at == 0


def test_meetings_of_exactly_the_shortest_length_make_a_heap() -> None:
    lengths = [57, 58, 59, *[60] * 30, 61, 63, 64, 65, 66, 90]
    found = heap_at(lengths, 60, 3)
    assert (found.before, found.at, found.after) == (3, 31, 3)
    assert is_odd(found)


thirds = st.tuples(*[st.integers(0, 60)] * 3)


@given(st.lists(thirds, max_size=20))
def test_all_limits_are_judged_together_as_statsmodels_does_it_by_holm(
    cases: list[tuple[int, int, int]],
) -> None:
    heaps = [heap(*case) for case in cases]
    judged = [place for place, case in enumerate(cases) if sum(case) >= FEWEST]
    refused = (
        multipletests([heaps[place].chance for place in judged], alpha=0.01, method="holm")[0]
        if judged
        else ()
    )
    assert odd_heaps(heaps) == {place for place, odd in zip(judged, refused, strict=True) if odd}


def test_a_heap_that_one_limit_alone_would_make_odd_is_none_among_fifteen() -> None:
    one, smooth = heap(9, 22, 9), heap(14, 14, 14)
    assert 0.001 < one.chance < SURPRISING
    assert is_odd(one)
    assert odd_heaps([one, *[smooth] * 14]) == frozenset()
    crowd = heap(3, 30, 3)
    assert odd_heaps([one, crowd, *[smooth] * 13]) == {1}


def test_chance_hardly_ever_makes_any_of_fifteen_limits_odd() -> None:
    """A thousand smooth companies with fifteen limits each: false hints in about ten of them at most."""
    dice = Random(39)
    false = 0
    for _ in range(1000):
        counts = [Counter(dice.choices(range(3), k=60)) for _ in range(15)]
        false += bool(odd_heaps([heap(one[0], one[1], one[2]) for one in counts]))
    assert false <= 15


@pytest.mark.parametrize(
    ("count", "total", "often"), [(10, 20, True), (9, 20, False), (19, 19, False), (0, 0, False)]
)
def test_half_of_enough_cases_is_often(count: int, total: int, *, often: bool) -> None:
    assert is_often(count, total) is often
