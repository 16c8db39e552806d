"""The door of a page for people of ours: who comes, what he may, and the answer for whoever may not."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from svyazka.presale.journal.values import Actor
from svyazka.presale.people.queries import actor_of
from svyazka.presale.people.rights import require

Guarded = Callable[..., HttpResponse]
View = Callable[..., HttpResponse]


def actor_in(request: HttpRequest) -> Actor:
    """Whoever is signed in, as an actor; strangers are stopped before any view."""
    assert request.user.is_authenticated
    return actor_of(request.user, "web")


def guarded(right: str) -> Callable[[Guarded], View]:
    """Call the view as ``view(request, actor, ...)`` if the actor has the right.

    Everything here answers 404 for a partner agent; one of ours without the right is told who has it (``ui/errors.py``).
    Commands ask for rights themselves; this one is for what a page shows.
    """

    def closed(view: Guarded) -> View:
        @wraps(view)
        def answer(request: HttpRequest, **path: Any) -> HttpResponse:
            actor = actor_in(request)
            if actor.is_agent:
                raise Http404
            require(actor, right)
            return view(request, actor, **path)

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
