"""Sharing several open requests out at once, for heads: a proposal that they confirm one by one."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from svyazka.engine.sharing import SolverMissing, share_out
from svyazka.presale.experts.claiming import claim
from svyazka.presale.experts.queries import expert_board, sendable
from svyazka.presale.journal.values import Actor, Invalid, NotFound, Refusal
from svyazka.presale.people.queries import directory
from svyazka.speech.refusals import say
from svyazka.web.experts.lines import Candidate, Line, candidates, line
from svyazka.web.jinja import render
from svyazka.web.ui.guard import guarded, see_other


@dataclass(frozen=True, slots=True)
class Share:
    """A request and who goes by the plan; None where nobody is left for it."""

    line: Line
    goes: Candidate | None


@require_safe
@guarded("expert.assign")
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The plan for the viewer's people: as many requests served as can be, then the most points."""
    at, people = timezone.now(), directory()
    mine = set(sendable(viewer=actor))
    board = expert_board(viewer=actor, at=at)
    offered = {
        request_id: tuple(one for one in found if one.person_id in mine and one.is_proposed)
        for request_id, found in board.proposals.items()
    }
    try:
        plan = share_out(offered, offered)
        missing = False
    except SolverMissing:
        plan, missing = {}, True
    shares = []
    for row in board.open:
        chosen = [one for one in offered[row.id] if one.person_id == plan.get(row.id)]
        goes = candidates(chosen, people)
        shares.append(Share(line(row, board.proposals[row.id], people, at), goes[0] if goes else None))
    # what can be served comes first, each part oldest first
    shares.sort(key=lambda share: share.goes is None)
    context = {"shares": shares, "solver_missing": missing, "served": len(plan)}
    return render(request, "experts/plan.html", context)


@require_POST
@guarded("expert.assign")
def take(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Send the one whom the plan names. What has changed meanwhile is said, and the plan is made anew."""
    ids = [request.POST.get(name, "") for name in ("request", "person")]
    if not all(one.isascii() and one.isdigit() and len(one) < 10 for one in ids):
        raise NotFound
    request_id, person = map(int, ids)
    try:
        claim(request_id=request_id, person_id=person, actor=actor, at=timezone.now())
    except Invalid:
        messages.error(request, _("Something speaks against it now: look at the request."))
    except NotFound:
        raise
    except Refusal as refusal:
        messages.error(request, say(refusal))
    else:
        messages.success(
            request, _("%(name)s goes. The deal’s manager is told.") % {"name": directory().name(person)}
        )
    return see_other("experts:plan")
