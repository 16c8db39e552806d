"""Deals as rows of a funnel, to be taken along: where each stands, what is owed next, how it ended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from svyazka.presale.commitments.models import Commitment
from svyazka.presale.commitments.queries import CommitmentRow, rows_of
from svyazka.presale.deals.models import Deal, Seat
from svyazka.presale.deals.queries import DealRow, row_of, sees_private, visible_to
from svyazka.presale.deals.writing import roles_of
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.rights import require

_Seats = Mapping[int, tuple[tuple[int, str, bool], ...]]


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """A deal, with what is private already left out for who may not see it.

    :ivar owed: its open commitments, by due time
    :ivar evidence: what was written down when it was closed
    """

    deal: DealRow
    inn: str
    contact: str
    phone: str
    request: str
    expert_id: int | None
    reason: str
    evidence: str
    contract_sum: Decimal | None
    contract_date: date | None
    owed: tuple[CommitmentRow, ...]


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
    known = Deal.objects.filter(visible_to(viewer))
    deals = [*reversed(known.select_related("client").order_by("-pk")[:limit])]
    ids = [deal.pk for deal in deals]
    seats, owed = _seats(ids), _owed(ids)
    rows = tuple(_row(deal, viewer, seats.get(deal.pk, ()), owed.get(deal.pk, ())) for deal in deals)
    return Funnel(rows, max(known.count() - len(rows), 0))


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
        inn=deal.client.inn,
        contact=str(said.get("contact_name") or "") if private else "",
        phone=str(said.get("phone") or "") if private else "",
        request=str(said.get("request") or "") if private else "",
        expert_id=next((person for person, role, _shadow in seats if role == "expert"), None),
        reason=deal.reason,
        evidence=deal.evidence if private else "",
        contract_sum=deal.contract_sum if private else None,
        contract_date=deal.contract_date,
        owed=owed,
    )
