"""The single window: a request is handed in within a minute, never twice, and nobody's is left lying."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from django.test import Client

from svyazka.presale.commitments.queries import commitments_of
from svyazka.presale.deals.links import link_of, links
from svyazka.presale.deals.queries import Filters, deal_id_of, deal_rows, window_queue
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.stages.queries import deal_page_by_id
from tests.company import TUESDAY, WHOLE_REQUEST, Company, found_company, whole_request
from tests.web.visitors import queries_as_rows_grow

pytestmark = pytest.mark.usefixtures("morning")

TYPED = {
    key: ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    for key, value in WHOLE_REQUEST.items()
}
OTHER = {
    **TYPED, "company": "АО «Маяк»", "inn": "7728168971", "phone": "+7 495 111-22-33", "email": "a@mayak.example",
}  # fmt: skip


def browser_of(actor: Actor) -> Client:
    """A browser in which this person is signed in."""
    browser = Client()
    browser.force_login(get_user_model().objects.get(pk=actor.me))
    browser.cookies["django_language"] = "en"
    return browser


def english(actor: Actor) -> Client:
    get_user_model().objects.filter(pk=actor.me).update(language="en")
    return browser_of(actor)


def all_deals(company: Company) -> int:
    return len(deal_rows(viewer=company.administrator, filters=Filters(status=None), limit=500))


# handing in


def test_a_whole_request_is_in_with_one_post_and_its_author_learns_what_comes_next(company: Company) -> None:
    browser = english(company.programmer)
    answer = browser.post("/window/new/", TYPED)
    assert answer.status_code == 303
    page = browser.get(answer.headers["Location"]).content.decode()
    assert "С-2026-0001" in page
    assert "Анна Ракитина" in page or "Ракитина Анна" in page
    assert "every required field has an answer" in page
    assert window_queue(viewer=company.dispatcher)[0].deal.author_id == company.programmer.person_id


def test_four_answers_are_enough_and_the_missing_ones_are_named(company: Company) -> None:
    browser = english(company.programmer)
    answer = browser.post(
        "/window/new/", {"company": "Маяк", "request": "Учёт рыбы", "phone": "8 495 111-22-33"}
    )
    page = browser.get(answer.headers["Location"]).content.decode()
    assert "Budget and procurement" in page
    assert "budget" in window_queue(viewer=company.dispatcher)[0].missing


@pytest.mark.parametrize(
    ("box", "typed", "words"),
    [
        ("inn", "1234567890", "This is not an INN"),
        ("phone", "позвоните", "This is not a phone number"),
        ("email", "a at b", "This is not an e-mail address"),
        ("budget", "уточнить", "This doesn’t say anything yet"),
        ("request", "\0", "Null characters are not allowed"),
        ("company", "я" * 201, "at most 200 characters"),
    ],
)
def test_junk_comes_back_with_what_to_mend_beside_it_and_everything_typed(
    company: Company, box: str, typed: str, words: str
) -> None:
    answer = english(company.programmer).post("/window/new/", {**TYPED, box: typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{box}_error"' in page
    assert words in page
    assert all(value in page for key, value in TYPED.items() if key not in {box, "company"})
    assert not all_deals(company)


def test_an_empty_form_is_no_request(company: Company) -> None:
    answer = english(company.programmer).post("/window/new/", {"source": "выставка"})
    assert answer.status_code == 422
    assert "This field is required" in answer.content.decode()


def test_not_known_yet_is_owed_by_whoever_said_he_finds_out(company: Company) -> None:
    typed = {**TYPED, "budget": "", "budget__by": "2026-11-27", "size": "", "size__by": "2026-11-30",
             "size__finder": str(company.manager.person_id)}  # fmt: skip
    assert english(company.programmer).post("/window/new/", typed).status_code == 303
    deal_id = deal_id_of("2026-0001", viewer=company.administrator)
    owed = {row.term: row.performer_id for row in commitments_of(deal_id)}
    assert owed["find_out.budget"] == company.programmer.person_id
    assert owed["find_out.size"] == company.manager.person_id
    page = english(company.programmer).get("/window/handed/2026-0001/").content.decode()
    assert "finds out by Fri, November 27" in page


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"budget__by": "2026-11-23"}, "This time has passed already"),
        ({"budget__finder": "manager"}, "Choose the day"),
        ({"budget__by": "soon"}, "Enter a valid date"),
        ({"budget__by": "2026-11-27", "budget__finder": "999999"}, "Select a valid choice"),
    ],
)
def test_who_finds_out_by_when_is_asked_for_whole(company: Company, more: dict[str, str], words: str) -> None:
    if more.get("budget__finder") == "manager":
        more = {"budget__finder": str(company.manager.person_id)}
    answer = english(company.programmer).post("/window/new/", {**TYPED, "budget": "", **more})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_an_answered_field_needs_nobody_to_find_it_out(company: Company) -> None:
    english(company.programmer).post("/window/new/", {**TYPED, "budget__by": "2026-11-27"})
    deal_id = deal_id_of("2026-0001", viewer=company.administrator)
    assert "find_out.budget" not in {row.term for row in commitments_of(deal_id)}


def test_similar_deals_are_shown_before_a_second_one_opens(company: Company) -> None:
    whole_request(company)
    answer = english(company.manager).post("/window/new/", {**TYPED, "request": "Ещё и склад"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "С-2026-0001" in page
    assert "INN, phone, e-mail" in page
    assert "Ещё и склад" in page
    assert all_deals(company) == 1


def test_another_request_is_handed_in_all_the_same(company: Company) -> None:
    whole_request(company)
    assert (
        english(company.manager).post("/window/new/", {**TYPED, "inn": "", "sure": "yes"}).status_code == 303
    )
    first, second = (
        deal_page_by_id(deal_id=pk, viewer=company.administrator, at=TUESDAY) for pk in _ids(company)
    )
    assert first.card.client_id != second.card.client_id


def test_a_request_of_a_client_we_know_joins_him(company: Company) -> None:
    known = deal_page_by_id(deal_id=whole_request(company).deal_id, viewer=company.administrator, at=TUESDAY)
    typed = {**TYPED, "inn": "", "client": str(known.card.client_id)}
    assert english(company.manager).post("/window/new/", typed).status_code == 303
    pages = [deal_page_by_id(deal_id=pk, viewer=company.administrator, at=TUESDAY) for pk in _ids(company)]
    assert {page.card.client_id for page in pages} == {known.card.client_id}


@pytest.mark.parametrize("client", ["99999999999999999999999", "-1", "x"])
def test_a_client_that_does_not_match_is_asked_about_again(company: Company, client: str) -> None:
    whole_request(company)
    assert english(company.manager).post("/window/new/", {**TYPED, "client": client}).status_code == 409


def _ids(company: Company) -> list[int]:
    return [row.id for row in deal_rows(viewer=company.administrator, filters=Filters(status=None))]


def test_the_same_form_sent_twice_is_one_deal(company: Company) -> None:
    browser = english(company.programmer)
    form = {**TYPED, "nonce": "n-1"}
    first, second = browser.post("/window/new/", form), browser.post("/window/new/", form)
    assert first.headers["Location"] == second.headers["Location"]
    assert all_deals(company) == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_eight_times_at_once_is_one_deal() -> None:
    company = found_company()
    browsers = [english(company.programmer) for _ in range(8)]

    def send(browser: Client) -> str:
        try:
            return browser.post("/window/new/", {**TYPED, "nonce": "n-8"}).headers["Location"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        places = set(pool.map(send, browsers))
    assert len(places) == 1
    assert all_deals(company) == 1


def test_each_form_carries_a_mark_of_its_own(company: Company) -> None:
    browser = english(company.programmer)
    pages = [browser.get("/window/new/").content.decode() for _ in range(2)]
    marks = {page.partition('name="nonce" value="')[2][:22] for page in pages}
    assert len(marks) == 2


@pytest.mark.parametrize("odd", [{"nonce": "n" * 300}, {"author": "x"}, {"author": "999999999999999999999"}])
def test_a_form_that_was_tampered_with_is_told_so(company: Company, odd: dict[str, str]) -> None:
    assert english(company.programmer).post("/window/new/", {**TYPED, **odd}).status_code == 422


def test_whoever_brought_the_request_is_its_author_though_another_typed_it(company: Company) -> None:
    english(company.dispatcher).post("/window/new/", {**TYPED, "author": str(company.agent.person_id)})
    assert window_queue(viewer=company.dispatcher)[0].deal.author_id == company.agent.person_id


# partner agents


def test_an_agent_learns_neither_whom_we_know_nor_what_others_brought(company: Company) -> None:
    whole_request(company)
    browser = english(company.agent)
    answer = browser.post("/window/new/", {**TYPED, "request": "Моё"})
    assert answer.status_code == 303
    page = browser.get("/window/?show=all").content.decode()
    assert "С-2026-0002" in page
    assert "С-2026-0001" not in page
    assert browser.get("/window/2026-0001/").status_code == 404
    assert browser.get("/window/2026-0002/").status_code == 404
    assert browser.get("/window/links/").status_code == 404
    assert browser.get("/window/handed/2026-0001/").status_code == 404


def test_an_agent_decides_on_nothing_not_even_on_his_own_lead(company: Company) -> None:
    browser = english(company.agent)
    browser.post("/window/new/", TYPED)
    for act in ("accept", "close", "is-new", "contacted"):
        assert browser.post(f"/window/2026-0001/{act}/", {"how": "звонок", "reason": "так"}).status_code in {
            403,
            404,
        }
    assert len(window_queue(viewer=company.dispatcher)) == 1


def test_a_stranger_is_sent_to_sign_in(company: Company) -> None:
    for path in ("/window/", "/window/new/", "/window/links/", "/window/2026-0001/"):
        assert Client().get(path).headers["Location"].startswith("/account/login/")


# the queue


def test_the_queue_shows_the_oldest_first_with_what_each_lacks_and_who_brought_it(company: Company) -> None:
    whole_request(company, TUESDAY - timedelta(hours=5), request="Второй по счёту", inn="", budget="")
    whole_request(company, TUESDAY - timedelta(days=1), request="Самый старый")
    page = english(company.dispatcher).get("/window/").content.decode()
    assert page.index("Самый старый") < page.index("Второй по счёту")
    assert "missing: INN; Budget and procurement" in page
    assert "Ветров" in page
    assert "late by" in page


def test_the_queue_costs_the_same_for_one_request_as_for_thirty(company: Company) -> None:
    browser = english(company.dispatcher)
    counts = queries_as_rows_grow(browser, "/window/", lambda: whole_request(company), (1, 29))
    assert counts[0] == counts[1]
    assert counts[0] <= 12


def test_ones_own_leads_cost_the_same_for_one_as_for_thirty(company: Company) -> None:
    browser = english(company.programmer)
    counts = queries_as_rows_grow(browser, "/window/?show=leads", lambda: whole_request(company), (1, 29))
    assert counts[0] == counts[1]


def test_mine_are_those_that_i_answer_for(company: Company) -> None:
    whole_request(company)
    assert "С-2026-0001" in english(company.dispatcher).get("/window/?show=mine").content.decode()
    assert "С-2026-0001" not in english(company.administrator).get("/window/?show=mine").content.decode()


def test_an_author_sees_the_fate_of_his_lead(company: Company) -> None:
    whole_request(company)
    browser = english(company.programmer)
    assert "waits for a decision" in browser.get("/window/").content.decode()
    english(company.dispatcher).post(
        "/window/2026-0001/close/", {"status": "declined", "reason": "не наша отрасль"}
    )
    assert "declined" in browser.get("/window/").content.decode()


def test_the_screen_is_told_only_when_something_has_changed(company: Company) -> None:
    browser = english(company.dispatcher)
    tag = browser.get("/window/revision/").headers["ETag"]
    assert browser.get("/window/revision/", headers={"If-None-Match": tag}).status_code == 304
    whole_request(company)
    assert browser.get("/window/revision/", headers={"If-None-Match": tag}).status_code == 200


# deciding


def test_a_dispatcher_answers_checks_and_accepts(company: Company) -> None:
    whole_request(company)
    browser = english(company.dispatcher)
    assert browser.post("/window/2026-0001/contacted/", {"how": "позвонила"}).status_code == 303
    assert browser.post("/window/2026-0001/is-new/", {"back": "queue"}).headers["Location"] == "/window/"
    accepted = browser.post(
        "/window/2026-0001/accept/",
        {"manager": str(company.manager.person_id), "unit": str(company.delivery_unit)},
    )
    assert accepted.status_code == 303
    assert not window_queue(viewer=company.dispatcher)
    page = deal_page_by_id(deal_id=_ids(company)[0], viewer=company.dispatcher, at=TUESDAY)
    assert page.card.contacted_at == page.card.duplicates_checked_at == TUESDAY
    assert page.card.row.manager_id == company.manager.person_id


@pytest.mark.parametrize(
    ("act", "typed", "words"),
    [
        ("contacted", {"how": " "}, "This field is required"),
        ("close", {"status": "spam", "reason": ""}, "This field is required"),
        (
            "close",
            {"status": "duplicate", "original_number": "2020-0001"},
            "Choose the deal that this one duplicates",
        ),
        ("close", {"status": "won", "reason": "так надо"}, "Choose from the list"),
        ("accept", {"unit": "777"}, "Choose from the list"),
        ("accept", {"manager": "99999999999999999999"}, "Choose from the list"),
    ],
)
def test_a_decision_that_lacks_something_comes_back_as_typed(
    company: Company, act: str, typed: dict[str, str], words: str
) -> None:
    whole_request(company)
    answer = english(company.dispatcher).post(f"/window/2026-0001/{act}/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert all(value in page for value in typed.values() if len(value) > 8 and not value.isdigit())


def test_a_duplicate_is_closed_as_one_of_the_first_deal(company: Company) -> None:
    whole_request(company)
    whole_request(company)
    browser = english(company.dispatcher)
    assert "2026-0001" in browser.get("/window/2026-0002/").content.decode()
    assert (
        browser.post("/window/2026-0002/close/", {"status": "duplicate", "original": "2026-0001"}).status_code
        == 303
    )
    page = deal_page_by_id(deal_id=_ids(company)[0], viewer=company.dispatcher, at=TUESDAY)
    assert page.card.duplicate_of == "С-2026-0001"


def test_whoever_may_not_decide_is_told_who_may(company: Company) -> None:
    whole_request(company)
    answer = english(company.programmer).post("/window/2026-0001/accept/", {})
    assert answer.status_code == 403
    assert "dispatcher" in answer.content.decode()
    assert len(window_queue(viewer=company.dispatcher)) == 1


def test_the_second_to_decide_is_told_that_it_is_decided(company: Company) -> None:
    whole_request(company)
    browser = english(company.dispatcher)
    form = {"status": "spam", "reason": "рассылка"}
    assert browser.post("/window/2026-0001/close/", form).status_code == 303
    second = browser.post("/window/2026-0001/close/", form)
    assert second.status_code == 409
    assert "closed already" in second.content.decode()


def test_a_seat_that_somebody_may_not_hold_is_refused_in_words(company: Company) -> None:
    whole_request(company)
    answer = english(company.dispatcher).post(
        "/window/2026-0001/accept/", {"manager": str(company.expert.person_id)}
    )
    assert answer.status_code == 422
    assert "may not take this role" in answer.content.decode()


def test_looking_at_a_request_changes_nothing(company: Company) -> None:
    whole_request(company)
    browser = english(company.dispatcher)
    before = browser.get("/window/revision/").headers["ETag"]
    for path in (
        "/window/",
        "/window/new/",
        "/window/2026-0001/",
        "/window/handed/2026-0001/",
        "/window/links/",
    ):
        assert browser.get(path).status_code == 200
    for act in ("contacted", "is-new", "accept", "close"):
        assert browser.get(f"/window/2026-0001/{act}/").status_code == 405
    assert browser.get("/window/revision/").headers["ETag"] == before


# addresses of the form


def test_an_address_is_shown_once_and_works_until_it_is_ended(company: Company) -> None:
    browser = english(company.dispatcher)
    page = browser.post("/window/links/", {"name": "сайт", "agent": ""}).content.decode()
    secret = page.partition("/r/")[2].partition("/")[0]
    assert link_of(secret, at=TUESDAY).name == "сайт"
    assert secret not in browser.get("/window/links/").content.decode()
    number = links(viewer=company.dispatcher)[0].id
    assert browser.post(f"/window/links/{number}/revoke/").status_code == 303
    with pytest.raises(NotFound):
        link_of(secret, at=TUESDAY)


@pytest.mark.parametrize(
    "typed", [{"name": " "}, {"name": "сайт", "agent": "x"}, {"name": "сайт", "agent": "manager"}]
)
def test_an_address_needs_a_name_and_an_agent_who_is_one(company: Company, typed: dict[str, str]) -> None:
    if typed.get("agent") == "manager":
        typed = {**typed, "agent": str(company.manager.person_id)}
    assert english(company.dispatcher).post("/window/links/", typed).status_code == 422


def test_only_the_windows_keepers_make_and_end_addresses(company: Company) -> None:
    browser = english(company.programmer)
    assert browser.get("/window/links/").status_code == 403
    assert browser.post("/window/links/", {"name": "мой"}).status_code == 403
    assert browser.post("/window/links/1/revoke/").status_code == 403
    assert not links(viewer=company.dispatcher)


# in a browser


@pytest.fixture
def form_page(transactional_db: None, live_server: Any, context: Any) -> Any:
    """The form in the programmer's browser."""
    company = found_company()
    whole_request(company)
    session = english(company.programmer).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{live_server.url}/window/new/")
    yield page
    assert problems == []


@pytest.mark.browser
def test_how_much_is_answered_is_counted_while_typing(form_page: Any) -> None:
    form_page.locator("#id_company").fill("Маяк")
    assert form_page.locator("[data-complete]").inner_text().endswith("0 / 10")
    form_page.locator("#id_inn").fill("7728168971")
    form_page.locator("#id_contact_name").fill("Ирина")
    form_page.locator("#id_email").fill("a@mayak.example")
    assert form_page.locator("[data-complete]").inner_text().endswith("2 / 10")


@pytest.mark.browser
def test_enter_among_similar_deals_chooses_no_client(form_page: Any) -> None:
    form_page.locator("#id_phone").fill(TYPED["phone"])
    form_page.locator("#id_phone").press("Enter")
    form_page.get_by_text("We may know this client already").wait_for()
    form_page.locator("#id_phone").press("Enter")
    form_page.get_by_role("button", name="It is another request").wait_for()
    form_page.get_by_role("button", name="It is another request").click()
    form_page.wait_for_url("**/window/handed/2026-0002/")
