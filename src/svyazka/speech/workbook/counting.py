"""A sheet of figures: headings, formulas with their values, and a row of what became of some requests."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import pgettext

from svyazka.engine.figures import Outcomes
from svyazka.speech.refusals import STATUSES
from svyazka.speech.workbook.book import FILL, Book, Cell, quoted, shown
from svyazka.speech.workbook.cohorts import Cohort

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

Z: Final = 1.959963984540054
"""The normal quantile of 95 %, both sides together."""
_FORMS: Final[Mapping[str, Mapping[str, Any]]] = {
    "count": {"num_format": "0", "align": "center"},
    "share": {"num_format": "0.0%", "align": "center"},
    "money": {"num_format": "#,##0_-"},
    "name": {"bold": True},
    "month": {"num_format": "mmm yyyy", "align": "left", "bold": True},
}


def outcome_heads() -> tuple[str, ...]:
    """What stands above a row of outcomes."""
    return (
        pgettext("sheet of figures", "Received"), pgettext("sheet of figures", "Won"), pgettext("sheet of figures", "Lost"),
        pgettext("sheet of figures", "Declined"), pgettext("sheet of figures", "Open"), pgettext("sheet of figures", "Conversion"),
        pgettext("sheet of figures", "from"), pgettext("sheet of figures", "to"), pgettext("sheet of figures", "If all open are won"),
        pgettext("sheet of figures", "Contracts, roubles"),
    )  # fmt: skip


def status(code: str) -> str:
    """A status as formulas spell it."""
    return quoted(str(STATUSES[code]))


class Figures:
    """Writes figures into one sheet; rows and columns count from 0. ``shaded``: on the grey of what works itself out."""

    def __init__(self, book: Book, sheet: "Worksheet", *, shaded: bool = True) -> None:
        self.book, self.sheet = book, sheet
        self._fill = {"bg_color": FILL} if shaded else {}

    def heads(self, row: int, heads: Sequence[str]) -> None:
        """Headings of a table."""
        self.sheet.set_row(row, 44)
        for place, head in enumerate(heads):
            self.sheet.write_string(row, place, head, self.book.heading(worked_out=True))

    def formula(self, row: int, place: int, formula: str, value: Cell, form: str = "count") -> None:
        """A formula with the value that it has today."""
        self.sheet.write_formula(row, place, f"={formula}", self.form(form), shown(value))

    def form(self, name: str) -> Any:
        """The format of a figure, a name or a month."""
        return self.book.format(**self._fill, **_FORMS[name])

    def outcomes(self, row: int, formulas: Mapping[str, str], of: Cohort | None) -> None:
        """Received, won, lost, declined, open, the conversion with Wilson's interval, the most that it may be, roubles.

        :param formulas: of ``received``, ``won``, ``lost``, ``declined`` and ``roubles``; an empty text hides the row
        :param of: the values; None for a row that shows nothing
        """
        r, outcomes = row + 1, of.outcomes if of else None
        for place, key in enumerate(("received", "won", "lost", "declined"), 1):
            self.formula(row, place, formulas[key], getattr(outcomes, key) if outcomes else None)
        self.formula(row, 5, f'IF(B{r}="","",B{r}-C{r}-D{r}-E{r})', outcomes.open if outcomes else None)
        self._shares(row, outcomes)
        self.formula(row, 10, formulas["roubles"], of.roubles if of else None, "money")

    def _shares(self, row: int, outcomes: Outcomes | None) -> None:
        """Wilson's interval as in ``engine.intervals.wilson``: at both ends exactly 0 and 1."""
        r, share = row + 1, outcomes.conversion if outcomes else None
        middle = f"G{r}+{Z}^2/(2*B{r})"
        half = f"{Z}*SQRT(G{r}*(1-G{r})/B{r}+{Z}^2/(4*B{r}^2))"
        whole = f"(1+{Z}^2/B{r})"
        said = {
            6: (f"C{r}/B{r}", share.value if share else None),
            7: (f"IF(C{r}=0,0,({middle}-{half})/{whole})", share.low if share else None),
            8: (f"IF(C{r}=B{r},1,({middle}+{half})/{whole})", share.high if share else None),
            9: (f"(C{r}+F{r})/B{r}", outcomes.most if outcomes else None),
        }
        for place, (formula, value) in said.items():
            self.formula(row, place, f'IF(N(B{r})=0,"",{formula})', value, "share")
