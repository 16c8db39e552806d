"""Counting tracks by the database: what the kept counters say of all deals, for any of them.

The same sums serve a free slice of the figures and the counters made anew.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, Final

from django.db.models import Case, Count, F, QuerySet, Sum, Value, When
from django.db.models.expressions import CombinedExpression

from svyazka.engine.figures import COARSEST, STEPS
from svyazka.presale.deals.models import DECLINED, ENDED, LOST, WON
from svyazka.presale.insight.contributions import ALL, EFFORT, SUMS, TIMES, Key, stages_on
from svyazka.presale.insight.models import Track
from svyazka.presale.process.queries import process_version

_COLUMNS: Final = (
    ("source", "source"),
    ("unit", "unit_id"),
    ("manager", "manager_id"),
    ("author", "author_id"),
    ("line", "lines__name"),
)
"""Dimensions and where the track says them; a deal has several lines of business, or none."""


Read = Callable[[QuerySet[Any, Any]], Iterable[Any]]
"""Who runs a statement."""


def count(tracks: QuerySet[Track], read: Read = iter, *, months: bool = True) -> Counter[Key]:
    """The counters of these tracks, duplicates and spam not among them. Nine statements, however many tracks there are.

    :param read: left out, the database
    :param months: False lets all but the outcomes of the whole be of no month (0): far fewer rows, where nobody asks for them
    """
    counters: Counter[Key] = Counter()
    _count_ways(counters, tracks, read)
    _count_histograms(counters, tracks, read, months=months)
    month = F("month") if months else Value(0)
    for dimension, column in _COLUMNS:
        rows = tracks.filter(lines__isnull=False) if dimension == "line" else tracks
        told = rows.order_by().values_list(month, column, "status")
        for of, value, status, *sums in read(told.annotate(Count("pk"), Sum("kopecks"), Sum(EFFORT))):
            # a text stands for itself; of what has an id, none is 0
            named = value if isinstance(value, str) else str(value or 0)
            _place(counters, (dimension, of, named), status, sums)
    return counters


def _place(counters: Counter[Key], place: tuple[str, int, str], status: str, sums: Sequence[int]) -> None:
    """Add to the counters of a place.

    :param sums: how many deals, kopecks of their contracts, minutes of their effort
    """
    (dimension, month, value), (n, kopecks, effort) = place, sums
    counters[dimension, EFFORT, month, value, 0] += effort
    counters[dimension, "received", month, value, 0] += n
    if status in ENDED:
        counters[dimension, status, month, value, 0] += n
    if status == WON:
        counters[dimension, "kopecks", month, value, 0] += kopecks


def _count_ways(counters: Counter[Key], tracks: QuerySet[Track], read: Read) -> None:
    """How far deals came and what became of them, and the columns that are summed up."""
    sums = [Sum(name) for name in ("kopecks", EFFORT, *SUMS)]
    version = cache(process_version)
    ways = tracks.order_by().values_list("month", "process", "reached", "way", "status", "reason")
    for month, process, reached, way, status, reason, n, kopecks, effort, *amounts in read(
        ways.annotate(Count("pk"), *sums)
    ):
        _place(counters, (ALL, month, ""), status, (n, kopecks, effort))
        for measure in _measures(stages_on(way, version(process), reached), status, reason):
            counters[ALL, measure, month, "", 0] += n
        for name, amount in zip(SUMS, amounts, strict=True):
            counters[ALL, name, month, "", 0] += amount


def _measures(stages: Sequence[str], status: str, reason: str) -> Iterable[str]:
    for stage in stages:
        yield f"entered.{stage}"
    for stage in stages if status == WON else stages[:-1]:
        yield f"passed.{stage}"
    if status in {LOST, DECLINED}:
        yield f"{status}.{stages[-1]}"
        yield f"why.{stages[-1]}.{reason}"


def _count_histograms(counters: Counter[Key], tracks: QuerySet[Track], read: Read, *, months: bool) -> None:
    month = F("month") if months else Value(0)
    answered = tracks.filter(response__isnull=False).order_by().values_list(month, "response")
    for of, bucket, n in read(answered.annotate(Count("pk"))):
        counters[TIMES, "response", of, "", bucket or 0] += n
    won = tracks.filter(status=WON, meetings__gt=0).order_by().values_list(month, "meetings", "minutes")
    for of, meetings, minutes, n in read(won.annotate(Count("pk"))):
        counters[TIMES, "meetings_won", of, "", meetings] += n
        counters[TIMES, "minutes_won", of, "", minutes] += n
    stays = tracks.filter(deal__visits__minutes__isnull=False).order_by()
    told = stays.values_list(month, "deal__visits__stage", coarsely("deal__visits__minutes"))
    for of, stage, minutes, n in read(told.annotate(Count("deal__visits"))):
        counters[TIMES, f"stay.{stage}", of, "", minutes] += n


def coarsely(name: str) -> Case:
    """A column of minutes as :func:`svyazka.engine.figures.coarse` counts it, by the database: by the minute there are far more groups."""

    def stepped(step: int) -> CombinedExpression:
        middle = F(name) + step // 2
        return middle - middle % step

    steps = (When(**{f"{name}__lt": below}, then=stepped(step)) for below, step in STEPS)
    return Case(*steps, default=stepped(COARSEST))
