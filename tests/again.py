"""A set-up that takes long, made once in a process and put into the database again for each test that asks for it."""

import secrets
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection, transaction

_T = TypeVar("_T")
_ROWS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class _Made:
    told: Any
    rows: Sequence[tuple[str, Sequence[tuple[Any, ...]]]]
    """For each table how its rows are put in, and they themselves, as the database gives them."""


_made: dict[Hashable, _Made] = {}


def again(key: Hashable, make: Callable[[], _T]) -> _T:
    """What ``make`` gives, once it has filled an empty database, or once all that it wrote there stands there again.

    The rows are the same, ids too, but for the settings' revision: what a process remembers under one is of one test only.
    Where somebody has written already, ``make`` is called: what it does may depend on what is there. So it is where nothing is
    rolled back at the end of the test: there ids go on from those of the test before, and the journal wants no holes among its own. It must leave nothing
    outside the database.
    """
    if _written() or not connection.in_atomic_block:
        return make()
    if key not in _made:
        before = _filled()
        told = make()
        _made[key] = _Made(told, [_kept(table) for table in sorted(_filled() - before)])
        return told
    kept = _made[key]
    with transaction.atomic(), connection.cursor() as cursor:
        for statement, rows in kept.rows:
            for first in range(0, len(rows), _ROWS_AT_ONCE):
                some = rows[first : first + _ROWS_AT_ONCE]
                places = ", ".join([f"({', '.join(['%s'] * len(some[0]))})"] * len(some))
                cursor.execute(f"{statement} {places}", [value for row in some for value in row])
        cursor.execute("UPDATE presale_workspace SET revision = %s", [secrets.randbits(62)])
    return kept.told  # type: ignore[no-any-return]


def _written() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM presale_entry) OR EXISTS (SELECT 1 FROM presale_person)")
        return bool(cursor.fetchone()[0])


def _filled() -> set[str]:
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    with connection.cursor() as cursor:
        filled = set()
        for table in tables:
            cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")')
            if cursor.fetchone()[0]:
                filled.add(table)
        return filled


def _kept(table: str) -> tuple[str, Sequence[tuple[Any, ...]]]:
    # SQLite's driver makes times and dates of what is declared so; an expression is declared nothing
    raw = "+" if connection.vendor == "sqlite" else ""
    with connection.cursor() as cursor:
        columns = [
            f'"{column.name}"' for column in connection.introspection.get_table_description(cursor, table)
        ]
        cursor.execute(f'SELECT {", ".join(raw + column for column in columns)} FROM "{table}"')
        return f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES', cursor.fetchall()
