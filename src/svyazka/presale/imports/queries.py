"""Reads of imports."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count

from svyazka.presale.deals.models import OPEN, Deal
from svyazka.presale.imports.models import Brought, Import
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.people.rights import require

_COLUMNS: Final = ("pk", "name", "at", "by_id", "deals", "changed", "withdrawn_at")


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A table that was brought in: so many new deals, so many that were changed."""

    id: int
    name: str
    at: datetime
    by_id: int | None
    deals: int
    changed: int
    withdrawn_at: datetime | None


def imports(*, viewer: Actor, limit: int = 50) -> tuple[ImportRow, ...]:
    """What was brought in, the newest first, what was taken back too.

    :raises NotAllowed: he may bring nothing in
    """
    require(viewer, "import.make")
    return tuple(ImportRow(*row) for row in Import.objects.order_by("-pk").values_list(*_COLUMNS)[:limit])


def import_row(import_id: int, *, viewer: Actor) -> ImportRow:
    """One of them.

    :raises NotAllowed: he may bring nothing in
    :raises NotFound: there is none
    """
    require(viewer, "import.make")
    found = Import.objects.filter(pk=import_id).values_list(*_COLUMNS).first()
    if found is None:
        raise NotFound
    return ImportRow(*found)


def deals_of(import_id: int) -> tuple[int, ...]:
    """Ids of the deals that came with an import, in the order of its rows."""
    found = Brought.objects.filter(whole=import_id).order_by("row", "deal")
    return tuple(found.values_list("deal_id", flat=True))


def holders_of(import_id: int) -> tuple[tuple[int, int], ...]:
    """Who owes the next step on open deals that came with an import, and on how many."""
    brought = Deal.objects.filter(brought__whole=import_id, status=OPEN, holder__isnull=False)
    return tuple(brought.order_by("holder").values_list("holder_id").annotate(Count("pk")))
