"""The worker dies at any moment while letters go out: none is lost, and what may have gone twice is counted."""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.connectors.mailserver import mail_server
from tests.flows.running import Place, place

KILLS = int(os.environ.get("DELIVERY_KILLS", "20"))
NOTICES = 500

pytestmark = pytest.mark.db


@contextmanager
def worker(where: Place, mail: str) -> Iterator[subprocess.Popen[bytes]]:
    """The worker alone, as ``svyazka worker`` starts it, with a mail server."""
    with (where.folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "svyazka.config.cli", "worker"],
            env={**where.env, "SVYAZKA_EMAIL_URL": mail}, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def test_a_worker_killed_twenty_times_loses_no_letter_and_counts_what_may_have_gone_twice(
    tmp_path: Path,
) -> None:
    chance = random.Random(5)
    with mail_server() as box, place(tmp_path, workers=1, name="svyazka_delivery") as where:
        told = where.run("tests.flows.notices", "tell", str(NOTICES))
        began = time.monotonic()
        for _ in range(KILLS):
            with worker(where, box.url) as process:
                before = len(box.letters)
                assert box.wait_for(before + chance.randint(1, NOTICES // (KILLS + 5))), where.log()[-2000:]
                process.kill()  # at whatever line it is
        with worker(where, box.url):
            assert box.wait_for(NOTICES), where.log()[-2000:]
            left = where.run("tests.flows.notices", "left", "60")
        took = time.monotonic() - began
    came = Counter(str(letter["Message-ID"]) for letter in box.letters)
    twice = sum(came.values()) - len(came)
    sys.stdout.write(
        f"\n{KILLS} kills, {NOTICES} notices, {took:.0f} s: {len(came)} letters came, {twice} of them twice; "
        f"{left['repeats']} counted as perhaps twice\n{json.dumps(left)}\n"
    )
    assert len(came) == told["messages"] == NOTICES, "none is lost"
    assert left["waiting"] == left["dead"] == 0
    assert twice <= left["repeats"], "each that came twice was counted"
    assert left["repeats"] <= KILLS * 3, (
        "no more may have gone twice than were under way when the worker died"
    )
    places = [str(letter["To"]) for letter in box.letters]
    for reader in set(places):
        ids = [
            int(str(letter["Message-ID"]).removeprefix("<message-").partition(".")[0])
            for letter in box.letters
            if letter["To"] == reader
        ]
        assert list(dict.fromkeys(ids)) == sorted(set(ids)), "each place heard its letters in their order"
