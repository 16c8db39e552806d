"""One week in figures: the last one that is over, or the one that is asked for; and what stands behind each of its numbers."""

from functools import partial
from typing import Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from svyazka.engine.weeks import Week, week_named, week_of
from svyazka.presale.insight.slips import Cause
from svyazka.presale.insight.week import week_figures
from svyazka.presale.insight.week_behind import week_behind
from svyazka.presale.journal.values import Actor, NotFound, line
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import current_process
from svyazka.speech.week import charts, telling
from svyazka.web.jinja import render
from svyazka.web.ui import downloads
from svyazka.web.ui.guard import guarded
from svyazka.web.ui.said import whole_number
from svyazka.web.week import heads, lists
from svyazka.web.week.tables import tables

_LAST_PAGE: Final = 2_000


@require_safe
@guarded("overview.see")
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The week beside the week before and the goals, with its charts, its losses, what is overdue and where it slipped."""
    at, process = timezone.now(), current_process()[1]
    running = week_of(at, directory().calendar.zone)
    week = _asked(request.GET.get("week", ""), running)
    seen = week_figures(week=week, viewer=actor, at=at)
    drawn = [one for one in (*charts.charts_of(seen, process), charts.sources(seen, process)) if one.rows]
    told = telling.figures_of(seen, process, with_money=True)
    files = tables(seen, told, drawn)
    if file := downloads.asked_for(request, files):
        return file
    context = {
        "seen": seen,
        "days": telling.days_of(week),
        "is_running": week == running,
        "figures": told,
        "behind": heads.BEHIND,
        "href": partial(_behind, week),
        "row_href": partial(_row_behind, week),
        "charts": drawn,
        "files": {name: downloads.links(request, name) for name in files},
        "reasons": telling.reasons_of(seen.reasons),
        "standing": telling.standing_of(seen.standing),
        "breaches": _causes(seen.breaches, week, "slip"),
        "saves": _causes(seen.saves, week, "save"),
        "earlier": _address(week.earlier()),
        "later": _address(week.earlier(-1)) if week != running else None,
    }
    return render(request, "week/page.html", context)


@require_safe
@guarded("overview.see")
def deals(request: HttpRequest, viewer: Actor) -> HttpResponse:
    """The deals, commitments or meetings that a number of the week counts."""
    at, which = timezone.now(), line(request.GET.get("which", "received"), 140)
    week = _asked(request.GET.get("week", ""), week_of(at, directory().calendar.zone))
    number = min(max(whole_number(request.GET.get("page", "")) or 1, 1), _LAST_PAGE)
    try:
        found = week_behind(week=week, viewer=viewer, at=at, which=which, page=number)
        seen = week_figures(week=week, viewer=viewer, at=at)
        head = heads.head(which, seen, found, current_process()[1])
    except NotFound:
        raise Http404 from None
    if file := downloads.asked_for(request, {"rows": lambda: lists.table(head.title, found, which)}):
        return file
    context = {
        "head": head,
        "found": found,
        "days": telling.days_of(week),
        "lines": lists.lines(found, which),
        "tabs": [
            {"label": label, "count": count, "href": _behind(week, code), "current": code == which}
            for code, label, count in heads.fates(which, seen)
        ],
        "back": _address(week),
        "files": downloads.links(request),
        "number": number,
        "href": partial(_behind, week, which),
    }
    return render(request, "week/deals.html", context)


def _causes(causes: tuple[Cause, ...], week: Week, kind: str) -> list[tuple[telling.Told, str]]:
    """Each with the address of its rows."""
    said = telling.causes_of(causes, saved=kind == "save")
    return [
        (one, _behind(week, f"{kind}{'_client' if cause.from_client else ''}.{cause.term}"))
        for one, cause in zip(said, causes, strict=True)
    ]


def _behind(week: Week, which: str, page: int = 1) -> str:
    query = {"week": week.key, "which": which} | ({"page": str(page)} if page > 1 else {})
    return f"{reverse('week:deals')}?{urlencode(query)}"


def _row_behind(week: Week, chart: str, key: str) -> str:
    """Where the rows are that a line of a chart counts; empty where nothing is behind it."""
    if not key:
        return ""
    if chart == "received":
        return _behind(week_named(key, week.zone), "received")
    return _behind(week, f"why13.{key}" if chart == "reasons" else f"won.{key}")


def _asked(key: str, running: Week) -> Week:
    if not key:
        return running.earlier()
    try:
        week = week_named(key, running.zone)
    except ValueError:
        raise Http404 from None
    if week.monday > running.monday:
        raise Http404
    return week


def _address(week: Week) -> str:
    return f"{reverse('week:page')}?week={week.key}"
