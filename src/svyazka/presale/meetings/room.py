"""The meeting itself: it begins, goes from point to point, is written down, and ends."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from svyazka.engine.meetings import UNREAD, ends_by_itself
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.commitments.terms import close
from svyazka.presale.deals.models import OPEN
from svyazka.presale.journal.commands import lock_journal
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import GONE, SYSTEM, Actor, Conflict, Invalid, Json, NotFound, line
from svyazka.presale.meetings.models import Jot, Meeting, Point, Turn
from svyazka.presale.meetings.planning import close_with_deal, lacks_of
from svyazka.presale.meetings.values import (
    CLIENT,
    CLOSED,
    HELD,
    HUDDLE,
    JOTS,
    NOTE,
    PARKED,
    PLANNED,
    RUNNING,
    STATUS,
)
from svyazka.presale.meetings.writing import Here, MeetingMoved, deal_of, fact_of, meeting_to_change, touched
from svyazka.presale.process.queries import process_version

LONGEST_JOT: Final = 2000
MOST_JOTS: Final = 500
"""Of one meeting; more is a machine writing."""
EARLY: Final = timedelta(hours=12)
"""A meeting is begun no longer than this before its time: whoever presses before has another one in mind."""
_BEFORE: Final = frozenset({"meeting.goals_agreed", "agenda.accepted", "briefing.read", "huddle.held"})
"""Facts that are shown before a meeting, or not at all."""


def is_too_early(starts_at: datetime | None, at: datetime) -> bool:
    """Whether a meeting can't be begun yet."""
    return starts_at is not None and starts_at - at > EARLY


@command
def begin(*, meeting_id: int, actor: Actor, at: datetime, made_at: datetime | None = None) -> None:
    """The meeting begins, with its first point. Nothing that it lacks holds it back: the client sits at the table. It is recorded.

    :param made_at: when it really began, where that is told later: by a phone that had no connection
    :raises MeetingMoved: it is over; one that runs already stays as it is
    """
    here = meeting_to_change(meeting_id, actor, "meeting.run", (PLANNED, RUNNING))
    meeting = here.meeting
    if meeting.state == RUNNING:
        return
    if meeting.before is not None and meeting.before.state != PLANNED:
        raise MeetingMoved(state=meeting.before.state)
    began_at = max(made_at or at, meeting.planned_at)
    if meeting.starts_at is not None and is_too_early(meeting.starts_at, began_at):
        raise Conflict("meeting_too_early", when=meeting.starts_at.isoformat())
    _begun(here, began_at=began_at, at=at)
    first = Point.objects.filter(meeting=meeting).order_by("position").first()
    if first is not None:
        Turn.objects.create(meeting=meeting, point=first, since=began_at)


def _begun(here: Here, *, began_at: datetime, at: datetime) -> None:
    """Write down that it began, and what it lacked then."""
    is_client = here.is_with_client()
    missing = [one for one in lacks_of(here.meeting) if one.strength == "stop"]
    unread: list[Json] = [one.person_id for one in missing if one.code in UNREAD]
    lacked: list[Json] = [f"{one.subject}.{one.code}" for one in missing]
    here.write(state=RUNNING, began_at=began_at, lacked=lacked if is_client else [])
    here.note("meeting.began", at, {"lacks": lacked, "unbriefed": unread} if is_client else None)


@command
def go_to(*, meeting_id: int, point: int | None, actor: Actor, at: datetime) -> None:
    """Go on with this point of the agenda, by its place; None for after the last one. Saying it twice changes nothing."""
    here = meeting_to_change(meeting_id, actor, "meeting.run", (RUNNING,), may_be_closed=True)
    meeting = here.meeting
    current = Turn.objects.filter(meeting=meeting, until=None).select_related("point").first()
    if (current.point.position if current else None) == point:
        return
    wanted = None
    if point is not None:
        wanted = Point.objects.filter(meeting=meeting, position=point).first()
        if wanted is None:
            raise NotFound
    Turn.objects.filter(meeting=meeting, until=None).update(until=at)
    if wanted is not None:
        Turn.objects.create(meeting=meeting, point=wanted, since=at)
    here.write()


@dataclass(frozen=True, slots=True)
class Written:
    """Something jotted down in the room. ``key`` is the writer's own name of it; ``point`` a place of the agenda."""

    key: UUID
    kind: str
    text: str
    point: int | None = None
    asker: str = ""


@command
def jot_down(*, meeting_id: int, written: Written, actor: Actor, at: datetime) -> bool:
    """Write something down; the same key again changes it. False if nothing is new.

    Also after the meeting's end, until it is closed: a phone may have been without a connection. What was erased meanwhile stays
    erased, though the phone still has it.

    :raises Invalid: nothing said, too long, an unknown kind
    """
    here = meeting_to_change(meeting_id, actor, "meeting.run", (RUNNING, HELD), may_be_closed=True)
    meeting, text = here.meeting, written.text.replace("\x00", "").strip()
    if text == GONE:  # three dots are a note like any other: no later word about it is lost
        text = "..."
    errors = {}
    if written.kind not in JOTS:
        errors["kind"] = "unknown_choice"
    if not text:
        errors["text"] = "required"
    elif len(text) > LONGEST_JOT:
        errors["text"] = "too_long"
    if errors:
        raise Invalid(errors=errors)
    known = Jot.objects.filter(meeting=meeting, key=written.key).first()
    point = (
        Point.objects.filter(meeting=meeting, position=written.point).first()
        if written.point is not None
        else None
    )
    asker = line(written.asker, 120)
    if known is not None:
        if known.text == GONE or (known.kind, known.text, known.asker) == (written.kind, text, asker):
            return False
        Jot.objects.filter(pk=known.pk).update(kind=written.kind, text=text, asker=asker)
    elif Jot.objects.filter(meeting=meeting).count() >= MOST_JOTS:
        raise Invalid("too_many")
    else:
        Jot.objects.create(
            meeting=meeting, point=point, key=written.key, kind=written.kind, text=text, asker=asker, by_id=actor.me, at=at
        )  # fmt: skip
    touched(meeting.pk)
    return True


