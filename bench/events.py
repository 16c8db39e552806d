"""A log of many deals, invented at once by arrays: what the figures are worked out of, the same for whoever does it.

Two tables. ``deal``: id, owner, created (seconds since 1970), amount (kopecks), status (:data:`STATUSES` by position).
``event``: deal, moment (as created), actor, kind (:data:`KINDS` by position), stage (of the six, by position), ten a deal on the average.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.plan import STAGES

PEOPLE: Final = 40
STATUSES: Final = ("open", "won", "lost")
KINDS: Final = ("received", "entered", "won", "lost", "kept", "late", "met", "confirmed", "chased")
ENTERING: Final = (0, 1)
"""Kinds by which a deal comes into a stage."""
MOVES: Final = (0, 1, 2, 3)
"""Kinds that begin or end a stay in a stage."""
_EVENTS: Final = 10
_HOUR: Final = 3600
_BEGIN: Final = 1_735_689_600  # 2025-01-01 UTC
_DAYS: Final = 600
_PASSED: Final = (0.75, 0.7, 0.7, 0.65, 0.6)
"""Shares of those in a stage that come to the next one."""

_WIDTHS: Final = {
    "id": pl.Int32,
    "deal": pl.Int32,
    "owner": pl.Int16,
    "actor": pl.Int16,
    "kind": pl.Int8,
    "stage": pl.Int8,
    "status": pl.Int8,
}
"""Columns that need fewer than eight bytes: those who keep columns are measured at their best."""

_Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Lives:
    """By deal: its owner, the last stage it reached, when it came into each stage and how long it stays there, its end."""

    owner: _Ints
    reached: _Ints
    entered: _Ints
    stays: _Ints
    won: NDArray[np.bool_]
    lost: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Log:
    """Both tables in memory, and as Parquet files named after them."""

    deals: pl.DataFrame
    events: pl.DataFrame
    folder: Path

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """By the name that they have in every database."""
        return {"deal": self.deals, "event": self.events}

    def file(self, table: str) -> Path:
        """The table as Parquet."""
        return self.folder / f"{table}.parquet"


def invent(total: int, folder: Path, *, seed: int = 7) -> Log:
    """As many deals with their events; the same seed gives the same log."""
    chance = np.random.default_rng(seed)
    came = np.column_stack([np.ones(total, bool), chance.random((total, len(_PASSED))) < _PASSED])
    reached = came.cumprod(axis=1).sum(axis=1) - 1
    won = (reached == len(STAGES) - 1) & (chance.random(total) < 0.8)
    lost = ~won & (chance.random(total) < 0.7)
    created = _BEGIN + chance.integers(0, _DAYS * 24 * _HOUR, total)
    deals = pl.DataFrame(
        {
            "id": np.arange(1, total + 1),
            "owner": chance.integers(1, PEOPLE + 1, total),
            "created": created,
            "amount": chance.gamma(2.0, 90_000_000, total).astype(np.int64) * won,
            "status": np.where(won, 1, np.where(lost, 2, 0)),
        }
    )
    stays = (chance.gamma(1.5, 40.0, came.shape) * _HOUR).astype(np.int64) + 600
    entered = created[:, None] + np.column_stack([np.zeros(total, np.int64), stays[:, :-1].cumsum(axis=1)])
    lives = _Lives(deals["owner"].to_numpy(), reached, entered, stays, won, lost)
    log = Log(_narrow(deals), _narrow(_events(chance, lives)), folder)
    for name, table in log.tables.items():
        table.write_parquet(log.file(name))
    return log


def _narrow(table: pl.DataFrame) -> pl.DataFrame:
    return table.cast({name: width for name, width in _WIDTHS.items() if name in table.columns})


def _events(chance: np.random.Generator, lives: _Lives) -> pl.DataFrame:
    """Comings into stages, ends, and acts of other kinds in between."""
    every, reached, entered = np.arange(len(lives.owner)), lives.reached, lives.entered
    deal, stage = np.nonzero(np.arange(len(STAGES)) <= reached[:, None])
    moves = _table(deal, entered[deal, stage], np.minimum(stage, 1), stage)
    last = entered[every, reached] + lives.stays[every, reached]
    closed = np.nonzero(lives.won | lives.lost)[0]
    ends = _table(closed, last[closed], np.where(lives.won[closed], 2, 3), reached[closed])
    others = chance.poisson(np.maximum(_EVENTS - 1 - reached - (lives.won | lives.lost), 1))
    deal = np.repeat(every, others)
    at = entered[deal, 0] + (chance.random(len(deal)) * (last - entered[:, 0])[deal]).astype(np.int64)
    stage = np.zeros(len(deal), np.int64)
    for one in range(1, len(STAGES)):
        stage += (reached[deal] >= one) & (entered[deal, one] <= at)
    acts = _table(deal, at, chance.integers(len(MOVES), len(KINDS), len(deal)), stage)
    found = pl.concat([moves, ends, acts])
    theirs = lives.owner[found["deal"].to_numpy() - 1]
    somebody = chance.integers(1, PEOPLE + 1, len(found))
    actor = np.where(chance.random(len(found)) < 0.7, theirs, somebody)
    return found.with_columns(actor=pl.Series(actor)).sort("deal", "moment", "kind")


def _table(deal: _Ints, at: _Ints, kind: _Ints, stage: _Ints) -> pl.DataFrame:
    return pl.DataFrame({"deal": deal + 1, "moment": at, "kind": kind, "stage": stage})
