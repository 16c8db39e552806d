"""Who acts at the console: an administrator, named by ``--as`` or the first one there is."""

from django.utils import timezone

from svyazka.config.cli.failures import Failure
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.queries import PersonCard, actor_by_email, actor_by_id, directory


def administrator(email: str = "") -> Actor:
    """The one who acts.

    :raises Failure: nobody has this address, or there is no administrator yet
    """
    if email:
        actor = actor_by_email(email, "cli")
        if actor is None:
            raise Failure(
                f"Nobody who works here has the address {email}.", "svyazka person list shows everybody."
            )
        return actor
    known = directory().active(duty="administrator")
    actor = actor_by_id(min(card.id for card in known), "cli") if known else None
    if actor is None:
        raise Failure(
            "There is no administrator yet.",
            "svyazka person add --email E --name 'SURNAME GIVEN' --duty administrator makes the first.",
        )
    return actor


def person(email: str) -> PersonCard:
    """The person with this address.

    :raises Failure: nobody has it
    """
    wanted = email.strip().lower()
    found = next((card for card in directory().people.values() if card.email.lower() == wanted), None)
    if found is None:
        raise Failure(f"Nobody has the address {email}.", "svyazka person list shows everybody.")
    return found


now = timezone.now
"""The clock, read at the edge."""
