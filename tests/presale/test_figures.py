"""What the figures page reads: the counters and the tracks say the same, and a small company is as counted by hand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given

from svyazka.engine.figures import Between
from svyazka.presale.deals.commands import close_request, describe_request
from svyazka.presale.deals.seats import appoint
from svyazka.presale.insight.deals_behind import behind
from svyazka.presale.insight.figures import BY, OTHERS, Figures, figures, summed
from svyazka.presale.insight.models import Track
from svyazka.presale.insight.slices import Period, Slice
from svyazka.presale.insight.tallies import rebuild
from svyazka.presale.journal.values import NotAllowed, NotFound
from svyazka.presale.stages.commands import lose, win
from tests.company import TUESDAY, Company, led_deal, whole_request
from tests.meetings import WHEN, closed
from tests.presale.plays import LINES, PLAYS, Move, moves, play

pytestmark = pytest.mark.requirement("R34", "R35")

NOVEMBER = Period(202611, 202611)
WHOLE = Slice(Period(202601, 202712))

_NARROWED: Mapping[str, Callable[[str], Slice]] = {
    "source": lambda value: replace(WHOLE, source=value),
    "unit": lambda value: replace(WHOLE, unit=int(value)),
    "manager": lambda value: replace(WHOLE, manager=int(value)),
    "author": lambda value: replace(WHOLE, author=int(value)),
}


def _seen(us: Company, of: Slice) -> Figures:
    return figures(viewer=us.administrator, of=of)


@PLAYS
@given(plan=moves())
def test_a_slice_of_everything_is_what_the_kept_counters_say(company: Company, plan: Sequence[Move]) -> None:
    with transaction.atomic():
        play(company, plan)
        # a day before everything: all deals are meant, but the counters can't know it
        assert _seen(company, replace(WHOLE, since=TUESDAY.date() - timedelta(days=150))) == _seen(
            company, WHOLE
        )
        transaction.set_rollback(True)


@PLAYS
@given(plan=moves())
def test_slices_by_each_value_of_a_dimension_add_up_to_the_whole(
    company: Company, plan: Sequence[Move]
) -> None:
    with transaction.atomic():
        play(company, plan)
        whole = _seen(company, WHOLE)
        for name, narrowed in _NARROWED.items():
            parts = [_seen(company, narrowed(row.value)) for row in whole.by[name]]
            assert sum(one.outcomes.received for one in parts) == whole.outcomes.received
            assert [one.outcomes for one in parts] == [row.outcomes for row in whole.by[name]]
            assert [one.effort for one in parts] == [row.effort for row in whole.by[name]]
            for measure, n in whole.sums.items():
                assert sum(one.sums[measure] for one in parts) == n
        for row in whole.by["line"]:
            assert _seen(company, replace(WHOLE, line=row.value)).outcomes == row.outcomes
        transaction.set_rollback(True)


def test_a_small_company_is_as_counted_by_hand(company: Company) -> None:
    """Four requests: one won at once, one lost after two days, one open, one spam."""
    us = company
    won, lost = led_deal(us), led_deal(us, lines=["Опт"])
    whole_request(us, lines=["опт", "розница"])
    spam = whole_request(us).deal_id
    later = TUESDAY + timedelta(days=2)
    win(
        deal_id=won, contract_number="Д-1", contract_sum=Decimal("1000.50"), contract_date=TUESDAY.date(),
        actor=us.administrator, at=TUESDAY + timedelta(hours=1), reason="подписали без встречи",
    )  # fmt: skip
    lose(
        deal_id=lost,
        reason="competitor.other_integrator",
        evidence="письмо клиента",
        actor=us.administrator,
        at=later,
    )
    close_request(deal_id=spam, status="spam", reason="рассылка", actor=us.dispatcher, at=later)
    seen = _seen(us, Slice(NOVEMBER))
    assert (seen.outcomes.received, seen.outcomes.won, seen.outcomes.lost, seen.outcomes.open) == (3, 1, 1, 1)
    assert seen.outcomes.conversion is not None
    assert seen.outcomes.conversion.value == pytest.approx(1 / 3)
    assert seen.outcomes.most == pytest.approx(2 / 3)
    assert seen.kopecks == 100050
    first = seen.steps[0]
    assert (first.stage, first.entered, first.passed, first.lost, first.here) == ("request", 3, 1, 1, 1)
    # 60 minutes, and two working days of eight hours
    assert first.stay == {60: 1, 960: 1}
    # with the one that stands there the median is the second of three, and 80 % has the third in it
    assert (first.median, first.most) == (Between(510.0, 960.0), Between(960.0, None))
    assert [(one.reason, one.by_stage) for one in seen.causes] == [
        ("competitor.other_integrator", {"request": 1})
    ]
    # both led deals were answered in the minute they came
    assert seen.response == {0: 2}
    assert [(row.value, row.outcomes.received) for row in seen.by["line"]] == [
        ("опт", 2), ("деревообработка", 1), ("оптовая торговля", 1), ("розница", 1),
    ]  # fmt: skip


@pytest.mark.requirement("R40")
def test_what_meetings_took_goes_with_the_deal_to_another_source_unit_and_manager(company: Company) -> None:
    us = company
    deal = led_deal(us)
    appoint(deal_id=deal, person_id=us.expert.me, role="expert", actor=us.manager, at=TUESDAY)
    closed(us, deal)

    def took(name: str) -> dict[str, int]:
        return {row.value: row.effort for row in _seen(us, Slice(NOVEMBER)).by[name]}

    # the manager and the expert, seventy minutes each
    sources = took("source")
    assert took("manager") == {str(us.manager.me): 140}
    assert list(sources.values()) == [140]
    assert _seen(us, Slice(NOVEMBER)).effort == 140
    later = WHEN + timedelta(hours=3)
    appoint(deal_id=deal, person_id=us.other_manager.me, role="manager", actor=us.administrator, at=later)
    describe_request(deal_id=deal, answers={"source": "звонок"}, actor=us.dispatcher, at=later)
    assert took("manager") == {str(us.other_manager.me): 140}
    assert took("source") == {"звонок": 140}
    assert rebuild() == 0


def test_money_is_for_those_who_may_see_it(company: Company) -> None:
    deal = led_deal(company)
    win(
        deal_id=deal, contract_number="Д-1", contract_sum=Decimal(5000), contract_date=TUESDAY.date(),
        actor=company.administrator, at=TUESDAY, reason="подписали без встречи",
    )  # fmt: skip
    assert figures(viewer=company.head, of=Slice(NOVEMBER)).kopecks == 500000
    seen = figures(viewer=company.expert, of=Slice(NOVEMBER))
    assert seen.kopecks is None
    assert all(row.kopecks == 0 for name in BY for row in seen.by[name])
    assert all(row.kopecks == 0 for row in seen.months)


def test_partner_agents_see_no_figures(company: Company) -> None:
    with pytest.raises(NotAllowed):
        figures(viewer=company.agent, of=Slice(NOVEMBER))


def test_figures_cost_the_same_for_one_deal_and_for_twenty(company: Company) -> None:
    def asked() -> tuple[int, int]:
        found = []
        for of in (Slice(NOVEMBER), Slice(NOVEMBER, source="рекомендация")):
            with CaptureQueriesContext(connection) as queries:
                _seen(company, of)
            found.append(len(queries))
        return found[0], found[1]

    led_deal(company)
    _seen(company, Slice(NOVEMBER))
    few = asked()
    for number in range(20):
        whole_request(company, lines=[LINES[0][0], f"линия {number}"])
    assert Track.objects.count() == 21
    assert asked() == few


def test_what_a_persons_deals_came_to_is_told_to_him_his_head_and_administrators(company: Company) -> None:
    us = company
    led_deal(us)
    for viewer in (us.manager, us.administrator):
        seen = figures(viewer=viewer, of=Slice(NOVEMBER))
        assert [int(row.value) for row in seen.by["manager"]] == [us.manager.me]
        assert figures(viewer=viewer, of=Slice(NOVEMBER, manager=us.manager.me)).outcomes.received == 1
    # the head is of the unit of who brought it, not of the manager's
    for viewer, hidden in (
        (us.expert, ("manager", "author")),
        (us.other_manager, ("manager", "author")),
        (us.head, ("manager",)),
    ):
        assert [row.value for row in figures(viewer=viewer, of=Slice(NOVEMBER)).by["manager"]] == [OTHERS]
        for name in hidden:
            of = replace(Slice(NOVEMBER), **{name: (us.manager if name == "manager" else us.programmer).me})  # type: ignore[arg-type]
            with pytest.raises(NotFound):
                figures(viewer=viewer, of=of)
            with pytest.raises(NotFound):
                behind(viewer=viewer, of=of, which="won")
    assert figures(viewer=us.head, of=Slice(NOVEMBER, author=us.programmer.me)).outcomes.received == 1


@pytest.mark.requirement("R40")
def test_for_every_viewer_the_rows_of_a_dimension_add_up_to_the_whole(company: Company) -> None:
    us = company
    first, second = led_deal(us), led_deal(us)
    closed(us, first)
    appoint(deal_id=second, person_id=us.other_manager.me, role="manager", actor=us.administrator, at=TUESDAY)
    win(
        deal_id=first, contract_number="Д-1", contract_sum=Decimal(5000), contract_date=WHEN.date(),
        actor=us.administrator, at=WHEN + timedelta(hours=3), reason="подписали без встречи",
    )  # fmt: skip
    whole_request(us)
    viewers = (us.administrator, us.owner, us.dispatcher, us.head, us.manager, us.expert, us.programmer)
    for viewer in viewers:
        for of in (Slice(NOVEMBER), Slice(NOVEMBER, since=TUESDAY.date(), unit=us.delivery_unit)):
            seen = figures(viewer=viewer, of=of)
            for name in set(BY) - {"line"}:
                whole = summed("", seen.by[name])
                assert whole.outcomes == seen.outcomes, name
                assert (whole.kopecks, whole.effort) == (seen.kopecks or 0, seen.effort), name
    others = figures(viewer=us.manager, of=Slice(NOVEMBER)).by["manager"]
    assert [(row.value, row.values) for row in others] == [
        ("0", 1),
        (str(us.manager.me), 1),
        (OTHERS, 1),
    ]
    assert figures(viewer=us.owner, of=Slice(NOVEMBER)).by["manager"][-1].values == 2
