"""The workbook as its sheets write it: colours, formats, names, and a sheet of rows with headings, drop-downs and formulas."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

from svyazka.speech.tables import LONGEST, plain

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

Kind = Literal["text", "code", "date", "money", "days", "hidden"]
Cell = str | int | float | Decimal | date | None

INK, PAPER, LINE, MUTED = "#1D2327", "#FBFAF7", "#E4E1DA", "#5F6B73"
ROPE, RED, YELLOW, GREEN = "#0E6B63", "#B3261E", "#7A4900", "#2E7D4F"
SHADES: Final[Mapping[str, Mapping[str, str]]] = {
    "red": {"bg_color": "#F9DEDC", "font_color": RED},
    "yellow": {"bg_color": "#FFF1D6", "font_color": YELLOW},
    "green": {"bg_color": "#DFF0E5", "font_color": GREEN},
    "grey": {"font_color": "#8A949B"},
    "worked_out": {"bg_color": "#F3F1EC"},
}
"""What a rule of colour makes of a cell."""
_TWO_LINES: Final = 28
_MANY: Final = 15
"""Columns that one page holds."""
_KINDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "text": {"text_wrap": True},
    "code": {"num_format": "@"},
    "date": {"num_format": 14, "align": "left"},
    "money": {"num_format": "#,##0_-"},
    "days": {"num_format": "0", "align": "center"},
    "hidden": {"num_format": "@"},
}
"""Numbers that are names (INN, phones) are text: a spreadsheet would take their zeros away. Format 14 is the reader's own date."""
FILL: Final = "#F3F1EC"
"""Behind what works itself out."""
FIRST_YEAR: Final = 1900
"""Spreadsheets count days from here; what lies before is a text to them."""
OLDEST: Final = date(2000, 1, 1)


