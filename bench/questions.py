"""The four questions of the figures, whoever answers them: what is asked, in SQL, and whether two answers say the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import isclose
from typing import Final, Protocol

from bench.events import ENTERING, KINDS, MOVES, Log

Row = tuple[float, ...]
Rows = list[Row]
COUNTED: Final = range(len(MOVES), len(KINDS))
"""Kinds of acts that stand on a scorecard."""
_CLOSE: Final = 1e-9

QUESTIONS: Final[Mapping[str, str]] = {
    "funnel": "by stage: deals that ever reached it",
    "conversion": "by owner and month of receipt: won, lost, all",
    "dwell": "by stage: stays that have ended, their mean and median in seconds",
    "scorecard": "by person: acts of each of five kinds, deals touched, deals won, their sum",
}


class Subject(Protocol):
    """Somebody who answers. ``largest`` is the number of deals up to which he is asked."""

    name: str
    largest: int

    def load(self, log: Log) -> None:
        """Take the log in, with whatever makes answers fast afterwards."""

    def report(self, question: str) -> Rows:
        """The answer to one of :data:`QUESTIONS`, in the order of its first columns."""

    def close(self) -> None:
        """Let go of everything."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """Where databases differ: the month (as 202601) of seconds since 1970, and the median of a column."""

    month: str
    median: str = ""


def statements(speaks: Dialect) -> dict[str, str]:
    """Each question in SQL."""
    kinds = ", ".join(f"count(*) FILTER (WHERE kind = {kind}) AS k{kind}" for kind in COUNTED)
    return {
        "funnel": f"""
            SELECT stage, count(DISTINCT deal) FROM event WHERE kind IN {ENTERING}
            GROUP BY stage ORDER BY stage""",
        "conversion": f"""
            SELECT owner, {speaks.month} AS month, count(*) FILTER (WHERE status = 1),
                   count(*) FILTER (WHERE status = 2), count(*)
            FROM deal GROUP BY owner, {speaks.month} ORDER BY 1, 2""",
        "dwell": _dwell(speaks),
        "scorecard": f"""
            WITH acted AS (
                SELECT actor, {kinds}, count(DISTINCT deal) AS touched FROM event GROUP BY actor
            ), won AS (
                SELECT owner, count(*) AS deals, sum(amount) AS amount FROM deal WHERE status = 1 GROUP BY owner
            )
            SELECT acted.*, coalesce(deals, 0), coalesce(amount, 0)
            FROM acted LEFT JOIN won ON owner = actor ORDER BY actor""",
    }


def _dwell(speaks: Dialect) -> str:
    stays = f"""
        WITH move AS (
            SELECT stage, lead(moment) OVER (PARTITION BY deal ORDER BY moment, kind) - moment AS stay
            FROM event WHERE kind IN {MOVES}
        )"""
    if speaks.median:
        return f"""{stays}
            SELECT stage, count(*), avg(stay), {speaks.median} FROM move
            WHERE stay IS NOT NULL GROUP BY stage ORDER BY stage"""
    return f"""{stays}, ranked AS (
            SELECT stage, stay, row_number() OVER (PARTITION BY stage ORDER BY stay) AS place,
                   count(*) OVER (PARTITION BY stage) AS many
            FROM move WHERE stay IS NOT NULL
        )
        SELECT stage, count(*), avg(stay), avg(stay) FILTER (WHERE place IN ((many + 1) / 2, (many + 2) / 2))
        FROM ranked GROUP BY stage ORDER BY stage"""


def plain(found: Sequence[Sequence[object]]) -> Rows:
    """Rows as a database's driver gives them: whole and decimal numbers and texts of digits alike as numbers."""
    return [tuple(float(str(value)) for value in row) for row in found]


class Disagreement(Exception):
    """Two answer the same question differently: then none of the times is worth anything."""


def compare(question: str, one: tuple[str, Rows], other: tuple[str, Rows]) -> None:
    """Whether two answers say the same, figures to nine digits.

    :raises Disagreement: names the question, both subjects and the first rows that differ
    """
    for left, right in zip_longest(one[1], other[1], fillvalue=()):
        same = len(left) == len(right) and all(
            isclose(a, b, rel_tol=_CLOSE) for a, b in zip(left, right, strict=True)
        )
        if not same:
            raise Disagreement(f"{question}: {one[0]} says {left}, {other[0]} says {right}")
