"""The morning's digest: whose hour has come, and what has been collected for it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from svyazka.presale.channels.commands import address_of
from svyazka.presale.channels.models import Message
from svyazka.presale.channels.values import DIGEST, SENT
from svyazka.presale.journal.commands import lock_journal
from svyazka.presale.journal.moment import command
from svyazka.presale.notices.models import Notice
from svyazka.presale.notices.queries import NoticeRow, row_of
from svyazka.presale.notices.wishes import Reach, group_of, reaches
from svyazka.presale.people.queries import directory

LATEST: Final = timedelta(hours=3)
"""How late a digest may be queued: one of the evening would say what nobody can do any more."""
FIRST: Final = timedelta(days=4)
"""How far back the first digest looks: over a long weekend."""
COLLECTED: Final = 40


def digests_due(at: datetime) -> tuple[tuple[Reach, str, str], ...]:
    """Whose digest is due, in which channel, and under which key: one a person, channel and working day. No queries
    beyond those of the directory.
    """
    return tuple(_due(at))


def _due(at: datetime) -> Iterator[tuple[Reach, str, str]]:
    for reach in reaches().values():
        channels = reach.digests()
        here = at.astimezone(ZoneInfo(reach.zone))
        if not channels or reach.digest_at is None:
            continue
        begins = datetime.combine(here.date(), reach.digest_at, here.tzinfo)
        if not begins <= here < begins + LATEST or not _works(reach.person.id, here):
            continue
        for channel in channels:
            yield reach, channel, f"digest:{reach.person.id}:{channel}:{here.date().isoformat()}"


def _works(person_id: int, here: datetime) -> bool:
    people = directory()
    away = any(since <= here.date() <= until for since, until, _ in people.absences.get(person_id, ()))
    return not away and people.calendar_of(person_id).is_working_day(here.date())


@command
def queue_digests(*, at: datetime) -> int:
    """Queue the digests that are due and not queued yet. Returns how many.

    Whether there is anything to say is found out when it is sent. One whose hour is long past (nobody worked here) is
    left to the next day, which brings what it would have said.
    """
    due = {key: (reach, channel) for reach, channel, key in digests_due(at)}
    if not due:
        return 0
    known = Message.objects.filter(dedup__in=list(due)).values_list("dedup", flat=True)
    missing = due.keys() - set(known)
    if not missing:
        return 0
    lock_journal()
    messages = []
    for key in sorted(missing):
        reach, channel = due[key]
        place = reach.places[channel] or address_of(
            reach.person.id, channel=channel, address=reach.person.email, at=at
        )
        data = {"person": reach.person.id}
        messages.append(Message(place_id=place, kind=DIGEST, data=data, created_at=at, next_at=at, dedup=key))
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    return len(messages)


def collected(*, person_id: int, channel: str, place_id: int, until: datetime) -> tuple[NoticeRow, ...]:
    """What a digest of this moment brings: notices kept for it since the last one that was sent, and not read since."""
    reach = reaches().get(person_id)
    if reach is None:
        return ()
    before = Message.objects.filter(place_id=place_id, kind=DIGEST, status=SENT, created_at__lt=until)
    last = before.order_by("-pk").values_list("created_at", flat=True).first()
    found = Notice.objects.filter(
        person_id=person_id, read_at=None, at__gt=last or until - FIRST, at__lte=until
    ).order_by("-pk")
    kept = [
        row_of(one)
        for one in found[: COLLECTED * 5]
        if reach.wish(group_of(one.kind, one.why), channel) == "digest"
    ]
    return tuple(kept[:COLLECTED])
