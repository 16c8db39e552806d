"""A draft of the process is played through what really happened: facts as they were then, nothing guessed, nothing saved."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from svyazka.engine.lint import ProcessInvalid
from svyazka.engine.rehearsal import Played
from svyazka.presale.deals.commands import close_request
from svyazka.presale.deals.models import Deal
from svyazka.presale.journal.moment import moment
from svyazka.presale.journal.queries import latest_entry_id
from svyazka.presale.journal.values import NotAllowed
from svyazka.presale.process.commands import publish_process
from svyazka.presale.process.queries import current_process
from svyazka.presale.reviews.histories import histories
from svyazka.presale.reviews.rehearsal import Rehearsal, rehearse_draft
from svyazka.presale.stages.commands import complete_stage, follow_version
from svyazka.presale.stages.evidence import supply_evidence, withdraw_evidence
from svyazka.processes import packaged_text
from tests.company import TUESDAY, Company, accepted_deal, whole_request
from tests.reviews import lost, won

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = TUESDAY + DAY
TEXT = packaged_text()
ROOM = TEXT[TEXT.index("key: room_known") :].split("\n      - ")[0]
STRICT = TEXT.replace(ROOM, ROOM.replace("strength: warn", "strength: stop"))


def rehearsed(us: Company, text: str = STRICT, **more: int) -> Rehearsal:
    return rehearse_draft(text=text, viewer=us.owner, at=NOW, **more)


def of(found: Rehearsal, deal: int) -> Played:
    return next(one for one in found.played if one.deal_id == deal)


def stopped_at(found: Rehearsal, deal: int, stage: str) -> set[str]:
    return {check.key for gate in of(found, deal).gates if gate.stage == stage for check in gate.stopped}


def to_preparation(us: Company, **changed: Any) -> int:
    deal = accepted_deal(us, **changed)
    complete_stage(deal_id=deal, stage="request", actor=us.manager, at=TUESDAY)
    return deal


def on(us: Company, deal: int, hours: int = 2) -> None:
    complete_stage(
        deal_id=deal, stage="preparation", reason="клиент едет", actor=us.manager, at=TUESDAY + hours * HOUR
    )


def knows_room(us: Company, deal: int, hours: int) -> None:
    supply_evidence(
        deal_id=deal, stage="preparation", check="room_known", text="список в письме", actor=us.manager,
        at=TUESDAY + hours * HOUR,
    )  # fmt: skip


def test_the_text_of_these_tests_is_another_process() -> None:
    assert STRICT != TEXT


@pytest.mark.requirement("R25")
def test_the_same_process_stops_only_what_was_left_over_with_a_reason(company: Company) -> None:
    deals = [won(company), to_preparation(company, inn="7728168971"), lost(company, inn="5024002119")]
    on(company, deals[1])
    found = rehearsed(company, TEXT)
    assert {one.deal_id for one in found.played} == set(deals)
    for one in found.played:
        for gate in one.gates:
            assert {check.key for check in gate.stopped} == gate.were_over
        assert not one.terms
        assert not one.gone


@pytest.mark.requirement("R25")
def test_a_warning_that_becomes_a_stop_names_the_deals_that_went_past_it(company: Company) -> None:
    without, with_it = to_preparation(company), to_preparation(company, inn="7728168971")
    knows_room(company, with_it, 1)
    for deal in (without, with_it):
        on(company, deal)
    found = rehearsed(company)
    assert "room_known" in stopped_at(found, without, "preparation")
    assert "room_known" not in stopped_at(found, with_it, "preparation")


@pytest.mark.requirement("R25")
def test_facts_are_those_of_the_moment_of_leaving(company: Company) -> None:
    """What came later doesn't count, and what was taken back later does."""
    later, taken_back = to_preparation(company), to_preparation(company, inn="7728168971")
    knows_room(company, taken_back, 1)
    for deal in (later, taken_back):
        on(company, deal)
    knows_room(company, later, 3)
    withdraw_evidence(
        deal_id=taken_back, stage="preparation", check="room_known", reason="другие люди", actor=company.manager,
        at=TUESDAY + 3 * HOUR,
    )  # fmt: skip
    found = rehearsed(company)
    assert "room_known" in stopped_at(found, later, "preparation")
    assert "room_known" not in stopped_at(found, taken_back, "preparation")


