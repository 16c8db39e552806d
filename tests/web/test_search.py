"""One box finds deals, clients and people, and shows nobody what he may not know of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svyazka.presale.deals.commands import receive_request
from svyazka.presale.journal.values import Actor, Json
from svyazka.web.search.views import cleaned
from tests.company import TUESDAY, WHOLE_REQUEST, Company, whole_request
from tests.web.visitors import browser_of, queries, read

pytestmark = pytest.mark.usefixtures("morning")


def handed_in(author: Actor, **changed: Json) -> str:
    answers = {**WHOLE_REQUEST, **changed}
    return receive_request(answers=answers, actor=author, at=TUESDAY, source="x", sure=True).number


@pytest.mark.parametrize(
    "spelling", ["С-2026-0001", "c-2026-0001", "2026-0001", "№ 2026-1", "С‑2026‑0001", " С-2026-0001 "]
)
def test_a_whole_number_leads_straight_to_the_deal(company: Company, spelling: str) -> None:
    whole_request(company)
    answer = browser_of(company.expert).get("/search/", {"q": spelling})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/deals/2026-0001/"


def test_a_deal_is_found_by_words_of_its_title_and_of_its_client_in_any_case(company: Company) -> None:
    handed_in(company.programmer, company="АО «Маяк»", request="Склад с адресным хранением")
    browser = browser_of(company.expert)
    for words in ("маяк", "МАЯК", "склад хранением", "адресным маяк", "1", "0001"):
        assert "Склад с адресным хранением" in read(browser, f"/search/?q={words}"), words
    assert "Nothing found" in read(browser, "/search/?q=маяк молоко")


def test_a_client_is_found_by_inn_with_the_number_of_his_deals(company: Company) -> None:
    whole_request(company)
    whole_request(company)
    page = read(browser_of(company.expert), "/search/?q=7707083893")
    assert "INN 7707083893" in page
    assert "2 deals" in page
    page = read(browser_of(company.expert, "ru"), "/search/?q=северный")
    assert "2 сделки" in page
    assert 'href="/search/?q=7707083893"' in page


def test_a_colleague_is_found_by_any_of_his_names_with_e_and_yo_alike(company: Company) -> None:
    browser = browser_of(company.expert)
    for words in ("сер", "мария серова", "Серова М", "петр", "manager@svyazka"):
        assert "Серова Мария" in read(browser, f"/search/?q={words}") or "Громов Пётр" in read(
            browser, f"/search/?q={words}"
        )
    assert f'href="/people/{company.manager.person_id}/"' in read(browser, "/search/?q=серова")


def test_nothing_typed_and_nothing_found_say_what_to_do(company: Company) -> None:
    browser = browser_of(company.expert)
    assert "Type a number" in read(browser, "/search/")
    assert "Type a number" in read(browser, "/search/?q=%20%00")
    assert "Check the spelling" in read(browser, "/search/?q=zzzz")
    assert "Check the spelling" in read(browser, "/search/?q=2026-9999")


def test_a_partner_agent_finds_his_own_leads_only_and_no_people(company: Company) -> None:
    handed_in(company.programmer, company="АО «Маяк»")
    own = handed_in(company.agent, company="ООО «Маяк-2»", inn="", phone="+7 495 111-22-33", email="")
    browser = browser_of(company.agent)
    page = read(browser, "/search/?q=маяк")
    assert own in page
    assert "АО «Маяк»" not in page
    assert "Nothing found" in read(browser, "/search/?q=2026-0001")
    assert "Nothing found" in read(browser, "/search/?q=серова")


def test_what_was_typed_is_shown_and_never_run(company: Company) -> None:
    page = read(browser_of(company.expert), "/search/?q=<script>alert(1)</script>")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    "text",
    ["²", "①", "١٢", "፩", "9" * 40, "%", "_", "'", "\\", "x" * 5000, "-", "С-", "2026-", "ﬀ", "\ud800"],
)
def test_whatever_is_typed_finds_or_does_not_but_never_fails(company: Company, text: str) -> None:
    assert (
        browser_of(company.expert)
        .get("/search/", {"q": text.encode("utf-8", "replace").decode()})
        .status_code
        == 200
    )


@given(st.text())
def test_what_is_looked_for_is_short_and_printable(text: str) -> None:
    found = cleaned(text)
    assert len(found) <= 100
    assert found.isprintable()


def test_the_page_costs_the_same_for_one_deal_and_for_thirty(company: Company) -> None:
    whole_request(company)
    browser = browser_of(company.expert)
    few = queries(browser, "/search/?q=северный")
    for _ in range(35):
        whole_request(company)
    assert queries(browser, "/search/?q=северный") == few
    assert "30+" in read(browser, "/search/?q=северный")
