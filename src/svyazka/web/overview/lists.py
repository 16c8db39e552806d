"""The lists of deals behind the overview's numbers: which deals each number counts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from svyazka.presale.deals.queries import DealRow, Filters, deal_rows, rows_by_id
from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.figures import meetings_of_contracts
from svyazka.presale.people.rights import require

A_PAGE: Final = 50
_AT_ONCE: Final = 500
MONTH, YEAR = timedelta(days=30), timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Counted:
    """Deals received, or closed, no longer ago than this."""

    filters: Filters
    received: timedelta | None = None
    closed: timedelta | None = None

    def at(self, at: datetime) -> Filters:
        """The same as seen at a moment."""
        return replace(
            self.filters,
            received_since=at - self.received if self.received else None,
            closed_since=at - self.closed if self.closed else None,
        )


LISTS: Final[Mapping[str, Counted]] = {
    "received": Counted(Filters(status=None, real=True), received=MONTH),
    "won": Counted(Filters(status="won"), closed=MONTH),
    "year": Counted(Filters(status=None, real=True), received=YEAR),
    "year-won": Counted(Filters(status="won"), received=YEAR),
    "unanswered": Counted(Filters(unanswered=True)),
    "year-open": Counted(Filters(), received=YEAR),
}
"""By the last part of the list's address."""


CONTRACTS: Final = "contracts"
"""The list of deals that took client meetings to a contract, with how many each took."""


@dataclass(frozen=True, slots=True)
class DealList:
    """One page of a list; ``after`` asks for the next one, None for the last.

    :ivar meetings: how many client meetings a deal took, where the number is made of such
    """

    rows: tuple[DealRow, ...]
    after: int | None
    meetings: Mapping[int, int] = field(default_factory=dict)


def deals_behind(
    which: str, *, viewer: Actor, at: datetime, after: int | None, size: int = A_PAGE
) -> DealList:
    """The deals that a number counts, newest first.

    :param after: id of the last deal of the page before
    :raises KeyError: there is no such list
    :raises NotAllowed: see there
    """
    require(viewer, "overview.see")
    if which == CONTRACTS:
        return _contracts(viewer, at, after, size)
    rows = deal_rows(viewer=viewer, filters=LISTS[which].at(at), limit=size + 1, after=after)
    return DealList(rows[:size], rows[size - 1].id if len(rows) > size else None)


def _contracts(viewer: Actor, at: datetime, after: int | None, size: int) -> DealList:
    taken = {deal: len(spans) for deal, spans in meetings_of_contracts(since=at - YEAR).items()}
    ids = sorted((deal for deal in taken if after is None or deal < after), reverse=True)
    deals = rows_by_id(ids[:size], viewer=viewer)
    rows = tuple(deals[pk] for pk in ids[:size] if pk in deals)
    return DealList(rows, ids[size - 1] if len(ids) > size else None, taken)


def every_deal(which: str, *, viewer: Actor, at: datetime) -> Iterator[tuple[DealRow, int | None]]:
    """All of a list, read some at a time, each with its meetings where the number is made of such."""
    after, more = None, True
    while more:
        found = deals_behind(which, viewer=viewer, at=at, after=after, size=_AT_ONCE)
        yield from ((row, found.meetings.get(row.id)) for row in found.rows)
        after, more = found.after, found.after is not None
