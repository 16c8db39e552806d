"""Quiet hours: when somebody wants to hear nothing, by the clock on his wall."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

Quiet = tuple[time, time]
"""From and until; past midnight where it ends earlier than it begins."""


def is_quiet(at: datetime, quiet: Quiet | None, zone: str) -> bool:
    """Whether the clock of this zone stands within the quiet hours, the first minute included, the last not."""
    if quiet is None:
        return False
    begins, ends = quiet
    clock = at.astimezone(ZoneInfo(zone)).time()
    if begins <= ends:
        return begins <= clock < ends
    return clock >= begins or clock < ends


def when_awake(at: datetime, quiet: Quiet | None, zone: str) -> datetime:
    """``at`` itself, or the first moment after it at which the quiet hours are over, in UTC.

    Where the clock is put forward over the end, that is the moment when it jumps past it.
    """
    if quiet is None or not is_quiet(at, quiet, zone):
        return at
    here = at.astimezone(ZoneInfo(zone))
    days = (here.date(), here.date() + timedelta(days=1))
    ends = (
        datetime.combine(day, quiet[1], here.tzinfo).replace(fold=fold).astimezone(UTC)
        for day in days
        for fold in (0, 1)
    )
    return min(end for end in ends if end > at)
