"""The rules of proposing experts: each as it is stated, and the words that state it."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from svyazka.engine import matching_rules
from svyazka.engine.matching import Project, rank
from svyazka.engine.matching_rules import BARRIERS, RULES
from tests.engine.experts import EXPERT, NEED, SINCE, UNTIL, points

MOST = {rule.code: rule.most for rule in RULES}

FIGURES = {
    "competence": ("COMPETENCE_MOST", "LEVEL_SHORT"),
    "industry": ("INDUSTRY_LEVEL", "INDUSTRY_MOST"),
    "deals": ("DEALS_MOST",),
    "free_time": ("FREE_STEP", "FREE_MOST"),
    "presence": ("PRESENCE_MOST",),
    "unit": ("UNIT_POINTS",),
    "asked": ("ASKED_POINTS",),
    "fairness": ("FAIRNESS_MOST", "FAIRNESS_LEAST"),
    "projects": ("PROJECTS_STEP", "PROJECTS_MOST", "TRIAGE_MOST"),
    "milestone": ("MILESTONE_MOST", "TRIAGE_MOST"),
}


def test_the_best_there_can_be_has_a_hundred_points() -> None:
    best = replace(EXPERT, industry_level=3, industry_deals=5, industry_won=5, free_minutes=900, taken=0)
    (proposal,) = rank(replace(NEED, wanted=1), [best])
    assert proposal.points == 100
    assert {reason.code: reason.points for reason in proposal.reasons if reason.points} == {
        code: most for code, most in MOST.items() if most > 0
    }


def test_the_rules_that_take_can_all_take_their_most() -> None:
    busy = replace(EXPERT, taken=9, projects=(Project("Завод", 40, "Запуск", UNTIL),))
    (proposal,) = rank(NEED, [busy])
    assert {reason.code: reason.points for reason in proposal.reasons if reason.points < 0} == {
        code: most for code, most in MOST.items() if most < 0
    }


@pytest.mark.parametrize(
    ("level", "wanted", "expected"),
    [(3, 3, 50), (2, 3, 30), (1, 3, 10), (3, 1, 50), (1, 1, 50), (1, 2, 30), (0, 1, 0)],
)
def test_each_level_short_costs_and_a_level_above_the_one_wanted_adds_nothing(
    level: int, wanted: int, expected: int
) -> None:
    assert points(replace(NEED, level=wanted), replace(EXPERT, level=level), "competence") == expected


def test_experience_counts_only_where_the_clients_industry_is_known() -> None:
    assert points(NEED, EXPERT, "industry") == 2 * 4
    assert points(NEED, EXPERT, "deals") == 3 + 1
    nowhere = replace(NEED, industries=())
    assert points(nowhere, EXPERT, "industry") is None
    assert points(nowhere, EXPERT, "deals") is None


@pytest.mark.parametrize(("free", "expected"), [(120, 0), (149, 0), (150, 1), (419, 9), (420, 10), (900, 10)])
def test_free_time_counts_after_this_work_is_done(free: int, expected: int) -> None:
    assert points(NEED, replace(EXPERT, free_minutes=free), "free_time") == expected


@pytest.mark.parametrize(
    ("away", "wanted", "expected"), [(0, 5, 10), (1, 3, 6), (4, 5, 2), (5, 5, 0), (0, 0, 10)]
)
def test_a_day_away_costs_its_part(away: int, wanted: int, expected: int) -> None:
    assert points(NEED, replace(EXPERT, days_away=away, days_wanted=wanted), "presence") == expected


def test_the_unit_that_will_deliver_and_the_one_asked_for_are_told_apart() -> None:
    need = replace(NEED, wanted=2)
    other = replace(EXPERT, person_id=2, unit_id=None)
    assert (points(need, EXPERT, "unit"), points(need, EXPERT, "asked")) == (7, None)
    assert (points(need, other, "unit"), points(need, other, "asked")) == (None, 3)
    assert points(replace(need, unit_id=None), other, "unit") is None


@pytest.mark.parametrize(
    ("taken", "largest", "expected"),
    [(0, 0, 0), (1, 1, -5), (5, 5, -25), (10, 10, -25), (4, 10, -10), (0, 10, 0), (3, 4, -15)],
)
def test_the_largest_share_costs_most_and_one_request_against_none_costs_little(
    taken: int, largest: int, expected: int
) -> None:
    other = replace(EXPERT, person_id=2, taken=largest)
    assert points(NEED, replace(EXPERT, taken=taken), "fairness", other) == expected


@pytest.mark.parametrize(("hours", "expected"), [((3,), 0), ((4,), -1), ((20, 12), -8), ((40, 20), -10)])
def test_hours_on_all_projects_count_together(hours: tuple[int, ...], expected: int) -> None:
    busy = replace(EXPERT, projects=tuple(Project("Завод", each) for each in hours))
    assert points(NEED, busy, "projects") == expected
    assert points(NEED, EXPERT, "projects") is None


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (SINCE - timedelta(days=1), None),
        (SINCE, -10),
        (UNTIL, -10),
        (UNTIL + timedelta(days=1), -9),
        (UNTIL + timedelta(days=9), -1),
        (UNTIL + timedelta(days=10), 0),
        (UNTIL + timedelta(days=90), 0),
    ],
)
def test_a_milestone_costs_by_its_nearness_to_the_days_wanted(on: date, expected: int | None) -> None:
    assert (
        points(NEED, replace(EXPERT, projects=(Project("Завод", 8, "Запуск", on),)), "milestone") == expected
    )


def test_of_several_milestones_the_nearest_is_named() -> None:
    on = UNTIL + timedelta(days=2)
    busy = replace(
        EXPERT,
        projects=(
            Project("Склад", 8, "Приёмка", on + timedelta(days=3)),
            Project("Завод", 8, "Запуск", on),
            Project("Сеть", 8),
            Project("Порт", 8, "Сдача", SINCE - timedelta(days=3)),
        ),
    )
    (proposal,) = rank(NEED, [busy])
    (reason,) = [reason for reason in proposal.reasons if reason.code == "milestone"]
    assert (reason.points, reason.values) == (
        -8,
        {"project": "Завод", "milestone": "Запуск", "on": on, "days": 2},
    )


def test_the_rules_words_name_the_figures_they_work_by() -> None:
    assert tuple(FIGURES) == tuple(MOST)
    for rule in RULES:
        figures = {getattr(matching_rules, name) for name in FIGURES[rule.code]}
        for words in (rule.text.ru, rule.text.en):
            assert {int(figure) for figure in re.findall(r"\d+", words)} == figures, rule.code
    # the price of one request, in the words of the rule of fairness
    assert matching_rules.FAIRNESS_MOST == matching_rules.FAIRNESS_LEAST**2


def test_every_rule_and_barrier_has_one_or_two_sentences_in_both_languages() -> None:
    for rule in RULES:
        assert len(re.findall(r"\.(?:\s|$)", rule.text.ru)) in {1, 2}, rule.code
        assert len(re.findall(r"\.(?:\s|$)", rule.text.en)) in {1, 2}, rule.code
        assert not re.search(r"\d балл| —", rule.text.ru), f"{rule.code}: a line may break inside a figure"
    for text in (*(rule.text for rule in RULES), *BARRIERS.values()):
        assert re.search("[а-я]", text.ru)
        assert not re.search("[а-я]", text.en)
