"""Working time and the fair clock counted minute by minute: slow, plain, written apart from the engine's code."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from svyazka.engine.clock import Holder, Promise
from svyazka.engine.worktime import Interval, WorkCalendar

MINUTE = timedelta(minutes=1)


def floor(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


def works(calendar: WorkCalendar, moment: datetime) -> bool:
    """Tell whether the minute that starts at ``moment`` is a working one, by the local wall clock."""
    local = moment.astimezone(calendar.spans(date(2025, 1, 14))[0][0].tzinfo)
    kind = calendar.day_kind(local.date())
    if kind == "off":
        return False
    clock = local.hour * 60 + local.minute
    begin, end = (edge.hour * 60 + edge.minute for edge in (calendar.start, calendar.end))
    if kind == "short":
        end -= 60
    if calendar.lunch is not None:
        lunch, back = (edge.hour * 60 + edge.minute for edge in calendar.lunch)
        if lunch <= clock < back:
            return False
    return begin <= clock < end


def minutes(a: datetime, b: datetime) -> Iterator[datetime]:
    moment = floor(a)
    while moment < floor(b):
        yield moment
        moment += MINUTE


def paused(moment: datetime, pauses: tuple[Interval, ...]) -> bool:
    return any(floor(begin) <= moment < floor(end) for begin, end in pauses)


def slow_between(calendar: WorkCalendar, a: datetime, b: datetime, pauses: tuple[Interval, ...] = ()) -> int:
    return sum(works(calendar, moment) and not paused(moment, pauses) for moment in minutes(a, b))


def slow_add(
    calendar: WorkCalendar, at: datetime, amount: int, pauses: tuple[Interval, ...] = ()
) -> datetime:
    moment = floor(at)
    while amount:
        amount -= works(calendar, moment) and not paused(moment, pauses)
        moment += MINUTE
    return moment


def slow_holder(promises: list[Promise], at: datetime) -> Holder:
    running = [p for p in promises if p.opened_at <= at and (p.closed_at is None or p.closed_at > at)]
    if any(p.on_client for p in running):
        return Holder("client")
    if not running:
        return Holder("queue")
    running.sort(key=lambda p: (p.due_at, p.opened_at, p.id))
    first = running[0]
    if first.performer_id is None:
        return Holder("queue")
    return Holder("person", first.performer_id, first.role)
