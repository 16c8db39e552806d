"""Preparing a meeting: from the process's agenda to a plan that the client can agree with."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.db.models import F

from svyazka.engine.meetings import GIVEN, Lack
from svyazka.engine.process import Agenda, Process
from svyazka.engine.wording import lack_of
from svyazka.presale.commitments.terms import end_opened_by
from svyazka.presale.deals.models import Deal, Seat
from svyazka.presale.deals.writing import deal_to_change
from svyazka.presale.journal.commands import Act, append, lock_journal, record
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import GONE, SYSTEM, Actor, Conflict, Invalid, Json, NotFound, line
from svyazka.presale.meetings.doors import revoke
from svyazka.presale.meetings.drafts import Draft, DraftPoint, mistakes
from svyazka.presale.meetings.models import Criterion, Door, Going, Guest, Meeting, Point
from svyazka.presale.meetings.plans import Whole, process_of, whole
from svyazka.presale.meetings.post import say_it_is_off, say_who_stays_away
from svyazka.presale.meetings.values import (
    AHEAD,
    CANCELLED,
    CLIENT,
    CLOSED,
    HELD,
    HUDDLE,
    INTERNAL,
    PLAN,
    PLANNED,
    REVIEW,
    STATUS,
)
from svyazka.presale.meetings.writing import Here, meeting_to_change
from svyazka.presale.people.queries import directory
from svyazka.presale.people.rights import require
from svyazka.presale.process.queries import current_process, process_version
from svyazka.presale.stages.evidence import disprove, holds

KIND_OF: Final[Mapping[str, str]] = {
    "": INTERNAL, "handover": INTERNAL, "status_run": STATUS, "review": REVIEW, "huddle": HUDDLE,
}  # fmt: skip
"""What kind of meeting an agenda of the process is for; any other is for the client."""
USUAL: Final = 30
"""Minutes of a meeting of ours that no agenda gives."""
_PREPARED: Final = (
    "meeting.goals_agreed", "agenda.accepted", "meeting.roles_shared", "meeting.people_known", "huddle.held",
    "briefing.read", "letter.sent", "letter.confirmed", "client.ready", "expert.verdict",
)  # fmt: skip
"""Facts about one meeting: with the next one they begin anew."""
AGREED: Final = ("meeting.goals_agreed", "agenda.accepted")
"""What the client's consent with the plan proves."""


class MeetingAhead(Conflict):
    """A meeting with this client is being prepared already; ``params["meeting"]`` is its id."""

    code = "meeting_ahead"


@command
def plan_meeting(*, deal_id: int, agenda: str, actor: Actor, at: datetime) -> int:
    """Begin to prepare a meeting on a deal by an agenda of its process. Returns its id.

    The agenda's points come with who usually leads them; whoever works on the deal goes; of the client's come those who came the
    last time, before that the contact.

    :param agenda: key of the process's agenda; empty for a meeting of ours without one
    :raises MeetingAhead: one with this client is being prepared already
    """
    deal, role = deal_to_change(deal_id, actor, "meeting.plan")
    process = process_version(deal.process_number)
    kind, template = _kind(process, agenda)
    if kind == HUDDLE:  # it is before a meeting, and is begun there
        raise Invalid(errors={"agenda": "unknown_choice"})
    if kind == CLIENT:
        ahead = Meeting.objects.filter(deal=deal, kind=CLIENT, state__in=[PLANNED, "running", HELD])
        if (known := ahead.values_list("pk", flat=True).first()) is not None:
            raise MeetingAhead(meeting=known)
        _begin_anew(deal, at)
    meeting = Meeting.objects.create(
        deal=deal, kind=kind, agenda=agenda, minutes=_length(template), planned_by_id=actor.me, planned_at=at
    )
    _cast(meeting, template, _team(deal), actor, language=directory().language)
    if kind == CLIENT:
        _invite(meeting, deal)
    record(
        chain=deal.pk, actor=actor, at=at,
        act=Act("meeting.planned", {"meeting": meeting.pk, "kind": kind, "agenda": agenda}, role=role),
    )  # fmt: skip
    return meeting.pk


