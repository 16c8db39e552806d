"""The dossier: everything that is known before a meeting, on one page, and what of it its reader hasn't read yet."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import IO, Any, Final

from django.db.models import Max

from svyazka.engine.industries import industries_fit
from svyazka.presale.cases.queries import comparable
from svyazka.presale.clients.queries import client_card
from svyazka.presale.deals.models import UNREAL, WON, Deal, Seat
from svyazka.presale.deals.queries import deal_id_of, row_of, rows_by_id, visible_to
from svyazka.presale.deals.seeing import sees_private_of_each
from svyazka.presale.deals.shadow import untold_to
from svyazka.presale.deals.writing import roles_of
from svyazka.presale.documents.queries import DocumentRow, document_to_read, documents_of
from svyazka.presale.journal.models import Entry
from svyazka.presale.journal.queries import EntryRow
from svyazka.presale.journal.values import SYSTEM, Actor, NotFound
from svyazka.presale.meetings.dossier_rows import (
    Coming,
    Dossier,
    EarlierDeal,
    Gap,
    OurProject,
    PastMeeting,
    Reader,
    SmallThingRow,
)
from svyazka.presale.meetings.models import Letter, Meeting, Reading, SmallThing
from svyazka.presale.meetings.plans import whole
from svyazka.presale.meetings.reading import goes_there, is_news, may_read, telling
from svyazka.presale.meetings.rows import (
    LetterRow,
    criterion_rows,
    guest_rows,
    letter_row,
    ours_rows,
    point_rows,
)
from svyazka.presale.meetings.values import AHEAD, CANCELLED, CLIENT, CLOSED, HELD
from svyazka.presale.people.rights import may
from svyazka.presale.process.queries import process_version
from svyazka.presale.questions.queries import questions_of

MOOD: Final = "mood"
"""The intake form's field that is a small thing itself."""
SAID: Final = ("client.contacted", "client.chased", "triage.said", "expert.more_given")
"""Acts whose words tell about the client and stand nowhere else."""
ABOUT_PLAN: Final = frozenset({"plan.agreed", "plan.corrected", "plan.changed"})
MOST: Final = 50
"""Acts, meetings and deals of each kind that one page tells of."""
PROJECTS: Final = 5
WON_LATELY: Final = 1000
"""Among so many won deals ones with the same lines of business are looked for."""


def dossier(*, number: str, viewer: Actor) -> Dossier:
    """A deal's dossier. About thirty queries, however much is known.

    :raises NotFound: no such deal, or the viewer may not know of it, or not read this much
    """
    deal_id = deal_id_of(number, viewer=viewer)
    # first: what is told while we read is new to whoever signs this
    seen = _last_told(deal_id, viewer)
    deal = Deal.objects.get(pk=deal_id)
    held = list(
        Seat.objects.filter(deal=deal, until=None)
        .order_by("pk")
        .values_list("person_id", "role", "in_shadow")
    )
    mine = roles_of(
        deal.dispatcher_id,
        viewer.person_id,
        [(role, dark) for one, role, dark in held if one == viewer.person_id],
    )
    if viewer.is_agent or not may_read(deal_id, viewer, mine):
        raise NotFound
    goes = goes_there(deal_id, viewer.person_id)
    client = client_card(deal.client_id, private=True)
    answers: dict[str, Any] = {**deal.intake.get("answers", {})}
    mood = str(answers.pop(MOOD, "") or "")
    lines = tuple(dict.fromkeys((*client.lines, *map(str, answers.get("lines") or ()))))
    meetings = list(
        Meeting.objects.filter(deal=deal, kind=CLIENT).exclude(state=CANCELLED).order_by("-pk")[:MOST]
    )
    coming = _coming(deal, meetings)
    readers, new = _read(deal_id, viewer, {one.person_id for one in coming.ours} if coming else set())
    return Dossier(
        row=row_of(deal, client.name),
        process=process_version(deal.process_number),
        seen=seen,
        client=client,
        answers=answers,
        client_words=deal.client_words,
        gaps=_gaps(deal),
        team=(
            (deal.dispatcher_id, "dispatcher"),
            *((one, role) for one, role, in_shadow in held if not in_shadow),
        ),
        coming=coming,
        past=_past(meetings),
        letter=_letter(deal_id) if meetings else None,
        said=_entries(Entry.objects.filter(chain=deal_id, act__in=SAID).order_by("-seq")[:MOST]),
        questions=questions_of(deal_id, viewer=viewer, private=True),
        documents=documents_of(deal_id) if deal.documents else (),
        deals=_deals(deal, client.name, viewer),
        cases=comparable(lines=lines, viewer=viewer),
        projects=_projects(deal, lines, viewer),
        goes=goes,
        mood=mood if goes else "",
        small_things=_small_things(deal_id) if goes else (),
        readers=readers,
        read_at=next((one.at for one in readers if one.person_id == viewer.person_id), None),
        new=new,
        seats=mine,
    )


def file_to_read(document_id: int, *, deal_id: int, viewer: Actor) -> tuple[DocumentRow, IO[bytes]]:
    """A file of the folder, open for reading, for who may read the folder and for whoever goes to the room.

    Raises what :func:`~svyazka.presale.documents.queries.document_to_read` raises.
    """
    goes = not viewer.is_agent and may(viewer, "deal.see") and goes_there(deal_id, viewer.person_id)
    row, content = document_to_read(document_id, viewer=SYSTEM if goes else viewer)
    if row.deal_id != deal_id:
        content.close()
        raise NotFound
    return row, content


