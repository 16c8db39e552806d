"""Registers as teams keep them: an invented table of requests, with everything in it that makes reading one hard.

Some two thousand clients of each ten thousand rows, who come again and again and are not always called the same; phones in five
ways of writing; days, sums and stages; every fortieth row is one that stands there already, every fiftieth can't be taken.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import xlsxwriter

from bench import invented
from bench.plan import OTHERS, OWNERS

Cell = str | int | float | date | None

HEAD: Final = (
    "№ заявки", "Дата обращения", "Компания", "ИНН", "Контактное лицо", "Должность", "Телефон", "E-mail", "Запрос", "Источник",
    "Кто привёл", "Менеджер", "Этап", "Статус", "Причина отказа", "Следующий шаг", "Срок", "Номер договора", "Дата договора",
    "Сумма договора", "Направление", "Сотрудники", "Примечание",
)  # fmt: skip
A_CLIENT: Final = 5
"""Rows of one client."""
AGAIN, WRONG = 40, 50
"""Every so manieth row."""

_FIRST: Final = date(2026, 1, 12)
_DAYS: Final = 280
_NAMES: Final = (
    "Ольга", "Пётр", "Марина", "Игорь", "Светлана", "Антон", "Лидия", "Фёдор", "Наталья", "Глеб", "Вера",
)  # fmt: skip
_SURNAMES: Final = (
    "Лесков", "Ильин", "Соболев", "Мельник", "Гончар", "Зимин", "Крылов", "Орлов", "Ткач", "Щукин",
)  # fmt: skip
_DUTIES: Final = (
    "финансовый директор", "главный бухгалтер", "ИТ-директор", "собственник", "начальник склада",
)  # fmt: skip
_WISHES: Final = (
    "Учёт партий и себестоимость по переделам", "Переход с УПП на 1С:ERP", "Кадровый учёт и расчёт зарплаты",
    "Обмен с сайтом и маркировка", "Бюджетирование и платёжный календарь", "Мобильная торговля для агентов", "ЭДО с поставщиками",
)  # fmt: skip
_SOURCES: Final = (
    "сайт", "рекомендация", "звонок", "выставка", "вебинар", "партнёр 1С",
)  # fmt: skip
_STAGES: Final = (
    "Запрос принят", "Подготовка", "2", "Первая встреча", "Оценка", "этап 5", "Защита предложения", "Договор",
)  # fmt: skip
_LINES: Final = (
    "опт", "розница", "производство", "услуги", "производство, опт", "строительство",
)  # fmt: skip
_STEPS: Final = (
    "Выслать анкету", "Созвониться с ИТ-директором", "Собрать примеры отчётов", "Согласовать дату встречи",
)  # fmt: skip
_REASONS: Final = (
    "Проект заморожен", "Выше бюджета", "Другой интегратор 1С", "ушли в себя, не отвечают",
)  # fmt: skip


def rows(total: int, first: int = 0) -> Iterator[tuple[Cell, ...]]:
    """So many rows of a register.

    :param first: number of the first; those of another beginning name other clients and other requests
    """
    before: tuple[Cell, ...] = ()
    for place in range(total):
        number = first + place
        if place % AGAIN == AGAIN - 1:  # once more, under another number
            yield (f"П-{number}", *before[1:])
            continue
        client = first + place * 7919 % max(total // A_CLIENT, 1)
        before = _row(number, client, is_wrong=place % WRONG == WRONG - 1)
        yield before


def _row(number: int, client: int, *, is_wrong: bool) -> tuple[Cell, ...]:
    person = client * 2 + number // 3 % 2
    name, surname = _NAMES[person % 11], _SURNAMES[person // 11 % 10]
    received = _FIRST + timedelta(days=number * 7 % _DAYS)
    status = ("в работе", "в работе", "в работе", "выигран", "отказ клиента")[number % 5]
    is_open, is_won, is_lost = status == "в работе", status == "выигран", status == "отказ клиента"
    return (
        f"З-{number:06d}", f"{received:%d.%m.%Y}" if number % 4 else received, _called(client, number // 7),
        _inn(client) if number % 3 else None, f"{surname} {name}", _DUTIES[person % 5], _phone(person, number // 7),
        f"{'zakaz' if person % 2 else 'info'}{person}@firma{client}.example" if number % 6 else None,
        f"{_WISHES[number % 7]}, {number % 90 + 2} рабочих мест, заявка {number // 2}", _SOURCES[number % 6],
        f"other{number % OTHERS}@bench.example" if number % 8 == 0 else None,
        "Кузнецов К." if is_wrong else f"manager{number % OWNERS}@bench.example", _STAGES[number % 8 if is_open else 7], status,
        _REASONS[number % 4] if is_lost else None, _STEPS[number % 4] if is_open and number % 3 else None,
        received + timedelta(days=20) if is_open and number % 3 else None, f"{number % 900 + 100}/26" if is_won else None,
        f"{received + timedelta(days=25):%d.%m.%Y}" if is_won else None,
        _sum(number) if is_won else None, _LINES[client % 6], f"{client % 400 + 15} чел." if number % 2 else client % 400 + 15,
        f"Звонили дважды, ждут ответа по заявке {number}" if number % 4 == 1 else None,
    )  # fmt: skip


def _called(client: int, number: int) -> str:
    """A client's name as somebody remembers it."""
    name = invented.company(client)
    plain = name.removeprefix("ООО «").removesuffix("»")
    return (name, name, f"{plain}, ООО", plain)[number % 4]


def _inn(client: int) -> str:
    return invented.inn(client)


def _phone(person: int, way: int) -> str:
    digits = f"{9160000000 + person * 13 % 9_999_999}"
    a, b, c, d = digits[:3], digits[3:6], digits[6:8], digits[8:]
    return (f"+7{digits}", f"8 ({a}) {b}-{c}-{d}", f"8-{a}-{b}-{c}-{d}", f"+7 {a} {b} {c} {d}", f"8{digits}")[
        way % 5
    ] + ", доб. 12" * (way % 15 == 0)


def _sum(number: int) -> Cell:
    roubles = number * 137 % 4000 * 1000 + 150_000
    return (
        roubles,
        f"{roubles:,} руб.".replace(",", " "),
        f"{roubles / 1000:.0f} тыс.",
        float(roubles) + 0.5,
    )[number % 4]


def write(path: Path, total: int, first: int = 0) -> None:
    """The register as a workbook of one sheet."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet, day = book.add_worksheet("Воронка"), book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, HEAD)
        for number, row in enumerate(rows(total, first), 1):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, place, cell, day)
                elif cell is not None:
                    sheet.write(number, place, cell)
