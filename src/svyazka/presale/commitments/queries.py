"""Reads of commitments."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Final

from django.db.models import F, Q, QuerySet

from svyazka.engine.clock import Outcome, Promise
from svyazka.engine.worktime import parse_duration
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.journal.prepared import Prepared
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.rights import require

_OUTCOMES: dict[str, Outcome] = {
    "open": "open", "kept": "kept", "late": "late", "broken": "broken", "waived": "waived", "cancelled": "cancelled",
}  # fmt: skip


OURS: Final = Q(outcome="open", on_client=False)
"""What our people owe now: what a client owes, somebody of ours only sees to."""


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    """A commitment as pages show it. ``result`` is empty where the process's term says the words."""

    id: int
    deal_id: int
    deal_number: str
    deal_title: str
    process_number: int
    client_name: str
    performer_id: int
    role: str
    term: str
    about: int
    result: str
    opened_at: datetime
    opened_by: str
    due_at: datetime
    hard_due_at: datetime | None
    controller_id: int | None
    on_client: bool
    to_client: bool
    pauses: bool
    after_id: int | None
    allowed: str
    outcome: Outcome
    closed_at: datetime | None
    closed_by_id: int | None
    note: str

    def stands(self, *, deal_on_client: bool) -> bool:
        """Whether its clock stands: it does so while the client has the deal, and he has it. Then nothing of it is late."""
        return self.pauses and deal_on_client

    def promise(self) -> Promise:
        """What the engine's clock needs of it."""
        return Promise(
            id=self.id, performer_id=self.performer_id, role=self.role, on_client=self.on_client,
            opened_at=self.opened_at, due_at=self.due_at, closed_at=self.closed_at, outcome=self.outcome,
            term=self.term or None, allowed=parse_duration(self.allowed) if self.allowed else None,
            after_id=self.after_id,
        )  # fmt: skip


_COLUMNS = (
    "id", "deal_id", "deal__year", "deal__serial", "deal__title", "deal__process_number", "deal__client__name",
    "performer_id", "role", "term", "about", "result", "opened_at", "opened_by", "due_at", "hard_due_at", "controller_id",
    "on_client", "to_client", "pauses", "after_id", "allowed", "outcome", "closed_at", "closed_by_id", "note",
)  # fmt: skip


def _rows(found: Iterable[tuple[object, ...]]) -> tuple[CommitmentRow, ...]:
    rows = []
    for row in found:
        pk, deal_id, year, serial, title, process, client, *rest = row
        number = f"С-{year}-{serial:04d}"
        rows.append(CommitmentRow(pk, deal_id, number, title, process, client, *rest))  # type: ignore[arg-type]
    return tuple(rows)


_OF_DEAL = Prepared(
    lambda deal: Commitment.objects.filter(deal_id=deal).order_by("due_at", "id").values_list(*_COLUMNS)
)


def commitments_of(deal_id: int, *, notes_for: int | None = None) -> tuple[CommitmentRow, ...]:
    """All commitments of a deal, open ones first by due time, then the closed by their end, newest first.

    :param notes_for: somebody who may not read what people typed on this deal: only his own notes stay
    """
    rows = _rows(_OF_DEAL(deal=deal_id))
    if notes_for is not None:
        rows = tuple(row if row.closed_by_id == notes_for else replace(row, note="") for row in rows)
    closed = [row for row in rows if row.closed_at is not None]
    closed.sort(key=lambda row: (row.closed_at or row.due_at, row.id), reverse=True)
    return (*(row for row in rows if row.closed_at is None), *closed)


def promises_on(deals: Iterable[int]) -> Mapping[int, Sequence[Promise]]:
    """What the engine's clock needs of all commitments of these deals, by deal. One query."""
    found: dict[int, list[Promise]] = {}
    for row in rows_of(Commitment.objects.filter(deal_id__in=list(deals))):
        found.setdefault(row.deal_id, []).append(row.promise())
    return found


def promises_of(which: Q) -> tuple[tuple[tuple[int, int], int, tuple[Promise, ...]], ...]:
    """The promises of some commitments, deal by deal: year and serial number of the deal, its process, its promises. One query."""
    found = rows_of(Commitment.objects.filter(which).order_by("deal_id", "id"))
    return tuple(
        (_number(rows[0]), rows[0].process_number, tuple(row.promise() for row in rows))
        for rows in (tuple(group) for _deal, group in groupby(found, key=lambda row: row.deal_id))
    )


