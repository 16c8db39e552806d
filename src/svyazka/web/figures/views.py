"""The figures page, and the deals behind its numbers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from svyazka.presale.insight.deals_behind import all_behind, behind
from svyazka.presale.insight.figures import BY, Figures, Row, figures, is_others
from svyazka.presale.insight.slices import Slice
from svyazka.presale.journal.values import Actor, NotFound, line
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import current_process
from svyazka.speech.refusals import STATUSES
from svyazka.speech.tables import Table
from svyazka.web.figures import charts, heads, names, tables, telling
from svyazka.web.figures.asked import SPANS, Asked, asked
from svyazka.web.figures.numbers import title_of
from svyazka.web.jinja import render
from svyazka.web.ui import downloads
from svyazka.web.ui.guard import guarded
from svyazka.web.ui.said import whole_number

_LAST_PAGE = 200


@require_safe
@guarded("overview.see")
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is counted of a period, or of a slice of it, in one of four parts."""
    wanted = _asked(request)
    part, by = request.GET.get("part", "conversion"), request.GET.get("by", "source")
    if part not in PARTS or by not in BY:
        raise Http404
    times = part in WITH_TIMES or downloads.is_asked_for(request)
    seen = figures(viewer=actor, of=wanted.of, times=times)
    if file := downloads.asked_for(request, _tables(seen)):
        return file
    whole = seen if wanted.of.is_whole else figures(viewer=actor, of=Slice(wanted.of.period), times=False)
    context = {
        "seen": seen,
        "asked": wanted,
        "part": part,
        "parts": _parts(wanted, part),
        "periods": _spans(wanted, part),
        "choices": {name: _choices(name, whole) for name in BY},
        "href": _to_deals(wanted),
        "cell_links": partial(_cell_links, wanted, reverse("figures:deals")),
        "files": partial(downloads.links, request),
        **{one.__name__: one for one in _WORDS},
        **_part(part, seen, wanted, by),
    }  # fmt: skip
    return render(request, "figures/page.html", context)


PARTS = ("conversion", "funnel", "work", "beside")
WITH_TIMES = frozenset({"funnel", "work"})
"""Parts that show medians."""
_WORDS = (
    names.stage_name,
    names.reason_name,
    names.row_name,
    names.dimension_name,
    telling.time_between,
    telling.hours_told,
    telling.effort_cells,
)


def _part(part: str, seen: Figures, wanted: Asked, by: str) -> dict[str, object]:
    """What one part of the page shows."""
    process, href = current_process()[1], _to_deals(wanted)
    if part == "conversion":
        return {"told": telling.main(seen, href), "chart": charts.conversion(seen, process)}
    if part == "funnel":
        return {"chart": charts.funnel(seen), "reasons": charts.reasons(seen)}
    if part == "work":
        return {
            "told": telling.work(seen, process, href),
            "economics": telling.economics(seen, process, href),
        }
    there = reverse("figures:page")
    dimensions = [
        {
            "label": names.dimension_name(name), "current": name == by,
            "href": f"{there}?{wanted.query(part=part, by=name)}",
        }
        for name in BY
    ]  # fmt: skip
    return {
        "chart": charts.by(seen, by, process),
        "dimensions": dimensions,
        "by": by,
        "has_others": any(is_others(by, row) for row in seen.by[by]),
        "rate": telling.hour_rate(process),
        "formulas": telling.formulas(),
    }


def _parts(wanted: Asked, part: str) -> list[dict[str, object]]:
    """The parts, for ``kit.tabs``."""
    labels = {
        "conversion": pgettext("figures", "Conversion"),
        "funnel": pgettext("figures", "Funnel and reasons"),
        "work": pgettext("figures", "Work and money"),
        "beside": pgettext("figures", "Side by side"),
    }
    there = reverse("figures:page")
    return [
        {"label": labels[one], "current": one == part, "href": f"{there}?{wanted.query(part=one)}"}
        for one in PARTS
    ]


def _tables(seen: Figures) -> dict[str, Callable[[], Table]]:
    rate = telling.hour_rate(current_process()[1])
    return {
        "stages": lambda: tables.stages(seen),
        "reasons": lambda: tables.reasons(seen),
        **{name: partial(tables.by, seen, name, rate) for name in ("month", *BY)},
    }


@require_safe
@guarded("overview.see")
def deals(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The deals that a number counts."""
    wanted, which = _asked(request), line(request.GET.get("which", "received"), 140)
    number = whole_number(request.GET.get("page", "1")) or 1
    title = title_of(which)
    try:
        found = behind(viewer=actor, of=wanted.of, which=which, page=min(max(number, 1), _LAST_PAGE))
    except NotFound:
        raise Http404 from None
    seen = figures(viewer=actor, of=wanted.of, times=heads.has_times(which))
    every = partial(all_behind, viewer=actor, of=wanted.of, which=which)
    if file := downloads.asked_for(request, {"deals": lambda: tables.deals(title, which, every())}):
        return file
    context = {
        "title": title,
        "head": heads.head(which, seen, current_process()[1]),
        "files": downloads.links(request),
        "which": which,
        "found": found,
        "asked": wanted,
        "number": number,
        "back": f"{reverse('figures:page')}?{wanted.query()}",
        "href": _to_deals(wanted),
        "statuses": STATUSES,
        "stage_name": names.stage_name,
        "value_name": names.value_name,
    }
    return render(request, "figures/deals.html", context)


def _asked(request: HttpRequest) -> Asked:
    today = timezone.now().astimezone(ZoneInfo(directory().calendar.zone)).date()
    return asked(request.GET.dict(), today)


def _spans(wanted: Asked, part: str) -> list[dict[str, object]]:
    there = reverse("figures:page")
    return [
        {
            "label": ngettext("%(count)d month", "%(count)d months", months) % {"count": months},
            "href": f"{there}?{replace(wanted, months=months).query(part=part)}", "current": months == wanted.months,
        }
        for months in SPANS
    ]  # fmt: skip


def _choices(name: str, whole: Figures) -> list[tuple[str, str]]:
    """What a sieve offers, by name, what stands for none at the end."""
    return sorted(
        (
            (row.value, names.value_name(name, row.value))
            for row in whole.by[name]
            if not is_others(name, row)
        ),
        key=lambda one: (one[0] in {"", "0"}, one[1].casefold()),
    )


def _cell_links(wanted: Asked, there: str, name: str, row: Row) -> Callable[[str], str] | None:
    """Where the deals of a row's numbers are: the row narrows what was asked for. None for the others, who aren't named."""
    if is_others(name, row):
        return None
    value = row.value
    if name == "month":
        first = date(int(value) // 100, int(value) % 100, 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        since, until = max(first, wanted.since), min(last, wanted.until)
        return _addresses(there, replace(wanted, since=since, until=until, months=0))
    one = value if name in {"source", "line"} else int(value)
    return _addresses(there, replace(wanted, of=replace(wanted.of, **{name: one})))  # type: ignore[arg-type]  # of its kind


def _to_deals(wanted: Asked) -> Callable[..., str]:
    """What makes the address of the deals behind a number; a page asks it a hundred times."""
    return _addresses(reverse("figures:deals"), wanted)


def _addresses(there: str, wanted: Asked) -> Callable[..., str]:
    def address(which: str, page: int = 1) -> str:
        return f"{there}?{wanted.query(which=which, page=str(page) if page > 1 else '')}"

    return address
