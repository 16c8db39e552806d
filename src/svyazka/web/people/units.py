"""Units and the company's own hours."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from svyazka.engine.worktime import WorkCalendar
from svyazka.presale.journal.values import Actor, Invalid, NotFound
from svyazka.presale.people.commands import Hours, save_unit, set_workspace
from svyazka.presale.people.queries import UnitCard, directory
from svyazka.speech.refusals import field_errors, say
from svyazka.web.jinja import render
from svyazka.web.people.forms import LANGUAGES
from svyazka.web.people.words import UNIT_KINDS
from svyazka.web.ui.guard import guarded, see_other
from svyazka.web.ui.zones import zone_choices

_FIELD_OF = {"work_start": "start"}
"""Fields that the command calls otherwise."""


def _clock(label: Any, *, required: bool = True) -> forms.TimeField:
    return forms.TimeField(
        label=label, required=required, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


class HoursForm(forms.Form):
    """Working hours in a zone."""

    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    start = _clock(gettext_lazy("The day begins"))
    end = _clock(gettext_lazy("The day ends"))
    lunch_start = _clock(gettext_lazy("Lunch from"), required=False)
    lunch_end = _clock(gettext_lazy("Lunch until"), required=False)

    def __init__(self, data: Any = None, *, at: datetime, **more: Any) -> None:
        super().__init__(data, **more)
        field = self.fields["time_zone"]
        assert isinstance(field, forms.ChoiceField)
        zone = str(self.initial.get("time_zone", ""))
        field.choices = zone_choices(get_language() or "", at=at, besides=zone)

    def clean(self) -> dict[str, Any]:
        """A lunch break has two ends."""
        given = self.cleaned_data
        if bool(given.get("lunch_start")) != bool(given.get("lunch_end")):
            self.add_error("lunch_end", _("Give both ends of the lunch break, or neither."))
        return given

    def hours(self) -> Hours:
        """What was typed."""
        given = self.cleaned_data
        lunch = (given["lunch_start"], given["lunch_end"]) if given["lunch_start"] else None
        return Hours(time_zone=given["time_zone"], start=given["start"], end=given["end"], lunch=lunch)

    def mend(self, refusal: Invalid) -> None:
        """Say beside the fields what the command refused."""
        for field, sentence in field_errors(refusal).items():
            name = _FIELD_OF.get(field, field)
            self.add_error(name if name in self.fields else None, sentence)
        if not refusal.errors:
            self.add_error(None, say(refusal))


class UnitForm(HoursForm):
    """A unit."""

    name = forms.CharField(label=gettext_lazy("Name of the unit"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("What it does"), choices=tuple(UNIT_KINDS.items()))
    field_order = ("name", "kind")


class CompanyForm(HoursForm):
    """The company's name, its language, and the hours that hold where no unit's do."""

    name = forms.CharField(label=gettext_lazy("Name of the company"), max_length=120)
    language = forms.ChoiceField(label=gettext_lazy("Language of letters and pages"), choices=LANGUAGES)
    names_in_messages = forms.BooleanField(
        label=gettext_lazy("Letters and messengers may name clients"), required=False,
        help_text=gettext_lazy("Otherwise they say the deal’s number and what is needed, and nothing that people typed about it."),
    )  # fmt: skip
    field_order = ("name", "language")


def _shown(calendar: WorkCalendar) -> dict[str, Any]:
    lunch = calendar.lunch or (None, None)
    return {
        "time_zone": calendar.zone, "start": calendar.start, "end": calendar.end,
        "lunch_start": lunch[0], "lunch_end": lunch[1],
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("people.change")
def add(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A new unit, with the company's hours to begin with."""
    return _unit(request, actor, None)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("people.change")
def change(request: HttpRequest, actor: Actor, unit_id: int) -> HttpResponse:
    """A unit's name, kind and hours."""
    unit = directory().units.get(unit_id)
    if unit is None:
        raise NotFound
    return _unit(request, actor, unit)


def _unit(request: HttpRequest, actor: Actor, unit: UnitCard | None) -> HttpResponse:
    initial = _shown(unit.calendar if unit else directory().calendar)
    initial |= {"name": unit.name, "kind": unit.kind} if unit else {"kind": "delivery"}
    data = request.POST if request.method == "POST" else None
    form = UnitForm(data, at=timezone.now(), initial=initial)
    context = {"form": form, "unit": unit}
    if data is None:
        return render(request, "people/unit.html", context)
    if form.is_valid():
        given = form.cleaned_data
        try:
            save_unit(
                name=given["name"], kind=given["kind"], hours=form.hours(), unit_id=unit.id if unit else None,
                actor=actor, at=timezone.now(),
            )  # fmt: skip
        except Invalid as refusal:
            form.mend(refusal)
        else:
            messages.success(request, _("The unit is saved."))
            return see_other("people:list")
    return render(request, "people/unit.html", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("people.change")
def company(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The company as a whole."""
    people = directory()
    initial = _shown(people.calendar) | {"name": people.workspace_name, "language": people.language}
    initial["names_in_messages"] = people.names_in_messages
    data = request.POST if request.method == "POST" else None
    form = CompanyForm(data, at=timezone.now(), initial=initial)
    if data is None:
        return render(request, "people/company.html", {"form": form})
    if form.is_valid():
        given = form.cleaned_data
        try:
            set_workspace(
                name=given["name"],
                language=given["language"],
                hours=form.hours(),
                names_in_messages=given["names_in_messages"],
                actor=actor,
                at=timezone.now(),
            )
        except Invalid as refusal:
            form.mend(refusal)
        else:
            messages.success(request, _("Saved."))
            return see_other("people:list")
    return render(request, "people/company.html", {"form": form}, status=422)
