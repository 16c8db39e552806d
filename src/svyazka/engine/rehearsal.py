"""A rehearsal: what a changed process would have done to deals that have gone their way already.

Each deal's history is played through the new rules: which gates would have stopped it or warned where it went on, which terms
would have been due at another time, and been kept or not by what really happened. Nothing is guessed: what the deal wasn't asked
for then, or what history doesn't tell, comes out as *not known*. Nor is it said what people would have done under other rules.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from svyazka.engine.facts import FACTS
from svyazka.engine.process import Check, Process, Stage, Term
from svyazka.engine.standing import tick_name
from svyazka.engine.worktime import Duration, Interval, WorkCalendar

Known = Literal["holds", "fails", "unknown"]
Fate = Literal["kept", "late", "unknown", "none"]
"""What became of a term: kept in time; not; nobody can tell; there was no such term."""

_OF_THE_FORM: Final = frozenset({"intake.complete", "intake.answered"})
"""Facts that mean something else once the form asks for other fields."""
_A_DAY, _AN_HOUR = Duration(1, "d"), Duration(1, "h")


@dataclass(frozen=True, slots=True)
class Leaving:
    """A deal left a stage and went on: to the next stage, or to its contract.

    :param process: the rules under which it left
    :param facts: what held then: names of facts, ``tick:STAGE.CHECK`` for ticks
    :param unknown: computed facts of which history can't tell whether they held then
    :param over: keys of the stop checks that it was left over with a reason; those that aren't here were passed
    :param won: it went from here to the contract, past whatever stages come after
    """

    stage: str
    at: datetime
    process: Process
    facts: frozenset[str]
    unknown: frozenset[str] = frozenset()
    over: frozenset[str] = frozenset()
    won: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """Something that terms open or close by; ``about`` is what of the deal, 0 for the deal itself."""

    name: str
    at: datetime
    about: int = 0


@dataclass(frozen=True, slots=True)
class Ran:
    """A commitment that a term opened, and how it ended. ``term`` is the term as it was; the calendar is its performer's."""

    term: Term
    opened_at: datetime
    due_at: datetime
    closed_at: datetime | None
    outcome: str
    calendar: WorkCalendar


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one deal.

    :param events: in their order
    :param processes: all the rules that it has followed
    :param pauses: when the client owed us something
    :param dates: of what terms count back from (``meeting``, ``decision``): which, when it was set, and to when
    :param since: nothing before is played
    :param until: when the deal was closed, or now
    """

    deal_id: int
    leavings: tuple[Leaving, ...]
    events: tuple[Event, ...]
    ran: tuple[Ran, ...]
    processes: tuple[Process, ...]
    pauses: tuple[Interval, ...]
    dates: tuple[tuple[str, datetime, datetime], ...]
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Gate:
    """What a gate of the new process says where the deal went on.

    :ivar stopped: stop checks that didn't hold; ``were_over`` are those of them that it was left over then as well
    :ivar warned: checks that only warn; ``were_warned`` are those of them that warned, or stopped, then as well
    :ivar skipped: stages of the new process that a contract would have left out
    """

    stage: str
    at: datetime
    stopped: tuple[Check, ...] = ()
    warned: tuple[Check, ...] = ()
    unknown: tuple[Check, ...] = ()
    were_over: frozenset[str] = frozenset()
    were_warned: frozenset[str] = frozenset()
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Timed:
    """A term played anew. ``was_due`` and ``due`` are None where there was none, or where it can't be known."""

    term: str
    opened_at: datetime
    closed_at: datetime | None
    was_due: datetime | None
    due: datetime | None
    was: Fate
    would: Fate