class Book:
    """The workbook with its formats, each made once."""

    def __init__(self, book: "Workbook") -> None:
        self.book = book
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def format(self, **properties: Any) -> "Format":
        """A format; the same properties give the same one."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            usual = {"font_size": 10, "valign": "top", "font_color": INK}
            self._formats[key] = self.book.add_format(usual | properties)
        return self._formats[key]

    def shade(self, name: str) -> "Format":
        """A format for a rule of colour; what it doesn't say stays as it was."""
        key = (("shade", name),)
        if key not in self._formats:
            self._formats[key] = self.book.add_format(dict(SHADES[name]))
        return self._formats[key]

    def heading(self, *, worked_out: bool = False) -> "Format":
        """What stands above a column; grey where nobody types."""
        fill = MUTED if worked_out else ROPE
        return self.format(bold=True, text_wrap=True, font_color="#FFFFFF", bg_color=fill, valign="vcenter", border=1, border_color=LINE)  # fmt: skip

    def kind(self, kind: str, *, worked_out: bool = False) -> "Format":
        """The format of a column's cells."""
        return self.format(**_KINDS[kind], **({"bg_color": FILL} if worked_out else {}))

    def sheet(self, title: str, colour: str, *, pages: int = 1) -> "Worksheet":
        """One more sheet, set to print lying, so many pages wide."""
        sheet = self.book.add_worksheet(title)
        sheet.set_tab_color(colour)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(pages, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
        sheet.set_footer("&L&A&R&P / &N")
        return sheet

    def name(self, name: str, place: str) -> None:
        """A name by which formulas know these cells."""
        self.book.define_name(name, f"={place}")


def height(cells: Iterable[tuple[Cell, float]], *, line: float = 14, least: int = 1) -> float:
    """How high a row must be for its texts, each with its column's width: LibreOffice doesn't find it out by itself."""
    lines = (-(-len(text) // width) for text, width in cells if isinstance(text, str))
    return line * max(least, *lines, 1) + 2


def put(sheet: "Worksheet", row: int, place: int, cell: Cell, form: "Format | None" = None) -> None:
    """Write a value as what it is; a text stays a text whatever it begins with."""
    match cell:
        case None | "":
            return
        case str():
            sheet.write_string(row, place, plain(cell)[:LONGEST], form)
        case date() if cell.year < FIRST_YEAR:
            sheet.write_string(row, place, cell.isoformat(), form)
        case date():
            sheet.write_datetime(row, place, cell, form)
        case _:
            sheet.write_number(row, place, float(cell), form)


def shown(value: Cell) -> str | float:
    """A value as it stands beside its formula; an empty text for none."""
    match value:
        case None:
            return ""
        case date():
            return (value - date(1899, 12, 30)).days
        case Decimal():
            return float(value)
        case str():
            return plain(value)
    return value


def quoted(text: str) -> str:
    """A text as formulas spell it."""
    return '"' + plain(text).replace('"', '""') + '"'


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet of rows.

    :ivar key: how the import and formulas know it
    :ivar formula: what works it out, ``{r}`` being the row and ``{key}`` the cell of another column; empty where people type
    :ivar folded: folded away behind the column before it, to be unfolded by who wants it
    :ivar choose: where the drop-down takes its choices from; ``strict`` if nothing else may be typed
    """

    key: str
    title: str
    width: int
    kind: Kind = "text"
    formula: str = ""
    choose: str = ""
    strict: bool = False
    hint: str = ""
    folded: bool = False


class Grid:
    """A sheet of rows: headings that stay in sight, a sieve, and so many rows ready to be typed into."""

    def __init__(self, book: Book, title: str, columns: Sequence[Column], *, rows: int, frozen: int) -> None:
        self.book, self.title, self.columns, self.rows = book, title, columns, rows
        self.sheet = book.sheet(title, ROPE, pages=1 + (len(columns) > _MANY))
        self.sheet.set_default_row(_TWO_LINES)
        self._place = {column.key: place for place, column in enumerate(columns)}
        self._letter = {key: letter(place) for key, place in self._place.items()}
        self._head(frozen)

    def _head(self, frozen: int) -> None:
        self.sheet.set_row(0, 44)
        self.sheet.freeze_panes(1, frozen)
        self.sheet.repeat_rows(0)
        # the sign to unfold stands to the left: to the right there are hidden columns
        self.sheet.outline_settings(True, True, False)
        seen = [column for column in self.columns if column.kind != "hidden"]
        self.sheet.autofilter(0, 0, self.rows, len(seen) - 1)
        for place, column in enumerate(self.columns):
            form = self.book.kind(column.kind)
            hidden: dict[str, Any] = {"hidden": True} if column.kind == "hidden" else {}
            if column.folded:
                hidden = {"hidden": True, "level": 1}
            elif place + 1 < len(self.columns) and self.columns[place + 1].folded:
                hidden = {"collapsed": True}
            self.sheet.set_column(place, place, column.width, form, hidden)
            self.sheet.write_string(
                0, place, column.title, self.book.heading(worked_out=bool(column.formula))
            )
            self._ask(place, column)

    def _ask(self, place: int, column: Column) -> None:
        """What may be typed, and what is said to who types."""
        rule: dict[str, Any] = {}
        if column.choose:
            rule = {"validate": "list", "source": f"={column.choose}"}
            if not column.strict:
                rule |= {"error_type": "information"}
        elif column.kind == "date" and not column.formula:
            rule = {"validate": "date", "criteria": ">=", "value": OLDEST}
        elif column.kind == "money":
            rule = {"validate": "decimal", "criteria": ">=", "value": 0}
        elif column.hint:
            rule = {"validate": "any"}
        if column.hint:
            rule |= {"input_title": column.title[:32], "input_message": column.hint[:255]}
        if rule:
            self.sheet.data_validation(1, place, self.rows, place, rule)

    def fill(self, lines: Sequence[Mapping[str, Cell]]) -> None:
        """Write the rows that there are, and every formula of those that are free.

        :param lines: what stands in each column, by key; for a formula the value that it has
        """
        forms = [self.book.kind(column.kind, worked_out=bool(column.formula)) for column in self.columns]
        # XlsxWriter looks thirty times through each formula for functions newer than Excel 2007; ours have none
        self.sheet._prepare_formula = _bare
        for number in range(self.rows):
            line = lines[number] if number < len(lines) else {}
            for place, (column, form) in enumerate(zip(self.columns, forms, strict=True)):
                value = line.get(column.key)
                if column.formula:
                    formula = column.formula.format_map(self.cells(number + 2))
                    self.sheet.write_formula(number + 1, place, f"={formula}", form, shown(value))
                else:
                    put(self.sheet, number + 1, place, value, form)

    def cells(self, row: int) -> dict[str, str]:
        """The cells of a row as its formulas spell them, by the columns' keys."""
        return {"r": str(row)} | {key: f"${of}{row}" for key, of in self._letter.items()}

    def range(self, key: str) -> str:
        """All cells of a column, as other sheets spell them."""
        of = self._letter[key]
        return f"'{self.title}'!${of}$2:${of}${self.rows + 1}"

    def colour(self, keys: Sequence[str], rule: str, shade: str) -> None:
        """Colour these neighbouring columns where the rule holds; it is written for the first row."""
        first, last = self._place[keys[0]], self._place[keys[-1]]
        criteria = "=" + rule.format_map(self.cells(2))
        form = self.book.shade(shade)
        self.sheet.conditional_format(1, first, self.rows, last, {"type": "formula", "criteria": criteria, "format": form})  # fmt: skip


def _bare(formula: str, _with_new: bool = False) -> str:  # noqa: FBT001, FBT002 (XlsxWriter's own)
    """A formula as the file has it."""
    return formula.removeprefix("=")


def letter(place: int) -> str:
    """The letters of a column counted from 0."""
    said = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        said = chr(65 + rest) + said
    return said
