"""A chart as SVG: for a page, where it is as wide as there is room and takes its colours from the theme, or for a picture."""

from dataclasses import replace
from typing import Final
from xml.etree import ElementTree as ET

from svyazka.speech.charts.fitting import clean, cut, lines
from svyazka.speech.charts.inks import PALETTES, Theme
from svyazka.speech.charts.lying import draw_rows
from svyazka.speech.charts.sheet import SIZE, Sheet
from svyazka.speech.charts.standing import draw_columns
from svyazka.speech.charts.values import Chart

NARROW: Final = 320.0
"""Pixels that a drawing on a page may count on: a phone's."""
WIDE: Final = 672.0
EDGE: Final = 24.0
"""Pixels of a picture: of its drawing, and around it."""
MOST: Final = 24
"""Rows that are drawn; the table has all of them."""
_XMLNS: Final = "http://www.w3.org/2000/svg"


def svg(chart: Chart) -> str:
    """The drawing for a page: no style, no script, no address; ``ui/charts.css`` colours it."""
    drawing = Sheet(chart.name, NARROW)
    high = _draw(chart, drawing)
    named = f"{chart.name}-title {chart.name}-told"
    put = {
        "class": f"chart chart--{chart.kind}", "width": "100%", "height": f"{high:.0f}", "role": "img", "aria-labelledby": named,
        "focusable": "false", "overflow": "visible",
    }  # fmt: skip
    root = ET.Element("svg", put)
    ET.SubElement(root, "title", {"id": f"{chart.name}-title"}).text = clean(chart.title)
    ET.SubElement(root, "desc", {"id": f"{chart.name}-told"}).text = clean(told(chart))
    if _has_hatching(chart):
        root.append(drawing.pattern())
    root.append(drawing.root)
    return ET.tostring(root, encoding="unicode")


def svg_of_picture(chart: Chart, theme: Theme = "light") -> str:
    """The drawing by itself: with its title, its note and its colours, on paper of its own."""
    drawing = Sheet(chart.name, WIDE, theme)
    high = _draw(chart, drawing)
    title, note = lines(chart.title, WIDE * 0.8, SIZE + 4), lines(chart.note, WIDE, SIZE - 1, most=3)
    top = EDGE + len(title) * 23 + 10
    tall = top + high + (len(note) * 16 + 12 if note else 0) + EDGE
    size = {"width": f"{WIDE + 2 * EDGE:.0f}", "height": f"{tall:.0f}"}
    root = ET.Element("svg", {"xmlns": _XMLNS, "font-family": "sans-serif", **size})
    palette = PALETTES[theme]
    ET.SubElement(root, "rect", {**size, "fill": palette["paper"]})
    if _has_hatching(chart):
        root.append(drawing.pattern())
    for at, line in enumerate(title):
        put = {
            "x": f"{EDGE:.0f}",
            "y": f"{EDGE + 16 + at * 23:.0f}",
            "font-size": "17",
            "font-weight": "600",
            "fill": palette["ink"],
        }
        ET.SubElement(root, "text", put).text = line
    put = {
        "x": f"{EDGE:.0f}",
        "y": f"{top:.0f}",
        "width": f"{WIDE:.0f}",
        "height": f"{high:.0f}",
        "overflow": "visible",
    }
    ET.SubElement(root, "svg", put).append(drawing.root)
    for at, line in enumerate(note):
        put = {
            "x": f"{EDGE:.0f}",
            "y": f"{top + high + 22 + at * 16:.0f}",
            "font-size": "12",
            "fill": palette["muted"],
        }
        ET.SubElement(root, "text", put).text = line
    return ET.tostring(root, encoding="unicode")


def told(chart: Chart) -> str:
    """All that the drawing says, as one text: for whoever has it read out, and where a picture can't be shown."""
    rows = (
        f"{row.label}: {' · '.join(filter(None, (row.said, row.note, row.between, row.still_said)))}"
        for row in chart.rows[:MOST]
    )
    marks = (f"{mark.said} {mark.label}" for mark in chart.marks)
    return "; ".join(filter(None, (chart.measure, *rows, *marks, chart.note)))


def _draw(chart: Chart, drawing: Sheet) -> float:
    shown = chart if len(chart.rows) <= MOST else _cut(chart)
    high = draw_columns(shown, drawing) if chart.kind == "columns" else draw_rows(shown, drawing)
    return _legend(shown, drawing, high) if _has_hatching(chart) else high


def _has_hatching(chart: Chart) -> bool:
    return chart.kind != "dots" and any(row.still for row in chart.rows)


def _legend(chart: Chart, drawing: Sheet, top: float) -> float:
    drawing.hatched(drawing.root, ("1", top + 10), ("18", 12))
    drawing.text(drawing.root, "word", cut(clean(chart.still), drawing.room - 26, SIZE), ("26", top + 21))
    return top + 26


def _cut(chart: Chart) -> Chart:
    """Of columns the last ones, of rows the first."""
    return replace(chart, rows=chart.rows[-MOST:] if chart.kind == "columns" else chart.rows[:MOST])
