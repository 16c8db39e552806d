"""The figures page: what is asked for, what is shown, what leads where, what can be taken along."""

import csv
import io
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest

from svyazka.engine.figures import Outcomes
from svyazka.presale.deals.seats import appoint
from svyazka.presale.insight.figures import OTHERS, Row, figures
from svyazka.presale.insight.models import Track
from svyazka.presale.insight.slices import Period, Slice
from svyazka.presale.insight.tallies import rebuild
from svyazka.presale.process.queries import current_process
from svyazka.presale.stages.commands import complete_stage, lose, win
from svyazka.web.figures import charts, telling
from svyazka.web.figures.asked import asked
from svyazka.web.figures.views import PARTS
from tests.company import TUESDAY, Company, led_deal, whole_request
from tests.web.visitors import browser_of, queries, queries_as_rows_grow, read

pytestmark = [pytest.mark.requirement("R34", "R35", "R40"), pytest.mark.usefixtures("noon")]
MINUTE = timedelta(minutes=1)


def play(us: Company) -> tuple[int, int, int]:
    """One won in the second stage, one lost in the first, one open."""
    won, lost, still = led_deal(us), led_deal(us, lines=["Опт"]), whole_request(us).deal_id
    complete_stage(
        deal_id=won,
        stage="request",
        actor=us.administrator,
        at=TUESDAY + 30 * MINUTE,
        reason="срочно, клиент ждёт",
    )
    win(
        deal_id=won, contract_number="Д-1", contract_sum=Decimal(900_000), contract_date=TUESDAY.date(),
        actor=us.administrator, at=TUESDAY + 60 * MINUTE, reason="подписали без защиты",
    )  # fmt: skip
    lose(
        deal_id=lost, reason="client_side.frozen", evidence="письмо клиента", actor=us.administrator,
        at=TUESDAY + 90 * MINUTE,
    )  # fmt: skip
    return won, lost, still


def hrefs(page: str, which: str) -> list[str]:
    """Addresses of the deals behind a number."""
    found = re.findall(r'href="(/figures/deals/\?[^"]*)"', page)
    return [unescape(one) for one in found if f"which={which}" in one.replace("%2E", ".")]


def test_the_rail_says_that_figures_lie_under_the_overview(company: Company) -> None:
    for path in (
        "/figures/",
        "/figures/?source=nowhere",
        "/figures/deals/",
        "/figures/week/",
        "/figures/rules/",
    ):
        assert '<a href="/overview/" aria-current="page">' in read(browser_of(company.head), path), path


def test_every_number_opens_its_deals_and_shows_its_formula(company: Company) -> None:
    play(company)
    browser = browser_of(company.administrator)
    page = "".join(read(browser, f"/figures/?part={part}") for part in PARTS)
    assert "33%" in page
    assert "divided by all of these" in page
    leads = sorted({unescape(one) for one in re.findall(r'href="(/figures/deals/\?[^"]*)"', page)})
    assert len(leads) > 15
    for address in leads:
        read(browser, address)


def test_the_deals_behind_a_number_are_those_that_it_counts(company: Company) -> None:
    play(company)
    browser = browser_of(company.administrator)
    page = "".join(read(browser, f"/figures/?part={part}") for part in PARTS)
    for which, count in (
        ("won", 1),
        ("open", 1),
        ("entered.request", 3),
        ("passed.request", 1),
        ("lost.request", 1),
        ("here.request", 1),
    ):
        address = hrefs(page, which)[0]
        assert read(browser, address).count('href="/deals/2026-') == count, which


def test_conversion_stands_with_its_interval_and_the_open_share(company: Company) -> None:
    play(company)
    page = read(browser_of(company.administrator), "/figures/")
    # Wilson of 1 in 3: 6.15 to 79.23 %
    assert "1 of 3, probably 6% to 79%" in page
    assert "33% are undecided; if all were won, the conversion would be 67%" in page


def test_marks_of_the_process_stand_in_the_chart(company: Company) -> None:
    play(company)
    page = read(browser_of(company.administrator, "ru"), "/figures/")
    for mark in ("8–10 %", "25 %", "70 %"):
        assert mark in page


def test_money_shows_to_those_who_may_see_it_only(company: Company) -> None:
    play(company)
    assert "₽900,000" in read(browser_of(company.administrator), "/figures/") or "900,000 ₽" in read(
        browser_of(company.administrator), "/figures/"
    )
    for part in PARTS:
        assert "₽" not in read(browser_of(company.expert), f"/figures/?part={part}")
    assert "900,000" not in read(browser_of(company.expert), "/figures/?format=csv&table=source")


def test_a_partner_agent_sees_no_figures(company: Company) -> None:
    play(company)
    browser = browser_of(company.agent)
    assert browser.get("/figures/").status_code == 404
    assert browser.get("/figures/deals/?which=won").status_code == 404
    assert browser.get("/figures/?format=csv").status_code == 404


