"""Pooling of shares: its laws, coverage by simulation, and scipy as an independent tool."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta, betabinom

from svyazka.engine.beta import beta_share, mixed_quantile
from svyazka.engine.pooling import FEWEST_PEOPLE, Prior, pooled, prior_of

cases = st.integers(1, 400).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))
people = st.lists(cases, min_size=FEWEST_PEOPLE, max_size=12)
parameters = st.floats(0.5, 5000)


def _prior(role: list[tuple[int, int]]) -> Prior:
    found = prior_of(role)
    assert found is not None
    return found


# the beta distribution


# in millionths: a hair below 1 scipy loses the ninth digit, 0.9999999905 for 1 - 2/π √(1 - x) = 0.9999999933 at a = b = ½
@given(st.integers(0, 1_000_000).map(lambda share: share / 1_000_000), parameters, parameters)
def test_the_distribution_is_the_one_that_scipy_has(x: float, a: float, b: float) -> None:
    assert beta_share(x, a, b) == pytest.approx(beta.cdf(x, a, b), abs=1e-10)


@given(st.floats(0.001, 0.999), parameters, parameters)
def test_its_inverse_is_the_one_that_scipy_has(share: float, a: float, b: float) -> None:
    assert mixed_quantile(share, [(1, a, b)]) == pytest.approx(beta.ppf(share, a, b), abs=1e-5)


@given(st.floats(0.01, 0.99), st.floats(0.5, 60), st.floats(0.5, 60))
def test_the_distribution_is_the_area_under_its_density(x: float, a: float, b: float) -> None:
    area, _error = quad(beta.pdf, 0, x, args=(a, b), points=[x / 2], limit=400)
    assert beta_share(x, a, b) == pytest.approx(area, abs=1e-6)


@given(st.floats(0.001, 0.999), st.floats(0.5, 1_000_000), st.floats(0.5, 1_000_000))
def test_a_million_cases_are_no_trouble(share: float, a: float, b: float) -> None:
    assert mixed_quantile(share, [(1, a, b)]) == pytest.approx(beta.ppf(share, a, b), abs=1e-5)


def test_all_of_it_lies_between_nothing_and_all() -> None:
    assert (beta_share(0, 2, 3), beta_share(1, 2, 3)) == (0, 1)
    assert beta_share(0.5, 4, 4) == pytest.approx(0.5)


@pytest.mark.parametrize(("x", "a", "b"), [(-0.1, 1, 1), (1.1, 1, 1), (0.5, 0, 1), (0.5, 1, -1)])
def test_what_is_no_beta_distribution_is_refused(x: float, a: float, b: float) -> None:
    with pytest.raises(ValueError, match="no beta distribution"):
        beta_share(x, a, b)


def test_more_than_all_of_it_has_no_quantile() -> None:
    with pytest.raises(ValueError, match="no share"):
        mixed_quantile(1.5, [(1, 2, 2)])


@given(st.floats(0.01, 0.99), st.lists(st.tuples(parameters, parameters), min_size=1, max_size=5))
def test_below_the_quantile_of_a_mixture_lies_that_share_of_it(
    share: float, mixed: list[tuple[float, float]]
) -> None:
    x = mixed_quantile(share, [(1 / len(mixed), a, b) for a, b in mixed])
    below, above = (
        sum(float(beta.cdf(x + off, a, b)) for a, b in mixed) / len(mixed) for off in (-1e-5, 1e-5)
    )
    assert below - 1e-9 <= share <= above + 1e-9


# the role


def _by_scipy(role: list[tuple[int, int]], one: tuple[int, int]) -> tuple[float, float, float, float]:
    """The role's mean and one person's share with its interval, by the sum over a fine grid of all that the role may be like."""
    usual = len(role) / sum(1 / total for _, total in role)
    means, drawn = (np.arange(200) + 0.5) / 200, (np.arange(60) + 0.5) / 60
    mean, part = np.meshgrid(means, drawn)
    strength = usual * part / (1 - part)
    a, b = mean * strength, (1 - mean) * strength
    weight = beta.pdf(mean, 0.5, 0.5) * (1 - part)
    for count, total in role:
        weight = weight * betabinom.pmf(count, total, a, b)
    weight = weight / weight.sum()
    (count, total), x = one, np.linspace(0, 1, 201)
    hits, misses = count + a, total - count + b
    share = (weight * hits / (hits + misses)).sum()
    told = weight > 1e-6
    below = np.array([(weight[told] * beta.cdf(place, hits[told], misses[told])).sum() for place in x])
    low, high = np.interp([0.025, 0.975], below, x)
    return float((weight * mean).sum()), float(share), float(low), float(high)


@pytest.mark.parametrize(
    "role",
    [
        [(2, 10), (5, 10), (8, 10)],
        [(12, 20), (9, 11), (30, 34), (5, 6)],
        [(10, 20), (9, 20), (11, 20), (10, 20)],
        [(30, 40), (31, 40), (29, 40), (3, 11), (2, 7)],
    ],
)
def test_a_coarse_grid_says_what_a_fine_one_of_scipy_does(role: list[tuple[int, int]]) -> None:
    prior, one = _prior(role), role[0]
    found, (mean, value, low, high) = pooled(*one, prior), _by_scipy(role, one)
    assert prior.mean == pytest.approx(mean, abs=0.005)
    assert found.value == pytest.approx(value, abs=0.005)
    assert found.low == pytest.approx(low, abs=0.015)
    assert found.high == pytest.approx(high, abs=0.015)


DIFFERENT = [(0.5, 5), (0.8, 3), (0.8, 12), (0.8, 40), (0.95, 10)]
"""What people of a role are truly like: their mean share, and how many cases that knowledge is worth."""
ALIKE = (0.9, 200)


def _covered(mean: float, strength: float, people: int, roles: int) -> int:
    """Of how many people of made roles the interval holds the share that made their figures."""
    chance, held = np.random.default_rng(20261130), 0
    for _ in range(roles):
        true = chance.beta(mean * strength, (1 - mean) * strength, people)
        totals = chance.integers(5, 41, people)
        role = [
            (int(count), int(total))
            for count, total in zip(chance.binomial(totals, true), totals, strict=True)
        ]
        found = [pooled(*one, _prior(role)) for one in role]
        held += sum(bool(one.low <= share <= one.high) for one, share in zip(found, true, strict=True))
    return held


def test_of_a_hundred_intervals_95_hold_the_true_share() -> None:
    held = {one: _covered(*one, 4, 40) + _covered(*one, 20, 8) for one in DIFFERENT}
    for one, of in held.items():  # the standard error of 320 is 1.22 points: three of it
        assert of / 320 == pytest.approx(0.95, abs=0.037), one
    assert sum(held.values()) / 1600 == pytest.approx(0.95, abs=0.0163)  # of 1600 it is 0.545


def test_where_people_hardly_differ_intervals_are_rather_too_long_than_too_short() -> None:
    assert _covered(*ALIKE, 4, 40) + _covered(*ALIKE, 20, 8) > 0.95 * 320


@given(people)
def test_the_mean_lies_within_the_people_or_where_half_a_case_more_of_each_kind_would_put_it(
    role: list[tuple[int, int]],
) -> None:
    prior = _prior(role)
    shares = [(count + 0.5) / (total + 1) for count, total in role] + [count / total for count, total in role]
    assert min(shares) - 0.1 <= prior.mean <= max(shares) + 0.1
    assert sum(part.weight for part in prior.parts) == pytest.approx(1)
    assert prior.people == len(role)


@given(people)
def test_it_matters_not_in_which_order_people_come_nor_who_has_no_case(role: list[tuple[int, int]]) -> None:
    assert _prior([(0, 0), *reversed(role), (0, 0)]) == _prior(role)


@pytest.mark.parametrize("role", [[], [(3, 9)], [(3, 9), (4, 9)], [(3, 9), (4, 9), (0, 0)]])
def test_of_fewer_than_three_people_nothing_is_pooled(role: list[tuple[int, int]]) -> None:
    assert prior_of(role) is None


@given(people)
def test_half_kept_of_each_is_a_mean_of_one_half(role: list[tuple[int, int]]) -> None:
    assert _prior([(total, 2 * total) for _, total in role]).mean == pytest.approx(0.5)


@given(people)
def test_kept_and_not_kept_are_mirrors_of_each_other(role: list[tuple[int, int]]) -> None:
    turned = _prior([(total - count, total) for count, total in role])
    assert turned.mean == pytest.approx(1 - _prior(role).mean, abs=1e-6)


def test_who_has_few_cases_is_drawn_the_more_the_more_alike_the_others_are() -> None:
    alike = _prior([(75, 100), (76, 100), (74, 100), (75, 100), (3, 11)])
    apart = _prior([(55, 100), (95, 100), (40, 100), (85, 100), (3, 11)])
    assert pooled(3, 11, alike).value > pooled(3, 11, apart).value > 3 / 11


def test_who_has_few_cases_is_not_taken_for_one_of_many_who_have_hundreds() -> None:
    alike = [(300, 400), (310, 400), (295, 400), (305, 400), (290, 400), (300, 400)]
    assert pooled(3, 11, _prior([*alike, (3, 11), (2, 7)])).value < 0.65


def test_people_who_differ_much_are_left_as_they_are() -> None:
    assert pooled(50, 50, _prior([(0, 50), (50, 50), (0, 50), (50, 50)])).value > 0.97


# a person


@given(cases, people)
def test_a_pooled_share_lies_between_ones_own_and_what_the_role_may_be_like(
    one: tuple[int, int], role: list[tuple[int, int]]
) -> None:
    prior = _prior(role)
    found, own = pooled(*one, prior), one[0] / one[1]
    means = [part.hits / (part.hits + part.misses) for part in prior.parts]
    assert min(own, *means) - 1e-12 <= found.value <= max(own, *means) + 1e-12
    low, high = sorted((own, prior.mean))
    assert low - 0.05 <= found.value <= high + 0.05
    assert 0 <= found.low <= found.value <= found.high <= 1


@given(people)
def test_who_has_no_case_is_what_the_role_says_of_anybody(role: list[tuple[int, int]]) -> None:
    prior = _prior(role)
    found = pooled(0, 0, prior)
    assert found.value == pytest.approx(prior.mean)
    assert found.low < found.value < found.high


@given(st.integers(1, 50), people)
def test_the_more_cases_the_narrower_the_interval(half: int, role: list[tuple[int, int]]) -> None:
    prior = _prior([(total, 2 * total) for _, total in role])
    few, many = pooled(half, 2 * half, prior), pooled(2 * half, 4 * half, prior)
    assert many.high - many.low < few.high - few.low


@given(st.integers(0, 20), people)
def test_of_very_many_cases_a_share_is_as_counted(kept: int, role: list[tuple[int, int]]) -> None:
    found = pooled(kept * 10_000, 200_000, _prior(role))
    assert found.value == pytest.approx(kept / 20, abs=0.05)


@given(cases, people)
def test_one_more_kept_is_never_worse(one: tuple[int, int], role: list[tuple[int, int]]) -> None:
    count, total = one
    assume(count < total)
    prior = _prior(role)
    worse, better = pooled(count, total, prior), pooled(count + 1, total, prior)
    assert better.value > worse.value
    assert better.low >= worse.low - 1e-5
    assert better.high >= worse.high - 1e-5


def test_where_everybody_has_kept_everything_the_interval_is_honest_all_the_same() -> None:
    found = pooled(8, 8, _prior([(8, 8), (9, 9), (7, 7)]))
    assert 0.8 < found.low < 0.95 < found.value < found.high
    assert found.high > 0.999


@pytest.mark.parametrize(("count", "total"), [(-1, 5), (6, 5)])
def test_a_share_of_less_than_nothing_or_more_than_all_is_refused(count: int, total: int) -> None:
    prior = _prior([(1, 2), (1, 2), (1, 2)])
    with pytest.raises(ValueError, match="no share"):
        prior_of([(count, total), (1, 2), (1, 2)])
    with pytest.raises(ValueError, match="no share"):
        pooled(count, total, prior)
