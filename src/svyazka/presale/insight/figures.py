"""The figures page's reads: a period as a whole from the kept counters, any slice of it from the tracks. Both give the same."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from django.db.models import Sum

from svyazka.engine.figures import (
    HALF,
    MOST,
    Between,
    Cause,
    Outcomes,
    Step,
    between,
    in_order,
    pareto,
    quantile,
)
from svyazka.engine.intervals import Share, wilson
from svyazka.presale.deals.models import DECLINED, LOST, WON
from svyazka.presale.deals.queries import sees_private
from svyazka.presale.insight.columns import reader
from svyazka.presale.insight.contributions import ALL, EFFORT, SUMS, TIMES
from svyazka.presale.insight.counting import count
from svyazka.presale.insight.models import Tally
from svyazka.presale.insight.scorecards import cards_to_see
from svyazka.presale.insight.slices import Period, Slice
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.people.rights import require
from svyazka.presale.process.queries import current_process

BY: Final = ("source", "unit", "manager", "author", "line")
"""Dimensions by which a period is shown."""
PEOPLE: Final = ("manager", "author")
"""Those of them that tell what somebody's deals came to."""
OTHERS: Final = "others"
"""Stands for the people whose figures aren't the viewer's to see."""


@dataclass(frozen=True, slots=True)
class Row:
    """A value of a dimension (or a month) and what became of its deals; ``kopecks`` of their contracts, ``effort`` as of :class:`Figures`.

    :ivar values: how many values it sums up: more than one only in a row of several people or rare ones
    """

    value: str
    outcomes: Outcomes
    kopecks: int
    effort: int
    values: int = 1


def is_others(dimension: str, row: Row) -> bool:
    """Whether a row is that of the people who aren't named; a source may be called so, too."""
    return dimension in PEOPLE and row.value == OTHERS


