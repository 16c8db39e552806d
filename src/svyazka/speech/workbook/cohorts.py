"""What the conversion sheet counts, worked out here as its formulas do it: for the values that stand beside them."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from svyazka.engine.figures import Outcomes
from svyazka.speech.workbook.contents import Contents, DealLine

MONTHS = 12
UNREAL = frozenset({"duplicate", "spam"})
"""What counts in no figure."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """What became of some requests, and the roubles of their contracts."""

    outcomes: Outcomes
    roubles: float = 0


def month_after(month: date, months: int) -> date:
    """The first day of the month so many months later."""
    place = month.year * 12 + month.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


def first_month(contents: Contents) -> date:
    """The first of the twelve months that end with today's."""
    return month_after(contents.today, 1 - MONTHS)


def cohort(lines: Iterable[DealLine]) -> Cohort:
    """What became of these; duplicates and spam are left out."""
    real = [line for line in lines if line.status not in UNREAL]
    many = Counter(line.status for line in real)
    roubles = sum(float(line.contract_sum or 0) for line in real if line.status == "won")
    return Cohort(Outcomes(len(real), many["won"], many["lost"], many["declined"]), roubles)


def received_in(contents: Contents, month: date, months: int = 1) -> list[DealLine]:
    """Requests received in a month, or in several from it on."""
    until = month_after(month, months)
    return [line for line in contents.deals if line.received and month <= line.received < until]


@dataclass(frozen=True, slots=True)
class StageCount:
    """Where requests stand or ended. ``reached``: those that came to this stage or a later one, as if none skipped any."""

    open: int
    over: int
    lost: int
    declined: int
    won: int
    reached: int
    passed: float | None


def stage_counts(contents: Contents, is_over: Callable[[DealLine], bool]) -> tuple[StageCount, ...]:
    """By stage, in the process's order."""
    counts: list[StageCount] = []
    after = 0
    for stage in reversed(contents.process.stages):
        real = [line for line in contents.deals if line.stage == stage.key and line.status not in UNREAL]
        many = Counter(line.status for line in real)
        reached = len(real) + after
        further = after if counts else many["won"]
        over = sum(1 for line in real if is_over(line))
        passed = further / reached if reached else None
        counts.append(StageCount(many["open"], over, many["lost"], many["declined"], many["won"], reached, passed))  # fmt: skip
        after = reached
    return tuple(reversed(counts))