@command
def call_meeting(*, agenda: str, title: str, actor: Actor, at: datetime) -> int:
    """Begin to prepare a meeting of ours about several deals. Returns its id.

    :raises Invalid: an agenda that is for clients, or no title
    """
    require(actor, "meeting.call")
    lock_journal()
    _number, process = current_process()
    kind, template = _kind(process, agenda)
    errors = {"agenda": "unknown_choice"} if kind in {CLIENT, HUDDLE} else {}
    if lack := lack_of(title):
        errors["title"] = lack
    if errors:
        raise Invalid(errors=errors)
    meeting = Meeting.objects.create(
        kind=kind,
        agenda=agenda,
        title=line(title, 160),
        minutes=_length(template),
        planned_by_id=actor.me,
        planned_at=at,
    )
    _cast(meeting, template, {}, actor, language=directory().language)
    Here(meeting, None, actor).note("meeting.planned", at, {"agenda": agenda})
    return meeting.pk


def _kind(process: Process, agenda: str) -> tuple[str, Agenda | None]:
    if not agenda:
        return INTERNAL, None
    try:
        return KIND_OF.get(agenda, CLIENT), process.agenda(agenda)
    except KeyError:
        raise Invalid(errors={"agenda": "unknown_choice"}) from None


def _length(template: Agenda | None) -> int:
    return template.minutes if template else USUAL


def _begin_anew(deal: Deal, at: datetime) -> None:
    """After an earlier meeting what was true of it says nothing of the next one."""
    if Meeting.objects.filter(deal=deal, kind=CLIENT).exists():
        for name in _PREPARED:
            disprove(deal, name, at=at)


def _team(deal: Deal) -> dict[str, list[int]]:
    """Who works on the deal, by role, the one who came first at the head."""
    found: dict[str, list[int]] = {}
    seats = Seat.objects.filter(deal=deal, until=None, in_shadow=False).order_by("pk")
    for role, person in seats.values_list("role", "person_id"):
        found.setdefault(role, []).append(person)
    return found


def _cast(
    meeting: Meeting, template: Agenda | None, team: Mapping[str, list[int]], actor: Actor, *, language: str
) -> None:
    """The usual points, and who goes."""
    _write_points(meeting, _usual(template, team, actor, language=language))
    manager = _manager(team, actor)
    room: dict[int, list[str]] = {manager: ["moderator"]}
    for person in team.get("expert", ()):
        room.setdefault(person, [])
    for person, roles in room.items():
        Going.objects.create(meeting=meeting, person_id=person, room=roles)


def _manager(team: Mapping[str, list[int]], actor: Actor) -> int:
    return next(iter(team.get("manager", ())), actor.me)


def _usual(
    template: Agenda | None, team: Mapping[str, list[int]], actor: Actor, *, language: str
) -> tuple[DraftPoint, ...]:
    """The agenda's points, each with who usually leads it: money and the company are the manager's, the work is the expert's."""
    manager = _manager(team, actor)
    expert = next(iter(team.get("expert", ())), None)
    return tuple(
        DraftPoint(item.minutes, item.text.say(language), item.role, expert if item.role == "delivery" else manager)
        for item in (template.items if template else ())
    )  # fmt: skip


def _write_points(meeting: Meeting, points: Iterable[DraftPoint]) -> None:
    Point.objects.bulk_create(
        Point(
            meeting=meeting, position=place, minutes=one.minutes, text=line(one.text, 300), role=one.role,
            leader_id=one.leader,
        )
        for place, one in enumerate(points)
    )  # fmt: skip


def _invite(meeting: Meeting, deal: Deal) -> None:
    """Who came the last time comes again, so that nobody types them twice; the contact where nobody did, or all were erased."""
    earlier = Meeting.objects.filter(deal=deal, kind=CLIENT, pk__lt=meeting.pk).exclude(state=CANCELLED)
    last = earlier.order_by("-pk").first()
    came = list(Guest.objects.filter(meeting=last).exclude(name=GONE).order_by("position")) if last else []
    if not came:
        _invite_contact(meeting, deal)
    Guest.objects.bulk_create(
        Guest(
            meeting=meeting, position=one.position, name=one.name, duty=one.duty, decides=one.decides, email=one.email
        )
        for one in came
    )  # fmt: skip


