"""What keeping the figures adds to a write: the same requests with and without it, by turns in one process.

``python -m bench.upkeep KEYS TURNS`` in the settings of a filled product asks; :func:`measure` fills one and lets it be asked.
"""

import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, Final
from unittest.mock import patch

from bench import subject
from bench.client import Call
from bench.workloads import WORKLOADS

DEALS: Final = 10_000
TURNS: Final = 200
GOAL: Final = 1.15
_WARM: Final = 10


@dataclass(frozen=True, slots=True)
class Result:
    """Medians in milliseconds of a request with and without keeping the figures."""

    database: str
    work: str
    name: str
    kept: float
    without: float

    @property
    def ratio(self) -> float:
        """How many times longer it takes with them."""
        return self.kept / self.without


def measure(folder: Path, url: str, *, database: str) -> list[Result]:
    """Fill a product and ask it."""
    filled = subject.product(folder, url, DEALS, 2 * (TURNS + _WARM))
    told = filled.tree.run("bench.upkeep", filled.env, json.dumps(filled.keys), str(TURNS))
    names = {work.key: work.name for work in WORKLOADS}
    return [Result(database, key, names[key], *told[key]) for key in told]


def main() -> None:
    """Ask by turns; prints the medians as JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "svyazka.config.settings")
    import django

    django.setup()
    from django.test import Client

    from svyazka.presale.insight.upkeep import count_missing

    while count_missing():
        pass
    keys, turns = json.loads(sys.argv[1]), int(sys.argv[2])
    browser = Client(HTTP_HOST="localhost")
    print(
        json.dumps(
            {work.key: _by_turns(browser, work.product(keys), turns) for work in WORKLOADS if work.writes}
        )
    )


def _by_turns(browser: Any, calls: Any, turns: int) -> tuple[float, float]:
    """Medians with and without. Whose turn is first changes, so that what grows with the table hits both alike."""
    took: dict[bool, list[float]] = {True: [], False: []}
    for turn, (first, second) in enumerate(islice(zip(calls, calls, strict=False), turns + _WARM)):
        for kept, call in zip((turn % 2 == 0, turn % 2 == 1), (first, second), strict=True):
            spent = _ask(browser, call) if kept else _without(browser, call)
            if turn >= _WARM:
                took[kept].append(spent)
    return median(took[True]), median(took[False])


def _without(browser: Any, call: Call) -> float:
    with patch("svyazka.presale.reactions.keep_figures"):
        return _ask(browser, call)


def _ask(browser: Any, call: Call) -> float:
    """Milliseconds of the whole request but for the server's own."""
    began = time.perf_counter()
    answer = browser.generic(call.method, call.path, call.body, headers=call.headers)
    spent = (time.perf_counter() - began) * 1000
    if answer.status_code != call.expects:
        raise RuntimeError(f"{call.path}: {answer.status_code} {answer.content[:200]!r}")
    return spent


def table(found: Sequence[Result]) -> list[str]:
    """The part of the page."""
    told = [
        "### What keeping them costs",
        "",
        f"Whole requests by Django's test client at {DEALS:,} deals, with and without keeping the figures by turns in one process, {TURNS} each.",
        f"Goal: at most {GOAL}.",
        "",
        "| database | work | with ms | without ms | ratio |",
        "|---|---|--:|--:|--:|",
    ]
    told += [
        f"| {one.database} | {one.work}: {one.name} | {one.kept:.1f} | {one.without:.1f} | **{one.ratio:.2f}** |"
        for one in found
    ]
    return [*told, ""]


if __name__ == "__main__":
    main()
