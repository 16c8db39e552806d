"""A draft of the process is rehearsed with the deals of the last months. Nothing is saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max

from svyazka.engine.lint import load_process
from svyazka.engine.process import Process
from svyazka.engine.rehearsal import Played, rehearse
from svyazka.presale.deals.models import UNREAL, Deal
from svyazka.presale.deals.queries import DealRow, rows_by_id, visible_to
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.queries import directory
from svyazka.presale.people.rights import require
from svyazka.presale.reviews.histories import histories

MOST: Final = 500
"""So many deals are looked at, those that moved last."""
QUARTER: Final = 90
"""Days that are looked back unless somebody wishes otherwise."""
SPANS: Final = (30, QUARTER, 180, 365)
"""Days among which somebody chooses."""
FARTHEST: Final = 730


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a draft would have done.

    :ivar since: from when on
    :ivar found: so many deals went on or ended since then; ``played`` are those that were looked at
    """

    process: Process
    since: datetime
    found: int
    played: tuple[Played, ...]
    deals: Mapping[int, DealRow]

    @property
    def stopped(self) -> int:
        """Deals that would have been stopped somewhere."""
        return sum(one.is_stopped for one in self.played)

    @property
    def stopped_anew(self) -> int:
        """Those of them that went on without a reason then."""
        return sum(one.is_stopped_anew for one in self.played)

    @property
    def warned_anew(self) -> int:
        """Deals that would have been warned where nothing was said then."""
        return sum(one.is_warned_anew for one in self.played)


def rehearse_draft(*, text: str, viewer: Actor, at: datetime, days: int = QUARTER) -> Rehearsal:
    """Play the deals that left a stage or ended within so many days through a draft. As many queries whatever the deals.

    :raises ProcessInvalid: the text does not pass the lint
    :raises NotAllowed: ``process.publish``
    """
    require(viewer, "process.publish")
    return play(load_process(text), viewer=viewer, at=at, days=days)


def play(process: Process, *, viewer: Actor, at: datetime, days: int) -> Rehearsal:
    """Play the deals that the viewer may see through rules that could be published. Who may see it is asked by its callers."""
    since = at - timedelta(days=max(1, min(days, FARTHEST)))
    moved = Deal.objects.filter(visible_to(viewer), visits__left_at__gte=since).exclude(status__in=UNREAL)
    ids = moved.values("pk").annotate(last=Max("visits__left_at")).order_by("-last", "-pk")
    listed = [one["pk"] for one in ids[:MOST]]
    found = len(listed) if len(listed) < MOST else ids.count()
    order = {pk: place for place, pk in enumerate(listed)}
    deals = sorted(Deal.objects.filter(pk__in=listed), key=lambda deal: order[deal.pk])
    calendar = directory().calendar
    played = tuple(
        rehearse(process, history, calendar) for history in histories(deals, process, since=since, at=at)
    )
    return Rehearsal(process, since, found, played, rows_by_id(listed, viewer=viewer))
