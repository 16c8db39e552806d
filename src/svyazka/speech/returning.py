"""A table of ours that comes back, in words: which sheet and columns it is, what each cell becomes, and why one doesn't come in."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from svyazka.engine.importing.columns import Table as Understood
from svyazka.engine.importing.columns import understand
from svyazka.engine.importing.headers import heading
from svyazka.engine.importing.values import Cell, Value
from svyazka.presale.imports.deciding import known_here
from svyazka.presale.imports.drafts.working import Voice
from svyazka.presale.imports.fields import TERM
from svyazka.presale.imports.reading.values import Book
from svyazka.presale.imports.reading.values import Sheet as ReadSheet
from svyazka.presale.imports.returning import CellBecomes, Shown, TableCell, TableRow, Weighed, weigh
from svyazka.presale.imports.taking import Decided, TakenIn, take_in, try_out
from svyazka.presale.journal.values import Actor, Invalid, Refusal
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import process_version
from svyazka.presale.stages.funnel import FunnelRow
from svyazka.speech.imports import FIELDS, say_fault, say_field, say_left_out, say_value, say_why
from svyazka.speech.process_words import say_owed
from svyazka.speech.refusals import field_errors
from svyazka.speech.refusals import say as say_refusal
from svyazka.speech.times import viewer_language
from svyazka.speech.workbook.bringing import Told
from svyazka.speech.workbook.funnel import own_columns
from svyazka.speech.workbook.writing import META

Words = str | Promise

CELLS: Final[Mapping[CellBecomes, Words]] = {
    "take": pgettext_lazy("cell of a table", "comes in"),
    "keep": pgettext_lazy("cell of a table", "has changed here since"),
    "conflict": pgettext_lazy("cell of a table", "changed in both places"),
    "refused": pgettext_lazy("cell of a table", "can’t come in"),
}
"""What a cell becomes, by verdict."""


def main_sheet(book: Book) -> ReadSheet:
    """The sheet with the deals: of a workbook of ours the funnel, of any other the first with rows that isn't hidden."""
    meta = next((one for one in book.sheets if one.name == META), None)
    facts = {str(row.cells[0]): row.cells[1] for row in meta.rows if len(row.cells) > 1} if meta else {}
    named = (
        one for one in book.sheets if one.name == facts.get("funnel.sheet") and one.rows and not one.is_hidden
    )
    return next(named, next(one for one in book.sheets if one.rows and not one.is_hidden))


def understood(lines: Sequence[Sequence[Cell]]) -> Understood:
    """How a table is understood. One that bears marks of ours is known by our own headings first, whichever language they are in."""
    known = known_here()
    guessed = understand(lines, known)
    if not any(guess.field == "_id" for guess in guessed.guesses):
        return guessed
    return understand(lines, known, own_headings())


@cache
def own_headings() -> Mapping[str, str]:
    """By a heading of our own tables, in any of our languages, its field; empty for one that isn't read."""
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {heading(title): field for title, field in own_columns()}
            found[heading(say_why())] = ""
    return found


def shown_in(language: str) -> Shown:
    """What an export in this language shows of a deal."""
    told = Told(language)

    def shown(row: FunnelRow) -> Mapping[str, Cell]:
        with translation.override(language):
            return told.cells(row)

    return shown


def voice_of(person_id: int, name: str) -> Voice:
    """In whose words a table is compared and its changes are explained.

    :param person_id: who hands it in
    :param name: the file's
    """
    return Voice(shown_in(directory().people[person_id].language), _why(name))


def weigh_table(
    rows: Sequence[tuple[int, Sequence[Cell]]], columns: Mapping[int, str], *, viewer: Actor, at: datetime
) -> Weighed:
    """Judge the rows of a table, those of our export by what they change. See :func:`~svyazka.presale.imports.returning.weigh`.

    What commands will refuse isn't known yet: :func:`try_table` finds it out.
    """
    return weigh(rows, columns, viewer=viewer, at=at, shown=Told(viewer_language()).cells)


def try_table(
    table: Weighed, *, name: str, actor: Actor, at: datetime, decided: Decided | None = None
) -> Weighed:
    """The table with all that the domain's commands would refuse of it. Everything is tried and taken back: no business of a GET."""
    told = Told(viewer_language())
    return table.refusing(
        try_out(table=table, shown=told.cells, why=_why(name), actor=actor, at=at, decided=decided)
    )


def take_table(
    table: Weighed, *, name: str, actor: Actor, at: datetime, decided: Decided | None = None
) -> TakenIn:
    """Take a table in. See :func:`~svyazka.presale.imports.taking.take_in`.

    :param name: the file's
    """
    told = Told(viewer_language())
    return take_in(
        table=table, shown=told.cells, name=name, why=_why(name), actor=actor, at=at, decided=decided
    )


def _why(name: str) -> str:
    """The reason that is written down where a command asks for one."""
    with translation.override(directory().language):
        return _("Changed in the table “%(name)s”") % {"name": name[:120]}


def say_in(row: TableRow, field: str, value: Value | None) -> str:
    """A value as people read it; of a commitment without words of its own those of the process."""
    process = process_version(row.deal.deal.process_number) if row.deal else None
    if field == "next_step" and row.step and process and value == f"{TERM}{row.step.term}":
        return say_owed(row.step.term, "", process, viewer_language())
    return say_value(field, value, process)


def say_cell(row: TableRow, cell: TableCell) -> str:
    """What becomes of a cell: «Менеджер: Иванова М. → Петров П.», and of a conflict or a refused cell why."""
    if cell.fault is not None:
        return say_fault(cell.fault)
    ours, theirs = say_in(row, cell.field, cell.ours), say_in(row, cell.field, cell.theirs)
    words = _("%(field)s: %(ours)s → %(theirs)s") % {
        "field": say_field(cell.field),
        "ours": ours,
        "theirs": theirs,
    }
    if cell.refusal is not None:
        return _("%(words)s — %(why)s") % {"words": words, "why": say_why_not(cell.refusal)}
    if cell.verdict in {"conflict", "keep"}:
        return _("%(words)s — %(why)s") % {"words": words, "why": CELLS[cell.verdict]}
    return words


def say_why_not(refusal: Refusal) -> str:
    """Why a command has refused, as a sentence."""
    if isinstance(refusal, Invalid) and refusal.errors:
        told = field_errors(refusal).items()
        return " ".join(
            dict.fromkeys(f"{FIELDS[field]}: {why}" if field in FIELDS else why for field, why in told)
        )
    return say_refusal(refusal)


def say_kept_out(row: TableRow) -> str:
    """Why a row, or a part of it, doesn't come in; empty where all of it does."""
    return "; ".join(_kept_out(row))


def _kept_out(row: TableRow) -> Iterator[str]:
    if row.fresh is not None:
        if row.verdict != "new":
            yield say_left_out(row.fresh)
        return
    yield from map(say_fault, row.faults)
    yield from (say_cell(row, cell) for cell in row.cells if cell.verdict in {"conflict", "refused"})
