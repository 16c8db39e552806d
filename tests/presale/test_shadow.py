"""The fixer stays in the shadow until he is called."""

import pytest

from svyazka.presale.deals.seats import appoint, call_fixer, release
from svyazka.presale.journal.values import NotAllowed, NotFound
from svyazka.presale.notices.queries import latest_notices
from svyazka.presale.stages.evidence import supply_evidence
from svyazka.presale.stages.queries import DealPage, deal_page_by_id
from tests.company import TUESDAY, Company, accepted_deal


def _seen_by(company: Company, who: str, deal_id: int) -> DealPage:
    return deal_page_by_id(deal_id=deal_id, viewer=getattr(company, who), at=TUESDAY)


def _with_fixer(company: Company) -> int:
    deal_id = accepted_deal(company)
    appoint(deal_id=deal_id, person_id=company.fixer.me, role="fixer", actor=company.manager, at=TUESDAY)
    return deal_id


def _mentions(page: DealPage, person_id: int) -> list[str]:
    seats = [f"seat {seat.role}" for seat in page.seats if seat.person_id == person_id]
    acts = [entry.act for entry in page.timeline if person_id in [entry.actor_id, *entry.data.values()]]
    return seats + acts


@pytest.mark.requirement("R31")
@pytest.mark.parametrize("who", ["expert", "estimator", "programmer", "other_manager", "dispatcher"])
def test_nobody_sees_a_fixer_who_was_not_called(company: Company, who: str) -> None:
    page = _seen_by(company, who, _with_fixer(company))
    assert _mentions(page, company.fixer.me) == []


@pytest.mark.requirement("R31")
@pytest.mark.parametrize("who", ["fixer", "manager", "administrator"])
def test_the_fixer_and_whoever_may_call_him_know(company: Company, who: str) -> None:
    page = _seen_by(company, who, _with_fixer(company))
    assert [seat.person_id for seat in page.seats if seat.role == "fixer"] == [company.fixer.person_id]


@pytest.mark.requirement("R31")
def test_a_fixer_who_was_called_is_seen_by_all_and_told(company: Company) -> None:
    deal_id = _with_fixer(company)
    call_fixer(deal_id=deal_id, what_for="скидка 7 % за предоплату", actor=company.manager, at=TUESDAY)
    page = _seen_by(company, "expert", deal_id)
    assert "seat fixer" in _mentions(page, company.fixer.me)
    assert "fixer.called" in [notice.kind for notice in latest_notices(viewer=company.fixer)]


def test_a_fixer_let_go_without_being_called_leaves_no_trace(company: Company) -> None:
    deal_id = _with_fixer(company)
    release(deal_id=deal_id, person_id=company.fixer.me, role="fixer", actor=company.manager, at=TUESDAY)
    assert _mentions(_seen_by(company, "expert", deal_id), company.fixer.me) == []


def test_from_the_shadow_one_looks_and_does_nothing(company: Company) -> None:
    deal_id = _with_fixer(company)
    assert _seen_by(company, "fixer", deal_id).card.sees_private
    with pytest.raises(NotAllowed):
        supply_evidence(
            deal_id=deal_id,
            stage="request",
            check="consent_noted",
            text="письмо",
            actor=company.fixer,
            at=TUESDAY,
        )


def test_there_is_nobody_to_call_where_no_fixer_sits(company: Company) -> None:
    with pytest.raises(NotFound):
        call_fixer(deal_id=accepted_deal(company), what_for="скидка", actor=company.manager, at=TUESDAY)


def test_whoever_may_not_call_a_fixer_cannot_find_him_by_letting_him_go(company: Company) -> None:
    deal_id = _with_fixer(company)
    for person in (company.fixer.me, company.expert.me):
        with pytest.raises(NotFound):
            release(deal_id=deal_id, person_id=person, role="fixer", actor=company.dispatcher, at=TUESDAY)
