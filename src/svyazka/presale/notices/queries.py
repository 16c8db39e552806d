"""Reads of notices."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from svyazka.presale.journal.prepared import Prepared
from svyazka.presale.journal.values import Actor, Json
from svyazka.presale.notices.models import Notice


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice as its reader gets it; the sentence is made of ``kind`` and ``data`` by the page."""

    id: int
    kind: str
    deal_id: int | None
    data: Mapping[str, Json]
    at: datetime
    is_read: bool


_UNREAD = Prepared(
    lambda person: Notice.objects.filter(person_id=person, read_at=None).values_list("pk", flat=True)[:100]
)


def unread_count(viewer: Actor) -> int:
    """How many notices wait, counted up to 100."""
    return len(_UNREAD(person=viewer.me))


def latest_notices(*, viewer: Actor, limit: int = 50) -> tuple[NoticeRow, ...]:
    """The viewer's notices, newest first."""
    rows = Notice.objects.filter(person_id=viewer.me).order_by("-pk")[:limit]
    return tuple(
        NoticeRow(row.pk, row.kind, row.deal_id, row.data, row.at, row.read_at is not None) for row in rows
    )
