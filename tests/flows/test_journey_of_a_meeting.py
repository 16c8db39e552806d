"""A client meeting from its first word to the confirmed letter: manager, expert and client, each at his own screen, on phones."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from svyazka.connectors.email.channel import EmailChannel
from svyazka.presale.journal.queries import faults
from svyazka.presale.meetings.models import Jot
from svyazka.presale.stages.commands import complete_stage
from tests.company import TUESDAY, Company, accepted_deal
from tests.connectors.mailserver import Mailbox, mail_server
from tests.flows.conftest import SignIn, Visit, fits
from tests.flows.test_journey import POLLED, unfold
from tests.mailing import delivered, links_in
from tests.meetings import MAIL

ROOM = re.compile("/room/$")
CLIENT_GOAL = "Понять, как система считает себестоимость партии"


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with mail_server() as box:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        settings.CHANNELS = ("email",)
        yield box


@pytest.fixture
def post(mailbox: Mailbox) -> Iterator[EmailChannel]:
    channel = EmailChannel()
    yield channel
    channel.close()


def sound(page: Page) -> None:
    """The page fits the screen and is accessible in the state that it is in."""
    fits(page)
    found = Axe().run(page).response["violations"]
    assert [f"{one['id']} {one['nodes'][0]['html'][:120]}" for one in found] == [], page.url


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def plan(manager: Page) -> None:
    """A dead format is typed first, and is pointed out; then the plan is written. What was typed outlives the page, its rows too."""
    manager.goto("/deals/2026-0001/")
    manager.locator("#meetings").get_by_label("Какая встреча").select_option("first_meeting")
    press(manager, "Подготовить встречу")
    manager.get_by_label("Наша цель").fill("Показать ERP")
    manager.get_by_label("Цель клиента").fill(CLIENT_GOAL)
    manager.get_by_label("День и время").fill(f"{TUESDAY + timedelta(days=2):%Y-%m-%d}T11:00")
    manager.get_by_label("Место или ссылка").fill("Офис клиента, Лесная, 7")
    manager.locator("#ours").get_by_label("протокол").nth(1).check()
    manager.get_by_label("Критерий, 1").fill("Клиент сам назвал дату следующего шага")
    manager.locator("#criteria").get_by_role("button", name="Ещё строка").click()
    manager.get_by_label("Критерий, 2").fill("Назван ответственный")
    manager.reload()
    expect(manager.get_by_label("Критерий, 2")).to_have_value("Назван ответственный")
    expect(manager.get_by_label("Критерий, 1")).to_have_value("Клиент сам назвал дату следующего шага")
    manager.get_by_label("Критерий, 2").fill("")
    press(manager, "Сохранить план")
    expect(manager.get_by_role("main")).to_contain_text("мёртвый формат")
    sound(manager)
    manager.get_by_label("Наша цель").fill("Клиент называет три задачи, которые решаем первыми")
    manager.locator("#theirs").get_by_label("принимает решение").first.check()
    press(manager, "Сохранить план")
    expect(manager.get_by_role("main")).not_to_contain_text("мёртвый формат")


def agree(manager: Page, client: Page, post: EmailChannel, mailbox: Mailbox) -> None:
    """The client corrects the goal on his page, the manager takes it in, and he agrees."""
    press(manager, "Отправить план клиенту")
    letter = delivered(post, mailbox, at=timezone.now())[-1]
    assert letter["To"] == MAIL
    client.goto(links_in(letter)[0])
    expect(client.get_by_role("main")).to_contain_text(CLIENT_GOAL)
    sound(client)
    form = unfold(client.get_by_role("main"), "Хочу поправить")
    form.get_by_label("Что должно появиться у вас").fill("Увидеть себестоимость партии на наших данных")
    press(client, "Отправить поправки")
    expect(client.get_by_role("main")).to_contain_text("Ваши поправки у нас")
    manager.reload()
    press(manager, "Взять цель словами клиента")
    expect(manager.get_by_role("main")).to_contain_text("Увидеть себестоимость партии на наших данных")
    press(manager, "Отправить план клиенту")
    letter = delivered(post, mailbox, at=timezone.now())[-1]
    client.goto(links_in(letter)[0])
    press(client, "Да, всё подходит")
    expect(client.get_by_role("main")).to_contain_text("Договорились")


def huddle(manager: Page) -> None:
    press(manager, "Провести десятиминутку")
    press(manager, "Начать десятиминутку")
    manager.locator("summary", has_text="Завершить").click()
    manager.get_by_role("button", name="Да, завершить").click()
    expect(manager.get_by_role("main")).to_contain_text("Десятиминутка проведена", timeout=POLLED)
    expect(manager.locator("#ready")).to_contain_text("Готова")


def hold(manager: Page, meeting: str) -> None:
    """The connection breaks in the middle: what is written meanwhile is there afterwards."""
    manager.goto(f"{meeting}run/")
    press(manager, "Начать встречу")
    box = manager.get_by_label("Что прозвучало")
    box.fill("Себестоимость партии считают в таблицах")
    press(manager, "Заметка")
    expect(manager.locator("[data-status]")).to_have_text("Всё сохранено", timeout=POLLED)
    manager.route(ROOM, lambda route: route.abort())
    box.fill("Начинаем с лесосклада")
    press(manager, "Решение")
    box.fill("Можно ли грузить данные с пилорамы?")
    manager.get_by_role("button", name="Отложить").click()
    expect(manager.locator("[data-jots] > li")).to_have_count(3)
    assert Jot.objects.count() == 1
    manager.unroute(ROOM)
    expect(manager.locator("[data-status]")).to_have_text("Всё сохранено", timeout=POLLED)
    assert Jot.objects.count() == 3
    fits(manager)
    manager.locator("summary", has_text="Завершить").click()
    manager.get_by_role("button", name="Да, завершить").click()
    expect(manager.get_by_role("heading", name="Закрыть встречу")).to_be_visible(timeout=POLLED)


def close(manager: Page, expert: Page, meeting: str) -> None:
    """Names are offered after "@", by the keyboard and by touch; what is missing is named, led to, and nothing typed is lost."""
    sound(manager)
    manager.get_by_label("Чем подтверждено").fill("дата — 1 декабря")
    press(manager, "Закрыть встречу")
    missing = manager.get_by_role("alert")
    expect(missing).to_be_focused()
    sound(manager)
    missing.get_by_role("link", name="Пока никто не отвечает за вопрос").click()
    line = manager.get_by_label("Кто, что и к какому сроку").first
    expect(line).to_be_focused()
    expect(line).to_have_value("Можно ли грузить данные с пилорамы?")
    line.fill("@expert ответ про пилораму когда сможешь")
    line.press("Enter")
    expect(manager.get_by_role("main")).to_contain_text("Это не срок")
    expect(line).to_have_role("combobox")
    line.fill("@кл")
    offered = manager.get_by_role("listbox")
    expect(offered.get_by_role("option", selected=True)).to_have_text("Олег Климов@Климов")
    sound(manager)
    line.press("Enter")
    line.press_sequentially("ответ про пилораму к 30.11 15:00")
    expect(line).to_have_value("@Климов ответ про пилораму к 30.11 15:00")
    line.press("Enter")
    expect(manager.locator("[id^=jot-]").first).to_contain_text("Олег Климов")
    general = manager.locator("#line-0")
    general.press_sequentially("договор на обследование @")
    manager.get_by_role("option", name="Мария Серова").tap()
    general.press_sequentially("к 01.12 12:00")
    general.press("Enter")
    expect(manager.locator("#tasks ~ ul > li")).to_have_count(2)
    manager.locator("summary", has_text="Исправить или убрать").last.click()
    again = manager.locator("input[id^=again-]").last
    again.fill("@Серова договор на обследование к 01.12 15:00")
    again.press("Enter")
    expect(manager.locator("#tasks ~ ul > li").last).to_contain_text("15:00")
    expect(manager.get_by_label("Чем подтверждено")).to_have_value("дата — 1 декабря")
    manager.get_by_label("выполнен", exact=True).check()
    manager.get_by_label("Кто следит за задачами").select_option(label="Титов Игорь")
    press(manager, "Закрыть встречу")
    expect(manager.get_by_role("main")).to_contain_text("Следит: Игорь Титов")
    sound(manager)
    expert.goto(meeting)
    expert.get_by_label("идём дальше").check()
    expert.get_by_label("Почему, одной фразой").fill("задача типовая, риск в данных")
    press(expert, "Записать вывод")
    expect(expert.get_by_role("main")).to_contain_text("задача типовая, риск в данных")


def sum_up(manager: Page, client: Page, post: EmailChannel, mailbox: Mailbox) -> None:
    """The letter is corrected point by point, sent again, and confirmed with the answer whether he is ready."""
    manager.get_by_role("link", name="Написать письмо").click()
    expect(manager.get_by_label("Тема")).to_have_value(re.compile("Итоги встречи"))
    sound(manager)
    press(manager, "Сохранить черновик")
    press(manager, "Отправить письмо")
    letter = delivered(post, mailbox, at=timezone.now())[-1]
    reading, correcting = links_in(letter)
    client.goto(correcting)
    expect(client.get_by_label("Пункт 1")).to_be_visible()
    client.goto("about:blank")
    client.goto(reading)
    expect(client.get_by_label("Пункт 1")).to_be_hidden()
    client.goto(correcting)  # the page is open already
    expect(client.get_by_label("Пункт 1")).to_be_visible()
    expect(client.get_by_label("Пункт 1")).to_have_value("Себестоимость партии считают в таблицах")
    expect(client.get_by_label("Пункт 2")).to_have_value("Начинаем с лесосклада")
    sound(client)
    client.get_by_label("Пункт 2").fill("Начинаем с лесосклада и пилорамы")
    press(client, "Отправить поправки")
    expect(client.get_by_role("main")).to_contain_text("Ваши поправки у нас")
    manager.reload()
    expect(manager.locator("#corrected ~ ul ins")).to_have_text("и пилорамы")
    sound(manager)
    press(manager, "Сохранить черновик")
    press(manager, "Отправить письмо")
    letter = delivered(post, mailbox, at=timezone.now())[-1]
    client.goto(links_in(letter)[0])
    expect(client.get_by_role("main")).to_contain_text("Начинаем с лесосклада и пилорамы")
    press(client, "Всё верно")
    expect(client.get_by_role("main")).to_contain_text("Подтверждено, спасибо")
    sound(client)
    client.get_by_label("Да, готовы").check()
    press(client, "Ответить")
    expect(client.get_by_role("main")).to_contain_text("Ваш ответ: Да, готовы")
    manager.reload()
    expect(manager.get_by_role("main")).to_contain_text("Клиент подтвердил письмо: Ольга Петровна Лескова")


@pytest.mark.parametrize("screen", ["phone"], indirect=True)
@pytest.mark.requirement("R10")
@pytest.mark.requirement("R12")
@pytest.mark.requirement("R13")
@pytest.mark.requirement("R14")
@pytest.mark.requirement("R15")
@pytest.mark.requirement("R16")
@pytest.mark.requirement("R17")
@pytest.mark.requirement("R29")
@pytest.mark.requirement("R52")
def test_a_meeting_has_a_result_that_the_client_confirms(  # noqa: PLR0917 (fixtures)
    house: Company,
    sign_in: SignIn,
    visit: Visit,
    post: EmailChannel,
    mailbox: Mailbox,
    clock: time_machine.Traveller,
) -> None:
    deal = accepted_deal(house)
    complete_stage(deal_id=deal, stage="request", actor=house.manager, at=timezone.now())
    manager, expert, client = sign_in("manager"), sign_in("expert"), visit()
    plan(manager)
    meeting = manager.url.rstrip("/").rpartition("/meetings/")[2]
    meeting = f"/meetings/{meeting.partition('/')[0]}/"
    agree(manager, client, post, mailbox)
    expert.goto("/deals/2026-0001/dossier/")
    expert.get_by_role("button", name="Отметить прочитанным", exact=False).first.click()
    manager.goto(meeting)
    huddle(manager)
    clock.shift(timedelta(days=2))
    manager.goto("/deals/2026-0001/")
    press(manager, "Завершить этап и перейти к «Первая встреча»")
    hold(manager, meeting)
    close(manager, expert, meeting)
    sum_up(manager, client, post, mailbox)
    manager.goto("/deals/2026-0001/")
    expect(manager.locator("#gate-title")).to_have_text("Этап можно завершать")
    assert list(faults()) == []
