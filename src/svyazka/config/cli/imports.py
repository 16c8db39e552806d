"""Commands that bring a team's own table in, and take it back."""

from collections.abc import Sequence
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
from svyazka.engine.importing.columns import understand
from svyazka.presale.imports.commands import bring_in, take_back
from svyazka.presale.imports.deciding import Verdict, decide, known_here
from svyazka.presale.imports.queries import imports
from svyazka.presale.imports.reading.books import read_book
from svyazka.presale.imports.reading.values import Row, Sheet, Unreadable
from svyazka.presale.people.queries import directory
from svyazka.speech.imports import FILES, left_out_table, say_field, say_left_out
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


@group.command("look")
def look(file: File, *, sheet: SheetName = "") -> None:
    """Say what each row would become. Writes nothing."""
    at = now()
    understood, _, verdicts = _judged(file, sheet, at)
    for guess in understood.guesses:
        head = understood.headers[guess.column] or f"column {guess.column + 1}"
        print(f"{head}: {say_field(guess.field) if guess.field else 'left out'}")
    _tell(verdicts)


@group.command("make")
def make(
    file: File,
    *,
    sheet: SheetName = "",
    left_out: Annotated[
        Path | None,
        typer.Option(help="Workbook for the rows that are left out, each with its reason.", metavar="FILE"),
    ] = None,
    as_: As = "",
) -> None:
    """Bring in the rows that can be; the others, and requests that are here already, are left out.

    All in one transaction. What was brought in is marked so, and no clock runs over what was before.
    """
    actor, at = administrator(as_), now()
    understood, rows, verdicts = _judged(file, sheet, at)
    if left_out:
        with translation.override(directory().language):
            left_out.write_bytes(as_xlsx(_refused(file.stem, understood, rows, verdicts)))
    _tell(verdicts)
    arrivals = [one.arrival for one in verdicts if one.arrival and not say_left_out(one)]
    made = bring_in(arrivals=arrivals, name=file.name, actor=actor, at=at)
    print(f"Import {made}: {len(arrivals)} deals. svyazka import take-back {made} takes them back.")


@group.command("list")
def listed() -> None:
    """List what was brought in."""
    for one in imports(viewer=administrator()):
        gone = f", taken back on {one.withdrawn_at:%Y-%m-%d}" if one.withdrawn_at else ""
        print(f"{one.id}  {one.at:%Y-%m-%d}  {one.name}: {one.deals} deals{gone}")


@group.command("take-back")
def back(
    import_id: Annotated[int, typer.Argument(help="As svyazka import list says it.", metavar="NUMBER")],
    *,
    worked_on: Annotated[
        bool, typer.Option("--worked-on", help="Also deals to which something has happened since.")
    ] = False,
    as_: As = "",
) -> None:
    """Take a whole import back. The journal keeps that it was here."""
    count = take_back(import_id=import_id, actor=administrator(as_), at=now(), worked_on=worked_on)
    print(f"{count} deals are taken back.")


def _judged(file: Path, sheet: str, at: datetime) -> tuple[Understood, Sequence[Row], tuple[Verdict, ...]]:
    settle()
    try:
        data = file.read_bytes()
    except OSError as error:
        raise Failure(f"{file} can't be read: {error.strerror}.", code=2) from None
    try:
        book = read_book(data, file.name)
    except Unreadable as refused:
        raise Failure(str(FILES[refused.code]) % refused.params) from None
    chosen = _sheet(book.sheets, sheet)
    rows = chosen.rows
    understood = understand([row.cells for row in rows[:2001]], known_here())
    columns = {guess.column: guess.field for guess in understood.guesses}
    begin = 0 if understood.header is None else understood.header + 1
    body = rows[begin:]
    return understood, body, decide([(row.number, row.cells) for row in body], columns, at=at)


def _sheet(sheets: Sequence[Sheet], name: str) -> Sheet:
    found = [one for one in sheets if (one.name == name if name else not one.is_hidden and one.rows)]
    if not found:
        named = ", ".join(one.name for one in sheets if not one.is_hidden)
        raise Failure(f"There is no sheet {name}.", f"Its sheets: {named}.", 2)
    return found[0]


def _tell(verdicts: Sequence[Verdict]) -> None:
    told = [(one.row, said) for one in verdicts if (said := say_left_out(one))]
    for row, said in told[:_SHOWN]:
        print(f"row {row}: {said}")
    if len(told) > _SHOWN:
        print(f"and {len(told) - _SHOWN} more")
    print(f"{len(verdicts) - len(told)} rows can come in, {len(told)} are left out.")


def _refused(title: str, understood: Understood, rows: Sequence[Row], verdicts: Sequence[Verdict]) -> Table:
    """The rows that are left out, and why."""
    why = {one.row: said for one in verdicts if (said := say_left_out(one))}
    return left_out_table(
        title, understood.headers, [(row.cells, why[row.number]) for row in rows if row.number in why]
    )
