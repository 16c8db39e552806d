"""The list of meetings, and how one begins to be prepared."""

from collections.abc import Mapping
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from svyazka.presale.deals.queries import deal_id_of
from svyazka.presale.journal.values import Invalid, NotAllowed, NotFound, Refusal
from svyazka.presale.meetings.feeds import feed_of
from svyazka.presale.meetings.planning import KIND_OF, MeetingAhead, call_meeting, plan_meeting
from svyazka.presale.meetings.queries import meeting_rows
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import current_process
from svyazka.speech.meeting_lines import line
from svyazka.speech.refusals import field_errors, say
from svyazka.web.jinja import render
from svyazka.web.meeting.feed import address_of
from svyazka.web.ui.guard import actor_in, see_other
from svyazka.web.ui.said import said

SHOWN: Final[Mapping[str, tuple[bool, bool]]] = {
    "mine": (True, False), "all": (False, False), "past": (True, True), "past_all": (False, True),
}  # fmt: skip
"""By what is asked for: whether only the viewer's own meetings, and whether those that are over."""


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Meetings ahead or of late, the viewer's own or everybody's; who has none ahead sees at first what others have."""
    viewer, at = actor_in(request), timezone.now()
    if viewer.is_agent:
        raise Http404
    asked = request.GET.get("show", "")
    show = asked if asked in SHOWN else "mine"
    mine, past = SHOWN[show]
    rows = meeting_rows(viewer=viewer, at=at, mine=mine, past=past)
    if not rows and not asked and (others := meeting_rows(viewer=viewer, at=at, mine=False)):
        show, rows = "all", others
    people, language = directory(), get_language() or "en"
    token = feed_of(actor=viewer)
    context = {
        "show": show, "lines": [line(row, people, viewer, at, language) for row in rows],
        "feed": address_of(token) if token else "",
    }  # fmt: skip
    return render(request, "meeting/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A meeting of ours about several deals."""
    actor = actor_in(request)
    if actor.is_agent:
        raise Http404
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            meeting_id = call_meeting(
                agenda=request.POST.get("agenda", ""),
                title=said(request.POST, "title"),
                actor=actor,
                at=timezone.now(),
            )
        except Invalid as refusal:
            errors = field_errors(refusal)
        else:
            return see_other("meeting:page", meeting_id=meeting_id)
    _number, process = current_process()
    language = get_language() or "en"
    agendas = [("", _("Without an agenda"))] + [
        (one.key, one.name.say(language))
        for one in process.agendas
        if KIND_OF.get(one.key) in {"internal", "status", "review"}
    ]
    problems = [(f"id_{name}", wrong) for name, wrong in errors.items()]
    context = {"agendas": agendas, "errors": errors, "problems": problems, "typed": request.POST}
    return render(request, "meeting/new.html", context, status=422 if errors else 200)


@require_POST
def on_deal(request: HttpRequest, number: str) -> HttpResponse:
    """Begin to prepare a meeting on a deal, by one of the process's agendas."""
    actor = actor_in(request)
    if actor.is_agent:
        raise Http404
    deal_id = deal_id_of(number, viewer=actor)
    try:
        meeting_id = plan_meeting(
            deal_id=deal_id, agenda=request.POST.get("agenda", ""), actor=actor, at=timezone.now()
        )
    except MeetingAhead as ahead:
        messages.info(request, say(ahead))
        return see_other("meeting:page", meeting_id=ahead.params["meeting"])
    except (NotFound, NotAllowed):
        raise
    except Refusal as refusal:
        messages.error(request, say(refusal))
        return see_other("deal:page", number=number)
    return see_other("meeting:page", meeting_id=meeting_id)
