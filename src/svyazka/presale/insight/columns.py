"""A copy of the tracks by columns, for slices of very many deals: DuckDB, by the optional extra ``slices``.

The worker writes the copy to a file; whoever asks lays what has changed since over it. The statements are those that the
database itself would run (:mod:`svyazka.presale.insight.counting`), so both say the same.
"""

import csv
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import structlog
from django.conf import settings
from django.db import connection
from django.db.models import Model, QuerySet

from svyazka.presale.insight.models import Track, TrackLine
from svyazka.presale.journal.queries import digest_of, latest_entry_id
from svyazka.presale.stages.models import Visit

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

log = structlog.get_logger("svyazka.figures")

WORTH_IT: Final = 5_000
"""Deals below which the database is fast enough."""
MOST_CHANGED: Final = 2_000
"""Tracks changed since the copy was made, above which it is made anew."""
_AT_ONCE: Final = 5_000

_COPIED: Final[tuple[tuple[type[Model], tuple[str, ...]], ...]] = (
    (Track, tuple(field.attname for field in Track._meta.concrete_fields)),
    (TrackLine, ("id", "track_id", "name")),
    (Visit, ("id", "deal_id", "stage", "minutes")),
)
_TYPES: Final = {"received_at": "TIMESTAMP", "kopecks": "BIGINT"}
_TEXTS: Final = frozenset({"way", "status", "reason", "source", "name", "stage"})
_HOLDS: Final = str([(model._meta.db_table, columns) for model, columns in _COPIED])
"""By which a copy of another release is known."""


def is_here() -> bool:
    """Whether the extra is installed."""
    return find_spec("duckdb") is not None


def refresh() -> int:
    """Make the copy anew if it is worth it and much has changed. Returns how many deals were copied, 0 for nothing done."""
    if not is_here() or Track.objects.count() < WORTH_IT:
        return 0
    with _opened() as copy:
        known = None if copy is None else _made_at(copy)
    if known is not None and Track.objects.filter(entry__gte=known).count() <= MOST_CHANGED:
        return 0
    return _make(_file())


def _file() -> Path:
    return Path(settings.SLICES)


def _make(path: Path) -> int:
    """Write the copy beside and put it in the place of the old one in one step: whoever has that open goes on reading it."""
    import duckdb

    entry, copied = latest_entry_id(), list[int]()
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".slices") as folder:
        fresh = Path(folder) / path.name
        line = duckdb.connect(str(fresh))
        for model, columns in _COPIED:
            rows = model._default_manager.order_by("pk").values_list(*columns)
            if model is Visit:
                rows = rows.filter(minutes__isnull=False)
            copied.append(_copy(line, model, columns, rows, Path(folder) / "rows.csv"))
        line.execute("CREATE TABLE made (entry BIGINT, digest VARCHAR, holds VARCHAR)")
        line.execute("INSERT INTO made VALUES (?, ?, ?)", [entry, digest_of(entry), _HOLDS])
        line.close()
        fresh.chmod(0o600)
        os.replace(fresh, path)  # noqa: PTH105 (says what it does: one step, whatever was there)
    return copied[0]


def _copy(
    line: "DuckDBPyConnection", model: type[Model], columns: Sequence[str], rows: Any, file: Path
) -> int:
    line.execute(_table(model._meta.db_table, columns))
    count = 0
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL)
        for row in rows.iterator(chunk_size=_AT_ONCE):
            writer.writerow(_plain(row))
            count += 1
    # an empty number is none, an empty text is a text
    texts = ", ".join(f'"{one}"' for one in columns if one in _TEXTS)
    whole = f"FORCE_NOT_NULL ({texts}), " if texts else ""
    line.execute(
        f"COPY \"{model._meta.db_table}\" FROM '{file}' (FORMAT csv, HEADER false, AUTO_DETECT false, DELIMITER ',', QUOTE '\"',"
        f" ESCAPE '\"', {whole}NULLSTR '')"
    )
    return count


def _table(name: str, columns: Sequence[str]) -> str:
    typed = ", ".join(
        f'"{one}" {_TYPES.get(one) or ("VARCHAR" if one in _TEXTS else "INTEGER")}' for one in columns
    )
    return f'CREATE TABLE "{name}" ({typed})'


def _plain(row: Iterable[Any]) -> list[Any]:
    """Values as DuckDB reads them: moments in UTC without their zone."""
    return [
        value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value for value in row
    ]