@dataclass(frozen=True, slots=True)
class Played:
    """One deal's rehearsal.

    :ivar gone: stages that it left and the new process doesn't have
    :ivar left: stages of the new process that it left, whatever their gates say
    """

    deal_id: int
    gates: tuple[Gate, ...]
    terms: tuple[Timed, ...]
    gone: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def is_stopped(self) -> bool:
        """Whether it would have been stopped anywhere."""
        return any(gate.stopped or gate.skipped for gate in self.gates)

    @property
    def is_stopped_anew(self) -> bool:
        """Whether it would have been stopped by a check that it went past without a reason then."""
        return any(check.key not in gate.were_over for gate in self.gates for check in gate.stopped)

    @property
    def is_warned_anew(self) -> bool:
        """Whether it would have been warned by a check that said nothing then."""
        return any(check.key not in gate.were_warned for gate in self.gates for check in gate.warned)


def rehearse(new: Process, history: History, calendar: WorkCalendar) -> Played:
    """Play one deal through the new process.

    :param calendar: working hours for terms that nobody has owed yet
    """
    stages = {stage.key: stage for stage in new.stages}
    leavings = [one for one in history.leavings if one.stage in stages and one.at >= history.since]
    gates = [_gate(stages[one.stage], one, new) for one in leavings]
    gone = dict.fromkeys(one.stage for one in history.leavings if one.stage not in stages)
    said = (gate for gate in gates if gate.stopped or gate.warned or gate.unknown or gate.skipped)
    left = dict.fromkeys(one.stage for one in leavings)
    return Played(
        history.deal_id, tuple(said), tuple(_terms(new, history, calendar)), tuple(gone), tuple(left)
    )


def knows(check: Check, leaving: Leaving, new: Process) -> Known:
    """Whether a check of the new process held when the deal left this stage.

    What the gate has shown then goes first: a stop check that the deal didn't leave over has held.
    """
    name = check.fact or tick_name(leaving.stage, check.key)
    same_form = name not in _OF_THE_FORM or _required(new) <= _required(leaving.process)
    if same_form and name in (shown := _shown_by_gate(leaving)):
        return "holds" if shown[name] else "fails"
    if name in leaving.facts:
        return "holds"
    if name in leaving.unknown or not is_asked(name, (leaving.process,)):
        return "unknown"
    return "fails"


def is_asked(name: str, processes: Iterable[Process]) -> bool:
    """Whether it would be known had this happened: it is computed, or one of these processes asks people for it."""
    known = FACTS.get(name)
    if not name.startswith("tick:") and (known is None or known.kind == "computed"):
        return True
    return any(
        name in _proofs(process) or any(term.closes == name for term in process.terms)
        for process in processes
    )


def _proofs(process: Process) -> frozenset[str]:
    return frozenset(
        check.fact or tick_name(stage.key, check.key) for stage in process.stages for check in stage.checks
    )


def _required(process: Process) -> frozenset[str]:
    return frozenset(field.key for field in process.fields if field.required)


def _shown_by_gate(leaving: Leaving) -> Mapping[str, bool]:
    """Of what the old stop checks of this stage lean on, whether it held."""
    stage = next((one for one in leaving.process.stages if one.key == leaving.stage), None)
    checks = stage.checks if stage else ()
    return {
        check.fact or tick_name(leaving.stage, check.key): check.key not in leaving.over
        for check in checks
        if check.strength == "stop"
    }


def _gate(stage: Stage, leaving: Leaving, new: Process) -> Gate:
    found: dict[str, list[Check]] = {"stop": [], "warn": [], "observe": [], "unknown": []}
    for check in stage.checks:
        known = knows(check, leaving, new)
        if known == "fails":
            found[check.strength].append(check)
        elif known == "unknown" and check.strength != "observe":
            found["unknown"].append(check)
    shown, said = _shown_by_gate(leaving), _warned_by_gate(leaving)
    names = {check.key: check.fact or tick_name(stage.key, check.key) for check in stage.checks}
    after = new.stages[new.position(stage.key) + 1 :] if leaving.won else ()
    return Gate(
        stage.key, leaving.at, tuple(found["stop"]), tuple(found["warn"]), tuple(found["unknown"]),
        frozenset(check.key for check in found["stop"] if shown.get(names[check.key]) is False),
        frozenset(check.key for check in found["warn"] if names[check.key] in said),
        tuple(one.key for one in after),
    )  # fmt: skip


