"""Signed addresses for the client: no password, one purpose, one version, an end, and a way to shut them.

What is signed is the door's id and the moment it was made, so that a database brought back from a backup opens nothing that was
signed for another. Only the signature proves anything: nothing secret is kept, and the address can be written again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet

from svyazka.presale.deals.models import Deal
from svyazka.presale.journal.values import Conflict, NotFound
from svyazka.presale.meetings.models import Door, Guest, Meeting
from svyazka.presale.meetings.values import CANCELLED, LETTER

_SALT: Final = "svyazka.presale.meetings.door"
LIFE: Final = {"plan": timedelta(days=45), "letter": timedelta(days=30)}
"""How long an address works; one to a plan ends with the meeting."""
MOST: Final = 60
"""Addresses of one meeting within a day."""


class TooManyLetters(Conflict):
    """So many addresses were given out for one meeting within a day that it isn't a person who does it."""

    code = "too_many_letters"


class DoorShut(Conflict):
    """The address was ours and leads nowhere any more: ``params["why"]`` is ``expired``, ``revoked``, ``renewed``, or ``cancelled`` where
    the meeting won't take place.

    ``params["manager"]`` is whom its bearer may ask: the deal's manager.
    """

    code = "door_shut"


@dataclass(frozen=True, slots=True)
class Opened:
    """A door that somebody stands in."""

    id: int
    meeting_id: int
    purpose: str
    version: int
    name: str
    used_at: datetime | None


def token_of(door: Door) -> str:
    """The address's secret part, the same each time."""
    return Signer(salt=_SALT).sign(_value(door))


def newest_token(meeting_id: int, purpose: str) -> str:
    """The same of the newest door: for who plays the client and has no mailbox to look into."""
    return token_of(Door.objects.filter(meeting=meeting_id, purpose=purpose).latest("pk"))


def _value(door: Door) -> str:
    return f"{door.pk}-{int(door.made_at.timestamp())}"


def open_door(token: str, *, at: datetime) -> Opened:
    """Whose door this is. Changes nothing.

    :raises NotFound: it was never ours: forged, mistyped, or of another installation
    :raises DoorShut: it was, and is shut
    """
    return _seen(_found(token), at)


def door_to_use(token: str, *, at: datetime) -> tuple[Opened, Door]:
    """The same within a command that answers by it and holds the lock."""
    door = _found(token)
    return _seen(door, at), door


def _found(token: str) -> Door:
    try:
        value = Signer(salt=_SALT).unsign(token[:200])
    except BadSignature:
        raise NotFound from None
    pk = value.partition("-")[0]
    door = Door.objects.select_related("meeting").filter(pk=int(pk)).first()
    if door is None or _value(door) != value:
        raise NotFound
    return door


def _seen(door: Door, at: datetime) -> Opened:
    if door.revoked_at is not None and door.meeting.state == CANCELLED:
        raise DoorShut(why="cancelled", manager=_manager_of(door))
    if door.revoked_at is not None:
        newer = Door.objects.filter(
            meeting_id=door.meeting_id, purpose=door.purpose, version__gt=door.version, revoked_at=None
        )
        raise DoorShut(why="renewed" if newer.exists() else "revoked", manager=_manager_of(door))
    if door.expires_at <= at:
        raise DoorShut(why="expired", manager=_manager_of(door))
    return Opened(door.pk, door.meeting_id, door.purpose, door.version, door.name, door.used_at)


def _manager_of(door: Door) -> int | None:
    return Deal.objects.filter(meetings=door.meeting_id).values_list("manager_id", flat=True).first()


def make_doors(
    meeting: Meeting, purpose: str, version: int, guests: list[Guest], *, at: datetime
) -> list[Door]:
    """A door for each of these people: the one that he has to this version, or a new one. All others are shut.

    :raises TooManyLetters: see there
    """
    known = {
        (door.name, door.email): door
        for door in Door.objects.filter(
            meeting=meeting, purpose=purpose, version=version, revoked_at=None, expires_at__gt=at
        )
    }
    kept = {door.pk for guest in guests if (door := known.get((guest.name, guest.email)))}
    revoke(Door.objects.filter(meeting=meeting, purpose=purpose).exclude(pk__in=kept), at=at)
    if Door.objects.filter(meeting=meeting, made_at__gt=at - timedelta(days=1)).count() + len(guests) > MOST:
        raise TooManyLetters
    until = at + LIFE[purpose]
    if purpose != LETTER and meeting.starts_at is not None:
        until = max(meeting.starts_at + timedelta(days=1), at + timedelta(hours=1))
    for guest in guests:
        if (guest.name, guest.email) not in known:
            known[guest.name, guest.email] = Door.objects.create(
                meeting=meeting, purpose=purpose, version=version, name=guest.name, email=guest.email, made_at=at,
                expires_at=until,
            )  # fmt: skip
    return [known[guest.name, guest.email] for guest in guests]


def revoke(doors: QuerySet[Door], *, at: datetime) -> int:
    """Shut doors. Returns how many stood open."""
    return doors.filter(revoked_at=None).update(revoked_at=at)
