"""Tables that people have handed in are looked at and brought in here, one after another, while their pages wait."""

import threading
from typing import Final

import structlog
from django.db import close_old_connections, connection
from django.utils import timezone

from svyazka.presale.imports.drafts.working import work_on_drafts
from svyazka.speech.returning import voice_of

log = structlog.get_logger("svyazka.worker")

LOOK_EVERY: Final = 0.5
"""Seconds between two looks for a table: somebody sits before a progress bar."""
FAILURE_REST: Final = 5.0


class Tables:
    """A thread of the worker: a large table takes a minute, and nothing else should wait so long."""

    def __init__(self, *, stop: threading.Event) -> None:
        self._stop = stop
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin. What is under way when the worker stops is one transaction: nothing of it is there, and it is begun anew."""
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            close_old_connections()
            try:
                done = work_on_drafts(timezone.now(), voice_of)
            except Exception:  # the thread outlives a database that is away for a while
                log.exception("no table could be looked for")
                self._stop.wait(FAILURE_REST)
                continue
            if not done:
                self._stop.wait(LOOK_EVERY)
        connection.close()
