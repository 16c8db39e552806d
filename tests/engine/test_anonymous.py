"""What is told to others names nobody that the system knows of."""

from collections.abc import Callable
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.anonymous import HIDDEN, Known, anonymous
from svyazka.engine.name_forms import is_form_of

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
        ("инн7707083893, р/с40702810900000000001, КПП 770701001", "инн…, р/с…, КПП …"),
        ("Контракт на 150000000 руб.", "Контракт на 150000000 руб."),
        ("Се\u00adверный лес, Ле\u0301скова, Кед\u200bров", "…"),
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
        ("Климовым", "Климов"), ("Марии", "Мария"), ("Льва", "Лев"), ("Klimovu", "Климов"), ("Белого", "Белый"), ("Ольгой", "Ольга"), ("Глебу", "Глеб"),
    ],
)  # fmt: skip
def test_cases_of_names_are_known(word: str, name: str) -> None:
    assert is_form_of(word, name)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("Маркировка", "Мария"),
        ("Петербург", "Пётр"),
        ("Учёт", "Юлия"),
        ("Лесосырьё", "Лескова"),
        ("Левый", "Лев"),
        ("Листу", "Ли"),
    ],
)
def test_other_words_are_no_names(word: str, name: str) -> None:
    assert not is_form_of(word, name)


TEAM = Known(
    companies=("ООО «Северный лес»", "АО «Ромашка»"),
    people=(
        "Ли Мария", "Ян Юлия", "Толстов Лев", "Климов Павел Сергеевич", "Римский-Корсаков Николай", "Воробей Олег",
        "Щедрин Евгений", "Шевченко Александр", "Цой Виктор", "Фёдоров Артём", "John Baker", "Mary-Ann O’Neill",
    ),
    exact=("sevles.example",),
)  # fmt: skip


@pytest.mark.requirement("R38")
@pytest.mark.parametrize(
    ("said", "told"),
    [
        # short names, and the little words that look like them
        ("Показали Ли, потом Яну и Цою", "Показали …, потом … и …"),
        ("Ли просила отчёт с Яной", "… просила отчёт с …"),
        ("Спросили ли его, и если ли, Яндекс и январь", "Спросили ли его, и если ли, Яндекс и январь"),
        ("Лев в зоопарке", "… в зоопарке"),
        ("Левый берег, лев, ян, цой и лист", "Левый берег, лев, ян, цой и лист"),
        # vowels that come and go
        ("Льву показали, со Львом, о Льве", "… показали, со …, о …"),
        ("Павлу звонили, Павла ждали, с Павлом", "… звонили, … ждали, с …"),
        ("Воробья видели, Воробью отдали", "… видели, … отдали"),
        # both halves of a name
        ("Римского-Корсакова слушали, римскому-корсакову отдали", "… слушали, … отдали"),
        ("Николай Римский\u2011Корсаков и Корсаков", "… и …"),
        ("Mary-Ann asked, O'Neill answered", "… asked, … answered"),
        # small letters, and all capital ones
        ("климов просил, климову показали, с павлом", "… просил, … показали, с …"),
        ("КЛИМОВУ и ТОЛСТОВУ", "… и …"),
        ("мария ли и лев толстов", "… и …"),
        ("john baker asked", "… asked"),
        # the other alphabet, and both at once
        ("Klimov asked, klimovu told, by Pavel Klimov", "… asked, … told, by …"),
        ("Shchedrin and Yevgeny, then Schedrin and Evgeniy", "… and …, then … and …"),
        ("Alexander Shevchenko or Aleksandr", "… or …"),
        ("Fyodorov is Fedorov; Artyom is Artem", "… is …; … is …"),
        ("Kлимов с латинской буквой", "… с латинской буквой"),
        ("В Severny Les и в romashka", "В … и в …"),
        (normalize("NFD", "Фёдорову и Воробью"), "… и …"),
        # initials
        ("П. С. Климов и Климов П.С. пришли", "… и …. пришли"),
        ("С Климовым и п. 3", "С … и п. 3"),
        # phones
        ("Звонить 8/495/123-45-67", "Звонить …"),
        ("Звонить 495/1234567 или 123-45-67", "Звонить … или …"),
        ("Звонить 1234567 или 123 45 67", "Звонить … или …"),
        ("тел. 22-33-44, доб. 123", "…"),
        ("Телефонов 25, пункт (а) договора", "Телефонов 25, пункт (а) договора"),
        ("Call +372 5123 4567, ext. 12", "Call …"),
        ("Бюджет 3900000, 1234567 руб. и 3 900 000 на 2026-11-24", "Бюджет 3900000, 1234567 руб. и 3 900 000 на 2026-11-24"),
        ("С 24.11.2026 по 24/11/2026, версия 8.3.24.1667", "С 24.11.2026 по 24/11/2026, версия 8.3.24.1667"),
        # e-mails
        ("Писать o'leskova@sevles.example", "Писать …"),
        ("Писать ivan (at) mail.ru, ivan [at] mail [dot] ru", "Писать …"),
        ("Писать ivan @ mail.ru или ivan@host", "Писать … или …"),
        ("Писать иван@севлес.рф", "Писать …"),
        # sites and hosts
        ("Сайт https://lk.les.ru/login?x=1, там", "Сайт … там"),
        ("Сайт www.les.ru и les.ru", "Сайт … и …"),
        ("Портал portal.sevles.example и севлес.рф", "Портал … и …"),
        ("Сервер srv01.les.local:8080 и localhost:80/x", "Сервер … и …"),
        ("Чат t.me/leskova и vk.com/les", "Чат … и …"),
        ("ASP.NET, node.js, отчёт.xlsx, т.е. и 1С:ERP 2.5", "ASP.NET, node.js, отчёт.xlsx, т.е. и 1С:ERP 2.5"),
        ("Дописали.Потом сдали. Done.Then paid", "Дописали.Потом сдали. Done.Then paid"),
    ],
)  # fmt: skip
def test_names_and_addresses_go_however_they_are_written(said: str, told: str) -> None:
    assert anonymous(said, TEAM) == told


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


