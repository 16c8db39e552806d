"""W5: four questions over the journal of many deals, asked of each by turns in one process, every answer held against DuckDB's.

Who answers is a :class:`~bench.questions.Subject`: it takes a log in and reports on a question. Another one goes into
:func:`subjects`; ``tests/bench`` holds its answers against a slow count.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from bench.engines import DuckDb, Polars, Postgres, Sqlite
from bench.events import Log, invent
from bench.miner import Pm4py
from bench.questions import QUESTIONS, Rows, Subject, compare

SIZES: Final = (10_000, 100_000, 1_000_000)
YARDSTICK: Final = DuckDb.name


@dataclass(frozen=True, slots=True)
class Result:
    """What one of them came to at one size.

    :ivar load: seconds to take the log in
    :ivar report: milliseconds for all four answers, the median of the rounds
    :ivar took: the same by question
    :ivar ratio: how many times longer than DuckDB, the median of the rounds' own ratios
    """

    total: int
    events: int
    name: str
    load: float
    report: float
    took: dict[str, float]
    ratio: float


def subjects(folder: Path, url: str | None) -> list[Subject]:
    """Everybody who is asked, the yardstick first.

    :param url: of an empty database of PostgreSQL; None where there is none
    """
    postgres: list[Subject] = [Postgres(url)] if url else []
    return [DuckDb(), Polars(), Sqlite(folder), *postgres, Pm4py()]


def measure(folder: Path, total: int, asked: Iterable[Subject], *, rounds: int) -> list[Result]:
    """Give all the same log, see that they agree, then ask them by turns.

    :raises Disagreement: an answer differs from the yardstick's
    """
    log = invent(total, folder)
    able = [one for one in asked if total <= one.largest]
    loaded = {one.name: _load(one, log) for one in able}
    _agree(able)
    times: dict[str, list[dict[str, float]]] = {one.name: [] for one in able}
    for _ in range(rounds):
        for one in able:
            times[one.name].append({question: _ask(one, question)[0] for question in QUESTIONS})
    for one in able:
        one.close()
    yardstick = [sum(took.values()) for took in times[YARDSTICK]]
    return [
        Result(
            total, len(log.events), name, loaded[name], median(sum(took.values()) for took in found),
            {question: median(took[question] for took in found) for question in QUESTIONS},
            median(sum(took.values()) / base for took, base in zip(found, yardstick, strict=True)),
        )
        for name, found in times.items()
    ]  # fmt: skip


def _load(one: Subject, log: Log) -> float:
    began = time.perf_counter()
    one.load(log)
    return time.perf_counter() - began


def _agree(able: Sequence[Subject]) -> None:
    """Ask each of them once, which warms them up as well."""
    base = next(one for one in able if one.name == YARDSTICK)
    for question in QUESTIONS:
        expected = _ask(base, question)[1]
        for one in able:
            compare(question, (YARDSTICK, expected), (one.name, _ask(one, question)[1]))


def _ask(one: Subject, question: str) -> tuple[float, Rows]:
    """Milliseconds, and the answer."""
    began = time.perf_counter()
    answer = one.report(question)
    return (time.perf_counter() - began) * 1000, answer


def line(result: Result) -> str:
    """A result as one line of the terminal."""
    took = "  ".join(f"{question} {took:.1f}" for question, took in result.took.items())
    return f"{result.total:>9,} deals  {result.name:22} load {result.load:6.1f} s  report {result.report:9.1f} ms  x{result.ratio:.2f}  {took}"


def table(results: Sequence[Result], *, rounds: int) -> list[str]:
    """The part of the page."""
    told = [
        "## Figures",
        "",
        f"Four questions over an invented journal, asked of each by turns in one process, {rounds} rounds; everybody has given the",
        "same answers. *Load* is reading the log in, with indexes where a database wants them. pm4py has functions of its own for",
        f"funnel and dwell, for the rest its pandas frame; it is asked up to {Pm4py.largest:,} deals. SQLite and pm4py use one",
        "processor, the others all.",
        "",
        *(f"- *{question}*: {words}" for question, words in QUESTIONS.items()),
        "",
        f"| deals | events | who | load s | report ms | {' | '.join(QUESTIONS)} | to DuckDB |",
        f"|--:|--:|---|--:|--:|{'--:|' * len(QUESTIONS)}--:|",
    ]
    for one in results:
        parts = " | ".join(f"{one.took[question]:,.1f}" for question in QUESTIONS)
        told.append(
            f"| {one.total:,} | {one.events:,} | {one.name} | {one.load:.1f} | {one.report:,.1f} | {parts} | **{one.ratio:.2f}** |"
        )
    return [*told, ""]
