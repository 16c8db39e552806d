"""The tables and lists of the week as files to take along."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from svyazka.presale.insight.slips import Cause
from svyazka.presale.insight.week_values import WeekFigures
from svyazka.presale.process.queries import process_version
from svyazka.speech.charts.files import table_of
from svyazka.speech.charts.values import Chart
from svyazka.speech.tables import Cell, Column, Table
from svyazka.speech.times import viewer_language
from svyazka.speech.week import telling


def tables(
    seen: WeekFigures, figures: Iterable[telling.Figure], charts: Iterable[Chart]
) -> Mapping[str, Callable[[], Table]]:
    """By name, what makes each; the numbers of the week come first."""
    made: dict[str, Callable[[], Table]] = {
        "figures": partial(_figures, figures),
        "why": partial(_reasons, seen),
        "overdue": partial(_overdue, seen),
        "standing": partial(_standing, seen),
        "slips": partial(_causes, _("Where dates slipped"), seen.breaches, is_save=False),
        "saves": partial(_causes, _("Where dates were saved"), seen.saves, is_save=True),
    }
    return made | {f"chart-{chart.name}": partial(table_of, chart) for chart in charts}


def _figures(figures: Iterable[telling.Figure]) -> Table:
    columns = Column(_("Figure")), Column(_("Value")), Column(_("Beside it"))
    return Table(_("The week in figures"), columns, [(one.label, one.value, one.note) for one in figures])


def _reasons(seen: WeekFigures) -> Table:
    rows = [(telling.say_lost(one), one.count) for one in seen.reasons]
    return Table(
        _("Why deals were lost this week"), (Column(_("Reason")), Column(pgettext("figures", "Deals"), "int")), rows
    )  # fmt: skip


def _overdue(seen: WeekFigures) -> Table:
    rows = [(one.name or _("People in no unit"), one.overdue) for one in seen.overdue]
    columns = Column(_("Unit")), Column(pgettext("commitments", "Overdue"), "int")
    return Table(_("Overdue commitments by unit"), columns, rows)


def _standing(seen: WeekFigures) -> Table:
    columns = (
        Column(pgettext("deals", "Number")), Column(_("Client")), Column(pgettext("figures", "Stage")), Column(_("Time in stage"), "minutes"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            one.deal.number, one.deal.client_name,
            process_version(one.deal.process_number).stage(one.stage).name.say(viewer_language()), one.minutes,
        )
        for one in seen.standing
    ]  # fmt: skip
    return Table(_("Standing in one stage the longest"), columns, rows)


def _causes(title: str, causes: tuple[Cause, ...], *, is_save: bool) -> Table:
    spent = pgettext("week", "Saved") if is_save else pgettext("week", "Late in all")
    columns = Column(_("What it came from")), Column(_("Times"), "int"), Column(spent, "minutes")
    said = telling.causes_of(causes, saved=is_save)
    rows = [(one.words, cause.count, cause.minutes) for one, cause in zip(said, causes, strict=True)]
    return Table(title, columns, rows)
