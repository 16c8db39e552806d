"""The clock of a status run: against counting client by client, second by second."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.pace import (
    ENOUGH,
    HOUR,
    LONGEST_TURN,
    SHORTEST_TURN,
    counted,
    in_hand,
    is_talked_through,
    look,
    per_hour,
    share,
)

pytestmark = pytest.mark.requirement("R36")

GOALS = st.integers(1, 60)
SECONDS = st.integers(0, 20 * HOUR)


def test_ten_clients_an_hour_have_six_minutes_each() -> None:
    assert share(10) == 6 * 60
    assert [look(seconds, 360) for seconds in (0, 299, 300, 360, 361)] == [
        "plain",
        "plain",
        "soon",
        "soon",
        "over",
    ]
    assert per_hour(10, HOUR) == 10
    assert (in_hand(8, 45 * 60, 10), in_hand(7, 45 * 60, 10)) == (180, -180)


@given(st.integers(ENOUGH, 60), st.integers(1, 20 * HOUR))
def test_the_pace_is_what_fractions_say(decided: int, seconds: int) -> None:
    assert per_hour(decided, seconds) == pytest.approx(float(Fraction(decided * HOUR, seconds)))


@given(SECONDS, st.integers(0, ENOUGH - 1))
def test_nothing_is_said_of_a_run_of_too_few_clients_or_in_which_no_time_passed(
    seconds: int, few: int
) -> None:
    """Three clients in a minute and a half would be a hundred and ten an hour."""
    assert per_hour(few, seconds) is None
    assert per_hour(seconds, 0) is None


@given(st.lists(st.integers(0, 2 * HOUR), max_size=30), GOALS)
def test_time_in_hand_is_what_each_client_saved_or_took_from_the_others(turns: list[int], goal: int) -> None:
    saved = sum(share(goal) - turn for turn in turns)
    assert in_hand(len(turns), sum(turns), goal) == saved


@given(SECONDS, GOALS)
def test_a_clock_only_ever_goes_from_plain_to_soon_to_over(seconds: int, goal: int) -> None:
    order = ("plain", "soon", "over")
    of = share(goal)
    assert order.index(look(seconds, of)) <= order.index(look(seconds + 1, of))
    assert (look(seconds, of) == "over") == (seconds > of)


@given(st.floats(-1e6, 1e6))
def test_a_stay_counts_no_less_than_nothing_and_no_longer_than_somebody_sits_there(seconds: float) -> None:
    assert 0 <= counted(seconds) <= LONGEST_TURN
    if 0 <= seconds <= LONGEST_TURN:
        assert counted(seconds) == int(seconds)


@given(SECONDS)
def test_a_word_or_half_a_minute_makes_a_turn_and_nothing_less(seconds: int) -> None:
    assert is_talked_through(seconds, is_written=True)
    assert is_talked_through(seconds, is_written=False) == (seconds >= SHORTEST_TURN)
