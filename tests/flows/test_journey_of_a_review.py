"""From a won deal to a better process: it is reviewed, told as a case, proposed, rehearsed, published, judged."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from playwright.sync_api import Page, expect

from svyazka.presale.cases.queries import cases
from svyazka.presale.journal.queries import faults
from svyazka.presale.process.queries import current_number
from svyazka.worker.reviews import remind_of_days
from tests.company import TUESDAY, Company
from tests.flows.conftest import SignIn
from tests.flows.test_journey_of_an_expert import sound
from tests.reviews import won

NUMBER, RULE = "С-2026-0001", "Участники с обеих сторон известны до встречи"


@pytest.mark.requirement("R38")
@pytest.mark.requirement("R25")
def test_what_a_won_deal_taught_becomes_a_case_and_a_rule(
    house: Company, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    get_user_model().objects.update(language="ru")
    won(house, TUESDAY, began=TUESDAY - timedelta(days=6))
    manager = sign_in("manager")
    review(manager)
    tell(manager, house)
    propose(manager)
    owner = sign_in("owner")
    rehearse_and_publish(owner)
    assert current_number() == 2
    clock.shift(timedelta(days=60))
    assert remind_of_days(TUESDAY + timedelta(days=60)) == 2
    judge(sign_in("head"))
    assert list(faults()) == []


def review(page: Page) -> None:
    """The five questions, of which one is forgotten at first."""
    page.goto("/reviews/")
    sound(page)
    page.get_by_role("link", name=re.compile("учёт лесосырья")).first.click()
    expect(page.get_by_text("завершён с пропусками: клиент торопит").first).to_be_visible()
    sound(page)
    for label, words in (
        ("Какая была цель?", "Показать Лесковой себестоимость партии"),
        ("Что помогло больше всего?", "Климов за день собрал прототип на данных «Северного леса»"),
        ("Куда ушло время?", "Не знали, кто придёт от клиента"), ("Одна вещь, которую меняем", RULE),
    ):  # fmt: skip
        page.get_by_label(label).fill(words)
    page.get_by_label("Кто займётся изменением").select_option(label="Климов Олег")
    page.get_by_label("К какому дню").fill("2026-12-24")
    page.get_by_role("button", name="Сохранить разбор").click()
    keep = page.get_by_label("Одна вещь, которую сохраняем")
    expect(keep).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Куда ушло время?")).to_have_value("Не знали, кто придёт от клиента")
    keep.fill("Прототип на данных клиента до оценки")
    page.get_by_role("button", name="Сохранить разбор").click()
    expect(page.get_by_text("Разбор сохранён.")).to_be_visible()
    sound(page)


def tell(page: Page, house: Company) -> None:
    """A case in which nobody is named."""
    page.get_by_role("link", name="Рассказать как проект").click()
    result = page.get_by_label("Результат")
    expect(result).to_have_value(re.compile("за день собрал прототип на данных …"))
    assert "Климов" not in result.input_value()
    expect(page.get_by_label("Клиента можно называть другим")).not_to_be_checked()
    sound(page)
    page.get_by_label("Что сделали").fill("Партии леса на заводе")
    page.get_by_role("button", name="Добавить", exact=True).click()
    expect(page.get_by_role("link", name="Проект в библиотеке")).to_be_visible()
    (case,) = cases(viewer=house.manager)
    assert not case.may_be_named


def propose(page: Page) -> None:
    """What is to change, as a rule that is judged on a day by a figure."""
    page.get_by_role("link", name="Предложить изменение").click()
    expect(page.get_by_label("Что изменить")).to_have_value(RULE)
    page.get_by_label("О чём в процессе речь").select_option("check:preparation.room_known")
    page.get_by_label("По какому показателю судим").select_option("conversion:")
    page.get_by_label("Когда судим").fill("2027-01-20")
    page.get_by_label("Кто судит").select_option(label="Титов Игорь")
    sound(page)
    page.get_by_role("button", name="Предложить", exact=True).click()
    expect(page.get_by_text("Предложение записано.")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(NUMBER)
    sound(page)


def rehearse_and_publish(page: Page) -> None:
    """The owner makes the check a stop, sees whom it would have stopped, and publishes with the proposal ticked."""
    page.goto("/process/proposals/")
    sound(page)
    page.get_by_role("link", name=RULE).click()
    page.get_by_role("link", name="Правка процесса").click()
    text = page.get_by_label("Процесс в YAML")
    was = text.input_value()
    at = was.index("strength: warn", was.index("key: room_known"))
    text.fill(was[:at] + "strength: stop" + was[at + len("strength: warn") :])
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Прорепетировать").click()
    rehearsal = opened.value
    expect(rehearsal.get_by_role("heading", level=1)).to_have_text("Репетиция")
    line = rehearsal.locator("summary").filter(has_text="Известны участники с обеих сторон")
    expect(line).to_contain_text("остановил бы")
    line.click()
    expect(rehearsal.get_by_role("link", name=re.compile("учёт лесосырья")).first).to_be_visible()
    sound(rehearsal)
    rehearsal.close()
    page.get_by_label("Что меняется, одной строкой").fill("Участники известны до встречи")
    page.get_by_label(RULE).check()
    page.get_by_role("button", name="Опубликовать новую версию").click()
    expect(page.get_by_role("main")).to_contain_text("Версия 2")


def judge(page: Page) -> None:
    """Who judges it is told on the day, and finds the figure before and after."""
    page.goto("/notices/")
    page.get_by_role("button", name=re.compile("Настал день судить об изменении процесса")).first.click()
    expect(page.get_by_role("main")).to_contain_text("За 90 дней до этого")
    page.get_by_label("Оставляем", exact=True).check()
    page.get_by_label("Словами").fill("Готовиться стало проще")
    sound(page)
    page.get_by_role("button", name="Записать решение").click()
    expect(page.get_by_role("main")).to_contain_text("Готовиться стало проще")
    sound(page)
