"""The week in figures as a page, and who says whether it comes to him."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from svyazka.presale.notices.wishes import reach_of
from svyazka.presale.stages.commands import lose, win
from tests.company import TUESDAY, Company, accepted_deal, whole_request
from tests.web.visitors import browser_of, queries, read

pytestmark = [pytest.mark.requirement("R37"), pytest.mark.usefixtures("morning")]
DAY = timedelta(days=1)
PAGE = "/figures/week/"
LAST = TUESDAY - 7 * DAY
"""Tuesday of the week that is over: 47."""


def won(company: Company, deal: int) -> None:
    win(
        deal_id=deal, contract_number="Д-7", contract_sum=Decimal(900_000), contract_date=LAST.date(), reason="signed",
        actor=company.manager, at=LAST + DAY,
    )  # fmt: skip


def lost(company: Company, deal: int) -> None:
    lose(
        deal_id=deal, reason="client_side.frozen", evidence="a letter", client_words="in spring",
        actor=company.manager, at=LAST + DAY,
    )  # fmt: skip


def test_it_begins_with_the_week_that_is_over_and_leads_to_its_neighbours(company: Company) -> None:
    browser = browser_of(company.owner)
    page = read(browser, PAGE)
    assert "November 16–22, 2026" in page
    assert f'href="{PAGE}?week=2026-W46"' in page
    assert f'href="{PAGE}?week=2026-W48"' in page
    running = read(browser, f"{PAGE}?week=2026-W48")
    assert "This week is not over" in running
    assert "2026-W49" not in running
    assert "16–22 ноября 2026 г." in read(browser_of(company.head, "ru"), PAGE)


@pytest.mark.parametrize(
    "week", ["2026-W49", "2027-W01", "nonsense", "2026-W54", "2026-W47%00", "0000-W01", "²026-W47"]
)
def test_a_week_that_is_none_or_has_not_begun_is_not_found(company: Company, week: str) -> None:
    assert browser_of(company.owner).get(f"{PAGE}?week={week}").status_code == 404


def test_its_figures_stand_beside_the_week_before_and_the_goals(company: Company) -> None:
    deals = [accepted_deal(company, LAST) for _ in range(4)]
    won(company, deals[0])
    lost(company, deals[1])
    whole_request(company, LAST - 7 * DAY)
    page = re.sub(r"<[^>]+>", " ", read(browser_of(company.head), PAGE))
    page = " ".join(page.split())
    assert "4 requests received 1 the week before" in page
    assert "1 contracts won 900,000 ₽ in all; 0 the week before" in page
    assert "1 deals lost 0 the week before" in page
    assert (
        "20% conversion from request to contract, 365 days probably 4% to 62%; 60% still open; good: 25%"
        in page
    )
    assert "goal: 2 h" in page


def test_the_sum_is_not_shown_to_who_may_not_see_the_money(company: Company) -> None:
    won(company, accepted_deal(company, LAST))
    assert "900,000" in read(browser_of(company.head), PAGE)
    for viewer in (company.owner, company.programmer, company.other_manager):
        assert "900,000" not in read(browser_of(viewer), PAGE)


def test_each_chart_has_its_drawing_and_its_table(company: Company) -> None:
    won(company, accepted_deal(company, LAST))
    lost(company, accepted_deal(company, LAST))
    page = read(browser_of(company.head), PAGE)
    for name in ("received", "conversion", "reasons", "sources"):
        assert f'aria-labelledby="{name}-title {name}-told"' in page
        assert len(re.findall(rf'id="{name}-(?:title|told|still)"', page)) in {2, 3}
    assert page.count("The same as a table") == 4
    assert "<style" not in page
    assert ' style="' not in page
    assert 'href="/static/ui/charts.css"' in page
    assert "charts.css" not in read(browser_of(company.head), "/overview/")


def test_who_may_not_see_the_overview_sees_no_week(company: Company) -> None:
    assert browser_of(company.agent).get(PAGE).status_code == 404


def test_an_empty_company_has_a_week_too(company: Company) -> None:
    page = read(browser_of(company.owner), PAGE)
    assert "nothing was received" in page
    assert "No deal was lost." in page
    assert "<svg" in page  # icons
    assert "chart__" not in page


def test_the_overview_leads_there(company: Company) -> None:
    assert f'href="{PAGE}"' in read(browser_of(company.owner), "/overview/")


def test_it_costs_the_same_for_one_deal_and_for_thirty(company: Company) -> None:
    browser = browser_of(company.head)
    won(company, accepted_deal(company, LAST))
    lost(company, accepted_deal(company, LAST))
    accepted_deal(company, LAST)
    few = queries(browser, PAGE)
    for _ in range(8):
        won(company, accepted_deal(company, LAST))
        lost(company, accepted_deal(company, LAST))
        accepted_deal(company, LAST)
    assert queries(browser, PAGE) == few


WISHES = "/settings/notices/"
HOURS = {"quiet_from": "22:00", "quiet_until": "07:30", "digest_at": "08:15"}


def hears(who: int) -> tuple[bool, bool | None]:
    """Whether the week comes to him, and what he has said about it."""
    reach = reach_of(who)
    assert reach is not None
    return reach.hears_of_weeks, reach.weekly


def test_everybody_of_ours_says_for_himself_whether_it_comes_to_him(company: Company, settings: Any) -> None:
    settings.CHANNELS = ("email",)
    head, expert = browser_of(company.head), browser_of(company.expert)
    assert re.search(r'name="weekly"[^>]* checked', read(head, WISHES))
    assert not re.search(r'name="weekly"[^>]* checked', read(expert, WISHES))
    head.post(WISHES, HOURS | {"weekly": "on"})
    expert.post(WISHES, HOURS)
    assert hears(company.head.me) == (True, None), "what was left alone stays as his duties say"
    assert hears(company.expert.me) == (False, None)
    head.post(WISHES, HOURS)
    expert.post(WISHES, HOURS | {"weekly": "on"})
    assert (hears(company.head.me), hears(company.expert.me)) == ((False, False), (True, True))
    head.post(WISHES, HOURS | {"quiet_until": "", "weekly": "on"})
    assert hears(company.head.me) == (False, False)


def test_a_partner_agent_is_not_asked_and_gets_none(company: Company, settings: Any) -> None:
    settings.CHANNELS = ("email",)
    browser = browser_of(company.agent)
    assert 'name="weekly"' not in read(browser, WISHES)
    browser.post(WISHES, HOURS | {"weekly": "on"})
    assert hears(company.agent.me)[0] is False
