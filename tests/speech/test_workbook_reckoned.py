"""The workbook in LibreOffice: what its formulas come to, beside the engine's own answers."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from svyazka.engine.figures import Outcomes
from svyazka.engine.worktime import Duration
from svyazka.speech.workbook.contents import limit_days
from svyazka.speech.workbook.writing import write_workbook
from tests.office import recalculated
from tests.workbooks import HOSTILE, PROCESS, empty, made, opened

pytestmark = pytest.mark.requirement("R24")
TODAY = date.today()  # noqa: DTZ011 (a spreadsheet knows no zones)
SINCE = TODAY - timedelta(days=45)
"""The first day on which a typed request came into its stage."""
MANY = 46


def _reckoned(book: bytes, room: Path, typed: Callable[[Workbook], None] = lambda _book: None) -> Workbook:
    """What LibreOffice makes of a workbook in which somebody has typed; openpyxl leaves the values beside the formulas out."""
    work = opened(book)
    typed(work)
    file = room / "book.xlsx"
    work.save(file)
    return openpyxl.load_workbook(recalculated(file, room), data_only=True)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_libreoffice_comes_to_every_value_that_we_wrote_beside_its_formula(language: str, tmp_path: Path) -> None:  # fmt: skip
    book = made(language)
    formulas, ours = opened(book), opened(book, values=True)
    theirs = _reckoned(book, tmp_path)
    compared = said = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    one, other = (wb[sheet.title][cell.coordinate].value for wb in (ours, theirs))
                    assert _same(one, other), (sheet.title, cell.coordinate, one, other, cell.value)
                    compared, said = compared + 1, said + (one not in (None, ""))
    assert compared > 7000
    assert said > 1000
    funnel = theirs.worksheets[1]
    assert [funnel[f"C{row}"].value for row in range(2, 2 + len(HOSTILE))] == list(HOSTILE)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == pytest.approx(other, abs=1e-9)
    return (one or "") == (other or "")


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    """An empty workbook in which a team has worked, reckoned by LibreOffice."""
    return _reckoned(write_workbook(empty("ru")), tmp_path_factory.mktemp("typed"), _type)


def _type(book: Workbook) -> None:
    _type_requests(book["Воронка"])
    _type_promises(book["Обязательства"])


def _type_requests(sheet: Worksheet) -> None:
    """A request a day, then one of each ending and some with something missing."""
    stages = [stage.name.ru for stage in PROCESS.stages]
    for n in range(MANY):
        day = SINCE + timedelta(days=n)
        _row(sheet, n + 2, A=f"Т-{n}", B=TODAY - timedelta(days=n), C=f"Клиент {n}", H="сайт", L=stages[n % 6], M=day, N="Шаг", O="Серова М.", P=TODAY, J="Серова М.", Q="в работе")  # fmt: skip
    below = MANY + 2
    for place, status in enumerate(("выиграна", "проиграна", "отклонена", "повтор", "спам")):
        _row(sheet, below + place, B=TODAY, C="Ещё", H="новый источник", L=stages[5], M=TODAY, Q=status)
    _row(sheet, below + 5, B=TODAY, C="Без шага", L=stages[0], M=TODAY, Q="в работе")


def _row(sheet: Worksheet, row: int, **cells: str | date) -> None:
    for place, value in cells.items():
        sheet[f"{place}{row}"] = value


def _type_promises(sheet: Worksheet) -> None:
    term = PROCESS.term("estimate_ready").text.ru
    for n in range(MANY):
        _row(sheet, n + 2, A="Т-3", B="Оценка", C=term, D=SINCE + timedelta(days=n), E="Яшина В.", F="Серова М.")  # fmt: skip
    due = TODAY - timedelta(days=7)
    below = MANY + 2
    _row(sheet, below, B="Вовремя", E="Яшина В.", G=due, H=due)
    _row(sheet, below + 1, B="Позже", E="Яшина В.", G=due, H=due + timedelta(days=3))
    _row(sheet, below + 2, B="Просрочено", E="Яшина В.", G=due)
    _row(sheet, below + 3, B="Впереди", E="Яшина В.", G=TODAY)
    _row(sheet, below + 4, B="Ничьё", G=TODAY)
    _row(sheet, below + 5, B="Без срока", E="Яшина В.", C=PROCESS.term("huddle").text.ru, D=TODAY)


def test_days_in_a_stage_and_over_its_limit_are_those_of_the_engines_calendar(typed: Workbook) -> None:
    sheet, calendar = typed["Воронка"], empty().calendar
    for n in range(MANY):
        stage, since = PROCESS.stages[n % 6], SINCE + timedelta(days=n)
        worked = sum(calendar.is_working_day(since + timedelta(days=m)) for m in range(MANY - n))
        days, limit = max(0, worked - 1), limit_days(stage)
        row = n + 2
        assert [sheet[f"{place}{row}"].value for place in "UV"] == [days, limit], row
        assert (sheet[f"W{row}"].value or "") == (days - limit if days > limit else ""), row
        assert sheet[f"X{row}"].value == stage.result.ru
        assert not sheet[f"Y{row}"].value


def test_a_row_says_what_it_lacks(typed: Workbook) -> None:
    said = [typed["Воронка"][f"Y{row}"].value for row in range(MANY + 2, MANY + 9)]
    assert said == ["сумма договора", "причина", "причина", None, None, "следующий шаг", None]


def test_a_closed_request_waits_for_nothing(typed: Workbook) -> None:
    closed = [[typed["Воронка"][f"{place}{row}"].value for place in "UVWX"] for row in range(MANY + 2, MANY + 7)]  # fmt: skip
    assert closed == [[None] * 4] * 5


def test_a_terms_due_date_is_the_engines(typed: Workbook) -> None:
    sheet, calendar = typed["Обязательства"], empty().calendar
    for n in range(MANY):
        morning = datetime.combine(SINCE + timedelta(days=n), time(7), UTC)  # ten in Moscow
        due = calendar.due(morning, Duration(2, "d")).date()
        assert sheet[f"I{n + 2}"].value == datetime.combine(due, time()), n
        assert sheet[f"J{n + 2}"].value == ("просрочено" if due < TODAY else "открыто"), n


def test_a_commitments_state_says_kept_late_overdue_open_or_what_is_missing(typed: Workbook) -> None:
    sheet, calendar = typed["Обязательства"], empty().calendar
    rows = range(MANY + 2, MANY + 9)
    assert [sheet[f"J{row}"].value for row in rows] == [
        "выполнено", "с опозданием", "просрочено", "открыто", "нет исполнителя", "нет срока", None,
    ]  # fmt: skip
    due = TODAY - timedelta(days=7)
    late = [sum(calendar.is_working_day(due + timedelta(days=n)) for n in range(1, 1 + days)) for days in (3, 7)]  # fmt: skip
    assert [sheet[f"K{row}"].value for row in rows] == [None, *late, None, None, None, None]
    assert sheet["L2"].value == "Клиент 3"


def test_conversion_counts_the_month_as_the_engine_does(typed: Workbook) -> None:
    sheet = typed["Конверсия"]
    received = [TODAY - timedelta(days=n) for n in range(MANY)] + [TODAY] * 4  # without a duplicate and spam
    months = {sheet[f"A{row}"].value.date(): row for row in range(7, 19)}
    for month in {day.replace(day=1) for day in received}:
        mine = sum(day.replace(day=1) == month for day in received)
        ended = int(month == TODAY.replace(day=1))
        _check(sheet, months[month], Outcomes(mine, ended, ended, ended))
    _check(sheet, 19, Outcomes(len(received), 1, 1, 1))


def _check(sheet: Worksheet, row: int, expected: Outcomes) -> None:
    share = expected.conversion
    assert share is not None
    counts = [sheet[f"{place}{row}"].value for place in "BCDEF"]
    assert counts == [expected.received, expected.won, expected.lost, expected.declined, expected.open], row
    shares = [sheet[f"{place}{row}"].value for place in "GHIJ"]
    assert shares == pytest.approx([share.value, share.low, share.high, expected.most])


def test_sources_add_up_to_the_whole_and_unlisted_ones_stand_together(typed: Workbook) -> None:
    sheet = typed["Конверсия"]
    rows = {sheet[f"A{row}"].value: row for row in range(40, 90) if sheet[f"A{row}"].value}
    _check(sheet, rows["сайт"], Outcomes(MANY, 0, 0, 0))
    _check(sheet, rows["Другой источник или не указан"], Outcomes(4, 1, 1, 1))


def test_stages_say_where_requests_stand_and_how_far_they_came(typed: Workbook) -> None:
    sheet = typed["Конверсия"]
    rows = {sheet[f"A{row}"].value: row for row in range(40, 50)}
    here = [len([n for n in range(MANY) if n % 6 == place]) + (place == 0) for place in range(6)]
    reached = [sum(here[place:]) + 3 for place in range(6)]
    for place, stage in enumerate(PROCESS.stages):
        row = rows[stage.name.ru]
        ended = int(place == 5)
        assert [sheet[f"{of}{row}"].value for of in "BDEFG"] == [here[place], ended, ended, ended, reached[place]]  # fmt: skip
        further = reached[place + 1] if place < 5 else 1
        assert sheet[f"H{row}"].value == pytest.approx(further / reached[place])


def test_free_rows_below_stay_empty(typed: Workbook) -> None:
    for name, row in (("Воронка", MANY + 8), ("Обязательства", MANY + 8)):
        rows = typed[name].iter_rows(min_row=row, values_only=True)
        assert not [value for one in rows for value in one if value not in (None, "")]
