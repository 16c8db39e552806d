"""What every command on a meeting begins with: the lock, the meeting, and what the one who acts is to it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from django.db.models import Exists, F, OuterRef, QuerySet

from svyazka.presale.deals.models import OPEN, Deal, Seat
from svyazka.presale.deals.writing import DEAL, DealClosed, acting_role, roles_of, seats_of
from svyazka.presale.journal.commands import WORKSPACE, Act, lock_journal, record
from svyazka.presale.journal.values import Actor, Conflict, Json, NotFound
from svyazka.presale.meetings.models import Going, Meeting
from svyazka.presale.meetings.values import CANCELLED, CLIENT
from svyazka.presale.people.rights import may, require
from svyazka.presale.stages.evidence import disprove, prove

_HELD_BY = {"defence": "defence.held"}


class MeetingMoved(Conflict):
    """The meeting isn't in a state for that any more; ``params["state"]`` says in which it is."""

    code = "meeting_moved_on"


def fact_of(agenda: str) -> str:
    """The fact that a client meeting by this agenda proves once it is over."""
    return _HELD_BY.get(agenda, "meeting.held")


def is_ours(actor: Actor) -> bool:
    """Whether somebody may know of meetings at all: partner agents and strangers may not."""
    return may(actor, "meeting.see") and not actor.is_agent


def deal_of(meeting: Meeting) -> Deal | None:
    """The deal that a meeting is about; None for one about several."""
    return None if meeting.deal_id is None else DEAL.first(pk=meeting.deal_id)


def still_going() -> QuerySet[Going]:
    """Who goes to meetings, without those who have left the deal since: they have no more to do with it."""
    seats = Seat.objects.filter(deal_id=OuterRef("meeting__deal_id"), person_id=OuterRef("person_id"))
    return Going.objects.filter(Exists(seats.filter(until=None)) | ~Exists(seats))


def part_of(meeting: Meeting, deal: Deal | None, person_id: int | None) -> frozenset[str]:
    """What somebody is to a meeting: his seats on the deal, ``going``, ``planner``, ``controller``.

    Whoever planned it stays its planner as long as he works on the deal.
    """
    if person_id is None:
        return frozenset()
    seats = seats_of(deal, person_id) if deal else frozenset()
    goes = still_going().filter(meeting=meeting, person_id=person_id).exists()
    return _parts(meeting, person_id, seats, goes=goes)


def parts_in(meetings: Sequence[Meeting], person_id: int | None) -> Mapping[int, frozenset[str]]:
    """The same for many meetings whose deals are loaded, by their ids. Two queries."""
    if person_id is None:
        return {one.pk: frozenset() for one in meetings}
    held: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    seats = Seat.objects.filter(
        deal_id__in={one.deal_id for one in meetings if one.deal_id}, person_id=person_id, until=None
    )
    for deal, role, in_shadow in seats.values_list("deal_id", "role", "in_shadow"):
        held[deal].append((role, in_shadow))
    going = still_going().filter(meeting__in=[one.pk for one in meetings], person_id=person_id)
    gone_to = set(going.values_list("meeting_id", flat=True))
    return {
        one.pk: _parts(
            one,
            person_id,
            roles_of(one.deal.dispatcher_id, person_id, held[one.deal.pk]) if one.deal else frozenset(),
            goes=one.pk in gone_to,
        )
        for one in meetings
    }


def _parts(meeting: Meeting, person_id: int, seats: frozenset[str], *, goes: bool) -> frozenset[str]:
    parts = set(seats)
    if meeting.planned_by_id == person_id and (meeting.deal_id is None or seats):
        parts.add("planner")
    if goes:
        parts.add("going")
    if meeting.controller_id == person_id:
        parts.add("controller")
    return frozenset(parts)


class Here:
    """A meeting under the lock, its deal, and the one who acts."""

    def __init__(self, meeting: Meeting, deal: Deal | None, actor: Actor) -> None:
        self.meeting, self.deal, self.actor = meeting, deal, actor
        self.parts = part_of(meeting, deal, actor.person_id)

    @property
    def role(self) -> str:
        """The role in which he acts, for the journal."""
        return acting_role(self.parts, self.actor)

    def note(
        self,
        act: str,
        at: datetime,
        data: Mapping[str, Json] | None = None,
        said: Mapping[str, Json] | None = None,
    ) -> None:
        """Record an act on the deal's chain, or the workspace's for a meeting of ours."""
        known: dict[str, Json] = {"meeting": self.meeting.pk, "kind": self.meeting.kind, **(data or {})}
        chain = self.deal.pk if self.deal else WORKSPACE
        record(chain=chain, act=Act(act, known, said, self.role), actor=self.actor, at=at)

    def write(self, **columns: object) -> None:
        """Change columns, and the revision with them: whoever looks at the meeting sees it anew."""
        for column, value in columns.items():
            setattr(self.meeting, column, value)
        Meeting.objects.filter(pk=self.meeting.pk).update(**columns, revision=F("revision") + 1)

    @cached_property
    def is_latest(self) -> bool:
        """Whether what happens here says something of the deal as it is now: an earlier meeting's letter doesn't."""
        if self.deal is None or self.deal.status != OPEN:
            return False
        own = self.meeting.before_id or self.meeting.pk
        later = Meeting.objects.filter(deal=self.deal, kind=CLIENT, pk__gt=own)
        return not later.exclude(state=CANCELLED).exists()

    def prove(
        self,
        name: str,
        *,
        source: str,
        at: datetime,
        text: str = "",
        role: str = "",
        happens_at: datetime | None = None,
        who: str = "",
    ) -> None:
        """A fact of the deal holds by what was done here, if this is its latest meeting."""
        if self.is_latest:
            prove(
                self.its_deal, name, source=source, actor=self.actor, at=at, text=text, role=role, happens_at=happens_at,
                meeting=self.meeting.before_id or self.meeting.pk, who=who,
            )  # fmt: skip

    def disprove(self, *names: str, at: datetime) -> None:
        """Facts of the deal hold no more, if this is its latest meeting."""
        if self.is_latest:
            for name in names:
                disprove(self.its_deal, name, at=at)

    @property
    def its_deal(self) -> Deal:
        """The deal of a meeting that has one, as every client meeting does.

        :raises NotFound: it is about several deals
        """
        if self.deal is None:
            raise NotFound
        return self.deal

    def is_with_client(self) -> bool:
        """Whether the client comes."""
        return self.meeting.kind == CLIENT


def meeting_to_change(
    meeting_id: int, actor: Actor, right: str, states: Iterable[str], *, may_be_closed: bool = False
) -> Here:
    """Lock, load and check in one step.

    :param states: in which of its states this may be done
    :param may_be_closed: the deal may be closed
    :raises NotFound: no such meeting, or the actor may not know of it
    :raises NotAllowed: neither duty nor part in it gives the right
    :raises MeetingMoved: it is in another state
    :raises DealClosed: the deal is closed
    """
    lock_journal()
    meeting = Meeting.objects.filter(pk=meeting_id).first()
    if meeting is None or not is_ours(actor):
        raise NotFound
    deal = deal_of(meeting)
    here = Here(meeting, deal, actor)
    require(actor, right, here.parts)
    if meeting.state not in set(states):
        raise MeetingMoved(state=meeting.state)
    if deal is not None and deal.status != OPEN and not may_be_closed:
        raise DealClosed(status=deal.status, number=deal.number)
    return here


def touched(meeting_id: int) -> None:
    """Something beside the meeting's own row has changed: whoever looks sees it anew."""
    Meeting.objects.filter(pk=meeting_id).update(revision=F("revision") + 1)
