"""Which days a country works: holidays, moved days, and days an hour shorter.

The dates come from the package ``holidays``. For Russia two rules of the Labour Code (articles 95 and 112) are
added: the working day before a holiday is an hour shorter, and a working Saturday is as long as the day it replaced.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

import holidays

DayKind = Literal["off", "work", "short"]

_MOVED_FROM = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})")
_SHORT_BEFORE_HOLIDAY = frozenset({"RU"})
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ProductionYear:
    """The days of one year in one country that an ordinary week does not tell."""

    off: frozenset[date]
    short: frozenset[date]
    working: frozenset[date]
    weekend: frozenset[int]

    def kind(self, day: date) -> DayKind:
        """Tell what ``day`` of this year is."""
        if day in self.short:
            return "short"
        if day in self.working:
            return "work"
        return "off" if day in self.off or day.weekday() in self.weekend else "work"


@lru_cache(maxsize=64)
def knows_country(country: str) -> bool:
    """Tell whether there is a calendar for this ISO 3166 code (``RU``, ``KZ``, ``BY``...)."""
    try:
        holidays.country_holidays(country)
    except (NotImplementedError, TypeError):
        return False
    return True


@lru_cache(maxsize=256)
def production_year(country: str, year: int) -> ProductionYear:
    """Work out one year; the next is read too, for the day before 1 January."""
    language = "ru" if country == "RU" else None
    found = holidays.country_holidays(country, years=(year, year + 1), language=language)
    weekend = frozenset(found.weekend)
    working = frozenset(day for day in found.weekend_workdays if day.year == year)
    short: frozenset[date] = frozenset()
    if country in _SHORT_BEFORE_HOLIDAY:
        moved = {day: origin for day, name in found.items() if (origin := _origin(name))}
        statutory = holidays.country_holidays(
            country, years=(year, year + 1), language=language, observed=False
        )
        eves = {day - _DAY for day in statutory if day not in moved}
        replaced = {origin: day for day, origin in moved.items()}
        short = frozenset(
            day
            for day in eves | working
            if day.year == year
            and (day in working or (day not in found and day.weekday() not in weekend))
            and replaced.get(day, day) in eves
        )
    return ProductionYear(
        off=frozenset(day for day in found if day.year == year), short=short, working=working, weekend=weekend
    )


def _origin(name: str) -> date | None:
    """Return the day off that was moved here, told in the holiday's name («перенесено с 01.11.2025»)."""
    match = _MOVED_FROM.search(name)
    if match is None:
        return None
    day, month, year = (int(part) for part in match.groups())
    return date(year, month, day)
