"""Telling a case, putting it right, putting it away."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from svyazka.presale.cases.commands import retire_case, save_case
from svyazka.presale.cases.queries import CaseRow, case_row, industries_told
from svyazka.presale.deals.queries import deal_id_of, parse_number
from svyazka.presale.journal.values import Actor, Conflict, Invalid
from svyazka.presale.people.queries import directory
from svyazka.presale.reviews.commands import tell_case
from svyazka.presale.reviews.queries import review_of_case
from svyazka.presale.reviews.telling import case_draft
from svyazka.speech.refusals import say
from svyazka.web.cases.forms import CaseForm, story_typed, typed_of
from svyazka.web.jinja import render
from svyazka.web.ui.guard import guarded, see_other


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("case.keep")
def add(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A case more; ``review`` is the number of the reviewed deal that it tells of."""
    return _kept(request, actor, None)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("case.keep")
def change(request: HttpRequest, actor: Actor, case_id: int) -> HttpResponse:
    """What is told of a case."""
    return _kept(request, actor, case_row(case_id=case_id, viewer=actor))


@require_POST
@guarded("case.keep")
def retire(request: HttpRequest, actor: Actor, case_id: int) -> HttpResponse:
    """Put a case away."""
    retire_case(case_id=case_id, actor=actor, at=timezone.now())
    messages.success(request, _("The case is taken out of the library."))
    return see_other("cases:list")


def _kept(request: HttpRequest, actor: Actor, row: CaseRow | None) -> HttpResponse:
    at, data = timezone.now(), request.POST if request.method == "POST" else None
    reviewed = "" if row else _reviewed(request)
    try:
        begun = typed_of(row) if row else _begun(request, actor, reviewed)
    except Conflict as refusal:
        messages.info(request, say(refusal))
        return see_other("reviews:page", number=reviewed)
    form = CaseForm(data, at=at, initial=begun)
    if data is None:
        return _page(request, actor, form, row)
    if not form.is_valid():
        return _page(request, actor, form, row, status=422)
    try:
        if reviewed:
            deal_id = deal_id_of(reviewed, viewer=actor)
            tell_case(deal_id=deal_id, story=form.story(), actor=actor, at=at)
        else:
            save_case(
                case_id=row.id if row else None, story=form.story(), actor=actor, at=at,
                seen=_moment(data.get("seen", "")),
            )  # fmt: skip
    except Invalid as refusal:
        form.mend(refusal)
        return _page(request, actor, form, row, status=422)
    except Conflict as refusal:
        return _page(request, actor, form, row, status=409, sentence=say(refusal))
    messages.success(request, _("The case is saved."))
    return see_other("reviews:page", number=reviewed) if reviewed else see_other("cases:list")


def _reviewed(request: HttpRequest) -> str:
    """The number of the reviewed deal that a new case tells of, as addresses spell it; empty for none."""
    parsed = parse_number((request.POST or request.GET).get("review", ""))
    return f"{parsed[0]}-{parsed[1]:04d}" if parsed else ""


def _begun(request: HttpRequest, actor: Actor, reviewed: str) -> dict[str, Any]:
    """What a new case begins with: of a reviewed deal what may be told of it, without names."""
    if not reviewed:
        return {"industries": request.GET.get("industry", "")}
    if request.method == "POST":
        return {}
    return story_typed(case_draft(number=reviewed, viewer=actor, at=timezone.now()))


def _page(
    request: HttpRequest,
    actor: Actor,
    form: CaseForm,
    row: CaseRow | None,
    *,
    status: int = 200,
    sentence: str = "",
) -> HttpResponse:
    """The form. After a collision with what stands there now: saved once more, it has been seen."""
    seen = (
        request.POST.get("seen", "") if form.is_bound and not sentence else row and row.changed_at.isoformat()
    )
    context = {
        "form": form, "row": row, "sentence": sentence, "seen": seen or "",
        "theirs": form.compare(row) if row and sentence else [],
        "keeper": directory().name(row.kept_by_id) if row else "",
        "known": [*industries_told(viewer=actor)][:12],
        "review": "" if row else _reviewed(request),
        "told_of": review_of_case(case_id=row.id, viewer=actor) if row else None,
    }  # fmt: skip
    return render(request, "cases/edit.html", context, status=status)


def _moment(typed: str) -> datetime | None:
    """When the case was last changed, as the form had it; None for nothing that could be read."""
    try:
        return datetime.fromisoformat(typed)
    except ValueError:
        return None
