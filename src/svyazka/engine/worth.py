"""What a rule is worth: how many more of the deals were won where it was kept than where it was broken.

The plain difference misleads: a rule may be broken more often with clients of another size, in requests of another source, or
early on the way, where fewer deals are won anyway. So deals are compared within *strata*, groups of deals alike in size, source and
how far the deal had come, and the differences of the strata are put together by Mantel and Haenszel: a stratum weighs by
``kept * broken / all`` of its deals, so one with a side empty has no say. With the weighted difference ``d``, a = won of n1 kept,
c = won of n0 broken, N = n1 + n0 in a stratum, Sato's variance ("On the variance estimator of the Mantel-Haenszel risk difference",
Biometrics 45, 1989) is::

    W = sum(n1 n0 / N)
    d = sum((a n0 - c n1) / N) / W
    P = sum((n1² c - n0² a + n1 n0 (n0 - n1) / 2) / N²)
    Q = sum((a (n0 - c) + c (n1 - a)) / N) / 2
    var(d) = (d P + Q) / W²

It holds for few large strata and for many small ones alike. The interval is Klingenberg's ("A new and improved confidence interval
for the Mantel-Haenszel risk difference", Statistics in Medicine 33, 2014): all true differences that a test with this variance
doesn't refuse, which is a quadratic equation.

**How far the deal had come** means: the stage in which it stood when the rule arose. That is a landmark, known before anybody kept
or broke the rule. The furthest stage that the deal reached in the end would be the wrong thing to adjust for: it is half of the
outcome itself (every won deal has reached the last one), and whoever compares only deals that came equally far has taken away what
the rule may have done.

None of it is proof of cause. What isn't in the strata (the manager's hand, how keen the client was) stays in the difference.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Final, Literal

from svyazka.engine.intervals import CONFIDENCE, Difference, Share, difference, wilson

FEWEST: Final = 20
"""So many deals kept, and so many broken, before a rule's worth is spoken of."""
FEWEST_MATCHED: Final = 10
"""So many of each have to be left among strata that have both."""

Silence = Literal["few_kept", "few_broken", "few_matched", "alike"]
"""Why nothing is said: too few on a side, too few comparable, or all the comparable deals ended in the same way."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Deals of one stratum in which the rule was kept, or broken: how many, and how many of them were won."""

    stratum: Hashable
    kept: bool
    deals: int
    won: int

    def __post_init__(self) -> None:
        """Refuse more won than there are."""
        if not 0 <= self.won <= self.deals:
            raise ValueError(f"no deals: {self.won} won of {self.deals}")


@dataclass(frozen=True, slots=True)
class Stratum:
    """Deals alike: ``won_kept`` of ``kept`` and ``won_broken`` of ``broken``."""

    kept: int = 0
    won_kept: int = 0
    broken: int = 0
    won_broken: int = 0

    @property
    def has_both(self) -> bool:
        """Whether there is something to compare."""
        return self.kept > 0 and self.broken > 0

    @property
    def weight(self) -> float:
        """By how much it counts among other strata: ``kept * broken / all``, nothing where a side is empty."""
        return self.kept * self.broken / (self.kept + self.broken) if self.has_both else 0.0


@dataclass(frozen=True, slots=True)
class Adjusted:
    """The difference within strata, put together, with its interval.

    :ivar p: how often chance alone would show at least such a difference if there were none; from 0 to 1
    """

    value: float
    low: float
    high: float
    p: float


@dataclass(frozen=True, slots=True)
class Worth:
    """What a rule is worth, or why nothing is said.

    :ivar kept: share won of the deals in which it was kept; None if there are none
    :ivar broken: the same where it was broken
    :ivar matched_kept: deals kept in strata that have both; ``matched_broken`` likewise; only they are compared
    :ivar strata: how many strata have both
    :ivar crude: difference of the plain shares, with Newcombe's interval; None while silent
    :ivar adjusted: difference within strata; None while silent
    """

    kept: Share | None
    broken: Share | None
    matched_kept: int
    matched_broken: int
    strata: int
    crude: Difference | None
    adjusted: Adjusted | None
    silence: Silence | None


