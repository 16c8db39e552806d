"""What a row of the queue and a row of one's own leads say, worked out once and not in the template."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from svyazka.engine.process import Process
from svyazka.presale.commitments.queries import open_dues
from svyazka.presale.deals.queries import DealRow, QueueRow
from svyazka.presale.people.queries import Directory
from svyazka.presale.process.queries import process_version
from svyazka.speech.process_words import say_missing
from svyazka.speech.standings import say_fate

ANSWERED, DECIDED = "client.contacted", "deal.accepted"


@dataclass(frozen=True, slots=True)
class Clock:
    """A due time and the working minutes left until then, negative once it is over."""

    due: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request in the queue, in words. A clock is None where nothing of it is owed any more."""

    row: DealRow
    author: str
    dispatcher: str
    missing: tuple[str, ...]
    contacted_at: datetime | None
    duplicates_checked: bool
    answer: Clock | None
    decision: Clock | None

    @property
    def look(self) -> str | None:
        """The mark at the row's edge."""
        left = [clock.minutes for clock in (self.answer, self.decision) if clock]
        if left and min(left) < 0:
            return "broken"
        return "soon" if left and min(left) <= 60 else None


@dataclass(frozen=True, slots=True)
class Lead:
    """A request that the viewer brought, and its fate."""

    row: DealRow
    stage: str
    fate: str
    state: str
    manager: str


def processes_of(rows: Iterable[DealRow]) -> dict[int, Process]:
    """The versions that these deals follow."""
    return {number: process_version(number) for number in {row.process_number for row in rows}}


def waiting_rows(
    queued: Iterable[QueueRow], *, people: Directory, language: str, at: datetime
) -> tuple[Waiting, ...]:
    """The queue in words. One query besides those for the processes, however long it is."""
    queued = list(queued)
    processes = processes_of(one.deal for one in queued)
    dues: dict[int, list[tuple[str, datetime]]] = {}
    for deal_id, term, due in open_dues(deal_ids=[one.deal.id for one in queued]):
        dues.setdefault(deal_id, []).append((term, due))
    return tuple(
        _waiting(one, processes[one.deal.process_number], dues.get(one.deal.id, []), people, language, at)
        for one in queued
    )


def _waiting(  # noqa: PLR0917
    one: QueueRow,
    process: Process,
    dues: list[tuple[str, datetime]],
    people: Directory,
    language: str,
    at: datetime,
) -> Waiting:
    def clock(event: str) -> Clock | None:
        terms = {term.key for term in process.terms_closed_by(event)}
        due = next((due for term, due in dues if term in terms), None)
        if due is None:
            return None
        return Clock(due, people.calendar_of(one.deal.dispatcher_id).minutes_between(at, due))

    return Waiting(
        row=one.deal,
        author=people.name(one.deal.author_id),
        dispatcher=people.name(one.deal.dispatcher_id),
        missing=say_missing(
            (key for key in one.missing if key not in one.unknown), process, language, named=one.named
        ),
        contacted_at=one.contacted_at,
        duplicates_checked=one.duplicates_checked,
        answer=clock(ANSWERED),
        decision=clock(DECIDED),
    )


_LOOKS: Mapping[str, str] = {"open": "open", "won": "won", "lost": "lost"}


def lead_rows(rows: Iterable[DealRow], *, people: Directory, language: str) -> tuple[Lead, ...]:
    """One's own leads in words."""
    rows = list(rows)
    processes = processes_of(rows)
    return tuple(
        Lead(
            row=row,
            stage=processes[row.process_number].stage(row.stage).name.say(language),
            fate=say_fate(row),
            state=_LOOKS.get(row.status, "cancelled") if row.accepted_at or row.status != "open" else "new",
            manager=people.name(row.manager_id),
        )
        for row in rows
    )
