"""The working days of one calendar, each worked out once: spans in minutes since 1970 UTC."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from svyazka.engine.production_calendar import DayKind, production_year

Hours = tuple[tuple[time, time], ...]
Spans = tuple[tuple[int, int], ...]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
_SHORTER = 60


@dataclass(frozen=True, slots=True)
class Day:
    """Working spans of one local day in minutes since 1970 UTC, half-open, and their sum."""

    spans: Spans
    total: int


class Days:
    """The days of one calendar, worked out once each and shared by all equal calendars."""

    def __init__(
        self,
        zone: str,
        hours: Hours,
        country: str,
        overrides: tuple[tuple[date, DayKind], ...],
    ) -> None:
        """Keep the rules; no day is worked out yet."""
        self.zone = ZoneInfo(zone)
        self._hours = hours
        self._country = country
        self._overrides = dict(overrides)
        self._known: dict[int, Day] = {}

    def kind(self, day: date) -> DayKind:
        """Tell what the day is; an administrator's word wins over the country's calendar."""
        return self._overrides.get(day) or production_year(self._country, day.year).kind(day)

    def on(self, ordinal: int) -> Day:
        """Return the local day with this proleptic ordinal."""
        known = self._known.get(ordinal)
        if known is None:
            known = self._known[ordinal] = self._work_out(date.fromordinal(ordinal))
        return known

    def ordinal(self, minute: int) -> int:
        """Return the local day that a minute belongs to."""
        return datetime.fromtimestamp(minute * 60, self.zone).toordinal()

    def minute(self, day: date, at: time) -> int:
        """Return the minute at which this local clock shows ``at``."""
        return (datetime.combine(day, at, self.zone) - EPOCH) // MINUTE

    def _work_out(self, day: date) -> Day:
        kind = self.kind(day)
        if kind == "off":
            return Day((), 0)
        spans = [(self.minute(day, begin), self.minute(day, end)) for begin, end in self._hours]
        if kind == "short":
            last = spans[-1][1] - _SHORTER
            spans = [(begin, min(end, last)) for begin, end in spans]
        kept = tuple((begin, end) for begin, end in spans if begin < end)
        return Day(kept, sum(end - begin for begin, end in kept))


@lru_cache(maxsize=128)
def shared_days(zone: str, hours: Hours, country: str, overrides: tuple[tuple[date, DayKind], ...]) -> Days:
    """Return the days of a calendar; equal calendars get the same object."""
    return Days(zone, hours, country, overrides)


def checked_hours(start: time, end: time, lunch: tuple[time, time] | None) -> Hours:
    """Cut a day's hours at lunch.

    :raises ValueError: edges that do not go forward, or a day of an hour or less
    """
    edges = (start, end) if lunch is None else (start, *lunch, end)
    if any(edge.second or edge.microsecond or edge.tzinfo for edge in edges):
        raise ValueError("working hours are local times in whole minutes")
    if any(earlier >= later for earlier, later in pairwise(edges)):
        raise ValueError("working hours must go forward: start, lunch, end of lunch, end")
    hours = tuple(zip(edges[::2], edges[1::2], strict=True))
    if sum((e.hour - b.hour) * 60 + e.minute - b.minute for b, e in hours) <= _SHORTER:
        raise ValueError("a working day must be longer than an hour: it may be shortened by one")
    return hours


def clip(minute: int, spans: Spans) -> int:
    """Bring a minute into a working day: before its beginning to the beginning, after its end to the end."""
    return max(spans[0][0], min(minute, spans[-1][1]))
