"""The figure by which a proposal is judged, over a stretch of time: the same before the change and after it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from django.db.models import Count, Q

from svyazka.engine.intervals import Share, wilson
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.deals.models import OPEN, UNREAL, WON, Deal
from svyazka.presale.people.queries import directory
from svyazka.presale.reviews.values import CONVERSION, TERM_KEPT
from svyazka.presale.stages.models import Visit

BEFORE: Final = timedelta(days=90)
"""So long before the change the figure is looked at."""
MOST: Final = 5000
"""Stays in a stage that a median is taken of: the latest."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What a proposal is judged by.

    :ivar value: a share from 0 to 1, or the median of working minutes; None without a case
    :ivar cases: of how many deals, stays in the stage or commitments it is
    :ivar still_open: deals of the stretch that are undecided yet; conversion may still grow by them
    """

    value: float | None
    cases: int
    won: int = 0
    still_open: int = 0

    @property
    def share(self) -> Share | None:
        """The share with its interval; None for a median."""
        return wilson(self.won, self.cases) if self.cases else None


def figure_of(kind: str, key: str, *, since: datetime, until: datetime) -> Figure:
    """The figure over ``[since, until)``. One query.

    Conversion is won / (received - duplicates - spam) of the deals received then. Time in a stage is the median of the working
    time, by the workspace's hours, of the stays that ended then; the time that the client took is in it. The kept share of a
    term is kept / (kept + late + broken) of the commitments that ended then.

    :param key: of the stage or the term; nothing for conversion
    """
    if kind == CONVERSION:
        return _conversion(since, until)
    return _kept(key, since, until) if kind == TERM_KEPT else _time(key, since, until)


def _conversion(since: datetime, until: datetime) -> Figure:
    real = Deal.objects.filter(received_at__gte=since, received_at__lt=until)
    real = real.exclude(status__in=UNREAL)
    found = real.aggregate(
        received=Count("pk"), won=Count("pk", filter=Q(status=WON)), open=Count("pk", filter=Q(status=OPEN))
    )
    received, won = found["received"], found["won"]
    return Figure(won / received if received else None, received, won, found["open"])


def _kept(term: str, since: datetime, until: datetime) -> Figure:
    ended = Commitment.objects.filter(term=term, closed_at__gte=since, closed_at__lt=until)
    found = ended.aggregate(
        kept=Count("pk", filter=Q(outcome="kept")),
        judged=Count("pk", filter=Q(outcome__in=["kept", "late", "broken"])),
    )
    kept, judged = found["kept"], found["judged"]
    return Figure(kept / judged if judged else None, judged, kept)


def _time(stage: str, since: datetime, until: datetime) -> Figure:
    stays = Visit.objects.filter(stage=stage, left_at__gte=since, left_at__lt=until).order_by("-left_at")
    calendar = directory().calendar
    took = [
        calendar.minutes_between(entered, left)
        for entered, left in stays.values_list("entered_at", "left_at")[:MOST]
        if left is not None
    ]
    return Figure(float(median(took)) if took else None, len(took))
