"""What a chart shows, as a file to take along: numbers as numbers."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from svyazka.speech.charts.values import Chart, Row
from svyazka.speech.tables import Cell, Column, Kind, Table


def table_of(chart: Chart) -> Table:
    """The rows of a chart. Columns in which nothing stands are left out."""
    kind: Kind = "share" if chart.scale == 100 else "number"
    columns = (
        Column(chart.of), Column(chart.measure, kind), Column(_("Of how many")), Column(pgettext("interval", "From"), kind),
        Column(pgettext("interval", "To"), kind), Column(chart.still, kind), Column(_("With those above"), "share"),
    )  # fmt: skip
    together = chart.shares() if chart.kind == "pareto" else (None,) * len(chart.rows)
    rows = [_cells(chart, row, share) for row, share in zip(chart.rows, together, strict=True)]
    kept = [at for at in range(len(columns)) if at < 2 or any(row[at] not in {None, ""} for row in rows)]
    return Table(
        chart.title, tuple(columns[at] for at in kept), [tuple(row[at] for at in kept) for row in rows]
    )


def _cells(chart: Chart, row: Row, together: float | None) -> tuple[Cell, ...]:
    def told(value: float | None) -> float | None:
        return value / 100 if value is not None and chart.scale == 100 else value

    # a column stands for what is decided, and what isn't stands on top of it
    value = row.value + row.still if chart.kind == "columns" else row.value
    return row.label, told(value), row.note, told(row.low), told(row.high), told(row.still) if chart.still else None, together  # fmt: skip
