"""The rows behind a number of the week: the very deals, commitments and client meetings that it counts."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Value

from svyazka.engine.weeks import Week
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.commitments.queries import CommitmentRow, commitments_by_id
from svyazka.presale.deals.models import DECLINED, LOST, UNREAL, WON, Deal
from svyazka.presale.deals.queries import DealRow, rows_by_id, visible_to
from svyazka.presale.insight.slips import slips_between
from svyazka.presale.insight.week import ENDED, QUARTER, YEAR, cohort_spans, fates, overdue_at
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.meetings.figures import confirmed_letters, held_with_clients
from svyazka.presale.meetings.models import Letter
from svyazka.presale.people.queries import directory
from svyazka.presale.people.rights import require

A_PAGE: Final = 50
_AT_ONCE: Final = 500

_Found = tuple[int | None, datetime, int | None, int | None, int | None]
"""Deal, moment, minutes, commitment, meeting: of a commitment's deal its own row tells."""


@dataclass(frozen=True, slots=True)
class WeekRow:
    """What a number counts once.

    :ivar at: when it happened that is counted: received, closed, came to an end, fell due, was held, was confirmed
    :ivar minutes: working minutes, where the number is made of such
    """

    deal: DealRow
    at: datetime
    minutes: int | None = None
    commitment: CommitmentRow | None = None
    meeting_id: int | None = None


@dataclass(frozen=True, slots=True)
class WeekBehind:
    """A page of the rows and how many there are in all; ``every`` reads all of them, some at a time."""

    rows: tuple[WeekRow, ...]
    total: int
    more: bool
    every: Callable[[], Iterator[WeekRow]]


def week_behind(*, week: Week, viewer: Actor, at: datetime, which: str, page: int = 1) -> WeekBehind:
    """What a number of the week counts. The same number of queries however much it is.

    :param which: ``received``, ``won``, ``lost``, ``declined``, ``response``, ``unanswered``, ``promises``, ``meetings``, ``sent``, ``letters``,
        ``overdue`` or ``overdue.UNIT`` (0 for none); ``why.REASON`` of the week, ``why13.REASON`` of 13 weeks; ``slip.TERM``, ``save.TERM``, and with
        ``_client`` where the client was late before; with ``all.``, ``won.`` or ``still.`` before it ``0`` for 365 days, ``1`` to ``4`` for their quarters, or
        ``source.NAME``
    :param page: from 1
    :raises NotAllowed: see there
    :raises NotFound: there is no such number
    """
    require(viewer, "overview.see")
    found = _found(which, week, min(week.until, at), viewer)
    total = found.count() if isinstance(found, QuerySet) else len(found)
    start = (page - 1) * A_PAGE

    def every() -> Iterator[WeekRow]:
        for begin in range(0, total, _AT_ONCE):
            yield from _rows(found[begin : begin + _AT_ONCE], viewer)

    return WeekBehind(_rows(found[start : start + A_PAGE], viewer), total, total > start + A_PAGE, every)


def _rows(found: Iterable[Any], viewer: Actor) -> tuple[WeekRow, ...]:
    some: list[_Found] = list(found)
    owed = commitments_by_id([row[3] for row in some if row[3] is not None])
    whose = [row[0] or 0 if row[3] is None else owed[row[3]].deal_id for row in some]
    deals = rows_by_id(set(whose), viewer=viewer)
    return tuple(
        WeekRow(deals[deal], at, minutes, owed.get(commitment or 0), meeting)
        for deal, (_deal, at, minutes, commitment, meeting) in zip(whose, some, strict=True)
        if deal in deals
    )


def _found(which: str, week: Week, until: datetime, viewer: Actor) -> "QuerySet[Any, Any] | Sequence[_Found]":
    deals = Deal.objects.filter(visible_to(viewer))
    kind, _point, key = which.partition(".")
    if which in {"response", "unanswered"}:
        return _answers(deals, week, until, answered=which == "response")
    if kind in _SLIPS:
        return _slips(*_SLIPS[kind], key, week, until)
    if kind in {"all", "won", "still"} and key:
        return _received(deals.filter(_cohort(key, until) & fates(until)[kind]))
    for place, made in ((which, _WHOLE), (kind if key else "", _OF_ONE)):
        if place in made:
            return made[place](deals, week.since, until, key)
    raise NotFound


_SLIPS: Final[Mapping[str, tuple[bool, bool]]] = {
    "slip": (False, False), "slip_client": (False, True), "save": (True, False), "save_client": (True, True),
}  # fmt: skip
"""By kind, whether dates were saved, and whether the client was late before."""


def _row(deal: Any, at: str, minutes: Any = None, commitment: Any = None, meeting: Any = None) -> list[Any]:
    """The columns of a row, in their order: names, or None."""
    nothing = Value(None, output_field=IntegerField())
    return [nothing if one is None else F(one) for one in (deal, at, minutes, commitment, meeting)]


def _received(deals: QuerySet[Deal]) -> QuerySet[Any, Any]:
    return deals.exclude(status__in=UNREAL).order_by("-received_at", "-pk").values_list(*_row("pk", "received_at"))  # fmt: skip


