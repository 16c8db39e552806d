"""Reads of meetings: the list, one meeting in full, the room as it is this second."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from svyazka.engine.meetings import Hour, Turn, hour
from svyazka.presale.channels.models import Place
from svyazka.presale.channels.queries import LETTERS, channels_on
from svyazka.presale.channels.values import CLIENT as BY_CLIENT
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.deals.models import OPEN
from svyazka.presale.deals.queries import DealRow, rows_by_id, sees_private
from svyazka.presale.journal.commands import WORKSPACE
from svyazka.presale.journal.queries import latest_act
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.meetings.doors import token_of
from svyazka.presale.meetings.models import Door, Jot, Letter, Meeting, Task
from svyazka.presale.meetings.models import Turn as TurnRow
from svyazka.presale.meetings.plans import Whole, as_points, whole, wholes
from svyazka.presale.meetings.rows import (
    CriterionRow,
    DoorRow,
    GuestRow,
    JotRow,
    LetterRow,
    LetterState,
    MeetingRow,
    PointRow,
    Result,
    TaskRow,
    Told,
    criterion_rows,
    guest_rows,
    letter_row,
    ours_rows,
    point_rows,
)
from svyazka.presale.meetings.tasks import changeable
from svyazka.presale.meetings.values import AHEAD, CANCELLED, CLIENT, CLOSED, HELD, HUDDLE, PLANNED, RUNNING
from svyazka.presale.meetings.writing import is_ours, part_of, parts_in, still_going
from svyazka.presale.people.rights import RIGHTS, may

RECENT: Final = timedelta(days=30)
"""So far back the list of past meetings goes."""
MOST: Final = 200


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """A meeting in full, cut to what the viewer may see: without its small print the typed parts are empty.

    :ivar with_deal: nobody closed it: its deal ended first
    :ivar consent: the client's latest; to an earlier plan where he doesn't agree with this one
    :ivar called_off: by whom and why; None where the meeting ended with its deal
    :ivar huddle_jots: what was written down at the huddle before it, once that is over
    :ivar may: rights that he has here
    :ivar parts: what he is to it
    """

    row: MeetingRow
    our_goal: str
    client_goal: str
    place: str
    points: tuple[PointRow, ...]
    guests: tuple[GuestRow, ...]
    criteria: tuple[CriterionRow, ...]
    corrected: Mapping[str, str]
    consent: Told | None
    called_off: Told | None
    asked: bool
    needs_huddle: bool
    huddle_id: int | None
    huddle_state: str
    huddle_jots: tuple[JotRow, ...]
    before_id: int | None
    jots: tuple[JotRow, ...]
    tasks: tuple[TaskRow, ...]
    letters: tuple[LetterRow, ...]
    doors: tuple[DoorRow, ...]
    verdict: str
    verdict_words: str
    controller_id: int | None
    by_itself: bool
    with_deal: bool
    lacked: tuple[str, ...]
    revision: int
    private: bool
    may: frozenset[str]
    parts: frozenset[str]


def _found(found: QuerySet[Meeting]) -> list[Meeting]:
    return list(found.select_related("deal"))


def meeting_rows(
    *, viewer: Actor, at: datetime, mine: bool = True, past: bool = False
) -> tuple[MeetingRow, ...]:
    """Meetings ahead, the next one first and those without a time at the end, or those of late, the last one first.

    Huddles stand with theirs. What is over and not closed yet counts as ahead: somebody still owes something about it.
    """
    if not is_ours(viewer):
        return ()
    over = Q(state__in=[CLOSED, CANCELLED])
    wanted = (over & Q(planned_at__gte=at - RECENT * 6)) if past else ~over
    found = Meeting.objects.filter(wanted).exclude(kind=HUDDLE)
    if mine:
        found = _of(viewer, found)
    held = Coalesce("began_at", "starts_at", "planned_at")
    order = (held.desc(), "-pk") if past else (F("starts_at").asc(nulls_last=True), "pk")
    return _rows(_found(found.order_by(*order)[:MOST]), viewer, letters=past)


def meetings_of_day(*, viewer: Actor, until: datetime) -> tuple[MeetingRow, ...]:
    """What of the viewer's own meetings asks for him now: those under way, those that begin before ``until`` or should have
    begun, and those that are over and not closed. One query where there is none.
    """
    if not is_ours(viewer):
        return ()
    now = Q(state__in=[RUNNING, HELD]) | Q(state=PLANNED, starts_at__lt=until)
    found = Meeting.objects.filter(now, Q(deal=None) | Q(deal__status=OPEN)).exclude(kind=HUDDLE)
    ordered = _of(viewer, found).order_by("starts_at", "pk")[:MOST]
    rows = [
        row
        for row in _rows(_found(ordered), viewer)
        if row.parts & {"going", "planner", "manager"}  # who has left the deal has no more to do with it
    ]
    return tuple(sorted(rows, key=lambda row: row.state != RUNNING))


def _of(viewer: Actor, found: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Those of these meetings that somebody goes to, has planned or leads the deal of."""
    own = (
        Q(ours__person_id=viewer.person_id)
        | Q(planned_by_id=viewer.person_id)
        | Q(deal__manager_id=viewer.person_id)
    )
    return Meeting.objects.filter(pk__in=found.filter(own).values("pk"))


