"""From the client's first word to the contract: people of the company at their screens, at a desk and on a phone."""

import re
from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Locator, Page, expect

from svyazka.presale.deals.links import make_link
from svyazka.presale.journal.queries import faults
from tests.company import TUESDAY, WHOLE_REQUEST, Company, accepted_deal, whole_request
from tests.flows.conftest import SignIn, Visit, fits

PROOF = "Письмо Лесковой от 24 ноября: всё верно"
POLLED = 15_000
"""Milliseconds in which an open page has asked for news and drawn them, on a busy machine too."""

MORE = {
    "Направления бизнеса": "деревообработка, оптовая торговля",
    "Масштаб": "до 800 млн рублей, два юрлица",
    "Сотрудники и будущие пользователи": "240 человек, 60 будут работать в системе",
    "Почему сейчас": "С января новый цех, в таблицах уже не успевают",
    "Системы сейчас": "1С:Бухгалтерия 3.0, таблицы",
}


def day(days: int) -> str:
    """A day so many days from now, as a field takes it."""
    return f"{TUESDAY + timedelta(days=days):%Y-%m-%d}"


def noon(days: int) -> str:
    return f"{day(days)}T12:00"


def unfold(scope: Page | Locator, words: str = "") -> Locator:
    """Open the folded part that is headed so, if it isn't open yet; gives the part."""
    head = scope.locator("summary, a[data-fold]").filter(has_text=words).first
    if place := head.get_attribute("data-fold"):
        head.click()
        return head.page.locator(f"details[data-fold='{place}']")
    part = head.locator("..")
    if part.get_attribute("open") is None:
        head.click()
    return part


def sees(page: Page, words: str) -> None:
    expect(page.get_by_text(words).first).to_be_visible()
    fits(page)


def goes_to(page: Page, place: str) -> None:
    """By the rail on the left, or the bar below."""
    link = page.get_by_role("navigation").get_by_role("link", name=place, exact=True)
    link.click()
    expect(link).to_have_attribute("aria-current", "page")
    fits(page)


class DealPage:
    """The page of a deal, in the hands of one person."""

    def __init__(self, page: Page, path: str) -> None:
        self.page = page
        page.goto(path)
        self.gate = page.locator("#gate")
        self.people = page.locator("#people")

    def stands_at(self, place: str) -> None:
        expect(self.page.get_by_role("heading", name=place)).to_be_visible()
        expect(self.page.get_by_role("img", name=place)).to_be_visible()
        fits(self.page)

    def check(self, words: str) -> Locator:
        return self.gate.locator("li").filter(has_text=words)

    def supply(self, words: str, proof: str = PROOF, when: str = "") -> None:
        """Say that a check holds, and what shows it."""
        part = unfold(self.check(words))
        if when:
            part.get_by_label("Когда это будет").fill(when)
        part.get_by_label("Подтверждение").fill(proof)
        part.get_by_role("button", name="Подтвердить").click()
        expect(self.check(words)).to_contain_text("выполнено")
        fits(self.page)

    def appoint(self, words: str, person: str) -> None:
        """Give the role that a check asks for."""
        part = unfold(self.check(words))
        part.get_by_label("Кто").select_option(label=person)
        part.get_by_role("button", name="Назначить").click()
        expect(self.check(words)).to_contain_text("выполнено")
        expect(self.people).to_contain_text(" ".join(reversed(person.split())))

    def finish_stage(self, place: str) -> None:
        self.page.get_by_role("button", name="Завершить этап", exact=True).click()
        self.stands_at(place)


