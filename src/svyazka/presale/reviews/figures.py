"""The figure by which a proposal is judged, before the change and after it: like is compared with like."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Final

from django.db.models import Count, F, Q

from svyazka.engine.intervals import Share, wilson
from svyazka.engine.worth import FEWEST
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.deals.models import UNREAL, WON, Deal
from svyazka.presale.people.queries import directory
from svyazka.presale.reviews.days import today
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
    :ivar won: of a share, how many of them counted
    """

    value: float | None
    cases: int
    won: int = 0

    @property
    def share(self) -> Share | None:
        """The share with its interval; None for a median."""
        return wilson(self.won, self.cases) if self.cases else None

    @property
    def is_enough(self) -> bool:
        """Whether there are so many cases that it says anything: as many as the worth of a rule asks for."""
        return self.cases >= FEWEST


def followed_for(since: datetime, judge_on: date) -> timedelta:
    """So long after its receipt a deal's end is waited for, on both sides of the change: half of the time to the judgement.

    So half of the requests received since the change are known on the day. At least one day, at most 90.
    """
    days = (judge_on - today(since)).days // 2
    return min(max(timedelta(days=days), timedelta(days=1)), BEFORE)


def figure_before(kind: str, key: str, *, at: datetime, followed: timedelta) -> Figure:
    """The figure of the 90 days before a moment. One query.

    Conversion is won within ``followed`` of receipt / (received - duplicates - spam), of the deals received in the 90 days that
    ended so long before the moment: what became of each is known for the same time, and without what came after the moment. Time
    in a stage is the median of the working time, by the workspace's hours, of the stays that ended in the 90 days; the time that
    the client took is in it. The kept share of a term is kept / (kept + late + broken) of the commitments that ended then.

    :param key: of the stage or the term; nothing for conversion
    """
    until = _known_until(kind, at, followed)
    return _figure(kind, key, until - BEFORE, until, followed)


def figure_since(kind: str, key: str, *, taken_at: datetime, at: datetime, followed: timedelta) -> Figure:
    """The figure from the change on, counted like :func:`figure_before`. One query."""
    return _figure(kind, key, taken_at, _known_until(kind, at, followed), followed)


def _known_until(kind: str, at: datetime, followed: timedelta) -> datetime:
    return at - followed if kind == CONVERSION else at


def _figure(kind: str, key: str, since: datetime, until: datetime, followed: timedelta) -> Figure:
    if kind == CONVERSION:
        return _conversion(since, until, followed)
    return _kept(key, since, until) if kind == TERM_KEPT else _time(key, since, until)


def _conversion(since: datetime, until: datetime, followed: timedelta) -> Figure:
    real = Deal.objects.filter(received_at__gte=since, received_at__lt=until)
    in_time = Q(status=WON, closed_at__lt=F("received_at") + followed)
    found = real.exclude(status__in=UNREAL).aggregate(received=Count("pk"), won=Count("pk", filter=in_time))
    received, won = found["received"], found["won"]
    return Figure(won / received if received else None, received, won)


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
