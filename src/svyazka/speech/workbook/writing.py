"""The whole workbook, sheet by sheet."""

import io
import json
from typing import Final

from django.utils import translation

from svyazka.speech.workbook.book import Book
from svyazka.speech.workbook.contents import Contents
from svyazka.speech.workbook.conversion import Conversion
from svyazka.speech.workbook.funnel import write_funnel
from svyazka.speech.workbook.guide import write_guide
from svyazka.speech.workbook.lists import write_lists
from svyazka.speech.workbook.promises import write_promises
from svyazka.speech.workbook.rules import Rules

FORMAT: Final = "svyazka-workbook"
SCHEMA: Final = 1
"""Raised when columns change so that an older reader would misread them."""
META: Final = "_meta"
_SETTINGS: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_workbook(contents: Contents) -> bytes:
    """The workbook in the language of the contents."""
    import xlsxwriter  # only where somebody takes one along

    room = io.BytesIO()
    with translation.override(contents.language), xlsxwriter.Workbook(room, _SETTINGS) as made:
        book = Book(made)
        made.set_properties({"title": contents.process.name.say(contents.language)[:255]})
        made.set_calc_mode("auto")
        write_guide(book, contents)
        funnel = write_funnel(book, contents)
        promises = write_promises(book, contents)
        Rules(book, contents).write()
        Conversion(book, contents).write()
        write_lists(book, contents)
        sheets = {"funnel": (funnel.title, [column.key for column in funnel.columns])}
        sheets["promises"] = (promises.title, [column.key for column in promises.columns])
        _write_meta(book, contents, sheets)
        made.worksheets()[1 if contents.deals else 0].activate()
    return room.getvalue()


def _write_meta(book: Book, contents: Contents, sheets: dict[str, tuple[str, list[str]]]) -> None:
    """What a program that reads the workbook later needs to know; nobody sees it."""
    sheet = book.book.add_worksheet(META)
    facts: dict[str, str | int] = {
        "format": FORMAT,
        "schema": SCHEMA,
        "export": contents.export_id,
        "exported_at": contents.exported_at,
        "language": contents.language,
        "zone": contents.calendar.zone,
        "process": contents.process.key,
        "process_version": contents.process_number,
        "stages": json.dumps({stage.key: stage.name.say(contents.language) for stage in contents.process.stages}, ensure_ascii=False),
    }  # fmt: skip
    for key, (title, columns) in sheets.items():
        facts |= {f"{key}.sheet": title, f"{key}.columns": ",".join(columns)}
    for row, (key, value) in enumerate(facts.items()):
        sheet.write_string(row, 0, key)
        sheet.write(row, 1, value)
    sheet.very_hidden()
