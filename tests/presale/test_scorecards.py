"""Scorecards: figures by hand, fair to small numbers, first to oneself, each with the rows behind it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from svyazka.engine.intervals import wilson
from svyazka.presale.channels.heard import note_heard
from svyazka.presale.commitments.commands import keep, open_commitment, waive
from svyazka.presale.deals.commands import (
    accept_request,
    close_request,
    receive_request,
    say_chased,
    say_contacted,
)
from svyazka.presale.deals.seats import appoint
from svyazka.presale.experts.asking import Ask, ask_for_expert
from svyazka.presale.experts.claiming import claim
from svyazka.presale.insight.behind import cases_behind
from svyazka.presale.insight.breaches import breaches_of, saves_of
from svyazka.presale.insight.case_figures import Figure
from svyazka.presale.insight.cases import Span, commitments_counted, counted, from_commitments
from svyazka.presale.insight.scorecards import Card, RoleCard, cards_to_see, last_shown, scorecard
from svyazka.presale.journal.moment import moment
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.meetings.letters import Answer, confirm_letter, correct_letter
from svyazka.presale.people.commands import Profile, save_person
from svyazka.presale.people.queries import actor_by_id
from svyazka.presale.process.commands import publish_process
from svyazka.presale.process.queries import current_process
from svyazka.presale.stages.commands import complete_stage, lose
from svyazka.processes import packaged_text
from tests.company import TUESDAY, WHOLE_REQUEST, Company, accepted_deal, found_company, led_deal
from tests.meetings import summed_up, token_for
from tests.slips import estimated

pytestmark = pytest.mark.requirement("R32")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONG_AGO = TUESDAY - 28 * DAY
"""A Tuesday that everybody's card knows of."""
INNS = (
    "7707083893",
    "7728168971",
    "5024002119",
    "7736050003",
    "7702070139",
    "7710140679",
    "7708012373",
    "7708024749",
)


@pytest.fixture
def company(db: None) -> Company:
    return found_company(TUESDAY - 250 * DAY)


def card_of(us: Actor, person: Actor | None = None, at: datetime = TUESDAY) -> Card:
    return scorecard(viewer=us, person_id=(person or us).me, at=at)


def role_of(card: Card, role: str) -> RoleCard:
    return next(one for one in card.roles if one.role == role)


def figures(card: Card, role: str) -> Mapping[str, Figure]:
    return {one.key: one for one in role_of(card, role).figures}


def owe(us: Company, deal: int, who: Actor, at: datetime, *counts: int) -> None:
    """So many promises kept in time, and so many a day late."""
    kept, late = (*counts, 0)[:2]
    for place in range(kept + late):
        due = at + 2 * DAY
        pk = open_commitment(
            deal_id=deal, performer_id=who.me, result=f"Раздел {place} отчёта", due_at=due, actor=us.manager, at=at
        )  # fmt: skip
        keep(commitment_id=pk, actor=who, at=due - HOUR if place < kept else due + DAY)


def join(us: Company, email: str, role: str) -> Actor:
    profile = Profile(f"{email}@svyazka.example", "Новиков", email, unit_id=us.delivery_unit, roles=(role,))
    pk = save_person(profile=profile, actor=us.administrator, at=LONG_AGO)
    found = actor_by_id(pk, "web")
    assert found is not None
    return found


def three_experts(us: Company, at: datetime = LONG_AGO) -> tuple[Actor, Actor, Actor]:
    """Three experts on one deal, who kept 2, 5 and 8 of 10 promises."""
    deal, third = accepted_deal(us, at), join(us, "third", "expert")
    for one in (us.head, third):
        appoint(deal_id=deal, person_id=one.me, role="expert", actor=us.manager, at=at)
    for one, kept in ((us.expert, 2), (us.head, 5), (third, 8)):
        owe(us, deal, one, at, kept, 10 - kept)
    return us.expert, us.head, third


