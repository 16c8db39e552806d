"""``svyazka import``: a team's own table comes in, what can't is given back with its reason, the whole can be taken back."""

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from svyazka.presale.deals.commands import describe_request
from svyazka.presale.deals.models import Deal
from svyazka.presale.imports.models import Import
from tests.company import LOADED, Company, found_company, whole_request
from tests.config.console import Console

pytestmark = pytest.mark.requirement("R45")

HEAD = [
    "№",
    "Дата обращения",
    "Компания",
    "ИНН",
    "Телефон",
    "Запрос",
    "Источник",
    "Менеджер",
    "Этап",
    "Статус",
    "Сумма",
]
LINES = [
    [17, date(2026, 9, 7), "ООО «Ромашка»", 5408130693, "8 916 000-00-01", "Учёт партий", "сайт", "Серова М.", "Подготовка", "в работе", None],
    [18, date(2026, 9, 8), "ООО «Лютик»", None, None, "=1+1 склада", "звонок", "Сидоров", "Подготовка", "в работе", None],
    [19, date(2026, 9, 9), "АО «Мак»", None, None, "ЗУП на двести человек", "сайт", "Лосев Павел", "Договор", "выигран", 1_250_000.5],
    [20, date(2026, 9, 9), "Ромашка", None, None, "Учёт партий", "сайт", None, None, "в работе", None],
]  # fmt: skip


