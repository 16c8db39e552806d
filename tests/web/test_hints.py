"""The page of what is worth a look: questions, the deals behind them, the person last, and not there for others."""

import re
from datetime import timedelta

import pytest

from svyazka.engine.gaming import FEWEST
from svyazka.presale.deals.commands import receive_request, say_contacted
from svyazka.presale.insight.gaming import A_FEW, LOOKS
from svyazka.presale.stages.commands import complete_stage
from svyazka.web.hints.telling import WORDS
from tests.company import TUESDAY, WHOLE_REQUEST, Company, accepted_deal, found_company
from tests.web.visitors import browser_of, queries, read

pytestmark = [pytest.mark.requirement("R39"), pytest.mark.usefixtures("morning")]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
THEN = TUESDAY - 14 * DAY
PAGE, HOPS, RUSH = "/figures/hints/", "/figures/hints/hop/preparation/", "/figures/hints/rush/first_response/"


@pytest.fixture
def company(db: None) -> Company:
    return found_company(TUESDAY - 30 * DAY)


def hop(company: Company) -> None:
    deal = accepted_deal(company, THEN)
    for stage, minutes in (("request", 60), ("preparation", 62)):
        complete_stage(
            deal_id=deal, stage=stage, reason="Клиент торопит, договорились по телефону", actor=company.manager,
            at=THEN + minutes * MINUTE,
        )  # fmt: skip


def answer(company: Company, minutes: int) -> None:
    deal = receive_request(
        answers=WHOLE_REQUEST, actor=company.programmer, at=THEN, source="сайт", sure=True
    ).deal_id
    say_contacted(deal_id=deal, how="позвонила", actor=company.dispatcher, at=THEN + minutes * MINUTE)


def test_every_way_of_looking_has_its_words() -> None:
    assert set(WORDS) == set(LOOKS)


def test_where_nothing_is_odd_the_page_says_what_was_looked_at(company: Company) -> None:
    page = read(browser_of(company.owner), PAGE)
    nothing = page[page.index("Nothing stands out here") :]
    for words in WORDS.values():
        assert str(words.title) in nothing
    assert "0 cases were looked at." in nothing


def test_a_hint_is_a_question_about_a_place_and_opens_its_deals_with_the_person_last(
    company: Company,
) -> None:
    for _ in range(A_FEW):
        hop(company)
    browser = browser_of(company.administrator)
    page = read(browser, PAGE)
    hint = page[page.index("Stages passed within five minutes") : page.index("Nothing stands out here")]
    assert "wasn’t it done?" in hint
    assert f'href="{HOPS}"' in hint
    assert "3 cases of 3, 100%" in hint
    assert "Серова" not in page
    cases = read(browser, HOPS)
    rows = cases[cases.index("<tbody>") : cases.index("</tbody>")].strip().split("<tr>")[1:]
    assert len(rows) == A_FEW
    for row in rows:
        assert "Северный лес" in row
        assert row.rindex("Серова") > row.rindex("Северный лес")
        assert row.rstrip().removesuffix("</tr>").removesuffix("</td>").endswith("Мария Серова")


def test_names_stand_only_where_the_reader_may_see_the_persons_card(company: Company) -> None:
    """The head sees those of his unit, and the owner of the process rules and places."""
    for _ in range(A_FEW):
        hop(company)
    for viewer, is_named in ((company.administrator, True), (company.head, False), (company.owner, False)):
        page = read(browser_of(viewer), HOPS)
        assert page.count("Северный лес") >= A_FEW
        assert ("Мария Серова" in page) is is_named
        assert ("<td>—</td>" in page) is not is_named
        assert "A name stands only where you may see the person’s scorecard." in page


def test_a_heap_says_what_would_be_usual(company: Company) -> None:
    for minutes in (100, 125):
        answer(company, minutes)
    for _ in range(FEWEST - 2):
        answer(company, 118)
    browser = browser_of(company.owner, "ru")
    page = read(browser, PAGE)
    assert "28 у самого предела; чуть раньше 1 и чуть позже 1, так что обычно было бы около 1" in page
    assert "Ответить клиенту" in page
    cases = read(browser, RUSH)
    assert cases.count("<tr>") == FEWEST - 2 + 1
    assert '<td class="figure-cell">118</td><td class="figure-cell">120</td>' in cases


def test_it_is_not_there_for_whoever_does_not_see_to_the_process(company: Company) -> None:
    for who in (company.owner, company.administrator, company.head):
        read(browser_of(who), PAGE)
        assert f'href="{PAGE}"' in read(browser_of(who), "/figures/rules/")
    for who in (company.manager, company.dispatcher, company.programmer, company.agent):
        for path in (PAGE, HOPS):
            assert browser_of(who).get(path).status_code == 404
    assert f'href="{PAGE}"' not in read(browser_of(company.manager), "/figures/rules/")


def test_a_hint_that_there_can_not_be_is_not_found(company: Company) -> None:
    browser = browser_of(company.owner)
    for path in ("nonsense/preparation/", "hop/nonsense/", "rush/preparation/", "told/huddle.held/"):
        assert browser.get(f"{PAGE}{path}").status_code == 404
    assert "There are no such deals." in read(browser, HOPS)


def test_it_costs_the_same_for_three_cases_and_for_nine(company: Company) -> None:
    browser = browser_of(company.owner)
    for _ in range(A_FEW):
        hop(company)
    few, few_cases = queries(browser, PAGE), queries(browser, HOPS)
    for _ in range(6):
        hop(company)
    assert queries(browser, PAGE) == few
    assert queries(browser, HOPS) == few_cases


def test_hints_and_the_deals_behind_them_are_files_without_names(company: Company) -> None:
    for _ in range(A_FEW):
        hop(company)
    browser = browser_of(company.owner)
    found = browser.get(f"{PAGE}?format=csv").content.decode("utf-8-sig").splitlines()
    assert found[1] == 'Stages passed within five minutes,Preparation,"3 cases of 3, 100%"'
    cases = browser.get(f"{HOPS}?format=csv").content.decode("utf-8-sig")
    assert len(cases.splitlines()) == 1 + A_FEW
    assert "Северный лес" in cases
    assert "Серова" not in cases
    assert browser_of(company.manager).get(f"{HOPS}?format=csv").status_code == 404


def test_the_number_of_a_hint_stands_above_its_deals(company: Company) -> None:
    for _ in range(A_FEW):
        hop(company)
    page = " ".join(re.sub(r"<[^>]+>", " ", read(browser_of(company.owner), HOPS)).split())
    assert "3 of 3 cases looked at, 100% Stages passed within five minutes" in page
