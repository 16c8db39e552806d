"""A page's tables as files: the same address, rights and filters; saved by browsers, never run."""

import csv
import io
from urllib.parse import parse_qs, unquote, urlsplit

import openpyxl
import pytest
from django.http import Http404, HttpRequest
from django.test import RequestFactory

from svyazka.speech.tables import Column, Table
from svyazka.web.ui import downloads
from tests.company import Company, accepted_deal
from tests.web.visitors import browser_of, queries, read

pytestmark = [pytest.mark.requirement("R34"), pytest.mark.usefixtures("morning")]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _table(title: str) -> Table:
    return Table(title, (Column("Этап"), Column("Сделки", "int")), (("Встреча", 3),))


def _asked(query: str) -> HttpRequest:
    return RequestFactory().get(f"/figures/?{query}")


TABLES = {"stages": lambda: _table("Этапы"), "reasons": lambda: _table("Причины: «почему»/за год")}


def test_the_overviews_table_downloads_as_it_stands_on_the_page(company: Company) -> None:
    accepted_deal(company)
    browser = browser_of(company.head, "ru")
    page = read(browser, "/overview/")
    assert (
        'href="/overview/?format=csv" download="" aria-label="CSV: Обязательства по подразделениям"' in page
    )
    answer = browser.get("/overview/?format=csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    sheet = openpyxl.load_workbook(io.BytesIO(browser.get("/overview/?format=xlsx").content)).active
    assert sheet is not None
    assert rows[0] == ["Подразделение", "Открыто", "Просрочено"]
    assert rows == [[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert "Производство" in {row[0] for row in rows[1:]}


def test_a_file_costs_no_more_queries_than_its_page(company: Company) -> None:
    accepted_deal(company)
    browser = browser_of(company.head)
    assert queries(browser, "/overview/?format=csv") <= queries(browser, "/overview/")


def test_whoever_may_not_see_the_page_gets_no_file(company: Company) -> None:
    assert browser_of(company.agent).get("/overview/?format=csv").status_code == 404


def test_a_browser_saves_the_file_and_runs_nothing_in_it(company: Company) -> None:
    answer = browser_of(company.head, "ru").get("/overview/?format=xlsx")
    assert answer.headers["Content-Type"] == XLSX
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer.headers["Content-Disposition"].endswith(".xlsx")


@pytest.mark.parametrize(
    ("query", "said"), [("format=csv", "Этапы"), ("format=csv&table=reasons", "Причины «почему» за год")]
)
def test_each_table_has_its_file_named_by_its_title(query: str, said: str) -> None:
    answer = downloads.asked_for(_asked(query), TABLES)
    assert answer is not None
    assert unquote(answer.headers["Content-Disposition"]) == f"attachment; filename*=utf-8''{said}.csv"


@pytest.mark.parametrize("query", ["format=pdf", "format=", "format=csv&table=others"])
def test_an_unknown_file_is_not_found(query: str) -> None:
    with pytest.raises(Http404):
        downloads.asked_for(_asked(query), TABLES)


def test_without_a_format_the_page_is_meant() -> None:
    assert downloads.asked_for(_asked("table=stages"), TABLES) is None


def test_links_keep_the_filters_of_the_page() -> None:
    found = dict(downloads.links(_asked("unit=3&source=сайт&format=csv&table=old"), "reasons"))
    assert set(found) == {"CSV", "XLSX"}
    asked = parse_qs(urlsplit(found["XLSX"]).query)
    assert urlsplit(found["XLSX"]).path == "/figures/"
    assert asked == {"unit": ["3"], "source": ["сайт"], "table": ["reasons"], "format": ["xlsx"]}
