"""What the client sees of a meeting, and who of the client's is written to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from svyazka.engine.meetings import Agreement
from svyazka.engine.process import Process
from svyazka.presale.channels.models import Place
from svyazka.presale.clients.models import Client
from svyazka.presale.deals.models import OPEN, Deal
from svyazka.presale.journal.values import NotFound
from svyazka.presale.meetings.doors import token_of
from svyazka.presale.meetings.models import Door, Letter, Meeting
from svyazka.presale.meetings.plans import whole
from svyazka.presale.meetings.post import letters_about
from svyazka.presale.meetings.rows import (
    GuestRow,
    LetterRow,
    OursRow,
    PointRow,
    guest_rows,
    letter_row,
    ours_rows,
    point_rows,
)
from svyazka.presale.meetings.values import PLANNED


@dataclass(frozen=True, slots=True)
class ClientPlan:
    """The plan behind a signed address: what the client agrees with, and nothing besides.

    :ivar ours: person and what he is for, in the order of the agenda
    """

    meeting_id: int
    version: int
    number: str
    company: str
    goal: str
    place: str
    starts_at: datetime | None
    minutes: int
    points: tuple[PointRow, ...]
    ours: tuple[OursRow, ...]
    guests: tuple[GuestRow, ...]
    state: str
    is_current: bool
    agreement: Agreement
    corrected: Mapping[str, str]
    manager_id: int | None
    process: Process

    def may_be_kept(self, at: datetime) -> bool:
        """Whether a calendar may take it: it has a time that is still to come, and nobody is changing it."""
        ahead = self.starts_at is not None and self.starts_at > at
        return ahead and self.is_current and self.state == PLANNED and self.agreement != "corrected"


def client_plan(meeting_id: int, version: int) -> ClientPlan:
    """What whoever holds a door to this version sees. The door has been opened already."""
    meeting = Meeting.objects.select_related("deal").get(pk=meeting_id)
    one, deal = whole(meeting), _deal(meeting)
    return ClientPlan(
        meeting_id=meeting.pk, version=meeting.version, number=deal.number, company=_client_of(deal),
        goal=meeting.client_goal, place=meeting.place, starts_at=meeting.starts_at, minutes=meeting.minutes,
        points=point_rows(one.points), ours=ours_rows(one, with_reading=False),
        guests=guest_rows(one), state=meeting.state, is_current=version == meeting.version, agreement=one.agreement,
        corrected=meeting.corrected, manager_id=deal.manager_id, process=one.process,
    )  # fmt: skip


def _deal(meeting: Meeting) -> Deal:
    if meeting.deal is None:
        raise NotFound
    return meeting.deal


def _client_of(deal: Deal) -> str:
    return Client.objects.filter(pk=deal.client_id).values_list("name", flat=True).first() or ""


@dataclass(frozen=True, slots=True)
class ClientLetter:
    """The letter behind a signed address.

    :ivar takes_in: the version before it was corrected by the client
    """

    meeting_id: int
    number: str
    company: str
    letter: LetterRow
    ours: tuple[OursRow, ...]
    guests: tuple[GuestRow, ...]
    held_at: datetime | None
    takes_in: bool
    manager_id: int | None
    process: Process


def client_letter(meeting_id: int, version: int) -> ClientLetter:
    """What whoever holds a door to this version of the letter sees. The door has been opened already.

    :raises NotFound: there is no such version
    """
    meeting = Meeting.objects.select_related("deal").get(pk=meeting_id)
    letter = Letter.objects.filter(meeting=meeting, version=version, sent_at__isnull=False).first()
    if letter is None:
        raise NotFound
    one, deal = whole(meeting), _deal(meeting)
    earlier = Letter.objects.filter(meeting=meeting, version__lt=version, sent_at__isnull=False)
    return ClientLetter(
        meeting_id=meeting.pk, number=deal.number, company=_client_of(deal), letter=letter_row(letter),
        ours=ours_rows(one, with_reading=False),
        guests=guest_rows(one), held_at=meeting.began_at or meeting.starts_at,
        takes_in=earlier.order_by("-version").values_list("answer", flat=True).first() == "corrected",
        manager_id=deal.manager_id, process=one.process,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class WrittenTo:
    """Who is written to, and about which version of what.

    :ivar again: he has got a letter about an earlier version already
    """

    meeting_id: int
    purpose: str
    version: int
    name: str
    email: str
    token: str
    again: bool


def written_to(door_id: int, *, at: datetime, off: bool = False) -> WrittenTo | None:
    """The door that a letter is about; None where it is shut by now, or the deal is closed.

    :param off: the letter says that he needn't come: then it is shut
    """
    found = Door.objects.filter(pk=door_id, expires_at__gt=at)
    door = found.first() if off else found.filter(revoked_at=None, meeting__deal__status=OPEN).first()
    if door is None:
        return None
    earlier = Door.objects.filter(
        meeting_id=door.meeting_id, purpose=door.purpose, version__lt=door.version, email__iexact=door.email
    )
    return WrittenTo(
        door.meeting_id, door.purpose, door.version, door.name, door.email, token_of(door),
        again=letters_about(earlier).exists(),
    )  # fmt: skip


def written_at(place_id: int) -> tuple[tuple[int, str, int | None], ...]:
    """Open deals whose client was written to at this place by a door that still stands open: id, number, manager."""
    address = Place.objects.filter(pk=place_id).values_list("chat", flat=True).first()
    doors = Door.objects.filter(email=address or "-", revoked_at=None, meeting__deal__status=OPEN)
    deals = Deal.objects.filter(pk__in=doors.values("meeting__deal_id")).order_by("pk")
    return tuple((deal.pk, deal.number, deal.manager_id) for deal in deals)
