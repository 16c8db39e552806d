"""Pooling of shares: its laws, a calculation by hand, and scipy as an independent tool."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta, betabinom

from svyazka.engine.beta import beta_quantile, beta_share
from svyazka.engine.pooling import FEWEST_PEOPLE, Pooled, Prior, pooled, prior_of

cases = st.integers(1, 400).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))
people = st.lists(cases, min_size=FEWEST_PEOPLE, max_size=12)
parameters = st.floats(0.5, 5000)


def _prior(role: list[tuple[int, int]]) -> Prior:
    found = prior_of(role)
    assert found is not None
    return found


def _pooled(count: int, total: int, prior: Prior) -> Pooled:
    found = pooled(count, total, prior)
    assert found is not None
    return found


# the beta distribution


@given(st.floats(0, 1), parameters, parameters)
def test_the_distribution_is_the_one_that_scipy_has(x: float, a: float, b: float) -> None:
    assert beta_share(x, a, b) == pytest.approx(beta.cdf(x, a, b), abs=1e-10)


@given(st.floats(0.001, 0.999), parameters, parameters)
def test_its_inverse_is_the_one_that_scipy_has(share: float, a: float, b: float) -> None:
    assert beta_quantile(share, a, b) == pytest.approx(beta.ppf(share, a, b), abs=1e-9)


@given(st.floats(0.01, 0.99), st.floats(0.5, 60), st.floats(0.5, 60))
def test_the_distribution_is_the_area_under_its_density(x: float, a: float, b: float) -> None:
    area, _error = quad(beta.pdf, 0, x, args=(a, b), points=[x / 2], limit=400)
    assert beta_share(x, a, b) == pytest.approx(area, abs=1e-6)


@given(st.floats(0.001, 0.999), st.floats(0.5, 1_000_000), st.floats(0.5, 1_000_000))
def test_a_million_cases_are_no_trouble(share: float, a: float, b: float) -> None:
    assert beta_quantile(share, a, b) == pytest.approx(beta.ppf(share, a, b), abs=1e-8)


def test_all_of_it_lies_between_nothing_and_all() -> None:
    assert (beta_share(0, 2, 3), beta_share(1, 2, 3)) == (0, 1)
    assert beta_share(0.5, 4, 4) == pytest.approx(0.5)


@pytest.mark.parametrize(("x", "a", "b"), [(-0.1, 1, 1), (1.1, 1, 1), (0.5, 0, 1), (0.5, 1, -1)])
def test_what_is_no_beta_distribution_is_refused(x: float, a: float, b: float) -> None:
    with pytest.raises(ValueError, match="no beta distribution"):
        beta_share(x, a, b)


def test_more_than_all_of_it_has_no_quantile() -> None:
    with pytest.raises(ValueError, match="no share"):
        beta_quantile(1.5, 2, 2)


# the prior


def test_three_people_are_as_by_hand() -> None:
    # 2 of 10, 5 of 10, 8 of 10, which weigh the same: mean 1/2; squares 0.09 + 0 + 0.09 = 0.18; room 3 (1 - 1/3) = 2
    # by chance 2/10; spread (0.18 / 0.25 - 0.2) / (2 - 0.2) = 0.288889; strength 1/0.288889 - 1 = 2.461538
    prior = _prior([(2, 10), (5, 10), (8, 10)])
    assert prior.mean == 0.5
    assert prior.strength == pytest.approx(2.461538, abs=1e-6)
    assert prior.people == 3
    # 2 of 10 is drawn to (2 + 1.230769) / 12.461538
    assert _pooled(2, 10, prior).value == pytest.approx(0.259259, abs=1e-6)


@given(people)
def test_the_mean_lies_among_the_people_and_the_strength_is_worth_no_more_than_their_cases(
    role: list[tuple[int, int]],
) -> None:
    prior, shares = _prior(role), [count / total for count, total in role]
    assert min(shares) - 1e-12 <= prior.mean <= max(shares) + 1e-12
    assert 1 <= prior.strength <= sum(total for _, total in role)


@given(people, st.randoms())
def test_it_matters_not_in_which_order_people_come_nor_who_has_no_case(
    role: list[tuple[int, int]], chance: object
) -> None:
    turned = [(0, 0), *reversed(role), (0, 0)]
    one, other = _prior(role), _prior(turned)
    assert one.mean == pytest.approx(other.mean)
    assert one.strength == pytest.approx(other.strength)
    assert one.people == other.people
    assert _prior(role) == one


@pytest.mark.parametrize("role", [[], [(3, 9)], [(3, 9), (4, 9)], [(3, 9), (4, 9), (0, 0)]])
def test_of_fewer_than_three_people_nothing_is_pooled(role: list[tuple[int, int]]) -> None:
    assert prior_of(role) is None


def test_people_who_differ_by_chance_only_are_taken_for_alike() -> None:
    role = [(10, 20), (9, 20), (11, 20), (10, 20)]
    assert _prior(role).strength == 80


def test_who_has_few_cases_is_not_taken_for_one_of_many_who_have_hundreds() -> None:
    alike = [(300, 400), (310, 400), (295, 400), (305, 400), (290, 400), (300, 400)]
    role = [*alike, (3, 11), (2, 7)]
    prior = _prior(role)
    assert prior.strength < 30, "people of the role do differ"
    assert _pooled(3, 11, prior).value < 0.6


def test_the_spread_of_many_alike_is_none_whatever_number_of_cases_each_has() -> None:
    role = [(75, 100), (15, 20), (3, 4), (150, 200), (30, 40)]
    prior = _prior(role)
    assert prior.mean == pytest.approx(0.75)
    assert prior.strength == 364


def test_people_who_differ_much_are_left_as_they_are() -> None:
    prior = _prior([(0, 50), (50, 50), (0, 50), (50, 50)])
    assert prior.strength == 1
    assert _pooled(50, 50, prior).value > 0.98


@given(
    st.floats(0.2, 0.8), st.floats(2, 20), st.lists(st.integers(100, 300), min_size=200, max_size=200), st.integers(0, 2**32 - 1)
)  # fmt: skip
def test_the_spread_that_made_the_figures_is_found_again(
    mean: float, strength: float, totals: list[int], seed: int
) -> None:
    made = np.atleast_1d(
        betabinom.rvs(totals, mean * strength, (1 - mean) * strength, size=len(totals), random_state=seed)
    )
    prior = _prior([(int(count), total) for count, total in zip(made, totals, strict=True)])
    assert prior.mean == pytest.approx(mean, abs=0.2)
    assert strength / 2.5 < prior.strength < strength * 2.5


# a person


@given(cases, people)
def test_a_pooled_share_lies_between_ones_own_and_the_roles(
    one: tuple[int, int], role: list[tuple[int, int]]
) -> None:
    prior = _prior(role)
    found = _pooled(*one, prior)
    low, high = sorted((found.own, prior.mean))
    assert low - 1e-12 <= found.value <= high + 1e-12
    assert 0 <= found.low <= found.value <= found.high <= 1


@given(cases, people, st.integers(2, 20))
def test_the_more_cases_of_ones_own_the_nearer_to_ones_own_share(
    one: tuple[int, int], role: list[tuple[int, int]], times: int
) -> None:
    prior = _prior(role)
    few, many = _pooled(*one, prior), _pooled(one[0] * times, one[1] * times, prior)
    assert abs(many.value - many.own) <= abs(few.value - few.own) + 1e-12


@given(cases, people)
def test_the_same_figures_give_the_same(one: tuple[int, int], role: list[tuple[int, int]]) -> None:
    assert pooled(*one, _prior(role)) == pooled(*one, _prior(list(role)))


@given(cases, people)
def test_one_more_kept_is_never_worse(one: tuple[int, int], role: list[tuple[int, int]]) -> None:
    count, total = one
    assume(count < total)
    prior = _prior(role)
    worse, better = _pooled(count, total, prior), _pooled(count + 1, total, prior)
    assert better.value > worse.value
    assert better.low >= worse.low - 1e-12
    assert better.high >= worse.high - 1e-12


@given(cases, people)
def test_the_interval_is_the_middle_of_the_posterior(
    one: tuple[int, int], role: list[tuple[int, int]]
) -> None:
    (count, total), prior = one, _prior(role)
    a, b = count + prior.mean * prior.strength, total - count + (1 - prior.mean) * prior.strength
    assume(a >= 0.5 and b >= 0.5)
    found = _pooled(count, total, prior)
    assert found.value == pytest.approx(beta.mean(a, b))
    assert found.low == pytest.approx(beta.ppf(0.025, a, b), abs=1e-9)
    assert found.high == pytest.approx(beta.ppf(0.975, a, b), abs=1e-9)


def test_where_everybody_has_kept_everything_the_interval_is_honest_all_the_same() -> None:
    prior = _prior([(8, 8), (9, 9), (7, 7)])
    found = _pooled(8, 8, prior)
    assert (found.value, found.high) == (1, 1)
    assert 0.9 < found.low < 1


@given(people)
def test_who_has_no_case_has_no_share(role: list[tuple[int, int]]) -> None:
    assert pooled(0, 0, _prior(role)) is None


@pytest.mark.parametrize(("count", "total"), [(-1, 5), (6, 5)])
def test_a_share_of_less_than_nothing_or_more_than_all_is_refused(count: int, total: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        prior_of([(count, total), (1, 2), (1, 2)])
    with pytest.raises(ValueError, match="no share"):
        pooled(count, total, Prior(0.5, 4, 3))
