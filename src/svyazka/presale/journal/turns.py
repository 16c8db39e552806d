"""Writers of SQLite take turns at a file's lock before they ask the database for its own.

SQLite lets one writer in and makes the others poll, with pauses of up to a tenth of a second: with two web processes the
slowest twentieth of writes then waits several times longer than the rest. A file's lock can be asked every millisecond.
It promises nothing about safety, which is the database's business still: where it can't be had, or not soon, the writer
goes on without.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final

from django.db import connection
from filelock import FileLock

LONGEST: Final = 2.0
"""Seconds to wait for a turn; far less than the database's own patience."""


@contextmanager
def turn() -> Iterator[None]:
    """Wait for one's turn to write. Whoever is in a transaction already has the database's lock, and waits for nothing."""
    lock = None if connection.in_atomic_block else _lock()
    if lock is None or not _is_taken(lock):
        yield
        return
    try:
        yield
    finally:
        lock.release()


def _is_taken(lock: FileLock) -> bool:
    try:
        lock.acquire()
    except OSError:  # a stuck writer (Timeout is one), or a file that is another user's
        return False
    return True


def _lock() -> FileLock | None:
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or ":memory:" in name or "mode=memory" in name:
        return None
    return _lock_beside(name)


@cache
def _lock_beside(name: str) -> FileLock:
    """One lock for all threads of a process; each thread holds it for itself, and may take it again while it does."""
    return FileLock(f"{name}-turn", timeout=LONGEST, poll_interval=0.001)
