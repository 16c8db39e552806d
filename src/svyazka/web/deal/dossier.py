"""The dossier's page: read, signed, small things noted and forgotten. It prints as it stands, without the small things."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from svyazka.presale.deals.queries import deal_id_of
from svyazka.presale.journal.values import Actor, Invalid, NotAllowed, NotFound, Refusal
from svyazka.presale.meetings.dossier import dossier
from svyazka.presale.meetings.reading import forget_small_thing, goes_there, note_small_thing, sign_dossier
from svyazka.presale.people.queries import directory
from svyazka.speech import refusals
from svyazka.web.deal.dossier_words import Words
from svyazka.web.deal.typed import Typed
from svyazka.web.deal.views import of_ours
from svyazka.web.jinja import render
from svyazka.web.ui.guard import see_other, shown_once
from svyazka.web.ui.said import whole_number

FILES = 40
"""Files that the page lists; the deal's page has all."""


@require_safe
@of_ours
def page(request: HttpRequest, number: str, *, actor: Actor) -> HttpResponse:
    """The dossier as it is now."""
    return _show(request, number, actor)


@require_POST
@of_ours
def sign(request: HttpRequest, number: str, *, actor: Actor) -> HttpResponse:
    """The reader says that he has read it, up to the act that was on the screen."""
    deal_id = deal_id_of(number, viewer=actor)
    try:
        sign_dossier(
            deal_id=deal_id, seen=_place(request.POST.get("seen", "")), actor=actor, at=timezone.now()
        )
    except Invalid:
        words = _("The page was out of date. Read what stands here now, then sign.")
        return _show(request, number, actor, errors={"": words}, status=422)
    except (NotFound, NotAllowed):
        raise NotFound from None
    except Refusal as refusal:
        return _show(
            request, number, actor, errors={"": refusals.say(refusal)}, status=refusals.status_of(refusal)
        )
    messages.success(request, _("Signed: you have read the dossier."))
    return see_other("deal:dossier", number=number)


@require_POST
@of_ours
def note(request: HttpRequest, number: str, *, actor: Actor) -> HttpResponse:
    """Note a small thing for those who go."""
    deal_id, typed = deal_id_of(number, viewer=actor), request.POST.get("text", "")
    try:
        note_small_thing(deal_id=deal_id, text=typed, actor=actor, at=timezone.now())
    except Invalid as refusal:
        said = refusals.field_errors(refusal)
        if refusal.errors.get("text") == "too_long":
            said = {"text": _("Make it shorter: 500 characters at most.")}
        return _show(request, number, actor, errors=said, typed=typed, status=422)
    except (NotFound, NotAllowed):
        raise NotFound from None
    except Refusal as refusal:
        said = {"": refusals.say(refusal)}
        return _show(request, number, actor, errors=said, typed=typed, status=refusals.status_of(refusal))
    reads = goes_there(deal_id, actor.person_id)
    messages.success(request, _("Noted.") if reads else _("Noted. Those who go to the meeting read it."))
    return see_other("deal:dossier", number=number)


@require_POST
@of_ours
def forget(request: HttpRequest, number: str, *, actor: Actor) -> HttpResponse:
    """Delete a small thing for good."""
    noted = Typed(request.POST).number("key") or 0
    try:
        forget_small_thing(
            deal_id=deal_id_of(number, viewer=actor), small_thing_id=noted, actor=actor, at=timezone.now()
        )
    except NotAllowed:
        raise NotFound from None
    messages.success(request, _("Deleted for good."))
    return see_other("deal:dossier", number=number)


def _place(text: str) -> int:
    """A place in the journal; what is none is one that isn't there."""
    found = whole_number(text)
    return -1 if found is None else found


def _show(
    request: HttpRequest, number: str, actor: Actor, *, errors: Mapping[str, str] | None = None, typed: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page, with what was refused; no browser keeps it, for what stands here is to fade."""
    at, wrong = timezone.now(), errors or {}
    found = dossier(number=number, viewer=actor)
    context = {
        "page": found, "row": found.row, "words": Words(found, directory(), actor, at), "errors": wrong, "typed": typed,
        "problems": [("small-text" if name else "", problem) for name, problem in wrong.items()],
        "documents": found.documents[:FILES], "at": at,
    }  # fmt: skip
    return shown_once(render(request, "deal/dossier.html", context, status))
