"""Working time: a unit's hours, its country's calendar, and sums of working minutes.

Every sum is on the grid of whole minutes: the seconds of a moment are dropped before counting. So working time adds
up exactly (from a to b, and from b to c, is from a to c), whatever the seconds were.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfoNotFoundError

from svyazka.engine.production_calendar import DayKind, knows_country
from svyazka.engine.working_days import EPOCH, MINUTE, Day, Days, checked_hours, clip, shared_days

__all__ = ["DayKind", "Duration", "Interval", "Unit", "WorkCalendar", "parse_duration"]

Unit = Literal["m", "h", "d"]
Interval = tuple[datetime, datetime]

_DURATION = re.compile(r"([1-9][0-9]{0,4})([mhd])")
_UNITS: dict[str, Unit] = {"m": "m", "h": "h", "d": "d"}
_HORIZON_DAYS = 366 * 30


@dataclass(frozen=True, slots=True)
class Duration:
    """An amount of working time: minutes (``m``), hours (``h``) or days (``d``). Never zero."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        """Refuse what :func:`parse_duration` would not read back."""
        if _DURATION.fullmatch(str(self)) is None:
            raise ValueError(f"not a duration: {self}")

    def __str__(self) -> str:
        """Write it as :func:`parse_duration` reads it."""
        return f"{self.amount}{self.unit}"

    @property
    def minutes(self) -> int | None:
        """Working minutes; None for days, whose length depends on the calendar."""
        if self.unit == "d":
            return None
        return self.amount * 60 if self.unit == "h" else self.amount


def parse_duration(text: str) -> Duration:
    """Read ``30m``, ``2h`` or ``5d``.

    :raises ValueError: anything else, zero too
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not a duration: {text!r}; write 30m, 2h or 5d (working minutes, hours, days)")
    return Duration(int(match[1]), _UNITS[match[2]])


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """When a unit works. A value: equal calendars share what was already worked out.

    :param zone: IANA name; hours and days are those of this zone
    :param lunch: unpaid break inside the hours, or None
    :param country: ISO 3166 code of the production calendar
    :param overrides: days an administrator set by hand; they win over the country's calendar
    :raises ValueError: unknown zone or country, hours that make no day of more than an hour, a day set twice
    """

    zone: str = "Europe/Moscow"
    start: time = time(9)
    end: time = time(18)
    lunch: tuple[time, time] | None = (time(13), time(14))
    country: str = "RU"
    overrides: tuple[tuple[date, DayKind], ...] = ()
    _days: Days = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the rules and find the days worked out so far."""
        hours = checked_hours(self.start, self.end, self.lunch)
        overrides = tuple(sorted(self.overrides))
        if len({day for day, _ in overrides}) != len(overrides):
            raise ValueError("a day is set twice in the overrides")
        if not knows_country(self.country):
            raise ValueError(f"no production calendar for the country {self.country!r}")
        object.__setattr__(self, "overrides", overrides)
        try:
            object.__setattr__(self, "_days", shared_days(self.zone, hours, self.country, overrides))
        except (ZoneInfoNotFoundError, OSError) as error:
            raise ValueError(f"unknown time zone {self.zone!r}") from error

    def day_kind(self, day: date) -> DayKind:
        """Tell whether a local day is off, a full working day or one an hour shorter."""
        return self._days.kind(day)

    def is_working_day(self, day: date) -> bool:
        """Tell whether anybody works on this local day."""
        return self._days.kind(day) != "off"

    def spans(self, day: date) -> tuple[Interval, ...]:
        """Return the half-open working spans of a local day, aware, in the calendar's zone."""
        zone = self._days.zone
        return tuple(
            (datetime.fromtimestamp(begin * 60, zone), datetime.fromtimestamp(end * 60, zone))
            for begin, end in self._days.on(day.toordinal()).spans
        )

    def minutes_between(self, a: datetime, b: datetime, pauses: Iterable[Interval] = ()) -> int:
        """Count working minutes from ``a`` to ``b``, those inside the pauses left out; negative if b is earlier.

        :raises ValueError: a moment without a time zone, or more than thirty years between them
        """
        first, last = _minute(a), _minute(b)
        if last < first:
            return -self._worked_outside(last, first, pauses)
        return self._worked_outside(first, last, pauses)

    def add_minutes(self, at: datetime, minutes: int) -> datetime:
        """Return the earliest moment (UTC) with so many working minutes since ``at``.

        A negative number goes back: the latest moment with so many working minutes until ``at``.
        """
        moved = self._later(_minute(at), minutes) if minutes >= 0 else self._earlier(_minute(at), -minutes)
        return _moment(moved)

    def next_moment(self, at: datetime) -> datetime:
        """Return ``at`` itself within working hours, else the next start of work (UTC)."""
        return _moment(self._roll(_minute(at)))

    def due(self, at: datetime, duration: Duration, pauses: Iterable[Interval] = ()) -> datetime:
        """Return when something asked at ``at`` is due (UTC).

        Minutes and hours are working ones. Days keep the clock: asked on Monday at 11:00, ``2d`` is Wednesday 11:00,
        brought into that day's hours; asked outside hours it counts from the next start of work. Each pause that began
        before the due moment puts it off by the working time that the pause covered.
        """
        begin = _minute(at)
        minutes = duration.minutes
        due = (
            self._same_clock(self._roll(begin), duration.amount)
            if minutes is None
            else self._later(begin, minutes)
        )
        for paused, resumed in _merged(pauses):
            if paused < due and resumed > begin:
                due = self._later(due, self._worked(max(paused, begin), resumed))
        return _moment(due)

    def before(self, at: datetime, duration: Duration) -> datetime:
        """Return the latest moment (UTC) that leaves ``duration`` of working time until ``at``.

        Days keep the clock, as in :meth:`due`, counted back.
        """
        minutes = duration.minutes
        if minutes is None:
            return _moment(self._same_clock(self._roll_back(_minute(at)), -duration.amount))
        return _moment(self._earlier(_minute(at), minutes))

    def _worked_outside(self, first: int, last: int, pauses: Iterable[Interval]) -> int:
        worked = self._worked(first, last)
        for paused, resumed in _merged(pauses):
            if paused < last and resumed > first:
                worked -= self._worked(max(paused, first), min(resumed, last))
        return worked

    def _worked(self, first: int, last: int) -> int:
        days = self._days
        day, last_day = days.ordinal(first), days.ordinal(last)
        if last_day - day > _HORIZON_DAYS:
            raise ValueError("more than thirty years lie between these moments")
        worked = 0
        for ordinal in range(day, last_day + 1):
            today = days.on(ordinal)
            if day < ordinal < last_day:
                worked += today.total
                continue
            for begin, end in today.spans:
                begin, end = max(begin, first), min(end, last)  # noqa: PLW2901
                if begin < end:
                    worked += end - begin
        return worked

    def _later(self, at: int, minutes: int) -> int:
        if minutes == 0:
            return at

        def within(day: Day) -> int | None:
            nonlocal minutes
            if at <= day.spans[0][0] and minutes > day.total:
                minutes -= day.total
                return None
            for begin, end in day.spans:
                begin = max(begin, at)  # noqa: PLW2901
                if minutes <= end - begin:
                    return begin + minutes
                minutes -= max(end - begin, 0)
            return None

        return self._search(at, within, step=1)

    def _earlier(self, at: int, minutes: int) -> int:
        if minutes == 0:
            return at

        def within(day: Day) -> int | None:
            nonlocal minutes
            for begin, end in reversed(day.spans):
                end = min(end, at)  # noqa: PLW2901
                if minutes <= end - begin:
                    return end - minutes
                minutes -= max(end - begin, 0)
            return None

        return self._search(at, within, step=-1)

    def _roll(self, at: int) -> int:
        """Bring a minute forward into working hours (the end of a span is outside it)."""
        return self._search(
            at, lambda day: next((max(at, begin) for begin, end in day.spans if at < end), None), step=1
        )

    def _roll_back(self, at: int) -> int:
        """Bring a minute back to where work is behind it (the start of a span is outside it)."""
        return self._search(
            at,
            lambda day: next((min(at, end) for begin, end in reversed(day.spans) if at > begin), None),
            step=-1,
        )

    def _search(self, at: int, within: Callable[[Day], int | None], *, step: int) -> int:
        """Ask one working day after another, from the day of ``at``, until one answers."""
        first = self._days.ordinal(at)
        for ordinal in range(first, first + step * _HORIZON_DAYS, step):
            day = self._days.on(ordinal)
            if day.spans and (found := within(day)) is not None:
                return found
        raise ValueError("this calendar has not that much working time in thirty years")

    def _same_clock(self, at: int, days: int) -> int:
        """Return the same clock time so many working days on (or back), brought into that day's hours."""
        step = 1 if days > 0 else -1
        ordinal = self._days.ordinal(at)
        clock = datetime.fromtimestamp(at * 60, self._days.zone).time()
        left = abs(days)
        limit = ordinal + step * _HORIZON_DAYS
        while left:
            ordinal += step
            if ordinal == limit:
                raise ValueError("this calendar has not that many working days in thirty years")
            left -= bool(self._days.on(ordinal).spans)
        return clip(self._days.minute(date.fromordinal(ordinal), clock), self._days.on(ordinal).spans)


def _minute(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return (moment - EPOCH) // MINUTE


def _moment(minute: int) -> datetime:
    return EPOCH + minute * MINUTE


def _merged(intervals: Iterable[Interval]) -> list[tuple[int, int]]:
    """Put overlapping and touching intervals together; empty and reversed ones say nothing."""
    merged: list[tuple[int, int]] = []
    for begin, end in sorted((_minute(a), _minute(b)) for a, b in intervals):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        elif begin < end:
            merged.append((begin, end))
    return merged
