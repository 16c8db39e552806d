"""Each number of the week opens the rows that it counts, and every table of it is a file."""

import csv
import io
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from tests.company import TUESDAY, Company, accepted_deal, whole_request
from tests.slips import estimated
from tests.web.test_week import LAST, PAGE, lost, won
from tests.web.visitors import browser_of, queries, read

pytestmark = [pytest.mark.requirement("R37"), pytest.mark.usefixtures("morning")]
WEEK = "2026-W47"
DEALS = f"{PAGE}deals/"


@pytest.fixture
def lived(company: Company) -> Company:
    """A week in which something of everything happened."""
    won(company, accepted_deal(company, LAST))
    lost(company, accepted_deal(company, LAST))
    accepted_deal(company, LAST)
    whole_request(company, LAST)
    estimated(company, LAST - timedelta(days=7), submitted=timedelta(hours=3), reviewed=timedelta(hours=5))
    return company


def rows_of(page: str) -> int:
    return len(re.findall(r'<li class="row[ "]', page))


def opened(browser: Any, which: str, more: str = "") -> str:
    return read(browser, f"{DEALS}?week={WEEK}&which={which}{more}")


def file_of(browser: Any, address: str) -> list[list[str]]:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.usefixtures("lived")
def test_a_tile_opens_as_many_rows_as_it_says(company: Company) -> None:
    browser = browser_of(company.head)
    page = read(browser, f"{PAGE}?week={WEEK}")
    tiles = re.findall(r'figure__value"><a href="([^"]+)" aria-label="([^:]+): ([^"]+)"', page)
    assert len(tiles) == 8, "every number is a link"
    for href, value, label in tiles:
        rows = read(browser, unescape(href))
        assert f'figure__value">{value}<' in rows, "the number stands above its rows"
        assert label in rows
        if value.isdigit():
            assert rows_of(rows) == int(value), label
    assert rows_of(opened(browser, "received")) == 4


@pytest.mark.usefixtures("lived")
def test_every_other_number_of_the_page_opens_its_rows_too(company: Company) -> None:
    browser = browser_of(company.head)
    page = read(browser, f"{PAGE}?week={WEEK}")
    found = re.findall(
        rf'<a (?:class="week__amount" )?href="({re.escape(DEALS)}[^"]+)"[^>]*>([^<]+)</a>', page
    )
    seen = {unescape(href).partition("which=")[2].partition(".")[0] for href, _value in found}
    assert {"why", "overdue", "slip", "received", "won", "why13"} <= seen
    for href, value in found:
        rows = read(browser, unescape(href))
        count = re.match(r"\d+(?= time|$)", value)
        if count:
            assert rows_of(rows) == int(count[0]), f"{href}: {value}"


@pytest.mark.usefixtures("lived")
def test_what_stands_beside_a_number_is_one_step_from_it(company: Company) -> None:
    browser = browser_of(company.head)
    for which, beside in (
        ("lost", "declined"),
        ("response", "unanswered"),
        ("letters", "sent"),
        ("won.0", "all.0"),
    ):
        assert f"which={beside}" in opened(browser, which)
        opened(browser, beside)
    assert rows_of(opened(browser, "all.0")) == 5
    assert rows_of(opened(browser, "won.0")) == 1
    assert rows_of(opened(browser, "still.0")) == 3
    assert "received Tue, November 17" in opened(browser, "won.0")
    assert "closed Wed, November 18" in opened(browser, "won")
    assert "20% conversion" in " ".join(re.sub(r"<[^>]+>", " ", opened(browser, "all.0")).split())


@pytest.mark.usefixtures("lived")
def test_a_part_says_what_it_is_a_part_of(company: Company) -> None:
    browser = browser_of(company.head)
    said = " ".join(re.sub(r"<[^>]+>", " ", opened(browser, "why.client_side.frozen")).split())
    assert "Lost: " in said
    assert "1 of 1 deal lost this week" in said
    overdue = opened(browser, f"overdue.{company.sales_unit}")
    assert re.search(rf'figure__value">{rows_of(overdue)}</div>', overdue)


@pytest.mark.usefixtures("lived")
def test_a_long_list_goes_on_and_its_file_has_all_of_it(company: Company) -> None:
    for _ in range(60):
        whole_request(company, LAST)
    browser = browser_of(company.head)
    assert rows_of(opened(browser, "received")) == 50
    assert rows_of(opened(browser, "received", "&page=2")) == 14
    rows = file_of(browser, f"{DEALS}?week={WEEK}&which=received&format=csv")
    assert rows[0][:3] == ["Number", "Client", "What"]
    assert len(rows) == 65
    assert browser.get(f"{DEALS}?week={WEEK}&which=received&format=xlsx").content.startswith(b"PK")


@pytest.mark.usefixtures("lived")
def test_all_tables_of_the_week_are_files(company: Company) -> None:
    browser = browser_of(company.head)
    page = read(browser, f"{PAGE}?week={WEEK}")
    links = {unescape(href) for href in re.findall(r'href="([^"]+format=(?:csv|xlsx)[^"]*)" download', page)}
    names = {re.search(r"table=([\w-]+)", href)[1] for href in links}  # type: ignore[index]  # each has one
    charts = {"chart-received", "chart-conversion", "chart-reasons", "chart-sources"}
    assert names == {"figures", "why", "overdue", "standing", "slips"} | charts
    for href in links:
        assert browser.get(href).status_code == 200
    conversion = file_of(browser, f"{PAGE}?week={WEEK}&table=chart-conversion&format=csv")
    assert conversion[0][:2] == ["Received", "Conversion"]
    assert conversion[1][:3] == ["All 365 days", "0.2", "1 of 5"]


@pytest.mark.parametrize(
    "which", ["", "nonsense", "why", "why.nothing", "overdue.9999", "won.9", "won.source.", "slip.x", "all"]
)
def test_a_list_that_is_none_is_not_found(company: Company, which: str) -> None:
    assert browser_of(company.head).get(f"{DEALS}?week={WEEK}&which={which}").status_code == 404


def test_who_sees_no_week_sees_none_of_its_lists(company: Company) -> None:
    assert browser_of(company.agent).get(DEALS).status_code == 404
    assert TUESDAY > LAST


def test_a_list_costs_the_same_for_one_row_and_for_twenty(company: Company) -> None:
    lost(company, accepted_deal(company, LAST))
    accepted_deal(company, LAST)
    browser = browser_of(company.head)
    addresses = [
        f"{DEALS}?week={WEEK}&which={which}" for which in ("received", "promises", "overdue", "lost")
    ]
    few = [queries(browser, address) for address in addresses]
    for _ in range(8):
        lost(company, accepted_deal(company, LAST))
        accepted_deal(company, LAST)
    assert [queries(browser, address) for address in addresses] == few
