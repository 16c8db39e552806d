"""Writers of SQLite take turns at a lock of the system's before they ask the database for its own.

SQLite lets one writer in and makes the others poll, with pauses of up to a tenth of a second: with two web processes the
slowest twentieth of writes then waits several times longer than the rest. A file lock wakes the next writer at once. It
promises nothing about safety, which is the database's business still; where there is no such lock, writers poll.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

try:
    import fcntl

    CAN_WAIT = True
except ImportError:  # Windows
    CAN_WAIT = False


@contextmanager
def turn() -> Iterator[None]:
    """Wait for one's turn to write. Whoever is in a transaction already has the database's lock, and waits for nothing."""
    name = None if connection.in_atomic_block else _file_name()
    if name is None:
        yield
        return
    with open(name, "ab") as file:  # noqa: PTH123 (opened for each turn: the lock belongs to the open file)
        fcntl.flock(file, fcntl.LOCK_EX)
        yield  # closing lets the next one in


def _file_name() -> str | None:
    name = str(connection.settings_dict["NAME"])
    if not CAN_WAIT or connection.vendor != "sqlite" or ":memory:" in name or "mode=memory" in name:
        return None
    return f"{name}-turn"
