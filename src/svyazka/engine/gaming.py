"""Hints that a figure is fed rather than earned: heaps at limits, and things that happen suspiciously often. A hint is a question.

**Heaps.** Work flows smoothly: about as much is finished shortly before a limit as shortly after it, with what is finished at the
limit in between. So three slices of equal width are counted, the one at the limit and its neighbours on both sides. If the density is a
straight line there, rising or falling, the middle one holds a third of the three. How often chance would put at least so many into the
middle is a binomial tail, computed exactly. It is the idea of McCrary ("Manipulation of the running variable in the regression
discontinuity design: a density test", Journal of Econometrics 142, 2008), who looks for a jump in the density at a limit, cut down to
something that can be checked by counting. People who hurry before a limit make a heap honestly, too: that is why it is a question.
Many limits are looked at, and each could make a heap by chance: all are judged together by Holm's test, so that chance shows any at all
less than once in a hundred times.

**Too often.** For what may happen now and then (a tick in the minute of leaving a stage), half of the cases is where one looks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import exp, fsum, lgamma, log
from typing import Final

from svyazka.engine.worth import stand_together

FEWEST: Final = 30
"""So many in the three slices together before a heap is spoken of."""
SURPRISING: Final = 0.01
"""Chance makes any heap at all less often than this, however many limits are looked at."""
FEWEST_OFTEN: Final = 20
"""So many cases before "half of them" means anything."""
OFTEN: Final = Fraction(1, 2)
SHORTEST_LIMIT: Final = 60
"""Minutes: of a shorter limit a tenth is too few minutes to count in."""
LAST: Final = 10
"""The tenth that ends with the limit."""
_THIRD: Final = 1 / 3


@dataclass(frozen=True, slots=True)
class Heap:
    """How many lie at a limit, and in the slices of equal width before and after.

    :ivar chance: how often chance would put at least so many into the middle; from 0 to 1
    """

    before: int
    at: int
    after: int
    chance: float

    @property
    def usual(self) -> float:
        """How many one would expect in the middle: the mean of the neighbours."""
        return (self.before + self.after) / 2

    @property
    def is_enough(self) -> bool:
        """Whether there are enough of them to be judged at all."""
        return self.before + self.at + self.after >= FEWEST


def heap(before: int, at: int, after: int) -> Heap:
    """A limit with its neighbours."""
    return Heap(before, at, after, tail(at, before + at + after, _THIRD))


def odd_heaps(heaps: Sequence[Heap]) -> frozenset[int]:
    """Places of those that are worth a look: enough in each, and hardly by chance though so many were looked at."""
    judged = [place for place, one in enumerate(heaps) if one.is_enough]
    odd = stand_together([heaps[place].chance for place in judged], 1 - SURPRISING)
    return frozenset(place for place, is_odd in zip(judged, odd, strict=True) if is_odd)


def tail(count: int, total: int, share: float) -> float:
    """How often at least ``count`` of ``total`` come up, if each does so with probability ``share``, strictly between 0 and 1.

    :raises ValueError: fewer than none or more than all
    """
    if not 0 <= count <= total:
        raise ValueError(f"no share: {count} of {total}")
    if count == 0:
        return 1.0
    whole = lgamma(total + 1)
    return min(
        1.0,
        fsum(
            exp(
                whole - lgamma(one + 1) - lgamma(total - one + 1) + one * log(share) + (total - one) * log(1 - share)
            )
            for one in range(count, total + 1)
        ),
    )  # fmt: skip


def tenth_of(used: int, allowed: int) -> int:
    """In which tenth of the time allowed something was finished: the 1st to the 10th, the 11th just after the limit, and so on.

    What is finished at the limit itself is still in time, so a tenth ends with its last minute; nothing at all is in the first.

    :param used: working minutes taken; ``allowed`` those that there were, more than none
    """
    return max(1, -(-10 * used // allowed))


def heap_before_limit(times: Iterable[tuple[int, int]]) -> Heap:
    """What was finished in the last tenth of its time, beside the tenth before it and the one after the limit.

    :param times: working minutes used and allowed; limits of less than an hour are left out
    """
    found = [tenth_of(used, allowed) for used, allowed in times if allowed >= SHORTEST_LIMIT]
    return heap(found.count(LAST - 1), found.count(LAST), found.count(LAST + 1))


def heap_at(values: Iterable[int], limit: int, width: int) -> Heap:
    """Values in the slice that begins at the limit, and in the slices of the same width before and after."""
    places = [(value - limit) // width for value in values]
    return heap(places.count(-1), places.count(0), places.count(1))


def is_often(count: int, total: int) -> bool:
    """Whether at least half of enough cases are such."""
    return total >= FEWEST_OFTEN and count >= OFTEN * total
