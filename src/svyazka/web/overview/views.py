"""The owner's page, and the lists behind its units."""

from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from svyazka.presale.commitments.queries import owed_in_unit
from svyazka.presale.insight.queries import overview
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import current_process
from svyazka.speech.refusals import STATUSES
from svyazka.web.jinja import render
from svyazka.web.overview import telling
from svyazka.web.overview.lists import CONTRACTS, LISTS, deals_behind, every_deal
from svyazka.web.ui import downloads
from svyazka.web.ui.guard import guarded

LONG = 16
"""No id has so many digits."""


@require_safe
@guarded("overview.see")
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What changed, what waits, what is overdue, how much becomes of it."""
    at, language = timezone.now(), get_language() or ""
    seen = overview(viewer=actor, at=at)
    if file := downloads.asked_for(request, {"units": lambda: telling.units(seen)}):
        return file
    context = {
        "seen": seen,
        "downloads": downloads.links(request),
        "at": at,
        "news": telling.told(seen.news, language),
        "for_us": telling.waiting(seen.waiting_for_us, at, language),
        "for_client": telling.waiting(seen.waiting_for_client, at, language),
        "conversion": telling.conversion(seen, current_process()[1]),
        "meetings_label": telling.meetings_label(seen),
        "to_contract": telling.to_contract(seen, current_process()[1]),
    }
    return render(request, "overview/page.html", context)


@require_safe
@guarded("overview.see")
def deals(request: HttpRequest, actor: Actor, which: str) -> HttpResponse:
    """The deals behind a number."""
    if which not in LISTS and which != CONTRACTS:
        raise Http404
    at, typed = timezone.now(), request.GET.get("after", "")
    after = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < LONG else None
    head = telling.head(which, overview(viewer=actor, at=at), current_process()[1])
    every = partial(every_deal, which, viewer=actor, at=at)
    if file := downloads.asked_for(
        request, {"deals": lambda: telling.deals_table_of(head.title, every(), which)}
    ):
        return file
    found = deals_behind(which, viewer=actor, at=at, after=after)
    context = {
        "which": which,
        "head": head,
        "meetings": found.meetings,
        "files": downloads.links(request),
        "deals": telling.waiting(found.rows, at, get_language() or ""),
        "after": found.after,
        "is_first": after is None,
        "statuses": STATUSES,
    }
    return render(request, "overview/deals.html", context)


@require_safe
@guarded("overview.see")
def unit(request: HttpRequest, actor: Actor, unit: int) -> HttpResponse:
    """What a unit's people owe; 0 stands for people of no unit."""
    at = timezone.now()
    known = directory().units.get(unit)
    if unit and known is None:
        raise Http404
    rows = owed_in_unit(viewer=actor, unit_id=unit or None)
    late = [row for row in rows if row.due_at < at]
    only_late = request.GET.get("overdue") == "1"
    shown = telling.owed(late if only_late else rows, at, get_language() or "")
    if file := downloads.asked_for(
        request, {"owed": lambda: telling.owed_table(shown, known.name if known else "")}
    ):
        return file
    context = {
        "unit": known,
        "files": downloads.links(request),
        "here_url": request.path,
        "counts": (len(rows), len(late)),
        "only_late": only_late,
        "owed": shown,
    }
    return render(request, "overview/unit.html", context)