def _closed(deals: QuerySet[Deal], since: datetime, until: datetime, **which: str) -> QuerySet[Any, Any]:
    found = deals.filter(closed_at__gte=since, closed_at__lt=until, **which)
    return found.order_by("-closed_at", "-pk").values_list(*_row("pk", "closed_at"))


def _owed(which: Q, at: str) -> QuerySet[Any, Any]:
    found = Commitment.objects.filter(which).order_by("outcome", f"-{at}", "-pk")
    return found.values_list(*_row(None, at, commitment="pk"))


def _letters(found: QuerySet[Letter], at: str) -> QuerySet[Any, Any]:
    return found.order_by(f"-{at}", "-pk").values_list(*_row("meeting__deal_id", at, meeting="meeting_id"))


def _confirmed(since: datetime, until: datetime) -> QuerySet[Letter]:
    """A meeting stands once, with the last version that was confirmed in that time."""
    found = confirmed_letters().filter(answered_at__gte=since, answered_at__lt=until)
    later = found.filter(meeting=OuterRef("meeting"), pk__gt=OuterRef("pk"))
    return found.exclude(Exists(later))


def _met(since: datetime, until: datetime) -> QuerySet[Any, Any]:
    found = held_with_clients().filter(began_at__gte=since, began_at__lt=until)
    return found.order_by("-began_at", "-pk").values_list(*_row("deal_id", "began_at", meeting="pk"))


def _overdue_in(unit: str, until: datetime) -> QuerySet[Any, Any]:
    if not (unit.isascii() and unit.isdigit() and len(unit) < 16):
        raise NotFound
    known = directory().units
    where = Q(performer__unit_id=int(unit)) if int(unit) in known else Q(performer__unit=None)
    if int(unit) and int(unit) not in known:
        raise NotFound
    return _owed(overdue_at(until) & where, "due_at")


_Made = Callable[[QuerySet[Deal], datetime, datetime, str], "QuerySet[Any, Any]"]
_WHOLE: Final[Mapping[str, _Made]] = {
    "received": lambda deals, since, until, _: _received(deals.filter(received_at__gte=since, received_at__lt=until)),
    "won": lambda deals, since, until, _: _closed(deals, since, until, status=WON),
    "lost": lambda deals, since, until, _: _closed(deals, since, until, status=LOST),
    "declined": lambda deals, since, until, _: _closed(deals, since, until, status=DECLINED),
    "promises": lambda _deals, since, until, _: _owed(ENDED & Q(closed_at__gte=since, closed_at__lt=until), "closed_at"),
    "overdue": lambda _deals, _since, until, _: _owed(overdue_at(until), "due_at"),
    "meetings": lambda _deals, since, until, _: _met(since, until),
    "sent": lambda _deals, since, until, _: _letters(
        Letter.objects.filter(taken_back_at=None, sent_at__gte=since, sent_at__lt=until), "sent_at"
    ),
    "letters": lambda _deals, since, until, _: _letters(_confirmed(since, until), "answered_at"),
}  # fmt: skip
"""Numbers that stand by themselves."""
_OF_ONE: Final[Mapping[str, _Made]] = {
    "why": lambda deals, since, until, reason: _closed(deals, since, until, status=LOST, reason=reason),
    "why13": lambda deals, _, until, reason: _closed(deals, until - QUARTER, until, status=LOST, reason=reason),
    "overdue": lambda _deals, _since, until, unit: _overdue_in(unit, until),
}  # fmt: skip
"""Numbers of a reason or a unit."""


def _cohort(key: str, until: datetime) -> Q:
    """Which requests a conversion is of."""
    kind, point, name = key.partition(".")
    if kind == "source" and point:
        return Q(source=name, received_at__gte=until - YEAR, received_at__lt=until)
    spans = cohort_spans(until)
    if key not in {str(at) for at in range(len(spans))}:
        raise NotFound
    since, end = spans[int(key)]
    return Q(received_at__gte=since, received_at__lt=end)


def _answers(deals: QuerySet[Deal], week: Week, until: datetime, *, answered: bool) -> Sequence[_Found]:
    """The week's requests with their first answer, who waited longest first; or those without one."""
    calendar = directory().calendar
    came = deals.filter(received_at__gte=week.since, received_at__lt=until).exclude(status__in=UNREAL)
    found: list[_Found] = []
    for pk, received, contacted in came.order_by("-received_at").values_list(
        "pk", "received_at", "contacted_at"
    ):
        if contacted is None or contacted >= until:
            if not answered:
                found.append((pk, received, None, None, None))
        elif answered:
            found.append((pk, received, calendar.minutes_between(received, contacted), None, None))
    return sorted(found, key=lambda row: -(row[2] or 0))


def _slips(saved: bool, client: bool, term: str, week: Week, until: datetime) -> Sequence[_Found]:  # noqa: FBT001 (as they come out of the table)
    slips = slips_between(since=week.since, until=until)[saved]
    of = [one for one in slips if (one.term, one.from_client) == (term, client)]
    return [
        (None, one.at, one.minutes, one.commitment_id, None)
        for one in sorted(of, key=lambda one: -one.minutes)
    ]
