"""The charts of a week in a real browser: nothing of them lies over anything else or sticks out, by day, by night, on a phone."""

from datetime import timedelta
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from svyazka.engine.weeks import week_of
from svyazka.presale.people.models import Person
from svyazka.presale.stages.commands import lose, win
from tests.company import Company, accepted_deal, found_company
from tests.web.test_folder_in_browser import signed_in

pytestmark = [pytest.mark.requirement("R37"), pytest.mark.django_db(transaction=True)]

OVERLAPS = """() => {
  const faults = [];
  for (const drawing of document.querySelectorAll("svg.chart")) {
    const frame = drawing.getBoundingClientRect();
    const texts = [...drawing.querySelectorAll("text")].map(one => [one.textContent, one.getBoundingClientRect()]);
    for (const [said, box] of texts) {
      if (box.left < frame.left - 1 || box.right > frame.right + 1) faults.push(`${said} sticks out`);
      for (const [other, its] of texts)
        if (other !== said && box.left < its.right - 1 && its.left < box.right - 1 && box.top < its.bottom - 3 && its.top < box.bottom - 3)
          faults.push(`${said} lies over ${other}`);
    }
  }
  return faults;
}"""
REASONS = (
    "client_side.decider_left",
    "trust.no_similar_case",
    "estimate.above_budget",
    "our_process.late_estimate",
)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_charts_are_read_by_day_and_by_night_on_a_phone_and_at_a_desk(
    page: Page, live_server: LiveServer, language: str
) -> None:
    company = a_year()
    signed_in(page, company.head, live_server.url)
    Person.objects.update(language=language)
    week = week_of(timezone.now(), "Europe/Moscow").earlier().key
    for width in (1280, 390, 340):
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(f"{live_server.url}/figures/week/?week={week}")
        expect(page.locator("svg.chart")).to_have_count(4)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(OVERLAPS) == []
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            report = Axe().run(page)
            assert report.violations_count == 0, report.generate_report()
    page.locator(
        "summary", has_text="The same as a table" if language == "en" else "То же таблицей"
    ).first.click()
    expect(page.locator("details[open] table").first).to_be_visible()


def a_year() -> Company:
    """Requests of many weeks, some won, some lost for several reasons, some open."""
    now = timezone.now()
    company = found_company(now - timedelta(days=300))
    for at in range(16):
        deal = accepted_deal(company, now - timedelta(days=8 + 5 * at))
        ended = now - timedelta(days=7 + 5 * at)
        if at % 4 == 0:
            win(
                deal_id=deal, contract_number="Д-7", contract_sum=Decimal(900_000), contract_date=ended.date(),
                reason="signed", actor=company.manager, at=ended,
            )  # fmt: skip
        elif at % 4 < 3:
            lose(
                deal_id=deal, reason=REASONS[at % 3], evidence="a letter", client_words="x", actor=company.manager, at=ended
            )  # fmt: skip
    return company
