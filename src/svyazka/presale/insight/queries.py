"""The owner's page: what changed since yesterday, what waits for us and for the client, what is overdue by unit."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from svyazka.presale.commitments.models import Commitment
from svyazka.presale.commitments.queries import OURS
from svyazka.presale.deals.models import OPEN, UNREAL, WON, Deal
from svyazka.presale.deals.queries import DealRow, Filters, rows_by_id, urgent_rows, visible_to
from svyazka.presale.journal.queries import EntryRow, acts_since
from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.figures import ToContract, to_contract
from svyazka.presale.people.queries import directory
from svyazka.presale.people.rights import require
from svyazka.presale.process.queries import current_process

_NEWS = (
    "deal.received", "deal.accepted", "deal.closed", "deal.won", "deal.lost", "deal.reopened", "client.chased",
    "commitment.escalated",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class News:
    """An act worth the owner's eye, with its deal."""

    entry: EntryRow
    deal: DealRow | None


@dataclass(frozen=True, slots=True)
class UnitLoad:
    """Open and overdue commitments of a unit's people; ``unit_id`` is None for people of no unit."""

    unit_id: int | None
    name: str
    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The owner's page."""

    news: tuple[News, ...]
    waiting_for_us: tuple[DealRow, ...]
    waiting_for_client: tuple[DealRow, ...]
    units: tuple[UnitLoad, ...]
    open_deals: int
    untouched: int
    received_30: int
    won_30: int
    received_year: int
    won_year: int
    still_open_year: int
    to_contract: ToContract | None


def overview(*, viewer: Actor, at: datetime) -> Overview:
    """Progress without asking anybody."""
    require(viewer, "overview.see")
    acts = acts_since(since=at - timedelta(days=1), acts=(*_NEWS, *_entering()), limit=60)
    deals = rows_by_id({entry.chain for entry in acts}, viewer=viewer)
    seen = Deal.objects.filter(visible_to(viewer))
    real = seen.exclude(status__in=UNREAL)
    month, year = at - timedelta(days=30), at - timedelta(days=365)
    counts = real.aggregate(
        received_30=Count("pk", filter=Q(received_at__gte=month)),
        won_30=Count("pk", filter=Q(status=WON, closed_at__gte=month)),
        received_year=Count("pk", filter=Q(received_at__gte=year)),
        won_year=Count("pk", filter=Q(received_at__gte=year, status=WON)),
        still_open_year=Count("pk", filter=Q(received_at__gte=year, status=OPEN)),
        open_deals=Count("pk", filter=Q(status=OPEN)),
        untouched=Count("pk", filter=Q(status=OPEN, contacted_at=None)),
    )
    late = urgent_rows(viewer=viewer, filters=Filters(overdue_at=at), limit=30)
    client = Deal.objects.filter(visible_to(viewer), status=OPEN, on_client=True).order_by("next_due")
    waiting = rows_by_id(client.values_list("pk", flat=True)[:30], viewer=viewer)
    return Overview(
        news=tuple(News(entry, deals.get(entry.chain)) for entry in acts),
        waiting_for_us=late,
        waiting_for_client=tuple(sorted(waiting.values(), key=lambda row: row.next_due or at)),
        units=_units(at),
        to_contract=to_contract(since=year),
        **counts,
    )


def _entering() -> tuple[str, ...]:
    return tuple(stage.event for stage in current_process()[1].stages[1:])


def _units(at: datetime) -> tuple[UnitLoad, ...]:
    people = directory()
    found = (
        Commitment.objects.filter(OURS)
        .values("performer__unit_id")
        .annotate(open=Count("pk"), overdue=Count("pk", filter=Q(due_at__lt=at)))
    )
    loads = {row["performer__unit_id"]: (row["open"], row["overdue"]) for row in found}
    named = [UnitLoad(unit.id, unit.name, *loads.pop(unit.id, (0, 0))) for unit in people.units.values()]
    rest = [UnitLoad(None, "", *load) for load in loads.values()]
    return (*named, *rest)
