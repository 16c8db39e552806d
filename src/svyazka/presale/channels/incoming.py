"""The inbox: kept first, understood after. What a channel tells twice is here once; what can't be handled is put aside."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, QuerySet

from svyazka.presale.channels.models import Incoming, Way
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Json, NotFound, storable
from svyazka.presale.people.rights import require

TRIES: Final = 3
"""After so many it is put aside, and those behind it go on."""
KEPT: Final = timedelta(days=7)
"""How long that something was told is remembered, and what was put aside lies there."""
_HEARD_EVERY: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Told:
    """Something a channel told, to be handled; ``is_last`` where no try follows this one."""

    id: int
    source: str
    raw: Mapping[str, Json]
    received_at: datetime
    is_last: bool


@command
def receive(*, channel: str, source: str, raw: Mapping[str, Json], at: datetime) -> bool:
    """Keep what a channel tells, but for what no database keeps. False if it told the same before.

    :param source: the channel's own name of it
    """
    row = Incoming(channel=channel, source=source[:160], raw=storable(dict(raw)), received_at=at)
    before = Incoming.objects.filter(channel=channel, source=row.source).exists()
    if not before:
        Incoming.objects.bulk_create([row], ignore_conflicts=True)
    Way.objects.filter(pk=channel).exclude(heard_at__gt=at - _HEARD_EVERY).update(heard_at=at)
    return not before


def next_told(*, channel: str, least_tried: bool = False) -> Told | None:
    """Take the oldest thing up that is not done and not put aside. Its attempt is counted before anything can go wrong.

    Asked many times a second: where nothing waits it is one read, which takes no turn among those who write.

    :param least_tried: of those that were tried least, where the order doesn't matter: one that fails then holds nobody back
    """
    waiting = Incoming.objects.filter(channel=channel, done_at=None, attempts__lt=TRIES)
    turn = ("attempts", "pk") if least_tried else ("pk",)
    return _first(waiting.order_by(*turn)) if waiting.exists() else None


@command
def _first(waiting: QuerySet[Incoming]) -> Told | None:
    row = waiting.first()
    if row is None:
        return None
    Incoming.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1)
    return Told(row.pk, row.source, row.raw, row.received_at, is_last=row.attempts + 1 >= TRIES)


@command
def handle_told(*, told_id: int, handler: Callable[[], None], at: datetime) -> bool:
    """Run ``handler`` and note that it is done, in one transaction. False if it was done already.

    Whatever the handler writes and queues is written with the note or not at all, so that it happens once.
    """
    row = Incoming.objects.select_for_update().filter(pk=told_id, done_at=None).first()
    if row is None:
        return False
    handler()
    Incoming.objects.filter(pk=told_id).update(done_at=at, raw={}, error="")
    return True


def put_down(*, told_id: int, error: str) -> None:
    """Note why it couldn't be handled; after :data:`TRIES` times it lies aside, as it came."""
    Incoming.objects.filter(pk=told_id, done_at=None).update(error=error[:300])


def give_back(*, told_id: int) -> None:
    """Say that nothing was tried: whoever is needed for it was away."""
    Incoming.objects.filter(pk=told_id, done_at=None).update(attempts=F("attempts") - 1)


@dataclass(frozen=True, slots=True)
class Aside:
    """Something told that nobody could handle; ``channel`` without what tells its inboxes apart."""

    id: int
    channel: str
    received_at: datetime
    error: str


def put_aside(*, viewer: Actor, limit: int = 100) -> tuple[Aside, ...]:
    """What lies aside, newest first."""
    require(viewer, "channels.see")
    found = Incoming.objects.filter(done_at=None, attempts__gte=TRIES).order_by("-pk")[:limit]
    return tuple(Aside(row.pk, row.channel.partition(":")[0], row.received_at, row.error) for row in found)


@command
def try_again(*, told_id: int, actor: Actor, at: datetime) -> None:
    """Let something that lies aside be handled once more."""
    del at
    require(actor, "channels.mend")
    if not Incoming.objects.filter(pk=told_id, done_at=None).update(attempts=0, error=""):
        raise NotFound


def forget_told(*, at: datetime) -> int:
    """Delete what was told long ago and is done, or lies aside. Returns how much."""
    old = Incoming.objects.filter(received_at__lt=at - KEPT)
    return old.exclude(done_at=None, attempts__lt=TRIES).delete()[0]
