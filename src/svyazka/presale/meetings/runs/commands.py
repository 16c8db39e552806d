"""A status run under way: gone through deal by deal, ended with its minutes and its measure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from svyazka.engine.pace import counted, is_talked_through
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.deals.models import OPEN
from svyazka.presale.deals.writing import acting_role, seats_of
from svyazka.presale.journal.commands import Act, record
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Conflict, Invalid, Json, NotFound, line
from svyazka.presale.meetings.closing import add_task
from svyazka.presale.meetings.models import Task
from svyazka.presale.meetings.runs.models import Run, Stop
from svyazka.presale.meetings.runs.values import (
    DECIDED,
    GONE_BEFORE,
    HOW,
    LINES,
    LONGEST_LINE,
    LONGEST_STEP,
    OUTCOMES,
    SKIPPED,
    STEP,
    UNREACHED,
    How,
)
from svyazka.presale.meetings.values import CLOSED, NO_TASK, RUNNING
from svyazka.presale.meetings.writing import Here, meeting_to_change, touched

REVIEWED: Final = "deal.reviewed"
ENDED: Final = "run.ended"


@dataclass(frozen=True, slots=True)
class Typed:
    """What stood in the boxes of a deal's screen.

    :ivar words: by line; lines that weren't on the screen are left out
    :ivar seen: the version of the words that was on the screen
    :ivar step: a commitment in one line; empty for none, None if its box wasn't on the screen
    """

    words: Mapping[str, str] = field(default_factory=dict)
    seen: int = 0
    step: str | None = None


NOTHING: Final = Typed()


class _On:
    """A run under the lock, and the one who acts."""

    def __init__(self, here: Here, run: Run) -> None:
        self.here, self.run = here, run
        self.stops = list(Stop.objects.filter(run=run).select_related("deal").order_by("position"))

    @property
    def current(self) -> Stop | None:
        """The deal on the screen."""
        return next((one for one in self.stops if one.position == self.run.place), None)

    def stop(self, stop_id: int) -> Stop:
        """One of its deals.

        :raises NotFound: none of this run's
        """
        found = next((one for one in self.stops if one.pk == stop_id), None)
        if found is None:
            raise NotFound
        return found

    def count_time(self, at: datetime) -> None:
        """Write down how long the deal on the screen was there; its clock stands then."""
        if self.current is not None and self.run.turned_at is not None:
            self.current.seconds += counted((at - self.run.turned_at).total_seconds())
            self.current.save(update_fields=["seconds"])
        self.run.turned_at = None

    def show(self, stop: Stop | None, at: datetime) -> None:
        """Let this deal be on the screen from now on, or none."""
        self.run.place = None if stop is None else stop.position
        self.run.turned_at = None if stop is None else at
        self.run.save(update_fields=["place", "turned_at"])

    def tasks(self, *stops: Stop) -> int:
        """How many commitments the run has opened on these deals, without those that are none any more."""
        own = Task.objects.filter(meeting=self.here.meeting).values("commitment_id")
        found = Commitment.objects.filter(pk__in=own, deal_id__in=[one.deal_id for one in stops])
        return found.exclude(outcome__in=NO_TASK).count()

    def is_written(self, stop: Stop) -> bool:
        """Whether this run has written down anything about a deal."""
        return bool(stop.said) or bool(self.tasks(stop))


def _on(meeting_id: int, actor: Actor) -> _On:
    here = meeting_to_change(meeting_id, actor, "meeting.run", (RUNNING,))
    run = Run.objects.filter(meeting=here.meeting).first()
    if run is None:
        raise NotFound
    return _On(here, run)


@command
def note(
    *, meeting_id: int, stop_id: int, typed: Typed, actor: Actor, at: datetime, mend_later: bool = False
) -> int | None:
    """Keep what is typed about a deal, and open the commitment that its line says. Returns the commitment's id.

    :param mend_later: a line that is no commitment yet holds nothing up: it is kept as it was typed
    :raises Conflict: ``changed_meanwhile``: somebody else has answered the same lines since
    :raises Invalid: the line says no performer, no result or no due time
    """
    on = _on(meeting_id, actor)
    stop = on.stop(stop_id)
    task, words = _write(on, stop, typed, at, mend_later=mend_later)
    if words:
        _record(on, stop, words, at)
    touched(meeting_id)
    return task


@command
def go_on(*, meeting_id: int, stop_id: int, how: How, typed: Typed, actor: Actor, at: datetime) -> bool:
    """Leave the deal on the screen, with what is typed about it. False if somebody has left it already: what is typed is kept
    all the same, and the run stays where it is.

    The next deal is the next one that still waits; one that was closed meanwhile has no turn any more. A line that is no commitment
    yet is kept with its deal as it was typed: the run waits for nobody's spelling.

    :raises Conflict: as :func:`note`
    """
    if how not in HOW:
        raise Invalid(errors={"how": "unknown_choice"})
    on = _on(meeting_id, actor)
    stop = on.stop(stop_id)
    _task, words = _write(on, stop, typed, at, mend_later=True)
    is_here = on.run.place == stop.position
    comes_back = on.run.place is None and how == "back"  # all have had their turn
    if is_here:
        on.count_time(at)
    outcome = _becomes(on, stop, how) if is_here else stop.outcome
    is_new = outcome != stop.outcome
    if is_new:
        _leave(stop, outcome, at)
    if is_new or words:
        _record(on, stop, words, at)
    if comes_back:
        on.show(stop, at)
    elif is_here:
        _turn(on, stop, how, at)
    touched(meeting_id)
    return is_here or comes_back


def _becomes(on: _On, stop: Stop, how: How) -> str:
    """What becomes of the deal on the screen. Gone on from in a blink, without a word, it was passed by like one that is skipped."""
    if how not in {"next", "skip"}:
        return stop.outcome
    had_turn = how == "next" and is_talked_through(stop.seconds, is_written=on.is_written(stop))
    return DECIDED if had_turn else SKIPPED


def _turn(on: _On, stop: Stop, how: How, at: datetime) -> None:
    """Let the deal that follows be on the screen."""
    if how == "back":
        before = [one for one in on.stops if one.position < stop.position and one.outcome != GONE_BEFORE]
        on.show(before[-1] if before else stop, at)
        return
    if how == "later":
        stop.position = on.stops[-1].position + 1
        stop.save(update_fields=["position"])
        on.stops.sort(key=lambda one: one.position)
    left = stop.position if how != "later" else on.run.place or 0
    waiting = [one for one in on.stops if not one.outcome]
    following = [one for one in waiting if one.position > left] + [
        one for one in waiting if one.position < left
    ]
    for one in following:
        if one.deal.status == OPEN:
            on.show(one, at)
            return
        _leave(one, GONE_BEFORE, at)
    on.show(None, at)


def _write(
    on: _On, stop: Stop, typed: Typed, at: datetime, *, mend_later: bool = False
) -> tuple[int | None, dict[str, str]]:
    """Keep what is typed. Returns the id of the commitment that the line opened, and the lines that are others now."""
    said = {name: line(typed.words[name], LONGEST_LINE) for name in LINES if name in typed.words}
    task, refused = None, ""
    if step := line(typed.step or "", LONGEST_STEP):
        try:
            task = _open(on, stop, step, at)
        except Invalid:
            if not mend_later:
                raise
            refused = step
    if refused or (typed.step is not None and typed.seen == stop.version):
        said[STEP] = refused
    changed = {name: words for name, words in said.items() if words != stop.said.get(name, "")}
    if changed and typed.seen != stop.version:
        raise Conflict("changed_meanwhile")
    if changed:
        stop.said = {name: words for name, words in {**stop.said, **changed}.items() if words}
        stop.version += 1
        stop.save(update_fields=["said", "version"])
    return task, changed


def _open(on: _On, stop: Stop, step: str, at: datetime) -> int:
    """Open the commitment that a line says."""
    return add_task(
        meeting_id=on.here.meeting.pk, text=f"{stop.deal.number} {step}", actor=on.here.actor, at=at
    )


def _leave(stop: Stop, outcome: str, at: datetime) -> None:
    """Write down what became of a deal, and how it stood."""
    deal = stop.deal
    stop.outcome, stop.left_at = outcome, at
    stop.facts = {
        "stage": deal.stage, "process": deal.process_number, "holder": deal.holder_id, "on_client": deal.on_client,
        "due": deal.next_due.isoformat() if deal.next_due else None, "status": deal.status, "blocker": deal.blocker,
        "overdue": bool(deal.next_due and deal.next_due < at and not deal.on_client),
    }  # fmt: skip
    stop.save(update_fields=["outcome", "left_at", "facts"])


def _record(on: _On, stop: Stop, words: Mapping[str, str], at: datetime) -> None:
    """Record on the deal's chain what was said about it, and what became of it in this run."""
    actor, deal = on.here.actor, stop.deal
    role = acting_role(seats_of(deal, actor.person_id), actor)
    lines: list[Json] = [name for name in LINES if stop.said.get(name)]
    data: dict[str, Json] = {
        "meeting": on.here.meeting.pk, "outcome": stop.outcome, "lines": lines, "seconds": stop.seconds,
        "tasks": on.tasks(stop),
    }  # fmt: skip
    typed: dict[str, Json] = {name: said for name, said in words.items() if said}
    record(chain=deal.pk, act=Act(REVIEWED, data, typed or None, role), actor=actor, at=at)


