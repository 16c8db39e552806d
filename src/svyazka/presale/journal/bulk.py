"""Very many rows at once, past the ORM: what a table brings in. ``executemany`` on SQLite, ``COPY`` on PostgreSQL.

A row of Django's costs as much time as ten rows written this way. Daily acts have no use for it: they write few rows, and
by :mod:`svyazka.presale.journal.prepared`.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import Model


def plain_moment(moment: datetime) -> str:
    """A moment as the database in use keeps it."""
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
    return text if connection.vendor == "sqlite" else f"{text}+00"


def plain_json(value: object) -> str:
    """JSON as the ORM writes it: SQLite compares it letter by letter."""
    return json.dumps(value)


class Bulk:
    """Rows of one table, kept until they are written. Columns that a row doesn't name get what the model would give them."""

    def __init__(self, model: type[Model]) -> None:
        self._name = model._meta.db_table
        self._rows: list[tuple[Any, ...]] = []
        self._columns: list[str] = []
        self._defaults: dict[str, Any] = {}
        for field in model._meta.concrete_fields:
            assert field.column is not None
            is_given = field.primary_key and field is model._meta.auto_field
            self._columns.append(field.column)
            if not field.primary_key:
                self._defaults[field.column] = _plain(field.get_db_prep_save(field.get_default(), connection))
            elif is_given:
                self._defaults[field.column] = None
        self._in_order = itemgetter(*self._columns)

    def add(self, **values: Any) -> None:
        """Keep a row. Moments and JSON are in the form of :func:`plain_moment` and :func:`plain_json`.

        :raises KeyError: there is no such column
        """
        whole = {**self._defaults, **values}
        if len(whole) > len(self._columns):
            raise KeyError(f"{self._name}: {', '.join(sorted(whole.keys() - set(self._columns)))}")
        self._rows.append(self._in_order(whole))

    def write(self, *, unless_there: bool = False) -> None:
        """Write what was kept, within the caller's transaction.

        :param unless_there: a row whose like is there already is left out
        """
        rows, self._rows = self._rows, []
        if rows:
            _write(self._name, self._columns, rows, unless_there=unless_there)


def _plain(value: Any) -> Any:
    # psycopg wraps JSON in an object of its own, which COPY of ready texts doesn't take
    return plain_json(value.obj) if hasattr(value, "obj") else value


def _write(
    table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], *, unless_there: bool
) -> None:
    if rows[0][0] is None:  # the database gives the keys
        columns, rows = columns[1:], [row[1:] for row in rows]
    named = ", ".join(f'"{column}"' for column in columns)
    beside = " ON CONFLICT DO NOTHING" if unless_there else ""
    with connection.cursor() as cursor:
        # the driver's own cursor: Django's would look through every value for its type
        raw: Any = connection.connection if connection.vendor == "sqlite" else cursor.cursor
        if connection.vendor == "sqlite":
            marks = ", ".join("?" for _ in columns)
            raw.executemany(f'INSERT INTO "{table}" ({named}) VALUES ({marks}){beside}', rows)  # noqa: S608 (names of ours)
        elif unless_there:
            marks = ", ".join("%s" for _ in columns)
            raw.executemany(f'INSERT INTO "{table}" ({named}) VALUES ({marks}){beside}', rows)  # noqa: S608
        else:
            with raw.copy(f'COPY "{table}" ({named}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)


def take_keys(model: type[Model], count: int) -> Sequence[int]:
    """So many keys that nobody else gets, in rising order. Must run inside a transaction; on SQLite that has writing to itself."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
            start = cursor.fetchone()[0] + 1
            return range(start, start + count)
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
        )
        return sorted(key for (key,) in cursor.fetchall())
