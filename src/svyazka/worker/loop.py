"""The loop. What is due is worked out from the state of the data, so that a missed tick is caught up by the next."""

import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import FrameType
from typing import Final

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import close_old_connections
from django.utils import timezone

from svyazka.presale.channels.port import Channel
from svyazka.presale.insight.columns import refresh
from svyazka.presale.notices.digests import queue_digests
from svyazka.presale.notices.weekly import queue_weeks
from svyazka.worker.delivery import Delivery
from svyazka.worker.meetings import look_after_meetings
from svyazka.worker.nightly import night_work
from svyazka.worker.overdue import tell_overdue
from svyazka.worker.reviews import remind_of_days
from svyazka.worker.tables import Tables

log = structlog.get_logger("svyazka.worker")

LOOK_EVERY: Final = 15.0
"""Seconds between two rounds."""
BEAT_LIFE: Final = timedelta(days=2)

Work = Callable[[datetime], int]


@dataclass(slots=True)
class Task:
    """Work that is looked at every so often; returns how much of it was done.

    After a failure it rests for ``rest``, so that one broken thing does not fill the log nor stop the others.
    """

    name: str
    work: Work
    every: timedelta
    rest: timedelta = timedelta(minutes=5)
    next_at: datetime | None = None

    def run(self, at: datetime) -> None:
        """Do it if its time has come; what goes wrong is logged."""
        if self.next_at is not None and at < self.next_at:
            return
        try:
            done = self.work(at)
        except Exception:  # the worker outlives whatever one task meets
            log.exception("task failed", task=self.name)
            self.next_at = at + self.rest
            return
        self.next_at = at + self.every
        if done:
            log.info("task done", task=self.name, done=done)


def tasks(backup: Work | None = None) -> list[Task]:
    """Everything that the worker does.

    :param backup: makes the night's backup, if one is due and wanted
    """
    more = [Task("backup", backup, timedelta(minutes=10), timedelta(hours=1))] if backup else []
    return [
        *more,
        Task("beat", beat, timedelta(seconds=LOOK_EVERY), timedelta(seconds=LOOK_EVERY)),
        Task("digests", digests, timedelta(minutes=1)),
        Task("overdue", tell_overdue, timedelta(seconds=30)),
        Task("meetings", look_after_meetings, timedelta(seconds=30)),
        Task("reviews", remind_of_days, timedelta(minutes=10)),
        Task("slices", copy_for_slices, timedelta(minutes=10), timedelta(minutes=30)),
        Task("night", night_work, timedelta(minutes=10), timedelta(minutes=30)),
    ]


def digests(at: datetime) -> int:
    """Queue the digests whose hour has come, and the week in figures."""
    return queue_digests(at=at) + queue_weeks(at=at)


def copy_for_slices(at: datetime) -> int:
    """Copy what slices of very many deals are counted from, if much of it has changed."""
    del at
    return refresh()


def beat(at: datetime) -> int:
    """Leave word in the database that the worker lives: ``/readyz`` reads it, on whatever machine it runs."""
    cache.set(settings.WORKER_BEAT, at.isoformat(), BEAT_LIFE.total_seconds())
    return 0


def run_round(todo: Sequence[Task], at: datetime) -> None:
    """Look at every task once."""
    close_old_connections()
    for task in todo:
        task.run(at)


def run(backup: Work | None = None, channels: Sequence[Channel] = ()) -> None:
    """Work until SIGTERM or SIGINT.

    :param channels: by which notices go out
    """
    stop = threading.Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    todo = tasks(backup)
    delivery = Delivery(channels, stop=stop)
    delivery.start()
    Tables(stop=stop).start()
    log.info("worker is up")
    while not stop.is_set():
        run_round(todo, timezone.now())
        stop.wait(LOOK_EVERY)
    delivery.join()
    cache.delete(settings.WORKER_BEAT)  # a restore may begin at once
    log.info("worker stops")
