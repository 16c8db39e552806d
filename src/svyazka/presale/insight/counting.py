"""Counting tracks by the database: what the kept counters say of all deals, for any of them.

The same sums serve a free slice of the figures and the counters made anew.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from django.db.models import Count, F, QuerySet, Sum, Value

from svyazka.engine.figures import coarse
from svyazka.presale.deals.models import DECLINED, ENDED, LOST, WON
from svyazka.presale.insight.contributions import ALL, SUMS, Key, stages_on
from svyazka.presale.insight.models import Track, TrackLine
from svyazka.presale.process.queries import process_version
from svyazka.presale.stages.models import Visit

_COLUMNS: Final = (
    ("source", "source"),
    ("unit", "unit_id"),
    ("manager", "manager_id"),
    ("author", "author_id"),
)
"""Dimensions that are a column of the track."""


Read = Callable[[QuerySet[Any, Any]], Iterable[Any]]
"""Who runs a statement."""


def count(tracks: QuerySet[Track], read: Read = iter, *, months: bool = True) -> Counter[Key]:
    """The counters of these tracks, duplicates and spam not among them. Nine statements, however many tracks there are.

    :param read: left out, the database
    :param months: False lets histograms be of no month (0): far fewer rows, where nobody asks for them by month
    """
    counters: Counter[Key] = Counter()
    _count_ways(counters, tracks, read)
    _count_histograms(counters, tracks, read, months=months)
    for dimension, column in _COLUMNS:
        rows = tracks.order_by().values_list("month", column, "status").annotate(Count("pk"), Sum("kopecks"))
        for month, value, status, n, kopecks in read(rows):
            # a text stands for itself; of what has an id, none is 0
            named = value if isinstance(value, str) else str(value or 0)
            _place(counters, (dimension, month, named), status, n, kopecks)
    lines = TrackLine.objects.filter(track__in=tracks.values("pk")).order_by()
    told = lines.values_list("track__month", "name", "track__status")
    for month, name, status, n, kopecks in read(told.annotate(Count("pk"), Sum("track__kopecks"))):
        _place(counters, ("line", month, name), status, n, kopecks)
    return counters


def _place(counters: Counter[Key], place: tuple[str, int, str], status: str, n: int, kopecks: int) -> None:
    dimension, month, value = place
    counters[dimension, "received", month, value, 0] += n
    if status in ENDED:
        counters[dimension, status, month, value, 0] += n
    if status == WON:
        counters[dimension, "kopecks", month, value, 0] += kopecks


def _count_ways(counters: Counter[Key], tracks: QuerySet[Track], read: Read) -> None:
    """How far deals came and what became of them, and the columns that are summed up."""
    sums = [Sum(name) for name in ("kopecks", *SUMS)]
    ways = tracks.order_by().values_list("month", "process", "reached", "way", "status", "reason")
    for month, process, reached, way, status, reason, n, kopecks, *amounts in read(
        ways.annotate(Count("pk"), *sums)
    ):
        _place(counters, (ALL, month, ""), status, n, kopecks)
        for measure in _measures(stages_on(way, process_version(process), reached), status, reason):
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
    month, of_deal = (F("month"), F("deal__track__month")) if months else (Value(0), Value(0))
    answered = tracks.filter(response__isnull=False).order_by().values_list(month, "response")
    for of, bucket, n in read(answered.annotate(Count("pk"))):
        counters[ALL, "response", of, "", bucket or 0] += n
    won = tracks.filter(status=WON, meetings__gt=0).order_by().values_list(month, "meetings", "minutes")
    for of, meetings, minutes, n in read(won.annotate(Count("pk"))):
        counters[ALL, "meetings_won", of, "", meetings] += n
        counters[ALL, "minutes_won", of, "", minutes] += n
    stays = Visit.objects.filter(minutes__isnull=False, deal_id__in=tracks.values("pk")).order_by()
    told = stays.values_list(of_deal, "stage", "minutes").annotate(Count("pk"))
    for of, stage, minutes, n in read(told):
        counters[ALL, f"stay.{stage}", of, "", coarse(minutes or 0)] += n
