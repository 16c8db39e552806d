"""Lists of deals as files to take along: the same columns first, whatever number they stand behind."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from svyazka.presale.deals.queries import DealRow
from svyazka.presale.process.queries import process_version
from svyazka.speech.refusals import STATUSES
from svyazka.speech.tables import Cell, Column, Table
from svyazka.speech.times import viewer_language


def deals_table(title: str, rows: Iterable[tuple[DealRow, Sequence[Cell]]], *more: Column) -> Table:
    """Deals in their order: number, client, what they are about, stage, outcome, when received and closed.

    :param rows: each deal with its cells for ``more`` columns
    """
    columns = (
        Column(pgettext("deals", "Number")), Column(_("Client")), Column(_("Deal")), Column(pgettext("figures", "Stage")),
        Column(pgettext("deals", "Outcome")), Column(pgettext("deals", "Received"), "date"), Column(pgettext("deals", "Closed"), "date"), *more,
    )  # fmt: skip
    return Table(title, columns, ((*_cells(deal), *cells) for deal, cells in rows))


def _cells(deal: DealRow) -> tuple[Cell, ...]:
    stage = process_version(deal.process_number).stage(deal.stage).name.say(viewer_language())
    closed = deal.closed_at if deal.status != "open" else None
    return (
        deal.number, deal.client_name, deal.title, stage, str(STATUSES[deal.status]), deal.received_at, closed,
    )  # fmt: skip
