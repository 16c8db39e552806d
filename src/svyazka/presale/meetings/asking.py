"""The client and the plan: he is sent it, agrees with it or says what should be otherwise."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from svyazka.engine.wording import lack_of
from svyazka.presale.channels.values import INVITED
from svyazka.presale.deals.models import OPEN
from svyazka.presale.journal.commands import Act, lock_journal, record
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Conflict, Invalid, Json, NotFound, line
from svyazka.presale.meetings.doors import DoorShut, door_to_use, make_doors, revoke
from svyazka.presale.meetings.models import Door, Guest, Meeting
from svyazka.presale.meetings.planning import AGREED, lacks_of
from svyazka.presale.meetings.post import behind, say_what_was_agreed, write_to_clients
from svyazka.presale.meetings.values import CLIENT, PLAN, PLANNED
from svyazka.presale.meetings.writing import Here, deal_of, meeting_to_change

THE_CLIENT: Final = Actor(person_id=None, channel="client")
"""Whoever stands behind a signed address."""
CORRECTED: Final = ("goal", "agenda", "people", "time")
"""What of the plan the client may want otherwise."""
_NOT_YET: Final = frozenset({"agreement", "person", "huddle", "criteria", "our_goal", "room"})
"""What a plan may lack and be sent to the client all the same: he doesn't see it."""


class NotReadyToSend(Invalid):
    """The client would see a plan without its goal, time, agenda or people; ``.lacks`` say which."""

    code = "plan_not_ready"


class AlreadyAnswered(Conflict):
    """The client has answered this version already; ``params["who"]`` did."""

    code = "client_answered_already"


@dataclass(frozen=True, slots=True)
class Corrections:
    """What the client would like otherwise, each in his own words; what he leaves out may stay."""

    goal: str = ""
    agenda: str = ""
    people: str = ""
    time: str = ""

    def said(self) -> dict[str, Json]:
        """What he has said, cut to a sensible length."""
        return {
            part: text
            for part in CORRECTED
            if (text := getattr(self, part).replace("\x00", "").strip()[:1000])
        }


@command
def ask_client(*, meeting_id: int, guests: Iterable[int], actor: Actor, at: datetime) -> int:
    """Send the client the plan as it is now: an invitation for his calendar and an address where he agrees or corrects.

    :param guests: places of those who get it; whoever has no address gets a door all the same, for who passes it on himself
    :returns: how many letters go out
    :raises NotReadyToSend: see there
    """
    here = meeting_to_change(meeting_id, actor, "meeting.plan", (PLANNED,))
    meeting = here.meeting
    if meeting.kind != CLIENT:
        raise NotFound
    found = [one for one in lacks_of(meeting) if one.subject not in _NOT_YET and one.strength == "stop"]
    if found:
        raise NotReadyToSend(lacks=[one.subject for one in found])
    chosen = list(Guest.objects.filter(meeting=meeting, position__in=list(guests)).order_by("position"))
    if not chosen:
        raise Invalid(errors={"guests": "required"})
    doors = make_doors(meeting, PLAN, meeting.version, chosen, at=at)
    again = meeting.asked_version > 0
    # asked anew he may answer anew, also where his corrections were talked over and the plan stays as it is
    if meeting.corrected:
        Door.objects.filter(pk__in=[door.pk for door in doors]).update(used_at=None)
    here.write(asked_version=meeting.version, corrected={})
    letters = write_to_clients(doors, INVITED, at=at)
    here.note("plan.sent", at, {"version": meeting.version, "letters": letters, "again": again})
    return letters


@command
def agree_with_plan(*, token: str, at: datetime) -> None:
    """The client agrees with goal, agenda and people. He is known by his door alone.

    A colleague of his may have done so before him: he isn't told, and his own word is one more.

    :raises NotFound: no door of ours
    :raises DoorShut: it leads nowhere any more
    :raises AlreadyAnswered: he has answered this version, or somebody would like it otherwise
    """
    here, door = _asked(token, at)
    is_first = not _is_agreed(here.meeting)
    if not is_first and door.used_at is not None:
        raise AlreadyAnswered(who=door.name)
    Door.objects.filter(pk=door.pk).update(used_at=at)
    here.write(**({"agreed_version": door.version, "agreed_at": at} if is_first else {}))
    _record(here, "plan.agreed", door, at)
    if is_first:
        _agreed(here, at, source="client_page", who=door.name)


def _is_agreed(meeting: Meeting) -> bool:
    return meeting.agreed_version == meeting.version


def _agreed(here: Here, at: datetime, *, source: str, text: str = "", role: str = "", who: str = "") -> None:
    for name in AGREED:
        here.prove(name, source=source, at=at, text=text, role=role, who=who)


@command
def correct_plan(*, token: str, corrections: Corrections, at: datetime) -> None:
    """The client says what should be otherwise. Whoever prepares the meeting owes taking it in.

    Until the meeting begins he may say so after he has agreed, too: somebody can't come, something has changed. Then what
    his consent has proven holds no more. As long as nobody has taken his corrections in, what he says now stands in their place.

    Raises what :func:`agree_with_plan` raises; :class:`Invalid` where nothing is said.
    """
    here, door = _asked(token, at, may_say_more=True)
    was_agreed = _is_agreed(here.meeting)
    if was_agreed and not is_ahead(here.meeting.starts_at, at):
        raise AlreadyAnswered(who=door.name if door.used_at else "")
    said = corrections.said()
    if not said:
        raise Invalid(errors={"goal": "required"})
    if here.meeting.corrected == {**said, "who": door.name}:  # pressed twice
        return
    here.write(corrected={**said, "who": door.name}, agreed_version=0, agreed_at=None)
    Door.objects.filter(pk=door.pk).update(used_at=at)
    if was_agreed:
        here.disprove(*AGREED, at=at)
    _record(here, "plan.corrected", door, at, said)


