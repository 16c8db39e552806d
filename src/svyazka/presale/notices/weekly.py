"""The week in figures: to whom it is due, and that it goes out once."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from svyazka.engine.quiet import when_awake
from svyazka.engine.weeks import Week, week_of
from svyazka.presale.channels.commands import address_of
from svyazka.presale.channels.models import Message
from svyazka.presale.channels.queries import LETTERS
from svyazka.presale.channels.values import CHARTS, WEEK
from svyazka.presale.journal.commands import lock_journal
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Json
from svyazka.presale.notices.wishes import DIGEST_AT, Reach, reaches
from svyazka.presale.people.queries import directory


def weeks_due(at: datetime) -> tuple[tuple[Reach, str, Week], ...]:
    """To whom the week that is over goes out now, in which channel: on the first working day of his week, from the hour of his
    digest until the end of that day. No queries beyond those of the directory.

    The week is the workspace's, the day and the hour are his own: who lives further west waits until it is over there.
    """
    return tuple(_due(at))


def _due(at: datetime) -> Iterator[tuple[Reach, str, Week]]:
    over = week_of(at, directory().calendar.zone).earlier()
    for reach in reaches().values():
        hour = reach.digest_at or (DIGEST_AT if reach.weekly else None)
        if not reach.hears_of_weeks or not reach.places or hour is None:
            continue
        here = at.astimezone(ZoneInfo(reach.zone))
        begins = datetime.combine(here.date(), hour, here.tzinfo)
        # east of the workspace it may be Monday before its week is over, west of it still Sunday after that
        if here < begins or here.date() != _first_day(reach.person.id, over.monday + timedelta(days=7)):
            continue
        for channel in reach.places:
            yield reach, channel, over


def _first_day(person_id: int, monday: date) -> date | None:
    """The first day of a week on which this person works; None while he is away on it, and where he has none."""
    people = directory()
    days = (monday + timedelta(days=ahead) for ahead in range(7))
    first = next((day for day in days if people.works_on(person_id, day)), None)
    return None if first is None or people.is_off(person_id, first) else first


@command
def queue_weeks(*, at: datetime) -> int:
    """Queue what is due and not queued yet, once a person, channel and week. Returns how many messages that were.

    In a chat the pictures are a message of their own, after the words: whatever happens to them, the words are there.
    """
    due = {
        f"{kind}:{reach.person.id}:{channel}:{week.key}": (reach, channel, week, kind)
        for reach, channel, week in weeks_due(at)
        for kind in ((WEEK,) if channel == LETTERS else (WEEK, CHARTS))
    }
    if not due:
        return 0
    known = set(Message.objects.filter(dedup__in=list(due)).values_list("dedup", flat=True))
    missing = [key for key in due if key not in known]
    if not missing:
        return 0
    lock_journal()
    messages = []
    for key in missing:
        reach, channel, week, kind = due[key]
        place = reach.places[channel] or address_of(
            reach.person.id, channel=channel, address=reach.person.email, at=at
        )
        data: dict[str, Json] = {"person": reach.person.id, "week": week.key}
        next_at = when_awake(at, reach.quiet, reach.zone)
        messages.append(
            Message(place_id=place, kind=kind, data=data, created_at=at, next_at=next_at, dedup=key)
        )
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    return len(messages)
