"""A moment: within one command, or one page, settings and people are read once.

Rights, names, calendars and the process are asked for in many places of one act. They are small and change rarely, so
that the first reader's value serves all; a command that changes them says :func:`forget`.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from django.db import transaction

from svyazka.presale.journal.turns import turn

_P = ParamSpec("_P")
_T = TypeVar("_T")
_seen: ContextVar[dict[Hashable, object] | None] = ContextVar("seen", default=None)
_heads: ContextVar[dict[int, tuple[int, str]] | None] = ContextVar("heads", default=None)


@contextmanager
def moment() -> Iterator[None]:
    """Everything inside sees settings as they were when first asked for. A moment inside a moment is the same one."""
    if _seen.get() is not None:
        yield
        return
    token = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(token)


def once(key: Hashable, read: Callable[[], _T]) -> _T:
    """The value under ``key``, read at most once a moment; outside any moment it is read each time."""
    seen = _seen.get()
    if seen is None:
        return read()
    if key not in seen:
        seen[key] = read()
    return cast("_T", seen[key])


def forget() -> None:
    """What was read may be true no more."""
    seen = _seen.get()
    if seen is not None:
        seen.clear()


def command(write: Callable[_P, _T]) -> Callable[_P, _T]:
    """Make a function a command: one transaction, one moment."""

    @wraps(write)
    def whole(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        with moment(), _own_heads(), turn(), transaction.atomic():
            return write(*args, **kwargs)

    return whole


@contextmanager
def _own_heads() -> Iterator[None]:
    """The outermost command forgets the chains' ends when its transaction is over; inner ones share them.

    What an inner one wrote is taken back if it fails, and the lock that it took is let go: nothing known holds then.
    """
    known = _heads.get()
    if known is not None:
        try:
            yield
        except BaseException:
            known.clear()
            raise
        return
    token = _heads.set({})
    try:
        yield
    finally:
        _heads.reset(token)


def heads() -> dict[int, tuple[int, str]]:
    """Ends of the chains (seq, digest) that this command has written to. True only under the journal's lock."""
    known = _heads.get()
    return {} if known is None else known
