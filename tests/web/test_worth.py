"""The page of what rules are worth: each in the words of the process, each number open, silent below the fewest deals."""

import csv
import io
import re

import pytest

from svyazka.presale.commitments.models import Commitment
from svyazka.presale.deals.models import Deal
from svyazka.presale.process.queries import current_process
from tests.company import TUESDAY, Company, found_company
from tests.histories import DAY, LARGE, SMALL, closed_life
from tests.web.visitors import browser_of, queries, read

pytestmark = [pytest.mark.requirement("R39"), pytest.mark.usefixtures("morning")]
THEN = TUESDAY - 56 * DAY
PAGE, RULE = "/figures/rules/", "/figures/rules/first_response/"


@pytest.fixture
def company(db: None) -> Company:
    return found_company(THEN - 30 * DAY)


def answered(
    company: Company,
    *,
    kept: tuple[int, int],
    broken: tuple[int, int],
    source: str = "сайт",
    size: str = SMALL,
) -> None:
    """So many won of so many closed, where the client was answered in time, and where he wasn't."""
    for in_time, (won, total) in ((True, kept), (False, broken)):
        for place in range(total):
            closed_life(
                company, THEN, in_time=in_time, end="won" if place < won else "lost", source=source, headcount=size
            )  # fmt: skip


def block(page: str, words: str) -> str:
    """The part of the page about a rule."""
    start = page.index(f">{words}</a>")
    return page[start : page.index("</li>", start)]


def test_a_rule_with_enough_deals_says_what_it_is_worth_and_that_it_is_no_proof(company: Company) -> None:
    answered(company, kept=(15, 20), broken=(5, 20))
    page = read(browser_of(company.owner), PAGE)
    said = block(page, "Answer the client")
    assert "kept: won 75%" in said
    assert "15 of 20" in said
    assert "broken: won 25%" in said
    assert "5 of 20" in said
    assert "Where the rule was kept more were won: by 50 points" in said
    assert '<svg class="worth__picture"' in said
    assert "This isn’t proof that the rule is the cause" in page


def test_below_the_fewest_deals_nothing_is_said_but_how_many_there_are(company: Company) -> None:
    answered(company, kept=(1, 2), broken=(1, 7))
    said = block(read(browser_of(company.owner), PAGE), "Answer the client")
    assert "Too few: we speak from 20 of each." in said
    assert "kept: 2" in said
    assert "%" not in said.replace("%20", "")
    assert "<svg" not in said
    assert "broken: 7" in said
    alone = read(browser_of(company.owner), RULE)
    assert "Too few: we speak from 20 of each." in alone
    assert "Groups of deals alike" not in alone


def test_a_rule_that_never_arose_says_so(company: Company) -> None:
    assert "It hasn’t arisen on a closed deal yet." in block(
        read(browser_of(company.owner), PAGE), "Answer the client"
    )


def test_in_russian_it_is_said_in_the_words_of_the_process(company: Company) -> None:
    answered(company, kept=(15, 20), broken=(5, 20))
    said = block(read(browser_of(company.owner, "ru"), PAGE), "Ответить клиенту")
    assert "Где правило выполнено, выигрывают чаще: на 50 п. п." in said
    assert "15 из 20" in said


def test_every_rule_of_the_process_stands_there_in_its_order(company: Company) -> None:
    page = read(browser_of(company.owner), PAGE)
    process = current_process()[1]
    terms = [page.index(f'href="/figures/rules/{term.key}/"') for term in process.terms]
    assert terms == sorted(terms)
    checks = [
        page.index(f'href="/figures/rules/{stage.key}.{check.key}/"')
        for stage in process.stages for check in stage.checks if check.strength == "stop"
    ]  # fmt: skip
    assert checks == sorted(checks)
    assert terms[-1] < checks[0]


def test_each_number_opens_the_deals_that_it_counts_and_shows_its_formula(company: Company) -> None:
    answered(company, kept=(15, 22), broken=(5, 20))
    browser = browser_of(company.owner)
    page = read(browser, PAGE)
    for side, total in (("kept", 22), ("broken", 20)):
        assert f'href="{RULE}?side={side}"' in page
        assert read(browser, f"{RULE}?side={side}").count('class="row__number"') == total
    alone = read(browser, RULE)
    assert "15 won ÷ 22 closed" in alone
    assert "68% − 25%" in alone
    assert 'role="img" aria-label="Among deals alike +43 points, from +' in alone


def test_the_groups_that_the_figure_comes_from_are_shown_with_their_weights(company: Company) -> None:
    answered(company, kept=(8, 10), broken=(2, 10), source="рекомендация")
    answered(company, kept=(4, 15), broken=(1, 10), size=LARGE)
    closed_life(company, THEN, in_time=True, source="выставка")
    alone = read(browser_of(company.owner), RULE)
    groups = alone[alone.index("Groups of deals alike") :]
    cells = [
        re.findall(r">([^<>]+)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", groups, re.DOTALL)
    ]
    assert ["Request accepted", "сайт", "large", "4 of 15", "1 of 10", "6"] in cells
    assert ["Request accepted", "рекомендация", "small", "8 of 10", "2 of 10", "5"] in cells
    assert "1 deal is in groups with one side only and has no say." in alone