def _rows(found: Sequence[Meeting], viewer: Actor, *, letters: bool = False) -> tuple[MeetingRow, ...]:
    """These meetings as rows.

    :param letters: whether it is told where the letter of each stands; else nobody asks
    """
    if not found:
        return ()
    deals = rows_by_id({one.deal_id for one in found if one.deal_id is not None}, viewer=viewer)
    parts = parts_in(found, viewer.person_id)
    states = _letter_states(one.pk for one in found) if letters else None
    return tuple(
        _row(
            one, deals, parts[one.meeting.pk], viewer,
            letter=None if states is None else states.get(one.meeting.pk, ""),
        )
        for one in wholes(found)
    )  # fmt: skip


def _letter_states(ids: Iterable[int]) -> Mapping[int, LetterState]:
    """Where the letters of these meetings stand: the newest that was sent, else the draft. One query."""
    states: dict[int, LetterState] = {}
    found = Letter.objects.filter(meeting_id__in=list(ids)).order_by("version")
    for meeting, sent, answer, called, back in found.values_list(
        "meeting_id", "sent_at", "answer", "called_at", "taken_back_at"
    ):
        if sent is None:
            states.setdefault(meeting, "draft")
        elif answer:
            states[meeting] = "confirmed" if answer == "confirmed" else "corrected"
        else:
            states[meeting] = "taken_back" if back else "silent" if called else "sent"
    return states


def _row(
    one: Whole, deals: Mapping[int, DealRow], parts: frozenset[str], viewer: Actor, *, letter: LetterState | None = None
) -> MeetingRow:  # fmt: skip
    meeting, private = one.meeting, is_private_to(viewer, parts)
    return MeetingRow(
        id=meeting.pk, kind=meeting.kind, agenda=meeting.agenda, title=meeting.title, deal=deals.get(meeting.deal_id or 0),
        starts_at=meeting.starts_at, minutes=meeting.minutes, state=meeting.state, began_at=meeting.began_at,
        ended_at=meeting.ended_at,
        ours=ours_rows(one),
        guests=len(one.guests), lacks=one.lacks, agreement=one.agreement, process=one.process, parts=parts,
        place=meeting.place if private else "", result=_result(one, letter) if private else None,
    )  # fmt: skip


def _result(one: Whole, letter: LetterState | None) -> Result | None:
    if one.meeting.state not in {HELD, CLOSED}:
        return None
    judged = [each.met for each in one.criteria if each.met is not None]
    return Result(one.meeting.verdict, sum(judged), len(judged), letter)


@dataclass(frozen=True, slots=True)
class OnDeal:
    """The meetings with a deal's client that count: the one that is being prepared or under way with the huddle before it,
    and the last one that is over.
    """

    ahead: int | None = None
    huddle: int | None = None
    over: int | None = None


def on_deals(deal_ids: Iterable[int]) -> Mapping[int, OnDeal]:
    """The client meetings of these deals that count, by deal; deals without any are left out. One query."""
    found: dict[int, OnDeal] = {}
    rows = Meeting.objects.filter(deal_id__in=set(deal_ids), kind__in=[CLIENT, HUDDLE]).exclude(
        state=CANCELLED
    )
    for one in rows.order_by("pk").only("deal_id", "before_id", "state"):
        known = found.get(one.deal_id or 0, OnDeal())
        if one.before_id is None:
            # a later one is the one that counts, and has no huddle yet
            known = OnDeal(ahead=one.pk, over=known.over) if one.state in AHEAD else OnDeal(over=one.pk)
        elif one.before_id == known.ahead and one.state in AHEAD:
            known = replace(known, huddle=one.pk)
        found[one.deal_id or 0] = known
    return found


