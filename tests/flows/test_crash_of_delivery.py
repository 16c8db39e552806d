"""The process that delivers dies at any moment: no message is lost, and what may have gone twice is counted."""

import json
import os
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.connectors.mailserver import mail_server, text_of
from tests.connectors.telegram_peer import TOKEN, bot_api
from tests.flows.running import place

KILLS = int(os.environ.get("DELIVERY_KILLS", "20"))
"""Set it higher for a longer run."""
NOTICES = 25 * KILLS

pytestmark = pytest.mark.db


@dataclass(frozen=True, slots=True)
class FarSide:
    """Where a channel's messages come to.

    :param command: of ours that delivers there
    :param count: how many messages have come
    :param came: reader and text of each, in the order in which they came
    """

    command: str
    env: dict[str, str]
    count: Callable[[], int]
    came: Callable[[], list[tuple[str, str]]]


@contextmanager
def letters() -> Iterator[FarSide]:
    with mail_server() as box:
        yield FarSide(
            "worker", {"SVYAZKA_EMAIL_URL": box.url}, lambda: len(box.letters),
            lambda: [(str(one["To"]), text_of(one)) for one in box.letters],
        )  # fmt: skip


@contextmanager
def messages() -> Iterator[FarSide]:
    with bot_api() as peer:
        yield FarSide(
            "bot", {"SVYAZKA_TELEGRAM_TOKEN": TOKEN, "SVYAZKA_TELEGRAM_API": peer.api},
            lambda: len(peer.said()), lambda: [(str(one["chat_id"]), str(one["text"])) for one in peer.said()],
        )  # fmt: skip


@pytest.mark.parametrize(("channel", "far_side"), [("email", letters), ("telegram", messages)])
def test_killed_twenty_times_it_loses_nothing_and_counts_what_may_have_gone_twice(
    tmp_path: Path, channel: str, far_side: Callable[[], AbstractContextManager[FarSide]]
) -> None:
    chance = random.Random(5)
    with far_side() as side, place(tmp_path, workers=1, name=f"svyazka_{channel}") as made:
        where = replace(made, env={**made.env, **side.env})
        told = made.run("tests.flows.notices", "tell", channel, str(NOTICES))
        began = time.monotonic()
        with where.mortal(side.command) as process:
            for _ in range(KILLS):
                where.wait_for(side.count, side.count() + chance.randint(1, 20))
                process.kill()
            where.wait_for(side.count, NOTICES)
            left = where.run("tests.flows.notices", "left", "60")
        took = time.monotonic() - began
    came = [(reader, ordinal(text)) for reader, text in side.came()]
    twice = len(came) - len(set(came))
    sys.stdout.write(
        f"\n{channel}: {KILLS} kills, {NOTICES} notices, {took:.0f} s: {len(set(came))} came, {twice} of them twice; "
        f"{left['repeats']} counted as perhaps twice\n{json.dumps(left)}\n"
    )
    assert len(set(came)) == told["messages"] == NOTICES, "none is lost"
    assert left["waiting"] == left["dead"] == 0
    assert twice <= left["repeats"], "each that came twice was counted"
    assert left["repeats"] <= KILLS * 3, "no more may have gone twice than were under way when it died"
    for reader in {reader for reader, _ in came}:
        heard = [number for whom, number in came if whom == reader]
        assert list(dict.fromkeys(heard)) == sorted(set(heard)), (
            "each place heard its messages in their order"
        )


def ordinal(text: str) -> int:
    """The how manieth of its reader's notices this is."""
    found = re.search(r"Читатель(\d{4})", text)
    assert found, text
    return int(found[1])
