"""Writes about places and messages: binding, saying, showing a card, mending what went wrong."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, QuerySet

from svyazka.presale.channels.models import Message, Place, Talk, Way
from svyazka.presale.channels.queries import LETTERS
from svyazka.presale.channels.values import (
    CARD,
    CLIENT,
    DEAD,
    DROPPED,
    MOVED,
    OF_THE_COMPANY,
    PERSON,
    REPLY,
    SENT,
    THREAD,
    UNBOUND,
    WAITING,
)
from svyazka.presale.journal.commands import WORKSPACE, Act, lock_journal, record
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.prepared import insert, insert_all
from svyazka.presale.journal.values import Actor, Conflict, Json, NotFound, line
from svyazka.presale.people.commands import touch_settings
from svyazka.presale.people.rights import require

KEPT: Final = timedelta(days=90)
"""How long messages that were sent or dropped are remembered; those that can still be edited are kept."""
UNSAID: Final = timedelta(days=7)
"""How long a reply that could not be given is kept: it says what somebody typed, and he asks again."""


class PlaceIsGone(Conflict):
    """Nothing is sent to a place where nobody is; switch it on again first."""

    code = "place_is_gone"


@command
def bind_place(
    *,
    channel: str,
    chat: str,
    role: str,
    actor: Actor,
    at: datetime,
    thread: str = "",
    person_id: int | None = None,
    unit_id: int | None = None,
    deal_id: int | None = None,
    title: str = "",
    link: str = "",
) -> int:
    """Make a chat (or a thread of it) a place for a person, the experts, all deals or one deal. Returns the place's id.

    One that is known under this name gets its new meaning and is switched on again. Whether somebody may bind is asked by
    whoever knows how he proved that the chat is his.

    :param link: an address that opens the chat for who is in it
    """
    lock_journal()
    meaning = {
        "role": role, "person_id": person_id, "unit_id": unit_id, "deal_id": deal_id, "title": line(title, 128), "link": link[:200],
        "bound_at": at, "bound_by_id": actor.person_id, "gone_at": None, "gone_because": "",
    }  # fmt: skip
    known = Place.objects.filter(channel=channel, chat=chat, thread=thread).first()
    if known is not None and (known.role, known.person_id, known.deal_id) != (role, person_id, deal_id):
        _leave(Place.objects.filter(pk=known.pk))
    place, _ = Place.objects.update_or_create(channel=channel, chat=chat, thread=thread, defaults=meaning)
    touch_settings()
    data: dict[str, Json] = {"place": place.pk, "channel": channel, "role": role, "person": person_id}
    record(chain=WORKSPACE, act=Act("place.bound", data), actor=actor, at=at)
    return place.pk


@command
def set_link(*, place_id: int, link: str) -> None:
    """Note the address that lets colleagues into a place."""
    Place.objects.filter(pk=place_id).update(link=link[:200])
    touch_settings()


@command
def unbind_place(*, place_id: int, actor: Actor, at: datetime) -> None:
    """Say nothing at a place any more: a person has unlinked his chat, a group was taken off. What waits is dropped."""
    if not unbind(Place.objects.filter(pk=place_id), at=at):
        raise NotFound
    touch_settings()
    record(chain=WORKSPACE, act=Act("place.unbound", {"place": place_id}), actor=actor, at=at)


def unbind(places: QuerySet[Place], *, at: datetime) -> bool:
    """Take these places off, with all that waits for who is there. False if nobody is. Must run inside a command."""
    lock_journal()
    ids = list(places.filter(gone_at=None).values_list("pk", flat=True))
    known = Place.objects.filter(pk__in=ids)
    known.update(gone_at=at, gone_because=UNBOUND)
    _leave(known)
    return bool(ids)


def _leave(places: QuerySet[Place]) -> None:
    """Whoever is there from now on gets nothing that waits for whoever was, and takes up no talk of his.

    Must run inside an act, which holds the journal's lock already.
    """
    waiting = Message.objects.filter(place__in=places, status=WAITING)
    waiting.update(status=DROPPED, worker="", lease_until=None, error=UNBOUND)
    Talk.objects.filter(place__in=places).delete()


@command
def leave_chats(*, person_id: int, at: datetime) -> None:
    """Say nothing in a person's chats any more, whoever sits there: he has left, or somebody else may have had his account."""
    unbind(Place.objects.filter(role=PERSON, person_id=person_id).exclude(channel=LETTERS), at=at)
    touch_settings()


@command
def unlink_chat(*, place_id: int, actor: Actor, at: datetime) -> None:
    """Unlink one's own chat with us. Letters aren't one: they go to the address that one signs in with.

    :raises NotFound: there is no such chat, or it is somebody else's
    """
    mine = Place.objects.filter(pk=place_id, role=PERSON, person_id=actor.me).exclude(channel=LETTERS)
    if not mine.exists():
        raise NotFound
    unbind_place(place_id=place_id, actor=actor, at=at)


@command
def unbind_group(*, place_id: int, actor: Actor, at: datetime) -> None:
    """Take a group of the experts or of all deals off.

    :raises NotFound: there is no such group; a deal's own chat is the deal's business
    """
    require(actor, "channels.mend")
    if not Place.objects.filter(pk=place_id, role__in=OF_THE_COMPANY).exists():
        raise NotFound
    unbind_place(place_id=place_id, actor=actor, at=at)


def address_of(person_id: int, *, channel: str, address: str, at: datetime) -> int:
    """The place of a person's own address, which is made when it is needed first. Must run inside a command."""
    known = Place.objects.filter(channel=channel, chat=address, thread="").first()
    if known is None:
        known = insert(Place(channel=channel, chat=address, role=PERSON, person_id=person_id, bound_at=at))
    elif known.person_id != person_id:  # two people have changed addresses
        Place.objects.filter(pk=known.pk).update(person_id=person_id, gone_at=None, gone_because="")
    touch_settings()
    return known.pk


