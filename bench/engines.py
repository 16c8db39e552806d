"""Who answers the questions of the figures beside the product: plain SQL on both databases, DuckDB, Polars; pm4py in ``miner``."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl
import psycopg
import pysqlite3 as sqlite3

from bench.events import ENTERING, MOVES, Log
from bench.questions import COUNTED, Dialect, Rows, plain, statements

UNBOUND: Final = 2**62
_AT_ONCE: Final = 200_000
"""Rows that are handed to a database at a time."""
_TYPES: Final = {"moment": "bigint", "created": "bigint", "amount": "bigint"}
_INDEXES: Final = (
    f"CREATE INDEX event_move ON event (deal, moment, kind, stage) WHERE kind IN {MOVES}",
    f"CREATE INDEX event_stage ON event (stage, deal) WHERE kind IN {ENTERING}",
    "CREATE INDEX event_actor ON event (actor, deal, kind)",
)
"""What somebody who knows the four questions gives to a database of rows."""


def _create(table: str, columns: Iterable[str]) -> str:
    typed = ", ".join(f"{one} {_TYPES.get(one, 'int')}" for one in columns)
    return f"CREATE TABLE {table} ({typed})"


class Sqlite:
    """Plain SQL on the SQLite of the product, with a generous cache. It has no median of its own."""

    name, largest = "SQLite, plain SQL", UNBOUND

    def __init__(self, folder: Path) -> None:
        self._line: Any = sqlite3.connect(str(folder / "figures.sqlite3"), isolation_level=None)
        for pragma in (
            "journal_mode=wal",
            "synchronous=off",
            "cache_size=-256000",
            "mmap_size=4000000000",
            "temp_store=memory",
        ):
            self._line.execute(f"PRAGMA {pragma}")
        self._asks = statements(Dialect("CAST(strftime('%Y%m', created, 'unixepoch') AS int)"))

    def load(self, log: Log) -> None:
        """Tables, indexes, statistics."""
        self._line.execute("BEGIN")
        for name, table in log.tables.items():
            self._line.execute(_create(name, table.columns))
            marks = ", ".join("?" * table.width)
            for part in table.iter_slices(_AT_ONCE):
                self._line.executemany(f"INSERT INTO {name} VALUES ({marks})", part.iter_rows())
        for index in _INDEXES:
            self._line.execute(index)
        self._line.execute("COMMIT")
        self._line.execute("ANALYZE")

    def report(self, question: str) -> Rows:
        """By one statement."""
        return plain(self._line.execute(self._asks[question]).fetchall())

    def close(self) -> None:
        """Close the file."""
        self._line.close()


class Postgres:
    """Plain SQL on PostgreSQL."""

    name, largest = "PostgreSQL, plain SQL", UNBOUND

    def __init__(self, url: str) -> None:
        self._line = psycopg.connect(url, autocommit=True)
        self._line.execute("SET work_mem = '256MB'")
        self._asks = statements(
            Dialect(
                "to_char(to_timestamp(created) AT TIME ZONE 'UTC', 'YYYYMM')::int",
                "percentile_cont(0.5) WITHIN GROUP (ORDER BY stay)",
            )
        )

    def load(self, log: Log) -> None:
        """Tables by COPY, indexes, statistics."""
        for name, table in log.tables.items():
            self._line.execute(_create(name, table.columns).encode())
            with (
                self._line.cursor() as cursor,
                cursor.copy(f"COPY {name} FROM STDIN (FORMAT csv)".encode()) as copy,
            ):
                for part in table.iter_slices(_AT_ONCE):
                    copy.write(part.write_csv(include_header=False))
        for index in _INDEXES:
            self._line.execute(index.encode())
        self._line.execute("VACUUM ANALYZE")

    def report(self, question: str) -> Rows:
        """By one statement."""
        return plain(self._line.execute(self._asks[question].encode()).fetchall())

    def close(self) -> None:
        """Close the connection."""
        self._line.close()


class DuckDb:
    """DuckDB in memory, with its own tables: what all others are measured by."""

    name, largest = "DuckDB", UNBOUND

    def __init__(self) -> None:
        self._line = duckdb.connect()
        self._asks = statements(
            Dialect("CAST(strftime(make_timestamp(created * 1000000), '%Y%m') AS int)", "median(stay)")
        )

    def load(self, log: Log) -> None:
        """Both tables, from Parquet."""
        for name in log.tables:
            self._line.execute(f"CREATE TABLE {name} AS SELECT * FROM read_parquet(?)", [str(log.file(name))])

    def report(self, question: str) -> Rows:
        """By one statement."""
        return plain(self._line.execute(self._asks[question]).fetchall())

    def close(self) -> None:
        """Let the tables go."""
        self._line.close()


class Polars:
    """Polars over frames in memory."""

    name, largest = "Polars", UNBOUND

    def load(self, log: Log) -> None:
        """Both tables, from Parquet."""
        self._deals = pl.read_parquet(log.file("deal")).lazy()
        self._events = pl.read_parquet(log.file("event")).lazy()

    def report(self, question: str) -> Rows:
        """By one lazy query."""
        asked: pl.LazyFrame = getattr(self, f"_{question}")()
        return plain(asked.collect().rows())

    def _funnel(self) -> pl.LazyFrame:
        found = self._events.filter(pl.col("kind").is_in(ENTERING))
        return found.group_by("stage").agg(pl.col("deal").n_unique()).sort("stage")

    def _conversion(self) -> pl.LazyFrame:
        month = pl.from_epoch("created").dt.strftime("%Y%m").cast(pl.Int64).alias("month")
        return (
            self._deals.group_by("owner", month)
            .agg((pl.col("status") == 1).sum().alias("won"), (pl.col("status") == 2).sum().alias("lost"), pl.len())
            .sort("owner", "month")
        )  # fmt: skip

    def _dwell(self) -> pl.LazyFrame:
        moves = self._events.filter(pl.col("kind").is_in(MOVES)).sort("deal", "moment", "kind")
        stay = (pl.col("moment").shift(-1) - pl.col("moment")).alias("stay")
        lasted = moves.select("stage", stay, same=pl.col("deal").shift(-1) == pl.col("deal")).filter("same")
        return (
            lasted.group_by("stage")
            .agg(pl.len(), pl.col("stay").mean().alias("mean"), pl.col("stay").median().alias("median"))
            .sort("stage")
        )

    def _scorecard(self) -> pl.LazyFrame:
        kinds = [(pl.col("kind") == kind).sum().alias(f"k{kind}") for kind in COUNTED]
        acted = self._events.group_by("actor").agg(*kinds, pl.col("deal").n_unique().alias("touched"))
        won = (
            self._deals.filter(pl.col("status") == 1).group_by("owner").agg(pl.len(), pl.col("amount").sum())
        )
        joined = acted.join(won, left_on="actor", right_on="owner", how="left")
        return joined.with_columns(pl.col("len", "amount").fill_null(0)).sort("actor")

    def close(self) -> None:
        """Let the frames go."""
        del self._deals, self._events
