"""What a dossier consists of: plain values, already cut to what its reader may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from svyazka.engine.meetings import Agreement, Lack
from svyazka.engine.process import Process
from svyazka.presale.cases.queries import Comparable
from svyazka.presale.clients.queries import ClientCard
from svyazka.presale.deals.models import OPEN
from svyazka.presale.deals.queries import DealRow
from svyazka.presale.documents.queries import DocumentRow
from svyazka.presale.journal.queries import EntryRow
from svyazka.presale.meetings.rows import CriterionRow, GuestRow, LetterRow, OursRow, PointRow
from svyazka.presale.questions.queries import QuestionRow


@dataclass(frozen=True, slots=True)
class EarlierDeal:
    """Another deal of the client's. ``client_words`` is empty for who may not read them."""

    row: DealRow
    reason: str
    client_words: str


@dataclass(frozen=True, slots=True)
class OurProject:
    """A won deal of ours with another client, and the lines of business that are alike, as this client calls them."""

    row: DealRow
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coming:
    """The client meeting that is ahead, or has just been and isn't closed.

    :ivar corrected: what the client would like otherwise, as :class:`~.models.Meeting` keeps it
    """

    id: int
    agenda: str
    state: str
    starts_at: datetime | None
    minutes: int
    place: str
    our_goal: str
    client_goal: str
    agreement: Agreement
    corrected: Mapping[str, str]
    ours: tuple[OursRow, ...]
    guests: tuple[GuestRow, ...]
    points: tuple[PointRow, ...]
    criteria: tuple[CriterionRow, ...]
    lacks: tuple[Lack, ...]


@dataclass(frozen=True, slots=True)
class PastMeeting:
    """A meeting with the client that was held and closed."""

    id: int
    agenda: str
    held_at: datetime | None
    verdict: str
    verdict_words: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A field of the intake form without an answer, and who finds it out by when, if anybody does."""

    field: str
    finder_id: int | None
    by: date | None


@dataclass(frozen=True, slots=True)
class SmallThingRow:
    """A small thing that somebody has noted."""

    id: int
    text: str
    by_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who goes, or who has read.

    :ivar at: when he read last, None for never
    :ivar is_up_to_date: nothing has been told since
    """

    person_id: int
    goes: bool
    at: datetime | None
    is_up_to_date: bool


@dataclass(frozen=True, slots=True)
class Dossier:
    """All of it, for one who may read it.

    :ivar seen: place in the deal's journal up to which this tells; whoever has read it signs this
    :ivar goes: the viewer goes to the room, so that ``mood`` and ``small_things`` are there for him
    :ivar read_at: when the viewer read last, None for never
    :ivar new: what others have told since then, oldest first
    """

    row: DealRow
    process: Process
    seen: int
    client: ClientCard
    answers: Mapping[str, object]
    client_words: str
    gaps: tuple[Gap, ...]
    team: tuple[tuple[int, str], ...]
    coming: Coming | None
    past: tuple[PastMeeting, ...]
    letter: LetterRow | None
    said: tuple[EntryRow, ...]
    questions: tuple[QuestionRow, ...]
    documents: tuple[DocumentRow, ...]
    deals: tuple[EarlierDeal, ...]
    cases: tuple[Comparable, ...]
    projects: tuple[OurProject, ...]
    goes: bool
    mood: str
    small_things: tuple[SmallThingRow, ...]
    readers: tuple[Reader, ...]
    read_at: datetime | None
    new: tuple[EntryRow, ...]
    seats: frozenset[str]

    @property
    def is_read(self) -> bool:
        """Whether the viewer has read it as it is now."""
        return self.read_at is not None and not self.new

    @property
    def may_sign(self) -> bool:
        """Whether reading it means anything any more; a fixer in the shadow signs nothing."""
        return self.row.status == OPEN and (self.goes or self.seats != {"shadow"})

    def new_ids(self, *acts: str) -> frozenset[int]:
        """Ids of the things that these acts, new to the viewer, are about."""
        found = (entry.data.get("id") for entry in self.new if entry.act in acts)
        return frozenset(one for one in found if isinstance(one, int))

    @property
    def new_boxes(self) -> frozenset[str]:
        """Boxes of the intake form that were filled in or corrected since."""
        found = (entry.data.get("fields") for entry in self.new if entry.act == "intake.changed")
        return frozenset(str(key) for keys in found if isinstance(keys, list) for key in keys)
