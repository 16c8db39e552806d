"""Several requests shared out at once, against trying every plan."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.matching import Barrier, Proposal
from svyazka.engine.sharing import SolverMissing, share_out
from tests.engine.slow_matching import slow_share_out

FULL = (Barrier("over_capacity", {"free": 0, "minutes": 60}),)


def proposal(person: int, points: int, *, barred: bool = False) -> Proposal:
    return Proposal(person, points, (), FULL if barred else ())


@st.composite
def queues(draw: st.DrawFn) -> dict[int, tuple[Proposal, ...]]:
    """Draw up to four requests and four people; few different points, so that plans tie."""
    queue = {}
    for need in draw(st.lists(st.integers(1, 9), unique=True, max_size=4)):
        ids = draw(st.lists(st.integers(1, 4), unique=True, max_size=4))
        drawn = [
            proposal(id, draw(st.sampled_from((-40, 0, 1, 2, 100))), barred=draw(st.integers(0, 3)) == 0)
            for id in ids
        ]
        queue[need] = tuple(sorted(drawn, key=lambda p: (len(p.barriers), -p.points)))
    return queue


@given(queues())
def test_the_plan_is_the_best_of_all_there_are(queue: dict[int, tuple[Proposal, ...]]) -> None:
    assert share_out(queue, queue) == slow_share_out(queue)


@given(queues(), st.data())
def test_the_order_of_the_requests_does_not_matter(
    queue: dict[int, tuple[Proposal, ...]], data: st.DataObject
) -> None:
    turned = data.draw(st.permutations(list(queue)))
    assert share_out(turned, {need: queue[need] for need in turned}) == share_out(queue, queue)


@given(queues())
def test_nobody_barred_is_given_a_request_and_nobody_is_given_two(
    queue: dict[int, tuple[Proposal, ...]],
) -> None:
    plan = share_out(queue, queue)
    assert len(set(plan.values())) == len(plan)
    for need, person in plan.items():
        assert any(p.person_id == person and p.is_proposed for p in queue[need])


def test_serving_one_request_more_is_worth_any_points() -> None:
    queue = {1: (proposal(1, 100), proposal(2, -50)), 2: (proposal(1, -50),)}
    assert share_out([1, 2], queue) == {1: 2, 2: 1}


def test_the_best_pair_of_choices_beats_the_best_single_choice() -> None:
    queue = {1: (proposal(1, 90), proposal(2, 85)), 2: (proposal(1, 80), proposal(2, 30))}
    assert share_out([1, 2], queue) == {1: 2, 2: 1}


def test_among_equal_plans_the_earlier_request_has_the_one_who_stands_first() -> None:
    queue = {2: (proposal(7, 50), proposal(5, 50)), 1: (proposal(7, 50), proposal(5, 50))}
    assert share_out([2, 1], queue) == {1: 7, 2: 5}


def test_a_request_nobody_can_answer_stays_open_and_others_proposals_are_not_touched() -> None:
    queue = {1: (proposal(1, 50, barred=True),), 3: (proposal(2, 50),)}
    assert share_out([1, 2], queue) == {}
    assert share_out([], queue) == {}


def test_without_the_solver_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(SolverMissing, match=r"svyazka\[planning\]"):
        share_out([1], {1: (proposal(1, 50),)})