def strata_of(cells: Iterable[Cell]) -> Mapping[Hashable, Stratum]:
    """The cells put together by stratum."""
    found: dict[Hashable, Stratum] = {}
    for cell in cells:
        had = found.get(cell.stratum, Stratum())
        found[cell.stratum] = (
            Stratum(had.kept + cell.deals, had.won_kept + cell.won, had.broken, had.won_broken)
            if cell.kept
            else Stratum(had.kept, had.won_kept, had.broken + cell.deals, had.won_broken + cell.won)
        )
    return found


def worth_of(cells: Iterable[Cell]) -> Worth:
    """What a rule is worth by these deals, each of which is closed (won, lost or declined) and had to do with the rule."""
    groups = tuple(strata_of(cells).values())
    kept = wilson(sum(one.won_kept for one in groups), sum(one.kept for one in groups))
    broken = wilson(sum(one.won_broken for one in groups), sum(one.broken for one in groups))
    matched = tuple(one for one in groups if one.has_both)
    matched_kept, matched_broken = sum(one.kept for one in matched), sum(one.broken for one in matched)
    silence: Silence | None = None
    if kept is None or kept.total < FEWEST:
        silence = "few_kept"
    elif broken is None or broken.total < FEWEST:
        silence = "few_broken"
    elif min(matched_kept, matched_broken) < FEWEST_MATCHED:
        silence = "few_matched"
    elif sum(one.won_kept + one.won_broken for one in matched) in {0, matched_kept + matched_broken}:
        silence = "alike"
    speaks = silence is None and kept is not None and broken is not None
    return Worth(
        kept, broken, matched_kept, matched_broken, len(matched),
        crude=difference(kept, broken) if speaks and kept and broken else None,
        adjusted=mantel_haenszel(matched) if speaks else None,
        silence=silence,
    )  # fmt: skip


def mantel_haenszel(strata: Iterable[Stratum], confidence: float = CONFIDENCE) -> Adjusted | None:
    """The difference of shares within strata (formulas above); None where no stratum has both sides.

    :param strata: with few deals on both sides together the interval is rough
    """
    weight = top = skew = spread = 0.0
    for one in strata:
        if not one.has_both:
            continue
        n1, n0, a, c = one.kept, one.broken, one.won_kept, one.won_broken
        whole = n1 + n0
        weight += one.weight
        top += (a * n0 - c * n1) / whole
        skew += (n1 * n1 * c - n0 * n0 * a + n1 * n0 * (n0 - n1) / 2) / (whole * whole)
        spread += (a * (n0 - c) + c * (n1 - a)) / (2 * whole)
    if weight == 0:
        return None
    value, z = top / weight, NormalDist().inv_cdf((1 + confidence) / 2)
    middle = value + z * z * skew / (2 * weight * weight)
    half = sqrt(max(0.0, middle * middle - value * value + z * z * spread / (weight * weight)))
    return Adjusted(
        value, max(-1.0, min(value, middle - half)), min(1.0, max(value, middle + half)), _p(top, spread)
    )


def _p(top: float, spread: float) -> float:
    # without any difference the variance is Q / W², so that d / sqrt(var) is top / sqrt(Q)
    if spread <= 0:
        return 1.0
    return 2 * NormalDist().cdf(-abs(top) / sqrt(spread))


def stand_together(chances: Sequence[float], confidence: float = CONFIDENCE) -> tuple[bool, ...]:
    """Which of several differences would be surprising even though so many were looked at, by Holm's step-down.

    The smallest ``p`` is held against a level divided by their number, the next by one less, and so on until the first that fails
    (Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6, 1979).
    """
    level, stands = 1 - confidence, [False] * len(chances)
    for place, index in enumerate(sorted(range(len(chances)), key=lambda index: chances[index])):
        if chances[index] > level / (len(chances) - place):
            break
        stands[index] = True
    return tuple(stands)
