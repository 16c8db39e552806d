"""Writes on commitments by people: open, keep, waive, hand over."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from svyazka.engine.wording import is_effort, lack_of, vague_deadline
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.commitments.terms import close
from svyazka.presale.deals.models import Deal
from svyazka.presale.deals.writing import acting_role, deal_to_change, seats_of
from svyazka.presale.journal.commands import Act, record
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Conflict, Invalid, NotFound, line
from svyazka.presale.people.queries import directory, present
from svyazka.presale.people.rights import require

FARTHEST = timedelta(days=730)
"""A promise for later than two years is none."""
LONGEST: Final = 300
"""Letters of a result: it is one line of a list."""


class AlreadyClosed(Conflict):
    """Somebody closed this commitment first; ``params`` say how and who."""

    code = "commitment_closed"


@command
def open_commitment(
    *,
    deal_id: int,
    performer_id: int,
    result: str,
    due_at: datetime,
    actor: Actor,
    at: datetime,
    controller_id: int | None = None,
    to_client: bool = False,
    on_client: bool = False,
) -> int:
    """One person owes one result by one time. Returns its id.

    :param to_client: a next step promised to the client
    :param on_client: the client owes it to us; the performer sees to it
    :raises Invalid: no result, one that can't be seen ("think it over"), a vague one ("when you can"), one longer than a
        line, a time in the past, a controller who is the doer
    """
    deal, role = deal_to_change(deal_id, actor, "commitment.open")
    people = directory()
    card = people.people.get(performer_id)
    errors = {}
    if lack := _lack_of_result(result):
        errors["result"] = lack
    if due_at <= at:
        errors["due"] = "in_the_past"
    elif due_at > at + FARTHEST:
        errors["due"] = "too_far"
    if card is None or not card.is_active or card.is_agent:
        errors["performer"] = "unknown_choice"
    if controller_id is not None and controller_id not in people.people:
        errors["controller"] = "unknown_choice"
    if controller_id == performer_id:
        errors["controller"] = "controller_is_the_doer"
    if errors:
        raise Invalid(errors=errors)
    if controller_id is None:
        controller_id = next(
            (
                one
                for one in (actor.person_id, deal.manager_id, deal.dispatcher_id)
                if one not in {None, performer_id}
            ),
            None,
        )
    commitment = Commitment.objects.create(
        deal=deal, performer_id=performer_id, role=_role_of(deal, performer_id), result=line(result, LONGEST),
        opened_at=at, opened_by="person", due_at=due_at, controller_id=controller_id, to_client=to_client,
        on_client=on_client,
    )  # fmt: skip
    record(
        chain=deal.pk, actor=actor, at=at,
        act=Act(
            "commitment.opened",
            {
                "id": commitment.pk, "performer": performer_id, "due": due_at.isoformat(), "by": "person",
                "to_client": to_client, "on_client": on_client,
            },
            {"result": commitment.result}, role,
        ),
    )  # fmt: skip
    return commitment.pk


def set_controller(ids: Iterable[int], controller_id: int) -> None:
    """Let one person see to these open commitments. Must run inside a command, which has asked for the right and tells of it.

    Whoever owes one himself is no controller of it.
    """
    found = Commitment.objects.filter(pk__in=list(ids), outcome="open").exclude(performer_id=controller_id)
    found.update(controller_id=controller_id)


def _lack_of_result(result: str) -> str:
    if lack := lack_of(result):
        return lack
    if len(line(result, LONGEST + 1)) > LONGEST:
        return "too_long"
    if vague_deadline(result):
        return "vague"
    return "no_result" if is_effort(result) else ""


def _role_of(deal: Deal, person_id: int) -> str:
    held = seats_of(deal, person_id)
    return acting_role(held, Actor(person_id=person_id, channel="system")) if held else ""


def _open_one(commitment_id: int, actor: Actor, right: str) -> tuple[Commitment, Deal, str]:
    """The commitment, if it is open and the actor may do this to it.

    :raises AlreadyClosed: somebody was first
    """
    known = Commitment.objects.filter(pk=commitment_id).values_list("deal_id", flat=True).first()
    if known is None:
        raise NotFound
    deal, role = deal_to_change(known, actor, "commitment.open", may_be_closed=True)
    commitment = Commitment.objects.get(pk=commitment_id)
    seats = set(seats_of(deal, actor.person_id))
    if commitment.performer_id == actor.person_id:
        seats.add("performer")
    if commitment.controller_id == actor.person_id:
        seats.add("controller")
    require(actor, right, seats)
    if commitment.outcome != "open":
        name = directory().name(commitment.closed_by_id)
        raise AlreadyClosed(outcome=commitment.outcome, who=name, id=commitment.pk)
    return commitment, deal, role


@command
def keep(*, commitment_id: int, actor: Actor, at: datetime, note: str = "") -> str:
    """The result is there. Returns the outcome: ``kept``, or ``late`` past the due time.

    A commitment of one of the process's terms is kept by its event instead: see ``stages.keeping``.

    :raises AlreadyClosed: see there
    """
    commitment, _, role = _open_one(commitment_id, actor, "commitment.keep")
    return close(commitment, outcome=None, actor=actor, at=at, note=note.strip(), role=role)


@command
def waive(*, commitment_id: int, reason: str, actor: Actor, at: datetime) -> None:
    """The result isn't needed any more, and why. Recorded as what it is."""
    commitment, _, role = _open_one(commitment_id, actor, "commitment.waive")
    if lack := lack_of(reason):
        raise Invalid(errors={"reason": lack})
    close(commitment, outcome="waived", actor=actor, at=at, note=reason.strip(), role=role)


@command
def give_up(*, commitment_id: int, reason: str, actor: Actor, at: datetime) -> None:
    """The performer says that the result won't come: broken, with the reason."""
    commitment, _, role = _open_one(commitment_id, actor, "commitment.keep")
    if lack := lack_of(reason):
        raise Invalid(errors={"reason": lack})
    close(commitment, outcome="broken", actor=actor, at=at, note=reason.strip(), role=role)


@command
def hand_over(*, commitment_id: int, to_id: int, reason: str, actor: Actor, at: datetime) -> None:
    """Another performer takes the commitment on, with the same due time.

    Whoever is away is stood in for: the commitment lands with his stand-in.

    :raises Invalid: no reason, or it would land with whoever checks it: ``to``
    """
    commitment, deal, role = _open_one(commitment_id, actor, "commitment.hand_over")
    people = directory()
    card = people.people.get(to_id)
    errors = {}
    if lack := lack_of(reason):
        errors["reason"] = lack
    before = commitment.performer_id
    if card is None or not card.is_active or card.is_agent or to_id == before:
        errors["to"] = "unknown_choice"
    elif (to_id := present(to_id, at=at, people=people)) == commitment.controller_id:
        errors["to"] = "controller_does_it"
    if errors:
        raise Invalid(errors=errors)
    commitment.performer_id = to_id
    commitment.save(update_fields=["performer"])
    record(
        chain=deal.pk, actor=actor, at=at,
        act=Act(
            "commitment.handed_over",
            {
                "id": commitment.pk, "term": commitment.term, "from": before, "to": to_id, **commitment.concerned
            },
            {"reason": reason.strip()}, role,
        ),
    )  # fmt: skip
