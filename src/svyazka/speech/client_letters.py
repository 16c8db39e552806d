"""What a client is written: the invitation to a meeting, and the letter that sums one up."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from svyazka.presale.channels.outbox import Taken
from svyazka.presale.channels.port import Attachment, Content, Line, Section
from svyazka.presale.meetings.clients import ClientPlan, WrittenTo, client_letter, client_plan, written_to
from svyazka.presale.meetings.post import OFF
from svyazka.presale.meetings.values import LETTER, PARTS, PLAN
from svyazka.presale.people.queries import directory
from svyazka.speech.calendars import Event, Somebody, invitation
from svyazka.speech.meetings import PARTS as HEADINGS
from svyazka.speech.meetings import uid_of
from svyazka.speech.reader import Reader, address
from svyazka.speech.times import moment

INVITATION: Final = "text/calendar; method=REQUEST"
CANCELLATION: Final = "text/calendar; method=CANCEL"
_REMINDER: Final = timedelta(hours=1)


def _door(taken: Taken, purpose: str, at: datetime) -> WrittenTo | None:
    number = taken.subject.partition(":")[2]
    off = taken.data.get("again") == OFF
    found = written_to(int(number), at=at, off=off) if number.isdigit() else None
    return found if found is not None and found.purpose == purpose else None


def door_address(token: str) -> str:
    """The whole address of a page for the client."""
    return address(f"/c/{token}/")


def invitation_content(taken: Taken, reader: Reader, at: datetime) -> Content | None:
    """The plan that the client is asked to agree with, with the invitation for his calendar; None where it is another by now."""
    door = _door(taken, PLAN, at)
    if door is None:
        return None
    plan = client_plan(door.meeting_id, door.version)
    if taken.data.get("again") == OFF:
        return _called_off(plan, door, reader, at)
    if not plan.is_current or plan.state != "planned" or plan.starts_at is None:
        return None
    people, link = directory(), door_address(door.token)
    manager = people.people.get(plan.manager_id or 0)
    title = _("%(company)s: our meeting, %(when)s") % {
        "company": people.workspace_name,
        "when": moment(plan.starts_at),
    }
    agenda = tuple(Line(_point(one.minutes, one.text, people.name(one.leader_id))) for one in plan.points)
    sections = (
        Section("", (Line(_("%(name)s, this is how we see our meeting. Is it what you need?") % {"name": door.name}),)),
        Section("", (Line(_("I agree, or I would like it otherwise"), link),)),
        Section(pgettext("meeting", "What it is for"), (Line(plan.goal),)),
        Section(_("When and where"), (Line(_when(plan)),)),
        Section(_("Agenda"), agenda),
        Section("", (Line(_yours(manager.short_name if manager else "", people.workspace_name)),)),
    )  # fmt: skip
    return Content(
        title=title, sections=sections, language=reader.language, reply_to=manager.email if manager else settings.DEFAULT_FROM_EMAIL,
        attachments=(Attachment("invite.ics", INVITATION, invitation(_event(plan, door, title, at=at, zone=reader.zone))),),
    )  # fmt: skip


def _called_off(plan: ClientPlan, door: WrittenTo, reader: Reader, at: datetime) -> Content | None:
    """That the meeting won't take place, and what takes it out of the client's calendar."""
    if plan.state != "cancelled" or plan.starts_at is None:
        return None
    people = directory()
    manager = people.people.get(plan.manager_id or 0)
    title = _("%(company)s: our meeting is cancelled, %(when)s") % {
        "company": people.workspace_name,
        "when": moment(plan.starts_at),
    }
    event = _event(plan, door, title, at=at, zone=reader.zone)
    event = replace(event, sequence=plan.version + 1, words="", url="", cancelled=True, reminder=None)
    opening = _("%(name)s, our meeting at the time below won’t take place.") % {"name": door.name}
    return Content(
        title=title,
        sections=(
            Section("", (Line(opening),)),
            Section(_("When and where"), (Line(_when(plan)),)),
            Section("", (Line(_yours(manager.short_name if manager else "", people.workspace_name)),)),
        ),
        language=reader.language, reply_to=manager.email if manager else settings.DEFAULT_FROM_EMAIL,
        attachments=(Attachment("cancel.ics", CANCELLATION, invitation(event)),),
    )  # fmt: skip


def _event(plan: ClientPlan, door: WrittenTo, title: str, *, at: datetime, zone: str) -> Event:
    """The meeting as the client's calendar takes it. Who else is asked stays between each of them and us."""
    people, link = directory(), door_address(door.token)
    manager = people.people.get(plan.manager_id or 0)
    assert plan.starts_at is not None
    agenda = "\n".join(_point(one.minutes, one.text, people.name(one.leader_id)) for one in plan.points)
    return Event(
        uid=uid_of(plan.meeting_id), sequence=plan.version, stamp=at, title=title,
        words=f"{plan.goal}\n\n{agenda}\n\n{link}", place=plan.place, starts_at=plan.starts_at,
        ends_at=plan.starts_at + timedelta(minutes=plan.minutes), zone=zone,
        organizer=Somebody(manager.short_name, manager.email) if manager else None,
        attendees=(Somebody(door.name, door.email),), url=link, reminder=_REMINDER,
    )  # fmt: skip


