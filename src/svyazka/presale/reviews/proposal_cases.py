"""The cases behind the figure of a proposal."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from svyazka.presale.deals.queries import DealRow, rows_by_id
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.reviews.figures import GOOD, Figure, Row, figure, rows_behind
from svyazka.presale.reviews.proposal_rows import SIDES, SINCE, ProposalRow, proposal_page, stretch_of
from svyazka.presale.reviews.values import TIME_IN_STAGE

A_PAGE: Final = 50
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Case:
    """A request, a commitment that ended, or a stay in the stage.

    :ivar said: ``won`` of a request whose contract came in time; how a commitment ended; nothing else
    :ivar minutes: of a stay, its working minutes without those in which the client had the ball
    :ivar at: when the request was received, the commitment or the stay ended
    """

    deal: DealRow
    said: str
    minutes: int | None
    at: datetime

    @property
    def is_good(self) -> bool:
        """Whether it counts in a share."""
        return self.said in GOOD


@dataclass(frozen=True, slots=True)
class Behind:
    """A page of the cases of a figure.

    :ivar figure: of these cases; ``kept`` is what was written down when the proposal was taken in or judged, None before
    """

    row: ProposalRow
    figure: Figure
    kept: Figure | None
    cases: tuple[Case, ...]
    more: bool


def cases_behind(
    *, proposal_id: int, side: str, viewer: Actor, at: datetime, good: bool = False, page: int = 1
) -> Behind:
    """What a proposal's figure counts before the change or since, the latest first. A constant number of queries.

    :param good: only what counts in the share
    :param page: from 1
    :raises NotFound: there is no such proposal or time, or the viewer is a partner agent
    """
    row = proposal_page(proposal_id=proposal_id, viewer=viewer, at=at).row
    of = stretch_of(_checked(row, side, good=good), side, at)
    start = (page - 1) * A_PAGE
    found = list(rows_behind(of, good=good)[start : start + A_PAGE + 1])
    kept = row.after if side == SINCE else row.before
    return Behind(row, figure(of), kept, tuple(_cases(found[:A_PAGE], viewer)), len(found) > A_PAGE)


def every_case(
    *, proposal_id: int, side: str, viewer: Actor, at: datetime, good: bool = False
) -> Iterator[Case]:
    """The same cases, all of them, read some at a time. Raises as :func:`cases_behind`, at the first one."""
    row = proposal_page(proposal_id=proposal_id, viewer=viewer, at=at).row
    found = list(rows_behind(stretch_of(_checked(row, side, good=good), side, at), good=good))
    for start in range(0, len(found), _AT_ONCE):
        yield from _cases(found[start : start + _AT_ONCE], viewer)


def _checked(row: ProposalRow, side: str, *, good: bool) -> ProposalRow:
    if (
        side not in SIDES
        or (side == SINCE and row.taken_at is None)
        or (good and row.figure == TIME_IN_STAGE)
    ):
        raise NotFound
    return row


def _cases(rows: Iterable[Row], viewer: Actor) -> Iterator[Case]:
    rows = list(rows)
    deals = rows_by_id({row[0] for row in rows}, viewer=viewer)
    return (Case(deals[pk], said, minutes, at) for pk, said, minutes, at in rows if pk in deals)
