"""Pages with a messenger's code come by a post, so that the walk over all pages doesn't see them: they are looked at here."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import get_user_model
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.chats import answer, linked
from tests.company import TUESDAY, accepted_deal, found_company
from tests.flows.conftest import SCREENS, Watch
from tests.flows.test_pages_are_fit import be

SHOTS = Path("shots")
_LINK = re.compile(r"^https://t\.me/svyazka_test_bot\?start=[\w-]{32}$")


def faults(page: Page, name: str, width: int) -> Iterator[str]:
    """What is wrong with the page that is open, by day and by night."""
    if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
        yield f"{name} is {wide} wide"
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        report = Axe().run(page)
        yield from (
            f"{name} {theme}: {one['id']} {one['nodes'][0]['html'][:120]}"
            for one in report.response["violations"]
        )
        page.screenshot(path=SHOTS / "codes" / f"{name}-{width}-{theme}.png", full_page=True)
    page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("screen", SCREENS)
def test_pages_with_a_code_are_accessible_fit_and_say_nothing(
    browser: Browser, live_server: LiveServer, settings: Any, screen: str
) -> None:
    settings.CHANNELS = ("email", "telegram")
    company = found_company()
    accepted_deal(company)
    answer()
    get_user_model().objects.update(language="ru")
    width, height = SCREENS[screen]
    context = browser.new_context(
        base_url=live_server.url, locale="ru-RU", viewport={"width": width, "height": height},
        is_mobile=screen == "phone", has_touch=screen == "phone", reduced_motion="reduce",
    )  # fmt: skip
    watch = Watch()
    watch.over(context)
    be(context, company.administrator, live_server.url)
    page, found = context.new_page(), list[str]()
    page.goto("/settings/notices/")
    page.get_by_role("button", name="Привязать мой чат").click()
    expect(page.get_by_role("link", name="Открыть Telegram")).to_have_attribute("href", _LINK)
    found += faults(page, "person", width)
    page.goto("/channels/")
    page.get_by_text("Группа для запросов на эксперта: Telegram").click()
    found += faults(page, "channels", width)
    page.get_by_role("button", name="Получить ссылку").first.click()
    expect(page.get_by_text("Создайте группу")).to_be_visible()
    found += faults(page, "experts", width)
    linked(company.administrator.me, TUESDAY)
    page.goto("/settings/notices/")
    found += faults(page, "notices", width)
    page.goto("/deals/2026-0001/")
    page.get_by_role("link", name="Привязать чат").click()
    page.get_by_role("button", name="Привязать чат в").click()
    expect(page.get_by_role("img", name="Та же ссылка QR-кодом")).to_be_visible(visible=screen != "phone")
    found += faults(page, "deal", width)
    assert not found + list(watch.said), "\n".join([*found, *map(str, watch.said)])
    context.close()
