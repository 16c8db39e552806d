"""The fair clock: who held the ball when, where a date slipped and who saved one.

Everything is derived from a deal's commitments (as :class:`Promise`) and a working calendar. Time in which the client
owed us something is the client's: it is nobody's breach.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from svyazka.engine.worktime import Duration, Interval, WorkCalendar

Outcome = Literal["open", "kept", "late", "broken", "waived", "cancelled"]

CLIENT_ROLE = "client"
"""The role that stands for the client where a delay was his; the person is then None."""

_FORGIVEN = frozenset({"waived", "cancelled"})


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has the ball: a person in a role, the client, or the queue (nobody yet)."""

    kind: Literal["person", "client", "queue"]
    person_id: int | None = None
    role: str | None = None


CLIENT = Holder("client")
QUEUE = Holder("queue")


@dataclass(frozen=True, slots=True)
class Promise:
    """What the clock needs to know of one commitment.

    :param on_client: we wait for the client; the performer only sees to it
    :param closed_at: when it ended in any way; None while it runs
    :param allowed: the working time the process's term gives for it
    :param after_id: the promise whose keeping opened this one
    """

    id: int
    performer_id: int | None
    role: str
    on_client: bool
    opened_at: datetime
    due_at: datetime
    closed_at: datetime | None = None
    outcome: Outcome = "open"
    term: str | None = None
    allowed: Duration | None = None
    after_id: int | None = None

    @property
    def holder(self) -> Holder:
        """Who has the ball while this one runs and is the most urgent."""
        if self.on_client:
            return CLIENT
        return QUEUE if self.performer_id is None else Holder("person", self.performer_id, self.role)

    def runs_at(self, at: datetime) -> bool:
        """Tell whether it was open at a moment; the closing moment is outside."""
        return self.opened_at <= at and (self.closed_at is None or at < self.closed_at)


@dataclass(frozen=True, slots=True)
class Slice:
    """A stretch of a deal's time, half-open, held by one holder; ``minutes`` are working ones."""

    holder: Holder
    start: datetime
    end: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class Late:
    """A promise upstream that came late, by so many working minutes; ``role`` is ``client`` where it was his."""

    promise_id: int
    person_id: int | None
    role: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Breach:
    """A promise past its time, with what came late from others before it and who had the ball meanwhile.

    :param ended_at: None while it still runs
    :param minutes_late: working minutes since it was due, without those in which the client owed us something
    :param arrived_late: the nearest upstream first
    """

    promise_id: int
    person_id: int | None
    role: str
    term: str | None
    due_at: datetime
    ended_at: datetime | None
    minutes_late: int
    arrived_late: tuple[Late, ...]
    held: tuple[Slice, ...]


@dataclass(frozen=True, slots=True)
class Save:
    """A promise kept by the date it would have had if the one before it had not been late.

    :param planned_due: ``allowed`` counted from the time the upstream was due
    :param absorbed_minutes: the upstream's lateness in working minutes
    :param absorbed_from: whose lateness; None for the client, with the role ``client``
    """

    promise_id: int
    person_id: int
    role: str
    term: str | None
    planned_due: datetime
    closed_at: datetime
    absorbed_minutes: int
    absorbed_from: int | None
    absorbed_from_role: str


def holder_at(promises: Iterable[Promise], at: datetime) -> Holder:
    """Tell who has the ball: the client if he owes us anything, else the performer of the promise due first."""
    return _most_urgent(promise for promise in promises if promise.runs_at(at))


def slices(
    promises: Iterable[Promise], start: datetime, end: datetime, calendar: WorkCalendar
) -> tuple[Slice, ...]:
    """Cut ``[start, end)`` by holder: no gap, no overlap, neighbours differ, the minutes add up to the whole."""
    if end <= start:
        return ()
    running = [p for p in promises if p.opened_at < end and (p.closed_at is None or p.closed_at > start)]
    moments = {start} | {p.opened_at for p in running} | {p.closed_at for p in running if p.closed_at}
    cuts: list[tuple[datetime, Holder]] = []
    for moment in sorted(moment for moment in moments if start <= moment < end):
        running = [p for p in running if p.closed_at is None or p.closed_at > moment]
        holder = holder_at(running, moment)
        if not cuts or cuts[-1][1] != holder:
            cuts.append((moment, holder))
    ends = [moment for moment, _ in cuts[1:]] + [end]
    return tuple(
        Slice(holder, begin, until, calendar.minutes_between(begin, until))
        for (begin, holder), until in zip(cuts, ends, strict=True)
    )


def client_pauses(promises: Iterable[Promise], at: datetime) -> tuple[Interval, ...]:
    """Return when the client owed us something, merged and in order; what he still owes runs until ``at``."""
    merged: list[Interval] = []
    for begin, end in sorted((p.opened_at, p.closed_at or at) for p in promises if p.on_client):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        elif begin < end:
            merged.append((begin, end))
    return tuple(merged)


