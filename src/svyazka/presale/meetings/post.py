"""Letters to the client's people: each is about a door of theirs, and is worded when it is sent."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from svyazka.presale.channels.commands import address_of_client, say
from svyazka.presale.channels.queries import LETTERS, channels_on
from svyazka.presale.channels.values import INVITED
from svyazka.presale.meetings.models import Door, Meeting
from svyazka.presale.meetings.values import PLAN

OFF: Final = "cancelled"
"""What an invitation is a repeat for where the meeting won't take place."""


def write_to_clients(doors: Iterable[Door], kind: str, *, at: datetime, again: str = "") -> int:
    """Queue a letter to each of those who has an address; none where there is no mail server. Returns how many letters that are.

    A letter is worded when it is sent, and not at all if its door is shut by then. Saying the same within ten minutes sends it once.

    :param again: what the letter is a repeat for: a reminder, a meeting called off
    """
    if LETTERS not in channels_on():
        return 0
    written = [door for door in doors if door.email]
    for door in written:
        say(
            place_id=address_of_client(door.email, at=at), kind=kind, subject=f"door:{door.pk}", data={"again": again}, at=at,
            dedup=f"door:{door.pk}:{again}:{int(at.timestamp()) // 600}",
        )  # fmt: skip
    return len(written)


def say_it_is_off(meeting: Meeting, *, at: datetime) -> int:
    """Take a meeting out of the calendars of those who were invited to it. Returns how many letters that are."""
    if meeting.starts_at is None:
        return 0
    invited = (
        Door.objects.filter(meeting=meeting, purpose=PLAN, expires_at__gt=at).exclude(email="").order_by("pk")
    )
    latest = {door.email.lower(): door for door in invited}
    return write_to_clients(latest.values(), INVITED, at=at, again=OFF)
