"""What a client is written: the invitation to a meeting, and the letter that sums one up."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from svyazka.presale.channels.outbox import Taken
from svyazka.presale.channels.port import Attachment, Content, Line, Section
from svyazka.presale.meetings.clients import (
    ClientLetter,
    ClientPlan,
    WrittenTo,
    client_letter,
    client_plan,
    written_to,
)
from svyazka.presale.meetings.post import AGREED_ON, OFF, UNINVITED
from svyazka.presale.meetings.values import LETTER, PARTS, PLAN
from svyazka.presale.people.queries import directory
from svyazka.speech.calendars import Event, Somebody, invitation, publication
from svyazka.speech.meetings import PARTS as HEADINGS
from svyazka.speech.meetings import uid_of
from svyazka.speech.reader import Reader, address
from svyazka.speech.times import moment, moment_there

INVITATION: Final = "text/calendar; method=REQUEST"
CANCELLATION: Final = "text/calendar; method=CANCEL"
_REMINDER: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes to the client: the deal's manager, or the company where there is none. Answers go to ``email``."""

    name: str
    company: str
    email: str

    @property
    def signature(self) -> str:
        """«Мария Серова, Меридиан»."""
        return ", ".join(filter(None, (self.name, self.company)))


def writer(manager_id: int | None) -> Writer:
    """Who writes to the client of this manager's deal."""
    people = directory()
    card = people.people.get(manager_id or 0)
    if card is None or not card.is_active:
        return Writer("", people.workspace_name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    return Writer(card.short_name, people.workspace_name, card.email)


def _door(taken: Taken, purpose: str, at: datetime) -> WrittenTo | None:
    number = taken.subject.partition(":")[2]
    off = taken.data.get("again") in {OFF, UNINVITED}
    found = written_to(int(number), at=at, off=off) if number.isdigit() else None
    return found if found is not None and found.purpose == purpose else None


def door_address(token: str) -> str:
    """The whole address of a page for the client."""
    return address(f"/c/{token}/")


def _letter(
    title: str, *sections: Section, by: Writer, language: str, attachments: tuple[Attachment, ...] = ()
) -> Content:
    """A letter from a person: his name at its head, his words, and who he is below."""
    signature = Section("", (Line(by.signature), Line(by.email)))
    return Content(
        title=title, sections=(*sections, signature), attachments=attachments, language=language, sender=by.signature,
        reply_to=by.email,
    )  # fmt: skip


def _said(text: str, link: str = "") -> Section:
    """A paragraph of its own."""
    return Section("", (Line(text, link),))


def _greeting(name: str) -> Section:
    return _said(_("Hello %(name)s,") % {"name": name})


def _told(heading: str, text: str) -> Section:
    """A paragraph under a heading, with the ends of lines that were typed."""
    return Section(heading, tuple(Line(one) for one in text.splitlines() if one.strip()), prose=True)


def invitation_content(taken: Taken, reader: Reader, at: datetime) -> Content | None:
    """The plan that the client is asked to agree with, with the invitation for his calendar; None where it is another by now."""
    door = _door(taken, PLAN, at)
    if door is None:
        return None
    plan = client_plan(door.meeting_id, door.version)
    if taken.data.get("again") in {OFF, UNINVITED}:
        return _called_off(plan, door, reader, at)
    if not plan.is_current or plan.state != "planned" or plan.starts_at is None:
        return None
    by, link = writer(plan.manager_id), door_address(door.token)
    link_says = _("Read and answer")
    if taken.data.get("again") == AGREED_ON:
        title = _("%(company)s: our meeting is agreed on, %(when)s")
        opening = _("This is what we have agreed on. The invitation brings your calendar up to date.")
        link_says = _("Look at the plan")
    elif door.again:
        title = _("%(company)s: the plan of our meeting is changed, %(when)s")
        opening = _("We have changed the plan of our meeting. Is it what you need now?")
    else:
        title = _("%(company)s: our meeting, %(when)s")
        opening = _("This is how we see our meeting. Is it what you need?")
    return _letter(
        title % {"company": by.company, "when": moment(plan.starts_at)},
        _greeting(door.name), _said(opening),
        _said(link_says, link),
        _told(pgettext("meeting", "What it is for"), plan.goal),
        _told(_("When and where"), _when(plan)),
        Section(_("Agenda"), tuple(map(Line, _agenda(plan)))),
        _said(_("If anything is unclear, just answer this letter.")),
        by=by, language=reader.language,
        attachments=(Attachment("invite.ics", INVITATION, invitation(_event(plan, door, at=at, zone=reader.zone))),),
    )  # fmt: skip


def _called_off(plan: ClientPlan, door: WrittenTo, reader: Reader, at: datetime) -> Content | None:
    """That he needn't come, and what takes the meeting out of his calendar: it is cancelled, or takes place without him.

    None where he is a guest again meanwhile.
    """
    if plan.starts_at is None:
        return None
    by = writer(plan.manager_id)
    is_off = plan.state == "cancelled"
    if is_off:
        when = moment(plan.starts_at)
        title = _("%(company)s: our meeting is cancelled, %(when)s") % {"company": by.company, "when": when}
        opening = _("Our meeting at the time below won’t take place.")
    elif plan.state == "planned" and door.email.lower() not in {one.email.lower() for one in plan.guests}:
        title = _("%(company)s: who comes to our meeting has changed") % {"company": by.company}
        opening = _(
            "Who comes to our meeting has changed, and you needn’t be there. This letter takes it out of your calendar."
        )
    else:
        return None
    event = _event(plan, door, at=at, zone=reader.zone)
    sequence = plan.version + 1 if is_off else max(plan.version, door.version + 1)
    event = replace(
        event, sequence=sequence, words="", url="", cancelled=True, uninvited=not is_off, reminder=None,
        place=event.place if is_off else "",
    )  # fmt: skip
    return _letter(
        title,
        _greeting(door.name), _said(opening),
        *([_told(_("When and where"), _when(plan))] if is_off else []),
        _said(_("If anything is unclear, just answer this letter.")),
        by=by, language=reader.language,
        attachments=(Attachment("cancel.ics", CANCELLATION, invitation(event)),),
    )  # fmt: skip


def _event(plan: ClientPlan, door: WrittenTo, *, at: datetime, zone: str) -> Event:
    """The meeting as the client's calendar takes it. Who else is asked stays between each of them and us."""
    return replace(_meeting(plan, door.token, at=at, zone=zone), attendees=(Somebody(door.name, door.email),))


def plan_to_keep(plan: ClientPlan, token: str, *, at: datetime) -> bytes:
    """The meeting as a file for the calendar of whoever stands in this door, in the language that is spoken now."""
    return publication(_meeting(plan, token, at=at, zone=directory().calendar.zone))


def _meeting(plan: ClientPlan, token: str, *, at: datetime, zone: str) -> Event:
    by, link = writer(plan.manager_id), door_address(token)
    assert plan.starts_at is not None
    agenda = "\n".join(_agenda(plan))
    title = _("%(company)s: our meeting, %(when)s") % {"company": by.company, "when": moment(plan.starts_at)}
    return Event(
        uid=uid_of(plan.meeting_id), sequence=plan.version, stamp=at, title=title,
        words=f"{plan.goal}\n\n{agenda}\n\n{link}", place=plan.place, starts_at=plan.starts_at,
        ends_at=plan.starts_at + timedelta(minutes=plan.minutes), zone=zone,
        organizer=Somebody(by.name or by.company, by.email), attendees=(), url=link, reminder=_REMINDER,
    )  # fmt: skip


def _agenda(plan: ClientPlan) -> list[str]:
    people = directory()
    return [_point(one.minutes, one.text, people.name(one.leader_id)) for one in plan.points]


def _point(minutes: int, text: str, leader: str) -> str:
    span = ngettext("%(num)s minute", "%(num)s minutes", minutes) % {"num": minutes}
    return f"{span}: {text}" + (f" ({leader})" if leader else "")


def _when(plan: ClientPlan) -> str:
    assert plan.starts_at is not None
    span = ngettext("%(num)s minute", "%(num)s minutes", plan.minutes) % {"num": plan.minutes}
    return ", ".join(filter(None, (moment_there(plan.starts_at), span, plan.place)))


def letter_content(taken: Taken, reader: Reader, at: datetime) -> Content | None:
    """The letter, with the address where the client confirms or corrects it; None where it has its answer or another one follows."""
    del reader
    door = _door(taken, LETTER, at)
    if door is None:
        return None
    seen = client_letter(door.meeting_id, door.version)
    if seen.letter.answer or seen.letter.taken_back_at is not None:
        return None
    by, link = writer(seen.manager_id), door_address(door.token)
    with translation.override(seen.letter.language):
        title, opening = _begins(seen, door, reminds=bool(taken.data.get("again")))
        return _letter(
            f"{title} ({seen.number})",
            _greeting(door.name), _said(opening),
            *([_told(_("Why we met"), seen.letter.why)] if seen.letter.why else []),
            *(
                Section(heading, tuple(Line(one["text"]) for one in points), first=first)
                for heading, first, points in letter_parts(seen)
            ),
            _said(_("Read and answer"), link),
            _said(_("Something is not right? Put it as it should be"), f"{link}#correct"),
            _said(_("If anything is unclear, just answer this letter.")),
            by=by, language=seen.letter.language,
        )  # fmt: skip


def letter_parts(seen: ClientLetter) -> list[tuple[str, int, list[dict[str, str]]]]:
    """The letter's points under their headings, with the number of the first: they are numbered through, on paper and on its page."""
    found, first = [], 1
    for part in PARTS:
        points = [dict(one) for one in seen.letter.points if one["part"] == part]
        if points:
            found.append((str(HEADINGS[part]), first, points))
            first += len(points)
    return found


def _begins(seen: ClientLetter, door: WrittenTo, *, reminds: bool) -> tuple[str, str]:
    """The letter's subject and its first words: whether it is a reminder, or says otherwise what he has read already."""
    subject = seen.letter.subject
    if reminds:
        return _("Reminder: %(subject)s") % {"subject": subject}, _(
            "We are still waiting for your word on our meeting. One press is enough if all is correct."
        )
    if not door.again:
        return subject, _(
            "Thank you for the meeting. Please tell us whether we have understood you correctly."
        )
    opening = (
        _("The corrections are taken in. Please see whether the letter is right now.")
        if seen.takes_in
        else _("We have corrected our letter. Please go by this one and see whether it is right.")
    )
    return _("Corrected: %(subject)s") % {"subject": subject}, opening
