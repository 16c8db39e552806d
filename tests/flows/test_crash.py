"""The server dies at any moment: what it has acknowledged is there, and nothing is half done."""

import os
import random
import sys
import threading
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from tests.flows.running import Place, kill, place

CYCLES = int(os.environ.get("CRASH_CYCLES", "8"))
"""``make soak`` asks for 500."""
WRITERS = 4

pytestmark = pytest.mark.db


class Writers:
    """Hand in requests and promise results until the server is gone; remember what was acknowledged."""

    def __init__(self, where: Place, cycle: int) -> None:
        self.where, self.cycle = where, cycle
        self.deals: list[str] = []
        self.commitments: list[int] = []
        self.refused: list[Any] = []
        self._counted = threading.Condition()
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(WRITERS)]

    def begin(self) -> None:
        for thread in self._threads:
            thread.start()

    def wait_for(self, acknowledged: int) -> None:
        """Return when so many writes have been acknowledged; more are under way."""
        with self._counted:
            enough = self._counted.wait_for(
                lambda: self.refused or len(self.deals) + len(self.commitments) >= acknowledged, timeout=60
            )
        assert enough, "the server acknowledges nothing"

    def end(self) -> None:
        for thread in self._threads:
            thread.join(timeout=60)

    def _write(self, number: int) -> None:
        token, expert = self.where.told["token"], self.where.told["expert"]
        due = (datetime.now(UTC) + timedelta(days=2)).isoformat()
        turn = 0
        try:
            while True:
                turn += 1
                reference = f"{self.cycle}-{number}-{turn}"
                said = {"company": f"Завод {reference}", "request": "Нужен учёт", "source": "crash"}
                status, deal = self.where.ask(
                    "POST", "/api/v1/requests", token, said | {"external_id": reference}
                )
                self._note(self.deals, status, deal, reference)
                path = f"/api/v1/deals/{deal['number'][2:]}/commitments"
                said = {"performer": expert, "result": "Список задач клиента", "due": due}
                status, promised = self.where.ask("POST", path, token, said)
                self._note(self.commitments, status, promised, promised.get("id"))
        except (OSError, HTTPException):
            return  # killed: whatever was not acknowledged may be there or not

    def _note(self, kept: list[Any], status: int, answer: Any, what: Any) -> None:
        with self._counted:
            if status == 201:
                kept.append(what)
            else:
                self.refused.append(answer)
            self._counted.notify_all()


def test_a_server_killed_at_any_moment_has_lost_nothing_it_acknowledged(tmp_path: Path) -> None:
    chance = random.Random(9)
    deals: list[str] = []
    commitments: list[int] = []
    with place(tmp_path, workers=2, name="svyazka_crash") as where:
        for cycle in range(CYCLES):
            with where.up() as group:
                writers = Writers(where, cycle)
                writers.begin()
                writers.wait_for(chance.randint(5, 40))
                kill(group)
                writers.end()
            assert writers.refused == []
            deals += writers.deals
            commitments += writers.commitments
        there = where.run("tests.flows.whole")
        assert there["faults"] == []
        assert set(deals) <= set(there["deals"])
        assert set(commitments) <= set(there["commitments"])
        told = (
            f"\n{CYCLES} kills: {len(deals)} requests and {len(commitments)} promises acknowledged, none lost"
        )
        sys.stdout.write(f"{told}\n")
        with where.up():
            status, _ = where.ask("GET", "/api/v1/deals?limit=1", where.told["token"])
        assert status == 200
