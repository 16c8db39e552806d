"""How a deal went, looked at from its end: where its time went, what was late and why, who made up for it, which rules held.

Everything is worked out from the deal's promises, its stays in stages and the rules it followed. A delay is explained by its
cause first: what came late from before it, who had to be found, when people could meet; only what is left is the performer's own.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final, Literal

from svyazka.engine.clock import (
    Promise,
    Save,
    Slice,
    client_pauses,
    saves,
    slices,
)
from svyazka.engine.delays import ByCause, Delay, Stay, by_cause, delays
from svyazka.engine.process import Process
from svyazka.engine.worktime import Duration, Interval, WorkCalendar

LARGEST: Final = 3
"""So many delays and saves are told first."""

WaitEnd = Literal["given", "dropped", "silence"]
"""How a wait for the client ended: he gave it, it was wanted no more while the deal went on, or he never gave it."""

UNRULED: Final = ""
"""Stands for the term of what people promised each other without a rule of the process."""


@dataclass(frozen=True, slots=True)
class Share:
    """All the working minutes of the client, of a role of ours, or of nobody; ``role`` is empty for the last two."""

    kind: Literal["person", "client", "queue"]
    role: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Wait:
    """What the client owed us: working minutes that he took, and how many of them past the time that was agreed.

    :ivar ended: what was cancelled because the deal itself was closed is silence
    """

    promise_id: int
    minutes: int
    over: int
    ended: WaitEnd


@dataclass(frozen=True, slots=True)
class StageTime:
    """Working minutes of a stay in a stage, of which the client had so many.

    :param limit: what the process gives the stage; None where this version of it has no such stage
    :param over: minutes past the limit, without the client's
    """

    stage: str
    minutes: int
    client: int
    limit: Duration | None
    over: int


@dataclass(frozen=True, slots=True)
class RuleKept:
    """How often a term of the process was kept, late, broken and waived: ids of the promises.

    What was cancelled, and what ran out while the client owed us something, is none of them.
    """

    term: str
    kept: tuple[int, ...]
    late: tuple[int, ...]
    broken: tuple[int, ...]
    waived: tuple[int, ...]

    @property
    def count(self) -> int:
        """How often the rule was put to the test."""
        return len(self.kept) + len(self.late) + len(self.broken)


@dataclass(frozen=True, slots=True)
class GateLeft:
    """A stage that was left over missing checks; ``skipped`` are stages that were never entered."""

    stage: str
    checks: tuple[str, ...]
    skipped: tuple[str, ...]
    by_id: int | None
    at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class PostMortem:
    """A deal from its end. Delays and saves are sorted, greatest first."""

    minutes: int
    life: tuple[Slice, ...]
    shares: tuple[Share, ...]
    stages: tuple[StageTime, ...]
    delays: tuple[Delay, ...]
    causes: tuple[ByCause, ...]
    waits: tuple[Wait, ...]
    saves: tuple[Save, ...]
    rules: tuple[RuleKept, ...]
    gates: tuple[GateLeft, ...]


def look_back(
    process: Process,
    promises: Sequence[Promise],
    stays: Sequence[Stay],
    *,
    start: datetime,
    end: datetime,
    calendar: WorkCalendar,
) -> PostMortem:
    """Tell how a deal went between ``start`` and ``end``. The order in which promises are given says nothing.

    Between two stays that don't follow each other it was closed: that time is nobody's.
    """
    spells = _spells(stays, start, end)
    life = tuple(one for begin, until in spells for one in slices(promises, begin, until, calendar))
    found = delays(process, promises, stays, at=end, calendar=calendar)
    return PostMortem(
        minutes=sum(one.minutes for one in life),
        life=life,
        shares=_shares(life),
        stages=_stages(process, stays, client_pauses(promises, end), end, calendar),
        delays=found,
        causes=by_cause(found),
        waits=_waits(promises, frozenset(until for _begin, until in spells), end, calendar),
        saves=tuple(
            sorted(saves(promises, calendar), key=lambda save: (-save.absorbed_minutes, save.promise_id))
        ),
        rules=_rules(process, promises, {one.breach.promise_id for one in found}),
        gates=_gates(process, stays),
    )


def _spells(stays: Iterable[Stay], start: datetime, end: datetime) -> tuple[Interval, ...]:
    """When the deal was open, in order."""
    spells, begin = list[Interval](), start
    for before, after in pairwise(sorted(stays, key=lambda stay: stay.entered_at)):
        left = before.left_at
        if left is not None and begin < left < after.entered_at:
            spells.append((begin, min(left, end)))
            begin = after.entered_at
    return (*spells, (begin, end))


def _shares(life: Iterable[Slice]) -> tuple[Share, ...]:
    held: Counter[tuple[Literal["person", "client", "queue"], str]] = Counter()
    for one in life:
        held[one.holder.kind, one.holder.role or ""] += one.minutes
    return tuple(
        Share(kind, role, minutes)
        for (kind, role), minutes in sorted(held.items(), key=lambda one: (-one[1], one[0]))
    )


def _stages(
    process: Process, stays: Iterable[Stay], pauses: Sequence[Interval], end: datetime, calendar: WorkCalendar
) -> tuple[StageTime, ...]:
    known = {stage.key: stage for stage in process.stages}
    found = []
    for stay in sorted(stays, key=lambda stay: stay.entered_at):
        left = min(stay.left_at or end, end)
        whole = max(calendar.minutes_between(stay.entered_at, left), 0)
        ours = calendar.minutes_between(stay.entered_at, left, pauses) if whole else 0
        limit = known[stay.stage].limit if stay.stage in known else None
        due = calendar.due(stay.entered_at, limit, pauses=pauses) if limit else left
        over = calendar.minutes_between(due, left, pauses) if due < left else 0
        found.append(StageTime(stay.stage, whole, whole - ours, limit, over))
    return tuple(found)


def _waits(
    promises: Iterable[Promise], closings: Collection[datetime], end: datetime, calendar: WorkCalendar
) -> tuple[Wait, ...]:
    found = []
    for one in promises:
        if not one.on_client or one.opened_at > end:
            continue
        until = min(one.closed_at or end, end)
        taken = max(calendar.minutes_between(one.opened_at, until), 0)
        over = max(calendar.minutes_between(max(one.due_at, one.opened_at), until), 0)
        found.append(Wait(one.id, taken, over, _wait_end(one, closings, end)))
    return tuple(sorted(found, key=lambda one: (-one.minutes, one.promise_id)))


def _wait_end(wait: Promise, closings: Collection[datetime], end: datetime) -> WaitEnd:
    if wait.closed_at is None or wait.closed_at > end:
        return "silence"
    match wait.outcome:
        case "kept" | "late":
            return "given"
        case "waived":
            return "dropped"
        case "cancelled" if wait.closed_at not in closings:
            return "dropped"
    return "silence"


def _rules(process: Process, promises: Iterable[Promise], overdue: Iterable[int]) -> tuple[RuleKept, ...]:
    """By term in the order of the process, at the end what no rule had asked for. What the client owes is none of ours."""
    late, known = frozenset(overdue), {term.key for term in process.terms}
    told: dict[str, dict[str, list[int]]] = {}
    for one in sorted(promises, key=lambda promise: promise.id):
        how = _how(one, is_overdue=one.id in late)
        if how and not one.on_client:
            key = one.term if one.term in known else UNRULED
            told.setdefault(key or UNRULED, {}).setdefault(how, []).append(one.id)
    keys = [*(term.key for term in process.terms), UNRULED]
    return tuple(
        RuleKept(key, *(tuple(told[key].get(how, ())) for how in ("kept", "late", "broken", "waived")))
        for key in keys
        if key in told
    )


def _how(one: Promise, *, is_overdue: bool) -> str:
    """Under what a promise is counted; empty where it says nothing about us."""
    match one.outcome:
        case "late":
            return "late" if is_overdue else "kept"
        case "broken" | "open":
            return "broken" if is_overdue else ""
        case "kept" | "waived":
            return one.outcome
    return ""


def _gates(process: Process, stays: Iterable[Stay]) -> tuple[GateLeft, ...]:
    stages = {stage.key for stage in process.stages}
    return tuple(
        GateLeft(
            stay.stage,
            tuple(key for key in stay.failed if key not in stages),
            tuple(key for key in stay.failed if key in stages),
            stay.left_by_id, stay.left_at, stay.reason,
        )
        for stay in sorted(stays, key=lambda stay: stay.entered_at)
        if stay.failed
    )  # fmt: skip
