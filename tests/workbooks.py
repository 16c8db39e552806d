"""Workbooks for tests: a year of deals with every ending, and one that nobody has written into."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import cycle
from typing import Final

import openpyxl
from openpyxl.workbook import Workbook

from svyazka.engine.lint import load_process
from svyazka.engine.process import Process
from svyazka.engine.worktime import WorkCalendar
from svyazka.processes import packaged_text
from svyazka.speech.workbook.contents import Contents, DealLine, PromiseLine
from svyazka.speech.workbook.writing import write_workbook

PROCESS: Final[Process] = load_process(packaged_text())
HOSTILE: Final = ("=1+1", "+7*6", "-2+3", "@SUM(A1)", "\tтабуляция", '=HYPERLINK("http://example.com")')
_ENDINGS: Final = (
    "open",
    "won",
    "open",
    "lost",
    "open",
    "declined",
    "duplicate",
    "open",
    "spam",
    "won",
    "open",
)
_SOURCES: Final = ("сайт", "Сайт*", "звонок", "", "=1+1")
PEOPLE: Final = ("Климов О.", "Серова М.", "Яшина В.")


def empty(language: str = "ru", today: date | None = None) -> Contents:
    """A workbook without deals."""
    return Contents(
        process=PROCESS, process_number=1, language=language, calendar=WorkCalendar(), today=today or date.today(),  # noqa: DTZ011 (a spreadsheet knows no zones)

        people=PEOPLE, export_id="0123abcd", exported_at="2026-11-30T10:00:00+00:00",
    )  # fmt: skip


def full(language: str = "ru", many: int = 66) -> Contents:
    """One with deals of the last fifteen months, and promises of every kind."""
    bare = empty(language)
    return Contents(
        process=PROCESS, process_number=1, language=language, calendar=bare.calendar, today=bare.today, people=PEOPLE,
        sources=("сайт", "Сайт*", "звонок"), deals=_deals(bare.today, many), promises=_promises(bare.today),
        export_id=bare.export_id, exported_at=bare.exported_at, left_off=2,
    )  # fmt: skip


def _deals(today: date, many: int) -> tuple[DealLine, ...]:
    stages = cycle(stage.key for stage in PROCESS.stages)
    found = zip(range(many), cycle(_ENDINGS), stages, cycle(_SOURCES), cycle(HOSTILE), strict=False)
    return tuple(
        _deal(
            number, status, "contract" if status == "won" else stage, source=source, words=words, today=today
        )
        for number, status, stage, source, words in found
    )


def _deal(number: int, status: str, stage: str, *, source: str, words: str, today: date) -> DealLine:
    received = today - timedelta(days=number * 7)
    is_open, won = status == "open", status == "won"
    return DealLine(
        number=f"С-2026-{number:04d}", received=received, client=words, inn="0707083893", contact=words, phone="+7 916 123-45-67",
        request=words, source=source, author=words, manager="Серова М.", expert="Климов О.", stage=stage,
        since=max(received, today - timedelta(days=number % 19)), next_step="Отправить письмо-итог" if is_open and number % 3 else "",
        holder="Серова М." if is_open else "", due=today + timedelta(days=number % 5 - 2) if is_open else None, status=status,
        reason="На стороне клиента: бюджет не утверждён" if status == "lost" else "",
        contract_sum=Decimal("1850000.50") if won else None, contract_date=received if won else None, id=f"2026-{number:04d}", version=number,
    )  # fmt: skip


def _promises(today: date) -> tuple[PromiseLine, ...]:
    ends = (None, None, today - timedelta(days=2), today)
    return tuple(
        PromiseLine(
            number=f"С-2026-{number:04d}", result="=2+2", asked=today - timedelta(days=20), performer="Яшина В." if number % 6 else "",
            controller=person, due=today + timedelta(days=number % 9 - 6), done=done, id=str(number), version=1,
        )
        for number, done, person in zip(range(24), cycle(ends), cycle(("Серова М.", "Яшина В.", "")), strict=False)
    )  # fmt: skip


def opened(book: bytes, *, values: bool = False) -> Workbook:
    """The workbook as openpyxl reads it: its formulas, or the values beside them."""
    return openpyxl.load_workbook(BytesIO(book), data_only=values)


def made(language: str = "ru") -> bytes:
    """The bytes of the one with deals."""
    return write_workbook(full(language))
