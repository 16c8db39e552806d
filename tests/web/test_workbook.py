"""The workbook of the process as a file of its page."""

import io

import openpyxl
import pytest

from tests.company import Company, led_deal
from tests.web.visitors import browser_of

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("R24")
def test_the_workbook_downloads_in_the_readers_language_and_without_deals(company: Company) -> None:
    led_deal(company)
    page = browser_of(company.manager).get("/process/")
    assert "/process/workbook/" in page.content.decode()
    answer = browser_of(company.manager, "ru").get("/process/workbook/")
    assert answer["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert "attachment" in answer["Content-Disposition"]
    assert ".xlsx" in answer["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book["Воронка"]["C2"].value is None
    assert book["Списки"]["A2"].value
    english = browser_of(company.manager, "en").get("/process/workbook/")
    assert openpyxl.load_workbook(io.BytesIO(english.content))["Funnel"]["B1"].value == "Received"


def test_partner_agents_get_no_workbook(company: Company) -> None:
    assert browser_of(company.agent).get("/process/workbook/").status_code == 404