def _point(minutes: int, text: str, leader: str) -> str:
    span = ngettext("%(num)s minute", "%(num)s minutes", minutes) % {"num": minutes}
    return f"{span}: {text}" + (f" ({leader})" if leader else "")


def _when(plan: ClientPlan) -> str:
    assert plan.starts_at is not None
    span = ngettext("%(num)s minute", "%(num)s minutes", plan.minutes) % {"num": plan.minutes}
    zone = timezone.localtime(plan.starts_at).tzname() or ""
    return ", ".join(filter(None, (f"{moment(plan.starts_at)} ({zone})", span, plan.place)))


def _yours(name: str, company: str) -> str:
    return _("If anything is unclear, just answer this letter: %(who)s") % {
        "who": ", ".join(filter(None, (name, company)))
    }


def letter_content(taken: Taken, reader: Reader, at: datetime) -> Content | None:
    """The letter, with the address where the client confirms or corrects it; None where it has its answer or another one follows."""
    del reader
    door = _door(taken, LETTER, at)
    if door is None:
        return None
    seen = client_letter(door.meeting_id, door.version)
    if seen.letter.answer or seen.letter.taken_back_at is not None:
        return None
    people, link = directory(), door_address(door.token)
    manager = people.people.get(seen.manager_id or 0)
    with translation.override(seen.letter.language):
        again = taken.data.get("again")
        opening = (
            _("%(name)s, we are still waiting for your word on our meeting. One press is enough if all is correct.")
            if again
            else _("%(name)s, thank you for the meeting. Please tell us whether we have understood you correctly.")
        ) % {"name": door.name}  # fmt: skip
        parts = [
            Section(
                str(HEADINGS[part]),
                tuple(Line(one["text"]) for one in seen.letter.points if one["part"] == part),
            )
            for part in PARTS
            if any(one["part"] == part for one in seen.letter.points)
        ]
        answers = (Line(_("All correct"), link), Line(_("There are corrections"), f"{link}#correct"))
        title = (
            _("Reminder: %(subject)s") % {"subject": seen.letter.subject} if again else seen.letter.subject
        )
        return Content(
            title=f"{title} ({seen.number})",
            sections=(
                Section("", (Line(opening),)),
                *([Section(_("Why we met"), (Line(seen.letter.why),))] if seen.letter.why else []),
                *parts,
                Section(_("Your answer"), answers),
                Section("", (Line(_yours(manager.short_name if manager else "", people.workspace_name)),)),
            ),
            language=seen.letter.language, reply_to=manager.email if manager else settings.DEFAULT_FROM_EMAIL,
        )  # fmt: skip
