"""A status run: the deal on the screen, what is done about it, and the minutes once it is over."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from svyazka.presale.commitments.queries import commitment_row
from svyazka.presale.journal.values import Actor, Invalid, NotFound
from svyazka.presale.meetings.closing import drop_task
from svyazka.presale.meetings.runs.commands import Typed, end_run, go_on, note, set_clock
from svyazka.presale.meetings.runs.queries import RunPage, around, revision_of, run_page
from svyazka.presale.meetings.runs.values import HOW, LINES, STEP
from svyazka.presale.people.queries import directory
from svyazka.presale.stages.queries import deal_page_by_id
from svyazka.speech.runs import OUTCOMES
from svyazka.web.jinja import render
from svyazka.web.run.desk import Desk
from svyazka.web.run.minutes import Minutes
from svyazka.web.run.pace import Clock
from svyazka.web.ui.acting import Refused, refused_by
from svyazka.web.ui.guard import guarded, see_other
from svyazka.web.ui.said import said, whole_number

ENTRIES: Final = 200
"""Acts of a deal in which it is looked for what changed."""
_DROP: Final = "drop-"
_BOXES: Final = {STEP: STEP, "how": ""}
"""By what is wrong, the id of its box; any other is a line's."""


@require_safe
@guarded("meeting.see")
def page(request: HttpRequest, actor: Actor, meeting_id: int) -> HttpResponse:
    """The deal on the screen; the minutes of a run that is over."""
    return _show(request, actor, meeting_id)


@require_safe
@guarded("meeting.see")
def revision(request: HttpRequest, actor: Actor, meeting_id: int) -> HttpResponse:
    """The run's revision: a screen asks whether somebody else has gone on. One query."""
    tag = f'"{revision_of(meeting_id=meeting_id, viewer=actor)}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    return HttpResponse(status=200, headers={"ETag": tag, "Cache-Control": "no-store"})


@require_POST
@guarded("meeting.see")
def act(request: HttpRequest, actor: Actor, meeting_id: int) -> HttpResponse:
    """What one of the screen's buttons asks for. Whatever is typed is kept with any of them."""
    seen = run_page(meeting_id=meeting_id, viewer=actor, at=timezone.now())
    refused = refused_by(request, lambda: _do(request, actor, seen))
    if refused is None:
        return see_other("run:page", meeting_id=meeting_id)
    if seen.is_over:
        messages.info(request, refused.sentence)
        return see_other("run:page", meeting_id=meeting_id)
    return _show(request, actor, meeting_id, refused=refused)


def _do(request: HttpRequest, actor: Actor, run: RunPage) -> str:
    """Do it. Returns what there is to tell; what is wrong with the commitment is said beside its line."""
    try:
        return _way(request, actor, run)()
    except Invalid as refusal:
        wrong = dict(refusal.errors)
        lacks = next(
            (wrong.pop(part) for part in ("performer", "result", "due", "deal") if part in wrong), ""
        )
        raise Invalid(errors={**wrong, "step": lacks} if lacks else wrong, **refusal.params) from None


def _way(request: HttpRequest, actor: Actor, run: RunPage) -> Callable[[], str]:
    """What is asked for, as a function."""
    what, stop_id, at = (
        request.POST.get("do", ""),
        whole_number(request.POST.get("stop", "")) or 0,
        timezone.now(),
    )
    typed = _typed(request)

    def keep() -> str:
        task = note(meeting_id=run.id, stop_id=stop_id, typed=typed, actor=actor, at=at)
        return _recorded(task) if task else ""

    def turn() -> str:
        moved = go_on(
            meeting_id=run.id, stop_id=stop_id, how=next(one for one in HOW if one == what), typed=typed, actor=actor, at=at
        )  # fmt: skip
        return "" if moved else _("Somebody has gone on already. What you typed is kept with its deal.")

    def pause() -> str:
        set_clock(meeting_id=run.id, runs=what == "resume", actor=actor, at=at)
        note(meeting_id=run.id, stop_id=stop_id, typed=typed, actor=actor, at=at, mend_later=True)
        return ""

    def end() -> str:
        end_run(meeting_id=run.id, stop_id=stop_id or None, typed=typed, actor=actor, at=at)
        return _("The minutes are ready and sent to those who took part or owe something.")

    def drop() -> str:
        keep()
        task = whole_number(what.removeprefix(_DROP)) or 0
        drop_task(
            meeting_id=run.id,
            commitment_id=task,
            reason=_("typed by mistake in the status run"),
            actor=actor,
            at=at,
        )
        return _("The task is taken back.")

    ways: dict[str, Callable[[], str]] = {"save": keep, "pause": pause, "resume": pause, "end": end}
    ways |= dict.fromkeys(map(str, HOW), turn)
    way = drop if what.startswith(_DROP) else ways.get(what)
    if way is None:
        raise NotFound
    return way


def _recorded(task: int) -> str:
    row = commitment_row(task)
    return _("Recorded: it is on %(name)s") % {"name": directory().name(row.performer_id if row else None)}


def _typed(request: HttpRequest) -> Typed:
    """What stood in the boxes.

    :raises Invalid: a text is longer than any may be
    """
    words = {name: said(request.POST, name) for name in LINES if name in request.POST}
    step = said(request.POST, STEP) if STEP in request.POST else None
    return Typed(words, whole_number(request.POST.get("seen", "")) or 0, step)


def _show(
    request: HttpRequest, actor: Actor, meeting_id: int, *, refused: Refused | None = None
) -> HttpResponse:
    """The run's screen, or its minutes; after a refusal with its words beside what was typed."""
    at = timezone.now()
    run = run_page(meeting_id=meeting_id, viewer=actor, at=at)
    if run.is_over:
        minutes = Minutes(run)
        return render(request, "run/minutes.html", {"run": run, "minutes": minutes, "clock": Clock(run)})
    typed: Mapping[str, str] = request.POST.dict() if refused else {}
    shown = next((one for one in run.stops if refused and str(one.id) == typed.get("stop")), run.current)
    context: dict[str, Any] = {
        "run": run, "clock": Clock(run), "desk": None, "typed": typed,
        "errors": refused.errors if refused else {}, "sentence": refused.sentence if refused else "",
        "clash": refused is not None and refused.status == HTTPStatus.CONFLICT, "last": run.stops[-1] if run.stops else None,
        "name": directory().name, "outcomes": OUTCOMES,
        "unfinished": [one for one in run.stops if one.said.get(STEP) and one is not shown],
        "problems": [(_BOXES.get(name, f"line-{name}"), words) for name, words in (refused.errors if refused else {}).items()],
    }  # fmt: skip
    if shown is not None:
        deal = deal_page_by_id(deal_id=shown.deal.id, viewer=actor, at=at, entries=ENTRIES)
        context["desk"] = Desk(run, shown, deal, around(shown.deal.id), viewer=actor, at=at)
    return render(request, "run/page.html", context, status=refused.status if refused else 200)
