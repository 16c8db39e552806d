"""Papers from the pages: the poster, a meeting's sheet, the empty sheet of an agenda; and what of them the client may see."""

from urllib.parse import unquote

import pytest

from svyazka.engine.lint import load_process
from svyazka.presale.journal.models import Entry
from svyazka.presale.process.commands import publish_process
from svyazka.processes import packaged_text
from tests.company import TUESDAY, Company, accepted_deal, found_company
from tests.meetings import planned, replan
from tests.papers import joined, needs_poppler, pages, sizes
from tests.web.visitors import browser_of, read

pytestmark = [pytest.mark.requirement("R24"), pytest.mark.usefixtures("morning"), needs_poppler]

HOSTILE = '#import "x": * $a$ @b \\ <c> _d_ = e'


@pytest.fixture
def us(db: None) -> Company:
    return found_company()


def test_the_poster_is_taken_from_its_page_in_the_readers_language(us: Company) -> None:
    browser = browser_of(us.manager, "ru")
    page = read(browser, "/process/sheet/")
    for paper, size in (("a3", (420, 297)), ("a4", (297, 210))):
        address = f"/process/sheet/{paper}.pdf"
        assert f'href="{address}"' in page
        answer = browser.get(address)
        assert sizes(answer.content) == [size]
        assert joined("Защита предложения") in pages(answer.content)[0]
        assert unquote(answer.headers["Content-Disposition"]).endswith(
            f"Пресейл от запроса до договора, {paper.upper()}.pdf"
        )


def test_a_browser_saves_a_paper_and_runs_nothing_in_it(us: Company) -> None:
    answer = browser_of(us.manager).get("/process/sheet/a4.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_the_poster_is_of_the_version_in_force(us: Company) -> None:
    browser = browser_of(us.manager, "ru")
    assert joined("Версия 1,") in pages(browser.get("/process/sheet/a4.pdf").content)[0]
    text = packaged_text().replace("ru: Подготовка, en", "ru: Сборы, en", 1)
    publish_process(text=text, note="second", actor=us.owner, at=TUESDAY)
    (page,) = pages(browser.get("/process/sheet/a4.pdf").content)
    assert joined("Версия 2,") in page
    assert "Сборы" in page


def test_a_process_too_long_for_one_sheet_is_told_on_the_page(us: Company) -> None:
    why = "Чего не спросили сейчас, спросят на встрече за счёт её времени"
    text = packaged_text().replace("Анкета заполнена, клиент получил ответ", " ".join([why] * 150), 1)
    publish_process(text=text, note="long", actor=us.owner, at=TUESDAY)
    answer = browser_of(us.manager, "ru").get("/process/sheet/a4.pdf")
    assert answer.status_code == 422
    assert "не помещаются на одном листе" in answer.content.decode()


def test_every_agenda_has_an_empty_sheet_to_fill_by_hand(us: Company) -> None:
    browser = browser_of(us.manager, "ru")
    page = read(browser, "/process/lists/")
    for agenda in load_process(packaged_text()).agendas:
        address = f"/process/agendas/{agenda.key}/sheet.pdf"
        assert f'href="{address}"' in page
        sheet = pages(browser.get(address).content)
        assert sizes(browser.get(address).content) == [(210, 297)] * 2
        assert all(joined(item.text.ru) in sheet[0] for item in agenda.items)
        for heading in ("Решения", "Парковка", "Кто делает", "Кто следит", "Следующий шаг", "Подписи"):
            assert joined(heading) in sheet[1]


@pytest.mark.requirement("R10")
@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_meetings_sheet_has_its_plan_and_room_for_the_rest(us: Company, language: str) -> None:
    meeting_id = planned(us, accepted_deal(us))
    browser, address = browser_of(us.manager, language), f"/meetings/{meeting_id}/sheet.pdf"
    assert f'href="{address}"' in read(browser, f"/meetings/{meeting_id}/")
    sheet = pages(browser.get(address).content)
    assert sizes(browser.get(address).content) == [(210, 297)] * 2
    for planned_text in (
        "Клиент называет три задачи", "Понять, как система считает", "Бизнес и задачи клиента", "Олег Климов", "Офис клиента, Лесная, 7",
        "Ольга Петровна Лескова", "финансовый директор", "Клиент сам назвал дату следующего шага",
    ):  # fmt: skip
        assert joined(planned_text) in sheet[0], planned_text
    for heading in ("Задачи", "Подписи") if language == "ru" else ("Tasks", "Signatures"):
        assert heading in sheet[1]


def test_the_side_that_the_client_signs_has_nothing_of_ours(us: Company) -> None:
    meeting_id = planned(us, accepted_deal(us))
    plan, after = pages(browser_of(us.manager, "ru").get(f"/meetings/{meeting_id}/sheet.pdf").content)
    ours = joined("Клиент называет три задачи")
    assert ours in plan
    assert joined("Эта сторона остаётся у нас") in plan
    assert ours not in after
    assert joined("подписываем с ним") in after


def test_what_is_typed_into_a_plan_comes_out_as_it_was_typed(us: Company) -> None:
    meeting_id = planned(us, accepted_deal(us))
    replan(
        us,
        meeting_id,
        our_goal=HOSTILE,
        client_goal=HOSTILE + "\nдва\tтри",
        criteria=(HOSTILE,),
        place=HOSTILE,
    )
    (plan, _after) = pages(browser_of(us.manager).get(f"/meetings/{meeting_id}/sheet.pdf").content)
    assert plan.count(joined(HOSTILE)) == 4
    assert joined("\nдва\tтри") in plan


def test_whoever_may_not_read_the_plan_gets_no_sheet(us: Company) -> None:
    meeting_id = planned(us, accepted_deal(us))
    for stranger in (us.programmer, us.agent):
        assert browser_of(stranger).get(f"/meetings/{meeting_id}/sheet.pdf").status_code == 404
    assert "sheet.pdf" not in read(browser_of(us.programmer), f"/meetings/{meeting_id}/")


def test_taking_a_paper_changes_nothing(us: Company) -> None:
    meeting_id = planned(us, accepted_deal(us))
    browser, before = browser_of(us.manager), Entry.objects.count()
    for address in (
        "/process/sheet/a4.pdf",
        "/process/agendas/huddle/sheet.pdf",
        f"/meetings/{meeting_id}/sheet.pdf",
    ):
        assert browser.get(address).status_code == 200
    assert Entry.objects.count() == before
