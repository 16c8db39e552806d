"""The fixer stays in the shadow until he is called."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from svyazka.presale.deals.commands import say_chased
from svyazka.presale.deals.seats import appoint, call_fixer, release
from svyazka.presale.deals.shadow import latest_open_act
from svyazka.presale.journal.queries import latest_entry_id
from svyazka.presale.journal.values import NotAllowed, NotFound
from svyazka.presale.notices.queries import latest_notices
from svyazka.presale.stages.evidence import supply_evidence
from svyazka.presale.stages.queries import DealPage, deal_page_by_id
from tests.api.caller import Caller
from tests.company import TUESDAY, Company, accepted_deal
from tests.web.visitors import browser_of

MINUTE = timedelta(minutes=1)


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


PATHS = (
    "/deals/{n}/",
    "/deals/{n}/body/",
    "/board/columns/",
    "/board/list/",
    "/window/",
    "/overview/",
    "/figures/week/?week=2026-W48",
)


def _masked(answer: HttpResponse) -> str:
    """What was answered, without the forms' tokens, which are new each time."""
    text = re.sub(r"\b[A-Za-z0-9]{64}\b", "", answer.content.decode())
    return f"{answer.status_code} {answer.headers.get('ETag')} {text}"


def _told(browser: Client, caller: Caller, number: str, *, after: int) -> list[str]:
    """Every answer that somebody gets about the deal, and what his pages poll."""
    with time_machine.travel(TUESDAY + timedelta(hours=3), tick=False):
        pages = [browser.get(path.format(n=number)) for path in PATHS]
        polls = [
            browser.get(path)
            for path in (f"/deals/{number}/revision/", "/board/revision/", "/window/revision/")
        ]
        calls = [f"/deals/{number}", f"/deals/{number}/commitments", "/deals", f"/changes?after={after}"]
        calls += [f"/changes?after={after}&limit=1"]
        return [
            *(_masked(answer) for answer in [*pages, *polls]),  # type: ignore[arg-type]
            *(str(caller.get(call).body) for call in calls),
        ]


@pytest.mark.requirement("R31")
@pytest.mark.parametrize("act", ["appointed", "let go"])
@pytest.mark.parametrize("who", ["expert", "estimator", "programmer", "other_manager", "dispatcher"])
def test_a_deal_with_an_act_in_the_shadow_is_the_same_deal_to_who_may_not_know(
    company: Company, who: str, act: str
) -> None:
    deal_id = accepted_deal(company)
    if act == "let go":
        appoint(deal_id=deal_id, person_id=company.fixer.me, role="fixer", actor=company.manager, at=TUESDAY)
    viewer = getattr(company, who)
    with time_machine.travel(TUESDAY + timedelta(hours=3), tick=False):
        browser, caller = browser_of(viewer), Caller(viewer)
    after = latest_entry_id() - 9
    before = _told(browser, caller, "2026-0001", after=after)
    if act == "let go":
        release(deal_id=deal_id, person_id=company.fixer.me, role="fixer", actor=company.manager, at=TUESDAY)
    else:
        appoint(deal_id=deal_id, person_id=company.fixer.me, role="fixer", actor=company.manager, at=TUESDAY)
    assert _told(browser, caller, "2026-0001", after=after) == before


def test_a_called_fixer_who_leaves_is_a_change_that_everybody_sees(company: Company) -> None:
    deal_id = _with_fixer(company)
    call_fixer(deal_id=deal_id, what_for="скидка 7 % за предоплату", actor=company.manager, at=TUESDAY)
    before = _seen_by(company, "expert", deal_id).card.row.revision
    release(deal_id=deal_id, person_id=company.fixer.me, role="fixer", actor=company.manager, at=TUESDAY)
    page = _seen_by(company, "expert", deal_id)
    assert page.card.row.revision > before
    assert page.timeline[0].act == "seat.left"


