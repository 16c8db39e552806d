"""The dossier's page: read and signed by a button, what is new marked where it stands, small things for those who go."""

import re

import pytest
from django.test import Client

from svyazka.presale.cases.commands import Story, save_case
from svyazka.presale.deals.commands import receive_request
from svyazka.presale.deals.queries import rows_by_id
from svyazka.presale.journal.queries import latest_entry_id, timeline
from svyazka.presale.meetings.models import Reading, SmallThing
from svyazka.presale.meetings.reading import note_small_thing
from svyazka.presale.questions.commands import answer_question, ask_question
from svyazka.presale.stages.commands import complete_stage, lose
from tests.company import TUESDAY, WHOLE_REQUEST, Company, accepted_deal
from tests.documents import PDF, filed
from tests.flows.test_hostile import HOSTILE
from tests.meetings import draft, planned, summed_up
from tests.web.visitors import browser_of, queries, read

pytestmark = pytest.mark.usefixtures("noon")

PATH = "2026-0001"
PAGE = f"/deals/{PATH}/dossier/"
SMALL = "Боится показаться неподготовленной"
NEW = 'class="state state--new"'


@pytest.fixture
def deal(company: Company) -> int:
    """In the preparation of the first meeting, to which the manager and the expert go."""
    deal_id = accepted_deal(company, mood="ждёт подвоха от каждой цифры")
    complete_stage(deal_id=deal_id, stage="request", actor=company.manager, at=TUESDAY)
    planned(company, deal_id)
    return deal_id


def seen_on(page: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found is not None
    return found[1]


def press(browser: Client) -> None:
    """Press "I have read it" on the page as it is now."""
    answer = browser.post(f"{PAGE}sign/", {"seen": seen_on(read(browser, PAGE))})
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)


def part(page: str, place: str) -> str:
    """A section or an entry of the page, by its id."""
    found = re.search(rf'<(section|li)[^>]* id="{place}".*?</\1>', page, re.DOTALL)
    return found[0] if found else ""


# Reading and signing


@pytest.mark.requirement("R15")
def test_everything_known_stands_on_one_page(company: Company, deal: int) -> None:
    """R15, R53."""
    question = ask_question(deal_id=deal, text="Кто ведёт склад?", actor=company.expert, at=TUESDAY)
    answer_question(question_id=question, answer="Пётр Кедров", actor=company.manager, at=TUESDAY)
    filed(deal, company.manager, name="Список задач.pdf")
    story = Story(
        "Партии на фабрике", "Считали вручную", "Месяц закрывают за 4 дня", client_name="ООО «Клён»", industries=("деревообработка",)
    )  # fmt: skip
    save_case(case_id=None, story=story, actor=company.expert, at=TUESDAY)
    page = read(browser_of(company.expert), PAGE)
    for place, words in {
        "coming": "Thu, November 26, 11:00 AM", "wanted": "Нужен учёт лесосырья", "profile": "деревообработка, оптовая торговля",
        "contacts": "+7 916 123-45-67", "small": "ждёт подвоха", "gaps": "has an answer to everything", "questions": "Пётр Кедров",
        "said": "договорились о созвоне", "deals": "first request", "projects": "don’t say the name", "files": "Список задач.pdf",
        "readers": "hasn’t read it yet",
    }.items():  # fmt: skip
        assert words in part(page, place), place
    assert "Понять, как система считает" in part(page, "coming")
    assert NEW not in page


@pytest.mark.requirement("R15")
def test_the_expert_signs_by_a_button_and_the_page_says_when(company: Company, deal: int) -> None:
    """R15: he confirms that he has read it; looking alone confirms nothing."""
    browser, before = browser_of(company.expert), latest_entry_id()
    page = read(browser, PAGE)
    assert (latest_entry_id(), Reading.objects.count()) == (before, 0)
    assert "you haven’t read it yet" in page
    assert 'class="button button--primary"' in page
    press(browser)
    page = read(browser, PAGE)
    assert "Signed: you have read the dossier." in page
    assert "You read it Tue, November 24, 12:00 PM" in page
    assert 'name="seen"' not in page
    acts = {one.act for one in timeline(chain=deal, with_details=False)}
    assert {"dossier.signed", "briefing.read"} <= acts


def test_for_others_the_button_is_a_quiet_one(company: Company, deal: int) -> None:
    for viewer in (company.manager, company.head):
        page = read(browser_of(viewer), PAGE)
        assert 'name="seen"' in page
        assert 'class="button button--primary" type="submit"><svg' not in page


