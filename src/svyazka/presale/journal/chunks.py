"""Long lists in parts: a statement takes so many values, and so many rows are at hand at once."""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

AT_ONCE: Final = 500
"""SQLite takes 999 values a statement in its older builds."""

_T = TypeVar("_T")


def chunks(whole: Sequence[_T], size: int = AT_ONCE) -> Iterator[Sequence[_T]]:
    """The list in parts of so many, in its order; none of an empty one."""
    for start in range(0, len(whole), size):
        yield whole[start : start + size]