def address_of_client(address: str, *, at: datetime) -> int:
    """The place of somebody of a client's by e-mail, made when it is needed first. Must run inside a command.

    One of ours may have the same address: the two are places of their own.
    """
    known = Place.objects.filter(channel=LETTERS, chat=address, thread=CLIENT).first()
    if known is None:
        known = insert(Place(channel=LETTERS, chat=address, thread=CLIENT, role=CLIENT, bound_at=at))
    elif known.gone_at is not None:  # somebody has looked at the address again and sends there
        Place.objects.filter(pk=known.pk).update(gone_at=None, gone_because="")
    return known.pk


def forget_clients(subjects: Collection[str], addresses: Collection[str]) -> None:
    """Delete messages to a client's people about these subjects, sent or not, and these addresses of theirs. Must run inside a command."""
    Message.objects.filter(place__role=CLIENT, subject__in=subjects).delete()
    Place.objects.filter(channel=LETTERS, role=CLIENT, chat__in=addresses).delete()


def enqueue(messages: Sequence[Message]) -> None:
    """Queue messages in one statement. Must run inside an act, which holds the journal's lock already."""
    insert_all(messages)


@command
def say(
    *,
    place_id: int,
    kind: str,
    at: datetime,
    data: Mapping[str, Json] | None = None,
    subject: str = "",
    next_at: datetime | None = None,
    dedup: str | None = None,
) -> None:
    """Queue one message outside of what notices do: a reply, a topic's name, a digest, a test.

    :param dedup: of two messages with the same key only the first is queued
    """
    lock_journal()
    message = Message(
        place_id=place_id, kind=kind, subject=subject, data=dict(data or {}), created_at=at,
        next_at=next_at or at, dedup=dedup,
    )  # fmt: skip
    if dedup is None:
        insert(message)
    else:
        Message.objects.bulk_create([message], ignore_conflicts=True)


@command
def show_card(*, place_id: int, subject: str, at: datetime, data: Mapping[str, Json] | None = None) -> None:
    """See to it that a place shows what ``subject`` is now: a new card, or the one there edited.

    However often it changes before the next sending, one edit goes out, worded from what is true then.
    """
    lock_journal()
    card = Message.objects.filter(place=place_id, kind=CARD, subject=subject)
    changed = card.update(
        revision=F("revision") + 1, status=WAITING, next_at=at, attempts=0, error="", data=dict(data or {})
    )
    if not changed:
        insert(
            Message(
                place_id=place_id, kind=CARD, subject=subject, data=dict(data or {}), created_at=at, next_at=at
            )
        )  # fmt: skip


@command
def resend(*, message_id: int | None, actor: Actor, at: datetime) -> int:
    """Queue a dead message once more, or all of them. Returns how many were.

    :raises NotFound: there is no such dead message
    :raises PlaceIsGone: nobody is there
    """
    require(actor, "channels.mend")
    dead = Message.objects.filter(status=DEAD)
    if message_id is None:
        dead = dead.filter(place__gone_at=None)
    else:
        one = dead.select_related("place").filter(pk=message_id).first()
        if one is None:
            raise NotFound
        if one.place.gone_at is not None:
            raise PlaceIsGone
        dead = Message.objects.filter(pk=message_id, status=DEAD)
    ids = list(dead.values_list("pk", flat=True))
    return Message.objects.filter(pk__in=ids, status=DEAD).update(status=WAITING, attempts=0, next_at=at)


@command
def drop(*, message_id: int | None, actor: Actor, at: datetime) -> int:
    """Give a dead message up, or all of them. Returns how many were."""
    del at  # nothing of it is shown with a time
    require(actor, "channels.mend")
    dead = Message.objects.filter(status=DEAD)
    dropped = (dead if message_id is None else dead.filter(pk=message_id)).update(status=DROPPED)
    if message_id is not None and not dropped:
        raise NotFound
    return dropped


@command
def revive_place(*, place_id: int, actor: Actor, at: datetime) -> None:
    """Switch a place on again at which nobody was. What somebody took off himself only he brings back."""
    require(actor, "channels.mend")
    gone = Place.objects.filter(pk=place_id).exclude(gone_at=None).exclude(gone_because__in=(UNBOUND, MOVED))
    if not gone.update(gone_at=None, gone_because=""):
        raise NotFound
    touch_settings()
    record(chain=WORKSPACE, act=Act("place.revived", {"place": place_id}), actor=actor, at=at)


@command
def wake_channel(*, channel: str, actor: Actor, at: datetime) -> None:
    """Let a channel that rests try again at once.

    :raises NotFound: nothing was ever sent by such a channel
    """
    del at
    require(actor, "channels.mend")
    if not Way.objects.filter(pk=channel).update(resting_until=None):
        raise NotFound


@command
def show_again(*, subjects: Sequence[str], at: datetime) -> None:
    """Let the places that show one of these show what is true now. Nothing is shown where it wasn't before."""
    lock_journal()
    shown = Message.objects.filter(kind=CARD, subject__in=subjects, place__gone_at=None)
    shown.update(revision=F("revision") + 1, status=WAITING, next_at=at, attempts=0, error="")


def forget_messages(*, at: datetime) -> int:
    """Delete what was said long ago, and replies that nobody could be given. Returns how much."""
    settled = Message.objects.filter(status__in=(SENT, DROPPED), created_at__lt=at - KEPT)
    unsaid = Message.objects.filter(kind=REPLY, status__in=(DROPPED, DEAD), created_at__lt=at - UNSAID)
    return settled.exclude(kind__in=(CARD, THREAD)).delete()[0] + unsaid.delete()[0]
