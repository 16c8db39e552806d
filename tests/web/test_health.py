"""``/healthz`` and ``/readyz`` tell a watchdog what it has to know, and a stranger nothing else."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone


@pytest.fixture
def working(db: None) -> None:
    """A worker that has just been heard of."""
    cache.set(settings.WORKER_BEAT, timezone.now().isoformat())


def _codes(client: Client) -> tuple[int, list[str]]:
    answer = client.get("/readyz")
    return answer.status_code, answer.json()["problems"]


def test_the_process_answers_without_asking_the_database(client: Client) -> None:
    answer = client.get("/healthz")  # a test without a database: asking it would fail
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.usefixtures("working")
def test_everything_there_is_ready(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "problems": []})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("silent", [None, timedelta(minutes=10)])
def test_a_silent_worker_is_noticed(silent: timedelta | None, client: Client) -> None:
    if silent is not None:
        cache.set(settings.WORKER_BEAT, (timezone.now() - silent).isoformat())
    assert _codes(client) == (503, ["worker"])


@pytest.mark.usefixtures("working")
def test_a_waiting_migration_is_noticed(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'presale' AND name = '0023_tables_on_their_way_in'"
        )
    assert _codes(client) == (503, ["migrations"])


@pytest.fixture
def read_only(transactional_db: None, working: None) -> Iterator[None]:
    """The database as it is, opened for reading alone: by its address on SQLite, by the session on PostgreSQL."""
    name = connection.settings_dict["NAME"]
    connection.close()
    if connection.vendor == "sqlite":
        connection.settings_dict["NAME"] = f"{Path(name).as_uri()}?mode=ro"
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = on")
    yield
    connection.close()
    connection.settings_dict["NAME"] = name


@pytest.mark.usefixtures("read_only")
def test_a_database_that_refuses_writes_is_noticed(client: Client) -> None:
    assert _codes(client) == (503, ["database"])


@pytest.mark.usefixtures("working")
def test_whoever_asks_changes_nothing(client: Client) -> None:
    def all_rows() -> list[object]:
        with connection.cursor() as cursor:
            rows: list[object] = []
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                rows += cursor.fetchall()
        return rows

    before = all_rows()
    assert client.get("/readyz").status_code == 200
    assert all_rows() == before


class _Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.mark.usefixtures("working")
def test_a_full_disk_is_noticed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    full: Callable[[object], _Usage] = lambda _: _Usage(10**9, 10**9, 10)  # noqa: E731
    monkeypatch.setattr(shutil, "disk_usage", full)
    assert _codes(client) == (503, ["disk"])


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_only_read(path: str, client: Client) -> None:
    assert client.post(path).status_code == 405
