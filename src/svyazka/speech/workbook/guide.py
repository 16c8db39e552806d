"""The first sheet: for whom the workbook is, five steps, what the colours say."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from svyazka.speech.times import day
from svyazka.speech.workbook.book import ROPE, SHADES, Book, height
from svyazka.speech.workbook.contents import Contents

_WIDE: Final = 104
_LETTERS: Final = 118
"""That stand in a line of it."""


def guide_title() -> str:
    """The sheet's name."""
    return pgettext("workbook", "How to use it")


def write_guide(book: Book, contents: Contents) -> None:
    """The sheet."""
    sheet = book.sheet(guide_title(), ROPE)
    sheet.hide_gridlines(2)
    sheet.fit_to_pages(1, 1)
    sheet.set_column(0, 0, 5)
    sheet.set_column(1, 1, _WIDE)
    title = contents.process.name.say(contents.language)
    sheet.write_string(0, 0, title, book.format(bold=True, font_size=20, font_color=ROPE))
    sheet.write_string(1, 0, _from(contents), book.format(font_color="#5F6B73"))
    sheet.set_row(0, 32)
    row = 3
    text, head = book.format(text_wrap=True, font_size=11), book.format(bold=True, font_size=13)
    number = book.format(bold=True, font_size=13, font_color=ROPE, align="center")
    sheet.write_string(row, 0, _("For whom"), head)
    sheet.write_string(row + 1, 1, _whom(), text)
    sheet.set_row(row + 1, height([(_whom(), _LETTERS)], line=17))
    row += 3
    sheet.write_string(row, 0, _("Five steps"), head)
    for place, step in enumerate(_steps(), 1):
        sheet.write_number(row + place, 0, place, number)
        sheet.write_string(row + place, 1, step, text)
        sheet.set_row(row + place, height([(step, _LETTERS)], line=17))
    row += len(_steps()) + 2
    sheet.write_string(row, 0, _("What the colours say"), head)
    for place, (shade, words) in enumerate(_colours().items(), 1):
        sheet.write_string(row + place, 0, "●", book.format(align="center", **SHADES[shade]))
        sheet.write_string(row + place, 1, words, text)
    row += len(_colours()) + 2
    sheet.write_string(row, 0, _("Good to know"), head)
    for place, words in enumerate(_notes(contents), 1):
        sheet.write_string(row + place, 0, "–", book.format(align="center"))
        sheet.write_string(row + place, 1, words, text)
        sheet.set_row(row + place, height([(words, _LETTERS)], line=17))


def _from(contents: Contents) -> str:
    said = _("Version %(number)s of the process, %(day)s") % {
        "number": contents.process_number, "day": day(contents.today),
    }  # fmt: skip
    return " · ".join(filter(None, (contents.workspace, said)))


def _whom() -> str:
    return _(
        "For a team that leads requests to contracts and has no system for it yet. One file in a shared folder is enough: "
        "everybody sees the same, each request has a next step with one name and one date."
    )


def _steps() -> tuple[str, ...]:
    return (
        _("Write the names of your people and your sources into the sheet “Lists”. That is all there is to set up."),
        _("Write each request into the “Funnel” on the day it comes: client, the request in their words, who brought it. One row a request."),
        _("Give each request a stage, a next step, one person and a due date. When the stage changes, choose the new one and put in today’s date."),
        _("What somebody has promised goes into “Commitments”: one performer, one result, one date, and a controller who is somebody else."),
        _("Once a week go through the red rows together, six minutes a client; once a month look at “Conversion”."),
    )  # fmt: skip


def _colours() -> dict[str, str]:
    return {
        "red": _(
            "Too late: the due date has passed, or the request stays in its stage longer than its limit."
        ),
        "yellow": _("Due today, or something is missing: the last column of the funnel says what."),
        "green": _("Kept; won."),
        "grey": _("Over: it needs no more work."),
        "worked_out": _("Columns with a grey heading work themselves out. Type into those with a green one."),
    }


def _notes(contents: Contents) -> tuple[str, ...]:
    zone = contents.calendar.zone
    year = contents.until.year
    notes = [
        _("Days are working days of the production calendar to the end of %(year)s. Days off that are moved later go into “Lists”: write them in, and everything follows.") % {"year": year},
        _("Limits and terms are changed in “Stages and terms”, in the last column. Dates are those of the zone %(zone)s.") % {"zone": zone},
        _("Duplicates and spam stay in the funnel with that status; they count nowhere."),
        _("When the rows run out, insert new ones above the last and copy a whole row over them. Keep the headings as they are: by them the table is read when it moves into Svyazka."),
    ]  # fmt: skip
    if contents.left_off:
        notes.append(
            ngettext(
                "%(num)d older request is not in here.",
                "%(num)d older requests are not in here.",
                contents.left_off,
            )
            % {"num": contents.left_off}
        )
    return tuple(notes)
