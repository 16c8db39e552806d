"""The owner's week: what came in, what was won and lost and why, what we kept of what we promised, beside the week before.

Each figure is of the tables as they are now, asked as of the week's end: what was closed later counts as open then. What is
changed afterwards (a deal reopened, a due time moved while the client had the ball) shows in earlier weeks too.
"""

from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from svyazka.engine.intervals import Share, wilson
from svyazka.engine.weeks import Week
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.deals.models import DECLINED, LOST, OPEN, UNREAL, WON, Deal
from svyazka.presale.deals.queries import rows_by_id, visible_to
from svyazka.presale.deals.seeing import sees_private_of_each
from svyazka.presale.insight.slips import slips_of
from svyazka.presale.insight.week_values import (
    Cohort,
    Pair,
    Reason,
    Received,
    Standing,
    UnitLate,
    WeekFigures,
)
from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.figures import confirmed_letters, held_with_clients
from svyazka.presale.meetings.models import Letter
from svyazka.presale.people.queries import directory
from svyazka.presale.people.rights import require
from svyazka.presale.stages.models import Visit

WEEKS: Final = 12
"""Weeks that are shown side by side."""
QUARTER: Final = timedelta(weeks=13)
YEAR: Final = timedelta(days=365)
QUARTERS: Final = (365, 274, 183, 91, 0)
"""Days before the end at which the quarters of a year begin and end."""
ENDED: Final = Q(on_client=False, outcome__in=["kept", "late", "broken"])
"""Our promises that came to an end: what is waived or cancelled is no promise any more, what a client owes isn't ours."""
STANDING: Final = 5
SOURCES: Final = 8
"""Rows at most: deals that stand longest; sources."""


def week_figures(*, week: Week, viewer: Actor, at: datetime) -> WeekFigures:
    """One week for its reader. The number of queries is the same for any week and any number of deals.

    :raises NotAllowed: see there
    """
    require(viewer, "overview.see")
    until = min(week.until, at)
    deals = Deal.objects.filter(visible_to(viewer))
    real = deals.exclude(status__in=UNREAL)
    weeks = _received(real, week, until)
    before = week.earlier()
    closed: list[Any] = list(
        deals.filter(
            closed_at__gte=before.since, closed_at__lt=until, status__in=[WON, LOST, DECLINED]
        ).values_list(
            "pk", "status", "closed_at", "reason", "process_number", "contract_sum", "dispatcher_id"
        )
    )
    ended = Counter((status, closed_at >= week.since) for _pk, status, closed_at, *_rest in closed)
    won = {row[0]: (row[5], row[6]) for row in closed if row[1] == WON and row[2] >= week.since}
    year, cohorts = _cohorts(real, until)
    response, unanswered = _response(real, week, until)
    breaches, saves = slips_of(since=week.since, until=until)
    return WeekFigures(
        week=week, until=until, weeks=weeks,
        received=Pair(weeks[-1].decided + weeks[-1].still, weeks[-2].decided + weeks[-2].still),
        won=Pair(ended[WON, True], ended[WON, False]), won_sum=_sum(won, viewer),
        lost=Pair(ended[LOST, True], ended[LOST, False]),
        declined=Pair(ended[DECLINED, True], ended[DECLINED, False]),
        reasons=_reasons(Counter((row[3], row[4]) for row in closed if row[1] == LOST and row[2] >= week.since)),
        reasons_quarter=_reasons_since(deals, until),
        year=year, cohorts=cohorts, sources=_sources(real, until),
        response=response, unanswered=unanswered, promises=_promises(week, until),
        overdue=_overdue(until), standing=_standing(viewer, until),
        breaches=breaches, saves=saves, **_meetings(week, until),
    )  # fmt: skip


def open_at(until: datetime) -> Q:
    """Deals that were open at a moment."""
    return Q(status=OPEN) | Q(closed_at__gte=until)


