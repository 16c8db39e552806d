"""A plan as it is typed, and what of it can't be kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from svyazka.engine.meetings import misfit
from svyazka.engine.process import ROOM_ROLES, RoomRole
from svyazka.engine.wording import lack_of
from svyazka.presale.commitments.commands import FARTHEST
from svyazka.presale.deals.models import Deal, Seat
from svyazka.presale.meetings.plans import process_of
from svyazka.presale.meetings.values import CLIENT
from svyazka.presale.meetings.writing import Here
from svyazka.presale.people.queries import directory

LONGEST: Final = 600
"""Minutes of a meeting."""
_ADDRESS: Final = EmailValidator(allowlist=[])
"""Nobody of the client's has his mailbox at ``localhost``."""
MOST: Final = {"points": 20, "ours": 20, "theirs": 20, "criteria": 10}


@dataclass(frozen=True, slots=True)
class DraftPoint:
    """A point of the agenda as it is typed."""

    minutes: int
    text: str
    role: RoomRole = "moderator"
    leader: int | None = None


@dataclass(frozen=True, slots=True)
class DraftGuest:
    """Somebody of the client's as he is typed."""

    name: str
    duty: str = ""
    decides: bool = False
    email: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan as it is typed. It may lack things; ``ours`` are people of ours and the room roles that each is given: what else
    each does there follows from the points.
    """

    our_goal: str = ""
    client_goal: str = ""
    place: str = ""
    starts_at: datetime | None = None
    minutes: int = 60
    title: str = ""
    points: tuple[DraftPoint, ...] = ()
    ours: Mapping[int, frozenset[str]] = field(default_factory=dict)
    theirs: tuple[DraftGuest, ...] = ()
    criteria: tuple[str, ...] = ()


def mistakes(draft: Draft, here: Here, at: datetime) -> dict[str, str]:
    """Codes of what can't be kept, by field: ``points.0.minutes``, ``theirs.1.email``, ``starts_at``."""
    errors = {name: "too_many" for name, most in MOST.items() if len(getattr(draft, name)) > most}
    if not 1 <= draft.minutes <= LONGEST:
        errors["minutes"] = "not_a_length"
    if draft.starts_at is not None and draft.starts_at != here.meeting.starts_at:
        if draft.starts_at <= at - timedelta(hours=12):
            errors["starts_at"] = "in_the_past"
        elif draft.starts_at > at + FARTHEST:
            errors["starts_at"] = "too_far"
    people = directory().people
    for person, room in draft.ours.items():
        card = people.get(person)
        if card is None or card.is_agent or not card.is_active or not room <= set(ROOM_ROLES):
            errors["ours"] = "unknown_choice"
    errors |= _errors_of_points(draft, here)
    errors |= _errors_of_guests(draft)
    return errors


def _errors_of_guests(draft: Draft) -> dict[str, str]:
    errors = {}
    colleagues = {card.email.lower() for card in directory().people.values() if card.email}
    for place, guest in enumerate(draft.theirs):
        if guest.email and not _is_address(guest.email):
            errors[f"theirs.{place}.email"] = "bad_email"
        elif guest.email.strip().lower() in colleagues:
            errors[f"theirs.{place}.email"] = "address_of_ours"
        if (guest.duty or guest.email) and lack_of(guest.name):
            errors[f"theirs.{place}.name"] = "required"
    return errors


def _errors_of_points(draft: Draft, here: Here) -> dict[str, str]:
    errors = {}
    seats = _seats_of_all(here.deal, draft.ours) if here.deal else {}
    stops = process_of(here.meeting).meetings.misfit == "stop" and here.meeting.kind == CLIENT
    for place, point in enumerate(draft.points):
        if lack := lack_of(point.text):
            errors[f"points.{place}.text"] = lack
        if not 1 <= point.minutes <= LONGEST:
            errors[f"points.{place}.minutes"] = "not_a_length"
        if point.role not in ROOM_ROLES:
            errors[f"points.{place}.role"] = "unknown_choice"
        if point.leader is not None and point.leader not in draft.ours:
            errors[f"points.{place}.leader"] = "leader_does_not_go"
        elif stops and (code := misfit(point.role, seats.get(point.leader or 0, frozenset()))):
            errors[f"points.{place}.leader"] = code
    return errors


def _seats_of_all(deal: Deal, people: Iterable[int]) -> dict[int, frozenset[str]]:
    held: dict[int, set[str]] = {}
    seats = Seat.objects.filter(deal=deal, until=None, in_shadow=False, person_id__in=list(people))
    for person, role in seats.values_list("person_id", "role"):
        held.setdefault(person, set()).add(role)
    return {person: frozenset(roles) for person, roles in held.items()}


def _is_address(email: str) -> bool:
    try:
        _ADDRESS(email)
    except ValidationError:
        return False
    return len(email) <= 254 and "[" not in email  # a number of a machine is no address of a client
