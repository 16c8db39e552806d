"""Shares that are fair to small samples: a person's share drawn towards his role, the more the fewer cases he has.

A beta-binomial model whose two unknowns, the role's mean and how much its people differ, are not guessed but averaged over: every
pair of them counts as much as it makes the role's figures likely (Gelman et al. 2013, "Bayesian Data Analysis", 5.3). So an interval
holds the true share as often as it says; one with the likeliest pair taken as known is too short (Carlin and Gelfand 1990, "Approaches
for empirical Bayes confidence intervals"). Before any figure is known the mean is as Jeffreys has it, and the part by which a
usual person is drawn towards it, from 0 to 1, has a density that falls evenly to 1 (Daniels 1999, "A prior for the variance in
hierarchical models", has it even): people of a role differ rather than not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, lgamma, log, sqrt
from typing import Final

from svyazka.engine.beta import mixed_quantile
from svyazka.engine.intervals import CONFIDENCE

FEWEST_CASES: Final = 5
"""Below so many cases of his own a person has no figure, only counts."""
FEWEST_PEOPLE: Final = 3
"""Of fewer people no mean is shown and nothing is drawn towards it: of two, the mean would tell each the other's figure."""
_JEFFREYS: Final = 0.5
_DRAWN: Final = tuple((place + 0.5) / 12 for place in range(12))
"""The parts by which a usual person may be drawn towards the mean. Twelve are enough: the simulation in the tests says so."""
_OFF: Final = (-sqrt(3), 0.0, sqrt(3))
"""How many standard deviations off its likeliest value, on the scale of log odds, the mean is tried for each of them."""
_FAINT: Final = 0.001
"""What has no more weight than this is left out."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a role's people may be like: shares spread as a beta distribution, with the weight of this being so."""

    weight: float
    hits: float
    misses: float


@dataclass(frozen=True, slots=True)
class Prior:
    """What a role's people are like, as far as their figures tell.

    :ivar mean: their mean share
    :ivar parts: what they may be like; the weights are 1 together
    """

    mean: float
    people: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Pooled:
    """A person's share after pooling, with the interval in which the true one probably lies; all from 0 to 1."""

    value: float
    low: float
    high: float


def prior_of(counts: Iterable[tuple[int, int]]) -> Prior | None:
    """What (count, total) of each of a role's people say about all of them; None for fewer than :data:`FEWEST_PEOPLE`.

    People without a case don't count.

    :raises ValueError: a count of less than none, or of more than all
    """
    known = tuple(sorted(_checked(count, total) for count, total in counts if total))
    return _prior(known) if len(known) >= FEWEST_PEOPLE else None


@lru_cache(maxsize=512)
def pooled(count: int, total: int, prior: Prior) -> Pooled:
    """The person's share drawn towards his role; without a case what the role says of anybody.

    :raises ValueError: as :func:`prior_of`
    """
    _checked(count, total)
    parts = [(one.weight, one.hits + count, one.misses + total - count) for one in prior.parts]
    value, tail = sum(weight * hits / (hits + misses) for weight, hits, misses in parts), (1 - CONFIDENCE) / 2
    low, high = mixed_quantile(tail, parts), mixed_quantile(1 - tail, parts)
    return Pooled(value, min(low, value), max(high, value))


def _checked(count: int, total: int) -> tuple[int, int]:
    if not 0 <= count <= total:
        raise ValueError(f"no share: {count} of {total}")
    return count, total


@lru_cache(maxsize=512)
def _prior(known: tuple[tuple[int, int], ...]) -> Prior:
    usual = len(known) / sum(1 / total for _, total in known)
    tried = [
        (likely, mean, strength)
        for drawn in _DRAWN
        for strength in [usual * drawn / (1 - drawn)]
        for likely, mean in _means(known, strength, log(1 - drawn))
    ]
    most = max(likely for likely, _, _ in tried)
    parts = [
        Part(exp(likely - most), mean * strength, (1 - mean) * strength) for likely, mean, strength in tried
    ]
    whole = sum(part.weight for part in parts)
    parts = [part for part in parts if part.weight > _FAINT * whole]
    whole = sum(part.weight for part in parts)
    parts = [Part(part.weight / whole, part.hits, part.misses) for part in parts]
    mean = sum(part.weight * part.hits / (part.hits + part.misses) for part in parts)
    return Prior(mean, len(known), tuple(parts))


def _means(known: Sequence[tuple[int, int]], strength: float, before: float) -> Iterable[tuple[float, float]]:
    """Means that a role whose people differ by this may have, each with the logarithm of its weight.

    :param strength: how many cases the knowledge of the role is worth: large where people hardly differ
    :param before: logarithm of what speaks for this strength before any figure is known
    """
    weights = [(strength + 1) / (strength + total) for _, total in known]
    hits = sum(weight * count for weight, (count, _) in zip(weights, known, strict=True))
    cases = sum(weight * total for weight, (_, total) in zip(weights, known, strict=True)) + 2 * _JEFFREYS
    centre = (hits + _JEFFREYS) / cases
    deviation = 1 / sqrt(cases * centre * (1 - centre))
    for off in _OFF:
        mean = 1 / (1 + exp(-log(centre / (1 - centre)) - off * deviation))
        # the density of the log odds is that of the mean times mean * (1 - mean)
        first = _JEFFREYS * log(mean * (1 - mean)) + log(deviation)
        yield before + first + _likely(known, mean * strength, (1 - mean) * strength), mean


def _likely(known: Sequence[tuple[int, int]], hits: float, misses: float) -> float:
    """The logarithm of how likely the role's figures are, but for what is the same whatever the distribution."""
    whole = hits + misses
    nobody = lgamma(whole) - lgamma(hits) - lgamma(misses)
    return len(known) * nobody + sum(
        lgamma(count + hits) + lgamma(total - count + misses) - lgamma(total + whole)
        for count, total in known
    )
