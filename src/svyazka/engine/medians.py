"""How sure a median is: an interval that asks nothing of how the values are spread.

Between the ``r``-th smallest and the ``r``-th largest of ``n`` values lies the true median with the chance that of ``n`` tosses of a coin
at least ``r`` and at most ``n - r`` are heads (Conover 1999, "Practical Nonparametric Statistics", 3.2).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from statistics import median

from svyazka.engine.intervals import CONFIDENCE


@dataclass(frozen=True, slots=True)
class Middle:
    """The median of ``total`` values, with the interval in which the true one probably lies.

    Of so few values that no interval is sure enough, ``low`` and ``high`` are None.
    """

    total: int
    value: float
    low: float | None
    high: float | None


def middle(values: Iterable[float]) -> Middle | None:
    """The median with its interval; None of no value."""
    known = sorted(values)
    if not known:
        return None
    place = _place(len(known))
    if not place:
        return Middle(len(known), median(known), None, None)
    return Middle(len(known), median(known), known[place - 1], known[-place])


@lru_cache(maxsize=1024)
def _place(total: int) -> int:
    """The greatest ``r`` whose interval is sure enough, 0 where none is: whole numbers, so that nothing is rounded."""
    allowed = round((1 - CONFIDENCE) * 100) * 2**total
    left_out, ways, place = 0, 1, 0
    for heads in range(total // 2 + 1):
        left_out += ways
        if 200 * left_out > allowed:
            break
        ways, place = ways * (total - heads) // (heads + 1), heads + 1
    return place
