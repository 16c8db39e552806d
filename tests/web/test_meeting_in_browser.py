"""A meeting's page in a real browser: what is wrong is on the screen of a phone, and nothing sticks out of a narrow one."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from svyazka.presale.meetings.room import say_held
from svyazka.presale.people.models import Person
from svyazka.presale.questions.commands import answer_question, ask_question
from tests.company import Company, accepted_deal, found_company
from tests.meetings import planned, read_dossier
from tests.web.test_folder_in_browser import signed_in


@pytest.mark.django_db(transaction=True)
def test_on_a_phone_what_is_wrong_with_an_act_is_on_the_screen(page: Page, live_server: LiveServer) -> None:
    company, _deal, meeting = _a_meeting(ahead=timedelta(days=2))
    signed_in(page, company.manager, live_server.url)
    page.set_viewport_size({"width": 390, "height": 740})
    for opener, button, box in (
        ("It won’t take place…", "Cancel the meeting", "#id_reason"),
        ("It took place without the cockpit…", "Record it", "#held-minutes"),
    ):
        page.goto(f"{live_server.url}/meetings/{meeting}/")
        page.locator("summary", has_text=opener).click()
        form = page.locator("details[open]", has_text=opener)
        form.get_by_role("button", name=button).click()
        expect(page.locator(box)).to_be_focused()
        expect(page.locator(f"{box}_error")).to_be_in_viewport(ratio=1)


@pytest.mark.django_db(transaction=True)
def test_on_a_phone_a_task_is_mended_and_recorded_where_it_was_typed(
    page: Page, live_server: LiveServer
) -> None:
    company, _deal, meeting = _a_meeting(ahead=timedelta(hours=-2))
    say_held(meeting_id=meeting, minutes=60, actor=company.manager, at=timezone.now())
    signed_in(page, company.manager, live_server.url)
    page.set_viewport_size({"width": 390, "height": 740})
    page.goto(f"{live_server.url}/meetings/{meeting}/")
    page.locator("#line-0").fill("смета по складу")
    page.locator("#line-0").press("Enter")
    expect(page.locator("#line-0")).to_be_focused()
    expect(page.locator("#line-0_error")).to_be_in_viewport(ratio=1)
    page.locator("#line-0").fill(
        f"@expert смета по складу к {timezone.now() + timedelta(days=9):%d.%m.%Y} 15:00"
    )
    page.locator("#line-0").press("Enter")
    expect(page.get_by_text("смета по складу", exact=True)).to_be_in_viewport()


@pytest.mark.parametrize("width", [390, 1024, 1280])
@pytest.mark.django_db(transaction=True)
def test_whatever_a_meeting_lacks_the_page_fits_the_screen(
    page: Page, live_server: LiveServer, width: int
) -> None:
    company, deal, meeting = _a_meeting(ahead=timedelta(days=2))
    read_dossier(company, deal, at=timezone.now())
    question = ask_question(deal_id=deal, text="Кто ведёт склад?", actor=company.manager, at=timezone.now())
    answer_question(question_id=question, answer="Пётр Кедров", actor=company.manager, at=timezone.now())
    signed_in(page, company.manager, live_server.url)
    Person.objects.update(language="ru")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/meetings/{meeting}/")
    expect(page.locator("aside")).to_contain_text("досье изменилось с тех пор, как эксперт его прочёл")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def _a_meeting(*, ahead: timedelta) -> tuple[Company, int, int]:
    """A deal, and a meeting on it."""
    now = timezone.now()
    company = found_company(now - timedelta(days=9))
    deal = accepted_deal(company, now - timedelta(days=1))
    return company, deal, planned(company, deal, at=now - timedelta(days=1), starts_at=now + ahead)