ENDINGS = ["", "а", "у", "ом", "е", "ы", "ым", "ой"]


@given(
    names.filter(lambda name: len(name) >= 5),
    st.sampled_from(ENDINGS),
    st.sampled_from([str.lower, str.upper, str.capitalize]),
)
def test_a_name_of_five_letters_is_nowhere_left_however_it_is_capitalised(
    name: str, ending: str, how: Callable[[str], str]
) -> None:
    assert anonymous(f"про {how(name + ending)} говорили", Known(people=(name,))) == "про … говорили"


@given(names.filter(lambda name: len(name) >= 5), st.sampled_from(["-", "\u2011", " "]))
def test_both_halves_of_a_double_name_go(name: str, between: str) -> None:
    known = Known(people=(f"{name}-Корсаков",))
    assert anonymous(f"для {name}{between}Корсакова это", known) == "для … это"


@given(st.text("0123456789", min_size=10, max_size=15), st.lists(st.sampled_from(["", " ", "-", "/", " (", ") ", "\u2013"]), min_size=14, max_size=14))  # fmt: skip
def test_a_number_of_ten_digits_is_nowhere_left_however_it_is_written(digits: str, gaps: list[str]) -> None:
    said = "".join(digit + gap for digit, gap in zip(digits, [*gaps, ""], strict=False)).rstrip(" (/-\u2013")
    assert not set("0123456789") & set(anonymous(f"звонить {said}", Known()))


@given(st.sampled_from(["ли", "ян", "лев", "ким", "пак", "цой"]), words)
def test_a_short_name_takes_no_small_word(name: str, text: str) -> None:
    assert anonymous(text, Known(people=(name.capitalize(),))) == text


def test_a_long_run_is_looked_at_once() -> None:
    for run in ("a", "a.", "1-", "1/", "(1", "a@", "a (", "1234567", "http://", "www.", "тел "):
        assert anonymous(run * (200_000 // len(run)), Known())


@given(words, names)
def test_once_is_enough(text: str, name: str) -> None:
    known = Known(people=(name,), companies=(f"ООО «{name}»",))
    once = anonymous(f"{text} {name}", known)
    assert anonymous(once, known) == once


@given(words)
def test_where_nothing_is_known_nothing_is_changed(text: str) -> None:
    assert anonymous(text, Known()) == text


@pytest.mark.parametrize("said", ["С-2026-0042", "C-2026-0042", "с2026-0042", "С\u20132026\u20130042"])
def test_a_number_goes_with_either_alphabets_letter_and_without_hyphens(said: str) -> None:
    assert anonymous(f"по {said} решили", Known(exact=("С-2026-0042",))) == "по … решили"
