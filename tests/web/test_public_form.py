"""The form behind a secret address: open to strangers, closed to robots, and nothing that they say gets lost."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.test import Client

from svyazka.presale.deals.links import links, make_link, revoke_link
from svyazka.presale.deals.queries import Filters, deal_rows, own_leads
from svyazka.presale.journal.queries import timeline
from svyazka.presale.stages.queries import deal_page_by_id
from svyazka.web.ui.throttle import FROM_ALL, FROM_ONE, WINDOW, wait_before
from tests.company import TUESDAY, Company

pytestmark = pytest.mark.usefixtures("morning")

TYPED = {
    "request": "Нужен учёт рыбы по партиям",
    "company": "АО «Маяк»",
    "contact_name": "Ирина Котова",
    "phone": "+7 495 111-22-33",
    "consent": "on",
    "nonce": "n-1",
}


@pytest.fixture
def address(company: Company) -> str:
    return f"/r/{make_link(name='сайт', actor=company.dispatcher, at=TUESDAY)}/"


@pytest.fixture
def agents_address(company: Company) -> str:
    secret = make_link(name="Дымов", actor=company.dispatcher, at=TUESDAY, agent_id=company.agent.person_id)
    return f"/r/{secret}/"


@pytest.fixture
def stranger() -> Client:
    return Client(headers={"accept-language": "en"})


def deals(company: Company) -> list[int]:
    return [row.id for row in deal_rows(viewer=company.administrator, filters=Filters(status=None))]


def test_a_strangers_request_lands_in_the_window_without_signing_in(
    company: Company, address: str, stranger: Client
) -> None:
    answer = stranger.post(address, TYPED)
    assert answer.status_code == 303
    assert "Thank you" in stranger.get(answer.headers["Location"]).content.decode()
    page = deal_page_by_id(deal_id=deals(company)[0], viewer=company.dispatcher, at=TUESDAY)
    assert page.card.row.source == "сайт"
    assert page.card.row.author_id is None
    assert page.card.answers["phone"] == TYPED["phone"]
    assert {entry.channel for entry in timeline(chain=page.card.row.id, with_details=False)} == {"public"}


def test_what_a_stranger_says_is_kept_even_when_it_is_no_answer(
    company: Company, address: str, stranger: Client
) -> None:
    typed = {**TYPED, "inn": "не помню", "budget": "уточнить", "email": "nonsense"}
    assert stranger.post(address, typed).status_code == 303
    page = deal_page_by_id(deal_id=deals(company)[0], viewer=company.dispatcher, at=TUESDAY)
    assert page.card.answers["inn"] == "не помню"
    assert "budget" in page.missing_fields


@pytest.mark.parametrize(
    ("box", "typed", "words"),
    [
        ("phone", {"phone": ""}, "Leave a phone number or an e-mail"),
        ("phone", {"phone": "вечером"}, "not a phone number"),
        ("email", {"phone": "", "email": "at"}, "not an e-mail address"),
        ("consent", {"consent": ""}, "Without consent we may not keep"),
        ("request", {"request": "\0"}, "Null characters"),
        ("request", {"request": " "}, "Tell us in a line what you need."),
    ],
)
def test_only_what_keeps_us_from_answering_is_asked_again_with_all_that_was_typed(  # noqa: PLR0917
    company: Company, address: str, stranger: Client, box: str, typed: dict[str, str], words: str
) -> None:
    answer = stranger.post(address, {**TYPED, **typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert f"id_{box}_error" in page
    assert "Ирина Котова" in page
    assert "n-1" in page
    assert not deals(company)


def test_a_request_without_a_word_is_none(company: Company, address: str, stranger: Client) -> None:
    answer = stranger.post(address, {"consent": "on"})
    assert answer.status_code == 422
    assert not deals(company)


def test_a_robot_is_thanked_like_anybody_and_nothing_is_stored(
    company: Company, address: str, stranger: Client
) -> None:
    honest = stranger.post(address, TYPED)
    robot = stranger.post(address, {**TYPED, "nonce": "n-2", "site_url": "http://spam.example"})
    assert (robot.status_code, robot.headers["Location"]) == (honest.status_code, honest.headers["Location"])
    assert len(deals(company)) == 1


def test_the_trap_is_hidden_from_people(address: str, stranger: Client) -> None:
    page = stranger.get(address).content.decode()
    assert re.search(r'form__trap" aria-hidden="true".*name="site_url" tabindex="-1"', page, re.DOTALL)


def test_a_second_click_opens_no_second_deal(company: Company, address: str, stranger: Client) -> None:
    for _ in range(3):
        assert stranger.post(address, TYPED).status_code == 303
    assert len(deals(company)) == 1


def test_an_agents_address_makes_him_the_author_who_sees_the_fate(
    company: Company, agents_address: str, stranger: Client
) -> None:
    page = stranger.get(agents_address).content.decode()
    assert "Роман" in page
    assert "The client’s mood" in page
    assert stranger.post(agents_address, {**TYPED, "phone": ""}).status_code == 303
    lead = own_leads(viewer=company.agent)[0]
    assert lead.author_id == company.agent.person_id


@pytest.mark.parametrize("why", ["unknown", "revoked", "expired", "the agent has left"])
def test_an_address_that_does_not_live_is_not_found(
    company: Company, address: str, agents_address: str, stranger: Client, why: str
) -> None:
    tried = address
    if why == "unknown":
        tried = "/r/nobody-made-this/"
    elif why == "revoked":
        revoke_link(link_id=links(viewer=company.dispatcher)[-1].id, actor=company.dispatcher, at=TUESDAY)
    elif why == "the agent has left":
        tried = agents_address
        get_user_model().objects.filter(pk=company.agent.me).update(is_active=False)
    later = TUESDAY + timedelta(days=366 if why == "expired" else 0)
    with time_machine.travel(later, tick=False):
        assert stranger.get(tried).status_code == 404
        assert stranger.post(tried, TYPED).status_code == 404
        assert stranger.get(f"{tried}thanks/").status_code == 404
    assert not deals(company)


def test_too_many_posts_from_one_place_wait_and_lose_nothing(
    company: Company, address: str, stranger: Client
) -> None:
    for number in range(FROM_ONE):
        assert stranger.post(address, {**TYPED, "nonce": f"n-{number}"}).status_code == 303
    answer = stranger.post(address, {**TYPED, "nonce": "n-more"}, headers={"x-forwarded-for": "203.0.113.9"})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= WINDOW
    assert "Ирина Котова" in answer.content.decode()
    assert len(deals(company)) == FROM_ONE
    assert stranger.post(address, {**TYPED, "nonce": "n-x"}, REMOTE_ADDR="203.0.113.9").status_code == 303
    with time_machine.travel(TUESDAY + timedelta(seconds=WINDOW), tick=False):
        assert stranger.post(address, {**TYPED, "nonce": "n-more"}).status_code == 303


def test_one_address_of_the_form_has_a_limit_whoever_posts() -> None:
    waits = [
        wait_before("request:1", address=f"198.51.{n // 250}.{n % 250}", at=TUESDAY)
        for n in range(FROM_ALL + 1)
    ]
    assert not any(waits[:-1])
    assert waits[-1]


def test_neighbours_of_one_ipv6_network_are_one_client() -> None:
    waits = [wait_before("request:2", address=f"2001:db8::{n:x}", at=TUESDAY) for n in range(FROM_ONE + 1)]
    assert waits[-1]
    assert not wait_before("request:2", address="2001:db8:1::1", at=TUESDAY)


@pytest.mark.parametrize(
    ("asked", "said"), [("ru", "Расскажите о вашей задаче"), ("en", "Tell us about your task")]
)
def test_the_form_speaks_the_browsers_language_and_can_be_switched(
    company: Company, address: str, asked: str, said: str
) -> None:
    other = "en" if asked == "ru" else "ru"
    assert said in Client(headers={"accept-language": asked}).get(address).content.decode()
    foreign = Client(headers={"accept-language": other})
    assert f"?lang={asked}" in foreign.get(address).content.decode()
    assert said in foreign.get(f"{address}?lang={asked}").content.decode()
    answer = foreign.post(f"{address}?lang={asked}", TYPED)
    assert answer.headers["Location"].endswith(f"thanks/?lang={asked}")


def test_the_form_needs_its_own_token_and_no_session(company: Company, address: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    page = browser.get(address).content.decode()
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    assert "sessionid" not in browser.cookies
    assert browser.post(address, TYPED).status_code == 403
    assert browser.post(address, {**TYPED, "csrfmiddlewaretoken": token}).status_code == 303
    assert "sessionid" not in browser.cookies


def test_a_stranger_is_asked_nothing_that_only_we_know(address: str, stranger: Client) -> None:
    page = stranger.get(address).content.decode()
    assert 'name="mood"' not in page
    assert 'name="source"' not in page
    assert "__finder" not in page


def test_looking_at_the_form_stores_nothing_and_is_not_cached(
    company: Company, address: str, stranger: Client
) -> None:
    answer = stranger.get(address)
    assert "no-store" in answer.headers["Cache-Control"]
    assert not deals(company)
