"""The owner's week: each figure against a count by hand, between the right midnights, and what it costs."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from statsmodels.stats.proportion import proportion_confint

from svyazka.engine.weeks import Week, week_named
from svyazka.presale.commitments.commands import open_commitment
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.deals.commands import close_request, say_contacted
from svyazka.presale.insight.week import week_figures
from svyazka.presale.insight.week_values import Pair, WeekFigures
from svyazka.presale.journal.values import Actor, NotAllowed
from svyazka.presale.stages.commands import lose, win
from tests.company import Company, accepted_deal, found_company, whole_request
from tests.meetings import summed_up

pytestmark = [pytest.mark.requirement("R37"), pytest.mark.django_db]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2026, 11, 16, 7, 0, tzinfo=UTC)
"""Ten in the morning in Moscow, of week 47."""
WEEK: Week = week_named("2026-W47", "Europe/Moscow")
AFTER = MONDAY + 7 * DAY


@pytest.fixture
def company(db: None) -> Company:
    return found_company(MONDAY - 60 * DAY)


def seen_by(viewer: Actor, *, at: datetime = AFTER, week: Week = WEEK) -> WeekFigures:
    return week_figures(week=week, viewer=viewer, at=at)


def won(us: Company, deal: int, at: datetime, money: int = 900_000) -> None:
    win(
        deal_id=deal, contract_number="Д-7", contract_sum=Decimal(money), contract_date=at.date(), reason="signed",
        actor=us.manager, at=at,
    )  # fmt: skip


def lost(us: Company, deal: int, at: datetime, reason: str = "client_side.frozen") -> None:
    lose(deal_id=deal, reason=reason, evidence="a letter", client_words="in spring", actor=us.manager, at=at)


def test_requests_contracts_and_losses_stand_beside_the_week_before(company: Company) -> None:
    deals = [accepted_deal(company, MONDAY + day * DAY) for day in range(4)]
    before = [accepted_deal(company, MONDAY - day * DAY) for day in (7, 6)]
    spam = whole_request(company, MONDAY).deal_id
    close_request(deal_id=spam, status="spam", reason="ads", actor=company.dispatcher, at=MONDAY)
    won(company, deals[0], MONDAY + 4 * DAY)
    won(company, before[0], MONDAY - 4 * DAY)
    lost(company, deals[1], MONDAY + 3 * DAY)
    lost(company, before[1], MONDAY + 2 * DAY)
    won(company, deals[2], AFTER + HOUR)
    seen = seen_by(company.head, at=AFTER + DAY)
    assert seen.received == Pair(4, 2)
    assert seen.won == Pair(1, 1)
    assert seen.lost == Pair(2, 0)
    assert [(one.code, one.count) for one in seen.reasons] == [("client_side.frozen", 2)]
    assert seen.reasons == seen.reasons_quarter
    assert (seen.weeks[-1].decided, seen.weeks[-1].still) == (2, 2), "won after the week is open at its end"


@pytest.mark.parametrize(
    ("zone", "now", "later"), [("Europe/Moscow", 1, 1), ("UTC", 2, 0), ("Asia/Vladivostok", 0, 2)]
)
def test_a_week_ends_at_midnight_where_the_company_is(
    company: Company, zone: str, now: int, later: int
) -> None:
    whole_request(
        company, datetime(2026, 11, 22, 20, 59, tzinfo=UTC)
    )  # Sunday 23:59 in Moscow, Monday in Vladivostok
    whole_request(
        company, datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
    )  # Monday 0:00 in Moscow, Sunday in London
    week = week_named("2026-W47", zone)
    assert seen_by(company.owner, week=week).received.now == now
    assert seen_by(company.owner, week=week.earlier(-1), at=AFTER + 7 * DAY).received.now == later


def test_a_running_week_is_told_up_to_now(company: Company) -> None:
    whole_request(company, MONDAY)
    seen = seen_by(company.owner, at=MONDAY + HOUR)
    assert (seen.until, seen.received) == (MONDAY + HOUR, Pair(1, 0))
    assert seen_by(company.owner).until == WEEK.until


def test_the_sum_is_for_those_who_may_see_the_money_of_each_contract(company: Company) -> None:
    for money in (900_000, 350_000):
        won(company, accepted_deal(company, MONDAY), MONDAY + DAY, money)
    for viewer in (company.head, company.administrator, company.dispatcher, company.manager):
        assert seen_by(viewer).won_sum == Decimal(1_250_000)
    for viewer in (company.owner, company.programmer, company.other_manager):
        assert seen_by(viewer).won_sum is None
    assert seen_by(company.head, week=WEEK.earlier()).won_sum is None, "of nothing"


def test_conversion_is_of_a_year_with_its_interval_and_what_is_still_open(company: Company) -> None:
    deals = [accepted_deal(company, MONDAY - day * DAY) for day in range(10)]
    won(company, deals[0], MONDAY + DAY)
    won(company, deals[1], MONDAY + DAY)
    lost(company, deals[2], MONDAY + DAY)
    seen = seen_by(company.head)
    share = seen.year.share
    assert share is not None
    assert (share.count, share.total, seen.year.still) == (2, 10, 7)
    assert (share.low, share.high) == pytest.approx(proportion_confint(2, 10, method="wilson"))
    assert [one.share.total if one.share else 0 for one in seen.cohorts] == [0, 0, 0, 10]
    assert [(one.name, one.share and one.share.total) for one in seen.sources] == [("рекомендация", 10)]
    assert seen.cohorts[0].since == seen.year.since
    assert seen.cohorts[-1].until == seen.year.until


def test_the_first_answer_is_a_median_of_working_minutes_and_silence_is_counted(company: Company) -> None:
    for minutes in (30, 60, 500):
        deal = whole_request(company, MONDAY).deal_id
        say_contacted(
            deal_id=deal, how="called", actor=company.dispatcher, at=MONDAY + timedelta(minutes=minutes)
        )
    whole_request(company, MONDAY)
    old = whole_request(company, MONDAY - 7 * DAY).deal_id
    say_contacted(deal_id=old, how="called", actor=company.dispatcher, at=MONDAY - 7 * DAY + 2 * HOUR)
    seen = seen_by(company.head)
    assert list(seen.response) == [60, 120]
    assert seen.unanswered == 1


def test_promises_kept_leave_out_the_waived_and_what_clients_owe(company: Company) -> None:
    deal = accepted_deal(company, MONDAY - 10 * DAY)
    before = seen_by(company.head).promises[0]
    count, total = (before.count, before.total) if before else (0, 0)

    def promise(outcome: str, *, on_client: bool = False) -> None:
        made = open_commitment(
            deal_id=deal, performer_id=company.expert.me, result="The export", due_at=MONDAY + 2 * DAY,
            actor=company.manager, at=MONDAY, on_client=on_client,
        )  # fmt: skip
        Commitment.objects.filter(pk=made).update(outcome=outcome, closed_at=MONDAY + 3 * DAY, note="why")

    for outcome in ("kept", "kept", "late", "broken", "waived", "cancelled"):
        promise(outcome)
    promise("broken", on_client=True)
    after = seen_by(company.head).promises[0]
    assert after is not None
    assert (after.count - count, after.total - total) == (2, 4)


def test_what_is_overdue_is_counted_by_unit_as_it_was_at_the_end(company: Company) -> None:
    deal = accepted_deal(company, MONDAY - 60 * DAY)
    Commitment.objects.update(outcome="kept", closed_at=MONDAY - 30 * DAY)
    for days, performer in ((1, company.expert), (2, company.head), (1, company.fixer), (9, company.expert)):
        open_commitment(
            deal_id=deal, performer_id=performer.me, result="The export", due_at=MONDAY + days * DAY,
            actor=company.manager, at=MONDAY,
        )  # fmt: skip
    made = Commitment.objects.filter(performer_id=company.head.me, outcome="open")
    made.update(outcome="late", closed_at=AFTER)  # kept after the week, so it was overdue at its end
    assert [(one.name, one.overdue) for one in seen_by(company.head).overdue] == [
        ("Производство", 2),
        ("", 1),
    ]


def test_the_deals_that_stand_longest_come_first_with_their_working_time(company: Company) -> None:
    old, young = accepted_deal(company, MONDAY), accepted_deal(company, MONDAY + DAY)
    gone = accepted_deal(company, MONDAY - DAY)
    lost(company, gone, MONDAY + DAY)
    seen = seen_by(company.head)
    assert [one.deal.id for one in seen.standing] == [old, young]
    assert seen.standing[0].stage == "request"
    assert seen.standing[0].minutes == 5 * 8 * 60 - 60, "a working week from ten on Monday"


def test_a_slip_counts_to_where_it_began_and_names_its_deals_and_nobody(company: Company) -> None:
    deal = accepted_deal(company, MONDAY - 60 * DAY)
    Commitment.objects.all().delete()

    def promise(term: str, due: datetime, closed: datetime, outcome: str, after: int | None = None) -> int:
        return Commitment.objects.create(
            deal_id=deal, performer_id=company.expert.me if after is None else company.manager.me, role="expert", term=term,
            opened_at=MONDAY, opened_by="rule", due_at=due, outcome=outcome, closed_at=closed, after_id=after, allowed="4h",
        ).pk  # fmt: skip

    first = promise("expert_claimed", MONDAY + HOUR, MONDAY + 3 * HOUR, "late")
    promise("meeting_agreed", MONDAY + 4 * HOUR, MONDAY + DAY, "late", first)
    promise("agenda_sent", MONDAY + 6 * HOUR, MONDAY + 5 * HOUR, "kept", first)
    seen = seen_by(company.head)
    (cause,) = seen.breaches
    assert (cause.term, cause.count, cause.from_client) == ("expert_claimed", 2, False)
    assert [f"{year}-{serial:04d}" for year, serial in cause.deals] == ["2026-0001"]
    (saved,) = seen.saves
    assert (saved.term, saved.count, saved.minutes) == ("expert_claimed", 1, 120)
    assert not seen_by(company.head, week=WEEK.earlier()).breaches


def test_meetings_and_letters_are_counted_when_they_happened(company: Company) -> None:
    deal = accepted_deal(company, MONDAY - 10 * DAY)
    summed_up(company, deal, at=MONDAY + 2 * DAY)
    seen = seen_by(company.head)
    assert (seen.meetings, seen.letters, seen.confirmed) == (Pair(1, 0), Pair(1, 0), Pair(0, 0))


def test_partner_agents_see_nothing_of_it(company: Company) -> None:
    with pytest.raises(NotAllowed):
        seen_by(company.agent)


def test_it_costs_the_same_for_one_deal_and_for_thirty(company: Company) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            seen_by(company.manager)
        return len(asked)

    won(company, accepted_deal(company, MONDAY), MONDAY + DAY)
    whole_request(company, MONDAY)
    cost()
    few = cost()
    assert few <= 20
    for day in range(10):
        won(company, accepted_deal(company, MONDAY - day * DAY), MONDAY + DAY)
        lost(company, accepted_deal(company, MONDAY - day * DAY), MONDAY + DAY)
        accepted_deal(company, MONDAY - day * DAY)
    assert cost() == few