def _received(real: QuerySet[Deal], week: Week, until: datetime) -> tuple[Received, ...]:
    shown = [week.earlier(back) for back in reversed(range(WEEKS))]
    counts: dict[str, Any] = {}
    for at, one in enumerate(shown):
        within = Q(received_at__gte=one.since, received_at__lt=min(one.until, until))
        counts[f"all_{at}"] = Count("pk", filter=within)
        counts[f"still_{at}"] = Count("pk", filter=within & open_at(until))
    found = real.filter(received_at__gte=shown[0].since, received_at__lt=until).aggregate(**counts)
    return tuple(
        Received(one, found[f"all_{at}"] - found[f"still_{at}"], found[f"still_{at}"])
        for at, one in enumerate(shown)
    )


def _sum(won: dict[int, tuple[Decimal | None, int]], viewer: Actor) -> Decimal | None:
    seen = sees_private_of_each({deal: dispatcher for deal, (_sum, dispatcher) in won.items()}, viewer=viewer)
    if not won or seen != won.keys():
        return None
    return sum((money or Decimal(0) for money, _dispatcher in won.values()), Decimal(0))


def _reasons(found: Counter[tuple[str, int]]) -> tuple[Reason, ...]:
    """By how often each was said; one that several versions of the process know is one."""
    counts: Counter[str] = Counter()
    number: dict[str, int] = {}
    for (code, process), count in found.items():
        counts[code] += count
        number[code] = max(process, number.get(code, 0))
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return tuple(Reason(code, number[code], count) for code, count in ordered)


def _reasons_since(deals: QuerySet[Deal], until: datetime) -> tuple[Reason, ...]:
    lost = deals.filter(status=LOST, closed_at__gte=until - QUARTER, closed_at__lt=until)
    found = lost.order_by().values_list("reason", "process_number").annotate(count=Count("pk"))
    return _reasons(Counter({(reason, process): count for reason, process, count in found}))