@pytest.mark.requirement("R15")
def test_what_is_new_is_marked_where_it_stands_and_told_on_top(company: Company, deal: int) -> None:
    """R15: change after reading shows what is new."""
    question = ask_question(deal_id=deal, text="Кто ведёт склад?", actor=company.expert, at=TUESDAY)
    old = filed(deal, company.manager, name="Старый.pdf", content=b"%PDF-1.7 old")
    browser = browser_of(company.expert)
    press(browser)
    answer_question(question_id=question, answer="Пётр Кедров", actor=company.manager, at=TUESDAY)
    new = filed(deal, company.manager, name="Новый.pdf")
    noted = note_small_thing(deal_id=deal, text=SMALL, actor=company.manager, at=TUESDAY)
    page = read(browser, PAGE)
    assert "3 new things since you read it" in page
    for place in (f"q{question}", f"f{new}", f"s{noted}"):
        assert NEW in part(page, place)
        assert f'href="#{place}"' in part(page, "news")
    assert NEW not in part(page, f"f{old}")
    assert "not what is new" in part(page, "readers")
    press(browser)
    assert NEW not in read(browser, PAGE)


def test_signing_twice_is_signing_once(company: Company, deal: int) -> None:
    browser = browser_of(company.expert)
    seen = seen_on(read(browser, PAGE))
    for _ in range(2):
        assert browser.post(f"{PAGE}sign/", {"seen": seen}).status_code == 303
    assert Reading.objects.count() == 1
    assert [one.act for one in timeline(chain=deal, with_details=False)].count("dossier.signed") == 1


@pytest.mark.parametrize("seen", ["", "-1", "9999", "x", "²", "1e3", "9" * 40])
def test_a_page_that_never_was_is_not_signed(company: Company, deal: int, seen: str) -> None:
    browser, before = browser_of(company.expert), latest_entry_id()
    answer = browser.post(f"{PAGE}sign/", {"seen": seen})
    assert answer.status_code == 422
    assert "Read what stands here now" in answer.content.decode()
    assert (latest_entry_id(), Reading.objects.count()) == (before, 0)


# Who comes in


@pytest.mark.parametrize("who", ["agent", "programmer", "other_manager", "owner", "fixer"])
@pytest.mark.parametrize("act", ["", "sign/", "note/", "forget/"])
def test_for_agents_and_colleagues_without_a_part_in_it_there_is_no_such_page(
    company: Company, deal: int, who: str, act: str
) -> None:
    noted = note_small_thing(deal_id=deal, text=SMALL, actor=company.manager, at=TUESDAY)
    browser, before = browser_of(getattr(company, who)), latest_entry_id()
    typed = {"seen": "1", "text": "любит чай", "key": str(noted)}
    answer = browser.post(PAGE + act, typed) if act else browser.get(PAGE)
    assert answer.status_code == 404
    assert (latest_entry_id(), SmallThing.objects.count()) == (before, 1)


def test_a_partner_agent_reads_no_dossier_of_his_own_lead(company: Company) -> None:
    lead = receive_request(answers=WHOLE_REQUEST, actor=company.agent, at=TUESDAY, sure=True)
    path = rows_by_id([lead.deal_id], viewer=company.manager)[lead.deal_id].path
    assert browser_of(company.agent).get(f"/deals/{path}/dossier/").status_code == 404


def test_the_deals_page_leads_there_whoever_may_read_it(company: Company, deal: int) -> None:
    for viewer, leads in ((company.expert, True), (company.head, True), (company.programmer, False)):
        assert (f'href="{PAGE}"' in read(browser_of(viewer), f"/deals/{PATH}/")) is leads


def test_who_is_taken_along_reads_it_and_saves_its_files(company: Company, deal: int) -> None:
    other = accepted_deal(company)
    document = filed(other, company.manager)
    path = rows_by_id([other], viewer=company.manager)[other].path
    guest = browser_of(company.programmer)
    planned(company, other, ours={**draft(company).ours, company.programmer.me: frozenset[str]()})
    page = read(guest, f"/deals/{path}/dossier/")
    assert "you haven’t read it yet" in page
    answer = guest.get(f"/deals/{path}/files/{document}/")
    assert (answer.status_code, b"".join(answer)) == (200, PDF)
    assert guest.get(f"/deals/{PATH}/files/{document}/").status_code == 404


def test_of_a_closed_deal_it_is_read_and_no_longer_signed(company: Company, deal: int) -> None:
    browser = browser_of(company.expert)
    seen = seen_on(read(browser, PAGE))
    lose(deal_id=deal, reason="client_side.no_budget", evidence="письмо", actor=company.manager, at=TUESDAY)
    page = read(browser, PAGE)
    assert 'name="seen"' not in page
    assert "Note a small thing" not in page
    assert browser.post(f"{PAGE}sign/", {"seen": seen}).status_code == 409
    assert browser.post(f"{PAGE}note/", {"text": "любит чай"}).status_code == 409


# Small things