def test_a_long_list_goes_on_page_by_page(company: Company) -> None:
    answered(company, kept=(0, 52), broken=(0, 1))
    browser = browser_of(company.owner)
    first = read(browser, f"{RULE}?side=kept")
    assert first.count('class="row__number"') == 50
    following = re.search(rf'href="({RULE}\?side=kept&(?:amp;)?after=\d+)"', first)
    assert following
    assert read(browser, following[1].replace("&amp;", "&")).count('class="row__number"') == 2
    assert read(browser, f"{RULE}?side=kept&after=x").count('class="row__number"') == 50
    assert "There are no such deals." in read(browser, f"{RULE}?side=kept&after=1")


def test_the_last_year_is_looked_at_and_all_deals_when_somebody_asks(company: Company) -> None:
    deal = closed_life(company, THEN, in_time=True)
    browser = browser_of(company.owner)
    assert "kept: 1" in block(read(browser, PAGE), "Answer the client")
    Deal.objects.filter(pk=deal).update(closed_at=THEN - 400 * DAY)
    Commitment.objects.filter(deal=deal).update(due_at=THEN - 401 * DAY)
    assert "It hasn’t arisen" in block(read(browser, PAGE), "Answer the client")
    everything = read(browser, f"{PAGE}?period=all")
    assert "kept: 1" in block(everything, "Answer the client")
    assert (
        f'href="{RULE}?side=kept&amp;period=all"' in everything
        or f'href="{RULE}?side=kept&period=all"' in everything
    )
    assert read(browser, f"{RULE}?side=kept&period=all").count('class="row__number"') == 1
    assert "There are no such deals." in read(browser, f"{RULE}?side=kept")


def test_what_people_typed_is_shown_and_never_run(company: Company) -> None:
    answered(company, kept=(15, 20), broken=(5, 20), source="<script>alert(1)</script>")
    alone = read(browser_of(company.owner), RULE)
    assert "<script>alert" not in alone
    assert "&lt;script&gt;alert(1)" in alone


def test_everybody_of_ours_sees_it_and_a_partner_agent_and_an_unknown_rule_are_not_found(
    company: Company,
) -> None:
    read(browser_of(company.programmer), PAGE)
    for path in (PAGE, RULE):
        assert browser_of(company.agent).get(path).status_code == 404
    assert browser_of(company.owner).get("/figures/rules/nonsense/").status_code == 404


def test_it_costs_the_same_for_one_deal_and_for_thirty(company: Company) -> None:
    browser = browser_of(company.owner)
    answered(company, kept=(1, 1), broken=(0, 1))
    few, few_alone = queries(browser, PAGE), queries(browser, RULE)
    answered(company, kept=(5, 15), broken=(5, 15), source="рекомендация")
    assert queries(browser, PAGE) == few
    assert queries(browser, RULE) == few_alone


def test_the_overview_leads_there(company: Company) -> None:
    closed_life(company, THEN, in_time=True)
    assert f'href="{PAGE}"' in read(browser_of(company.owner), "/overview/")


def test_the_number_that_was_opened_stands_above_its_deals_and_they_are_a_file(company: Company) -> None:
    answered(company, kept=(15, 53), broken=(5, 20))
    browser = browser_of(company.owner)
    for side, total, won in (("kept", 53, 15), ("broken", 20, 5)):
        page = re.sub(r"<[^>]+>", " ", read(browser, f"{RULE}?side={side}"))
        assert f"{total} closed deals where it was {side} {won} of them won:" in " ".join(page.split())
        file = browser.get(f"{RULE}?side={side}&format=csv").content.decode("utf-8-sig").splitlines()
        assert len(file) == 1 + total
        assert sum(",won," in line for line in file) == won


def test_what_all_rules_are_worth_is_a_file_and_so_are_the_groups(company: Company) -> None:
    answered(company, kept=(15, 20), broken=(5, 20))
    browser = browser_of(company.owner)
    assert f'href="{PAGE}?format=csv" download' in read(browser, PAGE)
    rules = list(csv.DictReader(io.StringIO(browser.get(f"{PAGE}?format=csv").content.decode("utf-8-sig"))))
    process = current_process()[1]
    checks = sum(check.strength == "stop" for stage in process.stages for check in stage.checks)
    assert len(rules) == len(process.terms) + checks
    said = next(row for row in rules if row["Rule"] == "Answer the client")
    assert (said["Kept, deals"], said["Won where kept"], said["Won where broken"]) == ("20", "0.75", "0.25")
    assert said["Among deals alike"] == "0.5"
    assert said["What it means"].startswith("Where the rule was kept more were won")
    silent = next(row for row in rules if row["Rule"] != "Answer the client")
    assert silent["Won where kept"] == silent["Among deals alike"] == ""
    groups = browser.get(f"{RULE}?format=csv&table=groups").content.decode("utf-8-sig")
    assert "Request accepted,сайт,small,15,20,5,20" in groups
