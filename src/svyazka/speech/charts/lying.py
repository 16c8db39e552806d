"""Bars, dots and Pareto charts: a row is its words and, below them, its bar, so that long names have room on a phone too."""

from typing import Final

from django.utils.translation import gettext as _

from svyazka.speech.charts.fitting import clean, cut, lines, width
from svyazka.speech.charts.sheet import SIZE, Element, Sheet, across
from svyazka.speech.charts.values import Chart, Row
from svyazka.speech.times import percent

LINE: Final = 17.0
BAR: Final = 13.0
DOTS: Final = 14.0
STRIP: Final = 11.0
GAP: Final = 13.0
"""Pixels: a line of text, a bar, the strip of a dot, that of an interval below a bar, what is left between two rows."""
_BETWEEN: Final = 14.0
_NAME_LINES: Final = 5
"""So many that the longest reason of a process stands there whole on a phone."""


def draw_rows(chart: Chart, sheet: Sheet) -> float:
    """Draw all rows and the words of the marks; the height that they take."""
    y, shares = 0.0, chart.shares() if chart.kind == "pareto" else (None,) * len(chart.rows)
    for row, share in zip(chart.rows, shares, strict=True):
        y = _row(chart, sheet, row, share, y) + GAP
    return _mark_words(chart, sheet, y - GAP if chart.rows else y)


def _row(chart: Chart, sheet: Sheet, row: Row, share: float | None, top: float) -> float:
    so_far = _("%(share)s so far") % {"share": percent(share)} if share is not None else ""
    told = " · ".join(filter(None, (row.said, row.note or row.between, so_far)))
    group = sheet.group(f"{row.label}: {told}")
    value = cut(clean(told), sheet.room * 0.6, SIZE)
    room = sheet.room - width(value, SIZE) - _BETWEEN
    named = lines(row.label, room, SIZE, most=_NAME_LINES)
    for at, line in enumerate(named):
        sheet.text(group, "value" if row.is_now else "label", line, ("0%", top + 13 + at * LINE))
    sheet.text(group, "value", value, ("100%", top + 13), "end")
    y = top + max(len(named), 1) * LINE + (5 if chart.kind == "dots" else 3)
    return _dot(chart, sheet, group, row, y) if chart.kind == "dots" else _bar(chart, sheet, group, row, y)


def _dot(chart: Chart, sheet: Sheet, group: Element, row: Row, y: float) -> float:
    middle = y + DOTS / 2
    sheet.area(group, "track", ("0%", middle - 1), ("100%", 2))
    _marks(chart, sheet, group, (y, y + DOTS))
    _whisker(chart, sheet, group, row, middle)
    sheet.dot(group, across(row.value / chart.end), middle, 6)
    return y + DOTS


def _bar(chart: Chart, sheet: Sheet, group: Element, row: Row, y: float) -> float:
    begin = row.value / chart.end
    sheet.area(group, "track", ("0%", y), ("100%", BAR))
    if row.still:
        sheet.hatched(group, (across(begin), y), (across(min(row.still / chart.end, 1 - begin)), BAR))
    if row.value:
        sheet.area(group, "bar", ("0%", y), (across(begin), BAR))
    _marks(chart, sheet, group, (y, y + BAR))
    if row.low is None or row.high is None:
        return y + BAR
    _whisker(chart, sheet, group, row, y + BAR + STRIP / 2)
    return y + BAR + STRIP


def _whisker(chart: Chart, sheet: Sheet, group: Element, row: Row, y: float) -> None:
    """The interval; of a bar below it, where it hides nothing."""
    if row.low is None or row.high is None:
        return
    low, high = across(row.low / chart.end), across(row.high / chart.end)
    sheet.line(group, "whisker", (low, y), (high, y))
    for end in (low, high):
        sheet.line(group, "whisker", (end, y - 3.5), (end, y + 3.5))


def _marks(chart: Chart, sheet: Sheet, group: Element, between: tuple[float, float]) -> None:
    """What the row is held against, a little higher than its bar or its dot."""
    top, bottom = between
    for mark in chart.marks:
        x = across(mark.value / chart.end)
        if mark.until is None:
            sheet.line(group, "mark", (x, top - 3), (x, bottom + 3))
        else:
            sheet.area(
                group, "band", (x, top - 3), (across((mark.until - mark.value) / chart.end), bottom - top + 6)
            )


def _mark_words(chart: Chart, sheet: Sheet, top: float) -> float:
    """The words of the marks below the last row, each on the first line where it meets no other. Returns the height."""
    taken: list[float] = []
    for mark in sorted(chart.marks, key=lambda one: one.middle):
        said = cut(clean(f"{mark.said} {mark.label}"), sheet.room, SIZE)
        x, wide = sheet.room * min(mark.middle / chart.end, 1.0), width(said, SIZE)
        anchor = "start" if x - wide / 2 < 0 else "end" if x + wide / 2 > sheet.room else "middle"
        begin = {"start": x, "middle": x - wide / 2, "end": x - wide}[anchor]
        at = next((line for line, until in enumerate(taken) if until + 8 < begin), len(taken))
        taken[at : at + 1] = [begin + wide]
        sheet.text(sheet.root, "word", said, (across(mark.middle / chart.end), top + 18 + at * LINE), anchor)
    return top + (len(taken) * LINE + 8 if taken else 0)
