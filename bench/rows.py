"""Rows written past the ORM, a hundred thousand deals in a minute or two: executemany on SQLite, COPY on PostgreSQL."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

Row = Mapping[str, Any]


def stamp(moment: datetime) -> str:
    """A time as the database in use keeps it."""
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
    return text if connection.vendor == "sqlite" else f"{text}+00"


def jsonb(value: object) -> str:
    """JSON as the database takes it."""
    return json.dumps(value, ensure_ascii=False)


class Table:
    """A model's table. Columns that a row doesn't name get what the model would give them."""

    def __init__(self, label: str) -> None:
        self.model: type[Model] = apps.get_model(label)
        self.name = self.model._meta.db_table
        self._pending: list[tuple[Any, ...]] = []
        self._columns: list[str] = []
        self._defaults: dict[str, Any] = {}
        for field in self.model._meta.concrete_fields:
            assert field.column is not None
            self._columns.append(field.column)
            if not field.primary_key:
                self._defaults[field.column] = _plain(field.get_db_prep_save(field.get_default(), connection))

    def add(self, **values: Any) -> None:
        """Keep a row for the next :meth:`flush`; values are in the form of :func:`stamp` and :func:`jsonb`."""
        whole = {**self._defaults, **values}
        if len(whole) != len(self._columns):
            strangers = sorted(whole.keys() ^ set(self._columns))
            raise KeyError(f"{self.name}: no such columns, or no value for {', '.join(strangers)}")
        self._pending.append(tuple(whole[column] for column in self._columns))

    def flush(self) -> None:
        """Write what was kept. Call it within a transaction."""
        rows, self._pending = self._pending, []
        if rows:
            _write(self.name, self._columns, rows)


def _plain(value: Any) -> Any:
    # psycopg wraps JSON in an object of its own, which COPY of ready texts does not take
    return jsonb(value.obj) if hasattr(value, "obj") else value


def _write(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    named = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ", ".join("?" for _ in columns)
            # the driver's own cursor: Django's would look through every value for its type
            raw: Any = connection.connection
            raw.executemany(f'INSERT INTO "{table}" ({named}) VALUES ({marks})', rows)
            return
        copying: Any = cursor.cursor
        with copying.copy(f'COPY "{table}" ({named}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)


def settle(tables: Iterable[Table]) -> None:
    """After the last flush: ids go on from the highest, and PostgreSQL learns what is in its tables."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        for table in tables:
            key = table.model._meta.pk.column
            if table.model._meta.pk.get_internal_type() in {"BigAutoField", "AutoField"}:
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', '{key}'), max(\"{key}\")) FROM \"{table.name}\""
                )
        cursor.execute("VACUUM ANALYZE")