# the share of promises


def test_three_experts_are_pooled_as_scipy_has_it(company: Company) -> None:
    # tests/engine/test_pooling.py counts the first one's share by scipy; the third mirrors it
    for person, value in zip(three_experts(company), (0.3086, 0.5, 0.6914), strict=True):
        found = figures(card_of(person), "expert")["promises_kept"]
        assert (found.total, found.people) == (10, 3)
        assert found.role_mean == pytest.approx(0.5)
        assert found.value == pytest.approx(value, abs=0.001)
        assert found.low is not None
        assert found.high is not None
        assert found.low < value < found.high


def test_of_two_people_in_a_role_each_has_his_own_share_and_learns_nothing_of_the_others(
    company: Company,
) -> None:
    deal = accepted_deal(company, LONG_AGO)
    appoint(deal_id=deal, person_id=company.head.me, role="expert", actor=company.manager, at=LONG_AGO)
    owe(company, deal, company.expert, LONG_AGO, 6, 2)
    owe(company, deal, company.head, LONG_AGO, 8)
    found, own = figures(card_of(company.expert), "expert")["promises_kept"], wilson(6, 8)
    assert own is not None
    assert (found.value, found.low, found.high) == (own.value, own.low, own.high)
    assert found.role_mean is None


def test_below_five_cases_there_are_counts_and_no_figure(company: Company) -> None:
    deal = accepted_deal(company, LONG_AGO)
    owe(company, deal, company.expert, LONG_AGO, 3, 1)
    found = figures(card_of(company.expert), "expert")["promises_kept"]
    assert (found.good, found.total, found.value, found.low, found.high, found.own) == (
        3,
        4,
        None,
        None,
        None,
        None,
    )
    owe(company, deal, company.expert, LONG_AGO + HOUR, 1)
    assert figures(card_of(company.expert), "expert")["promises_kept"].value == 0.8


def test_what_was_waived_or_cancelled_and_what_the_client_owes_is_nobodys(company: Company) -> None:
    deal = accepted_deal(company, LONG_AGO)
    owe(company, deal, company.expert, LONG_AGO, 1)
    waived = open_commitment(
        deal_id=deal, performer_id=company.expert.me, result="Сверка остатков", due_at=LONG_AGO + DAY,
        actor=company.manager, at=LONG_AGO,
    )  # fmt: skip
    waive(commitment_id=waived, reason="клиент сверил сам", actor=company.manager, at=LONG_AGO + 3 * DAY)
    theirs = open_commitment(
        deal_id=deal, performer_id=company.expert.me, result="Устав", due_at=LONG_AGO + DAY, actor=company.manager,
        at=LONG_AGO, on_client=True,
    )  # fmt: skip
    keep(commitment_id=theirs, actor=company.manager, at=LONG_AGO + 5 * DAY)
    other = accepted_deal(company, LONG_AGO, inn=INNS[1])
    lose(
        deal_id=other,
        reason="client_side.frozen",
        evidence="письмо",
        actor=company.manager,
        at=LONG_AGO + HOUR,
    )
    found = figures(card_of(company.expert), "expert")["promises_kept"]
    assert (found.good, found.total) == (1, 1)


def test_promises_are_told_by_kind(company: Company) -> None:
    deal = accepted_deal(company, LONG_AGO)
    owe(company, deal, company.expert, LONG_AGO, 3, 2)
    (line,) = role_of(card_of(company.expert), "expert").terms
    assert (line.term, line.kept, line.late, line.broken) == ("", 3, 2, 0)


def test_after_a_year_it_is_forgotten(company: Company) -> None:
    deal = accepted_deal(company, LONG_AGO)
    owe(company, deal, company.expert, LONG_AGO, 5)
    assert card_of(company.expert, at=LONG_AGO + 360 * DAY).roles
    assert not card_of(company.expert, at=LONG_AGO + 370 * DAY).roles


