"""The list of proposals, one of them in full, and a new one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from svyazka.presale.journal.values import Actor, Invalid
from svyazka.presale.people.queries import directory
from svyazka.presale.people.rights import may
from svyazka.presale.process.queries import current_process, process_version
from svyazka.presale.reviews.days import today
from svyazka.presale.reviews.figures import BEFORE
from svyazka.presale.reviews.proposal_rows import proposal_page, proposals
from svyazka.presale.reviews.proposals import propose
from svyazka.presale.reviews.queries import review_page
from svyazka.presale.reviews.shadow import shadow_of
from svyazka.presale.reviews.telling import finding_of, usual_judge
from svyazka.presale.reviews.values import CHECK, STATES
from svyazka.speech.refusals import PROPOSAL_STATES, field_errors
from svyazka.speech.shadow import say_last
from svyazka.web.jinja import render
from svyazka.web.proposals.forms import BackForm, CorrectedForm, ProposalForm, VerdictForm, WordsForm
from svyazka.web.proposals.words import Words
from svyazka.web.ui.guard import guarded, see_other

LOOKS = {"open": "open", "taken": "info", "rejected": "cancelled", "judged": "kept"}
"""How a proposal's state looks."""


def words_now(version: int | None = None) -> Words:
    """Words of the process in force; of the version that took a proposal in."""
    process = process_version(version) if version else current_process()[1]
    return Words(process, get_language() or "en")


@require_safe
@guarded("proposal.see")
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All proposals: those that wait for somebody first."""
    state = request.GET.get("state", "")
    rows = proposals(viewer=actor, at=timezone.now(), state=state if state in STATES else None)
    context = {
        "rows": rows, "words": words_now(), "states": PROPOSAL_STATES, "looks": LOOKS, "names": directory().name,
        "state": state if state in STATES else "",
    }  # fmt: skip
    return render(request, "proposals/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("proposal.make")
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A proposal; ``review`` and ``part`` say which finding of which deal it is made of, ``stop`` which check is to stop."""
    at, words = timezone.now(), words_now()
    if request.method != "POST":
        found = _finding(request, actor, at)
        return render(request, "proposals/new.html", {"form": ProposalForm(words=words, initial=found)})
    form = ProposalForm(request.POST, words=words)
    if not form.is_valid():
        return render(request, "proposals/new.html", {"form": form}, status=422)
    number = form.cleaned_data["review"]
    deals = (review_page(number=number, viewer=actor, at=at).deal.id,) if number else ()
    try:
        proposal_id = propose(draft=form.draft(deals), actor=actor, at=at)
    except Invalid as refusal:
        for field, sentence in field_errors(refusal).items():
            form.add_error(field, sentence)
        return render(request, "proposals/new.html", {"form": form}, status=422)
    messages.success(request, _("The proposal is made. The owners of the process see it."))
    return see_other("proposals:page", proposal_id=proposal_id)


def _finding(request: HttpRequest, actor: Actor, at: datetime) -> dict[str, Any]:
    number, part = request.GET.get("review", ""), request.GET.get("part", "")
    # as long after as the figure is taken of before
    begun = {"about": "other:", "judge_on": today(at) + BEFORE, "owner": usual_judge()}
    if stop := request.GET.get("stop", ""):
        return {**begun, **_stopping(stop, actor, at)}
    if not number:
        return begun
    found = finding_of(number=number, part=part, viewer=actor, at=at)
    return {**begun, "text": found.text, "why": found.why, "owner": found.judge_id, "review": found.deal.path}


def _stopping(path: str, actor: Actor, at: datetime) -> dict[str, Any]:
    """That a check stops, with what it would have stopped; nothing for who may not see that, or for a check that isn't there."""
    if not may(actor, "ladder.see"):
        return {}
    process = current_process()[1]
    return {
        key: value
        for shade in shadow_of(process, {path}, viewer=actor, at=at).shades
        for key, value in (
            ("about", f"{CHECK}:{path}"),
            ("text", _("The check “%(check)s” becomes a stop") % {"check": shade.check.text.say(get_language() or "")}),
            ("why", say_last(shade)),
        )
    }  # fmt: skip


@require_safe
@guarded("proposal.see")
def page(request: HttpRequest, actor: Actor, proposal_id: int) -> HttpResponse:
    """One proposal."""
    return show(request, actor, proposal_id)


def show(
    request: HttpRequest, actor: Actor, proposal_id: int, *, status: int = 200, sentence: str = "",
    refused: Mapping[str, forms.Form] | None = None,
) -> HttpResponse:  # fmt: skip
    """The proposal's page.

    :param refused: by name, the form that was refused, as it was typed
    """
    found = proposal_page(proposal_id=proposal_id, viewer=actor, at=timezone.now())
    row = found.row
    words = CorrectedForm(initial={"text": row.text, "why": row.why})
    context = {
        "found": found, "row": row, "words": words_now(row.version), "states": PROPOSAL_STATES, "looks": LOOKS,
        "names": directory().name, "sentence": sentence, "rejecting": WordsForm(), "judging": VerdictForm(),
        "backing": BackForm(), "correcting": words, **(refused or {}),
    }  # fmt: skip
    return render(request, "proposals/page.html", context, status=status)
