"""Reads of expert requests: the board, one request with its candidates, who has what taken."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import FilteredRelation, Q, QuerySet

from svyazka.engine.matching import Proposal
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.deals.models import Deal
from svyazka.presale.deals.queries import DealRow, deal_id_of, rows_by_id, visible_to
from svyazka.presale.deals.writing import seats_of
from svyazka.presale.experts.candidates import need_of, proposals_for
from svyazka.presale.experts.models import CLAIMED, DONE, OPEN, WITHDRAWN, Claim, ExpertRequest, Reply
from svyazka.presale.journal.prepared import Prepared
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.people.queries import directory
from svyazka.presale.people.rights import may, require
from svyazka.presale.process.queries import process_version

RECENT: Final = timedelta(days=14)
"""So long what is settled still shows on the board."""


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """Who goes, who said so, with which level; ``over`` what spoke against him and ``why`` why all the same."""

    person_id: int
    by_id: int
    level: int
    over: tuple[str, ...]
    why: str
    at: datetime
    until: datetime | None
    back_why: str


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """``not_ours`` or ``need_more``, and what was added on it."""

    person_id: int
    kind: str
    text: str
    at: datetime
    answer: str
    answered_by_id: int | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class RequestRow:
    """An expert request as the board shows it.

    :ivar answered: intake fields of its deal that have an answer, of ``asked`` required ones; ``lacking`` are the rest
    :ivar named: the deal's form says the company's name
    :ivar owed_by: who owes taking it now, None once somebody has
    """

    id: int
    deal: DealRow
    kind: str
    competence: str
    level: int
    industries: tuple[str, ...]
    since: date
    until: date
    minutes: int
    goal: str
    to_decide: str
    project: str
    wanted_id: int | None
    wanted_why: str
    asked_by_id: int
    asked_at: datetime
    state: str
    closed_at: datetime | None
    said: str
    answered: int
    asked: int
    lacking: tuple[str, ...]
    named: bool
    owed_by: int | None
    due_at: datetime | None
    hard_due_at: datetime | None
    claims: tuple[ClaimRow, ...]
    replies: tuple[ReplyRow, ...]

    @property
    def claim(self) -> ClaimRow | None:
        """The claim that holds, or held when the request ended."""
        return next((one for one in self.claims if one.until is None), None)

    @property
    def lacks(self) -> tuple[ReplyRow, ...]:
        """What experts said they lack and nobody has added yet."""
        return tuple(one for one in self.replies if one.kind == "need_more" and one.answered_at is None)


@dataclass(frozen=True, slots=True)
class Board:
    """Open requests, oldest first, with who could answer them; and those settled of late, newest first."""

    open: tuple[RequestRow, ...]
    settled: tuple[RequestRow, ...]
    proposals: Mapping[int, tuple[Proposal, ...]]


def expert_board(*, viewer: Actor, at: datetime, limit: int = 100) -> Board:
    """The board of expert requests. The number of queries doesn't depend on how many there are.

    :raises NotAllowed: it is for our people
    """
    require(viewer, "deal.see")
    seen = _requests(viewer)
    waiting = list(seen.filter(state=OPEN).order_by("pk")[:limit])
    recent = Q(state=CLAIMED, deal__status="open") | Q(state__in=[DONE, WITHDRAWN], closed_at__gt=at - RECENT)
    settled = list(seen.filter(recent).order_by("-pk")[:limit])
    rows = _rows([*waiting, *settled], viewer)
    return Board(
        open=tuple(rows[one.pk] for one in waiting),
        settled=tuple(rows[one.pk] for one in settled),
        proposals=proposals_for({one.pk: need_of(one) for one in waiting}, at=at),
    )


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One request with everybody who could answer it and why; proposals only while it is open."""

    row: RequestRow
    proposals: tuple[Proposal, ...]
    may_ask: bool