def _number(row: CommitmentRow) -> tuple[int, int]:
    _letter, year, serial = row.deal_number.split("-")
    return int(year), int(serial)


def rows_of(found: QuerySet[Commitment]) -> tuple[CommitmentRow, ...]:
    """These commitments, in their order, for reads of many deals together. One query."""
    return _rows(found.values_list(*_COLUMNS))


def owed_by(*, viewer: Actor) -> tuple[CommitmentRow, ...]:
    """What the viewer owes now, by due time."""
    mine = Commitment.objects.filter(performer_id=viewer.person_id, outcome="open")
    return _rows(mine.order_by("due_at", "id").values_list(*_COLUMNS)[:300])


def due_before(*, person_id: int, moment: datetime) -> int:
    """How many open commitments of a person's own fall due before this moment."""
    return Commitment.objects.filter(OURS, performer_id=person_id, due_at__lt=moment).count()


def overdue_in_unit(*, unit_id: int, at: datetime) -> int:
    """How many commitments of a unit's people are overdue; what clients owe is not theirs."""
    return Commitment.objects.filter(OURS, performer__unit_id=unit_id, due_at__lt=at).count()


def owed_to(*, viewer: Actor) -> tuple[CommitmentRow, ...]:
    """What others owe on the deals that the viewer leads, or that he controls, by due time."""
    others = Commitment.objects.filter(outcome="open").exclude(performer_id=viewer.person_id)
    wanted = others.filter(Q(controller_id=viewer.person_id) | Q(deal__manager_id=viewer.person_id))
    return _rows(wanted.order_by("due_at", "id").values_list(*_COLUMNS)[:300])


def commitment_row(commitment_id: int) -> CommitmentRow | None:
    """One commitment, or None."""
    found = _rows(Commitment.objects.filter(pk=commitment_id).values_list(*_COLUMNS))
    return found[0] if found else None


def commitments_by_id(ids: Iterable[int]) -> dict[int, CommitmentRow]:
    """These commitments by id. One query."""
    return {row.id: row for row in _rows(Commitment.objects.filter(pk__in=list(ids)).values_list(*_COLUMNS))}


def commitments_of_deals(deal_ids: Iterable[int]) -> dict[int, tuple[CommitmentRow, ...]]:
    """All commitments of these deals, by deal. One query."""
    found: dict[int, list[CommitmentRow]] = {}
    for row in _rows(
        Commitment.objects.filter(deal_id__in=list(deal_ids)).order_by("pk").values_list(*_COLUMNS)
    ):
        found.setdefault(row.deal_id, []).append(row)
    return {deal: tuple(rows) for deal, rows in found.items()}


def overdue_ids(*, at: datetime, column: str, hard: bool, limit: int = 500) -> tuple[int, ...]:
    """Open commitments past their due (or hardest) time that were not told of yet; ``column`` marks who was."""
    due = "hard_due_at" if hard else "due_at"
    found = Commitment.objects.filter(OURS, **{f"{due}__lt": at, f"{column}__isnull": True})
    return tuple(found.order_by(F(due).asc()).values_list("pk", flat=True)[:limit])


def open_dues(*, deal_ids: Iterable[int]) -> tuple[tuple[int, str, datetime], ...]:
    """Deal, term and due time of every open commitment of these deals, by due time."""
    found = Commitment.objects.filter(deal_id__in=list(deal_ids), outcome="open").order_by("due_at", "id")
    return tuple(found.values_list("deal_id", "term", "due_at"))


def results_of(ids: Iterable[int]) -> dict[int, str]:
    """What the commitments that no term names are about, by id: the journal's acts carry only their ids."""
    found = Commitment.objects.filter(pk__in=list(ids)).exclude(result="")
    return dict(found.values_list("pk", "result"))


def owed_in_unit(*, viewer: Actor, unit_id: int | None, limit: int = 300) -> tuple[CommitmentRow, ...]:
    """What the people of a unit (of none for None) owe now, by due time; what clients owe is not theirs.

    :raises NotAllowed: see there
    """
    require(viewer, "overview.see")
    found = Commitment.objects.filter(OURS)
    found = (
        found.filter(performer__unit=None) if unit_id is None else found.filter(performer__unit_id=unit_id)
    )
    return _rows(found.order_by("due_at", "id").values_list(*_COLUMNS)[:limit])
