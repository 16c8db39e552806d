"""The board, one request, and the rules by which people are proposed."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from svyazka.engine.matching_rules import BARRIERS, RULES
from svyazka.presale.deals.shadow import latest_open_act
from svyazka.presale.experts.queries import RequestPage, expert_board, may_answer, request_page, sendable
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.queries import directory
from svyazka.presale.people.rights import may
from svyazka.web.experts.lines import candidates, line, lines
from svyazka.web.jinja import render
from svyazka.web.ui.guard import actor_in

SHOWN = ("open", "settled")


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Requests that nobody has taken, oldest first; or what was settled of late."""
    viewer, at = actor_in(request), timezone.now()
    _ours(viewer)
    show = request.GET.get("show", "")
    show = show if show in SHOWN else "open"
    revision = latest_open_act()
    seen, people = expert_board(viewer=viewer, at=at), directory()
    shown = seen.open if show == "open" else seen.settled
    context = {
        "show": show,
        "counts": {"open": len(seen.open), "settled": len(seen.settled)},
        "lines": lines(shown, seen.proposals, people, at),
        "revision": revision,
        "me": viewer.me,
        "is_expert": "expert" in viewer.roles,
        "answers": may_answer(viewer),
        "plans": may(viewer, "expert.assign"),
    }
    return render(request, "experts/board.html", context)


def _ours(viewer: Actor) -> None:
    if viewer.is_agent:
        raise Http404


@require_safe
def revision(request: HttpRequest) -> HttpResponse:
    """The journal's newest entry: the board on the screen asks whether anything has changed."""
    _ours(actor_in(request))
    tag = f'"{latest_open_act()}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    return HttpResponse(status=200, headers={"ETag": tag, "Cache-Control": "no-store"})


@require_safe
def page(request: HttpRequest, request_id: int) -> HttpResponse:
    """One request with everybody who could go and why."""
    return show(request, request_id)


def show(
    request: HttpRequest,
    request_id: int,
    *,
    status: int = 200,
    act: str = "",
    errors: Mapping[str, str] | None = None,
    sentence: str = "",
) -> HttpResponse:
    """The page of a request; after a refusal with its words beside what was typed.

    :param act: which form was refused
    :param errors: sentences by field
    :param sentence: the refusal as a whole, where no field is to blame
    """
    viewer, at, people = actor_in(request), timezone.now(), directory()
    _ours(viewer)
    seen = request_page(request_id=request_id, viewer=viewer, at=at)
    one = line(seen.row, seen.proposals, people, at)
    context = {
        "one": one, "row": seen.row, "people": people, "act": act, "errors": errors or {}, "sentence": sentence,
        "typed": request.POST if request.method == "POST" else {},
        "candidates": candidates(seen.proposals, people),
        **_what_may_be_done(seen, viewer),
    }  # fmt: skip
    return render(request, "experts/page.html", context, status=status)


def _what_may_be_done(seen: RequestPage, viewer: Actor) -> dict[str, Any]:
    row, held = seen.row, seen.row.claim
    is_open, is_claimed = row.state == "open", row.state == "claimed"
    mine = held is not None and held.person_id == viewer.person_id
    return {
        "takes": is_open and "expert" in viewer.roles,
        "mates": _mates(seen, viewer) if is_open else {"proposed": [], "others": []},
        "answers": (is_open or mine) and may_answer(viewer),
        "gives_back": is_claimed and held is not None and (mine or held.person_id in sendable(viewer=viewer)),
        "says": is_claimed and mine and row.kind == "triage",
        "adds": (is_open or is_claimed) and seen.may_ask and bool(row.lacks),
        "withdraws": is_open and seen.may_ask,
        "mine": mine,
    }  # fmt: skip


def _mates(seen: RequestPage, viewer: Actor) -> dict[str, list[tuple[int, str]]]:
    """Those of the viewer's people whom he may send, the best first: whom the rules propose, and the others."""
    name, mine = directory().name, [one for one in sendable(viewer=viewer) if one != viewer.person_id]
    order = [one.person_id for one in seen.proposals if one.is_proposed and one.person_id in mine]
    others = [one for one in mine if one not in order]
    return {"proposed": [(one, name(one)) for one in order], "others": [(one, name(one)) for one in others]}


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """How the points come about: the page is made of the table that the engine counts by."""
    _ours(actor_in(request))
    language = get_language() or ""
    context = {
        "rules": [(rule.most, rule.text.say(language)) for rule in RULES],
        "barriers": [text.say(language) for text in BARRIERS.values()],
    }
    return render(request, "experts/rules.html", context)