def cohort_spans(until: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """The 365 days before a moment, then their quarters, the earliest first."""
    edges = [until - timedelta(days=days) for days in QUARTERS]
    return ((edges[0], until), *pairwise(edges))


def _cohorts(real: QuerySet[Deal], until: datetime) -> tuple[Cohort, tuple[Cohort, ...]]:
    spans = cohort_spans(until)
    counts: dict[str, Any] = {}
    for at, (begin, end) in enumerate(spans):
        for name, which in fates(until).items():
            counts[f"{name}_{at}"] = Count(
                "pk", filter=Q(received_at__gte=begin, received_at__lt=end) & which
            )
    found = real.filter(received_at__gte=until - YEAR, received_at__lt=until).aggregate(**counts)
    made = [
        Cohort("", begin, end, wilson(found[f"won_{at}"], found[f"all_{at}"]), found[f"still_{at}"])
        for at, (begin, end) in enumerate(spans)
    ]
    return made[0], tuple(made[1:])


def fates(until: datetime) -> dict[str, Q]:
    """What had become of deals by a moment: all of them, the won ones, those still open."""
    return {"all": Q(), "won": Q(status=WON, closed_at__lt=until), "still": open_at(until)}


def _sources(real: QuerySet[Deal], until: datetime) -> tuple[Cohort, ...]:
    # Any: the types know no annotation whose name is worked out
    year: Any = real.filter(received_at__gte=until - YEAR, received_at__lt=until)
    counts: dict[str, Any] = {name: Count("pk", filter=which) for name, which in fates(until).items()}
    found = year.order_by().values("source").annotate(**counts).order_by("-all", "source")[:SOURCES]
    return tuple(
        Cohort(row["source"], until - YEAR, until, wilson(row["won"], row["all"]), row["still"])
        for row in found
    )


def _response(
    real: QuerySet[Deal], week: Week, until: datetime
) -> tuple[tuple[float | None, float | None], int]:
    calendar, since = directory().calendar, week.earlier().since
    taken: tuple[list[int], list[int]] = ([], [])
    unanswered = 0
    rows = real.filter(received_at__gte=since, received_at__lt=until).values_list(
        "received_at", "contacted_at"
    )
    for received, contacted in rows:
        if contacted is not None and contacted < until:
            taken[received < week.since].append(calendar.minutes_between(received, contacted))
        elif received >= week.since:
            unanswered += 1
    now, before = (median(one) if one else None for one in taken)
    return (now, before), unanswered


def _promises(week: Week, until: datetime) -> tuple[Share | None, Share | None]:
    """Kept of (kept, late and broken)."""
    counts: dict[str, Any] = {}
    for name, begin, end in (("now", week.since, until), ("before", week.earlier().since, week.since)):
        within = Q(closed_at__gte=begin, closed_at__lt=end)
        counts[f"{name}_all"] = Count("pk", filter=within)
        counts[f"{name}_kept"] = Count("pk", filter=within & Q(outcome="kept"))
    found = Commitment.objects.filter(
        ENDED, closed_at__gte=week.earlier().since, closed_at__lt=until
    ).aggregate(**counts)
    now, before = (wilson(found[f"{one}_kept"], found[f"{one}_all"]) for one in ("now", "before"))
    return now, before


def overdue_at(until: datetime) -> Q:
    """Our commitments that were past their time at a moment."""
    owed = Q(outcome="open") | Q(closed_at__gte=until)
    return owed & Q(on_client=False, opened_at__lt=until, due_at__lt=until)


def _overdue(until: datetime) -> tuple[UnitLate, ...]:
    late = Commitment.objects.filter(overdue_at(until)).order_by()
    found = dict(late.values_list("performer__unit_id").annotate(count=Count("pk")))
    units = [UnitLate(unit.id, unit.name, found.get(unit.id, 0)) for unit in directory().units.values()]
    known = {unit.unit_id for unit in units}
    rest = sum(count for unit, count in found.items() if unit not in known)
    more = [UnitLate(None, "", rest)] if rest else []
    return tuple(
        sorted((one for one in (*units, *more) if one.overdue), key=lambda one: (-one.overdue, one.name))
    )


def _standing(viewer: Actor, until: datetime) -> tuple[Standing, ...]:
    stays = Visit.objects.filter(Q(left_at=None) | Q(left_at__gte=until), entered_at__lt=until)
    open_then = Q(deal__status=OPEN) | Q(deal__closed_at__gte=until)
    found = list(
        stays.filter(open_then)
        .order_by("entered_at", "pk")
        .values_list("deal_id", "stage", "entered_at")[:STANDING]
    )
    deals, calendar = (
        rows_by_id([deal for deal, _stage, _since in found], viewer=viewer),
        directory().calendar,
    )
    return tuple(
        Standing(deals[deal], stage, calendar.minutes_between(since, until))
        for deal, stage, since in found
        if deal in deals
    )


def _meetings(week: Week, until: datetime) -> dict[str, Pair]:
    spans = {"now": (week.since, until), "before": (week.earlier().since, week.since)}
    held = {name: Count("pk", filter=_within("began_at", span)) for name, span in spans.items()}
    sent = {name: Count("pk", filter=_within("sent_at", span)) for name, span in spans.items()}
    # a meeting counts once, however many versions its letter had
    said_yes = {
        name: Count("meeting", filter=_within("answered_at", span), distinct=True)
        for name, span in spans.items()
    }
    return {
        "meetings": Pair(**held_with_clients().aggregate(**held)),
        "letters": Pair(**Letter.objects.filter(taken_back_at=None).aggregate(**sent)),
        "confirmed": Pair(**confirmed_letters().aggregate(**said_yes)),
    }


def _within(column: str, span: tuple[datetime, datetime]) -> Q:
    begin, end = span
    return Q(**{f"{column}__gte": begin, f"{column}__lt": end})
