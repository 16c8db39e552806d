"""What a rule is worth: by hand, against numpy and statsmodels, and the laws that any fair comparison keeps."""

from collections.abc import Callable
from math import sqrt

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import brentq
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.multitest import multipletests

from svyazka.engine.worth import Cell, Stratum, mantel_haenszel, stand_together, worth_of

pytestmark = pytest.mark.requirement("R39")
Z = 1.959963984540054


def _group(most: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.integers(1, most).flatmap(lambda total: st.tuples(st.just(total), st.integers(0, total)))


groups = st.builds(lambda one, other: Stratum(*one, *other), _group(60), _group(60))
lists_of_groups = st.lists(groups, min_size=1, max_size=6)


def is_mixed(strata: list[Stratum]) -> bool:
    """Some of the deals were won and some weren't."""
    won = sum(one.won_kept + one.won_broken for one in strata)
    return 0 < won < sum(one.kept + one.broken for one in strata)


def swapped(one: Stratum) -> Stratum:
    return Stratum(one.broken, one.won_broken, one.kept, one.won_kept)


def slow(strata: list[Stratum]) -> tuple[float, Callable[[float], float]]:
    """The difference as the weighted mean of the strata's differences, and its variance by Sato for any true difference."""
    n1, a, n0, c = (
        np.array([getattr(one, name) for one in strata], dtype=float)
        for name in ("kept", "won_kept", "broken", "won_broken")
    )
    weights: NDArray[np.float64] = 1 / (1 / n1 + 1 / n0)
    value = float(np.average(a / n1 - c / n0, weights=weights))
    whole = n1 + n0
    skew = ((n1**2 * c - n0**2 * a + n1 * n0 * (n0 - n1) / 2) / whole**2).sum()
    spread = ((a * (n0 - c) + c * (n1 - a)) / (2 * whole)).sum()
    return value, lambda true: float((true * skew + spread) / weights.sum() ** 2)


def test_two_strata_are_as_by_hand() -> None:
    # small: 12 of 30 kept, 2 of 10 broken; large: 4 of 20 kept, 6 of 40 broken
    # W = 30*10/40 + 20*40/60 = 7.5 + 13.3333 = 20.8333
    # d = ((12*10 - 2*30)/40 + (4*40 - 6*20)/60) / W = (1.5 + 0.666667) / 20.8333 = 0.104
    # Q = ((12*8 + 2*18)/40 + (4*34 + 6*16)/60) / 2 = (3.3 + 3.866667) / 2 = 3.583333
    # P = (900*2 - 100*12 + 300*(10-30)/2)/1600 + (400*6 - 1600*4 + 800*(40-20)/2)/3600 = -1.5 + 1.111111 = -0.388889
    # middle = 0.104 + 3.841459*-0.388889/(2*434.027778) = 0.104 - 0.00172097 = 0.10227903
    # half = sqrt(0.10227903² - 0.104² + 3.841459*3.583333/434.027778) = sqrt(0.03136...)
    found = mantel_haenszel([Stratum(30, 12, 10, 2), Stratum(20, 4, 40, 6)])
    assert found is not None
    assert found.value == pytest.approx(0.104)
    half = sqrt(0.10227903**2 - 0.104**2 + 3.841458821 * 3.583333333 / 434.0277778)
    assert half == pytest.approx(0.177083, abs=1e-5)
    assert found.low == pytest.approx(0.102279 - half, abs=1e-6)
    assert found.high == pytest.approx(0.102279 + half, abs=1e-6)


@given(lists_of_groups)
def test_it_is_the_weighted_mean_of_the_strata(strata: list[Stratum]) -> None:
    found = mantel_haenszel(strata)
    assert found is not None
    assert found.value == pytest.approx(slow(strata)[0], abs=1e-12)


@given(
    st.lists(
        st.builds(lambda one, other: Stratum(*one, *other), _group(80), _group(80)), min_size=1, max_size=4
    )
)
def test_both_ends_of_the_interval_are_just_not_refused_by_satos_test(strata: list[Stratum]) -> None:
    assume(is_mixed(strata))
    found, (value, variance) = mantel_haenszel(strata), slow(strata)
    assert found is not None
    for end in (found.low, found.high):
        if -1 < end < 1:
            assert (value - end) ** 2 == pytest.approx(Z * Z * variance(end), abs=1e-9)

    def refused(true: float) -> float:
        return (value - true) ** 2 - Z * Z * variance(true)

    if found.high < 1 and refused(value) < -1e-9:
        assert brentq(refused, value, 3) == pytest.approx(found.high, abs=1e-6)


@given(lists_of_groups)
def test_the_difference_has_the_sign_of_statsmodels_odds_ratio(strata: list[Stratum]) -> None:
    """Both of Mantel and Haenszel weigh the same cross products: their difference against their ratio."""
    assume(is_mixed(strata))
    table = StratifiedTable(
        [
            np.array(
                [[one.won_kept, one.kept - one.won_kept], [one.won_broken, one.broken - one.won_broken]], dtype=float
            )
            for one in strata
        ]
    )  # fmt: skip
    found = mantel_haenszel(strata)
    assert found is not None
    with np.errstate(divide="ignore", invalid="ignore"):
        odds, ratio = table.oddsratio_pooled, table.riskratio_pooled
    for other in (odds, ratio):
        if np.isfinite(other) and abs(found.value) > 1e-9:
            assert (other > 1) == (found.value > 0)


@given(groups)
def test_in_one_stratum_it_is_the_plain_difference(one: Stratum) -> None:
    found = mantel_haenszel([one])
    assert found is not None
    assert found.value == pytest.approx(one.won_kept / one.kept - one.won_broken / one.broken, abs=1e-12)


@given(lists_of_groups)
def test_kept_and_broken_changed_places_turn_it_round(strata: list[Stratum]) -> None:
    found, back = mantel_haenszel(strata), mantel_haenszel(map(swapped, strata))
    assert found is not None
    assert back is not None
    assert back.value == pytest.approx(-found.value, abs=1e-12)
    assert (back.low, back.high) == pytest.approx((-found.high, -found.low), abs=1e-9)
    assert back.p == pytest.approx(found.p)


@given(lists_of_groups, st.lists(_group(50), max_size=4), st.sampled_from(["kept", "broken"]))
def test_strata_with_one_side_only_change_nothing(
    strata: list[Stratum], lonely: list[tuple[int, int]], side: str
) -> None:
    more = [Stratum(**{side: total, f"won_{side}": won}) for total, won in lonely]
    assert mantel_haenszel([*more, *strata]) == mantel_haenszel(strata)


@given(lists_of_groups)
def test_four_times_as_many_deals_make_the_interval_narrower(strata: list[Stratum]) -> None:
    assume(is_mixed(strata))
    many = [Stratum(4 * s.kept, 4 * s.won_kept, 4 * s.broken, 4 * s.won_broken) for s in strata]
    found, sharper = mantel_haenszel(strata), mantel_haenszel(many)
    assert found is not None
    assert sharper is not None
    assert sharper.value == pytest.approx(found.value)
    assert sharper.high - sharper.low <= found.high - found.low + 1e-12


@given(lists_of_groups)
def test_the_interval_holds_the_difference_and_leaves_zero_out_just_when_chance_is_below_one_in_twenty(
    strata: list[Stratum],
) -> None:
    assume(is_mixed(strata))
    found = mantel_haenszel(strata)
    assert found is not None
    assert -1 <= found.low <= found.value <= found.high <= 1
    if abs(found.p - 0.05) > 1e-9:
        assert (found.p < 0.05) == (not found.low <= 0 <= found.high)


def test_what_only_the_size_of_the_client_did_is_taken_out() -> None:
    """Small clients sign more often and rules are kept with them more often: the rule itself does nothing."""
    cells = [
        Cell("small", kept=True, deals=80, won=40), Cell("small", kept=False, deals=20, won=10),
        Cell("large", kept=True, deals=20, won=2), Cell("large", kept=False, deals=80, won=8),
    ]  # fmt: skip
    found = worth_of(cells)
    assert found.crude is not None
    assert found.adjusted is not None
    assert found.crude.value == pytest.approx(0.42 - 0.18)
    assert found.crude.low > 0
    assert found.adjusted.value == pytest.approx(0, abs=1e-12)
    assert found.adjusted.p == pytest.approx(1)


def test_what_the_rule_did_in_each_stratum_is_found_where_the_plain_figures_say_the_opposite() -> None:
    """Simpson's paradox: better in both, worse in all."""
    cells = [
        Cell("easy", kept=True, deals=20, won=18), Cell("easy", kept=False, deals=80, won=64),
        Cell("hard", kept=True, deals=80, won=24), Cell("hard", kept=False, deals=20, won=4),
    ]  # fmt: skip
    found = worth_of(cells)
    assert found.crude is not None
    assert found.adjusted is not None
    assert found.crude.value < 0
    assert found.adjusted.value == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("cells", "silence"),
    [
        ([], "few_kept"),
        ([Cell(1, kept=True, deals=19, won=9), Cell(1, kept=False, deals=50, won=9)], "few_kept"),
        ([Cell(1, kept=True, deals=50, won=9), Cell(1, kept=False, deals=19, won=9)], "few_broken"),
        ([Cell(1, kept=True, deals=50, won=9), Cell(2, kept=False, deals=50, won=9)], "few_matched"),
        (
            [
                Cell(1, kept=True, deals=50, won=9), Cell(1, kept=False, deals=9, won=3),
                Cell(2, kept=False, deals=50, won=9),
            ],
            "few_matched",
        ),
        ([Cell(1, kept=True, deals=20, won=0), Cell(1, kept=False, deals=20, won=0)], "alike"),
        ([Cell(1, kept=True, deals=20, won=20), Cell(1, kept=False, deals=20, won=20)], "alike"),
    ],
)  # fmt: skip
def test_below_the_fewest_deals_nothing_is_said_but_why(cells: list[Cell], silence: str) -> None:
    found = worth_of(cells)
    assert found.silence == silence
    assert found.crude is None
    assert found.adjusted is None


