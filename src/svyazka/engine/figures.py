"""Figures of many deals: cohort conversion, the funnel, and quantiles of rounded times.

A cohort is the deals received in a period. Duplicates and spam are none of it, whoever counts leaves them out before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from svyazka.engine.intervals import Share, wilson

HALF: Final = 50
"""The percentile that is the median."""
MOST: Final = 80
"""The percentile below which most cases lie."""

STEPS: Final = (
    (60, 1), (180, 5), (360, 10), (480, 15), (960, 30), (2400, 60), (4800, 120), (9600, 240), (28800, 480),
)  # fmt: skip
"""Up to so many working minutes a time is kept to so many: to five minutes above an hour, to half an hour above a day of eight
hours, to two hours above a week, to a day above four weeks; above twelve weeks to two days."""
COARSEST: Final = 960


def coarse(minutes: int) -> int:
    """A time as it is counted: rounded half up to a step that grows with it, so that a histogram stays small.

    Times within an hour are exact. What is rounded away above is at most 4.2 % of the time (half of five minutes at one hour),
    and 264 values cover half a year.

    :raises ValueError: less than nothing
    """
    if minutes < 0:
        raise ValueError(f"no length of time: {minutes}")
    step = next((step for below, step in STEPS if minutes < below), COARSEST)
    return (minutes + step // 2) // step * step


def quantile(histogram: Mapping[int, int], percent: int, longer: int = 0) -> float | None:
    """The value that so many percent of the cases don't exceed; None where there are no cases, or it is among the ``longer`` ones.

    It is the inverted distribution function (Hyndman and Fan 1996, type 2: at a step the middle of both sides), so that the
    median of an even number is the usual one.

    :param histogram: number of cases by value; numbers of nothing and less don't count
    :param percent: from 1 to 99
    :param longer: so many cases besides, of which is known only that they are greater than all of these
    """
    if not 0 < percent < 100:
        raise ValueError(f"no percentile: {percent}")
    values = sorted(value for value, cases in histogram.items() if cases > 0)
    total = longer + sum(histogram[value] for value in values)
    passed = 0
    for place, value in enumerate(values):
        passed += histogram[value]
        if 100 * passed == percent * total:
            return (value + values[place + 1]) / 2 if place + 1 < len(values) else None
        if 100 * passed > percent * total:
            return float(value)
    return None


@dataclass(frozen=True, slots=True)
class Between:
    """Where a quantile of times lies of which some still run: ``low`` leaves these out, ``high`` takes each for longer than all others.

    Where so many still run that nothing can be said, ``high`` is None.
    """

    low: float
    high: float | None


def between(histogram: Mapping[int, int], percent: int, running: int) -> Between | None:
    """The quantile of times that are over, and what it would be if the running ones outlasted all of them; None where none is over.

    Kaplan and Meier's estimate (1958, "Nonparametric estimation from incomplete observations") lies between the two, however
    long the running ones have run: the longer, the greater it is.

    :param running: how many still run; as :func:`quantile`
    """
    low = quantile(histogram, percent)
    return None if low is None else Between(low, quantile(histogram, percent, max(running, 0)))


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of a cohort. ``received`` are all of it; what isn't closed is open still."""

    received: int = 0
    won: int = 0
    lost: int = 0
    declined: int = 0

    @property
    def open(self) -> int:
        """How many are undecided."""
        return self.received - self.won - self.lost - self.declined

    @property
    def conversion(self) -> Share | None:
        """From request to contract: won of all received, with Wilson's interval. None for an empty cohort."""
        return wilson(self.won, self.received)

    @property
    def most(self) -> float | None:
        """What the conversion would be if everything open were won."""
        return (self.won + self.open) / self.received if self.received else None

    @property
    def win_rate(self) -> Share | None:
        """Won of those decided by the client: won + lost. What we declined is apart."""
        return wilson(self.won, self.won + self.lost)

    @property
    def declined_rate(self) -> Share | None:
        """Declined by us of all received."""
        return wilson(self.declined, self.received)


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of the funnel: how many of the cohort entered it, went on from it, were lost or declined in it.

    :ivar stay: working minutes of those who have left it, without the client's, as numbers of cases by value of :func:`coarse`
    """

    stage: str
    entered: int = 0
    passed: int = 0
    lost: int = 0
    declined: int = 0
    stay: Mapping[int, int] | None = None

    @property
    def here(self) -> int:
        """How many stand in it now."""
        return self.entered - self.passed - self.lost - self.declined

    @property
    def conversion(self) -> Share | None:
        """Passed of entered, with Wilson's interval; None where nobody has entered."""
        return wilson(self.passed, self.entered)

    @property
    def median(self) -> Between | None:
        """Median of the working minutes spent in it, with what those in it may make of it."""
        return between(self.stay or {}, HALF, self.here)

    @property
    def most(self) -> Between | None:
        """80th percentile of the working minutes spent in it, likewise."""
        return between(self.stay or {}, MOST, self.here)


@dataclass(frozen=True, slots=True)
class Cause:
    """A reason for which deals ended without a contract: how many in all, and in which stage how many."""

    reason: str
    count: int
    by_stage: Mapping[str, int]
    so_far: float
    """Share, from 0 to 1, of all that ended so, this reason and all greater ones together."""


def pareto(ended: Mapping[tuple[str, str], int]) -> tuple[Cause, ...]:
    """Reasons by weight, the greatest first, each with the share that it and those before it make up together.

    :param ended: numbers of deals by stage and reason
    """
    by_reason: dict[str, dict[str, int]] = {}
    for (stage, reason), count in ended.items():
        if count > 0:
            by_reason.setdefault(reason, {})[stage] = count
    total, passed = sum(count for count in ended.values() if count > 0), 0
    causes: list[Cause] = []
    for reason, stages in sorted(by_reason.items(), key=lambda one: (-sum(one[1].values()), one[0])):
        passed += sum(stages.values())
        causes.append(Cause(reason, sum(stages.values()), stages, passed / total))
    return tuple(causes)


def ratio(one: float, other: float) -> float | None:
    """One by the other; None where there is nothing to divide by."""
    return one / other if other else None


def in_order(known: Sequence[str], found: Sequence[str]) -> tuple[str, ...]:
    """What was found, as the known ones stand, and what isn't known (of an older process) after them, by name."""
    return (*(one for one in known if one in found), *sorted(set(found) - set(known)))


FEWEST_HOURS: Final = 20
"""Below so many presale hours nobody is told what an hour brought: a few minutes written down would make it millions."""


def per_hour(kopecks: int, minutes: int, won: int) -> float | None:
    """Kopecks of contracts for an hour of presale. None below :data:`FEWEST_HOURS` hours, and below one hour for each of the
    contracts won: most of them have no hours written down then.
    """
    return 60 * kopecks / minutes if minutes >= 60 * max(FEWEST_HOURS, won) else None
