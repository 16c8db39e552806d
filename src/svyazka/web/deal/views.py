"""Pages of a deal."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from svyazka.presale.deals.commands import describe_request
from svyazka.presale.deals.queries import (
    DealRow,
    Filters,
    deal_id_of,
    deal_rows,
    parse_number,
    possible_duplicates,
)
from svyazka.presale.journal.values import Actor, NotAllowed, NotFound, Refusal
from svyazka.presale.people.queries import directory
from svyazka.presale.people.rights import may
from svyazka.presale.process.queries import current_number, process_version
from svyazka.presale.stages.queries import deal_page
from svyazka.speech.standings import say_fate
from svyazka.web.deal.acts import ACTS, Asked
from svyazka.web.deal.intake import IntakeForm
from svyazka.web.deal.panels import Panels
from svyazka.web.deal.typed import Forms, Refused, Typed, refused, wanting_reason
from svyazka.web.jinja import render
from svyazka.web.ui.guard import actor_in, see_other

ENTRIES = 30
"""Acts that the timeline shows at first."""
FILES = 10
"""Files of the folder that the page shows at first."""
ALL = 2000

_Answer = TypeVar("_Answer", bound=HttpResponseBase)


def of_ours(view: Callable[..., _Answer]) -> Callable[..., _Answer]:
    """Hand the view its actor; what isn't there, and everything here for a partner agent, answers 404."""

    @wraps(view)
    def guarded(request: HttpRequest, number: str, **more: Any) -> _Answer:
        actor = actor_in(request)
        if actor.is_agent:
            raise Http404
        return view(request, number, actor=actor, **more)

    return guarded


@require_safe
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The deal; for the partner agent who brought it, its fate."""
    actor = actor_in(request)
    if actor.is_agent:
        return render(request, "deal/fate.html", _fate(_row(number, actor)))
    return _page(request, number)


@of_ours
def _page(request: HttpRequest, number: str, *, actor: Actor) -> HttpResponse:
    return render(request, "deal/page.html", _context(request, number, actor))


@require_safe
@of_ours
def body(request: HttpRequest, number: str, *, actor: Actor) -> HttpResponse:
    """The panels alone, when somebody else has changed the deal."""
    return render(request, "deal/_body.html", _context(request, number, actor) | {"renewed": True})


@require_safe
def revision(request: HttpRequest, number: str) -> HttpResponse:
    """The deal's revision, to see whether there is anything new. One query."""
    row = _row(number, actor_in(request))
    tag = f'"{row.revision}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    return HttpResponse(str(row.revision), headers={"ETag": tag}, content_type="text/plain")


@require_POST
@of_ours
def act(request: HttpRequest, number: str, *, actor: Actor, name: str) -> HttpResponse:
    """Do one act, then show the deal as it is now; a form that can't be taken comes back as typed."""
    typed = Typed(request.POST)
    try:
        typed.refuse_long()
        asked = Asked(deal_id_of(number, viewer=actor), typed, actor, timezone.now())
        done = ACTS[name](asked)
    except NotFound:
        raise
    except Refusal as refusal:
        back = refused(name, typed.text("key"), typed, refusal)
        return shown_again(
            request, number, actor, back, status=403 if isinstance(refusal, NotAllowed) else 422
        )
    return answer_done(request, number, actor, done)


def answer_done(request: HttpRequest, number: str, actor: Actor, done: str) -> HttpResponse:
    """Say what is done, over the deal as it is now."""
    if request.htmx:  # type: ignore[attr-defined]
        answer = shown_again(request, number, actor)
        answer["HX-Trigger"] = json.dumps({"toast": done})
        return answer
    messages.success(request, done)
    return see_other("deal:page", number=number)


def shown_again(
    request: HttpRequest, number: str, actor: Actor, back: Refused | None = None, status: int = 200
) -> HttpResponse:
    """The whole page, or for htmx its panels."""
    part = request.htmx  # type: ignore[attr-defined]
    context = _context(request, number, actor, back) | {"renewed": bool(part)}
    answer = render(request, "deal/_body.html" if part else "deal/page.html", context, status)
    if part and status == 403 and back is not None:
        answer["HX-Trigger"] = json.dumps({"toast": back.sentence})
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@of_ours
def intake(request: HttpRequest, number: str, *, actor: Actor) -> HttpResponse:
    """The intake form: ten fields, each with its value or with who finds it out by when."""
    at, people = timezone.now(), directory()
    shown = deal_page(number=number, viewer=actor, at=at, entries=0)
    if "request.describe" not in shown.may:
        raise NotFound
    typed = Typed(request.POST) if request.method == "POST" else None
    form = IntakeForm(shown, people, get_language() or "en", typed)
    if typed is not None:
        try:
            describe_request(
                deal_id=shown.card.row.id, answers=form.answers(), unknown=form.unknown(), actor=actor, at=at,
                seen=form.seen,
            )  # fmt: skip
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The intake form is saved."))
            return see_other("deal:page", number=number)
    context = {"form": form, "card": shown.card}
    return render(request, "deal/intake.html", context, form.status)


def _row(number: str, viewer: Actor) -> DealRow:
    parsed = parse_number(number)
    rows = deal_rows(viewer=viewer, filters=Filters(status=None, text=number), limit=1) if parsed else ()
    if not rows:
        raise Http404
    return rows[0]


def _fate(row: DealRow) -> dict[str, Any]:
    stage = process_version(row.process_number).stage(row.stage)
    return {"row": row, "stage": stage.name.say(get_language() or "en"), "status": say_fate(row)}


def _context(request: HttpRequest, number: str, actor: Actor, back: Refused | None = None) -> dict[str, Any]:
    at, people = timezone.now(), directory()
    entries = ALL if request.GET.get("all") else ENTRIES
    shown = deal_page(number=number, viewer=actor, at=at, entries=entries)
    card = shown.card
    unchecked = card.row.status == "open" and card.duplicates_checked_at is None
    panels = Panels(shown, people, actor, at)
    if back is not None and back.act == "win" and panels.win_needs_reason:
        back = wanting_reason(back)
    newest = current_number() if may(actor, "process.publish") else card.row.process_number
    return {
        "deal": shown,
        "card": card,
        "row": card.row,
        "panels": panels,
        "forms": Forms(
            card.row.path, request.GET.get("open", ""), back, promising=bool(request.GET.get("promise"))
        ),
        "similar": possible_duplicates(card.answers, viewer=actor, besides=card.row.id) if unchecked else (),
        "newest": newest if card.row.status == "open" else card.row.process_number,
        "documents": shown.documents if entries == ALL else shown.documents[:FILES],
        "is_cut": len(shown.timeline) == ENTRIES,
        "because": request.GET.get("because", ""),
        "max_file_mb": settings.FOLDER_FILE_LIMIT >> 20,
        "at": at,
        "renewed": False,
    }
