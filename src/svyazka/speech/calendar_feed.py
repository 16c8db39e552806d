"""A person's own calendar: the meetings that he goes to, and what he owes by when."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from svyazka.presale.commitments.queries import CommitmentRow
from svyazka.presale.meetings.rows import MeetingRow
from svyazka.presale.people.queries import PersonCard, directory
from svyazka.presale.process.queries import process_version
from svyazka.speech.calendars import Due, Event, feed
from svyazka.speech.discretion import discreet
from svyazka.speech.meetings import say_title, uid_of
from svyazka.speech.process_words import say_owed
from svyazka.speech.reader import address


def feed_of_person(
    meetings: Iterable[MeetingRow], owed: Iterable[CommitmentRow], *, person: PersonCard, language: str
) -> bytes:
    """The calendar, in the language that is active. Names of clients stay at home unless the workspace lets them out."""
    zone = person.time_zone
    events = [_meeting(row, zone, language) for row in meetings if row.starts_at is not None]
    dues = [_due(row, zone, language) for row in owed if not row.on_client]
    return feed([*events, *dues], name=_("Svyazka: %(name)s") % {"name": person.short_name})


def _meeting(row: MeetingRow, zone: str, language: str) -> Event:
    assert row.starts_at is not None
    people = directory()
    title = say_title(
        row.title if row.deal or people.names_in_messages else "", row.agenda, row.process, language
    )
    if row.deal and not people.names_in_messages:
        title = discreet(title, client=row.deal.client_name)
    about = _about(row.deal.number, row.deal.title, row.deal.client_name) if row.deal else ""
    return Event(
        uid=uid_of(row.id), sequence=0, stamp=row.starts_at, title=" · ".join(filter(None, (title, about))),
        words=", ".join(people.name(one.person_id) for one in row.ours),
        place=row.place if people.names_in_messages else "", starts_at=row.starts_at,
        ends_at=row.starts_at + timedelta(minutes=row.minutes), zone=zone, organizer=None, attendees=(),
        url=address(f"/meetings/{row.id}/"),
    )  # fmt: skip


def _due(row: CommitmentRow, zone: str, language: str) -> Due:
    number = row.deal_number
    return Due(
        uid=f"commitment-{row.id}@{uid_of(0).partition('@')[2]}", sequence=0, stamp=row.opened_at,
        title=f"{_what(row, language)} · {number}",
        words=_about(number, row.deal_title, row.client_name), due_at=row.due_at, zone=zone,
        url=address(f"/deals/{number.partition('-')[2]}/#c{row.id}"),
    )  # fmt: skip


def _what(row: CommitmentRow, language: str) -> str:
    """What is due; of a task that somebody typed only that it is one, where no typed words may leave."""
    typed = row.result if directory().names_in_messages else ""
    if row.term:
        what = say_owed(row.term, typed, process_version(row.process_number), language)
        return _("Due: %(what)s") % {"what": what}
    if typed:
        return _("Task: %(what)s") % {"what": typed}
    return pgettext("calendar", "Task")


def _about(number: str, title: str, client: str) -> str:
    if directory().names_in_messages:
        return " · ".join(filter(None, (number, client, title)))
    return f"{number} · {discreet(title, client=client)}"