def meeting_page(*, meeting_id: int, viewer: Actor) -> MeetingPage:
    """One meeting.

    :raises NotFound: no such meeting, or the viewer may not know of it
    """
    meeting = Meeting.objects.select_related("deal").filter(pk=meeting_id).first()
    if meeting is None or not is_ours(viewer):
        raise NotFound
    parts = part_of(meeting, meeting.deal, viewer.person_id)
    private = is_private_to(viewer, parts)
    one = whole(meeting)
    deals = rows_by_id([meeting.deal_id], viewer=viewer) if meeting.deal_id else {}
    rights = frozenset(right for right in RIGHTS if may(viewer, right, parts))
    before = meeting.before_id
    return MeetingPage(
        row=_row(one, deals, parts, viewer),
        our_goal=meeting.our_goal if private else "",
        client_goal=meeting.client_goal if private else "",
        place=meeting.place if private else "",
        points=point_rows(one.points),
        guests=guest_rows(one) if private else (),
        criteria=criterion_rows(one) if private else (),
        corrected=meeting.corrected if private else {},
        consent=_told(meeting, "plan.agreed", "how") if private and meeting.agreed_version else None,
        called_off=_told(meeting, "meeting.cancelled", "reason")
        if private and meeting.state == CANCELLED
        else None,
        asked=meeting.asked_version > 0,
        needs_huddle=one.needs_huddle,
        huddle_id=one.huddle.pk if one.huddle else None,
        huddle_state=one.huddle.state if one.huddle else "",
        huddle_jots=_jots(one.huddle) if private and one.huddle and one.huddle.state == CLOSED else (),
        before_id=before,
        jots=_jots(meeting) if private else (),
        tasks=_tasks(meeting, viewer, parts) if private else (),
        letters=_letters(meeting) if private else (),
        doors=_doors(meeting, with_tokens=not rights.isdisjoint({"letter.send"})) if private else (),
        verdict=meeting.verdict if private else "",
        verdict_words=meeting.verdict_words if private else "",
        controller_id=meeting.controller_id,
        by_itself=meeting.by_itself,
        with_deal=meeting.state == CLOSED and meeting.kind != HUDDLE and meeting.closed_by_id is None,
        lacked=tuple(meeting.lacked),
        revision=meeting.revision,
        private=private,
        may=rights,
        parts=parts,
    )


def _told(meeting: Meeting, act: str, words: str) -> Told | None:
    """What the journal knows of the latest such act. One query.

    :param words: under which name of the act's detail stands what was typed
    """
    found = latest_act(chain=meeting.deal_id or WORKSPACE, act=act, meeting=meeting.pk)
    if found is None:
        return None
    said = found.detail or {}
    return Told(found.at, str(said.get("who") or ""), found.actor_id, str(said.get(words) or ""))


def is_private_to(viewer: Actor, parts: Iterable[str]) -> bool:
    """Whether the viewer reads what was typed about a meeting: who goes there, and who sees the deal's small print."""
    known = frozenset(parts)
    return bool(known & {"going", "planner", "controller"}) or sees_private(viewer, known)


def _jots(meeting: Meeting) -> tuple[JotRow, ...]:
    found = Jot.objects.filter(meeting=meeting).select_related("point").order_by("at", "pk")
    return tuple(
        JotRow(
            one.pk, str(one.key), one.kind, one.text, one.asker, one.point.position if one.point else None, one.by_id,
            one.at, one.commitment_id, one.settled,
        )
        for one in found
    )  # fmt: skip


def _tasks(meeting: Meeting, viewer: Actor, parts: frozenset[str]) -> tuple[TaskRow, ...]:
    ids = list(Task.objects.filter(meeting=meeting).order_by("pk").values_list("commitment_id", flat=True))
    found = {one.pk: one for one in Commitment.objects.filter(pk__in=ids).select_related("deal")}
    running = [one for one in found.values() if one.outcome == "open" and meeting.state in {RUNNING, HELD}]
    his = changeable(running, actor=viewer, parts=parts)
    return tuple(
        TaskRow(
            pk,
            one.deal_id,
            one.deal.number,
            one.result,
            one.performer_id,
            one.due_at,
            one.outcome,
            may_change=pk in his,
        )
        for pk in ids
        if (one := found.get(pk)) is not None
    )


