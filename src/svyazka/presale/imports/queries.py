"""Reads of imports."""

from svyazka.presale.imports.models import Brought


def deals_of(import_id: int) -> tuple[int, ...]:
    """Ids of the deals that came with an import, in the order of its rows."""
    found = Brought.objects.filter(whole=import_id).order_by("row", "deal")
    return tuple(found.values_list("deal_id", flat=True))
