"""The read of how a closed deal went: nine queries, and each reader gets what is his to see."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from svyazka.presale.commitments.queries import commitments_of
from svyazka.presale.deals.commands import say_chased
from svyazka.presale.deals.models import Deal
from svyazka.presale.deals.queries import row_of
from svyazka.presale.insight.postmortem import looked_back
from svyazka.presale.journal.moment import moment
from svyazka.presale.journal.values import NotFound
from svyazka.presale.meetings.letters import Answer, correct_letter
from svyazka.presale.stages.commands import complete_stage, lose, reopen
from tests.company import TUESDAY, Company, accepted_deal
from tests.meetings import summed_up, token_for

pytestmark = pytest.mark.requirement("R23")
DAY = timedelta(days=1)
NUMBER = "2026-0001"


@pytest.fixture
def lost(company: Company) -> int:
    """A deal with a meeting, lost nine days later for what its own record doesn't speak for."""
    deal = accepted_deal(company)
    complete_stage(deal_id=deal, stage="request", actor=company.manager, at=TUESDAY, reason="клиент торопил")
    summed_up(company, deal, at=TUESDAY + 2 * DAY)
    say_chased(deal_id=deal, words="где вы?", actor=company.manager, at=TUESDAY + 3 * DAY)
    lose(
        deal_id=deal, reason="client_side.frozen", evidence="звонок", client_words="весной", actor=company.manager,
        at=TUESDAY + 9 * DAY,
    )  # fmt: skip
    return deal


def test_it_takes_nine_queries(company: Company, lost: int) -> None:
    with moment():  # people and settings are read once a page
        looked_back(number=NUMBER, viewer=company.manager)
        with CaptureQueriesContext(connection) as asked:
            looked_back(number=NUMBER, viewer=company.manager)
    assert len(asked) == 9


def test_what_it_tells_follows_from_the_deals_own_commitments(company: Company, lost: int) -> None:
    found = looked_back(number=NUMBER, viewer=company.owner).found
    rows = {row.id: row for row in commitments_of(lost)}
    counted = [one for rule in found.rules for one in (*rule.kept, *rule.late, *rule.broken, *rule.waived)]
    assert {rows[one].outcome for one in counted} <= {"kept", "late", "broken", "waived"}
    assert not any(rows[one].on_client for one in counted)
    assert {wait.promise_id for wait in found.waits} == {row.id for row in rows.values() if row.on_client}
    assert sum(share.minutes for share in found.shares) == found.minutes > 0


def test_the_reason_that_was_given_is_not_offered_again(company: Company, lost: int) -> None:
    hints = looked_back(number=NUMBER, viewer=company.manager).hints
    assert hints[0].reason == "our_process.late_answer"
    reopen(deal_id=lost, reason="клиент вернулся", actor=company.manager, at=TUESDAY + 9 * DAY)
    with pytest.raises(NotFound):
        looked_back(number=NUMBER, viewer=company.manager)
    lose(
        deal_id=lost, reason="our_process.late_answer", evidence="звонок", actor=company.manager,
        at=TUESDAY + 10 * DAY,
    )  # fmt: skip
    hints = looked_back(number=NUMBER, viewer=company.manager).hints
    assert "our_process.late_answer" not in {hint.reason for hint in hints}


def test_a_client_who_corrected_the_letter_is_not_taken_for_silent_one_who_never_answered_is(
    company: Company,
) -> None:
    told = {}
    for inn, answers in (("7707083893", True), ("7728168971", False)):
        deal = accepted_deal(company, inn=inn, company=f"ООО «Завод {inn}»")
        meeting = summed_up(company, deal, at=TUESDAY + DAY)
        if answers:
            correct_letter(
                token=token_for(company, meeting, "letter"), corrections={}, more="Склад не один", answer=Answer(),
                at=TUESDAY + 13 * DAY,
            )  # fmt: skip
        lose(
            deal_id=deal, reason="client_side.frozen", evidence="звонок", actor=company.manager,
            at=TUESDAY + 14 * DAY,
        )  # fmt: skip
        row = row_of(Deal.objects.get(pk=deal), "")
        found = looked_back(number=row.path, viewer=company.manager)
        confirmed = next(pk for pk, one in found.commitments.items() if one.term == "letter_confirmed")
        wait = next(one for one in found.found.waits if one.promise_id == confirmed)
        assert wait.over
        told[answers] = (wait.ended, "client_side.silence" in {hint.reason for hint in found.hints})
    assert told == {True: ("dropped", False), False: ("silence", True)}


def test_while_the_deal_was_closed_nobody_had_it(company: Company, lost: int) -> None:
    before = looked_back(number=NUMBER, viewer=company.manager).found
    reopen(deal_id=lost, reason="клиент вернулся", actor=company.manager, at=TUESDAY + 62 * DAY)
    lose(
        deal_id=lost, reason="client_side.no_budget", evidence="звонок", actor=company.manager,
        at=TUESDAY + 63 * DAY,
    )  # fmt: skip
    after = looked_back(number=NUMBER, viewer=company.manager).found
    assert 0 < after.minutes - before.minutes <= 8 * 60
    assert not any(share.kind == "queue" for share in after.shares)


@pytest.mark.parametrize(
    ("who", "private"),
    [("manager", True), ("expert", True), ("head", True), ("owner", False), ("programmer", False)],
)
def test_words_are_for_those_who_may_read_them_figures_for_all_of_ours(
    company: Company, lost: int, who: str, *, private: bool
) -> None:
    seen = looked_back(number=NUMBER, viewer=getattr(company, who))
    told = [
        seen.ending.evidence, seen.ending.client_words, *(one.words for one in seen.chased),
        *(gate.reason for gate in seen.found.gates),
        *(row.note for row in seen.commitments.values() if row.closed_by_id != getattr(company, who).me),
    ]  # fmt: skip
    assert any(told) is private
    assert len(seen.chased) == 1
    assert len(seen.letters) == 1
    assert seen.found == looked_back(number=NUMBER, viewer=company.manager).found or not private


def test_a_partner_agent_is_told_nothing(company: Company, lost: int) -> None:
    with pytest.raises(NotFound):
        looked_back(number=NUMBER, viewer=company.agent)
