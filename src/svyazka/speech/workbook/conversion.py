"""Conversion by month of receipt and by source, all of it live; the product's own formulas (glossary, figures)."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from svyazka.speech.workbook.book import GREEN, MUTED, OLDEST, ROPE, Book, letter
from svyazka.speech.workbook.cohorts import MONTHS, Cohort, cohort, first_month, month_after, received_in
from svyazka.speech.workbook.contents import SOURCES, Contents
from svyazka.speech.workbook.counting import Figures, outcome_heads, status
from svyazka.speech.workbook.lists import lists_title, usual_sources
from svyazka.speech.workbook.standing import draw_months, write_stages

_MARKS: Final = 11
"""Column of the first mark."""
_TOP, _MONTHS, _CHARTS, _STAGES = 3, 6, 20, 39
"""Rows: the first month and the marks, the first month's figures, the charts, the stages' headings."""
_REAL: Final = "(FunnelStatus<>{duplicate})*(FunnelStatus<>{spam})"


def conversion_title() -> str:
    """The sheet's name."""
    return pgettext("workbook", "Conversion")


class Conversion:
    """Writes the sheet from top to bottom."""

    def __init__(self, book: Book, contents: Contents) -> None:
        self._book, self._contents = book, contents
        self._sheet = book.sheet(conversion_title(), GREEN)
        self._figures = Figures(book, self._sheet)
        self._marks = tuple(contents.marks())
        self._first = first_month(contents)

    def write(self) -> None:
        """Title, months, charts, stages, sources."""
        sheet = self._sheet
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, _MARKS + 3, 12)
        sheet.freeze_panes(2, 1)
        sheet.write_string(0, 0, _("Conversion from request to contract"), self._book.format(bold=True, font_size=14))  # fmt: skip
        sheet.write_string(1, 0, _("Contracts won ÷ (requests received − duplicates − spam). “From” and “to” are Wilson’s 95-percent interval: while requests are few it is wide, and it is too early to judge."), self._book.format(font_color=MUTED))  # fmt: skip
        self._typed()
        self._by_month()
        draw_months(self._book, self._sheet, conversion_title(), months=(_MONTHS, MONTHS), marks=(_MARKS, len(self._marks)), at=_CHARTS)  # fmt: skip
        below = write_stages(self._figures, self._contents, conversion_title(), top=_STAGES, chart_at=_CHARTS)
        self._by_source(below + 2)

    def _typed(self) -> None:
        """What people may change: the first month and the marks."""
        sheet, top, edge = self._sheet, _TOP, {"border": 1, "border_color": ROPE}
        sheet.write_string(top, 0, _("First month: any day of it"), self._book.format(bold=True))
        form = self._book.format(num_format=14, align="left", **edge)
        sheet.write_datetime(top, 1, self._first, form)
        sheet.data_validation(top, 1, top, 1, {"validate": "date", "criteria": ">=", "value": OLDEST})
        self._book.name("FirstMonth", f"'{conversion_title()}'!$B${top + 1}")
        for place, mark in enumerate(self._marks, _MARKS):
            sheet.write_number(top, place, mark, self._book.format(num_format="0%", align="center", **edge))

    def _by_month(self) -> None:
        marks = (
            pgettext("mark", "Usual, from"), pgettext("mark", "Usual, to"), pgettext("mark", "Good"), pgettext("mark", "Best known"),
        )  # fmt: skip
        figures, last = self._figures, _MONTHS + MONTHS
        figures.heads(_MONTHS - 1, (_("Month of receipt"), *outcome_heads(), *marks[: len(self._marks)]))
        for number in range(MONTHS):
            row, month = _MONTHS + number, month_after(self._first, number)
            start = f"EDATE($A{row},1)" if number else "DATE(YEAR(FirstMonth),MONTH(FirstMonth),1)"
            figures.formula(row, 0, start, month, "month")
            figures.outcomes(row, _of_month(row + 1), cohort(received_in(self._contents, month)))
            for place, mark in enumerate(self._marks, _MARKS):
                figures.formula(row, place, f"{letter(place)}${_TOP + 1}", mark, "share")
        self._sheet.write_string(last, 0, _("All twelve months"), figures.form("name"))
        total = {key: f"SUM({of}{_MONTHS + 1}:{of}{last})" for key, of in _COLUMNS.items()}
        figures.outcomes(last, total, cohort(received_in(self._contents, self._first, MONTHS)))

    def _by_source(self, top: int) -> None:
        """The same twelve months by source; what is none of the list stands below."""
        figures = Figures(self._book, self._sheet, shaded=False)
        begin, rest = top + 1, top + 1 + SOURCES
        rule = {
            "type": "formula",
            "criteria": f'=$A{begin + 1}<>""',
            "format": self._book.shade("worked_out"),
        }
        self._sheet.conditional_format(begin, 0, rest, 10, rule)
        figures.heads(top, (_("Source, the twelve months"), *outcome_heads()))
        lines = received_in(self._contents, self._first, MONTHS)
        sources = (self._contents.sources or usual_sources())[:SOURCES]
        for number in range(SOURCES):
            row, name = begin + number, sources[number] if number < len(sources) else ""
            cell = f"'{lists_title()}'!$B${number + 2}"
            figures.formula(row, 0, f'IF({cell}="","",{cell})', name, "name")
            mine = [line for line in lines if line.source.casefold() == name.casefold()]
            figures.outcomes(row, _of_source(row + 1), cohort(mine) if name else None)
        named = {name.casefold() for name in sources}
        others: Cohort = cohort(line for line in lines if line.source.casefold() not in named)
        self._sheet.write_string(rest, 0, _("Another source, or none"), figures.form("name"))
        total = _MONTHS + MONTHS + 1
        figures.outcomes(
            rest,
            {key: f"{of}{total}-SUM({of}{begin + 1}:{of}{rest})" for key, of in _COLUMNS.items()},
            others,
        )


_COLUMNS: Final = {"received": "B", "won": "C", "lost": "D", "declined": "E", "roubles": "K"}


def _of_month(row: int) -> dict[str, str]:
    """What was received in the month of this row."""
    month = f'FunnelReceived,">="&$A{row},FunnelReceived,"<"&EDATE($A{row},1)'
    of = {
        code: f"COUNTIFS({month},FunnelStatus,{status(code)})"
        for code in ("won", "lost", "declined", "duplicate", "spam")
    }
    return of | {
        "received": f"COUNTIFS({month})-{of['duplicate']}-{of['spam']}",
        "roubles": f"SUMIFS(FunnelSum,{month},FunnelStatus,{status('won')})",
    }


def _of_source(row: int) -> dict[str, str]:
    """What came from the source of this row; compared as a whole, for COUNTIFS would take * and ? in a name for patterns."""
    period = f"(FunnelReceived>=$A${_MONTHS + 1})*(FunnelReceived<EDATE($A${_MONTHS + MONTHS},1))"
    mine = f"(FunnelSource=$A{row})*{period}"
    real = _REAL.format(duplicate=status("duplicate"), spam=status("spam"))
    won = f"{mine}*(FunnelStatus={status('won')})"
    said = {
        "received": f"SUMPRODUCT({mine}*{real})",
        "won": f"SUMPRODUCT({won})",
        "lost": f"SUMPRODUCT({mine}*(FunnelStatus={status('lost')}))",
        "declined": f"SUMPRODUCT({mine}*(FunnelStatus={status('declined')}))",
        "roubles": f"SUMPRODUCT({won},FunnelSum)",
    }
    return {key: f'IF($A{row}="","",{formula})' for key, formula in said.items()}