def _invite_contact(meeting: Meeting, deal: Deal) -> None:
    said = deal.intake.get("answers", {})
    if name := line(str(said.get("contact_name") or ""), 120):
        Guest.objects.create(
            meeting=meeting, position=0, name=name, duty=line(str(said.get("contact_duty") or ""), 120),
            decides=bool(said.get("decides")), email=str(said.get("email") or "")[:254],
        )  # fmt: skip


@command
def plan_huddle(*, meeting_id: int, actor: Actor, at: datetime) -> int:
    """Begin the huddle before a meeting, with those who go to it. Returns its id; the one that is there already."""
    here = meeting_to_change(meeting_id, actor, "meeting.run", (PLANNED,))
    meeting, deal = here.meeting, here.deal
    if meeting.kind != CLIENT or deal is None:
        raise NotFound
    known = Meeting.objects.filter(before=meeting).first()
    if known is not None:
        if known.state == CANCELLED:
            Here(known, deal, actor).write(state=PLANNED)
        return known.pk
    _, template = _kind(process_version(deal.process_number), "huddle")
    huddle = Meeting.objects.create(
        deal=deal, kind=HUDDLE, agenda="huddle", before=meeting, minutes=template.minutes if template else 10,
        planned_by_id=actor.me, planned_at=at,
    )  # fmt: skip
    _cast(huddle, template, {"manager": [actor.me]}, actor, language=directory().language)
    for person in (
        Going.objects.filter(meeting=meeting).exclude(person_id=actor.me).values_list("person_id", flat=True)
    ):
        Going.objects.create(meeting=huddle, person_id=person, room=[])
    return huddle.pk


@command
def change_plan(*, meeting_id: int, draft: Draft, seen: int, actor: Actor, at: datetime) -> tuple[Lack, ...]:
    """Write the plan anew. Returns what the meeting still lacks.

    What the client has agreed with counts no more once his goal, the agenda, the people, the time or the place are others.

    :param seen: the revision that was on the screen
    :raises Conflict: ``changed_meanwhile``: somebody has changed it since
    :raises Invalid: something that can't be kept, by field: ``points.0.minutes``, ``theirs.1.email``, ...; a point that the wrong
        one leads, where the process stops that
    """
    here = meeting_to_change(meeting_id, actor, "meeting.plan", (PLANNED,))
    meeting = here.meeting
    if meeting.revision != seen:
        raise Conflict("changed_meanwhile")
    errors = mistakes(draft, here, at)
    if errors:
        raise Invalid(errors=errors)
    before, was_set, told = _shown_to_client(meeting), meeting.starts_at, _told(meeting)
    here.write(
        our_goal=_long(draft.our_goal), client_goal=_long(draft.client_goal), place=line(draft.place, 300),
        starts_at=draft.starts_at, minutes=draft.minutes, title=line(draft.title, 160),
    )  # fmt: skip
    _rewrite(meeting, draft, same_time=was_set == meeting.starts_at)
    changed = before != _shown_to_client(meeting)
    if changed:
        here.write(version=meeting.version + 1, corrected={})
    here.note("plan.changed", at, *_changed(meeting, told))
    found = whole(meeting)
    if meeting.kind == CLIENT:
        _prove(here, found, changed=changed, re_dated=was_set != meeting.starts_at, at=at)
        _shut_out_strangers(found, at=at)
        say_who_stays_away(meeting, at=at)
    return found.lacks


@command
def take_agenda(*, meeting_id: int, draft: Draft, seen: int, actor: Actor, at: datetime) -> tuple[Lack, ...]:
    """Write the plan with the points of its process's agenda in place of the draft's. Returns what the meeting still lacks.

    Raises what :func:`change_plan` raises; :class:`NotFound` where the process has no agenda for it.
    """
    here = meeting_to_change(meeting_id, actor, "meeting.plan", (PLANNED,))
    _, template = _kind(process_of(here.meeting), here.meeting.agenda)
    if template is None:
        raise NotFound
    team = _team(here.deal) if here.deal else {}
    usual = _usual(template, team, actor, language=directory().language)
    points = tuple(one if one.leader in draft.ours else replace(one, leader=None) for one in usual)
    whole_draft = replace(draft, points=points)
    return change_plan(meeting_id=meeting_id, draft=whole_draft, seen=seen, actor=actor, at=at)


