"""A session that ends while somebody types: he signs in again, stands where he stood, and nothing is lost."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from svyazka.presale.journal.values import Actor
from tests.company import PASSWORD, Company, accepted_deal, found_company, whole_request

BROWSER = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def company(transactional_db: None) -> Company:
    made = found_company()
    get_user_model().objects.update(language="ru")
    return made


def _sign_in(page: Page, actor: Actor) -> None:
    page.wait_for_load_state()  # its script keeps what was typed before
    page.locator("[name=login]").fill(get_user_model().objects.get(pk=actor.me).email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")


def test_a_request_typed_before_the_session_ended_is_there_after_signing_in(
    page: Page, live_server: LiveServer, company: Company
) -> None:
    page.goto(f"{live_server.url}/window/new/")
    _sign_in(page, company.programmer)
    page.locator("[name=company]").fill("ООО «Тихая гавань»")
    page.locator("[name=request]").fill("Учёт причалов и стоянок")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Передать запрос").click()
    expect(page).to_have_url(re.compile("/account/login/"))
    _sign_in(page, company.programmer)
    expect(page).to_have_url(f"{live_server.url}/window/new/")
    expect(page.locator("[name=request]")).to_have_value("Учёт причалов и стоянок")
    expect(page.locator("[name=company]")).to_have_value("ООО «Тихая гавань»")
    page.get_by_role("button", name="Передать запрос").click()
    expect(page).to_have_url(re.compile("/handed/|/window/2026-0001/|/deals/2026-0001/"))


def test_an_act_on_a_deal_leads_to_signing_in_and_back_to_the_deal(
    page: Page, live_server: LiveServer, company: Company
) -> None:
    accepted_deal(company)
    deal = f"{live_server.url}/deals/2026-0001/"
    page.goto(f"{deal}?open=ask")
    _sign_in(page, company.expert)
    page.locator("#ask textarea").fill("Кто у вас ведёт складской учёт?")
    page.context.clear_cookies(name="sessionid")
    page.locator("#ask button[type=submit]").first.click()
    expect(page).to_have_url(re.compile("/account/login/"))
    assert page.locator("#deal").count() == 0, "the sign-in page stands alone, not inside the deal's"
    _sign_in(page, company.expert)
    expect(page).to_have_url(f"{deal}?open=ask")
    expect(page.locator("#ask textarea")).to_have_value("Кто у вас ведёт складской учёт?")


@pytest.mark.django_db
def test_without_scripts_the_page_of_the_form_is_where_one_comes_back_to() -> None:
    company = found_company()
    whole_request(company)
    stranger = Client()
    answer = stranger.post(
        "/window/2026-0001/accept/", headers={"Referer": "http://testserver/window/2026-0001/"}
    )
    assert parse_qs(urlsplit(answer.headers["Location"]).query) == {"next": ["/window/2026-0001/"]}
    elsewhere = stranger.post("/window/2026-0001/accept/", headers={"Referer": "https://evil.example/x/"})
    assert parse_qs(urlsplit(elsewhere.headers["Location"]).query) == {"next": ["/window/2026-0001/accept/"]}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent_to", "shown"),
    [
        ("/window/2026-0001/accept/", "/window/2026-0001/"), ("/deals/2026-0001/ask/", "/deals/2026-0001/"),
        ("/process/lint/", "/process/"), ("/settings/tokens/", "/settings/"), ("/today/away/", "/"),
        ("/window/links/1/revoke/", "/window/links/"), ("/notices/read/", "/notices/"), ("/people/days/remove/", "/people/days/"),
    ],
)  # fmt: skip
def test_an_address_that_only_takes_forms_leads_a_browser_to_its_page(sent_to: str, shown: str) -> None:
    company = found_company()
    whole_request(company)
    browser = Client()
    browser.force_login(get_user_model().objects.get(pk=company.administrator.me))
    answer = browser.get(sent_to, headers=BROWSER)
    assert (answer.status_code, answer.headers["Location"]) == (302, shown)
    assert browser.get(shown, headers=BROWSER).status_code == 200
    assert browser.get(sent_to).status_code == 405, "a program is told so"
