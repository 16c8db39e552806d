"""Stages: the gate is the same for everybody, and nobody passes it silently."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from svyazka.presale.commitments.commands import waive
from svyazka.presale.commitments.queries import commitments_of
from svyazka.presale.deals.models import Deal
from svyazka.presale.deals.seats import SeatRefused, appoint
from svyazka.presale.deals.writing import DealClosed
from svyazka.presale.journal.values import Invalid, NotAllowed
from svyazka.presale.stages.commands import (
    LastStage,
    StageAlreadyLeft,
    StageBlocked,
    complete_stage,
    lose,
    reopen,
    win,
)
from svyazka.presale.stages.evidence import ProvenElsewhere, supply_evidence, withdraw_evidence
from svyazka.presale.stages.queries import deal_page_by_id
from tests.company import TUESDAY, Company, accepted_deal, whole_request


def _pass_stage(company: Company, deal_id: int) -> None:
    """Supply every missing check of the deal's stage as its people would, then leave the stage."""
    page = deal_page_by_id(deal_id=deal_id, viewer=company.administrator, at=TUESDAY)
    for row in page.checks:
        check = row.check
        if not row.holds and (check.tick or check.fact not in {"next_step.promised", "expert.appointed"}):
            supply_evidence(
                deal_id=deal_id, stage=page.card.row.stage, check=check.key, text="письмо от 24 ноября",
                actor=company.administrator, at=TUESDAY, happens_at=TUESDAY + timedelta(days=3),
            )  # fmt: skip
    complete_stage(
        deal_id=deal_id,
        stage=page.card.row.stage,
        actor=company.administrator,
        at=TUESDAY,
        reason="по договорённости",
    )


@pytest.mark.requirement("R20")
@pytest.mark.parametrize("who", ["administrator", "manager"])
def test_a_stage_left_without_its_evidence_names_who_and_why(company: Company, who: str) -> None:
    deal_id = accepted_deal(company)
    actor = getattr(company, who)
    complete_stage(deal_id=deal_id, stage="request", actor=actor, at=TUESDAY)
    with pytest.raises(StageBlocked) as blocked:
        complete_stage(deal_id=deal_id, stage="preparation", actor=actor, at=TUESDAY)
    assert blocked.value.missing
    complete_stage(
        deal_id=deal_id,
        stage="preparation",
        actor=actor,
        at=TUESDAY,
        reason="клиент уже у нас в переговорной",
    )
    page = deal_page_by_id(deal_id=deal_id, viewer=company.owner, at=TUESDAY)
    left = next(visit for visit in page.visits if visit.stage == "preparation")
    assert left.left_by_id == actor.person_id
    assert left.failed == tuple(check.key for check in blocked.value.missing)
    assert left.reason == "клиент уже у нас в переговорной"
    assert page.card.row.frayed == ["preparation"]


@pytest.mark.parametrize("reason", ["", "  ", "-", "нет"])
def test_a_reason_that_says_nothing_opens_no_gate(company: Company, reason: str) -> None:
    deal_id = whole_request(company).deal_id
    with pytest.raises(StageBlocked):
        complete_stage(
            deal_id=deal_id, stage="request", actor=company.administrator, at=TUESDAY, reason=reason
        )


def test_whoever_comes_second_is_told_who_finished_the_stage(company: Company) -> None:
    deal_id = accepted_deal(company)
    complete_stage(deal_id=deal_id, stage="request", actor=company.dispatcher, at=TUESDAY)
    with pytest.raises(StageAlreadyLeft) as late:
        complete_stage(deal_id=deal_id, stage="request", actor=company.manager, at=TUESDAY)
    assert late.value.params["who"] == "Анна Ракитина"
    assert late.value.params["now"] == "preparation"


def test_who_holds_no_seat_finishes_no_stage(company: Company) -> None:
    deal_id = accepted_deal(company)
    for stranger in (company.other_manager, company.programmer, company.expert):
        with pytest.raises(NotAllowed):
            complete_stage(deal_id=deal_id, stage="request", actor=stranger, at=TUESDAY)


@pytest.mark.requirement("R21")
def test_every_stage_entered_opens_its_commitments_with_name_and_due_time(company: Company) -> None:
    deal_id = accepted_deal(company)
    for stage in ("preparation", "meeting", "estimate", "defence", "contract"):
        _pass_stage(company, deal_id)
        page = deal_page_by_id(deal_id=deal_id, viewer=company.owner, at=TUESDAY)
        assert page.card.row.stage == stage
        assert page.standing.owed, stage
        assert all(owed.promise.performer_id and owed.promise.due_at for owed in page.standing.owed)
    with pytest.raises(LastStage):
        complete_stage(deal_id=deal_id, stage="contract", actor=company.manager, at=TUESDAY)