def _long(text: str) -> str:
    return text.replace("\x00", "").strip()[:2000]


def _shut_out_strangers(found: Whole, *, at: datetime) -> None:
    """Shut the doors of who is no guest any more, or has another address."""
    guests = {(one.name, one.email) for one in found.guests}
    for door in Door.objects.filter(meeting=found.meeting, revoked_at=None):
        if (door.name, door.email) not in guests:
            revoke(Door.objects.filter(pk=door.pk), at=at)


def _rewrite(meeting: Meeting, draft: Draft, *, same_time: bool) -> None:
    """The lists of the plan, written anew: nothing refers to them before the meeting begins.

    That a guest comes he has said of the time that it had then.
    """
    for model in (Point, Going, Criterion):
        model.objects.filter(meeting=meeting).delete()
    said = Guest.objects.filter(meeting=meeting).exclude(email="").values_list("email", "reply")
    replies = dict(said) if same_time else {}
    Guest.objects.filter(meeting=meeting).delete()
    _write_points(meeting, draft.points)
    Going.objects.bulk_create(
        Going(meeting=meeting, person_id=person, room=[role for role in GIVEN if role in room])
        for person, room in draft.ours.items()
    )
    Guest.objects.bulk_create(
        Guest(
            meeting=meeting, position=place, name=line(one.name, 120), duty=line(one.duty, 120), decides=one.decides,
            email=one.email.strip(), reply=replies.get(one.email.strip(), ""),
        )
        for place, one in enumerate(one for one in draft.theirs if one.name.strip())
    )  # fmt: skip
    kept = [text for text in draft.criteria if not lack_of(text)]
    Criterion.objects.bulk_create(
        Criterion(meeting=meeting, position=place, text=line(text, 300)) for place, text in enumerate(kept)
    )


def _shown_to_client(meeting: Meeting) -> tuple[object, ...]:
    """What the client sees and agrees with."""
    return (
        meeting.client_goal, meeting.place, meeting.starts_at, meeting.minutes,
        tuple(Point.objects.filter(meeting=meeting).order_by("position").values_list("minutes", "text", "leader_id")),
        frozenset(Going.objects.filter(meeting=meeting).values_list("person_id", flat=True)),
        tuple(Guest.objects.filter(meeting=meeting).order_by("position").values_list("name", "duty", "decides")),
    )  # fmt: skip


def _told(meeting: Meeting) -> dict[str, object]:
    """What of the plan a dossier tells, by part."""
    points = Point.objects.filter(meeting=meeting).order_by("position")
    guests = Guest.objects.filter(meeting=meeting).order_by("position")
    criteria = Criterion.objects.filter(meeting=meeting).order_by("position")
    return {
        "our_goal": meeting.our_goal, "client_goal": meeting.client_goal, "place": meeting.place,
        "time": (meeting.starts_at, meeting.minutes),
        "agenda": list(points.values_list("minutes", "text", "leader_id")),
        "guests": list(guests.values_list("name", "duty", "decides")),
        "criteria": list(criteria.values_list("text", flat=True)),
    }  # fmt: skip


def _changed(
    meeting: Meeting, before: Mapping[str, object]
) -> tuple[dict[str, Json], dict[str, Json] | None]:
    """What the journal keeps of a changed plan: the names of the parts that are others now, and the new goals."""
    parts: list[Json] = [part for part, now in _told(meeting).items() if now != before[part]]
    goals: dict[str, Json] = {
        goal: getattr(meeting, goal) for goal in ("our_goal", "client_goal") if goal in parts
    }
    # no such key where nothing is another: by it the dossier's readers learn that there is something new
    return {"version": meeting.version, **({"changed": parts} if parts else {})}, goals or None


