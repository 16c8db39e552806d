"""The bell: what concerns me, in words, until I have read it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from svyazka.presale.commitments.commands import open_commitment
from svyazka.presale.experts.asking import Ask, ask_for_expert
from svyazka.presale.meetings.letters import Answer, correct_letter
from svyazka.presale.notices.queries import latest_notices, unread_count
from svyazka.presale.people.commands import Profile, save_person
from svyazka.speech.notices import notice_content
from svyazka.speech.reader import Reader
from tests.company import TUESDAY, Company, accepted_deal, found_company, led_deal, whole_request
from tests.meetings import WHEN, summed_up, token_for
from tests.web.visitors import browser_of, queries, read

pytestmark = pytest.mark.usefixtures("morning")

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def company(db: None) -> Company:
    return found_company(TUESDAY - 30 * DAY)


@pytest.fixture
def deal(company: Company) -> int:
    return accepted_deal(company, TUESDAY - HOUR)


def owe(company: Company, deal: int, result: str) -> None:
    open_commitment(
        deal_id=deal,
        performer_id=company.expert.me,
        result=result,
        due_at=TUESDAY + DAY,
        actor=company.manager,
        at=TUESDAY,
    )


def test_a_notice_says_what_happened_on_which_deal(company: Company, deal: int) -> None:
    owe(company, deal, "The export")
    page = read(browser_of(company.expert), "/notices/")
    assert "Олег Климов owes: The export, due tomorrow 10:00" in page.replace("\u202f", " ").replace(
        " AM", ""
    )
    assert "С-2026-0001 · ООО «Северный лес»" in page
    assert "Новая роль: Олег Климов" in read(browser_of(company.expert, "ru"), "/notices/")


def test_who_may_not_know_of_a_deal_any_more_reads_nothing_of_it(company: Company, deal: int) -> None:
    owe(company, deal, "The export")
    browser = browser_of(company.expert)
    assert "The export" in read(browser, "/notices/")
    agent = Profile("expert@svyazka.example", "Климов", "Олег", is_agent=True, roles=("lead_generator",))
    save_person(profile=agent, person_id=company.expert.me, actor=company.administrator, at=TUESDAY)
    assert "The export" not in read(browser_of(company.expert), "/notices/")


def test_the_rail_counts_what_is_unread(company: Company, deal: int) -> None:
    owe(company, deal, "The export")
    waiting = unread_count(company.expert)
    assert waiting >= 2
    browser = browser_of(company.expert)
    assert f'count--new">{waiting}<' in read(browser, "/notices/")
    assert browser.post("/notices/read/").status_code == 303
    page = read(browser, "/notices/")
    assert "count--new" not in page
    assert "Mark" not in page
    assert "The export" in page


def test_pressing_a_notice_reads_that_one_and_opens_its_deal(company: Company, deal: int) -> None:
    owe(company, deal, "The export")
    browser = browser_of(company.expert)
    before = unread_count(company.expert)
    notice = latest_notices(viewer=company.expert)[0].id
    answer = browser.post(f"/notices/{notice}/read/", {"open": "1"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/deals/2026-0001/"
    assert unread_count(company.expert) == before - 1


def test_a_notice_of_an_expert_request_leads_to_where_it_is_answered(company: Company) -> None:
    request = ask_for_expert(
        deal_id=led_deal(company), actor=company.manager, at=TUESDAY,
        ask=Ask("triage", "1С:ERP", date(2026, 11, 25), date(2026, 11, 27), "Понять, наше ли это"),
    )  # fmt: skip
    browser, there = browser_of(company.expert), f"/experts/{request}/"
    notice = latest_notices(viewer=company.expert)[0]
    assert browser.post(f"/notices/{notice.id}/read/", {"open": "1"}).headers["Location"] == there
    assert f'href="{there}"' in read(browser, "/notices/")
    reader = Reader(company.expert.me, "en", "Europe/Moscow")
    told = notice_content(replace(notice, is_read=False), reader, TUESDAY)
    assert told is not None
    assert told.sections[0].lines[0].link.endswith(there)


def test_what_a_client_says_of_a_meeting_leads_to_that_meeting(company: Company, settings: Any) -> None:
    """By the bell, by a letter and in the digest: to its plan, or to its letter with his words beside."""
    settings.CHANNELS = ("email",)
    meeting = summed_up(company, accepted_deal(company, TUESDAY, inn="7728168971"))
    at = WHEN + 3 * HOUR
    correct_letter(
        token=token_for(company, meeting, "letter"), corrections={}, more="ещё телефон", answer=Answer("not_yet"), at=at
    )  # fmt: skip
    to = {
        "plan.agreed": f"/meetings/{meeting}/", "meeting.scheduled": f"/meetings/{meeting}/",
        "letter.corrected": f"/meetings/{meeting}/letter/", "client.not_ready": f"/meetings/{meeting}/letter/",
    }  # fmt: skip
    reader, browser = Reader(company.expert.me, "en", "Europe/Moscow"), browser_of(company.expert)
    told = {one.kind: one for one in latest_notices(viewer=company.expert)}
    assert to.keys() <= told.keys()
    for kind, there in to.items():
        letter = notice_content(told[kind], reader, at)
        assert letter is not None
        assert letter.sections[0].lines[0].link.endswith(there)
        assert browser.post(f"/notices/{told[kind].id}/read/", {"open": "1"}).headers["Location"] == there
        assert f'href="{there}"' in read(browser, "/notices/"), "once it is read, too"
        assert browser.get(there).status_code == 200


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example/", "../../account/logout/"])
def test_reading_leads_nowhere_but_to_what_it_is_about(company: Company, deal: int, elsewhere: str) -> None:
    notice = latest_notices(viewer=company.expert)[0].id
    browser, posted = browser_of(company.expert), {"deal": elsewhere, "asked": elsewhere, "next": elsewhere}
    assert browser.post(f"/notices/{notice}/read/", posted).headers["Location"] == "/notices/"
    opened = browser.post(f"/notices/{notice}/read/", {**posted, "open": elsewhere})
    assert opened.headers["Location"] == "/deals/2026-0001/"
    foreign = browser_of(company.programmer).post(f"/notices/{notice}/read/", {"open": "1"})
    assert foreign.headers["Location"] == "/notices/"


def test_nobody_reads_the_notices_of_another(company: Company, deal: int) -> None:
    notice = latest_notices(viewer=company.expert)[0].id
    before = unread_count(company.expert)
    assert "Appointed" not in read(browser_of(company.other_manager), "/notices/")
    browser_of(company.other_manager).post(f"/notices/{notice}/read/")
    browser_of(company.other_manager).post("/notices/read/")
    assert unread_count(company.expert) == before


def test_looking_reads_nothing(company: Company, deal: int) -> None:
    browser = browser_of(company.expert)
    before = unread_count(company.expert)
    read(browser, "/notices/")
    assert browser.get("/notices/read/").status_code == 405
    assert browser.get(f"/notices/{latest_notices(viewer=company.expert)[0].id}/read/").status_code == 405
    assert unread_count(company.expert) == before


def test_no_notices_say_what_will_come_here(company: Company) -> None:
    assert "No notices yet" in read(browser_of(company.other_manager), "/notices/")


def test_a_partner_agent_has_the_notices_of_his_own_leads(company: Company) -> None:
    assert "No notices yet" in read(browser_of(company.agent), "/notices/")


@pytest.mark.usefixtures("company")
def test_a_stranger_signs_in_first() -> None:
    assert "/account/login/" in Client().get("/notices/").headers["Location"]


def test_what_people_typed_is_shown_and_never_run(company: Company, deal: int) -> None:
    owe(company, deal, "<script>alert(1)</script>")
    page = read(browser_of(company.expert), "/notices/")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_page_costs_the_same_for_few_notices_and_for_many(company: Company, deal: int) -> None:
    browser = browser_of(company.dispatcher)
    whole_request(company)
    few = queries(browser, "/notices/")
    for _ in range(50):
        whole_request(company)
    assert queries(browser, "/notices/") == few
