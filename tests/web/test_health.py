"""``/healthz`` and ``/readyz`` tell a watchdog what it has to know, and a stranger nothing else."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import OperationalError, connection
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
            "DELETE FROM django_migrations WHERE app = 'presale' AND name = '0003_what_was_typed_is_guarded'"
        )
    assert _codes(client) == (503, ["migrations"])


@pytest.mark.usefixtures("working")
def test_a_database_that_refuses_writes_is_noticed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OperationalError("attempt to write a readonly database")

    monkeypatch.setattr(cache, "set", refuse)
    assert _codes(client) == (503, ["database"])


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