def breaches(promises: Sequence[Promise], at: datetime, calendar: WorkCalendar) -> tuple[Breach, ...]:
    """Return every promise of ours past its time at ``at``, by due time.

    A promise that still runs counts from its first late working minute of ours. One recorded late or broken always
    counts, unless all the working time since it was due was the client's. Waived and cancelled ones never do.
    """
    promises = _known_at(promises, at)
    by_id = {promise.id: promise for promise in promises}
    pauses = client_pauses(promises, at)
    found = []
    for promise in sorted(promises, key=_urgency):
        minutes = _minutes_late(promise, at, calendar, pauses)
        if minutes is None or promise.on_client:
            continue
        found.append(
            Breach(
                promise_id=promise.id,
                person_id=promise.performer_id,
                role=promise.role,
                term=promise.term,
                due_at=promise.due_at,
                ended_at=promise.closed_at,
                minutes_late=minutes,
                arrived_late=_arrived_late(promise, by_id, at, calendar, pauses),
                held=slices(promises, promise.opened_at, promise.closed_at or at, calendar),
            )
        )
    return tuple(found)


def saves(promises: Sequence[Promise], calendar: WorkCalendar) -> tuple[Save, ...]:
    """Return who absorbed another's delay and still kept the date, by the time it was kept."""
    by_id = {promise.id: promise for promise in promises}
    found = []
    for promise in promises:
        upstream = by_id.get(promise.after_id) if promise.after_id is not None else None
        if upstream is None or upstream.closed_at is None or promise.allowed is None:
            continue
        if (
            promise.outcome != "kept"
            or promise.on_client
            or promise.closed_at is None
            or promise.performer_id is None
        ):
            continue
        if promise.performer_id == upstream.performer_id and not upstream.on_client:
            continue
        pauses = client_pauses(promises, upstream.closed_at)
        absorbed = _minutes_late(upstream, upstream.closed_at, calendar, pauses)
        planned = calendar.due(upstream.due_at, promise.allowed)
        if absorbed and promise.closed_at <= planned:
            late = _late(upstream, absorbed)
            found.append(
                Save(
                    promise_id=promise.id,
                    person_id=promise.performer_id,
                    role=promise.role,
                    term=promise.term,
                    planned_due=planned,
                    closed_at=promise.closed_at,
                    absorbed_minutes=absorbed,
                    absorbed_from=late.person_id,
                    absorbed_from_role=late.role,
                )
            )
    return tuple(sorted(found, key=lambda save: (save.closed_at, save.promise_id)))


def _most_urgent(running: Iterable[Promise]) -> Holder:
    first: Promise | None = None
    for promise in running:
        if promise.on_client:
            return CLIENT
        if first is None or _urgency(promise) < _urgency(first):
            first = promise
    return QUEUE if first is None else first.holder


def _urgency(promise: Promise) -> tuple[datetime, datetime, int]:
    return (promise.due_at, promise.opened_at, promise.id)


def _known_at(promises: Iterable[Promise], at: datetime) -> list[Promise]:
    """Take back what had not happened yet: later promises go, later closings are open again."""
    return [
        promise
        if promise.closed_at is None or promise.closed_at <= at
        else replace(promise, closed_at=None, outcome="open")
        for promise in promises
        if promise.opened_at <= at
    ]


def _minutes_late(
    promise: Promise, at: datetime, calendar: WorkCalendar, pauses: Sequence[Interval]
) -> int | None:
    """Count working minutes past due, without the client's for a promise of ours; None if it is not late."""
    ended = promise.closed_at or at
    if promise.outcome == "kept" or promise.outcome in _FORGIVEN:
        return None
    if promise.outcome != "broken" and ended <= promise.due_at:
        return None
    whole = max(calendar.minutes_between(promise.due_at, ended), 0)
    ours = (
        whole if promise.on_client or not whole else calendar.minutes_between(promise.due_at, ended, pauses)
    )
    if ours == 0 and (promise.outcome == "open" or whole > 0):
        return None
    return ours


def _arrived_late(
    promise: Promise,
    by_id: Mapping[int, Promise],
    at: datetime,
    calendar: WorkCalendar,
    pauses: Sequence[Interval],
) -> tuple[Late, ...]:
    found = []
    seen = {promise.id}
    upstream = by_id.get(promise.after_id) if promise.after_id is not None else None
    while upstream is not None and upstream.id not in seen:
        seen.add(upstream.id)
        minutes = _minutes_late(upstream, at, calendar, pauses)
        if minutes is not None:
            found.append(_late(upstream, minutes))
        upstream = by_id.get(upstream.after_id) if upstream.after_id is not None else None
    return tuple(found)


def _late(promise: Promise, minutes: int) -> Late:
    if promise.on_client:
        return Late(promise.id, None, CLIENT_ROLE, minutes)
    return Late(promise.id, promise.performer_id, promise.role, minutes)