# the trend


def test_a_change_that_chance_makes_is_not_called_one(company: Company) -> None:
    deal = accepted_deal(company, TUESDAY - 160 * DAY)
    owe(company, deal, company.expert, TUESDAY - 150 * DAY, 3, 3)
    owe(company, deal, company.expert, TUESDAY - 20 * DAY, 4, 2)
    trend = figures(card_of(company.expert), "expert")["promises_kept"].trend
    assert trend is not None
    assert (trend.before, trend.now, trend.counts) == (0.5, 4 / 6, (6, 6))
    assert trend.shift is not None
    assert trend.shift.low < 0 < trend.shift.high
    assert not trend.is_visible


def test_a_change_that_chance_hardly_makes_is_visible(company: Company) -> None:
    deal = accepted_deal(company, TUESDAY - 160 * DAY)
    owe(company, deal, company.expert, TUESDAY - 150 * DAY, 1, 9)
    owe(company, deal, company.expert, TUESDAY - 20 * DAY, 9, 1)
    trend = figures(card_of(company.expert), "expert")["promises_kept"].trend
    assert trend is not None
    assert trend.is_visible
    assert trend.shift is not None
    assert trend.shift.value == pytest.approx(0.8)


def test_without_cases_in_both_quarters_there_is_no_trend(company: Company) -> None:
    deal = accepted_deal(company, TUESDAY - 160 * DAY)
    owe(company, deal, company.expert, TUESDAY - 150 * DAY, 4)
    owe(company, deal, company.expert, TUESDAY - 20 * DAY, 9)
    assert figures(card_of(company.expert), "expert")["promises_kept"].trend is None


# roles


def _received(us: Company, at: datetime, actor: Actor, number: int, **changed: str) -> int:
    answers = {**WHOLE_REQUEST, "inn": INNS[number], "company": f"ООО «Лес {number}»", **changed}
    return receive_request(answers=answers, actor=actor, at=at, source="рекомендация", sure=True).deal_id


def test_the_windows_figures_are_as_by_hand(company: Company) -> None:
    # arrives at 10:00 each day; answered after 30, 60, 90, 120 and 240 working minutes, of which 120 are in time;
    # the last one is declined within the hour without an answer, and nobody has touched the one before it
    window = company.dispatcher
    for number, minutes in enumerate((30, 60, 90, 120)):
        at = LONG_AGO + number * DAY
        deal = _received(company, at, company.programmer, number)
        say_contacted(deal_id=deal, how="позвонила", actor=window, at=at + timedelta(minutes=minutes))
        accept_request(
            deal_id=deal, actor=window, at=at + timedelta(minutes=minutes), manager_id=company.manager.me,
            unit_id=company.delivery_unit,
        )  # fmt: skip
    slow = _received(company, LONG_AGO + 6 * DAY, company.programmer, 4)
    say_contacted(deal_id=slow, how="позвонила", actor=window, at=LONG_AGO + 8 * DAY)
    _received(company, LONG_AGO + 7 * DAY, company.programmer, 5)
    declined = _received(company, LONG_AGO + 8 * DAY, company.programmer, 6)
    close_request(
        deal_id=declined, status="declined", reason="нет опыта в отрасли", actor=window, at=LONG_AGO + 8 * DAY + HOUR
    )  # fmt: skip
    found = figures(card_of(window), "dispatcher")
    # Monday 10:00 to Wednesday 10:00 are two working days of eight hours
    assert found["window_answer_time"].total == 5
    assert found["window_answer_time"].value == 90
    # four accepted and one declined in time; the two open ones aren't decided on
    assert (found["decided_in_a_day"].good, found["decided_in_a_day"].total) == (5, 5)
    # answered within a day: four; not so: the slow one and the one that nobody has touched
    assert (found["nothing_forgotten"].good, found["nothing_forgotten"].total) == (4, 6)
    assert all(one.role_mean is None for one in found.values())


