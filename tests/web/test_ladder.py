"""The ladder of a company, and its rules in the shadow: whom each would stop is seen before it is let to."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine

from svyazka.presale.stages.commands import complete_stage
from tests.company import TUESDAY, Company, accepted_deal
from tests.reviews import won
from tests.web.visitors import browser_of, queries, read

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.requirement("R26")]

DAY = timedelta(days=1)
ROOM = "preparation.room_known"


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


def block(page: str, path: str) -> str:
    """What stands about one check."""
    return page.split(f'id="{path}"')[1].split("</details>", maxsplit=1)[0]


@pytest.fixture
def deal(company: Company) -> int:
    """One that left its preparation without knowing who comes, where that only warns."""
    made = accepted_deal(company)
    complete_stage(deal_id=made, stage="request", actor=company.manager, at=TUESDAY)
    complete_stage(deal_id=made, stage="preparation", reason="клиент едет", actor=company.manager, at=TUESDAY)
    return made


def test_each_rung_says_what_it_gives_by_what_it_is_told_and_what_comes_next(company: Company) -> None:
    page = read(browser_of(company.owner), "/process/ladder/")
    said = words(page)
    assert "The company stands on the rung “Paper”. Next comes “Sheet”." in said
    for one in (
        "The process is written: version 1",
        "Deals kept here: 0, wanted: 10",
        "Stages left in the last 90 days: 0, wanted: 10",
        "Checks that stop: 20",
        "Deals closed within a year: 0, wanted: 20",
    ):
        assert one in said
    for href in ("/process/sheet/", "/process/workbook/", "/process/shadow/", "/figures/people/"):
        assert f'href="{href}"' in page
    assert page.count("process__rung--tied") == 1
    assert page.count("process__rung--open") == 1


def test_it_is_said_in_russian_too(company: Company, deal: int) -> None:
    browser = browser_of(company.owner, "ru")
    assert "Компания стоит на ступени «Бумага». Следующая — «Таблица»." in words(
        read(browser, "/process/ladder/")
    )
    assert "остановил бы 1 из 1 сделки" in words(block(read(browser, "/process/shadow/"), ROOM))
    assert "За последние 90 дней: остановил бы 1 из 1 сделки." in words(
        read(browser, f"/process/edit/?stop={ROOM}")
    )


def test_it_is_for_those_who_answer_for_the_process_and_the_units(company: Company) -> None:
    for who in (company.owner, company.administrator, company.head):
        browser = browser_of(who)
        assert 'href="/process/ladder/"' in read(browser, "/process/")
        for path in ("/process/ladder/", "/process/shadow/", "/process/rehearsal/deals/?of=1"):
            assert browser.get(path).status_code == 200
    browser = browser_of(company.manager)
    assert 'href="/process/ladder/"' not in read(browser, "/process/")
    for path in ("/process/ladder/", "/process/shadow/", "/process/rehearsal/deals/?of=1"):
        assert browser.get(path).status_code == 403


def test_a_check_in_the_shadow_names_the_deals_before_the_switch(company: Company, deal: int) -> None:
    page = block(read(browser_of(company.owner), "/process/shadow/"), ROOM)
    assert "would have stopped 1 of 1 deal" in words(page)
    assert page.index("С-2026-0001") < page.index(f'href="/process/edit/?stop={ROOM}"')


def test_days_choose_how_far_it_looks_back(company: Company, deal: int) -> None:
    with time_machine.travel(TUESDAY + 40 * DAY, tick=False):
        browser = browser_of(company.owner)
        assert "would have stopped 1 of 1" in words(block(read(browser, "/process/shadow/"), ROOM))
        assert "no deal has left this stage" in block(read(browser, "/process/shadow/?days=30"), ROOM)
        assert read(browser, "/process/shadow/?days=nonsense")


def test_the_switch_leads_to_a_new_version_with_the_number_beside_the_change(
    company: Company, deal: int
) -> None:
    browser = browser_of(company.owner)
    page = read(browser, f"/process/edit/?stop={ROOM}")
    assert "warns → stops" in words(page)
    assert "Last 90 days: would have stopped 1 of 1 deal. See the deals" in words(page)
    text = unescape(re.search(r"<textarea[^>]*data-process[^>]*>\n?(.*?)</textarea>", page, re.DOTALL)[1])  # type: ignore[index]
    sent = {"text": text, "note": "Без участников не едем", "instead_of": "1"}
    checked = words(browser.post("/process/lint/", sent).content.decode())
    assert "would have stopped 1 of 1 deal" in checked
    assert browser.post("/process/edit/", sent).status_code == 303
    assert f'id="{ROOM}"' not in read(browser, "/process/shadow/")


def test_a_change_that_stops_nothing_new_is_told_without_a_number(company: Company, deal: int) -> None:
    browser = browser_of(company.owner)
    page = read(browser, "/process/edit/")
    text = unescape(re.search(r"<textarea[^>]*data-process[^>]*>\n?(.*?)</textarea>", page, re.DOTALL)[1])  # type: ignore[index]
    for old, new in (("strength: warn", "strength: observe"), ("limit: 3d", "limit: 4d")):
        sent = {"text": text.replace(old, new), "note": "", "instead_of": "1"}
        assert "Last 90 days" not in browser.post("/process/lint/", sent).content.decode()


def test_a_check_that_is_not_there_leaves_the_text_as_it_is(company: Company) -> None:
    browser = browser_of(company.owner)
    for stop in ("preparation.nothing", "nonsense", "a.b.c", "<script>"):
        assert "Nothing is changed yet" in read(browser, f"/process/edit/?stop={stop}")


def test_a_head_proposes_it_with_the_number(company: Company, deal: int) -> None:
    browser = browser_of(company.head)
    page = block(read(browser, "/process/shadow/"), ROOM)
    assert f'href="/process/proposals/new/?stop={ROOM}"' in page
    form = read(browser, f"/process/proposals/new/?stop={ROOM}")
    assert f'value="check:{ROOM}" selected' in form
    assert "Last 90 days: would have stopped 1 of 1 deal." in unescape(form)
    assert "Last 90 days" not in read(browser, "/process/proposals/new/?stop=preparation.nothing")
    assert "Last 90 days" not in read(browser_of(company.manager), f"/process/proposals/new/?stop={ROOM}")


def test_both_pages_cost_the_same_for_one_deal_and_for_many(company: Company) -> None:
    browser = browser_of(company.owner)
    won(company)
    before = [queries(browser, path) for path in ("/process/ladder/", "/process/shadow/")]
    for inn in ("7728168971", "5024002119"):
        won(company, inn=inn)
    assert [queries(browser, path) for path in ("/process/ladder/", "/process/shadow/")] == before
