"""Deals as rows of a funnel, to be taken along: where each stands, what is owed next, how it ended."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.db.models import Q

from svyazka.presale.commitments.models import Commitment
from svyazka.presale.commitments.queries import CommitmentRow, rows_of
from svyazka.presale.deals import intake
from svyazka.presale.deals.intake import Answers
from svyazka.presale.deals.models import WITHDRAWN, Deal, Seat
from svyazka.presale.deals.queries import DealRow, row_of, sees_private, visible_to
from svyazka.presale.deals.writing import roles_of
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.rights import require

_Seats = Mapping[int, tuple[tuple[int, str, bool], ...]]
_AT_ONCE: Final = 500
PRIVATE: Final = intake.PRIVATE | {"request", "context"}
"""Boxes of the form that are taken along by those only who see what is private: what a client said in his words is, too."""


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """A deal, with what is private already left out for who may not see it.

    :ivar sees_private: whether the viewer sees what is private
    :ivar answers: of the intake form
    :ivar owed: its open commitments, by due time
    :ivar evidence: what was written down when it was closed
    """

    deal: DealRow
    sees_private: bool
    inn: str
    answers: Answers
    expert_id: int | None
    reason: str
    evidence: str
    contract_number: str
    contract_sum: Decimal | None
    contract_date: date | None
    owed: tuple[CommitmentRow, ...]

    def answer(self, box: str) -> str:
        """What the form says in a box, in one text; empty for nothing."""
        said = self.answers.get(box)
        return ", ".join(map(str, said)) if isinstance(said, list) else str(said or "")


@dataclass(frozen=True, slots=True)
class Funnel:
    """The newest deals, oldest of them first; ``left_off`` counts those that are older."""

    rows: tuple[FunnelRow, ...]
    left_off: int


def funnel_rows(*, viewer: Actor, limit: int) -> Funnel:
    """What a viewer may take along of the funnel. Four queries.

    :raises NotAllowed: the viewer doesn't see what becomes of deals
    """
    require(viewer, "overview.see")
    known = Deal.objects.filter(visible_to(viewer)).exclude(status=WITHDRAWN)
    deals = [*reversed(known.select_related("client").order_by("-pk")[:limit])]
    rows = _rows(deals, viewer)
    return Funnel(rows, max(known.count() - len(rows), 0))


def funnel_of(numbers: Iterable[tuple[int, int]], *, viewer: Actor) -> dict[str, FunnelRow]:
    """The deals with these numbers (year, serial) that a viewer may take along, by how addresses spell theirs.

    Those that were taken back with their import aren't among them. Three queries for each five hundred.
    """
    wanted, found = sorted(set(numbers)), dict[str, FunnelRow]()
    for start in range(0, len(wanted), _AT_ONCE):
        named = Q()
        years: dict[int, list[int]] = {}
        for year, serial in wanted[start : start + _AT_ONCE]:
            years.setdefault(year, []).append(serial)
        for year, serials in years.items():
            named |= Q(year=year, serial__in=serials)
        deals = Deal.objects.filter(visible_to(viewer), named).exclude(status=WITHDRAWN)
        found.update((row.deal.path, row) for row in _rows(list(deals.select_related("client")), viewer))
    return found


def _rows(deals: Sequence[Deal], viewer: Actor) -> tuple[FunnelRow, ...]:
    ids = [deal.pk for deal in deals]
    seats, owed = _seats(ids), _owed(ids)
    return tuple(_row(deal, viewer, seats.get(deal.pk, ()), owed.get(deal.pk, ())) for deal in deals)


def _seats(ids: Iterable[int]) -> _Seats:
    """Who sits on these deals now: person, role, whether in the shadow."""
    found: dict[int, tuple[tuple[int, str, bool], ...]] = {}
    seats = Seat.objects.filter(deal_id__in=ids, until=None).order_by("pk")
    for deal, person, role, in_shadow in seats.values_list("deal_id", "person_id", "role", "in_shadow"):
        found[deal] = (*found.get(deal, ()), (person, role, in_shadow))
    return found


def _owed(ids: Iterable[int]) -> Mapping[int, tuple[CommitmentRow, ...]]:
    found: dict[int, tuple[CommitmentRow, ...]] = {}
    for row in rows_of(Commitment.objects.filter(deal_id__in=ids, outcome="open").order_by("due_at", "id")):
        found[row.deal_id] = (*found.get(row.deal_id, ()), row)
    return found


def _row(
    deal: Deal, viewer: Actor, seats: tuple[tuple[int, str, bool], ...], owed: tuple[CommitmentRow, ...]
) -> FunnelRow:
    mine = [(role, in_shadow) for person, role, in_shadow in seats if person == viewer.person_id]
    private = sees_private(viewer, roles_of(deal.dispatcher_id, viewer.person_id, mine))
    said = deal.intake.get("answers", {})
    return FunnelRow(
        deal=row_of(deal, deal.client.name),
        sees_private=private,
        inn=deal.client.inn,
        answers=said if private else {key: value for key, value in said.items() if key not in PRIVATE},
        expert_id=next((person for person, role, _shadow in seats if role == "expert"), None),
        reason=deal.reason,
        evidence=deal.evidence if private else "",
        contract_number=deal.contract_number if private else "",
        contract_sum=deal.contract_sum if private else None,
        contract_date=deal.contract_date,
        owed=owed,
    )
