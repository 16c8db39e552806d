"""Commitments: one person, one result, one time; and a clock that stands while the client owes us."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from svyazka.presale.commitments.commands import (
    AlreadyClosed,
    give_up,
    hand_over,
    keep,
    open_commitment,
    waive,
)
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.commitments.queries import commitment_row, commitments_of, owed_by, owed_to
from svyazka.presale.journal.values import Invalid, NotAllowed
from svyazka.presale.notices.queries import latest_notices
from svyazka.presale.people.commands import record_absence
from svyazka.presale.questions.commands import answer_question, ask_question, relay_question
from svyazka.presale.questions.queries import questions_seen
from svyazka.presale.stages.commands import complete_stage, reopen, win
from svyazka.presale.stages.keeping import KeptByItsEvent, keep_commitment
from svyazka.presale.stages.queries import deal_page_by_id
from tests.company import TUESDAY, Company, accepted_deal, led_deal, whole_request

TOMORROW = TUESDAY + timedelta(days=1)


def _promise(company: Company, deal_id: int, **changed: object) -> int:
    wanted = {
        "deal_id": deal_id, "performer_id": company.expert.person_id, "result": "Схема потоков лесосырья",
        "due_at": TOMORROW, "actor": company.manager, "at": TUESDAY,
    } | changed  # fmt: skip
    return open_commitment(**wanted)  # type: ignore[arg-type]


@pytest.mark.requirement("R17")
@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"result": ""}, {"result": "required"}),
        ({"result": "xxxx" * 20}, {"result": "junk"}),
        ({"result": "Подумать"}, {"result": "no_result"}),
        ({"result": "Look into it"}, {"result": "no_result"}),
        ({"result": "Схема " * 60}, {"result": "too_long"}),
        ({"result": "Сделать, когда сможешь"}, {"result": "vague"}),
        ({"result": "Send the scheme when you can"}, {"result": "vague"}),
        ({"due_at": TUESDAY}, {"due": "in_the_past"}),
        ({"due_at": TUESDAY + timedelta(days=800)}, {"due": "too_far"}),
        ({"performer_id": 999_999}, {"performer": "unknown_choice"}),
    ],
)
def test_a_task_without_performer_result_or_time_is_refused(
    company: Company, changed: dict[str, object], errors: dict[str, str]
) -> None:
    deal_id = accepted_deal(company)
    with pytest.raises(Invalid) as refused:
        _promise(company, deal_id, **changed)
    assert refused.value.errors == errors


@pytest.mark.requirement("R17")
def test_nobody_controls_himself(company: Company) -> None:
    deal_id = accepted_deal(company)
    with pytest.raises(Invalid):
        _promise(company, deal_id, controller_id=company.expert.person_id)
    promised = _promise(company, deal_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        Commitment.objects.filter(pk=promised).update(controller_id=company.expert.person_id)


@pytest.mark.parametrize(("delay", "outcome"), [(timedelta(hours=1), "kept"), (timedelta(days=2), "late")])
def test_a_result_after_its_time_is_late(company: Company, delay: timedelta, outcome: str) -> None:
    promised = _promise(company, accepted_deal(company))
    assert keep(commitment_id=promised, actor=company.expert, at=TUESDAY + delay) == outcome


def test_the_second_who_closes_a_commitment_learns_who_was_first(company: Company) -> None:
    promised = _promise(company, accepted_deal(company))
    keep(commitment_id=promised, actor=company.expert, at=TUESDAY)
    with pytest.raises(AlreadyClosed) as told:
        waive(commitment_id=promised, reason="уже не нужно", actor=company.manager, at=TUESDAY)
    assert told.value.params["who"] == "Олег Климов"


def test_a_promise_is_waived_by_its_controller_with_a_reason_not_by_its_performer(company: Company) -> None:
    promised = _promise(company, accepted_deal(company))
    with pytest.raises(NotAllowed):
        waive(commitment_id=promised, reason="не успеваю", actor=company.expert, at=TUESDAY)
    with pytest.raises(Invalid):
        waive(commitment_id=promised, reason="-", actor=company.manager, at=TUESDAY)
    waive(commitment_id=promised, reason="клиент прислал схему сам", actor=company.manager, at=TUESDAY)


def test_a_promise_given_up_is_broken(company: Company) -> None:
    promised = _promise(company, accepted_deal(company))
    give_up(commitment_id=promised, reason="нет данных по складу", actor=company.expert, at=TUESDAY)
    row = commitment_row(promised)
    assert row is not None
    assert (row.outcome, row.note) == ("broken", "нет данных по складу")


def test_handing_over_tells_the_new_performer_and_keeps_the_time(company: Company) -> None:
    promised = _promise(company, accepted_deal(company))
    assert company.estimator.person_id is not None
    hand_over(
        commitment_id=promised, to_id=company.estimator.person_id, reason="эксперт на запуске", actor=company.expert,
        at=TUESDAY,
    )  # fmt: skip
    row = commitment_row(promised)
    assert row is not None
    assert (row.performer_id, row.due_at) == (company.estimator.person_id, TOMORROW)
    assert latest_notices(viewer=company.estimator)[0].kind == "commitment.handed_over"


def test_what_is_handed_to_somebody_away_lands_with_his_stand_in(company: Company) -> None:
    promised = _promise(company, accepted_deal(company))
    assert company.estimator.person_id is not None
    assert company.head.person_id is not None
    record_absence(
        person_id=company.estimator.person_id, since=TUESDAY.date(), until=TUESDAY.date(),
        stand_in_id=company.head.person_id, actor=company.estimator, at=TUESDAY,
    )  # fmt: skip
    hand_over(
        commitment_id=promised, to_id=company.estimator.person_id, reason="эксперт на запуске", actor=company.expert,
        at=TUESDAY,
    )  # fmt: skip
    row = commitment_row(promised)
    assert row is not None
    assert row.performer_id == company.head.person_id


def test_everybody_sees_what_he_owes_and_what_is_owed_to_him(company: Company) -> None:
    promised = _promise(company, accepted_deal(company))
    assert promised in {row.id for row in owed_by(viewer=company.expert)}
    assert promised in {row.id for row in owed_to(viewer=company.manager)}
    assert promised not in {row.id for row in owed_by(viewer=company.estimator)}


def test_keeping_the_first_answer_records_that_the_client_was_contacted(company: Company) -> None:
    deal_id = whole_request(company).deal_id
    first = next(row for row in commitments_of(deal_id) if row.term == "first_response")
    keep_commitment(
        commitment_id=first.id, note="позвонила Ольге Петровне", actor=company.dispatcher, at=TUESDAY
    )
    page = deal_page_by_id(deal_id=deal_id, viewer=company.dispatcher, at=TUESDAY)
    assert page.card.contacted_at == TUESDAY
    decision = next(row for row in page.commitments if row.term == "decision")
    with pytest.raises(KeptByItsEvent):
        keep_commitment(commitment_id=decision.id, note="готово", actor=company.dispatcher, at=TUESDAY)


@pytest.mark.requirement("R28")
def test_a_question_travels_through_the_manager_to_the_client_and_back(company: Company) -> None:
    deal_id = accepted_deal(company)
    question = ask_question(deal_id=deal_id, text="Сколько складов?", actor=company.expert, at=TUESDAY)
    relay = next(row for row in commitments_of(deal_id) if row.term == f"relay.{question}")
    assert relay.performer_id == company.manager.person_id
    with pytest.raises(NotAllowed):
        relay_question(question_id=question, actor=company.expert, at=TUESDAY)
    relay_question(question_id=question, actor=company.manager, at=TUESDAY + timedelta(hours=1))
    page = deal_page_by_id(deal_id=deal_id, viewer=company.expert, at=TUESDAY + timedelta(hours=2))
    assert page.standing.holder.kind == "client"
    answer_question(
        question_id=question, answer="Три склада", actor=company.manager, at=TUESDAY + timedelta(hours=5)
    )
    assert questions_seen(deal_id=deal_id, viewer=company.expert)[0].answer == "Три склада"
    assert latest_notices(viewer=company.expert)[0].kind == "question.answered"


def test_two_questions_can_be_open_at_once(company: Company) -> None:
    deal_id = accepted_deal(company)
    first = ask_question(deal_id=deal_id, text="Сколько складов?", actor=company.expert, at=TUESDAY)
    second = ask_question(deal_id=deal_id, text="Кто ведёт цены?", actor=company.expert, at=TUESDAY)
    terms = {row.term for row in commitments_of(deal_id) if row.outcome == "open"}
    assert {f"relay.{first}", f"relay.{second}"} <= terms


def test_the_estimates_clock_stands_while_the_client_owes_an_answer(company: Company) -> None:
    deal_id = accepted_deal(company)
    for stage in ("request", "preparation", "meeting"):
        complete_stage(
            deal_id=deal_id, stage=stage, actor=company.administrator, at=TUESDAY, reason="для примера"
        )
    ready = next(row for row in commitments_of(deal_id) if row.term == "estimate_ready")
    question = ask_question(deal_id=deal_id, text="Сколько складов?", actor=company.estimator, at=TUESDAY)
    relay_question(question_id=question, actor=company.manager, at=TUESDAY)
    waiting = next(
        owed
        for owed in deal_page_by_id(deal_id=deal_id, viewer=company.owner, at=TOMORROW).standing.owed
        if owed.promise.id == ready.id
    )
    assert waiting.is_paused
    answer_question(question_id=question, answer="Три склада", actor=company.manager, at=TOMORROW)
    after = commitment_row(ready.id)
    assert after is not None
    assert after.due_at == ready.due_at + timedelta(days=1)  # from Thursday to Friday, the same hour


def test_a_question_that_was_left_when_the_deal_closed_stays_a_broken_promise_when_it_is_asked_later(
    company: Company,
) -> None:
    deal = led_deal(company)
    question = ask_question(
        deal_id=deal, text="Сколько складов ведут учёт партий?", actor=company.expert, at=TUESDAY
    )
    later = TUESDAY + timedelta(days=2)
    win(
        deal_id=deal, contract_number="Д-1", contract_sum=Decimal(100), contract_date=later.date(),
        actor=company.administrator, at=later, reason="подписали до ответа",
    )  # fmt: skip
    reopen(deal_id=deal, reason="договор расторгли в тот же день", actor=company.administrator, at=later)
    relay_question(question_id=question, actor=company.manager, at=later)
    relay = next(row for row in commitments_of(deal) if row.term == f"relay.{question}")
    assert (relay.outcome, relay.closed_at) == ("broken", later)
