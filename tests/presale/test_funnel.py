"""Deals taken along as rows of a funnel: all that a viewer may see, and nothing else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from svyazka.presale.deals.commands import close_request
from svyazka.presale.deals.seats import appoint
from svyazka.presale.journal.values import Actor, NotAllowed
from svyazka.presale.stages.commands import lose
from svyazka.presale.stages.funnel import FunnelRow, funnel_rows
from tests.company import TUESDAY, Company, accepted_deal, led_deal, whole_request

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R45")]


def _rows(viewer: Actor) -> tuple[FunnelRow, ...]:
    return funnel_rows(viewer=viewer, limit=100).rows


def test_a_deal_is_told_with_its_client_people_and_what_is_owed_first(company: Company) -> None:
    accepted_deal(company)
    (row,) = _rows(company.administrator)
    assert (row.deal.client_name, row.inn) == ("ООО «Северный лес»", "7707083893")
    assert (row.answer("contact_name"), row.answer("phone")) == ("Ольга Петровна Лескова", "+7 916 123-45-67")
    assert row.answer("request") == "Нужен учёт лесосырья по партиям и расчёт себестоимости"
    assert (row.deal.manager_id, row.expert_id) == (company.manager.person_id, company.expert.person_id)
    assert row.owed
    assert row.owed[0].due_at == row.deal.next_due


def test_contacts_sums_and_what_was_written_are_for_who_may_see_them(company: Company) -> None:
    deal = accepted_deal(company)
    lose(deal_id=deal, reason="estimate.above_budget", evidence="письмо клиента", client_words="дорого", actor=company.manager, at=TUESDAY)  # fmt: skip
    (seen,), (unseen,) = _rows(company.manager), _rows(company.programmer)
    assert (seen.answer("contact_name"), seen.answer("phone"), seen.evidence) == (
        "Ольга Петровна Лескова", "+7 916 123-45-67", "письмо клиента",
    )  # fmt: skip
    assert (unseen.answer("contact_name"), unseen.answer("phone"), unseen.answer("request"), unseen.evidence, unseen.contract_sum) == (
        "", "", "", "", None,
    )  # fmt: skip
    assert unseen.reason == seen.reason == "estimate.above_budget"


def test_a_fixer_in_the_shadow_is_nowhere_in_it(company: Company) -> None:
    deal = led_deal(company)
    assert company.fixer.person_id is not None
    appoint(deal_id=deal, person_id=company.fixer.person_id, role="fixer", actor=company.head, at=TUESDAY)
    (row,) = _rows(company.administrator)
    assert company.fixer.person_id not in {row.expert_id, row.deal.manager_id, row.deal.holder_id, row.deal.author_id}  # fmt: skip


def test_partner_agents_take_nothing_along(company: Company) -> None:
    whole_request(company)
    with pytest.raises(NotAllowed):
        _rows(company.agent)


def test_the_newest_are_taken_oldest_of_them_first_and_the_others_counted(company: Company) -> None:
    for n in range(3):
        whole_request(company, at=TUESDAY + timedelta(hours=n), inn="")
    found = funnel_rows(viewer=company.administrator, limit=2)
    assert [row.deal.serial for row in found.rows] == [2, 3]
    assert found.left_off == 1


def test_a_declined_request_keeps_its_reason(company: Company) -> None:
    deal = whole_request(company).deal_id
    close_request(deal_id=deal, status="declined", reason="не наш масштаб", actor=company.dispatcher, at=TUESDAY)  # fmt: skip
    (row,) = _rows(company.administrator)
    assert (row.deal.status, row.evidence, row.owed) == ("declined", "не наш масштаб", ())


def test_it_costs_the_same_for_one_deal_and_for_ten(company: Company) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            _rows(company.administrator)
        return len(asked)

    led_deal(company)
    once = cost()
    for _n in range(9):
        led_deal(company, inn="")
    assert cost() == once == 4
