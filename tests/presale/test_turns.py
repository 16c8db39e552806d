"""Commands within commands, and writers who wait for each other."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, transaction
from filelock import FileLock

from svyazka.presale.deals.commands import say_contacted
from svyazka.presale.journal import turns
from svyazka.presale.journal.commands import WORKSPACE, Act, record
from svyazka.presale.journal.models import Entry
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.queries import faults
from svyazka.presale.journal.turns import turn
from svyazka.presale.journal.values import SYSTEM
from tests.company import TUESDAY, found_company, whole_request


def _write(word: str) -> None:
    record(chain=WORKSPACE, act=Act("unit.saved", {"unit": word}), actor=SYSTEM, at=TUESDAY)


@command
def _fails_after_writing() -> None:
    _write("taken back")
    raise ArithmeticError


@command
def _goes_on_all_the_same() -> int:
    try:
        _fails_after_writing()
    except ArithmeticError:
        _write("stays")
    return _locks_held()


def _locks_held() -> int:
    """How many locks of the journal PostgreSQL knows of; on SQLite the transaction itself is the lock."""
    if connection.vendor != "postgresql":
        return 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        (count,) = cursor.fetchone()
    return int(count)


@pytest.mark.django_db(transaction=True)
def test_what_an_inner_command_took_back_leaves_no_hole_and_no_lock_is_forgotten() -> None:
    found_company()

    assert _goes_on_all_the_same() == 1
    assert [fault.kind for fault in faults()] == []
    words = Entry.objects.filter(act="unit.saved").order_by("-pk").values_list("data", flat=True)
    assert words[0] == {"unit": "stays"}
    assert {"unit": "taken back"} not in words


def _in_another_thread(write: Callable[[], None]) -> tuple[threading.Thread, threading.Event]:
    done = threading.Event()

    def run() -> None:
        try:
            write()
            done.set()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, done


@pytest.mark.django_db(transaction=True)
def test_a_writer_waits_for_his_turn_and_gets_it() -> None:
    company = found_company()
    deal = whole_request(company).deal_id
    with turn(), transaction.atomic():
        _write("first")
        thread, done = _in_another_thread(
            lambda: say_contacted(
                deal_id=deal, how="позвонили, договорились", actor=company.dispatcher, at=TUESDAY
            )
        )
        assert not done.wait(0.2)
    thread.join(timeout=20)

    assert done.is_set()
    acts = Entry.objects.order_by("pk").values_list("act", flat=True)
    assert list(acts).index("client.contacted") > list(acts).index("unit.saved")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL's writers take no turns")
def test_a_stuck_writer_keeps_the_others_waiting_for_a_while_and_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    company = found_company()
    deal = whole_request(company).deal_id
    stuck = FileLock(
        f"{connection.settings_dict['NAME']}-turn"
    )  # another process's: it shares nothing with ours
    monkeypatch.setattr(turns, "LONGEST", 0.1)
    turns._lock_beside.cache_clear()
    with stuck:
        say_contacted(deal_id=deal, how="позвонили, договорились", actor=company.dispatcher, at=TUESDAY)
    turns._lock_beside.cache_clear()
    assert Entry.objects.filter(act="client.contacted").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL's writers take no turns")
def test_a_turn_that_cannot_be_had_at_all_is_done_without() -> None:
    company = found_company()
    deal = whole_request(company).deal_id
    file = Path(f"{connection.settings_dict['NAME']}-turn")
    file.unlink(missing_ok=True)
    file.mkdir()  # as if it were another user's: nobody of ours can open it
    try:
        say_contacted(deal_id=deal, how="позвонили, договорились", actor=company.dispatcher, at=TUESDAY)
    finally:
        file.rmdir()
    assert Entry.objects.filter(act="client.contacted").exists()


@pytest.mark.django_db(transaction=True)
def test_a_command_that_follows_a_commit_does_not_wait_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    company = found_company()
    deal = whole_request(company).deal_id
    got: list[bool] = []
    take = turns._is_taken
    monkeypatch.setattr(turns, "LONGEST", 0.1)

    def watched(lock: FileLock) -> bool:
        got.append(take(lock))
        return got[-1]

    monkeypatch.setattr(turns, "_is_taken", watched)

    @command
    def followed() -> None:
        _write("first")
        transaction.on_commit(
            lambda: say_contacted(
                deal_id=deal, how="позвонили, договорились", actor=company.dispatcher, at=TUESDAY
            )
        )

    followed()
    assert got == ([True, True] if connection.vendor == "sqlite" else [])
    assert Entry.objects.filter(act="client.contacted").exists()


@pytest.mark.django_db(transaction=True)
def test_who_is_in_a_transaction_already_waits_for_no_turn() -> None:
    """Otherwise he, with the database's lock, and another, with the turn, would wait for each other for ever."""
    company = found_company()
    deal = whole_request(company).deal_id
    with transaction.atomic():
        _write("holds the database")
        thread, done = _in_another_thread(
            lambda: say_contacted(
                deal_id=deal, how="позвонили, договорились", actor=company.dispatcher, at=TUESDAY
            )
        )
        assert not done.wait(0.2)  # he holds the turn now, and waits for the database
        say_contacted(deal_id=deal, how="написали письмо клиенту", actor=company.dispatcher, at=TUESDAY)
    thread.join(timeout=20)

    assert done.is_set()
    assert list(faults()) == []
