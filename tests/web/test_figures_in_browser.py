"""Pages of figures in a real browser: tables in their page, sums that don't meet, the current tab in sight."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from svyazka.presale.people.models import Person
from svyazka.presale.stages.commands import complete_stage, win
from tests.company import found_company, led_deal
from tests.web.test_folder_in_browser import signed_in

pytestmark = [pytest.mark.requirement("R34", "R35"), pytest.mark.django_db(transaction=True)]

WIDER = """() => [...document.querySelectorAll(".table__scroll")]
  .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.getAttribute("aria-label"))"""
UNSEEN = """() => [...document.querySelectorAll(".tabs [aria-current]")].filter(one => {
  const [tab, row] = [one.getBoundingClientRect(), one.closest(".tabs").getBoundingClientRect()];
  return tab.left < row.left - 1 || tab.right > row.right + 1;
}).map(one => one.textContent)"""
MEETING = """() => {
  const boxes = [...document.querySelectorAll(".figure__value")].map(one => {
    const range = document.createRange();
    range.selectNodeContents(one);
    return [one.textContent, range.getBoundingClientRect()];
  });
  return boxes.flatMap(([said, box]) => [
    ...(box.right > document.documentElement.clientWidth ? [`${said} sticks out`] : []),
    ...boxes.filter(([other, its]) => other !== said && box.left < its.right && its.left < box.right && box.top < its.bottom && its.top < box.bottom)
      .map(([other]) => `${said} lies over ${other}`),
  ]);
}"""


@pytest.mark.parametrize("language", ["ru", "en"])
def test_tables_sums_and_tabs_have_room_at_a_desk_and_on_a_phone(
    page: Page, live_server: LiveServer, language: str
) -> None:
    now = timezone.now()
    company = found_company(now - timedelta(days=90))
    for _ in range(2):
        deal = led_deal(company, now - timedelta(days=20))
        complete_stage(
            deal_id=deal, stage="request", actor=company.administrator, at=now - timedelta(days=9), reason="клиент ждёт"
        )  # fmt: skip
        win(
            deal_id=deal, contract_number="Д-1", contract_sum=Decimal(982_146_265), contract_date=(now - timedelta(days=2)).date(), actor=company.administrator,
            at=now - timedelta(days=1), reason="подписали без защиты",
        )  # fmt: skip
    signed_in(page, company.head, live_server.url)
    Person.objects.update(language=language)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{live_server.url}/figures/?part=funnel")
    expect(page.get_by_role("table").first).to_be_visible()
    assert page.evaluate(WIDER) == []
    page.set_viewport_size({"width": 390, "height": 844})
    for path in (
        "/figures/?part=work",
        "/figures/people/",
        "/figures/week/",
        "/figures/hints/",
        "/figures/?part=beside",
    ):
        page.goto(f"{live_server.url}{path}")
        expect(page.locator(".tabs [aria-current]").first).to_be_visible()
        assert page.evaluate(UNSEEN) == [], path
        assert page.evaluate(MEETING) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
