"""The owner's page: progress without asking anybody."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from svyazka.presale.commitments.commands import open_commitment
from svyazka.presale.deals.commands import close_request, receive_request, say_chased, say_contacted
from svyazka.presale.deals.models import Deal
from svyazka.presale.deals.queries import rows_by_id
from svyazka.presale.stages.commands import lose, win
from tests.company import TUESDAY, WHOLE_REQUEST, Company, accepted_deal, found_company, whole_request
from tests.meetings import closed
from tests.web.visitors import browser_of, queries, read

pytestmark = [pytest.mark.requirement("R37"), pytest.mark.usefixtures("morning")]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def company(db: None) -> Company:
    return found_company(TUESDAY - 30 * DAY)


def owe(company: Company, deal: int, result: str, days: int, *, on_client: bool = False) -> None:
    open_commitment(
        deal_id=deal, performer_id=company.expert.me, result=result, due_at=TUESDAY + days * DAY, actor=company.manager,
        at=TUESDAY - 5 * DAY, on_client=on_client,
    )  # fmt: skip


def won(company: Company, deal: int) -> None:
    win(
        deal_id=deal, contract_number="Д-7", contract_sum=Decimal(900_000), contract_date=TUESDAY.date(),
        reason="they signed at once", actor=company.manager, at=TUESDAY - HOUR,
    )  # fmt: skip


def lost(company: Company, deal: int) -> None:
    lose(
        deal_id=deal, reason="client_side.frozen", evidence="a letter of the client", client_words="in spring",
        actor=company.manager, at=TUESDAY - HOUR,
    )  # fmt: skip


def section(page: str, title: str) -> str:
    """The part of the page under a heading."""
    rest = page[page.index(f"{title} ") if f"<h2>{title} " in page else page.index(f"<h2>{title}") :]
    return rest[: rest.find("</section>")]


def figure(page: str, label: str) -> str:
    found = re.search(r'aria-label="([^":]*): ' + label + '"', page)
    assert found, label
    return found[1]


def test_it_tells_what_changed_since_yesterday_and_who_did_it(company: Company) -> None:
    old = accepted_deal(company, TUESDAY - 10 * DAY)
    say_chased(deal_id=old, actor=company.programmer, at=TUESDAY - 2 * HOUR)
    say_chased(deal_id=old, actor=company.head, at=TUESDAY - 3 * DAY)
    news = section(read(browser_of(company.owner), "/overview/"), "Since yesterday")
    assert news.count("The client had to ask “when?”") == 1
    assert "Антон Ветров" in news
    assert "Игорь Титов" not in news


def test_what_waits_for_us_and_what_for_the_client_are_told_apart(company: Company) -> None:
    late = accepted_deal(company, TUESDAY - 10 * DAY)
    owe(company, late, "The export", -1)
    theirs = receive_request(
        answers={**WHOLE_REQUEST, "company": "АО «Маяк»", "inn": "", "phone": "+7 495 111-22-33", "email": ""},
        actor=company.programmer, at=TUESDAY - 5 * DAY, source="x", sure=True,
    ).deal_id  # fmt: skip
    owe(company, theirs, "Their statute", 1, on_client=True)
    page = read(browser_of(company.owner), "/overview/")
    assert "Северный лес" in section(page, "Waiting for us")
    assert "Маяк" not in section(page, "Waiting for us")
    assert "Маяк" in section(page, "Waiting for the client")


def test_conversion_leaves_out_spam_and_shows_the_share_still_open_and_the_marks(company: Company) -> None:
    deals = [accepted_deal(company, TUESDAY - 10 * DAY) for _ in range(4)]
    won(company, deals[0])
    lost(company, deals[1])
    spam = whole_request(company).deal_id
    close_request(
        deal_id=spam, status="spam", reason="an advertisement", actor=company.dispatcher, at=TUESDAY
    )
    page = read(browser_of(company.owner), "/overview/")
    conversion = section(page, "Conversion from request to contract, 365 days")
    assert ">25%<" in conversion
    assert "1 of 4; duplicates and spam left out" in conversion
    assert "2 deals are still undecided" in conversion
    assert 'class="overview__won" y="5" width="25.0%"' in conversion
    assert 'class="overview__open" y="5" width="75.0%"' in conversion
    for mark in ("8–10%", "25%", "70%"):
        assert f"<tspan>{mark}</tspan>" in conversion
    assert figure(page, "won in 30 days") == "1"
    assert figure(page, "received in 30 days") == "4"
    assert figure(page, "deals under way") == "2"


@pytest.mark.parametrize(
    ("undecided", "russian"),
    [(1, "1 сделка ещё не решена"), (2, "2 сделки ещё не решены"), (5, "5 сделок ещё не решены")],
)
def test_russian_plurals_agree(company: Company, undecided: int, russian: str) -> None:
    for _ in range(undecided):
        whole_request(company)
    assert russian in read(browser_of(company.owner, "ru"), "/overview/")


def test_an_empty_company_has_an_overview_too(company: Company) -> None:
    page = read(browser_of(company.owner), "/overview/")
    assert "No request has come in yet" in page
    assert "Nothing is overdue" in page


def test_each_units_number_opens_the_list_behind_it(company: Company) -> None:
    deal = accepted_deal(company, TUESDAY - 10 * DAY)
    owe(company, deal, "Late export", -1)
    owe(company, deal, "Coming export", 3)
    owe(company, deal, "Their statute", 1, on_client=True)
    browser = browser_of(company.owner)
    page = read(browser, "/overview/")
    link = f"/overview/units/{company.delivery_unit}/"
    found = re.search(rf'<a href="{link}">(\d+)</a></td>.*?{link}\?overdue=1">(\d+)</a>', page, re.DOTALL)
    assert found
    everything, late = read(browser, link), read(browser, f"{link}?overdue=1")
    assert everything.count('class="row ') + everything.count('class="row"') == int(found[1])
    assert late.count('class="row ') == int(found[2])
    assert "Late export" in late
    assert "Coming export" not in late
    assert "Their statute" not in everything


def test_each_number_opens_the_deals_that_it_counts(company: Company) -> None:
    for days in (400, 200, 10):
        won(company, accepted_deal(company, TUESDAY - days * DAY))
    spam = whole_request(company).deal_id
    close_request(
        deal_id=spam, status="spam", reason="an advertisement", actor=company.dispatcher, at=TUESDAY
    )
    whole_request(company)
    browser = browser_of(company.owner)
    page = read(browser, "/overview/")
    behind = {"received": 2, "won": 3, "year-won": 2, "year-open": 1}
    for which, count in behind.items():
        assert f'href="/overview/deals/{which}/"' in page
        assert read(browser, f"/overview/deals/{which}/").count('class="row__number"') == count
    assert figure(page, "received in 30 days") == "2"
    assert figure(page, "won in 30 days") == "3"
    assert read(browser, "/overview/deals/year/").count('class="row__number"') == 3
    assert browser.get("/overview/deals/nonsense/").status_code == 404


def test_a_long_list_goes_on_page_by_page(company: Company) -> None:
    for _ in range(52):
        whole_request(company)
    browser = browser_of(company.owner)
    first = read(browser, "/overview/deals/received/")
    assert first.count('class="row__number"') == 50
    following = re.search(r'href="(/overview/deals/received/\?after=\d+)"', first)
    assert following
    assert read(browser, following[1]).count('class="row__number"') == 2
    assert read(browser, "/overview/deals/received/?after=x").count('class="row__number"') == 50
    assert "There are no deals behind this figure" in read(browser, "/overview/deals/received/?after=1")


def test_a_unit_that_owes_nothing_says_so_and_one_that_is_not_there_is_not_found(company: Company) -> None:
    browser = browser_of(company.owner)
    assert "Nobody in this unit owes anything right now." in read(
        browser, f"/overview/units/{company.sales_unit}/"
    )
    assert "Nobody in this unit owes anything right now." in read(browser, "/overview/units/0/")
    for nowhere in (9999, 10**25):
        assert browser.get(f"/overview/units/{nowhere}/").status_code == 404


def test_everybody_of_ours_sees_it_and_a_partner_agent_does_not(company: Company) -> None:
    read(browser_of(company.programmer), "/overview/")
    for path in ("/overview/", f"/overview/units/{company.sales_unit}/", "/overview/deals/won/"):
        assert browser_of(company.agent).get(path).status_code == 404


def test_what_people_typed_is_shown_and_never_run(company: Company) -> None:
    receive_request(
        answers={**WHOLE_REQUEST, "company": "<script>alert(1)</script>"}, actor=company.programmer, at=TUESDAY - HOUR,
        source="x", sure=True,
    )  # fmt: skip
    page = read(browser_of(company.owner), "/overview/")
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_it_costs_the_same_for_one_deal_and_for_thirty(company: Company) -> None:
    browser = browser_of(company.owner)
    for on_client in (False, True):
        first = accepted_deal(company, TUESDAY - 10 * DAY)
        say_chased(deal_id=first, actor=company.head, at=TUESDAY)
        owe(company, first, "Something", 1, on_client=on_client)
    few = queries(browser, "/overview/")
    unit = f"/overview/units/{company.delivery_unit}/"
    few_owed = queries(browser, unit)
    few_received = queries(browser, "/overview/deals/received/")
    for _ in range(10):
        deal = accepted_deal(company, TUESDAY - 9 * DAY)
        say_chased(deal_id=deal, actor=company.head, at=TUESDAY)
        owe(company, deal, "Late export", -1)
        owe(company, deal, "Their statute", 1, on_client=True)
    for _ in range(20):
        whole_request(company)
    assert queries(browser, "/overview/") == few
    assert queries(browser, unit) == few_owed
    assert queries(browser, "/overview/deals/received/") == few_received


@pytest.mark.requirement("R18")
def test_how_many_meetings_a_contract_takes_stands_against_the_goal(company: Company) -> None:
    browser = browser_of(company.owner)
    assert "meetings to a contract" not in read(browser, "/overview/")
    first, second = (
        accepted_deal(company, TUESDAY - 9 * DAY, inn=inn) for inn in ("7728168971", "5024002119")
    )
    for deal, days in ((first, 6), (second, 6), (second, 2)):
        closed(company, deal, at=TUESDAY - days * DAY)
    for deal in (first, second):
        won(company, deal)
    page = read(browser, "/overview/")
    assert ">1.5<" in page
    assert "1 h 45 min, median of 2 deals in a year, goal: 2" in page
    assert "встречи до договора" in read(browser_of(company.owner, "ru"), "/overview/"), "1,5 встречи"


def test_every_number_of_the_overview_stands_above_the_deals_that_it_counts(company: Company) -> None:
    deals = [accepted_deal(company, TUESDAY - 10 * DAY) for _ in range(3)]
    closed(company, deals[0], at=TUESDAY - 6 * DAY)
    won(company, deals[0])
    browser = browser_of(company.owner)
    page = read(browser, "/overview/")
    found = dict(re.findall(r'<a href="/overview/deals/([a-z-]+)/" aria-label="([^:]+): ', page))
    assert set(found) == {"received", "won", "unanswered", "year-won", "year-open", "contracts"}
    counts = {"received": 3, "won": 1, "year": 3, "year-won": 1, "year-open": 2, "contracts": 1}
    for which, count in counts.items():
        rows = read(browser, f"/overview/deals/{which}/")
        assert rows.count('<li class="row') == count
        if which != "contracts":
            assert f'figure__value">{count}</div>' in rows
        file = browser.get(f"/overview/deals/{which}/?format=csv").content.decode("utf-8-sig").splitlines()
        assert len(file) == 1 + count
    assert "1 won, of 3 requests received in 365 days 33%" in " ".join(
        re.sub(r"<[^>]+>", " ", read(browser, "/overview/deals/year-won/")).split()
    )
    assert f'figure__value">{found["contracts"]}</div>' in read(browser, "/overview/deals/contracts/")


def test_requests_without_a_first_answer_are_counted_as_they_are_listed(company: Company) -> None:
    waiting = [whole_request(company).deal_id for _ in range(3)]
    told = whole_request(company).deal_id
    say_contacted(deal_id=told, how="called", actor=company.dispatcher, at=TUESDAY)  # still at the window
    accepted = whole_request(company).deal_id  # the window is done with it
    Deal.objects.filter(pk=accepted).update(accepted_at=TUESDAY)
    browser = browser_of(company.owner)
    page = read(browser, "/overview/")
    rows = read(browser, "/overview/deals/unanswered/")
    expected = rows_by_id([*waiting, accepted], viewer=company.owner)
    assert figure(page, "without a first answer") == "4"
    assert set(re.findall(r'class="row__link" href="/deals/([\d-]+)/"', rows)) == {
        one.path for one in expected.values()
    }
    assert 'figure__value">4</div>' in rows


def test_what_a_unit_owes_is_a_file_too(company: Company) -> None:
    owe(company, accepted_deal(company, TUESDAY - 10 * DAY), "Late export", -1)
    browser = browser_of(company.owner)
    file = browser.get(f"/overview/units/{company.delivery_unit}/?overdue=1&format=csv")
    assert "Late export" in file.content.decode("utf-8-sig")


def test_the_status_run_and_the_reviews_are_a_step_from_the_overview_and_from_the_week(
    company: Company,
) -> None:
    browser = browser_of(company.owner)
    for path in ("/overview/", "/figures/week/"):
        page = read(browser, path)
        assert 'href="/run/"' in page
        assert 'href="/reviews/"' in page
    assert 'href="/overview/" aria-current="page"' in read(browser, "/reviews/")
    assert 'href="/meetings/" aria-current="page"' in read(browser, "/run/")