@pytest.fixture
def company(db: None, data: Path) -> Company:
    return found_company(LOADED - timedelta(days=400))


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """A register as it is kept by hand, with a title above."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    whole: list[list[Any]] = [["Воронка отдела"], HEAD, *LINES]
    for line in whole:
        sheet.append(line)
    sheet["F4"].data_type = "s"  # a text that begins like a formula
    file = tmp_path / "воронка.xlsx"
    book.save(file)
    return file


def newest() -> int:
    """The number of the last import; a database that is used again counts on."""
    return Import.objects.latest("pk").pk


def test_a_register_is_looked_at_first_and_nothing_is_written(
    console: Console, company: Company, register: Path
) -> None:
    said = console("import", "look", str(register))
    assert said.code == 0
    assert "Компания: Client\n" in said.out
    assert "row 4: Manager: “Сидоров” — nobody here is called so\n" in said.out
    assert "row 6: the same request as in row 3\n" in said.out
    assert said.out.endswith("2 new, 0 changed, 0 unchanged, 0 in conflict, 2 left out.\n")
    assert not Deal.objects.exists()


def test_it_comes_in_at_once_and_what_does_not_is_given_back(
    console: Console, company: Company, register: Path, tmp_path: Path
) -> None:
    left_out = tmp_path / "left.xlsx"
    said = console("import", "make", str(register), "--left-out", str(left_out))
    assert said.code == 0
    made = newest()
    assert said.out.endswith(
        f"Import {made}: 2 deals, 0 changed. svyazka import take-back {made} takes the new ones back.\n"
    )
    lost, won = Deal.objects.order_by("pk")
    assert (lost.stage, lost.status, lost.manager_id) == ("preparation", "open", company.manager.me)
    assert (won.stage, won.status, won.contract_number, float(won.contract_sum or 0)) == (
        "contract", "won", "б/н", 1_250_000.5,
    )  # fmt: skip
    rows = [*openpyxl.load_workbook(left_out).active.iter_rows(values_only=True)]  # type: ignore[union-attr]
    assert rows[0][-1] == "Почему строка не перенесена"
    assert rows[1][-1] == "Менеджер: «Сидоров» — такого сотрудника нет"
    assert rows[1][5] == "=1+1 склада"
    again = console("import", "make", str(register))
    assert (again.code, again.err) == (1, "No row of the table can be brought in.\n")


def test_the_rows_that_were_given_back_come_in_once_they_are_mended(
    console: Console, company: Company, register: Path, tmp_path: Path
) -> None:
    left_out = tmp_path / "left.xlsx"
    console("import", "make", str(register), "--left-out", str(left_out))
    book = openpyxl.load_workbook(left_out)
    sheet = book.active
    assert sheet is not None
    sheet["H2"] = "Серова Мария"
    book.save(left_out)
    said = console("import", "make", str(left_out))
    made = newest()
    assert said.out.endswith(
        f"Import {made}: 1 deals, 0 changed. svyazka import take-back {made} takes the new ones back.\n"
    )
    assert Deal.objects.get(client__name="ООО «Лютик»").intake["answers"]["request"] == "=1+1 склада"


def test_an_import_is_listed_and_taken_back(console: Console, company: Company, register: Path) -> None:
    console("import", "make", str(register))
    made = str(newest())
    assert console("import", "take-back", made).out == "2 deals are taken back.\n"
    assert console("import", "list").out.endswith(f"taken back on {timezone.now():%Y-%m-%d}\n")
    assert console("import", "take-back", made).err == "This import is undone already.\n"
    assert set(Deal.objects.values_list("status", flat=True)) == {"withdrawn"}


def test_a_table_of_old_excel_comes_in_too(console: Console, company: Company, tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    with file.open("w", encoding="cp1251", newline="") as out:
        csv.writer(out, delimiter=";").writerows(
            [HEAD, ["", "07.09.26", "ООО «Ромашка»", "", "", "Учёт партий; два склада"]]
        )
    assert console("import", "make", str(file)).code == 0
    assert Deal.objects.get().title == "Учёт партий; два склада"


def test_what_is_no_table_is_refused_in_a_sentence(
    console: Console, company: Company, tmp_path: Path
) -> None:
    file = tmp_path / "картинка.xlsx"
    file.write_bytes(b"PK\x03\x04" + b"\x00" * 200)
    said = console("import", "look", str(file))
    assert (said.code, said.err) == (1, "The file is damaged. Open it, save it anew and try again.\n")
    assert console("import", "look", str(tmp_path / "none.xlsx")).code == 2


@pytest.fixture
def taken_out(console: Console, company: Company, tmp_path: Path) -> Path:
    """Our own workbook with two deals."""
    for inn in ("7707083893", ""):
        whole_request(company, timezone.now() - timedelta(days=3), inn=inn)
    file = tmp_path / "presale.xlsx"
    assert console("export", "workbook", "-o", str(file), "--with-deals", "--language", "en").code == 0
    return file


def typed(file: Path, **cells: Any) -> None:
    """Type into the funnel."""
    book = openpyxl.load_workbook(file)
    for place, value in cells.items():
        book.worksheets[1][place] = value
    book.save(file)


def test_our_own_workbook_comes_back_untouched_and_changes_nothing(console: Console, taken_out: Path) -> None:
    said = console("import", "look", str(taken_out))
    assert (said.code, said.out) == (0, "0 new, 0 changed, 2 unchanged, 0 in conflict, 0 left out.\n")
    said = console("import", "make", str(taken_out))
    assert (said.code, said.out.endswith("Nothing has been changed in it.\n")) == (0, True)
    assert not Import.objects.exists()


def test_what_was_edited_is_told_first_then_changed_and_listed(
    console: Console, taken_out: Path, tmp_path: Path
) -> None:
    one, other = Deal.objects.order_by("pk")
    typed(taken_out, G2="Учёт смен", L2="Preparation", B3=date(2026, 1, 1))
    said = console("import", "look", str(taken_out))
    assert f"{one.number} Request in the client’s words: Нужен учёт лесосырья по партиям и расчёт себестоимости → Учёт смен\n" in said.out  # fmt: skip
    assert "row 2: Stage: Request accepted → Preparation — The stage can’t be left yet. Missing: " in said.out
    assert "row 3: Received: “2026-01-01” — only shown in the table, nobody changes it there\n" in said.out
    assert said.out.endswith("0 new, 0 changed, 0 unchanged, 0 in conflict, 2 left out.\n")
    assert Deal.objects.get(pk=one.pk).title == one.title
    left_out = tmp_path / "left.xlsx"
    said = console("import", "make", str(taken_out), "--left-out", str(left_out))
    made = newest()
    assert said.code == 0
    assert f"Import {made}: 0 deals, 1 changed." in said.out
    assert "each deal's journal has what it said before" in said.out
    assert Deal.objects.get(pk=one.pk).title == "Учёт смен"
    assert console("import", "list").out.endswith("presale.xlsx: 0 deals, 1 changed\n")
    back = console("import", "take-back", str(made))
    assert (back.code, "nothing to take back" in back.err) == (1, True)
    # what was given back may be mended there: it still bears its marks
    book = openpyxl.load_workbook(left_out)
    sheet = book.active
    assert sheet is not None
    sheet["L2"], sheet["B3"] = "Request accepted", other.received_at.date()
    sheet["K3"] = "Титов"
    book.save(left_out)
    assert console("import", "make", str(left_out)).code == 0
    assert Deal.objects.get(pk=other.pk).seats.filter(role="expert", person__surname="Титов").exists()


def test_conflicts_stay_ours_and_the_exit_code_says_so_unless_a_side_is_named(
    console: Console, company: Company, taken_out: Path
) -> None:
    deal = Deal.objects.earliest("pk")
    typed(taken_out, G2="Учёт смен")
    describe_request(deal_id=deal.pk, answers={"request": "Учёт сменных заданий"}, actor=company.dispatcher, at=timezone.now())  # fmt: skip
    typed(taken_out, C3="ООО «Южный лес»")
    said = console("import", "make", str(taken_out))
    assert said.code == 3
    assert (
        "Request in the client’s words: Учёт сменных заданий → Учёт смен — changed in both places\n"
        in said.out
    )
    assert Deal.objects.get(pk=deal.pk).title == "Учёт сменных заданий"
    said = console("import", "make", str(taken_out), "--conflicts", "theirs")
    assert said.code == 0
    assert Deal.objects.get(pk=deal.pk).title == "Учёт смен"
