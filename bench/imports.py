"""W7: a register of ten thousand rows comes in, beside the least that reading and storing it takes; files go out; a hundred thousand.

Each round brings in a register of its own, of other clients, into the same database, which so grows from round to round.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench import registers
from bench.asked import Product

ROWS: Final = 10_000
MANY: Final = 100_000
GOAL: Final = 1.8
"""Seconds for ten thousand rows in all."""
STEPS: Final = ("read", "decide", "write")
FILES: Final = {"table": "10,000 open deals as a table", "workbook": "2,000 deals as a workbook to work in"}
_WARM: Final = 50


@dataclass(frozen=True, slots=True)
class Result:
    """Medians of the rounds on one database.

    :ivar took: seconds by step, of ours; ``plain`` of the plain reader and store
    :ivar ratio: ours in all to plain, the median of the rounds' own ratios
    :ivar counts: rows of the last register, how many came in, how many were there already
    :ivar files: by kind of file, seconds of ours, of plain, and their ratio
    """

    database: str
    rows: int
    took: dict[str, float]
    plain: dict[str, float]
    ratio: float
    counts: dict[str, int]
    files: dict[str, tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class Many:
    """A large register in a fresh process: seconds by step; megabytes before, at most, and of the process that reads."""

    database: str
    rows: int
    took: dict[str, float]
    before: float
    peak: float
    child: float


def measure(folder: Path, url: str, *, database: str, rounds: int, rows: int = ROWS) -> Result:
    """Bring registers in by turns with the plain side, then write files by turns."""
    found: dict[str, list[dict[str, Any]]] = {side: [] for side in ("plain", "ours")}
    files: dict[str, list[tuple[float, float]]] = {kind: [] for kind in FILES}
    with closing(Product("bench.bringing", folder, url)) as product:
        for turn in range(rounds + 1):
            first, size = (turn * rows * 10, rows) if turn else (10**7, _WARM)  # the first one only warms up
            file = folder / f"register{turn}.xlsx"
            registers.write(file, size, first)
            for side in _in_turn(("plain", "ours"), turn):
                told = product.ask(f"{side} {file}")
                if told["counts"]["rows"] != size:
                    raise RuntimeError(f"{side} has read {told['counts']['rows']} rows of {size}")
                if turn:
                    found[side].append(told)
        for turn in range(rounds + 1):
            for kind, spent in files.items():
                pair = _files(product, kind)
                if turn:
                    spent.append(pair)
    pairs = [
        (sum(one["took"].values()), sum(other["took"].values()))
        for one, other in zip(found["ours"], found["plain"], strict=True)
    ]
    return Result(
        database, rows, _medians(found["ours"]), _medians(found["plain"]), median(one / other for one, other in pairs),
        found["ours"][-1]["counts"],
        {
            kind: (median(a for a, _ in spent), median(b for _, b in spent), median(a / b for a, b in spent))
            for kind, spent in files.items()
        },
    )  # fmt: skip


def _in_turn(sides: tuple[str, str], turn: int) -> tuple[str, ...]:
    return sides if turn % 2 else sides[::-1]


def _files(product: Product, kind: str) -> tuple[float, float]:
    """Seconds of ours and of plain, which writes as many rows."""
    ours = product.ask(f"our-{kind}")
    plain = product.ask(f"plain-{kind} {ours['counts']['rows']}")
    return sum(ours["took"].values()), sum(plain["took"].values())


def _medians(told: Sequence[dict[str, Any]]) -> dict[str, float]:
    return {step: median(one["took"][step] for one in told) for step in told[0]["took"]}


def measure_many(folder: Path, url: str, *, database: str, rows: int = MANY) -> Many:
    """Bring in a large register; what that takes of memory is said by the system."""
    file = folder / "register.xlsx"
    registers.write(file, rows)
    with closing(Product("bench.bringing", folder, url)) as product:
        told = product.ask(f"ours {file}")
        return Many(database, rows, told["took"], product.told["own"], told["own"], told["child"])


def line(result: Result | Many) -> str:
    """A result as one line of the terminal."""
    took = "  ".join(f"{step} {seconds:.2f}" for step, seconds in result.took.items())
    beside = f"x{result.ratio:.1f}" if isinstance(result, Result) else f"peak {result.peak:.0f} MB"
    return f"W7 {result.database:10} {result.rows:>7,} rows  {took}  in all {sum(result.took.values()):.2f} s  {beside}"


def table(results: Sequence[Result], many: Sequence[Many], *, rounds: int) -> list[str]:
    """The part of the page."""
    told = [
        "## W7: a team's register comes in",
        "",
        f"An invented register of {len(registers.HEAD)} columns as XLSX, five rows a client, some there twice, some that can't be taken; {rounds} rounds by",
        "turns, each with a register of its own into the same database. *Read* is the process that reads a file that nobody knows,",
        "*decide* is understanding the columns and judging each row: values, clients, duplicates in the file and with what is here;",
        "*write* is one transaction with deals, clients, seats, steps, figures and the journal. *Plain* reads with calamine and stores the",
        "cells in one table with two indexes (`executemany`, `COPY`), with the same promises of the disk and nothing else.",
        f"Goal: {GOAL} s in all for {ROWS:,} rows.",
        "",
        "| database | rows | came in | read s | decide s | write s | in all s | plain read s | plain store s | to plain |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for one in results:
        steps = " | ".join(f"{one.took[step]:.2f}" for step in STEPS)
        told.append(
            f"| {one.database} | {one.rows:,} | {one.counts['in']:,} | {steps} | {sum(one.took.values()):.2f} | {one.plain['read']:.2f} | "
            f"{one.plain['write']:.2f} | **{one.ratio:.1f}** |"
        )
    told += ["", "### Files to take along", ""]
    told += ["*Plain* is one query and `xlsxwriter` with as many rows and columns of text.", ""]
    told += ["| database | what | ours s | plain s | ratio |", "|---|---|--:|--:|--:|"]
    for one in results:
        for kind, (ours, plain, ratio) in one.files.items():
            told.append(f"| {one.database} | {FILES[kind]} | {ours:.2f} | {plain:.2f} | **{ratio:.1f}** |")
    if many:
        told += ["", f"### {MANY:,} rows", ""]
        told += [
            "Memory is the most that the process has had, in which the Django of a web process is *before*.",
            "",
        ]
        told += [
            "| database | rows | read s | decide s | write s | in all s | before MB | peak MB | process that reads MB |"
        ]
        told += ["|---|--:|--:|--:|--:|--:|--:|--:|--:|"]
        for each in many:
            steps = " | ".join(f"{each.took[step]:.1f}" for step in STEPS)
            told.append(
                f"| {each.database} | {each.rows:,} | {steps} | {sum(each.took.values()):.1f} | {each.before:.0f} | **{each.peak:.0f}** | {each.child:.0f} |"
            )
    return [*told, ""]