def hand_in(page: Page) -> str:
    """The programmer has heard something at a client's. Gives the path of the deal."""
    page.get_by_role("link", name="Новый запрос").click()
    page.get_by_label("Компания", exact=True).fill("Северный лес")
    page.get_by_label("ИНН", exact=True).fill(str(WHOLE_REQUEST["inn"]))
    page.get_by_label("Запрос словами клиента").fill(str(WHOLE_REQUEST["request"]))
    page.get_by_label("Имя контакта").fill(str(WHOLE_REQUEST["contact_name"]))
    page.get_by_label("Телефон").fill("8 (916) 123-45-67")
    page.get_by_label("Источник").fill("услышал на проекте")
    more = unfold(page, "Подробнее о клиенте")
    for label, answer in MORE.items():
        more.get_by_label(label, exact=True).fill(answer)
    fits(page)
    page.get_by_role("button", name="Передать запрос").click()
    sees(page, "Возможно, мы уже знаем этого клиента")
    page.get_by_role("button", name="Это он: передать запрос").click()
    sees(page, "Запрос передан")
    expect(page.get_by_role("main")).to_contain_text("Рамка бюджета и способ закупки")
    number = page.get_by_role("link", name=re.compile(r"^С-\d{4}-\d{4}$")).inner_text()
    return f"/deals/{number.removeprefix('С-')}/"


def take_in(page: Page, number: str) -> None:
    """The dispatcher answers the client, looks for duplicates, decides, appoints."""
    goes_to(page, "Окно")
    row = page.get_by_role("listitem").filter(has_text=number)
    expect(row).to_contain_text("не хватает: Рамка бюджета и способ закупки")
    row.get_by_role("link", name=str(WHOLE_REQUEST["request"])).click()
    page.get_by_label("Как связались и о чём договорились").fill("Позвонила, ждёт созвона завтра")
    page.get_by_role("button", name="Записать").click()
    sees(page, "Ответ клиенту записан")
    expect(page.get_by_role("list", name="Похожие сделки")).to_contain_text("совпадает: ИНН")
    page.get_by_role("button", name="Это новый запрос: повторов нет").click()
    sees(page, "просмотрены: запрос новый")
    page.get_by_label("Менеджер").select_option(label="Серова Мария")
    page.get_by_label("Подразделение-исполнитель").select_option(label="Производство")
    page.get_by_role("button", name="Принять запрос").click()
    sees(page, f"Запрос {number} принят")


def say_who_finds_out(deal: DealPage) -> None:
    """The budget isn't known yet: a name and a day are an honest answer."""
    deal.check("По каждому обязательному полю анкеты").get_by_role("link").click()
    question = deal.page.get_by_role("group", name="Рамка бюджета и способ закупки")
    part = unfold(question, "Пока неизвестно")
    part.get_by_label("Кто выяснит").select_option(label="Серова Мария")
    part.get_by_label("К какому дню").fill(day(2))
    fits(deal.page)
    deal.page.get_by_role("button", name="Сохранить").click()
    expect(deal.page.locator("#intake")).to_contain_text("выяснит Мария Серова")


def try_to_leave(deal: DealPage) -> None:
    """What holds the deal is said with the way to supply it, and nobody slips by without a reason."""
    deal.page.locator("#deal-go-on").get_by_role("link").click()
    expect(deal.gate.get_by_role("heading", name="Что держит сделку на этапе")).to_be_in_viewport()
    expect(deal.check("Назначен эксперт с нужной компетенцией")).to_contain_text("держит сделку")
    expect(deal.check("Дата и время встречи согласованы")).to_contain_text("Согласуйте с клиентом дату")
    expect(deal.page.get_by_role("button", name=re.compile("^Завершить этап"))).to_have_count(0)
    part = unfold(deal.gate, "Идти дальше без этого")
    part.get_by_label("Почему сделка идёт дальше без этого").fill("-")
    part.get_by_role("button", name=re.compile("Всё равно перейти")).click()
    expect(deal.gate).to_contain_text("Напишите, почему сделка идёт дальше без этого.")
    deal.stands_at("Этап 2 из 6: Подготовка")


def promise(deal: DealPage, result: str) -> None:
    deal.page.get_by_role("link", name="Пообещать следующий шаг").click()
    part = deal.page.locator("#owe")
    expect(part).to_have_attribute("open", "")  # the link unfolds it
    part.get_by_label("Какой будет результат").fill(result)
    part.get_by_label("Срок", exact=True).fill(noon(1))
    expect(part.get_by_label("Обещано клиенту")).to_be_checked()
    part.get_by_role("button", name="Записать обязательство").click()
    expect(deal.page.locator("#promise")).to_contain_text(result)
    fits(deal.page)


