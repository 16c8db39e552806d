"""Columns over time: what is decided below, what is still open hatched on top of it."""

from math import ceil
from typing import Final

from svyazka.speech.charts.fitting import clean, cut, width
from svyazka.speech.charts.sheet import SIZE, Sheet, across
from svyazka.speech.charts.values import Chart, Mark, Row

HIGH: Final = 120.0
TOP: Final = 18.0
"""Pixels of the tallest column, and above it for its number."""
_THICK: Final = 0.64
"""The share of its place that a column takes."""


def draw_columns(chart: Chart, sheet: Sheet) -> float:
    """Draw the columns, the marks as lying lines, a label under as many columns as there is room for; the height of it all."""
    place = 1 / max(len(chart.rows), 1)
    widest = max((width(clean(row.label), SIZE) for row in chart.rows), default=0.0)
    # the last label is put within the sheet, and so comes nearer to the one before
    nearer = max(0.0, (widest - sheet.room * place) / 2)
    every = ceil((widest + nearer + 6) / (sheet.room * place))
    last = len(chart.rows) - 1
    for at, row in enumerate(chart.rows):
        _column(chart, sheet, row, at * place, place)
        if (last - at) % every == 0:  # the last one, which is the nearest, is always named
            _label(sheet, row, (at + 0.5) * place, widest)
    floor = TOP + HIGH
    sheet.line(sheet.root, "base", ("0%", floor), ("100%", floor))
    for mark in chart.marks:
        _mark(chart, sheet, mark)
    return floor + 22


def _column(chart: Chart, sheet: Sheet, row: Row, begin: float, place: float) -> None:
    group = sheet.group(f"{row.label}: {' · '.join(filter(None, (row.said, row.still_said, row.note)))}")
    x, thick = across(begin + place * (1 - _THICK) / 2), across(place * _THICK)
    solid = HIGH * min(row.value / chart.end, 1.0)
    open_ = min(HIGH * row.still / chart.end, HIGH - solid)
    floor = TOP + HIGH
    if solid:
        sheet.area(
            group,
            "bar" if row.is_now or not _has_now(chart) else "before",
            (x, floor - solid),
            (thick, solid),
        )
    if open_:
        sheet.hatched(group, (x, floor - solid - open_), (thick, open_))
    if row.value or row.still:
        said = cut(clean(row.said), sheet.room * place + 4, SIZE)
        sheet.text(group, "value", said, (across(begin + place / 2), floor - solid - open_ - 5), "middle")


def _has_now(chart: Chart) -> bool:
    return any(row.is_now for row in chart.rows)


def _label(sheet: Sheet, row: Row, middle: float, widest: float) -> None:
    at, look = sheet.room * middle, "value" if row.is_now else "word"
    put = (
        ("100%", "end")
        if at + widest / 2 > sheet.room
        else ("0%", "start")
        if at < widest / 2
        else (across(middle), "middle")
    )
    sheet.text(
        sheet.root, look, cut(clean(row.label), sheet.room / 2, SIZE), (put[0], TOP + HIGH + 17), put[1]
    )


def _mark(chart: Chart, sheet: Sheet, mark: Mark) -> None:
    y = TOP + HIGH * (1 - min(mark.value / chart.end, 1.0))
    sheet.line(sheet.root, "halo", ("0%", y), ("100%", y))
    sheet.line(sheet.root, "mark", ("0%", y), ("100%", y))
    sheet.text(sheet.root, "word", cut(clean(f"{mark.said} {mark.label}"), sheet.room, SIZE), ("0%", y - 5))
