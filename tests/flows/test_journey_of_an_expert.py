"""From "we need an expert" to who goes: manager, head and experts at their screens, in English at a desk and in Russian on a phone."""

from collections.abc import Callable
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import get_user_model
from playwright.sync_api import Locator, Page, expect

from svyazka.presale.experts.asking import Ask, ask_for_expert
from svyazka.presale.experts.queries import request_row
from svyazka.presale.journal.queries import faults
from tests.company import TUESDAY, Company, led_deal
from tests.flows.conftest import SignIn, fits
from tests.flows.test_journey import POLLED, day, unfold

DEAL, BOARD = "/deals/2026-0001/", "/experts/"
GOAL = "Клиент видит, как считается себестоимость партии"

Say = Callable[[str, str], str]


@pytest.fixture
def say(house: Company, screen: str) -> Say:
    """The words of a page. Russian ones are the longer, so they are read where there is the least room."""
    russian = screen == "phone"
    get_user_model().objects.update(language="ru" if russian else "en")
    return lambda english, in_russian: in_russian if russian else english


def asked(house: Company, competence: str, deal: int) -> int:
    """A request on the board that somebody has put there before the test looks."""
    ask = Ask(
        "expert", competence, date(2026, 11, 25), date(2026, 11, 27), GOAL, to_decide="хватит ли типовой"
    )
    return ask_for_expert(deal_id=deal, ask=ask, actor=house.manager, at=TUESDAY)


def sound(page: Page) -> None:
    """The page fits the screen and is accessible in the state that it is in."""
    fits(page)
    found = Axe().run(page).response["violations"]
    assert [f"{one['id']} {one['nodes'][0]['html'][:120]}" for one in found] == [], page.url


def row(page: Page, competence: str) -> Locator:
    return page.locator("#experts").get_by_role("listitem").filter(has_text=competence)


def write(page: Page, part: str, label: str, words: str, button: str) -> None:
    """Answer in the folded form that is headed so."""
    form = unfold(page.locator("#answer"), part)
    form.get_by_label(label).fill(words)
    form.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("main")).to_contain_text(words)
    fits(page)


