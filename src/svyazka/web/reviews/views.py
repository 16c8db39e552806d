"""The queue of closed deals, and the review of one."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from svyazka.presale.journal.values import Actor, Conflict, Invalid
from svyazka.presale.people.queries import directory
from svyazka.presale.reviews.commands import save_review
from svyazka.presale.reviews.days import today
from svyazka.presale.reviews.proposal_rows import proposals_of
from svyazka.presale.reviews.queries import SHOWN, ReviewPage, review_page, review_queue
from svyazka.presale.reviews.values import QUESTIONS
from svyazka.speech.refusals import PROPOSAL_STATES, STATUSES, field_errors, say
from svyazka.web.jinja import render
from svyazka.web.reviews.facts import Spoken
from svyazka.web.reviews.forms import ReviewForm
from svyazka.web.ui.guard import guarded, see_other
from svyazka.web.ui.said import whole_number

SOON: Final = timedelta(days=14)
"""In so many days a change is seen to, unless another day is said."""


@require_safe
@guarded("review.see")
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Closed deals that wait for their review, won ones first; or those that were reviewed."""
    done = request.GET.get("show") == "done"
    page = max(whole_number(request.GET.get("page", ""), digits=4) or 1, 1)
    start = (page - 1) * SHOWN
    found = review_queue(viewer=actor, at=timezone.now(), reviewed=done, start=start, limit=SHOWN + 1)
    rows = found[:SHOWN]
    context = {
        "rows": rows, "done": done, "statuses": STATUSES, "names": directory().name,
        "late": sum(row.is_late for row in rows), "page": page,
        "before": _queue(page - 1, done=done) if page > 1 else None,
        "after": _queue(page + 1, done=done) if len(found) > SHOWN else None,
    }  # fmt: skip
    return render(request, "reviews/list.html", context)


def _queue(page: int, *, done: bool) -> str:
    return f"?show=done&page={page}" if done else f"?page={page}"


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("review.see")
def page(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The five questions, with what the system knows beside each; once they are answered, what follows from them."""
    at = timezone.now()
    found = review_page(number=number, viewer=actor, at=at)
    if request.method != "POST":
        return _page(request, actor, found, ReviewForm(row=found.review, begun=_begun(found, at)))
    form = ReviewForm(request.POST, row=found.review)
    if not form.is_valid():
        return _page(request, actor, found, form, status=422)
    try:
        save_review(deal_id=found.deal.id, answers=form.answers(), actor=actor, at=at, seen=form.seen_at())
    except Invalid as refusal:
        for field, sentence in field_errors(refusal).items():
            form.add_error(field, sentence)
        return _page(request, actor, found, form, status=422)
    except Conflict as refusal:
        # saved once more, what stands there now has been seen
        theirs = found.review.changed_at.isoformat() if found.review else ""
        form = ReviewForm({**request.POST.dict(), "seen": theirs}, row=found.review)
        form.add_error(None, say(refusal))
        return _page(request, actor, found, form, status=409, collided=True)
    messages.success(request, _("The review is saved."))
    return see_other("reviews:page", number=found.deal.path)


def _begun(found: ReviewPage, at: datetime) -> dict[str, Any]:
    """What a review that nobody has written yet begins with: our goals of the meetings, and that the manager sees to the change."""
    goals = dict.fromkeys(one.ours for one in found.facts.goals if one.ours)
    return {"goal": "\n".join(goals), "owner": found.deal.manager_id, "by_day": today(at) + SOON}


def _page(
    request: HttpRequest, actor: Actor, found: ReviewPage, form: ReviewForm, *, status: int = 200, collided: bool = False
) -> HttpResponse:  # fmt: skip
    review, known = found.review, Spoken(found, get_language() or "en").beside()
    context = {
        "found": found, "deal": found.deal, "review": review, "form": form, "statuses": STATUSES,
        "questions": [(form[name], known[name]) for name in QUESTIONS], "states": PROPOSAL_STATES,
        "theirs": [(form[name].label, getattr(review, name)) for name in QUESTIONS] if review and collided else [],
        "proposals": proposals_of(found.deal.id, viewer=actor, at=timezone.now()) if review else (),
        "reviewer": directory().name(review.reviewed_by_id) if review else "",
        "client": found.page.client.name,
    }  # fmt: skip
    return render(request, "reviews/page.html", context, status=status)
