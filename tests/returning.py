"""Workbooks of ours that somebody edits and brings back: for tests."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

import openpyxl
from django.utils import translation
from openpyxl.worksheet.worksheet import Worksheet

from svyazka.presale.deals.models import Deal
from svyazka.presale.imports.returning import TableCell, TableRow, Weighed
from svyazka.presale.imports.taking import TakenIn
from svyazka.presale.journal.values import Actor
from svyazka.speech.returning import main_sheet, take_table, understood, weigh_table
from svyazka.speech.workbook.bringing import workbook_with_deals
from svyazka.speech.workbook.writing import write_workbook
from tests.company import TUESDAY
from tests.presale.imports.files import here, ods_sheet

Form = Literal["xlsx", "ods", "csv of Russian Excel", "csv of English Excel"]


def exported(viewer: Actor, language: str = "ru", at: datetime = TUESDAY) -> bytes:
    """The workbook with the deals."""
    return write_workbook(workbook_with_deals(language=language, viewer=viewer, at=at))


def funnel(data: bytes) -> Worksheet:
    """Its funnel, values beside the formulas."""
    return openpyxl.load_workbook(io.BytesIO(data), data_only=True).worksheets[1]


def columns_of(data: bytes) -> dict[str, int]:
    """The funnel's columns by heading, counted from 1."""
    return {str(cell.value): cell.column or 0 for cell in funnel(data)[1]}


def edited(data: bytes, changes: Mapping[str, Mapping[str, Any]]) -> bytes:
    """The workbook in which somebody has typed: by the deal's number (as its hidden column has it, ``new`` for the first
    free row), by heading, the cell.
    """
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[1]
    heads, wanted = columns_of(data), dict(changes)
    for row in sheet.iter_rows(min_row=2):
        for heading, value in wanted.pop(str(row[heads["_id"] - 1].value or "new"), {}).items():
            cell = row[heads[heading] - 1]
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    room = io.BytesIO()
    book.save(room)
    return room.getvalue()


def saved_as(data: bytes, form: Form) -> bytes:
    """The funnel as another program saves it."""
    if form == "xlsx":
        return data
    rows: list[tuple[Any, ...]] = [row for row in funnel(data).iter_rows(values_only=True) if any(row)]
    if form == "ods":
        return ods_sheet([[one.date() if isinstance(one, datetime) else one for one in row] for row in rows])
    room = io.StringIO(newline="")
    russian = form == "csv of Russian Excel"
    writer = csv.writer(room, delimiter=";" if russian else ",", lineterminator="\r\n")
    writer.writerows([_typed(cell, russian=russian) for cell in row] for row in rows)
    return room.getvalue().encode("utf-8-sig")


def _typed(cell: object, *, russian: bool) -> str:
    """A cell as Excel writes it into a text: slashed days, and money by the sheet's format."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.strftime("%d.%m.%Y") if russian else f"{cell.month}/{cell.day}/{cell.year}"
    if isinstance(cell, float):
        return f"{cell:.2f}".replace(".", "," if russian else ".")
    return str(cell)


def weighed(data: bytes, viewer: Actor, name: str = "presale.xlsx", at: datetime = TUESDAY) -> Weighed:
    """The table judged as an import does it."""
    with translation.override("ru"):
        rows = main_sheet(here(data, name)).rows
        table = understood([row.cells for row in rows])
        assert table.header is not None
        columns = {guess.column: guess.field for guess in table.guesses}
        return weigh_table(
            [(row.number, row.cells) for row in rows[table.header + 1 :]], columns, viewer=viewer, at=at
        )


def taken(data: bytes, actor: Actor, decided: Any = None, at: datetime = TUESDAY) -> TakenIn:
    """The table taken in."""
    with translation.override("ru"):
        return take_table(
            weighed(data, actor, at=at), name="presale.xlsx", actor=actor, at=at, decided=decided
        )


def row_of(table: Weighed, deal_id: int) -> TableRow:
    """The row of a deal."""
    return next(one for one in table.rows if one.deal is not None and one.deal.deal.id == deal_id)


def told(row: TableRow) -> dict[str, str]:
    """What becomes of the cells that differ, by field."""
    return {cell.field: cell.verdict for cell in row.cells}


def cell_of(row: TableRow, field: str) -> TableCell:
    """One of them."""
    return next(cell for cell in row.cells if cell.field == field)


def mark(deal_id: int) -> str:
    """How the hidden column calls a deal."""
    year, serial = Deal.objects.values_list("year", "serial").get(pk=deal_id)
    return f"{year}-{serial:04d}"


def everything(model: type) -> Sequence[tuple[Any, ...]]:
    """All rows of a table."""
    return [*model.objects.order_by("pk").values_list()]  # type: ignore[attr-defined]