def _warned_by_gate(leaving: Leaving) -> frozenset[str]:
    """Of what the old checks of this stage lean on, what was told to be missing if it was."""
    stage = next((one for one in leaving.process.stages if one.key == leaving.stage), None)
    return frozenset(
        check.fact or tick_name(leaving.stage, check.key)
        for check in (stage.checks if stage else ())
        if check.strength != "observe"
    )


def _terms(new: Process, history: History, calendar: WorkCalendar) -> Iterator[Timed]:
    for term in new.terms:
        ran = [one for one in history.ran if _is_same(one.term, term)]
        had = any(_is_same(one, term) for process in history.processes for one in process.terms)
        if had:
            for one in ran:
                if one.opened_at >= history.since and _times(one.term) != _times(term):
                    yield _again(term, one, history)
        else:
            yield from _anew(term, history, calendar)


def _is_same(one: Term, other: Term) -> bool:
    return (one.key, one.opens, one.closes) == (other.key, other.opens, other.closes)


def _times(term: Term) -> object:
    return term.due, term.pauses


def _again(term: Term, ran: Ran, history: History) -> Timed:
    """A commitment that was owed, with the new due time."""
    ended = ran.closed_at or history.until
    due = _due(term, ran.opened_at, ended, history, ran.calendar)
    was: Fate = (
        "kept" if ran.outcome == "kept" else "late" if ran.outcome in {"late", "broken"} else "unknown"
    )
    came = ran.outcome in {"kept", "late"}
    would: Fate = "late" if ended > due else "kept" if came else "unknown"
    return Timed(ran.term.key, ran.opened_at, ran.closed_at, ran.due_at, due, was, would)


def _anew(term: Term, history: History, calendar: WorkCalendar) -> Iterator[Timed]:
    """A term that there wasn't: what its events would have opened and closed."""
    running: set[int] = set()
    done = False
    for place, event in enumerate(history.events):
        if event.name == term.closes:
            running.discard(event.about)
            done = term.closes != "client.contacted"
        if event.name != term.opens or event.about in running or done:
            continue
        running.add(event.about)
        if event.at >= history.since:
            yield _first(term, event, history.events[place + 1 :], history, calendar)


def _first(
    term: Term, event: Event, later: Iterable[Event], history: History, calendar: WorkCalendar
) -> Timed:
    closing = next((one.at for one in later if one.name == term.closes and one.about == event.about), None)
    ended = closing or history.until
    due = _due(term, event.at, ended, history, calendar)
    if closing is None and not is_asked(term.closes, history.processes):
        return Timed(term.key, event.at, None, None, due, "none", "unknown")
    would: Fate = "late" if ended > due else "kept" if closing else "unknown"
    return Timed(term.key, event.at, closing, None, due, "none", would)


def _due(
    term: Term, opened_at: datetime, ended: datetime, history: History, calendar: WorkCalendar
) -> datetime:
    """When it would have been due, by the latest date that was known before its end; as the product itself counts."""
    pauses = [pause for pause in history.pauses if pause[1] > opened_at and pause[0] < ended]
    stopped = [(begin, min(end, ended)) for begin, end in pauses] if term.pauses else []
    if term.due.before is None:
        return calendar.due(opened_at, term.due.amount, pauses=stopped)
    known = [one for one in history.dates if one[0] == term.due.before and one[1] <= ended]
    if not known:
        return calendar.due(opened_at, _A_DAY, pauses=stopped)
    _, told_at, anchor = known[-1]
    due, asked_at = calendar.before(anchor, term.due.amount), max(opened_at, told_at)
    return due if due > asked_at else calendar.due(asked_at, _AN_HOUR)
