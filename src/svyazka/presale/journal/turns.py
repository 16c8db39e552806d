"""Writers of SQLite take turns at a lock of the system's before they ask the database for its own.

SQLite lets one writer in and makes the others poll, with pauses of up to a tenth of a second: with two web processes the
slowest twentieth of writes then waits several times longer than the rest. A file lock wakes the next writer at once. It
promises nothing about safety, which is the database's business still; where there is no such lock, writers poll.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import local
from typing import IO, Any

from django.db import connection

try:
    import fcntl

    CAN_WAIT = True
except ImportError:  # Windows
    CAN_WAIT = False

_own = local()
"""A file of its own for each thread: the lock belongs to the open file."""


@contextmanager
def turn() -> Iterator[None]:
    """Wait for one's turn to write. Whoever is in a transaction already has the database's lock, and waits for nothing."""
    file = None if connection.in_atomic_block else _file()
    if file is None:
        yield
        return
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def _file() -> IO[Any] | None:
    name = str(connection.settings_dict["NAME"])
    if not CAN_WAIT or connection.vendor != "sqlite" or ":memory:" in name or "mode=memory" in name:
        return None
    known: tuple[str, IO[Any]] | None = getattr(_own, "file", None)
    if known is None or known[0] != name:
        known = _own.file = (name, open(f"{name}-turn", "ab"))  # noqa: PTH123, SIM115 (kept open as long as its thread lives)
    return known[1]
