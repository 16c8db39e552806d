"""``svyazka files check`` names what doesn't fit and says so by its exit code."""

import os
from pathlib import Path

import pytest

from svyazka.presale.documents.models import Document
from svyazka.presale.documents.storage import place_of
from tests.company import accepted_deal, found_company
from tests.config.console import Console
from tests.documents import filed

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed_away(data: Path) -> Path:
    """Where the one file of a folder lies."""
    company = found_company()
    filed(accepted_deal(company), company.manager)
    return data / "files" / place_of(Document.objects.get().sha256)


def test_whole_files_are_said_to_hold(filed_away: Path, console: Console) -> None:
    said = console("files", "check")
    assert (said.code, said.out) == (0, "The files hold.\n")


def test_a_changed_file_is_named_with_its_deal(filed_away: Path, console: Console) -> None:
    filed_away.write_bytes(b"other")
    said = console("files", "check")
    assert said.code == 1
    assert filed_away.name in said.out
    assert "С-2026-0001) is not what was filed" in said.out


def test_a_missing_file_is_named(filed_away: Path, console: Console) -> None:
    filed_away.unlink()
    said = console("files", "check")
    assert said.code == 1
    assert "is missing" in said.out


def test_a_left_over_is_told_at_once_and_is_a_fault_when_no_night_has_swept_it(
    filed_away: Path, console: Console
) -> None:
    left = filed_away.parent / f"{filed_away.name[:4]}{'0' * 60}"
    left.write_bytes(b"left")
    said = console("files", "check")
    assert said.code == 0
    assert left.name in said.out
    os.utime(left, (0, 0))
    assert console("files", "check").code == 1


def test_what_is_none_of_ours_is_named(filed_away: Path, data: Path, console: Console) -> None:
    (data / "files" / "minutes.txt").write_bytes(b"own")
    said = console("files", "check")
    assert said.code == 1
    assert "minutes.txt is none of ours" in said.out