def test_a_computed_fact_cannot_be_ticked(company: Company) -> None:
    deal_id = whole_request(company).deal_id
    with pytest.raises(ProvenElsewhere):
        supply_evidence(
            deal_id=deal_id, stage="request", check="intake_answered", text="всё есть", actor=company.administrator,
            at=TUESDAY,
        )  # fmt: skip


def test_evidence_without_words_is_none(company: Company) -> None:
    deal_id = accepted_deal(company)
    complete_stage(deal_id=deal_id, stage="request", actor=company.manager, at=TUESDAY)
    with pytest.raises(Invalid) as refused:
        supply_evidence(
            deal_id=deal_id,
            stage="preparation",
            check="goals_agreed",
            text="-",
            actor=company.manager,
            at=TUESDAY,
        )
    assert refused.value.errors == {"text": "needs_evidence"}


def test_evidence_taken_back_closes_the_gate_again(company: Company) -> None:
    deal_id = accepted_deal(company)
    complete_stage(deal_id=deal_id, stage="request", actor=company.manager, at=TUESDAY)
    supply_evidence(
        deal_id=deal_id,
        stage="preparation",
        check="goals_agreed",
        text="письмо клиента от 24 ноября",
        actor=company.manager,
        at=TUESDAY,
    )
    page = deal_page_by_id(deal_id=deal_id, viewer=company.owner, at=TUESDAY)
    assert "goals_agreed" in {check.key for check in page.standing.done}
    withdraw_evidence(
        deal_id=deal_id,
        stage="preparation",
        check="goals_agreed",
        reason="клиент передумал",
        actor=company.manager,
        at=TUESDAY,
    )
    page = deal_page_by_id(deal_id=deal_id, viewer=company.owner, at=TUESDAY)
    assert "goals_agreed" in {check.key for check in page.standing.blockers}


@pytest.mark.requirement("R33")
def test_a_seat_outside_the_persons_roles_is_refused(company: Company) -> None:
    deal_id = accepted_deal(company)
    assert company.programmer.person_id is not None
    with pytest.raises(SeatRefused):
        appoint(
            deal_id=deal_id,
            person_id=company.programmer.person_id,
            role="expert",
            actor=company.manager,
            at=TUESDAY,
        )


def test_a_new_manager_takes_over_what_the_manager_owes(company: Company) -> None:
    deal_id = accepted_deal(company)
    complete_stage(deal_id=deal_id, stage="request", actor=company.manager, at=TUESDAY)
    assert company.other_manager.person_id is not None
    appoint(
        deal_id=deal_id,
        person_id=company.other_manager.person_id,
        role="manager",
        actor=company.dispatcher,
        at=TUESDAY,
    )
    owing = {
        row.performer_id for row in commitments_of(deal_id) if row.outcome == "open" and row.role == "manager"
    }
    assert owing == {company.other_manager.person_id}


