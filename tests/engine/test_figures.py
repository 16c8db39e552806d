"""Times as they are counted, by their laws."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from svyazka.engine.figures import Between, between, coarse, per_hour, quantile

minutes = st.integers(0, 200_000)


@given(minutes)
def test_within_an_hour_times_are_exact_and_above_it_off_by_a_twenty_fourth_at_most(time: int) -> None:
    assert abs(coarse(time) - time) * 24 <= time
    assert coarse(time) == time or time > 60


@given(minutes, minutes)
def test_the_longer_of_two_times_is_never_counted_as_the_shorter(one: int, other: int) -> None:
    assert (coarse(one) <= coarse(other)) or one > other


@given(minutes)
def test_what_is_rounded_stays_as_it_is(time: int) -> None:
    assert coarse(coarse(time)) == coarse(time)


def test_half_a_year_of_working_time_is_264_values() -> None:
    assert len({coarse(time) for time in range(126 * 8 * 60)}) == 264


@pytest.mark.parametrize(
    ("time", "counted"),
    [(59, 59), (62, 60), (63, 65), (181, 180), (479, 480), (495, 510), (1000, 1020), (2460, 2520), (43_000, 43_200)],
)  # fmt: skip
def test_steps_are_those_of_a_clock_and_of_working_days(time: int, counted: int) -> None:
    assert coarse(time) == counted


def test_no_time_is_less_than_nothing() -> None:
    with pytest.raises(ValueError, match="no length of time: -1"):
        coarse(-1)


@given(st.lists(minutes, min_size=1, max_size=60), st.integers(1, 99))
def test_a_quantile_of_counted_times_is_off_by_a_twenty_fourth_at_most(
    times: list[int], percent: int
) -> None:
    exact = quantile({one: times.count(one) for one in times}, percent)
    counted: dict[int, int] = {}
    for one in times:
        counted[coarse(one)] = counted.get(coarse(one), 0) + 1
    found = quantile(counted, percent)
    assert exact is not None
    assert found is not None
    assert abs(found - exact) * 24 <= exact


# times that still run


over = st.lists(st.integers(0, 500), min_size=1, max_size=40)


def _counted(times: list[int]) -> dict[int, int]:
    return {one: times.count(one) for one in times}


@given(over, st.lists(st.integers(0, 500), max_size=40), st.integers(5, 95))
def test_kaplan_and_meiers_estimate_lies_between(ended: list[int], running: list[int], percent: int) -> None:
    found = between(_counted(ended), percent, len(running))
    assert found is not None
    told = SurvfuncRight([*ended, *running], [1] * len(ended) + [0] * len(running))

    def estimate(share: float) -> float:
        at = float(told.quantile(share))
        return math.inf if math.isnan(at) else at

    # a little to each side, since statsmodels takes one end of a step and the product its middle
    assert found.low <= estimate(percent / 100 + 1e-9)
    assert estimate(percent / 100 - 1e-9) <= (math.inf if found.high is None else found.high)


@given(over, st.integers(1, 99))
def test_where_nothing_runs_both_are_the_quantile(ended: list[int], percent: int) -> None:
    exact = quantile(_counted(ended), percent)
    assert exact is not None
    assert between(_counted(ended), percent, 0) == Between(exact, exact)


@given(over, st.integers(1, 99), st.integers(0, 60), st.integers(0, 60))
def test_the_more_still_run_the_greater_it_may_be(
    ended: list[int], percent: int, few: int, more: int
) -> None:
    found = [quantile(_counted(ended), percent, longer) for longer in (few, few + more)]
    less, greater = (math.inf if one is None else one for one in found)
    assert less <= greater


@given(over, st.integers(1, 99), st.integers(1, 60))
def test_running_ones_are_counted_like_any_that_are_longer(
    ended: list[int], percent: int, running: int
) -> None:
    plain = quantile({**_counted(ended), 501: running}, percent)
    found = quantile(_counted(ended), percent, running)
    assert plain is not None
    assert found == plain if found is not None else plain > 250


@pytest.mark.parametrize(
    ("running", "found"),
    [(0, Between(20, 20)), (2, Between(20, 30)), (3, Between(20, 45)), (4, Between(20, 60)), (5, Between(20, None))],
)  # fmt: skip
def test_the_median_of_five_is_as_by_hand(running: int, found: Between) -> None:
    # of 5 the third; of 7 the fourth; of 8 between that and the fifth; of 9 the fifth; from 10 on half is not over
    assert between({10: 2, 20: 1, 30: 1, 60: 1}, 50, running) == found


def test_where_nothing_is_over_nothing_is_said() -> None:
    assert between({}, 50, 3) is None


@pytest.mark.requirement("R40")
@pytest.mark.parametrize(
    ("hours", "won", "brought"),
    [(0, 0, None), (0.1, 3, None), (19.9, 1, None), (20, 1, 5_000), (20, 20, 5_000), (20, 21, None), (40, 3, 2_500)],
)  # fmt: skip
def test_an_hour_of_few_is_told_no_worth(hours: float, won: int, brought: float | None) -> None:
    assert per_hour(100_000, round(hours * 60), won) == brought
