"""What My day shows, put together: my commitments by when they are due, others' by deal, the client's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from svyazka.engine.worktime import WorkCalendar
from svyazka.presale.commitments.queries import CommitmentRow, owed_by, owed_to
from svyazka.presale.deals.queries import DealRow, rows_by_id, window_rows
from svyazka.presale.experts.queries import Taken, taken_by
from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.queries import OnDeal, meetings_of_day, on_deals
from svyazka.presale.meetings.room import is_too_early
from svyazka.presale.meetings.rows import MeetingRow
from svyazka.presale.meetings.values import CLIENT, HELD, RUNNING
from svyazka.presale.people.queries import directory
from svyazka.presale.people.rights import may
from svyazka.presale.process.queries import process_version
from svyazka.presale.questions.queries import question_of, questions_said
from svyazka.presale.stages.keeping import Way, way_to_keep
from svyazka.speech.meeting_lines import Line, line
from svyazka.speech.process_words import say_owed
from svyazka.speech.proving import Where, where_done

When = Literal["overdue", "today", "week", "later", "paused"]
WHENS: Final[tuple[When, ...]] = ("overdue", "today", "week", "later", "paused")
SOON: Final = 120
"""With this many working minutes left a commitment is due soon."""
LONGEST_HOLIDAY: Final = 15
"""Days that may pass between two that are worked."""


@dataclass(frozen=True, slots=True)
class Item:
    """A commitment with its deal. ``minutes`` is working time left, negative once it is overdue.

    :ivar where: the page of a meeting on which it is done
    """

    row: CommitmentRow
    deal: DealRow
    what: str
    performer: str
    minutes: int
    paused: bool
    way: Way
    supply: str
    where: Where | None

    @property
    def look(self) -> str | None:
        """How the row's edge is marked."""
        if self.paused or self.row.on_client:
            return "client"
        return "broken" if self.minutes < 0 else "soon" if self.minutes <= SOON else None


@dataclass(frozen=True, slots=True)
class Group:
    """My commitments that are due at about the same time."""

    when: When
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class DealGroup:
    """What others owe me on one deal."""

    deal: DealRow
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Going:
    """An expert request that I have taken, with its deal."""

    row: Taken
    deal: DealRow


@dataclass(frozen=True, slots=True)
class Held:
    """A meeting of mine that asks for me now, and the one thing to do about it.

    :ivar dossier: the dossier that I haven't read and should; empty where that is no task of mine
    """

    line: Line
    step: Where | None
    dossier: str


@dataclass(frozen=True, slots=True)
class Window:
    """What waits at the single window for a dispatcher; ``count`` is 100 for a hundred and more."""

    count: int
    due: datetime | None
    minutes: int


@dataclass(frozen=True, slots=True)
class Day:
    """Everything on My day."""

    mine: tuple[Group, ...]
    others: tuple[DealGroup, ...]
    client: tuple[Item, ...]
    window: Window | None
    going: tuple[Going, ...]
    meetings: tuple[Held, ...]

    def count(self, *whens: When) -> int:
        """How many of my commitments are due then."""
        return sum(len(group.items) for group in self.mine if group.when in whens)

    def item(self, commitment: int) -> Item | None:
        """One of my commitments, or None."""
        return next((one for group in self.mine for one in group.items if one.row.id == commitment), None)


def my_day(*, viewer: Actor, at: datetime, language: str) -> Day:
    """Put the viewer's day together. The number of queries doesn't depend on how much is owed."""
    mine, others = owed_by(viewer=viewer), owed_to(viewer=viewer)
    taken = taken_by(viewer=viewer)
    deals = rows_by_id(
        {row.deal_id for row in (*mine, *others)} | {one.deal_id for one in taken}, viewer=viewer
    )
    meetings = on_deals(row.deal_id for row in mine)
    asked = questions_said(filter(None, (question_of(row.term) for row in (*mine, *others))), viewer=viewer)
    shown = [
        _item(
            row, deals[row.deal_id], at, language, question=asked.get(question_of(row.term) or 0, ""),
            meetings=meetings.get(row.deal_id, OnDeal()),
        )
        for row in (*mine, *others)
        if row.deal_id in deals
    ]  # fmt: skip
    own = [one for one in shown if one.row.performer_id == viewer.me and not one.row.on_client]
    groups = (Group(when, tuple(one for one in own if _when(one, at) == when)) for when in WHENS)
    client = sorted((one for one in shown if one.row.on_client), key=lambda one: (one.row.due_at, one.row.id))
    return Day(
        mine=tuple(group for group in groups if group.items),
        others=_by_deal(one for one in shown if one.row.performer_id != viewer.me and not one.row.on_client),
        client=tuple(client),
        window=_window(viewer, at) if viewer.has("dispatcher") else None,
        going=tuple(Going(row, deals[row.deal_id]) for row in taken if row.deal_id in deals),
        meetings=_meetings(viewer, at, language),
    )


