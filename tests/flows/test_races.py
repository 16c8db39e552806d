"""Many people at the same instant: over real HTTP, several server processes, each on its own connection."""

import http.client
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.flows.running import PATIENCE, Place, ask, place

pytestmark = pytest.mark.db


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The product with four web processes."""
    folder: Path = tmp_path_factory.mktemp("races")
    with place(folder, workers=4, name="svyazka_races", finishers=50, ready=2) as made, made.up():
        yield made


def together(where: Place, senders: int, send: Callable[[http.client.HTTPConnection, int], Any]) -> list[Any]:
    """Let everybody send at the same instant, each over a connection that stands already."""
    barrier = threading.Barrier(senders)
    answers: list[Any] = [None] * senders

    def one(number: int) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", where.port, timeout=PATIENCE)) as line:
            line.connect()
            barrier.wait(timeout=PATIENCE)
            answers[number] = send(line, number)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_fifty_who_finish_a_stage_one_does_and_the_others_are_told_who(where: Place) -> None:
    finishers = where.told["finishers"]
    for deal in where.told["ready"]:
        answers = together(
            where,
            len(finishers),
            lambda line, number, deal=deal: ask(  # type: ignore[misc]
                line,
                "POST",
                f"/api/v1/deals/{deal}/advance",
                finishers[number]["token"],
                {"stage": "request"},
            ),
        )
        assert Counter(status for status, _ in answers) == {200: 1, 409: len(finishers) - 1}
        winner = next(
            finishers[number]["name"] for number, (status, _) in enumerate(answers) if status == 200
        )
        told = [body for status, body in answers if status == 409]
        assert {body["code"] for body in told} == {"stage_already_left"}
        assert {body["params"]["who"] for body in told} == {winner}
        assert all(winner in body["detail"] for body in told)


def test_eight_writers_lose_nothing_and_nobody_hears_of_a_lock(where: Place) -> None:
    """Each hands in requests, and all of them promise results on the same deal: read, then write."""
    turns, shared, token = 12, where.told["ready"][0], where.told["token"]
    due = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    promise = {"performer": where.told["expert"], "result": "Список задач клиента", "due": due}

    def write(line: http.client.HTTPConnection, number: int) -> list[Any]:
        done = []
        for turn in range(turns):
            said = {
                "company": f"Завод {number} {turn}", "request": "Учёт", "source": "race", "external_id": f"{number}-{turn}",
            }  # fmt: skip
            done.append(ask(line, "POST", "/api/v1/requests", token, said))
            done.append(ask(line, "POST", f"/api/v1/deals/{shared}/commitments", token, promise))
        return done

    before = len(where.run("tests.flows.whole")["commitments"])
    answers = [answer for answered in together(where, 8, write) for answer in answered]
    assert Counter(status for status, _ in answers) == {201: 8 * turns * 2}
    there = where.run("tests.flows.whole")
    assert there["faults"] == []
    assert {f"{number}-{turn}" for number in range(8) for turn in range(turns)} <= set(there["deals"])
    opened = {body["id"] for _, body in answers if "id" in body}
    assert len(opened) == 8 * turns
    assert opened <= set(there["commitments"])
    assert len(there["commitments"]) - before >= 8 * turns
    assert "locked" not in where.log()


def test_ten_senders_of_one_idempotency_key_make_one_deal(where: Place) -> None:
    said = {"company": "Завод один", "request": "Учёт партий"}
    answers = together(
        where, 10,
        lambda line, _: ask(
            line, "POST", "/api/v1/requests", where.told["token"], said, Idempotency_Key="the-same-key"
        ),
    )  # fmt: skip
    assert {status for status, _ in answers} == {201}
    assert len({body["number"] for _, body in answers}) == 1
    _, page = where.ask("GET", "/api/v1/requests", where.told["token"])
    assert sum(row["client"] == "Завод один" for row in page["items"]) == 1


def test_ten_senders_of_one_external_reference_make_one_deal(where: Place) -> None:
    said = {"company": "Завод два", "request": "Учёт", "source": "site", "external_id": "lead-77"}
    answers = together(
        where, 10, lambda line, _: ask(line, "POST", "/api/v1/requests", where.told["token"], said)
    )
    assert Counter(status for status, _ in answers) == {201: 1, 200: 9}
    assert len({body["number"] for _, body in answers}) == 1