@command
def strike_out(*, meeting_id: int, key: UUID, actor: Actor, at: datetime) -> None:
    """Take something back that was jotted down by mistake. Saying it twice changes nothing."""
    del at
    here = meeting_to_change(meeting_id, actor, "meeting.run", (RUNNING, HELD), may_be_closed=True)
    if Jot.objects.filter(meeting=here.meeting, key=key, commitment_id=None).delete()[0]:
        touched(meeting_id)


@command
def end(*, meeting_id: int, actor: Actor, at: datetime, made_at: datetime | None = None) -> None:
    """The meeting is over. A huddle is done with by that, and so is one whose deal has ended meanwhile; any other still has to be
    closed with its tasks.

    :param made_at: when it really ended, where that is told later
    :raises NotFound: a status run, which has an end of its own: :func:`~.runs.commands.end_run`
    """
    here = meeting_to_change(meeting_id, actor, "meeting.run", (RUNNING, HELD, CLOSED), may_be_closed=True)
    if here.meeting.kind == STATUS and Meeting.objects.filter(pk=meeting_id, run__isnull=False).exists():
        raise NotFound
    if here.meeting.state == RUNNING:
        _over(here, ended_at=made_at or at, at=at, by_itself=False)


@command
def say_held(*, meeting_id: int, minutes: int, actor: Actor, at: datetime) -> None:
    """The meeting took place without the cockpit, at its time, and lasted so long.

    :raises Invalid: it has no time, or that is still to come
    """
    here = meeting_to_change(meeting_id, actor, "meeting.run", (PLANNED,))
    meeting = here.meeting
    errors = {}
    if meeting.starts_at is None:
        errors["starts_at"] = "required"
    elif meeting.starts_at > at:
        errors["starts_at"] = "in_the_future"
    if not 1 <= minutes <= 600:
        errors["minutes"] = "not_a_length"
    if errors or meeting.starts_at is None:
        raise Invalid(errors=errors)
    _begun(here, began_at=meeting.starts_at, at=at)
    _over(here, ended_at=min(meeting.starts_at + timedelta(minutes=minutes), at), at=at, by_itself=False)


def _over(here: Here, *, ended_at: datetime, at: datetime, by_itself: bool) -> None:
    meeting, deal = here.meeting, here.deal
    Turn.objects.filter(meeting=meeting, until=None).update(until=ended_at)
    here.write(state=CLOSED if meeting.kind == HUDDLE else HELD, ended_at=ended_at, by_itself=by_itself)
    if meeting.kind == HUDDLE:
        here.write(closed_at=at, closed_by_id=here.actor.person_id)
    if meeting.kind == CLIENT and here.is_latest:
        _break_preparation(here, at=at)
    if deal is not None and meeting.kind in {CLIENT, HUDDLE}:
        fact = "huddle.held" if meeting.kind == HUDDLE else fact_of(meeting.agenda)
        here.prove(fact, source="room", at=at, role=here.role)
    if meeting.kind != HUDDLE:
        jots = Jot.objects.filter(meeting=meeting).values_list("kind", flat=True)
        here.note(
            "meeting.ended", at,
            {
                "minutes": int((ended_at - (meeting.began_at or ended_at)).total_seconds() // 60), "by_itself": by_itself,
                **{kind: sum(one == kind for one in jots) for kind in (NOTE, "decision", PARKED)},
            },
        )  # fmt: skip
        if deal is not None and deal.status != OPEN:
            close_with_deal(here, at=at)


def _break_preparation(here: Here, *, at: datetime) -> None:
    """What was owed before the meeting can't be done any more. An act of the caller's follows."""
    process = process_version(here.its_deal.process_number)
    keys = [term.key for term in process.terms if term.closes in _BEFORE]
    for commitment in Commitment.objects.filter(deal=here.its_deal, outcome="open", term__in=keys):
        close(commitment, outcome="broken", actor=SYSTEM, at=at, quiet=True)


def forgotten(*, at: datetime) -> tuple[int, ...]:
    """Meetings that run though their time is long over."""
    # a status run is gone on with whenever its people meet again
    running = Meeting.objects.filter(state=RUNNING, began_at__isnull=False, run=None).values_list(
        "pk", "began_at", "minutes"
    )
    return tuple(
        pk for pk, began, minutes in running if began is not None and ends_by_itself(began, minutes) <= at
    )


@command
def end_forgotten(*, meeting_id: int, at: datetime) -> bool:
    """Nobody has ended it: it ended when it was planned to, or with what was written down last. False if somebody was first."""
    lock_journal()
    meeting = Meeting.objects.filter(pk=meeting_id, state=RUNNING, run=None).first()
    if meeting is None or meeting.began_at is None or ends_by_itself(meeting.began_at, meeting.minutes) > at:
        return False
    last = Jot.objects.filter(meeting=meeting).order_by("-at").values_list("at", flat=True).first()
    ended = max(meeting.began_at + timedelta(minutes=meeting.minutes), last or meeting.began_at)
    here = Here(meeting, deal_of(meeting), SYSTEM)
    _over(here, ended_at=min(ended, at), at=at, by_itself=True)
    return True
