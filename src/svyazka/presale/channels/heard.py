"""Who answers how fast in a deal's own chat: times and counts, never words."""

from collections.abc import Mapping
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
    before: tuple[int, datetime] | None = None
    people = directory()
    for person, at in (
        Heard.objects.filter(deal_id=deal_id).order_by("at", "pk").values_list("person_id", "at")
    ):
        written[person] = written.get(person, 0) + 1
        if before is not None and before[0] != person:
            minutes = people.calendar_of(person).minutes_between(before[1], at)
            waits.setdefault(person, []).append(minutes)
        before = (person, at)
    return tuple(
        _pace(person, count, waits) for person, count in sorted(written.items(), key=lambda one: -one[1])
    )


def _pace(person: int, written: int, waits: Mapping[int, list[int]]) -> Pace:
    mine = waits.get(person, [])
    return Pace(person, written, len(mine), round(median(mine)) if mine else None)
