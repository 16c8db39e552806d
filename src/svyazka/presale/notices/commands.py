"""Queue notices and mark them read."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from svyazka.presale.journal.prepared import insert
from svyazka.presale.journal.values import Actor, Json
from svyazka.presale.notices.models import Notice


def notify(
    *,
    people: Iterable[int | None],
    kind: str,
    deal_id: int | None,
    data: Mapping[str, Json],
    actor: Actor,
    at: datetime,
) -> None:
    """Queue one notice for each of ``people``; never to the one who acted, never twice to the same."""
    to = {person for person in people if person is not None and person != actor.person_id}
    for person in sorted(to):
        insert(Notice(person_id=person, kind=kind, deal_id=deal_id, data=dict(data), at=at))


def mark_read(*, actor: Actor, at: datetime, notice_id: int | None = None) -> int:
    """Mark one of the actor's notices read, or all of them. Returns how many were."""
    mine = Notice.objects.filter(person_id=actor.me, read_at=None)
    if notice_id is not None:
        mine = mine.filter(pk=notice_id)
    return mine.update(read_at=at)
