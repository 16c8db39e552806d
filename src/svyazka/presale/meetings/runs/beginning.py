"""A status run begins: with which deals, in which order, and who takes part."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max

from svyazka.engine.pace import share
from svyazka.engine.process import Process
from svyazka.presale.deals.models import OPEN
from svyazka.presale.deals.queries import rows_by_id
from svyazka.presale.journal.commands import lock_journal
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Conflict, Invalid
from svyazka.presale.meetings.models import Going, Meeting
from svyazka.presale.meetings.runs.models import Run, Stop
from svyazka.presale.meetings.runs.values import DECIDED, GOAL, MOST, SCOPES, Scope
from svyazka.presale.meetings.values import RUNNING, STATUS
from svyazka.presale.meetings.writing import Here
from svyazka.presale.people.queries import directory
from svyazka.presale.people.rights import require
from svyazka.presale.process.queries import current_process

AGENDA: Final = "status_run"
FRESH: Final = timedelta(days=7)
"""So far back it is told what changed of a deal that was in no run yet."""


class RunUnderWay(Conflict):
    """He has begun a run and not ended it; ``params["meeting"]`` is its id."""

    code = "run_under_way"


@command
def begin_run(
    *, deal_ids: Sequence[int], people: Iterable[int] = (), scope: Scope = "mine", actor: Actor, at: datetime
) -> int:
    """Begin a run through these deals, in this order; its clock goes from now on. Returns the id of its meeting.

    :param people: who takes part besides the one who begins it
    :raises RunUnderWay: he has one under way
    :raises Invalid: no deal that is open, too many, or somebody who can't take part
    """
    require(actor, "meeting.call")
    lock_journal()
    known = Meeting.objects.filter(run__isnull=False, state=RUNNING, planned_by_id=actor.me).first()
    if known is not None:
        raise RunUnderWay(meeting=known.pk)
    chosen, going = _open_among(deal_ids, actor), dict.fromkeys((actor.me, *people))
    if errors := _mistakes(chosen, going, scope):
        raise Invalid(errors=errors)
    _number, process = current_process()
    goal = goal_of(process)
    agenda = AGENDA if any(one.key == AGENDA for one in process.agendas) else ""
    meeting = Meeting.objects.create(
        kind=STATUS, agenda=agenda, minutes=min(max(len(chosen) * share(goal) // 60, 1), 600), state=RUNNING,
        began_at=at, planned_by_id=actor.me, planned_at=at,
    )  # fmt: skip
    Going.objects.bulk_create(Going(meeting=meeting, person_id=one, room=[]) for one in going)
    run = Run.objects.create(meeting=meeting, scope=scope, goal=goal, place=0, turned_at=at)
    last = _last_looked_at(chosen)
    Stop.objects.bulk_create(
        Stop(run=run, deal_id=pk, position=place, since=last.get(pk) or at - FRESH)
        for place, pk in enumerate(chosen)
    )
    Here(meeting, None, actor).note("run.began", at, {"deals": [*chosen], "scope": scope, "goal": goal})
    return meeting.pk


def _open_among(deal_ids: Sequence[int], actor: Actor) -> list[int]:
    """Those of these deals that he may know of and that are under way, each once, in their order."""
    seen = rows_by_id(deal_ids, viewer=actor)
    return [pk for pk in dict.fromkeys(deal_ids) if pk in seen and seen[pk].status == OPEN]


def _mistakes(chosen: Collection[int], going: Collection[int], scope: str) -> dict[str, str]:
    errors = {} if chosen else {"deals": "required"}
    if len(chosen) > MOST:
        errors["deals"] = "too_many"
    if scope not in SCOPES:
        errors["scope"] = "unknown_choice"
    if not set(going) <= {card.id for card in directory().active()}:
        errors["people"] = "unknown_choice"
    return errors


def goal_of(process: Process) -> float:
    """Clients an hour that a process wants."""
    goal = process.aim("clients_per_hour")
    return float(goal) if isinstance(goal, int | float) and goal > 0 else GOAL


def _last_looked_at(deal_ids: Iterable[int]) -> Mapping[int, datetime]:
    """When each of these deals was talked through in a run last. One query."""
    found = Stop.objects.filter(deal_id__in=list(deal_ids), outcome=DECIDED).values_list("deal_id")
    return dict(found.annotate(Max("left_at")))