@pytest.mark.parametrize(
    ("table", "first"),
    [
        ("stages", "Request accepted"),
        ("reasons", "On the client’s side"),
        ("month", "November 2026"),
        ("source", "Рекомендация"),
        ("line", "Деревообработка"),
    ],
)
def test_every_table_is_taken_along_as_csv(company: Company, table: str, first: str) -> None:
    play(company)
    answer = browser_of(company.administrator).get(f"/figures/?format=csv&table={table}")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1][0].startswith(first)


def test_a_colleagues_figures_are_not_there(company: Company) -> None:
    play(company)
    browser = browser_of(company.expert)
    assert browser.get(f"/figures/?manager={company.manager.me}").status_code == 404
    assert browser.get(f"/figures/deals/?which=won&manager={company.manager.me}").status_code == 404
    answer = browser.get("/figures/?part=beside&by=manager&format=csv&table=manager")
    assert "Серова" not in answer.content.decode()


@pytest.mark.parametrize("by", ["manager", "author"])
def test_a_persons_slice_says_that_it_is_of_whole_deals_and_leads_to_the_card(
    company: Company, by: str
) -> None:
    play(company)
    person = company.manager.me if by == "manager" else company.programmer.me
    said = "Counted are whole deals, whoever led them"
    browser = browser_of(company.administrator)
    page = read(browser, f"/figures/?part=work&{by}={person}")
    assert said in page
    assert f'href="/figures/people/{person}/"' in page
    assert said not in read(browser, "/figures/?part=work")
    assert said not in read(browser, f"/figures/?part=work&{by}=0")


@pytest.mark.parametrize("by", ["manager", "author"])
def test_people_whose_figures_one_may_not_see_are_one_row_that_leads_nowhere(
    company: Company, by: str
) -> None:
    play(company)
    address = f"/figures/?part=beside&by={by}"
    page = read(browser_of(company.owner), address)
    assert page.count("Others (1 person)</th>") == 2, "what became of them, and what it took"
    assert page.count("Others (1 person)") > 2, "in the chart too"
    assert "the head of their unit and administrators" in page
    assert f"{by}=others" not in page
    assert f"{by}=0" in page or by == "author"
    file = browser_of(company.owner).get(f"{address}&format=csv&table={by}").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file)))
    assert sum(int(row["Received"]) for row in rows) == 3
    whole = read(browser_of(company.administrator), address)
    assert "Others" not in whole


def test_a_chart_of_many_people_sums_rare_ones_and_keeps_the_others_apart(company: Company) -> None:
    seen = figures(viewer=company.administrator, of=Slice(Period(202611, 202611)))
    rows = tuple(Row(str(at), Outcomes(40 - at, 20 - at), 0, 0) for at in range(1, 15))
    others = Row(OTHERS, Outcomes(7), 0, 0, 3)
    chart = charts.by(replace(seen, by={"manager": (*rows, others)}), "manager", current_process()[1])
    assert len(chart.rows) == charts.MOST
    assert [row.label for row in chart.rows[-2:]] == ["4 more", "Others (3 people)"]
    # 11th to 14th: won 9, 8, 7, 6 of 29, 28, 27, 26
    assert chart.rows[-2].value == pytest.approx(100 * 30 / 110)


def test_what_no_database_keeps_is_no_error(company: Company) -> None:
    browser = browser_of(company.administrator)
    for address in (
        "/figures/?line=a%00&source=%00",
        "/figures/deals/?which=why.%00",
        "/figures/deals/?which=stay.%00",
    ):
        assert browser.get(address).status_code in {200, 404}, address


def test_an_hour_of_presale_has_a_worth_from_so_many_hours_on(company: Company) -> None:
    won, *_ = play(company)
    browser = browser_of(company.administrator)
    page = read(browser, "/figures/?part=work")
    assert "too few hours yet" in page
    assert "from 20 hours on" in page
    Track.objects.filter(pk=won).update(effort=25 * 60)
    rebuild()
    page = read(browser, "/figures/?part=work")
    assert "too few hours yet" not in page
    assert "36,000" in page


@pytest.mark.parametrize("by", ["source", "unit", "manager", "author", "line"])
def test_hours_their_cost_and_worth_stand_by_source_unit_and_person(company: Company, by: str) -> None:
    won, *_ = play(company)
    Track.objects.filter(pk=won).update(effort=25 * 60)
    rebuild()
    browser = browser_of(company.administrator)
    page = read(browser, f"/figures/?part=beside&by={by}")
    file = browser.get(f"/figures/?format=csv&table={by}").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file)))
    row = next(one for one in rows if float(one["Our people’s hours in meetings"]) > 0)
    rate = telling.hour_rate(current_process()[1]) or 0
    assert (float(row["Our people’s hours in meetings"]), float(row["Their cost"])) == (25, 25 * rate)
    assert float(row["Contract value per hour of meetings"]) == 36_000
    assert "25 h" in page
    assert "36,000" in page
    assert hrefs(page, "effort")
    # what stands in roubles is for those who may see it
    shown = read(browser_of(company.expert), f"/figures/?part=beside&by={by}")
    assert "25 h" in shown
    assert "36,000" not in shown
    file = browser_of(company.expert).get(f"/figures/?format=csv&table={by}").content.decode()
    assert "Their cost" not in file


