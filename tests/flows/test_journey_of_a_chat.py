"""A chat of one's own and one of a deal, from the button to where it leads; what comes there, chosen on a desk and on a phone."""

import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from svyazka.presale.channels.codes import redeem_code
from svyazka.presale.notices.wishes import reach_of
from tests.chats import answer, linked
from tests.company import TUESDAY, Company, accepted_deal
from tests.flows.conftest import SignIn, fits

_CODE = re.compile(r"^/start ([\w-]{32})$")


@pytest.fixture(autouse=True)
def _messenger(settings: Any, house: Company) -> None:
    settings.CHANNELS = ("email", "telegram")
    answer()
    get_user_model().objects.update(language="ru")


def said_to_the_bot(page: Page, sender: int, **place: str) -> None:
    """Take the code from the page into a chat, as a person would."""
    code = page.get_by_text(_CODE)
    expect(code).to_be_visible()
    found = _CODE.match(code.inner_text())
    assert found is not None
    chat = place.pop("chat", str(sender))
    redeem_code(
        secret=found[1], channel="telegram", chat=chat, sender=str(sender), at=timezone.now(), **place
    )


def wish(page: Page, what: str) -> Locator:
    return page.get_by_label(f"{what}: Telegram")


@pytest.mark.requirement("R43")
def test_what_comes_to_my_new_chat_is_chosen_and_kept_and_the_chat_given_up(
    house: Company, sign_in: SignIn
) -> None:
    page = sign_in("expert")
    page.goto("/settings/")
    page.get_by_role("main").get_by_role("link", name="Что мне приходит").click()
    expect(wish(page, "Мои сделки")).to_have_count(0)
    page.get_by_role("button", name="Привязать мой чат").click()
    said_to_the_bot(page, 77)
    page.get_by_role("link", name="Назад к уведомлениям").click()
    expect(page.locator("#messengers")).to_contain_text("привязан")

    wish(page, "Мои сделки").select_option(label="сразу")
    page.get_by_label("Тихо с").fill("22:30")
    page.get_by_label("Тихо до").fill("")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_label("Тихо до")).to_have_attribute("aria-invalid", "true")
    expect(wish(page, "Мои сделки").locator("option:checked")).to_have_text("сразу")
    fits(page)
    page.get_by_label("Тихо до").fill("07:00")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text("Сохранено")).to_be_visible()
    page.reload()
    expect(wish(page, "Мои сделки").locator("option:checked")).to_have_text("сразу")
    expect(page.get_by_label("Тихо с")).to_have_value("22:30")
    fits(page)

    page.locator("#messengers summary").click()
    fits(page)
    page.locator("#messengers").get_by_role("button", name="Отвязать").click()
    expect(page.locator("#messengers")).to_contain_text("не привязан")
    expect(wish(page, "Мои сделки")).to_have_count(0)
    reach = reach_of(house.expert.me)
    assert reach is not None
    assert reach.choices == {"deals": {"telegram": "now"}}, "it holds again when he links a chat anew"


def test_no_wish_is_cut_short_in_its_box(house: Company, sign_in: SignIn) -> None:
    linked(house.manager.me, TUESDAY)
    page = sign_in("manager")
    page.goto("/settings/notices/")
    boxes = page.locator("td select")
    expect(boxes.first).to_be_visible()
    narrow = boxes.evaluate_all(
        """boxes => boxes.filter(box => {
            const free = box.cloneNode(true)
            free.style.width = "max-content"
            box.after(free)
            const wanted = free.offsetWidth
            free.remove()
            return box.offsetWidth < wanted
        }).map(box => box.name)"""
    )
    assert narrow == []


def test_the_deals_page_leads_to_the_chat_that_was_bound_to_it(house: Company, sign_in: SignIn) -> None:
    accepted_deal(house)
    linked(house.manager.me, TUESDAY)
    page = sign_in("manager")
    page.goto("/deals/2026-0001/")
    page.locator("#people").get_by_role("link", name="Привязать чат").click()
    page.get_by_role("button", name="Привязать чат в Telegram").click()
    said_to_the_bot(
        page, 5_000_000 + house.manager.me, chat="-100200", title="Северный лес", link="https://t.me/c/200"
    )
    page.get_by_role("link", name="Назад к сделке").click()
    people = page.locator("#people")
    expect(people.get_by_role("link", name="Чат сделки")).to_have_attribute("href", "https://t.me/c/200")
    people.get_by_role("link", name="Изменить").click()
    expect(page.get_by_role("link", name="Северный лес")).to_be_visible()
    fits(page)
    page.locator("main summary").click()
    fits(page)
    page.get_by_role("button", name="Отвязать").click()
    expect(people.get_by_role("link", name="Привязать чат")).to_be_visible()
    expect(page.get_by_text("Чат отвязан от сделки")).to_be_visible()
