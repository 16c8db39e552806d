"""What the drop-downs offer, and the working days. People, sources and holidays are meant to be changed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from svyazka.speech.refusals import STATUSES
from svyazka.speech.workbook.book import MUTED, OLDEST, Book, Cell, letter, put, shown
from svyazka.speech.workbook.contents import PEOPLE, SOURCES, Contents

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_HOLIDAYS: Final = 40
"""Room for holidays beyond those of the calendar: a year more of them."""
_FIRST: Final = 1
_A_DAY: Final = {"validate": "date", "criteria": ">=", "value": OLDEST}
_WIDTHS: Final = (28, 24, 16, 48, 15, 15, 15)


def lists_title() -> str:
    """The sheet's name."""
    return pgettext("workbook", "Lists")


def usual_sources() -> tuple[str, ...]:
    """Sources to begin with."""
    return (
        pgettext("source in a sheet", "website"), pgettext("source in a sheet", "call"),
        pgettext("source in a sheet", "recommendation"), pgettext("source in a sheet", "partner"),
        pgettext("source in a sheet", "client of ours"), pgettext("source in a sheet", "event"),
    )  # fmt: skip


def write_lists(book: Book, contents: Contents) -> None:
    """The sheet, with a name for each list."""
    sheet = book.sheet(lists_title(), MUTED)
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 44)
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)

    def place_list(place: int, head: str, cells: Sequence[Cell], room: int, *, kind: str = "text", typed: bool) -> str:  # fmt: skip
        sheet.write_string(0, place, head, book.heading(worked_out=not typed))
        form = book.kind(kind)
        for row, cell in enumerate(cells[:room], _FIRST):
            put(sheet, row, place, cell, form)
        of = letter(place)
        return f"'{lists_title()}'!${of}$2:${of}${room + 1}"

    sources = contents.sources or usual_sources()
    people = place_list(0, _("People: one a line, as you call them"), contents.people, max(PEOPLE, len(contents.people)), typed=True)  # fmt: skip
    places = place_list(1, _("Sources of requests"), sources, SOURCES, typed=True)
    book.name("People", _filled(people))
    book.name("Sources", _filled(places))
    statuses = [str(word) for word in STATUSES.values()]
    book.name("Statuses", place_list(2, _("Statuses"), statuses, len(statuses), typed=False))
    book.name("Reasons", place_list(3, _("Reasons of the process"), contents.reasons, len(contents.reasons), typed=False))  # fmt: skip
    days = {
        "Holidays": (4, _("Weekdays off"), contents.holidays),
        "WorkingWeekends": (5, _("Working Saturdays and Sundays"), contents.working_weekends),
    }
    for name, (place, head, found) in days.items():
        book.name(name, place_list(place, head, found, len(found) + _HOLIDAYS, kind="date", typed=True))
        sheet.data_validation(1, place, len(found) + _HOLIDAYS, place, _A_DAY)
    _working_days(book, sheet, contents)


def _filled(cells: str) -> str:
    """The cells from the first to the last that is filled, so that a drop-down shows no empty ones."""
    first = cells.partition(":")[0]
    return f"OFFSET({first},0,0,MAX(1,COUNTA({cells})),1)"


def _working_days(book: Book, sheet: "Worksheet", contents: Contents) -> None:
    """Each the next after the one above: a weekday that is no holiday, or a weekend's day on which people work."""
    place, days = 6, contents.working_days
    sheet.set_column(place, place, _WIDTHS[place], None, {"hidden": True})  # only formulas read it
    sheet.write_string(0, place, _("Working days, worked out"), book.heading(worked_out=True))
    form = book.kind("date", worked_out=True)
    put(sheet, _FIRST, place, days[0], form)
    of = letter(place)
    for row, day in enumerate(days[1:], _FIRST + 1):
        above = f"{of}{row}"
        weekday = f"WORKDAY({above},1,Holidays)"
        weekend = f'SMALL(WorkingWeekends,COUNTIF(WorkingWeekends,"<="&{above})+1)'
        formula = f"=MIN({weekday},IFERROR({weekend},{weekday}))"
        sheet.write_formula(row, place, formula, form, shown(day))
    book.name("WorkingDays", f"'{lists_title()}'!${of}$2:${of}${len(days) + 1}")
