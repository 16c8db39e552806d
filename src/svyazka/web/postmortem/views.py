"""The page of how a closed deal went."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from svyazka.presale.insight.postmortem import looked_back
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.queries import directory
from svyazka.web.jinja import render
from svyazka.web.postmortem.words import Words
from svyazka.web.ui.guard import guarded


@require_safe
@guarded("deal.see")
def page(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """What the record says of a deal that is over."""
    found = looked_back(number=number, viewer=actor)
    words = Words(found, directory(), actor, get_language() or "en")
    return render(request, "postmortem/page.html", {"page": found, "row": found.row, "words": words})
