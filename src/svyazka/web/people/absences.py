"""Days away: recorded by oneself, one's head or an administrator."""

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from svyazka.presale.commitments.queries import due_before
from svyazka.presale.journal.values import Actor, Invalid, NotFound
from svyazka.presale.people.commands import cancel_absence, record_absence
from svyazka.presale.people.queries import directory, people_page
from svyazka.speech.refusals import field_errors
from svyazka.web.people.forms import AbsenceForm
from svyazka.web.people.views import may_note_absence, person_page
from svyazka.web.ui.guard import guarded, see_other


@require_POST
@guarded("people.see")
def record(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    """Note days away and who answers instead."""
    if person_id not in directory().people:
        raise NotFound
    form = AbsenceForm(person_id, request.POST)
    if not form.is_valid():
        return person_page(request, actor, person_id, form, status=422)
    given = form.cleaned_data
    try:
        record_absence(
            person_id=person_id, since=given["since"], until=given["until"], stand_in_id=form.stand_in_id,
            actor=actor, at=timezone.now(),
        )  # fmt: skip
    except Invalid as refusal:
        for field, sentence in field_errors(refusal).items():
            form.add_error(field, sentence)
        return person_page(request, actor, person_id, form, status=422)
    messages.success(request, _("The absence is recorded."))
    back = datetime.combine(given["until"] + timedelta(days=1), time(), timezone.get_current_timezone())
    if left := due_before(person_id=person_id, moment=back):
        words = ngettext(
            "%(num)s commitment falls due before the return: hand it over.",
            "%(num)s commitments fall due before the return: hand them over.",
            left,
        )
        messages.warning(request, words % {"num": left})
    return see_other("people:person", person_id=person_id)


@require_POST
@guarded("people.see")
def cancel(request: HttpRequest, actor: Actor, person_id: int, absence_id: int) -> HttpResponse:
    """Take an absence back."""
    at = timezone.now()
    row = next((row for row in people_page(viewer=actor, at=at) if row.card.id == person_id), None)
    if row is None or absence_id not in {absence.id for absence in row.absences}:
        raise NotFound
    if not may_note_absence(actor, row.card):
        raise NotFound
    cancel_absence(absence_id=absence_id, actor=actor, at=at)
    messages.success(request, _("The absence is cancelled."))
    return see_other("people:person", person_id=person_id)
