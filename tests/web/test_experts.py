"""The expert board in the browser: asked in a minute, taken by one press, and whoever comes late reads who was first."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from svyazka.presale.experts.asking import Ask, ask_for_expert
from svyazka.presale.experts.claiming import ask_for_more, claim
from svyazka.presale.experts.queries import request_row, requests_of
from svyazka.presale.journal.values import Actor
from tests.company import TUESDAY, Company, led_deal
from tests.web.visitors import browser_of, queries_as_rows_grow, read

pytestmark = pytest.mark.usefixtures("morning")

TYPED = {
    "kind": "expert", "competence": "1С:ERP", "level": "2", "goal": "Клиент видит, как считается партия",
    "to_decide": "хватит ли типовой системы", "since": "2026-11-25", "until": "2026-11-27", "hours": "4",
    "industries": "деревообработка", "project": "", "wanted": "", "wanted_why": "",
}  # fmt: skip


@pytest.fixture
def deal(company: Company) -> int:
    return led_deal(company)


def asked(company: Company, deal_id: int, kind: str = "expert", competence: str = "1С:ERP") -> int:
    ask = Ask(
        kind, competence, date(2026, 11, 25), date(2026, 11, 27), "Клиент видит, как считается партия",
        to_decide="хватит ли типовой системы",
    )  # fmt: skip
    return ask_for_expert(deal_id=deal_id, ask=ask, actor=company.manager, at=TUESDAY)


def post(actor: Actor, path: str, **form: str) -> tuple[int, str]:
    answer = browser_of(actor).post(path, form)
    return answer.status_code, answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.requirement("R06")
def test_a_manager_asks_on_a_form_that_knows_the_clients_industry(company: Company, deal: int) -> None:
    browser = browser_of(company.manager)
    assert "деревообработка, оптовая торговля" in read(browser, "/experts/for/2026-0001/")
    answer = browser.post("/experts/for/2026-0001/", TYPED)
    (row,) = requests_of(deal_id=deal, viewer=company.manager)
    assert (answer.status_code, answer["Location"]) == (303, f"/experts/{row.id}/")
    assert (row.competence, row.minutes, row.industries) == ("1С:ERP", 240, ("деревообработка",))
    assert "1С:ERP" in read(browser, "/deals/2026-0001/")
    assert "To the request" in read(browser_of(company.head), "/deals/2026-0001/")
    assert f"/experts/{row.id}/" in read(browser_of(company.head), "/")


def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(
    company: Company, deal: int
) -> None:
    browser = browser_of(company.manager)
    wanted = {
        "goal": "уточнить",
        "to_decide": "",
        "wanted": str(company.expert.me),
        "project": "Запуск на «Кедре»",
    }
    answer = browser.post("/experts/for/2026-0001/", {**TYPED, **wanted})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert {f"id_{name}_error" for name in ("goal", "to_decide", "wanted_why")} <= set(
        re.findall(r'id="([^"]+)"', page)
    )
    assert "Запуск на «Кедре»" in page
    assert requests_of(deal_id=deal, viewer=company.manager) == ()


@pytest.mark.requirement("R07")
def test_one_press_takes_a_request_and_the_second_one_reads_who_was_first(
    company: Company, deal: int
) -> None:
    request = asked(company, deal)
    assert "I take it" in read(browser_of(company.expert), "/experts/")
    assert post(company.expert, f"/experts/{request}/claim/")[0] == 303
    status, page = post(company.head, f"/experts/{request}/claim/")
    assert status == 409
    assert "Олег Климов was first: 1С:ERP, teaches others." in page
    assert "Олег Климов, teaches others" in read(browser_of(company.other_manager), "/experts/?show=settled")


@pytest.mark.requirement("R08")
def test_everybody_who_could_go_stands_there_with_points_and_reasons(company: Company, deal: int) -> None:
    page = read(browser_of(company.head), f"/experts/{asked(company, deal)}/")
    page = page[page.index('id="who"') :]
    assert page.index("Олег Климов") < page.index("Игорь Титов")
    assert "the client’s industry: works independently" in page
    assert "from the unit that will deliver" in page


@pytest.mark.requirement("R08")
def test_the_rules_are_on_a_page_with_the_points_that_the_engine_gives(company: Company, deal: int) -> None:
    page = read(browser_of(company.expert), "/experts/rules/")
    assert "up to 50" in page
    assert "down to −25" in page
    assert "up to 50" not in read(browser_of(company.expert), "/experts/")


@pytest.mark.requirement("R08")
def test_sending_somebody_over_the_rules_takes_a_reason(company: Company, deal: int) -> None:
    request = asked(company, deal, competence="WMS")  # the head has it, his expert doesn't
    status, page = post(company.head, f"/experts/{request}/claim/", person=str(company.expert.me))
    assert status == 422
    assert 'id="id_why_error"' in page
    done = post(
        company.head, f"/experts/{request}/claim/", person=str(company.expert.me), why="учится у меня"
    )
    assert done[0] == 303
    assert "учится у меня" in read(browser_of(company.manager), f"/experts/{request}/")


def test_answers_go_to_the_manager_and_come_back(company: Company, deal: int) -> None:
    request = asked(company, deal)
    assert (
        post(company.expert, f"/experts/{request}/need-more/", what="какие отчёты смотрит директор")[0] == 303
    )
    assert post(company.manager, f"/experts/{request}/more/", text="план-факт по партиям")[0] == 303
    page = read(browser_of(company.expert), f"/experts/{request}/")
    assert "план-факт по партиям" in page
    assert post(company.head, f"/experts/{request}/not-ours/", because="нет опыта в лесосырье")[0] == 303
    assert "нет опыта в лесосырье" in read(browser_of(company.manager), f"/experts/{request}/")


def test_what_was_taken_is_handed_back_with_a_reason(company: Company, deal: int) -> None:
    request = asked(company, deal)
    claim(request_id=request, actor=company.expert, at=TUESDAY)
    assert post(company.expert, f"/experts/{request}/hand-back/")[0] == 422
    assert post(company.expert, f"/experts/{request}/hand-back/", reason="сдвинулась сдача")[0] == 303
    assert request_row(request_id=request, viewer=company.head).state == "open"


def test_a_triage_ends_with_its_verdict_on_the_page(company: Company, deal: int) -> None:
    request = asked(company, deal, kind="triage")
    claim(request_id=request, actor=company.expert, at=TUESDAY)
    assert (
        post(company.expert, f"/experts/{request}/verdict/", verdict="наше: нужен эксперт по ERP")[0] == 303
    )
    assert "наше: нужен эксперт по ERP" in read(browser_of(company.manager), f"/experts/{request}/")


@pytest.mark.requirement("R08")
def test_a_head_shares_several_requests_out_at_once(company: Company, deal: int) -> None:
    first, second = asked(company, deal), asked(company, deal, competence="WMS")
    page = read(browser_of(company.head), "/experts/plan/")
    sent = re.findall(r'name="request" value="(\d+)"><input type="hidden" name="person" value="(\d+)"', page)
    assert sent == [(str(first), str(company.expert.me)), (str(second), str(company.head.me))]
    for request, person in sent:
        assert post(company.head, "/experts/plan/take/", request=request, person=person)[0] == 303
    assert {request_row(request_id=one, viewer=company.head).state for one in (first, second)} == {"claimed"}
    again = browser_of(company.head).post(
        "/experts/plan/take/", {"request": first, "person": company.head.me}, follow=True
    )
    assert "was first" in again.content.decode()


def test_what_can_be_served_stands_above_what_can_not(company: Company, deal: int) -> None:
    asked(company, deal)
    for name in ("Сосна", "Ель"):
        asked(company, led_deal(company, inn="", company=f"ООО «{name}»"))
    page = read(browser_of(company.head), "/experts/plan/")
    assert page.count("nobody of yours is free and fits") == 1
    assert page.rindex('name="person"') < page.index("nobody of yours is free and fits")


@pytest.mark.parametrize(
    ("today", "since", "until"), [(0, "2026-11-24", "2026-12-01"), (4, "2026-11-30", "2026-12-07")]
)
def test_the_form_proposes_working_days(
    company: Company, deal: int, today: int, since: str, until: str
) -> None:
    with time_machine.travel(TUESDAY + timedelta(days=today), tick=False):
        page = read(browser_of(company.manager), "/experts/for/2026-0001/")
    assert re.search(rf'name="since" value="{since}"', page)
    assert re.search(rf'name="until" value="{until}"', page)


def test_the_board_tells_what_is_lacking(company: Company, deal: int) -> None:
    request = asked(company, led_deal(company, budget=""))
    ask_for_more(request_id=request, what="какие отчёты смотрит директор", actor=company.expert, at=TUESDAY)
    page = read(browser_of(company.head), "/experts/")
    assert "1 expert needs more" in page
    assert "not known yet: Budget" in page


def test_a_board_on_the_screen_notices_a_claim(company: Company, deal: int) -> None:
    request, browser = asked(company, deal), browser_of(company.head)
    tag = browser.get("/experts/revision/")["ETag"]
    assert browser.get("/experts/revision/", headers={"If-None-Match": tag}).status_code == 304
    claim(request_id=request, actor=company.expert, at=TUESDAY)
    assert browser.get("/experts/revision/", headers={"If-None-Match": tag}).status_code == 200


def test_pages_cost_the_same_however_many_requests_there_are(company: Company, deal: int) -> None:
    browser: Client = browser_of(company.head)
    number = iter(range(100))

    def add() -> None:
        asked(company, led_deal(company, inn="", company=f"ООО «Сосна {next(number)}»"))

    costs = queries_as_rows_grow(browser, "/experts/", add, (1, 9))
    assert costs[0] == costs[1]
    costs = queries_as_rows_grow(browser, "/experts/plan/", add, (1, 5))
    assert costs[0] == costs[1]
