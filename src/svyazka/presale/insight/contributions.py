"""What one deal adds to the counters. Counters are sums of this and of nothing else."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from svyazka.engine.process import Process
from svyazka.presale.deals.models import DECLINED, LOST, UNREAL, WON
from svyazka.presale.insight.models import Track

ALL: Final = "all"
TIMES: Final = "times"
"""The dimension of histograms, of all deals: nine tenths of the counters, which not every page needs."""
NOBODY: Final = "0"

SUMS: Final = (
    "kept", "late", "broken", "estimates", "estimates_kept", "meetings", "confirmed", "minutes", "chased", "imported",
)  # fmt: skip
"""Columns of a track that are summed up as they are, of all deals."""
EFFORT: Final = "effort"
"""The column that is summed up for every value of a dimension, too: what it took stands beside what it brought."""

Key = tuple[str, str, int, str, int]
"""Dimension, measure, month, value, bucket."""


@dataclass(frozen=True, slots=True, order=True)
class Stay:
    """A stay in a stage that has ended: so many working minutes, rounded, without those in which the client had the ball."""

    stage: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Scope:
    """Which counters a deal counts in. While it stays the same, nothing that is known already has to be moved."""

    is_real: bool
    month: int
    source: str
    unit: str
    manager: str
    author: str
    lines: tuple[str, ...]

    def places(self) -> tuple[tuple[str, str], ...]:
        """Dimensions and values besides ``all`` and ``times``."""
        return (
            ("source", self.source), ("unit", self.unit), ("manager", self.manager), ("author", self.author),
            *(("line", line) for line in self.lines),
        )  # fmt: skip


def scope_of(track: Track, lines: Iterable[str]) -> Scope:
    """Where a deal counts."""
    return Scope(
        track.status not in UNREAL, track.month, track.source, str(track.unit_id or NOBODY),
        str(track.manager_id or NOBODY), str(track.author_id or NOBODY), tuple(sorted(lines)),
    )  # fmt: skip


def contributions(track: Track, scope: Scope, process: Process) -> Counter[Key]:
    """What the deal adds, its stays apart.

    :param process: the one that the deal follows
    """
    if not scope.is_real:
        return Counter()
    said: Counter[Key] = Counter()
    outcome = _outcome(track)
    for dimension, value in ((ALL, ""), *scope.places()):
        for measure, count in outcome:
            said[dimension, measure, scope.month, value, 0] += count
    for measure, count in (*_funnel(track, process), *_amounts(track)):
        said[ALL, measure, scope.month, "", 0] += count
    for measure, bucket in _times(track):
        said[TIMES, measure, scope.month, "", bucket] += 1
    return said


def contributed_by_stays(scope: Scope, stays: Iterable[Stay]) -> Counter[Key]:
    """What ended stays of the deal add."""
    if not scope.is_real:
        return Counter()
    return Counter((TIMES, f"stay.{stay.stage}", scope.month, "", stay.minutes) for stay in stays)


def _outcome(track: Track) -> tuple[tuple[str, int], ...]:
    effort = ((EFFORT, track.effort),) if track.effort else ()
    if track.status == WON:
        return (("received", 1), (WON, 1), ("kopecks", track.kopecks), *effort)
    if track.status in {LOST, DECLINED}:
        return (("received", 1), (track.status, 1), *effort)
    return (("received", 1), *effort)


def stages_on(way: str, process: Process, reached: int) -> list[str]:
    """The keys of the stages that a deal has entered, the last is where it stands or ended."""
    return way.split() or [stage.key for stage in process.stages[: reached + 1]]


def _funnel(track: Track, process: Process) -> Iterable[tuple[str, int]]:
    stages = stages_on(track.way, process, track.reached)
    for key in stages:
        yield f"entered.{key}", 1
    for key in stages if track.status == WON else stages[:-1]:
        yield f"passed.{key}", 1
    if track.status in {LOST, DECLINED}:
        yield f"{track.status}.{stages[-1]}", 1
        yield f"why.{stages[-1]}.{track.reason}", 1


def _amounts(track: Track) -> Iterable[tuple[str, int]]:
    for name in SUMS:
        if count := getattr(track, name):
            yield name, count


def _times(track: Track) -> Iterable[tuple[str, int]]:
    if track.response is not None:
        yield "response", track.response
    if track.status == WON and track.meetings:
        yield "meetings_won", track.meetings
        yield "minutes_won", track.minutes