@pytest.mark.requirement("R15")
def test_a_small_thing_is_noted_read_by_who_goes_and_deleted(company: Company, deal: int) -> None:
    """R15: shown to those who go; for others there isn't even a heading, though they may tell one."""
    manager, head = browser_of(company.manager), browser_of(company.head)
    assert manager.post(f"{PAGE}note/", {"text": SMALL}).status_code == 303
    page = read(manager, PAGE)
    assert SMALL in part(page, "small")
    assert "isn’t printed or exported" in page
    for_head = read(head, PAGE)
    assert SMALL not in for_head
    assert 'id="small"' not in for_head
    assert head.post(f"{PAGE}note/", {"text": "Любит точность"}).status_code == 303
    page = read(head, PAGE)
    assert "Those who go to the meeting read it." in page
    assert "Любит точность" not in page
    assert "Любит точность" in read(browser_of(company.expert), PAGE)
    noted = SmallThing.objects.get(text=SMALL).pk
    assert manager.post(f"{PAGE}forget/", {"key": str(noted)}).status_code == 303
    assert SMALL not in read(manager, PAGE)
    assert manager.post(f"{PAGE}forget/", {"key": str(noted)}).status_code == 404
    assert manager.post(f"{PAGE}forget/", {"key": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"), [("", "required"), ("—", "required"), ("Любит точность. " * 40, "500 characters at most"), ("нет", "anything yet")]
)  # fmt: skip
def test_what_says_nothing_comes_back_as_typed(company: Company, deal: int, typed: str, said: str) -> None:
    answer = browser_of(company.expert).post(f"{PAGE}note/", {"text": typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in part(page, "small")
    assert f">\n{typed}" in page
    assert 'href="#small-text"' in page
    assert not SmallThing.objects.exists()


def test_after_the_meeting_is_closed_nobody_sees_them(company: Company) -> None:
    deal = accepted_deal(company)
    complete_stage(deal_id=deal, stage="request", actor=company.manager, at=TUESDAY)
    note_small_thing(deal_id=deal, text=SMALL, actor=company.manager, at=TUESDAY)
    summed_up(company, deal)
    page = read(browser_of(company.manager), PAGE)
    assert SMALL not in page
    assert 'id="small"' not in page
    assert "Итоги встречи 26 ноября" in part(page, "met")


def test_no_browser_keeps_the_page_and_no_draft_keeps_a_small_thing(company: Company, deal: int) -> None:
    answer = browser_of(company.expert).get(PAGE)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "data-draft" not in part(answer.content.decode(), "small")


# Texts and cost


def test_what_people_type_never_becomes_part_of_the_page(company: Company) -> None:
    boxes = (
        "company",
        "request",
        "context",
        "systems",
        "contact_name",
        "budget",
        "mood",
        "expected_question",
        "size",
    )
    deal = accepted_deal(company, **dict.fromkeys(boxes, HOSTILE))  # type: ignore[arg-type]
    planned(
        company, deal, our_goal=HOSTILE, client_goal=HOSTILE, place=HOSTILE[:300], criteria=(HOSTILE,),
    )  # fmt: skip
    browser = browser_of(company.manager)
    press(browser)
    note_small_thing(deal_id=deal, text=HOSTILE, actor=company.expert, at=TUESDAY)
    question = ask_question(deal_id=deal, text=HOSTILE, actor=company.expert, at=TUESDAY)
    answer_question(question_id=question, answer=HOSTILE, actor=company.administrator, at=TUESDAY)
    filed(deal, company.expert, name="\"'><img src=x onerror=alert(1)>{{7*7}}.pdf")
    story = Story(HOSTILE, HOSTILE, HOSTILE, client_name=HOSTILE, industries=("деревообработка",))
    save_case(case_id=None, story=story, actor=company.expert, at=TUESDAY)
    for shown in (read(browser, PAGE), browser.post(f"{PAGE}note/", {"text": HOSTILE * 20}).content.decode()):
        assert shown.count("&lt;script&gt;alert(1)") > 12
        for broken in ("<script>alert", "<img src=x", "\"'><", "onerror=alert(1)>49", "49.pdf"):
            assert broken not in shown, broken


def test_the_page_costs_the_same_however_much_is_known(company: Company, deal: int) -> None:
    browser = browser_of(company.expert)
    press(browser)

    def more(number: int) -> None:
        question = ask_question(
            deal_id=deal, text=f"Сколько складов, {number}?", actor=company.manager, at=TUESDAY
        )
        answer_question(question_id=question, answer="Три", actor=company.manager, at=TUESDAY)
        filed(deal, company.manager, name=f"{number}.pdf", content=b"%PDF-1.7 " + str(number).encode())
        note_small_thing(deal_id=deal, text=f"Пьёт чай, {number}", actor=company.manager, at=TUESDAY)
        accepted_deal(company)

    more(0)
    first = queries(browser, PAGE)
    for number in range(1, 6):
        more(number)
    assert queries(browser, PAGE) == first
