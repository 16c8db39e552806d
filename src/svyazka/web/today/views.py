"""My day, and saying that something is done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from svyazka.presale.commitments.queries import commitment_row, overdue_in_unit
from svyazka.presale.journal.values import Actor, Invalid, NotFound, Refusal
from svyazka.presale.launch.first_days import first_facts, is_new
from svyazka.presale.launch.ladder import Ladder, is_company_new, ladder
from svyazka.presale.people.rights import may
from svyazka.presale.process.queries import current_process, process_version
from svyazka.presale.stages.keeping import keep_commitment
from svyazka.speech.first_week import Path, first_steps, path_ahead
from svyazka.speech.process_words import say_owed
from svyazka.speech.refusals import field_errors, say, status_of
from svyazka.web.jinja import render
from svyazka.web.today.day import Item, my_day
from svyazka.web.ui.guard import actor_in, see_other
from svyazka.web.ui.said import LONGEST

AWAY_COOKIE: Final = "svyazka_first_week_away"
YEAR: Final = 365 * 24 * 3600
LATER: Final = 20
"""So many commitments of another week are shown; a day has to stay one that can be finished."""


class DoneForm(forms.Form):
    """What shows that it is done, and for an agreed date when it is."""

    note = forms.CharField(required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))
    happens_at = forms.DateTimeField(
        required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )

    def mend(self, refusal: Refusal) -> None:
        """Put the refusal beside the fields that it is about."""
        errors = field_errors(refusal) if isinstance(refusal, Invalid) else {}
        for field, sentence in errors.items():
            self.add_error("happens_at" if field == "happens_at" else "note", sentence)
        if not errors:
            self.add_error(None, say(refusal))


@dataclass(frozen=True, slots=True)
class Again:
    """A form that came back. ``item`` is None where somebody closed the commitment meanwhile."""

    item: Item | None
    commitment: int
    form: DoneForm


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What I owe, what I am owed."""
    viewer = actor_in(request)
    if viewer.is_agent:
        return redirect("/window/")
    return _page(request, viewer, timezone.now())


def _page(
    request: HttpRequest, viewer: Actor, at: datetime, *, status: int = 200,
    refused: tuple[int, DoneForm] | None = None,
) -> HttpResponse:  # fmt: skip
    language = get_language() or ""
    day = my_day(viewer=viewer, at=at, language=language)
    context: dict[str, Any] = {
        "day": day,
        "at": at,
        "later": LATER,
        "again": Again(day.item(refused[0]), *refused) if refused else None,
        "unit_late": overdue_in_unit(unit_id=viewer.unit_id, at=at)
        if viewer.has("head") and viewer.unit_id
        else 0,
        "unit_id": viewer.unit_id,
        "first_steps": first_steps(viewer),
        "week": None if _is_away(request, viewer) else _first_week(viewer, at, language),
    }
    return render(request, "today/page.html", context, status=status)


@dataclass(frozen=True, slots=True)
class FirstWeek:
    """What is led to while it is new: the viewer's own path, and the company's ladder for who sees to it."""

    path: Path | None
    ladder: Ladder | None


def _is_away(request: HttpRequest, viewer: Actor) -> bool:
    return request.COOKIES.get(AWAY_COOKIE) == str(viewer.me)


def _first_week(viewer: Actor, at: datetime, language: str) -> FirstWeek | None:
    path = company = None
    if is_new(viewer=viewer, at=at):
        process, facts = current_process()[1], first_facts(viewer=viewer)
        path = path_ahead(facts=facts, viewer=viewer, process=process, language=language)
    if may(viewer, "ladder.see") and is_company_new(at=at):
        company = ladder(viewer=viewer, at=at)
    return FirstWeek(path, company) if path or company else None


@require_POST
def done(request: HttpRequest, commitment: int) -> HttpResponse:
    """What I owed is there."""
    actor, at = actor_in(request), timezone.now()
    row = commitment_row(commitment)
    if row is None or actor.is_agent:
        raise Http404
    form = DoneForm(request.POST, auto_id="again_%s")
    status = 422
    if form.is_valid():
        try:
            outcome = keep_commitment(
                commitment_id=commitment, note=form.cleaned_data["note"], happens_at=form.cleaned_data["happens_at"],
                actor=actor, at=at,
            )  # fmt: skip
        except NotFound:
            raise
        except Refusal as refusal:
            form.mend(refusal)
            status = status_of(refusal)
        else:
            what = say_owed(row.term, row.result, process_version(row.process_number), get_language() or "")
            said = _("Done: %(what)s.") if outcome == "kept" else _("Done, though late: %(what)s.")
            messages.success(request, said % {"what": what})
            return _to_my_day()
    return _page(request, actor, at, status=status, refused=(commitment, form))


@require_POST
def put_away(request: HttpRequest) -> HttpResponse:
    """Lead to the first week no more; it stays to be found."""
    answer = _to_my_day()
    answer.set_cookie(
        AWAY_COOKIE,
        str(actor_in(request).me),
        max_age=YEAR,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return answer


def _to_my_day() -> HttpResponse:
    return see_other("today:page")
