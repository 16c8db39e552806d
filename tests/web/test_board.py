"""The board shows where every deal stands, and moves none of them round its gate."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.test import Client

from svyazka.presale.deals.queries import deal_id_of, rows_by_id
from svyazka.presale.journal.values import Actor
from svyazka.presale.process.commands import publish_process
from svyazka.presale.stages.commands import complete_stage, lose
from svyazka.processes import packaged_text
from tests.company import TUESDAY, Company, accepted_deal, found_company, whole_request
from tests.web.visitors import browser_of, queries_as_rows_grow

pytestmark = pytest.mark.usefixtures("morning")

HTMX = {"hx-request": "true"}


def page_of(actor: Actor, query: str = "") -> str:
    return browser_of(actor).get(f"/board/{query}").content.decode()


def column(page: str, stage: str) -> str:
    """What stands in a stage's column."""
    return page.partition(f'data-stage="{stage}"')[2].partition("</section>")[0]


def stage_of(company: Company, deal_id: int) -> str:
    return rows_by_id([deal_id], viewer=company.administrator)[deal_id].stage


def test_each_open_deal_stands_in_its_stage_with_holder_due_time_and_what_blocks_it(company: Company) -> None:
    accepted_deal(company, request="Учёт леса")
    waiting = column(page_of(company.programmer), "request")
    assert "Учёт леса" in waiting
    assert "С-2026-0001" in waiting
    blocked = accepted_deal(company, request="Склад")
    complete_stage(deal_id=blocked, stage="request", actor=company.manager, at=TUESDAY)
    preparing = column(page_of(company.programmer), "preparation")
    assert "Олег Климов" in preparing
    assert "first day" in preparing
    assert "no date for the meeting" in preparing
    assert "Учёт леса" not in preparing


def test_what_is_overdue_or_left_over_the_gate_is_said_in_words_too(company: Company) -> None:
    deal_id = accepted_deal(company, TUESDAY - timedelta(days=14))
    complete_stage(deal_id=deal_id, stage="request", actor=company.manager, at=TUESDAY - timedelta(days=14))
    complete_stage(
        deal_id=deal_id,
        stage="preparation",
        actor=company.manager,
        at=TUESDAY - timedelta(days=14),
        reason="клиент настоял",
    )
    card = column(page_of(company.manager), "meeting")
    assert "board__card--broken" in card
    assert "10 days, over the limit" in card
    assert "1 stage passed with checks missing" in card


def test_closed_deals_leave_the_board(company: Company) -> None:
    deal_id = accepted_deal(company)
    lose(
        deal_id=deal_id,
        reason="competitor.other_product",
        evidence="письмо",
        actor=company.manager,
        at=TUESDAY,
    )
    assert "С-2026-0001" not in page_of(company.manager)


def test_forty_cards_stand_in_a_column_and_a_list_has_the_rest(company: Company) -> None:
    for _ in range(52):
        whole_request(company)
    browser = browser_of(company.programmer)
    cards = column(browser.get("/board/").content.decode(), "request")
    assert cards.count("data-card=") == 40
    assert "Show all: 52 deals" in cards
    first = browser.get("/board/list/?stage=request").content.decode()
    assert first.count('class="row__link"') == 50
    following = (
        first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    )
    assert browser.get(following).content.decode().count('class="row__link"') == 2


def test_the_board_costs_the_same_for_one_card_as_for_sixty(company: Company) -> None:
    browser = browser_of(company.programmer)
    counts = queries_as_rows_grow(browser, "/board/", lambda: whole_request(company), (1, 59))
    assert counts[0] == counts[1]
    assert counts[0] <= 16


def test_the_list_costs_the_same_for_one_row_as_for_fifty(company: Company) -> None:
    browser = browser_of(company.programmer)
    counts = queries_as_rows_grow(browser, "/board/list/", lambda: whole_request(company), (1, 49))
    assert counts[0] == counts[1]