@command
def set_clock(*, meeting_id: int, runs: bool, actor: Actor, at: datetime) -> None:
    """Stop the clock for a pause, or let it go on. Saying it twice changes nothing."""
    on = _on(meeting_id, actor)
    if on.current is None or runs == (on.run.turned_at is not None):
        return
    on.count_time(at)
    on.run.turned_at = at if runs else None
    on.run.save(update_fields=["turned_at"])
    touched(meeting_id)


@command
def end_run(
    *, meeting_id: int, actor: Actor, at: datetime, stop_id: int | None = None, typed: Typed = NOTHING
) -> None:
    """The run is over: its minutes are there, it is measured, and whoever took part or owes something from it is told.

    The deal on the screen counts as talked through by the rule that holds for going on: something was written down about it, or it
    was there long enough.

    Raises what :func:`note` raises.
    """
    on = _on(meeting_id, actor)
    shown = on.current
    typed_into = shown if stop_id is None else on.stop(stop_id)
    _task, words = _write(on, typed_into, typed, at) if typed_into else (None, dict[str, str]())
    on.count_time(at)
    for stop in {one.pk: one for one in (typed_into, shown) if one}.values():
        is_decided = not stop.outcome and is_talked_through(stop.seconds, is_written=on.is_written(stop))
        said = words if stop is typed_into else {}
        if is_decided:
            _leave(stop, DECIDED, at)
        if is_decided or said:
            _record(on, stop, said, at)
    for one in on.stops:
        if not one.outcome:
            _leave(one, UNREACHED if one.deal.status == OPEN else GONE_BEFORE, at)
    _measure(on, at)


def _measure(on: _On, at: datetime) -> None:
    """Close the meeting with what came of it; the one who began the run sees to its tasks."""
    meeting, run = on.here.meeting, on.run
    counts = {outcome: sum(one.outcome == outcome for one in on.stops) for outcome in OUTCOMES}
    run.decided, run.seconds = counts[DECIDED], sum(one.seconds for one in on.stops)
    run.place, run.turned_at = None, None
    run.save(update_fields=["decided", "seconds", "place", "turned_at"])
    on.here.write(
        state=CLOSED, ended_at=at, controller_id=meeting.planned_by_id, closed_at=at,
        closed_by_id=on.here.actor.person_id,
    )  # fmt: skip
    on.here.note(
        ENDED, at, {**counts, "deals": len(on.stops), "seconds": run.seconds, "tasks": on.tasks(*on.stops)}
    )
