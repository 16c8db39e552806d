"""Shares that are fair to small samples: a person's share drawn towards the mean of his role, the more the fewer cases he has.

A beta-binomial model with an empirical prior. The role's mean and the spread of its people are estimated by moments (Kleinman 1973,
"Proportions with extraneous variance: single and independent samples", J. Am. Stat. Assoc. 68, with weights by number of cases);
each person's share is then the mean of his posterior beta distribution, the interval its middle 95 per cent. Where a parameter of
that distribution comes close to nothing, it is taken as one half, as Jeffreys' interval has it (Brown, Cai, DasGupta 2001,
"Interval estimation for a binomial proportion").
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from svyazka.engine.beta import beta_quantile
from svyazka.engine.intervals import CONFIDENCE

FEWEST_CASES: Final = 5
"""Below so many cases of his own a person has no figure, only counts."""
FEWEST_PEOPLE: Final = 3
"""Of fewer people no mean is shown and nothing is drawn towards it: of two, the mean would tell each the other's figure."""
_JEFFREYS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Prior:
    """What a role's people are like: their mean share, and how many cases of anybody's that knowledge is worth.

    :ivar strength: large where people hardly differ, small where they differ much
    """

    mean: float
    strength: float
    people: int


@dataclass(frozen=True, slots=True)
class Pooled:
    """A person's share after pooling, with the interval in which the true one probably lies; all from 0 to 1.

    :ivar own: his share as counted
    """

    count: int
    total: int
    own: float
    value: float
    low: float
    high: float


def prior_of(counts: Iterable[tuple[int, int]]) -> Prior | None:
    """What (count, total) of each of a role's people say about all of them; None for fewer than :data:`FEWEST_PEOPLE`.

    People without a case don't count. The strength is never more than all the cases from which it is known, nor less than one.

    :raises ValueError: a count of less than none, or of more than all
    """
    known = [_checked(count, total) for count, total in counts if total]
    if len(known) < FEWEST_PEOPLE:
        return None
    whole = sum(total for _, total in known)
    mean = sum(count for count, _ in known) / whole
    return Prior(mean, _strength(known, whole, mean), len(known))


def pooled(count: int, total: int, prior: Prior) -> Pooled | None:
    """The person's share drawn towards the mean of his role; None where he has no case.

    :raises ValueError: as :func:`prior_of`
    """
    _checked(count, total)
    if not total:
        return None
    hits, misses = count + prior.mean * prior.strength, total - count + (1 - prior.mean) * prior.strength
    value = hits / (hits + misses)
    hits, misses = max(hits, _JEFFREYS), max(misses, _JEFFREYS)
    tail = (1 - CONFIDENCE) / 2
    low = min(beta_quantile(tail, hits, misses), value)
    high = max(beta_quantile(1 - tail, hits, misses), value)
    return Pooled(count, total, count / total, value, low, high)


def _checked(count: int, total: int) -> tuple[int, int]:
    if not 0 <= count <= total:
        raise ValueError(f"no share: {count} of {total}")
    return count, total


def _strength(known: list[tuple[int, int]], whole: int, mean: float) -> float:
    """How many cases the prior is worth: ``1 / spread - 1``, the spread being the part of the variance that is between people.

    The weighted sum of squares has the expectation ``mean * (1 - mean) * ((k - 1) + spread * (n - sum(n_i ** 2) / n - (k - 1)))``.
    """
    chance = mean * (1 - mean) * (len(known) - 1)
    room = whole - sum(total * total for _, total in known) / whole - (len(known) - 1)
    if chance <= 0 or room <= 0:  # all alike; one case each
        return float(whole)
    squares = sum(total * (count / total - mean) ** 2 for count, total in known)
    spread = (squares - chance) / (mean * (1 - mean) * room)
    if spread <= 1 / (whole + 1):
        return float(whole)
    return max(1 / spread - 1, 1.0)
