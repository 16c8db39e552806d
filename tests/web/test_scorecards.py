"""Pages of scorecards: one's own first, each figure with its rows and its formula, no table of who is best."""

import csv
import io
import re
from datetime import timedelta

import pytest

from svyazka.presale.commitments.commands import keep, open_commitment
from svyazka.presale.deals.commands import say_chased
from tests.company import TUESDAY, Company, accepted_deal, found_company
from tests.presale.test_scorecards import three_experts
from tests.slips import estimated
from tests.web.visitors import browser_of, queries, read

pytestmark = [
    pytest.mark.requirement("R32"),
    pytest.mark.requirement("R42"),
    pytest.mark.usefixtures("morning"),
]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEFORE = TUESDAY - 28 * DAY


@pytest.fixture
def company(db: None) -> Company:
    return found_company(TUESDAY - 250 * DAY)


def owe(us: Company, deal: int, kept: int, late: int = 0) -> None:
    """Promises of the expert's."""
    for place in range(kept + late):
        due = BEFORE + 2 * DAY
        pk = open_commitment(
            deal_id=deal, performer_id=us.expert.me, result=f"Раздел {place + 1}", due_at=due, actor=us.manager, at=BEFORE
        )  # fmt: skip
        keep(commitment_id=pk, actor=us.expert, at=due - HOUR if place < kept else due + DAY)


def figure(page: str, name: str) -> str:
    """The part of the page about a figure."""
    begin = page.index(f"<h3>{name}</h3>")
    return page[begin : page.index("</ul>", begin)]


def test_ones_own_card_says_each_figure_with_its_count_interval_and_formula(company: Company) -> None:
    owe(company, accepted_deal(company, BEFORE), 6, 2)
    page = read(browser_of(company.expert), "/figures/people/")
    assert "You see your figures as they are now" in page
    assert "as they stood on Mon, November 16" in page
    told = figure(page, "Share of promises kept")
    assert f'href="/figures/people/{company.expert.me}/rows/expert/promises_kept/"' in told
    assert ">75%</a>" in told
    assert "6 of 8" in told
    # Wilson's interval of 6 of 8
    assert "most likely between 41% and 93%" in told
    assert "kept / (kept + late + broken)" in told
    assert "mean of the role" not in told, "of one expert there is none"
    scale = re.search(r'role="img" aria-label="([^"]*)"', told)
    assert scale is not None
    assert scale[1] == "75%, most likely between 41% and 93%"


def test_few_cases_have_counts_and_no_figure(company: Company) -> None:
    owe(company, accepted_deal(company, BEFORE), 3, 1)
    told = figure(read(browser_of(company.expert), "/figures/people/"), "Share of promises kept")
    assert "3 of 4</a>" in told
    assert "too few for a figure" in told
    assert "%" not in told
    assert "<svg" not in told


def test_the_card_is_russian_for_a_russian(company: Company) -> None:
    owe(company, accepted_deal(company, BEFORE), 6, 2)
    page = read(browser_of(company.expert, "ru"), "/figures/people/")
    told = figure(page, "Доля сдержанных обещаний")
    assert "скорее всего, от 41 % до 93 %" in told
    assert "в срок / (в срок + с опозданием + не выполнено)" in told
    assert "Пока не измеряется: следующий шаг назван на самой встрече." in page


def test_what_is_not_measured_is_said(company: Company) -> None:
    accepted_deal(company, BEFORE)
    page = read(browser_of(company.manager), "/figures/people/")
    assert "Not measured yet: all papers of the deal in one folder; tasks have a result" in page


def test_every_number_of_a_card_opens_its_rows(company: Company) -> None:
    deal = accepted_deal(company, BEFORE)
    owe(company, deal, 6, 2)
    say_chased(deal_id=deal, actor=company.head, at=BEFORE + HOUR)
    say_chased(deal_id=deal, actor=company.programmer, at=BEFORE + HOUR)
    for person in (company.manager, company.expert, company.dispatcher, company.programmer):
        browser = browser_of(person)
        page = read(browser, "/figures/people/")
        links = set(re.findall(r'href="(/figures/people/\d+/[^"]+)"', page))
        assert links
        for link in links:
            read(browser, link.replace("&amp;", "&"))
    rows = read(browser_of(company.expert), f"/figures/people/{company.expert.me}/rows/expert/promises_kept/")
    assert rows.count('class="row"') == 8
    assert rows.count("kept late") == 2
    assert "Раздел 8" in rows
    chased = read(
        browser_of(company.manager), f"/figures/people/{company.manager.me}/rows/manager/client_reminders/"
    )
    assert "the client asked “when?” × 2" in chased
    assert "had to ask “when?” while this person led them" in chased


