"""Acts on expert requests: each is one command; a refusal comes back on the page with what was typed."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from svyazka.presale.experts import asking, claiming
from svyazka.presale.experts.queries import asking as asking_for
from svyazka.presale.journal.values import Conflict, Invalid
from svyazka.presale.people.queries import competences, directory
from svyazka.speech.refusals import say
from svyazka.web.experts.forms import AskForm
from svyazka.web.experts.views import show
from svyazka.web.jinja import render
from svyazka.web.ui.acting import refused_by
from svyazka.web.ui.guard import actor_in, see_other
from svyazka.web.ui.said import said, whole_number


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for an expert for a deal."""
    actor, at = actor_in(request), timezone.now()
    if actor.is_agent:
        raise Http404
    begun = asking_for(number=number, viewer=actor)
    form = AskForm(begun.lines, request.POST if request.method == "POST" else None)
    status, sentence = 200, ""
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                request_id = asking.ask_for_expert(deal_id=begun.deal.id, ask=form.ask(), actor=actor, at=at)
            except Invalid as refusal:
                form.mend(refusal)
            except Conflict as refusal:
                status, sentence = 409, say(refusal)
            else:
                messages.success(request, _("The request is on the board; the heads are told."))
                return see_other("experts:page", request_id=request_id)
    context = {
        "form": form, "deal": begun.deal, "sentence": sentence,
        "has_competences": bool(competences()),
    }  # fmt: skip
    return render(request, "experts/ask.html", context, status=status)


def _perform(
    request: HttpRequest, request_id: int, act: str, command: Callable[[], str], *, board: bool = False
) -> HttpResponse:
    """Run one command and go on to the request, or (``board``) back to the board; say what was refused on its page."""
    refused = refused_by(request, command)
    if refused is not None:
        return show(
            request,
            request_id,
            status=refused.status,
            act=act,
            errors=refused.errors,
            sentence=refused.sentence,
        )
    if board and request.POST.get("back") == "board":
        return see_other("experts:board")
    return see_other("experts:page", request_id=request_id)


@require_POST
def take(request: HttpRequest, request_id: int) -> HttpResponse:
    """I take it, or one of my people does."""
    actor = actor_in(request)

    def command() -> str:
        person = request.POST.get("person", "")
        goes = (whole_number(person) or 0) if person else None
        held = claiming.claim(
            request_id=request_id,
            person_id=goes,
            why=said(request.POST, "why"),
            actor=actor,
            at=timezone.now(),
        )
        if held.person_id == actor.person_id:
            return _("You have taken it. The deal’s manager is told.")
        return _("%(name)s goes. The deal’s manager is told.") % {"name": directory().name(held.person_id)}

    return _perform(request, request_id, "claim", command)


@require_POST
def not_ours(request: HttpRequest, request_id: int) -> HttpResponse:
    """Not ours, because."""

    def command() -> str:
        claiming.refuse(
            request_id=request_id,
            because=said(request.POST, "because"),
            actor=actor_in(request),
            at=timezone.now(),
        )
        return _("Recorded. The request is passed on.")

    return _perform(request, request_id, "not_ours", command)


@require_POST
def need_more(request: HttpRequest, request_id: int) -> HttpResponse:
    """More is needed to decide."""

    def command() -> str:
        claiming.ask_for_more(
            request_id=request_id, what=said(request.POST, "what"), actor=actor_in(request), at=timezone.now()
        )
        return _("The manager is asked to add it.")

    return _perform(request, request_id, "need_more", command)


@require_POST
def more(request: HttpRequest, request_id: int) -> HttpResponse:
    """What the experts lacked."""

    def command() -> str:
        asking.give_more(
            request_id=request_id, text=said(request.POST, "text"), actor=actor_in(request), at=timezone.now()
        )
        return _("Added. Those who asked are told.")

    return _perform(request, request_id, "more", command)


@require_POST
def give_back(request: HttpRequest, request_id: int) -> HttpResponse:
    """Hand it back, and why."""

    def command() -> str:
        claiming.hand_back(
            request_id=request_id,
            reason=said(request.POST, "reason"),
            actor=actor_in(request),
            at=timezone.now(),
        )
        return _("The request is on the board again.")

    return _perform(request, request_id, "hand_back", command)


@require_POST
def verdict(request: HttpRequest, request_id: int) -> HttpResponse:
    """What the triage has shown."""

    def command() -> str:
        claiming.say_triage(
            request_id=request_id,
            verdict=said(request.POST, "verdict"),
            actor=actor_in(request),
            at=timezone.now(),
        )
        return _("The triage is done. Whoever asked is told.")

    return _perform(request, request_id, "verdict", command)


@require_POST
def withdraw(request: HttpRequest, request_id: int) -> HttpResponse:
    """Nobody is needed any more."""

    def command() -> str:
        asking.withdraw_request(
            request_id=request_id,
            reason=said(request.POST, "reason"),
            actor=actor_in(request),
            at=timezone.now(),
        )
        return _("The request is taken off the board.")

    return _perform(request, request_id, "withdraw", command)
