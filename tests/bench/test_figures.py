"""Whoever answers the questions of the figures' benchmark answers what a slow count of the same log says."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import fmean, median

import pytest

from bench import figures
from bench.engines import DuckDb, Polars, Sqlite
from bench.events import PEOPLE, Log, invent
from bench.miner import Pm4py
from bench.questions import COUNTED, QUESTIONS, Disagreement, Rows, Subject, compare

DEALS = 400


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    return invent(DEALS, tmp_path_factory.mktemp("log"))


def _funnel(log: Log) -> Rows:
    reached = defaultdict(set)
    for deal, _, kind, stage, _ in log.events.iter_rows():
        if kind in {0, 1}:
            reached[stage].add(deal)
    return [(stage, len(reached[stage])) for stage in sorted(reached)]


def _conversion(log: Log) -> Rows:
    counted: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    for _, owner, created, _, status in log.deals.iter_rows():
        day = datetime.fromtimestamp(created, UTC)
        row = counted[owner, day.year * 100 + day.month]
        row[0] += status == 1
        row[1] += status == 2
        row[2] += 1
    return [(*key, *counted[key]) for key in sorted(counted)]


def _dwell(log: Log) -> Rows:
    stays = defaultdict(list)
    moves = [row for row in log.events.iter_rows() if row[2] in {0, 1, 2, 3}]
    for (deal, begun, _, stage, _), (other, ended, *_rest) in pairwise(moves):
        if deal == other:
            stays[stage].append(ended - begun)
    return [(stage, len(stays[stage]), fmean(stays[stage]), median(stays[stage])) for stage in sorted(stays)]


def _scorecard(log: Log) -> Rows:
    acts: dict[int, Counter[int]] = defaultdict(Counter)
    touched = defaultdict(set)
    for deal, _, kind, _, actor in log.events.iter_rows():
        acts[actor][kind] += 1
        touched[actor].add(deal)
    won = defaultdict(list)
    for _, owner, _, amount, status in log.deals.iter_rows():
        if status == 1:
            won[owner].append(amount)
    return [
        (
            actor,
            *(acts[actor][kind] for kind in COUNTED),
            len(touched[actor]),
            len(won[actor]),
            sum(won[actor]),
        )
        for actor in sorted(acts)
    ]


SLOW: dict[str, Callable[[Log], Rows]] = {
    "funnel": _funnel, "conversion": _conversion, "dwell": _dwell, "scorecard": _scorecard,
}  # fmt: skip


@pytest.mark.parametrize("who", [DuckDb, Polars, Sqlite, Pm4py])
def test_each_answers_what_a_slow_count_says(who: Callable[..., Subject], log: Log, tmp_path: Path) -> None:
    one = who(tmp_path) if who is Sqlite else who()
    one.load(log)
    for question in QUESTIONS:
        compare(question, ("slow", SLOW[question](log)), (one.name, one.report(question)))
    one.close()


def test_the_log_has_ten_entries_a_deal_and_somebody_of_every_kind(log: Log) -> None:
    assert len(log.deals) == DEALS
    assert 9 < len(log.events) / DEALS < 11
    assert len(_funnel(log)) == 6
    assert {row[0] for row in _scorecard(log)} == set(range(1, PEOPLE + 1))
    assert {status for *_, status in log.deals.iter_rows()} == {0, 1, 2}


def test_the_same_seed_gives_the_same_log(log: Log, tmp_path: Path) -> None:
    again = invent(DEALS, tmp_path)
    assert again.deals.equals(log.deals)
    assert again.events.equals(log.events)


class Liar(DuckDb):
    name = "liar"

    def report(self, question: str) -> Rows:
        rows = super().report(question)
        return [*rows[:-1], (*rows[-1][:-1], rows[-1][-1] + 1)] if question == "dwell" else rows


def test_nothing_is_measured_of_who_answers_wrongly(tmp_path: Path) -> None:
    with pytest.raises(Disagreement, match=r"dwell: DuckDB says .* liar says"):
        figures.measure(tmp_path, 100, [DuckDb(), Liar()], rounds=1)


def test_results_are_told_with_their_ratio_to_duckdb(tmp_path: Path) -> None:
    found = figures.measure(tmp_path, 100, [DuckDb(), Polars()], rounds=2)
    assert [(one.name, one.total) for one in found] == [("DuckDB", 100), ("Polars", 100)]
    assert found[0].ratio == 1
    page = "\n".join(figures.table(found, rounds=2))
    assert "| 100 | " in page
    assert "**1.00** |" in page
