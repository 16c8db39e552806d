"""The lists of deals behind the overview's numbers: which deals each number counts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from svyazka.presale.deals.queries import DealRow, Filters, deal_rows
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.rights import require

A_PAGE: Final = 50
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
    "year-open": Counted(Filters(), received=YEAR),
}
"""By the last part of the list's address."""


@dataclass(frozen=True, slots=True)
class DealList:
    """One page of a list; ``after`` asks for the next one, None for the last."""

    rows: tuple[DealRow, ...]
    after: int | None


def deals_behind(which: str, *, viewer: Actor, at: datetime, after: int | None) -> DealList:
    """The deals that a number counts, newest first.

    :raises KeyError: there is no such list
    :raises NotAllowed: see there
    """
    counted = LISTS[which]
    require(viewer, "overview.see")
    rows = deal_rows(viewer=viewer, filters=counted.at(at), limit=A_PAGE + 1, after=after)
    return DealList(rows[:A_PAGE], rows[A_PAGE - 1].id if len(rows) > A_PAGE else None)
