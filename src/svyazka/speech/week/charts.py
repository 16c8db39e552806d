"""The charts of a week. Those that leave the house say nothing that people have typed."""

from datetime import timedelta
from typing import Final

from babel.dates import format_skeleton
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from svyazka.engine.intervals import Share
from svyazka.engine.process import Process
from svyazka.presale.insight.week_values import Cohort, WeekFigures
from svyazka.speech.charts.values import Chart, Mark, Row
from svyazka.speech.process_words import capital
from svyazka.speech.times import number, percent, viewer_language
from svyazka.speech.ways import say_source
from svyazka.speech.week.telling import goal_number, say_days, say_lost

REASONS: Final = 8
"""Rows at most."""


def charts_of(seen: WeekFigures, process: Process) -> tuple[Chart, ...]:
    """Those of the letter and the chat: requests by week, conversion by cohort, reasons of losses."""
    return tuple(chart for chart in (received(seen), conversion(seen, process), reasons(seen)) if chart.rows)


def received(seen: WeekFigures) -> Chart:
    """Requests by week, what is still open hatched."""
    rows = tuple(
        Row(
            format_skeleton("MMMd", one.week.monday, locale=viewer_language()), one.decided, number(one.decided + one.still),
            still=one.still, still_said=number(one.still), is_now=one.week == seen.week, key=one.week.key,
        )
        for one in seen.weeks
    )  # fmt: skip
    return Chart(
        "columns", "received", _("Requests received, by week"), _("Week of"), _("Requests received"),
        rows if any(row.value or row.still for row in rows) else (), still=_("still open"),
    )  # fmt: skip


def conversion(seen: WeekFigures, process: Process) -> Chart:
    """Conversion of a year's requests, in all and by quarter of receipt, against the marks of the process."""
    rows = [_cohort(one, say_cohort(one), key=str(at)) for at, one in reversed([*enumerate(seen.cohorts, 1)])]
    whole = _cohort(seen.year, _("All 365 days"), is_now=True, key="0")
    return Chart(
        "bars", "conversion", _("Conversion from request to contract, by when the request came"), pgettext("chart", "Received"),
        _("Conversion"), tuple(row for row in (whole, *rows) if row is not None) if whole else (), marks_of(process),
        still=_("still open"), scale=100,
        note=_("The line below a bar is where the true share probably lies (95%, Wilson). Duplicates and spam are left out."),
    )  # fmt: skip


def sources(seen: WeekFigures, process: Process) -> Chart:
    """The same by source, as people have named them: for the page only."""
    rows = (
        _cohort(one, capital(say_source_name(one.name)), key=f"source.{one.name}") for one in seen.sources
    )
    return Chart(
        "dots", "sources", _("Conversion by source, 365 days"), _("Source"), _("Conversion"),
        tuple(row for row in rows if row is not None), marks_of(process), still=_("still open"), scale=100,
        note=_("The dot is our share, the line where the true one probably lies (95%, Wilson): a long line says that there were few requests."),
    )  # fmt: skip


def say_cohort(cohort: Cohort) -> str:
    """The days in which its requests were received."""
    first, last = timezone.localdate(cohort.since), timezone.localdate(cohort.until - timedelta(seconds=1))
    return say_days(first, last)


def say_source_name(source: str) -> str:
    """A source, or that none was given."""
    return say_source(source) or _("no source given")


def _cohort(cohort: Cohort, label: str, *, key: str, is_now: bool = False) -> Row | None:
    share = cohort.share
    if share is None:
        return None
    between = f"{percent(share.low)} – {percent(share.high)}"
    return share_row(label, share, cohort.still, between=between, is_now=is_now, key=key)


def share_row(
    label: str, share: Share, still: int, *, between: str, is_now: bool = False, key: str = ""
) -> Row:
    """A conversion as a line of a chart, in percent: with its interval, and what is still open of its whole."""
    part = still / share.total
    return Row(
        label, 100 * share.value, percent(share.value), 100 * share.low, 100 * share.high, between, 100 * part, percent(part),
        _("%(count)s of %(total)s") % {"count": number(share.count), "total": number(share.total)}, is_now=is_now, key=key,
    )  # fmt: skip


def marks_of(process: Process) -> tuple[Mark, ...]:
    """The marks of conversion that the process sets."""
    low, high = (
        goal_number(process, "conversion_typical_low"),
        goal_number(process, "conversion_typical_high"),
    )
    marks = []
    if low is not None and high is not None:
        marks.append(
            Mark(low, f"{number(low)}–{percent(high / 100)}", pgettext("conversion", "usual"), until=high)
        )
    for key, label in (
        ("conversion_norm", pgettext("conversion", "good")),
        ("conversion_best", pgettext("conversion", "best known")),
    ):
        if (value := goal_number(process, key)) is not None:
            marks.append(Mark(value, percent(value / 100), label))
    return tuple(marks)


def reasons(seen: WeekFigures) -> Chart:
    """Why deals were lost in a quarter: the few reasons that make most of the losses come first, the rare ones together last."""
    first, rest = seen.reasons_quarter[:REASONS], seen.reasons_quarter[REASONS:]
    rows = [Row(say_lost(one), one.count, number(one.count), key=one.code) for one in first]
    if rest:
        more = ngettext("%(count)s other reason", "%(count)s other reasons", len(rest)) % {"count": len(rest)}
        rows.append(
            Row(capital(more), sum(one.count for one in rest), number(sum(one.count for one in rest)))
        )
    return Chart(
        "pareto", "reasons", _("Why deals were lost, 13 weeks"), _("Reason"), _("Deals lost"), tuple(rows)
    )
