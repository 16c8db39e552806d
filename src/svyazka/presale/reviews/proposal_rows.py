"""Reads of proposals."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import F, Q

from svyazka.presale.deals.queries import DealRow, rows_by_id
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.people.rights import may, require
from svyazka.presale.reviews.days import today
from svyazka.presale.reviews.figures import Figure, Stretch, before, figure, followed_for, since
from svyazka.presale.reviews.models import Ground, Proposal, Review
from svyazka.presale.reviews.queries import doers_of
from svyazka.presale.reviews.values import JUDGED, OPEN, TAKEN, wording

MOST: Final = 200
"""So many proposals are listed."""
BEFORE, SINCE = SIDES = ("before", "since")
"""The two times that are compared; of a proposal that isn't taken in only the first, up to now."""


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposed change of the process.

    :ivar deals: closed deals that it comes from
    :ivar before: the figure of the 90 days before it was taken in; ``after``: from then on, up to when it was judged
    :ivar is_due: its day has come, and nobody has judged it
    :ivar followed: so long after its receipt a deal's end is waited for, where conversion is what it is judged by
    """

    id: int
    kind: str
    about: str
    text: str
    why: str
    figure: str
    figure_of: str
    judge_on: date
    owner_id: int
    proposed_by_id: int
    proposed_at: datetime
    state: str
    version: int | None
    taken_at: datetime | None
    verdict: str
    words: str
    before: Figure | None
    after: Figure | None
    decided_by_id: int | None
    decided_at: datetime | None
    is_due: bool
    followed: timedelta
    deals: tuple[DealRow, ...] = ()

    @property
    def wording(self) -> str:
        """Which words the reader saw, for who corrects them."""
        return wording(self.text, self.why)


def proposals(*, viewer: Actor, at: datetime, state: str | None = None) -> tuple[ProposalRow, ...]:
    """Proposals, those that wait for somebody first: by the day on which they are judged. Three queries.

    :param state: only those in it
    """
    if viewer.is_agent:
        return ()
    require(viewer, "proposal.see")
    found = Proposal.objects.filter(Q(state=state) if state else Q())
    ordered = found.order_by(F("decided_at").desc(nulls_first=True), "judge_on", "pk")
    return _with_deals(ordered[:MOST], viewer, at)


def open_proposals(*, viewer: Actor, at: datetime) -> tuple[ProposalRow, ...]:
    """Those that the next version of the process may take in."""
    return proposals(viewer=viewer, at=at, state=OPEN)


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """A proposal in full.

    :ivar now: the figure as it is now: of the last 90 days while the proposal waits, since it was taken in afterwards
    """

    row: ProposalRow
    now: Figure
    may_correct: bool
    may_decide: bool
    may_judge: bool


def proposal_page(*, proposal_id: int, viewer: Actor, at: datetime) -> ProposalPage:
    """One proposal. Four queries, one more for who might judge it.

    :raises NotFound: there is none, or the viewer is a partner agent
    """
    require_ours(viewer)
    found = Proposal.objects.filter(pk=proposal_id).first()
    if found is None:
        raise NotFound
    (row,) = _with_deals([found], viewer, at)
    now = row.after or figure(stretch_of(row, BEFORE if row.taken_at is None else SINCE, at))
    own = {"performer"} if row.owner_id == viewer.person_id else set[str]()
    wrote = {"author"} if row.proposed_by_id == viewer.person_id else set[str]()
    return ProposalPage(
        row, now,
        may_correct=row.state == OPEN and may(viewer, "proposal.correct", wrote),
        may_decide=row.state == OPEN and may(viewer, "proposal.decide"),
        may_judge=row.state == TAKEN and may(viewer, "proposal.judge", own) and viewer.person_id not in _doers(row),
    )  # fmt: skip


def stretch_of(row: ProposalRow, side: str, at: datetime) -> Stretch:
    """What the figure of a proposal is of, before the change or since, the latter up to when it was judged."""
    if side == BEFORE:
        return before(row.figure, row.figure_of, at=row.taken_at or at, followed=row.followed)
    assert row.taken_at is not None
    until = row.decided_at if row.state == JUDGED and row.decided_at else at
    return since(row.figure, row.figure_of, taken_at=row.taken_at, at=until, followed=row.followed)


def _doers(row: ProposalRow) -> frozenset[int]:
    return doers_of(Ground.objects.filter(proposal_id=row.id).values_list("deal_id", flat=True))


def require_ours(viewer: Actor) -> None:
    """Raise what says that the viewer may not know of proposals."""
    if viewer.is_agent:
        raise NotFound
    require(viewer, "proposal.see")


def proposals_of(deal_id: int, *, viewer: Actor, at: datetime) -> tuple[ProposalRow, ...]:
    """What a deal has taught to propose."""
    require_ours(viewer)
    found = Proposal.objects.filter(grounds__deal_id=deal_id).order_by("-pk")
    return _with_deals(list(found), viewer, at)


def _with_deals(rows: Iterable[Proposal], viewer: Actor, at: datetime) -> tuple[ProposalRow, ...]:
    rows = list(rows)
    by_proposal: dict[int, list[int]] = {row.pk: [] for row in rows}
    for proposal_id, deal_id in (
        Ground.objects.filter(proposal__in=rows).order_by("pk").values_list("proposal_id", "deal_id")
    ):
        by_proposal[proposal_id].append(deal_id)
    deals = rows_by_id({one for some in by_proposal.values() for one in some}, viewer=viewer)
    return tuple(
        _row(row, tuple(deals[one] for one in by_proposal[row.pk] if one in deals), at) for row in rows
    )


def _row(row: Proposal, deals: tuple[DealRow, ...], at: datetime) -> ProposalRow:
    return ProposalRow(
        row.pk, row.kind, row.about, row.text, row.why, row.figure, row.figure_of, row.judge_on, row.owner_id,
        row.proposed_by_id, row.proposed_at, row.state, row.version, row.taken_at, row.verdict, row.words,
        _figure(row.before), _figure(row.after) if row.state == JUDGED else None, row.decided_by_id, row.decided_at,
        row.state in {OPEN, TAKEN} and row.judge_on <= today(at), followed_for(row.taken_at or at, row.judge_on), deals,
    )  # fmt: skip


def _figure(kept: Mapping[str, float | None]) -> Figure | None:
    if not kept:
        return None
    return Figure(kept.get("value"), int(kept.get("cases") or 0), int(kept.get("won") or 0))


def to_judge(*, at: datetime) -> tuple[int, ...]:
    """Proposals whose day has come and whose owner hasn't been told."""
    found = Proposal.objects.filter(state__in=[OPEN, TAKEN], reminded_at=None, judge_on__lte=today(at))
    return tuple(found.order_by("judge_on", "pk").values_list("pk", flat=True)[:MOST])


def to_change(*, at: datetime) -> tuple[int, ...]:
    """Reviews whose day to change something has come and whose owner hasn't been told."""
    found = Review.objects.filter(reminded_at=None, by_day__lte=today(at))
    return tuple(found.order_by("by_day", "pk").values_list("pk", flat=True)[:MOST])
