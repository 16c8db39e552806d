"""What is told of a week: numbers, each beside what it is held against."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from svyazka.engine.intervals import Share
from svyazka.engine.weeks import Week
from svyazka.presale.deals.queries import DealRow
from svyazka.presale.insight.slips import Cause


@dataclass(frozen=True, slots=True)
class Pair:
    """A number of the week, and the same of the week before."""

    now: int
    before: int


@dataclass(frozen=True, slots=True)
class Received:
    """Requests of one week, without duplicates and spam: how many are decided, and how many were still open at the end."""

    week: Week
    decided: int
    still: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why deals were lost: ``GROUP.REASON`` of the process, and of how many that was said."""

    code: str
    process_number: int
    count: int


@dataclass(frozen=True, slots=True)
class Cohort:
    """Requests received in a span and what has become of them: won of all, with Wilson's interval, and the share still open.

    :ivar share: None where nothing was received
    """

    name: str
    since: datetime
    until: datetime
    share: Share | None
    still: int


@dataclass(frozen=True, slots=True)
class UnitLate:
    """What the people of a unit owed past its time; ``unit_id`` is None for people of no unit."""

    unit_id: int | None
    name: str
    overdue: int


@dataclass(frozen=True, slots=True)
class Standing:
    """An open deal, and how many working minutes it had been in its stage."""

    deal: DealRow
    stage: str
    minutes: int


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """The week.

    :ivar until: up to when it is told: its end, or now while it runs
    :ivar won_sum: of the week's contracts in roubles; None where the viewer may not see the money of each of them
    :ivar response: median of working minutes to the first answer, for requests received in the week, and the week before
    :ivar unanswered: of the week's requests, how many had no answer by its end
    :ivar promises: kept of those that came to an end in the week, kept, late or broken
    :ivar meetings: with clients, that began in the week; ``letters`` that were sent in it
    :ivar confirmed: client meetings, of whatever week, whose letter the client confirmed in this one
    :ivar cohorts: the last 365 days, in quarters, the earliest first
    """

    week: Week
    until: datetime
    received: Pair
    won: Pair
    won_sum: Decimal | None
    lost: Pair
    declined: Pair
    reasons: tuple[Reason, ...]
    reasons_quarter: tuple[Reason, ...]
    weeks: tuple[Received, ...]
    year: Cohort
    cohorts: tuple[Cohort, ...]
    sources: tuple[Cohort, ...]
    response: tuple[float | None, float | None]
    unanswered: int
    promises: tuple[Share | None, Share | None]
    overdue: tuple[UnitLate, ...]
    standing: tuple[Standing, ...]
    breaches: tuple[Cause, ...]
    saves: tuple[Cause, ...]
    meetings: Pair
    letters: Pair
    confirmed: Pair
