"""W5 of the product, beside DuckDB over the same log in the same rounds: the page, its figures, slices, counting anew."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from bench.asked import Product
from bench.engines import DuckDb
from bench.events import invent
from bench.questions import QUESTIONS

ASKED: Final = ("page", "funnel", "kept", "slice", "whole", "plain")
_AT_ONCE: Final = {"page": 9, "funnel": 9, "kept": 9}
"""What is looked at by many in a row is asked so often a round, as requests of the other workloads are."""
PLAIN_UP_TO: Final = 100_000
"""Deals up to which the database counts everything without the copy: at a million it takes a minute."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the product came to at one size: medians in milliseconds by what was asked, seconds of counting anew and of the copy.

    :ivar duckdb: milliseconds of DuckDB for its four questions, in the same rounds
    :ivar ratio: every deal counted as a slice, to DuckDB's four questions; the median of the rounds' own ratios
    """

    total: int
    database: str
    took: dict[str, float]
    rebuild: float
    copy: float
    duckdb: float
    ratio: float


def measure(folder: Path, total: int, url: str, *, database: str, rounds: int) -> Kept:
    """Fill the product and DuckDB with the same log, see that they count the same, then ask them by turns."""
    log = invent(total, folder)
    with ExitStack() as stack:
        yardstick = DuckDb()
        stack.callback(yardstick.close)
        yardstick.load(log)
        product = Product("bench.tracks", folder, url, [str(folder)])
        stack.callback(product.close)
        able = [one for one in ASKED if one != "plain" or total <= PLAIN_UP_TO]
        reached = [int(row[1]) for row in yardstick.report("funnel")]
        for one in able:
            found = product.ask(one)["found"]
            if one in {"whole", "plain"} and found != reached:
                raise RuntimeError(f"{one}: {found}, DuckDB says {reached}")
        times: dict[str, list[float]] = {one: [] for one in (*able, "duckdb")}
        for _ in range(rounds):
            for one in able:
                times[one].append(median(product.ask(one)["ms"] for _ in range(_AT_ONCE.get(one, 1))))
            times["duckdb"].append(_report(yardstick))
    ratios = [ours / theirs for ours, theirs in zip(times["whole"], times["duckdb"], strict=True)]
    return Kept(
        total, database, {one: median(times[one]) for one in able}, product.told["rebuild"], product.told["copy"],
        median(times["duckdb"]), median(ratios),
    )  # fmt: skip


def _report(yardstick: DuckDb) -> float:
    import time

    began = time.perf_counter()
    for question in QUESTIONS:
        yardstick.report(question)
    return (time.perf_counter() - began) * 1000


def table(found: Sequence[Kept]) -> list[str]:
    """The part of the page."""
    told = [
        "### The product over the same log",
        "",
        "*Page* is `/figures/` for twelve months, by Django's test client, charts and all; *funnel* its part with",
        "the most medians; *figures* all that can be read from the kept counters.",
        "*A source* is a slice of these months, *all as a slice* every figure of the page over every deal, both from the copy by columns where",
        "there is one (from 5,000 deals on), *by the database* without it. Goals: page 12 ms and flat, a slice at most 1.5 times DuckDB's four",
        "questions, counters made anew in 10 s at a million.",
        "",
        "| deals | database | page ms | funnel ms | figures ms | a source ms | all as a slice ms | by the database ms | DuckDB ms | to DuckDB | counters anew s | copy s |",
        "|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for one in found:
        cells = [f"{one.took[what]:,.1f}" if what in one.took else "–" for what in ASKED]
        told.append(
            f"| {one.total:,} | {one.database} | {' | '.join(cells)} | {one.duckdb:,.1f} | **{one.ratio:.2f}** | {one.rebuild:.1f} | {one.copy:.1f} |"
        )
    return [*told, ""]
