"""How far the work on a draft is: said in a file, since nobody else sees what a transaction has written before it is over."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal, NamedTuple

from django.conf import settings

Part = Literal["judge", "write"]
_EVERY: Final = 0.2
"""Seconds between two words."""


def _file(draft_id: int) -> Path:
    folder: Path = settings.ENVIRONMENT.data / "imports"
    return folder / str(draft_id)


def teller(draft_id: int, part: Part) -> Callable[[int, int], None]:
    """What is called with how much of this part of the work is done and how much there is."""
    file, last = _file(draft_id), 0.0
    file.parent.mkdir(mode=0o700, exist_ok=True)

    def tell(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _EVERY or done == total:
            last = now
            fresh = file.with_suffix(f".{os.getpid()}")
            with suppress(OSError):  # a bar that stands still stops no work
                fresh.write_text(f"{part} {done} {total}")
                fresh.replace(file)

    return tell


class Progress(NamedTuple):
    """How much of a part of the work is done, and how much there is, in rows."""

    part: Part
    done: int
    total: int


def progress(draft_id: int) -> Progress | None:
    """How far the work is; None where nobody has said so, or on another machine."""
    try:
        part, done, total = _file(draft_id).read_text().split()
        return Progress("write" if part == "write" else "judge", int(done), int(total))
    except (OSError, ValueError):
        return None


def forget(draft_id: int) -> None:
    """The work is over."""
    _file(draft_id).unlink(missing_ok=True)
