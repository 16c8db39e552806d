"""A client meeting as plain values: what it lacks to be ready, whether its team still needs a huddle, how its hour goes.

Codes and figures only; pages say them. What is right for a meeting stands in the process: its agendas and :class:`~svyazka.engine.process.MeetingRules`.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from svyazka.engine.process import ROOM_ROLES, MeetingRules, RoomRole, Strength
from svyazka.engine.wording import dead_format, lack_of

Agreement = Literal["not_asked", "asked", "corrected", "agreed", "stale", "changed"]
"""Where the client stands with the goal, the agenda and the people: ``corrected`` where he wants something otherwise that we
haven't taken in yet, ``changed`` where he agreed with an earlier plan, ``stale`` where he was only sent one."""
Subject = Literal[
    "our_goal",
    "client_goal",
    "time",
    "agenda",
    "point",
    "room",
    "criteria",
    "client",
    "person",
    "agreement",
    "huddle",
]

DELIVERY: Final = frozenset({"expert", "estimator"})
"""Seats of those who build."""
GIVEN: Final[tuple[RoomRole, ...]] = ("moderator", "minutes")
"""Room roles that are given to a person; any other is of whoever leads such a point."""
UNREAD: Final = frozenset({"unread", "grown"})
"""Codes of a lack that somebody makes good by reading: he has never read, or not what is new since."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the agenda: how long, in which room role it is led, and by whom of ours."""

    minutes: int
    role: RoomRole
    leader: int | None = None


@dataclass(frozen=True, slots=True)
class Ours:
    """Somebody of ours who goes: his seats on the deal, his roles in the room, and whether he has read what is known now.

    :ivar has_read_before: he has read what was known then, and more is known since
    """

    person_id: int
    seats: frozenset[str] = frozenset()
    room: frozenset[RoomRole] = frozenset()
    has_read: bool = False
    has_read_before: bool = False


@dataclass(frozen=True, slots=True)
class Theirs:
    """Somebody of the client's who comes; ``declines`` where his calendar has answered that he can't."""

    name: str
    duty: str = ""
    decides: bool = False
    declines: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A client meeting as it is prepared. ``minutes`` is its length."""

    our_goal: str = ""
    client_goal: str = ""
    starts_at: datetime | None = None
    minutes: int = 0
    points: tuple[Point, ...] = ()
    ours: tuple[Ours, ...] = ()
    theirs: tuple[Theirs, ...] = ()
    criteria: tuple[str, ...] = ()
    agreement: Agreement = "not_asked"
    huddle_held: bool = False


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that a meeting lacks.

    :ivar code: ``required``, ``junk``, ``dead`` of a goal; ``too_long`` of the agenda; ``leaderless`` and the two misfits of a
        point; ``moderator`` and ``minutes`` of the room; ``nobody``, ``no_name``, ``no_duty``, ``declined`` (who decides) and ``nobody_decides`` of the client;
        ``unread`` and ``grown`` of what a person of ours reads, ``several_roles`` of one who sells and builds; the state of the agreement; ``not_held`` of the huddle
    :ivar place: the number of the point, or of the client's person, from 0
    """

    subject: Subject
    code: str
    place: int | None = None
    person_id: int | None = None
    strength: Strength = "stop"


def lacks(plan: Plan, rules: MeetingRules, *, needs_huddle: bool) -> tuple[Lack, ...]:
    """What the meeting still lacks, in the order in which it is prepared; nothing where it is ready."""
    return tuple(_lacks(plan, rules, needs_huddle=needs_huddle))


def _lacks(plan: Plan, rules: MeetingRules, *, needs_huddle: bool) -> Iterator[Lack]:
    yield from _of_goal("our_goal", plan.our_goal)
    yield from _of_goal("client_goal", plan.client_goal)
    if plan.starts_at is None or plan.minutes < 1:
        yield Lack("time", "required")
    yield from _of_agenda(plan, rules)
    yield from _of_room(plan)
    if all(lack_of(text) for text in plan.criteria):
        yield Lack("criteria", "required")
    yield from _of_client(plan)
    if plan.agreement != "agreed":
        yield Lack("agreement", plan.agreement)
    for one in plan.ours:
        if "expert" in one.seats and not one.has_read:
            yield Lack("person", "grown" if one.has_read_before else "unread", person_id=one.person_id)
        if "manager" in one.seats and one.seats & DELIVERY:
            yield Lack("person", "several_roles", person_id=one.person_id, strength="warn")
    if needs_huddle and not plan.huddle_held:
        yield Lack("huddle", "not_held", strength="warn")


def _of_goal(subject: Subject, goal: str) -> Iterator[Lack]:
    if lack := lack_of(goal):
        yield Lack(subject, lack)
    elif dead_format(goal):
        yield Lack(subject, "dead")