def ask_through_manager(asking: DealPage, manager: DealPage) -> None:
    """The expert asks, the manager puts it to the client and brings the answer."""
    part = unfold(asking.page.locator("#questions"), "Спросить клиента через менеджера")
    part.get_by_label("Вопрос").fill("Кто у вас владеет данными о партиях?")
    part.get_by_role("button", name="Спросить").click()
    question = "Кто у вас владеет данными о партиях?"
    expect(asking.page.locator("#questions")).to_contain_text("у менеджера")
    seen = manager.page.locator("#questions li").filter(has_text=question)
    expect(seen).to_be_visible(timeout=POLLED)
    seen.get_by_role("button", name="Вопрос клиенту задан").click()
    expect(seen).to_contain_text("ждём клиента")
    part = unfold(seen, "Клиент ответил")
    part.get_by_label("Ответ клиента").fill("Начальник склада Пётр Ильич Сомов")
    part.get_by_role("button", name="Записать ответ").click()
    expect(asking.page.locator("#questions")).to_contain_text("Сомов", timeout=POLLED)


def prepare(manager: DealPage, expert: DealPage) -> None:
    manager.supply("Дата и время встречи согласованы", when=noon(3))
    manager.supply("Цель клиента записана его словами")
    expert.page.reload()
    expert.supply("Эксперт прочёл материалы", "Прочёл анкету и переписку")


def estimate(manager: DealPage, estimator: DealPage, expert: DealPage) -> None:
    manager.appoint("Назначен оценщик", "Яшина Вера")
    estimator.page.reload()
    estimator.supply("Оценка готова", "Файл «Оценка лес.xlsx», 14 строк")
    expert.page.reload()
    expert.supply("Оценку проверил второй человек", "Сверил с двумя проектами, расхождение 8 %")
    manager.page.reload()


def win(deal: DealPage) -> None:
    part = unfold(deal.page.locator("#endings"), "Договор подписан")
    part.get_by_label("Номер договора").fill("17/26")
    part.get_by_label("Сумма").fill("3 900 000")
    part.get_by_label("Дата договора").fill(day(0))
    part.get_by_role("button", name="Сделка выиграна").click()
    expect(deal.page.locator(".deal__outcome")).to_contain_text("Договор17/26")
    fits(deal.page)