@pytest.mark.parametrize(
    ("meetings", "said"),
    [
        (1, "встреча с клиентом до договора"),
        (2, "встречи с клиентом до договора"),
        (5, "встреч с клиентом до договора"),
    ],
)
def test_what_is_counted_is_declined_by_its_number(company: Company, meetings: int, said: str) -> None:
    won, *_ = play(company)
    Track.objects.filter(pk=won).update(meetings=meetings, minutes=60, chased=meetings, effort=25 * 60)
    rebuild()
    page = read(browser_of(company.administrator, "ru"), "/figures/?part=work")
    assert f">{said}, медиана<" in page
    assert ("раза клиенту пришлось" in page) == (meetings == 2)
    assert "сумма договоров на час встреч" in page


def test_requests_without_an_answer_stand_beside_the_time_of_those_with_one(company: Company) -> None:
    play(company)
    page = read(browser_of(company.administrator), "/figures/?part=work")
    assert "1 has had no answer yet" in page
    assert "80% within 0 min or more" in page, "the third of three waits"


def test_a_time_in_a_stage_stands_with_what_those_who_stand_there_may_make_of_it(company: Company) -> None:
    play(company)
    path = "/figures/?part=funnel"
    page = read(browser_of(company.administrator), path)
    assert "1 h – 1 h 30 min" in page, "30 and 90 minutes are over, the third deal stands there"
    assert "1 h 30 min or more" in page
    page = read(browser_of(company.administrator, "ru"), path)
    assert "или больше" in page
    assert "оценка Каплана — Мейера лежит между ними" in page


def test_a_sieve_offers_people_by_name_and_nobody_last(company: Company) -> None:
    us = company
    play(us)
    led = led_deal(us)
    appoint(deal_id=led, person_id=us.other_manager.me, role="manager", actor=us.administrator, at=TUESDAY)
    page = read(browser_of(us.administrator), "/figures/")
    choice = page[page.index('name="manager"') :]
    offered = re.findall(r'<option value="(\d+)"', choice[: choice.index("</select>")])
    assert offered == [str(us.manager.me), str(us.other_manager.me), "0"], "Мария, Павел, nobody"


def test_the_conversion_stands_beside_the_name_where_a_phone_shows_it(company: Company) -> None:
    play(company)
    browser = browser_of(company.administrator)
    page = read(browser, "/figures/?part=beside&by=source")
    heads = [unescape(one) for one in re.findall(r"<th[^>]*>([^<]*)</th>", page)]
    at = heads.index("Conversion")
    assert heads[at - 1 : at + 2] == ["Source", "Conversion", "Received"]
    assert re.search(r'<th scope="row">Рекомендация</th>\s*<td class="figure-cell">33%</td>', page)
    file = browser.get("/figures/?format=csv&table=source").content.decode("utf-8-sig")
    assert file.startswith("Source,Conversion,Received,")


def test_sieves_narrow_the_figures_and_what_opens_from_them(company: Company) -> None:
    play(company)
    browser = browser_of(company.administrator)
    page = read(browser, "/figures/?line=опт")
    assert "0 of 1" in page
    assert "Деревообработка" in page, "what else could be chosen is offered still"
    assert read(browser, hrefs(page, "lost")[0]).count('href="/deals/2026-') == 1


def test_an_address_that_cannot_be_read_is_no_error(company: Company) -> None:
    play(company)
    page = read(
        browser_of(company.administrator), "/figures/?since=yesterday&unit=x&manager=99999999999999999999"
    )
    assert "couldn’t be read" in page
    assert browser_of(company.administrator).get("/figures/deals/?which=nonsense").status_code == 404
    assert browser_of(company.administrator).get("/figures/?by=nonsense").status_code == 404
    assert browser_of(company.administrator).get("/figures/?part=nonsense").status_code == 404


def test_an_empty_period_says_so(company: Company) -> None:
    assert "No request came in here" in read(
        browser_of(company.expert), "/figures/?since=2020-01-01&until=2020-02-01"
    )


def test_whole_months_are_asked_of_the_counters() -> None:
    today = date(2026, 11, 24)
    assert asked({}, today).of.period == Period(202512, 202611)
    assert asked({}, today).of.is_whole
    assert asked({"since": "2026-02-01", "until": "2026-04-30"}, today).of.is_whole
    assert not asked({"since": "2026-02-02", "until": "2026-04-30"}, today).of.is_whole
    assert not asked({"until": "2026-04-29"}, today).of.is_whole
    turned = asked({"since": "2026-04-30", "until": "2026-02-01"}, today)
    assert (turned.since, turned.until) == (date(2026, 2, 1), date(2026, 4, 30))


def test_the_page_costs_the_same_however_many_deals_there_are(company: Company) -> None:
    play(company)
    browser = browser_of(company.administrator)
    assert queries(browser, "/figures/") < 12
    for address in ("/figures/", "/figures/?line=опт", "/figures/deals/?which=received"):
        costs = queries_as_rows_grow(browser, address, lambda: whole_request(company), (1, 12))
        assert len(set(costs)) == 1, address