@contextmanager
def _opened() -> Iterator["DuckDBPyConnection | None"]:
    """The copy, to be read only, by a connection of one's own; None where there is none that can be read."""
    line = _ATTACHED.line(_file()) if is_here() else None
    if line is None:
        yield None
        return
    try:
        yield line
    finally:
        line.close()


class _Attached:
    """The file as this process has it open: opening it takes longer than a question. A file put in its place is opened anew."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: tuple[int, int] | None = None
        self._base: DuckDBPyConnection | None = None

    def line(self, file: Path) -> "DuckDBPyConnection | None":
        import duckdb

        with self._lock:
            try:
                found = file.stat()
            except FileNotFoundError:
                self._known = self._base = None
                return None
            known = found.st_ino, found.st_mtime_ns
            if self._base is None or known != self._known:
                # whoever reads the old one goes on: it closes with the last who has a connection to it
                base = duckdb.connect(":memory:")
                try:
                    base.execute(f"ATTACH '{file}' AS kept (READ_ONLY)")
                except duckdb.Error:
                    return None
                self._base, self._known = base, known
            return self._base.cursor()


_ATTACHED: Final = _Attached()


def _made_at(line: "DuckDBPyConnection") -> int | None:
    """The newest act when the copy was made; None if it is no copy of this journal, or another release's."""
    import duckdb

    try:
        found = line.execute("SELECT entry, digest, holds FROM kept.made").fetchone()
    except duckdb.Error:
        return None
    if found is None or found[2] != _HOLDS or found[1] != digest_of(found[0]):
        return None
    return int(found[0])


@contextmanager
def reader() -> Iterator["Reader | None"]:
    """Who answers counting statements from the copy; None where the database has to."""
    with _opened() as line:
        made = None if line is None else _made_at(line)
        if line is None or made is None:
            yield None
            return
        changed = list(Track.objects.filter(entry__gte=made).values_list("pk", flat=True)[: MOST_CHANGED + 1])
        yield None if len(changed) > MOST_CHANGED else _overlaid(line, changed)


def _overlaid(line: "DuckDBPyConnection", changed: Sequence[int]) -> "Reader | None":
    import duckdb

    try:
        return Reader(line, changed)
    except duckdb.Error as fault:
        _let_go(fault)
        return None


def _let_go(fault: Exception) -> None:
    """A copy that can't be read goes: until the worker has made another the database answers."""
    log.warning("slices.broken", error=str(fault))
    _file().unlink(missing_ok=True)


class Reader:
    """Runs the ORM's statements over the copy, with what has changed since laid over it."""

    def __init__(self, line: "DuckDBPyConnection", changed: Sequence[int]) -> None:
        self._line = line
        for model, columns in _COPIED:
            self._overlay(model, columns, changed)
        # the statements come from a stay to its track by way of the deal
        line.execute("CREATE TEMP VIEW presale_deal AS SELECT deal_id AS id FROM presale_track")

    def _overlay(self, model: type[Model], columns: Sequence[str], changed: Sequence[int]) -> None:
        table, whose = model._meta.db_table, "track_id" if model is TrackLine else "deal_id"
        rows = model._default_manager.filter(**{f"{whose}__in": changed})
        if model is Visit:
            rows = rows.filter(minutes__isnull=False)
        named = ", ".join(f'"{one}"' for one in columns)
        self._line.execute(_table(f"fresh_{table}", columns).replace("CREATE", "CREATE TEMP", 1))
        fresh = [_plain(row) for row in rows.values_list(*columns)]
        if fresh:
            marks = ", ".join("?" * len(columns))
            self._line.executemany(f'INSERT INTO "fresh_{table}" VALUES ({marks})', fresh)  # noqa: S608 (names of ours)
        self._line.execute("CREATE TEMP TABLE IF NOT EXISTS changed (deal INTEGER)")
        if model is Track and changed:
            self._line.executemany("INSERT INTO changed VALUES (?)", [[one] for one in changed])
        self._line.execute(
            f'CREATE TEMP VIEW "{table}" AS SELECT {named} FROM kept."{table}" WHERE "{whose}" NOT IN (SELECT deal FROM changed)'  # noqa: S608
            f' UNION ALL SELECT {named} FROM "fresh_{table}"'
        )

    def __call__(self, asked: QuerySet[Any, Any]) -> Iterable[Any]:
        """The rows of a statement; the database's, where the copy can't be read."""
        import duckdb

        sql, values = asked.query.get_compiler(connection=connection).as_sql()
        try:
            return self._line.execute(sql.replace("%s", "?").replace("%%", "%"), _plain(values)).fetchall()
        except duckdb.Error as fault:
            _let_go(fault)
            return asked
