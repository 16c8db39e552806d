"""One's own first week, and what is told to others in theirs. Partner agents have theirs, too."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from svyazka.presale.journal.values import Actor
from svyazka.presale.launch.first_days import first_facts
from svyazka.presale.people.rights import may
from svyazka.presale.process.queries import current_process
from svyazka.speech.first_week import ROLES, path_of, roles_of
from svyazka.speech.process_words import capital, say_role
from svyazka.web.jinja import render
from svyazka.web.ui.guard import actor_in

_NOTHING: Final[frozenset[str]] = frozenset()


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The path of the role that the viewer begins with."""
    viewer = actor_in(request)
    return _page(request, viewer, roles_of(viewer)[0])


@require_safe
def page(request: HttpRequest, role: str) -> HttpResponse:
    """A role's path: with what is done of it, if the viewer has the role; whoever leads others reads what they are told."""
    viewer = actor_in(request)
    if role not in ROLES or (viewer.is_agent and role not in roles_of(viewer)):
        raise Http404
    return _page(request, viewer, role)


def _page(request: HttpRequest, viewer: Actor, role: str) -> HttpResponse:
    own, language = roles_of(viewer), get_language() or ""
    process = current_process()[1]
    facts = first_facts(viewer=viewer) if role in own else _NOTHING
    path = path_of(role, facts=facts, viewer=viewer, process=process, language=language)
    names = {one: capital(say_role(one, process, language)) for one in ROLES}
    context = {
        "path": path, "is_mine": role in own, "own": [(one, names[one]) for one in own],
        "others": [] if viewer.is_agent else [(one, names[one]) for one in ROLES if one not in (*own, role)],
        "may_climb": may(viewer, "ladder.see"), "is_agent": viewer.is_agent,
    }  # fmt: skip
    return render(request, "first_week/page.html", context)
