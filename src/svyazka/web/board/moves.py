"""Moving a deal on from the board: the deal's own command, its own gate, and in the way of it only what is missing."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from svyazka.engine.facts import FACTS
from svyazka.engine.process import Check
from svyazka.presale.deals.queries import deal_id_of
from svyazka.presale.journal.values import Actor, NotFound, Refusal
from svyazka.presale.stages.commands import StageBlocked, complete_stage
from svyazka.presale.stages.queries import DealPage, deal_page
from svyazka.speech.process_words import say_role
from svyazka.speech.refusals import say, status_of
from svyazka.web.board.views import ours
from svyazka.web.jinja import render
from svyazka.web.ui.guard import see_other
from svyazka.web.ui.said import said


@dataclass(frozen=True, slots=True)
class Missing:
    """A check in the way: what it says, why it is asked, how to supply it."""

    text: str
    why: str
    how: str


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, number: str) -> HttpResponse:
    """What the next stage asks for; posting finishes the stage if nothing is in the way, or over it with a reason."""
    actor, now = ours(request), timezone.now()
    if request.method != "POST":
        return _panel(request, number, actor, now)
    deal_id = deal_id_of(number, viewer=actor)
    stage = request.POST.get("stage", "")
    try:
        complete_stage(deal_id=deal_id, stage=stage, actor=actor, at=now, reason=said(request.POST, "reason"))
    except StageBlocked:
        # an empty reason is no mistake yet: the panel asks for it
        return _panel(request, number, actor, now, status=422, wrong_reason=bool(request.POST.get("reason")))
    except NotFound:
        raise
    except Refusal as refusal:
        return _panel(request, number, actor, now, status=status_of(refusal), sentence=say(refusal))
    return _moved(request, number, actor, now)


def _moved(request: HttpRequest, number: str, actor: Actor, now: datetime) -> HttpResponse:
    page = deal_page(number=number, viewer=actor, at=now, entries=1)
    told = _("%(number)s is now at: %(stage)s") % {
        "number": page.card.row.number,
        "stage": page.standing.stage.name.say(get_language() or ""),
    }
    if request.headers.get("HX-Request"):
        return HttpResponse(
            status=204, headers={"HX-Trigger": json.dumps({"toast": told, "moved": page.card.row.path})}
        )
    messages.success(request, told)
    return see_other("board:board")


def _panel(
    request: HttpRequest,
    number: str,
    actor: Actor,
    now: datetime,
    *,
    status: int = 200,
    sentence: str = "",
    wrong_reason: bool = False,
) -> HttpResponse:
    page = deal_page(number=number, viewer=actor, at=now, entries=1)
    language = get_language() or ""
    following = page.process.stage_after(page.card.row.stage)
    context = {
        "row": page.card.row,
        "stage": page.standing.stage.name.say(language),
        "following": following.name.say(language) if following else "",
        "is_open": page.card.row.status == "open",
        "may": "deal.advance" in page.may,
        "blockers": [_missing(check, page, language) for check in page.standing.blockers],
        "warnings": [
            _missing(check, page, language) for check in page.standing.missing if check.strength == "warn"
        ],
        "sentence": sentence,
        "wrong_reason": wrong_reason,
        "reason": request.POST.get("reason", ""),
    }
    whole = "board/_panel.html" if request.headers.get("HX-Request") else "board/move.html"
    return render(request, whole, context, status=status)


def _missing(check: Check, page: DealPage, language: str) -> Missing:
    fact = FACTS.get(check.fact or "")
    if fact is not None:
        how = fact.supply.say(language)
    else:
        how = _("Who marks it: %(role)s") % {"role": say_role(check.tick or "", page.process, language)}
    return Missing(check.text.say(language), check.why.say(language) if check.why else "", how)