def is_ahead(starts_at: datetime | None, at: datetime) -> bool:
    """Whether a meeting can still be another one for the client."""
    return starts_at is None or at < starts_at


def has_corrected(corrected: Mapping[str, str], who: str, used_at: datetime | None) -> bool:
    """Whether what the client would like otherwise was said by the bearer of this door."""
    return used_at is not None and corrected.get("who") == who


def _asked(token: str, at: datetime, *, may_say_more: bool = False) -> tuple[Here, Door]:
    lock_journal()
    opened, door = door_to_use(token, at=at)
    meeting = door.meeting
    if opened.purpose != PLAN:
        raise NotFound
    if meeting.state != PLANNED or opened.version != meeting.version:
        raise AlreadyAnswered(who="", state=meeting.state)
    is_his = has_corrected(meeting.corrected, door.name, door.used_at)
    if meeting.corrected and not (is_his and may_say_more):
        # who of his colleagues it was stays between them and us
        raise AlreadyAnswered(who=door.name if is_his else "")
    here = Here(meeting, deal_of(meeting), THE_CLIENT)
    if here.its_deal.status != OPEN:
        raise DoorShut(why="revoked")
    return here, door


def _record(here: Here, act: str, door: Door, at: datetime, said: Mapping[str, Json] | None = None) -> None:
    data: dict[str, Json] = {"meeting": here.meeting.pk, "version": door.version}
    record(
        chain=here.its_deal.pk, act=Act(act, data, {"who": door.name, **(said or {})}), actor=THE_CLIENT, at=at
    )  # fmt: skip


@command
def take_goal_in(*, meeting_id: int, actor: Actor, at: datetime) -> None:
    """Put the client's own words in place of the goal that we had written for him."""
    here = meeting_to_change(meeting_id, actor, "meeting.plan", (PLANNED,))
    meeting = here.meeting
    goal = str(meeting.corrected.get("goal") or "")
    if not goal:
        raise NotFound
    left = {part: text for part, text in meeting.corrected.items() if part != "goal"}
    if not set(left) & set(CORRECTED):
        left = {}
    here.write(client_goal=goal, corrected=left, version=meeting.version + 1)
    revoke(Door.objects.filter(meeting=meeting, purpose=PLAN), at=at)
    here.note(
        "plan.changed",
        at,
        {"version": meeting.version, "from": "client", "changed": ["client_goal"]},
        {"client_goal": goal},
    )


@command
def say_agreed(*, meeting_id: int, how: str, actor: Actor, at: datetime) -> int:
    """The client has agreed otherwise: by phone, by mail. What shows it is written down.

    Whoever has an earlier plan in his calendar is sent this one, once.

    :returns: how many letters go out
    :raises Invalid: nothing shows it
    """
    here = meeting_to_change(meeting_id, actor, "meeting.plan", (PLANNED,))
    if here.meeting.kind != CLIENT:
        raise NotFound
    if lack := lack_of(how):
        raise Invalid(errors={"how": "needs_evidence" if lack == "required" else lack})
    meeting = here.meeting
    if who := meeting.corrected.get("who"):  # what he answered then is answered by this, and not his consent
        Door.objects.filter(meeting=meeting, purpose=PLAN, name=who).update(used_at=None)
    here.write(agreed_version=meeting.version, agreed_at=at, corrected={})
    letters = _bring_up_to_date(here, at)
    here.note("plan.agreed", at, {"version": meeting.version, "letters": letters}, {"how": line(how, 300)})
    _agreed(here, at, source="told", text=line(how, 300), role="manager")
    return letters


def _bring_up_to_date(here: Here, at: datetime) -> int:
    """Send the plan as it is now to those who were sent an earlier one, for their calendars."""
    meeting = here.meeting
    late = behind(meeting, at=at)
    if not late:
        return 0
    # who has an address to this very version keeps it
    held = Door.objects.filter(meeting=meeting, purpose=PLAN, version=meeting.version, revoked_at=None)
    names = set(held.values_list("name", "email"))
    guests = Guest.objects.filter(meeting=meeting).order_by("position")
    doors = make_doors(
        meeting, PLAN, meeting.version,
        [one for one in guests if one.email.lower() in late or (one.name, one.email) in names], at=at,
    )  # fmt: skip
    letters = say_what_was_agreed((door for door in doors if door.email.lower() in late), at=at)
    if letters:  # what their calendars answer, they answer to this version
        here.write(asked_version=meeting.version)
    return letters


@command
def note_reply(
    *, meeting_id: int, email: str, answer: str, to_version: int, actor: Actor, at: datetime
) -> bool:
    """A guest's calendar has answered the invitation, and one of ours files it. False if nobody of that address was invited.

    It says that he comes, not that he agrees with the goal.

    :param to_version: of the plan, to which he answers
    :raises Invalid: he answers to an earlier plan
    """
    here = meeting_to_change(meeting_id, actor, "meeting.run", (PLANNED,))
    guest = Guest.objects.filter(meeting=here.meeting, email__iexact=email).first()
    if guest is None or here.deal is None:
        return False
    if to_version != here.meeting.asked_version:
        raise Invalid(errors={"reply": "reply_to_an_earlier_plan"})
    Guest.objects.filter(pk=guest.pk).update(reply=answer)
    here.write()
    here.note("invitation.answered", at, {"answer": answer}, {"who": guest.name})
    return True
