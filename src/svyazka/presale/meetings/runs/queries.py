"""Reads of status runs: what to choose from, the run on the screen, what its minutes tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Case, F, Q, Value, When

from svyazka.engine.pace import counted, per_hour
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.deals.models import OPEN, Deal
from svyazka.presale.deals.queries import DealRow, Filters, rows_by_id, visible_to
from svyazka.presale.deals.seeing import sees_private_of_each
from svyazka.presale.journal.models import Entry
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.meetings.models import Going, Meeting, Task
from svyazka.presale.meetings.queries import is_private_to
from svyazka.presale.meetings.rows import TaskRow
from svyazka.presale.meetings.runs.models import Run, Stop
from svyazka.presale.meetings.runs.values import DECIDED, MOST, Scope
from svyazka.presale.meetings.tasks import changeable
from svyazka.presale.meetings.values import AHEAD, CANCELLED, CLIENT, RUNNING
from svyazka.presale.meetings.writing import is_ours, part_of
from svyazka.presale.people.rights import may

CONTACTS: Final = (
    "client.contacted", "client.chased", "question.relayed", "question.answered", "plan.sent", "plan.agreed", "plan.corrected",
    "meeting.held", "defence.held", "letter.sent", "letter.confirmed", "letter.corrected",
)  # fmt: skip
"""Acts by which we have heard from the client, or he from us."""


def choice(*, viewer: Actor, scope: Scope, at: datetime, count: int) -> tuple[DealRow, ...]:
    """Deals for a run, what needs attention first: overdue ones, blocked ones, then what is due first; at the end those that wait
    for the client. Two queries.

    :param count: how many at most
    """
    if not is_ours(viewer):
        return ()
    found = Deal.objects.filter(visible_to(viewer), Q(status=OPEN), _of(scope, viewer))
    overdue = Case(When(next_due__lt=at, then=Value(0)), default=Value(1))
    blocked = Case(When(blocker="", then=Value(1)), default=Value(0))
    ordered = found.order_by("on_client", overdue, blocked, "next_due", "pk")
    ids = list(ordered.values_list("pk", flat=True)[: min(max(count, 1), MOST)])
    rows = rows_by_id(ids, viewer=viewer)
    return tuple(rows[pk] for pk in ids if pk in rows)


def _of(scope: Scope, viewer: Actor) -> Q:
    """Whose deals are meant. Of a unit are those that it works on, and those that its people lead."""
    if scope == "mine":
        return Filters(person_id=viewer.me).q()
    if scope == "unit":
        unit = viewer.unit_id
        return Q(unit_id=unit) | Q(manager__unit_id=unit) if unit else Q(pk__in=[])
    return Q()


@dataclass(frozen=True, slots=True)
class StopRow:
    """A deal's turn in a run.

    :ivar said: what was typed about it, by line, for those who may read it; ``is_written`` whether anything was, for everybody
    :ivar facts: how it stood when it was left
    """

    id: int
    position: int
    deal: DealRow
    outcome: str
    seconds: int
    since: datetime
    left_at: datetime | None
    said: Mapping[str, str]
    facts: Mapping[str, Any]
    version: int
    is_written: bool


@dataclass(frozen=True, slots=True)
class RunPage:
    """A run as it is this second.

    :ivar current: the deal on the screen; None once all have had their turn, or the run is over
    :ivar here: seconds that this deal has had by now; ``seconds`` those of the whole run
    :ivar ticks: whether the clock goes
    :ivar may_run: whether the viewer may go through it
    """

    id: int
    state: str
    scope: str
    goal: float
    planner_id: int
    began_at: datetime
    ended_at: datetime | None
    ours: tuple[int, ...]
    stops: tuple[StopRow, ...]
    tasks: tuple[TaskRow, ...]
    current: StopRow | None
    here: int
    seconds: int
    ticks: bool
    revision: int
    may_run: bool

    @property
    def decided(self) -> int:
        """How many deals have been talked through."""
        return sum(one.outcome == DECIDED for one in self.stops)

    @property
    def per_hour(self) -> float | None:
        """Clients an hour so far."""
        return per_hour(self.decided, self.seconds)

    @property
    def is_over(self) -> bool:
        """Whether it has been ended."""
        return self.state != RUNNING

    def tasks_of(self, deal_id: int) -> tuple[TaskRow, ...]:
        """What the run has decided about a deal."""
        return tuple(one for one in self.tasks if one.deal_id == deal_id)


def run_page(*, meeting_id: int, viewer: Actor, at: datetime) -> RunPage:
    """A run, with all its deals.

    :raises NotFound: no such run, or the viewer may not know of it
    """
    run = (
        Run.objects.select_related("meeting")
        .filter(meeting__in=Meeting.objects.filter(pk=meeting_id))
        .first()
    )
    if run is None or not is_ours(viewer):
        raise NotFound
    meeting = run.meeting
    parts = part_of(meeting, None, viewer.person_id)
    stops = _stops(run, viewer, is_private=is_private_to(viewer, parts))
    current = next((one for one in stops if one.position == run.place), None)
    running = counted((at - run.turned_at).total_seconds()) if run.turned_at and current else 0
    going = Going.objects.filter(meeting=meeting).order_by("pk").values_list("person_id", flat=True)
    return RunPage(
        id=meeting.pk, state=meeting.state, scope=run.scope, goal=run.goal, planner_id=meeting.planned_by_id,
        began_at=meeting.began_at or meeting.planned_at, ended_at=meeting.ended_at, ours=tuple(going), stops=stops,
        tasks=_tasks(meeting, viewer, parts), current=current, here=(current.seconds if current else 0) + running,
        seconds=sum(one.seconds for one in stops) + running, ticks=run.turned_at is not None, revision=meeting.revision,
        may_run=meeting.state == RUNNING and may(viewer, "meeting.run", parts),
    )  # fmt: skip


def _stops(run: Run, viewer: Actor, *, is_private: bool) -> tuple[StopRow, ...]:
    found = list(Stop.objects.filter(run=run).order_by("position"))
    deals = rows_by_id([one.deal_id for one in found], viewer=viewer)
    own = frozenset[int]()
    if not is_private:
        own = sees_private_of_each({pk: row.dispatcher_id for pk, row in deals.items()}, viewer=viewer)
    return tuple(
        StopRow(
            one.pk, one.position, deals[one.deal_id], one.outcome, one.seconds, one.since, one.left_at,
            one.said if is_private or one.deal_id in own else {}, one.facts, one.version,
            bool(one.said),
        )
        for one in found
        if one.deal_id in deals
    )  # fmt: skip


def _tasks(meeting: Meeting, viewer: Actor, parts: frozenset[str]) -> tuple[TaskRow, ...]:
    ids = list(Task.objects.filter(meeting=meeting).order_by("pk").values_list("commitment_id", flat=True))
    found = {one.pk: one for one in Commitment.objects.filter(pk__in=ids).select_related("deal")}
    running = [one for one in found.values() if one.outcome == "open" and meeting.state == RUNNING]
    his = changeable(running, actor=viewer, parts=parts)
    return tuple(
        TaskRow(
            pk, one.deal_id, one.deal.number, one.result, one.performer_id, one.due_at, one.outcome, may_change=pk in his
        )
        for pk in ids
        if (one := found.get(pk)) is not None
    )  # fmt: skip


def revision_of(*, meeting_id: int, viewer: Actor) -> int:
    """The run's revision: whoever looks at it asks whether anything has changed. One query.

    :raises NotFound: as :func:`run_page`
    """
    found = (
        Run.objects.filter(meeting__in=Meeting.objects.filter(pk=meeting_id))
        .values_list("meeting__revision", flat=True)
        .first()
    )
    if found is None or not is_ours(viewer):
        raise NotFound
    return found


def is_run(meeting_id: int) -> bool:
    """Whether a meeting is a status run."""
    return Run.objects.filter(meeting__in=Meeting.objects.filter(pk=meeting_id)).exists()


@dataclass(frozen=True, slots=True)
class Around:
    """What else is known of a deal: when we and the client last heard of each other, and the meeting with him that is ahead."""

    contact: tuple[str, datetime] | None
    meeting_id: int | None
    meeting_at: datetime | None


def around(deal_id: int) -> Around:
    """The same of a deal that the viewer knows of. Two queries."""
    heard = Entry.objects.filter(chain=deal_id, act__in=CONTACTS).order_by("-seq").values_list("act", "at")
    ahead = Meeting.objects.filter(deal_id=deal_id, kind=CLIENT, state__in=AHEAD).exclude(state=CANCELLED)
    meeting = ahead.order_by(F("starts_at").asc(nulls_last=True), "pk").values_list("pk", "starts_at").first()
    return Around(heard.first(), *(meeting or (None, None)))


def told_of(meeting_id: int) -> tuple[tuple[int, str], ...]:
    """Who gets the minutes of a run, each with the code of why: whoever owes something from it, and who took part. Two queries."""
    ids = Task.objects.filter(meeting_id=meeting_id).values("commitment_id")
    owing = Commitment.objects.filter(pk__in=ids, outcome="open").order_by("pk")
    going = Going.objects.filter(meeting_id=meeting_id).order_by("pk")
    return (
        *((one, "owes") for one in owing.values_list("performer_id", flat=True)),
        *((one, "took_part") for one in going.values_list("person_id", flat=True)),
    )
