"""Where a deal stands: what is done, what is missing, who owes what by when, who holds the ball.

One pure function that forms, board, API, bots and imports all ask. It knows nothing of how a fact was learned.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from svyazka.engine.clock import Holder, Promise, breaches, client_pauses, holder_at, saves
from svyazka.engine.process import Check, Process, Stage
from svyazka.engine.worktime import WorkCalendar

SOON = 120
"""A commitment with this many working minutes left, or fewer, is due soon."""

CalendarOf = Callable[[int | None], WorkCalendar]


@dataclass(frozen=True, slots=True)
class DealState:
    """What the engine must know of a deal.

    :param facts: names of the facts that hold, and ``tick:STAGE.CHECK`` for ticked checks
    :param promises: all commitments of the deal, closed ones included
    :param to_client: ids of the promises that the client knows of
    :param pausing: ids of the promises whose clock stands while the client owes us something
    """

    is_open: bool
    stage: str
    stage_since: datetime
    facts: frozenset[str]
    promises: tuple[Promise, ...]
    to_client: frozenset[int] = frozenset()
    pausing: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Owed:
    """An open promise now. ``minutes_left`` is working time, negative once it is overdue."""

    promise: Promise
    minutes_left: int
    is_overdue: bool
    is_soon: bool
    is_paused: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """The answer to: where does it stand, what blocks it, who owes what by when?"""

    stage: Stage
    position: int
    done: tuple[Check, ...]
    missing: tuple[Check, ...]
    owed: tuple[Owed, ...]
    holder: Holder
    next_step: Owed | None
    stage_due: datetime
    stage_minutes_left: int
    breaches: int
    saves: int

    @property
    def blockers(self) -> tuple[Check, ...]:
        """Missing checks that stop the deal from leaving its stage without a reason."""
        return tuple(check for check in self.missing if check.strength == "stop")

    @property
    def may_leave(self) -> bool:
        """Whether the stage can be left with nothing to explain."""
        return not self.blockers

    @property
    def next_due(self) -> datetime | None:
        """When the next open commitment is due."""
        return min((owed.promise.due_at for owed in self.owed), default=None)

    @property
    def overdue(self) -> tuple[Owed, ...]:
        """Open promises past their time."""
        return tuple(owed for owed in self.owed if owed.is_overdue)


def holds(check: Check, stage: str, facts: frozenset[str]) -> bool:
    """Whether a check is proven: by its fact, or by a tick with evidence."""
    return (check.fact or tick_name(stage, check.key)) in facts


def tick_name(stage: str, check: str) -> str:
    """The name under which a tick stands among the facts."""
    return f"tick:{stage}.{check}"


def gate(stage: Stage, facts: frozenset[str]) -> tuple[tuple[Check, ...], tuple[Check, ...]]:
    """The stage's checks, split into those that hold and those that are missing."""
    done = tuple(check for check in stage.checks if holds(check, stage.key, facts))
    return done, tuple(check for check in stage.checks if check not in done)


def stand(process: Process, state: DealState, calendar_of: CalendarOf, at: datetime) -> Standing:
    """Work out the standing of a deal at a moment.

    :param calendar_of: working hours of a person; of the workspace for None
    :raises KeyError: the deal's stage is not in the process
    """
    stage = process.stage(state.stage)
    done, missing = gate(stage, state.facts)
    everyday = calendar_of(None)
    open_promises = sorted(
        (promise for promise in state.promises if promise.outcome == "open"),
        key=lambda promise: (promise.due_at, promise.opened_at, promise.id),
    )
    waiting = any(promise.on_client for promise in open_promises)
    owed = tuple(
        _owed(promise, calendar_of(promise.performer_id), at, paused=waiting and promise.id in state.pausing)
        for promise in open_promises
    )
    pauses = client_pauses(state.promises, at)
    stage_due = everyday.due(state.stage_since, stage.limit, pauses=pauses)
    return Standing(
        stage=stage,
        position=process.position(stage.key),
        done=done,
        missing=missing if state.is_open else (),
        owed=owed,
        holder=holder_at(state.promises, at),
        next_step=next((one for one in owed if one.promise.id in state.to_client), None),
        stage_due=stage_due,
        stage_minutes_left=everyday.minutes_between(at, stage_due),
        breaches=len(breaches(state.promises, at, everyday)),
        saves=len(saves(state.promises, everyday)),
    )


def _owed(promise: Promise, calendar: WorkCalendar, at: datetime, *, paused: bool) -> Owed:
    left = calendar.minutes_between(at, promise.due_at)
    overdue = at > promise.due_at and not paused
    return Owed(promise, left, overdue, not overdue and left <= SOON, paused)