def test_a_reader_of_changes_is_never_held_up_by_what_he_may_not_know(company: Company) -> None:
    deal_id = accepted_deal(company)
    after = latest_entry_id()
    caller = Caller(company.expert)
    for _ in range(3):
        appoint(deal_id=deal_id, person_id=company.fixer.me, role="fixer", actor=company.manager, at=TUESDAY)
        release(deal_id=deal_id, person_id=company.fixer.me, role="fixer", actor=company.manager, at=TUESDAY)
    say_chased(deal_id=deal_id, words="ждёт ответа", actor=company.manager, at=TUESDAY)
    told = []
    more = True
    while more:
        answer = caller.get("/changes", after=after, limit=1).body
        told += [one["act"] for one in answer["items"]]
        after, more = answer["after"], answer["more"]
    assert told[0] == "client.chased"


def _come_and_go(company: Company, deal_id: int) -> None:
    """The fixer is called, goes, and is put into the shadow again; each a minute later."""
    fixer, manager = company.fixer.me, company.manager
    call_fixer(deal_id=deal_id, what_for="скидка 7 % за предоплату", actor=manager, at=TUESDAY + MINUTE)
    release(deal_id=deal_id, person_id=fixer, role="fixer", actor=manager, at=TUESDAY + 2 * MINUTE)
    appoint(deal_id=deal_id, person_id=fixer, role="fixer", actor=manager, at=TUESDAY + 3 * MINUTE)


def test_who_was_called_once_may_sit_in_the_shadow_again_and_nobody_learns_of_it(company: Company) -> None:
    deal_id = _with_fixer(company)
    _come_and_go(company, deal_id)
    told = ["seat fixer", "seat.left", "fixer.called", "fixer.appointed"]
    assert _mentions(_seen_by(company, "expert", deal_id), company.fixer.me) == told
    assert len(_mentions(_seen_by(company, "manager", deal_id), company.fixer.me)) == len(told) + 2
    release(
        deal_id=deal_id, person_id=company.fixer.me, role="fixer", actor=company.manager, at=TUESDAY + 4 * MINUTE,
    )  # fmt: skip
    assert _mentions(_seen_by(company, "expert", deal_id), company.fixer.me) == told


@pytest.mark.parametrize("sits", [False, True])
def test_who_may_not_call_a_fixer_puts_nobody_into_the_shadow_and_learns_nothing_by_trying(
    company: Company, *, sits: bool
) -> None:
    deal_id = _with_fixer(company) if sits else accepted_deal(company)
    before = latest_entry_id()
    with pytest.raises(NotAllowed):
        appoint(
            deal_id=deal_id, person_id=company.fixer.me, role="fixer", actor=company.dispatcher, at=TUESDAY
        )
    with pytest.raises(NotFound):
        release(
            deal_id=deal_id, person_id=company.fixer.me, role="fixer", actor=company.dispatcher, at=TUESDAY
        )
    assert latest_entry_id() == before
    page = browser_of(company.dispatcher).get("/deals/2026-0001/?open=appoint").content.decode()
    assert f'value="expert:{company.expert.me}"' in page
    assert f'value="fixer:{company.fixer.me}"' not in page


def test_of_several_fixers_each_is_called_and_told(company: Company) -> None:
    deal_id = _with_fixer(company)
    other = company.owner.me
    appoint(deal_id=deal_id, person_id=other, role="fixer", actor=company.manager, at=TUESDAY)
    call_fixer(deal_id=deal_id, what_for="скидка 7 % за предоплату", actor=company.manager, at=TUESDAY)
    page = _seen_by(company, "expert", deal_id)
    called = {entry.data["person"] for entry in page.timeline if entry.act == "fixer.called"}
    assert called == {company.fixer.me, other}
    for who in (company.fixer, company.owner):
        assert "fixer.called" in [notice.kind for notice in latest_notices(viewer=who)]


def test_whoever_else_leaves_a_deal_is_a_sign_that_something_changed(company: Company) -> None:
    deal_id = accepted_deal(company)
    release(
        deal_id=deal_id,
        person_id=company.expert.me,
        role="expert",
        actor=company.manager,
        at=TUESDAY + MINUTE,
    )
    assert latest_open_act() == latest_entry_id()
