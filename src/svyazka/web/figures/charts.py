"""The charts of the figures page."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from svyazka.engine.figures import Outcomes
from svyazka.engine.process import Process
from svyazka.presale.insight.figures import Figures, is_others, summed
from svyazka.presale.insight.figures import Row as Values
from svyazka.speech.charts.values import Chart, Row
from svyazka.speech.process_words import capital
from svyazka.speech.times import number, percent
from svyazka.speech.week.charts import marks_of, share_row
from svyazka.speech.week.telling import probably
from svyazka.web.figures.names import dimension_name, month_name, reason_name, row_name, stage_name

MOST = 12
"""Rows at most."""


def conversion(seen: Figures, process: Process) -> Chart:
    """Conversion in all and by month of receipt, against the marks of the process."""
    whole = _row(_("The whole period"), seen.outcomes, is_now=True)
    months = [_row(month_name(int(row.value)), row.outcomes) for row in reversed(seen.months)][:MOST]
    rows = (whole, *months) if len(seen.months) > 1 else (whole,)
    return Chart(
        "bars", "conversion", _("Conversion from request to contract, by when the request came"), dimension_name("month"),
        _("Conversion"), tuple(row for row in rows if row is not None), marks_of(process), still=_("still open"), scale=100,
        note=_("The line below a bar is where the true share probably lies (95%, Wilson)."),
    )  # fmt: skip


def funnel(seen: Figures) -> Chart:
    """How many of the period's requests reached each stage."""
    received = seen.outcomes.received
    rows = [
        Row(stage_name(step.stage), step.entered, number(step.entered), note=percent(step.entered / received))
        for step in seen.steps
        if received
    ]
    if received:
        rows.append(
            Row(_("Contract signed"), seen.outcomes.won, number(seen.outcomes.won), note=percent(seen.outcomes.won / received))
        )  # fmt: skip
    return Chart(
        "bars",
        "funnel",
        _("How far requests came"),
        pgettext("figures", "Stage"),
        _("Requests that entered it"),
        tuple(rows),
    )


def reasons(seen: Figures) -> Chart:
    """The Pareto of reasons; rare ones make the last row together, so that the shares are those of all."""
    first, rest = seen.causes[: MOST - 1], seen.causes[MOST - 1 :]
    rows = [Row(reason_name(one.reason), one.count, number(one.count)) for one in first]
    if rest:
        count = sum(one.count for one in rest)
        label = ngettext("%(count)s other reason", "%(count)s other reasons", len(rest)) % {
            "count": len(rest)
        }
        rows.append(Row(capital(label), count, number(count)))
    return Chart(
        "pareto", "reasons", _("Why deals ended without a contract"), pgettext("figures", "Reason"),
        pgettext("figures", "Deals"), tuple(rows),
    )  # fmt: skip


def by(seen: Figures, dimension: str, process: Process) -> Chart:
    """Conversion by a dimension, those with most requests first."""
    rows = [_row(label, row.outcomes) for label, row in _most(dimension, seen.by[dimension])]
    return Chart(
        "dots", f"by-{dimension}", _("Conversion: %(by)s") % {"by": dimension_name(dimension)}, dimension_name(dimension),
        _("Conversion"), tuple(row for row in rows if row is not None), marks_of(process), still=_("still open"), scale=100,
    )  # fmt: skip


def _most(dimension: str, rows: Sequence[Values]) -> list[tuple[str, Values]]:
    """The rows with most requests by their names. Rare ones are one row, but of lines: a deal of two is in both."""
    named = [(row_name(dimension, row), row) for row in rows]
    if len(rows) <= MOST or dimension == "line":
        return named[:MOST]
    kept = [one for one in named if is_others(dimension, one[1])]
    place = MOST - 1 - len(kept)
    rest = [row for row in rows[place:] if not is_others(dimension, row)]
    label = ngettext("%(num)s more", "%(num)s more", len(rest)) % {"num": number(len(rest))}
    return [*named[:place], (label, summed("", rest)), *kept]


def _row(label: str, outcomes: Outcomes, *, is_now: bool = False) -> Row | None:
    share = outcomes.conversion
    if share is None:
        return None
    return share_row(label, share, outcomes.open, between=probably(share), is_now=is_now)
