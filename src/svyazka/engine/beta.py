"""The beta distribution, of which Python's library has neither the distribution function nor its inverse."""

from collections.abc import Sequence
from math import exp, lgamma, log, log1p
from typing import Final

_TINY: Final = 1e-300
_PRECISE: Final = 1e-12
_MOST_STEPS: Final = 20_000
_HALVINGS: Final = 16


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


def mixed_quantile(share: float, parts: Sequence[tuple[float, float, float]]) -> float:
    """The ``x`` below which ``share`` of a mixture of beta distributions lies, by bisection, true to a hundredth of a per mille.

    :param parts: weight, ``a`` and ``b`` of each; the weights are 1 together
    :raises ValueError: as :func:`beta_share`; a share beyond 0 and 1
    """
    if not 0 <= share <= 1:
        raise ValueError(f"no share: {share}")
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if sum(weight * beta_share(middle, a, b) for weight, a, b in parts) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _below(x: float, a: float, b: float) -> float:
    front = exp(a * log(x) + b * log1p(-x) - log(a) - lgamma(a) - lgamma(b) + lgamma(a + b))
    return front / _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """The value of ``1 + d1 / (1 + d2 / (1 + ...))``, two terms a step: d1, d2, ... of DLMF 8.17.23."""
    value, above, below = 1.0, 1.0, 0.0
    for m in range(_MOST_STEPS):
        at = a + 2 * m
        odd = -(a + m) * (a + b + m) * x / (at * (at + 1))
        even = (m + 1) * (b - m - 1) * x / ((at + 1) * (at + 2))
        for term in (odd, even):
            below = 1 / ((1 + term * below) or _TINY)
            above = (1 + term / above) or _TINY
            value *= above * below
        if abs(above * below - 1) < _PRECISE:
            break
    return value