def test_twenty_of_each_are_enough() -> None:
    found = worth_of([Cell(1, kept=True, deals=20, won=9), Cell(1, kept=False, deals=20, won=3)])
    assert found.silence is None
    assert found.adjusted is not None
    assert found.adjusted.value == pytest.approx(0.3)


@given(st.lists(groups, min_size=1, max_size=2), st.randoms(use_true_random=False))
def test_cells_in_any_order_and_in_pieces_say_the_same(strata: list[Stratum], chance: object) -> None:
    cells: list[Cell] = []
    for name, one in enumerate(strata):
        for is_kept, deals, won in ((True, one.kept, one.won_kept), (False, one.broken, one.won_broken)):
            cells += [Cell(name, is_kept, 1, int(place < won)) for place in range(deals)]
    chance.shuffle(cells)  # type: ignore[attr-defined]
    whole = [
        cell
        for name, one in enumerate(strata)
        for cell in (Cell(name, True, one.kept, one.won_kept), Cell(name, False, one.broken, one.won_broken))
    ]
    pieces, at_once = worth_of(cells), worth_of(whole)
    assert (pieces.kept, pieces.broken, pieces.crude, pieces.silence) == (
        at_once.kept, at_once.broken, at_once.crude, at_once.silence
    )  # fmt: skip
    assert (pieces.matched_kept, pieces.matched_broken, pieces.strata) == (
        at_once.matched_kept, at_once.matched_broken, at_once.strata
    )  # fmt: skip
    if pieces.adjusted is not None:
        assert at_once.adjusted is not None
        assert pieces.adjusted.value == pytest.approx(at_once.adjusted.value)


@settings(max_examples=15)
@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=12))
def test_several_rules_at_once_are_judged_as_statsmodels_does_it_by_holm(chances: list[float]) -> None:
    refused = multipletests(chances, alpha=1 - 0.95, method="holm")[0]
    assert stand_together(chances) == tuple(bool(one) for one in refused)


def test_no_rules_are_judged_to_nothing() -> None:
    assert stand_together([]) == ()


def test_more_won_than_deals_is_refused() -> None:
    with pytest.raises(ValueError, match="no deals"):
        Cell(1, kept=True, deals=3, won=4)
