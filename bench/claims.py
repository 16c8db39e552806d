"""Fifty experts press "I take it" at once: by the API and by Telegram's webhook, over a running ``svyazka up``."""

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count, islice, repeat
from pathlib import Path
from typing import Any, Final

from bench import subject
from bench.client import Call, Tally, drive
from bench.measure import Side, limit_page, medians, ratio_of
from bench.plan import LISTED
from bench.serving import serve
from bench.subject import Subject
from bench.workloads import bearer, body, browser
from tests.connectors.telegram_peer import TOKEN, Peer, bot_api
from tests.flows.experts import pressed
from tests.flows.running import Place, free_port

EXPERTS: Final = 50
DEALS: Final = 10_000
FAR: Final = 0.05
"""Seconds that Telegram's answers are on their way where it is as far as it usually is."""
SECRET: Final = "bench-webhook-secret"  # noqa: S105 (it guards nothing)

Url = Callable[[Path, str], str]


@dataclass(frozen=True, slots=True)
class Act:
    """Something that fifty do at once."""

    name: str
    burst: Callable[[], Tally]


@dataclass(frozen=True, slots=True)
class Result:
    """What the bursts of an act came to; ``ratio`` is its p50 to that of the limit app's write in the same round."""

    name: str
    database: str
    side: Side
    ratio: float | None


class Crowd:
    """Fifty experts, the requests that they take, and the servers that they ask."""

    def __init__(self, port: int, peer: Peer, told: dict[str, Any], floor: tuple[int, Subject]) -> None:
        self.port, self.peer, self.experts = port, peer, told["experts"]
        self._requests = iter(told["requests"])
        self._floor, self._limit = floor
        self._turns = count(1)

    def acts(self) -> Iterator[Act]:
        """Yardsticks first."""
        yield Act("yardstick: `/healthz`", self._alive)
        yield Act("yardstick: the limit app's write", self._write)
        yield Act("API, each another request", lambda: self._claim(self._each()))
        yield Act("API, all the same request", lambda: self._claim(self._same()))
        yield Act("press, each another request", lambda: self._press(self._each()))
        yield Act("press, all the same request", lambda: self._press(self._same()))
        yield Act(f"press, each another request, Telegram {FAR * 1000:.0f} ms away", self._press_from_far)

    def _each(self) -> Iterable[int]:
        return islice(self._requests, EXPERTS)

    def _same(self) -> Iterable[int]:
        return repeat(next(self._requests), EXPERTS)

    def _alive(self) -> Tally:
        return _at_once(self.port, repeat(Call("GET", "/healthz", {}), EXPERTS))

    def _write(self) -> Tally:
        headers = browser(self._limit.keys) | {"Content-Type": "application/json"}
        calls = (
            Call("POST", f"/deals/{number + 1}/advance", headers, body({"stage": LISTED}))
            for number in range(EXPERTS)
        )
        return _at_once(self._floor, calls)

    def _claim(self, requests: Iterable[int]) -> Tally:
        """Answered with the request's page, or with who was first."""
        return _at_once(
            self.port,
            (
                Call(
                    "POST", f"/api/v1/expert-requests/{request}/claim", bearer(expert), body({}), or_else=409
                )
                for expert, request in zip(self.experts, requests, strict=True)
            ),
        )

    def _press(self, requests: Iterable[int]) -> Tally:
        """From the moment at which Telegram begins to bring the presses until the answer to each has come there."""
        turn = next(self._turns) * EXPERTS
        headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": SECRET}
        updates = [
            pressed(turn + number, expert["chat"], request)
            for number, (expert, request) in enumerate(zip(self.experts, requests, strict=True))
        ]
        before = len(self.peer.emulator.presses)
        begun = time.perf_counter()
        kept = _at_once(
            self.port, (Call("POST", "/telegram/webhook/", headers, body(one)) for one in updates)
        )
        self.peer.wait_for("answerCallbackQuery", before + EXPERTS)
        told = self.peer.emulator.presses
        took = [told[one["callback_query"]["id"]] - begun for one in updates]
        return Tally(took, max(took), kept.failures)

    def _press_from_far(self) -> Tally:
        self.peer.distance = FAR
        try:
            return self._press(self._each())
        finally:
            self.peer.distance = 0.0


def _at_once(port: int, calls: Iterable[Call]) -> Tally:
    return drive(port, iter(calls), senders=EXPERTS, seconds=0.0)  # each sender has sent one by then


def measure(folder: Path, url: Url, *, database: str, rounds: int, workers: int) -> Iterator[Result]:
    """Rounds of all acts by turns, after one that warms everything up."""
    needed = (rounds + 1) * (3 * EXPERTS + 2)
    filled = subject.product(folder, url(folder, "svyazka_claims"), DEALS, needed)
    limit = subject.limit(url(folder, "limit_claims"), 1_000)
    with ExitStack() as stack:
        peer = stack.enter_context(bot_api())
        port = free_port()
        env = os.environ | dict(filled.env) | {
            "SVYAZKA_TELEGRAM_TOKEN": TOKEN, "SVYAZKA_TELEGRAM_API": peer.api, "SVYAZKA_TELEGRAM_WEBHOOK": SECRET,
            "SVYAZKA_BIND": f"127.0.0.1:{port}", "SVYAZKA_WORKERS": str(workers),
            "PYTHONPATH": str(filled.tree.root),
        }  # fmt: skip
        told = filled.tree.run("bench.board", env, str(EXPERTS), json.dumps(filled.keys["ready"]))
        stack.enter_context(Place(folder, env, port, {}).up())
        floor = stack.enter_context(serve(limit, workers=workers, first=limit_page(limit)))
        peer.wait_for("setWebhook", 1)
        crowd = Crowd(port, peer, told, (floor.port, limit))
        acts = list(crowd.acts())
        _, *taken = [[act.burst() for act in acts] for _ in range(rounds + 1)]
    for number, act in enumerate(acts):
        pairs = [(turn[number], turn[1]) for turn in taken]
        yield Result(act.name, database, medians([one for one, _ in pairs]), ratio_of(pairs))


def table(results: Sequence[Result]) -> list[str]:
    """The part of the page."""
    return [
        "## Claims",
        "",
        f'{EXPERTS} experts say "I take it" in the same instant to a running `svyazka up` (pages, worker, bot) with {DEALS:,} deals.',
        "*API*: `POST /api/v1/expert-requests/{id}/claim`, from opening the connection to the answer. *Press*: Telegram's update at",
        "the webhook, from the instant at which the first is sent until `answerCallbackQuery` for that press has come to the Bot",
        "API (lo-bot-api-emulator). Of fifty on the same request one gets it, the others hear who has it. The bot sends cards and",
        "messages on meanwhile, at Telegram's pace. The client runs on the same machine and takes its share of it.",
        "",
        "| database | fifty at once | p50 ms | p95 ms | per s | to the limit app's write |",
        "|---|---|--:|--:|--:|--:|",
        *(
            f"| {one.database} | {one.name} | {one.side.p50:.0f} | {one.side.p95:.0f} | {one.side.rate:.0f}"
            f"{f' ({one.side.failed} failed)' if one.side.failed else ''} | **{one.ratio or 0:.2f}** |"
            for one in results
        ),
        "",
    ]
