"""Quiet hours in every zone, whatever its clocks do."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.quiet import Quiet, is_quiet, when_awake

ZONES = st.sampled_from(
    ["Europe/Moscow", "Asia/Vladivostok", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "UTC"]
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(  # noqa: DTZ001 (a zone is put on below)
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)
CLOCKS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30, 59]))
HOURS = st.tuples(CLOCKS, CLOCKS)
MINUTE = timedelta(minutes=1)


@given(at=MOMENTS, quiet=HOURS, zone=ZONES)
def test_nobody_is_woken_and_nobody_waits_longer_than_he_must(at: datetime, quiet: Quiet, zone: str) -> None:
    awake = when_awake(at, quiet, zone)
    assert awake >= at
    assert not is_quiet(awake, quiet, zone)
    asked = at
    while asked < awake:
        assert is_quiet(asked, quiet, zone), "it was not quiet on the way there"
        asked += 7 * MINUTE
    assert awake == at or is_quiet(awake - timedelta(seconds=1), quiet, zone)
    assert awake - at <= timedelta(hours=25)


@given(at=MOMENTS, zone=ZONES)
def test_without_quiet_hours_nothing_waits(at: datetime, zone: str) -> None:
    assert when_awake(at, None, zone) == at
    assert when_awake(at, (time(8), time(8)), zone) == at


@pytest.mark.parametrize(
    ("clock", "awake"), [("20:59", "20:59"), ("21:00", "08:00"), ("03:00", "08:00"), ("08:00", "08:00")]
)
def test_a_night_ends_in_the_morning(clock: str, awake: str) -> None:
    hour, minute = map(int, clock.split(":"))
    at = datetime(2026, 11, 24, hour, minute, tzinfo=ZoneInfo("Europe/Moscow"))
    found = when_awake(at, (time(21), time(8)), "Europe/Moscow").astimezone(at.tzinfo)
    assert found.strftime("%H:%M") == awake