def _last_told(deal_id: int, viewer: Actor) -> int:
    """The place of the last act that the viewer may know of."""
    return Entry.objects.filter(~untold_to(viewer), chain=deal_id).aggregate(last=Max("seq"))["last"] or 0


def _entries(found: Any) -> tuple[EntryRow, ...]:
    columns = ("id", "chain", "seq", "act", "actor_id", "role", "channel", "at", "data", "detail__body")
    return tuple(EntryRow(*row) for row in found.values_list(*columns))


def _read(
    deal_id: int, viewer: Actor, going: Collection[int]
) -> tuple[tuple[Reader, ...], tuple[EntryRow, ...]]:
    """Who has read what there is, those who go first; and what is new to the viewer. Two queries."""
    latest = {one.person_id: one for one in Reading.objects.filter(deal_id=deal_id).order_by("seq")}
    since = min((one.seq for one in latest.values()), default=0)
    told = _entries(telling([deal_id], since)) if latest else ()

    def new_to(person: int) -> tuple[EntryRow, ...]:
        return tuple(
            entry
            for entry in told
            if entry.seq > latest[person].seq and is_news(person, entry.actor_id, entry.act, going)
        )

    readers = tuple(
        Reader(
            person_id=person, goes=person in going, at=latest[person].at if person in latest else None,
            is_up_to_date=person in latest and not new_to(person),
        )
        for person in dict.fromkeys((*going, *latest))
    )  # fmt: skip
    mine = new_to(viewer.me) if viewer.me in latest else ()
    # of what was typed only a file that isn't there any more needs its name here; small things are in the form's answers too
    return readers, tuple(one if one.act == "document.removed" else replace(one, detail=None) for one in mine)


def _gaps(deal: Deal) -> tuple[Gap, ...]:
    marks: Mapping[str, Mapping[str, Any]] = deal.intake.get("unknown", {})
    return tuple(
        Gap(key, marks[key]["person"], date.fromisoformat(str(marks[key]["by"])))
        if key in marks
        else Gap(key, None, None)
        for key in dict.fromkeys((*deal.lacking, *marks))
    )


def _coming(deal: Deal, meetings: Iterable[Meeting]) -> Coming | None:
    meeting = next((one for one in meetings if one.state in {*AHEAD, HELD}), None)
    if meeting is None:
        return None
    meeting.deal = deal
    one = whole(meeting)
    return Coming(
        id=meeting.pk, agenda=meeting.agenda, state=meeting.state, starts_at=meeting.starts_at, minutes=meeting.minutes,
        place=meeting.place, our_goal=meeting.our_goal, client_goal=meeting.client_goal, agreement=one.agreement,
        corrected=meeting.corrected,
        ours=ours_rows(one), guests=guest_rows(one), points=point_rows(one.points), criteria=criterion_rows(one),
        lacks=one.lacks,
    )  # fmt: skip


def _past(meetings: Iterable[Meeting]) -> tuple[PastMeeting, ...]:
    return tuple(
        PastMeeting(one.pk, one.agenda, one.began_at or one.starts_at, one.verdict, one.verdict_words)
        for one in meetings
        if one.state == CLOSED
    )


def _letter(deal_id: int) -> LetterRow | None:
    """The latest letter that the client was sent."""
    sent = Letter.objects.filter(
        meeting__deal=deal_id, meeting__kind=CLIENT, sent_at__isnull=False, taken_back_at=None
    )
    found = sent.order_by("-meeting_id", "-version").first()
    return letter_row(found) if found else None


def _deals(deal: Deal, client_name: str, viewer: Actor) -> tuple[EarlierDeal, ...]:
    theirs = Deal.objects.filter(visible_to(viewer), client_id=deal.client_id).exclude(pk=deal.pk)
    found = theirs.exclude(status__in=UNREAL).order_by("-pk")[:MOST]
    private = (
        sees_private_of_each({one.pk: one.dispatcher_id for one in found}, viewer=viewer)
        if found
        else frozenset()
    )
    return tuple(
        EarlierDeal(row_of(one, client_name), one.reason, one.client_words if one.pk in private else "")
        for one in found
    )


def _projects(deal: Deal, lines: Iterable[str], viewer: Actor) -> tuple[OurProject, ...]:
    """Deals won with other clients of the same lines of business: those with most in common, and of them the latest."""
    won = (
        Deal.objects.filter(visible_to(viewer), status=WON)
        .exclude(client_id=deal.client_id)
        .order_by("-closed_at", "-pk")
    )
    alike: dict[int, tuple[str, ...]] = {}
    for pk, theirs in won.values_list("pk", "client__lines")[:WON_LATELY]:
        if by := tuple(line for line in lines if any(industries_fit(line, str(one)) for one in theirs)):
            alike[pk] = by
    best = sorted(alike, key=lambda pk: -len(alike[pk]))[:PROJECTS]
    rows = rows_by_id(best, viewer=viewer) if best else {}
    return tuple(OurProject(rows[pk], alike[pk]) for pk in best if pk in rows)


def _small_things(deal_id: int) -> tuple[SmallThingRow, ...]:
    noted = SmallThing.objects.filter(deal_id=deal_id).order_by("pk")
    return tuple(SmallThingRow(one.pk, one.text, one.by_id, one.at) for one in noted)
