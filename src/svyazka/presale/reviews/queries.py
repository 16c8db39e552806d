"""Reads of reviews: the queue of closed deals, and one deal's review with the facts beside its questions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import BooleanField, Case, F, Value, When

from svyazka.engine.clock import Breach, Holder, Save
from svyazka.engine.delays import Stay
from svyazka.engine.worktime import Duration
from svyazka.presale.commitments.queries import CommitmentRow
from svyazka.presale.deals.models import WON, Deal, Seat
from svyazka.presale.deals.queries import DealRow, deal_id_of, rows_by_id, visible_to
from svyazka.presale.deals.writing import roles_of
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.meetings.models import Meeting
from svyazka.presale.meetings.values import CLIENT, CLOSED, HELD
from svyazka.presale.people.queries import directory
from svyazka.presale.people.rights import may, require
from svyazka.presale.reviews.models import Review
from svyazka.presale.reviews.values import REVIEWED
from svyazka.presale.stages.queries import DealPage, deal_page_by_id

IN_TIME: Final = Duration(2, "d")
"""So soon after its end a deal is to be looked back on: two working days."""
SHOWN: Final = 50
"""So many deals stand on a page of the queue."""
MOST: Final = 5
"""So many saves and breaches stand beside a question, the greatest ones."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A closed deal in the queue.

    :ivar is_late: two working days are over, and nobody has reviewed it
    :ivar may_review: whether the viewer may
    """

    deal: DealRow
    reviewed_at: datetime | None
    reviewed_by_id: int | None
    case_id: int | None
    is_late: bool
    may_review: bool


def review_queue(
    *, viewer: Actor, at: datetime, reviewed: bool = False, start: int = 0, limit: int = SHOWN
) -> tuple[Waiting, ...]:
    """Closed deals that wait for their review, won ones first, the newest first; or those that were reviewed. Three queries.

    :param start: so many of them have been shown before
    """
    if viewer.is_agent:
        return ()
    require(viewer, "review.see")
    is_won = Case(When(status=WON, then=Value(True)), default=Value(False), output_field=BooleanField())
    found = Deal.objects.filter(visible_to(viewer), status__in=REVIEWED, review__isnull=not reviewed)
    order = ("-review__reviewed_at", "-pk") if reviewed else ("-is_won", "-closed_at", "-pk")
    columns = ("pk", "review__reviewed_at", "review__reviewed_by_id", "told")
    told = _kept_case("review__case")
    listed = list(
        found.annotate(is_won=is_won, told=told).order_by(*order).values_list(*columns)[start : start + limit]
    )
    deals = rows_by_id([pk for pk, *_ in listed], viewer=viewer)
    mine = _reviewable(deals.values(), viewer)
    return tuple(
        Waiting(deals[pk], reviewed_at, by, case, reviewed_at is None and _is_late(deals[pk], at), pk in mine)
        for pk, reviewed_at, by, case in listed
        if pk in deals
    )


def _kept_case(path: str) -> Case:
    """The case that this way leads to, unless it is put away."""
    return Case(When(**{f"{path}__retired_at": None}, then=F(path)), default=None)


def _is_late(deal: DealRow, at: datetime) -> bool:
    return deal.closed_at is not None and directory().calendar.due(deal.closed_at, IN_TIME) < at


def _reviewable(deals: Iterable[DealRow], viewer: Actor) -> frozenset[int]:
    """Those of these deals that the viewer may review. One query."""
    dispatchers = {deal.id: deal.dispatcher_id for deal in deals}
    held: dict[int, list[tuple[str, bool]]] = {deal: [] for deal in dispatchers}
    mine = Seat.objects.filter(deal_id__in=list(held), person_id=viewer.me, until=None)
    for deal_id, role, in_shadow in mine.values_list("deal_id", "role", "in_shadow"):
        held[deal_id].append((role, in_shadow))
    return frozenset(
        deal_id
        for deal_id, seats in held.items()
        if may(viewer, "review.write", roles_of(dispatchers[deal_id], viewer.person_id, seats))
    )


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """What was said of a deal."""

    id: int
    goal: str
    helped: str
    time_went: str
    keep: str
    change: str
    owner_id: int
    by_day: date
    case_id: int | None
    reviewed_by_id: int
    reviewed_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Goals:
    """What a held meeting was for, by our side and by the client's, and how many of its criteria were met."""

    starts_at: datetime | None
    agenda: str
    ours: str
    theirs: str
    met: int
    criteria: int


