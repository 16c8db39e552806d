"""Losing a deal and reading how it went, in a real browser: a few presses, by keyboard or thumb."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from svyazka.presale.deals.queries import Filters, deal_rows
from svyazka.presale.stages.commands import complete_stage
from tests.company import Company, found_company, led_deal
from tests.web.test_folder_in_browser import signed_in

pytestmark = [pytest.mark.requirement("R35"), pytest.mark.django_db(transaction=True)]


class Presses:
    """Counts what somebody has to press."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def click(self, role: str, name: str) -> None:
        """Press what is called so."""
        self.count += 1
        self.page.get_by_role(role, name=name).first.click()  # type: ignore[arg-type]

    def key(self, name: str) -> None:
        """Press a key."""
        self.count += 1
        self.page.keyboard.press(name)


def late_deal() -> Company:
    """A deal for which nobody has found an expert for two weeks."""
    long_ago = timezone.now() - timedelta(days=14)
    company = found_company(long_ago - timedelta(days=1))
    deal = led_deal(company, long_ago)
    complete_stage(deal_id=deal, stage="request", actor=company.manager, at=long_ago, reason="клиент торопил")
    return company


def test_a_manager_loses_a_deal_in_three_presses_and_reads_how_it_went(
    page: Page, live_server: LiveServer
) -> None:
    company = late_deal()
    signed_in(page, company.manager, live_server.url)
    (row,) = deal_rows(viewer=company.manager, filters=Filters())
    page.goto(f"{live_server.url}/deals/{row.path}/")
    presses = Presses(page)
    presses.click("link", "Lost")
    expect(page.get_by_text("What the deal’s own record speaks for")).to_be_visible()
    presses.click("link", "Our process failed: nobody was free")
    expect(page.get_by_label("Reason")).to_have_value("our_process.nobody_free")
    expect(page.get_by_label("Evidence")).to_have_value(re.compile("^Find an expert: late by "))
    presses.click("button", "The deal is lost")
    expect(page.get_by_text("Our process failed: nobody was free")).to_be_visible()
    assert presses.count == 3
    page.get_by_role("link", name="How the deal went").click()
    expect(page.get_by_role("heading", name="Where it was held up, and why")).to_be_visible()
    expect(page.get_by_role("img", name="Working time by holder")).to_be_visible()
    expect(page.get_by_text("Find an expert").first).to_be_visible()


def test_the_same_by_keyboard_alone_and_words_of_ones_own_are_kept(
    page: Page, live_server: LiveServer
) -> None:
    company = late_deal()
    signed_in(page, company.manager, live_server.url)
    (row,) = deal_rows(viewer=company.manager, filters=Filters())
    page.goto(f"{live_server.url}/deals/{row.path}/#lose")
    presses = Presses(page)
    reason = page.get_by_label("Reason")
    expect(reason).to_be_focused()
    presses.key("Shift+Tab")
    presses.key("Shift+Tab")
    expect(page.get_by_role("link", name="Our process failed: nobody was free")).to_be_focused()
    presses.key("Enter")
    expect(reason).to_have_value("our_process.nobody_free")
    expect(reason).to_be_focused()
    presses.key("Tab")
    page.keyboard.type("Клиент ждал эксперта две недели")
    presses.key("Control+Enter")
    expect(page.get_by_role("link", name="How the deal went")).to_be_visible()
    expect(page.get_by_text("Клиент ждал эксперта две недели").first).to_be_visible()
    assert presses.count == 5


@pytest.mark.requirement("R23")
@pytest.mark.parametrize("width", [390, 1280])
def test_how_a_deal_went_fits_the_screen(page: Page, live_server: LiveServer, width: int) -> None:
    company = late_deal()
    signed_in(page, company.manager, live_server.url)
    (row,) = deal_rows(viewer=company.manager, filters=Filters())
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live_server.url}/deals/{row.path}/?open=lose&because=our_process.nobody_free")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="The deal is lost").click()
    page.get_by_role("link", name="How the deal went").click()
    expect(page.get_by_role("heading", name="How the deal went")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
