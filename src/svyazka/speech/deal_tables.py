"""Lists of deals as files to take along: the same columns first, whatever number they stand behind."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from svyazka.presale.deals.queries import DealRow
from svyazka.presale.people.queries import directory
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


def open_deals_table(title: str, rows: Iterable[DealRow]) -> Table:
    """Open deals as they stand: the same columns, then what is owed next and by whom, who leads, and where it came from."""
    people = directory()
    client = _("the client’s turn")

    def standing(deal: DealRow) -> tuple[Cell, ...]:
        unit = people.units.get(deal.unit_id or 0)
        return (
            deal.stage_since, deal.next_due, client if deal.on_client else people.name(deal.holder_id),
            people.name(deal.manager_id), unit.name if unit else "", deal.source,
        )  # fmt: skip

    return deals_table(
        title, ((deal, standing(deal)) for deal in rows),
        Column(_("In the stage since"), "date"), Column(_("Next due"), "date"), Column(_("Whose turn")), Column(_("Manager")),
        Column(_("Unit")), Column(_("Source")),
    )  # fmt: skip


def _cells(deal: DealRow) -> tuple[Cell, ...]:
    stage = process_version(deal.process_number).stage(deal.stage).name.say(viewer_language())
    closed = deal.closed_at if deal.status != "open" else None
    return (
        deal.number, deal.client_name, deal.title, stage, str(STATUSES[deal.status]), deal.received_at, closed,
    )  # fmt: skip
