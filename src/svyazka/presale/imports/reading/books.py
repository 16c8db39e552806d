"""Reading a team's table: in a process of its own, whose memory and time end where we say (ADR 14)."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path, PurePath
from tempfile import TemporaryFile
from typing import IO, Final

from svyazka.presale.imports.reading.cells import cleaned
from svyazka.presale.imports.reading.limits import SECONDS, STARTED
from svyazka.presale.imports.reading.values import CHUNK, MOST_BYTES, Book, Rows, Sheet, Unreadable

_READER: Final = (sys.executable, "-P", "-s", "-m", "svyazka.presale.imports.reading.apart")
_ROOT: Final = Path(__file__).parents[4]
_ONE_AT_A_TIME: Final = threading.Lock()
"""Readers may take a gigabyte each: of one process at most one is at work."""


def read_book(data: bytes, name: str) -> Book:
    """Read a table from a file of any kind that we know; what it is its content says, not its name.

    :param name: as the file came; a text's only sheet is named after it
    :raises Unreadable: it can't be taken; whatever the bytes are, nothing else is raised for them
    """
    if len(data) > MOST_BYTES:
        raise Unreadable("too_large", limit_mb=MOST_BYTES >> 20)
    if not data:
        raise Unreadable("no_rows", hidden=False)
    with _turn(), TemporaryFile() as given, TemporaryFile() as told:
        given.write(data)
        given.seek(0)
        ended = _ended(given, told)
        told.seek(0)
        lines = told.readlines()
    if ended == -signal.SIGXCPU:
        raise Unreadable("took_too_long")
    if ended in (
        -signal.SIGABRT,
        -signal.SIGKILL,
    ):  # as Rust ends where there is no memory, and as the system ends others
        raise Unreadable("bomb")
    if ended != STARTED:
        if ended > 0:
            raise RuntimeError("the reader of tables does not start")  # ours to mend, whatever the file is
        raise Unreadable("broken")
    return book_told(lines, name)


@contextmanager
def _turn() -> Iterator[None]:
    if not _ONE_AT_A_TIME.acquire(timeout=SECONDS):
        raise Unreadable("took_too_long")
    try:
        yield
    finally:
        _ONE_AT_A_TIME.release()


def _ended(given: IO[bytes], told: IO[bytes]) -> int:
    """How the reader has ended. It gets files and no pipes: so nobody waits for anybody, and the system bounds what it may say.

    Nor does it get our environment, where passwords are.
    """
    found = {
        "PYTHONPATH": str(_ROOT),
        **{name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ},
    }
    try:
        ran = subprocess.run(  # noqa: S603 (our own program)
            _READER, stdin=given, stdout=told, env=found, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise Unreadable("took_too_long") from None
    return ran.returncode


def book_told(lines: list[bytes], name: str) -> Book:
    """What the reader has written as a book.

    :raises Unreadable: it has written why there is none, or nothing that ends
    """
    try:
        end = json.loads(lines.pop())
    except (IndexError, ValueError):
        raise Unreadable("broken") from None
    if not isinstance(end, dict):
        raise Unreadable("broken")
    if "refused" in end:
        raise Unreadable(end["refused"], **end["details"])
    left = iter(lines)
    sheets = tuple(
        Sheet(
            name=cleaned(PurePath(name).stem) if title is None else title,
            is_hidden=is_hidden,
            rows=Rows(tuple(islice(left, -(-count // CHUNK))), count, width),
        )
        for title, is_hidden, count, width in end["sheets"]
    )
    return Book(end["kind"], sheets, tuple(end["warnings"]), end["encoding"], end["delimiter"])
