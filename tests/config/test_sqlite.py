"""SQLite is a version that can be trusted, set up so that nothing acknowledged is lost, and it reads Russian."""

import sqlite3
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.db import connection

from svyazka.config import checks, sqlite
from svyazka.config.sqlite import has_wal_reset_bug

on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite")


@pytest.mark.parametrize("version", [(3, 7, 0), (3, 40, 1), (3, 44, 5), (3, 45, 0), (3, 50, 6), (3, 51, 2)])
def test_a_version_with_the_wal_reset_bug_is_known(version: tuple[int, ...]) -> None:
    assert has_wal_reset_bug(version)


@pytest.mark.parametrize(
    "version", [(3, 6, 23), (3, 44, 6), (3, 44, 9), (3, 50, 7), (3, 51, 3), (3, 53, 4), (4, 0, 0)]
)
def test_a_version_without_it_is_let_through(version: tuple[int, ...]) -> None:
    assert not has_wal_reset_bug(version)


def test_the_sqlite_we_bring_passes_the_check_at_start() -> None:
    assert [found for found in run_checks() if found.id == "svyazka.E001"] == []


@on_sqlite
def test_the_start_is_refused_on_an_affected_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))
    assert [found.id for found in checks.check_sqlite()] == ["svyazka.E001"]


def test_an_acknowledged_write_is_on_the_disk(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "db.sqlite3")
    database.executescript(sqlite.OPTIONS["init_command"])
    assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert database.execute("PRAGMA synchronous").fetchone() == (2,), "FULL"
    assert sqlite.OPTIONS["transaction_mode"] == "IMMEDIATE"
    database.close()


@on_sqlite
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "pattern", "found"),
    [
        ("ТЕСТ приёмки", "%тест%", True),
        ("тест", "%ТЕСТ%", True),
        ("тест", "т_ст", True),
        ("100 %", r"%100 \%%", True),
        ("1000", r"%100\%%", False),
        ("a.c", "%abc%", False),
        ("две\nстроки", "%СТРОКИ", True),
        (None, "%", None),
    ],
)
def test_search_folds_russian_letters(text: str | None, pattern: str, found: bool | None) -> None:  # noqa: FBT001
    with connection.cursor() as cursor:
        cursor.execute(r"SELECT %s LIKE %s ESCAPE '\'", [text, pattern])
        answer = cursor.fetchone()[0]
    assert answer == found
