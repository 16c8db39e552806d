"""The bot dies at any moment while people talk to it: each word is heeded once, and none is lost."""

import os
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.connectors.telegram_peer import TOKEN, Peer, bot_api
from tests.flows.running import Place, place

KILLS = int(os.environ.get("DELIVERY_KILLS", "20"))
"""Set it higher for a longer run."""
AUTHORS = 2
"""People who hand a lead in between one kill and the next."""
PRESSES = 2
WORDS = 5
"""Updates that a lead takes, and how many of them are presses, which are answered as soon as they are handled."""

pytestmark = pytest.mark.db


def hand_in(peer: Peer, chat: int) -> None:
    """A lead in five steps: one that was lost or heeded twice would put all that follow into the wrong place."""
    peer.write(chat, "/lead")
    peer.write(chat, f"Нужен учёт {chat}")
    peer.write(chat, f"ООО «Север {chat}»")
    peer.press(chat, "lead:skip")
    peer.press(chat, "lead:send")


@contextmanager
def talking(folder: Path) -> Iterator[tuple[Peer, Place, list[int]]]:
    """The Bot API, a company that uses it, and the chats of its authors."""
    with bot_api() as peer, place(folder, workers=1, name="svyazka_bot") as made:
        telegram = {"SVYAZKA_TELEGRAM_TOKEN": TOKEN, "SVYAZKA_TELEGRAM_API": peer.api}
        where = replace(made, env={**made.env, **telegram})
        yield peer, where, where.run("tests.flows.leads", "people", str(KILLS * AUTHORS))


def answered(peer: Peer) -> int:
    return len(peer.said("answerCallbackQuery"))


def look(peer: Peer, where: Place, chats: list[int]) -> None:
    """Once all is handled, everything that was said has come about, and nothing twice."""
    seen = where.run("tests.flows.leads", "seen", str(len(chats) * WORDS))
    sys.stdout.write(
        f"\n{KILLS} kills, {len(chats) * WORDS} updates: {len(seen['leads'])} leads of {len(chats)}; "
        f"{answered(peer)} of {len(chats) * PRESSES} presses answered, none tried more than {seen['attempts']} times\n"
    )
    assert seen["failed"] == seen["faults"] == [], where.log()[-3000:]
    assert (seen["taken"], seen["waiting"]) == (len(chats) * WORDS, 0), "none is lost"
    assert seen["leads"] == sorted([f"Нужен учёт {chat}", f"ООО «Север {chat}»"] for chat in chats)
    assert seen["replies"] == {str(chat): WORDS for chat in chats}, "each word is heeded once"
    presses = {one["callback_query_id"] for one in peer.said("answerCallbackQuery")}
    assert len(presses) == answered(peer), "no press is answered twice"


def test_a_bot_killed_at_any_moment_heeds_each_word_once(tmp_path: Path) -> None:
    chance = random.Random(7)
    with talking(tmp_path) as (peer, where, chats), where.mortal("bot") as bot:
        for kill in range(KILLS):
            enough = answered(peer) + chance.randint(1, AUTHORS * PRESSES)
            for chat in chats[kill * AUTHORS :][:AUTHORS]:
                hand_in(peer, chat)
            # they come: this life has as many presses before it at least
            where.wait_for(lambda: answered(peer), enough)
            bot.kill()
        look(peer, where, chats)


def test_a_bot_killed_right_after_a_commit_heeds_each_word_once(tmp_path: Path) -> None:
    """What is handled and not noted, or noted and not handled, would be seen by this at once."""
    chance = random.Random(8)
    # two are one update: the one that the death before interrupted is done then, and never given up as tried too often
    deaths = [str(chance.randint(2, 12)) for _ in range(KILLS)]
    with talking(tmp_path) as (peer, where, chats):
        for chat in chats:
            hand_in(peer, chat)
        with where.mortal("bot", "dialogue", *deaths):
            look(peer, where, chats)
        assert where.log().count("telegram answers") == KILLS + 1, "each life ended as it was meant to"
