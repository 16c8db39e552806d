"""Times as they are counted, by their laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.figures import coarse, per_hour, quantile

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


@pytest.mark.requirement("R40")
@pytest.mark.parametrize(
    ("hours", "won", "brought"),
    [(0, 0, None), (0.1, 3, None), (19.9, 1, None), (20, 1, 5_000), (20, 20, 5_000), (20, 21, None), (40, 3, 2_500)],
)  # fmt: skip
def test_an_hour_of_few_is_told_no_worth(hours: float, won: int, brought: float | None) -> None:
    assert per_hour(100_000, round(hours * 60), won) == brought
