"""The door of a page for people of ours: who comes, what he may, and the answer for whoever may not."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from svyazka.presale.journal.values import Actor, NotAllowed, NotFound
from svyazka.presale.people.queries import actor_of
from svyazka.presale.people.rights import require
from svyazka.web.jinja import render
from svyazka.web.ui.refusals import say

Guarded = Callable[..., HttpResponse]
View = Callable[..., HttpResponse]


def actor_in(request: HttpRequest) -> Actor:
    """Whoever is signed in, as an actor; strangers are stopped before any view."""
    assert request.user.is_authenticated
    return actor_of(request.user, "web")


def guarded(right: str) -> Callable[[Guarded], View]:
    """Call the view as ``view(request, actor, ...)`` if the actor has the right.

    What isn't there answers 404, and so does everything here for a partner agent; one of ours without the right is told
    who has it. Commands ask for rights themselves; this one is for what a page shows.
    """

    def closed(view: Guarded) -> View:
        @wraps(view)
        def answer(request: HttpRequest, **path: Any) -> HttpResponse:
            actor = actor_in(request)
            if actor.is_agent:
                raise Http404
            try:
                require(actor, right)
                return view(request, actor, **path)
            except NotFound as refusal:
                raise Http404 from refusal
            except NotAllowed as refusal:
                context = {"title": _("This isn’t open to you"), "text": say(refusal), "way_out": None}
                return render(request, "ui/error.html", context, status=403)

        return answer

    return closed


def see_other(name: str, **path: object) -> HttpResponse:
    """After a post: look at that page, and let a reload not post again."""
    answer = HttpResponseRedirect(reverse(name, kwargs=path or None))
    answer.status_code = 303
    return answer


def shown_once(answer: HttpResponse) -> HttpResponse:
    """A page with a secret on it, which no browser or proxy may keep."""
    answer["Cache-Control"] = "no-store"
    return answer
