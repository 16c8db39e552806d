"""Working days of a year: what the production calendar says, and the days we keep differently."""

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import get_day_names, get_month_names
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from svyazka.engine.production_calendar import DayKind, ProductionYear, production_year
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.commands import override_day
from svyazka.presale.people.queries import OverrideRow, day_overrides, directory
from svyazka.presale.people.rights import may
from svyazka.web.jinja import render
from svyazka.web.ui.guard import guarded, see_other

EARLIEST, LATEST = 2000, 2100
KINDS = (
    ("off", gettext_lazy("a day off")),
    ("work", gettext_lazy("a working day")),
    ("short", gettext_lazy("a working day, an hour shorter")),
)


class DayForm(forms.Form):
    """A day and how we keep it."""

    day = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    kind = forms.ChoiceField(label=gettext_lazy("In our company it is"), choices=KINDS)
    note = forms.CharField(
        label=gettext_lazy("Why"), max_length=120, required=False,
        help_text=gettext_lazy("So that nobody takes it for a mistake later."),
    )  # fmt: skip

    def clean_day(self) -> date:
        """A day of a year that there is a calendar for."""
        day: date = self.cleaned_data["day"]
        if not EARLIEST <= day.year <= LATEST:
            raise forms.ValidationError(_("Choose a day of this century."))
        return day


@dataclass(frozen=True, slots=True)
class DayBox:
    """A day of the year's picture; ``ours`` where we keep it differently."""

    day: date
    kind: DayKind
    ours: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks from Monday; None pads its first and last week."""

    name: str
    weeks: tuple[tuple[DayBox | None, ...], ...]

    @property
    def working(self) -> int:
        """Working days, the shorter ones among them."""
        return sum(1 for week in self.weeks for box in week if box and box.kind != "off")


@dataclass(frozen=True, slots=True)
class Kept:
    """An overridden day beside the production calendar's own reading of it."""

    row: OverrideRow
    ours: str
    theirs: str


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("people.see")
def year_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The year; posting keeps one day differently."""
    if request.method != "POST":
        return _page(request, actor, _year(request.GET.get("year", "")), DayForm())
    form = DayForm(request.POST)
    if not form.is_valid():
        return _page(request, actor, timezone.localdate().year, form, status=422)
    given = form.cleaned_data
    override_day(day=given["day"], kind=given["kind"], note=given["note"], actor=actor, at=timezone.now())
    messages.success(request, _("From now on due times take this day into account."))
    answer = see_other("people:days")
    answer["Location"] += f"?year={given['day'].year}"
    return answer


@require_POST
@guarded("people.see")
def remove(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Keep a day as the production calendar has it again."""
    form = DayForm({**request.POST.dict(), "kind": "off"})
    if form.is_valid():
        override_day(day=form.cleaned_data["day"], kind=None, note="", actor=actor, at=timezone.now())
        messages.success(request, _("The day follows the production calendar again."))
    return see_other("people:days")


def _year(typed: str) -> int:
    known = typed.isascii() and typed.isdigit() and EARLIEST <= int(typed[:5]) <= LATEST
    return int(typed) if known else timezone.localdate().year


def _page(request: HttpRequest, actor: Actor, year: int, form: DayForm, status: int = 200) -> HttpResponse:
    country = directory().calendar.country
    production = production_year(country, year)
    overrides = day_overrides()
    said = dict(KINDS)
    context: dict[str, Any] = {
        "year": year,
        "previous": year - 1 if year > EARLIEST else None,
        "next": year + 1 if year < LATEST else None,
        "months": _months(year, production, {row.day: row for row in overrides}),
        "weekdays": [get_day_names("short", locale=_locale())[number] for number in range(7)],
        "kept": [
            Kept(
                row,
                str(said[_kind(row.kind)]),
                str(said[production_year(country, row.day.year).kind(row.day)]),
            )
            for row in overrides
        ],
        "form": form,
        "may_change": may(actor, "people.change"),
        "today": timezone.localdate(),
    }
    return render(request, "people/days.html", context, status=status)


def _months(year: int, production: ProductionYear, overrides: dict[date, OverrideRow]) -> list[Month]:
    names = get_month_names("wide", context="stand-alone", locale=_locale())
    weeks = calendar.Calendar().monthdatescalendar

    def box(day: date, month: int) -> DayBox | None:
        if day.month != month:
            return None
        row = overrides.get(day)
        return DayBox(day, _kind(row.kind) if row else production.kind(day), row is not None)

    return [
        Month(names[month], tuple(tuple(box(day, month) for day in week) for week in weeks(year, month)))
        for month in range(1, 13)
    ]


def _kind(kind: str) -> DayKind:
    if kind == "off":
        return "off"
    return "short" if kind == "short" else "work"


def _locale() -> str:
    return (get_language() or "en").replace("-", "_")
