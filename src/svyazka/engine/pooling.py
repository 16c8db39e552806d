"""Shares that are fair to small samples: a person's share drawn towards the mean of his role, the more the fewer cases he has.

A beta-binomial model with an empirical prior. The role's mean and the spread of its people are estimated by moments (Kleinman 1973,
"Proportions with extraneous variance: single and independent samples", J. Am. Stat. Assoc. 68), with his empirical weights: where people
differ everybody counts nearly the same, where they don't each case does. Each person's share is then the mean of his posterior beta distribution, the interval its middle 95 per cent. Where a parameter of
that distribution comes close to nothing, it is taken as one half, as Jeffreys' interval has it (Brown, Cai, DasGupta 2001,
"Interval estimation for a binomial proportion").
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from svyazka.engine.beta import beta_quantile
from svyazka.engine.intervals import CONFIDENCE

FEWEST_CASES: Final = 5
"""Below so many cases of his own a person has no figure, only counts."""
FEWEST_PEOPLE: Final = 3
"""Of fewer people no mean is shown and nothing is drawn towards it: of two, the mean would tell each the other's figure."""
_JEFFREYS: Final = 0.5
_ROUNDS: Final = 8
"""How often weights and spread are found from each other; they hardly move after the third time."""
_NOTHING: Final = 1e-9


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
    weights = [1.0] * len(known)
    for _ in range(_ROUNDS):
        spread = _spread(known, weights)
        weights = [total / (1 + spread * (total - 1)) for _, total in known]
    mean = _mean(known, weights)
    spread, whole = _spread(known, weights), sum(total for _, total in known)
    strength = float(whole) if spread <= 1 / (whole + 1) else max(1 / spread - 1, 1.0)
    return Prior(mean, strength, len(known))


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


def _mean(known: Sequence[tuple[int, int]], weights: Sequence[float]) -> float:
    shares = (weight * count / total for (count, total), weight in zip(known, weights, strict=True))
    return min(sum(shares) / sum(weights), 1.0)


def _spread(known: Sequence[tuple[int, int]], weights: Sequence[float]) -> float:
    """The part of the variance that is between people, from 0 to 1; ``1 / (strength + 1)`` of the prior.

    The weighted sum of squares around the mean has the expectation ``mean * (1 - mean) * (chance + spread * (room - chance))``.
    """
    mean, whole = _mean(known, weights), sum(weights)
    parts = [weight * (1 - weight / whole) for weight in weights]
    room, chance = sum(parts), sum(part / total for part, (_, total) in zip(parts, known, strict=True))
    if not 0 < mean < 1 or room - chance < _NOTHING:  # all alike; one case each
        return 0.0
    squares = sum(
        weight * (count / total - mean) ** 2 for (count, total), weight in zip(known, weights, strict=True)
    )
    found = (squares / (mean * (1 - mean)) - chance) / (room - chance)
    return min(max(found, 0.0), 1.0)
