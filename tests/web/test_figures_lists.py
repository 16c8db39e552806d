"""The deals behind a number of the figures page: the number stands above them, agrees with them, and they are a file."""

import csv
import io
import re
from html import unescape

import pytest

from svyazka.web.figures.views import PARTS
from tests.company import Company, whole_request
from tests.web.test_figures_page import play
from tests.web.visitors import browser_of, queries, read

pytestmark = [pytest.mark.requirement("R34", "R35"), pytest.mark.usefixtures("noon")]
DEALS = "/figures/deals/?which="


def plain(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def rows_of(page: str) -> int:
    return len(re.findall(r'<li class="row[ "]', page))


def test_each_count_of_the_page_opens_as_many_deals_and_stands_above_them(company: Company) -> None:
    play(company)
    browser = browser_of(company.administrator)
    page = "".join(read(browser, f"/figures/?part={part}") for part in PARTS)
    counts = set(re.findall(r'<a href="(/figures/deals/\?[^"]*)"[^>]*>(\d+)</a>', page))
    seen = {re.search(r"which=([a-z_]+)", href)[1] for href, _count in counts}  # type: ignore[index]  # each has one
    assert {"received", "won", "lost", "open", "entered", "passed", "here", "why", "why_in"} <= seen
    for href, count in counts:
        if "chased" not in href:  # which counts times, not deals
            rows = read(browser, unescape(href))
            assert rows_of(rows) == int(count), href
            assert f'figure__value">{count}<' in rows, href


def test_a_list_says_what_its_number_is_a_part_of(company: Company) -> None:
    play(company)
    browser = browser_of(company.administrator)
    assert "1 won, of 3 requests received 33%, probably 6% to 79%" in plain(read(browser, f"{DEALS}won"))
    lost = plain(read(browser, f"{DEALS}why.client_side.frozen"))
    assert "1 for this reason, of 1 deal that ended without a contract" in lost
    there = plain(read(browser, f"{DEALS}why_in.request.client_side.frozen"))
    assert "Ended in the stage “Request accepted”: " in there
    assert "of 1 deal that ended without a contract at the stage “Request accepted”" in there
    assert "1 went on from the stage, of 3 that entered it" in plain(read(browser, f"{DEALS}passed.request"))
    assert "time in stage, median" in plain(read(browser, f"{DEALS}stay.request"))
    assert "Won divided by won and lost." in read(browser, f"{DEALS}decided")


@pytest.mark.parametrize("which", ["why_in.request", "why_in.", "why_in", "why", "stay", "nonsense"])
def test_a_list_that_is_none_is_not_found(company: Company, which: str) -> None:
    assert browser_of(company.administrator).get(f"{DEALS}{which}").status_code == 404


def test_the_deals_behind_a_number_are_a_file_all_of_them(company: Company) -> None:
    for _ in range(53):
        whole_request(company)
    play(company)
    browser = browser_of(company.administrator)
    page = read(browser, f"{DEALS}received")
    assert rows_of(page) == 50
    links = [unescape(one) for one in re.findall(r'href="([^"]*format=[^"]*)"', page)]
    assert len(links) == 2
    rows = list(csv.reader(io.StringIO(browser.get(links[0]).content.decode("utf-8-sig"))))
    assert rows[0] == ["Number", "Client", "Deal", "Stage", "Outcome", "Received", "Closed"]
    assert len(rows) == 57
    promises = browser.get(f"{DEALS}promises&format=csv").content.decode("utf-8-sig").splitlines()
    assert promises[0].endswith("Late and broken,Promises")
    assert browser.get(f"{DEALS}nonsense&format=csv").status_code == 404


def test_a_list_costs_the_same_for_three_deals_and_for_thirty(company: Company) -> None:
    play(company)
    browser = browser_of(company.administrator)
    few = queries(browser, f"{DEALS}received")
    for _ in range(9):
        play(company)
    assert queries(browser, f"{DEALS}received") == few


def test_the_tabs_of_figures_stand_on_every_page_of_theirs(company: Company) -> None:
    play(company)
    paths = ("/figures/", f"{DEALS}won", "/figures/rules/", "/figures/rules/first_response/", "/figures/week/", "/figures/people/", "/overview/")  # fmt: skip
    own = (f"/figures/people/{company.manager.me}/", f"/figures/people/{company.manager.me}/breaches/")
    for viewer, hints in ((company.head, True), (company.administrator, True), (company.manager, False)):
        browser = browser_of(viewer)
        for path in (
            *paths,
            *(own if viewer is company.manager else ()),
            *(("/figures/hints/", "/figures/hints/hop/preparation/") if hints else ()),
        ):
            page = read(browser, path)
            tabs = page[page.index('<nav class="tabs" aria-label="Figures">') :].partition("</nav>")[0]
            assert tabs.count("aria-current") == 1, path
            assert ('href="/figures/hints/"' in tabs) == hints, path


@pytest.mark.requirement("R25", "R39")
def test_the_owner_of_the_process_sees_how_it_works_but_neither_sums_nor_cards(company: Company) -> None:
    play(company)
    browser = browser_of(company.owner)
    pages = [
        *(f"/figures/?part={part}" for part in PARTS), f"{DEALS}won", "/figures/rules/", "/figures/rules/first_response/", "/figures/hints/",
        "/figures/week/", "/overview/", "/reviews/", "/process/proposals/", "/run/",
    ]  # fmt: skip
    for path in pages:
        assert "₽" not in read(browser, path), path
    assert "900000" not in browser.get("/figures/?format=csv&table=source").content.decode()
    assert 'id="people"' not in read(browser, "/figures/people/")
    assert browser.get(f"/figures/people/{company.manager.me}/").status_code == 404
