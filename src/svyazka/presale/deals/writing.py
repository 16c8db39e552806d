"""What every command on a deal begins with: the lock, the deal, the seats of the one who acts."""

from collections.abc import Iterable

from svyazka.presale.deals.models import OPEN, Deal, Seat
from svyazka.presale.journal.commands import lock_journal
from svyazka.presale.journal.prepared import Prepared
from svyazka.presale.journal.values import Actor, Conflict, NotFound
from svyazka.presale.people.rights import require

_ROLE_ORDER = ("manager", "expert", "estimator", "fixer", "dispatcher", "lead_generator")


DEAL = Prepared(lambda pk: Deal.objects.filter(pk=pk))
"""A deal by its id."""
_SEATS = Prepared(
    lambda deal, person: Seat.objects.filter(deal=deal, person_id=person, until=None).values_list(
        "role", "in_shadow"
    )
)


class DealClosed(Conflict):
    """The deal is closed already; ``params["status"]`` says how."""

    code = "deal_closed"


def seats_of(deal: Deal, person_id: int | None) -> frozenset[str]:
    """Roles that a person has on a deal now, ``dispatcher`` included; a fixer not called yet only has his ``shadow``."""
    if person_id is None:
        return frozenset()
    return roles_of(deal.dispatcher_id, person_id, _SEATS(deal=deal.pk, person=person_id))


def roles_of(
    dispatcher_id: int | None, person_id: int | None, seats: Iterable[tuple[str, bool]]
) -> frozenset[str]:
    """The same from the person's seats (role, in the shadow) that are known already."""
    roles = {"shadow" if in_shadow else role for role, in_shadow in seats}
    return frozenset(roles | {"dispatcher"} if dispatcher_id == person_id else roles)


def acting_role(seats: frozenset[str], actor: Actor) -> str:
    """The role in which somebody acts, for the journal: his weightiest seat, else his duty."""
    return next((role for role in _ROLE_ORDER if role in seats), min(actor.duties, default="")[:20])


def deal_to_change(
    deal_id: int, actor: Actor, right: str, *, may_be_closed: bool = False
) -> tuple[Deal, str]:
    """Lock, load and check in one step. Returns the deal and the role in which the actor acts.

    All writers of deals queue at the journal's lock, so what is read here stays true until the transaction ends.

    :raises NotFound: no such deal, or the actor may not know of it
    :raises NotAllowed: neither duty nor seat gives the right
    :raises DealClosed: the deal is closed, and ``may_be_closed`` is not said
    """
    lock_journal()
    return deal_allowed(deal_id, actor, right, may_be_closed=may_be_closed)


def deal_allowed(deal_id: int, actor: Actor, right: str, *, may_be_closed: bool = False) -> tuple[Deal, str]:
    """The same without the lock, before something slow: it has to be asked again under the lock.

    Raises what :func:`deal_to_change` raises.
    """
    deal = DEAL.first(pk=deal_id)
    if deal is None:
        raise NotFound
    seats = seats_of(deal, actor.person_id)
    if actor.is_agent and deal.author_id != actor.person_id and not seats:
        raise NotFound
    require(actor, right, seats)
    if deal.status != OPEN and not may_be_closed:
        raise DealClosed(status=deal.status, number=deal.number)
    return deal, acting_role(seats, actor)
