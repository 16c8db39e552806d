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

_P = ParamSpec("_P")
_T = TypeVar("_T")
_seen: ContextVar[dict[Hashable, object] | None] = ContextVar("seen", default=None)


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
        with moment(), transaction.atomic():
            return write(*args, **kwargs)

    return whole
