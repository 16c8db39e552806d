"""The record of status runs: those under way, those that are over, the best."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, FloatField, Q
from django.db.models.functions import Cast

from svyazka.engine.pace import ENOUGH, per_hour
from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.models import Going
from svyazka.presale.meetings.runs.models import Run
from svyazka.presale.meetings.values import CLOSED, RUNNING
from svyazka.presale.meetings.writing import is_ours


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run in the list of all: who ran it when, through how many deals, and how fast. ``seconds`` are those of all its turns."""

    id: int
    state: str
    began_at: datetime
    planner_id: int
    deals: int
    decided: int
    seconds: int
    goal: float

    @property
    def per_hour(self) -> float | None:
        """Clients an hour; None while it is under way, and for too few of them."""
        return per_hour(self.decided, self.seconds)

    @property
    def meets_goal(self) -> bool:
        """Whether it was as fast as the process wants."""
        return (self.per_hour or 0) >= self.goal


def records(*, viewer: Actor, limit: int = 50) -> tuple[RunRecord, ...]:
    """Runs that are over, the latest first. One query."""
    if not is_ours(viewer):
        return ()
    return _records(Q(meeting__state=CLOSED), "-meeting__planned_at", "-pk", limit=limit)


def under_way(*, viewer: Actor) -> tuple[RunRecord, ...]:
    """Runs of the viewer's, and those in which he takes part, that have begun and aren't over. One query."""
    if not is_ours(viewer):
        return ()
    mine = Q(meeting__planned_by_id=viewer.me) | Q(
        pk__in=Going.objects.filter(person_id=viewer.me).values("meeting_id")
    )
    return _records(Q(meeting__state=RUNNING) & mine, "-meeting__planned_at", "-pk", limit=20)


def best(*, viewer: Actor) -> RunRecord | None:
    """The fastest run of all that are over, of those with a pace; of two the earlier. One query."""
    if not is_ours(viewer):
        return None
    wanted = Q(meeting__state=CLOSED, decided__gte=ENOUGH, seconds__gt=0)
    found = _records(wanted, (Cast("decided", FloatField()) / F("seconds")).desc(), "pk", limit=1)
    return found[0] if found else None


def _records(wanted: Q, *order: Any, limit: int) -> tuple[RunRecord, ...]:
    # a run begins in the moment in which it is made
    rows = Run.objects.filter(wanted).annotate(deals=Count("stops")).order_by(*order)
    return tuple(
        RunRecord(*row)
        for row in rows.values_list(
            "pk", "meeting__state", "meeting__planned_at", "meeting__planned_by_id", "deals", "decided", "seconds", "goal"
        )[:limit]
    )  # fmt: skip
