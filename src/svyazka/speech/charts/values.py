"""What a chart shows, said before anything is drawn: rows with values in the reader's words, marks to hold them against.

Whoever makes one has translated everything already; a chart knows no figures of presale and no language but for what its own
table says.
"""

from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from django.utils.translation import gettext as _

from svyazka.speech.times import percent

Kind = Literal["bars", "columns", "dots", "pareto"]
"""Lying bars; standing columns over time; dots with their intervals; bars that fall, each with the share of all up to it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a chart.

    :param value: how long its bar is, where its dot stands; not less than 0
    :param said: the value in the reader's words, as it stands beside the bar and in the table
    :param low: the interval in which the true value probably lies, with ``high``; ``between`` says it in words
    :param still: what is undecided yet and may come on top of the value, drawn hatched; ``still_said`` says it in words
    :param note: what the value is made of: «3 of 12»
    :param is_now: the row that the chart is about, as of a week among those before it
    :param key: by what a page finds the rows behind its value; empty where nothing is behind it
    """

    label: str
    value: float
    said: str
    low: float | None = None
    high: float | None = None
    between: str = ""
    still: float = 0.0
    still_said: str = ""
    note: str = ""
    is_now: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What the values are held against: a line at ``value``, or a band up to ``until``."""

    value: float
    said: str
    label: str = ""
    until: float | None = None

    @property
    def middle(self) -> float:
        """Where its words stand."""
        return self.value if self.until is None else (self.value + self.until) / 2


@dataclass(frozen=True, slots=True)
class Table:
    """The chart as words: the first cell of each row names it."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart.

    :param name: what its parts are named by within a page: small letters, digits and hyphens, once a page
    :param of: what the rows are: «Source»
    :param measure: what the values are, with their unit: «Conversion»
    :param still: what the hatched parts are: «still open»
    :param scale: the value at which the drawing ends; left out, the greatest that it has to show
    :param note: how to read it, under the drawing
    """

    kind: Kind
    name: str
    title: str
    of: str
    measure: str
    rows: tuple[Row, ...]
    marks: tuple[Mark, ...] = ()
    still: str = ""
    scale: float | None = None
    note: str = ""

    def __post_init__(self) -> None:
        allowed = self.name.replace("-", "")
        if not (allowed.isascii() and allowed.isalnum() and self.name == self.name.lower()):
            raise ValueError(f"no name for a chart: {self.name!r}")
        if any(row.value < 0 or row.still < 0 for row in self.rows):
            raise ValueError("a chart shows nothing below zero")

    @property
    def end(self) -> float:
        """The value at the far end of the drawing; never 0."""
        tops = [max(row.value + row.still, row.high or 0.0) for row in self.rows]
        marks = [mark.until or mark.value for mark in self.marks]
        return self.scale or max([*tops, *marks], default=0.0) or 1.0

    def shares(self) -> tuple[float, ...]:
        """Of a Pareto chart: which share of all values the rows up to each make together, from 0 to 1."""
        whole = sum(row.value for row in self.rows) or 1.0
        return tuple(sum_ / whole for sum_ in accumulate(row.value for row in self.rows))

    def table(self) -> Table:
        """The same in words, for a screen reader and for whoever wants the numbers. Columns that say nothing are left out."""
        columns: list[tuple[str, list[str]]] = [
            (self.of, [row.label for row in self.rows]),
            (self.measure, [row.said for row in self.rows]),
            (_("Of how many"), [row.note for row in self.rows]),
            (_("Probably between"), [row.between for row in self.rows]),
            (self.still, [row.still_said for row in self.rows]),
        ]
        if self.kind == "pareto":
            columns.append((_("With those above"), [percent(share) for share in self.shares()]))
        told = [one for at, one in enumerate(columns) if at < 2 or any(one[1])]
        return Table(
            tuple(head for head, _cells in told), tuple(zip(*(cells for _head, cells in told), strict=True))
        )