def request_page(*, request_id: int, viewer: Actor, at: datetime) -> RequestPage:
    """One request in full.

    :raises NotFound: there is none, or the viewer may not know of its deal
    """
    found = _one(request_id, viewer)
    row = _rows([found], viewer)[found.pk]
    proposals = proposals_for({found.pk: need_of(found)} if found.state == OPEN else {}, at=at)
    may_ask = may(viewer, "expert.ask", seats_of(found.deal, viewer.person_id))
    return RequestPage(row, proposals.get(found.pk, ()), may_ask)


@dataclass(frozen=True, slots=True)
class Asking:
    """What the form that asks for an expert begins with: the deal, and the lines of business on its client's card."""

    deal: DealRow
    lines: tuple[str, ...]


def asking(*, number: str, viewer: Actor) -> Asking:
    """What there is to ask for a deal.

    :raises NotFound: no such deal, or the viewer may not know of it
    :raises NotAllowed: he may not ask for an expert on it
    """
    deal_id = deal_id_of(number, viewer=viewer)
    deal = Deal.objects.select_related("client").get(pk=deal_id)
    require(viewer, "expert.ask", seats_of(deal, viewer.person_id))
    return Asking(rows_by_id([deal_id], viewer=viewer)[deal_id], tuple(map(str, deal.client.lines)))


def request_row(*, request_id: int, viewer: Actor) -> RequestRow:
    """One request without its candidates.

    :raises NotFound: see :func:`request_page`
    """
    found = _one(request_id, viewer)
    return _rows([found], viewer)[found.pk]


def requests_of(*, deal_id: int, viewer: Actor) -> tuple[RequestRow, ...]:
    """The requests of a deal, newest first. Nothing for who may not know of it, or is not of ours."""
    if not may(viewer, "deal.see"):
        return ()
    found = list(_requests(viewer).filter(deal_id=deal_id).order_by("-pk"))
    rows = _rows(found, viewer)
    return tuple(rows[one.pk] for one in found)


@dataclass(frozen=True, slots=True)
class InShort:
    """A request as its deal's page tells of it; ``person_id`` is who has it, None for nobody."""

    id: int
    kind: str
    competence: str
    state: str
    person_id: int | None


_IN_SHORT = Prepared(
    lambda deal: (
        ExpertRequest.objects.filter(deal_id=deal)
        .annotate(held=FilteredRelation("claims", condition=Q(claims__until=None)))
        .order_by("-pk")
        .values_list("pk", "kind", "competence__name", "state", "held__person_id")
    )
)


def in_short(deal_id: int) -> tuple[InShort, ...]:
    """All requests of a deal, newest first, for a page that is shown to our people only. One query."""
    return tuple(InShort(*row) for row in _IN_SHORT(deal=deal_id))


@dataclass(frozen=True, slots=True)
class Taken:
    """An expert request that somebody has taken: what for, and until which day."""

    id: int
    deal_id: int
    kind: str
    competence: str
    until: date


def taken_by(*, viewer: Actor) -> tuple[Taken, ...]:
    """What the viewer has taken on open deals and not finished, what ends first on top. One query; none for no expert."""
    if "expert" not in viewer.roles:
        return ()
    held = ExpertRequest.objects.filter(
        state=CLAIMED, deal__status="open", claims__until=None, claims__person_id=viewer.me
    )
    rows = held.order_by("until", "pk").values_list("pk", "deal_id", "kind", "competence__name", "until")
    return tuple(Taken(*row) for row in rows)


SOUGHT: Final = ("expert.requested", "triage.requested")
"""Events by which somebody owes taking a request."""


def is_about_taking(term: str, process_number: int) -> bool:
    """Whether what is owed by this term is that somebody takes an expert request."""
    process = process_version(process_number)
    return any(one.key == term for event in SOUGHT for one in process.terms_opened_by(event))


def may_answer(viewer: Actor) -> bool:
    """Whether he may say of a request that it isn't his, or lacks something: heads, administrators, and who could go."""
    return may(viewer, "expert.answer", {"expert"} & viewer.roles)


def sendable(*, viewer: Actor) -> tuple[int, ...]:
    """Ids of the experts whom the viewer may send: a head his unit's people, an administrator anybody."""
    experts = directory().active(role="expert")
    if viewer.has("administrator"):
        return tuple(card.id for card in experts)
    if not viewer.has("head"):
        return ()
    return tuple(card.id for card in experts if card.unit_id == viewer.unit_id)