def tab_to(page: Page, wanted: Locator, most: int = 60) -> None:
    """Go on with the Tab key alone until this has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{most} presses of Tab don't reach {wanted}")


def ask_on_the_deals_page(page: Page, say: Say) -> None:
    """What has to be decided is forgotten at first: nothing else that was typed gets lost."""
    page.goto(DEAL)
    page.locator("#people").get_by_role("link", name=say("Ask for an expert", "Запросить эксперта")).click()
    page.get_by_label(say("Competence", "Компетенция")).select_option("1С:ERP")
    page.get_by_label(say("What will be there for the client", "Что будет у клиента")).fill(GOAL)
    page.get_by_label(say("Wanted from", "Нужен с")).fill(day(1))
    page.get_by_label(say("Wanted until", "Нужен по")).fill(day(3))
    send = page.get_by_role("button", name=say("Put it on the board", "Отправить на доску"))
    send.click()
    to_decide = page.get_by_label(say("What the expert has to decide", "Что эксперту предстоит решить"))
    expect(to_decide).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label(say("What will be there for the client", "Что будет у клиента"))).to_have_value(
        GOAL
    )
    sound(page)
    to_decide.fill("хватит ли типовой системы")
    send.click()
    expect(page.get_by_role("heading", name="1С:ERP")).to_be_visible()


@pytest.mark.requirement("R06")
@pytest.mark.requirement("R07")
def test_who_presses_first_goes_and_everybody_sees_it_without_reloading(
    house: Company, sign_in: SignIn, say: Say
) -> None:
    led_deal(house)
    manager, head, expert, board = (sign_in(who) for who in ("manager", "head", "expert", "expert"))
    board.goto(BOARD)
    expect(board.locator("#experts")).to_contain_text(
        say("Nobody is needed right now", "Сейчас никого не ищут")
    )
    ask_on_the_deals_page(manager, say)
    expect(row(board, "1С:ERP")).to_contain_text(GOAL, timeout=POLLED)
    expect(row(board, "1С:ERP")).to_contain_text(say("Who fits:", "Подходят:"))
    expect(board.get_by_role("link", name=say("Waiting 1", "Ждут эксперта 1"))).to_be_visible()
    sound(board)

    head.goto("/notices/")
    head.get_by_role("button", name=say("An expert is needed: 1С:ERP", "Нужен эксперт: 1С:ERP")).click()
    who = head.locator("#who")
    expect(who.get_by_role("listitem").filter(has_text="Олег Климов").first).to_contain_text(
        say("1С:ERP: teaches others", "1С:ERP: учит других")
    )
    for link in (manager, expert):
        link.goto(head.url)
    write(
        expert, say("More is needed…", "Не хватает данных…"), say("What is lacking", "Чего не хватает"),
        "Какие отчёты смотрит директор", say("Ask the manager", "Запросить у менеджера"),
    )  # fmt: skip
    manager.reload()
    manager.get_by_label(say("What the experts asked for", "То, чего не хватает экспертам")).fill(
        "План-факт по партиям"
    )
    manager.get_by_role("button", name=say("Add", "Добавить"), exact=True).click()
    expect(manager.get_by_role("main")).to_contain_text("План-факт по партиям")

    expert.goto(BOARD)
    expert.keyboard.press("j")
    expert.keyboard.press("Enter")
    expert.wait_for_url(head.url)
    take = expert.get_by_role("button", name=say("I take it", "Беру"))
    tab_to(expert, take)
    expert.keyboard.press("Enter")
    expect(expert.get_by_role("main")).to_contain_text(
        say("Taken: Олег Климов. 1С:ERP: teaches others", "Идёт Олег Климов. 1С:ERP: учит других")
    )
    sound(expert)
    head.get_by_role("button", name=say("I take it", "Беру")).click()
    expect(head.get_by_role("main")).to_contain_text(
        say(
            "Олег Климов was first: 1С:ERP, teaches others",
            "Запрос уже у другого эксперта: Олег Климов — 1С:ERP, учит других",
        )
    )
    sound(head)
    expect(board.get_by_role("link", name=say("Taken 1", "Уже взяты 1"))).to_be_visible(timeout=POLLED)
    expect(row(board, "1С:ERP")).to_have_count(0)
    manager.goto(DEAL)
    expect(manager.locator("#people").get_by_role("listitem").filter(has_text="1С:ERP")).to_contain_text(
        "Олег Климов"
    )
    assert list(faults()) == []


@pytest.mark.requirement("R07")
def test_what_is_not_ours_or_handed_back_says_why_and_is_open_to_the_others(
    house: Company, sign_in: SignIn, say: Say
) -> None:
    request = asked(house, "1С:ERP", led_deal(house))
    path = f"/experts/{request}/"
    manager, head, expert = (sign_in(who) for who in ("manager", "head", "expert"))
    head.goto(path)
    write(
        head, say("Not ours, because…", "Не наше, потому что…"), say("Why it isn’t ours", "Почему не наше"),
        "Нет опыта в лесосырье", say("Pass it on", "Передать дальше"),
    )  # fmt: skip
    expert.goto(BOARD)
    row(expert, "1С:ERP").get_by_role("button", name=say("I take it", "Беру")).click()
    expect(expert.get_by_role("main")).to_contain_text("Олег Климов")
    write(
        expert, say("Hand it back…", "Вернуть на доску…"), say("Why it is handed back", "Почему возвращаете"),
        "Сдвинулась сдача на «Кедре»", say("Back to the board", "Вернуть"),
    )  # fmt: skip
    sound(expert)
    manager.goto("/notices/")
    manager.get_by_role("button", name=say("handed back: Олег Климов", "возвращён: Олег Климов")).click()
    for words in ("Нет опыта в лесосырье", "Сдвинулась сдача на «Кедре»"):
        expect(manager.get_by_role("main")).to_contain_text(words)
    sound(manager)
    assert request_row(request_id=request, viewer=house.head).state == "open"
    assert list(faults()) == []


@pytest.mark.requirement("R08")
def test_a_head_sees_who_is_not_proposed_and_sends_him_with_a_reason_only(
    house: Company, sign_in: SignIn, say: Say
) -> None:
    path = f"/experts/{asked(house, 'WMS', led_deal(house))}/"
    head = sign_in("head")
    head.goto(path)
    others = unfold(head.locator("#who"), say("Not proposed", "Не предлагаем"))
    lacking = say("doesn’t have the competence asked for", "нет нужной компетенции")
    expect(others.get_by_role("listitem").filter(has_text="Олег Климов")).to_contain_text(lacking)
    goes = head.get_by_label(say("Who goes", "Кто идёт"))
    goes.select_option(label="Олег Климов")
    assert goes.locator("option:checked").locator("..").get_attribute("label") == say(
        "Not proposed", "Не предлагаем"
    )
    send = head.get_by_role("button", name=say("Send", "Направить"), exact=True)
    send.click()
    why = head.get_by_label(say("Why against the rules", "Почему вопреки правилам"))
    expect(why).to_have_attribute("aria-invalid", "true")
    expect(goes).to_have_value(str(house.expert.me))
    sound(head)
    why.fill("Учится у меня, я рядом")
    send.click()
    expect(head.get_by_role("main")).to_contain_text("Учится у меня, я рядом")
    manager = sign_in("manager")
    manager.goto(path)
    expect(manager.get_by_role("main")).to_contain_text("Учится у меня, я рядом")
    sound(manager)


@pytest.mark.requirement("R08")
def test_several_requests_are_shared_out_at_once(house: Company, sign_in: SignIn, say: Say) -> None:
    deal = led_deal(house)
    for competence in ("1С:ERP", "WMS"):
        asked(house, competence, deal)
    head = sign_in("head")
    head.goto(BOARD)
    head.get_by_role("link", name=say("Share them out", "Распределить")).click()
    shares = {"1С:ERP": "Олег Климов", "WMS": "Игорь Титов"}
    for competence, person in shares.items():
        expect(head.get_by_role("listitem").filter(has_text=competence).first).to_contain_text(person)
    sound(head)
    for left in (1, 0):
        head.get_by_role("button", name=say("Send", "Направить")).first.click()
        expect(head.get_by_role("button", name=say("Send", "Направить"))).to_have_count(left)
    expect(head.get_by_role("main")).to_contain_text(say("No request is open", "Открытых запросов нет"))
    head.goto(f"{BOARD}?show=settled")
    for competence, person in shares.items():
        expect(row(head, competence)).to_contain_text(person)
    sound(head)


@pytest.mark.requirement("R06")
def test_a_triage_needs_no_decision_and_ends_with_a_verdict(
    house: Company, sign_in: SignIn, say: Say
) -> None:
    led_deal(house)
    manager, expert = sign_in("manager"), sign_in("expert")
    manager.goto("/experts/for/2026-0001/")
    manager.get_by_label(say("Fifteen-minute triage", "Разбор за пятнадцать минут")).check()
    manager.get_by_label(say("What will be there for the client", "Что будет у клиента")).fill(
        "Понятно, наше ли это"
    )
    manager.get_by_role("button", name=say("Put it on the board", "Отправить на доску")).click()
    expect(manager.get_by_role("heading", name="1С:ERP")).to_be_visible()
    expert.goto(BOARD)
    expect(row(expert, "1С:ERP")).to_contain_text(say("Fifteen-minute triage", "Разбор за пятнадцать минут"))
    row(expert, "1С:ERP").get_by_role("button", name=say("I take it", "Беру")).click()
    expert.get_by_label(say("In a sentence or two", "В одной-двух фразах")).fill("Наше: нужен эксперт по ERP")
    expert.get_by_role("button", name=say("Record the verdict", "Записать вывод")).click()
    expect(expert.get_by_role("main")).to_contain_text("Наше: нужен эксперт по ERP")
    manager.goto(BOARD)
    manager.get_by_role("link", name=say("Taken 1", "Уже взяты 1")).click()
    row(manager, "1С:ERP").get_by_role("link", name="1С:ERP").click()
    expect(manager.get_by_role("main")).to_contain_text("Наше: нужен эксперт по ERP")
    sound(manager)