def test_long_lists_come_by_pages(company: Company) -> None:
    owe(company, accepted_deal(company, BEFORE), 52)
    browser = browser_of(company.expert)
    path = f"/figures/people/{company.expert.me}/rows/expert/promises_kept/?term="
    first = read(browser, path)
    assert first.count('class="row"') == 50
    onward = re.search(r'href="(\?[^"]*page=2)"', first)
    assert onward is not None
    second = read(browser, path.partition("?")[0] + onward[1].replace("&amp;", "&"))
    assert second.count('class="row"') == 2
    assert "page=1" in second
    for wrong in ("x", "-1", "99999999", "٣"):
        read(browser, f"{path}&page={wrong}")


def test_what_stands_in_an_address_is_never_taken_for_a_term(company: Company) -> None:
    owe(company, accepted_deal(company, BEFORE), 1)
    browser = browser_of(company.expert)
    for term in ("nothing", "%22%3E%3Cscript%3Ealert(1)%3C/script%3E"):
        path = f"/figures/people/{company.expert.me}/rows/expert/promises_kept/?term={term}&page=2"
        answer = browser.get(path)
        assert answer.status_code == 404
        assert b"<script>alert" not in answer.content


def test_a_date_that_slipped_leads_to_its_deal(company: Company) -> None:
    owe(company, accepted_deal(company, BEFORE), 0, 1)
    for path in ("/figures/people/", f"/figures/people/{company.expert.me}/breaches/"):
        page = read(browser_of(company.expert), path)
        assert 'href="/deals/2026-0001/"' in page
        assert "1 d late" in page


def test_what_came_late_from_others_stands_beside_what_slipped(company: Company) -> None:
    estimated(company, BEFORE, submitted=HOUR, reviewed=7 * HOUR)
    for path in ("/figures/people/", f"/figures/people/{company.expert.me}/breaches/"):
        page = read(browser_of(company.expert), path)
        assert "Came late: Make the estimate: 1 h late (estimator, Вера Яшина)" in page
    assert "Came late" not in read(browser_of(company.estimator), "/figures/people/"), "it was his own"


def test_a_date_that_was_saved_says_whose_delay_was_made_up_for(company: Company) -> None:
    estimated(company, BEFORE, submitted=HOUR, reviewed=HOUR)
    for path in ("/figures/people/", f"/figures/people/{company.expert.me}/saves/"):
        page = read(browser_of(company.expert), path)
        assert "1 h saved" in page
        assert "Came late: Make the estimate: 1 h late (estimator, Вера Яшина)" in page


def test_others_see_it_as_of_a_week_ago_and_are_told_so(company: Company) -> None:
    owe(company, accepted_deal(company, BEFORE), 6, 2)
    me = company.expert.me
    page = read(browser_of(company.head), f"/figures/people/{me}/")
    assert "As it stood on Mon, November 16" in page
    assert "for the same people: the person and whoever may see their card" in page
    assert "6 of 8" in page
    assert "You see your figures" not in page
    assert "As it stood on Mon, November 16" in read(
        browser_of(company.head), f"/figures/people/{me}/rows/expert/promises_kept/"
    )


def test_people_are_listed_by_unit_and_name_without_any_figure(company: Company) -> None:
    owe(company, accepted_deal(company, BEFORE), 6, 2)
    page = read(browser_of(company.administrator), "/figures/people/")
    listed = page[page.index('id="people"') :]
    names = re.findall(r'href="/figures/people/\d+/">([^<]+)</a>', listed)
    assert names == [
        "Ветров Антон", "Климов Олег", "Титов Игорь", "Яшина Вера",
        "Лосев Павел", "Ракитина Анна", "Серова Мария",
        "Белов Сергей", "Орлов Глеб",
    ]  # fmt: skip
    assert "%" not in listed
    own = read(browser_of(company.head), "/figures/people/")
    assert "Климов Олег" in own
    assert "Серова Мария" not in own
    assert 'id="people"' not in read(browser_of(company.expert), "/figures/people/")


