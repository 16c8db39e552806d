"""Why a promise was late: what came late from before it, who had to be found, when people could meet; only then who owed it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from svyazka.engine.clock import CLIENT_ROLE, Breach, Promise, breaches
from svyazka.engine.process import Process, Term
from svyazka.engine.worktime import WorkCalendar

Cause = Literal["client", "input", "taking", "calendar", "never", "own"]

CAUSES: Final[tuple[Cause, ...]] = ("client", "input", "taking", "calendar", "never", "own")
"""Why something was late, in the order in which it is told: what the client gave late, what came late from one of ours, nobody had
taken it, no time was found to meet, it was never done, it simply took longer."""

_TAKING: Final = frozenset({"deal.accepted"})
_TAKEN: Final = (".claimed", ".appointed")
_MET: Final = frozenset({"meeting.scheduled", "meeting.held", "defence.held", "huddle.held"})


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay in a stage. ``failed`` are the stop checks that it was left over, and the stages that were skipped after it."""

    stage: str
    entered_at: datetime
    left_at: datetime | None
    left_by_id: int | None
    failed: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Part:
    """So many of a delay's working minutes by one cause; ``after_id`` is the promise before it that came late."""

    cause: Cause
    minutes: int
    after_id: int | None = None


@dataclass(frozen=True, slots=True)
class Delay:
    """A promise of ours past its time. The parts add up to its working minutes; ``cause`` has most of them."""

    breach: Breach
    stage: str
    cause: Cause
    parts: tuple[Part, ...]
    never_done: bool


@dataclass(frozen=True, slots=True)
class ByCause:
    """What one cause has cost in working minutes, and the delays that it has a part in, greatest part first."""

    cause: Cause
    minutes: int
    delays: tuple[Delay, ...]


def delays(
    process: Process,
    promises: Sequence[Promise],
    stays: Sequence[Stay],
    *,
    at: datetime,
    calendar: WorkCalendar,
) -> tuple[Delay, ...]:
    """Every promise of ours past its time at ``at``, each with its causes, greatest first."""
    terms = {term.key: term for term in process.terms}
    by_id = {promise.id: promise for promise in promises}
    found = []
    for breach in breaches(promises, at, calendar):
        promise = by_id[breach.promise_id]
        parts = _parts(promise, breach, terms.get(promise.term or ""))
        found.append(
            Delay(
                breach, _stage_at(stays, promise.opened_at), _main(parts), parts, promise.outcome == "broken"
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.breach.minutes_late, one.breach.promise_id)))


def _parts(promise: Promise, breach: Breach, term: Term | None) -> tuple[Part, ...]:
    """Split a delay by cause. What came late before takes its minutes only where the date stood fast all the while:

    a promise whose time is counted from its opening had the whole of it, however late it was opened.
    """
    left, parts = breach.minutes_late, list[Part]()
    for late in breach.arrived_late if promise.allowed is None else ():
        taken = min(left, late.minutes)
        if taken:
            cause: Cause = "client" if late.role == CLIENT_ROLE else "input"
            parts.append(Part(cause, taken, late.promise_id))
        left -= taken
    if left or not parts:
        parts.append(Part(_cause(promise, term), left))
    return tuple(parts)


def _cause(promise: Promise, term: Term | None) -> Cause:
    closes = term.closes if term else ""
    if closes in _TAKING or closes.endswith(_TAKEN):
        return "taking"
    if closes in _MET:
        return "calendar"
    return "never" if promise.outcome == "broken" else "own"


def _main(parts: Iterable[Part]) -> Cause:
    minutes = _minutes_by_cause(parts)
    return min(minutes, key=lambda cause: (-minutes[cause], CAUSES.index(cause)))


def _minutes_by_cause(parts: Iterable[Part]) -> Mapping[Cause, int]:
    minutes: dict[Cause, int] = {}
    for part in parts:
        minutes[part.cause] = minutes.get(part.cause, 0) + part.minutes
    return minutes


def by_cause(found: Iterable[Delay]) -> tuple[ByCause, ...]:
    """Gather delays by cause, in the order of :data:`CAUSES`; one with several causes stands under each of them."""
    grouped: dict[Cause, list[tuple[int, Delay]]] = {}
    for delay in found:
        for cause, minutes in _minutes_by_cause(delay.parts).items():
            grouped.setdefault(cause, []).append((minutes, delay))
    return tuple(
        ByCause(
            cause,
            sum(minutes for minutes, _ in grouped[cause]),
            tuple(
                delay
                for _, delay in sorted(grouped[cause], key=lambda one: (-one[0], one[1].breach.promise_id))
            ),
        )
        for cause in CAUSES
        if cause in grouped
    )


def _stage_at(stays: Iterable[Stay], moment: datetime) -> str:
    """The stage in which the deal was then; empty where it isn't known."""
    entered = [stay for stay in stays if stay.entered_at <= moment]
    return max(entered, key=lambda stay: stay.entered_at).stage if entered else ""
