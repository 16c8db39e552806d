"""What is told to others names nobody that the system knows of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.anonymous import HIDDEN, Known, anonymous, is_form_of

LES = Known(
    companies=("ООО «Северный лес»",),
    people=("Ольга Петровна Лескова", "Серова Мария", "Климов Олег", "Ляо Ю", "Пётр Кедров"),
    exact=("sevles.example", "17/26"),
)


@pytest.mark.requirement("R38")
@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Северному лесу нужен учёт", "… нужен учёт"),
        ("Нужен учёт для ООО «Северный лес»: партии", "Нужен учёт для ООО …: партии"),
        ("Занимались северным лесом год", "Занимались … год"),
        ("В северном лесе считали вручную", "В … считали вручную"),
        ("Ольга Петровна просила отчёт", "… просила отчёт"),
        ("Показали Лесковой и Кедрову", "Показали … и …"),
        ("Климов с Серовой успели", "… с … успели"),
        ("Писать на leskova@sevles.example, +7 916 123-45-67", "Писать на …"),
        ("ИНН 7707083893, договор 17/26", "ИНН …, договор …"),
        ("Сайт sevles.example, чат @leskova_olga", "Сайт …, чат …"),
        ("Петра ждали час", "… ждали час"),
        ("Месяц закрывают за 4 дня вместо 15", "Месяц закрывают за 4 дня вместо 15"),
        ("Лесосырьё по партиям, лес и лесные склады", "Лесосырьё по партиям, лес и лесные склады"),
    ],
)
def test_names_go_in_every_case_and_the_matter_stays(said: str, told: str) -> None:
    assert anonymous(said, LES) == told


def test_a_company_called_by_a_common_word_goes_only_where_it_is_a_name() -> None:
    known = Known(companies=("АО «Завод»",))
    assert anonymous("На Заводе нет учёта, у завода три цеха", known) == "На … нет учёта, у завода три цеха"


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("Павла", "Павел"), ("Игоря", "Игорь"), ("Анне", "Анна"), ("Серовой", "Серова"), ("Петром", "Пётр"),
        ("Климовым", "Климов"), ("Марии", "Мария"), ("Ольгой", "Ольга"), ("Глебу", "Глеб"),
    ],
)  # fmt: skip
def test_cases_of_names_are_known(word: str, name: str) -> None:
    assert is_form_of(word, name)


@pytest.mark.parametrize(
    ("word", "name"),
    [("Маркировка", "Мария"), ("Петербург", "Пётр"), ("Учёт", "Юлия"), ("Лесосырьё", "Лескова")],
)
def test_other_words_are_no_names(word: str, name: str) -> None:
    assert not is_form_of(word, name)


words = st.text("абвгдеёжзийклмнопрст ", max_size=40)
names = st.text("абвгдежзиклмнопрст", min_size=4, max_size=12).map(str.capitalize)


@given(words, names, words, st.sampled_from(["", "а", "у", "ом", "ой"]))
def test_a_known_person_is_nowhere_left_whatever_the_ending(
    before: str, name: str, after: str, ending: str
) -> None:
    told = anonymous(f"{before} {name}{ending} {after}", Known(people=(name,)))
    assert name not in told.split()
    assert f"{name}{ending}" not in told.split()
    assert HIDDEN in told


@given(words, names)
def test_once_is_enough(text: str, name: str) -> None:
    known = Known(people=(name,), companies=(f"ООО «{name}»",))
    once = anonymous(f"{text} {name}", known)
    assert anonymous(once, known) == once


@given(words)
def test_where_nothing_is_known_nothing_is_changed(text: str) -> None:
    assert anonymous(text, Known()) == text
