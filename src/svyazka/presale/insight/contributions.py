"""What one deal adds to the counters. Counters are sums of this and of nothing else."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from svyazka.engine.process import Process
from svyazka.presale.deals.models import DECLINED, LOST, UNREAL, WON
from svyazka.presale.insight.models import Track

ALL: Final = "all"
NOBODY: Final = "0"

SUMS: Final = (
    "kept", "late", "broken", "estimates", "estimates_kept", "meetings", "confirmed", "minutes", "effort", "chased",
)  # fmt: skip
"""Columns of a track that are summed up as they are."""

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
        """Dimensions and values besides ``all``."""
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
    for measure, bucket, count in (*_funnel(track, process), *_amounts(track)):
        said[ALL, measure, scope.month, "", bucket] += count
    return said


def contributed_by_stays(scope: Scope, stays: Iterable[Stay]) -> Counter[Key]:
    """What ended stays of the deal add."""
    if not scope.is_real:
        return Counter()
    return Counter((ALL, f"stay.{stay.stage}", scope.month, "", stay.minutes) for stay in stays)


def _outcome(track: Track) -> tuple[tuple[str, int], ...]:
    if track.status == WON:
        return (("received", 1), (WON, 1), ("kopecks", track.kopecks))
    if track.status in {LOST, DECLINED}:
        return (("received", 1), (track.status, 1))
    return (("received", 1),)


def stages_on(way: str, process: Process, reached: int) -> list[str]:
    """The keys of the stages that a deal has entered, the last is where it stands or ended."""
    return way.split() or [stage.key for stage in process.stages[: reached + 1]]


def _funnel(track: Track, process: Process) -> Iterable[tuple[str, int, int]]:
    stages = stages_on(track.way, process, track.reached)
    for key in stages:
        yield f"entered.{key}", 0, 1
    for key in stages if track.status == WON else stages[:-1]:
        yield f"passed.{key}", 0, 1
    if track.status in {LOST, DECLINED}:
        yield f"{track.status}.{stages[-1]}", 0, 1
        yield f"why.{stages[-1]}.{track.reason}", 0, 1


def _amounts(track: Track) -> Iterable[tuple[str, int, int]]:
    for name in SUMS:
        if count := getattr(track, name):
            yield name, 0, count
    if track.response is not None:
        yield "response", track.response, 1
    if track.status == WON and track.meetings:
        yield "meetings_won", track.meetings, 1
        yield "minutes_won", track.minutes, 1
