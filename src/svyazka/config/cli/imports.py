"""Commands that bring a team's own table in, and take it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from django.utils import translation

from svyazka.config.cli.failures import Failure
from svyazka.config.cli.people import As
from svyazka.config.cli.who import administrator, now
from svyazka.config.collector import settle
from svyazka.engine.importing.columns import Table as Understood
from svyazka.engine.importing.merging import Side
from svyazka.presale.imports.commands import take_back
from svyazka.presale.imports.queries import imports
from svyazka.presale.imports.reading.books import read_book
from svyazka.presale.imports.reading.values import Book, Row, Sheet, Unreadable
from svyazka.presale.imports.returning import Weighed
from svyazka.presale.journal.values import Actor, Invalid
from svyazka.presale.people.queries import directory
from svyazka.speech.imports import FILES, left_out_table, say_field
from svyazka.speech.returning import (
    main_sheet,
    say_cell,
    say_kept_out,
    take_table,
    try_table,
    understood,
    weigh_table,
)
from svyazka.speech.tables import Table, as_xlsx

app = typer.Typer()
group = typer.Typer(
    no_args_is_help=True, help="A table of requests that a team has kept: XLSX, XLS, ODS, CSV."
)
app.add_typer(group, name="import")

File = Annotated[Path, typer.Argument(help="The table.", metavar="FILE")]
SheetName = Annotated[
    str, typer.Option("--sheet", help="Its sheet; by default the first with rows.", metavar="NAME")
]
_SHOWN = 20
CONFLICTS = 3
"""The exit code that says: both have changed some cells, and nobody has decided."""


@group.command("look")
def look(file: File, *, sheet: SheetName = "", as_: As = "") -> None:
    """Say what each row would become, and what a workbook of ours changes. Writes nothing.

    Changes are tried for that and taken back, so that whatever a gate or a right
    would refuse is said here.
    """
    actor, at = administrator(as_), now()
    table = _judged(file, sheet, actor, at)
    if not table.of_ours:
        for guess in table.understood.guesses:
            head = table.understood.headers[guess.column] or f"column {guess.column + 1}"
            print(f"{head}: {say_field(guess.field) if guess.field else 'left out'}")
    _tell(try_table(table.weighed, name=file.name, actor=actor, at=at))


@group.command("make")
def make(
    file: File,
    *,
    sheet: SheetName = "",
    left_out: Annotated[
        Path | None,
        typer.Option(help="Workbook for the rows that don’t come in whole, each with its reason.", metavar="FILE"),
    ] = None,
    side: Annotated[
        Side | None,
        typer.Option("--conflicts", help="Whose value stays where both have changed; by default ours, with exit code 3."),
    ] = None,
    as_: As = "",
) -> None:  # fmt: skip
    """Bring in the rows that can be; the others, and requests that are here already, are left out.

    A workbook of ours changes the deals that it shows, and nothing but the cells
    that were edited. All in one transaction. What is new is marked as brought in,
    and no clock runs over what was before.
    """
    actor, at = administrator(as_), now()
    table = _judged(file, sheet, actor, at)
    decided = _decided(table.weighed, side) if side else {}
    done = take_table(table.weighed, name=file.name, actor=actor, at=at, decided=decided)
    weighed = table.weighed.decided(decided).refusing(done.refused)
    if left_out:
        with translation.override(directory().language):
            left_out.write_bytes(as_xlsx(_left_out(file.stem, table, weighed)))
    _tell(weighed)
    if done.import_id is None:
        if weighed.counts["same"] < len(weighed.rows):
            raise Invalid("nothing_to_import")
        print("Nothing has been changed in it.")
        return
    print(
        f"Import {done.import_id}: {done.brought} deals, {len(done.changed)} changed. svyazka import take-back {done.import_id} takes the new ones back."
    )
    if done.changed:
        print("What was changed isn't taken back with them: each deal's journal has what it said before.")
    if side is None and weighed.counts["conflict"]:
        raise typer.Exit(CONFLICTS)


def _decided(table: Weighed, side: Side) -> dict[int, dict[str, Side]]:
    """One side for all conflicts."""
    return {
        row.row: {cell.field: side for cell in row.cells if cell.verdict == "conflict"} for row in table.rows
    }


@group.command("list")
def listed() -> None:
    """List what was brought in."""
    for one in imports(viewer=administrator()):
        gone = f", taken back on {one.withdrawn_at:%Y-%m-%d}" if one.withdrawn_at else ""
        print(f"{one.id}  {one.at:%Y-%m-%d}  {one.name}: {one.deals} deals, {one.changed} changed{gone}")


@group.command("take-back")
def back(
    import_id: Annotated[int, typer.Argument(help="As svyazka import list says it.", metavar="NUMBER")],
    *,
    worked_on: Annotated[
        bool, typer.Option("--worked-on", help="Also deals to which something has happened since.")
    ] = False,
    as_: As = "",
) -> None:
    """Take the deals of an import back. The journal keeps that they were here.

    What it has changed of deals that were here before stays: each deal's journal
    has what it said.
    """
    count = take_back(import_id=import_id, actor=administrator(as_), at=now(), worked_on=worked_on)
    print(f"{count} deals are taken back.")


@dataclass(frozen=True, slots=True)
class _Table:
    """A table with its judgement; ``rows`` are those below its header."""

    understood: Understood
    rows: Sequence[Row]
    weighed: Weighed

    @property
    def of_ours(self) -> bool:
        """Whether its rows may bear marks of ours."""
        return any(guess.field == "_id" for guess in self.understood.guesses)


def _judged(file: Path, sheet: str, actor: Actor, at: datetime) -> _Table:
    settle()
    try:
        data = file.read_bytes()
    except OSError as error:
        raise Failure(f"{file} can't be read: {error.strerror}.", code=2) from None
    try:
        book = read_book(data, file.name)
    except Unreadable as refused:
        raise Failure(str(FILES[refused.code]) % refused.params) from None
    rows = _sheet(book, sheet).rows
    found = understood([row.cells for row in rows[:2001]])
    columns = {guess.column: guess.field for guess in found.guesses}
    body = rows[0 if found.header is None else found.header + 1 :]
    weighed = weigh_table([(row.number, row.cells) for row in body], columns, viewer=actor, at=at)
    return _Table(found, body, weighed)


def _sheet(book: Book, name: str) -> Sheet:
    if not name:
        return main_sheet(book)
    found = next((one for one in book.sheets if one.name == name), None)
    if found is None:
        named = ", ".join(one.name for one in book.sheets if not one.is_hidden)
        raise Failure(f"There is no sheet {name}.", f"Its sheets: {named}.", 2)
    return found


def _tell(table: Weighed) -> None:
    """What becomes of the rows: changes first, then what doesn't come in; so many of each."""
    changes = [
        f"{row.deal.deal.number} {say_cell(row, cell)}"
        for row in table.rows
        if row.deal
        for cell in row.cells
        if cell.verdict in {"take", "conflict"}
    ]
    lacks = [f"row {row.row}: {say_kept_out(row)}" for row in table.rows if row.verdict == "refused"]
    for told in (changes, lacks):
        for line in told[:_SHOWN]:
            print(line)
        if len(told) > _SHOWN:
            print(f"and {len(told) - _SHOWN} more")
    n = table.counts
    print(
        f"{n['new']} new, {n['changed']} changed, {n['same']} unchanged, {n['conflict']} in conflict, {n['refused']} left out."
    )


def _left_out(title: str, table: _Table, weighed: Weighed) -> Table:
    """The rows that don't come in whole, and why."""
    why = {row.row: said for row in weighed.rows if (said := say_kept_out(row))}
    rows = [(row.cells, why[row.number]) for row in table.rows if row.number in why]
    return left_out_table(title, table.understood.headers, rows)
