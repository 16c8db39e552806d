"""A hundred experts press "I take it" at the same instant, as Telegram brings it: over the webhook, several processes."""

import http.client
import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.telegram_peer import TOKEN, Peer, bot_api
from tests.flows.experts import EXPERTS_CHAT, pressed
from tests.flows.running import PATIENCE, Place, place

EXPERTS = 100
SECRET = "a-secret-of-the-webhook_1"

pytestmark = pytest.mark.db


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    with bot_api() as found:
        yield found


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory, peer: Peer) -> Iterator[Place]:
    """The product with three web processes and the bot, to which Telegram brings what people do."""
    folder: Path = tmp_path_factory.mktemp("experts")
    with place(folder, workers=3, name="svyazka_experts", ready=1) as made:
        telegram = {
            "SVYAZKA_TELEGRAM_TOKEN": TOKEN, "SVYAZKA_TELEGRAM_API": peer.api, "SVYAZKA_TELEGRAM_WEBHOOK": SECRET,
        }  # fmt: skip
        with_bot = replace(made, env={**made.env, **telegram})
        told = with_bot.run("tests.flows.experts", "found", str(EXPERTS))
        with_bot = replace(with_bot, told={**made.told, **told})
        with with_bot.up():
            peer.wait_for("setWebhook", 1)
            yield with_bot


def bring(where: Place, update: Any, **headers: str) -> int:
    """Bring an update as Telegram does; the status it gets."""
    said = {
        "Content-Type": "application/json",
        **{name.replace("_", "-"): is_ for name, is_ in headers.items()},
    }
    body = update if isinstance(update, bytes) else json.dumps(update).encode()
    with closing(http.client.HTTPConnection("127.0.0.1", where.port, timeout=PATIENCE)) as line:
        line.request("POST", "/telegram/webhook/", body, said)
        return line.getresponse().status


def genuine(where: Place, update: Any) -> int:
    return bring(where, update, X_Telegram_Bot_Api_Secret_Token=SECRET)


def together(jobs: list[Any]) -> list[Any]:
    barrier, answers = threading.Barrier(len(jobs)), [None] * len(jobs)

    def one(number: int) -> None:
        barrier.wait(PATIENCE)
        answers[number] = jobs[number]()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_a_hundred_experts_one_has_it_and_the_others_are_told_who(where: Place, peer: Peer) -> None:
    experts, request = where.told["experts"], where.told["request"]
    peer.wait_for("sendMessage", 1)
    began = time.monotonic()
    answers = together(
        [
            lambda number=number, who=who: genuine(where, pressed(number, who["chat"], request))
            for number, who in enumerate(experts)
        ]
    )
    brought = time.monotonic() - began
    assert answers == [200] * EXPERTS
    peer.wait_for("answerCallbackQuery", EXPERTS)
    told = time.monotonic() - began
    assert [genuine(where, pressed(number, who["chat"], request)) for number, who in enumerate(experts)] == (
        [200] * EXPERTS
    ), "Telegram repeats what it isn't sure of"
    seen = where.run("tests.flows.experts", "seen", "60")
    assert seen["waiting"] == seen["unsent"] == 0, where.log()[-3000:]
    assert seen["failed"] == seen["faults"] == []
    assert (seen["taken"], seen["claims"], seen["claimed"]) == (EXPERTS, 1, 1)

    said = [one["text"] for one in peer.said("answerCallbackQuery")]
    assert len(said) == EXPERTS, "a press that was brought again is answered once"
    by_press = {str(one["callback_query_id"]): one["text"] for one in peer.said("answerCallbackQuery")}
    (winner,) = [who["name"] for number, who in enumerate(experts) if who["chat"] == 5_000_000 + seen["by"]]
    others = [by_press[f"press-{number}"] for number, who in enumerate(experts) if who["name"] != winner]
    assert len(others) == EXPERTS - 1
    assert all(winner in text for text in others), "each hears who has it"
    edits = [one for one in peer.said("editMessageText") if int(one["chat_id"]) == EXPERTS_CHAT]
    assert len(edits) == 1, "the card is changed once"
    assert winner in edits[0]["text"]
    sys.stdout.write(f"\n{EXPERTS} presses: kept in {brought:.2f} s, all answered in {told:.2f} s\n")
    assert "locked" not in where.log()


def test_who_does_not_know_the_secret_finds_nothing_there_and_what_is_no_update_is_not_kept(
    where: Place,
) -> None:
    name = "X_Telegram_Bot_Api_Secret_Token"
    before = where.run("tests.flows.experts", "seen", "0")["taken"]
    forged = pressed(7777, where.told["experts"][0]["chat"], where.told["request"])
    for secret in ("", SECRET[:-1], SECRET.upper(), SECRET + "x", TOKEN):
        assert bring(where, forged, **{name: secret}) == 404
    assert bring(where, forged) == bring(where, forged, Authorization=f"Bearer {SECRET}") == 404
    for body in (b"", b"{", b"[]", b'"x"', b'{"update_id": "1"}', b'{"update_id": true}', b"\xff\xfe"):
        assert bring(where, body, **{name: SECRET}) == 400
    assert bring(where, b'{"update_id": 1, "x": "' + b"x" * 600_000 + b'"}', **{name: SECRET}) == 413
    assert where.run("tests.flows.experts", "seen", "0")["taken"] == before


def test_an_update_that_nobody_can_handle_is_put_aside_and_the_next_goes_on(where: Place, peer: Peer) -> None:
    broken = {"update_id": 9_500_001, "message": {"message_id": "not a number"}}
    assert genuine(where, broken) == 200
    answered = len(peer.said("answerCallbackQuery"))
    expert = where.told["experts"][0]
    after = pressed(500_002, expert["chat"], where.told["request"])
    assert genuine(where, after) == 200
    peer.wait_for("answerCallbackQuery", answered + 1)
    seen = where.run("tests.flows.experts", "seen", "0")
    assert [error.partition(":")[0] for error in seen["failed"]] == ["not an update"]
