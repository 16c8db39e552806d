"""Letters to the client's people: each is about a door of theirs, and is worded when it is sent."""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Q, QuerySet

from svyazka.presale.channels.commands import address_of_client, say
from svyazka.presale.channels.models import Message
from svyazka.presale.channels.queries import LETTERS, channels_on
from svyazka.presale.channels.values import DROPPED, INVITED, SENT, WAITING
from svyazka.presale.meetings.models import Door, Guest, Meeting
from svyazka.presale.meetings.values import PLAN

OFF: Final = "cancelled"
"""What an invitation is a repeat for where the meeting won't take place."""
UNINVITED: Final = "uninvited"
"""The same where it takes place without him."""
AGREED_ON: Final = "agreed"
"""The same where the plan was agreed on otherwise, by phone, and his calendar has an earlier one."""


def write_to_clients(doors: Iterable[Door], kind: str, *, at: datetime, again: str = "") -> int:
    """Queue a letter to each of those who has an address; none where there is no mail server. Returns how many letters that are.

    A letter is worded when it is sent, and not at all if its door is shut by then. Saying the same within ten minutes sends it once.

    :param again: what the letter is a repeat for: a reminder
    """
    if LETTERS not in channels_on():
        return 0
    written = [door for door in doors if door.email]
    for door in written:
        _write(door, kind, f"door:{door.pk}:{again}:{int(at.timestamp()) // 600}", again=again, at=at)
    return len(written)


def _write(door: Door, kind: str, dedup: str, *, again: str, at: datetime) -> None:
    say(
        place_id=address_of_client(door.email, at=at), kind=kind, subject=f"door:{door.pk}", data={"again": again}, at=at,
        dedup=dedup,
    )  # fmt: skip


def letters_about(doors: Iterable[Door]) -> QuerySet[Message]:
    """Letters that have brought these doors to the client, or are on their way; not those that were taken back before."""
    return _about(doors).filter(Q(status=SENT) | Q(status=WAITING, attempts__gt=0))


def _about(doors: Iterable[Door]) -> QuerySet[Message]:
    return Message.objects.filter(
        reduce(or_, (Q(dedup__startswith=f"door:{door.pk}:") for door in doors), Q(pk=None))
    )


def _arriving(doors: Iterable[Door]) -> QuerySet[Message]:
    return _about(doors).filter(status__in=[SENT, WAITING])


def arrived(doors: Iterable[Door], *, at: datetime) -> datetime | None:
    """When the last letter about these doors went out, ``at`` where one waits still; None where there is none."""
    found = _arriving(doors).values_list("sent_at", flat=True)
    return max((sent or at for sent in found), default=None)


def behind(meeting: Meeting, *, at: datetime) -> frozenset[str]:
    """Addresses, in small letters, of guests who were sent an earlier plan and not this one: their calendars have the earlier one.

    None once the meeting has begun.
    """
    if meeting.starts_at is None or meeting.starts_at <= at:
        return frozenset()
    found: dict[str, list[Door]] = {}
    for door in Door.objects.filter(meeting=meeting, purpose=PLAN).exclude(email=""):
        found.setdefault(door.email.lower(), []).append(door)
    guests = _guests(meeting)
    return frozenset(
        email
        for email, own in found.items()
        if email in guests
        and letters_about(door for door in own if door.version < meeting.version).exists()
        and not _arriving(door for door in own if door.version == meeting.version).exists()
    )


def say_what_was_agreed(doors: Iterable[Door], *, at: datetime) -> int:
    """Queue a letter that puts the plan behind each of these doors into a calendar in place of the earlier one, once a door.

    Returns how many letters that are.
    """
    if LETTERS not in channels_on():
        return 0
    written = list(doors)
    for door in written:
        _write(door, INVITED, _key_of_agreed(door.pk), again=AGREED_ON, at=at)
    return len(written)


def was_told_what_is_agreed(door_id: int) -> bool:
    """Whether this door came with such a letter."""
    return Message.objects.filter(dedup=_key_of_agreed(door_id)).exists()


def _key_of_agreed(door_id: int) -> str:
    return f"door:{door_id}:{AGREED_ON}"


def say_it_is_off(meeting: Meeting, *, at: datetime) -> int:
    """Take a meeting out of the calendars of those who were invited to it. Returns how many letters that are."""
    return _call_off(
        (own[-1] for own in _invited(meeting, at).values() if letters_about(own).exists()), OFF, at
    )


def say_who_stays_away(meeting: Meeting, *, at: datetime) -> int:
    """Take a meeting out of the calendars of those who were sent an invitation and are no guests any more (RFC 5546, 3.2.5).

    Returns how many letters that are.
    """
    if meeting.starts_at is None or meeting.starts_at <= at:
        return 0
    guests = _guests(meeting)
    gone = (own for email, own in _invited(meeting, at).items() if email not in guests)
    return _call_off((own[-1] for own in gone if letters_about(own).exists()), UNINVITED, at)


def _guests(meeting: Meeting) -> frozenset[str]:
    emails = Guest.objects.filter(meeting=meeting).exclude(email="").values_list("email", flat=True)
    return frozenset(email.lower() for email in emails)


def _invited(meeting: Meeting, at: datetime) -> dict[str, list[Door]]:
    """By address the doors to the plan that somebody was given, the newest one last. Of a meeting without a time nobody's calendar knows."""
    found: dict[str, list[Door]] = {}
    if meeting.starts_at is not None:
        doors = Door.objects.filter(meeting=meeting, purpose=PLAN, expires_at__gt=at).exclude(email="")
        for door in doors.order_by("pk"):
            found.setdefault(door.email.lower(), []).append(door)
    return found


def _call_off(doors: Iterable[Door], why: str, at: datetime) -> int:
    """Once a door: who was told that he needn't come isn't told that the meeting is off."""
    if LETTERS not in channels_on():
        return 0
    keys = {f"off:{door.pk}": door for door in doors}
    # who was to stay away and came back before that was sent was told nothing
    Message.objects.filter(dedup__in=keys, status=DROPPED).delete()
    told = set(Message.objects.filter(dedup__in=keys).values_list("dedup", flat=True))
    for key, door in keys.items():
        if key not in told:
            _write(door, INVITED, key, again=why, at=at)
    return len(keys) - len(told)
