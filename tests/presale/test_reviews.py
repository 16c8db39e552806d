"""Closed deals are looked back on: five answers, a case for the library, and proposals that are judged on their day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from svyazka.engine.figures import coarse
from svyazka.presale.cases.commands import Story, retire_case
from svyazka.presale.cases.queries import case_row
from svyazka.presale.commitments.commands import keep, open_commitment
from svyazka.presale.deals.commands import accept_request, close_request, receive_request
from svyazka.presale.deals.models import Deal
from svyazka.presale.deals.queries import rows_by_id
from svyazka.presale.deals.seats import appoint
from svyazka.presale.insight.figures import figures
from svyazka.presale.insight.slices import Period, Slice
from svyazka.presale.journal.commands import WORKSPACE
from svyazka.presale.journal.moment import moment
from svyazka.presale.journal.queries import faults, timeline
from svyazka.presale.journal.values import SYSTEM, Actor, Conflict, Invalid, NotAllowed, NotFound, Refusal
from svyazka.presale.meetings.letters import Answer, confirm_letter
from svyazka.presale.notices.models import Notice
from svyazka.presale.process.queries import current_number
from svyazka.presale.reviews.commands import save_review, tell_case
from svyazka.presale.reviews.models import Ground, Proposal, Review
from svyazka.presale.reviews.proposal_cases import cases_behind, every_case
from svyazka.presale.reviews.proposal_rows import open_proposals, proposal_page, proposals, proposals_of
from svyazka.presale.reviews.proposals import add_ground, correct, judge, propose, publish_taking, reject
from svyazka.presale.reviews.queries import review_of_case, review_page, review_queue
from svyazka.presale.reviews.telling import case_draft, finding_of
from svyazka.presale.stages.commands import complete_stage, lose, reopen, win
from svyazka.processes import packaged_text
from svyazka.worker.reviews import remind_of_days
from tests.company import TUESDAY, WHOLE_REQUEST, Company, accepted_deal, led_deal, whole_request
from tests.meetings import WHEN, held, summed_up, token_for
from tests.reviews import CHRISTMAS, answers, draft, proposed, reviewed, won
from tests.reviews import lost as lost_deal

DAY = timedelta(days=1)
LATER = TUESDAY + 30 * DAY
CHANGED = packaged_text().replace("limit: 2d", "limit: 3d")


def number_of(deal: int) -> str:
    return rows_by_id([deal], viewer=SYSTEM)[deal].path


def told(kind: str) -> list[tuple[int, str]]:
    return [(one.person_id, one.why) for one in Notice.objects.filter(kind=kind).order_by("person_id")]


# Reviewing


@pytest.mark.requirement("R38")
def test_a_won_deal_is_reviewed_by_five_questions_and_who_changes_something_is_told(company: Company) -> None:
    deal = won(company)
    reviewed(company, deal)
    page = review_page(number=number_of(deal), viewer=company.expert, at=TUESDAY)
    assert page.review is not None
    assert page.review.keep == "Прототип на данных клиента до оценки"
    assert (page.review.owner_id, page.review.by_day) == (company.expert.me, CHRISTMAS)
    assert told("review.written") == [(company.expert.me, "changes")]


def test_the_journal_knows_who_reviewed_and_no_word_of_it(company: Company) -> None:
    deal = won(company)
    reviewed(company, deal)
    (act,) = [one for one in timeline(chain=deal, with_details=True) if one.act == "review.written"]
    assert (act.actor_id, act.detail) == (company.manager.me, None)
    assert "Прототип" not in str(act.data)
    assert list(faults()) == []


@pytest.mark.requirement("R38")
def test_won_deals_come_first_then_the_newest_and_late_ones_are_marked(company: Company) -> None:
    old = won(company, TUESDAY - 3 * DAY, began=TUESDAY - 9 * DAY)
    bad = lost_deal(company, TUESDAY + DAY, inn="7728168971")
    new = won(company, TUESDAY, inn="5024002119")
    spam = whole_request(company, inn="7736050003").deal_id
    close_request(deal_id=spam, status="spam", reason="рассылка", actor=company.dispatcher, at=TUESDAY)
    accepted_deal(company, inn="7702070139")
    queue = review_queue(viewer=company.manager, at=TUESDAY + DAY)
    assert [(one.deal.id, one.is_late) for one in queue] == [(new, False), (old, True), (bad, False)]
    reviewed(company, old)
    assert [one.deal.id for one in review_queue(viewer=company.manager, at=TUESDAY)] == [new, bad]
    (done,) = review_queue(viewer=company.manager, at=LATER, reviewed=True)
    assert (done.deal.id, done.is_late, done.reviewed_by_id) == (old, False, company.manager.me)


def test_two_working_days_are_not_over_by_a_weekend(company: Company) -> None:
    friday = TUESDAY + 3 * DAY
    won(company, friday)
    minute = timedelta(minutes=1)
    for after, is_late in ((3 * DAY, False), (4 * DAY, False), (4 * DAY + minute, True)):
        (one,) = review_queue(viewer=company.manager, at=friday + after)
        assert one.is_late is is_late, after


def test_seats_heads_and_process_owners_review_and_others_only_see_that_it_waits(company: Company) -> None:
    deal = won(company)
    for who, may in (
        (company.manager, True), (company.expert, True), (company.estimator, True), (company.dispatcher, True),
        (company.programmer, True), (company.head, True), (company.owner, True), (company.administrator, True),
        (company.other_manager, False), (company.fixer, False),
    ):  # fmt: skip
        (one,) = review_queue(viewer=who, at=TUESDAY)
        assert one.may_review is may, who
        if not may:
            with pytest.raises(NotAllowed):
                review_page(number=number_of(deal), viewer=who, at=TUESDAY)
            with pytest.raises(NotAllowed):
                reviewed(company, deal, actor=who)
    assert review_queue(viewer=company.agent, at=TUESDAY) == ()


def test_a_fixer_in_the_shadow_is_no_reason_to_review(company: Company) -> None:
    deal = accepted_deal(company)
    appoint(deal_id=deal, person_id=company.fixer.me, role="fixer", actor=company.manager, at=TUESDAY)

    lose(deal_id=deal, reason="estimate.above_budget", evidence="письмо", actor=company.manager, at=TUESDAY)
    with pytest.raises(NotAllowed):
        reviewed(company, deal, actor=company.fixer)


def test_a_partner_agent_reviews_not_even_what_he_brought(company: Company) -> None:

    deal = receive_request(
        answers=WHOLE_REQUEST, actor=company.agent, at=TUESDAY, source="партнёр", sure=True
    ).deal_id
    accept_request(deal_id=deal, actor=company.administrator, at=TUESDAY, manager_id=company.manager.me)
    lose(deal_id=deal, reason="estimate.above_budget", evidence="письмо", actor=company.manager, at=TUESDAY)
    with pytest.raises(NotFound):
        reviewed(company, deal, actor=company.agent)
    with pytest.raises(NotFound):
        review_page(number=number_of(deal), viewer=company.agent, at=TUESDAY)
    with pytest.raises(NotFound):
        proposal_page(proposal_id=proposed(company), viewer=company.agent, at=TUESDAY)
    assert proposals(viewer=company.agent, at=TUESDAY) == ()
    with pytest.raises(NotAllowed):
        proposed(company, actor=company.agent)


def test_an_open_deal_is_not_reviewed(company: Company) -> None:
    deal = accepted_deal(company)
    with pytest.raises(Conflict) as refused:
        reviewed(company, deal)
    assert refused.value.code == "not_reviewed"
    with pytest.raises(NotFound):
        review_page(number=number_of(deal), viewer=company.manager, at=TUESDAY)


def test_what_is_reopened_and_won_again_keeps_its_review(company: Company) -> None:
    deal = lost_deal(company)
    reviewed(company, deal)
    reopen(deal_id=deal, reason="клиент вернулся", actor=company.manager, at=TUESDAY)
    assert review_queue(viewer=company.manager, at=TUESDAY, reviewed=True) == ()
    assert Review.objects.filter(deal=deal).exists()


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"keep": " "}, "keep", "required"), ({"goal": "-"}, "goal", "required"), ({"helped": "уточнить"}, "helped", "junk"),
        ({"change": "б" * 4001}, "change", "too_long"), ({"owner": None}, "owner", "required"),
        ({"owner": 999999}, "owner", "unknown_choice"), ({"by_day": None}, "by_day", "required"),
        ({"by_day": date(2026, 11, 23)}, "by_day", "in_the_past"), ({"by_day": date(2029, 1, 1)}, "by_day", "too_far"),
    ],
)  # fmt: skip
def test_an_answer_that_says_nothing_is_not_taken(
    company: Company, changed: dict[str, Any], field: str, code: str
) -> None:
    deal = won(company)
    with pytest.raises(Invalid) as refused:
        save_review(
            deal_id=deal, answers=replace(answers(company), **changed), actor=company.manager, at=TUESDAY
        )
    assert refused.value.errors == {field: code}
    assert not Review.objects.exists()


def test_two_writers_of_one_review_lose_nothing(company: Company) -> None:
    deal = won(company)
    reviewed(company, deal)
    seen = Review.objects.get().changed_at
    with pytest.raises(Conflict):
        reviewed(company, deal)
    better = replace(answers(company), keep="Прототип до встречи")
    for at in (TUESDAY + DAY, LATER + 30 * DAY):  # the day is over by then, and stays
        save_review(deal_id=deal, answers=better, actor=company.expert, at=at, seen=seen)
        seen = Review.objects.get().changed_at
    assert Review.objects.get().keep == "Прототип до встречи"
    assert told("review.written") == [(company.expert.me, "changes")], "the owner is told once"


@pytest.mark.requirement("R38")
def test_the_facts_beside_the_questions_are_what_the_deal_went_through(company: Company) -> None:
    deal = won(company, LATER)
    facts = review_page(number=number_of(deal), viewer=company.manager, at=LATER).facts
    assert {visit.stage for visit in facts.over} == {
        "request", "preparation", "meeting", "estimate", "defence", "contract",
    } - ({"request"} - {visit.stage for visit in facts.over})  # fmt: skip
    assert facts.breaches
    assert [one.minutes_late for one in facts.breaches] == sorted(
        (one.minutes_late for one in facts.breaches), reverse=True
    )
    assert facts.promised >= facts.kept
    page = review_page(number=number_of(deal), viewer=company.manager, at=LATER).page
    assert sum(one.minutes for one in facts.held) == sum(piece.minutes for piece in page.life)


def test_goals_of_meetings_are_read_by_who_reads_what_was_typed(company: Company) -> None:

    deal = accepted_deal(company)
    summed_up(company, deal)
    lose(deal_id=deal, reason="estimate.above_budget", evidence="письмо", actor=company.manager, at=LATER)
    (goal,) = review_page(number=number_of(deal), viewer=company.manager, at=LATER).facts.goals
    assert goal.ours == "Клиент называет три задачи, которые решаем первыми"
    assert goal.criteria == 1
    assert review_page(number=number_of(deal), viewer=company.owner, at=LATER).facts.goals == ()


def test_reads_cost_the_same_for_one_deal_and_for_twenty(company: Company) -> None:
    def cost(read: Callable[[], object]) -> int:
        read()
        with moment(), CaptureQueriesContext(connection) as asked:
            read()
        return len(asked)

    reads: tuple[Callable[[], object], ...] = (
        lambda: review_queue(viewer=company.manager, at=TUESDAY),
        lambda: proposals(viewer=company.manager, at=TUESDAY),
    )
    first = won(company)
    proposed(company, deals=(first,))
    before = [cost(read) for read in reads]
    for inn in ("7728168971", "5024002119", "7736050003"):
        deal = won(company, inn=inn)
        proposed(company, deals=(deal, first))
    assert [cost(read) for read in reads] == before


# The library


@pytest.mark.requirement("R38")
def test_a_reviewed_deal_becomes_a_case_in_which_nobody_is_named(company: Company) -> None:
    deal = won(company, request="ООО «Северный лес» ведёт партии в тетради, просила Лескова Ольга Петровна")
    reviewed(company, deal)
    story = case_draft(number=number_of(deal), viewer=company.manager, at=TUESDAY)
    assert story.industries == ("деревообработка", "оптовая торговля")
    assert (story.client_name, story.may_be_named, story.year) == ("", False, 2026)
    assert "партии в тетради" in story.task
    assert "за день собрал прототип" in story.result
    whole = " ".join((story.title, story.task, story.result, *story.industries))
    for name in ("Северн", "Лесков", "Ольг", "Климов", "916", "7707083893"):
        assert name not in whole
    assert not Review.objects.get().case_id, "a draft saves nothing"
    case = tell_case(deal_id=deal, story=story, actor=company.manager, at=TUESDAY)
    assert case_row(case_id=case, viewer=company.expert).result == story.result
    page = review_page(number=number_of(deal), viewer=company.manager, at=TUESDAY)
    assert page.review is not None
    assert page.review.case_id == case
    found = review_of_case(case_id=case, viewer=company.expert)
    assert found is not None
    assert found.id == deal
    assert review_of_case(case_id=case, viewer=company.other_manager) is None


def test_a_deal_is_told_once_and_only_after_its_review(company: Company) -> None:
    deal, story = won(company), Story("Партии", "Считали вручную", "Считает система")
    with pytest.raises(NotFound):
        tell_case(deal_id=deal, story=story, actor=company.manager, at=TUESDAY)
    with pytest.raises(NotFound):
        case_draft(number=number_of(deal), viewer=company.manager, at=TUESDAY)
    reviewed(company, deal)
    tell_case(deal_id=deal, story=story, actor=company.manager, at=TUESDAY)
    with pytest.raises(Conflict):
        tell_case(deal_id=deal, story=story, actor=company.manager, at=TUESDAY)
    with pytest.raises(Conflict):
        case_draft(number=number_of(deal), viewer=company.manager, at=TUESDAY)
    with pytest.raises(NotAllowed):
        tell_case(deal_id=deal, story=story, actor=company.other_manager, at=TUESDAY)


def test_a_case_that_was_put_away_is_told_anew(company: Company) -> None:
    deal, story = won(company), Story("Партии", "Считали вручную", "Считает система")
    reviewed(company, deal)
    first = tell_case(deal_id=deal, story=story, actor=company.manager, at=TUESDAY)
    retire_case(case_id=first, actor=company.manager, at=TUESDAY)
    page = review_page(number=number_of(deal), viewer=company.manager, at=TUESDAY)
    assert page.review is not None
    assert page.review.case_id is None
    (row,) = review_queue(viewer=company.manager, at=TUESDAY, reviewed=True)
    assert row.case_id is None
    again = tell_case(deal_id=deal, story=story, actor=company.manager, at=TUESDAY)
    (row,) = review_queue(viewer=company.manager, at=TUESDAY, reviewed=True)
    assert (again != first, row.case_id) == (True, again)


def test_a_case_begins_with_what_the_client_wanted_and_what_he_confirmed(company: Company) -> None:
    deal = led_deal(company)
    appoint(deal_id=deal, person_id=company.expert.me, role="expert", actor=company.manager, at=TUESDAY)
    meeting = summed_up(company, deal)
    at = WHEN + timedelta(hours=5)
    confirm_letter(token=token_for(company, meeting, "letter"), answer=Answer("yes"), at=at)
    win(
        deal_id=deal, contract_number="17/26", contract_sum=Decimal(900_000), contract_date=at.date(),
        reason="условия согласованы в письме", actor=company.manager, at=at,
    )  # fmt: skip
    reviewed(company, deal, at=at)
    story = case_draft(number=number_of(deal), viewer=company.manager, at=at)
    assert "Понять, как система считает себестоимость партии" in story.task
    assert "Обследование начинаем с лесосклада" in story.result
    assert "за день собрал прототип" in story.result
    # who doesn't read what was typed on the deal reads what the review says
    story = case_draft(number=number_of(deal), viewer=company.owner, at=at)
    assert "Обследование" not in story.result
    assert "прототип" in story.result


# Proposals


@pytest.mark.requirement("R38")
def test_a_finding_becomes_a_proposal_that_a_version_takes_in_and_that_is_judged_on_its_day(
    company: Company,
) -> None:
    deal = won(company)
    one = proposed(company, deals=(deal,))
    assert told("proposal.made") == [(company.head.me, "judges")]
    assert [row.id for row in open_proposals(viewer=company.owner, at=TUESDAY)] == [one]
    assert [row.id for row in proposals_of(deal, viewer=company.manager, at=TUESDAY)] == [one]
    version = publish_taking(
        text=CHANGED, note="Письмо за два часа", proposals=[one], actor=company.owner, at=TUESDAY + DAY
    )
    page = proposal_page(proposal_id=one, viewer=company.head, at=TUESDAY + DAY)
    assert (page.row.state, page.row.version, current_number()) == ("taken", version, version)
    assert page.row.before is not None
    assert (page.may_judge, page.may_decide) == (True, False)
    assert remind_of_days(TUESDAY + DAY) == 0
    assert remind_of_days(LATER) == 1
    assert remind_of_days(LATER) == 0, "once"
    assert told("proposal.due") == [(company.head.me, "judges")]
    judge(proposal_id=one, verdict="kept", words="Письма идут в срок", actor=company.head, at=LATER)
    row = proposal_page(proposal_id=one, viewer=company.manager, at=LATER).row
    assert (row.state, row.verdict, row.words, row.is_due) == ("judged", "kept", "Письма идут в срок", False)
    assert row.after is not None
    assert list(faults()) == []


def test_the_figure_before_and_after_is_of_its_own_stretch_of_time(company: Company) -> None:
    summed_up(company, accepted_deal(company, TUESDAY - 20 * DAY, inn="7728168971"), at=TUESDAY - 10 * DAY)
    one = proposed(company)
    publish_taking(text=CHANGED, note="иначе", proposals=[one], actor=company.owner, at=TUESDAY)
    before = proposal_page(proposal_id=one, viewer=company.owner, at=TUESDAY).row.before
    assert before is not None
    assert (before.value, before.cases, before.won) == (1.0, 1, 1)
    deal = accepted_deal(company, TUESDAY, inn="5024002119")
    held(company, deal, at=TUESDAY + DAY, starts_at=TUESDAY + DAY)

    lose(deal_id=deal, reason="estimate.above_budget", evidence="письмо", actor=company.manager, at=LATER)
    now = proposal_page(proposal_id=one, viewer=company.owner, at=LATER + DAY).now
    assert (now.value, now.cases, now.won) == (0.0, 1, 0), "the letter never went out"


def test_conversion_and_time_in_a_stage_are_counted_by_hand(company: Company) -> None:
    won(company, TUESDAY + DAY, began=TUESDAY)
    lost_deal(company, TUESDAY + DAY, inn="7728168971")
    accepted_deal(company, TUESDAY, inn="5024002119")
    at = TUESDAY + 2 * DAY
    followed = (CHRISTMAS - at.date()).days // 2
    conversion = proposed(company, figure="conversion", figure_of="", at=at)
    assert proposal_page(proposal_id=conversion, viewer=company.owner, at=at).now.cases == 0, "too early"
    known = TUESDAY + followed * DAY + timedelta(hours=1)
    page = proposal_page(proposal_id=conversion, viewer=company.owner, at=known)
    assert (page.now.cases, page.now.won) == (3, 1)
    assert page.now.value == pytest.approx(1 / 3)
    stay = proposed(company, figure="time_in_stage", figure_of="request", at=at)
    now = proposal_page(proposal_id=stay, viewer=company.owner, at=at).now
    assert (now.value, now.cases) == (480.0, 2), "both stayed from ten to ten: eight working hours"


def test_time_in_a_stage_is_that_of_the_figures_without_what_the_client_took(company: Company) -> None:
    deal = accepted_deal(company, TUESDAY)
    theirs = open_commitment(
        deal_id=deal, performer_id=company.manager.me, result="Устав", due_at=TUESDAY + 2 * DAY, on_client=True,
        actor=company.manager, at=TUESDAY + timedelta(hours=2),
    )  # fmt: skip
    keep(commitment_id=theirs, actor=company.manager, at=TUESDAY + timedelta(hours=5))
    complete_stage(
        deal_id=deal, stage="request", reason="клиент торопит", actor=company.manager, at=TUESDAY + DAY
    )
    spam = accepted_deal(company, TUESDAY, inn="7728168971")
    complete_stage(
        deal_id=spam, stage="request", reason="клиент торопит", actor=company.manager, at=TUESDAY + DAY
    )
    close_request(deal_id=spam, status="spam", reason="рассылка", actor=company.dispatcher, at=TUESDAY + DAY)
    one = proposed(company, figure="time_in_stage", figure_of="request")
    now = proposal_page(proposal_id=one, viewer=company.owner, at=TUESDAY + 2 * DAY).now
    assert (now.value, now.cases) == (360.0, 1), (
        "eight hours but for the client's two, of which lunch is none"
    )
    seen = figures(viewer=company.owner, of=Slice(Period(202611, 202611))).steps[0]
    assert seen.median is not None
    assert seen.median.low == now.value
    (case,) = cases_behind(proposal_id=one, side="before", viewer=company.owner, at=TUESDAY + 2 * DAY).cases
    assert (case.deal.id, case.minutes) == (deal, 360)


def test_a_proposals_figures_are_those_of_the_cases_behind_them(company: Company) -> None:
    for place in range(-6, 4):
        began = TUESDAY + place * 10 * DAY
        ended = won if place % 3 else lost_deal
        ended(company, began + 2 * DAY)
        accepted_deal(company, began)
    at, judged_on = TUESDAY + 35 * DAY, TUESDAY + 40 * DAY
    kinds = {"conversion": "", "term_kept": "first_response", "time_in_stage": "request"}
    made = {
        kind: proposed(company, figure=kind, figure_of=key, judge_on=judged_on.date())
        for kind, key in kinds.items()
    }
    publish_taking(text=CHANGED, note="иначе", proposals=made.values(), actor=company.owner, at=TUESDAY)
    for kind, one in made.items():
        page = proposal_page(proposal_id=one, viewer=company.owner, at=at)
        for side, figure in (("before", page.row.before), ("since", page.now)):
            found = cases_behind(proposal_id=one, side=side, viewer=company.owner, at=at)
            cases = list(every_case(proposal_id=one, side=side, viewer=company.owner, at=at))
            assert figure is not None
            assert figure.cases == len(cases) > 0, (kind, side)
            assert found.figure == figure
            assert found.cases == tuple(cases)
            assert figure.won == sum(case.is_good for case in cases)
            if kind == "time_in_stage":
                assert figure.value == median(coarse(case.minutes or 0) for case in cases)
            else:
                good = cases_behind(proposal_id=one, side=side, viewer=company.owner, at=at, good=True)
                assert len(good.cases) == figure.won
    for wrong in ({"side": "nothing"}, {"side": "before", "good": True}):
        with pytest.raises(NotFound):
            cases_behind(proposal_id=made["time_in_stage"], viewer=company.owner, at=at, **wrong)
    waiting = proposed(company)
    with pytest.raises(NotFound):
        cases_behind(proposal_id=waiting, side="since", viewer=company.owner, at=at)


def test_where_nothing_changed_conversion_before_and_after_are_the_same(company: Company) -> None:
    # every 20 days two requests come in, of which one is won 50 days later and the other is open for good
    months, judged_on = range(-200, 120, 20), TUESDAY + 120 * DAY
    for place in months:
        began = TUESDAY + place * DAY
        accepted_deal(company, began)
        if began + 50 * DAY < judged_on:
            won(company, began + 50 * DAY, began=began)
        else:
            accepted_deal(company, began)
    one = proposed(company, figure="conversion", figure_of="", judge_on=judged_on.date())
    publish_taking(text=CHANGED, note="иначе", proposals=[one], actor=company.owner, at=TUESDAY)
    judge(proposal_id=one, verdict="kept", words="Всё по-прежнему", actor=company.head, at=judged_on)
    row = proposal_page(proposal_id=one, viewer=company.owner, at=judged_on).row
    assert row.before is not None
    assert row.after is not None
    assert row.followed == 60 * DAY
    # received 140 to 80 days before it, and within the 60 days after it: each time two a turn
    assert (row.before.won, row.before.cases) == (4, 8)
    assert (row.after.won, row.after.cases) == (3, 6)
    # all requests since the change have fewer contracts, for the last ones have had no time
    received = Deal.objects.filter(received_at__gte=TUESDAY, received_at__lt=judged_on)
    assert (received.filter(status="won").count(), received.count()) == (4, 12)


def test_whoever_sees_to_a_change_does_not_judge_it(company: Company) -> None:
    deal = won(company)
    reviewed(company, deal)  # the expert sees to the change
    found = finding_of(number=number_of(deal), part="change", viewer=company.manager, at=TUESDAY)
    assert found.judge_id == company.owner.me
    with pytest.raises(Invalid) as refused:
        proposed(company, deals=(deal,), owner=company.expert.me)
    assert refused.value.errors == {"owner": "controller_is_the_doer"}
    one, other = proposed(company, owner=company.expert.me), won(company)
    add_ground(proposal_id=one, deal_id=other, actor=company.manager, at=TUESDAY)
    reviewed(company, other)  # he does it only now
    publish_taking(text=CHANGED, note="", proposals=[one], actor=company.owner, at=TUESDAY)
    assert not proposal_page(proposal_id=one, viewer=company.expert, at=TUESDAY).may_judge
    with pytest.raises(Invalid) as refused:
        judge(
            proposal_id=one, verdict="kept", words="Письма уходят вовремя", actor=company.expert, at=TUESDAY
        )
    assert refused.value.errors == {"verdict": "controller_is_the_doer"}
    judge(proposal_id=one, verdict="kept", words="Письма уходят вовремя", actor=company.owner, at=TUESDAY)


def test_a_deal_of_who_is_to_judge_backs_no_proposal(company: Company) -> None:
    one, deal = proposed(company, owner=company.expert.me), won(company)
    reviewed(company, deal)
    with pytest.raises(Invalid) as refused:
        add_ground(proposal_id=one, deal_id=deal, actor=company.manager, at=TUESDAY)
    assert refused.value.errors == {"number": "judge_is_the_doer"}
    assert not Ground.objects.filter(proposal_id=one, deal_id=deal).exists()


def test_another_deal_teaches_the_same(company: Company) -> None:
    first, second = won(company), won(company, inn="7728168971")
    one = proposed(company, deals=(first,))
    for _ in range(2):
        add_ground(proposal_id=one, deal_id=second, actor=company.expert, at=TUESDAY)
    page = proposal_page(proposal_id=one, viewer=company.owner, at=TUESDAY)
    assert [deal.id for deal in page.row.deals] == [first, second]
    assert (
        len([act for act in timeline(chain=WORKSPACE, with_details=False) if act.act == "proposal.backed"])
        == 1
    )
    with pytest.raises(NotFound):
        add_ground(proposal_id=one, deal_id=accepted_deal(company, inn="5024002119"), actor=company.expert, at=TUESDAY)  # fmt: skip


def test_a_rejected_proposal_says_why_to_who_made_it(company: Company) -> None:
    one = proposed(company)
    with pytest.raises(Invalid):
        reject(proposal_id=one, words="-", actor=company.owner, at=TUESDAY)
    with pytest.raises(NotAllowed):
        reject(proposal_id=one, words="Письма и так вовремя", actor=company.head, at=TUESDAY)
    reject(proposal_id=one, words="Письма и так вовремя", actor=company.owner, at=TUESDAY)
    assert told("proposal.rejected") == [(company.manager.me, "proposed_it")]
    row = proposal_page(proposal_id=one, viewer=company.manager, at=TUESDAY).row
    assert (row.state, row.words) == ("rejected", "Письма и так вовремя")


def test_who_wrote_a_proposal_and_who_decides_put_its_words_right_while_it_waits(company: Company) -> None:
    one = proposed(company)

    def put_right(text: str, who: Actor, why: str = "Клиент помнит встречу") -> None:
        seen = proposal_page(proposal_id=one, viewer=who, at=TUESDAY).row.wording
        correct(proposal_id=one, text=text, why=why, seen=seen, actor=who, at=TUESDAY)

    for who in (company.manager, company.owner, company.administrator):
        assert proposal_page(proposal_id=one, viewer=who, at=TUESDAY).may_correct
        put_right(f"Письмо-итог за час: {who.me}", who)
        assert (
            proposal_page(proposal_id=one, viewer=who, at=TUESDAY).row.text == f"Письмо-итог за час: {who.me}"
        )
    for who in (company.head, company.expert):
        assert not proposal_page(proposal_id=one, viewer=who, at=TUESDAY).may_correct
        with pytest.raises(NotAllowed):
            put_right("Письмо-итог за день", who)
    with pytest.raises(Invalid) as refused:
        put_right("-", company.manager, "нет")
    assert set(refused.value.errors) == {"text", "why"}
    (last, *_) = timeline(chain=WORKSPACE, with_details=True)
    assert (last.act, last.actor_id, last.detail) == ("proposal.corrected", company.administrator.me, None)


def test_who_corrects_words_that_have_changed_meanwhile_is_told(company: Company) -> None:
    one = proposed(company)
    seen = proposal_page(proposal_id=one, viewer=company.owner, at=TUESDAY).row.wording
    why = "Клиент помнит встречу"
    correct(
        proposal_id=one, text="Письмо-итог за час", why=why, seen=seen, actor=company.manager, at=TUESDAY
    )  # fmt: skip
    with pytest.raises(Conflict) as refused:
        correct(
            proposal_id=one, text="Письмо-итог за два дня", why=why, seen=seen, actor=company.owner, at=TUESDAY
        )  # fmt: skip
    assert refused.value.code == "changed_meanwhile"
    assert Proposal.objects.get().text == "Письмо-итог за час"


def test_what_is_settled_is_settled_once(company: Company) -> None:
    one, deal = proposed(company), won(company)
    reject(proposal_id=one, words="Письма и так вовремя", actor=company.owner, at=TUESDAY)
    acts: tuple[Callable[[], object], ...] = (
        lambda: reject(proposal_id=one, words="Ещё раз нет", actor=company.owner, at=TUESDAY),
        lambda: judge(proposal_id=one, verdict="kept", words="Хорошо", actor=company.owner, at=TUESDAY),
        lambda: add_ground(proposal_id=one, deal_id=deal, actor=company.owner, at=TUESDAY),
        lambda: correct(
            proposal_id=one, text="Иначе", why="Лучше", seen="", actor=company.manager, at=TUESDAY
        ),
        lambda: publish_taking(text=CHANGED, note="", proposals=[one], actor=company.owner, at=TUESDAY),
    )
    for act in acts:
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "proposal_settled"
    assert current_number() == 1, "nothing was published"


def test_only_owners_of_the_process_publish_and_judge_besides_who_owns_the_proposal(company: Company) -> None:
    one = proposed(company)
    with pytest.raises(NotAllowed):
        publish_taking(text=CHANGED, note="", proposals=[one], actor=company.manager, at=TUESDAY)
    publish_taking(text=CHANGED, note="", proposals=[one], actor=company.owner, at=TUESDAY)
    for who in (company.manager, company.expert, company.agent):
        with pytest.raises(NotAllowed):
            judge(proposal_id=one, verdict="kept", words="Хорошо пошло", actor=who, at=TUESDAY)
    with pytest.raises(Invalid):
        judge(proposal_id=one, verdict="maybe", words="Хорошо пошло", actor=company.head, at=TUESDAY)
    judge(proposal_id=one, verdict="taken_back", words="Никто не успевает", actor=company.owner, at=TUESDAY)
    assert told("proposal.judged") == sorted(
        [(company.manager.me, "proposed_it"), (company.head.me, "judges")]
    )


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"text": ""}, "text", "required"), ({"why": "-"}, "why", "required"), ({"why": "ы" * 4001}, "why", "too_long"),
        ({"about": "no_such"}, "about", "unknown_choice"), ({"kind": "law"}, "about", "unknown_choice"),
        ({"figure_of": "no_such"}, "figure", "unknown_choice"), ({"figure": "luck"}, "figure", "unknown_choice"),
        ({"judge_on": None}, "judge_on", "required"), ({"judge_on": date(2026, 1, 1)}, "judge_on", "in_the_past"),
        ({"owner": None}, "owner", "required"),
    ],
)  # fmt: skip
def test_a_proposal_says_what_why_by_when_and_by_which_figure(
    company: Company, changed: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        propose(draft=replace(draft(company), **changed), actor=company.manager, at=TUESDAY)
    assert refused.value.errors == {field: code}


def test_what_has_no_place_or_no_right_is_refused_whole(company: Company) -> None:
    nobody: list[Callable[[Actor], object]] = [
        lambda who: reject(proposal_id=77, words="Нет такого", actor=who, at=TUESDAY),
        lambda who: judge(proposal_id=77, verdict="kept", words="Нет такого", actor=who, at=TUESDAY),
        lambda who: add_ground(proposal_id=77, deal_id=1, actor=who, at=TUESDAY),
        lambda who: proposed(company, deals=(77,), actor=who),
    ]
    for act in nobody:
        with pytest.raises(NotFound):
            act(company.owner)
    with pytest.raises(Refusal):
        propose(draft=draft(company), actor=SYSTEM, at=TUESDAY)
    assert not Proposal.objects.exists()
    assert not Ground.objects.exists()


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "forgotten"}, {"kind": "law"}, {"figure": "luck"}, {"text": ""}, {"state": "taken"},
        {"state": "rejected"}, {"verdict": "kept"}, {"state": "judged", "version": 2, "taken_at": TUESDAY},
    ],
)  # fmt: skip
def test_the_database_knows_the_rules_of_proposals(company: Company, broken: dict[str, object]) -> None:
    one = proposed(company)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=one).update(**broken)


def test_the_day_of_a_change_is_told_once_to_who_does_it(company: Company) -> None:
    reviewed(company, won(company))
    assert remind_of_days(TUESDAY) == 0
    assert remind_of_days(LATER) == 1
    assert remind_of_days(LATER + DAY) == 0
    assert told("review.due") == [(company.expert.me, "changes")]
