"""A deal that came from a table has every page that others have, and says where it came from."""

from datetime import date
from decimal import Decimal

import pytest

from svyazka.presale.imports.arrivals import NOT_SAID, Arrival, Contract
from svyazka.presale.imports.commands import bring_in, take_back
from tests.company import TUESDAY, Company
from tests.web.visitors import browser_of, read

pytestmark = [pytest.mark.requirement("R45"), pytest.mark.usefixtures("morning")]

RECEIVED, CLOSED = date(2026, 9, 7), date(2026, 10, 5)
OPEN, WON, LOST, DECLINED = "2026-0001", "2026-0002", "2026-0003", "2026-0004"


def brought(us: Company) -> int:
    """A deal of each kind."""
    answers = {
        "company": "ООО «Ромашка»",
        "request": "Учёт партий сырья",
        "source": "сайт",
        "phone": "+7 916 123-45-67",
    }

    def row(number: int, stage: str, **said: object) -> Arrival:
        return Arrival(number, answers, "ромашка", RECEIVED, stage, seats={"manager": us.manager.me}, **said)  # type: ignore[arg-type]

    rows = [
        row(2, "meeting"),
        row(3, "contract", status="won", closed=CLOSED, contract=Contract(Decimal(1_250_000), CLOSED)),
        row(4, "estimate", status="lost", closed=CLOSED, reason=NOT_SAID),
        row(5, "request", status="declined", closed=CLOSED, reason="declined"),
    ]
    return bring_in(arrivals=rows, name="воронка.xlsx", actor=us.dispatcher, at=TUESDAY)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_its_pages_open_whatever_became_of_it(company: Company, language: str) -> None:
    brought(company)
    browser = browser_of(company.administrator, language)
    for number in (OPEN, WON, LOST, DECLINED):
        page = read(browser, f"/deals/{number}/")
        assert {"ru": "Перенесена из таблицы", "en": "Brought in from a table"}[language] in page
    for number in (WON, LOST, DECLINED):
        assert "Ромашка" in read(browser, f"/deals/{number}/postmortem/")
    for path in ("/", "/board/", "/overview/", "/figures/", "/figures/?part=funnel", "/figures/week/", "/figures/rules/", "/figures/hints/",
                 "/figures/people/", "/reviews/", "/run/", "/search/?q=Ромашка", "/window/"):  # fmt: skip
        read(browser, path)


def test_a_loss_of_which_the_table_says_no_reason_says_so(company: Company) -> None:
    brought(company)
    browser = browser_of(company.administrator, "en")
    assert "No reason given" in read(browser, "/figures/?part=funnel")
    assert "No reason given" in read(browser, f"/deals/{LOST}/postmortem/")
    assert NOT_SAID not in read(browser, f"/deals/{LOST}/")


def test_what_was_taken_back_stands_in_no_list(company: Company) -> None:
    made = brought(company)
    take_back(import_id=made, actor=company.dispatcher, at=TUESDAY)
    browser = browser_of(company.administrator, "en")
    for path in ("/board/", "/overview/", "/figures/", "/window/"):
        assert "Ромашка" not in read(browser, path)
    assert "import undone" in read(browser, f"/deals/{OPEN}/")
