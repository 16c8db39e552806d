"""Choosing the deals of a status run, and the record of all runs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from svyazka.engine.lacking import lacking
from svyazka.engine.pace import ENOUGH, SHORTEST_TURN, share
from svyazka.presale.deals.queries import DealRow
from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.runs.beginning import begin_run, goal_of
from svyazka.presale.meetings.runs.queries import choice
from svyazka.presale.meetings.runs.records import RunRecord, best, records, under_way
from svyazka.presale.meetings.runs.values import SCOPES, USUAL, Scope
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import current_process, process_version
from svyazka.speech.runs import SCOPES as SCOPE_WORDS
from svyazka.speech.runs import say_pace
from svyazka.speech.tables import Column, Table
from svyazka.web.jinja import render
from svyazka.web.ui import downloads
from svyazka.web.ui.acting import Refused, refused_by
from svyazka.web.ui.guard import guarded, see_other
from svyazka.web.ui.said import whole_number

COUNTS: Final = (5, 10, 15, 20, 30)
"""How many deals can be asked for."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A deal that can be looked at in the run: how it stands, in words. ``minutes`` is working time left, negative once overdue."""

    deal: DealRow
    stage: str
    holder: str
    lacks: str
    minutes: int | None
    look: str | None


@require_safe
@guarded("meeting.call")
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list to choose from, what is under way, what has been."""
    if file := downloads.asked_for(request, {"runs": lambda: _table(records(viewer=actor))}):
        return file
    return _show(request, actor)


@require_POST
@guarded("meeting.call")
def begin(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Begin a run with the ticked deals."""
    begun: list[int] = []

    def command() -> str:
        begun.append(
            begin_run(
                deal_ids=_numbers(request, "deals"), people=_numbers(request, "people"), scope=_scope(request.POST),
                actor=actor, at=timezone.now(),
            )
        )  # fmt: skip
        return ""

    refused = refused_by(request, command)
    if refused is None:
        return see_other("run:page", meeting_id=begun[0])
    known = next((one for one in under_way(viewer=actor) if one.planner_id == actor.me), None)
    if refused.status == HTTPStatus.CONFLICT and known is not None:
        messages.info(request, refused.sentence)
        return see_other("run:page", meeting_id=known.id)
    return _show(request, actor, refused=refused)


def _numbers(request: HttpRequest, name: str) -> list[int]:
    return [one for typed in request.POST.getlist(name) if (one := whole_number(str(typed))) is not None]


def _scope(said: Mapping[str, str]) -> Scope:
    return next((one for one in SCOPES if one == said.get("of")), "mine")


def _count(said: Mapping[str, str]) -> int:
    typed = whole_number(said.get("count", ""), digits=2)
    return typed if typed in COUNTS else USUAL


def _show(request: HttpRequest, actor: Actor, *, refused: Refused | None = None) -> HttpResponse:
    said = request.GET if request.method != "POST" else request.POST
    at, scope, count, people = timezone.now(), _scope(said), _count(said), directory()
    rows = choice(viewer=actor, scope=scope, at=at, count=count)
    managers = dict.fromkeys(row.manager_id for row in rows if row.manager_id and row.manager_id != actor.me)
    colleagues = [
        card.id for card in people.active() if card.unit_id == actor.unit_id and card.id != actor.me and card.id not in managers
    ]  # fmt: skip
    ticked = set(_numbers(request, "deals")) if refused else {row.id for row in rows}
    taking = set(_numbers(request, "people")) if refused else set(managers)
    goal = goal_of(current_process()[1])
    context = {
        "scope": scope, "count": count, "counts": [(str(one), str(one)) for one in COUNTS],
        "scopes": [(one, SCOPE_WORDS[one]) for one in SCOPES if one != "unit" or actor.unit_id],
        "candidates": _candidates(rows), "ticked": ticked,
        "people": [(one, people.name(one), one in taking) for one in (*managers, *(colleagues if actor.unit_id else ()))],
        "goal": goal, "share": share(goal), "shortest": SHORTEST_TURN, "minutes": len(rows) * share(goal) // 60,
        "open": under_way(viewer=actor), "records": records(viewer=actor), "best": best(viewer=actor),
        "pace": say_pace, "enough": ENOUGH, "downloads": downloads.links(request),
        "name": people.name, "errors": refused.errors if refused else {}, "sentence": refused.sentence if refused else "",
    }  # fmt: skip
    return render(request, "run/choose.html", context, status=refused.status if refused else 200)


def _table(runs: Iterable[RunRecord]) -> Table:
    """The record of runs as a file to take along."""
    columns = (
        Column(_("When"), "date"), Column(_("Who ran it")), Column(_("Talked through"), "int"), Column(_("Deals"), "int"),
        Column(_("Time, min"), "number"), Column(_("Clients an hour"), "number"), Column(_("Goal"), "number"),
    )  # fmt: skip
    rows = [
        (
            one.began_at, directory().name(one.planner_id), one.decided, one.deals, round(one.seconds / 60, 1),
            None if one.per_hour is None else round(one.per_hour, 1), one.goal,
        )
        for one in runs
    ]  # fmt: skip
    return Table(_("Runs so far"), columns, rows)


def _candidates(rows: tuple[DealRow, ...]) -> list[Candidate]:
    people, at, language = directory(), timezone.now(), get_language() or "en"
    found = []
    for row in rows:
        stage = process_version(row.process_number).stage(row.stage)
        blocker = next((check for check in stage.checks if check.key == row.blocker), None)
        late = row.next_due is not None and row.next_due < at
        found.append(
            Candidate(
                row, stage.name.say(language), people.name(row.holder_id), lacking(blocker).say(language) if blocker else "",
                people.calendar_of(row.holder_id).minutes_between(at, row.next_due) if row.next_due else None,
                "client" if row.on_client else "broken" if late else None,
            )
        )  # fmt: skip
    return found
