"""What a table that is brought in is told of: its fields, what stands in the way of a row, why a file can't be read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from svyazka.engine.identity import readable_phones
from svyazka.engine.importing.fields import FIELDS as FIELD_KINDS
from svyazka.engine.importing.values import text_of
from svyazka.engine.process import Process
from svyazka.presale.imports.deciding import Fault, Verdict
from svyazka.presale.imports.reading.values import Cell
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import current_process
from svyazka.speech.process_words import say_reason
from svyazka.speech.refusals import STATUSES, say_code
from svyazka.speech.tables import Column, Table
from svyazka.speech.times import day, money, viewer_language

Words = str | Promise

FIELDS: Final[Mapping[str, Words]] = {
    "_id": pgettext_lazy("table", "Row"),
    "number": pgettext_lazy("table", "Number"),
    "received": pgettext_lazy("table", "Received"),
    "client": pgettext_lazy("table", "Client"),
    "inn": pgettext_lazy("table", "INN"),
    "contact": pgettext_lazy("table", "Contact"),
    "duty": pgettext_lazy("table", "Job title"),
    "phone": pgettext_lazy("table", "Phone"),
    "email": pgettext_lazy("table", "E-mail"),
    "request": pgettext_lazy("table", "Request in the client’s words"),
    "source": pgettext_lazy("table", "Source"),
    "author": pgettext_lazy("table", "Brought by"),
    "manager": pgettext_lazy("table", "Manager"),
    "expert": pgettext_lazy("table", "Expert"),
    "stage": pgettext_lazy("table", "Stage"),
    "stage_since": pgettext_lazy("table", "In the stage since"),
    "status": pgettext_lazy("table", "Outcome"),
    "reason": pgettext_lazy("table", "Reason"),
    "evidence": pgettext_lazy("table", "What shows the reason"),
    "next_step": pgettext_lazy("table", "Next step"),
    "performer": pgettext_lazy("table", "Who"),
    "due": pgettext_lazy("table", "By"),
    "contract_number": pgettext_lazy("table", "Contract number"),
    "contract_date": pgettext_lazy("table", "Contract date"),
    "contract_sum": pgettext_lazy("table", "Contract sum"),
    "budget": pgettext_lazy("table", "Budget"),
    "lines": pgettext_lazy("table", "Lines of business"),
    "headcount": pgettext_lazy("table", "Headcount"),
    "note": pgettext_lazy("table", "Note"),
}
"""Fields as the heads of columns say them."""

FAULTS: Final[Mapping[str, Words]] = {
    "formula_error": gettext_lazy("the formula has failed"),
    "too_long": gettext_lazy("too long"),
    "wrong_type": gettext_lazy("not what belongs here"),
    "ambiguous_date": gettext_lazy("may be two different days"),
    "no_such_day": gettext_lazy("there is no such day"),
    "no_year": gettext_lazy("the year is missing"),
    "day_out_of_range": gettext_lazy("before 1900 or after 2100"),
    "not_a_day": gettext_lazy("not a date"),
    "ambiguous_number": gettext_lazy("may be two different sums"),
    "foreign_money": gettext_lazy("not in roubles"),
    "negative": gettext_lazy("less than nothing"),
    "too_large": gettext_lazy("too large a sum"),
    "not_money": gettext_lazy("not a sum"),
    "not_whole": gettext_lazy("not a whole number"),
    "not_a_number": gettext_lazy("not a number"),
    "bad_inn": gettext_lazy("no INN has these check digits"),
    "bad_phone": gettext_lazy("not a phone number in use"),
    "bad_email": gettext_lazy("not an e-mail address"),
    "close_choice": gettext_lazy("not on the list, but much like something on it"),
    "ambiguous_choice": gettext_lazy("several on the list are called so"),
    "unknown_choice": gettext_lazy("not on the list"),
    "several_people": gettext_lazy("several people are called so"),
    "two_names": gettext_lazy("more than one person is named"),
    "close_person": gettext_lazy("nobody is called so, but somebody much like it"),
    "unknown_person": gettext_lazy("nobody here is called so"),
    "unknown_row": gettext_lazy("no deal of ours has this mark"),
    "row_twice": gettext_lazy("two rows bear this mark"),
    "not_counted": gettext_lazy("duplicates and spam stay where they are"),
    "required": gettext_lazy("missing"),
    "in_the_future": gettext_lazy("the day has not come yet"),
    "seat_refused": gettext_lazy("this person doesn’t have this role"),
    "shown_only": gettext_lazy("only shown in the table, nobody changes it there"),
    "not_taken_along": gettext_lazy("this copy was made without it, so nobody knows what it replaces"),
    "not_seen": gettext_lazy("you have no access to this on the deal"),
}
"""What is wrong with a cell, by code, in small letters."""

FILES: Final[Mapping[str, Words]] = {
    "too_large": gettext_lazy("The file is larger than %(limit_mb)s MB."),
    "too_many_rows": gettext_lazy("The table has more than %(limit)s rows. Split it."),
    "too_many_columns": gettext_lazy(
        "The table has more than %(limit)s columns. Leave in what belongs to requests."
    ),
    "cell_too_long": gettext_lazy("A cell holds more than %(limit)s characters."),
    "no_rows": gettext_lazy("There are no rows in the file; hidden sheets don’t count."),
    "not_a_table": gettext_lazy("This is no table. An Excel or OpenDocument workbook can be read, or CSV."),
    "encrypted": gettext_lazy("The file is locked by a password. Save it without one."),
    "broken": gettext_lazy("The file is damaged. Open it, save it anew and try again."),
    "bomb": gettext_lazy("The file unpacks to far more than it should, so it isn’t read."),
    "took_too_long": gettext_lazy("Reading the file took too long. Split it, or save it anew."),
}
"""Why a file can't be read, by the code of its refusal."""


