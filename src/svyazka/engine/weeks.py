"""Weeks as ISO 8601 counts them, between two midnights of a place: from Monday to Monday by the clock there."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_KEY: Final = re.compile(r"([0-9]{4})-W([0-9]{2})")
FIRST, LAST = 2000, 2200
"""Years that a week may be of."""


@dataclass(frozen=True, slots=True)
class Week:
    """A week of a zone, an IANA name."""

    monday: date
    zone: str

    @property
    def key(self) -> str:
        """``2026-W47``: the year is the one to which most of its days belong."""
        year, number, _day = self.monday.isocalendar()
        return f"{year:04d}-W{number:02d}"

    @property
    def number(self) -> int:
        """Within its year, from 1."""
        return self.monday.isocalendar().week

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=6)

    @property
    def since(self) -> datetime:
        """Its first moment, in UTC."""
        return _midnight(self.monday, self.zone)

    @property
    def until(self) -> datetime:
        """The first moment after it, in UTC. A week in which the clock is changed has an hour more or less."""
        return _midnight(self.monday + timedelta(days=7), self.zone)

    def earlier(self, weeks: int = 1) -> "Week":
        """So many weeks before; after, for less than none."""
        return Week(self.monday - timedelta(weeks=weeks), self.zone)


def week_of(at: datetime, zone: str) -> Week:
    """The week in which a moment falls there."""
    day = at.astimezone(ZoneInfo(zone)).date()
    return Week(day - timedelta(days=day.weekday()), zone)


def week_named(key: str, zone: str) -> Week:
    """The week of this key.

    :raises ValueError: there is none
    """
    found = _KEY.fullmatch(key)
    if found is None or not FIRST <= int(found[1]) <= LAST:
        raise ValueError(f"no week: {key!r}")
    return Week(date.fromisocalendar(int(found[1]), int(found[2]), 1), zone)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
