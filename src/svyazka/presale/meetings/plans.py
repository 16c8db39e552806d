"""Meetings' rows as the engine's values, however many meetings at the cost of one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model

from svyazka.engine import meetings as engine
from svyazka.engine.meetings import Lack, lacks
from svyazka.engine.process import Process, RoomRole
from svyazka.presale.deals.models import Seat
from svyazka.presale.meetings.models import Criterion, Going, Guest, Meeting, Point
from svyazka.presale.meetings.reading import NOBODY, Readers, readers_of
from svyazka.presale.meetings.values import CANCELLED, CLIENT, CLOSED
from svyazka.presale.process.queries import current_process, process_version

_M = TypeVar("_M", bound=Model)


@dataclass(frozen=True, slots=True)
class Whole:
    """A meeting with its lists, and what follows from them.

    :ivar seats: on the deal, by person, of those who go
    :ivar read: who has read the dossier
    """

    meeting: Meeting
    process: Process
    ours: tuple[Going, ...]
    guests: tuple[Guest, ...]
    points: tuple[Point, ...]
    criteria: tuple[Criterion, ...]
    seats: Mapping[int, frozenset[str]]
    read: Readers
    huddle: Meeting | None
    needs_huddle: bool

    @property
    def agreement(self) -> engine.Agreement:
        """Where the client stands with what he sees of the plan."""
        meeting = self.meeting
        if meeting.corrected:
            return "corrected"
        if meeting.agreed_version == meeting.version:
            return "agreed"
        if meeting.asked_version == meeting.version:
            return "asked"
        if meeting.agreed_version:
            return "changed"
        return "stale" if meeting.asked_version else "not_asked"

    def room_of(self, one: Going) -> tuple[RoomRole, ...]:
        """What somebody who goes does in the room."""
        return engine.in_room(one.person_id, one.room, as_points(self.points))

    @property
    def plan(self) -> engine.Plan:
        """The plan for the engine."""
        meeting, nothing = self.meeting, frozenset[str]()
        return engine.Plan(
            our_goal=meeting.our_goal,
            client_goal=meeting.client_goal,
            starts_at=meeting.starts_at,
            minutes=meeting.minutes,
            points=as_points(self.points),
            ours=tuple(
                engine.Ours(
                    one.person_id, self.seats.get(one.person_id, nothing), frozenset(self.room_of(one)),
                    has_read=one.person_id in self.read.now, has_read_before=one.person_id in self.read.before,
                )
                for one in self.ours
            ),
            theirs=tuple(
                engine.Theirs(one.name, one.duty, one.decides, declines=one.reply == "declined")
                for one in self.guests
            ),
            criteria=tuple(one.text for one in self.criteria),
            agreement=self.agreement,
            huddle_held=self.huddle is not None and self.huddle.state == CLOSED,
        )  # fmt: skip

    @property
    def lacks(self) -> tuple[Lack, ...]:
        """What the meeting lacks; one of ours needs no more than its time and an agenda that fits into it."""
        found = lacks(self.plan, self.process.meetings, needs_huddle=self.needs_huddle)
        if self.meeting.kind == CLIENT:
            return found
        return tuple(one for one in found if one.subject == "time" or one.code == "too_long")


def as_points(points: Iterable[Point]) -> tuple[engine.Point, ...]:
    """The agenda for the engine."""
    return tuple(engine.Point(one.minutes, one.role, one.leader_id) for one in points)  # type: ignore[arg-type]


def process_of(meeting: Meeting) -> Process:
    """The rules that a meeting follows: its deal's, else the current ones."""
    return process_version(meeting.deal.process_number) if meeting.deal else current_process()[1]


def whole(meeting: Meeting) -> Whole:
    """One meeting with its lists."""
    return wholes([meeting])[0]


def wholes(meetings: Sequence[Meeting]) -> tuple[Whole, ...]:
    """These meetings with their lists: about ten queries, however many there are. Their deals should be loaded with them."""
    ids = [one.pk for one in meetings]
    deals = {one.deal_id for one in meetings if one.deal_id is not None}
    ours, guests = _by_meeting(Going, ids, "pk"), _by_meeting(Guest, ids, "position")
    points, criteria = _by_meeting(Point, ids, "position"), _by_meeting(Criterion, ids, "position")
    seats: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    held = Seat.objects.filter(deal_id__in=deals, until=None, in_shadow=False)
    for deal, person, role in held.values_list("deal_id", "person_id", "role"):
        seats[deal][person].add(role)
    read = readers_of(deals)
    huddles = {one.before_id: one for one in Meeting.objects.filter(before__in=ids).exclude(state=CANCELLED)}
    needed = _need_huddle(meetings)
    return tuple(
        Whole(
            meeting=one,
            process=process_of(one),
            ours=tuple(ours[one.pk]),
            guests=tuple(guests[one.pk]),
            points=tuple(points[one.pk]),
            criteria=tuple(criteria[one.pk]),
            seats={person: frozenset(roles) for person, roles in seats[one.deal_id or 0].items()},
            read=read.get(one.deal_id or 0, NOBODY),
            huddle=huddles.get(one.pk),
            needs_huddle=one.pk in needed,
        )
        for one in meetings
    )


def _by_meeting(model: type[_M], ids: Sequence[int], order: str) -> dict[int, list[_M]]:
    found: dict[int, list[_M]] = defaultdict(list)
    for row in model._default_manager.filter(meeting_id__in=ids).order_by(order):
        found[row.meeting_id].append(row)  # type: ignore[attr-defined]
    return found


def _need_huddle(meetings: Sequence[Meeting]) -> frozenset[int]:
    """Ids of those whose team has to meet before (R16): a team is known by its manager, and by his latest meetings."""
    ahead = [one for one in meetings if one.kind == CLIENT and one.deal is not None]
    managers = {one.deal.manager_id for one in ahead if one.deal is not None}
    clean: dict[int | None, list[bool]] = defaultdict(list)
    held = Meeting.objects.filter(
        kind=CLIENT, state=CLOSED, went_clean__isnull=False, deal__manager_id__in=managers
    ).order_by("ended_at", "pk")
    for manager, went in held.values_list("deal__manager_id", "went_clean"):
        clean[manager].append(bool(went))
    return frozenset(
        one.pk
        for one in ahead
        if one.deal is not None and engine.needs_huddle(clean[one.deal.manager_id], process_of(one).meetings)
    )
