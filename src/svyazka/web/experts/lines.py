"""Expert requests and candidates as the pages show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language

from svyazka.engine.matching import Proposal
from svyazka.presale.experts.queries import RequestRow
from svyazka.presale.people.queries import Directory
from svyazka.presale.process.queries import process_version
from svyazka.speech.experts import KINDS, say_barrier, say_barriers, say_level, say_reason
from svyazka.speech.process_words import say_missing

FIRST = 3
"""So many of those proposed are named on the board."""


@dataclass(frozen=True, slots=True)
class Why:
    """A reason or what speaks against somebody; ``points`` is None for the latter."""

    words: str
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could go. Whoever isn't proposed has ``against``."""

    person_id: int
    name: str
    unit: str
    points: int
    reasons: tuple[Why, ...]
    against: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A request on the board. ``minutes`` of working time are left until the heads are told."""

    row: RequestRow
    kind: str
    level: str
    lacking: tuple[str, ...]
    asked_by: str
    owed_by: str
    minutes: int | None
    taken_by: str
    taken_level: str
    over: str
    candidates: tuple[Candidate, ...]
    others: int

    @property
    def look(self) -> str | None:
        """How the row's edge is marked."""
        if self.minutes is None:
            return None
        return "broken" if self.minutes < 0 else "soon" if self.minutes <= 60 else None


def candidates(proposals: Iterable[Proposal], people: Directory) -> tuple[Candidate, ...]:
    """Everybody who could go, as the rules order them."""
    return tuple(
        Candidate(
            person_id=one.person_id,
            name=people.name(one.person_id),
            unit=people.people[one.person_id].unit_name,
            points=one.points,
            reasons=tuple(Why(say_reason(reason), reason.points) for reason in one.reasons),
            against=tuple(say_barrier(barrier) for barrier in one.barriers),
        )
        for one in proposals
    )


def lines(
    rows: Iterable[RequestRow], proposals: Mapping[int, tuple[Proposal, ...]], people: Directory, at: datetime
) -> tuple[Line, ...]:
    """The rows of a board."""
    return tuple(line(row, proposals.get(row.id, ()), people, at) for row in rows)


def line(row: RequestRow, proposals: tuple[Proposal, ...], people: Directory, at: datetime) -> Line:
    """One row of a board."""
    language = get_language() or ""
    process = process_version(row.deal.process_number)
    proposed = [one for one in proposals if one.is_proposed]
    held = row.claim
    return Line(
        row=row, kind=str(KINDS[row.kind]), level=say_level(row.level),
        lacking=say_missing(row.lacking, process, language, named=row.named),
        asked_by=people.name(row.asked_by_id), owed_by=people.name(row.owed_by),
        minutes=_left(row, people, at),
        taken_by=people.name(held.person_id) if held else "", taken_level=say_level(held.level) if held else "",
        over=say_barriers(held.over) if held else "",
        candidates=candidates(proposed[:FIRST], people), others=max(0, len(proposed) - FIRST),
    )  # fmt: skip


def _left(row: RequestRow, people: Directory, at: datetime) -> int | None:
    if row.due_at is None:
        return None
    left = people.calendar_of(row.owed_by).minutes_between(at, row.due_at)
    return min(-1, left) if row.due_at < at else left
