"""Where requests stand and end, and the charts of the conversion sheet."""

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from svyazka.speech.workbook.book import GREEN, MUTED, RED, ROPE, Book
from svyazka.speech.workbook.cohorts import stage_counts
from svyazka.speech.workbook.contents import Contents, DealLine, limit_days
from svyazka.speech.workbook.counting import Figures, status

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_GRID: Final = {"visible": True, "line": {"color": "#E4E1DA"}}
_LOOKS: Final = (("#A8B0B5", "square_dot"), (MUTED, "square_dot"), ("#A86400", "dash"), (RED, "long_dash"))
"""Lines of the marks: told apart without colour, too."""
_BARS: Final = ((1, ROPE), (3, RED), (4, "#A8B0B5"), (5, GREEN))
"""Columns of the table that are drawn."""
_WIDTH, _HEIGHT = 640, 360
_SECOND_AT: Final = 7


def write_stages(figures: Figures, contents: Contents, name: str, *, top: int, chart_at: int) -> int:
    """The stages of all requests in the funnel, whenever they came, with their chart; gives the row below."""
    heads = (
        _("Stage, all requests of the funnel"), pgettext("stage in a sheet", "Here now"), pgettext("stage in a sheet", "Over the limit"),
        pgettext("stage in a sheet", "Lost here"), pgettext("stage in a sheet", "Declined here"), pgettext("stage in a sheet", "Won here"),
        pgettext("stage in a sheet", "Reached it"), pgettext("stage in a sheet", "Went on from it"),
    )  # fmt: skip
    figures.heads(top, heads)
    counts = stage_counts(contents, lambda line: _is_over(line, contents))
    for number, (stage, count) in enumerate(zip(contents.stage_names, counts, strict=True)):
        row, is_last = top + 1 + number, number == len(counts) - 1
        figures.formula(row, 0, f"INDEX(Stages,{number + 1})", stage, "name")
        values = (count.open, count.over, count.lost, count.declined, count.won, count.reached)
        for place, (formula, value) in enumerate(zip(_of_stage(row + 1, is_last=is_last), values, strict=True), 1):  # fmt: skip
            figures.formula(row, place, formula, value)
        further = f"F{row + 1}" if is_last else f"G{row + 2}"
        figures.formula(row, 7, f'IF(G{row + 1}=0,"",{further}/G{row + 1})', count.passed, "share")
    _draw_stages(figures.book, figures.sheet, name, rows=(top + 1, len(counts)), at=chart_at)
    return top + 1 + len(counts)


def _of_stage(row: int, *, is_last: bool) -> tuple[str, ...]:
    """Open, over the limit, lost, declined, won, and how many came so far: as if no request skipped a stage."""
    of = {
        code: f"COUNTIFS(FunnelStage,$A{row},FunnelStatus,{status(code)})"
        for code in ("lost", "declined", "won", "duplicate", "spam")
    }
    here = f"COUNTIFS(FunnelStage,$A{row})-{of['duplicate']}-{of['spam']}-{of['lost']}-{of['declined']}-{of['won']}"
    over = f'COUNTIFS(FunnelStage,$A{row},FunnelOver,">0")'
    reached = f"B{row}+D{row}+E{row}+F{row}" + ("" if is_last else f"+G{row + 1}")
    return here, over, of["lost"], of["declined"], of["won"], reached


def _is_over(line: DealLine, contents: Contents) -> bool:
    if line.status != "open" or line.since is None:
        return False
    days = contents.worked(line.since, contents.today) - 1
    return days > limit_days(contents.process.stage(line.stage))


def draw_months(
    book: Book, sheet: "Worksheet", name: str, *, months: tuple[int, int], marks: tuple[int, int], at: int
) -> None:
    """Conversion as columns, the marks as lines across.

    :param months: the first month's row and how many there are; ``marks``: likewise of columns
    """
    first, last = months[0], months[0] + months[1] - 1
    along = [name, first, 0, last, 0]
    columns = book.book.add_chart({"type": "column"})
    columns.add_series({
        "name": [name, first - 1, 6], "categories": along, "values": [name, first, 6, last, 6], "fill": {"color": ROPE}, "gap": 60,
    })  # fmt: skip
    lines = book.book.add_chart({"type": "line"})
    for place, (colour, dash) in zip(range(marks[0], marks[0] + marks[1]), _LOOKS, strict=False):
        lines.add_series({
            "name": [name, first - 1, place], "categories": along, "values": [name, first, place, last, place],
            "line": {"color": colour, "width": 1.5, "dash_type": dash},
        })  # fmt: skip
    if marks[1]:
        columns.combine(lines)
    title = _("Conversion by month of receipt")
    columns.set_title({"name": title, "name_font": {"size": 12}})
    columns.set_y_axis({"num_format": "0%", "min": 0, "max": 1, "major_gridlines": _GRID})
    columns.set_x_axis({"num_format": "mm.yy", "text_axis": True, "num_font": {"size": 9}})
    columns.set_legend({"position": "bottom"})
    columns.set_size({"width": _WIDTH, "height": _HEIGHT})
    sheet.insert_chart(at, 0, columns, {"description": title})


def _draw_stages(book: Book, sheet: "Worksheet", name: str, *, rows: tuple[int, int], at: int) -> None:
    first, last = rows[0], rows[0] + rows[1] - 1
    bars = book.book.add_chart({"type": "bar", "subtype": "stacked"})
    for place, colour in _BARS:
        bars.add_series({
            "name": [name, first - 1, place], "categories": [name, first, 0, last, 0],
            "values": [name, first, place, last, place], "fill": {"color": colour}, "gap": 50,
        })  # fmt: skip
    title = _("Where requests stand and where they end")
    bars.set_title({"name": title, "name_font": {"size": 12}})
    bars.set_y_axis({"reverse": True, "crossing": "max"})
    bars.set_x_axis({"num_format": "0", "major_gridlines": _GRID})
    bars.set_legend({"position": "bottom"})
    bars.set_size({"width": _WIDTH, "height": _HEIGHT})
    sheet.insert_chart(at, _SECOND_AT, bars, {"description": title})