def test_requests_that_somebody_brought_are_counted_without_spam(company: Company) -> None:
    author = company.programmer
    whole = _received(company, LONG_AGO, author, 0)
    _received(company, LONG_AGO, author, 1, budget="")
    spam = _received(company, LONG_AGO, author, 2)
    close_request(deal_id=spam, status="spam", reason="реклама", actor=company.dispatcher, at=LONG_AGO)
    ended = _received(company, LONG_AGO, author, 3)
    close_request(
        deal_id=ended, status="declined", reason="нет опыта в отрасли", actor=company.dispatcher, at=LONG_AGO
    )
    accept_request(
        deal_id=whole, actor=company.dispatcher, at=LONG_AGO, manager_id=company.manager.me, unit_id=company.delivery_unit
    )  # fmt: skip
    for stage in ("request", "preparation"):
        complete_stage(
            deal_id=whole, stage=stage, reason="клиент торопит", actor=company.manager, at=LONG_AGO + DAY
        )
    card = card_of(author)
    found = figures(card, "lead_generator")
    assert (found["complete_at_once"].good, found["complete_at_once"].total) == (2, 3)
    assert (found["reached_meeting"].good, found["reached_meeting"].total) == (1, 2)
    assert role_of(card, "lead_generator").unmeasured == ("through_the_window",)


def test_the_client_chasing_us_counts_for_who_led_the_deal_then(company: Company) -> None:
    first, other = led_deal(company, LONG_AGO), led_deal(company, LONG_AGO, inn=INNS[1])
    for minutes in (10, 40):
        at = LONG_AGO + DAY + timedelta(minutes=minutes)
        say_chased(deal_id=first, actor=company.programmer, at=at)
    later = LONG_AGO + 3 * DAY
    appoint(deal_id=first, person_id=company.other_manager.me, role="manager", actor=company.head, at=later)
    say_chased(deal_id=other, actor=company.programmer, at=later)
    say_chased(deal_id=first, actor=company.head, at=later + HOUR)
    mine = figures(card_of(company.manager), "manager")["client_reminders"]
    theirs = figures(card_of(company.other_manager), "manager")["client_reminders"]
    assert (mine.good, mine.total, mine.amount) == (2, 2, 3)
    assert (theirs.good, theirs.total, theirs.amount) == (1, 1, 1)


def test_what_clients_answered_counts_for_manager_and_expert(company: Company) -> None:
    held = TUESDAY - 27 * DAY + HOUR
    confirmed, corrected = (
        summed_up(company, accepted_deal(company, held - 3 * DAY, inn=inn), at=held) for inn in INNS[:2]
    )
    at = held + 4 * HOUR
    confirm_letter(token=token_for(company, confirmed, "letter"), answer=Answer("yes", "готовы"), at=at)
    correct_letter(
        token=token_for(company, corrected, "letter"), corrections={"a1": "Начинаем с пилорамы"}, more="",
        answer=Answer("not_yet", "сначала сроки"), at=at,
    )  # fmt: skip
    for person, role in ((company.manager, "manager"), (company.expert, "expert")):
        found = figures(card_of(person), role)
        for key in ("letters_confirmed", "client_ready"):
            assert (found[key].good, found[key].total) == (1, 2), (role, key)


def test_how_soon_an_expert_takes_requests_is_counted_in_his_working_time(company: Company) -> None:
    ask = Ask(
        "expert",
        "1С:ERP",
        date(2026, 11, 2),
        date(2026, 11, 4),
        "Клиент видит себестоимость партии",
        to_decide="Хватит ли типовой",
    )
    for number, minutes in enumerate(
        (20, 40, 60, 80, 16 * 60 + 20)
    ):  # the last one over a night: 9:00 to 18:00 less lunch
        at = LONG_AGO + timedelta(minutes=number)
        deal = led_deal(company, at, inn=INNS[number])
        request = ask_for_expert(deal_id=deal, ask=ask, actor=company.manager, at=at)
        claim(request_id=request, actor=company.expert, at=at + timedelta(minutes=minutes), why="успею")
    found = figures(card_of(company.expert), "expert")["claim_time"]
    assert (found.kind, found.total, found.value) == ("time", 5, 60)
    assert (found.low, found.high) == (None, None), "of five times no interval is sure enough"


