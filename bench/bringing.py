"""Both sides of the imports' benchmark: ``python -m bench.bringing`` in the product's settings, asked line by line.

A line names what to do and a file: ``plain`` reads and stores a register with nothing else, ``ours`` brings it in; ``plain table``,
``our table``, ``plain workbook`` and ``our workbook`` write what is there as a file. Each answer tells seconds by step.
"""

import io
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

NOW: Final = datetime(2026, 11, 24, 9, tzinfo=UTC)
_PLAIN: Final = "bench_plain"
_T = TypeVar("_T")


def main() -> None:
    """Make the company, then answer."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "svyazka.config.settings")
    import django

    django.setup()
    from bench.company import found
    from svyazka.config.cli.database import prepare
    from svyazka.config.collector import settle
    from svyazka.presale.imports.deciding import known_here
    from svyazka.presale.journal.moment import moment

    prepare()
    found(NOW - timedelta(days=366))
    known_here()  # as in a process that has been at work: the process is read, the functions are there
    settle()
    print(json.dumps(_memory()), flush=True)
    for line in sys.stdin:
        what, _, file = line.strip().partition(" ")
        with moment():  # as a page and a command are one
            told = WORK[what](Path(file))
        print(json.dumps(told), flush=True)


def _memory() -> dict[str, float]:
    """Megabytes that the process, and the largest of its children, have had at most."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {"own": own.ru_maxrss / 1024, "child": children.ru_maxrss / 1024}


class Clock:
    """Seconds by step."""

    def __init__(self) -> None:
        self.took: dict[str, float] = {}

    def step(self, name: str, work: Callable[[], _T]) -> _T:
        """Do a step."""
        began = time.perf_counter()
        done = work()
        self.took[name] = time.perf_counter() - began
        return done


def ours(file: Path) -> dict[str, Any]:
    """Read in a process of its own, understand and judge each row, write all that can come in: as ``svyazka import make`` does."""
    from svyazka.config.cli.who import administrator
    from svyazka.engine.importing.columns import understand
    from svyazka.presale.imports.commands import bring_in
    from svyazka.presale.imports.deciding import decide, known_here
    from svyazka.presale.imports.reading.books import read_book

    clock = Clock()
    book = clock.step("read", lambda: read_book(file.read_bytes(), file.name))

    def judged() -> Sequence[Any]:
        rows = book.sheets[0].rows
        columns = understand([row.cells for row in rows[:2001]], known_here()).guesses
        fields = {guess.column: guess.field for guess in columns}
        return decide([(row.number, row.cells) for row in rows[1:]], fields, at=NOW)

    verdicts = clock.step("decide", judged)
    good = [one.arrival for one in verdicts if one.arrival and not one.deals and not one.first]
    clock.step("write", lambda: bring_in(arrivals=good, name=file.name, actor=administrator(), at=NOW))
    counts = {
        "rows": len(verdicts),
        "in": len(good),
        "again": sum(bool(one.deals or one.first) for one in verdicts),
    }
    return {"took": clock.took, "counts": counts, **_memory()}


def plain(file: Path) -> dict[str, Any]:
    """Read with calamine, store as they are in one table with two indexes: no checks, no clients, no journal."""
    from python_calamine import load_workbook

    clock = Clock()
    head, *rows = clock.step("read", lambda: load_workbook(str(file)).get_sheet_by_index(0).to_python())
    clock.step("write", lambda: _store(len(head), rows))
    return {"took": clock.took, "counts": {"rows": len(rows)}, **_memory()}


def _store(width: int, rows: Sequence[Sequence[object]]) -> None:
    from django.db import connection, transaction

    texts = [[one.isoformat() if isinstance(one, date) else one for one in row] for row in rows]
    columns = [f"c{place}" for place in range(width)]
    named = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {_PLAIN}")
        key = "INTEGER" if connection.vendor == "sqlite" else "BIGINT GENERATED ALWAYS AS IDENTITY"
        typed = ", ".join(f"{one} TEXT" for one in columns)
        cursor.execute(f"CREATE TABLE {_PLAIN} (id {key} PRIMARY KEY, {typed})")
        cursor.execute(f"CREATE INDEX bench_phone ON {_PLAIN} (c6)")
        cursor.execute(f"CREATE INDEX bench_email ON {_PLAIN} (c7)")
        with transaction.atomic():
            if connection.vendor == "sqlite":
                marks = ", ".join("?" * width)
                raw: Any = connection.connection
                raw.executemany(f"INSERT INTO {_PLAIN} ({named}) VALUES ({marks})", texts)
            else:
                raw = cursor.cursor
                with raw.copy(f"COPY {_PLAIN} ({named}) FROM STDIN") as copy:
                    for row in texts:
                        copy.write_row(row)


def our_table(_file: Path) -> dict[str, Any]:
    """The newest open deals as a live table has them in Excel."""
    from svyazka.config.cli.who import administrator
    from svyazka.presale.deals.feeds import MOST_ROWS, View
    from svyazka.presale.deals.queries import deal_rows
    from svyazka.speech.deal_tables import open_deals_table
    from svyazka.speech.tables import as_xlsx

    clock = Clock()
    rows = clock.step(
        "read", lambda: deal_rows(viewer=administrator(), filters=View().filters(NOW), limit=MOST_ROWS)
    )
    made = clock.step("write", lambda: as_xlsx(open_deals_table("Воронка", rows)))
    return {"took": clock.took, "counts": {"rows": len(rows), "bytes": len(made)}}


def our_workbook(_file: Path) -> dict[str, Any]:
    """``svyazka export workbook --with-deals``: the newest deals with formulas, drop-downs, and the process itself."""
    from svyazka.config.cli.who import administrator
    from svyazka.speech.workbook.bringing import workbook_with_deals
    from svyazka.speech.workbook.writing import write_workbook

    clock = Clock()
    seen = clock.step("read", lambda: workbook_with_deals(language="ru", viewer=administrator(), at=NOW))
    made = clock.step("write", lambda: write_workbook(seen))
    return {"took": clock.took, "counts": {"rows": len(seen.deals), "bytes": len(made)}}


def _plain_sheet(rows: int, width: int) -> dict[str, Any]:
    """So much of the plain table as a sheet, by the least that xlsxwriter can do."""
    import xlsxwriter
    from django.db import connection

    def read() -> Sequence[Sequence[object]]:
        with connection.cursor() as cursor:
            named = ", ".join(f"c{place}" for place in range(width))
            cursor.execute(f"SELECT {named} FROM {_PLAIN} ORDER BY id DESC LIMIT {rows}")
            found: Sequence[Sequence[object]] = cursor.fetchall()
            return found

    def write(found: Sequence[Sequence[object]]) -> int:
        room = io.BytesIO()
        with xlsxwriter.Workbook(room, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:  # fmt: skip
            sheet = book.add_worksheet()
            for number, row in enumerate(found):
                sheet.write_row(number, 0, row)
        return len(room.getvalue())

    clock = Clock()
    found = clock.step("read", read)
    size = clock.step("write", lambda: write(found))
    return {"took": clock.took, "counts": {"rows": len(found), "bytes": size}}


WORK: Final[dict[str, Callable[[Path], dict[str, Any]]]] = {
    "plain": plain, "ours": ours, "our-table": our_table, "our-workbook": our_workbook,
    "plain-table": lambda rows: _plain_sheet(int(rows.name), 13),
    "plain-workbook": lambda rows: _plain_sheet(int(rows.name), 23),
}  # fmt: skip


if __name__ == "__main__":
    main()
