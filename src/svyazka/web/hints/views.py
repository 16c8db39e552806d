"""What is worth a look, and the deals behind a hint. Who may not see it is told that there is no such page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from svyazka.presale.insight.gaming import SHOWN, cases_of, counted_at, hints
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.rights import may
from svyazka.web.hints import tables, telling
from svyazka.web.jinja import render
from svyazka.web.ui import downloads
from svyazka.web.ui.guard import actor_in


def _viewer(request: HttpRequest) -> Actor:
    actor = actor_in(request)
    if not may(actor, "hints.see"):
        raise Http404
    return actor


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All hints of the last year, and what was looked at without finding any."""
    looked = hints(viewer=_viewer(request), at=timezone.now())
    told = telling.told(looked, get_language() or "")
    if file := downloads.asked_for(request, {"hints": lambda: tables.hints(told)}):
        return file
    context = {"told": told, "files": downloads.links(request)}
    return render(request, "hints/page.html", context)


@require_safe
def cases(request: HttpRequest, hint: str, where: str) -> HttpResponse:
    """The deals behind a hint; the person stands last."""
    viewer, at = _viewer(request), timezone.now()
    found = cases_of(hint, where, viewer=viewer, at=at)
    words, place = telling.WORDS[hint], telling.say_place(hint, where, get_language() or "")
    told = telling.told_cases(found)
    if file := downloads.asked_for(request, {"cases": lambda: tables.cases(f"{words.title}: {place}", told)}):
        return file
    context = {
        "words": words,
        "place": place,
        "cases": told,
        "counted": telling.say_counted(*counted_at(hint, where, viewer=viewer, at=at)),
        "files": downloads.links(request),
        "most": SHOWN if len(found) == SHOWN else None,
        "has_times": any(one.minutes is not None for one in found),
    }
    return render(request, "hints/cases.html", context)