def test_who_is_sent_by_another_has_not_taken_the_request_soon_or_late(company: Company) -> None:
    ask = Ask(
        "expert",
        "1С:ERP",
        date(2026, 11, 2),
        date(2026, 11, 4),
        "Клиент видит себестоимость партии",
        to_decide="Хватит ли типовой",
    )
    request = ask_for_expert(deal_id=led_deal(company, LONG_AGO), ask=ask, actor=company.manager, at=LONG_AGO)
    claim(
        request_id=request,
        person_id=company.expert.me,
        actor=company.head,
        at=LONG_AGO + HOUR,
        why="он свободен",
    )
    assert not any(
        "claim_time" in figures(card_of(company.expert), role.role) for role in card_of(company.expert).roles
    )


@pytest.mark.requirement("R42")
def test_chats_tell_times_and_counts_over_all_deals(company: Company) -> None:
    deals = [led_deal(company, LONG_AGO, inn=inn) for inn in INNS[:2]]
    for deal, minutes in zip(deals, (10, 50), strict=True):
        note_heard(deal_id=deal, person_id=company.manager.me, at=LONG_AGO)
        note_heard(deal_id=deal, person_id=company.expert.me, at=LONG_AGO + timedelta(minutes=minutes))
        note_heard(deal_id=deal, person_id=company.expert.me, at=LONG_AGO + timedelta(minutes=minutes + 1))
    pace = card_of(company.expert).pace
    assert (pace.written, pace.answers, pace.minutes) == (4, 2, 30)
    first = card_of(company.manager).pace
    assert (first.written, first.answers, first.minutes) == (2, 0, None)


def test_nobody_is_judged_by_a_criterion_that_the_process_has_no_more(company: Company) -> None:
    led_deal(company, LONG_AGO)
    assert "client_reminders" in figures(card_of(company.manager), "manager")
    text = packaged_text()
    begin = text.index("  - role: manager\n    key: client_reminders")
    end = text.index("  - role: manager\n    key: folder_complete")
    publish_process(text=text[:begin] + text[end:], note="", actor=company.administrator, at=LONG_AGO)
    assert all(
        one.key != "client_reminders" for role in card_of(company.manager).roles for one in role.figures
    )


# breaches and saves


def test_what_arrived_late_stands_beside_a_breach(company: Company) -> None:
    estimated(company, LONG_AGO, submitted=HOUR, reviewed=7 * HOUR)
    (line,) = [
        one
        for one in breaches_of(viewer=company.expert, person_id=company.expert.me, at=TUESDAY).lines
        if one.commitment.term == "estimate_checked"
    ]
    (late,) = line.found.arrived_late
    assert (late.person_id, late.role, late.minutes) == (company.estimator.me, "estimator", 60)
    assert line.found.minutes_late > 0


def test_who_makes_up_for_anothers_delay_has_a_save(company: Company) -> None:
    estimated(company, LONG_AGO, submitted=HOUR, reviewed=HOUR)
    (line,) = saves_of(viewer=company.expert, person_id=company.expert.me, at=TUESDAY).lines
    assert (line.commitment.term, line.found.absorbed_minutes) == ("estimate_checked", 60)
    assert line.found.absorbed_from == company.estimator.me
    assert not saves_of(viewer=company.estimator, person_id=company.estimator.me, at=TUESDAY).lines
    assert not any(
        one.commitment.term == "estimate_checked"
        for one in breaches_of(viewer=company.expert, person_id=company.expert.me, at=TUESDAY).lines
    )