def test_filters_by_unit_person_source_overdue_and_text(company: Company) -> None:
    accepted_deal(company, request="Учёт леса")
    whole_request(company, request="Казначейство")
    for query, found, lost in (
        (f"?unit={company.delivery_unit}", "Учёт леса", "Казначейство"),
        (f"?person={company.manager.person_id}", "Учёт леса", "Казначейство"),
        ("?text=казнач", "Казначейство", "Учёт леса"),
        ("?text=2026-0001", "Учёт леса", "Казначейство"),
    ):
        page = page_of(company.programmer, query)
        assert found in page
        assert lost not in page
    assert "data-card" not in page_of(company.programmer, "?source=выставка")
    assert "data-card" not in page_of(company.programmer, "?overdue=1")
    with time_machine.travel(TUESDAY + timedelta(days=9), tick=False):
        assert "data-card" in page_of(company.programmer, "?overdue=1")


@pytest.mark.parametrize(
    "query",
    ["?unit=x", "?unit=99999999999999999999", "?person=-1", "?text=%00", "?text=%F0%28", "?source=%00", "?overdue=maybe",
     "?after=99999999999999999999", "?stage=nowhere", "?text=" + "я" * 500, "?text=%25%5C_'\""],
)  # fmt: skip
def test_an_address_that_somebody_made_up_is_no_fault(company: Company, query: str) -> None:
    whole_request(company)
    browser = browser_of(company.programmer)
    for path in ("/board/", "/board/columns/", "/board/list/"):
        assert browser.get(path + query).status_code == 200


def test_deals_of_an_older_process_stay_on_the_board_in_their_own_stage(company: Company) -> None:
    deal_id = accepted_deal(company)
    complete_stage(deal_id=deal_id, stage="request", actor=company.manager, at=TUESDAY)
    newer = (
        packaged_text()
        .replace("key: preparation", "key: readiness")
        .replace("stage.preparation", "stage.readiness")
    )
    publish_process(text=newer, note="", actor=company.owner, at=TUESDAY)
    page = page_of(company.manager)
    assert "С-2026-0001" in column(page, "preparation")
    assert 'data-stage="readiness"' in page


# moving on


