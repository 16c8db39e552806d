"""The dossier in a real browser: read, signed, told more, signed again; on paper without the small things."""

import re
import zlib
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from svyazka.presale.meetings.reading import note_small_thing
from svyazka.presale.questions.commands import answer_question, ask_question
from svyazka.presale.stages.commands import complete_stage
from tests.company import Company, accepted_deal, found_company
from tests.meetings import planned
from tests.web.test_folder_in_browser import signed_in

SMALL = "Боится показаться неподготовленной"


@pytest.mark.requirement("R15")
@pytest.mark.django_db(transaction=True)
def test_the_expert_reads_signs_is_told_more_and_signs_again(page: Page, live_server: LiveServer) -> None:
    """R15: he confirms by a button; what the manager adds is marked and asks for another signature."""
    company, question = _before_a_meeting()
    signed_in(page, company.expert, live_server.url)
    page.goto(f"{live_server.url}/deals/2026-0001/")
    page.get_by_role("link", name="Dossier").first.click()
    expect(page.get_by_text("you haven’t read it yet")).to_be_visible()
    expect(page.locator("#small")).to_contain_text(SMALL)
    page.get_by_role("button", name="I have read it").first.click()
    expect(page.get_by_text(re.compile("You read it"))).to_be_visible()
    expect(page.get_by_role("button", name="I have read it")).to_have_count(0)
    answer_question(question_id=question, answer="Пётр Кедров", actor=company.manager, at=timezone.now())
    page.reload()
    expect(page.get_by_text("1 new thing since you read it")).to_be_visible()
    page.locator("#news").get_by_role("link", name="The client answered the question").click()
    expect(page.locator(f"#q{question}")).to_be_in_viewport()
    expect(page.locator(f"#q{question} .state--new")).to_be_visible()
    page.get_by_role("button", name="I have read what is new").first.click()
    expect(page.get_by_text(re.compile("You read it"))).to_be_visible()
    expect(page.locator(".state--new")).to_have_count(0)


@pytest.mark.django_db(transaction=True)
def test_a_button_prints_it_and_nothing_is_cut_or_left_white(page: Page, live_server: LiveServer) -> None:
    company, _ = _before_a_meeting()
    signed_in(page, company.expert, live_server.url)
    page.add_init_script("window.print = () => { window.printed = true; }")
    page.goto(f"{live_server.url}/deals/2026-0001/dossier/")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed")
    expect(page.locator("#coming")).to_contain_text("Бизнес и задачи клиента, 40 min · Олег Климов")
    gap = page.evaluate(
        """(() => {
            const box = (name) => document.getElementById(name).getBoundingClientRect();
            return box("small").top - box("wanted").bottom;
        })()"""
    )
    assert gap < 60, "the sections stand below one another, however long the other column is"
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 960})  # of a sheet of A4 between its margins
    order = [
        "coming",
        "wanted",
        "profile",
        "contacts",
        "gaps",
        "questions",
        "deals",
        "projects",
        "files",
        "readers",
    ]
    tops = [page.locator(f"#{one}").bounding_box() for one in order]
    assert [one["y"] for one in tops if one] == sorted(one["y"] for one in tops if one)
    assert page.evaluate("document.documentElement.scrollWidth") <= 680


@pytest.mark.requirement("R15")
@pytest.mark.django_db(transaction=True)
def test_on_paper_there_is_no_small_thing_no_rail_and_no_button(page: Page, live_server: LiveServer) -> None:
    """R15: never exported, to paper neither."""
    company, _ = _before_a_meeting()
    signed_in(page, company.expert, live_server.url)
    page.goto(f"{live_server.url}/deals/2026-0001/dossier/")
    expect(page.get_by_text(SMALL)).to_be_visible()
    page.emulate_media(media="print")
    for hidden in (
        page.get_by_text(SMALL),
        page.locator("#small"),
        page.get_by_role("navigation", name="Sections"),
    ):
        expect(hidden).to_be_hidden()
    expect(page.get_by_role("button")).to_have_count(0)
    for shown in (
        "#coming",
        "#wanted",
        "#profile",
        "#contacts",
        "#gaps",
        "#questions",
        "#deals",
        "#projects",
        "#files",
        "#readers",
    ):
        expect(page.locator(shown)).to_be_visible()
    expect(page.get_by_text(re.compile("As of .*, for Олег Климов"))).to_be_visible()
    paper = page.pdf(prefer_css_page_size=True)
    assert paper.startswith(b"%PDF")
    assert _sizes(paper) == {(595, 842)}, "A4"


def _before_a_meeting() -> tuple[Company, int]:
    """The manager and the expert go to a meeting in two days; a question waits. Gives its id too."""
    now = timezone.now()
    company = found_company(now - timedelta(days=9))
    deal = accepted_deal(company, now)
    complete_stage(deal_id=deal, stage="request", actor=company.manager, at=now)
    planned(company, deal, at=now, starts_at=now + timedelta(days=2))
    note_small_thing(deal_id=deal, text=SMALL, actor=company.manager, at=now)
    return company, ask_question(deal_id=deal, text="Кто ведёт склад?", actor=company.expert, at=now)


def _sizes(paper: bytes) -> set[tuple[int, int]]:
    """The sizes of a PDF's pages, in points."""
    packed = re.findall(rb"stream\r?\n(.*?)endstream", paper, re.DOTALL)
    texts = [paper, *(zlib.decompressobj().decompress(one) for one in packed if one[:1] == b"x")]
    boxes = [
        box for text in texts for box in re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", text)
    ]
    return {(round(float(wide)), round(float(high))) for wide, high in boxes}