def test_breaches_come_newest_first_by_pages(company: Company) -> None:
    deal = accepted_deal(company, LONG_AGO)
    for days in range(5):
        owe(company, deal, company.estimator, LONG_AGO + days * DAY, 0, 1)
    seen: list[datetime] = []
    for page in count(1):
        found = breaches_of(
            viewer=company.estimator, person_id=company.estimator.me, at=TUESDAY, page=page, size=2
        )
        seen += [line.found.due_at for line in found.lines]
        if not found.has_more:
            break
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 5


# who sees what, and as of when


def test_others_see_a_card_as_it_stood_when_the_week_before_last_ended(company: Company) -> None:
    # a Tuesday, a Sunday and a Monday: weeks end when it is midnight in Moscow
    for day, shown in ((24, 15), (29, 15), (30, 22)):
        at = datetime(2026, 11, day, 12, tzinfo=UTC)
        assert last_shown(at) == datetime(2026, 11, shown, 21, tzinfo=UTC)


@pytest.mark.requirement("R49")
def test_one_sees_ones_own_figures_a_week_before_anybody_else(company: Company) -> None:
    deal = accepted_deal(company, TUESDAY - 10 * DAY)
    owe(company, deal, company.expert, TUESDAY - 7 * DAY, 5)  # kept on Thursday of last week
    assert figures(card_of(company.expert), "expert")["promises_kept"].total == 5
    for viewer in (company.head, company.administrator):
        assert not any(one.role == "expert" for one in card_of(viewer, company.expert).roles)
        assert not any(
            one.role == "expert" for one in card_of(viewer, company.expert, TUESDAY + 5 * DAY).roles
        )
        later = card_of(viewer, company.expert, TUESDAY + 6 * DAY)
        assert figures(later, "expert")["promises_kept"].total == 5


@pytest.mark.requirement("R49")
def test_a_breach_of_last_week_is_ones_own_at_first(company: Company) -> None:
    deal = accepted_deal(company, LONG_AGO)
    owe(company, deal, company.estimator, TUESDAY - 7 * DAY, 0, 1)
    me = company.estimator.me
    assert breaches_of(viewer=company.estimator, person_id=me, at=TUESDAY).lines
    assert not breaches_of(viewer=company.head, person_id=me, at=TUESDAY).lines
    assert breaches_of(viewer=company.head, person_id=me, at=TUESDAY + 14 * DAY).lines


def test_nobody_but_oneself_ones_head_and_an_administrator_sees_a_card(company: Company) -> None:
    led_deal(company, LONG_AGO)
    for viewer, allowed in (
        (company.manager, {company.manager}),
        (company.head, {company.head, company.expert, company.estimator, company.programmer}),
        (company.dispatcher, {company.dispatcher}),
        (company.owner, {company.owner}),
        (company.agent, set()),
        (company.administrator, {
            company.administrator, company.owner, company.dispatcher, company.head, company.manager, company.other_manager,
            company.expert, company.estimator, company.fixer, company.programmer,
        }),
    ):  # fmt: skip
        ids = {one.me for one in allowed}
        for person in (
            company.administrator, company.owner, company.dispatcher, company.head, company.manager, company.other_manager,
            company.expert, company.estimator, company.fixer, company.programmer, company.agent,
        ):  # fmt: skip
            for read in (scorecard, breaches_of, saves_of):
                if person.me in ids:
                    read(viewer=viewer, person_id=person.me, at=TUESDAY)
                else:
                    with pytest.raises(NotFound):
                        read(viewer=viewer, person_id=person.me, at=TUESDAY)
        assert {one.id for one in cards_to_see(viewer=viewer)} == ids - {viewer.me}


