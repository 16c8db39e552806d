"""A client's people and his words are for those on the deal, in every dress: page, API, search, timeline, changes."""

from datetime import timedelta

import pytest
import time_machine

from svyazka.presale.commitments.commands import open_commitment
from svyazka.presale.journal.values import Actor
from svyazka.presale.questions.commands import answer_question, ask_question, relay_question
from svyazka.presale.questions.queries import question_row, questions_seen
from svyazka.presale.stages.keeping import keep_commitment
from tests.api.caller import Caller
from tests.company import TUESDAY, Company, accepted_deal, found_company
from tests.web.visitors import browser_of, queries, read

pytestmark = pytest.mark.django_db

AT = TUESDAY + timedelta(hours=2)
PATH = "2026-0001"
NAME, DUTY, PHONE, EMAIL = "Лескова", "финансовый директор", "123-45-67", "leskova@sevles.example"
ASKED, ANSWERED, NOTED = "Есть ли весовая на въезде", "Весовую сломал сын директора", "сказал шёпотом"
SMALL = (NAME, DUTY, PHONE, "9161234567", EMAIL, ASKED, ANSWERED, NOTED)
ON_THE_DEAL = ("administrator", "dispatcher", "head", "manager", "expert", "estimator")
COLLEAGUES = ("programmer", "other_manager", "owner", "fixer")


@pytest.fixture
def company() -> Company:
    return found_company()


@pytest.fixture
def deal(company: Company) -> int:
    """With a question of the expert's, answered, and a commitment kept with a note."""
    deal_id = accepted_deal(company)
    asked = ask_question(deal_id=deal_id, text=ASKED, actor=company.expert, at=TUESDAY)
    relay_question(question_id=asked, actor=company.manager, at=TUESDAY)
    answer_question(question_id=asked, answer=ANSWERED, actor=company.manager, at=TUESDAY)
    promised = open_commitment(
        deal_id=deal_id, performer_id=company.manager.me, result="Узнать про весовую", due_at=AT, controller_id=None,
        actor=company.manager, at=TUESDAY,
    )  # fmt: skip
    keep_commitment(commitment_id=promised, actor=company.manager, at=TUESDAY, note=NOTED)
    return deal_id


def _everything_shown(viewer: Actor) -> str:
    with time_machine.travel(AT, tick=False):
        browser, caller = browser_of(viewer), Caller(viewer)
        pages = [
            f"/deals/{PATH}/",
            f"/deals/{PATH}/body/",
            f"/deals/{PATH}/intake/",
            "/",
            "/board/",
            "/window/",
        ]
        pages += [
            f"/window/{PATH}/",
            "/overview/",
            "/figures/week/?week=2026-W48",
            "/notices/",
            "/search/?q=северный",
        ]
        shown = [
            answer.content.decode() for page in pages if (answer := browser.get(page)).status_code == 200
        ]
        calls = [
            f"/deals/{PATH}",
            f"/deals/{PATH}/questions",
            f"/deals/{PATH}/commitments",
            "/deals",
            "/changes",
        ]
        return "\n".join([*shown, *(str(caller.get(call).body) for call in calls)])


@pytest.mark.parametrize("who", COLLEAGUES)
def test_a_colleague_without_a_seat_reads_neither_the_clients_people_nor_his_words(
    company: Company, deal: int, who: str
) -> None:
    shown = _everything_shown(getattr(company, who))
    assert "Северный лес" in shown
    assert [small for small in SMALL if small in shown] == []


@pytest.mark.parametrize("who", ON_THE_DEAL)
def test_who_sits_on_the_deal_or_answers_for_it_reads_them(company: Company, deal: int, who: str) -> None:
    shown = _everything_shown(getattr(company, who))
    assert {NAME, EMAIL, ASKED, ANSWERED, NOTED} <= {small for small in SMALL if small in shown}


def test_everybody_sees_that_a_question_is_open_and_whose_it_is(company: Company, deal: int) -> None:
    ask_question(deal_id=deal, text="Сколько складов?", actor=company.estimator, at=TUESDAY)
    page = read(browser_of(company.programmer), f"/deals/{PATH}/")
    assert "Only the people on the deal can read this" in page
    assert "with the manager" in page
    items = Caller(company.programmer).get(f"/deals/{PATH}/questions").body["items"]
    assert [(item["text"], item["answer"], bool(item["answered_at"])) for item in items] == [
        (None, None, False),
        (None, None, True),
    ]


def test_who_asked_reads_his_own_question_and_what_was_answered(company: Company, deal: int) -> None:
    mine = ask_question(deal_id=deal, text="Сколько складов?", actor=company.programmer, at=TUESDAY)
    answer_question(question_id=mine, answer="Три склада", actor=company.manager, at=TUESDAY)
    seen = {row.id: (row.text, row.answer) for row in questions_seen(deal_id=deal, viewer=company.programmer)}
    assert seen.pop(mine) == ("Сколько складов?", "Три склада")
    assert set(seen.values()) == {(None, None)}
    assert question_row(mine, viewer=company.other_manager).text is None


@pytest.mark.parametrize("path", [f"/deals/{PATH}/"])
def test_cutting_costs_no_query_a_question(company: Company, deal: int, path: str) -> None:
    with time_machine.travel(AT, tick=False):
        browser = browser_of(company.programmer)
        before = queries(browser, path)
        for number in range(5):
            ask_question(deal_id=deal, text=f"Сколько складов, {number}?", actor=company.expert, at=TUESDAY)
        assert queries(browser, path) == before
