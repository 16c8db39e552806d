"""The queue: taking messages to send, and writing down what became of them.

Between the two nothing is locked and no transaction is open. Whoever takes a message has it for :data:`LEASE`; if he is
not heard of by then, another takes it, and the message counts that it may have been sent twice.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When

from svyazka.presale.channels.models import Message, Place, Way
from svyazka.presale.channels.port import Limits
from svyazka.presale.channels.values import DEAD, PERSON, WAITING
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Json

LEASE: Final = timedelta(minutes=2)
"""Longer than any channel may take over one message."""
ATTEMPTS: Final = 8
"""After so many a message is dead: some forty minutes."""
_FIRST_PAUSE: Final = 20.0
_LONGEST_PAUSE: Final = 30 * 60.0
_AHEAD: Final = 0.25
"""Seconds of the channel's own rate that may be taken at once."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that somebody has taken to send, with its place as it was then."""

    id: int
    kind: str
    subject: str
    notice_id: int | None
    data: Mapping[str, Json]
    revision: int
    attempts: int
    receipt: str
    created_at: datetime
    place_id: int
    channel: str
    chat: str
    thread: str
    role: str
    title: str
    person_id: int | None
    unit_id: int | None
    deal_id: int | None


_TAKEN = (
    "id", "kind", "subject", "notice_id", "data", "revision", "attempts", "receipt", "created_at", "place_id",
    "place__channel", "place__chat", "place__thread", "place__role", "place__title", "place__person_id",
    "place__unit_id", "place__deal_id",
)  # fmt: skip


def is_due(*, channel: str, at: datetime) -> bool:
    """Whether there may be something to take: asked often, and cheap where nothing waits."""
    return Message.objects.filter(status=WAITING, next_at__lte=at, place__channel=channel).exists()


def stands_still(*, channel: str, at: datetime) -> bool:
    """Whether a message that could have gone out by ``at`` still waits, though nothing before it holds it back."""
    return bool(_ready(channel, at, 1))


@command
def take(*, channel: str, limits: Limits, worker: str, at: datetime, limit: int = 1) -> tuple[Taken, ...]:
    """Take the oldest messages that may go out now, each of another chat, and hold their places until they are settled.

    Takers of one channel take turns at its row, so that its limits are shared between processes. A place hears its
    messages in order: one that is under way, or is tried again, holds the later ones back.

    :param worker: who takes; no two that work at the same time have one name
    """
    way = _locked(channel)
    if way.resting_until is not None and way.resting_until > at:
        return ()
    begin, budget = _budget(way, limits, at, limit)
    chosen = _one_a_chat(_ready(channel, at, budget * 4), budget) if budget else []
    if not chosen:
        return ()
    ids = [message for _, _, _, message in chosen]
    Message.objects.filter(pk__in=ids, attempts__gte=ATTEMPTS).update(
        status=DEAD, worker="", lease_until=None, error="taken too often and never settled"
    )
    Message.objects.filter(pk__in=ids, status=WAITING).update(
        repeats=Case(When(worker="", then=F("repeats")), default=F("repeats") + 1),
        worker=worker, lease_until=at + LEASE, attempts=F("attempts") + 1,
    )  # fmt: skip
    _pace(channel, limits, chosen, at)
    if limits.rate:
        way.free_at = begin + timedelta(seconds=len(ids) / limits.rate)
        way.save(update_fields=["free_at"])
    found = Message.objects.filter(pk__in=ids, status=WAITING).order_by("pk").values_list(*_TAKEN)
    return tuple(Taken(*row) for row in found)


def _locked(channel: str) -> Way:
    way = Way.objects.select_for_update().filter(pk=channel).first()
    if way is None:
        Way.objects.bulk_create([Way(channel=channel)], ignore_conflicts=True)
        way = Way.objects.select_for_update().get(pk=channel)
    return way


def _budget(way: Way, limits: Limits, at: datetime, limit: int) -> tuple[datetime, int]:
    """From when the channel's rate counts, and how many messages it lets out now."""
    begin = max(way.free_at or at, at)
    if not limits.rate:
        return begin, limit
    ahead = max(_AHEAD, 1 / limits.rate) - (begin - at).total_seconds()
    return begin, max(0, min(limit, int(ahead * limits.rate + 1e-6)))


def _ready(channel: str, at: datetime, limit: int) -> Sequence[tuple[int, str, str, int]]:
    """Place, chat, role and message of the places that may be spoken to now, the longest waiting first.

    Asked from the places: each costs one look into an index, however much waits behind its first message.
    """
    waiting = Message.objects.filter(place=OuterRef("pk"), status=WAITING)
    # what has never been tried and has its time still before it (quiet hours) holds nobody back
    in_turn = waiting.filter(Q(next_at__lte=at) | Q(attempts__gt=0)).order_by("pk").values("pk")[:1]
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    now = Message.objects.filter(free, pk=OuterRef("first"), next_at__lte=at)
    places = Place.objects.filter(Q(free_at=None) | Q(free_at__lte=at), channel=channel, gone_at=None)
    found = places.annotate(first=Subquery(in_turn)).filter(Exists(now)).order_by("first")
    return list(found.values_list("pk", "chat", "role", "first")[:limit])


def _one_a_chat(found: Sequence[tuple[int, str, str, int]], limit: int) -> list[tuple[int, str, str, int]]:
    chats: dict[str, tuple[int, str, str, int]] = {}
    for one in found:
        chats.setdefault(one[1], one)
    return list(chats.values())[:limit]


def _pace(channel: str, limits: Limits, chosen: Sequence[tuple[int, str, str, int]], at: datetime) -> None:
    """Let the chats rest as long as the limits say, with all their threads."""
    for gap, private in ((limits.person, True), (limits.group, False)):
        chats = [chat for _, chat, role, _ in chosen if (role == PERSON) == private]
        if gap and chats:
            Place.objects.filter(channel=channel, chat__in=chats).update(free_at=at + timedelta(seconds=gap))


def pause_after(attempts: int) -> timedelta:
    """How long a message waits after so many attempts: twice as long each time, give or take a quarter."""
    longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** max(0, attempts - 1))
    return timedelta(seconds=longest * random.uniform(0.75, 1.25))  # noqa: S311 (spreads a crowd, hides nothing)


@command
def release(*, lives: Callable[[str], bool], at: datetime) -> int:
    """Give back what workers have taken who don't live any more. Returns how many messages that were."""
    taken = Message.objects.filter(status=WAITING).exclude(worker="")
    workers = taken.order_by().values_list("worker", flat=True).distinct()
    gone = [worker for worker in workers if not lives(worker)]
    return taken.filter(worker__in=gone).update(lease_until=at) if gone else 0
