"""How sure a share is: intervals of binomial proportions.

The formulas are Wilson's (1927, "Probable inference, the law of succession, and statistical inference") and, for the difference
of two shares, Newcombe's hybrid of two of Wilson's (1998, "Interval estimation for the difference between independent
proportions", method 10).
"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Final

CONFIDENCE: Final = 0.95
"""The usual confidence of an interval, both sides together."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of ``count`` in ``total`` with the interval in which the true one probably lies; all from 0 to 1."""

    count: int
    total: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """How much greater one share is than another, with its interval; from -1 to 1."""

    value: float
    low: float
    high: float


def wilson(count: int, total: int, confidence: float = CONFIDENCE) -> Share | None:
    """The share with Wilson's score interval; None where there is nothing to have a share of.

    :raises ValueError: less than none, or more than all
    """
    if not 0 <= count <= total:
        raise ValueError(f"no share: {count} of {total}")
    if total == 0:
        return None
    share, z = count / total, NormalDist().inv_cdf((1 + confidence) / 2)
    middle = share + z * z / (2 * total)
    half = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    whole = 1 + z * z / total
    # at both ends the formula gives exactly 0 and 1, but for rounding
    low = 0.0 if count == 0 else (middle - half) / whole
    high = 1.0 if count == total else (middle + half) / whole
    return Share(count, total, share, low, high)


def difference(one: Share, other: Share) -> Difference:
    """How much greater ``one`` is than ``other``, with Newcombe's interval of the confidence that both have."""
    value = one.value - other.value
    down = sqrt((one.value - one.low) ** 2 + (other.high - other.value) ** 2)
    up = sqrt((one.high - one.value) ** 2 + (other.value - other.low) ** 2)
    return Difference(value, value - down, value + up)
