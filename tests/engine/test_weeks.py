"""Weeks between midnights of a place, against the calendar day by day."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.weeks import week_named, week_of

ZONES = (
    "UTC",
    "Europe/Moscow",
    "Asia/Vladivostok",
    "America/New_York",
    "Pacific/Apia",
    "Australia/Lord_Howe",
)
MOMENTS = st.datetimes(datetime(2001, 1, 2), datetime(2199, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 (UTC is given beside)


@given(MOMENTS, st.sampled_from(ZONES))
def test_a_week_begins_on_monday_at_midnight_there_and_holds_its_moment(at: datetime, zone: str) -> None:
    week = week_of(at, zone)
    here = at.astimezone(ZoneInfo(zone))
    slow = here.date()
    while slow.weekday() != 0:
        slow -= timedelta(days=1)
    assert week.monday == slow
    assert week.since <= at < week.until
    assert week.since.astimezone(ZoneInfo(zone)).date() == week.monday
    assert (week.until - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date() == week.sunday


@given(MOMENTS, st.sampled_from(ZONES))
def test_a_week_is_found_by_its_key_and_weeks_follow_each_other(at: datetime, zone: str) -> None:
    week = week_of(at, zone)
    year, number, _day = at.astimezone(ZoneInfo(zone)).isocalendar()
    assert (week.key, week.number) == (f"{year}-W{number:02d}", number)
    assert week_named(week.key, zone) == week
    assert week.earlier().until == week.since
    assert week.earlier(-1).since == week.until


def test_the_week_in_which_the_clock_is_put_back_is_an_hour_longer() -> None:
    week = week_named("2026-W44", "America/New_York")
    assert week.until - week.since == timedelta(days=7, hours=1)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "2026",
        "2026-47",
        "2026-W00",
        "2025-W53",
        "2026-W54",
        "1999-W01",
        "9999-W01",
        "2026-W4７",
        "2026-W47x",
    ],
)
def test_what_is_no_week_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        week_named(key, "UTC")
