"""What became of a message: one function, one branch for each outcome of the port."""

from datetime import datetime, timedelta

from django.db.models import Case, F, Q, QuerySet, When

from svyazka.presale.channels.commands import bind_place, show_card
from svyazka.presale.channels.models import Message, Place, Way
from svyazka.presale.channels.outbox import ATTEMPTS, Taken, pause_after
from svyazka.presale.channels.port import Dead, Down, Gone, Moved, Outcome, Retry, Sent, Wait
from svyazka.presale.channels.values import (
    CARD,
    CLIENT,
    DEAD,
    DEAL,
    DROPPED,
    MOVED,
    OF_THE_COMPANY,
    REPLY,
    SENT,
    THREAD,
    WAITING,
)
from svyazka.presale.journal.commands import WORKSPACE, Act, lock_journal, record
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import SYSTEM, Json
from svyazka.presale.people.commands import touch_settings

_NOTED_EVERY = timedelta(seconds=5)
"""How exactly the page about channels knows when the last message went out: it needn't be written with each."""
LONGEST = 300
"""Letters of an error that are kept."""
_ONE_LESS = Case(When(attempts=0, then=0), default=F("attempts") - 1)


@command
def settle(*, taken: Taken, outcome: Outcome, worker: str, at: datetime) -> bool:
    """Write down what became of a message. False if it isn't this worker's any more: then nothing is written."""
    made = taken.kind == THREAD and isinstance(outcome, Sent)
    if made or isinstance(outcome, Gone | Moved):
        lock_journal()  # before any row: whoever acts takes the two in this order
    _note_on_the_way(taken.channel, outcome, at)
    mine = Message.objects.filter(pk=taken.id, worker=worker, status=WAITING)
    done = _write(mine, taken, outcome, at)
    if done and taken.kind == THREAD and isinstance(outcome, Sent):
        _bind_thread(taken, outcome, at)
    return done


def _bind_thread(taken: Taken, made: Sent, at: datetime) -> None:
    """The thread that was made is its deal's place from now on, and begins with the card of where the deal stands."""
    place = bind_place(
        channel=taken.channel, chat=taken.chat, thread=made.receipt, role=DEAL, link=made.link, title=taken.title,
        deal_id=int(taken.subject.partition(":")[2]), actor=SYSTEM, at=at,
    )  # fmt: skip
    show_card(place_id=place, subject=taken.subject, at=at)


def _write(mine: QuerySet[Message], taken: Taken, outcome: Outcome, at: datetime) -> bool:
    done = False
    match outcome:
        case Sent(receipt):
            done = _sent(mine, taken, receipt, at)
        case Dead(error):
            done = _free(mine, status=DEAD, error=error[:LONGEST])
        case Retry(error, perhaps_sent):
            done = _retry(mine, taken, error[:LONGEST], at, repeats=int(perhaps_sent))
        case Wait(seconds):
            until = at + timedelta(seconds=seconds)
            chat = Place.objects.filter(channel=taken.channel, chat=taken.chat)
            done = _again(mine, until) and bool(chat.update(free_at=until))
        case Down(error=error):  # its time has come and stays so: a queue that stands still is seen by that
            done = _free(mine, attempts=_ONE_LESS, error=error[:LONGEST])
        case Moved(chat=new):
            done = _again(mine, at) and _move(taken, new, at)
        case Gone(error):
            done = _free(mine, status=DROPPED, error=error[:LONGEST]) and _gone(taken, error[:LONGEST], at)
    return done


@command
def give_up(*, taken: Taken, worker: str, because: str) -> bool:
    """Drop a message that there is no need to send. False if it isn't this worker's any more."""
    mine = Message.objects.filter(pk=taken.id, worker=worker, status=WAITING)
    return _free(mine, status=DROPPED, error=because[:LONGEST])