def test_a_deal_with_nothing_missing_moves_to_the_next_stage(company: Company) -> None:
    deal_id = accepted_deal(company)
    answer = browser_of(company.manager).post("/board/2026-0001/move/", {"stage": "request"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/board/")
    assert stage_of(company, deal_id) == "preparation"


def test_a_drop_on_the_next_column_is_answered_with_what_moved(company: Company) -> None:
    accepted_deal(company)
    answer = browser_of(company.manager).post("/board/2026-0001/move/", {"stage": "request"}, headers=HTMX)
    assert answer.status_code == 204
    assert '"moved": "2026-0001"' in answer.headers["HX-Trigger"]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_drop_with_something_missing_asks_for_it_and_moves_nothing(
    company: Company, headers: dict[str, str]
) -> None:
    deal_id = whole_request(company).deal_id
    answer = browser_of(company.dispatcher).post(
        "/board/2026-0001/move/", {"stage": "request"}, headers=headers
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "A manager is appointed" in page
    assert "Appoint the deal’s manager" in page
    assert 'name="reason"' in page
    assert ("<html" in page) == (headers == {})
    assert stage_of(company, deal_id) == "request"


def test_a_reason_that_says_nothing_is_asked_again_as_typed(company: Company) -> None:
    deal_id = whole_request(company).deal_id
    answer = browser_of(company.dispatcher).post(
        "/board/2026-0001/move/", {"stage": "request", "reason": "потом"}
    )
    assert answer.status_code == 422
    assert "потом</textarea>" in answer.content.decode()
    assert "Give a reason that others" in answer.content.decode()
    assert stage_of(company, deal_id) == "request"


def test_a_reason_lets_a_deal_over_the_gate_and_the_rope_shows_it(company: Company) -> None:
    whole_request(company)
    browser = browser_of(company.dispatcher)
    reason = {"stage": "request", "reason": "встреча уже завтра"}
    assert browser.post("/board/2026-0001/move/", reason).status_code == 303
    page = browser.get("/board/").content.decode()
    assert "1 stage passed with checks missing" in column(page, "preparation")
    assert 'id="rope-6-1-0"' in page


def test_a_drop_from_a_stage_that_was_left_meanwhile_says_who_left_it(company: Company) -> None:
    deal_id = accepted_deal(company)
    complete_stage(deal_id=deal_id, stage="request", actor=company.manager, at=TUESDAY)
    answer = browser_of(company.dispatcher).post("/board/2026-0001/move/", {"stage": "request"}, headers=HTMX)
    assert answer.status_code == 409
    assert "Мария Серова" in answer.content.decode()
    assert stage_of(company, deal_id) == "preparation"


def test_whoever_may_not_move_a_deal_is_told_who_may(company: Company) -> None:
    deal_id = accepted_deal(company)
    browser = browser_of(company.programmer)
    answer = browser.post("/board/2026-0001/move/", {"stage": "request"}, headers=HTMX)
    assert answer.status_code == 403
    assert "manager" in answer.content.decode()
    assert 'name="stage"' not in browser.get("/board/2026-0001/move/").content.decode()
    assert stage_of(company, deal_id) == "request"


@pytest.mark.parametrize(
    ("stage", "status"), [("", 422), ("contract", 409), ("nowhere", 422), ("preparation", 409)]
)
def test_a_deal_is_moved_only_from_where_it_stands(company: Company, stage: str, status: int) -> None:
    deal_id = accepted_deal(company)
    answer = browser_of(company.manager).post(
        "/board/2026-0001/move/", {"stage": stage, "reason": "так быстрее будет"}
    )
    assert answer.status_code == status
    assert stage_of(company, deal_id) == "request"


def test_from_the_last_stage_nothing_moves_on(company: Company) -> None:
    deal_id = accepted_deal(company)
    for stage in ("request", "preparation", "meeting", "estimate", "defence"):
        complete_stage(
            deal_id=deal_id, stage=stage, actor=company.administrator, at=TUESDAY, reason="клиент торопит"
        )
    answer = browser_of(company.manager).post(
        "/board/2026-0001/move/", {"stage": "contract", "reason": "подписали"}
    )
    assert answer.status_code == 422
    assert "last stage" in answer.content.decode()


def test_asking_what_is_missing_changes_nothing(company: Company) -> None:
    accepted_deal(company)
    browser = browser_of(company.manager)
    before = browser.get("/board/revision/").headers["ETag"]
    for path in ("/board/", "/board/columns/", "/board/list/", "/board/sources/", "/board/2026-0001/move/"):
        assert browser.get(path).status_code == 200
    assert browser.get("/board/revision/", headers={"If-None-Match": before}).status_code == 304


# who sees it


def test_a_partner_agent_is_led_to_his_leads_and_sees_no_part_of_the_board(company: Company) -> None:
    whole_request(company)
    browser = browser_of(company.agent)
    assert browser.get("/board/").headers["Location"] == "/window/"
    for path in ("columns/", "revision/", "sources/", "list/", "2026-0001/move/"):
        assert browser.get(f"/board/{path}").status_code == 404
    assert browser.post("/board/2026-0001/move/", {"stage": "request"}).status_code == 404


def test_a_stranger_is_sent_to_sign_in(company: Company) -> None:
    for path in ("", "columns/", "revision/", "sources/", "list/", "2026-0001/move/"):
        assert Client().get(f"/board/{path}").headers["Location"].startswith("/account/login/")


def test_a_number_that_nobody_has_is_not_found(company: Company) -> None:
    browser = browser_of(company.manager)
    for number in ("2026-9999", "x", "2026-99999999999999"):
        assert browser.get(f"/board/{number}/move/").status_code == 404
        assert browser.post(f"/board/{number}/move/", {"stage": "request"}).status_code == 404


def test_before_a_process_is_published_the_board_is_empty_and_no_fault(db: None) -> None:
    person = get_user_model().objects.create(email="a@b.example", surname="А", given_name="Б")
    browser = Client()
    browser.force_login(person)
    assert browser.get("/board/").status_code == 200


# in a browser


@pytest.fixture
def signed_in(transactional_db: None, live_server: Any, context: Any) -> Any:
    """A page of the dispatcher's browser, and the company."""
    company = found_company()
    whole_request(company, request="Без менеджера")
    accepted_deal(company, request="Готова дальше")
    client = browser_of(company.administrator)
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{live_server.url}/board/")
    yield page, company
    assert problems == []


def drag(page: Any, card: str, to: str) -> None:
    source = page.locator(f'[data-card="{card}"]').bounding_box()
    target = page.locator(f'[data-stage="{to}"]').bounding_box()
    page.mouse.move(source["x"] + 30, source["y"] + 30)
    page.mouse.down()
    page.mouse.move(source["x"] + 60, source["y"] + 40)
    page.mouse.move(target["x"] + 60, target["y"] + 60, steps=5)
    page.mouse.up()


@pytest.mark.browser
def test_a_card_dropped_on_the_next_column_moves_and_the_board_says_so(signed_in: Any) -> None:
    page, _ = signed_in
    drag(page, "2026-0002", "preparation")
    page.locator('[data-stage="preparation"] [data-card="2026-0002"]').wait_for()


@pytest.mark.browser
def test_a_card_that_lacks_something_stays_and_the_panel_asks_for_it(signed_in: Any) -> None:
    page, _ = signed_in
    drag(page, "2026-0001", "preparation")
    page.locator("#panel[open] textarea").wait_for()
    assert "A manager is appointed" in page.locator("#panel").inner_text()
    assert page.locator('[data-stage="request"] [data-card="2026-0001"]').count() == 1
    page.locator("#panel textarea").fill("встреча уже завтра")
    page.get_by_role("button", name="Move on anyway").click()
    page.locator('[data-stage="preparation"] [data-card="2026-0001"]').wait_for()


@pytest.mark.browser
def test_a_drop_on_any_other_column_is_refused_in_words(signed_in: Any) -> None:
    page, _ = signed_in
    drag(page, "2026-0002", "contract")
    page.get_by_text("Stages go one after another").wait_for()
    assert page.locator('[data-stage="request"] [data-card="2026-0002"]').count() == 1


@pytest.mark.browser
def test_a_drop_on_an_earlier_column_is_refused_in_other_words(signed_in: Any) -> None:
    page, _ = signed_in
    drag(page, "2026-0002", "preparation")
    page.locator('[data-stage="preparation"] [data-card="2026-0002"]').wait_for()
    drag(page, "2026-0002", "request")
    page.get_by_text("Stages don’t go back").wait_for()


@pytest.mark.browser
def test_the_board_is_walked_and_moved_by_keys(signed_in: Any) -> None:
    page, _ = signed_in
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("m")
    page.locator("#panel[open]").get_by_role("button", name="Move on to").press("Enter")
    page.locator('[data-stage="preparation"] [data-card="2026-0002"]').wait_for()
    page.locator('[data-card="2026-0001"] a.board__title').focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**/deals/2026-0002/")


@pytest.mark.browser
def test_another_persons_move_shows_by_itself(signed_in: Any) -> None:
    page, company = signed_in
    deal_id = deal_id_of("2026-0002", viewer=company.administrator)
    complete_stage(deal_id=deal_id, stage="request", actor=company.manager, at=TUESDAY)
    page.locator('[data-stage="preparation"] [data-card="2026-0002"]').wait_for(timeout=8000)
