"""The written process on one sheet: stages with their results and limits, the checks of leaving each, the terms. Formulas read it."""

from collections.abc import Iterable, Sequence
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from svyazka.engine.process import Term
from svyazka.speech.process_told import Words
from svyazka.speech.process_words import capital
from svyazka.speech.workbook.book import MUTED, Book, Cell, height, put
from svyazka.speech.workbook.contents import Contents, limit_days, term_days

_WIDTHS: Final = (26, 44, 48, 22, 22, 16, 12)
_SHADES: Final = {"stop": "red", "warn": "yellow", "observe": "grey"}


def rules_title() -> str:
    """The sheet's name."""
    return pgettext("workbook", "Stages and terms")


class Rules:
    """Writes one table under the other."""

    def __init__(self, book: Book, contents: Contents) -> None:
        self._book, self._contents = book, contents
        self._words = Words(contents.process, contents.language)
        self._sheet = book.sheet(rules_title(), MUTED)
        self._row = 0
        for place, width in enumerate(_WIDTHS):
            self._sheet.set_column(place, place, width)

    def write(self) -> None:
        """All three tables."""
        self._stages()
        self._checks()
        self._terms()

    def _stages(self) -> None:
        say, role = self._words.say, self._words.role
        self._title(_("Stages: by what each is over, and how long it may take"))
        rows = [
            (
                say(stage.name), say(stage.goal), say(stage.result), capital(role(stage.accountable)),
                self._words.span(stage.limit), limit_days(stage),
            )
            for stage in self._contents.process.stages
        ]  # fmt: skip
        heads = (
            pgettext("workbook", "Stage"), _("Why it is there"), _("Expected result"), _("Accountable"), _("Limit"),
            _("Limit, days"),
        )  # fmt: skip
        first, last = self._table(heads, rows, typed=5)
        for name, column in (("Stages", "A"), ("StageResults", "C"), ("StageLimits", "F")):
            self._book.name(name, f"'{rules_title()}'!${column}${first}:${column}${last}")

    def _checks(self) -> None:
        words = self._words
        self._title(_("What must hold to leave a stage"))
        rows = [
            (
                words.say(stage.name), words.say(check.text), words.say(check.why), capital(words.strength(check.strength)),
                capital(words.proof(check)),
            )
            for stage in self._contents.process.stages
            for check in stage.checks
        ]  # fmt: skip
        heads = (
            pgettext("workbook", "Stage"),
            pgettext("workbook", "Check"),
            pgettext("check", "Why"),
            _("Strength"),
            _("Whose word"),
        )
        first, last = self._table(heads, rows)
        for code, shade in _SHADES.items():
            said = capital(words.strength(code)).replace('"', '""')
            rule = {"type": "formula", "criteria": f'=$D{first}="{said}"', "format": self._book.shade(shade)}  # fmt: skip
            self._sheet.conditional_format(first - 1, 3, last - 1, 3, rule)

    def _terms(self) -> None:
        self._title(_("Terms: who owes what by when; of working time"))
        heads = (
            _("Begins when"), _("What is owed"), _("Is kept when"), _("Who owes it"), pgettext("workbook", "Due"), _("At the latest"),
            _("Days in this workbook"),
        )  # fmt: skip
        first, last = self._table(heads, [self._term(term) for term in self._contents.process.terms], typed=6)
        for name, column in (("Terms", "B"), ("TermDays", "G")):
            self._book.name(name, f"'{rules_title()}'!${column}${first}:${column}${last}")

    def _term(self, term: Term) -> tuple[Cell, ...]:
        words = self._words
        hard = words.span(term.hard) if term.hard else ""
        days = term_days(term)
        return (
            capital(words.event(term.opens)), words.say(term.text), capital(words.event(term.closes)), capital(words.role(term.owes)),
            words.due(term.due), hard, "—" if days is None else days,
        )  # fmt: skip

    def _title(self, text: str) -> None:
        self._row += 1 if self._row else 0
        self._sheet.set_row(self._row, 22)
        self._sheet.write_string(self._row, 0, text, self._book.format(bold=True, font_size=13))
        self._row += 1

    def _table(
        self, heads: Sequence[str], rows: Iterable[Sequence[Cell]], typed: int | None = None
    ) -> tuple[int, int]:
        """Headings and rows; gives the first and the last row as formulas count them. ``typed``: the column that people may change."""
        for place, head in enumerate(heads):
            self._sheet.write_string(self._row, place, head, self._book.heading(worked_out=place != typed))
        self._sheet.set_row(self._row, height(zip(heads, _WIDTHS, strict=False), least=2))
        first = self._row + 2
        wrapped = self._book.format(text_wrap=True, bottom=1, bottom_color="#E4E1DA")
        figure = self._book.format(align="center", bottom=1, bottom_color="#E4E1DA")
        for row in rows:
            self._row += 1
            self._sheet.set_row(self._row, height(zip(row, _WIDTHS, strict=False)))
            for place, cell in enumerate(row):
                form = figure if place == typed else wrapped
                self._sheet.write_blank(
                    self._row, place, None, form
                )  # the line runs through empty cells as well
                put(self._sheet, self._row, place, cell, form)
        self._row += 1
        return first, self._row
