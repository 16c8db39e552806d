"""Reads of notices."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from svyazka.presale.journal.prepared import Prepared
from svyazka.presale.journal.values import Actor, Json
from svyazka.presale.notices.models import Notice


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice as its reader gets it; the sentence is made of ``kind`` and ``data`` by ``speech``.

    :ivar why: the code of why it came to him; empty for those of before there were reasons
    """

    id: int
    kind: str
    deal_id: int | None
    data: Mapping[str, Json]
    at: datetime
    is_read: bool
    why: str
    person_id: int


def row_of(one: Notice) -> NoticeRow:
    """The row of a notice that is loaded already."""
    return NoticeRow(
        one.pk, one.kind, one.deal_id, one.data, one.at, one.read_at is not None, one.why, one.person_id
    )


_UNREAD = Prepared(
    lambda person: Notice.objects.filter(person_id=person, read_at=None).values_list("pk", flat=True)[:100]
)


def unread_count(viewer: Actor) -> int:
    """How many notices wait, counted up to 100."""
    return len(_UNREAD(person=viewer.me))


def latest_notices(*, viewer: Actor, limit: int = 50) -> tuple[NoticeRow, ...]:
    """The viewer's notices, newest first."""
    return tuple(row_of(one) for one in Notice.objects.filter(person_id=viewer.me).order_by("-pk")[:limit])


def notice_row(notice_id: int) -> NoticeRow | None:
    """One notice, for whoever brings it to its reader."""
    found = Notice.objects.filter(pk=notice_id).first()
    return row_of(found) if found else None
