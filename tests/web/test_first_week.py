"""Each is told what the process is to him, what he gets and where he begins; what he has done is ticked by itself."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.urls import resolve
from django.utils import translation

from svyazka.presale.commitments.commands import keep, open_commitment
from svyazka.presale.journal.values import Actor
from svyazka.presale.process.queries import current_process
from svyazka.speech.first_week import ROLES, path_of, roles_of
from tests.chats import answer, linked
from tests.company import TUESDAY, Company, accepted_deal, whole_request
from tests.meetings import planned
from tests.web.visitors import browser_of, queries, read

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.requirement("R49")]

DAY = timedelta(days=1)
ALL = frozenset({
    "linked", "wished", "skilled", "brought", "heard_back", "answered", "decided", "opened_door", "asked_expert", "planned",
    "wrote", "kept", "went", "read", "estimated", "sent_expert", "looked_back", "proposed", "published",
})  # fmt: skip


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


def done(html: str) -> list[str]:
    """Titles of the steps that are ticked."""
    ticked = re.findall(r'<li class="first-week__done">.*?</li>', html, re.DOTALL)
    return [words(re.findall(r"<a[^>]*>(.*?)</a>", one)[0]).strip() for one in ticked]


@pytest.mark.parametrize("role", ROLES)
def test_a_role_has_a_reason_what_it_gains_and_a_few_steps_each_with_its_place(
    company: Company, role: str
) -> None:
    browser = browser_of(company.administrator)
    with translation.override("en"):
        path = path_of(
            role, facts=frozenset(), viewer=company.administrator, process=current_process()[1], language="en"
        )
    assert path.why
    assert 2 <= len(path.lost) <= 3
    assert 2 <= len(path.gained) <= 3
    assert 3 <= len(path.steps) <= 5
    for step in path.steps:
        resolve(step.href.partition("?")[0])
        assert browser.get(step.href).status_code == 200, step.href
    page = words(read(browser, f"/first-week/{role}/"))
    for said in (path.why, *path.lost, *path.gained, *(step.title for step in path.steps)):
        assert said in page


@pytest.mark.parametrize("role", [role for role in ROLES if role != "administrator"])
def test_facts_tick_each_step_of_a_role(company: Company, role: str) -> None:
    """None is ticked without a fact, and every one can be."""
    process = current_process()[1]
    none, everything = (
        path_of(role, facts=facts, viewer=company.manager, process=process, language="en")
        for facts in (frozenset[str](), ALL)
    )
    assert (none.done, none.ahead) == (0, none.steps[0])
    assert (everything.done, everything.ahead) == (len(everything.steps), None)
    gone = {
        path_of(role, facts=ALL - {fact}, viewer=company.manager, process=process, language="en").done
        for fact in ALL
    }
    assert min(gone) < len(everything.steps)


def test_the_administrator_is_ticked_by_the_company_itself(company: Company) -> None:
    page = read(browser_of(company.administrator), "/first-week/")
    assert done(page) == ["Add the units", "Add a dispatcher", "Add managers", "Add experts and estimators"]
    assert 'href="/process/ladder/"' in page


def test_the_manager_sees_what_he_has_done(company: Company) -> None:
    browser = browser_of(company.manager)
    assert done(read(browser, "/first-week/")) == []
    deal = accepted_deal(company)
    owed = open_commitment(
        deal_id=deal, performer_id=company.manager.me, result="Список складов", due_at=TUESDAY + DAY, controller_id=None,
        actor=company.manager, at=TUESDAY,
    )  # fmt: skip
    keep(commitment_id=owed, actor=company.manager, at=TUESDAY)
    assert done(read(browser, "/first-week/")) == ["Keep a first promise"]
    planned(company, deal)
    page = read(browser, "/first-week/manager/")
    assert done(page) == ["Plan a meeting", "Keep a first promise"]
    assert "2 of 5 done" in page


def test_a_messenger_is_asked_for_where_there_is_one(company: Company, settings: Any) -> None:
    browser = browser_of(company.estimator)
    settings.CHANNELS = ("email",)
    assert "Choose what reaches you" in read(browser, "/first-week/")
    settings.CHANNELS = ("email", "telegram")
    assert "Link your messenger" in read(browser, "/first-week/")
    answer()
    linked(company.estimator.me, TUESDAY)
    assert done(read(browser, "/first-week/")) == ["Link your messenger"]


def test_whoever_leads_others_reads_what_they_are_told_and_nothing_of_what_they_did(company: Company) -> None:
    whole_request(company)
    page = read(browser_of(company.head), "/first-week/manager/")
    assert "You are the one voice the client hears" in page
    assert done(page) == []
    assert "done." not in words(page)
    assert 'href="/meetings/new/"' not in page


def test_who_has_several_roles_begins_with_the_one_that_leads(company: Company) -> None:
    assert roles_of(company.owner) == ("process_owner", "fixer", "lead_generator")
    assert roles_of(Actor(company.programmer.person_id, "web")) == ("lead_generator",)
    page = read(browser_of(company.owner), "/first-week/")
    for role in ("process_owner", "fixer", "lead_generator"):
        assert f'href="/first-week/{role}/"' in page


def test_a_partner_agent_has_a_first_week_of_his_own_and_no_other(company: Company) -> None:
    browser = browser_of(company.agent)
    page = read(browser, "/first-week/")
    assert "you stay the author" in page.lower()
    assert "/process/" not in page
    assert browser.get("/first-week/lead_generator/").status_code == 200
    for role in ("manager", "nobody"):
        assert browser.get(f"/first-week/{role}/").status_code == 404
    assert 'href="/first-week/"' in read(browser, "/settings/")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("What you stop losing", "What you get", "Keep a first promise", "one voice the client hears")),
        ("ru", ("Что вы перестаёте терять", "Что вы получаете", "Сдержите первое обещание", "единственный голос")),
    ],
)  # fmt: skip
def test_it_is_said_in_both_languages(company: Company, language: str, said: tuple[str, ...]) -> None:
    page = words(read(browser_of(company.manager, language), "/first-week/"))
    for one in said:
        assert one in page


# My day leads there


def test_my_day_leads_to_the_next_step_until_it_is_put_away(company: Company) -> None:
    browser = browser_of(company.manager)
    page = read(browser, "/")
    assert "Your first week: 0 of 5" in page
    assert 'href="/settings/notices/"' in page
    planned(company, accepted_deal(company))
    assert "Your first week: 2 of 5" in read(browser, "/"), "its date was a promise"
    assert browser.post("/today/away/").status_code == 303
    page = read(browser, "/")
    assert "Your first week" not in page
    assert 'href="/first-week/"' in page
    assert "Your first week" in read(browser_of(company.other_manager), "/")


def test_after_two_weeks_nobody_is_led_there_any_more(company: Company) -> None:
    for days, is_led in ((13, True), (14, False)):
        with time_machine.travel(TUESDAY + days * DAY, tick=False):
            assert ("Your first week" in read(browser_of(company.manager), "/")) is is_led


def test_whoever_has_done_all_of_it_is_led_nowhere(company: Company, settings: Any) -> None:
    settings.CHANNELS = ("email", "telegram")
    answer()
    linked(company.programmer.me, TUESDAY)
    accepted_deal(company)
    browser = browser_of(company.programmer)
    assert "Your first week" not in read(browser, "/")
    assert "you are at home here" in read(browser, "/first-week/")


def test_while_the_company_is_new_who_sees_to_it_sees_where_it_stands(company: Company) -> None:
    for who in (company.owner, company.administrator, company.head):
        assert "the first rung of 5 is climbed" in read(browser_of(who), "/")
    assert "rung" not in read(browser_of(company.manager), "/")
    with time_machine.travel(TUESDAY + 14 * DAY, tick=False):
        assert "rung" not in read(browser_of(company.owner), "/")


def test_the_path_and_my_day_cost_the_same_whatever_was_done(company: Company) -> None:
    browser = browser_of(company.manager)
    before = queries(browser, "/first-week/")
    planned(company, accepted_deal(company))
    planned(company, accepted_deal(company, inn="7728168971"))
    assert queries(browser, "/first-week/") == before
