"""Reads of places and of the queue's health."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.db.models import Count, Min, Q, Sum

from svyazka.presale.channels.models import Message, Place, Way
from svyazka.presale.channels.values import (
    DEAD,
    MOVED,
    OF_THE_COMPANY,
    PERSON,
    SENT,
    THREAD,
    UNBOUND,
    WAITING,
)
from svyazka.presale.journal.moment import once
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.queries import settings_revision
from svyazka.presale.people.rights import require

LETTERS: Final = "email"
"""The channel whose address of a person everybody knows already: the one that he signs in with."""


def channels_on() -> tuple[str, ...]:
    """Codes of the channels that this installation has, letters among them if there is a mail server."""
    found: tuple[str, ...] = tuple(settings.CHANNELS)
    return found


def messengers_on() -> tuple[str, ...]:
    """Of these the ones with chats, in which somebody has to be linked before he hears anything."""
    return tuple(channel for channel in channels_on() if channel != LETTERS)


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place as others know it."""

    id: int
    channel: str
    chat: str
    thread: str
    role: str
    title: str
    link: str
    person_id: int | None
    unit_id: int | None
    deal_id: int | None
    bound_at: datetime
    gone_at: datetime | None
    gone_because: str


_COLUMNS = (
    "id", "channel", "chat", "thread", "role", "title", "link", "person_id", "unit_id", "deal_id", "bound_at", "gone_at",
    "gone_because",
)  # fmt: skip


def places() -> Mapping[int, PlaceRow]:
    """Every place by id, those that are gone too: one value, shared until something of it changes."""
    return once("places", _current_places)


def _current_places() -> Mapping[int, PlaceRow]:
    revision = settings_revision()
    return _read_places() if revision is None else _places(revision)


@lru_cache(maxsize=4)
def _places(revision: int) -> Mapping[int, PlaceRow]:  # noqa: ARG001 (the revision is the cache's key)
    return _read_places()


def _read_places() -> Mapping[int, PlaceRow]:
    return {row[0]: PlaceRow(*row) for row in Place.objects.order_by("pk").values_list(*_COLUMNS)}


def threads_made(subject: str) -> frozenset[tuple[str, str, str]]:
    """Channel, chat and thread of the threads that we made for this; others, somebody else made and named."""
    made = Message.objects.filter(kind=THREAD, subject=subject, status=SENT)
    return frozenset(made.values_list("place__channel", "place__chat", "receipt"))


def places_for(role: str, *, unit_id: int | None = None, deal_id: int | None = None) -> tuple[PlaceRow, ...]:
    """Where something for these readers is said: places of the role in channels that are on.

    :param unit_id: those of one unit only
    :param deal_id: those of one deal only
    """
    on = channels_on()
    return tuple(
        place
        for place in places().values()
        if place.role == role
        and place.gone_at is None
        and place.channel in on
        and (unit_id is None or place.unit_id == unit_id)
        and (deal_id is None or place.deal_id == deal_id)
    )


def chats_of(person_id: int) -> tuple[PlaceRow, ...]:
    """A person's own places, gone ones too, in channels that are on."""
    mine = (place for place in places().values() if place.role == PERSON and place.person_id == person_id)
    return tuple(place for place in mine if place.channel in channels_on())


def groups(*, viewer: Actor) -> tuple[PlaceRow, ...]:
    """Groups of the experts and of all deals, those where nobody is any more too, in the order of binding."""
    require(viewer, "channels.see")
    bound = (one for one in places().values() if one.role in OF_THE_COMPANY)
    return tuple(one for one in bound if one.gone_because not in {UNBOUND, MOVED})


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """How a channel does. ``oldest`` is since when the longest waiting message could have gone out."""

    channel: str
    is_on: bool
    sent_at: datetime | None
    resting_until: datetime | None
    because: str
    waiting: int
    oldest: datetime | None
    dead: int
    repeats: int


def channels_health(*, viewer: Actor, at: datetime) -> tuple[ChannelHealth, ...]:
    """Every channel that is on, or that something still waits in."""
    require(viewer, "channels.see")
    ways = {way.channel: way for way in Way.objects.all()}
    open_ = Q(status__in=(WAITING, DEAD)) | Q(repeats__gt=0)
    counts = {
        row["place__channel"]: row
        for row in Message.objects.filter(open_)
        .order_by()
        .values("place__channel")
        .annotate(
            waits=Count("pk", filter=Q(status=WAITING)),
            oldest=Min("next_at", filter=Q(status=WAITING, next_at__lte=at)),
            dead=Count("pk", filter=Q(status=DEAD)),
            twice=Sum("repeats"),
        )
    }
    on = channels_on()
    return tuple(
        _health(name, ways.get(name), counts.get(name, {}), at, is_on=name in on)
        for name in dict.fromkeys((*on, *sorted(counts)))
    )


def _health(
    name: str, way: Way | None, row: Mapping[str, object], at: datetime, *, is_on: bool
) -> ChannelHealth:
    way = way or Way(channel=name)
    resting = way.resting_until if way.resting_until and way.resting_until > at else None
    waiting, dead, twice = (int(str(row.get(key) or 0)) for key in ("waits", "dead", "twice"))
    oldest = row.get("oldest")
    return ChannelHealth(
        name, is_on, way.sent_at, resting, way.because if resting else "", waiting,
        oldest if isinstance(oldest, datetime) else None, dead, twice,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DeadRow:
    """A message that was given up, and why."""

    id: int
    kind: str
    channel: str
    chat: str
    person_id: int | None
    title: str
    created_at: datetime
    attempts: int
    error: str


def dead_messages(*, viewer: Actor, limit: int = 100) -> tuple[DeadRow, ...]:
    """Dead messages, newest first."""
    require(viewer, "channels.see")
    columns = (
        "id", "kind", "place__channel", "place__chat", "place__person_id", "place__title", "created_at",
        "attempts", "error",
    )  # fmt: skip
    found = Message.objects.filter(status=DEAD).order_by("-pk").values_list(*columns)[:limit]
    return tuple(DeadRow(*row) for row in found)


def gone_places(*, viewer: Actor) -> tuple[PlaceRow, ...]:
    """Places that nothing is sent to any more, the last gone first; those that somebody unbound himself aren't told."""
    require(viewer, "channels.see")
    found = [one for one in places().values() if one.gone_at and one.gone_because not in {UNBOUND, MOVED}]
    return tuple(sorted(found, key=lambda one: (one.gone_at or one.bound_at, one.id), reverse=True))
