"""The tables of the figures page as files to take along."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from svyazka.engine.figures import Between
from svyazka.presale.insight.deals_behind import Counted
from svyazka.presale.insight.figures import Figures, Row
from svyazka.speech.deal_tables import deals_table
from svyazka.speech.tables import Cell, Column, Kind, Table
from svyazka.web.figures.names import dimension_name, reason_name, row_name, stage_name
from svyazka.web.figures.telling import effort_cells, formulas, outcome_cells


def stages(seen: Figures) -> Table:
    """The funnel."""
    columns = (
        Column(pgettext("figures", "Stage")), Column(pgettext("figures", "Entered"), "int"),
        Column(pgettext("figures", "Went on"), "int"), Column(_("Conversion"), "share"), Column(pgettext("interval", "From"), "share"),
        Column(pgettext("interval", "To"), "share"), Column(pgettext("figures", "Here now"), "int"), Column(pgettext("figures", "Lost"), "int"),
        Column(pgettext("figures", "Declined"), "int"), Column(_("Time in stage, median"), "minutes"),
        Column(_("Median, those here now as longer"), "minutes"), Column(_("80% no longer than"), "minutes"),
        Column(_("80%, those here now as longer"), "minutes"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for step in seen.steps:
        share = step.conversion
        whole: tuple[Cell, ...] = (share.value, share.low, share.high) if share else (None, None, None)
        rows.append(
            (
                stage_name(step.stage), step.entered, step.passed, *whole, step.here, step.lost, step.declined,
                *_times(step.median), *_times(step.most),
            )
        )  # fmt: skip
    return Table(_("Funnel by stage"), columns, rows)


def _times(found: Between | None) -> tuple[float | None, float | None]:
    return (found.low, found.high) if found else (None, None)


def reasons(seen: Figures) -> Table:
    """Why deals ended without a contract, by stage."""
    names = [stage_name(step.stage) for step in seen.steps]
    columns = (
        Column(pgettext("figures", "Reason")), Column(pgettext("figures", "Deals"), "int"), Column(_("With those above"), "share"),
        *(Column(name, "int") for name in names),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (reason_name(one.reason), one.count, one.so_far, *(one.by_stage.get(step.stage, 0) for step in seen.steps))
        for one in seen.causes
    ]  # fmt: skip
    return Table(_("Where deals end and why"), columns, rows)


def by(seen: Figures, dimension: str, rate: float | None) -> Table:
    """What became of the deals by a dimension, with what it took, or by the month of receipt.

    :param rate: of an hour of presale, in roubles
    """
    with_money = seen.kopecks is not None
    effort: tuple[Column, ...] = ()
    if dimension != "month":
        kinds: tuple[Kind, ...] = ("number", "money", "money") if with_money else ("number",)
        effort = tuple(Column(name, kind) for (name, _formula), kind in zip(formulas(), kinds, strict=False))
    columns = (
        Column(dimension_name(dimension)), Column(_("Conversion"), "share"), Column(pgettext("figures", "Received"), "int"), Column(pgettext("figures", "Won"), "int"),
        Column(pgettext("figures", "Lost"), "int"), Column(pgettext("figures", "Declined"), "int"),
        Column(pgettext("figures", "Open"), "int"), Column(pgettext("interval", "From"), "share"),
        Column(pgettext("interval", "To"), "share"), *((Column(pgettext("figures", "Contracts"), "money"),) if with_money else ()),
        *effort,
    )  # fmt: skip
    found = seen.months if dimension == "month" else seen.by[dimension]
    return Table(
        _("Conversion: %(by)s") % {"by": dimension_name(dimension)}, columns,
        [(*_cells(dimension, row, with_money=with_money), *effort_cells(row, rate)[: len(effort)]) for row in found],
    )  # fmt: skip


def deals(title: str, which: str, found: Iterable[Counted]) -> Table:
    """The deals behind a number, with what each of them brings to it."""
    kind = which.partition(".")[0]
    more = _AMOUNTS.get(kind, ())
    rows = ((one.deal, (one.amount, one.of)[: len(more)]) for one in found)
    return deals_table(title, rows, *(Column(str(name), of) for name, of in more))


_AMOUNTS: Final[Mapping[str, tuple[tuple[str | Promise, Kind], ...]]] = {
    "response": ((pgettext_lazy("figures", "First answer after"), "minutes"),),
    "stay": ((gettext_lazy("Time in stage"), "minutes"),),
    "effort": ((pgettext_lazy("figures", "Our people’s time in meetings"), "minutes"),),
    "minutes_won": ((pgettext_lazy("figures", "Time in meetings"), "minutes"),),
    "estimates": ((pgettext_lazy("figures", "Estimates"), "int"), (pgettext_lazy("figures", "In time"), "int")),
    "promises": ((pgettext_lazy("figures", "Late and broken"), "int"), (pgettext_lazy("figures", "Promises"), "int")),
    "meetings": ((pgettext_lazy("figures", "Client meetings"), "int"), (pgettext_lazy("figures", "Letters confirmed"), "int")),
    "meetings_won": ((pgettext_lazy("figures", "Client meetings"), "int"),),
    "chased": ((pgettext_lazy("figures", "Times the client asked “when?”"), "int"),),
}  # fmt: skip
"""What a deal brings to a number, and what stands beside it."""


def _cells(dimension: str, row: Row, *, with_money: bool) -> tuple[Cell, ...]:
    share = row.outcomes.conversion
    conversion, low, high = (share.value, share.low, share.high) if share else (None, None, None)
    return (
        row_name(dimension, row),
        conversion,
        *outcome_cells(row.outcomes),
        low,
        high,
        *((row.kopecks / 100,) if with_money else ()),
    )