def lacks_of(meeting: Meeting) -> tuple[Lack, ...]:
    """What a meeting lacks as its rows say now."""
    return whole(meeting).lacks


def _prove(here: Here, found: Whole, *, changed: bool, re_dated: bool, at: datetime) -> None:
    """Let the facts follow the plan."""
    meeting, deal = here.meeting, here.its_deal
    for name, subjects in (
        ("meeting.roles_shared", {"agenda", "point", "room"}), ("meeting.people_known", {"client"})
    ):  # fmt: skip
        if any(one.subject in subjects and one.strength == "stop" for one in found.lacks):
            here.disprove(name, at=at)
        elif not holds(deal, name):
            here.prove(name, source=PLAN, at=at, role="manager")
    if changed:
        here.disprove(*AGREED, at=at)
        revoke(Door.objects.filter(meeting=meeting, purpose=PLAN), at=at)
    if re_dated and meeting.starts_at is not None:
        if not found.needs_huddle and not holds(deal, "huddle.held"):
            here.prove("huddle.held", source="clean_record", at=at, role="manager")
        here.prove("meeting.scheduled", source=PLAN, at=at, happens_at=meeting.starts_at, role="manager")


@command
def cancel_meeting(*, meeting_id: int, reason: str, actor: Actor, at: datetime) -> None:
    """The meeting won't take place; what the client was sent leads nowhere any more, and his calendar is told."""
    here = meeting_to_change(meeting_id, actor, "meeting.plan", (PLANNED,), may_be_closed=True)
    if lack := lack_of(reason):
        raise Invalid(errors={"reason": lack})
    if here.is_with_client():
        here.disprove("meeting.scheduled", *_PREPARED, at=at)
        process = process_version(here.its_deal.process_number)
        # nobody owes its huddle or reading for it any more
        end_opened_by(here.its_deal, "meeting.scheduled", process, outcome="cancelled", actor=actor, at=at)
    _call_off(here.meeting, at=at)
    here.note("meeting.cancelled", at, None, {"reason": line(reason, 300)})


def _call_off(meeting: Meeting, *, at: datetime) -> None:
    """It won't take place, nor will its huddle; whoever of the client's was invited hears of it."""
    say_it_is_off(meeting, at=at)
    revoke(Door.objects.filter(meeting=meeting), at=at)
    off = Meeting.objects.filter(pk=meeting.pk) | Meeting.objects.filter(before=meeting, state__in=AHEAD)
    off.update(state=CANCELLED, revision=F("revision") + 1)


def end_meetings(deal: Deal, *, at: datetime) -> None:
    """The deal is over. Its meetings that are still to come are called off, those that wait to be closed are closed as they are, and
    every address of the client leads nowhere any more. One that is under way goes on: it is closed when it is over.
    """
    for meeting in Meeting.objects.filter(deal=deal, state=PLANNED, before=None):
        _call_off(meeting, at=at)
    for meeting in Meeting.objects.filter(deal=deal, state=HELD):
        close_with_deal(Here(meeting, deal, SYSTEM), at=at)
    revoke(Door.objects.filter(meeting__deal=deal), at=at)


def close_with_deal(here: Here, *, at: datetime) -> None:
    """Close a meeting that is over, as is its deal: nobody owes tasks for it any more. That nobody closed it is written down.

    How it went is known all the same. Must run inside a command.
    """
    meeting, deal = here.meeting, here.its_deal
    controller = deal.manager_id or deal.dispatcher_id
    here.write(state=CLOSED, controller_id=controller, closed_at=at, went_clean=went_clean(meeting))
    known: dict[str, Json] = {
        "meeting": meeting.pk,
        "kind": meeting.kind,
        "controller": controller,
        "with_deal": True,
    }
    append(chain=deal.pk, acts=[Act("meeting.closed", known)], actor=SYSTEM, at=at)


def went_clean(meeting: Meeting) -> bool | None:
    """Whether a meeting with the client began ready and was ended by somebody; None for any other."""
    return not meeting.lacked and not meeting.by_itself if meeting.kind == CLIENT else None
