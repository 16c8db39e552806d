"""What stands above a list that a number has opened."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Head:
    """The list's title, and the number that it was opened from: its value, its words, what it is a part of."""

    title: str
    value: str
    label: str
    note: str = ""