@pytest.mark.requirement("R01")
def test_a_request_with_a_field_missing_travels_from_the_window_to_the_contract(
    house: Company, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    whole_request(house, request="В прошлом году спрашивали про кадровый учёт")
    programmer = sign_in("programmer")
    path = hand_in(programmer)
    number = f"С-{path.strip('/').removeprefix('deals/')}"
    take_in(sign_in("window"), number)
    manager = DealPage(sign_in("manager"), path)
    board = sign_in("manager2")
    goes_to(board, "Доска")
    say_who_finds_out(manager)
    clock.shift(timedelta(hours=2))
    manager.finish_stage("Этап 2 из 6: Подготовка")
    lane = board.get_by_role("region", name=re.compile("^Подготовка"))
    expect(lane.get_by_role("listitem").filter(has_text=number)).to_be_visible(timeout=POLLED)

    try_to_leave(manager)
    manager.appoint("Назначен эксперт", "Климов Олег")
    expert = DealPage(sign_in("expert"), path)
    ask_through_manager(expert, manager)
    promise(manager, "Повестка встречи у Лесковой на почте")
    prepare(manager, expert)
    manager.page.reload()
    clock.shift(timedelta(hours=3))
    manager.finish_stage("Этап 3 из 6: Первая встреча")
    for words in ("Встреча состоялась", "Письмо-итог отправлено", "Клиент подтвердил письмо"):
        manager.supply(words)
    manager.finish_stage("Этап 4 из 6: Оценка")
    estimate(manager, DealPage(sign_in("estimator"), path), expert)
    clock.shift(timedelta(days=1))
    manager.finish_stage("Этап 5 из 6: Защита предложения")
    for words in ("Предложение отправлено", "Предложение защитили"):
        manager.supply(words)
    manager.supply("Клиент назвал дату решения", when=noon(6))
    manager.finish_stage("Этап 6 из 6: Договор")
    for words in ("Условия согласованы", "Договор с приложениями отправлен"):
        manager.supply(words)
    win(manager)

    told = manager.page.get_by_role("main")
    for words in ("17/26", "3 900 000", "менеджер, Мария Серова", "Олег Климов, эксперт"):
        expect(told).to_contain_text(words)
    expect(manager.page.locator("#time svg").first).to_be_visible()
    expect(manager.page.locator("#timeline")).to_contain_text("Этап «Защита предложения» завершён")
    goes_to(programmer, "Окно")
    expect(programmer.get_by_role("listitem").filter(has_text=number)).to_contain_text("выиграна")
    assert list(faults()) == []


@pytest.mark.requirement("R01")
def test_a_lost_deal_says_why_in_two_levels_and_can_be_opened_again(house: Company, sign_in: SignIn) -> None:
    accepted_deal(house)
    deal = DealPage(sign_in("manager"), "/deals/2026-0001/")
    part = unfold(deal.page.locator("#endings"), "Проиграна")
    reason = part.get_by_label("Причина")
    reason.select_option(label="Бюджет не утверждён")
    assert reason.locator("option:checked").locator("..").get_attribute("label") == "На стороне клиента"
    part.get_by_label("Подтверждение").fill("Письмо финансового директора от 24 ноября")
    part.get_by_label("Что сказал клиент").fill("Вернёмся к вам после бюджета на 2027 год")
    part.get_by_role("button", name="Сделка проиграна").click()
    outcome = deal.page.locator(".deal__outcome")
    expect(outcome).to_contain_text("На стороне клиента: Бюджет не утверждён", ignore_case=True)
    expect(outcome).to_contain_text("Вернёмся к вам после бюджета")
    fits(deal.page)
    part = unfold(outcome, "Открыть сделку снова")
    part.get_by_label("Почему открываем снова").fill("Бюджет утвердили раньше, Лескова зовёт на встречу")
    part.get_by_role("button", name="Открыть снова").click()
    deal.stands_at("Этап 1 из 6: Запрос принят")
    expect(deal.page.locator("#timeline")).to_contain_text("Бюджет утвердили раньше")
    assert list(faults()) == []


def ask_from_the_site(page: Page, secret: str) -> None:
    """The client himself, impatient, with another spelling of his own name."""
    page.goto(f"/r/{secret}/")
    page.get_by_label("Что вам нужно?").fill("Всё ещё ждём расчёт по лесосырью")
    page.get_by_label("Ваша компания").fill("Северный лес, ООО")
    page.get_by_label("Как к вам обращаться?").fill("Лескова")
    page.get_by_label("Телефон").fill("8 916 123 45 67")
    page.get_by_label("Согласен на обработку").check()
    fits(page)
    page.get_by_role("button", name="Отправить").click()
    sees(page, "Спасибо, запрос у нас")


@pytest.mark.requirement("R03")
def test_a_request_that_comes_again_from_the_site_is_joined_to_its_first_deal(
    house: Company, sign_in: SignIn, visit: Visit
) -> None:
    accepted_deal(house)
    ask_from_the_site(visit(), make_link(name="сайт", actor=house.dispatcher, at=TUESDAY))
    page = sign_in("window")
    goes_to(page, "Окно")
    row = page.get_by_role("listitem").filter(has_text="С-2026-0002")
    expect(row).to_contain_text("возможен повтор")
    row.get_by_role("link", name="Всё ещё ждём расчёт").click()
    expect(page.get_by_role("list", name="Похожие сделки")).to_contain_text("совпадает: телефон")
    part = unfold(page, "Повтор, спам или не наш клиент")
    fits(page)
    part.get_by_label("Решение").select_option(label="повтор другой сделки")
    part.get_by_label("Повтор сделки").select_option(index=1)
    part.get_by_role("button", name="Закрыть запрос").click()
    sees(page, "Запрос С-2026-0002 закрыт")
    page.goto("/deals/2026-0002/")
    expect(page.get_by_role("main")).to_contain_text("Повторяет сделку С-2026-0001")
    fits(page)
