"""The figures as a table for the terminal and as ``docs/performance.md``."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.footprint import Footprint
from bench.measure import CROWD, Result


@dataclass(slots=True)
class Report:
    """Everything that one run found out."""

    results: list[Result] = field(default_factory=list)
    queries: dict[tuple[str, int], Mapping[str, int]] = field(default_factory=dict)
    footprints: tuple[Footprint, Footprint] | None = None
    installed: tuple[int, float] = (0, 0.0)


def line(result: Result) -> str:
    """A result as one line of the terminal."""
    ours, theirs = result.product, result.limit
    beside = (
        f"limit {theirs.p50:7.2f} ms {theirs.rate:6.0f}/s   x{result.ratio:.2f}"
        if theirs and result.ratio
        else "alone"
    )
    trouble = f"  !! {ours.failed} failed: {ours.told[:160]}" if ours.failed or ours.told else ""
    return (
        f"{result.work.key:4} {result.database:10} {result.total:>7,} deals {result.senders} at once, {result.workers}w  "
        f"p50 {ours.p50:7.2f} p95 {ours.p95:7.2f} ms {ours.rate:6.0f}/s   {beside}{trouble}"
    )


def verdicts(report: Report) -> list[tuple[str, str, bool]]:
    """Every goal with what was reached and whether that is enough."""
    told: list[tuple[str, str, bool]] = []
    for result in report.results:
        told += _of(result)
    told += _growth(report.results)
    for (database, total), counted in report.queries.items():
        for result in (one for one in report.results if one.total == total and one.database == database):
            limit = result.work.goal.queries
            if limit and result.senders == 1 and result.work.key in counted:
                reached = counted[result.work.key]
                told.append(
                    (_where(result, "statements", f"at most {limit}"), str(reached), reached <= limit)
                )
    if report.footprints:
        ours = report.footprints[0]
        told.append(
            ("W6 memory of the web processes: at most 145 MB", f"{ours.memory:.0f} MB", ours.memory <= 145)
        )
        told.append(
            ("W6 start to the first list page: at most 1.5 s", f"{ours.cold:.2f} s", ours.cold <= 1.5)
        )
    return told


def _of(result: Result) -> Iterable[tuple[str, str, bool]]:
    goal, ours = result.work.goal, result.product
    if result.limit is None:
        return
    if result.senders == 1 and result.ratio is not None:
        reached = result.ratio
        yield (
            _where(result, "to the limit app", f"at most {goal.ratio:g}"),
            f"{reached:.2f}",
            reached <= goal.ratio,
        )
    if result.senders == CROWD and goal.rate:
        yield (
            _where(result, "eight at once", f"{goal.rate:g}/s"),
            f"{ours.rate:.0f}/s",
            ours.rate >= goal.rate,
        )
    if result.senders == CROWD and goal.p95:
        yield (
            _where(result, "eight at once", f"p95 {goal.p95:g} ms"),
            f"{ours.p95:.0f} ms",
            ours.p95 <= goal.p95,
        )
    if result.work.writes and result.senders == CROWD:
        yield _where(result, "eight at once", "no failure"), str(ours.failed), ours.failed == 0


def _where(result: Result, what: str, goal: str) -> str:
    return f"{result.work.key} {result.database} {result.total:,}, {what}: {goal}"


def _growth(results: Sequence[Result]) -> Iterable[tuple[str, str, bool]]:
    alone = {
        (one.work.key, one.database, one.total): one for one in results if one.senders == 1 and one.limit
    }
    for (key, database, total), result in alone.items():
        smaller = alone.get((key, database, total // 10))
        goal = result.work.goal.growth
        if goal and smaller and total == 100_000:
            grown = result.product.p50 / smaller.product.p50
            yield _where(result, "to 10,000", f"at most {goal:g}"), f"{grown:.2f}", grown <= goal


def table(report: Report) -> list[str]:
    """The part of the page."""
    told = verdicts(report)
    missed = [(what, reached) for what, reached, met in told if not met]
    parts = [
        f"## Goals: {len(told) - len(missed)} of {len(told)} met",
        "",
    ]
    if missed:
        parts += [
            "Missed:",
            "",
            "| goal | reached |",
            "|---|---|",
            *(f"| {a} | {b} |" for a, b in missed),
            "",
        ]
    parts += ["<details><summary>Met</summary>", "", "| goal | reached |", "|---|---|"]
    parts += [f"| {what} | {reached} |" for what, reached, met in told if met]
    parts += ["", "</details>", ""]
    for work in dict.fromkeys(one.work for one in report.results):
        parts += _section(report, work.key, f"{work.key}: {work.name}", work.peer)
    if report.footprints:
        parts += _footprint(report)
    return parts


def _section(report: Report, key: str, title: str, peer: str) -> list[str]:
    head = "| database | deals | at once | processes | p50 ms | p95 ms | per s | limit p50 | limit per s | ratio | statements |"
    rows = [f"## {title}", "", *([f"A ratio beside the best peer: {peer}.", ""] if peer else [])]
    rows += [head, "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"]
    for one in (one for one in report.results if one.work.key == key):
        ours, theirs = one.product, one.limit
        counted = report.queries.get((one.database, one.total), {}).get(key, "")
        failed = f" ({ours.failed} failed)" if ours.failed else ""
        beside = (
            f"{theirs.p50:.2f} | {theirs.rate:.0f} | **{one.ratio:.2f}**" if theirs and one.ratio else "| |"
        )
        rows.append(
            f"| {one.database} | {one.total:,} | {one.senders} | {one.workers} | {ours.p50:.2f} | {ours.p95:.2f} | "
            f"{ours.rate:.0f}{failed} | {beside} | {counted} |"
        )
    return [*rows, ""]


def _footprint(report: Report) -> list[str]:
    assert report.footprints
    ours, theirs = report.footprints
    packages, size = report.installed
    return [
        "## W6: what it weighs",
        "",
        "| | memory of the web processes after load (PSS) | start to the first list page |",
        "|---|--:|--:|",
        f"| Svyazka | {ours.memory:.0f} MB | {ours.cold:.2f} s |",
        f"| limit app | {theirs.memory:.0f} MB | {theirs.cold:.2f} s |",
        "",
        f"Installed without extras: {packages} packages, {size:.0f} MB.",
        "",
    ]
