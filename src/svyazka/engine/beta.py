"""The beta distribution, of which Python's library has neither the distribution function nor its inverse."""

from functools import lru_cache
from math import exp, lgamma, log, log1p
from typing import Final

_TINY: Final = 1e-300
_PRECISE: Final = 1e-15
_MOST_STEPS: Final = 20_000
_HALVINGS: Final = 60


def beta_share(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function: how much of the beta distribution with ``a`` and ``b`` lies below ``x``.

    By the continued fraction of the Digital Library of Mathematical Functions, 8.17.22, evaluated by Lentz's method (1976,
    "Generating Bessel functions in Mie scattering calculations", as modified by Thompson and Barnett, 1986).

    :raises ValueError: a parameter that isn't above nothing, ``x`` beyond 0 and 1
    """
    if a <= 0 or b <= 0 or not 0 <= x <= 1:
        raise ValueError(f"no beta distribution: {x} with {a} and {b}")
    if x in {0, 1}:
        return float(x)
    if x > (a + 1) / (a + b + 2):  # beyond it the fraction of the mirror converges faster
        return 1 - _below(1 - x, b, a)
    return _below(x, a, b)


@lru_cache(maxsize=4096)
def beta_quantile(share: float, a: float, b: float) -> float:
    """The ``x`` below which ``share`` of the beta distribution lies, by bisection.

    :raises ValueError: as :func:`beta_share`; a share beyond 0 and 1
    """
    if not 0 <= share <= 1:
        raise ValueError(f"no share: {share}")
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if beta_share(middle, a, b) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _below(x: float, a: float, b: float) -> float:
    front = exp(a * log(x) + b * log1p(-x) - log(a) - lgamma(a) - lgamma(b) + lgamma(a + b))
    return front / _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """The value of ``1 + d1 / (1 + d2 / (1 + ...))``."""
    value, above, below = 1.0, 1.0, 0.0
    for step in range(1, _MOST_STEPS):
        term = _term(step, x, a, b)
        below = 1 / _away_from_nothing(1 + term * below)
        above = _away_from_nothing(1 + term / above)
        value *= above * below
        if abs(above * below - 1) < _PRECISE:
            break
    return value


def _term(step: int, x: float, a: float, b: float) -> float:
    """d1, d2, ... of DLMF 8.17.23."""
    m = step // 2
    if step % 2:
        return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))


def _away_from_nothing(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
