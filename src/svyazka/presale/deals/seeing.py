"""Who reads the small things of a deal: for reads that have its id only."""

from collections.abc import Mapping

from svyazka.presale.deals.models import Deal, Seat
from svyazka.presale.deals.queries import sees_private, visible_to
from svyazka.presale.deals.writing import roles_of, seats_of
from svyazka.presale.journal.values import Actor, NotFound


def sees_private_of(deal_id: int, *, viewer: Actor) -> bool:
    """Whether the viewer may see money, contacts and what people typed on this deal. Two queries.

    :raises NotFound: no such deal, or the viewer may not know of it
    """
    deal = Deal.objects.filter(visible_to(viewer), pk=deal_id).first()
    if deal is None:
        raise NotFound
    return sees_private(viewer, seats_of(deal, viewer.person_id))


def sees_private_of_each(dispatchers: Mapping[int, int | None], *, viewer: Actor) -> frozenset[int]:
    """The same for several deals, which the viewer knows of: those whose small things he reads. One query.

    :param dispatchers: who receives for each deal
    """
    held: dict[int, list[tuple[str, bool]]] = {deal: [] for deal in dispatchers}
    mine = Seat.objects.filter(deal_id__in=list(held), person_id=viewer.me, until=None)
    for deal, role, in_shadow in mine.values_list("deal_id", "role", "in_shadow"):
        held[deal].append((role, in_shadow))
    return frozenset(
        deal
        for deal, seats in held.items()
        if sees_private(viewer, roles_of(dispatchers[deal], viewer.person_id, seats))
    )