def _letters(meeting: Meeting) -> tuple[LetterRow, ...]:
    return tuple(map(letter_row, Letter.objects.filter(meeting=meeting).order_by("version")))


def _without_letters(doors: Iterable[Door]) -> frozenset[int]:
    """Doors whose address only passes on by hand: no letter brings it. Any other is between the client and his mailbox."""
    if LETTERS not in channels_on():
        return frozenset(one.pk for one in doors)
    written = {one.email for one in doors}
    gone = Place.objects.filter(channel=LETTERS, thread=BY_CLIENT, chat__in=written, gone_at__isnull=False)
    dead = {"", *gone.values_list("chat", flat=True)}
    return frozenset(one.pk for one in doors if one.email in dead)


def _doors(meeting: Meeting, *, with_tokens: bool) -> tuple[DoorRow, ...]:
    found = list(Door.objects.filter(meeting=meeting).order_by("-pk"))
    alone = _without_letters(found) if with_tokens else frozenset()
    return tuple(
        DoorRow(
            one.purpose, one.version, one.name, one.email,
            token_of(one) if one.pk in alone and one.revoked_at is None else None, one.expires_at, one.used_at, one.revoked_at,
        )
        for one in found
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Room:
    """A meeting under way, as every phone on the table shows it.

    :ivar now: how its hour goes; None before it begins
    :ivar turned_at: when it last went on to another point, or off the last one
    :ivar runs: whether the viewer may run it
    """

    id: int
    state: str
    kind: str
    began_at: datetime | None
    minutes: int
    points: tuple[PointRow, ...]
    now: Hour | None
    jots: tuple[JotRow, ...]
    revision: int
    turned_at: datetime | None
    runs: bool


def room_of(*, meeting_id: int, viewer: Actor, at: datetime) -> Room:
    """The room as it is now. Three queries besides those for who may look.

    :raises NotFound: no such meeting, or the viewer may not read what is written down there
    """
    meeting = Meeting.objects.select_related("deal").filter(pk=meeting_id).first()
    if meeting is None or not is_ours(viewer):
        raise NotFound
    parts = part_of(meeting, meeting.deal, viewer.person_id)
    if not is_private_to(viewer, parts):
        raise NotFound
    points = list(meeting.points.order_by("position"))
    turns = list(TurnRow.objects.filter(meeting=meeting).select_related("point").order_by("since", "pk"))
    until = meeting.ended_at or at
    now = (
        hour(
            as_points(points), [Turn(one.point.position, one.since, one.until) for one in turns],
            began_at=meeting.began_at, minutes=meeting.minutes, at=until,
        )
        if meeting.began_at is not None
        else None
    )  # fmt: skip
    return Room(
        id=meeting.pk, state=meeting.state, kind=meeting.kind, began_at=meeting.began_at, minutes=meeting.minutes,
        points=point_rows(points), now=now,
        jots=_jots(meeting), revision=meeting.revision,
        turned_at=max((one.until or one.since for one in turns), default=None), runs=may(viewer, "meeting.run", parts),
    )  # fmt: skip


def revision_of(*, meeting_id: int, viewer: Actor) -> int:
    """The meeting's revision, to see whether there is anything new. One query.

    :raises NotFound: no such meeting, or the viewer may not know of it
    """
    found = Meeting.objects.filter(pk=meeting_id).values_list("revision", flat=True).first()
    if found is None or not is_ours(viewer):
        raise NotFound
    return found


def going_to(*, viewer: Actor, since: datetime) -> tuple[MeetingRow, ...]:
    """Meetings that the viewer goes to, from a moment on, by time: for his calendar."""
    mine = still_going().filter(person_id=viewer.me)
    found = Meeting.objects.filter(
        pk__in=mine.values("meeting_id"), starts_at__gte=since, state__in=[PLANNED, RUNNING, HELD, CLOSED]
    )
    return _rows(_found(found.order_by("starts_at", "pk")[:MOST]), viewer)
