"""The case library in the browser: told on one form, sieved in a meeting, and no name on it that mustn't be said."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from svyazka.presale.cases.commands import Story, save_case
from svyazka.presale.cases.queries import case_row, cases
from svyazka.presale.journal.values import Actor
from svyazka.web.cases.views import SHOWN
from tests.company import TUESDAY, Company
from tests.web.visitors import browser_of, queries_as_rows_grow, read

pytestmark = pytest.mark.usefixtures("morning")

TYPED = {
    "title": "Партионный учёт на мебельной фабрике", "task": "Себестоимость узнавали через месяц",
    "result": "Месяц закрывают за 4 дня вместо 15", "industries": "Производство мебели, опт; розница", "year": "2025",
    "client_name": "ООО «Клён и дуб»", "link": "https://wiki.example/klen",
}  # fmt: skip
STORY = Story(
    TYPED["title"], TYPED["task"], TYPED["result"], client_name="ООО «Клён и дуб»", industries=("производство мебели", "опт"),
    year=2025, link="https://wiki.example/klen",
)  # fmt: skip


def told(actor: Actor, **changed: Any) -> int:
    return save_case(case_id=None, story=replace(STORY, **changed), actor=actor, at=TUESDAY)


def row_of(page: str, title: str) -> str:
    return next(row for row in page.split('<li class="row">') if title in row)


def marked(page: str) -> set[str]:
    return set(re.findall(r'id="id_(\w+)_error"', page))


# Looking


@pytest.mark.requirement("R53")
def test_the_library_shows_tasks_and_results_by_industry(company: Company) -> None:
    told(company.manager)
    told(company.manager, title="Молочный завод", industries=("молочная продукция",), link="")
    browser = browser_of(company.programmer)
    page = read(browser, "/cases/")
    row = row_of(page, STORY.title)
    for words in ("2025", STORY.task, STORY.result, "производство мебели, опт"):
        assert words in row
    assert 'href="https://wiki.example/klen"' in row
    assert "noopener noreferrer" in row
    assert "опт (1)" in page
    sieved = read(browser, "/cases/?industry=ОПТ")
    assert (STORY.title in sieved, "Молочный завод" in sieved) == (True, False)
    assert re.search(r'<option value="опт" selected>', sieved)
    searched = read(browser, "/cases/?q=молочный+завод")
    assert (STORY.title in searched, "Молочный завод" in searched) == (False, True)
    assert 'value="молочный завод"' in searched


@pytest.mark.requirement("R53")
def test_a_client_who_looks_on_reads_no_name_that_must_not_be_said(company: Company) -> None:
    told(company.manager, title="Тихий")
    told(company.manager, title="Громкий", client_name="Молочный дом", may_be_named=True)
    told(company.manager, title="Ничей", client_name="")
    page = read(browser_of(company.manager), "/cases/")
    assert "Клён и дуб" not in page
    assert "the client isn’t named" in row_of(page, "Тихий")
    assert "Молочный дом" in row_of(page, "Громкий")
    assert "the client isn’t named" not in row_of(page, "Громкий") + row_of(page, "Ничей")


def test_an_empty_library_gives_the_first_step(company: Company) -> None:
    browser = browser_of(company.manager)
    page = read(browser, "/cases/")
    assert "No cases yet" in page
    assert page.count('href="/cases/new/"') == 1
    assert 'name="industry"' not in page
    told(company.manager)
    page = read(browser, "/cases/?industry=ракеты&q=<b>нет</b>")
    assert "No such case" in page
    assert '<option value="ракеты" selected>' in page
    assert "&lt;b&gt;нет&lt;/b&gt;" in page
    assert "<b>нет" not in page


def test_the_page_is_russian_for_a_russian(company: Company) -> None:
    told(company.manager)
    page = read(browser_of(company.manager, "ru"), "/cases/")
    for words in ("Наши проекты", "Добавить проект", "Отрасль", "Задача", "Результат", "клиента не называем"):
        assert words in page


def test_the_expert_board_leads_here(company: Company) -> None:
    assert 'href="/cases/"' in read(browser_of(company.expert), "/experts/")


def test_a_long_library_is_leafed_through(company: Company) -> None:
    for number in range(SHOWN + 1):
        told(company.manager, title=f"Проект №{number}.", industries=("опт",))
    browser = browser_of(company.manager)
    first, second = read(browser, "/cases/?industry=опт"), read(browser, "/cases/?industry=опт&page=2")
    assert (first.count('<li class="row">'), second.count('<li class="row">')) == (SHOWN, 1)
    assert 'rel="next"' in first
    assert "page=2" in first
    assert 'rel="prev"' in second
    assert "Проект №0." in second
    for odd in ("0", "-1", "x", "99999", "²"):
        assert browser.get("/cases/", {"page": odd}).status_code == 200


def test_the_page_costs_the_same_for_one_case_and_for_many(company: Company) -> None:
    counts = queries_as_rows_grow(
        browser_of(company.manager), "/cases/", lambda: told(company.manager), (1, 15)
    )
    assert counts[0] == counts[1]


# Telling


@pytest.mark.requirement("R53")
def test_a_case_is_told_on_one_form(company: Company) -> None:
    browser = browser_of(company.expert)
    assert 'data-draft="case-new"' in read(browser, "/cases/new/")
    answer = browser.post("/cases/new/", TYPED)
    assert (answer.status_code, answer["Location"]) == (303, "/cases/")
    (row,) = cases(viewer=company.manager)
    assert (row.title, row.year, row.may_be_named) == (TYPED["title"], 2025, False)
    assert row.industries == ("производство мебели", "опт", "розница")
    assert "The case is saved." in read(browser, "/cases/")


def test_the_form_knows_what_industries_are_called_here(company: Company) -> None:
    told(company.manager)
    page = read(browser_of(company.expert), "/cases/new/?industry=опт")
    assert "Already in use: опт, производство мебели." in page
    assert 'name="industries" value="опт"' in page


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"title": ""}, {"title"}),
        ({"title": "я" * 161}, {"title"}),
        ({"task": "уточнить", "result": "-"}, {"task", "result"}),
        ({"year": "1989"}, {"year"}),
        ({"year": "2027"}, {"year"}),
        ({"year": "давно"}, {"year"}),
        ({"link": "javascript:alert(1)"}, {"link"}),
        ({"industries": ",".join(f"отрасль {n}" for n in range(13))}, {"industries"}),
        ({"client_name": "Клён\x00дуб"}, {"client_name"}),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    company: Company, wrong: dict[str, str], fields: set[str]
) -> None:
    own = {"client_name": "<i>Клён</i> & дуб", "may_be_named": "on"}
    answer = browser_of(company.manager).post("/cases/new/", {**TYPED, **own, **wrong})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert marked(page) == fields
    assert "data-errors" in page
    if "client_name" not in wrong:
        assert "&lt;i&gt;Клён&lt;/i&gt; &amp; дуб" in page
    assert "checked" in page
    assert cases(viewer=company.manager) == ()


def test_markup_stays_text(company: Company) -> None:
    hostile = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}%(x)s"
    case = told(
        company.manager, title=hostile, task=hostile, result=hostile, client_name=hostile, may_be_named=True,
        industries=(hostile,),
    )  # fmt: skip
    browser = browser_of(company.manager)
    for path in ("/cases/", f"/cases/{case}/", "/cases/new/"):
        page = read(browser, path)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "{{7*7}}" in page
        assert "&lt;script&gt;alert" in page


# Putting right and away


def edited(browser: Client, case: int, **changed: str) -> Any:
    page = read(browser, f"/cases/{case}/")
    seen = re.findall(r'name="seen" value="([^"]+)"', page)[0]
    return browser.post(f"/cases/{case}/", {**TYPED, "seen": seen, **changed})


def test_a_case_is_put_right(company: Company) -> None:
    case = told(company.manager)
    browser = browser_of(company.expert)
    page = read(browser, f"/cases/{case}/")
    for words in (STORY.title, STORY.task, "производство мебели, опт", "Клён и дуб", "Мария Серова"):
        assert words in page
    assert edited(browser, case, result="Месяц закрывают за 3 дня", may_be_named="on").status_code == 303
    row = case_row(case_id=case, viewer=company.manager)
    assert (row.result, row.may_be_named, row.kept_by_id) == (
        "Месяц закрывают за 3 дня",
        True,
        company.expert.me,
    )


def test_two_who_change_a_case_at_once_lose_nothing(company: Company) -> None:
    case = told(company.manager)
    browser = browser_of(company.expert)
    seen = TUESDAY.isoformat()
    theirs = replace(STORY, result="Месяц закрывают за два дня")
    save_case(case_id=case, story=theirs, actor=company.head, at=TUESDAY + timedelta(minutes=1))
    mine = {**TYPED, "seen": seen, "result": "Месяц закрывают за 3 дня"}
    answer = browser.post(f"/cases/{case}/", mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Игорь Титов changed the same fields" in page
    assert "Месяц закрывают за два дня" in page
    assert "Месяц закрывают за 3 дня" in page
    assert case_row(case_id=case, viewer=company.expert).result == "Месяц закрывают за два дня"
    seen = re.findall(r'name="seen" value="([^"]+)"', page)[0]  # by now it has been seen
    assert browser.post(f"/cases/{case}/", {**mine, "seen": seen}).status_code == 303
    assert case_row(case_id=case, viewer=company.expert).result == "Месяц закрывают за 3 дня"


@pytest.mark.parametrize("odd", ["", "yesterday", "2026-11-24", "\x00"])
def test_a_form_that_does_not_say_what_it_saw_breaks_nothing(company: Company, odd: str) -> None:
    case = told(company.manager)
    answer = browser_of(company.manager).post(f"/cases/{case}/", {**TYPED, "seen": odd})
    assert answer.status_code in {303, 409}


def test_a_case_is_taken_out_of_the_library(company: Company) -> None:
    case = told(company.manager)
    browser = browser_of(company.expert)
    assert f'action="/cases/{case}/retire/"' in read(browser, f"/cases/{case}/")
    answer = browser.post(f"/cases/{case}/retire/")
    assert (answer.status_code, answer["Location"]) == (303, "/cases/")
    assert "taken out of the library" in read(browser, "/cases/")
    assert browser.get(f"/cases/{case}/").status_code == 404
    assert browser.post(f"/cases/{case}/", TYPED).status_code == 404
    assert browser.post(f"/cases/{case}/retire/").status_code == 404


# Who may


def test_a_partner_agent_finds_nothing_here(company: Company) -> None:
    case = told(company.manager)
    browser = browser_of(company.agent)
    for path in ("/cases/", "/cases/new/", f"/cases/{case}/", "/cases/999999/"):
        assert browser.get(path).status_code == 404
    for path in ("/cases/new/", f"/cases/{case}/", f"/cases/{case}/retire/"):
        assert browser.post(path, TYPED).status_code == 404
    assert [row.title for row in cases(viewer=company.manager)] == [STORY.title]


def test_what_is_not_there_is_not_found(company: Company) -> None:
    browser = browser_of(company.manager)
    for path in ("/cases/999999/", "/cases/99999999999999999999/"):
        assert browser.get(path).status_code == 404
        assert browser.post(path, TYPED).status_code == 404
        assert browser.post(f"{path}retire/").status_code == 404