@dataclass(frozen=True, slots=True)
class Held:
    """Working minutes for which somebody held the ball."""

    holder: Holder
    minutes: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What the system knows of a closed deal, for the one who answers the questions.

    :ivar goals: only for who may read what was typed on the deal
    :ivar held: the longest first; all of it together is the deal's life
    :ivar saves: the greatest first, as are ``breaches``
    :ivar kept: how many commitments were kept in time, of ``promised`` that were kept, late or broken
    :ivar over: stages that were left over stop checks, with the reason that was given
    """

    goals: tuple[Goals, ...]
    held: tuple[Held, ...]
    saves: tuple[Save, ...]
    breaches: tuple[Breach, ...]
    kept: int
    promised: int
    over: tuple[Stay, ...]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """A closed deal's review, or what is needed to write it.

    :ivar private: whether the viewer may read what was typed on the deal
    """

    page: DealPage
    facts: Facts
    review: ReviewRow | None
    private: bool

    @property
    def deal(self) -> DealRow:
        """The deal."""
        return self.page.card.row


def review_page(*, number: str, viewer: Actor, at: datetime) -> ReviewPage:
    """A deal's review with the facts beside its questions. As many queries whatever the deal.

    :raises NotFound: no such deal, it isn't closed, or the viewer is a partner agent
    :raises NotAllowed: ``review.write``, neither duty nor seat
    """
    if viewer.is_agent:
        raise NotFound
    deal_id = deal_id_of(number, viewer=viewer)
    page = deal_page_by_id(deal_id=deal_id, viewer=viewer, at=at, entries=1)
    require(viewer, "review.write", page.card.viewer_seats)
    if page.card.row.status not in REVIEWED:
        raise NotFound
    private = page.card.sees_private
    return ReviewPage(page, _facts(page, _goals(deal_id) if private else ()), _review(deal_id), private)


def _review(deal_id: int) -> ReviewRow | None:
    columns = (
        "pk", "goal", "helped", "time_went", "keep", "change", "owner_id", "by_day", "told", "reviewed_by_id",
        "reviewed_at", "changed_at",
    )  # fmt: skip
    found = Review.objects.filter(deal_id=deal_id).annotate(told=_kept_case("case"))
    row = found.values_list(*columns).first()
    return ReviewRow(*row) if row else None


def _goals(deal_id: int) -> tuple[Goals, ...]:
    """Of the client meetings that took place. Two queries."""
    held = Meeting.objects.filter(deal_id=deal_id, kind=CLIENT, state__in=[HELD, CLOSED])
    return tuple(
        Goals(
            one.starts_at or one.began_at, one.agenda, one.our_goal, one.client_goal,
            sum(criterion.met is True for criterion in one.criteria.all()), len(one.criteria.all()),
        )
        for one in held.order_by("began_at", "pk").prefetch_related("criteria")
    )  # fmt: skip


def _facts(page: DealPage, goals: tuple[Goals, ...]) -> Facts:
    minutes: dict[Holder, int] = {}
    for piece in page.life:
        minutes[piece.holder] = minutes.get(piece.holder, 0) + piece.minutes
    held = sorted(
        (Held(holder, spent) for holder, spent in minutes.items() if spent), key=lambda one: -one.minutes
    )
    outcomes = [row.outcome for row in _ours(page.commitments)]
    return Facts(
        goals=goals,
        held=tuple(held),
        saves=tuple(sorted(page.saves, key=lambda one: -one.absorbed_minutes)[:MOST]),
        breaches=tuple(sorted(page.breaches, key=lambda one: -one.minutes_late)[:MOST]),
        kept=outcomes.count("kept"),
        promised=sum(outcome in {"kept", "late", "broken"} for outcome in outcomes),
        over=tuple(visit for visit in page.visits if visit.failed),
    )  # fmt: skip


def _ours(rows: Iterable[CommitmentRow]) -> Iterable[CommitmentRow]:
    return (row for row in rows if not row.on_client)


def doers_of(deals: Iterable[int]) -> frozenset[int]:
    """Who sees to what the reviews of these deals want changed: he isn't the one who judges it. One query."""
    return frozenset(Review.objects.filter(deal_id__in=list(deals)).values_list("owner_id", flat=True))


def review_of_case(*, case_id: int, viewer: Actor) -> DealRow | None:
    """The reviewed deal that a case tells of; None for a case of no review, and for who may not review the deal."""
    deal_id = Review.objects.filter(case_id=case_id).values_list("deal_id", flat=True).first()
    deals = rows_by_id([deal_id], viewer=viewer) if deal_id else {}
    return next((deals[pk] for pk in _reviewable(deals.values(), viewer)), None)
