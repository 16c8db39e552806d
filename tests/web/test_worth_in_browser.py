"""The page of what rules are worth in a real browser, with rules of which something is said: accessible, in its frame, light."""

from datetime import datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.company import found_company
from tests.histories import closed_life
from tests.web.test_folder_in_browser import signed_in

pytestmark = pytest.mark.requirement("R39")
HEAVIEST = 60 * 1024


def monday_morning_weeks_ago() -> datetime:
    now = timezone.localtime()
    monday = now - timedelta(days=now.weekday() + 14)
    return monday.replace(hour=10, minute=0, second=0, microsecond=0)


@pytest.mark.django_db(transaction=True)
def test_a_rule_that_speaks_is_readable_by_day_and_by_night_at_a_desk_and_on_a_phone(
    page: Page, live_server: LiveServer
) -> None:
    then = monday_morning_weeks_ago()
    company = found_company(then - timedelta(days=30))
    for place in range(40):
        closed_life(
            company, then, in_time=place < 20, end="won" if place % 4 == 0 or place < 8 else "lost", over=True
        )
    signed_in(page, company.owner, live_server.url)
    for path in ("/figures/rules/", "/figures/rules/first_response/?side=broken", "/figures/hints/"):
        for width, scheme in ((1280, "light"), (390, "dark")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
            answer = page.goto(f"{live_server.url}{path}")
            assert answer is not None
            assert answer.status == 200
            assert len(answer.body()) < HEAVIEST
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            found = Axe().run(page).response["violations"]
            assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == []
    page.goto(f"{live_server.url}/figures/rules/")
    expect(page.locator(".worth__picture").first).to_be_visible()
    page.get_by_role("link", name="broken: won").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("img", name="Among deals alike")).to_be_visible()
    expect(page.locator(".row__number")).to_have_count(20)
