"""Statements whose SQL is written once.

For a small statement Django spends several times longer on writing the SQL than the database on running it, and a command
runs some twenty of them. What is asked all day long is therefore composed by the ORM once, on the first call, and kept with
places for its values; the database is spoken to through Django's cursor as ever. See ADR 7.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import JSONField, Model, QuerySet, Value
from django.db.models.query import FlatValuesListIterable

_Row = TypeVar("_Row")
_M = TypeVar("_M", bound=Model)


class _Place(Value):
    """Where a value will stand."""

    def __init__(self, name: str) -> None:
        super().__init__(None)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """A placeholder, and this place instead of a parameter."""
        return "%s", (self,)


@dataclass(frozen=True, slots=True)
class _Written:
    """A query as SQL; ``read`` makes Python's values of the database's."""

    sql: str
    parameters: tuple[Any, ...]
    read: Callable[[list[tuple[Any, ...]]], list[Any]]


class Prepared(Generic[_Row]):
    """A query that is composed once: ``Prepared(lambda deal: Seat.objects.filter(deal=deal))(deal=5)`` gives a list.

    The builder gets a place for each of its values. Values are compared with ``=``, ``<`` and the like; they can't be
    None, lists, or the bounds of a slice, since those change the SQL.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, _Row]]) -> None:
        self._build = build
        self._written: dict[str, _Written] = {}

    def __call__(self, **values: int | str | datetime) -> list[_Row]:
        """The rows for these values."""
        known = self._written.get(connection.vendor)
        if known is None:
            known = self._written[connection.vendor] = self._write(values)
        given = {name: _adapted(value) for name, value in values.items()}
        filled = [given[one.name] if isinstance(one, _Place) else one for one in known.parameters]
        with connection.cursor() as cursor:
            cursor.execute(known.sql, filled)
            return known.read(cursor.fetchall())

    def first(self, **values: int | str | datetime) -> _Row | None:
        """The first row, if there is one; the query itself should say ``[:1]``."""
        return next(iter(self(**values)), None)

    def _write(self, values: Mapping[str, object]) -> _Written:
        found: Any = self._build(**{name: _Place(name) for name in values})
        compiler = found.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        columns = [column for column, *_ in compiler.select]
        converters = compiler.get_converters(columns)
        names = [column.target.attname for column in columns]
        load = found.model.from_db
        is_flat = issubclass(found._iterable_class, FlatValuesListIterable)

        def read(rows: list[tuple[Any, ...]]) -> list[Any]:
            told = compiler.apply_converters(rows, converters) if converters else rows
            if is_flat:
                return [row[0] for row in told]
            if found._fields is not None:
                return [tuple(row) for row in told]
            return [load(connection.alias, names, row) for row in told]

        return _Written(sql, tuple(parameters), read)


def _adapted(value: int | str | datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


@dataclass(frozen=True, slots=True)
class _Insert:
    into: str
    places: str
    returning: str
    fields: tuple[tuple[str, Any], ...]

    def sql(self, rows: int) -> str:
        """The statement for so many rows at once."""
        return f"{self.into} VALUES {', '.join([self.places] * rows)}{self.returning}"

    def values(self, one: Model) -> list[Any]:
        """The row's values as the database takes them. Words and numbers it takes as they are, except where they are JSON."""
        given = []
        for name, field in self.fields:
            value = getattr(one, name)
            plain = value is None or (type(value) in _PLAIN and not isinstance(field, JSONField))
            given.append(value if plain else field.get_db_prep_save(value, connection))
        return given


_PLAIN = frozenset({str, int, bool})


@cache
def _insert_of(model: type[Model], vendor: str) -> _Insert:  # noqa: ARG001 (the vendor is the cache's key)
    meta: Any = model._meta
    quote = connection.ops.quote_name
    gives_key = meta.pk is meta.auto_field
    fields = tuple(one for one in meta.local_concrete_fields if not (gives_key and one is meta.pk))
    names = ", ".join(quote(one.column) for one in fields)
    return _Insert(
        f"INSERT INTO {quote(meta.db_table)} ({names})",
        f"({', '.join(['%s'] * len(fields))})",
        f" RETURNING {quote(meta.pk.column)}" if gives_key else "",
        tuple((one.attname, one) for one in fields),
    )


def insert(one: _M) -> _M:
    """Write a new row and give it its key: what ``save(force_insert=True)`` does where there are no signals."""
    insert_all([one])
    return one


def insert_all(rows: Sequence[_M]) -> None:
    """Write new rows of one table in one statement, in their order, and give them their keys."""
    if not rows:
        return
    plan = _insert_of(type(rows[0]), connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(plan.sql(len(rows)), [value for one in rows for value in plan.values(one)])
        if plan.returning:
            # both databases return them in the order of the VALUES, which Django's bulk_create counts on as well
            for one, (key,) in zip(rows, cursor.fetchall(), strict=True):
                one.pk = key
    for one in rows:
        one._state.adding, one._state.db = False, connection.alias


@cache
def _update_of(
    model: type[Model],
    names: tuple[str, ...],
    counted: str,
    vendor: str,  # noqa: ARG001 (as above)
) -> tuple[str, tuple[Any, ...]]:
    meta: Any = model._meta
    quote = connection.ops.quote_name
    fields = tuple(meta.get_field(name) for name in names)
    sets = [f"{quote(one.column)} = %s" for one in fields]
    if counted:
        column = quote(meta.get_field(counted).column)
        sets.append(f"{column} = {column} + 1")
    sql = f"UPDATE {quote(meta.db_table)} SET {', '.join(sets)} WHERE {quote(meta.pk.column)} = %s"  # noqa: S608
    return sql, fields


def update(model: type[Model], pk: int, values: Mapping[str, object], *, counted: str = "") -> None:
    """Write columns of one row.

    :param values: by the field's name; for a foreign key the key
    :param counted: a column that grows by one
    """
    sql, fields = _update_of(model, tuple(values), counted, connection.vendor)
    given = [
        field.get_db_prep_save(value, connection)
        for field, value in zip(fields, values.values(), strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*given, pk])