def _item(
    row: CommitmentRow, deal: DealRow, at: datetime, language: str, *, question: str, meetings: OnDeal
) -> Item:
    people = directory()
    process = process_version(row.process_number)
    way, fact = way_to_keep(row, process)
    return Item(
        row=row, deal=deal, what=say_owed(row.term, row.result, process, language, question),
        performer=people.name(row.performer_id), minutes=minutes_left(people.calendar_of(row.performer_id), at, row.due_at),
        paused=row.stands(deal_on_client=deal.on_client), way=way,
        supply=fact.supply.say(language) if fact else "", where=where_done(row, deal, process, meetings),
    )  # fmt: skip


def _meetings(viewer: Actor, at: datetime, language: str) -> tuple[Held, ...]:
    """My meetings up to the end of the next day that I work: before a weekend Monday's want preparing, too."""
    today, people = timezone.localdate(at), directory()
    calendar = people.calendar_of(viewer.me)
    ahead = (today + timedelta(days=days) for days in range(1, LONGEST_HOLIDAY))
    last = next((day for day in ahead if calendar.is_working_day(day)), today + timedelta(days=1))
    until = timezone.make_aware(datetime.combine(last + timedelta(days=1), time()))
    rows = meetings_of_day(viewer=viewer, until=until)
    return tuple(_held(line(row, people, viewer, at, language), viewer, at) for row in rows)


def _held(said: Line, viewer: Actor, at: datetime) -> Held:
    row = said.row
    dossier = f"/deals/{row.deal.path}/dossier/" if said.unread and row.deal else ""
    return Held(said, _step(row, viewer, at), dossier)


def _step(row: MeetingRow, viewer: Actor, at: datetime) -> Where | None:
    page = f"/meetings/{row.id}/"
    if row.state == HELD:
        judges = row.kind == CLIENT and {"expert", "going"} <= row.parts
        if judges and row.result is not None and not row.result.verdict:
            return Where(f"{page}#verdict", _("Give the verdict"))
        return (
            Where(f"{page}#close", _("Close the meeting"))
            if may(viewer, "meeting.close", row.parts)
            else None
        )
    today = row.starts_at is None or timezone.localdate(row.starts_at) == timezone.localdate(at)
    begins = today and not is_too_early(row.starts_at, at)
    if row.state == RUNNING or (begins and may(viewer, "meeting.run", row.parts)):
        return Where(f"{page}run/", _("To the cockpit"))
    return None


def minutes_left(calendar: WorkCalendar, at: datetime, due: datetime) -> int:
    """Working minutes until ``due``; once it has passed, at least one less than nothing."""
    left = calendar.minutes_between(at, due)
    return min(-1, left) if due < at else left


def _when(item: Item, at: datetime) -> When:
    """Of which part of the list it is, by the viewer's own days."""
    if item.paused:
        return "paused"
    if item.row.due_at < at:
        return "overdue"
    today = timezone.localdate(at)
    due = timezone.localdate(item.row.due_at)
    if due == today:
        return "today"
    return "week" if due <= today + timedelta(days=6 - today.weekday()) else "later"


def _by_deal(items: Iterable[Item]) -> tuple[DealGroup, ...]:
    """The deal on which something is due first comes first."""
    found: dict[int, list[Item]] = {}
    for one in items:
        found.setdefault(one.deal.id, []).append(one)
    return tuple(DealGroup(group[0].deal, tuple(group)) for group in found.values())


def _window(viewer: Actor, at: datetime) -> Window:
    rows = window_rows(viewer=viewer)
    first = min((row.next_due for row in rows if row.next_due and not row.on_client), default=None)
    left = minutes_left(directory().calendar_of(viewer.me), at, first) if first else 0
    return Window(len(rows), first, left)
