"""A person's calendar by a secret address: his meetings and what he owes. Whoever has the address reads it, until it is renewed."""

from typing import Final

from django.core.signing import BadSignature, Signer

from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, NotAllowed, NotFound
from svyazka.presale.meetings.models import Feed
from svyazka.presale.people.queries import actor_by_id

_SALT: Final = "svyazka.presale.meetings.feed"


@command
def feed_token(*, actor: Actor) -> str:
    """The secret part of one's own calendar address, made when it is asked for first."""
    if actor.person_id is None or actor.is_agent:
        raise NotAllowed(right="meeting.see")
    feed, _ = Feed.objects.get_or_create(person_id=actor.person_id)
    return _signed(actor.person_id, feed.serial)


def feed_of(*, actor: Actor) -> str | None:
    """The secret part of one's own calendar address; None where none was made. Changes nothing."""
    serial = Feed.objects.filter(person_id=actor.me).values_list("serial", flat=True).first()
    return None if serial is None else _signed(actor.me, serial)


def _signed(person_id: int, serial: int) -> str:
    return Signer(salt=_SALT).sign(f"{person_id}-{serial}")


@command
def renew_feed(*, actor: Actor) -> None:
    """Shut the address that was given out; the next one asked for is another."""
    feed, _ = Feed.objects.get_or_create(person_id=actor.me)
    Feed.objects.filter(pk=feed.pk).update(serial=feed.serial + 1)


def feed_reader(token: str) -> Actor:
    """Whose calendar an address shows, as far as he may see it now.

    :raises NotFound: it isn't ours, was renewed, or its owner has left
    """
    try:
        value = Signer(salt=_SALT).unsign(token[:200])
    except BadSignature:
        raise NotFound from None
    person, _, serial = value.partition("-")
    if not Feed.objects.filter(person_id=int(person), serial=int(serial)).exists():
        raise NotFound
    actor = actor_by_id(int(person), "web")
    if actor is None or actor.is_agent:
        raise NotFound
    return actor
