"""Two writes of an older checkout and of this one by turns, so that both meet the same machine.

The older one is a worktree with an environment of its own::

    git worktree add --detach ../before b440248 && make -C ../before .venv/dev.done compile
    python -m bench before --before ../before
"""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bench import subject
from bench.measure import CROWD, SIGNIN, Pace, Side, Track, medians, ratio_of
from bench.serving import serve
from bench.subject import HERE, Subject, Tree
from bench.workloads import WORKLOADS

DEALS: Final = 1_000
SPARE: Final = 10
"""Deals on which statements are counted."""
CHANNELS: Final = {
    "SVYAZKA_EMAIL_URL": "smtp://127.0.0.1:9",
    "SVYAZKA_TELEGRAM_TOKEN": "123456:synthetic-token-of-the-bench_0",
}
"""Letters and the bot are on, so that acts fill the queue; nobody sends."""


@dataclass(frozen=True, slots=True)
class Result:
    """One side's figures; ``ratio`` is its p50 to that of the older checkout in the same round."""

    database: str
    work: str
    side: str
    senders: int
    figures: Side
    ratio: float | None
    statements: int


def measure(
    folder: Path, url: Callable[[Path, str], str], older: Path, *, database: str, pace: Pace
) -> Iterator[Result]:
    """The older checkout, this one, and this one with letters and the bot on."""
    stock = int(pace.rounds * pace.seconds * 450) + SPARE
    old = Tree(older.resolve(), str(older.resolve() / ".venv/bin/python"))
    asked = {
        f"before ({_commit(old)})": (old, {}),
        f"now ({_commit(HERE)})": (HERE, {}),
        "now, channels on": (HERE, CHANNELS),
    }
    sides: dict[str, Subject] = {}
    for number, (name, (tree, more)) in enumerate(asked.items()):
        (folder / str(number)).mkdir()
        at = url(folder, f"svyazka_{number}")
        sides[name] = subject.product(folder / str(number), at, DEALS, stock, tree=tree, more=more)
    counted = {name: subject.queries(_cut(side, slice(SPARE), 10**6)) for name, side in sides.items()}
    with ExitStack() as stack:
        tracks = [
            Track(
                stack.enter_context(serve(side, workers=pace.workers, first=SIGNIN)),
                _cut(side, slice(SPARE, None), 0).keys, lambda work: work.product,
            )
            for side in sides.values()
        ]  # fmt: skip
        for work in (work for work in WORKLOADS if work.writes):
            for senders in (1, CROWD):
                for track in tracks:
                    track.run(work, senders, min(0.3, pace.seconds))  # warm
                rounds = [
                    [track.run(work, senders, pace.seconds) for track in tracks] for _ in range(pace.rounds)
                ]
                for number, name in enumerate(sides):
                    pairs = [(turn[number], turn[0]) for turn in rounds]
                    figures = medians([one for one, _ in pairs])
                    yield Result(
                        database, work.key, name, senders, figures, ratio_of(pairs), counted[name].get(work.key, 0)
                    )  # fmt: skip


def table(results: Sequence[Result]) -> list[str]:
    """The part of the page."""
    return [
        "## Before the channels and now",
        "",
        f"The two writes at {DEALS:,} deals: the commit before the first of the channels, the expert board and the folder, and",
        "now, each with the packages of its own lock and its own copy of the bench, by turns. *Channels on*: letters and the bot",
        "are set up, so that acts fill the outbox; nobody sends. The ratio is p50 to that of the older one in the same round.",
        "",
        "| database | work | side | at once | p50 ms | p95 ms | per s | to before | statements |",
        "|---|---|---|--:|--:|--:|--:|--:|--:|",
        *(
            f"| {one.database} | {one.work} | {one.side} | {one.senders} | {one.figures.p50:.2f} | {one.figures.p95:.2f} | "
            f"{one.figures.rate:.0f} | **{one.ratio or 0:.2f}** | {one.statements} |"
            for one in results
        ),
        "",
    ]


def _cut(side: Subject, which: slice, further: int) -> Subject:
    keys = side.keys
    return replace(side, keys=keys | {"ready": keys["ready"][which], "fresh": keys["fresh"] + further})


def _commit(tree: Tree) -> str:
    asked = ["git", "-C", str(tree.root), "rev-parse", "--short", "HEAD"]
    return subprocess.run(asked, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
