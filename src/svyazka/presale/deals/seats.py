"""Who sits in which role on a deal."""

from datetime import datetime

from svyazka.presale.deals.models import Deal, Seat
from svyazka.presale.deals.writing import deal_to_change, seats_of
from svyazka.presale.journal.commands import Act, record
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Invalid, Json, NotFound
from svyazka.presale.people.queries import directory
from svyazka.presale.people.rights import ROLES, may

SINGLE = frozenset({"manager", "lead_generator", "estimator"})
"""Roles that one person holds at a time."""


class SeatRefused(Invalid):
    """The person may not hold this role: his presale roles don't include it, or he has left."""

    code = "seat_refused"


@command
def appoint(*, deal_id: int, person_id: int, role: str, actor: Actor, at: datetime) -> None:
    """Give a person a role on a deal; in the roles of one he takes over from whoever held it.

    A fixer sits in the shadow until he is called; only who may call him puts him there, for nobody else may learn
    whether he sits there already.

    :raises SeatRefused: see there
    """
    deal, acting = deal_to_change(deal_id, actor, "deal.call_fixer" if role == "fixer" else "deal.appoint")
    seat(deal, person_id=person_id, role=role, actor=actor, at=at, acting=acting)


def seat(deal: Deal, *, person_id: int, role: str, actor: Actor, at: datetime, acting: str) -> None:
    """Take a seat within a command that has asked the right already."""
    card = directory().people.get(person_id)
    if role not in ROLES or card is None:
        raise Invalid(errors={"role": "unknown_choice"})
    if not card.is_active or (role not in card.roles and role != "lead_generator"):
        raise SeatRefused(person=person_id, role=role, name=card.short_name)
    held = Seat.objects.filter(deal=deal, role=role, until=None)
    if held.filter(person_id=person_id).exists():
        return
    before = held.values_list("person_id", flat=True).first() if role in SINGLE else None
    if role in SINGLE:
        held.update(until=at)
    Seat.objects.create(deal=deal, person_id=person_id, role=role, since=at, in_shadow=role == "fixer")
    if role == "manager":
        Deal.objects.filter(pk=deal.pk).update(manager_id=person_id)
    if role == "lead_generator":
        Deal.objects.filter(pk=deal.pk).update(author_id=person_id)
    record(
        chain=deal.pk, actor=actor, at=at,
        act=Act(f"{role}.appointed", {"person": person_id, "instead_of": before}, role=acting),
    )  # fmt: skip


@command
def release(*, deal_id: int, person_id: int, role: str, actor: Actor, at: datetime) -> None:
    """End a seat. The author of a lead keeps his to the end; a manager is replaced, not taken away.

    :raises NotFound: he doesn't hold it
    """
    deal, acting = deal_to_change(deal_id, actor, "deal.appoint")
    if role in {"lead_generator", "manager"}:
        raise Invalid("seat_stays", role=role)
    held = Seat.objects.filter(deal=deal, person_id=person_id, role=role, until=None)
    if not may(actor, "deal.call_fixer", seats_of(deal, actor.person_id)):
        held = held.filter(in_shadow=False)
    unseen: dict[str, Json] = (
        {"in_shadow": True} if role == "fixer" and held.filter(in_shadow=True).exists() else {}
    )
    if not held.update(until=at):
        raise NotFound
    record(
        chain=deal.pk,
        act=Act("seat.left", {"person": person_id, "role": role, **unseen}, role=acting),
        actor=actor,
        at=at,
    )


@command
def call_fixer(*, deal_id: int, what_for: str, actor: Actor, at: datetime) -> None:
    """Call the fixer out of the shadow, or all of them if there are several: from now on the team sees them.

    :raises NotFound: no fixer sits in the shadow of this deal
    """
    deal, acting = deal_to_change(deal_id, actor, "deal.call_fixer")
    if not what_for.strip():
        raise Invalid(errors={"what_for": "required"})
    hidden = Seat.objects.filter(deal=deal, role="fixer", until=None, in_shadow=True)
    called = list(hidden.order_by("pk").values_list("person_id", flat=True))
    if not called:
        raise NotFound
    hidden.update(in_shadow=False)
    for person_id in called:
        record(
            chain=deal.pk, actor=actor, at=at,
            act=Act("fixer.called", {"person": person_id}, {"what_for": what_for.strip()}, acting),
        )  # fmt: skip
