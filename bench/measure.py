"""Both sides in turn, A B A B, and the medians of the rounds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Final

from bench.client import Call, Tally, drive
from bench.serving import Server, serve
from bench.subject import Subject
from bench.workloads import WORKLOADS, Keys, Workload, browser

CROWD: Final = 8
SIGNIN: Final = Call("GET", "/account/login/", {})


@dataclass(frozen=True, slots=True)
class Side:
    """One side's medians: milliseconds, operations a second, failed operations in all."""

    p50: float
    p95: float
    rate: float
    failed: int
    told: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """A workload at one size on one database. ``limit`` is None where only the product was asked."""

    work: Workload
    database: str
    total: int
    senders: int
    workers: int
    product: Side
    limit: Side | None = None
    ratio: float | None = None
    """How many times longer the product takes than the limit app, by p50: the median of the rounds' own ratios."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How much time is taken."""

    rounds: int
    seconds: float
    workers: int


class Track:
    """A side's server and the calls of each workload; those that write never come again."""

    def __init__(
        self, server: Server, keys: Keys, side: Callable[[Workload], Callable[[Keys], Iterator[Call]]]
    ) -> None:
        self.server = server
        self.calls = {work.key: side(work)(keys) for work in WORKLOADS}

    def run(self, work: Workload, senders: int, seconds: float) -> Tally:
        """One round."""
        return drive(self.server.port, self.calls[work.key], senders=senders, seconds=seconds)


def limit_page(limit: Subject) -> Call:
    """A page by which one sees that the limit app answers."""
    return Call("GET", f"/deals?owner=0&stage={WORKLOADS[0].key}", browser(limit.keys))


def compare(a: Subject, b: Subject, *, database: str, total: int, pace: Pace) -> Iterator[Result]:
    """Every workload, with one sender and with eight, the product and the limit app by turns."""
    with (
        serve(a, workers=pace.workers, first=SIGNIN) as ours,
        serve(b, workers=pace.workers, first=limit_page(b)) as theirs,
    ):
        product = Track(ours, a.keys, lambda work: work.product)
        limit = Track(theirs, b.keys, lambda work: work.limit)
        for work in WORKLOADS:
            for senders in (1, CROWD):
                for side in (product, limit):
                    side.run(work, senders, min(0.3, pace.seconds))  # warm
                rounds = [
                    (product.run(work, senders, pace.seconds), limit.run(work, senders, pace.seconds))
                    for _ in range(pace.rounds)
                ]
                yield Result(
                    work, database, total, senders, pace.workers,
                    medians([one for one, _ in rounds]), medians([other for _, other in rounds]), ratio_of(rounds),
                )  # fmt: skip


def alone(a: Subject, *, database: str, total: int, pace: Pace) -> Iterator[Result]:
    """The writes once more with a single web process: SQLite has one writer at a time anyway."""
    with serve(a, workers=1, first=SIGNIN) as server:
        track = Track(server, a.keys, lambda work: work.product)
        for work in (work for work in WORKLOADS if work.writes):
            rounds = [track.run(work, CROWD, pace.seconds) for _ in range(pace.rounds)]
            yield Result(work, database, total, CROWD, 1, medians(rounds))


def ratio_of(rounds: list[tuple[Tally, Tally]]) -> float | None:
    """The one's p50 to the other's: within a round both met the same machine, whatever else it was doing."""
    ratios = [one.quantile(0.5) / other.quantile(0.5) for one, other in rounds if one.took and other.took]
    return median(ratios) if ratios else None


def medians(rounds: list[Tally]) -> Side:
    """What the rounds of one side came to."""
    told = [failure for tally in rounds for failure in tally.failures]
    asked = [tally for tally in rounds if tally.took]
    if not asked:
        return Side(float("nan"), float("nan"), 0.0, 0, "nothing was left to do")
    return Side(
        median(tally.quantile(0.5) for tally in asked),
        median(tally.quantile(0.95) for tally in asked),
        median(tally.rate for tally in asked),
        len(told),
        told[0] if told else "",
    )
