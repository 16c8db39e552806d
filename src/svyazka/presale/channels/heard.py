"""Who answers how fast in a deal's own chat: times and counts, never words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from svyazka.presale.channels.models import Heard
from svyazka.presale.people.queries import directory


def note_heard(*, deal_id: int, person_id: int, at: datetime) -> None:
    """Note that somebody wrote. Must run inside a command."""
    Heard.objects.create(deal_id=deal_id, person_id=person_id, at=at)


@dataclass(frozen=True, slots=True)
class Pace:
    """How somebody takes part in a chat.

    :ivar written: how often he wrote
    :ivar answers: how often he was the first to write after somebody else
    :ivar minutes: median of his own working minutes until then; None where he never was
    """

    person_id: int
    written: int
    answers: int
    minutes: int | None


def pace_of(deal_id: int) -> tuple[Pace, ...]:
    """Who wrote in a deal's chat, those who wrote most on top. One query.

    An answer is the first message of somebody after another's; the time runs by the answerer's own calendar, from the
    other's last message before it, so that nobody is slow at night.
    """
    written: dict[int, int] = {}
    waits: dict[int, list[int]] = {}
    heard = (
        Heard.objects.filter(deal_id=deal_id).order_by("at", "pk").values_list("deal_id", "person_id", "at")
    )
    for person, minutes in _steps(heard):
        written[person] = written.get(person, 0) + 1
        if minutes is not None:
            waits.setdefault(person, []).append(minutes)
    return tuple(
        _pace(person, count, waits) for person, count in sorted(written.items(), key=lambda one: -one[1])
    )


def pace_of_person(person_id: int, *, since: datetime, until: datetime) -> Pace:
    """The same of one person in the chats of all deals, from ``since`` on and before ``until`` (R42). One query."""
    his = Heard.objects.filter(person_id=person_id, at__gte=since, at__lt=until).values("deal_id")
    heard = Heard.objects.filter(deal_id__in=his, at__gte=since, at__lt=until).order_by("deal_id", "at", "pk")
    mine = [
        minutes
        for person, minutes in _steps(heard.values_list("deal_id", "person_id", "at"))
        if person == person_id
    ]
    return _pace(person_id, len(mine), {person_id: [minutes for minutes in mine if minutes is not None]})


def _steps(heard: Iterable[tuple[int, int, datetime]]) -> Iterator[tuple[int, int | None]]:
    """Who wrote, message by message of each deal's chat, and after how many minutes of his if that answered somebody."""
    before: tuple[int, int, datetime] | None = None
    people = directory()
    for deal, person, at in heard:
        if before is not None and before[0] == deal and before[1] != person:
            yield person, people.calendar_of(person).minutes_between(before[2], at)
        else:
            yield person, None
        before = (deal, person, at)


def _pace(person: int, written: int, waits: Mapping[int, list[int]]) -> Pace:
    mine = waits.get(person, [])
    return Pace(person, written, len(mine), round(median(mine)) if mine else None)
