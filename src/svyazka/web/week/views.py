"""One week in figures: the last one that is over, or the one that is asked for."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from svyazka.engine.weeks import Week, week_named, week_of
from svyazka.presale.insight.week import week_figures
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import current_process
from svyazka.speech.week import charts, telling
from svyazka.web.jinja import render
from svyazka.web.ui.guard import guarded


@require_safe
@guarded("overview.see")
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The week beside the week before and the goals, with its charts, its losses, what is overdue and where it slipped."""
    at, process = timezone.now(), current_process()[1]
    running = week_of(at, directory().calendar.zone)
    week = _asked(request.GET.get("week", ""), running)
    seen = week_figures(week=week, viewer=actor, at=at)
    drawn = (*charts.charts_of(seen, process), charts.sources(seen, process))
    context = {
        "seen": seen,
        "days": telling.days_of(week),
        "is_running": week == running,
        "figures": telling.figures_of(seen, process, with_money=True),
        "charts": [chart for chart in drawn if chart.rows],
        "reasons": telling.reasons_of(seen.reasons),
        "standing": telling.standing_of(seen.standing),
        "breaches": telling.causes_of(seen.breaches),
        "saves": telling.causes_of(seen.saves, saved=True),
        "earlier": _address(week.earlier()),
        "later": _address(week.earlier(-1)) if week != running else None,
    }
    return render(request, "week/page.html", context)


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