def _requests(viewer: Actor) -> QuerySet[ExpertRequest]:
    deals = Deal.objects.filter(visible_to(viewer)).values("pk") if viewer.is_agent else None
    seen = ExpertRequest.objects.select_related("deal", "competence")
    return seen if deals is None else seen.filter(deal__in=deals)


def _one(request_id: int, viewer: Actor) -> ExpertRequest:
    require(viewer, "deal.see")
    found = _requests(viewer).filter(pk=request_id).first()
    if found is None:
        raise NotFound
    return found


def _rows(found: Sequence[ExpertRequest], viewer: Actor) -> dict[int, RequestRow]:
    """Rows of these requests by id: four queries, none for none."""
    if not found:
        return {}
    ids = [one.pk for one in found]
    deals = rows_by_id({one.deal_id for one in found}, viewer=viewer)
    claims: dict[int, list[ClaimRow]] = defaultdict(list)
    for one in Claim.objects.filter(request__in=ids).order_by("pk"):
        claims[one.request_id].append(
            ClaimRow(
                one.person_id, one.by_id, one.level, tuple(one.over), one.why, one.at, one.until, one.back_why
            )
        )
    replies: dict[int, list[ReplyRow]] = defaultdict(list)
    for said in Reply.objects.filter(request__in=ids).order_by("pk"):
        replies[said.request_id].append(
            ReplyRow(
                said.person_id,
                said.kind,
                said.text,
                said.at,
                said.answer,
                said.answered_by_id,
                said.answered_at,
            )
        )
    owed, required = _owed(found), _required(deals.values())
    return {
        one.pk: _row(
            one,
            deals[one.deal_id],
            required,
            claims=claims[one.pk],
            replies=replies[one.pk],
            owed=owed.get(one.pk),
        )
        for one in found
    }


def _required(deals: Iterable[DealRow]) -> dict[int, tuple[str, ...]]:
    """Keys of the required intake fields by the version of the process."""
    return {
        number: tuple(field.key for field in process_version(number).fields if field.required)
        for number in {deal.process_number for deal in deals}
    }


def _owed(found: Iterable[ExpertRequest]) -> dict[int, tuple[int, datetime, datetime | None]]:
    """Of each open request who owes taking it, by when, and when the next level is called."""
    waiting = [one for one in found if one.state == OPEN]
    owed = Commitment.objects.filter(
        outcome="open",
        role="head",
        deal__in={one.deal_id for one in waiting},
        about__in=[one.pk for one in waiting],
    )
    return {
        about: (performer, due, hard)
        for about, performer, due, hard in owed.values_list("about", "performer_id", "due_at", "hard_due_at")
    }


def _row(
    one: ExpertRequest,
    deal: DealRow,
    required: Mapping[int, tuple[str, ...]],
    *,
    claims: list[ClaimRow],
    replies: list[ReplyRow],
    owed: tuple[int, datetime, datetime | None] | None,
) -> RequestRow:
    asked, left = required[deal.process_number], set(one.deal.lacking)
    lacking = tuple(key for key in asked if key in left)
    owed_by, due, hard = owed or (None, None, None)
    return RequestRow(
        id=one.pk, deal=deal, kind=one.kind, competence=one.competence.name, level=one.level,
        industries=tuple(one.industries), since=one.since, until=one.until, minutes=one.minutes, goal=one.goal,
        to_decide=one.to_decide, project=one.project, wanted_id=one.wanted_id, wanted_why=one.wanted_why,
        asked_by_id=one.asked_by_id, asked_at=one.asked_at, state=one.state, closed_at=one.closed_at, said=one.said,
        answered=len(asked) - len(lacking), asked=len(asked), lacking=lacking,
        named=bool(one.deal.intake.get("answers", {}).get("company")), owed_by=owed_by, due_at=due,
        hard_due_at=hard, claims=tuple(claims), replies=tuple(replies),
    )  # fmt: skip
