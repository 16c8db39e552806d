"""Rows written past the ORM, a hundred thousand deals in a minute or two, by the product's own way of writing very many."""

from collections.abc import Iterable

from django.apps import apps
from django.db import connection
from django.db.models import Model

from svyazka.presale.journal.bulk import Bulk
from svyazka.presale.journal.bulk import plain_json as jsonb
from svyazka.presale.journal.bulk import plain_moment as stamp

__all__ = ["Table", "jsonb", "settle", "stamp"]


class Table(Bulk):
    """A model's table, by the model's label."""

    def __init__(self, label: str) -> None:
        self.model: type[Model] = apps.get_model(label)
        self.name = self.model._meta.db_table
        super().__init__(self.model)


def settle(tables: Iterable[Table]) -> None:
    """After the last rows: ids go on from the highest, and PostgreSQL learns what is in its tables."""
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
