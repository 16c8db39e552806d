"""``svyazka export workbook``: a file of its owner, with deals only if they are asked for."""

import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from tests.company import LOADED, Company, found_company, led_deal
from tests.config.console import Console

pytestmark = [pytest.mark.requirement("R24"), pytest.mark.requirement("R45")]


@pytest.fixture
def company(db: None, data: Path) -> Company:
    return found_company(LOADED - timedelta(days=400))


def _rows(file: Path, sheet: str) -> list[dict[str, Any]]:
    rows = openpyxl.load_workbook(file, data_only=True)[sheet].iter_rows(values_only=True)
    heads = [str(head) for head in next(rows)]
    return [dict(zip(heads, row, strict=True)) for row in rows if any(cell not in (None, "") for cell in row)]


def test_without_deals_it_holds_the_process_and_the_people_only(console: Console, company: Company, tmp_path: Path) -> None:  # fmt: skip
    led_deal(company, at=timezone.now() - timedelta(days=3))
    file = tmp_path / "presale.xlsx"
    said = console("export", "workbook", "-o", str(file))
    assert (said.code, said.out) == (0, f"{file}: 0 deals.\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert _rows(file, "Воронка") == []
    people = [row[0] for row in openpyxl.load_workbook(file)["Списки"].iter_rows(min_row=2, values_only=True) if row[0]]  # fmt: skip
    assert "Мария Серова" in people
    assert not any("Дымов" in str(one) for one in people)  # a partner agent is none of ours


def test_with_deals_each_row_says_where_it_stands_and_who_owes_what(console: Console, company: Company, tmp_path: Path) -> None:  # fmt: skip
    received = timezone.now() - timedelta(days=3)
    led_deal(company, at=received)
    file = tmp_path / "presale.xlsx"
    assert console("export", "workbook", "-o", str(file), "--with-deals", "--language", "en").code == 0
    (row,) = _rows(file, "Funnel")
    assert row["No."].startswith("С-20")
    assert row["_id"] == row["No."].removeprefix("С-")
    assert (row["Client"], row["INN"], row["Phone"]) == ("ООО «Северный лес»", "7707083893", "+7 916 123-45-67")  # fmt: skip
    assert (row["Stage"], row["Status"], row["Manager"]) == ("Request accepted", "under way", "Мария Серова")
    assert row["Next step"]
    assert row["Who"]
    assert not row["What the row lacks"]
    assert isinstance(row["_ver"], int)
    promises = _rows(file, "Commitments")
    assert row["Next step"] in [one["What is owed"] for one in promises]
    assert {one["No. of the request"] for one in promises} == {row["No."]}


def test_a_workbook_that_can_not_be_written_is_said_and_leaves_nothing(console: Console, company: Company, tmp_path: Path) -> None:  # fmt: skip
    file = tmp_path / "nowhere" / "presale.xlsx"
    said = console("export", "workbook", "-o", str(file))
    assert said.code == 1
    assert "can't be written" in said.err
    assert not list(tmp_path.glob("**/*presale*"))
