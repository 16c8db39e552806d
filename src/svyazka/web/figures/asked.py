"""Which deals an address asks for: days of receipt, and sieves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Final
from urllib.parse import urlencode

from svyazka.presale.insight.slices import Period, Slice
from svyazka.presale.journal.values import line as line_of

SPANS: Final = (3, 6, 12, 24)
"""Months that can be asked for in one click; the running month is the last."""
USUAL: Final = 12
_LONGEST: Final = 120
_IDS: Final = ("unit", "manager", "author")
_MOST_DIGITS: Final = 15


@dataclass(frozen=True)
class Asked:
    """What was asked for, and what of it couldn't be read.

    :ivar months: one of :data:`SPANS`, 0 for days of one's own
    """

    of: Slice
    since: date
    until: date
    months: int
    wrong: tuple[str, ...] = ()

    def query(self, **more: str) -> str:
        """The same as an address asks for it, with more beside."""
        added = urlencode({name: value for name, value in more.items() if value})
        return "&".join(filter(None, (self._query, added)))

    @cached_property
    def _query(self) -> str:
        said: dict[str, str] = {}
        if self.months:
            if self.months != USUAL:
                said["months"] = str(self.months)
        else:
            said |= {"since": self.since.isoformat(), "until": self.until.isoformat()}
        for name in ("source", *_IDS, "line"):
            if (value := getattr(self.of, name)) is not None:
                said[name] = str(value)
        return urlencode(said)

    @property
    def is_narrowed(self) -> bool:
        """Whether some of the period's deals are left out."""
        return any(getattr(self.of, name) is not None for name in ("source", *_IDS, "line"))


def asked(typed: Mapping[str, str], today: date) -> Asked:
    """Read an address. What can't be read is left out and named.

    :param typed: the query
    :param today: in the workspace's zone
    """
    wrong = []
    months = _number(typed.get("months", ""))
    since, until = _day(typed.get("since", "")), _day(typed.get("until", ""))
    if (typed.get("since") and since is None) or (typed.get("until") and until is None):
        wrong.append("days")
    if since and until and since > until:
        since, until = until, since
    if since is None and until is None:
        months = months if months in SPANS else USUAL
        since, until = _months_before(today, months - 1), today
    else:
        months = 0
        until = until or today
        since = since or _months_before(until, USUAL - 1)
    of = Slice(Period(_month(since), _month(until)), since=_cut(since), until=_cut_end(until, today))
    for name in _IDS:
        number = _number(typed.get(name, ""))
        if number is not None:
            of = replace(of, **{name: number})  # type: ignore[arg-type]  # one of the three ids
        elif typed.get(name):
            wrong.append(name)
    if source := line_of(typed.get("source", ""), 60):
        of = replace(of, source=source)
    if line := line_of(typed.get("line", ""), _LONGEST):
        of = replace(of, line=line)
    return Asked(of, since, until, months, tuple(wrong))


def _cut(since: date) -> date | None:
    """None where the first month is meant whole."""
    return None if since.day == 1 else since


def _cut_end(until: date, today: date) -> date | None:
    """None where the last month is meant whole: nothing comes in after today."""
    is_last_day = (until + timedelta(days=1)).day == 1
    return None if is_last_day or until >= today else until


def _month(day: date) -> int:
    return day.year * 100 + day.month


def _months_before(day: date, months: int) -> date:
    """The first day of the month so many before this day's."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, 1)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < _MOST_DIGITS else None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None