def _note_on_the_way(channel: str, outcome: Outcome, at: datetime) -> None:
    way = Way.objects.filter(pk=channel)
    if isinstance(outcome, Down):
        until = at + timedelta(seconds=outcome.seconds)
        way.update(resting_until=until, because=outcome.error[:LONGEST])
    elif isinstance(outcome, Sent):
        stale = Q(sent_at=None) | Q(sent_at__lt=at - _NOTED_EVERY) | Q(resting_until__lte=at)
        # another sender may have found the channel down a moment later: its rest is not cut short
        resting = Q(resting_until__gt=at)
        way.filter(stale).exclude(resting).update(sent_at=at, resting_until=None, because="")


def _free(mine: QuerySet[Message], **values: object) -> bool:
    return bool(mine.update(worker="", lease_until=None, **values))


def _again(mine: QuerySet[Message], next_at: datetime, **values: object) -> bool:
    """Once more, as if it had not been tried."""
    return _free(mine, attempts=_ONE_LESS, next_at=next_at, **values)


def _sent(mine: QuerySet[Message], taken: Taken, receipt: str, at: datetime) -> bool:
    known = receipt or taken.receipt
    unchanged = mine.filter(revision=taken.revision)
    # a reply says what somebody typed: it is in his chat now, and in no table of ours
    said: dict[str, Json] = {"data": {}} if taken.kind == REPLY else {}
    if _free(unchanged, status=SENT, sent_at=at, receipt=known, error="", **said):
        return True
    # a card that changed on its way: what it shows now goes out next, as an edit
    return _free(mine, receipt=known, attempts=0, next_at=at, error="")


def _retry(mine: QuerySet[Message], taken: Taken, error: str, at: datetime, *, repeats: int) -> bool:
    if taken.attempts >= ATTEMPTS:
        return _free(mine, status=DEAD, error=error)
    return _free(mine, error=error, next_at=at + pause_after(taken.attempts), repeats=F("repeats") + repeats)


def _move(taken: Taken, chat: str, at: datetime) -> bool:
    rename_chat(channel=taken.channel, old=taken.chat, new=chat, at=at)
    return True


def rename_chat(*, channel: str, old: str, new: str, at: datetime) -> None:
    """Let a chat and its threads have their new name; what is known under it already takes the messages over.

    Must run inside a command.
    """
    for place in Place.objects.filter(channel=channel, chat=old):
        there = Place.objects.filter(channel=channel, chat=new, thread=place.thread).first()
        if there is None:
            # an address that led there leads nowhere now; the messenger's own process makes a new one
            known = {"link": ""} if place.role in OF_THE_COMPANY else {}
            Place.objects.filter(pk=place.pk).update(chat=new, **known)
            continue
        shown = Message.objects.filter(place=there).exclude(subject="").values("subject")
        waiting = Message.objects.filter(place=place, status=WAITING)
        waiting.filter(kind=CARD, subject__in=shown).update(status=DROPPED, error="moved")
        waiting.update(place=there)
        Place.objects.filter(pk=place.pk).update(gone_at=at, gone_because=MOVED)
    touch_settings()


@command
def lose_chat(*, channel: str, chat: str, because: str, at: datetime) -> None:
    """We were shown out of a chat: nothing is sent there, nor to its threads, until somebody binds it again."""
    lock_journal()
    for place in Place.objects.filter(channel=channel, chat=chat, gone_at=None):
        _switch_off(place.pk, channel, place.person_id, because, at)


def _gone(taken: Taken, error: str, at: datetime) -> bool:
    _switch_off(taken.place_id, taken.channel, taken.person_id, error, at, role=taken.role)
    return True


def _switch_off(
    place_id: int, channel: str, person_id: int | None, error: str, at: datetime, *, role: str = ""
) -> None:
    Place.objects.filter(pk=place_id).update(gone_at=at, gone_because=error)
    Message.objects.filter(place=place_id, status=WAITING).update(
        status=DROPPED, worker="", lease_until=None, error=error
    )
    touch_settings()
    data: dict[str, Json] = {"place": place_id, "channel": channel, "person": person_id}
    if role == CLIENT:
        data["role"] = role
    record(chain=WORKSPACE, act=Act("place.gone", data), actor=SYSTEM, at=at)
