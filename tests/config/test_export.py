"""``svyazka export xes``: a whole file or none, of the days that were asked for."""

import gzip
import re
import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.company import LOADED, Company, found_company, whole_request
from tests.config.console import Console

pytestmark = pytest.mark.requirement("R35")


@pytest.fixture
def company(db: None, data: Path) -> Company:
    return found_company(LOADED - timedelta(days=400))


def _numbers(text: str) -> list[str]:
    return re.findall(r'<trace>\n<string key="concept:name" value="С-([\d-]+)"/>', text)


def _three_deals(company: Company) -> list[str]:
    """One received on the evening of 30 January in Moscow, one two hours later, one a day after that."""
    evening = datetime.fromisoformat("2026-01-30T20:00:00+00:00")  # 23:00 in Moscow
    times = (evening, evening + timedelta(hours=2), evening + timedelta(hours=26))
    return [whole_request(company, at=at, inn="").number.removeprefix("С-") for at in times]


def test_the_journal_goes_to_standard_output(console: Console, company: Company) -> None:
    numbers = _three_deals(company)
    said = console("export", "xes")
    assert said.code == 0
    assert said.out.startswith('<?xml version="1.0" encoding="utf-8"?>')
    assert _numbers(said.out) == numbers


def test_days_are_those_of_the_workspace_and_both_count(console: Console, company: Company) -> None:
    first, second, third = _three_deals(company)
    assert _numbers(console("export", "xes", "--since", "2026-01-31").out) == [second, third]
    assert _numbers(console("export", "xes", "--until", "2026-01-30").out) == [first]
    assert _numbers(console("export", "xes", "--since", "2026-01-31", "--until", "2026-01-31").out) == [
        second
    ]


def test_a_file_is_its_owners_and_takes_the_place_of_an_older_one(
    console: Console, company: Company, tmp_path: Path
) -> None:
    numbers, file = _three_deals(company), tmp_path / "journal.xes"
    file.write_text("an older one", encoding="utf-8")
    said = console("export", "xes", "-o", str(file))
    assert said.code == 0
    assert f"{file}: 3 deals, " in said.out
    assert _numbers(file.read_text(encoding="utf-8")) == numbers
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.glob(".*")) == []


def test_a_file_that_ends_in_gz_is_compressed(console: Console, company: Company, tmp_path: Path) -> None:
    numbers, file = _three_deals(company), tmp_path / "journal.xes.gz"
    assert console("export", "xes", "-o", str(file)).code == 0
    with gzip.open(file, "rt", encoding="utf-8") as text:
        assert _numbers(text.read()) == numbers


def test_what_can_not_be_written_is_said_and_leaves_nothing(
    console: Console, company: Company, tmp_path: Path
) -> None:
    said = console("export", "xes", "-o", str(tmp_path / "nowhere" / "journal.xes"))
    assert said.code == 1
    assert "can't be written" in said.err
    said = console("export", "xes", "-o", str(tmp_path))
    assert said.code == 1
    assert "can't be written" in said.err
    assert list(tmp_path.glob(".*.xes*")) == []


def test_days_in_the_wrong_order_are_refused(console: Console, company: Company) -> None:
    said = console("export", "xes", "--since", "2026-02-01", "--until", "2026-01-01")
    assert said.code == 2
    assert "--until lies before --since" in said.err
    assert said.out == ""


def test_the_help_says_what_is_not_in_the_log(console: Console) -> None:
    said = console("export", "xes", "--help")
    assert said.code == 0
    assert "Without names, typed words" in said.out


@pytest.mark.requirement("R24")
def test_the_poster_is_a_file_in_the_language_and_size_that_were_asked_for(
    console: Console, company: Company, tmp_path: Path
) -> None:
    file = tmp_path / "poster.pdf"
    said = console("export", "poster", "--language", "en", "--paper", "a4", "-o", str(file))
    assert said.code == 0
    assert f"{file}: version 1, A4." in said.out
    paper = file.read_bytes()
    assert paper.startswith(b"%PDF-")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    console("export", "poster", "-o", str(file))
    assert file.read_bytes() != paper


@pytest.mark.requirement("R24")
def test_a_poster_that_cannot_be_written_is_said(console: Console, company: Company, tmp_path: Path) -> None:
    said = console("export", "poster", "-o", str(tmp_path / "nowhere" / "poster.pdf"))
    assert said.code == 1
    assert "can't be written" in said.err
    assert console("export", "poster", "--paper", "a5").code == 2
