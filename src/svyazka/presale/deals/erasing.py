"""Erasing what was typed with the acts of a deal: the one way in which words leave the journal."""

from collections.abc import Iterable
from datetime import datetime

from svyazka.presale.deals.writing import deal_to_change
from svyazka.presale.journal.commands import Act, erase_details, record, with_details
from svyazka.presale.journal.guard import ERASURE
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, NotFound


@command
def erase_typed(*, deal_id: int, seqs: Iterable[int], actor: Actor, at: datetime) -> int:
    """Erase what was typed with these acts of the deal; the journal keeps who erased what and when. Returns how many.

    The acts themselves stay, and so do the deal's form and the client's card, which are corrected in their own places.

    :param seqs: places of the acts in the deal's chain
    :raises NotFound: nothing was typed with any of them, or it is erased already
    """
    deal, role = deal_to_change(deal_id, actor, "journal.erase", may_be_closed=True)
    entries = with_details(chain=deal.pk, seqs=seqs)
    if not entries:
        raise NotFound
    record(chain=deal.pk, act=Act(ERASURE, {"entries": [*entries]}, role=role), actor=actor, at=at)
    erase_details(entries)
    return len(entries)
