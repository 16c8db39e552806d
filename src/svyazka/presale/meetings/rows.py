"""Meetings as frozen values, for pages and whoever words them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from svyazka.engine.meetings import UNREAD, Agreement, Lack
from svyazka.engine.process import Process
from svyazka.presale.deals.queries import DealRow
from svyazka.presale.meetings.models import Letter, Point
from svyazka.presale.meetings.plans import Whole


@dataclass(frozen=True, slots=True)
class PointRow:
    """A point of the agenda."""

    position: int
    minutes: int
    text: str
    role: str
    leader_id: int | None


@dataclass(frozen=True, slots=True)
class OursRow:
    """Somebody of ours who goes: his roles in the room, his seats on the deal, and whether he has read the dossier as it is, or as it was."""

    person_id: int
    room: tuple[str, ...]
    seats: frozenset[str]
    has_read: bool
    has_read_before: bool


@dataclass(frozen=True, slots=True)
class GuestRow:
    """Somebody of the client's who comes."""

    position: int
    name: str
    duty: str
    decides: bool
    email: str
    reply: str


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """A criterion of success, before the meeting or judged after it."""

    position: int
    text: str
    met: bool | None
    words: str


LetterState = Literal["", "draft", "sent", "silent", "confirmed", "corrected", "taken_back"]
"""Where a meeting's letter stands; ``silent`` is one that somebody should call about."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a meeting, in codes and counts.

    :ivar criteria: how many were judged
    :ivar letter: None where nobody has asked
    """

    verdict: str
    met: int
    criteria: int
    letter: LetterState | None


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting in a list. What was typed is left out but for the title: everybody of ours may see this much.

    :ivar parts: what the viewer is to it
    :ivar place: where it is, for those to whom the meeting is private
    :ivar result: what came of it once it is over, for the same people
    """

    id: int
    kind: str
    agenda: str
    title: str
    deal: DealRow | None
    starts_at: datetime | None
    minutes: int
    state: str
    began_at: datetime | None
    ended_at: datetime | None
    ours: tuple[OursRow, ...]
    guests: int
    lacks: tuple[Lack, ...]
    agreement: Agreement
    process: Process
    parts: frozenset[str] = frozenset()
    place: str = ""
    result: Result | None = None

    @property
    def took(self) -> int | None:
        """How many minutes it really took, a begun one as one; None before it is over."""
        if self.began_at is None or self.ended_at is None:
            return None
        return max(1, round((self.ended_at - self.began_at).total_seconds() / 60))

    @property
    def is_ready(self) -> bool:
        """Whether nothing is missing that should hold it back."""
        return not any(lack.strength == "stop" for lack in self.lacks)

    @property
    def unbriefed(self) -> tuple[int, ...]:
        """Experts who go and haven't read what is known now."""
        return tuple(lack.person_id for lack in self.lacks if lack.code in UNREAD and lack.person_id)


@dataclass(frozen=True, slots=True)
class Told:
    """Something that was said of a meeting once: the client's consent, why it was cancelled.

    :ivar who: of the client's, by name; empty where one of ours wrote it down, or where the name was erased
    :ivar by_id: of ours
    :ivar words: what was typed
    """

    at: datetime
    who: str
    by_id: int | None
    words: str


@dataclass(frozen=True, slots=True)
class JotRow:
    """Something jotted down. ``point`` is a place of the agenda."""

    id: int
    key: str
    kind: str
    text: str
    asker: str
    point: int | None
    by_id: int
    at: datetime
    commitment_id: int | None
    settled: str


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A commitment that the meeting was closed with. ``may_change``: the viewer may type it anew or drop it."""

    id: int
    deal_id: int
    deal_number: str
    result: str
    performer_id: int
    due_at: datetime
    outcome: str
    may_change: bool


@dataclass(frozen=True, slots=True)
class DoorRow:
    """An address that somebody of the client's was given. ``token`` is None for who may not pass it on."""

    purpose: str
    version: int
    name: str
    email: str
    token: str | None
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A version of the letter. Points are mappings with ``key``, ``part`` and ``text``."""

    version: int
    subject: str
    why: str
    points: tuple[Mapping[str, str], ...]
    language: str
    sent_at: datetime | None
    answer: str
    answered_at: datetime | None
    answered_by: str
    corrections: Mapping[str, str]
    more: str
    ready: str
    ready_words: str
    reminded_at: datetime | None
    called_at: datetime | None
    taken_back_at: datetime | None


def letter_row(one: Letter) -> LetterRow:
    """A letter that is loaded already."""
    return LetterRow(
        one.version, one.subject, one.why, tuple(one.points), one.language, one.sent_at, one.answer, one.answered_at,
        one.answered_by, one.corrections, one.more, one.ready, one.ready_words, one.reminded_at, one.called_at,
        one.taken_back_at,
    )  # fmt: skip


def guest_rows(one: Whole) -> tuple[GuestRow, ...]:
    """Those of the client's who come."""
    return tuple(
        GuestRow(each.position, each.name, each.duty, each.decides, each.email, each.reply)
        for each in one.guests
    )


def ours_rows(one: Whole, *, with_reading: bool = True) -> tuple[OursRow, ...]:
    """Those of ours who go.

    :param with_reading: whether it is told who has read the dossier; the client needn't know
    """
    nothing = frozenset[str]()
    return tuple(
        OursRow(
            each.person_id, one.room_of(each), one.seats.get(each.person_id, nothing),
            has_read=with_reading and each.person_id in one.read.now,
            has_read_before=with_reading and each.person_id in one.read.before,
        )
        for each in one.ours
    )  # fmt: skip


def point_rows(points: Iterable[Point]) -> tuple[PointRow, ...]:
    """The agenda."""
    return tuple(PointRow(one.position, one.minutes, one.text, one.role, one.leader_id) for one in points)


def criterion_rows(one: Whole) -> tuple[CriterionRow, ...]:
    """By what it is judged."""
    return tuple(CriterionRow(each.position, each.text, each.met, each.words) for each in one.criteria)