def test_a_deal_is_won_only_with_number_sum_and_date(company: Company) -> None:
    deal_id = accepted_deal(company)
    with pytest.raises(Invalid) as refused:
        win(
            deal_id=deal_id, contract_number="", contract_sum=Decimal(0), contract_date=date(2027, 1, 1),
            actor=company.manager, at=TUESDAY,
        )  # fmt: skip
    assert set(refused.value.errors) == {"contract_number", "contract_sum", "contract_date"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Deal.objects.filter(pk=deal_id).update(status="won", closed_at=TUESDAY)


def test_a_win_that_skips_stages_needs_a_reason_and_shows_it(company: Company) -> None:
    deal_id = accepted_deal(company)
    contract = {
        "contract_number": "17-П",
        "contract_sum": Decimal(1200000),
        "contract_date": date(2026, 11, 24),
    }
    with pytest.raises(StageBlocked):
        win(deal_id=deal_id, actor=company.manager, at=TUESDAY, **contract)  # type: ignore[arg-type]
    win(deal_id=deal_id, actor=company.manager, at=TUESDAY, reason="доп. соглашение", **contract)  # type: ignore[arg-type]
    page = deal_page_by_id(deal_id=deal_id, viewer=company.owner, at=TUESDAY)
    assert page.card.row.status == "won"
    assert page.card.row.frayed == ["request"]
    assert page.standing.owed == ()


@pytest.mark.requirement("R35")
def test_a_deal_is_lost_with_a_reason_of_two_levels_and_evidence(company: Company) -> None:
    deal_id = accepted_deal(company)
    group = deal_page_by_id(deal_id=deal_id, viewer=company.owner, at=TUESDAY).process.reasons[0]
    for reason in ("", "other", f"{group.key}.nothing"):
        with pytest.raises(Invalid):
            lose(deal_id=deal_id, reason=reason, evidence="письмо", actor=company.manager, at=TUESDAY)
    reason = f"{group.key}.{group.reasons[0].key}"
    lose(
        deal_id=deal_id, reason=reason, evidence="письмо от 24 ноября", client_words="дорого", actor=company.manager,
        at=TUESDAY,
    )  # fmt: skip
    with pytest.raises(DealClosed):
        lose(deal_id=deal_id, reason=reason, evidence="письмо", actor=company.manager, at=TUESDAY)


def test_what_was_overdue_when_the_deal_closed_stays_a_broken_promise(company: Company) -> None:
    deal_id = accepted_deal(company)
    complete_stage(deal_id=deal_id, stage="request", actor=company.manager, at=TUESDAY)
    open_before = [row for row in commitments_of(deal_id) if row.outcome == "open"]
    later = TUESDAY + timedelta(days=2)
    group = deal_page_by_id(deal_id=deal_id, viewer=company.owner, at=TUESDAY).process.reasons[0]
    lose(
        deal_id=deal_id,
        reason=f"{group.key}.{group.reasons[0].key}",
        evidence="письмо",
        actor=company.manager,
        at=later,
    )
    outcomes = {row.id: row.outcome for row in commitments_of(deal_id)}
    for row in open_before:
        overdue = row.due_at < later and not row.on_client
        assert outcomes[row.id] == ("broken" if overdue else "cancelled")


def test_a_reopened_deal_owes_something_again(company: Company) -> None:
    deal_id = accepted_deal(company)
    group = deal_page_by_id(deal_id=deal_id, viewer=company.owner, at=TUESDAY).process.reasons[0]
    lose(
        deal_id=deal_id, reason=f"{group.key}.{group.reasons[0].key}", evidence="письмо", actor=company.manager,
        at=TUESDAY,
    )  # fmt: skip
    reopen(deal_id=deal_id, reason="клиент вернулся", actor=company.manager, at=TUESDAY + timedelta(days=30))
    page = deal_page_by_id(deal_id=deal_id, viewer=company.owner, at=TUESDAY + timedelta(days=30))
    assert page.card.row.status == "open"
    assert page.standing.owed


def test_an_open_deal_never_stands_still(company: Company) -> None:
    deal_id = accepted_deal(company)
    for _ in range(3):
        for row in commitments_of(deal_id):
            if row.outcome == "open":
                waive(
                    commitment_id=row.id,
                    reason="клиент попросил подождать",
                    actor=company.administrator,
                    at=TUESDAY,
                )
        assert [row.term for row in commitments_of(deal_id) if row.outcome == "open"] == ["next_step"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Deal.objects.filter(pk=deal_id).update(open_commitments=0)


def test_what_was_due_before_a_meeting_is_broken_once_the_stage_is_left_after_it(company: Company) -> None:
    deal_id = accepted_deal(company)
    complete_stage(deal_id=deal_id, stage="request", actor=company.manager, at=TUESDAY)
    supply_evidence(
        deal_id=deal_id,
        stage="preparation",
        check="meeting_scheduled",
        text="договорились по телефону",
        happens_at=TUESDAY + timedelta(days=1),
        actor=company.manager,
        at=TUESDAY,
    )
    before = {row.term for row in commitments_of(deal_id) if row.outcome == "open"}
    after_it = TUESDAY + timedelta(days=2)
    complete_stage(
        deal_id=deal_id, stage="preparation", actor=company.manager, at=after_it, reason="встреча прошла"
    )
    outcomes = {row.term: row.outcome for row in commitments_of(deal_id)}
    process = deal_page_by_id(deal_id=deal_id, viewer=company.owner, at=TUESDAY).process
    too_late = {term.key for term in process.terms if term.due.before == "meeting"} & before
    assert too_late
    assert {outcomes[key] for key in too_late} == {"broken"}


@pytest.mark.parametrize("amount", ["0.001", "-5", "999999999999.999", "1e30", "NaN", "Infinity"])
def test_what_is_no_sum_wins_no_deal(company: Company, amount: str) -> None:
    deal_id = accepted_deal(company)
    with pytest.raises(Invalid) as refused:
        win(
            deal_id=deal_id, contract_number="17-П", contract_sum=Decimal(amount), contract_date=date(2026, 11, 24),
            actor=company.manager, at=TUESDAY, reason="доп. соглашение",
        )  # fmt: skip
    assert refused.value.errors == {"contract_sum": "not_positive"}
