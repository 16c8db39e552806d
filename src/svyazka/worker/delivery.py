"""Delivery: threads that take what is due, have it worded, hand it to the channel and write down what became of it."""

import os
import secrets
import socket
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import structlog
from django.db import close_old_connections, connection
from django.utils import timezone

from svyazka.presale.channels.outbox import Taken, is_due, release, take
from svyazka.presale.channels.port import Channel, Content, Moved, Outcome, Outgoing, Retry, Sent
from svyazka.presale.channels.queries import LETTERS
from svyazka.presale.channels.settling import give_up, settle
from svyazka.presale.channels.values import PERSON
from svyazka.presale.people.queries import directory
from svyazka.speech.messages import content_of

log = structlog.get_logger("svyazka.delivery")

SENDERS: Final = 3
"""Threads of one channel: while one waits for a slow server, the others go on."""
LOOK_EVERY: Final = 0.5
"""Seconds between two looks at an empty queue."""
FAILURE_REST: Final = 5.0
PATIENCE: Final = 5.0
"""Seconds that letters under way have to come to an end when the worker stops."""

Clock = Callable[[], datetime]
Words = Callable[[Taken, datetime], Content | None]


def worker_name(sender: int = 0) -> str:
    """A name that nobody else has, and that tells on this machine whether its bearer lives."""
    return f"{socket.gethostname()}:{os.getpid()}:{_START}:{sender}"


_START: Final = secrets.token_hex(4)


def lives(worker: str) -> bool:
    """Whether a worker may still be at work; of other machines nobody knows, so that their leases run out."""
    host, _, rest = worker.partition(":")
    pid, _, more = rest.partition(":")
    if host != socket.gethostname() or not pid.isdecimal():
        return True
    if int(pid) == os.getpid():
        return more.startswith(_START)
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Delivery:
    """The senders of some channels.

    :param words: how a message is worded, None where there is nothing to say any more
    """

    def __init__(
        self,
        channels: Sequence[Channel],
        *,
        stop: threading.Event,
        senders: int = SENDERS,
        clock: Clock = timezone.now,
        words: Words = lambda taken, at: content_of(taken, at=at),
    ) -> None:
        self._stop, self._clock, self._words = stop, clock, words
        self._called = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(channel, worker_name(number)), daemon=True)
            for channel in channels
            for number in range(senders)
        ]

    def start(self) -> None:
        """Give back what the dead have taken, and begin."""
        if self._threads:
            release(lives=lives, at=self._clock())
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Look at the queue now: whoever has just put something into it needn't see it wait."""
        self._called.set()

    def join(self) -> None:
        """Wait for what is under way once ``stop`` is set; what takes longer is left to its lease."""
        end = timezone.now().timestamp() + PATIENCE
        for thread in self._threads:
            thread.join(max(0.0, end - timezone.now().timestamp()))

    def _run(self, channel: Channel, worker: str) -> None:
        while not self._stop.is_set():
            close_old_connections()
            try:
                done = self.deliver_next(channel, worker)
            except Exception:  # the sender outlives whatever one message meets
                log.exception("delivery failed", channel=channel.name)
                self._stop.wait(FAILURE_REST)
                continue
            if not done:
                self._called.wait(LOOK_EVERY)
                self._called.clear()
        connection.close()

    def deliver_next(self, channel: Channel, worker: str) -> bool:
        """Send the next message that is due, if there is one and the channel's limits allow it."""
        at = self._clock()
        if not is_due(channel=channel.name, at=at):
            return False
        found = take(channel=channel.name, limits=channel.limits, worker=worker, at=at)
        for taken in found:
            self._deliver(channel, taken, worker)
        return bool(found)

    def _deliver(self, channel: Channel, taken: Taken, worker: str) -> None:
        outcome = self._outcome(channel, taken)
        at = self._clock()
        if outcome is None:
            give_up(taken=taken, worker=worker, because="nothing to say any more")
        elif not settle(taken=taken, outcome=outcome, worker=worker, at=at):
            log.warning("somebody else has taken the message", message=taken.id)
        elif not isinstance(outcome, Sent):
            log.info(
                "message settled", message=taken.id, channel=channel.name, outcome=type(outcome).__name__
            )

    def _outcome(self, channel: Channel, taken: Taken) -> Outcome | None:
        if (address := _new_address(taken)) is not None:
            return Moved(address)
        try:
            content = self._words(taken, self._clock())
        except Exception as error:  # what can't be worded is tried again, and then lies among the dead
            log.exception("message without words", message=taken.id)
            return Retry(type(error).__name__)
        if content is None:
            return None
        try:
            return channel.send(_outgoing(taken, content))
        except Exception as error:  # the port forbids it; whether the message is there nobody knows
            log.exception("channel failed", message=taken.id, channel=channel.name)
            return Retry(type(error).__name__, perhaps_sent=True)


def _new_address(taken: Taken) -> str | None:
    """Where a person's letters go now, if he has another address than when the message was queued."""
    card = directory().people.get(taken.person_id or 0)
    if taken.role != PERSON or taken.channel != LETTERS or card is None or card.email == taken.chat:
        return None
    return card.email


def _outgoing(taken: Taken, content: Content) -> Outgoing:
    return Outgoing(
        id=taken.id, kind=taken.kind, subject=taken.subject, role=taken.role, chat=taken.chat,
        thread=taken.thread, title=taken.title, receipt=taken.receipt, content=content,
    )  # fmt: skip
