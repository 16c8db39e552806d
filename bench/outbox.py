"""How fast notices go out, and whether a full queue slows an act: ``python -m bench.outbox``; ``--postgres`` on PostgreSQL.

The channel is a sink that takes everything at once, with limits off, so that what is measured is ours: taking, wording,
settling. An act is a request received, of which the dispatcher is told by letter.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

import psycopg

from tools import postgres

NOTICES: Final = 500
PENDING: Final = 100_000
CHATS: Final = 200
"""Among which what waits is spread."""
ACTS: Final = 40
"""Of each round, with an empty queue and with a full one by turns."""


def main() -> None:
    """Measure on a database of its own, in a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m bench.outbox", description=__doc__)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.here:
        print(json.dumps(_measure()))
    elif asked.postgres:
        where = postgres.programs()
        assert where is not None, "there is no PostgreSQL here"
        with postgres.server(where, durable=True) as server:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute("CREATE DATABASE outbox")
            _tell("PostgreSQL", server.rpartition("/")[0] + "/outbox")
    else:
        with tempfile.TemporaryDirectory() as folder:
            _tell("SQLite", f"sqlite:///{folder}/outbox.sqlite3")


def _tell(name: str, url: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        env = os.environ | {
            "SVYAZKA_DATA": folder, "DATABASE_URL": url, "SVYAZKA_EMAIL_URL": "smtp://127.0.0.1:25", "SVYAZKA_LOG": "json",
        }  # fmt: skip
        command = [sys.executable, "-m", "bench.outbox", "--here"]
        done = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    print(
        f"{name}: {told['rate']:.0f} notices a second; an act takes {told['empty']:.1f} ms with an empty queue, "
        f"{told['full']:.1f} ms with {PENDING:,} waiting; taking one of them {told['take']:.1f} ms"
    )


def _measure() -> dict[str, float]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "svyazka.config.settings"
    import django

    django.setup()
    from svyazka.config.cli.database import prepare

    prepare()
    Path(os.environ["SVYAZKA_DATA"]).mkdir(exist_ok=True)
    act = _company()
    _tell_everybody()
    rate = _deliver()
    empty, full, take = [], [], 0.0
    for _ in range(3):
        empty.append(_pace(act))
        _fill()
        full.append(_pace(act))
        take = _take()
        _empty()
    return {"rate": rate, "empty": median(empty), "full": median(full), "take": take}


def _company() -> Any:
    from bench import invented
    from bench.company import found
    from svyazka.presale.channels.commands import bind_place
    from svyazka.presale.deals.commands import receive_request
    from svyazka.presale.journal.values import Actor
    from svyazka.presale.notices.commands import set_wishes
    from svyazka.presale.people.queries import actor_by_id, directory

    now = datetime.now(UTC)
    staff = found(now - timedelta(days=30))
    boss = actor_by_id(staff.administrator, "web")
    assert boss is not None
    for person in directory().people:
        set_wishes(choices={}, quiet=None, digest_at=None, actor=Actor(person, "web"), at=now)
    for number in range(CHATS):
        bind_place(channel="email", chat=str(number), role="deals", actor=boss, at=now)
    turn = iter(range(10**9))

    def act() -> None:
        answers: dict[str, Any] = invented.answers(next(turn))
        receive_request(answers=answers, actor=boss, at=datetime.now(UTC), source="bench", sure=True)

    return act


def _tell_everybody() -> None:
    """Notices to all people in turn."""
    from svyazka.presale.journal.commands import lock_journal
    from svyazka.presale.journal.moment import command
    from svyazka.presale.journal.values import SYSTEM, Json
    from svyazka.presale.notices.commands import notify
    from svyazka.presale.people.queries import directory

    @command
    def tell(readers: list[int]) -> None:
        lock_journal()
        people = [(person, "performer") for person in readers]
        data: dict[str, Json] = {"term": "first_response", "performer": readers[0]}
        notify(
            people=people,
            kind="commitment.overdue",
            deal_id=None,
            data=data,
            actor=SYSTEM,
            at=datetime.now(UTC),
        )

    readers = sorted(directory().people)
    for _ in range(NOTICES // len(readers)):
        tell(readers)


def _deliver() -> float:
    """Notices a second through a sink, by as many senders as the worker has."""
    from django.apps import apps

    from svyazka.presale.channels.port import Limits, Outgoing, Sent
    from svyazka.worker.delivery import Delivery

    class Sink:
        name, limits = "email", Limits()

        def send(self, _outgoing: Outgoing) -> Sent:
            return Sent("1")

    waiting = apps.get_model("presale.Message").objects.filter(status="waiting")
    count, stop = waiting.count(), threading.Event()
    delivery = Delivery([Sink()], stop=stop)
    began = time.monotonic()
    delivery.start()
    while waiting.exists():
        time.sleep(0.02)
    took = time.monotonic() - began
    stop.set()
    delivery.join()
    return float(count / took)


def _pace(act: Any) -> float:
    took = []
    for _ in range(ACTS):
        began = time.perf_counter()
        act()
        took.append((time.perf_counter() - began) * 1000)
    return median(took)


def _take() -> float:
    from svyazka.presale.channels.outbox import take
    from svyazka.presale.channels.port import Limits

    took = []
    for number in range(10):
        began = time.perf_counter()
        assert take(channel="email", limits=Limits(), worker=str(number), at=datetime.now(UTC))
        took.append((time.perf_counter() - began) * 1000)
    return median(took)


def _fill() -> None:
    from django.apps import apps
    from django.db import connection

    message, place = apps.get_model("presale.Message"), apps.get_model("presale.Place")
    places = list(place.objects.values_list("pk", flat=True))
    at = datetime.now(UTC) - timedelta(minutes=1)
    message.objects.bulk_create(
        [
            message(place_id=places[number % len(places)], kind="test", created_at=at, next_at=at)
            for number in range(PENDING)
        ],
        batch_size=2_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _empty() -> None:
    from django.apps import apps

    apps.get_model("presale.Message").objects.all().delete()


if __name__ == "__main__":
    main()
