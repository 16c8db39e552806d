"""How many meetings a deal has taken, which one is due next, and whose turn it is to moderate."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from django.db.models import Case, QuerySet, When

from svyazka.engine.process import Process
from svyazka.presale.deals.models import WON
from svyazka.presale.meetings.models import Going, Letter, Meeting
from svyazka.presale.meetings.planning import KIND_OF
from svyazka.presale.meetings.values import CANCELLED, CLIENT, CLOSED, HELD, HUDDLE
from svyazka.presale.meetings.writing import fact_of


@dataclass(frozen=True, slots=True)
class Short:
    """A meeting of a deal in a line. ``took`` is how many minutes it really took, None where it hasn't been held."""

    id: int
    kind: str
    agenda: str
    title: str
    state: str
    starts_at: datetime | None
    took: int | None


def short_of(deal_id: int) -> tuple[Short, ...]:
    """The meetings of a deal, the newest first and those that were cancelled at the end, without huddles. One query."""
    off = Case(When(state=CANCELLED, then=1), default=0)
    found = Meeting.objects.filter(deal_id=deal_id).exclude(kind=HUDDLE).order_by(off, "-pk")
    columns = ("pk", "kind", "agenda", "title", "state", "starts_at", "began_at", "ended_at")
    return tuple(
        Short(pk, kind, agenda, title, state, starts or began, took(began, ended))
        for pk, kind, agenda, title, state, starts, began, ended in found.values_list(*columns)
    )


def took(began: datetime | None, ended: datetime | None) -> int | None:
    """How many minutes a meeting was, by the clock; None where it has not begun or not ended."""
    return round((ended - began).total_seconds() / 60) if began and ended else None


def agenda_due(process: Process, stage: str, meetings: Iterable[Short]) -> str:
    """The agenda of the client meeting that comes next: the first, from this stage on, that a stage asks for and that hasn't been
    held yet. Once all were held, the last one again; empty where the process has none.
    """
    for_client = [one.key for one in process.agendas if KIND_OF.get(one.key, CLIENT) == CLIENT]
    over = {one.agenda for one in meetings if one.state in {HELD, CLOSED}}
    for step in process.stages[process.position(stage) :]:
        asked = {check.fact for check in step.checks}
        for key in for_client:
            if key not in over and fact_of(key) in asked:
                return key
    return for_client[-1] if for_client else ""


def held_with_clients() -> QuerySet[Meeting]:
    """Client meetings that took place: what every figure about meetings and their letters counts."""
    return Meeting.objects.filter(kind=CLIENT, state__in=[HELD, CLOSED], ended_at__isnull=False)


def confirmed_letters() -> QuerySet[Letter]:
    """Letters that clients have confirmed: in every figure a meeting with one of them counts as confirmed, once."""
    return Letter.objects.filter(answer="confirmed")


@dataclass(frozen=True, slots=True)
class Effort:
    """Client meetings held on a deal so far, and how many minutes they took together (R18)."""

    meetings: int
    minutes: int


def effort_in(meetings: Iterable[Short]) -> Effort:
    """How many meetings with the client these were, and how long."""
    took = [one.took for one in meetings if one.kind == CLIENT and one.took is not None]
    return Effort(len(took), sum(took))


@dataclass(frozen=True, slots=True)
class ToContract:
    """What a contract has taken: medians over ``deals`` won deals that had meetings with the client."""

    deals: int
    meetings: float
    minutes: float


def to_contract(*, since: datetime) -> ToContract | None:
    """How many meetings, and how many minutes of them, a contract took among deals won since then (R18). None for none. One query."""
    taken = meetings_of_contracts(since=since)
    if not taken:
        return None
    return ToContract(
        len(taken),
        median(len(spans) for spans in taken.values()),
        median(sum(spans) for spans in taken.values()),
    )


def meetings_of_contracts(*, since: datetime) -> Mapping[int, Sequence[int]]:
    """The deals won since then that took client meetings, each with the minutes of its meetings. One query."""
    held = held_with_clients().filter(deal__status=WON, deal__closed_at__gte=since)
    taken: dict[int, list[int]] = {}
    for deal, began, ended in held.values_list("deal_id", "began_at", "ended_at"):
        if (minutes := took(began, ended)) is not None:
            taken.setdefault(deal, []).append(minutes)
    return taken


def last_moderated(people: Iterable[int]) -> Mapping[int, datetime]:
    """When each of these people last moderated a meeting; who never did is left out. One query."""
    led = Going.objects.filter(person_id__in=list(people), meeting__state__in=[HELD, CLOSED])
    found = led.exclude(meeting__kind=HUDDLE).order_by("meeting__began_at")
    return {
        person: began
        for person, room, began in found.values_list("person_id", "room", "meeting__began_at")
        if "moderator" in room and began is not None
    }


def rota(people: Iterable[int]) -> tuple[int, ...]:
    """In which order these people moderate next: who hasn't for the longest time comes first."""
    known = list(dict.fromkeys(people))
    last = last_moderated(known)
    fresh = [one for one in known if one not in last]
    return (*fresh, *sorted((one for one in known if one in last), key=lambda one: last[one]))
