"""Who reads the small things of a deal: for reads that have its id only."""

from svyazka.presale.deals.models import Deal
from svyazka.presale.deals.queries import sees_private, visible_to
from svyazka.presale.deals.writing import seats_of
from svyazka.presale.journal.values import Actor, NotFound


def sees_private_of(deal_id: int, *, viewer: Actor) -> bool:
    """Whether the viewer may see money, contacts and what people typed on this deal. Two queries.

    :raises NotFound: no such deal, or the viewer may not know of it
    """
    deal = Deal.objects.filter(visible_to(viewer), pk=deal_id).first()
    if deal is None:
        raise NotFound
    return sees_private(viewer, seats_of(deal, viewer.person_id))
