"""What a workbook is made of: the rules, the working days, the names to choose from, and deals if there are any."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Final

from svyazka.engine.process import Process, Stage, Term
from svyazka.engine.worktime import Duration, WorkCalendar
from svyazka.speech.process_words import say_reason

HALF_A_DAY: Final = 4 * 60
"""Working minutes up to which a term ends on the day on which it began: a sheet knows days only."""
A_DAY: Final = 8 * 60
FEWEST_ROWS: Final = 500
"""Rows of the funnel that are ready."""
SPARE_ROWS: Final = 200
"""Rows that stay free below deals that were brought along."""
PEOPLE: Final = 80
SOURCES: Final = 20
"""Room for names in the lists."""


@dataclass(frozen=True, slots=True)
class DealLine:
    """A row of the funnel. Days are those of the workspace's zone; money and contacts are empty for who may not see them.

    :ivar id: the deal's number as addresses spell it, by which a row is found again; ``version`` is its revision then, ``was`` the seals of its cells
    :ivar status: a code; ``stage`` the stage's key, ``stage_said`` its name in the version that the deal follows
    """

    number: str = ""
    received: date | None = None
    client: str = ""
    inn: str = ""
    contact: str = ""
    phone: str = ""
    request: str = ""
    source: str = ""
    author: str = ""
    manager: str = ""
    expert: str = ""
    stage: str = ""
    since: date | None = None
    next_step: str = ""
    holder: str = ""
    due: date | None = None
    status: str = "open"
    reason: str = ""
    contract_sum: Decimal | None = None
    contract_date: date | None = None
    id: str = ""
    version: int | None = None
    stage_said: str = ""
    duty: str = ""
    email: str = ""
    lines: str = ""
    headcount: str = ""
    budget: str = ""
    note: str = ""
    evidence: str = ""
    contract_number: str = ""
    was: str = ""


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """A row of the commitments; ``due`` and ``done`` are days."""

    number: str
    result: str
    asked: date
    performer: str
    controller: str
    due: date
    done: date | None = None
    id: str = ""
    version: int | None = None


@dataclass(frozen=True)
class Contents:
    """All that is written.

    :ivar today: the day for which the values beside the formulas are worked out
    :ivar until: the last day of the working days that stand in it
    """

    process: Process
    process_number: int
    language: str
    calendar: WorkCalendar
    today: date
    workspace: str = ""
    people: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    deals: Sequence[DealLine] = ()
    promises: Sequence[PromiseLine] = ()
    left_off: int = 0
    export_id: str = ""
    exported_at: str = ""

    @property
    def rows(self) -> int:
        """Rows of the funnel."""
        return max(FEWEST_ROWS, len(self.deals) + SPARE_ROWS)

    @property
    def promise_rows(self) -> int:
        """Rows of the commitments."""
        return max(2 * FEWEST_ROWS, len(self.promises) + 2 * SPARE_ROWS)

    @cached_property
    def begin(self) -> date:
        """The first day of the working days that stand in it: a year before, or where its oldest deal stands."""
        oldest = min((line.since for line in self.deals if line.since), default=self.today)
        return date(min(self.today.year - 1, oldest.year), 1, 1)

    @property
    def until(self) -> date:
        """The last day of the working days that stand in it."""
        return date(self.today.year + 1, 12, 31)

    @cached_property
    def _days(self) -> tuple[date, ...]:
        return tuple(self.begin + timedelta(days=n) for n in range((self.until - self.begin).days + 1))

    @cached_property
    def holidays(self) -> tuple[date, ...]:
        """Days from Monday to Friday on which nobody works."""
        return tuple(day for day in self._days if day.weekday() < 5 and not self._works(day))

    @cached_property
    def working_weekends(self) -> tuple[date, ...]:
        """Saturdays and Sundays on which people work."""
        return tuple(day for day in self._days if day.weekday() >= 5 and self._works(day))

    @cached_property
    def working_days(self) -> tuple[date, ...]:
        """All working days, in order."""
        return tuple(day for day in self._days if self._works(day))

    def _works(self, day: date) -> bool:
        return self.calendar.is_working_day(day)

    def worked(self, since: date, until: date) -> int:
        """Working days among these, both included."""
        span = (until - since).days + 1
        days = (since + timedelta(days=n) for n in range(max(span, 0)))
        return sum(map(self._works, days))

    def after(self, day: date, days: int) -> date | None:
        """The day so many working days after ``day``, or after the next working day if it is none; None beyond the calendar."""
        return next(islice((one for one in self.working_days if one >= day), days, None), None)

    @cached_property
    def stage_names(self) -> tuple[str, ...]:
        """The stages as the funnel names them."""
        return tuple(stage.name.say(self.language) for stage in self.process.stages)

    def stage_name(self, line: DealLine) -> str:
        """The stage of a deal as the funnel names it; by its own version's name where today's process has none of its key."""
        known = {stage.key: stage.name.say(self.language) for stage in self.process.stages}
        return known.get(line.stage, line.stage_said or line.stage)

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """Reasons of both levels for a loss."""
        return tuple(
            say_reason(f"{group.key}.{reason.key}", self.process, self.language)
            for group in self.process.reasons
            for reason in group.reasons
        )

    def marks(self) -> Iterable[float]:
        """The process's marks of conversion, shares of one: usual from and to, good, best; those that it lacks are left out."""
        for key in (
            "conversion_typical_low",
            "conversion_typical_high",
            "conversion_norm",
            "conversion_best",
        ):
            aim = self.process.aim(key)
            if isinstance(aim, int | float):
                yield aim / 100


def limit_days(stage: Stage) -> int:
    """A stage's limit in working days; a limit in hours counts as the days that it touches."""
    return _days(stage.limit, least=1)


def term_days(term: Term) -> int | None:
    """A term's working days: none for hours that end on the same day, None for one that counts back from another date."""
    return None if term.due.before else _days(term.due.amount, least=0)


def _days(span: Duration, *, least: int) -> int:
    minutes = span.minutes
    if minutes is None:
        return span.amount
    if minutes <= HALF_A_DAY:
        return least
    return max(least, -(-minutes // A_DAY))