def test_people_are_listed_by_unit_and_name(company: Company) -> None:
    seen = cards_to_see(viewer=company.administrator)
    by_unit = [one.unit_name for one in seen]
    assert by_unit == sorted(by_unit, key=by_unit.index), "each unit once"
    for unit in set(by_unit):
        names = [one.full_name for one in seen if one.unit_name == unit]
        assert names == sorted(names)


# rows and what it costs


def test_every_figure_counts_the_rows_that_it_opens(company: Company) -> None:
    three_experts(company)
    estimated(company, LONG_AGO, submitted=HOUR, reviewed=7 * HOUR)
    summed_up(company, accepted_deal(company, LONG_AGO, inn=INNS[3]), at=LONG_AGO + 3 * DAY)
    say_chased(deal_id=led_deal(company, LONG_AGO, inn=INNS[4]), actor=company.head, at=LONG_AGO + DAY)
    counted_figures = 0
    for person in (
        company.manager,
        company.expert,
        company.dispatcher,
        company.programmer,
        company.estimator,
        company.head,
    ):
        for role in card_of(person).roles:
            for one in role.figures:
                behind = cases_behind(
                    viewer=person, person_id=person.me, role=role.role, key=one.key, at=TUESDAY
                )
                assert (behind.good, behind.total) == (one.good, one.total)
                assert len(behind.cases) == min(behind.total, 50)
                counted_figures += 1
            for line in role.terms:
                behind = cases_behind(
                    viewer=person, person_id=person.me, role=role.role, key="promises_kept", at=TUESDAY, term=line.term
                )  # fmt: skip
                assert (behind.good, behind.total) == (line.kept, line.kept + line.late + line.broken)
    assert counted_figures >= 15


def test_the_means_count_what_peoples_own_cards_count(company: Company) -> None:
    three_experts(company)
    estimated(company, LONG_AGO, submitted=HOUR, reviewed=7 * HOUR)
    span, process = Span(TUESDAY - 365 * DAY, TUESDAY), current_process()[1]
    roles = ("manager", "expert", "estimator", "head")
    pool = commitments_counted(span, process, roles)
    people = {person for counts in pool.values() for person in counts}
    one_by_one = [
        case for person in people for case in from_commitments(replace(span, person_id=person), process)
    ]
    own = {figure: counts for figure, counts in counted(one_by_one).items() if figure[0] in roles}
    assert pool == own
    assert {("estimator", "estimates_in_time"), ("expert", "promises_kept")} <= set(pool)


def test_a_figure_that_a_role_has_not_is_not_found(company: Company) -> None:
    led_deal(company, LONG_AGO)
    for role, key, term in (
        ("manager", "read_before", None),
        ("manager", "nothing", None),
        ("manager", "letters_in_time", "letter_sent"),
    ):
        with pytest.raises(NotFound):
            cases_behind(
                viewer=company.manager,
                person_id=company.manager.me,
                role=role,
                key=key,
                at=TUESDAY,
                term=term,
            )


def test_a_card_costs_the_same_for_one_deal_and_for_many(company: Company) -> None:
    def cost() -> int:
        with moment(), CaptureQueriesContext(connection) as asked:
            scorecard(viewer=company.manager, person_id=company.manager.me, at=TUESDAY)
            breaches_of(viewer=company.manager, person_id=company.manager.me, at=TUESDAY)
            saves_of(viewer=company.manager, person_id=company.manager.me, at=TUESDAY)
            cases_behind(
                viewer=company.manager, person_id=company.manager.me, role="manager", key="promises_kept", at=TUESDAY
            )  # fmt: skip
        return len(asked)

    def more(number: int) -> None:
        deal = accepted_deal(company, LONG_AGO, inn=INNS[number])
        owe(company, deal, company.manager, LONG_AGO, 1, 1)
        say_chased(deal_id=deal, actor=company.head, at=LONG_AGO + DAY)

    more(0)
    cost()
    first = cost()
    for number in range(1, 7):
        more(number)
    assert cost() == first
