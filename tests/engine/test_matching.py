"""Proposing experts: the laws of a fair order."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.matching import Candidate, Need, Project, Proposal, Value, rank
from svyazka.engine.matching_rules import BARRIERS, RULES
from tests.engine.experts import EXPERT, NEED, needs, people, points, projects, teams
from tests.engine.slow_matching import slow_fairness, slow_order


def place(need: Need, team: list[Candidate], id: int) -> int:
    """Return how many stand before a person; all of them if he is left out."""
    ids = [proposal.person_id for proposal in rank(need, team)]
    return ids.index(id) if id in ids else len(team)


def with_first(team: list[Candidate], **changes: Any) -> list[Candidate]:
    return [replace(team[0], **changes), *team[1:]]


def barriers(proposal: Proposal) -> dict[str, dict[str, Value]]:
    return {barrier.code: dict(barrier.values) for barrier in proposal.barriers}


@given(needs, teams(), st.data())
def test_more_level_experience_or_time_never_lowers_a_place(
    need: Need, team: list[Candidate], data: st.DataObject
) -> None:
    one = team[0]
    better: dict[str, int] = data.draw(
        st.sampled_from(
            [
                {"level": min(one.level + 1, 3)},
                {"industry_level": min(one.industry_level + 1, 3)},
                {"industry_deals": one.industry_deals + 1},
                {"industry_deals": one.industry_deals + 1, "industry_won": one.industry_won + 1},
                {"free_minutes": one.free_minutes + 30},
                {"free_minutes": one.free_minutes + 300},
                {"days_away": max(one.days_away - 1, 0)},
                {"is_expert": True},
            ]
        )
    )
    assert place(need, with_first(team, **better), 1) <= place(need, team, 1)


@given(needs, teams(), st.integers(1, 20))
def test_taking_more_requests_never_raises_a_place(need: Need, team: list[Candidate], more: int) -> None:
    assert place(need, with_first(team, taken=team[0].taken + more), 1) >= place(need, team, 1)


@given(needs, teams(), projects)
def test_one_more_project_never_raises_a_place(need: Need, team: list[Candidate], more: Project) -> None:
    assert place(need, with_first(team, projects=(*team[0].projects, more)), 1) >= place(need, team, 1)


@given(needs, teams())
def test_nobody_barred_stands_before_one_who_is_proposed(need: Need, team: list[Candidate]) -> None:
    proposed = [proposal.is_proposed for proposal in rank(need, team)]
    assert proposed == sorted(proposed, reverse=True)


@given(needs, teams())
def test_proposed_is_exactly_who_may_can_is_there_and_has_the_time(need: Need, team: list[Candidate]) -> None:
    fit = {
        person.person_id
        for person in team
        if person.is_expert
        and person.level > 0
        and person.free_minutes >= need.minutes
        and (person.days_away < person.days_wanted or person.days_wanted == 0)
    }
    assert {proposal.person_id for proposal in rank(need, team) if proposal.is_proposed} == fit


@given(needs, teams())
def test_only_those_without_role_and_competence_whom_nobody_asked_for_are_left_out(
    need: Need, team: list[Candidate]
) -> None:
    shown = {proposal.person_id for proposal in rank(need, team)}
    assert shown == {
        person.person_id
        for person in team
        if person.is_expert or person.level or person.person_id == need.wanted
    }


@given(needs, teams(), st.data())
def test_the_order_of_the_input_does_not_matter(
    need: Need, team: list[Candidate], data: st.DataObject
) -> None:
    assert rank(need, team) == rank(need, data.draw(st.permutations(team)))


@given(needs, teams())
def test_the_order_is_that_of_duels_one_against_one(need: Need, team: list[Candidate]) -> None:
    ranked = rank(need, team)
    assert [proposal.person_id for proposal in ranked] == slow_order(ranked, team)


def test_of_equals_the_one_who_took_fewer_is_first_then_the_lower_id() -> None:
    # 100 and 101 requests cost the same to the point
    twins = [
        replace(EXPERT, person_id=id, taken=taken) for id, taken in ((4, 100), (2, 101), (3, 100), (1, 500))
    ]
    ranked = rank(NEED, twins)
    assert [proposal.person_id for proposal in ranked] == [3, 4, 2, 1]
    assert len({proposal.points for proposal in ranked[:3]}) == 1


@given(needs, teams())
def test_points_are_the_sum_of_the_reasons_each_within_its_rule_and_in_the_rules_order(
    need: Need, team: list[Candidate]
) -> None:
    most = {rule.code: rule.most for rule in RULES}
    order = list(most)
    for proposal in rank(need, team):
        codes = [reason.code for reason in proposal.reasons]
        assert codes == sorted(set(codes), key=order.index)
        assert proposal.points == sum(reason.points for reason in proposal.reasons)
        for reason in proposal.reasons:
            low, high = sorted((0, most[reason.code]))
            assert low <= reason.points <= high


def test_each_barrier_says_why_in_figures() -> None:
    (proposal,) = rank(NEED, [replace(EXPERT, level=0, days_away=5, free_minutes=119)])
    assert barriers(proposal) == {
        "no_competence": {"competence": "1С:ERP", "wanted": 3},
        "absent": {"days": 5},
        "over_capacity": {"free": 119, "minutes": 120},
    }
    (other,) = rank(NEED, [replace(EXPERT, is_expert=False)])
    assert barriers(other) == {"no_role": {}}
    assert barriers(proposal).keys() | barriers(other).keys() == BARRIERS.keys()


def test_being_asked_for_by_name_lifts_nobody_over_a_barrier() -> None:
    weak = replace(EXPERT, person_id=2, level=1, industry_level=0, industry_deals=0, industry_won=0, taken=9)
    ranked = rank(replace(NEED, wanted=1), [replace(EXPERT, free_minutes=60), weak])
    assert [(proposal.person_id, proposal.is_proposed) for proposal in ranked] == [(2, True), (1, False)]


def test_who_is_there_one_day_of_five_is_still_proposed() -> None:
    (proposal,) = rank(NEED, [replace(EXPERT, days_away=4)])
    assert proposal.is_proposed


@given(needs, teams(able=True))
def test_fairness_costs_by_the_share_of_the_requests_measured_on_the_largest(
    need: Need, team: list[Candidate]
) -> None:
    for person in team:
        others = [other for other in team if other is not person]
        assert points(need, person, "fairness", *others) == -slow_fairness(person, team)


@given(needs, teams(), st.sampled_from(({"level": 0}, {"is_expert": False})))
def test_who_could_not_answer_anyway_makes_nobodys_share_look_small(
    need: Need, team: list[Candidate], lacks: dict[str, Any]
) -> None:
    outsider = replace(EXPERT, person_id=99, taken=1000, **lacks)
    before, after = rank(need, team), rank(need, [*team, outsider])
    assert before == tuple(proposal for proposal in after if proposal.person_id != 99)


@given(needs, people(1, able=True), teams(able=True), st.integers(0, 30), st.integers(0, 900))
def test_fairness_and_free_time_together_never_prefer_one_two_levels_short(
    need: Need, strong: Candidate, others: list[Candidate], taken: int, spare: int
) -> None:
    need = replace(need, level=3, wanted=None)
    strong = replace(strong, person_id=100, level=3, days_away=0, free_minutes=need.minutes)
    weak = replace(strong, person_id=50, level=1, taken=taken, free_minutes=need.minutes + spare)
    team = [*others, strong, weak]
    assert place(need, team, 100) < place(need, team, 50)


@given(needs, people(1, able=True), teams(able=True), st.integers(0, 30))
def test_fairness_alone_prefers_one_a_level_short_only_where_it_costs_a_whole_level(
    need: Need, strong: Candidate, others: list[Candidate], taken: int
) -> None:
    need = replace(need, level=3, wanted=None)
    strong = replace(strong, person_id=100, level=3, days_away=0, free_minutes=need.minutes)
    weak = replace(strong, person_id=50, level=2, taken=taken)
    team = [*others, strong, weak]
    costs = slow_fairness(strong, team) - slow_fairness(weak, team)
    assert (place(need, team, 50) < place(need, team, 100)) == (costs >= 20)


def test_a_weaker_colleague_gets_his_turn_when_the_stronger_has_taken_five_times_as_many() -> None:
    strong, weak = replace(EXPERT, taken=10), replace(EXPERT, person_id=2, level=2, taken=2)
    assert [proposal.person_id for proposal in rank(NEED, [strong, weak])] == [2, 1]
    weak = replace(weak, taken=3)
    assert [proposal.person_id for proposal in rank(NEED, [strong, weak])] == [1, 2]


@given(needs, teams())
def test_for_a_triage_projects_hardly_count(need: Need, team: list[Candidate]) -> None:
    for proposal in rank(replace(need, purpose="triage"), team):
        cost = sum(reason.points for reason in proposal.reasons if reason.code in {"projects", "milestone"})
        assert cost >= -2
