"""Which column is what is guessed from headers, from cells and from what was settled before, and the best guess wins as a whole."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.importing.assigning import best_pairs
from svyazka.engine.importing.columns import Table, guess_columns, understand
from svyazka.engine.importing.fields import FIELDS
from svyazka.engine.importing.header_words import MAYBE, SURE
from svyazka.engine.importing.headers import header_keys, heading, meanings, shape_of
from svyazka.engine.importing.values import Cell
from tests.engine.importing.slow_importing import slow_best_worth
from tests.engine.importing.tables import known

REGISTER: dict[str, tuple[str, Cell]] = {
    "№ п/п": ("", 1),
    "Дата обращения": ("received", "05.03.2026"),
    "Контрагент": ("client", "ООО «Ромашка»"),
    "ИНН/КПП": ("inn", "7707083893"),
    "Контактное лицо": ("contact", "Пётр"),
    "Тел.": ("phone", "8 916 123-45-67"),
    "E-mail": ("email", "petr@romashka.ru"),
    "Суть запроса": ("request", "Внедрить ERP на складе"),
    "Источник": ("source", "Сайт"),
    "Кто привёл": ("author", "Петров П."),
    "Отв.": ("manager", "Иванов"),
    "Аналитик": ("expert", "Иванова"),
    "Этап": ("stage", "Оценка"),
    "На этапе с": ("stage_since", "06.03.2026"),
    "Статус": ("status", "в работе"),
    "Причина отказа": ("reason", ""),
    "След. шаг": ("next_step", "Позвонить"),
    "Исполнитель": ("performer", "Иванов"),
    "Срок": ("due", "10.03.2026"),
    "№ договора": ("contract_number", "17/26"),
    "Дата договора": ("contract_date", "01.04.2026"),
    "Сумма, руб.": ("contract_sum", "1 200 000"),
    "Бюджет": ("budget", "до 2 млн"),
    "Отрасль": ("lines", "опт"),
    "Кол-во сотрудников": ("headcount", "120"),
    "Примечание": ("note", ""),
    "_id": ("_id", "x1"),
    "_ver": ("_ver", 7),
}
"""A header, the field that it means, a cell that stands under it."""


def fields(table: Table) -> list[str]:
    return [guess.field for guess in table.guesses]


def of(lines: Sequence[Sequence[Cell]]) -> list[str]:
    return fields(understand(lines, known()))


def test_a_register_kept_by_hand_is_understood_below_its_title() -> None:
    table = understand(
        [["Реестр запросов 2026"], [], [*REGISTER], [cell for _, cell in REGISTER.values()]], known()
    )
    assert table.header == 2
    assert fields(table) == [field for field, _ in REGISTER.values()]
    assert {guess.why for guess in table.guesses if guess.field} == {"header"}


@given(
    st.permutations(sorted(REGISTER)).flatmap(
        lambda every: st.integers(2, len(every)).map(lambda wide: every[:wide])
    )
)
def test_columns_may_stand_in_any_order(headers: list[str]) -> None:
    row = [REGISTER[header][1] for header in headers]
    table = understand([headers, row], known())
    found = {header: guess.field for header, guess in zip(headers, table.guesses, strict=True)}
    assert {header: found[header] for header in headers if found[header]} == {
        header: REGISTER[header][0] for header in headers if REGISTER[header][0]
    }


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (
            ["Deal Name", "Deal Stage", "Close Date", "Deal owner", "Amount", "Associated Company", "Create Date", "Email", "Phone Number"],
            ["request", "stage", "contract_date", "manager", "contract_sum", "client", "received", "email", "phone"],
        ),
        (
            ["Название сделки", "Стадия сделки", "Ответственный", "Сумма", "Компания", "Дата создания", "Контакт: Рабочий телефон", "Контакт: Рабочий e-mail"],
            ["request", "stage", "manager", "contract_sum", "client", "received", "phone", "email"],
        ),
        (["Заказчик", "Менеджер", "Ответственный за шаг", "Дедлайн"], ["client", "manager", "performer", "due"]),
        (["Клиент", "Менеджер", "Ответственный"], ["client", "manager", "performer"]),
        (["Компания", "Контакт", "Сумма", "Бюджет"], ["client", "contact", "contract_sum", "budget"]),
        (["Тилефон", "Менеджр", "Каментарий", "Заказщик"], ["phone", "manager", "note", "client"]),
        (["КЛИЕНТ", "ТЕЛЕФОН", "Цвет обоев"], ["client", "phone", ""]),
    ],
)  # fmt: skip
def test_headers_of_real_tables_with_slips_and_in_english_are_understood(
    headers: list[str], expected: list[str]
) -> None:
    assert of([headers]) == expected


def test_a_table_without_a_header_is_understood_by_its_cells() -> None:
    lines: list[list[Cell]] = [
        ["ООО Ромашка", "7707083893", "8 916 123-45-67", "a@b.ru", "Иванов", "05.03.2026", "Оценка", 1200000.0, "Хотят ERP вместо самописной"],
        ["АО Вектор", "500100732259", "8 916 123-45-68", "c@d.ru", "Иванова", "06.03.2026", "Договор", 300000.0, "Переход с УТ 10 на УТ 11"],
    ]  # fmt: skip
    table = understand(lines, known())
    assert table.header is None
    assert fields(table) == [
        "client",
        "inn",
        "phone",
        "email",
        "manager",
        "received",
        "stage",
        "contract_sum",
        "request",
    ]
    assert {guess.why for guess in table.guesses} == {"cells"}


def test_cells_tell_what_a_vague_header_means() -> None:
    assert of([["Клиент", "Статус"], ["Ромашка", "Оценка"]]) == ["client", "stage"]
    assert of([["Клиент", "Статус"], ["Ромашка", "в работе"]]) == ["client", "status"]
    assert of([["Клиент", "Контакты"], ["Ромашка", "8 916 123-45-67"]]) == ["client", "phone"]
    assert of([["Клиент", "Контакты"], ["Ромашка", "a@b.ru"]]) == ["client", "email"]
    assert of([["Клиент", "Телефон"], ["Ромашка", "a@b.ru"]]) == ["client", "email"]


def test_a_small_count_is_no_stage_and_no_sum() -> None:
    assert of([["ООО А", 1], ["ООО Б", 2], ["ООО В", 3]]) == ["client", ""]


def test_an_unknown_top_line_of_words_above_figures_is_a_header() -> None:
    assert understand([["цвет", "вес"], ["красный", 12]], known()).header == 0
    assert understand([["красный", 12], ["синий", 13]], known()).header is None
    assert understand([], known()) == Table(None, (), ())


def test_what_was_settled_for_such_a_file_holds_wherever_its_columns_stand() -> None:
    headers = ["Клиент", "Менеджер", "Цвет", "Цвет", ""]
    columns: list[list[Cell]] = [["Ромашка"], ["Иванов"], ["синий"], ["красный"], ["x"]]
    settled = dict(zip(header_keys(headers), ("source", "", "note", "budget", "lines"), strict=True))
    guesses = guess_columns(headers, columns, known(), settled)
    assert [guess.field for guess in guesses] == ["source", "", "note", "budget", "lines"]
    assert {guess.why for guess in guesses} == {"remembered"}
    moved = [1, 0, 2, 3, 4]
    guesses = guess_columns([headers[at] for at in moved], [columns[at] for at in moved], known(), settled)
    assert [guess.field for guess in guesses] == ["", "source", "note", "budget", "lines"]


def test_a_settled_field_that_we_dont_have_or_that_is_settled_twice_is_guessed_anew() -> None:
    guesses = guess_columns(
        ["Клиент", "Телефон", "Имя"],
        [[], [], []],
        known(),
        {"клиент": "moon", "телефон": "note", "имя": "note"},
    )
    assert [(guess.field, guess.why) for guess in guesses] == [
        ("client", "header"),
        ("note", "remembered"),
        ("contact", "header"),
    ]


def test_the_shape_of_a_file_is_its_headers_in_any_order_and_any_case() -> None:
    shape = shape_of(["Клиент", "Тел.", "Цвет", "Цвет"])
    assert shape == shape_of(["цвет", "ТЕЛ", "Клиент ", "Цвет"])
    assert shape != shape_of(["Клиент", "Тел.", "Цвет"])
    assert shape != shape_of(["Клиент", "Тел.", "Цвет", "Цвет", "Вес"])
    assert shape_of(["", ""]) != shape_of([""])


@given(
    st.lists(st.text(max_size=8), max_size=6).flatmap(
        lambda every: st.tuples(st.just(every), st.permutations(every))
    )
)
def test_a_shape_holds_when_named_columns_change_places(headers: tuple[list[str], list[str]]) -> None:
    before, after = ([header for header in every if heading(header)] for every in headers)
    assert shape_of(before) == shape_of(after)
    assert sorted(header_keys(before)) == sorted(header_keys(after))
    assert len(set(header_keys(before))) == len(before)


@given(
    st.integers(0, 4).flatmap(
        lambda wide: st.lists(st.lists(st.integers(-5, 30), min_size=wide, max_size=wide), max_size=5)
    )
)
def test_no_other_pairing_is_worth_more(worth: list[list[int]]) -> None:
    pairs = best_pairs(worth)
    assert len(set(pairs.values())) == len(pairs)
    assert all(worth[row][column] > 0 for row, column in pairs.items())
    assert sum(worth[row][column] for row, column in pairs.items()) == slow_best_worth(worth)


cells = (
    st.none()
    | st.text(max_size=12)
    | st.sampled_from([*REGISTER, "7707083893", "05.03.2026", "Иванов", "Оценка"])
    | st.integers(0, 10**6)
)


@given(st.lists(st.lists(cells, max_size=5), max_size=6))
def test_no_field_is_given_twice_and_each_column_has_one_guess(lines: list[list[Cell]]) -> None:
    table = understand(lines, known())
    assert table == understand(lines, known())
    assert [guess.column for guess in table.guesses] == [*range(max(map(len, lines), default=0))]
    given_ = [guess.field for guess in table.guesses if guess.field]
    assert len(set(given_)) == len(given_)
    assert all(
        guess.field in FIELDS and 0 < guess.score <= 100 and guess.why
        for guess in table.guesses
        if guess.field
    )


@pytest.mark.parametrize("field", FIELDS)
def test_each_of_a_fields_own_words_means_it_more_than_any_other(field: str) -> None:
    for word in SURE[field].split(";"):
        assert word.strip()
        found = meanings(heading(word))
        assert found[field] == max(found.values()) == 100, word


def test_no_sure_word_means_two_fields_and_every_word_is_of_a_field() -> None:
    seen: dict[str, str] = {}
    for field, words in SURE.items():
        for word in words.split(";"):
            assert seen.setdefault(heading(word), field) == field, word
    assert SURE.keys() == FIELDS.keys() >= MAYBE.keys()