@pytest.mark.parametrize("rest", ["", "breaches/", "saves/", "rows/expert/promises_kept/"])
def test_a_colleagues_card_is_not_there_for_others(company: Company, rest: str) -> None:
    owe(company, accepted_deal(company, BEFORE), 6, 2)
    path = f"/figures/people/{company.expert.me}/{rest}"
    for viewer in (company.manager, company.programmer, company.dispatcher, company.owner, company.agent):
        assert browser_of(viewer).get(path).status_code == 404
    for viewer in (company.expert, company.head, company.administrator):
        assert browser_of(viewer).get(path).status_code == 200


def test_a_partner_agent_has_no_card(company: Company) -> None:
    for path in ("/figures/people/", f"/figures/people/{company.agent.me}/"):
        assert browser_of(company.agent).get(path).status_code == 404
    assert "/figures/people/" not in read(browser_of(company.agent), "/window/")


def test_who_has_done_nothing_yet_is_told_where_figures_come_from(company: Company) -> None:
    page = read(browser_of(company.fixer), "/figures/people/")
    assert "There is nothing to count yet" in page
    assert 'href="/window/new/"' in page


def test_ones_own_figures_are_a_link_away_from_my_day_and_from_ones_page(company: Company) -> None:
    browser = browser_of(company.expert)
    for path in ("/", "/settings/", f"/people/{company.expert.me}/"):
        assert 'href="/figures/people/"' in read(browser, path)
    assert f'href="/figures/people/{company.expert.me}/"' in read(
        browser_of(company.head), f"/people/{company.expert.me}/"
    )
    assert "/figures/people/" not in read(browser_of(company.manager), f"/people/{company.expert.me}/")


def test_a_page_costs_the_same_for_one_deal_and_for_many(company: Company) -> None:
    browser = browser_of(company.expert)
    owe(company, accepted_deal(company, BEFORE), 1, 1)
    first = queries(browser, "/figures/people/")
    for inn in ("7728168971", "5024002119", "7736050003", "7702070139"):
        owe(company, accepted_deal(company, BEFORE, inn=inn), 1, 1)
    assert queries(browser, "/figures/people/") == first


def test_the_figure_drawn_towards_the_mean_and_the_count_are_told_apart_in_words(company: Company) -> None:
    three_experts(company)  # the first of whom kept 2 of 10
    browser = browser_of(company.expert)
    told = figure(read(browser, "/figures/people/"), "Share of promises kept")
    drawn = re.search(r">(\d+%)</a> <span class=\"muted\">drawn towards the mean of the role</span>", told)
    assert drawn
    assert drawn[1] != "20%"
    assert "as counted: 2 of 10, which is 20%" in told
    interval = re.search(r"most likely between \d+% and \d+%", told)
    assert interval
    rows = read(browser, f"/figures/people/{company.expert.me}/rows/expert/promises_kept/")
    assert f'figure__value">{drawn[1]}</div>' in rows
    assert "drawn towards the mean of the role" in rows
    assert f"{interval[0]}; as counted: 2 of 10, which is 20%; mean of the role: " in rows
    part = read(browser, f"/figures/people/{company.expert.me}/rows/expert/promises_kept/?term=")
    assert "drawn towards" not in part, "of a part there is only the count"


def test_a_card_its_lists_and_the_rows_behind_it_are_files(company: Company) -> None:
    owe(company, accepted_deal(company, BEFORE), 50, 3)
    estimated(company, BEFORE, submitted=HOUR, reviewed=2 * HOUR)
    browser, mine = browser_of(company.expert), f"/figures/people/{company.expert.me}/"

    def file(address: str) -> list[list[str]]:
        return list(csv.reader(io.StringIO(browser.get(address).content.decode("utf-8-sig"))))

    for address in (f"{mine}?format=csv", "/figures/people/?format=csv"):
        promises = next(row for row in file(address) if row[1] == "Share of promises kept")
        assert promises[0] == "Expert"
        assert int(promises[2]) >= 53
    terms = file(f"{mine}?format=csv&table=terms")
    assert ["Expert", "Agreed in words", "50", "3", "0"] in terms
    rows = file(f"{mine}rows/expert/promises_kept/?format=csv")
    assert len(rows) == 1 + int(promises[2]), "not a page of them only"
    slips = file(f"{mine}breaches/?format=csv")
    assert [row[1] for row in slips[1:]].count("Раздел 51") == 1
    assert file(f"{mine}saves/?format=csv")[0][5] == "Saved, min"
    assert browser_of(company.programmer).get(f"{mine}?format=csv").status_code == 404