def test_what_was_never_asked_for_is_not_known(company: Company) -> None:
    deal = to_preparation(company)
    on(company, deal)
    tick = "key: room_seen\n        tick: manager\n        strength: stop\n        text: {ru: Зал осмотрен, en: The room is seen}\n      - key: room_known"
    text = TEXT.replace("key: room_known", tick)
    (gate,) = [gate for gate in of(rehearsed(company, text), deal).gates if gate.stage == "preparation"]
    assert "room_seen" in {check.key for check in gate.unknown}
    assert "room_seen" not in {check.key for check in gate.stopped}


def test_of_every_computed_fact_it_is_known_whether_it_held_or_said_that_it_is_not(company: Company) -> None:
    deal = Deal.objects.get(pk=to_preparation(company))
    (history,) = histories([deal], current_process()[1], since=TUESDAY - DAY, at=NOW)
    (leaving,) = history.leavings
    assert leaving.unknown <= {"contract.signed"}, "teach presale/reviews/histories.py the fact that is new"
    assert {"intake.answered", "manager.appointed", "decision.taken", "client.contacted"} <= leaving.facts


def test_a_shorter_term_tells_who_would_have_been_late(company: Company) -> None:
    deal = to_preparation(company)
    text = TEXT.replace(
        "closes: client.contacted\n    source: talk\n    text: {ru: Ответить клиенту, ",
        "closes: client.contacted\n    source: talk\n    text: {ru: Ответить клиенту сразу, ",
    )
    assert not of(rehearsed(company, text), deal).terms, "other words are no other time"
    dated = TEXT[TEXT.index("key: meeting_dated") :].split("\n  - key")[0]
    supply_evidence(
        deal_id=deal, stage="preparation", check="meeting_scheduled", text="письмо", happens_at=TUESDAY + 3 * DAY,
        actor=company.manager, at=TUESDAY + 4 * HOUR,
    )  # fmt: skip
    found = rehearsed(company, TEXT.replace(dated, dated.replace("due: 2d", "due: 1h")))
    (timed,) = [one for one in of(found, deal).terms if one.term == "meeting_dated"]
    assert (timed.was, timed.would) == ("kept", "late")
    assert timed.due == TUESDAY + HOUR


def test_a_deal_is_judged_by_the_version_that_it_followed_then(company: Company) -> None:
    deal = to_preparation(company)
    on(company, deal)
    number = publish_process(text=STRICT, note="строже", actor=company.owner, at=TUESDAY + 3 * HOUR)
    follow_version(deal_id=deal, number=number, actor=company.owner, at=TUESDAY + 3 * HOUR)
    (gate,) = [gate for gate in of(rehearsed(company), deal).gates if gate.stage == "preparation"]
    assert "room_known" in {check.key for check in gate.stopped}
    assert "room_known" not in gate.were_over, "then it only warned"


def test_spam_and_what_did_not_move_are_left_out_and_days_choose(company: Company) -> None:
    moved = to_preparation(company)
    accepted_deal(company, inn="7728168971")
    spam = whole_request(company, inn="5024002119").deal_id
    close_request(deal_id=spam, status="spam", reason="рассылка", actor=company.dispatcher, at=TUESDAY)
    won(company, TUESDAY - 30 * DAY, began=TUESDAY - 31 * DAY, inn="7736050003")
    assert [one.deal_id for one in rehearsed(company, days=10).played] == [moved]
    found = rehearsed(company)
    assert (found.found, len(found.played), len(found.deals)) == (2, 2, 2)


def test_only_owners_of_the_process_rehearse_and_only_what_could_be_published(company: Company) -> None:
    for who in (company.manager, company.head, company.agent):
        with pytest.raises(NotAllowed):
            rehearse_draft(text=TEXT, viewer=who, at=NOW)
    with pytest.raises(ProcessInvalid):
        rehearsed(company, "stages: []")


def test_a_rehearsal_writes_nothing_and_costs_the_same_for_one_deal_and_for_many(company: Company) -> None:
    def cost() -> int:
        before = latest_entry_id()
        with moment(), CaptureQueriesContext(connection) as asked:
            rehearsed(company)
        assert latest_entry_id() == before
        assert not [one["sql"] for one in asked if not one["sql"].lstrip().upper().startswith("SELECT")]
        return len(asked)

    won(company)
    rehearsed(company)
    first = cost()
    for inn in ("7728168971", "5024002119", "7736050003"):
        won(company, inn=inn)
    assert cost() == first
