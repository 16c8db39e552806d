"""Working time against minute-by-minute counting, its laws, and the Russian calendar as published."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svyazka.engine.production_calendar import DayKind
from svyazka.engine.worktime import Duration, Interval, WorkCalendar, parse_duration
from tests.engine.slow_time import floor, slow_add, slow_between, works

MOSCOW = ZoneInfo("Europe/Moscow")
PLAIN = WorkCalendar()
CALENDARS = (
    PLAIN,
    WorkCalendar(lunch=None, start=time(10), end=time(19)),
    WorkCalendar(zone="Asia/Vladivostok"),
    WorkCalendar(
        zone="America/New_York",
        country="US",
        start=time(0, 30),
        end=time(8, 15),
        lunch=(time(4), time(4, 45)),
    ),
    WorkCalendar(
        overrides=((date(2025, 11, 1), "off"), (date(2025, 11, 2), "work"), (date(2025, 11, 5), "short"))
    ),
    WorkCalendar(lunch=(time(16, 30), time(17, 30))),
)
# Around the moved days of November and the New York clock change on 2 November 2025.
BEGIN = datetime(2025, 10, 30, tzinfo=UTC)

calendars = st.sampled_from(CALENDARS)
moments = st.integers(0, 8 * 24 * 60 * 60).map(lambda seconds: BEGIN + timedelta(seconds=seconds))
far_moments = st.integers(0, 3 * 365 * 24 * 60).map(
    lambda m: datetime(2024, 12, 1, tzinfo=UTC) + timedelta(minutes=m)
)
pauses_of = st.lists(st.tuples(moments, moments).map(lambda pair: (min(pair), max(pair))), max_size=4).map(
    tuple
)
amounts = st.integers(0, 1500)
durations = st.builds(Duration, st.integers(1, 30), st.sampled_from(("m", "h", "d")))


def moscow(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=MOSCOW)  # type: ignore[arg-type,misc]


@given(calendars, moments, moments, pauses_of)
@settings(max_examples=60, deadline=None)
def test_minutes_between_are_those_counted_one_by_one(
    calendar: WorkCalendar, a: datetime, b: datetime, pauses: tuple[Interval, ...]
) -> None:
    a, b = sorted((a, b))
    assert calendar.minutes_between(a, b, pauses) == slow_between(calendar, a, b, pauses)


@given(calendars, moments, st.integers(1, 900), pauses_of)
@settings(max_examples=60, deadline=None)
def test_hours_are_due_when_so_many_unpaused_minutes_have_been_counted(
    calendar: WorkCalendar, at: datetime, amount: int, pauses: tuple[Interval, ...]
) -> None:
    due = calendar.due(at, Duration(amount, "m"), pauses)
    counted = slow_add(calendar, at, amount, pauses)
    # A pause may carry the due moment on over time that does not count, never over a minute that does.
    assert due >= counted
    assert slow_between(calendar, counted, due, pauses) == 0
    assert slow_between(calendar, at, due, pauses) == amount


@given(calendars, far_moments, far_moments, far_moments)
def test_working_time_adds_up(calendar: WorkCalendar, a: datetime, b: datetime, c: datetime) -> None:
    whole = calendar.minutes_between(a, c)
    assert calendar.minutes_between(a, b) + calendar.minutes_between(b, c) == whole
    assert calendar.minutes_between(c, a) == -whole


@given(calendars, moments, moments, moments, pauses_of)
def test_paused_working_time_adds_up_to_the_second(
    calendar: WorkCalendar, a: datetime, b: datetime, c: datetime, pauses: tuple[Interval, ...]
) -> None:
    parts = calendar.minutes_between(a, b, pauses) + calendar.minutes_between(b, c, pauses)
    assert parts == calendar.minutes_between(a, c, pauses)


@given(calendars, far_moments, amounts)
def test_adding_minutes_and_counting_them_go_round(calendar: WorkCalendar, at: datetime, amount: int) -> None:
    assert calendar.minutes_between(at, calendar.add_minutes(at, amount)) == amount
    assert calendar.minutes_between(calendar.add_minutes(at, -amount), at) == amount


@given(calendars, moments, st.integers(1, 900))
@settings(max_examples=40, deadline=None)
def test_adding_stops_at_the_first_moment_and_going_back_at_the_last(
    calendar: WorkCalendar, at: datetime, amount: int
) -> None:
    later, earlier = calendar.add_minutes(at, amount), calendar.add_minutes(at, -amount)
    assert works(calendar, later - timedelta(minutes=1))
    assert works(calendar, earlier)


@given(calendars, far_moments, far_moments, durations)
def test_what_is_asked_earlier_is_never_due_later(
    calendar: WorkCalendar, a: datetime, b: datetime, duration: Duration
) -> None:
    a, b = sorted((a, b))
    assert calendar.due(a, duration) <= calendar.due(b, duration)
    assert calendar.before(a, duration) <= calendar.before(b, duration)


@given(calendars, moments, durations, pauses_of)
def test_a_pause_puts_a_due_moment_off_by_exactly_the_work_it_covered(
    calendar: WorkCalendar, at: datetime, duration: Duration, pauses: tuple[Interval, ...]
) -> None:
    due, paused = calendar.due(at, duration), calendar.due(at, duration, pauses)
    covered = calendar.minutes_between(at, paused) - calendar.minutes_between(at, paused, pauses)
    assert calendar.minutes_between(due, paused) == covered
    assert paused >= due


@given(calendars, moments, durations, pauses_of)
def test_pauses_may_come_in_any_order_cut_in_two_or_twice(
    calendar: WorkCalendar, at: datetime, duration: Duration, pauses: tuple[Interval, ...]
) -> None:
    halves = tuple((a, a + (b - a) / 2) for a, b in pauses) + tuple((a + (b - a) / 2, b) for a, b in pauses)
    due = calendar.due(at, duration, pauses)
    assert calendar.due(at, duration, pauses[::-1]) == due
    assert calendar.due(at, duration, pauses + halves) == due


@given(calendars, far_moments, st.integers(1, 15))
def test_days_end_in_working_hours_so_many_working_days_on(
    calendar: WorkCalendar, at: datetime, days: int
) -> None:
    zone = calendar.spans(date(2025, 1, 14))[0][0].tzinfo
    start, due = (
        m.astimezone(zone) for m in (calendar.next_moment(at), calendar.due(at, Duration(days, "d")))
    )
    passed = [start.date() + timedelta(days=n) for n in range(1, (due.date() - start.date()).days + 1)]
    assert sum(calendar.is_working_day(day) for day in passed) == days
    assert any(begin <= due <= end for begin, end in calendar.spans(due.date()))


@given(calendars, moments)
def test_the_next_moment_is_the_first_one_that_works(calendar: WorkCalendar, at: datetime) -> None:
    found = calendar.next_moment(at)
    assert works(calendar, found)
    assert calendar.minutes_between(at, found) == 0
    assert found >= floor(at)


@pytest.mark.parametrize(
    ("year", "days", "hours"),
    [
        (2022, 247, 1973),
        (2023, 247, 1973),
        (2024, 248, 1979),
        (2025, 247, 1972),
        (2026, 247, 1972),
        (2027, 247, 1972),
    ],
)
def test_a_russian_year_has_the_published_norm(year: int, days: int, hours: int) -> None:
    begin, end = moscow(year, 1, 1), moscow(year + 1, 1, 1)
    all_days = (begin.date() + timedelta(days=n) for n in range((end - begin).days))
    assert sum(PLAIN.is_working_day(day) for day in all_days) == days
    assert PLAIN.minutes_between(begin, end) == hours * 60


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2024-04-27", "work"),
        ("2024-04-29", "off"),
        ("2024-04-30", "off"),
        ("2024-11-02", "short"),
        ("2024-12-28", "work"),
        ("2024-12-31", "off"),
        ("2025-03-07", "short"),
        ("2025-04-30", "short"),
        ("2025-05-02", "off"),
        ("2025-05-08", "off"),
        ("2025-06-11", "short"),
        ("2025-06-13", "off"),
        ("2025-11-01", "short"),
        ("2025-11-03", "off"),
        ("2025-12-30", "work"),
        ("2025-12-31", "off"),
        ("2026-01-09", "off"),
        ("2026-03-06", "work"),
        ("2026-03-09", "off"),
        ("2026-05-08", "short"),
        ("2026-05-11", "off"),
        ("2026-11-03", "short"),
        ("2026-12-31", "off"),
        ("2027-02-20", "short"),
        ("2027-02-22", "off"),
        ("2027-11-05", "off"),
        ("2027-12-31", "off"),
    ],
)
def test_moved_and_shortened_days_of_russia_are_known(day: str, kind: DayKind) -> None:
    assert PLAIN.day_kind(date.fromisoformat(day)) == kind


def test_the_long_weekend_of_november_2025_counts_nine_hours_not_two() -> None:
    no_lunch = WorkCalendar(lunch=None)
    assert no_lunch.minutes_between(moscow(2025, 10, 31, 17), moscow(2025, 11, 5, 10)) == (1 + 8 + 1) * 60
    assert PLAIN.minutes_between(moscow(2025, 10, 31, 17), moscow(2025, 11, 5, 10)) == 9 * 60


def test_lunch_is_not_working_time() -> None:
    assert PLAIN.minutes_between(moscow(2025, 11, 11, 12, 30), moscow(2025, 11, 11, 14, 30)) == 60
    assert PLAIN.due(moscow(2025, 11, 11, 12, 30), Duration(1, "h")) == moscow(2025, 11, 11, 14, 30)
    assert PLAIN.next_moment(moscow(2025, 11, 11, 13, 20)) == moscow(2025, 11, 11, 14)


@pytest.mark.parametrize(
    ("asked", "duration", "due"),
    [
        ((2025, 11, 11, 11), "2h", (2025, 11, 11, 13)),
        ((2025, 11, 11, 11), "3h", (2025, 11, 11, 15)),
        ((2025, 11, 11, 17), "2h", (2025, 11, 12, 10)),
        ((2025, 11, 11, 17), "1h", (2025, 11, 11, 18)),
        ((2025, 11, 11, 17, 59), "1d", (2025, 11, 12, 17, 59)),
        ((2025, 11, 11, 18), "1d", (2025, 11, 13, 9)),
        ((2025, 11, 8, 15), "1d", (2025, 11, 11, 9)),
        ((2025, 10, 31, 11), "1d", (2025, 11, 1, 11)),
        ((2025, 10, 31, 17, 30), "1d", (2025, 11, 1, 17)),
        ((2025, 10, 31, 11), "2d", (2025, 11, 5, 11)),
        ((2025, 12, 30, 16), "5d", (2026, 1, 16, 16)),
        ((2025, 11, 11, 17, 50), "30m", (2025, 11, 12, 9, 20)),
    ],
)
def test_due_moments_are_those_a_person_would_name(
    asked: tuple[int, ...], duration: str, due: tuple[int, ...]
) -> None:
    assert PLAIN.due(moscow(*asked), parse_duration(duration)) == moscow(*due)


@pytest.mark.parametrize(
    ("meeting", "duration", "latest"),
    [
        ((2025, 11, 12, 10), "4h", (2025, 11, 11, 15)),
        ((2025, 11, 12, 15), "4h", (2025, 11, 12, 10)),
        ((2025, 11, 12, 14), "4h", (2025, 11, 12, 9)),
        ((2025, 11, 5, 11), "1d", (2025, 11, 1, 11)),
        ((2025, 11, 5, 18), "1d", (2025, 11, 1, 17)),
        ((2025, 11, 10, 9), "1d", (2025, 11, 6, 18)),
    ],
)
def test_so_long_before_a_meeting_is_counted_back(
    meeting: tuple[int, ...], duration: str, latest: tuple[int, ...]
) -> None:
    assert PLAIN.before(moscow(*meeting), parse_duration(duration)) == moscow(*latest)


def test_a_pause_that_begins_when_the_time_is_up_puts_nothing_off() -> None:
    asked, pause = moscow(2025, 11, 11, 9), (moscow(2025, 11, 11, 11), moscow(2025, 11, 11, 12))
    assert PLAIN.due(asked, Duration(2, "h"), (pause,)) == moscow(2025, 11, 11, 11)
    assert PLAIN.due(asked, Duration(121, "m"), (pause,)) == moscow(2025, 11, 11, 12, 1)


def test_a_unit_in_vladivostok_keeps_its_own_hours() -> None:
    east = WorkCalendar(zone="Asia/Vladivostok")
    # 11:00 in Moscow is 18:00 there: the day is over, the answer is due there next morning.
    assert east.due(moscow(2025, 11, 11, 11), Duration(2, "h")) == moscow(2025, 11, 12, 4)
    assert [span[0].utcoffset() for span in east.spans(date(2025, 11, 11))] == [timedelta(hours=10)] * 2


def test_a_clock_change_neither_adds_nor_takes_working_time() -> None:
    york = WorkCalendar(zone="America/New_York", country="US", lunch=None)
    zone = ZoneInfo("America/New_York")
    before, after = datetime(2025, 10, 31, 12, tzinfo=zone), datetime(2025, 11, 3, 12, tzinfo=zone)
    assert york.minutes_between(before, after) == 9 * 60
    assert york.due(before, Duration(1, "d")) == after
    night = WorkCalendar(
        zone="America/New_York",
        country="US",
        start=time(0),
        end=time(4),
        lunch=None,
        overrides=((date(2025, 11, 2), "work"), (date(2025, 3, 9), "work")),
    )
    assert [(e - b) // timedelta(minutes=1) for b, e in _utc(night, date(2025, 11, 2))] == [300]
    assert [(e - b) // timedelta(minutes=1) for b, e in _utc(night, date(2025, 3, 9))] == [180]


def _utc(calendar: WorkCalendar, day: date) -> list[Interval]:
    return [(begin.astimezone(UTC), end.astimezone(UTC)) for begin, end in calendar.spans(day)]


def test_an_administrators_day_wins_over_the_countrys_calendar() -> None:
    own = WorkCalendar(
        overrides=((date(2025, 11, 4), "work"), (date(2025, 11, 1), "off"), (date(2025, 11, 5), "short"))
    )
    assert own.is_working_day(date(2025, 11, 4))
    assert own.spans(date(2025, 11, 1)) == ()
    assert own.spans(date(2025, 11, 5))[-1][1] == moscow(2025, 11, 5, 17)
    assert PLAIN.spans(date(2025, 11, 1)) == (
        (moscow(2025, 11, 1, 9), moscow(2025, 11, 1, 13)),
        (moscow(2025, 11, 1, 14), moscow(2025, 11, 1, 17)),
    )


def test_equal_calendars_are_equal_values_whatever_the_order_of_overrides() -> None:
    days: tuple[tuple[date, DayKind], ...] = ((date(2025, 11, 4), "work"), (date(2025, 11, 1), "off"))
    assert WorkCalendar(overrides=days) == WorkCalendar(overrides=days[::-1])
    assert hash(WorkCalendar(overrides=days)) == hash(WorkCalendar(overrides=days[::-1]))
    assert WorkCalendar(overrides=days) != PLAIN


@pytest.mark.parametrize("country", ["KZ", "BY", "UZ"])
def test_neighbouring_countries_have_calendars_too(country: str) -> None:
    year = WorkCalendar(country=country)
    assert not year.is_working_day(date(2026, 1, 1))
    assert 230 < sum(year.is_working_day(date(2026, 1, 1) + timedelta(days=n)) for n in range(365)) < 262


@pytest.mark.parametrize("text", ["1m", "30m", "2h", "5d", "99999d"])
def test_a_duration_reads_back_as_it_is_written(text: str) -> None:
    assert str(parse_duration(text)) == text


@pytest.mark.parametrize(
    "text", ["", "0h", "2", "h", "-1d", "1.5h", "2 h", "2w", "02h", "2H", "2h 30m", "٢h"]
)
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="2h"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("edge", "value"),
    [
        ("zone", "Europe/Atlantis"),
        ("zone", "../../secret"),
        ("country", "XX"),
        ("country", ""),
        ("end", time(9)),
        ("end", time(10)),
        ("lunch", (time(8), time(9))),
        ("lunch", (time(14), time(13))),
        ("start", time(9, 0, 30)),
        ("overrides", ((date(2025, 1, 9), "off"), (date(2025, 1, 9), "work"))),
    ],
)
def test_hours_that_cannot_be_worked_are_refused(edge: str, value: object) -> None:
    with pytest.raises(ValueError):
        WorkCalendar(**{"lunch": None, edge: value})  # type: ignore[arg-type]


def test_a_moment_without_a_time_zone_is_refused() -> None:
    naive = datetime(2025, 11, 11, 10)  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        PLAIN.minutes_between(naive, BEGIN)


def test_a_year_without_a_working_day_says_so_instead_of_searching_for_ever() -> None:
    day = date(2025, 1, 1)
    never = WorkCalendar(overrides=tuple((day + timedelta(days=n), "off") for n in range(366 * 31)))
    with pytest.raises(ValueError, match="thirty years"):
        never.due(BEGIN, Duration(1, "h"))
    with pytest.raises(ValueError, match="thirty years"):
        never.due(BEGIN, Duration(1, "d"))


def test_the_whole_calendar_is_not_walked_for_moments_that_nobody_means() -> None:
    end = datetime(9999, 12, 30, tzinfo=UTC)
    with pytest.raises(ValueError, match="thirty years"):
        PLAIN.minutes_between(BEGIN, end)
    with pytest.raises(ValueError, match="thirty years"):
        PLAIN.minutes_between(end, BEGIN)