def _of_agenda(plan: Plan, rules: MeetingRules) -> Iterator[Lack]:
    if not plan.points:
        yield Lack("agenda", "required")
    if sum(point.minutes for point in plan.points) > plan.minutes:
        yield Lack("agenda", "too_long")
    seats: dict[int, frozenset[str]] = {}
    for one in plan.ours:
        seats[one.person_id] = seats.get(one.person_id, frozenset()) | one.seats
    for place, point in enumerate(plan.points):
        if point.leader not in seats:
            yield Lack("point", "leaderless", place)
        elif (code := misfit(point.role, seats[point.leader])) and rules.misfit != "observe":
            yield Lack("point", code, place, point.leader, rules.misfit)


def misfit(role: RoomRole, seats: frozenset[str]) -> str:
    """The code of why somebody with these seats shouldn't lead a point in this room role; empty where he may.

    Whoever builds doesn't present the company, and the manager doesn't talk of how it will be built (R11).
    """
    if role == "company" and seats & DELIVERY and "manager" not in seats:
        return "delivery_presents_company"
    if role == "delivery" and "manager" in seats and not seats & DELIVERY:
        return "manager_presents_delivery"
    return ""


def in_room(person_id: int, given: Collection[str], points: Iterable[Point]) -> tuple[RoomRole, ...]:
    """What somebody does in the room: what he was given, and what the points that he leads are about."""
    led = {one.role for one in points if one.leader == person_id}
    return tuple(role for role in ROOM_ROLES if role in (given if role in GIVEN else led))


def _of_room(plan: Plan) -> Iterator[Lack]:
    held = frozenset[RoomRole]().union(*(one.room for one in plan.ours))
    for role in GIVEN:
        if role not in held:
            yield Lack("room", role)


def _of_client(plan: Plan) -> Iterator[Lack]:
    if not plan.theirs:
        yield Lack("client", "nobody")
        return
    for place, one in enumerate(plan.theirs):
        if lack_of(one.name):
            yield Lack("client", "no_name", place)
        if lack_of(one.duty):
            yield Lack("client", "no_duty", place)
        if one.decides and one.declines:
            yield Lack("client", "declined", place, strength="warn")
    if not any(one.decides for one in plan.theirs):
        yield Lack("client", "nobody_decides", strength="warn")


def needs_huddle(clean: Sequence[bool], rules: MeetingRules) -> bool:
    """Whether a team still has to meet before the meeting: until so many of its latest meetings were clean in a row.

    :param clean: of the team's earlier meetings, oldest first, whether each went without a breach
    """
    latest = clean[-rules.huddle_until :]
    return len(latest) < rules.huddle_until or not all(latest)


# the hour itself

FORGOTTEN: Final = timedelta(hours=1)
"""So long after its planned end a meeting that nobody ended is over by itself."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch of the meeting that one point had; ``until`` is None for the one that runs."""

    place: int
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hour:
    """A meeting under way, in seconds.

    :ivar spent: by point, in the agenda's order; a point may have had several turns
    :ivar current: the number of the point that runs; None before the first and after the last
    :ivar left_of_point: of the current point; negative once it overruns
    :ivar left: to the planned end; negative once that is past
    :ivar ahead: what the points that have had no turn yet are planned to take
    """

    spent: tuple[int, ...]
    current: int | None
    left_of_point: int
    left: int
    ahead: int

    @property
    def late(self) -> int:
        """By how much the rest, taken as planned, would overrun the end; 0 where it would not."""
        return max(0, self.ahead + max(0, self.left_of_point) - self.left)


def hour(
    points: Sequence[Point], turns: Sequence[Turn], *, began_at: datetime, minutes: int, at: datetime
) -> Hour:
    """How a meeting that began then stands now.

    :param turns: in the order of time; they don't overlap, and each is of one of these points. A point that had one and
        doesn't run counts as done
    :param minutes: planned length
    """
    spent = [0] * len(points)
    for turn in turns:
        spent[turn.place] += max(0, _seconds((turn.until or at) - turn.since))
    running = next((turn.place for turn in reversed(turns) if turn.until is None), None)
    touched = {turn.place for turn in turns}
    return Hour(
        spent=tuple(spent),
        current=running,
        left_of_point=0 if running is None else points[running].minutes * 60 - spent[running],
        left=_seconds(began_at + timedelta(minutes=minutes) - at),
        ahead=sum(point.minutes * 60 for place, point in enumerate(points) if place not in touched),
    )


def ends_by_itself(began_at: datetime, minutes: int) -> datetime:
    """When a meeting is over though nobody ended it."""
    return began_at + timedelta(minutes=minutes) + FORGOTTEN


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())
