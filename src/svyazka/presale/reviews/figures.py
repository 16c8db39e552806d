"""The figure by which a proposal is judged, before the change and after it: like is compared with like."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any, Final

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from svyazka.engine.figures import coarse
from svyazka.engine.intervals import Share, wilson
from svyazka.engine.worth import FEWEST
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.deals.models import UNREAL, WON, Deal
from svyazka.presale.reviews.days import today
from svyazka.presale.reviews.values import CONVERSION, TERM_KEPT, TIME_IN_STAGE
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


@dataclass(frozen=True, slots=True)
class Stretch:
    """A figure and the time it is of.

    :ivar kind: one of :data:`~svyazka.presale.reviews.values.FIGURES`
    :ivar key: of the stage or the term; nothing for conversion
    """

    kind: str
    key: str
    since: datetime
    until: datetime
    followed: timedelta


def before(kind: str, key: str, *, at: datetime, followed: timedelta) -> Stretch:
    """The 90 days before a moment; of conversion, the 90 days that ended ``followed`` before it.

    So what became of each request is known for the same time, and without what came after the moment.
    """
    until = _known_until(kind, at, followed)
    return Stretch(kind, key, until - BEFORE, until, followed)


def since(kind: str, key: str, *, taken_at: datetime, at: datetime, followed: timedelta) -> Stretch:
    """The time from the change on, up to the same distance from a moment."""
    return Stretch(kind, key, taken_at, _known_until(kind, at, followed), followed)


def _known_until(kind: str, at: datetime, followed: timedelta) -> datetime:
    return at - followed if kind == CONVERSION else at


Row = tuple[int, str, int | None, datetime]
"""Deal, what became of it (``won`` in time; how a commitment ended; nothing), working minutes of a stay, when."""


def rows_behind(of: Stretch, *, good: bool = False) -> "QuerySet[Any, Row]":
    """The cases that the figure counts, the latest first. Duplicates and spam are none.

    Conversion is won within ``followed`` of receipt / received. Time in a stage is the median of the working time of the stays that
    ended then, without that in which the client had the ball, rounded as the figures round it. The kept share of a term is
    kept / (kept + late + broken) of the commitments that ended then.

    :param good: of a share, only those above the line
    """
    found = _ROWS[of.kind](of)
    return found.filter(said__in=GOOD) if good else found


def figure(of: Stretch) -> Figure:
    """The figure of these cases. One query."""
    if of.kind == TIME_IN_STAGE:
        took = [coarse(minutes or 0) for _deal, _said, minutes, _at in rows_behind(of)]
        return Figure(float(median(took)) if took else None, len(took))
    found = rows_behind(of).order_by().aggregate(cases=Count("pk"), good=Count("pk", filter=Q(said__in=GOOD)))
    cases, counted = found["cases"], found["good"]
    return Figure(counted / cases if cases else None, cases, counted)


GOOD: Final = (WON, "kept")
"""What is said of a case that counts in a share."""
_NO_TIME: Final = Value(None, output_field=IntegerField())


def _requests(of: Stretch) -> "QuerySet[Any, Row]":
    in_time = Q(status=WON, closed_at__lt=F("received_at") + of.followed)
    real = Deal.objects.filter(received_at__gte=of.since, received_at__lt=of.until).exclude(status__in=UNREAL)
    told = real.annotate(said=Case(When(in_time, then=Value(WON)), default=Value("")))
    return told.order_by("-received_at", "-pk").values_list("pk", "said", _NO_TIME, "received_at")


def _promises(of: Stretch) -> "QuerySet[Any, Row]":
    ended = Commitment.objects.filter(term=of.key, closed_at__gte=of.since, closed_at__lt=of.until)
    judged = ended.filter(outcome__in=["kept", "late", "broken"]).exclude(deal__status__in=UNREAL)
    told = judged.annotate(said=F("outcome")).order_by("-closed_at", "-pk")
    return told.values_list("deal_id", "said", _NO_TIME, "closed_at")


def _stays(of: Stretch) -> "QuerySet[Any, Row]":
    ended = Visit.objects.filter(
        stage=of.key, left_at__gte=of.since, left_at__lt=of.until, minutes__isnull=False
    )
    real = ended.exclude(deal__status__in=UNREAL).order_by("-left_at", "-pk")
    return real.values_list("deal_id", Value(""), "minutes", "left_at")[:MOST]


_ROWS: Final[Mapping[str, Callable[[Stretch], "QuerySet[Any, Row]"]]] = {
    CONVERSION: _requests, TERM_KEPT: _promises, TIME_IN_STAGE: _stays,
}  # fmt: skip
