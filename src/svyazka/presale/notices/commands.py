"""Queue notices and mark them read; say what one wishes to hear."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time

from svyazka.engine.quiet import when_awake
from svyazka.presale.channels.commands import address_of, enqueue, say
from svyazka.presale.channels.models import Message
from svyazka.presale.channels.queries import channels_on
from svyazka.presale.channels.values import NOTICE, TEST
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.prepared import insert_all
from svyazka.presale.journal.values import Actor, Invalid, Json, NotFound
from svyazka.presale.notices.models import Notice, Wishes
from svyazka.presale.notices.wishes import GROUPS, WISHES, Reach, reach_of
from svyazka.presale.people.commands import touch_settings

Told = tuple[int | None, str]
"""A person, and the code of why he is told."""


def notify(
    *,
    people: Iterable[Told],
    kind: str,
    deal_id: int | None,
    data: Mapping[str, Json],
    actor: Actor,
    at: datetime,
) -> None:
    """Queue one notice for each of ``people``, and what goes out by their channels at once.

    Never to the one who acted, never twice to the same: of several reasons the first is given. Runs inside an act, which
    holds the journal's lock.
    """
    to: dict[int, str] = {}
    for person, why in people:
        if person is not None and person != actor.person_id:
            to.setdefault(person, why)
    notices = [
        Notice(person_id=person, kind=kind, deal_id=deal_id, data=dict(data), why=why, at=at)
        for person, why in sorted(to.items())
    ]
    insert_all(notices)
    if channels_on():
        enqueue([message for notice in notices for message in _messages(notice, at)])


def _messages(notice: Notice, at: datetime) -> Sequence[Message]:
    reach = reach_of(notice.person_id)
    if reach is None:
        return ()
    next_at = when_awake(at, reach.quiet, reach.zone)
    return [
        Message(
            place_id=place or _letters_to(reach, channel, at), kind=NOTICE, notice_id=notice.pk,
            created_at=at, next_at=next_at,
        )
        for channel, place in reach.now(notice.kind, notice.why)
    ]  # fmt: skip


def _letters_to(reach: Reach, channel: str, at: datetime) -> int:
    return address_of(reach.person.id, channel=channel, address=reach.person.email, at=at)


def mark_read(*, actor: Actor, at: datetime, notice_id: int | None = None) -> int:
    """Mark one of the actor's notices read, or all of them. Returns how many were."""
    mine = Notice.objects.filter(person_id=actor.me, read_at=None)
    if notice_id is not None:
        mine = mine.filter(pk=notice_id)
    return mine.update(read_at=at)


@command
def set_wishes(
    *,
    choices: Mapping[str, Mapping[str, str]],
    quiet: tuple[time, time] | None,
    digest_at: time | None,
    actor: Actor,
    at: datetime,
    weekly: bool | None = None,
) -> None:
    """A person says what he wishes to hear outside, in which channel, and when not.

    :param choices: by group and channel ``now``, ``digest`` or ``never``; what is left out stays the default
    :param quiet: from and until by the clock of his own zone; past midnight where it ends earlier
    :param weekly: whether the week in figures comes to him; None for what his duties say
    """
    del at  # what one wishes to hear is not an act for the journal
    given = {
        group: {channel: wish for channel, wish in row.items() if wish} for group, row in choices.items()
    }
    wrong = [wish for row in given.values() for wish in row.values() if wish not in WISHES]
    if wrong or not given.keys() <= set(GROUPS):
        raise Invalid(errors={"choices": "unknown_choice"})
    begins, ends = quiet or (None, None)
    Wishes.objects.update_or_create(
        person_id=actor.me,
        defaults={
            "choices": given,
            "quiet_from": begins,
            "quiet_until": ends,
            "digest_at": digest_at,
            "weekly": weekly,
        },
    )
    touch_settings()


@command
def send_test(*, channel: str, actor: Actor, at: datetime) -> None:
    """Send the actor a message by this channel now, quiet hours or not, so that he sees whether it comes.

    :raises NotFound: he has no place there
    """
    reach = reach_of(actor.me)
    if reach is None or channel not in reach.places:
        raise NotFound
    say(place_id=reach.places[channel] or _letters_to(reach, channel, at), kind=TEST, at=at)