def summed(value: str, rows: Sequence[Row]) -> Row:
    """Several rows as one."""
    every = [row.outcomes for row in rows]
    outcomes = Outcomes(
        sum(one.received for one in every), sum(one.won for one in every),
        sum(one.lost for one in every), sum(one.declined for one in every),
    )  # fmt: skip
    return Row(value, outcomes, sum(row.kopecks for row in rows), sum(row.effort for row in rows), len(rows))


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is said of a slice. Lengths of time are working minutes, but for meetings', which are by the clock.

    :ivar kopecks: sum of the contracts; None for whoever may not see money
    :ivar effort: minutes of our people in meetings
    :ivar response: first answers, as numbers of deals by value of :func:`~svyazka.engine.figures.coarse`
    :ivar meetings_won: won deals by number of client meetings; ``minutes_won`` by their length together
    """

    outcomes: Outcomes
    kopecks: int | None
    effort: int
    steps: tuple[Step, ...]
    causes: tuple[Cause, ...]
    response: Mapping[int, int]
    meetings_won: Mapping[int, int]
    minutes_won: Mapping[int, int]
    sums: Mapping[str, int]
    months: tuple[Row, ...]
    by: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)

    @property
    def estimates(self) -> Share | None:
        """Estimates in time of all handed in or owed and over."""
        return wilson(self.sums["estimates_kept"], self.sums["estimates"])

    @property
    def letters(self) -> Share | None:
        """Client meetings whose letter the client confirmed."""
        return wilson(self.sums["confirmed"], self.sums["meetings"])

    @property
    def promises(self) -> Share | None:
        """Promises kept in time of those that ended: kept, late, broken."""
        return wilson(self.sums["kept"], self.sums["kept"] + self.sums["late"] + self.sums["broken"])

    @property
    def unanswered(self) -> int:
        """Requests without an answer, closed ones too; of those brought in from a table nobody knows."""
        return self.outcomes.received - sum(self.response.values()) - self.sums["imported"]

    @property
    def first_response(self) -> tuple[Between | None, Between | None]:
        """Median and 80th percentile of the first answer, with what the unanswered requests may make of them."""
        return between(self.response, HALF, self.unanswered), between(self.response, MOST, self.unanswered)

    @property
    def to_contract(self) -> tuple[float | None, float | None]:
        """Medians of meetings and of their minutes to a contract, over won deals that had any."""
        return quantile(self.meetings_won, HALF), quantile(self.minutes_won, HALF)


def figures(*, viewer: Actor, of: Slice, times: bool = True) -> Figures:
    """The figures of a slice. A constant number of queries; for whole months three, however many deals there are.

    What somebody's deals came to is told to him and to those who see his scorecard; the rows of all others are one, the last.

    :param times: False leaves out the histograms, nine tenths of the kept counters, for whoever doesn't show them
    :raises NotAllowed: see there
    :raises NotFound: a person is asked for whose figures aren't the viewer's to see
    """
    require(viewer, "overview.see")
    seen = require_people(viewer, of)
    if of.is_whole:
        counts = _kept(of.period, times=times)
    else:
        with reader() as copy:
            counters = count(of.tracks(), copy or iter, months=False)
        counts = _folded((*key, n) for key, n in counters.items() if n)
    told = _told(counts, money=sees_private(viewer, ()))
    return replace(told, by={**told.by, **{name: _shown(told.by[name], seen) for name in PEOPLE}})


def _shown(rows: Sequence[Row], seen: frozenset[int]) -> tuple[Row, ...]:
    """The rows of people whose figures the viewer may see, and one of all others."""
    hidden = [row for row in rows if int(row.value) not in seen]
    own = tuple(row for row in rows if int(row.value) in seen)
    return (*own, summed(OTHERS, hidden)) if hidden else own


def require_people(viewer: Actor, of: Slice) -> frozenset[int]:
    """Ids of those whose figures the viewer may see, 0 for nobody among them.

    :raises NotFound: the slice is somebody else's
    """
    seen = frozenset({0, viewer.me, *(card.id for card in cards_to_see(viewer=viewer))})
    if not {of.manager or 0, of.author or 0} <= seen:
        raise NotFound
    return seen


@dataclass(slots=True)
class _Counts:
    """Counters of one slice: single ones by measure, histograms by measure and bucket, outcomes by dimension and value."""

    single: Counter[str] = field(default_factory=Counter)
    histograms: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    places: dict[str, dict[str, Counter[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Counter))
    )


def _kept(period: Period, *, times: bool) -> _Counts:
    """From the kept counters, added up over the months by the database, in three queries."""
    rows = Tally.objects.filter(month__gte=period.first, month__lte=period.last).order_by()
    whole = rows.filter(dimension__in=(ALL, TIMES) if times else (ALL,))
    told = _folded(
        (dimension, measure, 0, "", bucket, n)
        for dimension, measure, bucket, n in whole.values_list("dimension", "measure", "bucket").annotate(
            Sum("n")
        )
        if n
    )
    months = rows.filter(dimension=ALL, measure__in=_OUTCOME).values_list("month", "measure", "n")
    told.places["month"] = defaultdict(Counter)
    for month, measure, n in months:
        told.places["month"][str(month)][measure] += n
    # the bucket, always 0 here, keeps the order of the index: nothing has to be sorted
    parts = rows.filter(dimension__in=BY).values_list("dimension", "measure", "bucket", "value")
    for dimension, measure, _bucket, value, n in parts.annotate(Sum("n")):
        told.places[dimension][value][measure] += n
    return told


def _folded(rows: Iterable[tuple[str, str, int, str, int, int]]) -> _Counts:
    """Counters added up over their months."""
    counts = _Counts()
    for dimension, measure, month, value, bucket, n in rows:
        if dimension == TIMES:
            counts.histograms[measure][bucket] += n
        elif dimension != ALL:
            counts.places[dimension][value][measure] += n
        else:
            counts.single[measure] += n
            if measure in _OUTCOME:
                counts.places["month"][str(month)][measure] += n
    return counts


_OUTCOME: Final = frozenset({"received", WON, LOST, DECLINED, "kopecks", EFFORT})


def _told(counts: _Counts, *, money: bool) -> Figures:
    single = counts.single
    known = [stage.key for stage in current_process()[1].stages]
    found = [
        measure.partition(".")[2] for measure, n in single.items() if measure.startswith("entered.") and n
    ]
    steps = tuple(
        Step(
            stage, single[f"entered.{stage}"], single[f"passed.{stage}"], single[f"lost.{stage}"],
            single[f"declined.{stage}"], counts.histograms.get(f"stay.{stage}", {}),
        )
        for stage in in_order(known, found)
    )  # fmt: skip
    ended = {}
    for measure, n in single.items():
        kind, _, rest = measure.partition(".")
        if kind == "why":
            stage, _, reason = rest.partition(".")
            ended[stage, reason] = n
    places = counts.places
    return Figures(
        _outcomes(single), single["kopecks"] if money else None, single[EFFORT], steps, pareto(ended),
        counts.histograms.get("response", {}), counts.histograms.get("meetings_won", {}),
        counts.histograms.get("minutes_won", {}), {name: single[name] for name in SUMS},
        _rows(places["month"], money=money, by_value=True),
        {name: _rows(places[name], money=money) for name in BY},
    )  # fmt: skip


def _outcomes(counter: Mapping[str, int]) -> Outcomes:
    return Outcomes(
        counter.get("received", 0), counter.get(WON, 0), counter.get(LOST, 0), counter.get(DECLINED, 0)
    )


def _rows(places: Mapping[str, Mapping[str, int]], *, money: bool, by_value: bool = False) -> tuple[Row, ...]:
    rows = [
        Row(value, _outcomes(counter), counter.get("kopecks", 0) if money else 0, counter.get(EFFORT, 0))
        for value, counter in places.items()
        if counter.get("received")
    ]
    return tuple(sorted(rows, key=lambda row: row.value if by_value else (-row.outcomes.received, row.value)))
