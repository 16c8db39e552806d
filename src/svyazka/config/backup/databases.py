"""A database's content out and in: SQLite by its backup interface, PostgreSQL table by table in one snapshot."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction

SQLITE_MEMBER: Final = "database.sqlite3"
TABLES: Final = "tables/"
_OURS_ALONE: Final = frozenset({"django_migrations"})
"""Tables that the target keeps as they are: what it has been migrated to is its own matter."""

_GUARDED: Final = ("presale_entry", "presale_detail")


class NotWhole(Exception):
    """A database file that SQLite itself finds damaged."""


def dump_sqlite(target: Path) -> None:
    """Copy the live database as it is at this moment, without stopping its writers."""
    with (
        closing(sqlite3.connect(connection.settings_dict["NAME"])) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy)  # in one step: with WAL it holds up nobody
        copy.execute("PRAGMA journal_mode=DELETE")
    check_sqlite(target)


def check_sqlite(path: Path) -> None:
    """:raises NotWhole: SQLite's own checks find faults"""
    try:
        with closing(sqlite3.connect(path)) as copy:
            verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
            strays = copy.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as error:
        raise NotWhole(str(error)) from None
    if verdict != "ok" or strays:
        raise NotWhole(str(verdict) if verdict != "ok" else f"{len(strays)} rows point nowhere")


def load_sqlite(source: Path) -> None:
    """Put this content in place of the database's, in one transaction of SQLite's own."""
    connection.close()
    path = Path(connection.settings_dict["NAME"])
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with closing(sqlite3.connect(source)) as copy, closing(sqlite3.connect(path, timeout=20)) as live:
        live.execute("PRAGMA synchronous=FULL")
        copy.backup(live)


def tables() -> list[str]:
    """The tables of this version that are there, the shared cache's left out: it fills itself."""
    there = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
    return sorted(there - _OURS_ALONE - {settings.CACHES["default"].get("LOCATION", "")})


def dump_postgres(folder: Path) -> dict[str, tuple[str, ...]]:
    """Write every table to a file of COPY's own format, all as of one moment. Returns their columns."""
    columns: dict[str, tuple[str, ...]] = {}
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for table in tables():
            described = connection.introspection.get_table_description(cursor, table)
            columns[table] = tuple(column.name for column in described)
            with (folder / table).open("wb") as file, _copy(cursor, f"COPY {_named(table, columns[table])} TO STDOUT") as rows:  # fmt: skip
                for chunk in rows:
                    file.write(chunk)
    return columns


def load_postgres(folder: Path, columns: Mapping[str, Sequence[str]]) -> None:
    """Put these rows in place of whatever is there, in one transaction; counters go on after the highest row."""
    quote = connection.ops.quote_name
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        # the journal's triggers refuse what a restore has to do; they are on again when anybody can look
        for table in _GUARDED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {', '.join(quote(table) for table in tables())} CASCADE")
        for table, names in columns.items():
            with (
                (folder / table).open("rb") as file,
                _copy(cursor, f"COPY {_named(table, names)} FROM STDIN") as rows,
            ):
                while chunk := file.read(1 << 20):
                    rows.write(chunk)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in _GUARDED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for statement in connection.ops.sequence_reset_sql(
            no_style(), apps.get_models(include_auto_created=True)
        ):
            cursor.execute(statement)


def _named(table: str, columns: Sequence[str]) -> str:
    quote = connection.ops.quote_name
    return f"{quote(table)} ({', '.join(quote(column) for column in columns)})"


def _copy(cursor: Any, statement: str) -> Any:
    return cursor.copy(statement)
