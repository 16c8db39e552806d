"""The figures page, and the deals behind its numbers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_safe

from svyazka.presale.insight.deals_behind import behind
from svyazka.presale.insight.figures import BY, Figures, figures
from svyazka.presale.journal.values import NotFound
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import current_process
from svyazka.speech.refusals import STATUSES
from svyazka.speech.tables import Table
from svyazka.web.figures import charts, tables, telling
from svyazka.web.figures.asked import SPANS, Asked, asked
from svyazka.web.figures.numbers import title_of
from svyazka.web.jinja import render
from svyazka.web.ui import downloads
from svyazka.web.ui.guard import actor_in

_LAST_PAGE = 200


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Everything that is counted of a period, or of a slice of it."""
    wanted, process = _asked(request), current_process()[1]
    seen = figures(viewer=actor_in(request), of=wanted.of)
    if file := downloads.asked_for(request, _tables(seen)):
        return file
    href = partial(_href, wanted)
    dimension = request.GET.get("by", "source")
    if dimension not in BY:
        raise Http404
    context = {
        "seen": seen,
        "asked": wanted,
        "here": reverse("figures:page"),
        "periods": [_span(wanted, months) for months in SPANS],
        "main": telling.main(seen, href),
        "work": telling.work(seen, process, href),
        "economics": telling.economics(seen, process, href),
        "conversion": charts.conversion(seen, process),
        "funnel": charts.funnel(seen),
        "reasons": charts.reasons(seen),
        "by": dimension,
        "dimensions": [
            {
                "label": telling.dimension_name(name),
                "current": name == dimension,
                "href": f"{reverse('figures:page')}?{wanted.query(by=name)}#by",
            }
            for name in BY
        ],
        "cell_links": partial(_cell_links, wanted),
        "by_chart": charts.by(seen, dimension, process),
        "choices": {
            name: [(row.value, telling.value_name(name, row.value)) for row in seen.by[name]] for name in BY
        },
        "stage_name": telling.stage_name,
        "reason_name": telling.reason_name,
        "month_name": telling.month_name,
        "value_name": telling.value_name,
        "dimension_name": telling.dimension_name,
        "between": telling.between,
        "href": href,
        "files": {name: downloads.links(request, name) for name in (*_TABLES, "month", dimension)},
    }
    return render(request, "figures/page.html", context)


_TABLES = ("stages", "reasons")


def _tables(seen: Figures) -> dict[str, Callable[[], Table]]:
    return {
        "stages": lambda: tables.stages(seen),
        "reasons": lambda: tables.reasons(seen),
        **{name: partial(tables.by, seen, name) for name in ("month", *BY)},
    }


@require_safe
def deals(request: HttpRequest) -> HttpResponse:
    """The deals that a number counts."""
    wanted, which = _asked(request), request.GET.get("which", "received")
    typed = request.GET.get("page", "1")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 1
    try:
        found = behind(
            viewer=actor_in(request), of=wanted.of, which=which, page=min(max(number, 1), _LAST_PAGE)
        )
    except NotFound:
        raise Http404 from None
    language = get_language() or ""
    context = {
        "title": title_of(which),
        "which": which,
        "found": found,
        "asked": wanted,
        "number": number,
        "back": f"{reverse('figures:page')}?{wanted.query()}",
        "href": partial(_href, wanted),
        "statuses": STATUSES,
        "stage_name": telling.stage_name,
        "value_name": telling.value_name,
        "language": language,
    }
    return render(request, "figures/deals.html", context)


def _asked(request: HttpRequest) -> Asked:
    today = timezone.now().astimezone(ZoneInfo(directory().calendar.zone)).date()
    return asked(request.GET.dict(), today)


def _span(wanted: Asked, months: int) -> dict[str, object]:
    label = ngettext("%(count)d month", "%(count)d months", months) % {"count": months}
    href = f"{reverse('figures:page')}?{replace(wanted, months=months).query()}"
    return {"label": label, "href": href, "current": months == wanted.months}


def _cell_links(wanted: Asked, name: str, value: str) -> Callable[[str], str]:
    """Where the deals of a row's numbers are: the row narrows what was asked for."""
    if name == "month":
        first = date(int(value) // 100, int(value) % 100, 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        since, until = max(first, wanted.since), min(last, wanted.until)
        return partial(_href, replace(wanted, since=since, until=until, months=0))
    one = value if name in {"source", "line"} else int(value)
    return partial(_href, replace(wanted, of=replace(wanted.of, **{name: one})))  # type: ignore[arg-type]  # of its kind


def _href(wanted: Asked, which: str, page: int = 1) -> str:
    return f"{reverse('figures:deals')}?{wanted.query(which=which, page=str(page) if page > 1 else '')}"