def say_field(field: str) -> str:
    """The field as the head of a column says it."""
    return str(FIELDS.get(field, field))


def say_fault(fault: Fault) -> str:
    """What is wrong with a cell, what stands there, and what it may mean: «Менеджер: „Сидоров“ — такого сотрудника нет»."""
    words = str(FAULTS.get(fault.code, fault.code))
    if fault.said:
        words = _("“%(said)s” — %(words)s") % {"said": fault.said[:80], "words": words}
    meant = ", ".join(say_value(fault.field, one) for one in fault.candidates)
    if meant:
        words = _("%(words)s (%(meant)s?)") % {"words": words, "meant": meant}
    return f"{say_field(fault.field)}: {words}"


def say_left_out(verdict: Verdict) -> str:
    """Why a row doesn't come in; empty for one that does."""
    if verdict.faults:
        return "; ".join(map(say_fault, verdict.faults))
    if verdict.deals:
        return _("this request is here already")
    if verdict.first:
        return _("the same request as in row %(row)s") % {"row": verdict.first}
    return ""


def say_why() -> str:
    """The head of the column that tells it."""
    return _("Why the row was left out")


def say_value(field: str, value: object, process: Process | None = None) -> str:
    """A value of a cell as people read it; a dash for none.

    :param process: the version whose names are meant, by default the one in force
    """
    match value:
        case None:
            return "—"
        case date():
            return _say_day(value)
        case Decimal():
            return money(value)
        case int() if FIELD_KINDS.get(field) == "person":
            return directory().name(value)
    return (
        readable_phones(str(value))
        if field == "phone"
        else _of_a_list(field, str(value), process or current_process()[1])
    )


def _say_day(value: date) -> str:
    """A day of a table; with the hour where it says one. No table knows a time zone, so that it is shown as it stands there."""
    if not isinstance(value, datetime):
        return day(value)
    return f"{day(value.date())}, {value:%H:%M}" if value.time() != time() else day(value.date())


def _of_a_list(field: str, key: str, process: Process) -> str:
    """What a key is called; a text that is no key stays what it is."""
    language = viewer_language()
    if field == "stage":
        return next((one.name.say(language) for one in process.stages if one.key == key), key)
    if field == "reason":
        return say_reason(key, process, language)
    return str(STATUSES.get(key, key)) if field == "status" else key


def say_cell(cell: Cell) -> str:
    """What stands in a cell, as a spreadsheet shows it."""
    return _say_day(cell) if isinstance(cell, date) else text_of(cell)


WARNINGS: Final[Mapping[str, Words]] = {
    "merged_cells": gettext_lazy(
        "Cells were merged: their value stands in the first of them, the others are empty."
    ),
    "error_cells": gettext_lazy("Some formulas have failed in the file: their cells are empty here."),
    "uncalculated": gettext_lazy(
        "Some formulas were never calculated: open the file in a spreadsheet, save it and hand it in again."
    ),
    "macros": gettext_lazy("There are macros in the file. None of them was run or kept."),
}
"""What is worth knowing of a file that could be read."""

_FAILURES: Final[Mapping[str, Words]] = {
    "died": gettext_lazy(
        "The work on this table has broken off several times. Split the table, or bring it in at the console."
    ),
    "failed": gettext_lazy(
        "Something went wrong on our side; nothing was brought in. Try again, or tell an administrator."
    ),
}


def say_failure(code: str) -> str:
    """Why the work on a table came to nothing, by the code of its refusal or ours."""
    return str(_FAILURES.get(code) or say_code(code, {}))


def left_out_table(title: str, heads: Sequence[str], rows: Iterable[tuple[Sequence[Cell], str]]) -> Table:
    """Rows that were left out as they came, and why in the last column: mended there, they may come again.

    :param rows: cells, and why they were left out
    """
    columns = [*(head or " " for head in heads), say_why()]
    lines = [
        (*(text_of(cell) if isinstance(cell, bool) else cell for cell in cells), why) for cells, why in rows
    ]
    return Table(title, tuple(map(Column, columns)), lines)
