"""What a row of a table says of a deal, once it has been read, matched and found good."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from svyazka.presale.deals.intake import Answers
from svyazka.presale.deals.models import OPEN

NO_NUMBER = "б/н"
"""How a contract without a number is written in Russia; the number itself has to be there."""
NOT_SAID = "not_said"
"""The reason of a deal that was lost before it came here, where the table doesn't say why."""


@dataclass(frozen=True, slots=True)
class Contract:
    """What a won deal was won with; ``roubles`` more than nothing."""

    roubles: Decimal
    day: date
    number: str = NO_NUMBER


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done next: the result, by the end of which day, by whom (None: whoever leads the deal)."""

    result: str
    by: date
    performer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A row that may become a deal.

    :ivar row: in the table, counted from 1 as the spreadsheet does
    :ivar lacking: keys of the intake form's required fields to which nothing is said
    :ivar reference: by what the table itself calls the request; a table that comes again is known by it
    :ivar evidence: what was typed of how it ended
    :ivar client: the id of a client of ours, or a name by which rows of the same new one say so
    :ivar stage: where it stands, or where it ended
    :ivar status: open, won, lost or declined
    :ivar received: the day, in the workspace's zone; ``closed`` the day on which it ended, None for unknown
    :ivar reason: why it was lost, as of the process (``GROUP.REASON``)
    :ivar seats: ids of people by role; a fixer is none of them
    """

    row: int
    answers: Answers
    client: int | str
    received: date
    stage: str
    lacking: tuple[str, ...] = ()
    reference: str = ""
    evidence: str = ""
    status: str = OPEN
    closed: date | None = None
    reason: str = ""
    contract: Contract | None = None
    step: Step | None = None
    author_id: int | None = None
    unit_id: int | None = None
    seats: Mapping[str, int] = field(default_factory=dict)
